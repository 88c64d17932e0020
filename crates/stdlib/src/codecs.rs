//! `_codecs`: the registry and the codecs of the run-time as functions.

use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::objects::str::Str;
use taipan_runtime::text::codecs::errors::Handler;
use taipan_runtime::text::codecs::utf16_32::Order;
use taipan_runtime::text::codecs::{charmap, escape, name_arg, registry, single, utf7, utf8, utf16_32};
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::{Gc, MethodDef, Value, Vm, function};

/// The module.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_codecs", doc: "", functions: FUNCTIONS, types: &[], init: None };

fn str_arg(vm: &Vm, v: Value, name: &str, n: usize) -> PyResult<Gc<Str>> {
    v.cast::<Str>().ok_or_else(|| {
        vm.type_error(format!("{name}() argument {n} must be str, not {}", vm.arg_type_name(v)))
    })
}
fn errors_arg(vm: &Vm, v: Value, name: &str) -> PyResult<Value> {
    if v.is_unbound() || v.is_none() {
        return Ok(Value::NONE);
    }
    match v.cast::<Str>() {
        Some(_) => Ok(v),
        None => {
            Err(vm
                .type_error(format!("{name}() argument 2 must be str or None, not {}", vm.arg_type_name(v))))
        }
    }
}
fn flag(vm: &Vm, v: Value, default: bool) -> PyResult<bool> {
    if v.is_unbound() { Ok(default) } else { vm.truth(v) }
}
fn pair(vm: &Vm, v: Value, n: usize) -> PyResult {
    Ok(vm.new_tuple(&[v, vm.new_int(n as i64)]).value())
}
fn encoded(vm: &Vm, bytes: Vec<u8>, s: Gc<Str>) -> PyResult {
    let b = vm.new_bytes_vec(bytes)?.value();
    pair(vm, b, s.char_len())
}

fn register(vm: &Vm, a: &[Value]) -> PyResult {
    registry::register(vm, a[0])?;
    Ok(Value::NONE)
}
fn unregister(vm: &Vm, a: &[Value]) -> PyResult {
    registry::unregister(vm, a[0])?;
    Ok(Value::NONE)
}
fn lookup(vm: &Vm, a: &[Value]) -> PyResult {
    let name = str_arg(vm, a[0], "lookup", 0).map_err(|_| {
        vm.type_error(format!("lookup() argument must be str, not {}", vm.arg_type_name(a[0])))
    })?;
    name_arg(vm, name.value(), "lookup", "encoding")?;
    registry::lookup(vm, name.value()).map(Gc::value)
}
fn encode(vm: &Vm, a: &[Value]) -> PyResult {
    let encoding = name_arg(vm, a[1], "encode", "encoding")?;
    let errors = name_arg(vm, a[2], "encode", "errors")?;
    registry::encode(vm, a[0], encoding, errors)
}
fn decode(vm: &Vm, a: &[Value]) -> PyResult {
    let encoding = name_arg(vm, a[1], "decode", "encoding")?;
    let errors = name_arg(vm, a[2], "decode", "errors")?;
    registry::decode(vm, a[0], encoding, errors)
}
fn register_error(vm: &Vm, a: &[Value]) -> PyResult {
    let name = str_arg(vm, a[0], "register_error", 1)?;
    registry::register_error(vm, name, a[1])?;
    Ok(Value::NONE)
}
fn lookup_error(vm: &Vm, a: &[Value]) -> PyResult {
    let name = a[0].cast::<Str>().ok_or_else(|| {
        vm.type_error(format!("lookup_error() argument must be str, not {}", vm.arg_type_name(a[0])))
    })?;
    registry::lookup_error(vm, name.value())
}
fn unregister_error(vm: &Vm, a: &[Value]) -> PyResult {
    let name = a[0].cast::<Str>().ok_or_else(|| {
        vm.type_error(format!("_unregister_error() argument must be str, not {}", vm.arg_type_name(a[0])))
    })?;
    registry::unregister_error(vm, name).map(Value::bool)
}

macro_rules! encoders {
    ($($fn:ident $name:literal = |$vm:ident, $s:ident, $h:ident| $body:expr;)*) => {$(
        fn $fn($vm: &Vm, a: &[Value]) -> PyResult {
            let $s = str_arg($vm, a[0], $name, 1)?;
            let $h = &mut Handler::new($vm, errors_arg($vm, a[1], $name)?);
            let _ = &$h;
            let out = $body;
            encoded($vm, out, $s)
        }
    )*};
}
encoders! {
    ascii_encode "ascii_encode" = |vm, s, h| single::encode_ascii(vm, s, h)?;
    latin_1_encode "latin_1_encode" = |vm, s, h| single::encode_latin1(vm, s, h)?;
    utf_8_encode "utf_8_encode" = |vm, s, h| utf8::encode(vm, s, h)?;
    utf_7_encode "utf_7_encode" = |vm, s, h| utf7::encode(s);
    unicode_escape_encode "unicode_escape_encode" = |vm, s, h| escape::encode_unicode(s);
    raw_unicode_escape_encode "raw_unicode_escape_encode" = |vm, s, h| escape::encode_raw(s);
    utf_16_le_encode "utf_16_le_encode" = |vm, s, h| utf16_32::encode(vm, s, h, Order::Little, false)?;
    utf_16_be_encode "utf_16_be_encode" = |vm, s, h| utf16_32::encode(vm, s, h, Order::Big, false)?;
    utf_32_le_encode "utf_32_le_encode" = |vm, s, h| utf16_32::encode(vm, s, h, Order::Little, true)?;
    utf_32_be_encode "utf_32_be_encode" = |vm, s, h| utf16_32::encode(vm, s, h, Order::Big, true)?;
}
fn wide_encode(vm: &Vm, a: &[Value], name: &str, wide: bool) -> PyResult {
    let s = str_arg(vm, a[0], name, 1)?;
    let mut h = Handler::new(vm, errors_arg(vm, a[1], name)?);
    let order = Order::from_int(if a[2].is_unbound() { 0 } else { vm.index_c_int(a[2])? });
    let out = utf16_32::encode(vm, s, &mut h, order, wide)?;
    encoded(vm, out, s)
}
fn utf_16_encode(vm: &Vm, a: &[Value]) -> PyResult {
    wide_encode(vm, a, "utf_16_encode", false)
}
fn utf_32_encode(vm: &Vm, a: &[Value]) -> PyResult {
    wide_encode(vm, a, "utf_32_encode", true)
}
fn charmap_encode(vm: &Vm, a: &[Value]) -> PyResult {
    let s = str_arg(vm, a[0], "charmap_encode", 1)?;
    let mut h = Handler::new(vm, errors_arg(vm, a[1], "charmap_encode")?);
    let mapping = a[2].or_none();
    let out = if mapping.is_none() {
        single::encode_latin1(vm, s, &mut h)?
    } else {
        charmap::encode(vm, s, &mut h, mapping)?
    };
    encoded(vm, out, s)
}
fn charmap_build(vm: &Vm, a: &[Value]) -> PyResult {
    match a[0].cast::<Str>() {
        Some(s) => Ok(charmap::build(vm, s)),
        None => {
            Err(vm
                .type_error(format!("charmap_build() argument must be str, not {}", vm.arg_type_name(a[0]))))
        }
    }
}
fn readbuffer_encode(vm: &Vm, a: &[Value]) -> PyResult {
    let bytes = match a[0].cast::<Str>() {
        Some(s) => s.as_bytes().to_vec(),
        None => vm.get_buffer(a[0])?.to_vec(),
    };
    let n = bytes.len();
    let b = vm.new_bytes_vec(bytes)?.value();
    pair(vm, b, n)
}

/// The input of a decoder, copied: error handlers may run any code.
fn input(vm: &Vm, v: Value) -> PyResult<Vec<u8>> {
    Ok(vm.get_buffer(v)?.to_vec())
}
fn text_or_bytes(vm: &Vm, v: Value) -> PyResult<Vec<u8>> {
    match v.cast::<Str>() {
        Some(s) => Ok(s.as_bytes().to_vec()),
        None => input(vm, v),
    }
}

fn ascii_decode(vm: &Vm, a: &[Value]) -> PyResult {
    let b = input(vm, a[0])?;
    let s = single::decode_ascii(vm, &b, &mut Handler::new(vm, errors_arg(vm, a[1], "ascii_decode")?))?;
    pair(vm, s.value(), b.len())
}
fn latin_1_decode(vm: &Vm, a: &[Value]) -> PyResult {
    let b = input(vm, a[0])?;
    pair(vm, single::decode_latin1(vm, &b)?.value(), b.len())
}
fn utf_8_decode(vm: &Vm, a: &[Value]) -> PyResult {
    let b = input(vm, a[0])?;
    let mut h = Handler::new(vm, errors_arg(vm, a[1], "utf_8_decode")?);
    let (s, n) = utf8::decode(vm, &b, &mut h, flag(vm, a[2], false)?)?;
    pair(vm, s.value(), n)
}
fn utf_7_decode(vm: &Vm, a: &[Value]) -> PyResult {
    let b = input(vm, a[0])?;
    let mut h = Handler::new(vm, errors_arg(vm, a[1], "utf_7_decode")?);
    let (s, n) = utf7::decode(vm, &b, &mut h, flag(vm, a[2], false)?)?;
    pair(vm, s.value(), n)
}
fn wide_decode(vm: &Vm, a: &[Value], name: &str, order: Order, wide: bool) -> PyResult {
    let b = input(vm, a[0])?;
    let mut h = Handler::new(vm, errors_arg(vm, a[1], name)?);
    let (s, n, _) = utf16_32::decode(vm, &b, &mut h, order, wide, flag(vm, a[2], false)?)?;
    pair(vm, s.value(), n)
}
fn wide_ex_decode(vm: &Vm, a: &[Value], name: &str, wide: bool) -> PyResult {
    let b = input(vm, a[0])?;
    let mut h = Handler::new(vm, errors_arg(vm, a[1], name)?);
    let order = Order::from_int(if a[2].is_unbound() { 0 } else { vm.index_c_int(a[2])? });
    let (s, n, order) = utf16_32::decode(vm, &b, &mut h, order, wide, flag(vm, a[3], false)?)?;
    let order = match order {
        Order::Little => -1,
        Order::Native => 0,
        Order::Big => 1,
    };
    Ok(vm.new_tuple(&[s.value(), vm.new_int(n as i64), Value::int(order)]).value())
}
macro_rules! wide_decoders {
    ($($fn:ident $name:literal $order:ident $wide:literal;)*) => {$(
        fn $fn(vm: &Vm, a: &[Value]) -> PyResult {
            wide_decode(vm, a, $name, Order::$order, $wide)
        }
    )*};
}
wide_decoders! {
    utf_16_decode "utf_16_decode" Native false;
    utf_16_le_decode "utf_16_le_decode" Little false;
    utf_16_be_decode "utf_16_be_decode" Big false;
    utf_32_decode "utf_32_decode" Native true;
    utf_32_le_decode "utf_32_le_decode" Little true;
    utf_32_be_decode "utf_32_be_decode" Big true;
}
fn utf_16_ex_decode(vm: &Vm, a: &[Value]) -> PyResult {
    wide_ex_decode(vm, a, "utf_16_ex_decode", false)
}
fn utf_32_ex_decode(vm: &Vm, a: &[Value]) -> PyResult {
    wide_ex_decode(vm, a, "utf_32_ex_decode", true)
}

/// The `DeprecationWarning` for an escape that means nothing.
fn warn_invalid(vm: &Vm, invalid: escape::Invalid) -> PyResult<()> {
    let Some((_, c)) = invalid else { return Ok(()) };
    let text = if c > 0o377 {
        format!(
            "\"\\{c:o}\" is an invalid octal escape sequence. Such sequences will not work in the future. "
        )
    } else {
        let c = char::from_u32(c).unwrap_or('?');
        format!("\"\\{c}\" is an invalid escape sequence. Such sequences will not work in the future. ")
    };
    taipan_runtime::text::warn(vm, vm.types.DeprecationWarning, &text)
}
fn unicode_escape_decode(vm: &Vm, a: &[Value]) -> PyResult {
    let b = text_or_bytes(vm, a[0])?;
    let mut h = Handler::new(vm, errors_arg(vm, a[1], "unicode_escape_decode")?);
    let (s, n, invalid) = escape::decode_unicode(vm, &b, &mut h, flag(vm, a[2], true)?)?;
    warn_invalid(vm, invalid)?;
    pair(vm, s.value(), n)
}
fn raw_unicode_escape_decode(vm: &Vm, a: &[Value]) -> PyResult {
    let b = text_or_bytes(vm, a[0])?;
    let mut h = Handler::new(vm, errors_arg(vm, a[1], "raw_unicode_escape_decode")?);
    let (s, n) = escape::decode_raw(vm, &b, &mut h, flag(vm, a[2], true)?)?;
    pair(vm, s.value(), n)
}
fn escape_decode(vm: &Vm, a: &[Value]) -> PyResult {
    let b = text_or_bytes(vm, a[0])?;
    let errors = errors_arg(vm, a[1], "escape_decode")?.cast::<Str>().map(|s| s.to_string());
    let (out, invalid) = escape::decode_bytes(vm, &b, errors.as_deref())?;
    warn_invalid(vm, invalid)?;
    let v = vm.new_bytes_vec(out)?.value();
    pair(vm, v, b.len())
}
fn escape_encode(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(b) = a[0].cast::<taipan_runtime::objects::bytes::Bytes>() else {
        return Err(vm.type_error(format!(
            "escape_encode() argument 1 must be bytes, not {}",
            vm.arg_type_name(a[0])
        )));
    };
    let mut out = String::new();
    taipan_runtime::objects::binary::push_repr(&mut out, b.as_bytes(), '\'');
    let v = vm.new_bytes(&out.as_bytes()[1..out.len() - 1]).value();
    pair(vm, v, b.as_bytes().len())
}
fn charmap_decode(vm: &Vm, a: &[Value]) -> PyResult {
    let b = input(vm, a[0])?;
    let mapping = a[2].or_none();
    let s = if mapping.is_none() {
        single::decode_latin1(vm, &b)?
    } else {
        let mut h = Handler::new(vm, errors_arg(vm, a[1], "charmap_decode")?);
        charmap::decode(vm, &b, &mut h, mapping)?
    };
    pair(vm, s.value(), b.len())
}

static FUNCTIONS: &[MethodDef] = &[
    function(
        "register",
        "($module, search_function, /)",
        register,
        "Register a codec search function.\n\nSearch functions are expected to take one argument, the encoding name in\nall lower case letters, and either return None, or a tuple of functions\n(encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object).",
    ),
    function(
        "unregister",
        "($module, search_function, /)",
        unregister,
        "Unregister a codec search function and clear the registry's cache.\n\nIf the search function is not registered, do nothing.",
    ),
    function(
        "lookup",
        "($module, encoding, /)",
        lookup,
        "Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.",
    ),
    function(
        "encode",
        "($module, /, obj, encoding='utf-8', errors='strict')",
        encode,
        "Encodes obj using the codec registered for encoding.",
    ),
    function(
        "decode",
        "($module, /, obj, encoding='utf-8', errors='strict')",
        decode,
        "Decodes obj using the codec registered for encoding.",
    ),
    function(
        "register_error",
        "($module, errors, handler, /)",
        register_error,
        "Register the specified error handler under the name errors.\n\nhandler must be a callable object, that\nwill be called with an exception instance containing\ninformation about the location of the encoding/decoding\nerror and must return a (replacement, new position) tuple.",
    ),
    function(
        "lookup_error",
        "($module, name, /)",
        lookup_error,
        "lookup_error(errors) -> handler\n\nReturn the error handler for the specified error handling name or raise a\nLookupError, if no handler exists under this name.",
    ),
    function(
        "_unregister_error",
        "($module, errors, /)",
        unregister_error,
        "Un-register the specified error handler for the error handling `errors'.\n\nOnly custom error handlers can be un-registered. An exception is raised\nif the error handling is a built-in one (e.g., 'strict'), or if an error\noccurs.\n\nOtherwise, this returns True if a custom handler has been successfully\nun-registered, and False if no custom handler for the specified error\nhandling exists.",
    ),
    function("ascii_decode", "($module, data, errors=None, /)", ascii_decode, ""),
    function("ascii_encode", "($module, str, errors=None, /)", ascii_encode, ""),
    function("charmap_build", "($module, map, /)", charmap_build, ""),
    function("charmap_decode", "($module, data, errors=None, mapping=None, /)", charmap_decode, ""),
    function("charmap_encode", "($module, str, errors=None, mapping=None, /)", charmap_encode, ""),
    function("escape_decode", "($module, data, errors=None, /)", escape_decode, ""),
    function("escape_encode", "($module, data, errors=None, /)", escape_encode, ""),
    function("latin_1_decode", "($module, data, errors=None, /)", latin_1_decode, ""),
    function("latin_1_encode", "($module, str, errors=None, /)", latin_1_encode, ""),
    function(
        "raw_unicode_escape_decode",
        "($module, data, errors=None, final=True, /)",
        raw_unicode_escape_decode,
        "",
    ),
    function("raw_unicode_escape_encode", "($module, str, errors=None, /)", raw_unicode_escape_encode, ""),
    function("readbuffer_encode", "($module, data, errors=None, /)", readbuffer_encode, ""),
    function(
        "unicode_escape_decode",
        "($module, data, errors=None, final=True, /)",
        unicode_escape_decode,
        "",
    ),
    function("unicode_escape_encode", "($module, str, errors=None, /)", unicode_escape_encode, ""),
    function("utf_16_be_decode", "($module, data, errors=None, final=False, /)", utf_16_be_decode, ""),
    function("utf_16_be_encode", "($module, str, errors=None, /)", utf_16_be_encode, ""),
    function("utf_16_decode", "($module, data, errors=None, final=False, /)", utf_16_decode, ""),
    function("utf_16_encode", "($module, str, errors=None, byteorder=0, /)", utf_16_encode, ""),
    function(
        "utf_16_ex_decode",
        "($module, data, errors=None, byteorder=0, final=False, /)",
        utf_16_ex_decode,
        "",
    ),
    function("utf_16_le_decode", "($module, data, errors=None, final=False, /)", utf_16_le_decode, ""),
    function("utf_16_le_encode", "($module, str, errors=None, /)", utf_16_le_encode, ""),
    function("utf_32_be_decode", "($module, data, errors=None, final=False, /)", utf_32_be_decode, ""),
    function("utf_32_be_encode", "($module, str, errors=None, /)", utf_32_be_encode, ""),
    function("utf_32_decode", "($module, data, errors=None, final=False, /)", utf_32_decode, ""),
    function("utf_32_encode", "($module, str, errors=None, byteorder=0, /)", utf_32_encode, ""),
    function(
        "utf_32_ex_decode",
        "($module, data, errors=None, byteorder=0, final=False, /)",
        utf_32_ex_decode,
        "",
    ),
    function("utf_32_le_decode", "($module, data, errors=None, final=False, /)", utf_32_le_decode, ""),
    function("utf_32_le_encode", "($module, str, errors=None, /)", utf_32_le_encode, ""),
    function("utf_7_decode", "($module, data, errors=None, final=False, /)", utf_7_decode, ""),
    function("utf_7_encode", "($module, str, errors=None, /)", utf_7_encode, ""),
    function("utf_8_decode", "($module, data, errors=None, final=False, /)", utf_8_decode, ""),
    function("utf_8_encode", "($module, str, errors=None, /)", utf_8_encode, ""),
];

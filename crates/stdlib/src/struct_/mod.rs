//! `_struct`: packing values into bytes by a format string. [`layout`] reads formats, [`items`] moves values.

pub mod items;
pub mod layout;
mod object;

use items::{pack, unpack};
use layout::Layout;
use std::ops::Range;
use taipan_runtime::objects::exception::{Exception, types as exc};
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::error::{PyResult, Raised};
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::{Args, Gc, MethodDef, TypeDef, Value, Vm, function, function_var};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_struct",
    doc: "Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data representing the C struct\nand also as format strings (explained below) to describe the layout of data\nin the C struct.",
    functions: FUNCTIONS,
    types: &[&object::DEF],
    init: Some(init),
};

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    m.dict.get().set_str(vm, vm.intern("error"), vm.type_of_def(&ERROR).value());
    Ok(())
}

static ERROR: TypeDef = TypeDef {
    name: "error",
    module: "struct",
    base: Some(&exc::Exception_),
    kind: taipan_runtime::kinds::EXCEPTION,
    size: size_of::<Exception>(),
    flags: flag::BASETYPE | flag::HAS_DICT,
    ..TypeDef::EMPTY
};

/// `struct.error(message)`
#[cold]
pub fn error(vm: &Vm, message: impl AsRef<str>) -> Raised {
    vm.new_exception(vm.type_of_def(&ERROR), message.as_ref())
}

/// The layout that a format argument describes.
pub fn layout_arg(vm: &Vm, v: Value) -> PyResult<Layout> {
    if let Some(s) = v.cast::<Str>() {
        if s.is_ascii() {
            return Layout::parse(vm, s.as_bytes());
        }
        let mut h = taipan_runtime::text::codecs::errors::Handler::new(vm, Value::NONE);
        let b = taipan_runtime::text::codecs::single::encode_ascii(vm, s, &mut h)?;
        return Layout::parse(vm, &b);
    }
    match v.cast::<taipan_runtime::objects::bytes::Bytes>() {
        Some(b) => Layout::parse(vm, b.as_bytes()),
        None => Err(vm.type_error(format!(
            "Struct() argument 1 must be a str or bytes object, not {}",
            vm.type_name(v)
        ))),
    }
}

/// Packs into new bytes.
pub fn pack_new(vm: &Vm, l: &Layout, values: &[Value], name: &str) -> PyResult {
    if values.len() != l.values {
        return Err(error(
            vm,
            format!("{name} expected {} items for packing (got {})", l.values, values.len()),
        ));
    }
    let mut out = Vec::new();
    out.try_reserve_exact(l.size).map_err(|_| vm.memory_error())?;
    out.resize(l.size, 0);
    pack(vm, l, &mut out, values)?;
    vm.new_bytes_vec(out).map(Gc::value)
}

/// `pack_into(buffer, offset, *values)`
pub fn pack_into(vm: &Vm, l: &Layout, a: &[Value]) -> PyResult {
    let name = "pack_into";
    if a.len() < 2 {
        return Err(match a.len() {
            0 => vm.type_error("pack_into expected buffer argument"),
            _ => error(vm, "pack_into expected offset argument"),
        });
    }
    let values = &a[2..];
    if values.len() != l.values {
        return Err(error(
            vm,
            format!("{name} expected {} items for packing (got {})", l.values, values.len()),
        ));
    }
    let buffer = match vm.get_buffer_any(a[0], true) {
        Ok(b) => b,
        Err(e) if vm.raised_is(e, vm.types.BufferError) || !vm.has_buffer(a[0]) => {
            return Err(vm.type_error(format!(
                "argument must be read-write bytes-like object, not {}",
                vm.type_name(a[0])
            )));
        }
        Err(e) => return Err(e),
    };
    if buffer.info.layout.is_some_and(|l| !l.contiguous) {
        return Err(vm.type_error(format!(
            "argument must be read-write bytes-like object, not {}",
            vm.type_name(a[0])
        )));
    }
    let offset = vm.index_ssize(a[1])?;
    let place = place(vm, l, buffer.len(), offset, "pack")?;
    // Packed aside: conversions of values may run code that looks at the buffer.
    let mut out = buffer[place.clone()].to_vec();
    for i in &l.items {
        out[i.offset..i.offset + i.size * if i.is_string() { 1 } else { i.count }].fill(0);
    }
    let r = pack(vm, l, &mut out, values);
    buffer.bytes_mut()[place].copy_from_slice(&out);
    r.map(|()| Value::NONE)
}

/// The bytes that `l` takes at `offset` (from the end when negative) of a buffer of `len` bytes. `verb` is "pack" or
/// "unpack", for the messages.
fn place(vm: &Vm, l: &Layout, len: usize, offset: isize, verb: &str) -> PyResult<Range<usize>> {
    let n = len as isize;
    let at = if offset < 0 {
        if offset + l.size as isize > 0 {
            let message = match verb {
                "pack" => format!("no space to pack {} bytes at offset {offset}", l.size),
                _ => format!("not enough data to unpack {} bytes at offset {offset}", l.size),
            };
            return Err(error(vm, message));
        }
        if offset + n < 0 {
            return Err(error(vm, format!("offset {offset} out of range for {n}-byte buffer")));
        }
        offset + n
    } else {
        offset
    } as usize;
    if (n as usize).saturating_sub(at) < l.size || at > n as usize {
        return Err(error(
            vm,
            format!(
                "{verb}{} requires a buffer of at least {} bytes for {verb}ing {} bytes at offset {at} (actual buffer size is {n})",
                if verb == "pack" { "_into" } else { "_from" },
                at.saturating_add(l.size),
                l.size
            ),
        ));
    }
    Ok(at..at + l.size)
}

/// `unpack(buffer)`
pub fn unpack_all(vm: &Vm, l: &Layout, v: Value) -> PyResult {
    let b = vm.get_buffer(v)?;
    if b.len() != l.size {
        return Err(error(vm, format!("unpack requires a buffer of {} bytes", l.size)));
    }
    unpack(vm, l, &b)
}

/// `unpack_from(buffer, offset=0)`
pub fn unpack_from(vm: &Vm, l: &Layout, v: Value, offset: Value) -> PyResult {
    let b = vm.get_buffer(v)?;
    let offset = if offset.is_unbound() { 0 } else { vm.index_ssize(offset)? };
    let place = place(vm, l, b.len(), offset, "unpack")?;
    unpack(vm, l, &b[place])
}

fn f_pack(vm: &Vm, args: Args) -> PyResult {
    args.no_keywords(vm, "pack")?;
    let Some((&format, values)) = args.pos.split_first() else {
        return Err(vm.type_error("missing format argument"));
    };
    pack_new(vm, &layout_arg(vm, format)?, values, "pack")
}
fn f_pack_into(vm: &Vm, args: Args) -> PyResult {
    args.no_keywords(vm, "pack_into")?;
    let Some((&format, rest)) = args.pos.split_first() else {
        return Err(vm.type_error("missing format argument"));
    };
    pack_into(vm, &layout_arg(vm, format)?, rest)
}
fn f_unpack(vm: &Vm, a: &[Value]) -> PyResult {
    unpack_all(vm, &layout_arg(vm, a[0])?, a[1])
}
fn f_unpack_from(vm: &Vm, a: &[Value]) -> PyResult {
    unpack_from(vm, &layout_arg(vm, a[0])?, a[1], a[2])
}
fn f_iter_unpack(vm: &Vm, a: &[Value]) -> PyResult {
    object::iter_unpack(vm, layout_arg(vm, a[0])?, a[1])
}
fn calcsize(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int(layout_arg(vm, a[0])?.size as i64))
}
fn clearcache(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::NONE)
}

static FUNCTIONS: &[MethodDef] = &[
    function("_clearcache", "($module, /)", clearcache, "Clear the internal cache."),
    function(
        "calcsize",
        "($module, format, /)",
        calcsize,
        "Return size in bytes of the struct described by the format string.",
    ),
    function(
        "iter_unpack",
        "($module, format, buffer, /)",
        f_iter_unpack,
        "Return an iterator yielding tuples unpacked from the given bytes.\n\nThe bytes are unpacked according to the format string, like\na repeated invocation of unpack_from().\n\nRequires that the bytes length be a multiple of the struct size.",
    ),
    function_var(
        "pack",
        "($module, format, /, *values)",
        f_pack,
        "Pack values and return the packed bytes.\n\nReturn a bytes object containing the provided values packed\naccording to the format string.",
    ),
    function_var(
        "pack_into",
        "($module, format, buffer, offset, /, *values)",
        f_pack_into,
        "Pack values and write the packed bytes into the buffer.\n\nPack the provided values according to the format string and write the\npacked bytes into the writable buffer starting at offset.",
    ),
    function(
        "unpack",
        "($module, format, buffer, /)",
        f_unpack,
        "Return a tuple containing values unpacked according to the format string.\n\nThe buffer's size in bytes must be calcsize(format).",
    ),
    function(
        "unpack_from",
        "($module, /, format, buffer, offset=0)",
        f_unpack_from,
        "Return a tuple containing values unpacked according to the format string.\n\nThe buffer's size, minus offset, must be at least calcsize(format).",
    ),
];

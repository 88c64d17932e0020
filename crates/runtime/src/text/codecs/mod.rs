//! Encoding and decoding: what `str.encode`, `bytes.decode` and the `_codecs` module stand on.
//!
//! The common codecs (`utf8`, `utf16`, `utf32`, `single`, `utf7`, `escape`) are functions here: `encode` from a
//! `str` to bytes, `decode` from bytes to text and the number of bytes consumed. All others come from the
//! registry (see `registry`), where search functions of the library's `encodings` put them. Errors go to a
//! [`errors::Handler`].

pub mod charmap;
pub mod errors;
pub mod escape;
pub mod handlers;
pub mod registry;
pub mod single;
pub mod utf16_32;
pub mod utf7;
pub mod utf8;

use crate::objects::bytes::Bytes;
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use errors::Handler;
use taipan_heap::{Gc, Value};

/// A string argument that may be missing; without NUL characters and surrogates.
pub fn name_arg(vm: &Vm, v: Value, function: &str, arg: &str) -> PyResult<Value> {
    if v.is_unbound() {
        return Ok(Value::NONE);
    }
    let Some(s) = v.cast::<Str>() else {
        return Err(
            vm.type_error(format!("{function}() argument '{arg}' must be str, not {}", vm.arg_type_name(v)))
        );
    };
    if s.as_bytes().contains(&0) {
        return Err(vm.value_error("embedded null character"));
    }
    if s.to_str().is_none() {
        // Such a name cannot be passed on as UTF-8: the encoder says why.
        utf8::encode(vm, s, &mut Handler::new(vm, Value::NONE))?;
    }
    Ok(v)
}

/// Codecs that need no registry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fast {
    Utf8,
    Latin1,
    Ascii,
}

fn fast(name: Value) -> Option<Fast> {
    let Some(s) = name.cast::<Str>() else { return Some(Fast::Utf8) };
    let b = s.as_bytes();
    if b.len() > 12 {
        return None;
    }
    let mut norm = [0u8; 12];
    for (o, &c) in norm.iter_mut().zip(b) {
        *o = if c == b'_' || c == b' ' { b'-' } else { c.to_ascii_lowercase() };
    }
    match &norm[..b.len()] {
        b"utf-8" | b"utf8" => Some(Fast::Utf8),
        b"latin-1" | b"latin1" | b"iso-8859-1" | b"iso8859-1" => Some(Fast::Latin1),
        b"ascii" | b"us-ascii" => Some(Fast::Ascii),
        _ => None,
    }
}

/// `s.encode(encoding, errors)`; `None` is the default of either.
pub fn encode_object(vm: &Vm, s: Gc<Str>, encoding: Value, errors: Value) -> PyResult {
    check_names(vm, encoding, errors)?;
    let mut h = Handler::new(vm, errors);
    let out = match fast(encoding) {
        Some(Fast::Utf8) => utf8::encode(vm, s, &mut h)?,
        Some(Fast::Latin1) => single::encode_latin1(vm, s, &mut h)?,
        Some(Fast::Ascii) => single::encode_ascii(vm, s, &mut h)?,
        None => return registry::encode_text(vm, s.value(), encoding, errors),
    };
    Ok(vm.new_bytes_vec(out)?.value())
}

/// In development mode the names are looked up even where nothing asks them.
fn check_names(vm: &Vm, encoding: Value, errors: Value) -> PyResult<()> {
    if !vm.config.dev_mode || vm.hooks.get().is_none() {
        return Ok(());
    }
    if encoding.cast::<Str>().is_some() && fast(encoding).is_none() {
        registry::lookup(vm, encoding)?;
    }
    if errors.cast::<Str>().is_some() {
        registry::lookup_error(vm, errors)?;
    }
    Ok(())
}

/// `str(object, encoding, errors)`
pub fn decode_object(vm: &Vm, object: Value, encoding: Value, errors: Value) -> PyResult<Gc<Str>> {
    if object.cast::<Str>().is_some() {
        return Err(vm.type_error("decoding str is not supported"));
    }
    if let Some(b) = object.cast::<Bytes>() {
        return decode_bytes(vm, object, b.as_bytes(), encoding, errors);
    }
    if !vm.has_buffer(object) {
        return Err(vm.type_error(format!(
            "decoding to str: need a bytes-like object, {} found",
            vm.type_name(object)
        )));
    }
    let buffer = vm.get_buffer(object)?;
    decode_bytes(vm, object, &buffer, encoding, errors)
}

/// `bytes.decode(encoding, errors)` of `object`, whose bytes are `input`.
pub fn decode_bytes(
    vm: &Vm,
    object: Value,
    input: &[u8],
    encoding: Value,
    errors: Value,
) -> PyResult<Gc<Str>> {
    check_names(vm, encoding, errors)?;
    let mut h = Handler::new(vm, errors);
    match fast(encoding) {
        Some(Fast::Utf8) => Ok(utf8::decode(vm, input, &mut h, true)?.0),
        Some(Fast::Latin1) => single::decode_latin1(vm, input),
        Some(Fast::Ascii) => single::decode_ascii(vm, input, &mut h),
        None => registry::decode_text(vm, object, encoding, errors),
    }
}

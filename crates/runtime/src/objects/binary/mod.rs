//! What `bytes` and `bytearray` have in common: their methods, and the values these take and make.
//!
//! Methods serve both types; a result is of the type of `self` (the exact type, as in CPython). The bytes of a
//! `bytearray` may change whenever Python code runs, so arguments are converted before bytes are looked at.

mod convert;
mod hex;
pub(crate) mod iter;
pub(super) mod methods;
mod predicates;
mod search;
mod split;

pub use hex::{from_hex_text, to_hex};

use crate::objects::bytearray::ByteArray;
use crate::objects::bytes::Bytes;
use crate::objects::memoryview::{Buffer, Hold};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, Value};

/// `self` of a shared method.
#[derive(Clone, Copy)]
pub enum Source {
    /// `bytes`
    Bytes(Gc<Bytes>),
    /// `bytearray`
    Array(Gc<ByteArray>),
}

impl std::ops::Deref for Source {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Source::Bytes(b) => b.as_bytes(),
            Source::Array(a) => a.as_bytes(),
        }
    }
}

impl Source {
    /// A new object of the same type.
    pub fn make(self, vm: &Vm, bytes: &[u8]) -> PyResult {
        match self {
            Source::Bytes(b) => {
                // The whole of an exact `bytes` is itself.
                if bytes.len() == b.as_bytes().len()
                    && bytes.as_ptr() == b.as_bytes().as_ptr()
                    && vm.is_exact(b.value(), crate::vm::shape_ids::bytes)
                {
                    return Ok(b.value());
                }
                Ok(vm.new_bytes(bytes).value())
            }
            Source::Array(_) => vm.new_bytearray(bytes).map(Gc::value),
        }
    }
    /// Keeps a `bytearray` from being resized while arguments are converted.
    pub fn hold(&self) -> Option<Hold> {
        match self {
            Source::Bytes(_) => None,
            Source::Array(a) => Some(a.exports.hold()),
        }
    }
    /// As [`Source::make`], from a vector.
    pub fn make_vec(self, vm: &Vm, bytes: Vec<u8>) -> PyResult {
        match self {
            Source::Bytes(_) => vm.new_bytes_vec(bytes).map(Gc::value),
            Source::Array(_) => vm.new_bytearray(&bytes).map(Gc::value),
        }
    }
}

/// `self` of a shared method.
#[inline]
pub fn source(v: Value) -> Source {
    match v.cast::<Bytes>() {
        Some(b) => Source::Bytes(b),
        None => Source::Array(v.cast::<ByteArray>().expect("methods of bytes and bytearray get these")),
    }
}

/// An argument that is a byte (as an int) or bytes.
pub(crate) enum Needle<'a> {
    Byte(u8),
    Own(Gc<Bytes>),
    Bytes(Buffer<'a>),
}
impl std::ops::Deref for Needle<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Needle::Byte(b) => std::slice::from_ref(b),
            Needle::Own(b) => b.as_bytes(),
            Needle::Bytes(b) => b,
        }
    }
}

/// The argument of `find` and its like, and the left operand of `in`.
pub(crate) fn needle<'a>(vm: &'a Vm, v: Value, inside: bool) -> PyResult<Needle<'a>> {
    if vm.is_exact(v, crate::vm::shape_ids::bytes)
        && let Some(b) = v.cast::<Bytes>()
    {
        return Ok(Needle::Own(b));
    }
    if vm.has_buffer(v) {
        return vm.get_buffer(v).map(Needle::Bytes);
    }
    if vm.has_index(v) {
        return byte(vm, v).map(Needle::Byte);
    }
    Err(vm.type_error(if inside {
        format!("a bytes-like object is required, not '{}'", vm.type_name(v))
    } else {
        format!("argument should be integer or bytes-like object, not '{}'", vm.type_name(v))
    }))
}

/// A byte from an int: `byte must be in range(0, 256)`.
pub(crate) fn byte(vm: &Vm, v: Value) -> PyResult<u8> {
    if v.is_int()
        && let Ok(b) = u8::try_from(v.as_int())
    {
        return Ok(b);
    }
    let i = vm.index(v)?;
    match vm.int_to_i64(i) {
        Ok(i @ 0..=255) => Ok(i as u8),
        _ => Err(vm.value_error("byte must be in range(0, 256)")),
    }
}

/// `bytes(v)` and `bytearray(v)` for anything but strings and counts: a buffer or an iterable of ints.
pub(crate) fn collect(vm: &Vm, v: Value, array: bool) -> PyResult<Vec<u8>> {
    if vm.has_buffer(v) {
        let b = vm.get_buffer_any(v, false)?;
        return Ok(b.to_vec_in_order());
    }
    let name = if array { "bytearray" } else { "bytes" };
    let slots = &vm.class_of(v).slots;
    if slots.iter.get().is_none() && slots.getitem.get().is_none()
        || v.cast::<crate::objects::str::Str>().is_some()
    {
        return Err(vm.type_error(format!("cannot convert '{}' object to {name}", vm.type_name(v))));
    }
    collect_ints(
        vm,
        v,
        if array { "byte must be in range(0, 256)" } else { "bytes must be in range(0, 256)" },
    )
}

/// The bytes of an iterable of ints.
pub(crate) fn collect_ints(vm: &Vm, v: Value, range: &str) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    let it = vm.get_iter(v)?;
    while let Some(x) = vm.iter_next(it)? {
        let i = vm.index(x)?;
        match vm.int_to_i64(i) {
            Ok(i @ 0..=255) => out.push(i as u8),
            _ => return Err(vm.value_error(range)),
        }
    }
    Ok(out)
}

/// `repr` of bytes without a prefix: quoted and escaped. `quote` chooses as Python does.
pub fn push_repr(out: &mut String, b: &[u8], quote: char) {
    out.push(quote);
    for &c in b {
        match c {
            b'\\' => out.push_str("\\\\"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            _ if c as char == quote => {
                out.push('\\');
                out.push(quote);
            }
            0x20..=0x7E => out.push(c as char),
            _ => {
                use std::fmt::Write;
                let _ = write!(out, "\\x{c:02x}");
            }
        }
    }
    out.push(quote);
}

/// The quote that Python would choose.
pub fn choose_quote(b: &[u8]) -> char {
    if b.contains(&b'\'') && !b.contains(&b'"') { '"' } else { '\'' }
}

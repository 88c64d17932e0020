//! `bytearray`.

use crate::kinds::Trace;
use crate::vm::typedef::{TypeDef, flag};
use std::cell::Cell;
use taipan_heap::{Header, RawBuf, Slot, Tracer, Value};

/// A `bytearray` (or an instance of a subclass).
#[repr(C)]
pub struct ByteArray {
    header: Header,
    /// The bytes: a `RawBuf`, or unbound while empty.
    pub buf: Slot<Value>,
    /// Number of bytes.
    pub len: Cell<usize>,
    /// Number of memoryviews and other exports that forbid resizing.
    pub exports: Cell<usize>,
}

impl Trace for ByteArray {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.buf);
    }
}

impl ByteArray {
    /// The bytes. Do not hold the slice across calls that may run Python code.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        match self.buf.get().cast::<RawBuf>() {
            // SAFETY: `len` bytes of the buffer are initialised.
            Some(b) => unsafe { std::slice::from_raw_parts(b.data(), self.len.get()) },
            None => &[],
        }
    }
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "bytearray",
    kind: crate::kinds::BYTEARRAY,
    size: size_of::<ByteArray>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MATCH_SELF,
    ..TypeDef::EMPTY
};

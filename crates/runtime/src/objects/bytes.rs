//! `bytes`.

use crate::kinds::Trace;
use crate::vm::Vm;
use crate::vm::typedef::{TypeDef, flag};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Tracer};

/// A `bytes` (or an instance of a subclass).
#[repr(C)]
pub struct Bytes {
    header: Header,
    /// 0: not computed yet.
    pub hash: Cell<i64>,
    len: usize,
    data: [u8; 0],
}

impl Trace for Bytes {
    fn trace(&self, _: &mut Tracer) {}
}

impl Bytes {
    /// The bytes.
    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: `len` bytes follow; they never change.
        unsafe { std::slice::from_raw_parts(self.data.as_ptr(), self.len) }
    }
}

impl Vm {
    /// A new `bytes`.
    pub fn new_bytes(&self, bytes: &[u8]) -> Gc<Bytes> {
        self.new_bytes_of(self.types.bytes, bytes)
    }
    /// A new `bytes` from a vector that may be very large.
    pub fn new_bytes_vec(&self, bytes: Vec<u8>) -> crate::vm::error::PyResult<Gc<Bytes>> {
        // SAFETY: exactly `len` bytes are written.
        unsafe {
            self.new_bytes_with(bytes.len(), |p| {
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), p, bytes.len())
            })
        }
    }
    /// A new `bytes` of `len` bytes, which `fill` writes.
    ///
    /// # Safety
    /// `fill` initialises all `len` bytes, and allocates nothing.
    pub unsafe fn new_bytes_with(
        &self,
        len: usize,
        fill: impl FnOnce(*mut u8),
    ) -> crate::vm::error::PyResult<Gc<Bytes>> {
        let size = len.checked_add(size_of::<Bytes>()).ok_or_else(|| self.memory_error())?;
        let p = self.try_alloc_var_raw(self.types.bytes, size)?;
        // SAFETY: a fresh cell of that size; the header stays.
        unsafe {
            let s = p.cast::<Bytes>();
            (&raw mut (*s).hash).write(Cell::new(0));
            (&raw mut (*s).len).write(len);
            fill((&raw mut (*s).data).cast());
            Ok(Gc::from_ptr(s))
        }
    }
    /// A new instance of `ty`, which is `bytes` or a subclass.
    pub fn new_bytes_of(&self, ty: Gc<crate::objects::typ::Type>, bytes: &[u8]) -> Gc<Bytes> {
        let p = self.alloc_var_raw(ty, size_of::<Bytes>() + bytes.len());
        // SAFETY: a fresh cell of that size; the header stays.
        unsafe {
            let s = p.cast::<Bytes>();
            (&raw mut (*s).hash).write(Cell::new(0));
            (&raw mut (*s).len).write(bytes.len());
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), (&raw mut (*s).data).cast(), bytes.len());
            Gc::from_ptr(s)
        }
    }
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "bytes",
    kind: crate::kinds::BYTES,
    size: size_of::<Bytes>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MATCH_SELF,
    ..TypeDef::EMPTY
};

//! `tuple`: a fixed row of values behind the header.

use crate::kinds::Trace;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::{TypeDef, flag};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Tracer, Value, barrier};

/// A `tuple` (or an instance of a subclass).
#[repr(C)]
pub struct Tuple {
    header: Header,
    len: usize,
    /// The hash; -1 until it is computed.
    pub(crate) hash: Cell<i64>,
    data: [Value; 0],
}

/// Offset of the length, for compiled code; the items begin behind the whole.
pub const LEN_OFFSET: usize = std::mem::offset_of!(Tuple, len);
/// Offset of the hash; all ones: not computed yet.
pub const HASH_OFFSET: usize = std::mem::offset_of!(Tuple, hash);

impl Trace for Tuple {
    fn trace(&self, t: &mut Tracer) {
        t.values(self.items());
    }
}

impl Tuple {
    /// The items.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: `len` initialised values follow; they change only while the tuple is being built.
        unsafe { std::slice::from_raw_parts(self.data.as_ptr(), self.len) }
    }
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }
    /// Has it no items?
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Tuple {
    /// Writes what follows the header of a new tuple.
    ///
    /// # Safety
    /// `p` is a fresh cell with room for the items whose header is written.
    #[inline(always)]
    unsafe fn init(p: *mut Header, items: &[Value]) -> Gc<Tuple> {
        // SAFETY: by the caller's promise; the header stays.
        unsafe {
            let s = p.cast::<Tuple>();
            (&raw mut (*s).len).write(items.len());
            (&raw mut (*s).hash).write(Cell::new(-1));
            let to = (&raw mut (*s).data).cast::<Value>();
            if items.len() <= 4 {
                // Calling `memcpy` takes longer.
                for (i, &v) in items.iter().enumerate() {
                    to.add(i).write(v);
                }
            } else {
                std::ptr::copy_nonoverlapping(items.as_ptr(), to, items.len());
            }
            Gc::from_ptr(s)
        }
    }
    /// Writes items from position `at` on.
    ///
    /// # Safety
    /// The tuple has room for them, is not visible to anyone else yet, and nobody holds a slice of its items.
    pub unsafe fn fill(&self, at: usize, items: &[Value]) {
        debug_assert!(at + items.len() <= self.len);
        // SAFETY: by the caller's promise.
        unsafe {
            let to = (self.data.as_ptr() as *mut Value).add(at);
            std::ptr::copy_nonoverlapping(items.as_ptr(), to, items.len());
        }
        barrier(Gc::of(self).header());
    }
}

impl Vm {
    /// A new tuple of `n` items, all `None` until filled. `MemoryError` where there is no room for so many.
    pub fn try_new_tuple(&self, n: usize) -> PyResult<Gc<Tuple>> {
        let size = n.checked_mul(8).and_then(|s| s.checked_add(size_of::<Tuple>()));
        let size = size.ok_or_else(|| self.memory_error())?;
        if n == 0 {
            return Ok(self.new_tuple(&[]));
        }
        let ty = self.types.tuple;
        let p = if size <= 2048 {
            self.heap.alloc_raw(size, crate::kinds::TUPLE, ty.header_ptr(), ty.shape.get())
        } else {
            self.heap.alloc_slow(size, crate::kinds::TUPLE, ty.header_ptr(), ty.shape.get())
        };
        if p.is_null() {
            return Err(self.memory_error());
        }
        // SAFETY: a fresh cell of that size; the header stays.
        unsafe {
            let t = p.cast::<Tuple>();
            (&raw mut (*t).len).write(n);
            (&raw mut (*t).hash).write(Cell::new(-1));
            let data = (&raw mut (*t).data).cast::<Value>();
            for i in 0..n {
                data.add(i).write(Value::NONE);
            }
            Ok(Gc::from_ptr(t))
        }
    }
    /// A new tuple. (The empty one is shared.)
    pub fn new_tuple(&self, items: &[Value]) -> Gc<Tuple> {
        if items.is_empty()
            && let Some(e) = self.empty_tuple.get()
        {
            return e;
        }
        let ty = self.types.tuple;
        let size = size_of::<Tuple>() + items.len() * 8;
        let p = self.heap.alloc_raw(size, crate::kinds::TUPLE, ty.header_ptr(), ty.shape.get());
        // SAFETY: a fresh cell of that size, with a header.
        unsafe { Tuple::init(p, items) }
    }
    /// A new instance of `ty`, which is `tuple` or a subclass.
    pub fn new_tuple_of(&self, ty: Gc<crate::objects::typ::Type>, items: &[Value]) -> Gc<Tuple> {
        let p = self.alloc_var_raw(ty, size_of::<Tuple>() + items.len() * 8);
        // SAFETY: a fresh cell of that size, with a header.
        unsafe { Tuple::init(p, items) }
    }
    /// A new tuple of `n` values made one after the other (collections may happen in between).
    pub fn new_tuple_with<E>(
        &self,
        n: usize,
        mut f: impl FnMut(usize) -> Result<Value, E>,
    ) -> Result<Gc<Tuple>, E> {
        let mut v = taipan_heap::GcVec::with_capacity(&self.heap, n);
        for i in 0..n {
            v.push(&self.heap, f(i)?);
        }
        Ok(self.new_tuple(&v))
    }
}

const PRIME1: u64 = 11400714785074694791;
const PRIME2: u64 = 14029467366897019727;
/// Where the hash of a tuple (and of a slice) begins: CPython's simplified xxHash.
pub const HASH_START: u64 = 2870177450012600261;
/// One item's part in it.
#[inline(always)]
pub fn hash_lane(acc: u64, lane: i64) -> u64 {
    acc.wrapping_add((lane as u64).wrapping_mul(PRIME2)).rotate_left(31).wrapping_mul(PRIME1)
}

/// Replaces an item of a tuple that no one else has seen yet.
///
/// # Safety
/// `i` is below the length and nobody holds a slice of the items.
pub unsafe fn set_item(t: Gc<Tuple>, i: usize, v: Value) {
    // SAFETY: by the caller's promise.
    unsafe { (t.data.as_ptr() as *mut Value).add(i).write(v) };
    barrier(t.header());
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "tuple",
    kind: crate::kinds::TUPLE,
    size: size_of::<Tuple>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::SEQUENCE | flag::MATCH_SELF,
    slots: crate::objects::tuple_methods::SLOTS,
    methods: crate::objects::tuple_methods::METHODS,
    doc: crate::objects::tuple_methods::DOC,
    ..TypeDef::EMPTY
};

//! Buffers in the heap: vectors of values and raw bytes that other objects own, and [`GcVec`] for Rust code.

use crate::heap::Heap;
use crate::object::{Gc, Header, barrier, kind};
use crate::value::Value;
use std::cell::Cell;

/// A traced vector of `cap` values; unused places hold the word 0 (the float 0.0), which traces as nothing.
#[repr(C)]
pub struct ValueBuf {
    header: Header,
    cap: Cell<usize>,
    data: [Cell<Value>; 0],
}

impl ValueBuf {
    /// A buffer for `cap` values, all zero words. `None` when there is no memory for it.
    pub fn try_new(heap: &Heap, cap: usize) -> Option<Gc<ValueBuf>> {
        ValueBuf::try_new_filled(heap, cap, 0)
    }
    /// A buffer for `cap` values of which the caller writes the first `filled` at once; the rest are zero words.
    pub fn try_new_filled(heap: &Heap, cap: usize, filled: usize) -> Option<Gc<ValueBuf>> {
        let size = cap.checked_mul(8)?.checked_add(size_of::<ValueBuf>())?;
        let p = if size <= crate::block::CELL_LIMIT {
            heap.alloc_raw(size, kind::VALUE_BUF, std::ptr::null_mut(), 0)
        } else {
            heap.alloc_slow(size, kind::VALUE_BUF, std::ptr::null_mut(), 0)
        };
        if p.is_null() {
            return None;
        }
        // SAFETY: a fresh cell of `size` bytes.
        unsafe {
            let b = p.cast::<ValueBuf>();
            (&raw mut (*b).cap).write(Cell::new(cap));
            let filled = filled.min(cap);
            if !heap.comes_zeroed(p, size) {
                std::ptr::write_bytes((&raw mut (*b).data).cast::<u64>().add(filled), 0, cap - filled);
            }
            Some(Gc::from_ptr(b))
        }
    }
    /// As [`ValueBuf::try_new`]; aborts without memory. For sizes that the program's data bound.
    pub fn new(heap: &Heap, cap: usize) -> Gc<ValueBuf> {
        ValueBuf::try_new(heap, cap).unwrap_or_else(|| crate::heap::out_of_memory())
    }
    /// Number of places.
    #[inline(always)]
    pub fn cap(&self) -> usize {
        self.cap.get()
    }
    /// Address of the first value.
    #[inline(always)]
    pub fn data(&self) -> *mut Value {
        self.data.as_ptr() as *mut Value
    }
    /// All places.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Value] {
        // SAFETY: `cap` initialised values follow. The slice must not be held across writes to the buffer.
        unsafe { std::slice::from_raw_parts(self.data(), self.cap()) }
    }
}

impl Gc<ValueBuf> {
    /// Gives it places for `cap` values where it is, the new ones zero words. Answers whether it could: only large
    /// buffers can, while there are addresses in reserve behind them.
    pub fn try_grow(self, heap: &Heap, cap: usize) -> bool {
        let size = cap.checked_mul(8).and_then(|n| n.checked_add(size_of::<ValueBuf>()));
        let grown = cap > self.cap() && size.is_some_and(|n| heap.grow_in_place(self.header_ptr(), n));
        if grown {
            self.cap.set(cap);
        }
        grown
    }
    /// Reads place `i`. Panics past the end.
    #[inline(always)]
    pub fn at(self, i: usize) -> Value {
        assert!(i < self.cap());
        // SAFETY: just checked.
        unsafe { *self.data().add(i) }
    }
    /// Writes place `i`. Panics past the end.
    #[inline(always)]
    pub fn put(self, i: usize, v: Value) {
        assert!(i < self.cap());
        // SAFETY: just checked.
        unsafe { *self.data().add(i) = v };
        barrier(self.header());
    }
}

/// Untraced bytes, 16-byte aligned.
#[repr(C)]
pub struct RawBuf {
    header: Header,
    cap: Cell<usize>,
    _pad: usize,
    data: [Cell<u8>; 0],
}

impl RawBuf {
    /// A buffer of `cap` bytes, zeroed. `None` when there is no memory for it.
    pub fn try_new(heap: &Heap, cap: usize) -> Option<Gc<RawBuf>> {
        let b = RawBuf::try_new_filled(heap, cap, 0)?;
        Some(b)
    }
    /// A buffer of `cap` bytes of which the caller writes the first `filled` at once; the rest is zeroed.
    pub fn try_new_filled(heap: &Heap, cap: usize, filled: usize) -> Option<Gc<RawBuf>> {
        let size = cap.checked_add(size_of::<RawBuf>())?;
        let p = if size <= crate::block::CELL_LIMIT {
            heap.alloc_raw(size, kind::RAW_BUF, std::ptr::null_mut(), 0)
        } else {
            heap.alloc_slow(size, kind::RAW_BUF, std::ptr::null_mut(), 0)
        };
        if p.is_null() {
            return None;
        }
        // SAFETY: a fresh cell of `size` bytes.
        unsafe {
            let b = p.cast::<RawBuf>();
            (&raw mut (*b).cap).write(Cell::new(cap));
            let filled = filled.min(cap);
            if !heap.comes_zeroed(p, size) {
                std::ptr::write_bytes((&raw mut (*b).data).cast::<u8>().add(filled), 0, cap - filled);
            }
            Some(Gc::from_ptr(b))
        }
    }
    /// Number of bytes.
    #[inline(always)]
    pub fn cap(&self) -> usize {
        self.cap.get()
    }
    /// Address of the first byte.
    #[inline(always)]
    pub fn data(&self) -> *mut u8 {
        self.data.as_ptr() as *mut u8
    }
}

impl Gc<RawBuf> {
    /// Gives it `cap` bytes where it is, the new ones zero; as [`Gc::<ValueBuf>::try_grow`].
    pub fn try_grow(self, heap: &Heap, cap: usize) -> bool {
        let size = cap.checked_add(size_of::<RawBuf>());
        let grown = cap > self.cap() && size.is_some_and(|n| heap.grow_in_place(self.header_ptr(), n));
        if grown {
            self.cap.set(cap);
        }
        grown
    }
}

/// A growable vector of values for Rust code. It may live on a native stack or in a traced object (then trace
/// [`GcVec::buf`]); its buffer is a heap object, so its values stay alive. Not inside a `Box` or `Vec`.
pub struct GcVec {
    buf: Option<Gc<ValueBuf>>,
    len: usize,
}

impl GcVec {
    /// Empty, without a buffer.
    pub const fn new() -> GcVec {
        GcVec { buf: None, len: 0 }
    }
    /// Empty, with room for `n`.
    pub fn with_capacity(heap: &Heap, n: usize) -> GcVec {
        GcVec { buf: (n > 0).then(|| ValueBuf::new(heap, n)), len: 0 }
    }
    /// A copy of `vs`.
    pub fn from_slice(heap: &Heap, vs: &[Value]) -> GcVec {
        let mut v = GcVec::with_capacity(heap, vs.len());
        if let Some(buf) = v.buf {
            // SAFETY: the buffer, new and of that capacity, overlaps with nothing.
            unsafe { std::ptr::copy_nonoverlapping(vs.as_ptr(), buf.data(), vs.len()) };
            barrier(buf.header());
            v.len = vs.len();
        }
        v
    }
    /// The buffer, to be traced by an object that holds this vector.
    pub fn buf(&self) -> Option<Gc<ValueBuf>> {
        self.buf
    }
    /// Appends a value.
    #[inline]
    pub fn push(&mut self, heap: &Heap, v: Value) {
        if self.buf.is_none_or(|b| b.cap() == self.len) {
            self.grow(heap);
        }
        let buf = self.buf.expect("grown");
        // SAFETY: the length is below the capacity.
        unsafe { *buf.data().add(self.len) = v };
        barrier(buf.header());
        self.len += 1;
    }
    #[cold]
    fn grow(&mut self, heap: &Heap) {
        let cap = (self.len * 2).max(8);
        if self.buf.is_some_and(|old| old.try_grow(heap, cap)) {
            return;
        }
        let new = ValueBuf::new(heap, cap);
        if let Some(old) = self.buf {
            // SAFETY: both hold at least `len` values.
            unsafe { std::ptr::copy_nonoverlapping(old.data(), new.data(), self.len) };
            heap.retire(old.header_ptr());
        }
        self.buf = Some(new);
    }
    /// Removes and returns the last value.
    pub fn pop(&mut self) -> Option<Value> {
        self.len = self.len.checked_sub(1)?;
        self.buf.map(|b| b.at(self.len))
    }
    /// Shortens to `n` values.
    pub fn truncate(&mut self, n: usize) {
        self.len = self.len.min(n);
    }
}

impl Default for GcVec {
    fn default() -> Self {
        GcVec::new()
    }
}
impl std::ops::Deref for GcVec {
    type Target = [Value];
    #[inline(always)]
    fn deref(&self) -> &[Value] {
        match self.buf {
            // SAFETY: `len` values of the buffer are initialised.
            Some(b) => unsafe { std::slice::from_raw_parts(b.data(), self.len) },
            None => &[],
        }
    }
}
impl std::ops::DerefMut for GcVec {
    /// For permuting values in place (sorting). Do not store new heap pointers through it.
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [Value] {
        match self.buf {
            // SAFETY: as above; `&mut self` makes this the only view.
            Some(b) => unsafe { std::slice::from_raw_parts_mut(b.data(), self.len) },
            None => &mut [],
        }
    }
}

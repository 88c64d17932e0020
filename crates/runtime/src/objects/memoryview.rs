//! `memoryview`, and the buffer protocol: what objects say when they export their bytes.
//!
//! A type's `buffer` slot answers a [`BufferInfo`]; whoever asked releases its `counter` when done (the guard
//! [`Buffer`] does, a `memoryview` does when it is released or dies). Between the two the memory stays where it is: an exporter that can move its bytes counts
//! exports and refuses to be resized meanwhile.

mod methods;
mod view;

pub use view::{DEF, MemoryView};

use crate::vm::Vm;
use crate::vm::error::PyResult;
use std::cell::Cell;
use std::ptr::NonNull;
use taipan_heap::Value;

/// A buffer export.
#[derive(Clone, Copy)]
pub struct BufferInfo {
    /// The object that keeps the memory alive and counts exports.
    pub owner: Value,
    /// First byte of the first item.
    pub data: *mut u8,
    /// Number of bytes in all items.
    pub len: usize,
    /// May it be written to?
    pub writable: bool,
    /// `struct` format of an item.
    pub format: &'static str,
    /// Bytes of an item.
    pub itemsize: usize,
    /// Tuples of lengths and strides, or `None` for one dimension without gaps.
    pub layout: Option<Layout>,
    /// Where the export is counted, if the owner can move its bytes. Whoever asked for the export releases it.
    pub counter: Option<ExportCounter>,
}

/// Counts the exports of one object. It lives outside the heap, so that a dying memoryview may count itself off
/// without touching its exporter, which may be dead as well.
#[derive(Default)]
pub struct ExportCount(Cell<Option<ExportCounter>>);

/// A counted export; released once by who holds it.
#[derive(Clone, Copy)]
pub struct ExportCounter(NonNull<Counter>);

struct Counter {
    exports: Cell<usize>,
    orphan: Cell<bool>,
}

impl ExportCount {
    /// None yet.
    pub const fn new() -> ExportCount {
        ExportCount(Cell::new(None))
    }
    /// Number of exports.
    pub fn get(&self) -> usize {
        // SAFETY: the counter lives until owner and exports are gone.
        self.0.get().map_or(0, |c| unsafe { c.0.as_ref() }.exports.get())
    }
    /// One more export.
    pub fn acquire(&self) -> ExportCounter {
        let c = self.0.get().unwrap_or_else(|| {
            let new = Box::new(Counter { exports: Cell::new(0), orphan: Cell::new(false) });
            ExportCounter(NonNull::from(Box::leak(new)))
        });
        self.0.set(Some(c));
        c.retain()
    }
}
impl Drop for ExportCount {
    fn drop(&mut self) {
        if let Some(c) = self.0.get() {
            // SAFETY: as above; the last one frees it.
            unsafe {
                c.0.as_ref().orphan.set(true);
                if c.0.as_ref().exports.get() == 0 {
                    drop(Box::from_raw(c.0.as_ptr()));
                }
            }
        }
    }
}
impl ExportCounter {
    /// One more export of the same object.
    pub fn retain(self) -> ExportCounter {
        // SAFETY: a counted export keeps the counter.
        let c = unsafe { self.0.as_ref() };
        c.exports.set(c.exports.get() + 1);
        self
    }
    /// Ends the export.
    pub fn release(self) {
        // SAFETY: as above; the last one frees it.
        unsafe {
            let c = self.0.as_ref();
            c.exports.set(c.exports.get() - 1);
            if c.exports.get() == 0 && c.orphan.get() {
                drop(Box::from_raw(self.0.as_ptr()));
            }
        }
    }
}

/// An export that ends with the scope: keeps an object from being resized meanwhile.
pub struct Hold(ExportCounter);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.release();
    }
}
impl ExportCount {
    /// An export that ends with the scope.
    pub fn hold(&self) -> Hold {
        Hold(self.acquire())
    }
}

impl Vm {
    /// Before an object with exports is resized: memoryviews that nobody refers to any more let go. CPython
    /// frees those at once.
    #[cold]
    pub fn drop_dead_exports(&self, count: &ExportCount) -> PyResult<()> {
        if count.get() > 0 {
            // Sweeping is lazy: the second collection finishes the first one's.
            self.heap.collect(true);
            self.heap.collect(true);
        }
        if count.get() > 0 {
            return Err(self.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }
}

/// Dimensions of an export: two tuples of ints of the same length. Zero-dimensional ones are empty.
#[derive(Clone, Copy)]
pub struct Layout {
    /// Items in each dimension.
    pub shape: Value,
    /// Bytes between neighbours in each dimension.
    pub strides: Value,
    /// Are the items in C order without gaps?
    pub contiguous: bool,
}

impl Layout {
    /// The numbers of one of the tuples.
    pub fn numbers(&self, of: Value) -> Vec<isize> {
        of.cast::<crate::objects::tuple::Tuple>()
            .map_or(vec![], |t| t.items().iter().map(|v| v.as_int() as isize).collect())
    }
}

/// Appends the items of a strided array in C order.
///
/// # Safety
/// `data`, `shape` and `strides` describe readable memory.
pub(crate) unsafe fn gather(
    data: *const u8,
    shape: &[isize],
    strides: &[isize],
    item: usize,
    out: &mut Vec<u8>,
) {
    let Some(&n) = shape.first() else {
        // SAFETY: one item.
        out.extend_from_slice(unsafe { std::slice::from_raw_parts(data, item) });
        return;
    };
    for i in 0..n {
        // SAFETY: inside the array, by the caller's promise.
        unsafe { gather(data.offset(i * strides[0]), &shape[1..], &strides[1..], item, out) };
    }
}

impl BufferInfo {
    /// Plain bytes of an object that never moves them.
    pub fn bytes(owner: Value, data: *const u8, len: usize) -> BufferInfo {
        BufferInfo {
            owner,
            data: data as *mut u8,
            len,
            writable: false,
            format: "B",
            itemsize: 1,
            layout: None,
            counter: None,
        }
    }
}

/// A buffer in use by Rust code: plain bytes, released when dropped. It lives on the native stack only.
pub struct Buffer<'a> {
    vm: std::marker::PhantomData<&'a Vm>,
    /// What the exporter said.
    pub info: BufferInfo,
}

impl Drop for Buffer<'_> {
    fn drop(&mut self) {
        if let Some(c) = self.info.counter {
            c.release();
        }
    }
}
impl std::ops::Deref for Buffer<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        if self.info.len == 0 {
            return &[];
        }
        // SAFETY: the export is contiguous memory that stays valid until it is released.
        unsafe { std::slice::from_raw_parts(self.info.data, self.info.len) }
    }
}
impl Buffer<'_> {
    /// All items in C order, whatever the layout.
    pub fn to_vec_in_order(&self) -> Vec<u8> {
        match self.info.layout {
            Some(l) if !l.contiguous => {
                let mut out = Vec::with_capacity(self.info.len);
                let (shape, strides) = (l.numbers(l.shape), l.numbers(l.strides));
                // SAFETY: the export's layout describes readable memory.
                unsafe { gather(self.info.data, &shape, &strides, self.info.itemsize, &mut out) };
                out
            }
            _ => self.to_vec(),
        }
    }
    /// The bytes for writing. The caller runs no Python code while it holds them.
    #[allow(clippy::mut_from_ref)]
    pub fn bytes_mut(&self) -> &mut [u8] {
        assert!(self.info.writable, "asked for a writable buffer");
        if self.info.len == 0 {
            return &mut [];
        }
        // SAFETY: a writable export of contiguous memory, valid until it is released; no other Rust slice of it
        // is held while no Python code runs.
        unsafe { std::slice::from_raw_parts_mut(self.info.data, self.info.len) }
    }
}

impl Vm {
    /// Does `v` export a buffer?
    #[inline]
    pub fn has_buffer(&self, v: Value) -> bool {
        self.class_of(v).slots.buffer.get().is_some()
    }
    /// The export of `v`, of any layout; released by the guard.
    pub fn get_buffer_any(&self, v: Value, writable: bool) -> PyResult<Buffer<'_>> {
        let Some(f) = self.class_of(v).slots.buffer.get() else {
            return Err(
                self.type_error(format!("a bytes-like object is required, not '{}'", self.type_name(v)))
            );
        };
        let info = f(self, v, writable)?;
        Ok(Buffer { vm: std::marker::PhantomData, info })
    }
    /// The bytes of a bytes-like object: `a bytes-like object is required, not 'int'` for others.
    pub fn get_buffer(&self, v: Value) -> PyResult<Buffer<'_>> {
        let b = self.get_buffer_any(v, false)?;
        if b.info.layout.is_some_and(|l| !l.contiguous) {
            return Err(self.buffer_error("memoryview: underlying buffer is not C-contiguous"));
        }
        Ok(b)
    }
    /// As [`Vm::get_buffer`], for writing into it; `name` and `n` say whose argument it is.
    pub fn get_buffer_mut(&self, v: Value, name: &str, n: usize) -> PyResult<Buffer<'_>> {
        let wrong = |vm: &Vm| {
            vm.type_error(format!(
                "{name}() argument {n} must be read-write bytes-like object, not {}",
                vm.arg_type_name(v)
            ))
        };
        if !self.has_buffer(v) {
            return Err(wrong(self));
        }
        match self.get_buffer_any(v, true) {
            Ok(b) if b.info.layout.is_some_and(|l| !l.contiguous) => {
                Err(self.buffer_error("memoryview: underlying buffer is not C-contiguous"))
            }
            Err(e) if self.raised_is(e, self.types.BufferError) => Err(wrong(self)),
            r => r,
        }
    }
}

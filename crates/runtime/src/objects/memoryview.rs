//! `memoryview`, and the buffer protocol: what objects say when they export their bytes.
//!
//! A type's `buffer` slot answers a [`BufferInfo`]; whoever asked calls its `release` when done (the guard
//! [`Buffer`] does). Between the two the memory stays where it is: an exporter that can move its bytes counts
//! exports and refuses to be resized meanwhile.

use crate::vm::Vm;
use crate::vm::error::PyResult;
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
    /// Ends the export: called once with `owner`.
    pub release: Option<fn(&Vm, Value)>,
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
            release: None,
        }
    }
}

/// A buffer in use by Rust code: plain bytes, released when dropped. It lives on the native stack only.
pub struct Buffer<'a> {
    vm: &'a Vm,
    /// What the exporter said.
    pub info: BufferInfo,
}

impl Drop for Buffer<'_> {
    fn drop(&mut self) {
        if let Some(f) = self.info.release {
            f(self.vm, self.info.owner);
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
        Ok(Buffer { vm: self, info })
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

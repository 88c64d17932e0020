//! `memoryview` and what objects say when they export their bytes.

use taipan_heap::Value;

/// A simple (contiguous) buffer export.
#[derive(Clone, Copy)]
pub struct BufferInfo {
    /// The object that keeps the memory alive and counts exports.
    pub owner: Value,
    /// First byte.
    pub data: *mut u8,
    /// Number of bytes.
    pub len: usize,
    /// May it be written to?
    pub writable: bool,
    /// `struct` format of an item.
    pub format: &'static str,
    /// Bytes of an item.
    pub itemsize: usize,
}

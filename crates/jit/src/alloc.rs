//! Objects that compiled code makes: what an allocation descriptor's token means.
//!
//! A token packs an object's size, kind, shape and class. The allocator is called out of line; compiled code or the
//! exit writes header and fields afterwards.

use taipan_heap::Header;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::{Gc, Vm};
use taipan_trace_codegen::ExitObject;

/// What is behind a token: leaked when made, a few dozen in a process.
pub struct Layout {
    /// Bytes.
    pub size: usize,
    /// Kind.
    pub kind: u8,
    /// Class, as its header.
    pub class: *mut Header,
    /// Shape.
    pub shape: u32,
}

/// A token for objects of this layout.
pub fn token(size: usize, kind: u8, class: Gc<Type>, shape: u32) -> u64 {
    let l = Box::leak(Box::new(Layout { size, kind, class: class.header_ptr(), shape }));
    std::ptr::from_ref(l) as u64
}

/// A fresh object; its fields are zero.
pub fn allocate(vm: &Vm, token: u64) -> *mut u8 {
    // SAFETY: tokens come from `token` and are never freed.
    let l = unsafe { &*(token as *const Layout) };
    let p = if l.size <= 2048 {
        vm.heap.alloc_raw(l.size, l.kind, l.class, l.shape)
    } else {
        vm.heap.alloc_slow(l.size, l.kind, l.class, l.shape)
    };
    let p = p.cast::<u8>();
    // SAFETY: a fresh cell of that many bytes, whose header is written.
    unsafe { std::ptr::write_bytes(p.add(16), 0, l.size - 16) };
    p
}

/// Writes the words that the descriptor gives.
///
/// # Safety
/// `p` is a fresh object of the row's layout.
pub unsafe fn initialise(p: *mut u8, o: &ExitObject) {
    for &(offset, w) in &o.init {
        // The header is in place already.
        if offset >= 16 {
            // SAFETY: by the caller's promise.
            unsafe { p.add(offset as usize).cast::<u64>().write(w) };
        }
    }
}

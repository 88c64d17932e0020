//! Blocks: 64 KiB-aligned pieces of memory that hold cells of one size, or one large object.
//!
//! In: requests for blocks. Out: aligned memory with a [`Block`] header at its start, whose first byte is the
//! dirty flag that [`crate::barrier`] sets. Cells start at [`FIRST_CELL`]. A cell whose header's kind is
//! `kind::FREE` is free; fresh memory is zero, hence free.

use crate::object::{Header, kind};
use std::alloc::{Layout, alloc, dealloc};

pub(crate) const BLOCK_SIZE: usize = 64 << 10;
pub(crate) const BLOCK_MASK: usize = !(BLOCK_SIZE - 1);
pub(crate) const FIRST_CELL: usize = 64;

/// Cell sizes above the 16-byte steps.
const MEDIUM: [usize; 13] = [640, 768, 896, 1024, 1280, 1536, 2048, 2560, 3072, 4096, 5120, 6144, 8192];
pub(crate) const SMALL_LIMIT: usize = 512;
pub(crate) const CELL_LIMIT: usize = 8192;
pub(crate) const CLASSES: usize = SMALL_LIMIT / 16 + MEDIUM.len();

/// Size class for an object of `size` bytes (1..=CELL_LIMIT).
#[inline(always)]
pub(crate) fn class_of(size: usize) -> usize {
    if size <= SMALL_LIMIT { size.div_ceil(16) - 1 } else { medium_class(size) }
}

fn medium_class(size: usize) -> usize {
    SMALL_LIMIT / 16 + MEDIUM.iter().position(|&s| size <= s).expect("size is within the cell limit")
}

/// Cell size of a class.
pub(crate) fn cell_size(class: usize) -> usize {
    if class < SMALL_LIMIT / 16 { (class + 1) * 16 } else { MEDIUM[class - SMALL_LIMIT / 16] }
}

/// Bytes that are asked of the system at a time for small blocks; pages are taken when touched.
pub(crate) const CHUNK: usize = 4 << 20;

/// A mapping of [`CHUNK`] zeroed bytes, aligned to blocks; null when there is no memory.
pub(crate) fn map_chunk() -> *mut u8 {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: an anonymous mapping; what lies outside the aligned part is given back.
    unsafe {
        let size = CHUNK + BLOCK_SIZE;
        let p = libc::mmap(std::ptr::null_mut(), size, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
        if p == libc::MAP_FAILED {
            return std::ptr::null_mut();
        }
        let start = p as usize;
        let aligned = (start + BLOCK_SIZE - 1) & BLOCK_MASK;
        if aligned > start {
            libc::munmap(p, aligned - start);
        }
        let end = aligned + CHUNK;
        if start + size > end {
            libc::munmap(end as *mut libc::c_void, start + size - end);
        }
        aligned as *mut u8
    }
}

/// Header of a block.
#[repr(C)]
pub(crate) struct Block {
    /// 1 when some old object in it was written to.
    pub dirty: u8,
    /// Holds one large object of `large` bytes (0: cells).
    pub is_large: bool,
    pub swept: bool,
    pub class: u8,
    /// Bytes of a cell; of the object, for a large one.
    pub cell: usize,
    /// Number of cells.
    pub count: u32,
    /// Layout size that it was allocated with.
    pub layout_size: usize,
}

impl Block {
    /// A block of cells of `class` in fresh memory: `p` is aligned and all zero, so that every cell is free.
    ///
    /// # Safety
    /// `p` points to `BLOCK_SIZE` zeroed bytes of this heap's own.
    pub unsafe fn new_small(p: *mut Block, class: usize) {
        // SAFETY: by the caller's promise.
        unsafe { Block::write_header(p, class) };
    }
    /// # Safety
    /// As for [`Block::new_small`], zeroed or not.
    unsafe fn write_header(p: *mut Block, class: usize) -> usize {
        let cell = cell_size(class);
        let count = (BLOCK_SIZE - FIRST_CELL) / cell;
        // SAFETY: by the caller's promise.
        unsafe {
            p.write(Block {
                dirty: 0,
                is_large: false,
                swept: true,
                class: class as u8,
                cell,
                count: count as u32,
                layout_size: BLOCK_SIZE,
            });
        }
        count
    }
    /// Gives a free block to a size class.
    ///
    /// # Safety
    /// `p` is a block without live cells.
    pub unsafe fn format(p: *mut Block, class: usize) {
        // SAFETY: by the caller's promise; each cell's header lies within the block.
        unsafe {
            let count = Block::write_header(p, class);
            for i in 0..count {
                (*Block::cell_at(p, i)).set_kind(kind::FREE);
            }
        }
    }
    /// A block for one object of `size` bytes; null when there is no memory.
    pub fn new_large(size: usize) -> *mut Block {
        let Some(total) = size.checked_add(FIRST_CELL) else { return std::ptr::null_mut() };
        let Ok(layout) = Layout::from_size_align(total, BLOCK_SIZE) else { return std::ptr::null_mut() };
        // SAFETY: the layout has a size.
        let p = unsafe { alloc(layout) } as *mut Block;
        if !p.is_null() {
            // SAFETY: fresh memory of sufficient size and alignment.
            unsafe {
                p.write(Block {
                    dirty: 0,
                    is_large: true,
                    swept: true,
                    class: 0,
                    cell: size,
                    count: 1,
                    layout_size: total,
                });
                (*Block::cell_at(p, 0)).set_kind(kind::FREE);
            }
        }
        p
    }
    /// Frees a block's memory.
    ///
    /// # Safety
    /// Nothing points into it any more.
    pub unsafe fn free(p: *mut Block) {
        // SAFETY: small blocks are pages of a mapping of their own heap, large ones allocated with this layout.
        unsafe {
            if !(*p).is_large {
                libc::munmap(p.cast(), BLOCK_SIZE);
                return;
            }
            let layout = Layout::from_size_align_unchecked((*p).layout_size, BLOCK_SIZE);
            dealloc(p.cast(), layout);
        }
    }
    /// The `i`-th cell.
    ///
    /// # Safety
    /// `i` is below the count.
    #[inline(always)]
    pub unsafe fn cell_at(p: *mut Block, i: usize) -> *mut Header {
        // SAFETY: by the caller's promise.
        unsafe { (p as *mut u8).add(FIRST_CELL + i * (*p).cell).cast() }
    }
}

//! Blocks: 64 KiB-aligned pieces of memory that hold cells of one size, or one large object.
//!
//! In: requests for blocks. Out: aligned memory with a [`Block`] header at its start, whose first byte is the
//! dirty flag that [`crate::barrier`] sets. Cells start at [`FIRST_CELL`]. A cell whose header's kind is
//! `kind::FREE` is free; fresh memory is zero, hence free.

use crate::object::{Header, kind};
use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};

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
    /// A block of cells of `class`.
    pub fn new_small(class: usize) -> *mut Block {
        let layout = Layout::from_size_align(BLOCK_SIZE, BLOCK_SIZE).expect("constant layout");
        // SAFETY: the layout has a size.
        let p = unsafe { alloc_zeroed(layout) } as *mut Block;
        if p.is_null() {
            std::alloc::handle_alloc_error(layout);
        }
        // SAFETY: fresh memory of sufficient size and alignment.
        unsafe { Block::format(p, class) };
        p
    }
    /// Gives a free block to a size class.
    ///
    /// # Safety
    /// `p` is a block without live cells.
    pub unsafe fn format(p: *mut Block, class: usize) {
        let cell = cell_size(class);
        let count = (BLOCK_SIZE - FIRST_CELL) / cell;
        // SAFETY: by the caller's promise; each cell's header lies within the block.
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
        // SAFETY: allocated with this layout.
        unsafe {
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

//! Blocks: 64 KiB-aligned pieces of memory that hold cells of one size, or one large object.
//!
//! In: requests for blocks. Out: aligned memory with a [`Block`] header at its start, whose first byte is the
//! dirty flag that [`crate::barrier`] sets. Cells start at [`FIRST_CELL`].
//!
//! A large object from [`MAPPED_FROM`] bytes on lies in a mapping of its own, with addresses in reserve behind it: it
//! can grow in place (a list that is appended to is neither copied nor held twice), and goes back to the system at once.
//!
//! Two bitmaps, a bit for every 16 bytes, say what the cells are, so that nobody looks at dead ones: `marks` has the
//! first bit of each cell that was marked, `used` that of each cell that may hold an object. Between collections the
//! runs that were handed out are filled with set bits in `used`; sweeping is `used = marks`.

use crate::object::{Header, kind};
use std::alloc::{Layout, alloc, dealloc};

pub(crate) const BLOCK_SIZE: usize = 64 << 10;
pub(crate) const BLOCK_MASK: usize = !(BLOCK_SIZE - 1);
pub(crate) const FIRST_CELL: usize = size_of::<Block>().next_multiple_of(64);
/// Words of a bitmap with a bit for every 16 bytes of a block.
pub(crate) const MAP_WORDS: usize = BLOCK_SIZE / 16 / 64;

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

/// A mapping of `size` bytes, aligned to `align` (a power of two); null where there are no addresses for it.
fn map_aligned(size: usize, align: usize, protection: i32) -> *mut u8 {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    let Some(wide) = size.checked_add(align) else { return std::ptr::null_mut() };
    // SAFETY: a fresh anonymous mapping; what lies outside the aligned part is given back.
    unsafe {
        let p = libc::mmap(std::ptr::null_mut(), wide, protection, flags, -1, 0);
        if p == libc::MAP_FAILED {
            return std::ptr::null_mut();
        }
        let start = p as usize;
        let aligned = start.next_multiple_of(align);
        if aligned > start {
            libc::munmap(p, aligned - start);
        }
        let end = aligned + size;
        if start + wide > end {
            libc::munmap(end as *mut libc::c_void, start + wide - end);
        }
        aligned as *mut u8
    }
}

/// A mapping of [`CHUNK`] zeroed bytes, aligned to blocks; null when there is no memory.
/// In huge pages if `huge`: a heap of some size is walked all over, and each small page takes an entry of few.
pub(crate) fn map_chunk(huge: bool) -> *mut u8 {
    let align = if huge { HUGE_PAGE } else { BLOCK_SIZE };
    let p = map_aligned(CHUNK, align, libc::PROT_READ | libc::PROT_WRITE);
    if huge && !p.is_null() {
        // SAFETY: a fresh mapping. The system may take no notice.
        unsafe { libc::madvise(p.cast(), CHUNK, libc::MADV_HUGEPAGE) };
    }
    p
}

/// Sizes of blocks from which large objects get a mapping of their own.
const MAPPED_FROM: usize = 256 << 10;
/// Most bytes of addresses that are reserved behind one large object.
const RESERVE_LIMIT: usize = 1 << 30;
/// Sizes from which huge pages are asked for, and their size.
const HUGE_FROM: usize = 4 << 20;
const HUGE_PAGE: usize = 2 << 20;
const PAGE: usize = 4096;

/// Makes the bytes `from..to` of a reservation usable (both rounded up to pages): zeroed ones. The system may refuse.
///
/// # Safety
/// The bytes belong to a reservation and nothing lies in them.
unsafe fn commit(base: *mut u8, from: usize, to: usize) -> bool {
    let (from, to) = (from.next_multiple_of(PAGE), to.next_multiple_of(PAGE));
    if from >= to {
        return true;
    }
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
    // SAFETY: by the caller's promise. Mapped anew rather than made accessible, so that the system counts the bytes and
    // refuses what the machine cannot hold.
    unsafe {
        let p = base.add(from).cast();
        if libc::mmap(p, to - from, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0) == libc::MAP_FAILED {
            return false;
        }
        // Whole huge pages only: the last one is not held for a few bytes.
        let (first, last) = (from & !(HUGE_PAGE - 1), to & !(HUGE_PAGE - 1));
        if to >= HUGE_FROM && last > first {
            libc::madvise(base.add(first).cast(), last - first, libc::MADV_HUGEPAGE);
        }
        true
    }
}

/// Header of a block.
#[repr(C)]
pub(crate) struct Block {
    /// 1 when some old object in it was written to.
    pub dirty: u8,
    /// Holds one large object of `cell` bytes.
    pub is_large: bool,
    /// Cells were handed out since it was swept, or a tomb waits for the next sweep.
    pub touched: bool,
    /// Some of its objects may have to be dropped. (Of a large one: it survived a collection.)
    pub drops: bool,
    pub class: u8,
    /// Of a large object: a larger one took its place.
    pub outgrown: bool,
    /// Number of cells.
    pub count: u32,
    /// Cells that the last sweep left in use.
    pub live: u32,
    /// Cells handed out since.
    pub handed: u32,
    /// Its place in the list of its size class.
    pub index: u32,
    /// 2^32 / `cell`, rounded up: for finding the cell of an inner pointer.
    inverse: u32,
    /// Bytes of a cell; of the object, for a large one.
    pub cell: usize,
    /// Bytes in use, this header included.
    pub layout_size: usize,
    /// Of a large object in a mapping of its own: the bytes of the mapping, those in reserve included. Else 0.
    reserved: usize,
    /// Of such a mapping: the bytes that are usable, and those that earlier objects may have written to.
    committed: usize,
    written: usize,
    pub used: [u64; MAP_WORDS],
    pub marks: [u64; MAP_WORDS],
}

/// The bit of the cell at `address`, in 16 bytes from the block's start.
#[inline(always)]
pub(crate) fn granule(address: usize) -> usize {
    (address & !BLOCK_MASK) >> 4
}
#[inline(always)]
pub(crate) fn test(map: &[u64; MAP_WORDS], g: usize) -> bool {
    map[g >> 6 & (MAP_WORDS - 1)] >> (g & 63) & 1 != 0
}
/// Sets or clears the bits `from..to`.
pub(crate) fn fill(map: &mut [u64; MAP_WORDS], from: usize, to: usize, set: bool) {
    let mut g = from;
    while g < to {
        let n = (64 - (g & 63)).min(to - g);
        let bits = (u64::MAX >> (64 - n)) << (g & 63);
        let word = &mut map[g >> 6];
        *word = if set { *word | bits } else { *word & !bits };
        g += n;
    }
}
/// The first set bit from `from` on, or `end`.
fn next_set(map: &[u64; MAP_WORDS], from: usize, end: usize) -> usize {
    let mut w = from >> 6;
    let mut word = map[w] & (u64::MAX << (from & 63));
    loop {
        if word != 0 {
            return (w * 64 + word.trailing_zeros() as usize).min(end);
        }
        w += 1;
        if w * 64 >= end {
            return end;
        }
        word = map[w];
    }
}

impl Block {
    /// Makes a block of cells of `class`, all free. The memory of the cells is not touched.
    ///
    /// # Safety
    /// `p` points to `BLOCK_SIZE` aligned bytes of this heap's own, without live cells.
    pub unsafe fn format(p: *mut Block, class: usize) {
        let cell = cell_size(class);
        // SAFETY: by the caller's promise.
        unsafe {
            p.write(Block {
                dirty: 0,
                is_large: false,
                touched: false,
                drops: false,
                class: class as u8,
                outgrown: false,
                count: ((BLOCK_SIZE - FIRST_CELL) / cell) as u32,
                live: 0,
                handed: 0,
                index: 0,
                inverse: ((1u64 << 32) / cell as u64 + 1) as u32,
                cell,
                layout_size: BLOCK_SIZE,
                reserved: 0,
                committed: 0,
                written: 0,
                used: [0; MAP_WORDS],
                marks: [0; MAP_WORDS],
            });
        }
    }
    /// A block for one object of `size` bytes; null when there is no memory.
    pub fn new_large(size: usize) -> *mut Block {
        let Some(total) = size.checked_add(FIRST_CELL) else { return std::ptr::null_mut() };
        if total >= MAPPED_FROM {
            return Block::new_mapped(size, total);
        }
        let Ok(layout) = Layout::from_size_align(total, BLOCK_SIZE) else { return std::ptr::null_mut() };
        // SAFETY: the layout has a size.
        let p = unsafe { alloc(layout) } as *mut Block;
        if !p.is_null() {
            // SAFETY: fresh memory of sufficient size and alignment.
            unsafe { Block::format_large(p, size, 0) };
        }
        p
    }
    /// The same with a mapping of its own.
    fn new_mapped(size: usize, total: usize) -> *mut Block {
        let exact = total.next_multiple_of(BLOCK_SIZE);
        let wide = exact + (exact.saturating_mul(3)).min(RESERVE_LIMIT);
        // Where addresses are scarce (a limit on them), what is needed has to do.
        for bytes in [wide, exact] {
            let p =
                map_aligned(bytes, if total >= HUGE_FROM { HUGE_PAGE } else { BLOCK_SIZE }, libc::PROT_NONE);
            if p.is_null() {
                continue;
            }
            // SAFETY: the mapping is fresh, and large enough.
            unsafe {
                if !commit(p, 0, total) {
                    libc::munmap(p.cast(), bytes);
                    return std::ptr::null_mut();
                }
                Block::format_large(p.cast(), size, bytes);
            }
            return p.cast();
        }
        std::ptr::null_mut()
    }
    /// # Safety
    /// `p` points to fresh memory of sufficient size and alignment.
    unsafe fn format_large(p: *mut Block, size: usize, reserved: usize) {
        // SAFETY: by the caller's promise.
        unsafe {
            Block::format(p, 0);
            (*p).is_large = true;
            (*p).count = 1;
            (*p).cell = size;
            (*p).layout_size = size + FIRST_CELL;
            (*p).reserved = reserved;
            (*p).committed = if reserved > 0 { ((*p).layout_size).next_multiple_of(PAGE) } else { 0 };
        }
    }
    /// How many bytes of memory a mapping without an object holds.
    pub fn held(&self) -> usize {
        self.committed
    }
    /// Would the mapping do for an object of `size` bytes without much going to waste?
    pub fn suits(&self, size: usize) -> bool {
        let total = size.saturating_add(FIRST_CELL);
        (MAPPED_FROM..=self.reserved).contains(&total) && total >= self.committed / 4
    }
    /// Takes the mapping of an object that died for another one of `size` bytes. Answers whether there was memory for it.
    ///
    /// # Safety
    /// The mapping holds no live object, and [`Block::suits`].
    pub unsafe fn reuse(p: *mut Block, size: usize) -> bool {
        // SAFETY: by the caller's promise.
        unsafe {
            let (reserved, committed) = ((*p).reserved, (*p).committed);
            let written = (*p).written.max((*p).layout_size);
            if !commit(p.cast(), committed, size + FIRST_CELL) {
                return false;
            }
            Block::format_large(p, size, reserved);
            (*p).committed = committed.max((*p).committed);
            (*p).written = written;
            true
        }
    }
    /// Does a large object lie in a mapping of its own?
    pub fn is_mapped(&self) -> bool {
        self.reserved > 0
    }
    /// Is it the first in its mapping? Such memory comes zeroed.
    pub fn is_fresh(&self) -> bool {
        self.is_mapped() && self.written == 0
    }
    /// Lets the large object of the block grow to `size` bytes where it is; what comes behind it is zeroed. Answers
    /// whether there was room.
    ///
    /// # Safety
    /// `p` is a block with a large object.
    pub unsafe fn grow_large(p: *mut Block, size: usize) -> bool {
        // SAFETY: by the caller's promise; the bytes behind those in use are in reserve.
        unsafe {
            let Some(total) = size.checked_add(FIRST_CELL) else { return false };
            let before = (*p).layout_size;
            if total > (*p).reserved || total < before || !commit(p.cast(), (*p).committed, total) {
                return false;
            }
            (*p).committed = (*p).committed.max(total.next_multiple_of(PAGE));
            let stale = (*p).written.min(total);
            if stale > before {
                std::ptr::write_bytes(p.cast::<u8>().add(before), 0, stale - before);
            }
            (*p).cell = size;
            (*p).layout_size = total;
            true
        }
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
            if (*p).reserved > 0 {
                libc::munmap(p.cast(), (*p).reserved);
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
    /// Bytes between its first cell and the end of its last one, as granules of the block.
    fn granules(&self) -> (usize, usize, usize) {
        let step = self.cell / 16;
        (FIRST_CELL / 16, step, FIRST_CELL / 16 + step * self.count as usize)
    }
    /// The cell that holds offset `off` of the block, if it is in use.
    ///
    /// # Safety
    /// `p` is a block; no run of its cells is being handed out.
    pub unsafe fn cell_of(p: *mut Block, off: usize) -> Option<*mut Header> {
        // SAFETY: by the caller's promise.
        unsafe {
            let b = &*p;
            let inner = off.checked_sub(FIRST_CELL)?;
            if b.is_large {
                return (inner < b.cell).then(|| Block::cell_at(p, 0));
            }
            let i = ((inner as u64 * b.inverse as u64) >> 32) as usize;
            if i >= b.count as usize {
                return None;
            }
            let h = Block::cell_at(p, i);
            test(&b.used, granule(h as usize)).then_some(h)
        }
    }
    /// Calls `f` with each cell in use whose bit in `but` is not set.
    ///
    /// # Safety
    /// As for [`Block::cell_of`].
    pub unsafe fn each_cell(p: *mut Block, but: Option<&[u64; MAP_WORDS]>, mut f: impl FnMut(*mut Header)) {
        // SAFETY: by the caller's promise; bits stand for cells of the block.
        unsafe {
            if (*p).is_large {
                return f(Block::cell_at(p, 0));
            }
            let (mut g, step, end) = (*p).granules();
            while g < end {
                if (*p).used[g >> 6] >> (g & 63) == 0 {
                    // Nothing in the rest of the word: to the first cell that begins behind it.
                    let skip = ((g | 63) + 1 - g).div_ceil(step) * step;
                    g += skip;
                    continue;
                }
                if test(&(*p).used, g) && !but.is_some_and(|m| test(m, g)) {
                    f((p as *mut u8).add(g * 16).cast());
                }
                g += step;
            }
        }
    }
    /// Calls `f` with each cell that is marked: old objects.
    ///
    /// # Safety
    /// As for [`Block::cell_of`].
    pub unsafe fn each_marked(p: *mut Block, mut f: impl FnMut(*mut Header)) {
        // SAFETY: by the caller's promise; bits stand for cells of the block.
        unsafe {
            if (*p).is_large {
                return f(Block::cell_at(p, 0));
            }
            for w in 0..MAP_WORDS {
                let mut word = (*p).marks[w];
                while word != 0 {
                    let g = w * 64 + word.trailing_zeros() as usize;
                    word &= word - 1;
                    f((p as *mut u8).add(g * 16).cast());
                }
            }
        }
    }
    /// The next run of free cells from granule `from` (0: the first) on, as granules; its bits are set in `used`.
    pub fn take_run(&mut self, from: usize) -> Option<(usize, usize)> {
        let (first, step, last) = self.granules();
        let mut g = from.max(first);
        while g < last && test(&self.used, g) {
            g += step;
        }
        if g >= last {
            return None;
        }
        let end = next_set(&self.used, g, last);
        fill(&mut self.used, g, end, true);
        self.handed += ((end - g) / step) as u32;
        Some((g, end))
    }
    /// Takes back the cells `cur..end` (addresses) of a run that was handed out.
    pub fn give_back(&mut self, cur: usize, end: usize) {
        if cur < end {
            let n = (end - cur) / 16;
            let g = granule(cur);
            fill(&mut self.used, g, g + n, false);
            self.handed -= ((end - cur) / self.cell) as u32;
        }
    }
    /// Makes the cells free that are neither marked nor in `kept`, and overwrites them if that is asked for; answers
    /// how many were freed.
    pub fn sweep(&mut self, kept: Option<&[u64; MAP_WORDS]>, overwrite: bool) -> u32 {
        if overwrite || cfg!(debug_assertions) {
            self.poison(kept);
        }
        let before = self.live + self.handed;
        let mut live = 0;
        for w in 0..MAP_WORDS {
            let word = self.marks[w] | kept.map_or(0, |k| k[w]);
            self.used[w] = word;
            live += word.count_ones();
        }
        self.live = live;
        self.handed = 0;
        before - live
    }
    /// Makes stale pointers show.
    fn poison(&mut self, kept: Option<&[u64; MAP_WORDS]>) {
        let mut but = self.marks;
        if let Some(k) = kept {
            but.iter_mut().zip(k).for_each(|(a, b)| *a |= b);
        }
        let cell = self.cell;
        // SAFETY: dead cells of this block.
        unsafe {
            Block::each_cell(self, Some(&but), |h| {
                (*h).set_kind(kind::FREE);
                crate::stress::poison(h, cell);
            });
        }
    }
}

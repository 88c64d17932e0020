//! [`Heap`]: allocation in size-class blocks by bumping through free runs.
//!
//! In: sizes and kinds. Out: cells. Each size class bumps through a run of free cells of its current block; at
//! the end of a run the next run of the block is found, then the next block with free cells, and only then new memory
//! is taken or a collection made. Marking and sweeping are in `collect.rs`. What a minor collection does is
//! proportional to what was allocated and written to since the last one, not to the heap.

use crate::block::{BLOCK_MASK, BLOCK_SIZE, Block, CELL_LIMIT, CLASSES, FIRST_CELL, class_of};
use crate::collect::{GcStats, Tracer};
use crate::object::{Gc, Header, HeapObject, Slot, kind};
use crate::stress::Stress;
use crate::value::Value;
use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::{HashMap, VecDeque};

/// A row of the kind table: how objects of a kind are traced and dropped.
#[derive(Clone, Copy)]
pub struct KindInfo {
    /// Name for dumps.
    pub name: &'static str,
    /// Visits each traced field (the class is visited by the collector itself).
    pub trace: unsafe fn(*mut Header, &mut Tracer),
    /// Frees what the object owns outside the heap. May not touch other heap objects, except dead ones of a
    /// kind with a tomb.
    pub drop: Option<unsafe fn(*mut Header)>,
    /// Kind that a dead object of this kind gets until the next collection, with its class cleared: others that
    /// died with it may still look at its untraced fields when they are dropped. 0: none, it is freed at once.
    pub tomb: u8,
    /// Which objects of this kind refer to nothing.
    pub leaf: Leaf,
}

/// Those objects of a kind that refer to nothing but their class, which lives anyway: they are marked and not looked into.
#[derive(Clone, Copy)]
pub struct Leaf {
    /// The shape that they have (a class's own, without attributes); 0: there are none.
    pub shape: u32,
    /// Header flags that they do not have.
    pub without: u16,
}

impl Leaf {
    /// All objects of the kind may refer to others.
    pub const NONE: Leaf = Leaf { shape: 0, without: 0 };

    /// # Safety
    /// `h` is an object of the kind.
    #[inline(always)]
    pub(crate) unsafe fn is(self, h: *mut Header) -> bool {
        // SAFETY: by the caller's promise.
        let h = unsafe { &*h };
        self.shape != 0 && h.shape() == self.shape && !h.has(self.without)
    }
}

/// First fields of an object that refers weakly: the collector clears `referent` when its target dies.
#[repr(C)]
pub struct WeakCell {
    /// Header.
    pub header: Header,
    /// The target, or null once it died.
    pub referent: Cell<*mut Header>,
    /// Called (by the run-time) with this object after the target died, unless `None`.
    pub callback: Slot<Value>,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Run {
    pub cur: usize,
    pub end: usize,
    pub cell: usize,
}

impl Run {
    const NONE: Run = Run { cur: 0, end: 0, cell: 0 };
}

pub(crate) struct ClassState {
    pub run: Cell<Run>,
    /// Under stress, the run that is handed out one cell at a time; `run` is empty then.
    pub spare: Cell<Run>,
    /// Block of the current run, and where to look for the next one.
    pub block: Cell<*mut Block>,
    pub next: Cell<usize>,
    pub blocks: RefCell<Vec<*mut Block>>,
    /// Blocks of which a good part is free and that no run was taken of since the last collection.
    pub free: RefCell<Vec<*mut Block>>,
    /// Such blocks with few free cells: their runs are short, so that they come last before fresh memory.
    pub scraps: RefCell<Vec<*mut Block>>,
}

/// Roots: called with the tracer at each collection.
pub type RootFn = unsafe fn(*const (), &mut Tracer);

/// Most bytes held by mappings that are kept for the next large object.
const SPARE_LIMIT: usize = 16 << 20;
/// After so many mappings for blocks further ones are made of huge pages: what the last of them wastes is little then.
const HUGE_CHUNKS_FROM: usize = 16;

/// A heap. Belongs to one VM; not shared between threads without that VM's lock.
pub struct Heap {
    pub(crate) classes: [ClassState; CLASSES],
    pub(crate) large: RefCell<Vec<*mut Block>>,
    /// Blocks of cells to be swept at the next collection, minor or full.
    pub(crate) touched: RefCell<Vec<*mut Block>>,
    /// Kinds whose dead objects must be looked at: a bit for each.
    pub(crate) dropped_kinds: [u64; 4],
    pub(crate) free_blocks: RefCell<Vec<*mut Block>>,
    /// Mappings whose large object died; how many were there at the last full collection already; and the bytes that
    /// they hold.
    spare: RefCell<Vec<*mut Block>>,
    spare_aged: Cell<usize>,
    spare_bytes: Cell<usize>,
    /// Rest of the mapping that new blocks are cut from: (next, end).
    pub(crate) chunk: Cell<(usize, usize)>,
    /// Mappings for blocks made so far.
    chunks: Cell<usize>,
    /// A chunk for the time when the system has none.
    reserve: Cell<*mut u8>,
    exhausted: Cell<bool>,
    /// Block that each 64 KiB granule of the address space belongs to.
    pub(crate) granules: UnsafeCell<HashMap<usize, *mut Block, std::hash::BuildHasherDefault<GranuleHasher>>>,
    pub(crate) kinds: &'static [KindInfo],
    pub(crate) roots: Cell<Option<(RootFn, *const ())>>,
    /// Base (highest address) of the native stack of the thread that runs.
    pub(crate) stack_base: Cell<usize>,
    /// Stacks of threads that wait for the lock: (lowest live address, base).
    pub(crate) parked: RefCell<Vec<(usize, usize)>>,
    pub(crate) mark: Cell<u8>,
    pub(crate) mark_stack: RefCell<Vec<*mut Header>>,
    /// Weak reference objects by the address of their target.
    pub(crate) weak: RefCell<HashMap<usize, Vec<*mut WeakCell>>>,
    /// Targets that weak references were made to since the last collection.
    pub(crate) weak_young: RefCell<Vec<usize>>,
    pub(crate) finalizable: RefCell<Vec<*mut Header>>,
    /// How many of those survived the last collection.
    pub(crate) finalizable_old: Cell<usize>,
    /// How many objects with a finaliser, and weak references with a callback, were registered so far.
    pub(crate) last_words: Cell<u64>,
    pub(crate) weak_pending: RefCell<VecDeque<*mut WeakCell>>,
    pub(crate) finalize_pending: RefCell<VecDeque<*mut Header>>,
    /// Bytes handed out (in runs and large objects) or charged since the last collection.
    pub(crate) allocated: Cell<usize>,
    pub(crate) minor_limit: Cell<usize>,
    /// Old bytes after the last full collection, and now.
    pub(crate) old_bytes: Cell<usize>,
    pub(crate) full_limit: Cell<usize>,
    /// What share of what was allocated survived the last minor collection.
    pub(crate) survival: Cell<usize>,
    pub(crate) external: Cell<usize>,
    /// Called after a collection that filled the queues.
    pub(crate) on_pending: Cell<Option<(fn(*const ()), *const ())>>,
    pub(crate) stress: Stress,
    pub(crate) automatic: Cell<bool>,
    pub(crate) paused: Cell<u32>,
    pub(crate) collecting: Cell<bool>,
    pub(crate) stats: RefCell<GcStats>,
}

#[derive(Default)]
pub(crate) struct GranuleHasher(u64);
impl std::hash::Hasher for GranuleHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("granules are hashed as usize")
    }
    fn write_usize(&mut self, i: usize) {
        self.0 = (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

impl Heap {
    /// A heap whose kinds from [`kind::FIRST_USER`] on are `kinds` in order. `kinds` must hold the rows of the
    /// heap's own kinds first: use [`Heap::own_kinds`].
    pub fn new(kinds: &'static [KindInfo]) -> Heap {
        Heap {
            classes: std::array::from_fn(|_| ClassState {
                run: Cell::new(Run::NONE),
                spare: Cell::new(Run::NONE),
                block: Cell::new(std::ptr::null_mut()),
                next: Cell::new(0),
                blocks: RefCell::default(),
                free: RefCell::default(),
                scraps: RefCell::default(),
            }),
            large: RefCell::default(),
            touched: RefCell::default(),
            dropped_kinds: {
                let mut bits = [0; 4];
                for (k, info) in kinds.iter().enumerate() {
                    if info.drop.is_some() || info.tomb != 0 {
                        bits[k / 64] |= 1 << (k % 64);
                    }
                }
                bits
            },
            free_blocks: RefCell::default(),
            spare: RefCell::default(),
            spare_aged: Cell::new(0),
            spare_bytes: Cell::new(0),
            chunk: Cell::new((0, 0)),
            chunks: Cell::new(0),
            reserve: Cell::new(crate::block::map_chunk(false)),
            exhausted: Cell::new(false),
            granules: UnsafeCell::default(),
            kinds,
            roots: Cell::new(None),
            stack_base: Cell::new(0),
            parked: RefCell::default(),
            mark: Cell::new(1),
            mark_stack: RefCell::default(),
            weak: RefCell::default(),
            weak_young: RefCell::default(),
            finalizable: RefCell::default(),
            finalizable_old: Cell::new(0),
            last_words: Cell::new(0),
            weak_pending: RefCell::default(),
            finalize_pending: RefCell::default(),
            allocated: Cell::new(0),
            minor_limit: Cell::new(crate::collect::MINOR_LIMIT),
            old_bytes: Cell::new(0),
            full_limit: Cell::new(8 << 20),
            survival: Cell::new(0),
            external: Cell::new(0),
            on_pending: Cell::new(None),
            stress: Stress::default(),
            automatic: Cell::new(true),
            paused: Cell::new(0),
            collecting: Cell::new(false),
            stats: RefCell::default(),
        }
    }

    /// Sets who traces the roots: `f(data, tracer)` is called at each collection.
    ///
    /// # Safety
    /// `data` stays valid for `f` as long as the heap may collect.
    pub unsafe fn set_roots(&self, f: RootFn, data: *const ()) {
        self.roots.set(Some((f, data)));
    }
    /// Sets who is told when a collection queued dead weak references or finalisable objects. The function runs
    /// inside the allocation that collected: it may set a flag, and no more.
    pub fn set_on_pending(&self, f: fn(*const ()), data: *const ()) {
        self.on_pending.set(Some((f, data)));
    }
    /// Sets the base (highest address) of the running thread's native stack. Until it is set, nothing is
    /// collected.
    pub fn set_stack_base(&self, base: usize) {
        self.stack_base.set(base);
    }
    /// The running thread's stack base.
    pub fn stack_base(&self) -> usize {
        self.stack_base.get()
    }
    /// Adds a parked thread's stack range; the VM does so before it gives up its lock.
    pub fn park_stack(&self, low: usize, base: usize) {
        self.parked.borrow_mut().push((low, base));
    }
    /// Removes the parked stack with this base.
    pub fn unpark_stack(&self, base: usize) {
        self.parked.borrow_mut().retain(|&(_, b)| b != base);
    }
    /// Suspends collections while `f` runs (start-up, code that reads raw graphs).
    pub fn without_gc<R>(&self, f: impl FnOnce() -> R) -> R {
        self.paused.set(self.paused.get() + 1);
        let r = f();
        self.paused.set(self.paused.get() - 1);
        r
    }

    /// Allocates and initialises an object.
    #[inline]
    pub fn alloc<T: HeapObject>(
        &self,
        class: *mut Header,
        shape: u32,
        init: impl FnOnce(Header) -> T,
    ) -> Gc<T> {
        let p = self.alloc_raw(size_of::<T>(), T::KIND, class, shape);
        // SAFETY: `p` is a fresh cell of sufficient size; its header is moved into the object.
        unsafe {
            let header = p.read();
            p.cast::<T>().write(init(header));
            Gc::from_ptr(p.cast())
        }
    }

    /// Allocates `size` bytes (header included) and initialises the header only. The caller initialises all
    /// traced fields before the next allocation. Aborts when the machine is out of memory.
    #[inline]
    pub fn alloc_raw(&self, size: usize, kind: u8, class: *mut Header, shape: u32) -> *mut Header {
        if size <= crate::block::SMALL_LIMIT {
            let state = &self.classes[size.div_ceil(16) - 1];
            let run = state.run.get();
            if run.cur < run.end {
                state.run.set(Run { cur: run.cur + run.cell, ..run });
                let p = run.cur as *mut Header;
                Header::init(p, kind, class, shape);
                self.note_kind(p, kind);
                return p;
            }
        }
        let p = self.alloc_slow(size, kind, class, shape);
        if p.is_null() {
            out_of_memory();
        }
        p
    }

    /// For compiled code that allocates in line: the address of two words, next cell and end, and how far the first
    /// moves for an object of `size` bytes and this kind. Where the first is below the second, the cell is free for
    /// the taking. `None` for objects that must be made by a call.
    pub fn bump(&self, size: usize, kind: u8) -> Option<(*const u8, usize)> {
        let drops = self.dropped_kinds[kind as usize >> 6 & 3] >> (kind & 63) & 1 != 0;
        if size > crate::block::SMALL_LIMIT || drops {
            return None;
        }
        let state = &self.classes[size.div_ceil(16) - 1];
        Some((state.run.as_ptr().cast::<u8>().cast_const(), size.next_multiple_of(16)))
    }

    /// The sweep must look at dead objects of some kinds.
    #[inline(always)]
    fn note_kind(&self, p: *mut Header, kind: u8) {
        if self.dropped_kinds[kind as usize >> 6 & 3] >> (kind & 63) & 1 != 0 {
            let block = (p as usize & BLOCK_MASK) as *mut Block;
            // SAFETY: cells lie in blocks; for large objects the flag says something else and is left alone.
            unsafe {
                if !(*block).is_large {
                    (*block).drops = true;
                }
            }
        }
    }

    /// As [`Heap::alloc_raw`], but null when there is no memory for so large an object.
    #[cold]
    #[inline(never)]
    pub fn alloc_slow(&self, size: usize, kind: u8, class: *mut Header, shape: u32) -> *mut Header {
        debug_assert!(!self.collecting.get(), "allocation while collecting");
        let class_raw = class;
        if self.stressed() {
            self.stress_before();
        } else if self.allocated.get() + self.external.get() >= self.minor_limit.get() {
            self.collect_automatic();
        }
        let p = if size > CELL_LIMIT { self.alloc_large(size) } else { self.alloc_cell(class_of(size)) };
        if !p.is_null() {
            Header::init(p, kind, class_raw, shape);
            self.note_kind(p, kind);
            if self.stressed() {
                self.stress_after(p);
            }
        }
        p
    }

    fn alloc_large(&self, size: usize) -> *mut Header {
        // One malloc'd block each; the operating system refuses absurd sizes.
        if size > isize::MAX as usize / 4 {
            return std::ptr::null_mut();
        }
        let block = self.spare_mapping((size + 15) & !15);
        if block.is_null() {
            return std::ptr::null_mut();
        }
        self.allocated.set(self.allocated.get() + size);
        self.large.borrow_mut().push(block);
        self.add_granules(block, size + FIRST_CELL);
        // SAFETY: cell 0 of a fresh block.
        unsafe { Block::cell_at(block, 0) }
    }

    /// A block for a large object: a mapping whose object died lately, or a new one; null without memory.
    fn spare_mapping(&self, size: usize) -> *mut Block {
        let mut spare = self.spare.borrow_mut();
        // SAFETY: mappings of this heap without live objects.
        unsafe {
            let Some(at) = spare.iter().rposition(|&b| (*b).suits(size)) else {
                return Block::new_large(size);
            };
            let block = spare.remove(at);
            if at < self.spare_aged.get() {
                self.spare_aged.set(self.spare_aged.get() - 1);
            }
            self.spare_bytes.set(self.spare_bytes.get() - (*block).held());
            if Block::reuse(block, size) {
                return block;
            }
            Block::free(block);
            std::ptr::null_mut()
        }
    }
    /// Frees the block of a large object that died. A few mappings are kept: those of a loop that makes and drops large
    /// objects would be taken anew, page by page, in each round.
    pub(crate) fn free_large(&self, block: *mut Block) {
        // SAFETY: a block of this heap that nothing points into any more.
        unsafe {
            let held = (*block).held();
            if (*block).is_mapped() && !(*block).outgrown && self.spare_bytes.get() + held <= SPARE_LIMIT {
                self.spare_bytes.set(self.spare_bytes.get() + held);
                self.spare.borrow_mut().push(block);
            } else {
                Block::free(block);
            }
        }
    }
    /// Gives the mappings back to the system that nobody wanted since this was called before.
    pub(crate) fn age_spare(&self) {
        let mut spare = self.spare.borrow_mut();
        for b in spare.drain(..self.spare_aged.get()) {
            // SAFETY: mappings of this heap without live objects.
            unsafe {
                self.spare_bytes.set(self.spare_bytes.get() - (*b).held());
                Block::free(b);
            }
        }
        self.spare_aged.set(spare.len());
    }

    /// Is what was just allocated at `h` zeroed behind its header? (Of pages that nobody touched yet.)
    pub(crate) fn comes_zeroed(&self, h: *mut Header, size: usize) -> bool {
        // SAFETY: a live object of this heap.
        size > CELL_LIMIT && unsafe { (*((h as usize & BLOCK_MASK) as *const Block)).is_fresh() }
    }

    /// Lets a large object grow to `size` bytes where it is, if addresses are in reserve behind it; what comes behind is
    /// zeroed. Answers whether it did: else the caller makes a larger one and copies. May collect.
    pub(crate) fn grow_in_place(&self, h: *mut Header, size: usize) -> bool {
        let block = (h as usize & BLOCK_MASK) as *mut Block;
        // SAFETY: a live object of this heap.
        unsafe {
            if !(*block).is_large {
                return false;
            }
            // A list that grows is what else may drive collections in a loop that allocates nothing small.
            if !self.stressed() && self.allocated.get() + self.external.get() >= self.minor_limit.get() {
                self.collect_automatic();
            }
            let (size, cell, before) = ((size + 15) & !15, (*block).cell, (*block).layout_size);
            if !Block::grow_large(block, size) {
                return false;
            }
            self.allocated.set(self.allocated.get() + (size - cell));
            if (*block).drops {
                self.old_bytes.set(self.old_bytes.get() + (size - cell));
            }
            let map = &mut *self.granules.get();
            for at in (before.next_multiple_of(BLOCK_SIZE)..(*block).layout_size).step_by(BLOCK_SIZE) {
                map.insert((block as usize + at) >> 16, block);
            }
        }
        true
    }

    /// Says that the owner of a large object, which alone referred to it, does so no more: a list whose buffer was
    /// replaced by a longer one. It counts as young again, so that the next minor collection frees it, unless a native
    /// stack still refers to it. Small objects are left alone: their blocks are swept as a whole.
    pub fn retire(&self, h: *mut Header) {
        let block = (h as usize & BLOCK_MASK) as *mut Block;
        // SAFETY: a live object of this heap.
        unsafe {
            if h.is_null() || !(*block).is_large {
                return;
            }
            (*block).outgrown = true;
            if (*h).gc.get() & 0x7F != self.mark.get() || !(*block).drops {
                return;
            }
            (*h).gc.set(0);
            (*block).marks = [0; crate::block::MAP_WORDS];
            (*block).dirty = 0;
            (*block).drops = false;
            self.old_bytes.set(self.old_bytes.get().saturating_sub((*block).cell));
        }
    }

    pub(crate) fn add_granules(&self, block: *mut Block, bytes: usize) {
        // SAFETY: the map is borrowed for this loop only; no call out.
        let map = unsafe { &mut *self.granules.get() };
        let first = block as usize >> 16;
        for g in first..first + bytes.div_ceil(1 << 16) {
            map.insert(g, block);
        }
    }
    pub(crate) fn remove_granules(&self, block: *mut Block, bytes: usize) {
        // SAFETY: as above.
        let map = unsafe { &mut *self.granules.get() };
        let first = block as usize >> 16;
        for g in first..first + bytes.div_ceil(1 << 16) {
            map.remove(&g);
        }
    }

    /// A free cell of class `c`; advances the class to its next free run.
    fn alloc_cell(&self, c: usize) -> *mut Header {
        let state = &self.classes[c];
        // Under stress no run is left where `alloc_raw` looks, so that the next allocation comes here again.
        let place = if self.stressed() { &state.spare } else { &state.run };
        if place.get().cur >= place.get().end {
            place.set(self.next_run(c));
        }
        let run = place.get();
        place.set(Run { cur: run.cur + run.cell, ..run });
        run.cur as *mut Header
    }

    /// Takes the next run of free cells.
    fn next_run(&self, c: usize) -> Run {
        let state = &self.classes[c];
        loop {
            let block = state.block.get();
            if !block.is_null() {
                // SAFETY: blocks of the class list stay allocated.
                let b = unsafe { &mut *block };
                if let Some((start, end)) = b.take_run(state.next.get()) {
                    state.next.set(end);
                    let (cur, end) = (block as usize + start * 16, block as usize + end * 16);
                    self.allocated.set(self.allocated.get() + (end - cur));
                    return Run { cur, end, cell: b.cell };
                }
            }
            // Long runs first; short ones before more memory is taken.
            let mut block = state.free.borrow_mut().pop();
            if block.is_none() && self.free_blocks.borrow().is_empty() {
                block = state.scraps.borrow_mut().pop();
            }
            let block = block.unwrap_or_else(|| self.new_block(c));
            // SAFETY: a block of this heap.
            unsafe {
                if !(*block).touched {
                    (*block).touched = true;
                    self.touched.borrow_mut().push(block);
                }
            }
            state.block.set(block);
            state.next.set(0);
        }
    }

    /// Zeroed, aligned memory for one small block.
    fn fresh_block(&self) -> *mut Block {
        let (mut next, mut end) = self.chunk.get();
        if next == end {
            let p = crate::block::map_chunk(self.chunks.get() >= HUGE_CHUNKS_FROM);
            self.chunks.set(self.chunks.get() + 1);
            let p = if p.is_null() { self.last_chunk() } else { p };
            (next, end) = (p as usize, p as usize + crate::block::CHUNK);
        }
        self.chunk.set((next + crate::block::BLOCK_SIZE, end));
        next as *mut Block
    }

    /// The system has no memory left: the chunk kept for this. The run-time raises `MemoryError` at its next poll.
    #[cold]
    fn last_chunk(&self) -> *mut u8 {
        let p = self.reserve.replace(std::ptr::null_mut());
        if p.is_null() {
            out_of_memory();
        }
        self.exhausted.set(true);
        if let Some((f, data)) = self.on_pending.get() {
            f(data);
        }
        p
    }

    /// Did the system refuse memory since this was last asked?
    pub fn take_exhausted(&self) -> bool {
        let was = self.exhausted.replace(false);
        if was {
            // What was dropped since may have made room.
            self.reserve.set(crate::block::map_chunk(false));
        }
        was
    }

    fn new_block(&self, c: usize) -> *mut Block {
        let old = self.free_blocks.borrow_mut().pop();
        let block = old.unwrap_or_else(|| self.fresh_block());
        // SAFETY: blocks in the free list hold no live cell; fresh memory is this heap's.
        unsafe { Block::format(block, c) };
        if old.is_none() {
            self.add_granules(block, BLOCK_SIZE);
        }
        let mut blocks = self.classes[c].blocks.borrow_mut();
        // SAFETY: as above.
        unsafe { (*block).index = blocks.len() as u32 };
        blocks.push(block);
        block
    }

    /// Gives up the current runs: what is left of them is free.
    pub(crate) fn retire_runs(&self) {
        for s in &self.classes {
            for place in [&s.run, &s.spare] {
                let r = place.replace(Run::NONE);
                if r.cur < r.end {
                    // SAFETY: runs are parts of blocks of this heap.
                    unsafe { (*((r.cur & BLOCK_MASK) as *mut Block)).give_back(r.cur, r.end) };
                }
            }
            s.block.set(std::ptr::null_mut());
            s.next.set(0);
        }
    }

    /// Registers a weak reference object; the collector clears its referent when that dies.
    pub fn register_weak(&self, cell: *mut WeakCell) {
        // SAFETY: a live weak reference object.
        let target = unsafe { (*cell).referent.get() };
        if !target.is_null() {
            self.weak.borrow_mut().entry(target as usize).or_default().push(cell);
            self.weak_young.borrow_mut().push(target as usize);
            // SAFETY: as above.
            let quiet = unsafe { (*cell).callback.get().is_none() };
            self.last_words.set(self.last_words.get() + u64::from(!quiet));
        }
    }
    /// The weak reference objects that point to `target`, oldest first. Some may be garbage already.
    pub fn weak_cells(&self, target: *mut Header) -> Vec<*mut WeakCell> {
        self.weak.borrow().get(&(target as usize)).cloned().unwrap_or_default()
    }
    /// All objects in the heap, buffers included: those that survived the last collection, and all since.
    /// Nothing may be allocated while the answer is used, unless collections are suspended.
    pub fn live_objects(&self) -> Vec<*mut Header> {
        let mut out = vec![];
        self.each_object(|h| out.push(h));
        out
    }
    /// Number of collections so far, minor and full.
    pub fn collections(&self) -> (u64, u64) {
        let s = self.stats.borrow();
        (s.minor, s.full)
    }
    /// Bytes allocated since the last collection.
    pub fn allocated_since(&self) -> usize {
        self.allocated.get()
    }
    /// Remembers what `gc.disable()` and `gc.enable()` said. Automatic collections go on in any case: without
    /// reference counts they are the only way to get memory back.
    pub fn set_automatic(&self, on: bool) {
        self.automatic.set(on);
    }
    /// What was said last.
    pub fn is_automatic(&self) -> bool {
        self.automatic.get()
    }
    /// Registers an object with a finaliser: when it becomes unreachable it is kept and queued once.
    pub fn register_finalizable(&self, obj: *mut Header) {
        self.finalizable.borrow_mut().push(obj);
        self.last_words.set(self.last_words.get() + 1);
    }
    /// Number of objects with a finaliser, and of weak references with a callback, that were ever registered.
    pub fn last_words(&self) -> u64 {
        self.last_words.get()
    }
    /// Objects with a finaliser that is not due yet, oldest first; good until the next collection.
    pub fn finalizable_objects(&self) -> Vec<*mut Header> {
        self.finalizable.borrow().clone()
    }
    /// Is something waiting in the queues of dead weak references and unreachable finalisable objects?
    pub fn has_pending(&self) -> bool {
        !self.weak_pending.borrow().is_empty() || !self.finalize_pending.borrow().is_empty()
    }
    /// Next weak reference whose target died and that has a callback.
    pub fn pop_weak_pending(&self) -> Option<*mut WeakCell> {
        self.weak_pending.borrow_mut().pop_front()
    }
    /// Next unreachable object whose finaliser is due.
    pub fn pop_finalize_pending(&self) -> Option<*mut Header> {
        self.finalize_pending.borrow_mut().pop_front()
    }
    /// Charges memory that objects hold outside the heap, so that it drives collections too.
    pub fn charge(&self, bytes: usize) {
        self.external.set(self.external.get() + bytes);
    }
    /// Sets the number of bytes allocated between automatic minor collections.
    pub fn set_minor_limit(&self, bytes: usize) {
        self.minor_limit.set(bytes.max(1 << 16));
    }
    /// Counters so far.
    pub fn stats(&self) -> GcStats {
        self.stats.borrow().clone()
    }
    /// Calls `f` with each live object (after a sweep). For `gc.get_objects` and debugging.
    pub fn each_object(&self, mut f: impl FnMut(*mut Header)) {
        self.retire_runs();
        self.each_block(|b| {
            // SAFETY: blocks of this heap, without a current run.
            unsafe {
                Block::each_cell(b, None, |h| {
                    if (*h).kind() != kind::FREE {
                        f(h);
                    }
                });
            }
        });
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.retire_runs();
        let mut all: Vec<*mut Block> = vec![];
        self.each_block(|b| all.push(b));
        // Objects may look at their classes when they are dropped, so memory is freed only after all drops.
        for &b in &all {
            // SAFETY: blocks of this heap; each object is dropped once.
            unsafe {
                if (*b).drops || (*b).is_large {
                    Block::each_cell(b, None, |h| {
                        if let Some(drop) = self.kinds[(*h).kind() as usize].drop {
                            drop(h);
                        }
                    });
                }
            }
        }
        all.extend(self.free_blocks.borrow().iter());
        all.extend(self.spare.borrow().iter());
        for b in all {
            // SAFETY: the heap is going away with everything that pointed into it.
            unsafe { Block::free(b) };
        }
        let (next, end) = self.chunk.get();
        if end > next {
            // SAFETY: the part of the last mapping that no block was made of.
            unsafe { libc::munmap(next as *mut libc::c_void, end - next) };
        }
    }
}

/// Ends the process where there is no memory and nobody who could be told.
#[cold]
pub(crate) fn out_of_memory() -> ! {
    let text = b"MemoryError\n";
    // SAFETY: writes a constant, then leaves without running anything.
    unsafe {
        libc::write(2, text.as_ptr().cast(), text.len());
        libc::_exit(1)
    }
}

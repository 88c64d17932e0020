//! [`Heap`]: allocation in size-class blocks by bumping through free runs.
//!
//! In: sizes and kinds. Out: cells. Each size class bumps through a run of free cells of its current block; at
//! the end of a run the next run of the block is found, then the next block is swept, and only then new memory
//! is taken or a collection made. Marking and sweeping are in `collect.rs`.

use crate::block::{Block, CELL_LIMIT, CLASSES, FIRST_CELL, class_of};
use crate::collect::{GcStats, Tracer};
use crate::object::{Gc, Header, HeapObject, Slot, kind};
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
pub(crate) struct Run {
    pub cur: usize,
    pub end: usize,
    pub cell: usize,
}

pub(crate) struct ClassState {
    pub run: Cell<Run>,
    /// Block of the current run and the index of the first cell behind it.
    pub block: Cell<*mut Block>,
    pub next_cell: Cell<usize>,
    pub blocks: RefCell<Vec<*mut Block>>,
    /// Index in `blocks` of the next block to look for free cells in.
    pub next_block: Cell<usize>,
}

/// Roots: called with the tracer at each collection.
pub type RootFn = unsafe fn(*const (), &mut Tracer);

/// A heap. Belongs to one VM; not shared between threads without that VM's lock.
pub struct Heap {
    pub(crate) classes: [ClassState; CLASSES],
    pub(crate) large: RefCell<Vec<*mut Block>>,
    pub(crate) free_blocks: RefCell<Vec<*mut Block>>,
    /// Rest of the mapping that new blocks are cut from: (next, end).
    pub(crate) chunk: Cell<(usize, usize)>,
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
    pub(crate) finalizable: RefCell<Vec<*mut Header>>,
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
    pub(crate) external: Cell<usize>,
    /// Called after a collection that filled the queues.
    pub(crate) on_pending: Cell<Option<(fn(*const ()), *const ())>>,
    pub(crate) stress: Cell<bool>,
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
                run: Cell::new(Run { cur: 0, end: 0, cell: 0 }),
                block: Cell::new(std::ptr::null_mut()),
                next_cell: Cell::new(0),
                blocks: RefCell::default(),
                next_block: Cell::new(0),
            }),
            large: RefCell::default(),
            free_blocks: RefCell::default(),
            chunk: Cell::new((0, 0)),
            granules: UnsafeCell::default(),
            kinds,
            roots: Cell::new(None),
            stack_base: Cell::new(0),
            parked: RefCell::default(),
            mark: Cell::new(1),
            mark_stack: RefCell::default(),
            weak: RefCell::default(),
            finalizable: RefCell::default(),
            last_words: Cell::new(0),
            weak_pending: RefCell::default(),
            finalize_pending: RefCell::default(),
            allocated: Cell::new(0),
            minor_limit: Cell::new(4 << 20),
            old_bytes: Cell::new(0),
            full_limit: Cell::new(16 << 20),
            external: Cell::new(0),
            on_pending: Cell::new(None),
            stress: Cell::new(false),
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
    /// Collect at every allocation (`-X gc-stress`).
    pub fn set_stress(&self, on: bool) {
        self.stress.set(on);
        if on {
            self.retire_runs();
        }
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
                return p;
            }
        }
        let p = self.alloc_slow(size, kind, class, shape);
        if p.is_null() {
            std::alloc::handle_alloc_error(
                std::alloc::Layout::from_size_align(size.min(1 << 40), 16).expect("small"),
            );
        }
        p
    }

    /// As [`Heap::alloc_raw`], but null when there is no memory for so large an object.
    #[cold]
    #[inline(never)]
    pub fn alloc_slow(&self, size: usize, kind: u8, class: *mut Header, shape: u32) -> *mut Header {
        debug_assert!(!self.collecting.get(), "allocation while collecting");
        let class_raw = class;
        if self.stress.get() {
            self.collect(false);
        } else if self.allocated.get() + self.external.get() >= self.minor_limit.get() {
            self.collect_automatic();
        }
        let p = if size > CELL_LIMIT { self.alloc_large(size) } else { self.alloc_cell(class_of(size)) };
        if !p.is_null() {
            Header::init(p, kind, class_raw, shape);
        }
        p
    }

    fn alloc_large(&self, size: usize) -> *mut Header {
        // One malloc'd block each; the operating system refuses absurd sizes.
        if size > isize::MAX as usize / 4 {
            return std::ptr::null_mut();
        }
        let block = Block::new_large((size + 15) & !15);
        if block.is_null() {
            return std::ptr::null_mut();
        }
        self.allocated.set(self.allocated.get() + size);
        self.large.borrow_mut().push(block);
        self.add_granules(block, size + FIRST_CELL);
        // SAFETY: cell 0 of a fresh block.
        unsafe { Block::cell_at(block, 0) }
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
        let run = state.run.get();
        if run.cur >= run.end && !self.next_run(c) {
            self.new_block(c);
        }
        let run = state.run.get();
        if self.stress.get() {
            // Hand out one cell and keep no run, so that the next allocation comes here again.
            state.run.set(Run { cur: run.cur + run.cell, end: run.end, cell: run.cell });
            let p = run.cur as *mut Header;
            state.next_cell.set((p as usize - state.block.get() as usize - FIRST_CELL) / run.cell + 1);
            state.run.set(Run { cur: 0, end: 0, cell: run.cell });
            return p;
        }
        state.run.set(Run { cur: run.cur + run.cell, ..run });
        run.cur as *mut Header
    }

    /// Finds the next run of free cells; false when no block has one.
    fn next_run(&self, c: usize) -> bool {
        let state = &self.classes[c];
        loop {
            let block = state.block.get();
            if !block.is_null() {
                // SAFETY: blocks of the class list stay allocated; indices are below the count.
                unsafe {
                    let count = (*block).count as usize;
                    let mut i = state.next_cell.get();
                    while i < count && (*Block::cell_at(block, i)).kind() != kind::FREE {
                        i += 1;
                    }
                    if i < count {
                        let start = i;
                        while i < count && (*Block::cell_at(block, i)).kind() == kind::FREE {
                            i += 1;
                        }
                        state.next_cell.set(i);
                        let cell = (*block).cell;
                        let cur = Block::cell_at(block, start) as usize;
                        let end = cur + (i - start) * cell;
                        self.allocated.set(self.allocated.get() + (end - cur));
                        state.run.set(Run { cur, end, cell });
                        return true;
                    }
                }
            }
            let blocks = state.blocks.borrow();
            let next = state.next_block.get();
            let Some(&b) = blocks.get(next) else {
                state.block.set(std::ptr::null_mut());
                return false;
            };
            drop(blocks);
            state.next_block.set(next + 1);
            // SAFETY: a block of this heap.
            unsafe {
                if !(*b).swept {
                    self.sweep_block(b);
                }
            }
            state.block.set(b);
            state.next_cell.set(0);
        }
    }

    /// Zeroed, aligned memory for one small block.
    fn fresh_block(&self) -> *mut Block {
        let (mut next, mut end) = self.chunk.get();
        if next == end {
            let p = crate::block::map_chunk();
            if p.is_null() {
                let layout =
                    std::alloc::Layout::from_size_align(crate::block::CHUNK, 16).expect("constant layout");
                std::alloc::handle_alloc_error(layout);
            }
            (next, end) = (p as usize, p as usize + crate::block::CHUNK);
        }
        self.chunk.set((next + crate::block::BLOCK_SIZE, end));
        next as *mut Block
    }

    fn new_block(&self, c: usize) {
        let state = &self.classes[c];
        let block = match self.free_blocks.borrow_mut().pop() {
            Some(b) => {
                // SAFETY: blocks in the free list hold no live cell.
                unsafe { Block::format(b, c) };
                b
            }
            None => {
                let b = self.fresh_block();
                // SAFETY: fresh memory of this heap.
                unsafe { Block::new_small(b, c) };
                self.add_granules(b, crate::block::BLOCK_SIZE);
                b
            }
        };
        let mut blocks = state.blocks.borrow_mut();
        blocks.push(block);
        state.next_block.set(blocks.len());
        drop(blocks);
        state.block.set(block);
        // All of its cells are one run. They are not looked at: untouched pages of fresh memory stay so.
        // SAFETY: a block of this heap.
        let (cur, cell, count) =
            unsafe { (Block::cell_at(block, 0) as usize, (*block).cell, (*block).count as usize) };
        state.next_cell.set(count);
        self.allocated.set(self.allocated.get() + count * cell);
        state.run.set(Run { cur, end: cur + count * cell, cell });
    }

    /// Gives up the current runs (before marking: the rest of a run are free cells).
    pub(crate) fn retire_runs(&self) {
        for s in &self.classes {
            let r = s.run.get();
            s.run.set(Run { cur: 0, end: 0, cell: r.cell });
            s.block.set(std::ptr::null_mut());
            s.next_cell.set(0);
            s.next_block.set(0);
        }
    }

    /// Registers a weak reference object; the collector clears its referent when that dies.
    pub fn register_weak(&self, cell: *mut WeakCell) {
        // SAFETY: a live weak reference object.
        let target = unsafe { (*cell).referent.get() };
        if !target.is_null() {
            self.weak.borrow_mut().entry(target as usize).or_default().push(cell);
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
        self.finish_sweep();
        for s in &self.classes {
            for &b in s.blocks.borrow().iter() {
                // SAFETY: blocks of this heap; indices below the count.
                unsafe {
                    for i in 0..(*b).count as usize {
                        let h = Block::cell_at(b, i);
                        if (*h).kind() != kind::FREE {
                            f(h);
                        }
                    }
                }
            }
        }
        for &b in self.large.borrow().iter() {
            // SAFETY: as above.
            unsafe { f(Block::cell_at(b, 0)) };
        }
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.retire_runs();
        let mut all: Vec<*mut Block> = self.large.borrow().clone();
        for s in &self.classes {
            all.extend(s.blocks.borrow().iter());
        }
        // Objects may look at their classes when they are dropped, so memory is freed only after all drops.
        for &b in &all {
            // SAFETY: blocks of this heap; each object is dropped once.
            unsafe {
                for i in 0..(*b).count as usize {
                    let h = Block::cell_at(b, i);
                    if let Some(drop) = self.kinds[(*h).kind() as usize].drop {
                        drop(h);
                    }
                }
            }
        }
        for b in all {
            // SAFETY: the heap is going away with everything that pointed into it.
            unsafe { Block::free(b) };
        }
        for &b in self.free_blocks.borrow().iter() {
            // SAFETY: as above.
            unsafe { Block::free(b) };
        }
        let (next, end) = self.chunk.get();
        if end > next {
            // SAFETY: the part of the last mapping that no block was made of.
            unsafe { libc::munmap(next as *mut libc::c_void, end - next) };
        }
    }
}

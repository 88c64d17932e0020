//! Marking, sweeping, weak references and finalisers.
//!
//! Sticky mark bits make generations without moving: a minor collection leaves the marks of the last one in
//! place, so that old objects count as marked, and traces from the roots and from *dirty* old objects (see
//! [`crate::barrier`]); a full collection changes the mark's value, which unmarks everything at once.
//! Sweeping works on bitmaps (`block.rs`): a minor collection sweeps the blocks that cells were taken from. Dead
//! objects are looked at only in blocks that have held some which own memory elsewhere.
//!
//! Order at the end of marking (PEP 442, as PyPy does it): weak references to unmarked objects are cleared,
//! then unmarked objects with finalisers are marked with all they reach and queued.

use crate::block::{BLOCK_MASK, BLOCK_SIZE, Block, MAP_WORDS, granule};
use crate::buffer::{RawBuf, ValueBuf};
use crate::heap::{Heap, KindInfo, Leaf, RootFn, WeakCell};
use crate::object::{DIRTY, Gc, Header, HeapObject, Slot, flags, kind};
use crate::stack;
use crate::value::{PTR_TAG, Value};
use std::time::{Duration, Instant};

/// Counters of the collector.
#[derive(Clone, Debug, Default)]
pub struct GcStats {
    /// Minor collections made.
    pub minor: u64,
    /// Full collections made.
    pub full: u64,
    /// Time spent in minor collections.
    pub minor_time: Duration,
    /// Time spent in full collections.
    pub full_time: Duration,
    /// Longest pause.
    pub max_pause: Duration,
    /// Objects found dead in full collections' sweeps so far.
    pub freed: u64,
}

/// Visits roots and fields during marking.
pub struct Tracer<'h> {
    pub(crate) heap: &'h Heap,
    pub(crate) stack: Vec<*mut Header>,
    pub(crate) mark: u8,
    /// Is everything visited, old objects too?
    pub(crate) full: bool,
    /// Number of words of stacks and buffers looked at.
    pub(crate) work: usize,
    /// For a tracer with mark [`PROBE`]: the mark bytes that the objects on the stack had.
    probed: Vec<u8>,
}

/// Bytes between minor collections, at least.
/// (About what the second-level cache holds: what is allocated next is then still in it.)
pub(crate) const MINOR_LIMIT: usize = 1 << 20;

/// Bytes of free blocks that are kept beyond what is handed out until the next minor collection.
const KEPT: usize = 16 << 20;
/// Objects that the mark stack has room for between collections.
const KEPT_STACK: usize = 8 << 10;
/// What the share of survivors is counted in.
const SHARES: usize = 64;
/// Mark of tracers that only list what an object refers to.
const PROBE: u8 = 0x7E;

impl Tracer<'_> {
    /// Is everything to be marked? (At a minor collection what survived the last one is.)
    pub fn is_full(&self) -> bool {
        self.full || self.heap.stressed()
    }
    /// A traced value.
    #[inline(always)]
    pub fn value(&mut self, v: Value) {
        if v.is_ptr() {
            self.header(v.as_header());
        }
    }
    /// A traced pointer.
    #[inline(always)]
    pub fn gc<T>(&mut self, p: Gc<T>) {
        self.header(p.header_ptr());
    }
    /// A traced pointer that may be absent.
    #[inline(always)]
    pub fn opt<T>(&mut self, p: Option<Gc<T>>) {
        if let Some(p) = p {
            self.gc(p);
        }
    }
    /// A traced slot holding a value.
    #[inline(always)]
    pub fn slot(&mut self, s: &Slot<Value>) {
        self.value(s.get());
    }
    /// Values in a row.
    pub fn values(&mut self, vs: &[Value]) {
        self.work += vs.len();
        for &v in vs {
            self.value(v);
        }
    }
    /// A header's address; null is passed over.
    #[inline]
    pub fn header(&mut self, h: *mut Header) {
        if h.is_null() {
            return;
        }
        // SAFETY: precise roots and fields point to live objects.
        unsafe {
            debug_assert!((*h).kind() != kind::FREE, "a traced field points to a freed object");
            // At a minor collection what lies where nothing was handed out since the last one is old: its header, which
            // is most likely in no cache, is not looked at. This is what makes large written-to objects cheap.
            if !self.full {
                let block = (h as usize & BLOCK_MASK) as *const Block;
                if !(*block).touched && !(*block).is_large {
                    return;
                }
            }
            if (*h).gc.get() & 0x7F != self.mark {
                let before = (*h).gc.replace(self.mark);
                if self.mark == PROBE {
                    self.probed.push(before);
                } else {
                    let block = (h as usize & BLOCK_MASK) as *mut Block;
                    let g = granule(h as usize);
                    let word = (&raw mut (*block).marks).cast::<u64>().add(g >> 6);
                    *word |= 1 << (g & 63);
                    if self.heap.kinds[(*h).kind() as usize].leaf.is(h) {
                        return;
                    }
                }
                self.stack.push(h);
            }
        }
    }
    /// A word that may be a value, a raw pointer to or into an object, or anything else.
    pub fn conservative(&mut self, word: u64) {
        let addr = match word >> 48 {
            0 => word,
            t if t == PTR_TAG >> 48 => word & ((1 << 48) - 1),
            _ => return,
        } as usize;
        if let Some(h) = self.heap.find_object(addr) {
            self.header(h);
        }
    }
    /// Words of memory that may hold anything (a frame stack, a native stack).
    ///
    /// # Safety
    /// `low..high` is readable.
    pub unsafe fn conservative_range(&mut self, low: usize, high: usize) {
        let mut p = (low + 7) & !7;
        self.work += high.saturating_sub(p) / 8;
        while p + 8 <= high {
            // SAFETY: inside the range, aligned.
            self.conservative(unsafe { (p as *const u64).read_volatile() });
            p += 8;
        }
    }

    pub(crate) fn drain(&mut self) {
        while let Some(h) = self.stack.pop() {
            // SAFETY: marked objects are live; the kind table describes them.
            unsafe {
                self.header((*h).class());
                (self.heap.kinds[(*h).kind() as usize].trace)(h, self);
            }
        }
    }
}

unsafe fn trace_nothing(_: *mut Header, _: &mut Tracer) {}
unsafe fn trace_values(h: *mut Header, t: &mut Tracer) {
    // SAFETY: called for objects of kind VALUE_BUF.
    let buf: Gc<ValueBuf> = unsafe { Gc::from_header(h) };
    t.values(buf.as_slice());
}

impl Heap {
    /// The first rows of each kind table.
    pub const fn own_kinds() -> [KindInfo; kind::FIRST_USER as usize] {
        [
            KindInfo { name: "free", trace: trace_nothing, drop: None, tomb: 0, leaf: Leaf::NONE },
            KindInfo { name: "values", trace: trace_values, drop: None, tomb: 0, leaf: Leaf::NONE },
            KindInfo { name: "bytes", trace: trace_nothing, drop: None, tomb: 0, leaf: Leaf::NONE },
        ]
    }

    /// The object that `addr` points to or into, if any.
    pub(crate) fn find_object(&self, addr: usize) -> Option<*mut Header> {
        // SAFETY: the map is only read here.
        let block = *unsafe { &*self.granules.get() }.get(&(addr >> 16))?;
        // SAFETY: blocks in the map are allocated; collections begin with giving up all runs, or leave out what is
        // in them.
        unsafe {
            Block::cell_of(block, addr - block as usize)
                .filter(|&h| !self.stressed() || self.is_made(block, h))
        }
    }

    /// Collects when a limit is reached: minor, or full when the old generation has grown enough.
    pub(crate) fn collect_automatic(&self) {
        stack::clear_below();
        // What survives a minor collection would be there until the next one, which may be far.
        let survivors = self.allocated.get() / SHARES * self.survival.get();
        self.collect(self.old_bytes.get() + survivors >= self.full_limit.get());
    }

    /// Wipes what earlier calls left on the native stack below the caller, so that it keeps nothing alive. For
    /// collections that a program asks for: which objects they find dead should not hang on such leftovers.
    pub fn clear_dead_stack(&self) {
        stack::clear_below();
    }

    /// Collects. Does nothing before roots and a stack base are set, or while suspended.
    #[inline(never)]
    pub fn collect(&self, full: bool) {
        if !self.may_collect() {
            return;
        }
        // Under stress old objects may refer to young ones without being dirty.
        let full = full || self.stressed();
        let Some((roots, data)) = self.roots.get() else { return };
        let start = Instant::now();
        self.collecting.set(true);
        self.retire_runs();
        if full {
            self.mark.set(3 - self.mark.get());
            // SAFETY: blocks of this heap.
            self.each_block(|b| unsafe { (*b).marks = [0; MAP_WORDS] });
        }
        let mut t = self.tracer(full);
        // SAFETY: `data` is valid by `set_roots`' contract.
        unsafe { self.trace_roots(&mut t, roots, data) };
        if full {
            self.clear_dirty();
        } else {
            self.take_dirty(|h| t.stack.push(h));
        }
        t.drain();
        self.process_weak(full);
        self.process_finalizers(&mut t, full);
        t.drain();
        let work = t.work;
        t.stack.shrink_to(KEPT_STACK);
        self.mark_stack.replace(t.stack);
        let survived = self.sweep(full);
        self.collecting.set(false);
        let pause = start.elapsed();
        let mut s = self.stats.borrow_mut();
        if full {
            s.full += 1;
            s.full_time += pause;
        } else {
            s.minor += 1;
            s.minor_time += pause;
        }
        s.max_pause = s.max_pause.max(pause);
        drop(s);
        self.after_collection(full, survived, work);
        self.tell_pending();
    }

    /// Are there roots and a stack base, and is no collection under way or collecting suspended?
    pub(crate) fn may_collect(&self) -> bool {
        self.paused.get() == 0
            && self.stack_base.get() != 0
            && !self.collecting.get()
            && self.roots.get().is_some()
    }

    pub(crate) fn tracer(&self, full: bool) -> Tracer<'_> {
        Tracer {
            heap: self,
            stack: self.mark_stack.take(),
            mark: self.mark.get(),
            full,
            work: 0,
            probed: vec![],
        }
    }

    /// Visits the roots, the queues and the native stacks.
    ///
    /// # Safety
    /// `roots` and `data` are those of [`Heap::set_roots`].
    pub(crate) unsafe fn trace_roots(&self, t: &mut Tracer, roots: RootFn, data: *const ()) {
        // SAFETY: by the caller's promise; the stack ranges are this thread's and those of parked ones.
        unsafe {
            roots(data, t);
            for &w in self.weak_pending.borrow().iter() {
                t.header(w.cast());
            }
            for &h in self.finalize_pending.borrow().iter() {
                t.header(h);
            }
            stack::with_registers_on_stack(|low| t.conservative_range(low, self.stack_base.get()));
            for &(low, base) in self.parked.borrow().iter() {
                t.conservative_range(low, base);
            }
        }
    }

    /// Tells the run-time when something waits in the queues.
    pub(crate) fn tell_pending(&self) {
        if self.has_pending()
            && let Some((f, data)) = self.on_pending.get()
        {
            f(data);
        }
    }

    /// Sets the limits; `survived` is the bytes of what has become old, or of all that lives after a full collection, and
    /// `work` is how many words in rows were looked at.
    fn after_collection(&self, full: bool, survived: usize, work: usize) {
        if full {
            self.old_bytes.set(survived);
            // A quarter as much again: garbage in the old generation stays a fifth of the heap.
            self.full_limit.set(survived + (survived / 4).max(2 << 20));
            self.minor_limit.set((survived / 8).clamp(MINOR_LIMIT, 64 << 20));
            self.stress_all_old();
        } else {
            self.survival.set((survived / (self.allocated.get() / SHARES).max(1)).min(SHARES));
            // Of memory outside, as much is taken to have survived as of that inside.
            let (outside, inside) = (self.external.get(), self.allocated.get().max(1));
            let outside =
                (outside as u128 * survived as u128 / inside as u128).min(outside as u128 / 4) as usize;
            self.old_bytes.set(self.old_bytes.get() + survived + outside.max(self.external.get() / 64));
            // Large old objects that are written to are traced whole each time: seldom enough to be in proportion.
            let wanted = (self.old_bytes.get() / 8).clamp(MINOR_LIMIT, 64 << 20);
            // A list that grows is such an object: three bytes are handed out for each that is looked at again.
            let wanted = wanted.max((work * 24).min(6 * MINOR_LIMIT));
            if wanted > self.minor_limit.get() {
                self.minor_limit.set(wanted);
            }
        }
        self.external.set(0);
        self.allocated.set(0);
    }

    pub(crate) fn each_block(&self, mut f: impl FnMut(*mut Block)) {
        for s in &self.classes {
            for &b in s.blocks.borrow().iter() {
                f(b);
            }
        }
        for &b in self.large.borrow().iter() {
            f(b);
        }
    }

    /// Calls `f` with each old object that was written to since the last collection, and makes it clean.
    pub(crate) fn take_dirty(&self, mut f: impl FnMut(*mut Header)) {
        let mark = self.mark.get();
        self.each_block(|b| {
            // SAFETY: blocks of this heap; their cells' kinds describe them.
            unsafe {
                if (*b).dirty == 0 {
                    return;
                }
                (*b).dirty = 0;
                Block::each_marked(b, |h| {
                    if (*h).gc.get() & DIRTY != 0 && (!self.stressed() || self.is_made(b, h)) {
                        (*h).gc.set((*h).gc.get() & !DIRTY);
                        if (*h).gc.get() == mark {
                            f(h);
                        }
                    }
                });
            }
        });
    }

    fn clear_dirty(&self) {
        // Marking overwrites the dirty bit of live objects; dead ones keep it until they are swept.
        // SAFETY: blocks of this heap.
        self.each_block(|b| unsafe { (*b).dirty = 0 });
    }

    fn is_marked(&self, h: *mut Header) -> bool {
        // SAFETY: an object that was live before this collection and is not swept yet.
        unsafe { (*h).gc.get() & 0x7F == self.mark.get() }
    }

    /// Clears weak references to what is not marked. At a minor collection old targets with old references are as
    /// they were: only those of references made since the last one are looked at.
    pub(crate) fn process_weak(&self, full: bool) {
        let mut pending = self.weak_pending.borrow_mut();
        let mut check = |target: usize, cells: &mut Vec<*mut WeakCell>| {
            let target = target as *mut Header;
            let live = self.is_marked(target);
            cells.retain(|&w| {
                if !self.is_marked(w.cast()) {
                    return false;
                }
                // SAFETY: marked, hence live.
                let cell = unsafe { &*w };
                if cell.referent.get() != target {
                    return false;
                }
                if live {
                    return true;
                }
                cell.referent.set(std::ptr::null_mut());
                if !cell.callback.get().is_none() {
                    pending.push_back(w);
                }
                false
            });
            !cells.is_empty()
        };
        let mut all = self.weak.borrow_mut();
        let mut young = self.weak_young.borrow_mut();
        if full {
            all.retain(|&target, cells| check(target, cells));
        } else {
            for &target in young.iter() {
                if let std::collections::hash_map::Entry::Occupied(mut e) = all.entry(target)
                    && !check(target, e.get_mut())
                {
                    e.remove();
                }
            }
        }
        young.clear();
    }

    pub(crate) fn process_finalizers(&self, t: &mut Tracer, full: bool) {
        let mut pending = self.finalize_pending.borrow_mut();
        let mut dead = vec![];
        let mut all = self.finalizable.borrow_mut();
        // Old ones are marked at a minor collection.
        let from = if full { 0 } else { self.finalizable_old.get().min(all.len()) };
        let mut kept = from;
        for at in from..all.len() {
            let h = all[at];
            // SAFETY: not swept yet.
            if unsafe { (*h).has(flags::SETTLED) } {
                continue;
            }
            if self.is_marked(h) {
                all[kept] = h;
                kept += 1;
            } else {
                dead.push(h);
            }
        }
        all.truncate(kept);
        self.finalizable_old.set(kept);
        for h in dead {
            t.header(h);
            pending.push_back(h);
        }
    }

    /// Frees what is not marked. Answers the bytes of what has become old, or after a full collection of all that
    /// lives.
    fn sweep(&self, full: bool) -> usize {
        let mut work = self.touched.take();
        if full {
            self.age_spare();
            work.clear();
            for s in &self.classes {
                s.free.borrow_mut().clear();
                s.scraps.borrow_mut().clear();
                work.extend(s.blocks.borrow().iter());
            }
        }
        let mut survived = 0;
        let mut freed = 0;
        let mut again = vec![];
        for &b in &work {
            // SAFETY: blocks of this heap, each once; marking is complete.
            unsafe {
                let before = if full { 0 } else { (*b).live };
                let (n, tombs) = self.sweep_block(b);
                freed += n as u64;
                survived += (*b).live.saturating_sub(before) as usize * (*b).cell;
                (*b).touched = tombs;
                if tombs {
                    again.push(b);
                }
                if (*b).live == 0 {
                    self.release(b);
                } else if !tombs {
                    let (state, free) = (&self.classes[(*b).class as usize], (*b).count - (*b).live);
                    if free > (*b).count / 2 {
                        state.free.borrow_mut().push(b);
                    } else if free > (*b).count / 8 {
                        state.scraps.borrow_mut().push(b);
                    }
                }
            }
        }
        work.clear();
        work.extend(again);
        self.touched.replace(work);
        let mut dead = vec![];
        self.large.borrow_mut().retain(|&b| {
            // SAFETY: blocks of this heap.
            unsafe {
                let live = self.is_marked(Block::cell_at(b, 0));
                if !live {
                    dead.push(b);
                } else if full || !(*b).drops {
                    survived += (*b).cell;
                    (*b).drops = true;
                }
                live
            }
        });
        for b in dead {
            // SAFETY: unmarked, so nothing points to it.
            unsafe {
                let h = Block::cell_at(b, 0);
                if let Some(drop) = self.kinds[(*h).kind() as usize].drop {
                    drop(h);
                }
                self.remove_granules(b, (*b).layout_size);
            }
            self.free_large(b);
            freed += 1;
        }
        self.stats.borrow_mut().freed += freed;
        survived
    }

    /// Frees the dead cells of a block; answers how many, and whether a tomb is left.
    ///
    /// # Safety
    /// `b` is a block of this heap and marking is complete.
    unsafe fn sweep_block(&self, b: *mut Block) -> (u32, bool) {
        // SAFETY: by the caller's promise.
        unsafe {
            if !(*b).drops {
                return ((*b).sweep(None, self.stressed()), false);
            }
            let mut tombs = [0; MAP_WORDS];
            let mut any = false;
            let marks = (*b).marks;
            Block::each_cell(b, Some(&marks), |h| {
                let info = &self.kinds[(*h).kind() as usize];
                if info.tomb != 0 {
                    (*h).set_kind(info.tomb);
                    (*h).forget_class();
                    let g = granule(h as usize);
                    tombs[g >> 6] |= 1 << (g & 63);
                    any = true;
                } else if let Some(drop) = info.drop {
                    drop(h);
                }
            });
            ((*b).sweep(Some(&tombs), self.stressed()), any)
        }
    }

    /// Takes a block without live cells from its class.
    unsafe fn release(&self, b: *mut Block) {
        // SAFETY: a block of this heap.
        unsafe {
            let mut blocks = self.classes[(*b).class as usize].blocks.borrow_mut();
            let at = (*b).index as usize;
            blocks.swap_remove(at);
            if let Some(&moved) = blocks.get(at) {
                (*moved).index = at as u32;
            }
            let mut free = self.free_blocks.borrow_mut();
            // Pages that the kernel takes back it must clear again: a program that lets go of much is likely to fill
            // as much again.
            if free.len() < (self.minor_limit.get() + KEPT) / BLOCK_SIZE {
                free.push(b);
            } else {
                drop(free);
                self.remove_granules(b, BLOCK_SIZE);
                Block::free(b);
            }
        }
    }

    /// Bytes in live or not yet swept objects.
    pub fn used_bytes(&self) -> usize {
        let mut used = 0;
        self.retire_runs();
        // SAFETY: blocks of this heap, without a current run.
        self.each_block(|b| unsafe { Block::each_cell(b, None, |_| used += (*b).cell) });
        used
    }
    /// Nothing waits for being swept: collections do all of it.
    pub fn finish_sweep(&self) {}

    /// The objects that `h` refers to directly (its class included). For `gc.get_referents` and debugging.
    pub fn referents(&self, h: *mut Header) -> Vec<*mut Header> {
        // A tracer of its own mark pushes every object that it visits, with the mark to put back.
        let mut t = Tracer { heap: self, stack: vec![], mark: PROBE, full: true, work: 0, probed: vec![] };
        // SAFETY: `h` is live, and so is what it refers to.
        unsafe {
            (self.kinds[(*h).kind() as usize].trace)(h, &mut t);
            t.header((*h).class());
            for (&o, &gc) in t.stack.iter().zip(&t.probed) {
                (*o).gc.set(gc);
            }
        }
        t.stack
    }
}

// SAFETY: both start with a header and are laid out as declared.
unsafe impl HeapObject for ValueBuf {
    const KIND: u8 = kind::VALUE_BUF;
}
// SAFETY: as above.
unsafe impl HeapObject for RawBuf {
    const KIND: u8 = kind::RAW_BUF;
}

//! `-X gc-stress`: a collection at every allocation, or at every N-th, made cheap enough for whole test suites.
//!
//! In: each allocation while stress is on. Out: collections that look at what was allocated lately only, and a full
//! one every [`FULL_EVERY`] collections. What they free is overwritten, and its memory is not given out again before
//! the next full collection, so that a pointer that the collector does not know of shows.
//!
//! A minor collection of the ordinary kind makes all survivors old at once: a pointer that is forgotten a few
//! allocations later would not be found. Here an object stays young for a number of collections that differs from
//! object to object (0 to [`WINDOW`]): those that grow old at once find missing write barriers, the others find roots
//! that the collector does not see. The price: an old object may refer to a young one without being dirty, so each
//! object that was written to or grew old is traced again for as long as any object can stay young.

use crate::block::{BLOCK_MASK, Block, granule};
use crate::collect::Tracer;
use crate::heap::Heap;
use crate::object::{Header, kind};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// Longest time for which an object stays young, in collections.
const WINDOW: u64 = 64;
/// Every so many collections one is full.
const FULL_EVERY: u64 = 1024;
/// A collection that looks at more words than this is followed by more allocations without one, so that programs with
/// deep stacks or large lists take their time in proportion to what they allocate.
const WORK: usize = 4096;
/// What freed memory is filled with: as a value, a not-a-number that is no pointer; as a pointer, an address that
/// no program has.
pub(crate) const POISON: u8 = 0xF9;

/// State of the stress mode.
#[derive(Default)]
pub(crate) struct Stress {
    /// Collect at every so many allocations; 0: off.
    every: Cell<u32>,
    /// Allocations until the next collection.
    left: Cell<u32>,
    /// Collections made in this mode.
    tick: Cell<u64>,
    /// Objects that are not old yet: when each grows old, and its address.
    young: RefCell<Vec<(u64, *mut Header)>>,
    /// Old objects that may refer to young ones: until when, and the address.
    remembered: RefCell<VecDeque<(u64, *mut Header)>>,
    /// Number of permanent roots, and since when it is that.
    permanent: Cell<(usize, u64)>,
}

impl Tracer<'_> {
    /// Need the roots of a table that only grows, and holds `count` now, not be visited? They need not when all of
    /// them are old.
    pub fn permanent_are_old(&self, count: usize) -> bool {
        let stress = &self.heap.stress;
        let (known, since) = stress.permanent.get();
        let now = stress.tick.get();
        if known != count {
            stress.permanent.set((count, now));
        }
        stress.every.get() > 0 && !self.full && known == count && since + WINDOW < now
    }
}

impl Heap {
    /// Collect at every `every`-th allocation (`-X gc-stress`, `-X gc-stress=N`); 0 ends that.
    pub fn set_stress(&self, every: u32) {
        self.stress.every.set(every);
        // The first collection comes at once: what was made before, which no list here knows, grows old before it can
        // refer to anything that stays young.
        self.stress.left.set(1);
        if every > 0 {
            self.retire_runs();
        }
    }
    #[inline(always)]
    pub(crate) fn stressed(&self) -> bool {
        self.stress.every.get() > 0
    }

    /// Before an allocation in this mode: collects when it is time.
    pub(crate) fn stress_before(&self) {
        let s = &self.stress;
        if s.left.get() > 1 {
            s.left.set(s.left.get() - 1);
            return;
        }
        if !self.may_collect() {
            return;
        }
        s.left.set(s.every.get());
        s.tick.set(s.tick.get() + 1);
        if s.tick.get().is_multiple_of(FULL_EVERY) {
            self.collect(true);
        } else {
            self.stress_collect();
        }
    }
    /// After an allocation in this mode.
    pub(crate) fn stress_after(&self, p: *mut Header) {
        let now = self.stress.tick.get();
        // Half of the objects grow old at the first collection, the others at any time up to the window's end.
        let draw = ((now ^ p as u64 >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) % (2 * WINDOW);
        let age = draw.saturating_sub(WINDOW);
        self.stress.young.borrow_mut().push((now + age, p));
    }
    /// After a collection of the ordinary kind, which was a full one: all that lives is old.
    pub(crate) fn stress_all_old(&self) {
        self.stress.young.borrow_mut().clear();
        self.stress.remembered.borrow_mut().clear();
    }

    fn stress_collect(&self) {
        let Some((roots, data)) = self.roots.get() else { return };
        let s = &self.stress;
        let now = s.tick.get();
        self.collecting.set(true);
        let mut t = self.tracer(false);
        // SAFETY: as for an ordinary collection.
        unsafe { self.trace_roots(&mut t, roots, data) };
        let mut remembered = s.remembered.borrow_mut();
        while remembered.front().is_some_and(|&(until, _)| until < now) {
            remembered.pop_front();
        }
        self.take_dirty(|h| remembered.push_back((now + WINDOW + 1, h)));
        for &(_, h) in remembered.iter() {
            t.stack.push(h);
        }
        t.drain();
        let mark = t.mark;
        // SAFETY: objects that were allocated since the last full collection and not freed since.
        if s.young.borrow().iter().any(|&(_, h)| unsafe { (*h).gc.get() & 0x7F } != mark) {
            self.process_weak(true);
            self.process_finalizers(&mut t, true);
            t.drain();
        }
        s.left.set(s.left.get().saturating_add((t.work / WORK) as u32));
        self.mark_stack.replace(std::mem::take(&mut t.stack));
        let mut freed = 0;
        s.young.borrow_mut().retain(|&(old_at, h)| {
            // SAFETY: objects that were allocated since the last full collection and not freed since.
            unsafe {
                if (*h).gc.get() & 0x7F == mark {
                    if old_at < now {
                        remembered.push_back((now + WINDOW + 1, h));
                        return false;
                    }
                    (*h).gc.set(0);
                    let block = (h as usize & BLOCK_MASK) as *mut Block;
                    let g = granule(h as usize);
                    (*block).marks[g >> 6] &= !(1 << (g & 63));
                    return true;
                }
                let tomb = self.kinds[(*h).kind() as usize].tomb;
                if tomb != 0 {
                    (*h).set_kind(tomb);
                    (*h).forget_class();
                    return true;
                }
                self.stress_free(h);
            }
            freed += 1;
            false
        });
        drop(remembered);
        self.collecting.set(false);
        self.allocated.set(0);
        self.external.set(0);
        let mut stats = self.stats.borrow_mut();
        stats.minor += 1;
        stats.freed += freed;
        drop(stats);
        self.tell_pending();
    }

    /// # Safety
    /// `h` is an unmarked object of this heap after marking.
    unsafe fn stress_free(&self, h: *mut Header) {
        let block = (h as usize & BLOCK_MASK) as *mut Block;
        // SAFETY: by the caller's promise nothing refers to it.
        unsafe {
            if let Some(drop) = self.kinds[(*h).kind() as usize].drop {
                drop(h);
            }
            if (*block).is_large {
                self.large.borrow_mut().retain(|&b| b != block);
                self.remove_granules(block, (*block).layout_size);
                Block::free(block);
            } else {
                // The cell stays taken until the next full collection finds that it is not marked.
                (*h).set_kind(kind::FREE);
                poison(h, (*block).cell);
            }
        }
    }

    /// Under stress cells are taken that hold no object: freed ones, and those of the runs in hand.
    ///
    /// # Safety
    /// `h` is a cell in use of the block `b`.
    pub(crate) unsafe fn is_made(&self, b: *mut Block, h: *mut Header) -> bool {
        // SAFETY: by the caller's promise.
        unsafe {
            let spare = self.classes[(*b).class as usize].spare.get();
            let in_hand = !(*b).is_large && (spare.cur..spare.end).contains(&(h as usize));
            !in_hand && (*h).kind() != kind::FREE
        }
    }
}

/// Fills a freed cell of `size` bytes so that stale pointers show.
///
/// # Safety
/// `h` is a free cell of that size.
pub(crate) unsafe fn poison(h: *mut Header, size: usize) {
    // SAFETY: by the caller's promise; the header stays.
    unsafe { std::ptr::write_bytes(h.cast::<u8>().add(16), POISON, size - 16) };
}

//! `_heapq`: heaps in lists, smallest or largest item first, with CPython's order of comparisons.

use taipan_runtime::objects::list::sort::less;
use taipan_runtime::objects::list::{List, Storage};
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::*;

/// The order of a heap: is `a` to be above `b`?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Min,
    Max,
}

struct Heap<'a> {
    vm: &'a Vm,
    list: Gc<List>,
    order: Order,
}

impl Heap<'_> {
    /// `a < b` for min-heaps, `b < a` for max-heaps; the heap may not change its size meanwhile.
    fn above(&self, a: Value, b: Value, size: usize) -> PyResult<bool> {
        let (a, b) = if self.order == Order::Min { (a, b) } else { (b, a) };
        let r = less(self.vm, a, b)?;
        if self.list.len() != size {
            return Err(self.vm.runtime_error("list changed size during iteration"));
        }
        Ok(r)
    }
    fn get(&self, i: usize) -> Value {
        self.vm.list_get(self.list, i)
    }
    fn swap(&self, i: usize, j: usize) -> PyResult<()> {
        let (x, y) = (self.get(i), self.get(j));
        if self.list.as_values().is_some() {
            // Values that were in the list stay in it: no barrier, no check of their kind.
            let items = self.list.data.get().cast::<Value>();
            // SAFETY: both are items: they were read just now.
            unsafe {
                *items.add(i) = y;
                *items.add(j) = x;
            }
            return Ok(());
        }
        self.vm.list_set(self.list, i, y)?;
        self.vm.list_set(self.list, j, x)
    }
    /// Works on the items of a list of raw ints or floats where they are; false for other lists.
    fn raw(&self, ints: impl FnOnce(&mut [i64], bool), floats: impl FnOnce(&mut [f64], bool)) -> bool {
        let (l, max) = (self.list, self.order == Order::Max);
        // SAFETY: `len` items of the storage's kind; nothing else runs while the slice lives.
        unsafe {
            match l.storage.get() {
                Storage::Int => ints(std::slice::from_raw_parts_mut(l.data.get().cast(), l.len()), max),
                Storage::Float => floats(std::slice::from_raw_parts_mut(l.data.get().cast(), l.len()), max),
                _ => return false,
            }
        }
        true
    }
    /// Moves the item at `pos` up to where it belongs, not above `start`.
    fn sift_down(&self, start: usize, mut pos: usize) -> PyResult<()> {
        let size = self.list.len();
        if pos >= size {
            return Err(self.vm.index_error("index out of range"));
        }
        if self
            .raw(|items, max| raw_down(items, start, pos, max), |items, max| raw_down(items, start, pos, max))
        {
            return Ok(());
        }
        while pos > start {
            let parent = (pos - 1) >> 1;
            if !self.above(self.get(pos), self.get(parent), size)? {
                break;
            }
            self.swap(parent, pos)?;
            pos = parent;
        }
        Ok(())
    }
    /// Moves the item at `pos` down to a leaf by lifting children, then up to where it belongs.
    fn sift_up(&self, mut pos: usize) -> PyResult<()> {
        let (start, end) = (pos, self.list.len());
        if pos >= end {
            return Err(self.vm.index_error("index out of range"));
        }
        if self.raw(|items, max| raw_up(items, pos, max), |items, max| raw_up(items, pos, max)) {
            return Ok(());
        }
        let limit = end >> 1;
        while pos < limit {
            let mut child = 2 * pos + 1;
            if child + 1 < end {
                let (a, b) = match self.order {
                    Order::Min => (self.get(child), self.get(child + 1)),
                    Order::Max => (self.get(child), self.get(child + 1)),
                };
                let left = self.above(a, b, end)?;
                child += !left as usize;
            }
            self.swap(child, pos)?;
            pos = child;
        }
        self.sift_down(start, pos)
    }
    fn push(&self, item: Value) -> PyResult<()> {
        self.vm.list_push(self.list, item)?;
        self.sift_down(0, self.list.len() - 1)
    }
    fn pop(&self) -> PyResult {
        if self.list.is_empty() {
            return Err(self.vm.index_error("index out of range"));
        }
        let last = self.vm.list_pop(self.list);
        if self.list.is_empty() {
            return Ok(last);
        }
        self.replace_top(last)
    }
    fn replace_top(&self, item: Value) -> PyResult {
        if self.list.is_empty() {
            return Err(self.vm.index_error("index out of range"));
        }
        let top = self.get(0);
        self.vm.list_set(self.list, 0, item)?;
        self.sift_up(0)?;
        Ok(top)
    }
    fn push_pop(&self, item: Value) -> PyResult {
        if self.list.is_empty() {
            return Ok(item);
        }
        let top = self.get(0);
        let (a, b) = if self.order == Order::Min { (top, item) } else { (item, top) };
        if !self.vm.compare_bool(a, b, CompareOp::Lt)? {
            return Ok(item);
        }
        self.replace_top(item)
    }
    fn heapify(&self) -> PyResult<()> {
        let n = self.list.len();
        let m = n >> 1;
        if n <= 2500 {
            return (0..m).rev().try_for_each(|i| self.sift_up(i));
        }
        // Finish each subtree while it is in the cache.
        let top = |mut n: usize| {
            let mut i = 0;
            while n > 1 {
                n >>= 1;
                i += 1;
            }
            n << i
        };
        let leftmost = top(m + 1) - 1;
        let climb = |mut j: usize| -> PyResult<()> {
            loop {
                self.sift_up(j)?;
                if j & 1 == 0 {
                    return Ok(());
                }
                j >>= 1;
            }
        };
        (m >> 1..leftmost).rev().try_for_each(climb)?;
        (leftmost..m).rev().try_for_each(climb)
    }
}

/// Is `a` to be above `b`?
fn raw_above<T: PartialOrd>(a: T, b: T, max: bool) -> bool {
    if max { b < a } else { a < b }
}
/// [`Heap::sift_down`] of raw items.
fn raw_down<T: PartialOrd + Copy>(items: &mut [T], start: usize, mut pos: usize, max: bool) {
    let x = items[pos];
    while pos > start {
        let parent = (pos - 1) >> 1;
        if !raw_above(x, items[parent], max) {
            break;
        }
        items[pos] = items[parent];
        pos = parent;
    }
    items[pos] = x;
}
/// [`Heap::sift_up`] of raw items.
fn raw_up<T: PartialOrd + Copy>(items: &mut [T], mut pos: usize, max: bool) {
    let (start, end) = (pos, items.len());
    let x = items[pos];
    while pos < end >> 1 {
        let mut child = 2 * pos + 1;
        if child + 1 < end {
            child += !raw_above(items[child], items[child + 1], max) as usize;
        }
        items[pos] = items[child];
        pos = child;
    }
    items[pos] = x;
    raw_down(items, start, pos, max);
}

fn heap<'a>(vm: &'a Vm, a: &[Value], name: &str, order: Order) -> PyResult<Heap<'a>> {
    let Some(list) = a[0].cast::<List>() else {
        let n = if a.len() > 1 { "argument 1" } else { "argument" };
        return Err(vm.type_error(format!("{name}() {n} must be list, not {}", vm.type_name(a[0]))));
    };
    Ok(Heap { vm, list, order })
}

macro_rules! functions {
    ($($name:ident $order:ident $sig:literal |$h:ident, $a:ident| $body:expr, $doc:literal;)*) => {
        $(fn $name(vm: &Vm, $a: &[Value]) -> PyResult {
            let $h = heap(vm, $a, stringify!($name), Order::$order)?;
            $body
        })*
        static FUNCTIONS: &[MethodDef] = &[$(function(stringify!($name), $sig, $name, $doc),)*];
    };
}
functions! {
    heapify Min "($module, heap, /)" |h, a| h.heapify().map(|()| Value::NONE),
        "Transform list into a heap, in-place, in O(len(heap)) time.";
    heapify_max Max "($module, heap, /)" |h, a| h.heapify().map(|()| Value::NONE),
        "Maxheap variant of heapify.";
    heappop Min "($module, heap, /)" |h, a| h.pop(),
        "Pop the smallest item off the heap, maintaining the heap invariant.";
    heappop_max Max "($module, heap, /)" |h, a| h.pop(), "Maxheap variant of heappop.";
    heappush Min "($module, heap, item, /)" |h, a| h.push(a[1]).map(|()| Value::NONE),
        "Push item onto heap, maintaining the heap invariant.";
    heappush_max Max "($module, heap, item, /)" |h, a| h.push(a[1]).map(|()| Value::NONE),
        "Push item onto max heap, maintaining the heap invariant.";
    heappushpop Min "($module, heap, item, /)" |h, a| h.push_pop(a[1]),
        "Push item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop().";
    heappushpop_max Max "($module, heap, item, /)" |h, a| h.push_pop(a[1]),
        "Maxheap variant of heappushpop.\n\nThe combined action runs more efficiently than heappush_max()\nfollowed by a separate call to heappop_max().";
    heapreplace Min "($module, heap, item, /)" |h, a| h.replace_top(a[1]),
        "Pop and return the current smallest value, and add the new item.\n\nThis is more efficient than heappop() followed by heappush(), and can be\nmore appropriate when using a fixed-size heap.  Note that the value\nreturned may be larger than item!  That constrains reasonable uses of\nthis routine unless written as part of a conditional replacement:\n\n    if item > heap[0]:\n        item = heapreplace(heap, item)";
    heapreplace_max Max "($module, heap, item, /)" |h, a| h.replace_top(a[1]), "Maxheap variant of heapreplace.";
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_heapq",
    doc: "Heap queue algorithm (a.k.a. priority queue).",
    functions: FUNCTIONS,
    types: &[],
    init: Some(|vm, m| {
        let about = vm.new_str(ABOUT).value();
        m.dict.get().set_str(vm, vm.intern("__about__"), about);
        Ok(())
    }),
};

const ABOUT: &str = "Heap queues\n\nHeaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\nall k, counting elements from 0.";

//! Tests of values, allocation and collection with a two-field test kind.

use crate::*;

#[repr(C)]
struct Pair {
    header: Header,
    a: Slot<Value>,
    b: Slot<Value>,
}
// SAFETY: starts with a header; kind 3 is a pair in these tests' table.
unsafe impl HeapObject for Pair {
    const KIND: u8 = 3;
}
unsafe fn trace_pair(h: *mut Header, t: &mut Tracer) {
    // SAFETY: called for kind 3 only.
    let p: Gc<Pair> = unsafe { Gc::from_header(h) };
    t.slot(&p.a);
    t.slot(&p.b);
}
static KINDS: [KindInfo; 4] = {
    let own = Heap::own_kinds();
    [
        own[0],
        own[1],
        own[2],
        KindInfo { name: "pair", trace: trace_pair, drop: None, tomb: 0, leaf: Leaf::NONE },
    ]
};

unsafe fn trace_root(data: *const (), t: &mut Tracer) {
    // SAFETY: the tests pass a cell of a value.
    t.value(unsafe { (*data.cast::<std::cell::Cell<Value>>()).get() });
}

fn pair(h: &Heap, a: Value, b: Value) -> Gc<Pair> {
    h.alloc(std::ptr::null_mut(), 0, |header| Pair { header, a: Slot::new(a), b: Slot::new(b) })
}

#[inline(never)]
fn build(h: &Heap, root: &std::cell::Cell<Value>, n: i64) {
    root.set(Value::NONE);
    for i in 0..n {
        root.set(pair(h, Value::int(i), root.get()).value());
    }
}

#[inline(never)]
fn length(mut v: Value) -> i64 {
    let mut n = 0;
    while let Some(p) = v.cast::<Pair>() {
        n += 1;
        v = p.b.get();
    }
    n
}

fn with_heap(f: impl FnOnce(&Heap, &std::cell::Cell<Value>)) {
    let heap = Heap::new(&KINDS);
    let root = std::cell::Cell::new(Value::NONE);
    let base = 0u64;
    // SAFETY: the root cell outlives the heap's use.
    unsafe { heap.set_roots(trace_root, (&raw const root).cast()) };
    heap.set_stack_base((&raw const base) as usize);
    f(&heap, &root);
}

#[test]
fn values_encode() {
    for i in [0, 1, -1, INT_MAX, INT_MIN] {
        assert_eq!(Value::int(i).to_int(), Some(i));
        assert!(!Value::int(i).is_float());
    }
    assert!(Value::try_int(INT_MAX + 1).is_none());
    assert!(Value::int(-5).bits() < Value::int(3).bits());
    for f in [0.0, -0.0, 1.5, f64::INFINITY, f64::NEG_INFINITY, f64::MIN] {
        assert_eq!(Value::float(f).as_float().to_bits(), f.to_bits());
    }
    let odd = f64::from_bits(0xFFFE_0000_0000_1234);
    assert!(Value::float(odd).is_float() && Value::float(odd).as_float().is_nan());
    assert!(Value::TRUE.is_bool() && Value::FALSE.is_bool() && !Value::NONE.is_bool());
}

#[test]
fn lists_survive_and_garbage_goes() {
    with_heap(|h, root| {
        build(h, root, 100_000);
        h.collect(true);
        assert_eq!(length(root.get()), 100_000);
        let used = h.used_bytes();
        root.set(Value::NONE);
        // What calls left on the stack would be taken for roots.
        crate::stack::clear_below();
        h.collect(true);
        assert!(h.used_bytes() < used / 10, "{} of {used}", h.used_bytes());
    });
}

#[test]
fn old_objects_written_to_keep_young_ones_alive() {
    with_heap(|h, root| {
        root.set(pair(h, Value::NONE, Value::NONE).value());
        h.collect(false);
        let old = root.get().cast::<Pair>().unwrap();
        assert!(old.header().is_old());
        for round in 0..50 {
            old.a.set(old, pair(h, Value::int(round), Value::NONE).value());
            for _ in 0..1000 {
                pair(h, Value::NONE, Value::NONE);
            }
            h.collect(false);
            assert_eq!(old.a.get().cast::<Pair>().unwrap().a.get().to_int(), Some(round));
        }
    });
}

#[test]
fn stress_collects_at_each_allocation() {
    with_heap(|h, root| {
        h.set_stress(1);
        build(h, root, 300);
        assert_eq!(length(root.get()), 300);
        assert!(h.stats().minor >= 300);
        let mut v = GcVec::new();
        for i in 0..100 {
            v.push(h, pair(h, Value::int(i), Value::NONE).value());
        }
        for (i, p) in v.iter().enumerate() {
            assert_eq!(p.cast::<Pair>().unwrap().a.get().to_int(), Some(i as i64));
        }
    });
}

#[test]
fn absurd_buffers_are_refused() {
    with_heap(|h, _| {
        assert!(ValueBuf::try_new(h, usize::MAX / 16).is_none());
        assert!(RawBuf::try_new(h, usize::MAX - 8).is_none());
    });
}

#[inline(never)]
fn forget_and_collect(heap: &Heap) {
    heap.clear_dead_stack();
    heap.collect(false);
    heap.collect(true);
}

/// A buffer that grew as far as it can and is full of numbers; nothing refers to it afterwards. Answers its address, with
/// all bits turned so that no collection takes it for a reference, and how many places it had.
#[inline(never)]
fn grown(heap: &Heap, root: &std::cell::Cell<Value>) -> (usize, usize) {
    let n = 1usize << 16;
    let buf = ValueBuf::try_new(heap, n).expect("half a megabyte");
    root.set(buf.value());
    (0..n).for_each(|i| buf.put(i, Value::int(i as i64)));
    let (before, mut cap) = (buf.data(), n);
    while buf.try_grow(heap, cap + cap / 8) {
        cap += cap / 8;
        assert_eq!(buf.cap(), cap);
    }
    assert!(cap >= 3 * n, "{cap} places: there was hardly any room");
    assert_eq!(buf.data(), before);
    heap.collect(true);
    assert!((0..n).all(|i| buf.at(i).bits() == Value::int(i as i64).bits()));
    assert!(buf.as_slice()[n..].iter().all(|v| v.bits() == 0));
    // SAFETY: within the buffer.
    let inner = unsafe { before.add(cap - 1) } as usize;
    assert_eq!(heap.find_object(inner), Some(buf.header_ptr()));
    (0..cap).for_each(|i| buf.put(i, Value::int(-1)));
    root.set(Value::NONE);
    (!(before as usize), cap)
}

/// Large buffers grow where they lie, hold what they held, come zeroed behind it, and are found by inner pointers there.
/// The mapping of one that died serves the next one, which is clean, too, and grows over what was written.
#[test]
fn large_buffers_grow_in_place() {
    with_heap(|heap, root| {
        let (address, cap) = grown(heap, root);
        forget_and_collect(heap);
        let smaller = cap - 1000;
        let next = ValueBuf::try_new(heap, smaller).expect("some megabytes");
        root.set(next.value());
        assert_eq!(!(next.data() as usize), address, "the mapping was not taken again");
        let clean = |b: Gc<ValueBuf>| b.as_slice().iter().all(|v| v.bits() == 0);
        assert!(clean(next));
        for more in [smaller + 3, smaller + 700, cap + 1] {
            assert!(next.try_grow(heap, more) && clean(next), "{more} places");
        }
        let small = ValueBuf::new(heap, 100);
        assert!(!small.try_grow(heap, 101), "cells have neighbours");
    });
}

//! Iterators over ranges: `range_iterator` counts in machine words, `longrange_iterator` in ints of any size.

use crate::kinds::Trace;
use crate::objects::int_util as big;
use crate::objects::range::Range;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, NativeObject, TypeDef, flag, method};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `range_iterator`.
#[repr(C)]
pub struct RangeIter {
    header: Header,
    /// The next item.
    pub next: Cell<i64>,
    /// Distance of items.
    pub step: i64,
    /// Items left.
    pub left: Cell<i64>,
}

impl Trace for RangeIter {
    fn trace(&self, _: &mut Tracer) {}
}

/// A `longrange_iterator`.
#[repr(C)]
pub struct LongRangeIter {
    header: Header,
    next: Slot<Value>,
    step: Slot<Value>,
    left: Slot<Value>,
}

impl Trace for LongRangeIter {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.next);
        t.slot(&self.step);
        t.slot(&self.left);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for LongRangeIter {
    const DEF: &'static TypeDef = &LONG_DEF;
}

/// An iterator over a range.
pub fn new_iter(vm: &Vm, r: Gc<Range>) -> Value {
    if r.raw_len >= 0 {
        return new_raw(vm, r.raw_start, r.raw_step, r.raw_len);
    }
    new_long(vm, r.start.get(), r.step.get(), r.length.get())
}

/// An iterator over `left` machine words.
pub fn new_raw(vm: &Vm, next: i64, step: i64, left: i64) -> Value {
    let ty = vm.types.range_iterator;
    vm.heap
        .alloc(ty.header_ptr(), ty.shape.get(), |header| RangeIter {
            header,
            next: Cell::new(next),
            step,
            left: Cell::new(left),
        })
        .value()
}

/// An iterator over `left` ints.
pub fn new_long(vm: &Vm, next: Value, step: Value, left: Value) -> Value {
    vm.new_native(|header| LongRangeIter {
        header,
        next: Slot::new(next),
        step: Slot::new(step),
        left: Slot::new(left),
    })
    .value()
}

impl RangeIter {
    /// The next item if it is an immediate int, else unbound: [`RangeIter::advance`] must see to it.
    #[inline(always)]
    pub fn quick(&self) -> Value {
        let (n, left) = (self.next.get(), self.left.get());
        match Value::try_int(n) {
            Some(v) if left > 0 => {
                self.left.set(left - 1);
                self.next.set(n.wrapping_add(self.step));
                v
            }
            _ => Value::UNBOUND,
        }
    }
    /// The next item.
    #[inline(always)]
    pub fn advance(&self) -> Option<i64> {
        let left = self.left.get();
        if left <= 0 {
            return None;
        }
        let i = self.next.get();
        self.left.set(left - 1);
        self.next.set(i.wrapping_add(self.step));
        Some(i)
    }
}

fn this(v: Value) -> Gc<RangeIter> {
    v.cast::<RangeIter>().expect("slots and methods of range_iterator get such")
}
fn long(vm: &Vm, v: Value) -> Gc<LongRangeIter> {
    vm.native::<LongRangeIter>(v).expect("slots and methods of longrange_iterator get such")
}

fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    Ok(this(v).advance().map(|i| vm.new_int(i)))
}
fn hint(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int(this(a[0]).left.get()))
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let (start, step, left) = (vm.new_int(it.next.get()), vm.new_int(it.step), vm.new_int(it.left.get()));
    reduce_to(vm, start, step, left)
}
fn reduce_to(vm: &Vm, start: Value, step: Value, left: Value) -> PyResult {
    let stop = big::add(vm, start, big::mul(vm, left, step));
    let args = vm.new_tuple(&[vm.new_range(start, stop, step).value()]);
    Ok(vm.new_tuple(&[vm.builtin("iter"), args.value(), Value::NONE]).value())
}
fn setstate(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let i = vm.index_ssize(a[1])? as i64;
    let i = i.clamp(0, it.left.get());
    it.next.set(it.next.get().wrapping_add(i.wrapping_mul(it.step)));
    it.left.set(it.left.get() - i);
    Ok(Value::NONE)
}

fn long_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let it = long(vm, v);
    if big::cmp(it.left.get(), Value::int(0)).is_le() {
        return Ok(None);
    }
    let x = it.next.get();
    it.left.set(it, big::sub(vm, it.left.get(), Value::int(1)));
    it.next.set(it, big::add(vm, x, it.step.get()));
    Ok(Some(x))
}
fn long_hint(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(long(vm, a[0]).left.get())
}
fn long_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = long(vm, a[0]);
    reduce_to(vm, it.next.get(), it.step.get(), it.left.get())
}
fn long_setstate(vm: &Vm, a: &[Value]) -> PyResult {
    let it = long(vm, a[0]);
    let mut i = vm.index(a[1])?;
    if big::is_negative(i) {
        i = Value::int(0);
    }
    if big::cmp(i, it.left.get()).is_gt() {
        i = it.left.get();
    }
    it.next.set(it, big::add(vm, it.next.get(), big::mul(vm, i, it.step.get())));
    it.left.set(it, big::sub(vm, it.left.get(), i));
    Ok(Value::NONE)
}

const HINT_DOC: &str = "Private method returning an estimate of len(list(it)).";
static METHODS: &[MethodDef] = &[
    method("__length_hint__", "($self, /)", hint, HINT_DOC),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
    method("__setstate__", "($self, object, /)", setstate, "Set state information for unpickling."),
];
static LONG_METHODS: &[MethodDef] = &[
    method("__length_hint__", "($self, /)", long_hint, HINT_DOC),
    method("__reduce__", "($self, /)", long_reduce, "Return state information for pickling."),
    method("__setstate__", "($self, object, /)", long_setstate, "Set state information for unpickling."),
];

/// `range_iterator`
pub static DEF: TypeDef = TypeDef {
    name: "range_iterator",
    kind: crate::kinds::RANGE_ITER,
    size: size_of::<RangeIter>(),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(crate::objects::iter::itself), iternext: Some(next), ..Slots::EMPTY },
    methods: METHODS,
    ..TypeDef::EMPTY
};
/// `longrange_iterator`
pub static LONG_DEF: TypeDef = TypeDef {
    name: "longrange_iterator",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(crate::objects::iter::itself), iternext: Some(long_next), ..Slots::EMPTY },
    methods: LONG_METHODS,
    ..TypeDef::native::<LongRangeIter>()
};

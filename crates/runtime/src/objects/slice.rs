//! `slice`: three values, and their application to a length.

use crate::kinds::Trace;
use crate::objects::int_util as big;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{GetSetDef, MethodDef, TypeDef, flag, member, method};
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `slice`.
#[repr(C)]
pub struct Slice {
    header: Header,
    /// `start`
    pub start: Slot<Value>,
    /// `stop`
    pub stop: Slot<Value>,
    /// `step`
    pub step: Slot<Value>,
}

impl Trace for Slice {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.start);
        t.slot(&self.stop);
        t.slot(&self.step);
    }
}

impl Vm {
    /// A new `slice`.
    pub fn new_slice(&self, start: Value, stop: Value, step: Value) -> Gc<Slice> {
        let ty = self.types.slice;
        self.heap.alloc(ty.header_ptr(), ty.shape.get(), |header| Slice {
            header,
            start: Slot::new(start),
            stop: Slot::new(stop),
            step: Slot::new(step),
        })
    }
}

fn this(v: Value) -> Gc<Slice> {
    v.cast::<Slice>().expect("slots and methods of slice get slices")
}

fn new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    args.no_keywords(vm, "slice")?;
    let a = args.positional(vm, "slice", 1, 3)?;
    let none = Value::NONE;
    Ok(match *a {
        [stop] => vm.new_slice(none, stop, none),
        [start, stop] => vm.new_slice(start, stop, none),
        _ => vm.new_slice(a[0], a[1], a[2]),
    }
    .value())
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let s = this(v);
    let (a, b, c) = (vm.repr(s.start.get())?, vm.repr(s.stop.get())?, vm.repr(s.step.get())?);
    let mut w = crate::vm::text::TextBuilder::new();
    w.push_str("slice(").push(a).push_str(", ").push(b).push_str(", ").push(c).push_str(")");
    Ok(w.finish(vm).value())
}

fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<Slice>(), b.cast::<Slice>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if x == y {
        return Ok(Value::bool(matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge)));
    }
    let x = vm.new_tuple(&[x.start.get(), x.stop.get(), x.step.get()]);
    let y = vm.new_tuple(&[y.start.get(), y.stop.get(), y.step.get()]);
    vm.compare(x.value(), y.value(), op)
}

fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    let s = this(v);
    let mut acc = crate::objects::tuple::HASH_START;
    for x in [s.start.get(), s.stop.get(), s.step.get()] {
        acc = crate::objects::tuple::hash_lane(acc, vm.hash(x)?);
    }
    Ok(if acc == u64::MAX { 1546275796 } else { acc as i64 })
}

fn indices(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let len = vm.index(a[1])?;
    if big::is_negative(len) {
        return Err(vm.value_error("length should not be negative"));
    }
    let (start, stop, step) = long_indices(vm, s, len)?;
    Ok(vm.new_tuple(&[start, stop, step]).value())
}

/// Start, stop and step of a slice applied to a length of any size, as ints.
pub fn long_indices(vm: &Vm, s: Gc<Slice>, len: Value) -> PyResult<(Value, Value, Value)> {
    let get = |v: Value| -> PyResult {
        if !vm.has_index(v) {
            return Err(vm.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        vm.index(v)
    };
    let zero = Value::int(0);
    let step = match s.step.get() {
        v if v.is_none() => Value::int(1),
        v => get(v)?,
    };
    let negative = big::is_negative(step);
    if big::cmp(step, zero).is_eq() {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let (lower, upper) =
        if negative { (Value::int(-1), big::add(vm, len, Value::int(-1))) } else { (zero, len) };
    let clip = |v: Value, default: Value| -> PyResult {
        if v.is_none() {
            return Ok(default);
        }
        let v = get(v)?;
        if big::is_negative(v) {
            let v = big::add(vm, v, len);
            return Ok(if big::cmp(v, lower).is_lt() { lower } else { v });
        }
        Ok(if big::cmp(v, upper).is_gt() { upper } else { v })
    };
    let start = clip(s.start.get(), if negative { upper } else { lower })?;
    let stop = clip(s.stop.get(), if negative { lower } else { upper })?;
    Ok((start, stop, step))
}

fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let args = vm.new_tuple(&[s.start.get(), s.stop.get(), s.step.get()]);
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), args.value()]).value())
}

static METHODS: &[MethodDef] = &[
    method(
        "indices",
        "($self, object, /)",
        indices,
        "S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and stop\nindices, and the stride length of the extended slice described by\nS. Out of bounds indices are clipped in a manner consistent with the\nhandling of normal slices.",
    ),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
];
static GETSET: &[GetSetDef] = &[
    member("start", |_, v| Ok(this(v).start.get()), ""),
    member("stop", |_, v| Ok(this(v).stop.get()), ""),
    member("step", |_, v| Ok(this(v).step.get()), ""),
];

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "slice",
    kind: crate::kinds::SLICE,
    size: size_of::<Slice>(),
    flags: flag::IMMUTABLE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        richcompare: Some(compare),
        hash: Some(hash),
        ..Slots::EMPTY
    },
    methods: METHODS,
    getset: GETSET,
    doc: "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. a[0:10:2]).",
    ..TypeDef::EMPTY
};

//! `range`: an arithmetic progression of ints of any size, with a fast form where all fits 64 bits.

use crate::kinds::Trace;
use crate::objects::int_util as big;
use crate::objects::slice::{Slice, long_indices};
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{GetSetDef, MethodDef, TypeDef, flag, member, method};
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

pub mod iter;

/// A `range`.
#[repr(C)]
pub struct Range {
    header: Header,
    /// `start` (an exact int, as all fields)
    pub start: Slot<Value>,
    /// `stop`
    pub stop: Slot<Value>,
    /// `step`
    pub step: Slot<Value>,
    /// Number of items.
    pub length: Slot<Value>,
    /// `start` as a machine word; valid where `raw_len` is not negative.
    pub raw_start: i64,
    /// `step` as a machine word.
    pub raw_step: i64,
    /// Number of items; -1 where start, stop, step, the length or the value behind the last item do not fit 64
    /// bits.
    pub raw_len: i64,
}

impl Trace for Range {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.start);
        t.slot(&self.stop);
        t.slot(&self.step);
        t.slot(&self.length);
    }
}

/// Number of items of a range of machine words, if that and the value behind the last item fit too.
fn raw_len(start: i64, stop: i64, step: i64) -> i64 {
    let (lo, hi, by) = if step > 0 { (start, stop, step) } else { (stop, start, step.wrapping_neg()) };
    if by <= 0 {
        return -1;
    }
    if lo >= hi {
        return 0;
    }
    let n = ((hi as i128 - lo as i128 - 1) / by as i128 + 1) as i64;
    match i64::try_from((hi as i128 - lo as i128 - 1) / by as i128 + 1) {
        Ok(_) if i64::try_from(start as i128 + n as i128 * step as i128).is_ok() => n,
        _ => -1,
    }
}

impl Vm {
    /// A new `range` of ints (any `int` values); the step is not 0.
    pub fn new_range(&self, start: Value, stop: Value, step: Value) -> Gc<Range> {
        let (start, stop, step) = (big::exact(self, start), big::exact(self, stop), big::exact(self, step));
        let raw = match (big::to_i64(start), big::to_i64(stop), big::to_i64(step)) {
            (Some(a), Some(b), Some(c)) => (a, c, raw_len(a, b, c)),
            _ => (0, 0, -1),
        };
        let length = if raw.2 >= 0 { self.new_int(raw.2) } else { long_len(self, start, stop, step) };
        let ty = self.types.range;
        self.heap.alloc(ty.header_ptr(), ty.shape.get(), |header| Range {
            header,
            start: Slot::new(start),
            stop: Slot::new(stop),
            step: Slot::new(step),
            length: Slot::new(length),
            raw_start: raw.0,
            raw_step: raw.1,
            raw_len: raw.2,
        })
    }
    /// `range(start, stop, step)` of any values, as the constructor takes them.
    pub fn range_from_values(&self, start: Value, stop: Value, step: Value) -> PyResult<Gc<Range>> {
        let (start, stop, step) = (self.index(start)?, self.index(stop)?, self.index(step)?);
        if big::to_i64(step) == Some(0) {
            return Err(self.value_error("range() arg 3 must not be zero"));
        }
        Ok(self.new_range(start, stop, step))
    }
}

fn long_len(vm: &Vm, start: Value, stop: Value, step: Value) -> Value {
    let (lo, hi, by) = if big::is_negative(step) {
        (stop, start, big::sub(vm, Value::int(0), step))
    } else {
        (start, stop, step)
    };
    if big::cmp(lo, hi).is_ge() {
        return Value::int(0);
    }
    let span = big::sub(vm, big::sub(vm, hi, lo), Value::int(1));
    let (q, _) = big::div_rem_floor(vm, span, by);
    big::add(vm, q, Value::int(1))
}

fn this(v: Value) -> Gc<Range> {
    v.cast::<Range>().expect("slots and methods of range get ranges")
}

fn new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    args.no_keywords(vm, "range")?;
    let (zero, one) = (Value::int(0), Value::int(1));
    let r = match *args.pos {
        [stop] => vm.range_from_values(zero, stop, one),
        [start, stop] => vm.range_from_values(start, stop, one),
        [start, stop, step] => vm.range_from_values(start, stop, step),
        _ => {
            args.positional(vm, "range", 1, 3)?;
            unreachable!("the count was just found wrong")
        }
    };
    r.map(Gc::value)
}

/// Item `i` (an int inside the range).
fn item(vm: &Vm, r: Gc<Range>, i: Value) -> Value {
    big::add(vm, r.start.get(), big::mul(vm, i, r.step.get()))
}

fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    let r = this(v);
    if let (Some(i), true) = (key.to_int(), r.raw_len >= 0) {
        let at = if i < 0 { i + r.raw_len } else { i };
        if at < 0 || at >= r.raw_len {
            return Err(vm.index_error("range object index out of range"));
        }
        return Ok(vm.new_int(r.raw_start + at * r.raw_step));
    }
    if let Some(s) = key.cast::<Slice>() {
        if r.raw_len >= 0 && r.raw_start.unsigned_abs() < 1 << 47 && r.raw_step.unsigned_abs() < 1 << 30 {
            let i = vm.slice_indices(s, r.raw_len as usize)?;
            let at = |k: isize| (k as i64).checked_mul(r.raw_step).and_then(|d| d.checked_add(r.raw_start));
            // A step at the limit may stand for a longer one.
            let by = if i.step.unsigned_abs() < isize::MAX as usize {
                (i.step as i64).checked_mul(r.raw_step)
            } else {
                None
            };
            if let (Some(a), Some(b), Some(by)) = (at(i.start), at(i.stop), by) {
                return Ok(vm.new_range(vm.new_int(a), vm.new_int(b), vm.new_int(by)).value());
            }
        }
        let (start, stop, step) = long_indices(vm, s, r.length.get())?;
        let by = big::mul(vm, r.step.get(), step);
        return Ok(vm.new_range(item(vm, r, start), item(vm, r, stop), by).value());
    }
    if !vm.has_index(key) {
        return Err(
            vm.type_error(format!("range indices must be integers or slices, not {}", vm.type_name(key)))
        );
    }
    let mut i = vm.index(key)?;
    if big::is_negative(i) {
        i = big::add(vm, i, r.length.get());
    }
    if big::is_negative(i) || big::cmp(i, r.length.get()).is_ge() {
        return Err(vm.index_error("range object index out of range"));
    }
    Ok(item(vm, r, i))
}

fn len(vm: &Vm, v: Value) -> PyResult<usize> {
    match big::to_i64(this(v).length.get()) {
        Some(n) => Ok(n as usize),
        None => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let r = this(v);
    let (a, b) = (vm.repr(r.start.get())?, vm.repr(r.stop.get())?);
    let text = match big::to_i64(r.step.get()) {
        Some(1) => format!("range({}, {})", *a, *b),
        _ => format!("range({}, {}, {})", *a, *b, *vm.repr(r.step.get())?),
    };
    Ok(vm.new_str(&text).value())
}

fn equal(a: Gc<Range>, b: Gc<Range>) -> bool {
    let same = |x: &Slot<Value>, y: &Slot<Value>| big::cmp(x.get(), y.get()).is_eq();
    if a == b {
        return true;
    }
    if !same(&a.length, &b.length) {
        return false;
    }
    let n = big::to_i64(a.length.get());
    n == Some(0) || same(&a.start, &b.start) && (n == Some(1) || same(&a.step, &b.step))
}

fn compare(_: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<Range>(), b.cast::<Range>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(match op {
        CompareOp::Eq => Value::bool(equal(x, y)),
        CompareOp::Ne => Value::bool(!equal(x, y)),
        _ => Value::NOT_IMPLEMENTED,
    })
}

fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    let r = this(v);
    let n = big::to_i64(r.length.get());
    let none = Value::NONE;
    let (start, step) = match n {
        Some(0) => (none, none),
        Some(1) => (r.start.get(), none),
        _ => (r.start.get(), r.step.get()),
    };
    let t = vm.new_tuple(&[r.length.get(), start, step]);
    vm.hash(t.value())
}

fn is_exact_int(vm: &Vm, v: Value) -> bool {
    v.is_int() || v.is_bool() || vm.is_exact(v, crate::vm::shape_ids::int)
}

/// Position of an exact int in the range.
fn position(vm: &Vm, r: Gc<Range>, v: Value) -> Option<Value> {
    let (start, stop, step) = (r.start.get(), r.stop.get(), r.step.get());
    let inside = if big::is_negative(step) {
        big::cmp(v, start).is_le() && big::cmp(v, stop).is_gt()
    } else {
        big::cmp(v, start).is_ge() && big::cmp(v, stop).is_lt()
    };
    if !inside {
        return None;
    }
    let (q, rem) = big::div_rem_floor(vm, big::sub(vm, v, start), step);
    (big::to_i64(rem) == Some(0)).then_some(q)
}

fn contains(vm: &Vm, v: Value, item: Value) -> PyResult<bool> {
    if is_exact_int(vm, item) {
        return Ok(position(vm, this(v), item).is_some());
    }
    vm.iter_contains(v, item)
}

fn is_true(_: &Vm, v: Value) -> PyResult<bool> {
    Ok(big::to_i64(this(v).length.get()) != Some(0))
}

fn count(vm: &Vm, a: &[Value]) -> PyResult {
    if is_exact_int(vm, a[1]) {
        return Ok(Value::int(position(vm, this(a[0]), a[1]).is_some() as i64));
    }
    let it = vm.get_iter(a[0])?;
    let mut n = 0;
    while let Some(x) = vm.iter_next(it)? {
        n += vm.equal(x, a[1])? as i64;
    }
    Ok(vm.new_int(n))
}

fn index(vm: &Vm, a: &[Value]) -> PyResult {
    if is_exact_int(vm, a[1]) {
        if let Some(i) = position(vm, this(a[0]), a[1]) {
            return Ok(i);
        }
        return Err(vm.value_error("range.index(x): x not in range"));
    }
    let it = vm.get_iter(a[0])?;
    let mut n = 0;
    while let Some(x) = vm.iter_next(it)? {
        if vm.equal(x, a[1])? {
            return Ok(vm.new_int(n));
        }
        n += 1;
    }
    Err(vm.value_error("sequence.index(x): x not in sequence"))
}

fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let r = this(a[0]);
    let args = vm.new_tuple(&[r.start.get(), r.stop.get(), r.step.get()]);
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), args.value()]).value())
}

fn iter(vm: &Vm, v: Value) -> PyResult {
    Ok(iter::new_iter(vm, this(v)))
}

fn reversed(vm: &Vm, a: &[Value]) -> PyResult {
    let r = this(a[0]);
    if r.raw_len > 0
        && let Some(last) = (r.raw_len - 1).checked_mul(r.raw_step).and_then(|d| d.checked_add(r.raw_start))
        && let Some(step) = r.raw_step.checked_neg()
        && r.raw_start.checked_sub(r.raw_step).is_some()
    {
        return Ok(iter::new_raw(vm, last, step, r.raw_len));
    }
    let last = item(vm, r, big::sub(vm, r.length.get(), Value::int(1)));
    let step = big::sub(vm, Value::int(0), r.step.get());
    if r.raw_len == 0 {
        return Ok(iter::new_raw(vm, 0, 1, 0));
    }
    Ok(iter::new_long(vm, last, step, r.length.get()))
}

static METHODS: &[MethodDef] = &[
    method("__reversed__", "($self, /)", reversed, "Return a reverse iterator."),
    method("__reduce__", "($self, /)", reduce, ""),
    method(
        "count",
        "($self, object, /)",
        count,
        "rangeobject.count(value) -> integer -- return number of occurrences of value",
    ),
    method(
        "index",
        "($self, object, /)",
        index,
        "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present.",
    ),
];
static GETSET: &[GetSetDef] = &[
    member("start", |_, v| Ok(this(v).start.get()), ""),
    member("stop", |_, v| Ok(this(v).stop.get()), ""),
    member("step", |_, v| Ok(this(v).step.get()), ""),
];

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "range",
    kind: crate::kinds::RANGE,
    size: size_of::<Range>(),
    flags: flag::IMMUTABLE | flag::SEQUENCE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        richcompare: Some(compare),
        hash: Some(hash),
        iter: Some(iter),
        len: Some(len),
        getitem: Some(getitem),
        contains: Some(contains),
        bool: Some(is_true),
        ..Slots::EMPTY
    },
    methods: METHODS,
    getset: GETSET,
    doc: "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).",
    ..TypeDef::EMPTY
};

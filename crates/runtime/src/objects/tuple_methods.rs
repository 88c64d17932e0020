//! The slots and methods of `tuple`.

use crate::objects::enumerate::class_getitem;
use crate::objects::int::compare::hash_i64;
use crate::objects::list::methods::index_end;
use crate::objects::slice::Slice;
use crate::objects::tuple::{HASH_START, Tuple, hash_lane};
use crate::objects::tuple_iter::new_iter;
use crate::objects::typ::Type;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::text::TextBuilder;
use crate::vm::typedef::{MethodDef, classmethod, method};
use crate::vm::{Vm, shape_ids};
use taipan_heap::{Gc, GcVec, Value};

fn this(v: Value) -> Gc<Tuple> {
    v.cast::<Tuple>().expect("slots and methods of tuple get tuples")
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let exact = ty == vm.types.tuple;
    if exact || vm.inherits_init(ty, vm.types.tuple) {
        args.no_keywords(vm, "tuple")?;
    }
    let a = Args::new(args.pos).positional(vm, "tuple", 0, 1)?;
    let Some(&iterable) = a.first() else {
        return Ok(if exact { vm.new_tuple(&[]) } else { vm.new_tuple_of(ty, &[]) }.value());
    };
    if vm.is_exact(iterable, shape_ids::tuple) {
        return Ok(if exact { iterable } else { vm.new_tuple_of(ty, this(iterable).items()).value() });
    }
    let items = vm.collect(iterable)?;
    Ok(if exact { vm.new_tuple(&items) } else { vm.new_tuple_of(ty, &items) }.value())
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let t = this(v);
    if t.is_empty() {
        return Ok(vm.new_str("()").value());
    }
    let Some(_guard) = vm.enter_repr(v) else { return Ok(vm.new_str("(...)").value()) };
    let mut w = TextBuilder::new();
    w.push_str("(");
    for i in 0..t.len() {
        if i > 0 {
            w.push_str(", ");
        }
        let x = t.items()[i];
        match x.to_int() {
            Some(n) => w.push_int(n),
            None if x.is_float() => w.push_float(x.as_float()),
            None => w.push(vm.repr(x)?),
        };
    }
    w.push_str(if t.len() == 1 { ",)" } else { ")" });
    Ok(w.finish(vm).value())
}

/// `v` as a tuple that compares as tuples do: exact, or an instance of a subclass that leaves comparing alone.
#[inline(always)]
pub fn plain(vm: &Vm, v: Value) -> Option<Gc<Tuple>> {
    use crate::vm::slots::RichCompare;
    if !v.is_kind(crate::kinds::TUPLE) {
        return None;
    }
    let same = vm.is_exact(v, shape_ids::tuple)
        || vm
            .class_of(v)
            .slots
            .richcompare
            .get()
            .is_some_and(|f| std::ptr::fn_addr_eq(f, compare as RichCompare));
    // SAFETY: the kind says that it is a tuple.
    same.then(|| unsafe { v.cast_unchecked() })
}

fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<Tuple>(), b.cast::<Tuple>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if x.len() != y.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    vm.check_native_stack()?;
    for i in 0..x.len().min(y.len()) {
        let (p, q) = (x.items()[i], y.items()[i]);
        if p != q && (p.is_int() && q.is_int() || !vm.equal(p, q)?) {
            return match op {
                CompareOp::Eq => Ok(Value::FALSE),
                CompareOp::Ne => Ok(Value::TRUE),
                _ => vm.compare(p, q, op),
            };
        }
    }
    Ok(Value::bool(op.holds(x.len().cmp(&y.len()))))
}

fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    let t = this(v);
    let known = t.hash.get();
    if known != -1 {
        return Ok(known);
    }
    vm.check_native_stack()?;
    let mut acc = HASH_START;
    for &x in t.items() {
        let lane = if x.is_int() { hash_i64(x.as_int()) } else { vm.hash(x)? };
        acc = hash_lane(acc, lane);
    }
    acc = acc.wrapping_add(t.len() as u64 ^ (HASH_START ^ 3527539));
    let hash = if acc == u64::MAX { 1546275796 } else { acc as i64 };
    t.hash.set(hash);
    Ok(hash)
}

fn len(_: &Vm, v: Value) -> PyResult<usize> {
    Ok(this(v).len())
}

fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    let t = this(v);
    if let Some(s) = key.cast::<Slice>() {
        let s = vm.slice_indices(s, t.len())?;
        if s.step == 1 {
            if s.len == t.len() && vm.is_exact(v, shape_ids::tuple) {
                return Ok(v);
            }
            let from = s.start as usize;
            return Ok(vm.new_tuple(&t.items()[from..from + s.len]).value());
        }
        let mut out = GcVec::with_capacity(&vm.heap, s.len);
        s.positions().for_each(|i| out.push(&vm.heap, t.items()[i]));
        return Ok(vm.new_tuple(&out).value());
    }
    let i = vm.sequence_index(key, "tuple")?;
    let at = if i < 0 { i + t.len() as isize } else { i };
    match t.items().get(at as usize) {
        Some(&x) if at >= 0 => Ok(x),
        _ => Err(vm.index_error("tuple index out of range")),
    }
}

fn contains(vm: &Vm, v: Value, x: Value) -> PyResult<bool> {
    for &y in this(v).items() {
        if vm.equal(y, x)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn concat(vm: &Vm, a: Value, b: Value) -> PyResult {
    let x = this(a);
    let Some(y) = b.cast::<Tuple>() else {
        return Err(
            vm.type_error(format!("can only concatenate tuple (not \"{}\") to tuple", vm.type_name(b)))
        );
    };
    if x.is_empty() && vm.is_exact(b, shape_ids::tuple) {
        return Ok(b);
    }
    if y.is_empty() && vm.is_exact(a, shape_ids::tuple) {
        return Ok(a);
    }
    let t = vm.try_new_tuple(x.len() + y.len())?;
    // SAFETY: a new tuple with room for both.
    unsafe { t.fill(0, x.items()) };
    // SAFETY: as above.
    unsafe { t.fill(x.len(), y.items()) };
    Ok(t.value())
}

fn repeat(vm: &Vm, v: Value, n: isize) -> PyResult {
    let t = this(v);
    if (t.is_empty() || n == 1) && vm.is_exact(v, shape_ids::tuple) {
        return Ok(v);
    }
    if n <= 0 || t.is_empty() {
        return Ok(vm.new_tuple(&[]).value());
    }
    let n = n as usize;
    let total = t.len().checked_mul(n).ok_or_else(|| vm.memory_error())?;
    let out = vm.try_new_tuple(total)?;
    for i in 0..n {
        // SAFETY: a new tuple with room for `n` copies.
        unsafe { out.fill(i * t.len(), t.items()) };
    }
    Ok(out.value())
}

fn index(vm: &Vm, a: &[Value]) -> PyResult {
    let t = this(a[0]);
    let from = index_end(vm, a[2], 0, t.len())?;
    let to = index_end(vm, a[3], isize::MAX, t.len())?.min(t.len());
    for i in from..to {
        if vm.equal(t.items()[i], a[1])? {
            return Ok(vm.new_int(i as i64));
        }
    }
    Err(vm.value_error("tuple.index(x): x not in tuple"))
}
fn count(vm: &Vm, a: &[Value]) -> PyResult {
    let mut n = 0;
    for &x in this(a[0]).items() {
        n += vm.equal(x, a[1])? as i64;
    }
    Ok(vm.new_int(n))
}
fn getnewargs(vm: &Vm, a: &[Value]) -> PyResult {
    let plain = vm.new_tuple(this(a[0]).items());
    Ok(vm.new_tuple(&[plain.value()]).value())
}

/// Slots.
pub const SLOTS: Slots = Slots {
    new: Some(new),
    repr: Some(repr),
    richcompare: Some(compare),
    hash: Some(hash),
    iter: Some(new_iter),
    len: Some(len),
    getitem: Some(getitem),
    contains: Some(contains),
    concat: Some(concat),
    repeat: Some(repeat),
    ..Slots::EMPTY
};

/// Methods.
pub static METHODS: &[MethodDef] = &[
    method("__getnewargs__", "($self, /)", getnewargs, ""),
    method(
        "index",
        "($self, value, start=0, stop=sys.maxsize, /)",
        index,
        "Return first index of value.\n\nRaises ValueError if the value is not present.",
    ),
    method("count", "($self, value, /)", count, "Return number of occurrences of value."),
    classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
];

/// `__doc__`
pub const DOC: &str = "tuple(iterable=(), /)\n--\n\nBuilt-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.";

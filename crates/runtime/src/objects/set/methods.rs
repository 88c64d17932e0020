//! The slots and methods of `set` and `frozenset`.

use crate::objects::enumerate::class_getitem;
use crate::objects::set::iter::new_iter;
use crate::objects::set::{Set, algebra};
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::text::TextBuilder;
use crate::vm::typedef::{MethodDef, classmethod, method, method_var};
use taipan_heap::{Gc, Value};

fn this(v: Value) -> Gc<Set> {
    v.cast::<Set>().expect("slots and methods of sets get sets")
}

fn new_set(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm.new_set_of(ty).value())
}
fn init_set(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    args.no_keywords(vm, "set")?;
    let a = args.positional(vm, "set", 0, 1)?;
    let s = this(v);
    if s.fill.get() > 0 {
        s.clear(vm)?;
    }
    match a {
        [] => Ok(()),
        [iterable, ..] => vm.set_update(s, *iterable),
    }
}
fn new_frozen(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let exact = ty == vm.types.frozenset;
    if exact || vm.inherits_init(ty, vm.types.frozenset) {
        args.no_keywords(vm, "frozenset")?;
    }
    let a = Args::new(args.pos).positional(vm, "frozenset", 0, 1)?;
    let Some(&iterable) = a.first() else { return Ok(vm.new_set_of(ty).value()) };
    if exact && vm.is_exact(iterable, crate::vm::shape_ids::frozenset) {
        return Ok(iterable);
    }
    let s = vm.new_set_of(ty);
    vm.set_update(s, iterable)?;
    Ok(s.value())
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let s = this(v);
    let name = vm.type_name(v);
    let Some(_guard) = vm.enter_repr(v) else { return Ok(vm.new_str(&format!("{name}(...)")).value()) };
    if s.is_empty() {
        return Ok(vm.new_str(&format!("{name}()")).value());
    }
    let plain = vm.class_of(v) == vm.types.set;
    let items = vm.list_from_iterable(v)?;
    let mut w = TextBuilder::new();
    if !plain {
        w.push_str(&name).push_str("(");
    }
    w.push_str("{");
    let mut i = 0;
    while let Some(x) = vm.list_try_get(items, i) {
        if i > 0 {
            w.push_str(", ");
        }
        w.push(vm.repr(x)?);
        i += 1;
    }
    w.push_str(if plain { "}" } else { "})" });
    Ok(w.finish(vm).value())
}

fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<Set>(), b.cast::<Set>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(match op {
        CompareOp::Eq => algebra::equal(vm, x, y)?,
        CompareOp::Ne => !algebra::equal(vm, x, y)?,
        CompareOp::Le => algebra::is_subset(vm, x, y)?,
        CompareOp::Ge => algebra::is_subset(vm, y, x)?,
        CompareOp::Lt => x.len() < y.len() && algebra::is_subset(vm, x, y)?,
        CompareOp::Gt => x.len() > y.len() && algebra::is_subset(vm, y, x)?,
    }))
}
fn hash(_: &Vm, v: Value) -> PyResult<i64> {
    Ok(this(v).frozen_hash())
}
fn len(_: &Vm, v: Value) -> PyResult<usize> {
    Ok(this(v).len())
}

/// The hash of a key; a set as key is looked up as the frozenset of its items.
fn lookup_hash(vm: &Vm, key: Value) -> PyResult<i64> {
    match vm.hash_key(key, "a set element") {
        Ok(h) => Ok(h),
        Err(e) => match key.cast::<Set>() {
            Some(s) if vm.class_of(key).is_subtype(vm.types.set) && vm.raised_is(e, vm.types.TypeError) => {
                Ok(s.compute_hash())
            }
            _ => Err(e),
        },
    }
}
fn contains(vm: &Vm, v: Value, key: Value) -> PyResult<bool> {
    let hash = lookup_hash(vm, key)?;
    this(v).contains_hashed(vm, key, hash)
}

/// Both operands as sets.
fn both(a: Value, b: Value) -> Option<(Gc<Set>, Gc<Set>)> {
    Some((a.cast::<Set>()?, b.cast::<Set>()?))
}

macro_rules! operators {
    ($($name:ident |$vm:ident, $x:ident, $y:ident| $body:expr;)*) => {$(
        fn $name($vm: &Vm, a: Value, b: Value) -> PyResult {
            let Some(($x, $y)) = both(a, b) else { return Ok(Value::NOT_IMPLEMENTED) };
            $body
        }
    )*};
}
operators! {
    and |vm, x, y| algebra::intersection(vm, x, y.value()).map(Gc::value);
    or |vm, x, y| {
        let r = algebra::copy(vm, x)?;
        r.merge(vm, y)?;
        Ok(r.value())
    };
    sub |vm, x, y| algebra::difference(vm, x, y.value()).map(Gc::value);
    xor |vm, x, y| algebra::symmetric_difference(vm, x, y.value()).map(Gc::value);
    iand |vm, x, y| {
        let r = algebra::intersection(vm, x, y.value())?;
        x.swap(r);
        Ok(x.value())
    };
    ior |vm, x, y| {
        x.merge(vm, y)?;
        Ok(x.value())
    };
    isub |vm, x, y| {
        algebra::difference_update(vm, x, y.value())?;
        Ok(x.value())
    };
    ixor |vm, x, y| {
        algebra::symmetric_update(vm, x, y.value())?;
        Ok(x.value())
    };
}

fn add(vm: &Vm, a: &[Value]) -> PyResult {
    this(a[0]).add(vm, a[1])?;
    Ok(Value::NONE)
}
fn clear(vm: &Vm, a: &[Value]) -> PyResult {
    this(a[0]).clear(vm)?;
    Ok(Value::NONE)
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    if vm.is_exact(a[0], crate::vm::shape_ids::frozenset) {
        return Ok(a[0]);
    }
    algebra::copy(vm, this(a[0])).map(Gc::value)
}
fn discard(vm: &Vm, a: &[Value]) -> PyResult {
    let hash = lookup_hash(vm, a[1])?;
    this(a[0]).discard_hashed(vm, a[1], hash)?;
    Ok(Value::NONE)
}
fn remove(vm: &Vm, a: &[Value]) -> PyResult {
    let hash = lookup_hash(vm, a[1])?;
    if !this(a[0]).discard_hashed(vm, a[1], hash)? {
        return Err(vm.key_error(a[1]));
    }
    Ok(Value::NONE)
}
fn pop(vm: &Vm, a: &[Value]) -> PyResult {
    this(a[0]).pop().ok_or_else(|| vm.key_error(vm.new_str("pop from an empty set").value()))
}
fn contains_method(vm: &Vm, a: &[Value]) -> PyResult {
    contains(vm, a[0], a[1]).map(Value::bool)
}
fn isdisjoint(vm: &Vm, a: &[Value]) -> PyResult {
    algebra::isdisjoint(vm, this(a[0]), a[1]).map(Value::bool)
}
fn issubset(vm: &Vm, a: &[Value]) -> PyResult {
    algebra::issubset(vm, this(a[0]), a[1]).map(Value::bool)
}
fn issuperset(vm: &Vm, a: &[Value]) -> PyResult {
    algebra::issuperset(vm, this(a[0]), a[1]).map(Value::bool)
}
fn symmetric_difference(vm: &Vm, a: &[Value]) -> PyResult {
    algebra::symmetric_difference(vm, this(a[0]), a[1]).map(Gc::value)
}
fn symmetric_difference_update(vm: &Vm, a: &[Value]) -> PyResult {
    algebra::symmetric_update(vm, this(a[0]), a[1])?;
    Ok(Value::NONE)
}

/// `self` and the other operands of a method with `*others`.
fn split<'a>(vm: &Vm, args: Args<'a>, name: &str) -> PyResult<(Gc<Set>, &'a [Value])> {
    if !args.kw.is_empty() {
        let owner = vm.class_of(args.pos[0]);
        let owner = if owner.is_subtype(vm.types.set) { "set" } else { "frozenset" };
        return Err(vm.type_error(format!("{owner}.{name}() takes no keyword arguments")));
    }
    Ok((this(args.pos[0]), &args.pos[1..]))
}
fn difference(vm: &Vm, args: Args) -> PyResult {
    let (s, others) = split(vm, args, "difference")?;
    let [first, rest @ ..] = others else { return algebra::copy(vm, s).map(Gc::value) };
    let r = algebra::difference(vm, s, *first)?;
    for &o in rest {
        algebra::difference_update(vm, r, o)?;
    }
    Ok(r.value())
}
fn difference_update(vm: &Vm, args: Args) -> PyResult {
    let (s, others) = split(vm, args, "difference_update")?;
    for &o in others {
        algebra::difference_update(vm, s, o)?;
    }
    Ok(Value::NONE)
}
fn intersect_all(vm: &Vm, s: Gc<Set>, others: &[Value]) -> PyResult<Gc<Set>> {
    if others.is_empty() {
        return algebra::copy(vm, s);
    }
    let mut r = s;
    for &o in others {
        r = algebra::intersection(vm, r, o)?;
    }
    Ok(r)
}
fn intersection(vm: &Vm, args: Args) -> PyResult {
    let (s, others) = split(vm, args, "intersection")?;
    intersect_all(vm, s, others).map(Gc::value)
}
fn intersection_update(vm: &Vm, args: Args) -> PyResult {
    let (s, others) = split(vm, args, "intersection_update")?;
    let r = intersect_all(vm, s, others)?;
    s.swap(r);
    Ok(Value::NONE)
}
fn union(vm: &Vm, args: Args) -> PyResult {
    let (s, others) = split(vm, args, "union")?;
    let r = algebra::copy(vm, s)?;
    for &o in others {
        if o != s.value() {
            vm.set_update(r, o)?;
        }
    }
    Ok(r.value())
}
fn update(vm: &Vm, args: Args) -> PyResult {
    let (s, others) = split(vm, args, "update")?;
    for &o in others {
        vm.set_update(s, o)?;
    }
    Ok(Value::NONE)
}

fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let items = vm.list_from_iterable(a[0])?;
    let state = vm.call_method(a[0], vm.names.__getstate__, &[])?;
    let args = vm.new_tuple(&[items.value()]).value();
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), args, state]).value())
}
fn sizeof(vm: &Vm, a: &[Value]) -> PyResult {
    let _n = this(a[0]).table.get().entries().len();
    Ok(vm.new_int((size_of::<Set>() + std::mem::size_of_val(this(a[0]).table.get().entries())) as i64))
}

const FROZEN_BASE: Slots = Slots {
    repr: Some(repr),
    richcompare: Some(compare),
    iter: Some(new_iter),
    len: Some(len),
    contains: Some(contains),
    and: Some(and),
    or: Some(or),
    sub: Some(sub),
    xor: Some(xor),
    ..Slots::EMPTY
};
/// Slots of `set`.
pub const SET_SLOTS: Slots = Slots {
    new: Some(new_set),
    init: Some(init_set),
    iand: Some(iand),
    ior: Some(ior),
    isub: Some(isub),
    ixor: Some(ixor),
    ..FROZEN_BASE
};
/// Slots of `frozenset`.
pub const FROZEN_SLOTS: Slots = Slots { new: Some(new_frozen), hash: Some(hash), ..FROZEN_BASE };

macro_rules! common {
    ($($more:expr),* $(,)?) => {
        &[
            method("__contains__", "($self, object, /)", contains_method, "x.__contains__(y) <==> y in x."),
            method("copy", "($self, /)", copy, "Return a shallow copy of a set."),
            method_var(
                "difference",
                "($self, /, *others)",
                difference,
                "Return a new set with elements in the set that are not in the others.",
            ),
            method_var(
                "intersection",
                "($self, /, *others)",
                intersection,
                "Return a new set with elements common to the set and all others.",
            ),
            method(
                "isdisjoint",
                "($self, other, /)",
                isdisjoint,
                "Return True if two sets have a null intersection.",
            ),
            method(
                "issubset",
                "($self, other, /)",
                issubset,
                "Report whether another set contains this set.",
            ),
            method(
                "issuperset",
                "($self, other, /)",
                issuperset,
                "Report whether this set contains another set.",
            ),
            method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
            method(
                "__sizeof__",
                "($self, /)",
                sizeof,
                "S.__sizeof__() -> size of S in memory, in bytes.",
            ),
            method(
                "symmetric_difference",
                "($self, other, /)",
                symmetric_difference,
                "Return a new set with elements in either the set or other but not both.",
            ),
            method_var(
                "union",
                "($self, /, *others)",
                union,
                "Return a new set with elements from the set and all others.",
            ),
            classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
            $($more,)*
        ]
    };
}

/// Methods of `frozenset`.
pub static FROZEN_METHODS: &[MethodDef] = common!();
/// Methods of `set`.
pub static SET_METHODS: &[MethodDef] = common!(
    method(
        "add",
        "($self, object, /)",
        add,
        "Add an element to a set.\n\nThis has no effect if the element is already present.",
    ),
    method("clear", "($self, /)", clear, "Remove all elements from this set."),
    method(
        "discard",
        "($self, object, /)",
        discard,
        "Remove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise\nan exception when an element is missing from the set.",
    ),
    method_var(
        "difference_update",
        "($self, /, *others)",
        difference_update,
        "Update the set, removing elements found in others.",
    ),
    method_var(
        "intersection_update",
        "($self, /, *others)",
        intersection_update,
        "Update the set, keeping only elements found in it and all others.",
    ),
    method(
        "pop",
        "($self, /)",
        pop,
        "Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty.",
    ),
    method(
        "remove",
        "($self, object, /)",
        remove,
        "Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError.",
    ),
    method(
        "symmetric_difference_update",
        "($self, other, /)",
        symmetric_difference_update,
        "Update the set, keeping only elements found in either set, but not in both.",
    ),
    method_var("update", "($self, /, *others)", update, "Update the set, adding elements from all others."),
);
/// `set.__doc__`
pub const SET_DOC: &str = "set(iterable=(), /)\n--\n\nBuild an unordered collection of unique elements.";
/// `frozenset.__doc__`
pub const FROZEN_DOC: &str =
    "frozenset(iterable=(), /)\n--\n\nBuild an immutable unordered collection of unique elements.";

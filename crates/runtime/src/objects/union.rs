//! `typing.Union` (`int | str`): a set of types in the order given.

use crate::kinds::Trace;
use crate::objects::generic_alias::repr_item;
use crate::objects::generic_subst as subst;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, classmethod, flag, method, readonly};
use taipan_heap::{Gc, GcVec, Header, Slot, Tracer, Value};

/// A union of types.
#[repr(C)]
pub struct Union {
    header: Header,
    /// `__args__`: flat, without duplicates.
    pub args: Slot<Gc<Tuple>>,
    /// `__parameters__`, or unbound until asked for.
    parameters: Slot<Value>,
}

impl Trace for Union {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.args.get());
        t.slot(&self.parameters);
    }
}

fn this(v: Value) -> Gc<Union> {
    v.cast().expect("methods of unions get unions")
}
/// The members of a union.
pub fn args(v: Value) -> Option<Gc<Tuple>> {
    v.cast::<Union>().map(|u| u.args.get())
}

/// Adds one member: unions are flattened, `None` is its type, equal members are kept once.
fn add(vm: &Vm, out: &mut GcVec, v: Value) -> PyResult<()> {
    if let Some(inner) = args(v) {
        for &x in inner.items() {
            add(vm, out, x)?;
        }
        return Ok(());
    }
    let v = if v.is_none() { vm.types.NoneType.value() } else { v };
    for i in 0..out.len() {
        let other = out[i];
        // Aliases of one origin may be equal without being the same; other members are compared as they are.
        if other == v || vm.class_of(other) == vm.class_of(v) && vm.equal(other, v)? {
            return Ok(());
        }
    }
    out.push(&vm.heap, v);
    Ok(())
}
/// The union of some types; a single one is itself.
pub fn make(vm: &Vm, members: &[Value]) -> PyResult {
    let mut out = GcVec::new();
    for &m in members {
        add(vm, &mut out, m)?;
    }
    if let [only] = *out {
        return Ok(only);
    }
    let args = vm.new_tuple(&out);
    let u = vm.alloc_of(vm.types.union, |header| Union {
        header,
        args: Slot::new(args),
        parameters: Slot::new(Value::UNBOUND),
    });
    Ok(u.value())
}
/// May `v` stand in `X | Y` without help from typing?
fn unionable(vm: &Vm, v: Value) -> bool {
    v.is_none()
        || v.cast::<Type>().is_some()
        || v.cast::<Union>().is_some()
        || v.cast::<crate::objects::generic_alias::GenericAlias>().is_some()
        || vm.class_of(v).def.get().is_some_and(|d| d.module == "typing" && d.name == "TypeAliasType")
}
/// `X | Y` for types, generic aliases and unions.
pub fn union_or(vm: &Vm, a: Value, b: Value) -> PyResult {
    if !unionable(vm, a) || !unionable(vm, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    make(vm, &[a, b])
}
/// `X | Y` where one operand may be anything that `typing` accepts (strings become forward references).
pub fn typing_or(vm: &Vm, a: Value, b: Value) -> PyResult {
    let mut both = [a, b];
    for v in &mut both {
        if v.cast::<Str>().is_some() {
            let check = vm.import_attr("typing", "_type_check")?;
            let msg = vm.new_str("Union[arg, ...]: each arg must be a type.").value();
            *v = vm.call(check, &[*v, msg])?;
        }
    }
    make(vm, &both)
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let mut out = String::new();
    for (i, &x) in this(v).args.get().items().iter().enumerate() {
        if i > 0 {
            out.push_str(" | ");
        }
        repr_item(vm, x, &mut out)?;
    }
    Ok(vm.new_str(&out).value())
}
fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    // Independent of order, as the comparison is.
    let mut h: i64 = 0x5BD1_E995;
    for &x in this(v).args.get().items() {
        h ^= vm.hash(x)?.wrapping_mul(0x2545_F491_4F6C_DD1D).rotate_left(17);
    }
    Ok(if h == -1 { -2 } else { h })
}
fn compare(vm: &Vm, x: Value, y: Value, op: CompareOp) -> PyResult {
    let (Some(a), Some(b)) = (args(x), args(y)) else { return Ok(Value::NOT_IMPLEMENTED) };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let mut same = a.len() == b.len();
    for &m in a.items() {
        if !same {
            break;
        }
        let mut found = false;
        for &n in b.items() {
            if vm.equal(m, n)? {
                found = true;
                break;
            }
        }
        same = found;
    }
    Ok(Value::bool(same == (op == CompareOp::Eq)))
}
fn parameters(vm: &Vm, u: Gc<Union>) -> PyResult<Gc<Tuple>> {
    if let Some(p) = u.parameters.get().cast::<Tuple>() {
        return Ok(p);
    }
    let p = subst::parameters_of(vm, u.args.get())?;
    u.parameters.set(u, p.value());
    Ok(p)
}
fn getitem(vm: &Vm, v: Value, item: Value) -> PyResult {
    let u = this(v);
    let args = subst::substitute(vm, v, u.args.get(), parameters(vm, u)?, item)?;
    make(vm, args.items())
}
fn instancecheck(vm: &Vm, a: &[Value]) -> PyResult {
    for &c in this(a[0]).args.get().items() {
        if vm.isinstance(a[1], c)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}
fn subclasscheck(vm: &Vm, a: &[Value]) -> PyResult {
    if a[1].cast::<Type>().is_none() {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    }
    for &c in this(a[0]).args.get().items() {
        if vm.issubclass(a[1], c)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}
fn mro_entries(vm: &Vm, a: &[Value]) -> PyResult {
    let r = vm.repr(a[0])?;
    Err(vm.type_error(format!("Cannot subclass {}", *r)))
}
/// `Union[int, str]`
fn class_getitem(vm: &Vm, a: &[Value]) -> PyResult {
    let items = crate::objects::generic_alias::as_tuple(vm, a[1]);
    if items.is_empty() {
        return Err(vm.type_error("Cannot take a Union of no types."));
    }
    let mut checked = GcVec::new();
    for &v in items.items() {
        let v = if unionable(vm, v) {
            v
        } else {
            let check = vm.import_attr("typing", "_type_check")?;
            let msg = vm.new_str("Union[arg, ...]: each arg must be a type.").value();
            vm.call(check, &[v, msg])?
        };
        checked.push(&vm.heap, v);
    }
    make(vm, &checked)
}
fn get_origin(vm: &Vm, _: Value) -> PyResult {
    Ok(vm.types.union.value())
}
fn getattro(vm: &Vm, v: Value, name: Gc<Str>) -> PyResult {
    crate::vm::attr::generic_get_attr(vm, v, name)
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "Union",
    module: "typing",
    kind: crate::kinds::UNION,
    size: size_of::<Union>(),
    flags: flag::IMMUTABLE | flag::WEAKREF | flag::NO_NEW,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        richcompare: Some(compare),
        getattro: Some(getattro),
        getitem: Some(getitem),
        or: Some(typing_or_checked),
        iter: Some(|vm, v| Err(vm.type_error(format!("'{}' object is not iterable", vm.type_name(v))))),
        ..Slots::EMPTY
    },
    // Subscription is no item access: unions are not sequences.
    attrs: &[crate::vm::typedef::attr("__iter__", |_| Value::NONE)],
    methods: &[
        method("__instancecheck__", "($self, instance, /)", instancecheck, ""),
        method("__subclasscheck__", "($self, subclass, /)", subclasscheck, ""),
        method("__mro_entries__", "($self, bases, /)", mro_entries, ""),
        classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
    ],
    getset: &[
        readonly("__module__", |vm, _| Ok(vm.new_str("typing").value()), ""),
        readonly("__name__", |vm, _| Ok(vm.new_str("Union").value()), "Name of the type"),
        readonly("__qualname__", |vm, _| Ok(vm.new_str("Union").value()), "Qualified name of the type"),
        readonly("__origin__", get_origin, "Always returns the type"),
        crate::vm::typedef::member("__args__", |_, v| Ok(this(v).args.get().value()), ""),
        readonly(
            "__parameters__",
            |vm, v| Ok(parameters(vm, this(v))?.value()),
            "Type variables in the types.UnionType.",
        ),
    ],
    doc: "Represent a union type\n\nE.g. for int | str",
    ..TypeDef::EMPTY
};

/// `Union | X`: as for types, and forward references in strings.
fn typing_or_checked(vm: &Vm, a: Value, b: Value) -> PyResult {
    let text = |v: Value| v.cast::<Str>().is_some();
    if text(a) || text(b) {
        return typing_or(vm, a, b);
    }
    union_or(vm, a, b)
}

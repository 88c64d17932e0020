//! `types.GenericAlias` (`list[int]`): an origin, its arguments, and everything else the origin's.
//!
//! Substitution of type parameters (`list[T][int]`) is in `generic_subst.rs`.

use crate::kinds::Trace;
use crate::objects::generic_subst as subst;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, flag, method, readonly};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `types.GenericAlias`.
#[repr(C)]
pub struct GenericAlias {
    header: Header,
    /// `__origin__`
    pub origin: Slot<Value>,
    /// `__args__`
    pub args: Slot<Gc<Tuple>>,
    /// `__parameters__`, or unbound until asked for.
    parameters: Slot<Value>,
    /// `*tuple[int]`
    pub starred: Cell<bool>,
}

impl Trace for GenericAlias {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.origin);
        t.gc(self.args.get());
        t.slot(&self.parameters);
    }
}

fn this(v: Value) -> Gc<GenericAlias> {
    v.cast().expect("methods of generic aliases get such")
}

impl Vm {
    /// `origin[args]` as a generic alias.
    pub fn new_generic_alias(&self, origin: Value, args: Gc<Tuple>, starred: bool) -> Gc<GenericAlias> {
        self.generic_alias_of(self.types.generic_alias, origin, args, starred)
    }
    fn generic_alias_of(
        &self,
        ty: Gc<Type>,
        origin: Value,
        args: Gc<Tuple>,
        starred: bool,
    ) -> Gc<GenericAlias> {
        self.alloc_of(ty, |header| GenericAlias {
            header,
            origin: Slot::new(origin),
            args: Slot::new(args),
            parameters: Slot::new(Value::UNBOUND),
            starred: Cell::new(starred),
        })
    }
}

/// `__class_getitem__` of builtin generic types.
pub fn class_getitem(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_generic_alias(a[0], as_tuple(vm, a[1]), false).value())
}
/// A tuple as it is, anything else as the only item of one.
pub fn as_tuple(vm: &Vm, v: Value) -> Gc<Tuple> {
    match v.cast::<Tuple>() {
        Some(t) => t,
        None => vm.new_tuple(&[v]),
    }
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    args.no_keywords(vm, "GenericAlias")?;
    crate::vm::args::check_positional(vm, "GenericAlias", args.pos.len(), 2, 2)?;
    let items = as_tuple(vm, args.pos[1]);
    Ok(vm.generic_alias_of(ty, args.pos[0], items, false).value())
}

/// How a type argument is shown: classes by their name, `...`, lists item by item.
pub fn repr_item(vm: &Vm, v: Value, out: &mut String) -> PyResult<()> {
    if v == Value::ELLIPSIS {
        out.push_str("...");
        return Ok(());
    }
    if v.is_none() || v == vm.types.NoneType.value() {
        out.push_str("None");
        return Ok(());
    }
    let list = v.cast::<crate::objects::list::List>().map(|l| vm.list_items(l));
    if let Some(items) = list {
        out.push('[');
        for (i, &x) in items.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            repr_item(vm, x, out)?;
        }
        out.push(']');
        return Ok(());
    }
    let is_alias = vm.get_attr_opt(v, vm.names.__origin__)?.is_some()
        && vm.get_attr_opt(v, vm.names.__args__)?.is_some();
    if !is_alias
        && let Some(q) = vm.get_attr_opt(v, vm.names.__qualname__)?
        && let Some(m) = vm.get_attr_opt(v, vm.names.__module__)?
        && !m.is_none()
    {
        let (q, m) = (vm.str(q)?, vm.str(m)?);
        if m.as_bytes() != b"builtins" {
            out.push_str(&m.to_string_lossy());
            out.push('.');
        }
        out.push_str(&q.to_string_lossy());
        return Ok(());
    }
    out.push_str(&vm.repr(v)?.to_string_lossy());
    Ok(())
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let a = this(v);
    let mut out = String::new();
    if a.starred.get() {
        out.push('*');
    }
    repr_item(vm, a.origin.get(), &mut out)?;
    out.push('[');
    for (i, &x) in a.args.get().items().iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        repr_item(vm, x, &mut out)?;
    }
    if a.args.get().is_empty() {
        out.push_str("()");
    }
    out.push(']');
    Ok(vm.new_str(&out).value())
}
fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    let a = this(v);
    let h = vm.hash(a.origin.get())? ^ vm.hash(a.args.get().value())?;
    Ok(if h == -1 { -2 } else { h })
}
fn compare(vm: &Vm, x: Value, y: Value, op: CompareOp) -> PyResult {
    let (Some(a), Some(b)) = (x.cast::<GenericAlias>(), y.cast::<GenericAlias>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let same = a.starred.get() == b.starred.get()
        && vm.equal(a.origin.get(), b.origin.get())?
        && vm.equal(a.args.get().value(), b.args.get().value())?;
    Ok(Value::bool(same == (op == CompareOp::Eq)))
}
fn call(vm: &Vm, f: Value, args: Args) -> PyResult {
    let obj = vm.call_args(this(f).origin.get(), args)?;
    match vm.set_attr(obj, vm.names.__orig_class__, f) {
        Err(e) if !vm.raised_is(e, vm.types.AttributeError) && !vm.raised_is(e, vm.types.TypeError) => Err(e),
        _ => Ok(obj),
    }
}
/// Attributes that are the alias's own; everything else that is not `__dunder__`-excepted is the origin's.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];
const BLOCKED: &[&str] = &["__bases__", "__copy__", "__deepcopy__"];
fn getattro(vm: &Vm, v: Value, name: Gc<Str>) -> PyResult {
    let n = name.to_str().unwrap_or("");
    if BLOCKED.contains(&n) || OWN.contains(&n) {
        return crate::vm::attr::generic_get_attr(vm, v, name);
    }
    vm.get_attr(this(v).origin.get(), name)
}
fn getitem(vm: &Vm, v: Value, item: Value) -> PyResult {
    let a = this(v);
    let args = subst::substitute(vm, v, a.args.get(), parameters(vm, a)?, item)?;
    Ok(vm.new_generic_alias(a.origin.get(), args, a.starred.get()).value())
}
fn parameters(vm: &Vm, a: Gc<GenericAlias>) -> PyResult<Gc<Tuple>> {
    if let Some(p) = a.parameters.get().cast::<Tuple>() {
        return Ok(p);
    }
    let p = subst::parameters_of(vm, a.args.get())?;
    a.parameters.set(a, p.value());
    Ok(p)
}
fn iter(vm: &Vm, v: Value) -> PyResult {
    let a = this(v);
    let starred = vm.new_generic_alias(a.origin.get(), a.args.get(), true);
    let t = vm.new_tuple(&[starred.value()]);
    vm.get_iter(t.value())
}
fn mro_entries(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_tuple(&[this(a[0]).origin.get()]).value())
}
fn no_check(vm: &Vm, a: &[Value]) -> PyResult {
    let _ = a;
    Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
}
fn no_subcheck(vm: &Vm, a: &[Value]) -> PyResult {
    let _ = a;
    Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let g = this(a[0]);
    if g.starred.get() {
        let next = vm.builtins.get_str(vm, vm.intern("next")).unwrap_or(Value::NONE);
        let inner = vm.new_generic_alias(g.origin.get(), g.args.get(), false);
        let it = vm.get_iter(inner.value())?;
        let args = vm.new_tuple(&[it]);
        return Ok(vm.new_tuple(&[next, args.value()]).value());
    }
    let args = vm.new_tuple(&[g.origin.get(), g.args.get().value()]);
    Ok(vm.new_tuple(&[vm.types.generic_alias.value(), args.value()]).value())
}
fn dir(vm: &Vm, a: &[Value]) -> PyResult {
    let names = vm.new_dict();
    let of_origin = vm.call_method(this(a[0]).origin.get(), vm.names.__dir__, &[]);
    let of_origin = match of_origin {
        Ok(l) => l,
        // A class's `__dir__` wants an instance: its metaclass's is meant.
        Err(_) => match vm.call_special(this(a[0]).origin.get(), vm.names.__dir__, &[])? {
            Some(l) => l,
            None => vm.new_list(&[]).value(),
        },
    };
    for &k in vm.collect(of_origin)?.iter() {
        names.set(vm, k, Value::NONE)?;
    }
    for n in OWN {
        names.set_str(vm, vm.intern(n), Value::NONE);
    }
    Ok(crate::objects::object::keys_list(vm, names))
}
fn unpacked_args(vm: &Vm, v: Value) -> PyResult {
    let a = this(v);
    if a.starred.get() && a.origin.get() == vm.types.tuple.value() {
        return Ok(a.args.get().value());
    }
    Ok(Value::NONE)
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "GenericAlias",
    module: "types",
    kind: crate::kinds::GENERIC_ALIAS,
    size: size_of::<GenericAlias>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::WEAKREF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(hash),
        richcompare: Some(compare),
        call: Some(call),
        getattro: Some(getattro),
        getitem: Some(getitem),
        iter: Some(iter),
        or: Some(crate::objects::union::union_or),
        ..Slots::EMPTY
    },
    methods: &[
        method("__mro_entries__", "($self, bases, /)", mro_entries, ""),
        method("__instancecheck__", "($self, instance, /)", no_check, ""),
        method("__subclasscheck__", "($self, subclass, /)", no_subcheck, ""),
        method("__reduce__", "($self, /)", reduce, ""),
        method("__dir__", "($self, /)", dir, ""),
    ],
    getset: &[
        crate::vm::typedef::member("__origin__", |_, v| Ok(this(v).origin.get()), ""),
        crate::vm::typedef::member("__args__", |_, v| Ok(this(v).args.get().value()), ""),
        crate::vm::typedef::member("__unpacked__", |_, v| Ok(Value::bool(this(v).starred.get())), ""),
        readonly(
            "__parameters__",
            |vm, v| Ok(parameters(vm, this(v))?.value()),
            "Type variables in the GenericAlias.",
        ),
        readonly("__typing_unpacked_tuple_args__", unpacked_args, ""),
    ],
    doc: "GenericAlias(origin, args, /)\n--\n\nRepresent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    ..TypeDef::EMPTY
};

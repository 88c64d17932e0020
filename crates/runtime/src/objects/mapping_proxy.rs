//! `mappingproxy`: a read-only view of a mapping, and the namespace of classes.

use crate::kinds::Trace;
use crate::objects::dict::Dict;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, classmethod, flag, method};
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `mappingproxy`.
#[repr(C)]
pub struct MappingProxy {
    header: Header,
    /// The mapping behind it.
    pub mapping: Slot<Value>,
}

impl Trace for MappingProxy {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.mapping);
    }
}

impl Vm {
    /// A read-only view of `mapping`.
    pub fn new_mapping_proxy(&self, mapping: Value) -> Value {
        self.alloc_of(self.types.mappingproxy, |header| MappingProxy { header, mapping: Slot::new(mapping) })
            .value()
    }
}

fn inner(v: Value) -> Value {
    v.cast::<MappingProxy>().map_or(v, |p| p.mapping.get())
}
fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [m] = args.bind(vm, "mappingproxy", "(mapping)")?;
    let mt = vm.class_of(m);
    let bad =
        mt.slots.getitem.get().is_none() || m.is_kind(crate::kinds::LIST) || m.is_kind(crate::kinds::TUPLE);
    if bad {
        return Err(
            vm.type_error(format!("mappingproxy() argument must be a mapping, not {}", mt.name_str()))
        );
    }
    Ok(vm.alloc_of(ty, |header| MappingProxy { header, mapping: Slot::new(m) }).value())
}
fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    let m = inner(v);
    match vm.class_of(m).slots.getitem.get() {
        Some(f) => f(vm, m, key),
        None => Err(vm.type_error(format!("'{}' object is not subscriptable", vm.type_name(m)))),
    }
}
fn contains(vm: &Vm, v: Value, key: Value) -> PyResult<bool> {
    let m = inner(v);
    if vm.is_exact(m, crate::vm::shape_ids::dict)
        && let Some(d) = m.cast::<Dict>()
    {
        return Ok(d.get(vm, key)?.is_some());
    }
    match vm.class_of(m).slots.contains.get() {
        Some(f) => f(vm, m, key),
        None => Err(vm.type_error(format!("argument of type '{}' is not a container", vm.type_name(m)))),
    }
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let r = vm.repr(inner(v))?;
    Ok(vm.new_str(&format!("mappingproxy({})", *r)).value())
}
fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    vm.compare(inner(a), inner(b), op)
}
fn or(vm: &Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = (inner(a), inner(b));
    let r = vm.binary_slot(a, b, |s| s.or.get())?;
    if r.is_not_implemented() {
        return Err(vm.type_error(format!(
            "unsupported operand type(s) for |: '{}' and '{}'",
            vm.type_name(a),
            vm.type_name(b)
        )));
    }
    Ok(r)
}
fn ior(vm: &Vm, a: Value, _: Value) -> PyResult {
    Err(vm.type_error(format!("'|=' is not supported by {}; use '|' instead", vm.type_name(a))))
}
fn get(vm: &Vm, a: &[Value]) -> PyResult {
    vm.call_method(inner(a[0]), vm.names.get, &[a[1], a[2].or_none()])
}
fn keys(vm: &Vm, a: &[Value]) -> PyResult {
    vm.call_method(inner(a[0]), vm.names.keys, &[])
}
fn values(vm: &Vm, a: &[Value]) -> PyResult {
    vm.call_method(inner(a[0]), vm.names.values, &[])
}
fn items(vm: &Vm, a: &[Value]) -> PyResult {
    vm.call_method(inner(a[0]), vm.names.items, &[])
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    vm.call_method(inner(a[0]), vm.names.copy, &[])
}
fn reversed(vm: &Vm, a: &[Value]) -> PyResult {
    vm.call_method(inner(a[0]), vm.names.__reversed__, &[])
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "mappingproxy",
    kind: crate::kinds::MAPPING_PROXY,
    size: size_of::<MappingProxy>(),
    flags: flag::IMMUTABLE | flag::MAPPING,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        str: Some(|vm, v| Ok(vm.str(inner(v))?.value())),
        hash: Some(|vm, v| vm.hash(inner(v))),
        richcompare: Some(compare),
        iter: Some(|vm, v| vm.get_iter(inner(v))),
        len: Some(|vm, v| vm.len(inner(v))),
        getitem: Some(getitem),
        contains: Some(contains),
        or: Some(or),
        ior: Some(ior),
        ..Slots::EMPTY
    },
    methods: &[
        method(
            "get",
            "($self, key, default=None, /)",
            get,
            "Return the value for key if key is in the mapping, else default.",
        ),
        method("keys", "($self, /)", keys, "a set-like object providing a view on D's keys"),
        method("values", "($self, /)", values, "an object providing a view on D's values"),
        method("items", "($self, /)", items, "a set-like object providing a view on D's items"),
        method("copy", "($self, /)", copy, "a shallow copy of D"),
        classmethod(
            "__class_getitem__",
            "($type, object, /)",
            crate::objects::generic_alias::class_getitem,
            "See PEP 585",
        ),
        method("__reversed__", "($self, /)", reversed, "reverse iterator"),
    ],
    doc: "mappingproxy(mapping)\n--\n\nRead-only proxy of a mapping.",
    ..TypeDef::EMPTY
};

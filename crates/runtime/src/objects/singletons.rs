//! `NoneType`, `NotImplementedType`, `ellipsis`: the types of the singletons.

use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{TypeDef, method};
use taipan_heap::{Gc, Value};

fn repr(vm: &Vm, v: Value) -> PyResult {
    Ok(vm
        .intern(if v.is_none() {
            "None"
        } else if v.is_not_implemented() {
            "NotImplemented"
        } else {
            "Ellipsis"
        })
        .value())
}
/// Pickles by name.
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    repr(vm, a[0])
}
fn make(vm: &Vm, ty: Gc<Type>, args: Args, v: Value) -> PyResult {
    if !args.pos.is_empty() || !args.kw.is_empty() {
        return Err(vm.type_error(format!("{} takes no arguments", ty.name_str())));
    }
    Ok(v)
}
fn new_none(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    make(vm, ty, args, Value::NONE)
}
fn new_not_implemented(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    make(vm, ty, args, Value::NOT_IMPLEMENTED)
}
fn new_ellipsis(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    make(vm, ty, args, Value::ELLIPSIS)
}
fn no(_: &Vm, _: Value) -> PyResult<bool> {
    Ok(false)
}
fn bool_not_implemented(vm: &Vm, _: Value) -> PyResult<bool> {
    Err(vm.type_error("NotImplemented should not be used in a boolean context"))
}
/// A constant of CPython's, so that the order of sets with `None` is the same.
fn hash_none(_: &Vm, _: Value) -> PyResult<i64> {
    Ok(0xFCA8_6420)
}

/// `NoneType`
pub static NONE_TYPE: TypeDef = TypeDef {
    name: "NoneType",
    slots: Slots {
        repr: Some(repr),
        new: Some(new_none),
        bool: Some(no),
        hash: Some(hash_none),
        ..Slots::EMPTY
    },
    doc: "The type of the None singleton.",
    ..TypeDef::EMPTY
};
/// `NotImplementedType`
pub static NOT_IMPLEMENTED_TYPE: TypeDef = TypeDef {
    name: "NotImplementedType",
    slots: Slots {
        repr: Some(repr),
        new: Some(new_not_implemented),
        bool: Some(bool_not_implemented),
        ..Slots::EMPTY
    },
    methods: &[method("__reduce__", "($self, /)", reduce, "")],
    doc: "The type of the NotImplemented singleton.",
    ..TypeDef::EMPTY
};
/// `ellipsis`
pub static ELLIPSIS_TYPE: TypeDef = TypeDef {
    name: "ellipsis",
    slots: Slots { repr: Some(repr), new: Some(new_ellipsis), ..Slots::EMPTY },
    methods: &[method("__reduce__", "($self, /)", reduce, "")],
    doc: "The type of the Ellipsis singleton.",
    ..TypeDef::EMPTY
};

//! `weakref.proxy`: an object that stands for the target of a weak reference in almost every operation.

use crate::objects::str::Str;
use crate::objects::weakref::{REF, WeakRef, check_target, reusable};
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, flag, method};
use taipan_heap::{Gc, Value};

/// The target, or `v` itself where it is no proxy.
fn target(vm: &Vm, v: Value) -> PyResult {
    let Some(w) = v.cast::<WeakRef>() else { return Ok(v) };
    let ty = vm.class_of(v);
    if !ty.def.get().is_some_and(|d| std::ptr::eq(d, &PROXY) || std::ptr::eq(d, &CALLABLE_PROXY)) {
        return Ok(v);
    }
    w.target().ok_or_else(|| vm.reference_error("weakly-referenced object no longer exists"))
}

/// `weakref.proxy(target, callback)`
pub fn proxy(vm: &Vm, a: &[Value]) -> PyResult {
    let (target, callback) = (a[0], a[1].or_none());
    check_target(vm, target)?;
    let callable = vm.class_of(target).slots.call.get().is_some();
    let ty = vm.type_of_def(if callable { &CALLABLE_PROXY } else { &PROXY });
    if callback.is_none()
        && let Some(w) = reusable(vm, ty, target)
    {
        return Ok(w);
    }
    Ok(vm.new_weak(ty, target, callback).value())
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let at = vm.id_of(v);
    let t = v.cast::<WeakRef>().and_then(|w| w.target());
    Ok(vm
        .new_str(&match t {
            Some(t) => format!("<weakproxy at {at:#x}; to '{}' at {:#x}>", vm.type_name(t), vm.id_of(t)),
            None => format!("<weakproxy at {at:#x}; dead>"),
        })
        .value())
}
fn getattro(vm: &Vm, v: Value, name: Gc<Str>) -> PyResult {
    vm.get_attr(target(vm, v)?, name)
}
fn setattro(vm: &Vm, v: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    vm.set_attr(target(vm, v)?, name, value)
}
fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    vm.compare(target(vm, a)?, target(vm, b)?, op)
}
fn iter(vm: &Vm, v: Value) -> PyResult {
    vm.get_iter(target(vm, v)?)
}
fn iternext(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let t = target(vm, v)?;
    match vm.class_of(t).slots.iternext.get() {
        Some(f) => f(vm, t),
        None => {
            Err(vm
                .type_error(format!("Weakref proxy referenced a non-iterator '{}' object", vm.type_name(t))))
        }
    }
}
fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    crate::objects::object::hash_not_implemented(vm, v)
}
fn call(vm: &Vm, v: Value, args: Args) -> PyResult {
    vm.call_args(target(vm, v)?, args)
}
fn pow(vm: &Vm, a: Value, b: Value, m: Value) -> PyResult {
    vm.pow(target(vm, a)?, target(vm, b)?, target(vm, m)?)
}
fn ipow(vm: &Vm, a: Value, b: Value, _: Value) -> PyResult {
    vm.ipow(target(vm, a)?, target(vm, b)?)
}
fn setitem(vm: &Vm, v: Value, key: Value, value: Value) -> PyResult<()> {
    let t = target(vm, v)?;
    if value.is_unbound() { vm.delitem(t, key) } else { vm.setitem(t, key, value) }
}
fn bytes(vm: &Vm, a: &[Value]) -> PyResult {
    vm.call_method(target(vm, a[0])?, vm.names.__bytes__, &[])
}
fn reversed(vm: &Vm, a: &[Value]) -> PyResult {
    vm.call_method(target(vm, a[0])?, vm.names.__reversed__, &[])
}

macro_rules! forward {
    (unary: $($u:ident)*; binary: $($b:ident)*;) => {
        const FORWARD: Slots = Slots {
            $($u: Some(|vm, v| vm.$u(target(vm, v)?)),)*
            $($b: Some(|vm, a, b| vm.$b(target(vm, a)?, target(vm, b)?)),)*
            ..Slots::EMPTY
        };
    };
}
forward! {
    unary: neg pos abs invert;
    binary: add sub mul matmul truediv floordiv rem divmod lshift rshift and or xor
        iadd isub imul imatmul itruediv ifloordiv irem ilshift irshift iand ior ixor;
}
const SLOTS: Slots = Slots {
    repr: Some(repr),
    str: Some(|vm, v| Ok(vm.str(target(vm, v)?)?.value())),
    hash: Some(hash),
    getattro: Some(getattro),
    setattro: Some(setattro),
    richcompare: Some(compare),
    iter: Some(iter),
    bool: Some(|vm, v| vm.truth(target(vm, v)?)),
    len: Some(|vm, v| vm.len(target(vm, v)?)),
    getitem: Some(|vm, v, k| vm.getitem(target(vm, v)?, k)),
    setitem: Some(setitem),
    contains: Some(|vm, v, k| vm.contains(target(vm, v)?, k)),
    int: Some(|vm, v| vm.call(vm.types.int.value(), &[target(vm, v)?])),
    float: Some(|vm, v| vm.call(vm.types.float.value(), &[target(vm, v)?])),
    index: Some(|vm, v| vm.index(target(vm, v)?)),
    pow: Some(pow),
    ipow: Some(ipow),
    ..FORWARD
};

/// `weakref.ProxyType`
pub static PROXY: TypeDef = TypeDef {
    name: "ProxyType",
    module: "weakref",
    kind: crate::kinds::WEAKREF,
    size: size_of::<WeakRef>(),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iternext: Some(iternext), ..SLOTS },
    methods: &[
        method("__bytes__", "($self, /)", bytes, ""),
        method("__reversed__", "($self, /)", reversed, ""),
    ],
    ..TypeDef::EMPTY
};
/// `weakref.CallableProxyType`
pub static CALLABLE_PROXY: TypeDef = TypeDef {
    name: "CallableProxyType",
    module: "weakref",
    kind: crate::kinds::WEAKREF,
    size: size_of::<WeakRef>(),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iternext: Some(iternext), call: Some(call), ..SLOTS },
    methods: &[
        method("__bytes__", "($self, /)", bytes, ""),
        method("__reversed__", "($self, /)", reversed, ""),
    ],
    ..TypeDef::EMPTY
};
/// The types of `weakref`.
pub const TYPES: &[&TypeDef] = &[&REF, &PROXY, &CALLABLE_PROXY];

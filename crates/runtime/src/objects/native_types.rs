//! The types of builtin functions, methods and computed attributes: binding, attributes, text.
//!
//! The layouts and the calls are in `native.rs`.

use crate::objects::native::{GetSet, NativeFunction, bind_method, call};
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, flag, method, readonly};
use taipan_heap::{Gc, Value};

fn this(v: Value) -> Gc<NativeFunction> {
    v.cast().expect("attributes of native functions get native functions")
}
fn getset_of(v: Value) -> Gc<GetSet> {
    v.cast().expect("attributes of getset descriptors get getset descriptors")
}

fn call_function(vm: &Vm, f: Value, args: Args) -> PyResult {
    call(vm, this(f), args)
}

/// `getattr(of, name)` as a pickle.
pub fn reduce_to_getattr(vm: &Vm, of: Value, name: &str) -> PyResult {
    let getattr = vm.builtins.get_str(vm, vm.intern("getattr")).unwrap_or(Value::NONE);
    let args = vm.new_tuple(&[of, vm.intern(name).value()]);
    Ok(vm.new_tuple(&[getattr, args.value()]).value())
}

// ---- builtin_function_or_method

fn is_module(v: Value) -> bool {
    v.is_kind(crate::kinds::MODULE)
}
fn function_repr(vm: &Vm, v: Value) -> PyResult {
    let f = this(v);
    let bound = f.bound.get();
    Ok(vm
        .new_str(&if bound.is_unbound() || is_module(bound) {
            format!("<built-in function {}>", f.def.name)
        } else {
            format!(
                "<built-in method {} of {} object at {:#x}>",
                f.def.name,
                vm.type_name(bound),
                vm.id_of(bound)
            )
        })
        .value())
}
fn function_compare(_: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<NativeFunction>(), b.cast::<NativeFunction>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let same = std::ptr::eq(x.def, y.def) && x.bound.get() == y.bound.get();
    Ok(match op {
        CompareOp::Eq => Value::bool(same),
        CompareOp::Ne => Value::bool(!same),
        _ => Value::NOT_IMPLEMENTED,
    })
}
fn function_hash(_: &Vm, v: Value) -> PyResult<i64> {
    let f = this(v);
    let bits = f.bound.get().bits() ^ (f.def as *const _ as u64).rotate_left(13);
    Ok((bits & ((1 << 60) - 1)) as i64)
}
fn get_name(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.intern(this(v).def.name).value())
}
fn get_qualname(vm: &Vm, v: Value) -> PyResult {
    let f = this(v);
    let bound = f.bound.get();
    let owner = match bound.cast::<Type>() {
        Some(t) => Some(t),
        None if bound.is_unbound() => f.owner.get().cast::<Type>(),
        None if is_module(bound) || bound.is_none() => None,
        None => Some(vm.class_of(bound)),
    };
    Ok(match owner {
        Some(t) => vm.new_str(&format!("{}.{}", t.qualname.get(), f.def.name)).value(),
        None => vm.intern(f.def.name).value(),
    })
}
fn get_self(_: &Vm, v: Value) -> PyResult {
    Ok(this(v).bound.get().or_none())
}
fn get_module(_: &Vm, v: Value) -> PyResult {
    Ok(this(v).module.get())
}
fn text(vm: &Vm, s: &str) -> Value {
    if s.is_empty() { Value::NONE } else { vm.new_str(s).value() }
}
fn get_doc(vm: &Vm, v: Value) -> PyResult {
    Ok(text(vm, this(v).def.doc))
}
fn get_signature(vm: &Vm, v: Value) -> PyResult {
    Ok(text(vm, this(v).def.sig))
}
fn get_objclass(_: &Vm, v: Value) -> PyResult {
    Ok(this(v).owner.get())
}
fn function_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let f = this(a[0]);
    let bound = f.bound.get();
    if bound.is_unbound() || bound.is_none() || is_module(bound) {
        return get_qualname(vm, a[0]);
    }
    reduce_to_getattr(vm, bound, f.def.name)
}

/// Bound or module-level builtin functions.
pub static BUILTIN_FUNCTION: TypeDef = TypeDef {
    name: "builtin_function_or_method",
    kind: crate::kinds::NATIVE_FUNCTION,
    size: size_of::<NativeFunction>(),
    flags: flag::IMMUTABLE | flag::NO_NEW | flag::WEAKREF,
    slots: Slots {
        repr: Some(function_repr),
        call: Some(call_function),
        richcompare: Some(function_compare),
        hash: Some(function_hash),
        ..Slots::EMPTY
    },
    methods: &[method("__reduce__", "($self, /)", function_reduce, "")],
    getset: &[
        readonly("__module__", get_module, ""),
        readonly("__doc__", get_doc, ""),
        readonly("__name__", get_name, ""),
        readonly("__qualname__", get_qualname, ""),
        readonly("__self__", get_self, ""),
        readonly("__text_signature__", get_signature, ""),
    ],
    ..TypeDef::EMPTY
};

// ---- method_descriptor, classmethod_descriptor

fn applies(vm: &Vm, name: &str, owner: Value, obj: Value) -> PyResult<()> {
    let owner = owner.cast::<Type>().expect("descriptors have owners");
    if vm.class_of(obj).is_subtype(owner) {
        return Ok(());
    }
    Err(vm.type_error(format!(
        "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
        owner.name_str(),
        vm.type_name(obj)
    )))
}
fn method_get(vm: &Vm, f: Value, obj: Value, _: Value) -> PyResult {
    if obj.is_unbound() {
        return Ok(f);
    }
    let m = this(f);
    applies(vm, m.def.name, m.owner.get(), obj)?;
    Ok(bind_method(vm, m, obj))
}
fn method_repr(vm: &Vm, v: Value) -> PyResult {
    let f = this(v);
    let owner = f.owner.get().cast::<Type>().map_or_else(String::new, |t| t.name_str());
    Ok(vm.new_str(&format!("<method '{}' of '{owner}' objects>", f.def.name)).value())
}
fn descriptor_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let f = this(a[0]);
    reduce_to_getattr(vm, f.owner.get(), f.def.name)
}
fn classmethod_get(vm: &Vm, f: Value, obj: Value, owner: Value) -> PyResult {
    let m = this(f);
    let defining = m.owner.get().cast::<Type>().expect("class methods have owners");
    let ty = match owner.bound().filter(|o| !o.is_none()) {
        Some(o) => o,
        None if !obj.is_unbound() => vm.class_of(obj).value(),
        None => {
            return Err(vm.type_error(format!(
                "descriptor '{}' for type '{}' needs either an object or a type",
                m.def.name,
                defining.name_str()
            )));
        }
    };
    let Some(t) = ty.cast::<Type>() else {
        return Err(vm.type_error(format!(
            "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2",
            m.def.name,
            defining.name_str(),
            vm.type_name(ty)
        )));
    };
    if !t.is_subtype(defining) {
        return Err(vm.type_error(format!(
            "descriptor '{}' requires a subtype of '{}' but received '{}'",
            m.def.name,
            defining.name_str(),
            t.name_str()
        )));
    }
    Ok(bind_method(vm, m, ty))
}
fn classmethod_call(vm: &Vm, f: Value, args: Args) -> PyResult {
    let m = this(f);
    let Some(&first) = args.pos.first() else {
        let owner = m.owner.get().cast::<Type>().expect("class methods have owners").name_str();
        return Err(
            vm.type_error(format!("descriptor '{}' of '{owner}' object needs an argument", m.def.name))
        );
    };
    let bound = classmethod_get(vm, f, Value::UNBOUND, first)?;
    vm.call_args(bound, args.skip(1))
}

macro_rules! descriptor_getset {
    () => {
        &[
            readonly("__objclass__", get_objclass, ""),
            readonly("__doc__", get_doc, ""),
            readonly("__name__", get_name, ""),
            readonly("__qualname__", descriptor_qualname, ""),
            readonly("__text_signature__", get_signature, ""),
        ]
    };
}
fn descriptor_qualname(vm: &Vm, v: Value) -> PyResult {
    let f = this(v);
    let owner = f.owner.get().cast::<Type>().expect("descriptors have owners");
    Ok(vm.new_str(&format!("{}.{}", owner.qualname.get(), f.def.name)).value())
}

/// Methods of builtin types.
pub static METHOD_DESCRIPTOR: TypeDef = TypeDef {
    name: "method_descriptor",
    kind: crate::kinds::NATIVE_FUNCTION,
    size: size_of::<NativeFunction>(),
    flags: flag::IMMUTABLE | flag::NO_NEW | flag::METHOD_DESCR,
    slots: Slots {
        repr: Some(method_repr),
        call: Some(call_function),
        descr_get: Some(method_get),
        ..Slots::EMPTY
    },
    methods: &[method("__reduce__", "($self, /)", descriptor_reduce, "")],
    getset: descriptor_getset!(),
    ..TypeDef::EMPTY
};
/// Class methods of builtin types.
pub static CLASSMETHOD_DESCRIPTOR: TypeDef = TypeDef {
    name: "classmethod_descriptor",
    kind: crate::kinds::NATIVE_FUNCTION,
    size: size_of::<NativeFunction>(),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots {
        repr: Some(method_repr),
        call: Some(classmethod_call),
        descr_get: Some(classmethod_get),
        ..Slots::EMPTY
    },
    methods: &[method("__reduce__", "($self, /)", descriptor_reduce, "")],
    getset: descriptor_getset!(),
    ..TypeDef::EMPTY
};

// ---- getset_descriptor

fn getset_get(vm: &Vm, d: Value, obj: Value, _: Value) -> PyResult {
    if obj.is_unbound() {
        return Ok(d);
    }
    let g = getset_of(d);
    applies(vm, g.def.name, g.owner.get(), obj)?;
    (g.def.get)(vm, obj)
}
fn getset_set(vm: &Vm, d: Value, obj: Value, value: Value) -> PyResult<()> {
    let g = getset_of(d);
    applies(vm, g.def.name, g.owner.get(), obj)?;
    match g.def.set {
        Some(f) => f(vm, obj, value),
        None if g.def.member => Err(vm.attribute_error("readonly attribute")),
        None => {
            let owner = g.owner.get().cast::<Type>().map_or_else(String::new, |t| t.name_str());
            let msg = format!("attribute '{}' of '{owner}' objects is not writable", g.def.name);
            Err(vm.attribute_error(msg))
        }
    }
}
/// The functions of `member_descriptor` for rows that are shown as members.
pub(crate) mod row {
    use super::*;
    /// Reads it.
    pub fn get(vm: &Vm, d: Value, obj: Value) -> PyResult {
        getset_get(vm, d, obj, Value::UNBOUND)
    }
    /// Writes it.
    pub fn set(vm: &Vm, d: Value, obj: Value, value: Value) -> PyResult<()> {
        getset_set(vm, d, obj, value)
    }
    /// Its owner, name and documentation.
    pub fn parts(d: Value) -> Option<(Gc<Type>, &'static str, &'static str)> {
        let g = d.cast::<GetSet>()?;
        Some((g.owner.get().cast::<Type>()?, g.def.name, g.def.doc))
    }
}
fn getset_repr(vm: &Vm, v: Value) -> PyResult {
    let g = getset_of(v);
    let owner = g.owner.get().cast::<Type>().map_or_else(String::new, |t| t.name_str());
    Ok(vm.new_str(&format!("<attribute '{}' of '{owner}' objects>", g.def.name)).value())
}
fn getset_name(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.intern(getset_of(v).def.name).value())
}
fn getset_qualname(vm: &Vm, v: Value) -> PyResult {
    let g = getset_of(v);
    let owner = g.owner.get().cast::<Type>().expect("descriptors have owners");
    Ok(vm.new_str(&format!("{}.{}", owner.qualname.get(), g.def.name)).value())
}

/// Computed attributes of builtin types.
pub static GETSET_DESCRIPTOR: TypeDef = TypeDef {
    name: "getset_descriptor",
    kind: crate::kinds::GETSET,
    size: size_of::<GetSet>(),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots {
        repr: Some(getset_repr),
        descr_get: Some(getset_get),
        descr_set: Some(getset_set),
        ..Slots::EMPTY
    },
    getset: &[
        readonly("__objclass__", |_, v| Ok(getset_of(v).owner.get()), ""),
        readonly("__name__", getset_name, ""),
        readonly("__qualname__", getset_qualname, ""),
        readonly("__doc__", |vm, v| Ok(text(vm, getset_of(v).def.doc)), ""),
    ],
    ..TypeDef::EMPTY
};

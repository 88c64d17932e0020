//! `classmethod` and `staticmethod`: wrappers around a callable that say how it binds.

use crate::kinds::Trace;
use crate::objects::dict::Dict;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{TypeDef, flag, readonly};
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `classmethod` or `staticmethod`: one layout.
#[repr(C)]
pub struct BindingWrapper {
    header: Header,
    /// The wrapped callable.
    pub callable: Slot<Value>,
}

impl Trace for BindingWrapper {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.callable);
    }
}

fn this(v: Value) -> Gc<BindingWrapper> {
    v.cast().expect("attributes of class and static methods get such")
}

/// `staticmethod(f)` around a builtin function (without copying attributes).
pub fn new_static(vm: &Vm, f: Value) -> Value {
    make(vm, vm.types.staticmethod, f)
}
/// `classmethod(f)` without copying attributes.
pub fn new_class(vm: &Vm, f: Value) -> Value {
    make(vm, vm.types.classmethod, f)
}
fn make(vm: &Vm, ty: Gc<Type>, f: Value) -> Value {
    vm.alloc_of(ty, |header| BindingWrapper { header, callable: Slot::new(f) }).value()
}

fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(make(vm, ty, Value::NONE))
}
/// Copies `__module__`, `__name__`, `__qualname__`, `__doc__` of the callable, and says `__wrapped__`.
fn wrap(vm: &Vm, v: Value, f: Value) -> PyResult<()> {
    let n = &vm.names;
    for name in [n.__module__, n.__name__, n.__qualname__, n.__doc__] {
        if let Some(x) = vm.get_attr_opt(f, name)? {
            vm.instance_set(v, name, x);
        }
    }
    Ok(())
}
fn init_as(vm: &Vm, v: Value, args: Args, name: &str) -> PyResult<()> {
    let [f] = args.positional(vm, name, 1, 1)? else { unreachable!("the count was checked") };
    let w = this(v);
    w.callable.set(w, *f);
    wrap(vm, v, *f)
}
fn repr_as(vm: &Vm, v: Value, name: &str) -> PyResult {
    let f = vm.repr(this(v).callable.get())?;
    Ok(vm.new_str(&format!("<{name}({})>", *f)).value())
}
fn class_get(vm: &Vm, d: Value, obj: Value, owner: Value) -> PyResult {
    let f = this(d).callable.get();
    let ty = match owner.bound().filter(|o| !o.is_none()) {
        Some(o) => o,
        None => vm.class_of(obj).value(),
    };
    Ok(vm.new_method(f, ty).value())
}
fn static_get(_: &Vm, d: Value, _: Value, _: Value) -> PyResult {
    Ok(this(d).callable.get())
}
fn static_call(vm: &Vm, f: Value, args: Args) -> PyResult {
    vm.call_args(this(f).callable.get(), args)
}
fn get_func(_: &Vm, v: Value) -> PyResult {
    Ok(this(v).callable.get())
}
fn get_abstract(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::bool(crate::objects::descr::is_abstract(vm, this(v).callable.get())?))
}
/// `__annotations__`/`__annotate__`: the callable's, kept here once asked for.
fn forwarded(vm: &Vm, v: Value, name: taipan_heap::Gc<crate::objects::str::Str>) -> PyResult {
    if let Some(d) = vm.instance_dict(v).and_then(|d: Gc<Dict>| d.get_str(vm, name)) {
        return Ok(d);
    }
    let x = vm.get_attr(this(v).callable.get(), name)?;
    vm.instance_set(v, name, x);
    Ok(x)
}
fn put(vm: &Vm, v: Value, name: taipan_heap::Gc<crate::objects::str::Str>, x: Value) -> PyResult<()> {
    if x.is_unbound() {
        return if vm.instance_del(v, name) { Ok(()) } else { Err(vm.no_attribute(v, name)) };
    }
    vm.instance_set(v, name, x);
    Ok(())
}

macro_rules! common_getset {
    () => {
        &[
            crate::vm::typedef::member("__func__", get_func, ""),
            crate::vm::typedef::member("__wrapped__", get_func, ""),
            readonly("__isabstractmethod__", get_abstract, ""),
            crate::objects::object::DICT_ATTRIBUTE,
            crate::vm::typedef::getset(
                "__annotations__",
                |vm, v| forwarded(vm, v, vm.names.__annotations__),
                |vm, v, x| put(vm, v, vm.names.__annotations__, x),
                "",
            ),
            crate::vm::typedef::getset(
                "__annotate__",
                |vm, v| forwarded(vm, v, vm.names.__annotate__),
                |vm, v, x| put(vm, v, vm.names.__annotate__, x),
                "",
            ),
        ]
    };
}

/// `classmethod`
pub static CLASSMETHOD: TypeDef = TypeDef {
    name: "classmethod",
    kind: crate::kinds::BINDING_WRAPPER,
    size: size_of::<BindingWrapper>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::HAS_DICT,
    slots: Slots {
        new: Some(new),
        init: Some(|vm, v, a| init_as(vm, v, a, "classmethod")),
        repr: Some(|vm, v| repr_as(vm, v, "classmethod")),
        descr_get: Some(class_get),
        ..Slots::EMPTY
    },
    methods: &[crate::vm::typedef::classmethod(
        "__class_getitem__",
        "($type, object, /)",
        crate::objects::generic_alias::class_getitem,
        "",
    )],
    getset: common_getset!(),
    doc: "classmethod(function, /)\n--\n\nConvert a function to be a class method.\n\nA class method receives the class as implicit first argument,\njust like an instance method receives the instance.\nTo declare a class method, use this idiom:\n\n  class C:\n      @classmethod\n      def f(cls, arg1, arg2, argN):\n          ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()).  The instance is ignored except for its class.\nIf a class method is called for a derived class, the derived class\nobject is passed as the implied first argument.\n\nClass methods are different than C++ or Java static methods.\nIf you want those, see the staticmethod builtin.",
    ..TypeDef::EMPTY
};
/// `staticmethod`
pub static STATICMETHOD: TypeDef = TypeDef {
    name: "staticmethod",
    kind: crate::kinds::BINDING_WRAPPER,
    size: size_of::<BindingWrapper>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::HAS_DICT,
    slots: Slots {
        new: Some(new),
        init: Some(|vm, v, a| init_as(vm, v, a, "staticmethod")),
        repr: Some(|vm, v| repr_as(vm, v, "staticmethod")),
        call: Some(static_call),
        descr_get: Some(static_get),
        ..Slots::EMPTY
    },
    methods: &[crate::vm::typedef::classmethod(
        "__class_getitem__",
        "($type, object, /)",
        crate::objects::generic_alias::class_getitem,
        "",
    )],
    getset: common_getset!(),
    doc: "staticmethod(function, /)\n--\n\nConvert a function to be a static method.\n\nA static method does not receive an implicit first argument.\nTo declare a static method, use this idiom:\n\n     class C:\n         @staticmethod\n         def f(arg1, arg2, argN):\n             ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()). Both the class and the instance are ignored, and\nneither is passed implicitly as the first argument to the method.\n\nStatic methods in Python are similar to those found in Java or C++.\nFor a more advanced concept, see the classmethod builtin.",
    ..TypeDef::EMPTY
};

//! `typing.TypeAliasType`: what a `type` statement makes.

use super::{const_evaluator, params};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Args, Gc, GcVec, Header, PyResult, Slot, Slots, Tracer, TypeDef, Value, Vm, method, readonly,
};

/// A type alias.
#[repr(C)]
pub struct TypeAlias {
    header: Header,
    name: Slot<Value>,
    /// `__type_params__`: a tuple, or `None` for none.
    type_params: Slot<Value>,
    /// `__value__`, or unbound until its function was called.
    value: Slot<Value>,
    evaluate: Slot<Value>,
    /// `__module__`: of the value's function, or of the caller.
    module: Slot<Value>,
}
impl Trace for TypeAlias {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.name);
        t.slot(&self.type_params);
        t.slot(&self.value);
        t.slot(&self.evaluate);
        t.slot(&self.module);
    }
}
// SAFETY: `repr(C)` with the header first; only made with this definition.
unsafe impl NativeObject for TypeAlias {
    const DEF: &'static TypeDef = &TYPE_ALIAS;
}
fn this(vm: &Vm, v: Value) -> PyResult<Gc<TypeAlias>> {
    vm.native::<TypeAlias>(v).ok_or_else(|| vm.type_error("a type alias is required"))
}
fn alloc(vm: &Vm, name: Value, type_params: Value, value: Value, evaluate: Value, module: Value) -> Value {
    vm.new_native(|header| TypeAlias {
        header,
        name: Slot::new(name),
        type_params: Slot::new(type_params),
        value: Slot::new(value),
        evaluate: Slot::new(evaluate),
        module: Slot::new(module),
    })
    .value()
}
/// From the compiler: `(name, type parameters or None, function of the value)`.
pub(super) fn make(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(parts) = a[0].cast::<Tuple>().filter(|t| t.len() == 3) else {
        return Err(vm.system_error("a type alias is made from three parts"));
    };
    let [name, type_params, evaluate] = [parts.items()[0], parts.items()[1], parts.items()[2]];
    Ok(alloc(vm, name, type_params, Value::UNBOUND, evaluate, Value::UNBOUND))
}
fn new(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    if args.pos.len() > 2 {
        return Err(vm.type_error(format!(
            "typealias() takes exactly 2 positional arguments ({} given)",
            args.pos.len()
        )));
    }
    let [name, value, type_params] = args.bind(vm, "typealias", "(name, value, *, type_params=())")?;
    if name.cast::<Str>().is_none() {
        return Err(
            vm.type_error(format!("typealias() argument 'name' must be str, not {}", vm.type_name(name)))
        );
    }
    let mut params = Value::NONE;
    if let Some(p) = type_params.bound() {
        let Some(t) = p.cast::<Tuple>() else { return Err(vm.type_error("type_params must be a tuple")) };
        check_params(vm, t)?;
        if !t.is_empty() {
            params = p;
        }
    }
    let module = vm.current_module_name().map_or(Value::NONE, |m| m.value());
    Ok(alloc(vm, name, params, value, Value::NONE, module))
}
fn check_params(vm: &Vm, t: Gc<Tuple>) -> PyResult<()> {
    let mut default_seen = false;
    for &p in t.items() {
        let is_param = vm.type_lookup(vm.class_of(p), vm.names.__typing_subst__).is_some();
        if !is_param {
            let r = vm.repr(p)?;
            return Err(vm.type_error(format!("Expected a type param, got {r}")));
        }
        let default = vm.get_attr_opt(p, vm.intern("__default__"))?;
        let has = default.is_some_and(|d| d != super::no_default(vm));
        if default_seen && !has {
            let r = vm.repr(p)?;
            return Err(
                vm.type_error(format!("non-default type parameter '{r}' follows default type parameter"))
            );
        }
        default_seen |= has;
    }
    Ok(())
}
fn get_value(vm: &Vm, v: Value) -> PyResult {
    let a = this(vm, v)?;
    if let Some(x) = a.value.get().bound() {
        return Ok(x);
    }
    let x = vm.call(a.evaluate.get(), &[Value::int(1)])?;
    a.value.set(a, x);
    Ok(x)
}
fn get_evaluate(vm: &Vm, v: Value) -> PyResult {
    let a = this(vm, v)?;
    if !a.evaluate.get().is_none() {
        return Ok(a.evaluate.get());
    }
    Ok(const_evaluator(vm, a.value.get()))
}
fn get_type_params(vm: &Vm, v: Value) -> PyResult {
    let p = this(vm, v)?.type_params.get();
    Ok(if p.is_none() { vm.new_tuple(&[]).value() } else { p })
}
/// The parameters with each `TypeVarTuple` unpacked.
fn get_parameters(vm: &Vm, v: Value) -> PyResult {
    let p = get_type_params(vm, v)?;
    let mut out = GcVec::new();
    for &x in vm.collect(p)?.iter() {
        if params::is_type_var_tuple(vm, x) {
            let it = vm.get_iter(x)?;
            while let Some(y) = vm.iter_next(it)? {
                out.push(&vm.heap, y);
            }
        } else {
            out.push(&vm.heap, x);
        }
    }
    Ok(vm.new_tuple(&out).value())
}
fn get_module(vm: &Vm, v: Value) -> PyResult {
    let a = this(vm, v)?;
    if let Some(m) = a.module.get().bound() {
        return Ok(m);
    }
    vm.get_attr(a.evaluate.get(), vm.names.__module__)
}
fn getitem(vm: &Vm, v: Value, args: Value) -> PyResult {
    if this(vm, v)?.type_params.get().is_none() {
        return Err(vm.type_error("Only generic type aliases are subscriptable"));
    }
    vm.generic_alias(v, args)
}
fn iter(vm: &Vm, v: Value) -> PyResult {
    let unpack = vm.import_attr("typing", "Unpack")?;
    let u = vm.getitem(unpack, v)?;
    vm.get_iter(vm.new_tuple(&[u]).value())
}
fn name(vm: &Vm, v: Value) -> PyResult {
    Ok(this(vm, v)?.name.get())
}

/// The type.
pub static TYPE_ALIAS: TypeDef = TypeDef {
    name: "TypeAliasType",
    module: "typing",
    flags: flag::IMMUTABLE | flag::WEAKREF,
    slots: Slots {
        new: Some(new),
        repr: Some(name),
        or: Some(params::make_union),
        getitem: Some(getitem),
        iter: Some(iter),
        ..Slots::EMPTY
    },
    methods: &[method("__reduce__", "($self, /)", |vm, a| name(vm, a[0]), "")],
    getset: &[
        readonly("__name__", name, ""),
        readonly("__parameters__", get_parameters, ""),
        readonly("__type_params__", get_type_params, ""),
        readonly("__value__", get_value, ""),
        readonly("evaluate_value", get_evaluate, ""),
        readonly("__module__", get_module, ""),
    ],
    doc: "Type alias.\n\nType aliases are created through the type statement::\n\n    type Alias = int\n\nIn this example, Alias and int will be treated equivalently by static\ntype checkers.\n\nAt runtime, Alias is an instance of TypeAliasType. The __name__\nattribute holds the name of the type alias. The value of the type alias\nis stored in the __value__ attribute. It is evaluated lazily, so the\nvalue is computed only if the attribute is accessed.\n\nType aliases can also be generic::\n\n    type ListOrSet[T] = list[T] | set[T]\n\nIn this case, the type parameters of the alias are stored in the\n__type_params__ attribute.\n\nSee PEP 695 for more information.",
    ..TypeDef::native::<TypeAlias>()
};

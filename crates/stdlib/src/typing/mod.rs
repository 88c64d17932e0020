//! `_typing`: type parameters, type aliases, `Generic`, `Union`, `NoDefault`.
//!
//! The names beginning with `_make_` are for the interpreter: what `def f[T: int = str]()`, `class C[T]` and
//! `type A[T] = ...` compile to. Bounds, constraints, defaults and values given that way are functions of a
//! format, called when first asked for; `evaluate_*` gives out the function, or one that answers a constant.

mod alias;
mod params;

use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::typedef::{NativeObject, flag, method};
use taipan_runtime::{
    Args, Gc, Header, PyResult, Slot, Slots, Tracer, TypeDef, Value, Vm, classmethod_var, function,
};

/// Calls `typing.name(args)`.
pub(crate) fn typing(vm: &Vm, name: &str, args: &[Value]) -> PyResult {
    let f = vm.import_attr("typing", name)?;
    vm.call(f, args)
}

/// `typing._type_check(arg, msg)`: strings become forward references.
pub(crate) fn type_check(vm: &Vm, v: Value, msg: &str) -> PyResult {
    if v.is_none() {
        return Ok(vm.types.NoneType.value());
    }
    let msg = vm.new_str(msg).value();
    typing(vm, "_type_check", &[v, msg])
}

// ---- constant evaluators

/// The function behind `evaluate_bound` and its like where the value is known already.
#[repr(C)]
struct ConstEvaluator {
    header: Header,
    value: Slot<Value>,
}
impl Trace for ConstEvaluator {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.value);
    }
}
// SAFETY: `repr(C)` with the header first; only made with this definition.
unsafe impl NativeObject for ConstEvaluator {
    const DEF: &'static TypeDef = &CONST_EVALUATOR;
}
fn evaluator(vm: &Vm, v: Value) -> PyResult<Gc<ConstEvaluator>> {
    vm.native::<ConstEvaluator>(v).ok_or_else(|| vm.type_error("a constevaluator is required"))
}
/// How the text format shows a type.
fn type_repr(vm: &Vm, v: Value) -> PyResult<String> {
    let mut out = String::new();
    taipan_runtime::objects::generic_alias::repr_item(vm, v, &mut out)?;
    Ok(out)
}
fn evaluate(vm: &Vm, v: Value, args: Args) -> PyResult {
    let [format] = args.bind(vm, "constevaluator.__call__", "(format, /)")?;
    let value = evaluator(vm, v)?.value.get();
    if format.to_int() != Some(4) {
        return Ok(value);
    }
    let text = match value.cast::<Tuple>() {
        Some(t) => {
            let mut parts = vec![];
            for &x in t.items() {
                parts.push(type_repr(vm, x)?);
            }
            let comma = if parts.len() == 1 { "," } else { "" };
            format!("({}{comma})", parts.join(", "))
        }
        None => type_repr(vm, value)?,
    };
    Ok(vm.new_str(&text).value())
}
fn evaluator_repr(vm: &Vm, v: Value) -> PyResult {
    let r = vm.repr(evaluator(vm, v)?.value.get())?;
    Ok(vm.new_str(&format!("<constevaluator {r}>")).value())
}
static CONST_EVALUATOR: TypeDef = TypeDef {
    name: "_ConstEvaluator",
    module: "_typing",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { call: Some(evaluate), repr: Some(evaluator_repr), ..Slots::EMPTY },
    ..TypeDef::native::<ConstEvaluator>()
};
/// A function of a format that answers `value`.
pub(crate) fn const_evaluator(vm: &Vm, value: Value) -> Value {
    vm.new_native(|header| ConstEvaluator { header, value: Slot::new(value) }).value()
}

// ---- NoDefault

static NO_DEFAULT_TYPE: TypeDef = TypeDef {
    name: "NoDefaultType",
    slots: Slots {
        new: Some(|vm, _, args| {
            if !args.pos.is_empty() || !args.kw.is_empty() {
                return Err(vm.type_error("NoDefaultType takes no arguments"));
            }
            Ok(no_default(vm))
        }),
        repr: Some(|vm, _| Ok(vm.new_str("typing.NoDefault").value())),
        ..Slots::EMPTY
    },
    methods: &[method("__reduce__", "($self, /)", |vm, _| Ok(vm.new_str("NoDefault").value()), "")],
    doc: "The type of the NoDefault singleton.",
    ..TypeDef::EMPTY
};
/// `typing.NoDefault`: kept in its type's dict, one for each VM.
pub(crate) fn no_default(vm: &Vm) -> Value {
    let ty = vm.type_of_def(&NO_DEFAULT_TYPE);
    let name = vm.intern("_instance");
    if let Some(v) = ty.dict.get().get_str(vm, name) {
        return v;
    }
    let v = vm.new_instance(ty).value();
    ty.dict.get().set_str(vm, name, v);
    v
}

// ---- Generic

fn generic_class_getitem(vm: &Vm, args: Args) -> PyResult {
    let f = vm.import_attr("typing", "_generic_class_getitem")?;
    vm.call_args(f, args)
}
fn generic_init_subclass(vm: &Vm, args: Args) -> PyResult {
    let f = vm.import_attr("typing", "_generic_init_subclass")?;
    vm.call_args(f, args)
}
static GENERIC: TypeDef = TypeDef {
    name: "Generic",
    module: "typing",
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots { new: Some(taipan_runtime::objects::object::object_new), ..Slots::EMPTY },
    methods: &[
        classmethod_var(
            "__class_getitem__",
            "($type, *args, **kwargs)",
            generic_class_getitem,
            "Parameterizes a generic class.\n\nAt least, parameterizing a generic class is the *main* thing this\nmethod does. For example, for some generic class `Foo`, this is called\nwhen we do `Foo[int]` - there, with `cls=Foo` and `params=int`.\n\nHowever, note that this method is also called when defining generic\nclasses in the first place with `class Foo[T]: ...`.",
        ),
        classmethod_var(
            "__init_subclass__",
            "($type, *args, **kwargs)",
            generic_init_subclass,
            "Function to initialize subclasses.",
        ),
    ],
    doc: "Abstract base class for generic types\n\nOn Python 3.12 and newer, generic classes implicitly inherit from\nGeneric when they declare a parameter list after the class's name::\n\n    class Mapping[KT, VT]:\n        def __getitem__(self, key: KT) -> VT:\n            ...\n            # Etc.\n\nOn older versions of Python, however, generic classes have to\nexplicitly inherit from Generic.\n\nAfter a class has been declared to be generic, it can then be used as\nfollows::\n\n    def lookup_name[KT, VT](mapping: Mapping[KT, VT], key: KT, default: VT) -> VT:\n        try:\n            return mapping[key]\n        except KeyError:\n            return default\n",
    ..TypeDef::EMPTY
};
/// `Generic[params]` for `class C[params]`: a lone `TypeVarTuple` is unpacked.
fn subscript_generic(vm: &Vm, a: &[Value]) -> PyResult {
    let generic = vm.type_of_def(&GENERIC).value();
    let params = match a[0].cast::<Tuple>() {
        Some(t) => {
            let mut out = taipan_runtime::GcVec::new();
            for &p in t.items() {
                if params::is_type_var_tuple(vm, p) {
                    let it = vm.get_iter(p)?;
                    while let Some(x) = vm.iter_next(it)? {
                        out.push(&vm.heap, x);
                    }
                } else {
                    out.push(&vm.heap, p);
                }
            }
            vm.new_tuple(&out)
        }
        None => vm.new_tuple(&[a[0]]),
    };
    typing(vm, "_GenericAlias", &[generic, params.value()])
}

fn idfunc(_: &Vm, a: &[Value]) -> PyResult {
    Ok(a[0])
}

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    d.set_str(vm, vm.intern("NoDefault"), no_default(vm));
    d.set_str(vm, vm.intern("Union"), vm.types.union.value());
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_typing",
    doc: "Primitives and accelerators for the typing module.\n",
    functions: &[
        function("_idfunc", "($module, x, /)", idfunc, ""),
        function("_make_typevar", "(name, /)", params::make_typevar, ""),
        function("_make_paramspec", "(name, /)", params::make_paramspec, ""),
        function("_make_typevartuple", "(name, /)", params::make_typevartuple, ""),
        function("_make_typevar_with_bound", "(name, evaluate, /)", params::make_with_bound, ""),
        function("_make_typevar_with_constraints", "(name, evaluate, /)", params::make_with_constraints, ""),
        function("_set_typeparam_default", "(param, evaluate, /)", params::set_default, ""),
        function("_make_typealias", "(parts, /)", alias::make, ""),
        function("_subscript_generic", "(params, /)", subscript_generic, ""),
    ],
    types: &[
        &params::TYPE_VAR,
        &params::PARAM_SPEC,
        &params::TYPE_VAR_TUPLE,
        &params::PARAM_SPEC_ARGS,
        &params::PARAM_SPEC_KWARGS,
        &alias::TYPE_ALIAS,
        &GENERIC,
    ],
    init: Some(init),
};

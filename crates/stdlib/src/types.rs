//! `_types`: the types that the library's `types` gives out.

use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::{Gc, PyResult, Vm};

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let t = &vm.types;
    let d = m.dict.get();
    for (name, ty) in [
        ("AsyncGeneratorType", t.async_generator),
        ("BuiltinFunctionType", t.builtin_function_or_method),
        ("BuiltinMethodType", t.builtin_function_or_method),
        ("CellType", t.cell),
        ("ClassMethodDescriptorType", t.classmethod_descriptor),
        ("CodeType", t.code),
        ("CoroutineType", t.coroutine),
        ("EllipsisType", t.ellipsis),
        ("FrameType", t.frame),
        ("FunctionType", t.function),
        ("GeneratorType", t.generator),
        ("GenericAlias", t.generic_alias),
        ("GetSetDescriptorType", t.getset_descriptor),
        ("LambdaType", t.function),
        ("MappingProxyType", t.mappingproxy),
        ("MemberDescriptorType", t.member_descriptor),
        ("MethodDescriptorType", t.method_descriptor),
        ("MethodType", t.method),
        ("MethodWrapperType", t.method_wrapper),
        ("ModuleType", t.module),
        ("NoneType", t.NoneType),
        ("NotImplementedType", t.NotImplementedType),
        ("SimpleNamespace", t.simple_namespace),
        ("TracebackType", t.traceback),
        ("UnionType", t.union),
        ("WrapperDescriptorType", t.wrapper_descriptor),
    ] {
        d.set_str(vm, vm.intern(name), ty.value());
    }
    let capsule = vm.type_of_def(&CAPSULE);
    d.set_str(vm, vm.intern("CapsuleType"), capsule.value());
    Ok(())
}

/// `types.CapsuleType`: there are no capsules, as there is no C interface; the name has to exist.
static CAPSULE: taipan_runtime::TypeDef = taipan_runtime::TypeDef {
    name: "PyCapsule",
    flags: taipan_runtime::vm::typedef::flag::IMMUTABLE | taipan_runtime::vm::typedef::flag::NO_NEW,
    ..taipan_runtime::TypeDef::EMPTY
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_types",
    doc: "Define names for built-in types.",
    functions: &[],
    types: &[],
    init: Some(init),
};

//! The `builtins` module: its functions by subject, its types, its constants.

pub mod classes;
pub mod containers;
pub mod core;
pub mod execute;
pub mod numbers;
pub mod text;

use crate::objects::exception;
use crate::objects::module::{Module, ModuleDef};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::{MethodDef, TypeDef};
use taipan_heap::{Gc, Value};

/// Functions, by the file that has them.
static FUNCTIONS: &[&[MethodDef]] = &[
    classes::FUNCTIONS, //
    containers::FUNCTIONS,
    core::FUNCTIONS,
    execute::FUNCTIONS,
    numbers::FUNCTIONS,
    text::FUNCTIONS,
];

/// Builtin types that are not core types and not exceptions.
static TYPES: &[&TypeDef] = &[&crate::objects::memoryview::DEF];

/// The module. Its namespace is `vm.builtins`; see [`install`].
pub static MODULE: ModuleDef = ModuleDef {
    name: "builtins",
    doc: "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct access to all 'built-in'\nidentifiers of Python; for example, builtins.len is\nthe full name for the built-in function len().",
    functions: &[],
    types: &[],
    init: Some(init),
};

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    let set = |name: &str, v: Value| d.set_str(vm, vm.intern(name), v);
    let name = vm.intern("builtins").value();
    for f in FUNCTIONS.iter().copied().flatten() {
        set(f.name, crate::objects::native::new_module_function(vm, m.value(), name, f));
    }
    let t = &vm.types;
    for ty in [
        t.object,
        t.type_,
        t.str,
        t.tuple,
        t.dict,
        t.list,
        t.int,
        t.bool,
        t.float,
        t.complex,
        t.bytes,
        t.bytearray,
        t.property,
        t.classmethod,
        t.staticmethod,
        t.super_,
        t.set,
        t.frozenset,
        t.range,
        t.slice,
        t.enumerate,
        t.zip,
        t.map,
        t.filter,
        t.reversed,
    ] {
        set(&ty.name_str(), ty.value());
    }
    for def in TYPES.iter().chain(exception::types::ALL) {
        set(def.name, vm.type_of_def(def).value());
    }
    set("ExceptionGroup", t.ExceptionGroup.value());
    set("EnvironmentError", t.OSError.value());
    set("IOError", t.OSError.value());
    set("None", Value::NONE);
    set("True", Value::TRUE);
    set("False", Value::FALSE);
    set("Ellipsis", Value::ELLIPSIS);
    set("NotImplemented", Value::NOT_IMPLEMENTED);
    set("__debug__", Value::bool(vm.config.optimize == 0));
    Ok(())
}

/// Makes the `builtins` module of a new VM around `vm.builtins` and enters it into `sys.modules`.
pub fn install(vm: &Vm) -> PyResult<()> {
    let m = vm.create_native_module(&MODULE)?;
    let from = m.dict.get();
    let d = *vm.builtins;
    let mut pos = 0;
    while let Some(e) = from.next_entry(&mut pos) {
        d.set(vm, e.key, e.value)?;
    }
    m.dict.set(m, d);
    vm.modules.set_str(vm, vm.intern("builtins"), m.value());
    Ok(())
}

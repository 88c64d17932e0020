//! `_weakref`: weak references; the work is in the run-time's `objects/weakref.rs` and `weakproxy.rs`.

use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::weakproxy;
use taipan_runtime::objects::weakref::WeakRef;
use taipan_runtime::{Gc, PyResult, Value, Vm, function};

fn count(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int(vm.weak_refs(a[0]).len() as i64))
}
fn refs(vm: &Vm, a: &[Value]) -> PyResult {
    let all = vm.weak_refs(a[0]);
    Ok(vm.new_list(&all).value())
}
/// Removes a key whose value is a dead weak reference.
fn remove_dead(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(d) = a[0].cast::<Dict>() else {
        return Err(vm.type_error(format!(
            "_remove_dead_weakref() argument 1 must be dict, not {}",
            vm.type_name(a[0])
        )));
    };
    if let Some(v) = d.get(vm, a[1])?
        && v.cast::<WeakRef>().is_some_and(|w| w.target().is_none())
    {
        d.remove(vm, a[1])?;
    }
    Ok(Value::NONE)
}
fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    d.set_str(vm, vm.intern("ref"), vm.types.weakref.value());
    for def in weakproxy::TYPES {
        let ty = vm.type_of_def(def);
        d.set_str(vm, vm.intern(def.name), ty.value());
    }
    d.set_str(vm, vm.intern("ReferenceType"), vm.types.weakref.value());
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_weakref",
    doc: "Weak-reference support module.",
    functions: &[
        function(
            "getweakrefcount",
            "($module, object, /)",
            count,
            "Return the number of weak references to 'object'.",
        ),
        function(
            "getweakrefs",
            "($module, object, /)",
            refs,
            "Return a list of all weak reference objects pointing to 'object'.",
        ),
        function(
            "proxy",
            "($module, object, callback=None, /)",
            weakproxy::proxy,
            "Create a proxy object that weakly references 'object'.\n\n'callback', if given, is called with a reference to the\nproxy when 'object' is about to be finalized.",
        ),
        function(
            "_remove_dead_weakref",
            "($module, dct, key, /)",
            remove_dead,
            "Atomically remove key from dict if it points to a dead weakref.",
        ),
    ],
    types: &[],
    init: Some(init),
};

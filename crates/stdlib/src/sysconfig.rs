//! `_sysconfig`: how this interpreter was built, as far as `sysconfig` asks natives.

use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::{PyResult, Value, Vm, function};

fn config_vars(vm: &Vm, _: &[Value]) -> PyResult {
    let d = vm.new_dict();
    for name in ["Py_GIL_DISABLED", "Py_DEBUG"] {
        d.set_str(vm, vm.intern(name), Value::int(0));
    }
    Ok(d.value())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_sysconfig",
    doc: "A helper for the sysconfig module.",
    functions: &[function(
        "config_vars",
        "($module, /)",
        config_vars,
        "Returns a dictionary containing build variables intended to be exposed by sysconfig.",
    )],
    types: &[],
    init: None,
};

//! Putting the interpreter under a VM, and running code objects.

use crate::dispatch;
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::vm::exec::Hooks;
use taipan_runtime::{Gc, PyResult, Value, Vm};

static HOOKS: Hooks = Hooks {
    call: crate::call::from_rust,
    run: crate::call::run_from_rust,
    resume: crate::generator::resume_from_rust,
};

/// Installs the interpreter; once, before any code object is made.
pub fn install(vm: &Vm) {
    vm.exec.hooks.set(Some(&HOOKS));
    crate::code::set_stub(vm);
    let _ = dispatch::table_base();
}

/// Runs a module's, class's or expression's code: `exec(code, globals, locals)`. `locals` is any mapping.
pub fn exec_code(vm: &Vm, code: Gc<Code>, globals: Gc<Dict>, locals: Value) -> PyResult {
    let name = vm.names.__builtins__;
    if globals.get_str(vm, name).is_none() {
        let modules = vm.modules.get_str(vm, vm.names.builtins);
        globals.set_str(vm, name, modules.unwrap_or(vm.builtins.value()));
    }
    let f = vm.new_function(code, globals);
    vm.run_function(f, locals)
}

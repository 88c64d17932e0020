//! Putting the interpreter under a VM, and running code objects.

use crate::dispatch;
use std::sync::Arc;
use taipan_bytecode::Data;
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
        let module = vm.modules.get_str(vm, vm.names.builtins);
        globals.set_str(vm, name, module.unwrap_or(vm.builtins.value()));
    }
    let f = vm.new_function(code, globals);
    vm.run_function(f, locals)
}

/// As [`exec_code`] with the code as a value: for the run-time's table of hooks.
pub fn exec(vm: &Vm, code: Value, globals: Gc<Dict>, locals: Value) -> PyResult {
    match code.cast::<Code>() {
        Some(c) => exec_code(vm, c, globals, locals),
        None => Err(vm.type_error(format!("code must be code, not {}", vm.type_name(code)))),
    }
}

/// A code object from the binary encoding, for the run-time's table of hooks.
pub fn load_code(vm: &Vm, bytes: &[u8], filename: &str) -> PyResult {
    match taipan_bytecode::read(Data::Shared(bytes.into())) {
        Ok(mut c) => {
            c.filename = filename.into();
            Ok(vm.new_code(Arc::new(c))?.value())
        }
        Err(e) => Err(vm.value_error(format!("bad marshal data ({e})"))),
    }
}

/// The binary encoding of a code object, for the run-time's table of hooks.
pub fn dump_code(vm: &Vm, code: Value) -> PyResult<Vec<u8>> {
    match code.cast::<Code>() {
        Some(c) => taipan_bytecode::write(&c.data).map_err(|e| vm.value_error(e.to_string())),
        None => Err(vm.value_error("unmarshallable object")),
    }
}

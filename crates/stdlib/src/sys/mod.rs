//! `sys`: constants and options ([`info`]), functions ([`functions`]), what is shown and reported ([`report`]).

pub mod functions;
pub mod info;
pub mod lazy;
pub mod monitoring;
pub mod report;
pub mod site;

use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::{Gc, PyResult, Value, Vm};

/// The module. It is made by [`install`], which gives it the VM's own namespace.
pub static MODULE: ModuleDef = ModuleDef {
    name: "sys",
    doc: "This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter.",
    functions: functions::FUNCTIONS,
    types: &[],
    init: Some(init),
};

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    info::fill(vm, m.dict.get())?;
    functions::fill(vm, m.dict.get());
    Ok(())
}

/// Makes the `sys` module of a new VM: `vm.sys` becomes its namespace, and it is entered into `sys.modules`.
pub fn install(vm: &Vm) -> PyResult<()> {
    let made = vm.create_native_module(&MODULE)?;
    let d = *vm.sys;
    let mut pos = 0;
    let from = made.dict.get();
    while let Some(e) = from.next_entry(&mut pos) {
        d.set(vm, e.key, e.value)?;
    }
    made.dict.set(made, d);
    d.set_str(vm, vm.intern("modules"), vm.modules.value());
    vm.modules.set_str(vm, vm.intern("sys"), made.value());
    Ok(())
}

/// `sys.name`, if it is there.
pub fn get(vm: &Vm, name: &str) -> Option<Value> {
    vm.sys.get_str(vm, vm.intern(name))
}

/// Keeps the text of a source that is no file, so that tracebacks can show its lines: `linecache` asks for it.
pub fn remember_source(vm: &Vm, code: Value, name: &str, text: &str) {
    let key = vm.intern("sys.sources");
    let list = match vm.hidden.get_str(vm, key) {
        Some(l) => l,
        None => {
            let l = vm.new_list(&[]).value();
            vm.hidden.set_str(vm, key, l);
            l
        }
    };
    let row = vm.new_tuple(&[code, vm.new_str(text).value(), vm.intern(name).value()]);
    let _ = vm.call_method(list, vm.names.append, &[row.value()]);
    source_texts(vm).set_str(vm, vm.intern(name), vm.new_str(text).value());
}

/// The texts of [`remember_source`] by name, the latest for each; `linecache` empties the other list.
fn source_texts(vm: &Vm) -> Gc<Dict> {
    let key = vm.intern("sys.source_texts");
    match vm.hidden.get_str(vm, key).and_then(|v| v.cast()) {
        Some(d) => d,
        None => {
            let d = vm.new_dict();
            vm.hidden.set_str(vm, key, d.value());
            d
        }
    }
}

/// The text that [`remember_source`] was given last under this name.
pub fn remembered_source(vm: &Vm, name: &str) -> Option<String> {
    let text = source_texts(vm).get_str(vm, vm.intern(name))?;
    text.cast::<taipan_runtime::objects::str::Str>().map(|s| s.to_string())
}

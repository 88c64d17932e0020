//! `sys._jit`: CPython 3.14's three questions, and the parameters and counters of this JIT.

use crate::controls::Controls;
use crate::params::Kind;
use crate::stats::Abort;
use taipan_runtime::objects::module::Module;
use taipan_runtime::objects::native::new_module_function;
use taipan_runtime::{Gc, MethodDef, PyResult, Value, Vm, function};

static FUNCTIONS: &[MethodDef] = &[
    function(
        "is_available",
        "($module, /)",
        |vm, _| Ok(Value::bool(controls(vm)?.available.get())),
        "Return True if the current Python executable supports JIT compilation, and False otherwise.",
    ),
    function(
        "is_enabled",
        "($module, /)",
        |vm, _| {
            let c = controls(vm)?;
            Ok(Value::bool(c.available.get() && c.params.enabled()))
        },
        "Return True if JIT compilation is enabled for the current Python process (implies sys._jit.is_available()), and False otherwise.",
    ),
    function(
        "is_active",
        "($module, /)",
        |vm, _| {
            // Is the frame that called this one that compiled code stands in for?
            let frame = controls(vm)?.active.get();
            Ok(Value::bool(frame != 0 && frame == vm.exec.regs.get() as usize))
        },
        "Return True if the topmost Python frame is currently executing JIT code (implies sys._jit.is_enabled()), and False otherwise.",
    ),
    function("params", "($module, /)", params, "Return a dict of the JIT's parameters and their values."),
    function("get", "($module, name, /)", get, "Return the value of a parameter of the JIT."),
    function(
        "set",
        "($module, name, value, /)",
        set,
        "Set a parameter of the JIT; its name may be 'enabled' too. Return the value it had.",
    ),
    function(
        "stats",
        "($module, /)",
        stats,
        "Return a dict of the JIT's counters; times are in nanoseconds.",
    ),
    function(
        "aborts",
        "($module, /)",
        aborts,
        "Return a dict of how often recordings were given up, by reason.",
    ),
];

/// Puts the functions into `sys._jit`.
pub fn fill(vm: &Vm, module: Gc<Module>) {
    let name = vm.intern("sys._jit").value();
    for f in FUNCTIONS {
        let v = new_module_function(vm, module.value(), name, f);
        module.dict.get().set_str(vm, vm.intern(f.name), v);
    }
}

fn controls(vm: &Vm) -> PyResult<&Controls> {
    Controls::of(vm).ok_or_else(|| vm.system_error("this interpreter has no JIT"))
}

fn shown(vm: &Vm, kind: Kind, v: u64) -> Value {
    match kind {
        Kind::Switch => Value::bool(v != 0),
        Kind::Number(..) => vm.new_uint(v),
    }
}

fn params(vm: &Vm, _: &[Value]) -> PyResult {
    let d = vm.new_dict();
    let c = controls(vm)?;
    d.set_str(vm, vm.intern("enabled"), Value::bool(c.params.enabled()));
    for (name, kind, v) in c.params.all() {
        d.set_str(vm, vm.intern(&name), shown(vm, kind, v));
    }
    Ok(d.value())
}

fn name_of(vm: &Vm, v: Value) -> PyResult<String> {
    match v.cast::<taipan_runtime::objects::str::Str>() {
        Some(s) => Ok(s.to_string().replace('_', "-")),
        None => Err(vm.type_error(format!("a parameter's name is a str, not {}", vm.type_name(v)))),
    }
}

fn current(vm: &Vm, name: &str) -> PyResult {
    let c = controls(vm)?;
    if name == "enabled" {
        return Ok(Value::bool(c.params.enabled()));
    }
    match c.params.all().into_iter().find(|p| p.0 == name) {
        Some((_, kind, v)) => Ok(shown(vm, kind, v)),
        None => Err(vm.value_error(format!("there is no parameter '{name}'"))),
    }
}

fn get(vm: &Vm, a: &[Value]) -> PyResult {
    current(vm, &name_of(vm, a[0])?)
}

fn set(vm: &Vm, a: &[Value]) -> PyResult {
    let name = name_of(vm, a[0])?;
    let old = current(vm, &name)?;
    let c = controls(vm)?;
    let text = if a[1] == Value::TRUE {
        "1".to_string()
    } else if a[1] == Value::FALSE {
        "0".to_string()
    } else {
        vm.str(a[1])?.to_string()
    };
    if name == "enabled" {
        match text.as_str() {
            "1" | "on" => c.params.set_enabled(true),
            "0" | "off" => c.params.set_enabled(false),
            _ => return Err(vm.value_error(format!("enabled takes 'on' or 'off', not '{text}'"))),
        }
        return Ok(old);
    }
    c.params.set(&name, &text).map_err(|e| vm.value_error(e))?;
    Ok(old)
}

fn stats(vm: &Vm, _: &[Value]) -> PyResult {
    let d = vm.new_dict();
    for (name, n, _) in controls(vm)?.stats.counters() {
        d.set_str(vm, vm.intern(name), vm.new_uint(n));
    }
    Ok(d.value())
}

fn aborts(vm: &Vm, _: &[Value]) -> PyResult {
    let d = vm.new_dict();
    let c = controls(vm)?;
    for &reason in Abort::ALL {
        d.set_str(vm, vm.intern(reason.name()), vm.new_uint(c.stats.aborts(reason)));
    }
    Ok(d.value())
}

//! `sys.monitoring` (PEP 669): tool ids and constants. No events are delivered yet: asking for one raises
//! `NotImplementedError`, so that a tool knows that it would see nothing.

use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::str::Str;
use taipan_runtime::{Gc, MethodDef, PyResult, Value, Vm, function};

/// Events in bit order.
const EVENTS: &[&str] = &[
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];

fn tool(vm: &Vm, v: Value) -> PyResult<i64> {
    let id = vm.index_i64(v)?;
    if (0..6).contains(&id) {
        return Ok(id);
    }
    Err(vm.value_error(format!("invalid tool {id} (must be between 0 and 5)")))
}
/// Names of the tools in use.
fn tools(vm: &Vm) -> Gc<Dict> {
    let key = vm.intern("monitoring.tools");
    match vm.hidden.get_str(vm, key).and_then(|v| v.cast::<Dict>()) {
        Some(d) => d,
        None => {
            let d = vm.new_dict();
            vm.hidden.set_str(vm, key, d.value());
            d
        }
    }
}
fn use_tool_id(vm: &Vm, a: &[Value]) -> PyResult {
    let id = Value::int(tool(vm, a[0])?);
    if a[1].cast::<Str>().is_none() {
        return Err(vm.value_error("tool name must be a str"));
    }
    if tools(vm).get(vm, id)?.is_some() {
        return Err(vm.value_error(format!("tool {} is already in use", id.as_int())));
    }
    tools(vm).set(vm, id, a[1])?;
    Ok(Value::NONE)
}
fn free_tool_id(vm: &Vm, a: &[Value]) -> PyResult {
    let id = Value::int(tool(vm, a[0])?);
    tools(vm).remove(vm, id)?;
    Ok(Value::NONE)
}
fn clear_tool_id(vm: &Vm, a: &[Value]) -> PyResult {
    in_use(vm, a[0])?;
    Ok(Value::NONE)
}
fn get_tool(vm: &Vm, a: &[Value]) -> PyResult {
    let id = Value::int(tool(vm, a[0])?);
    Ok(tools(vm).get(vm, id)?.unwrap_or(Value::NONE))
}
fn in_use(vm: &Vm, v: Value) -> PyResult<()> {
    let id = tool(vm, v)?;
    if tools(vm).get(vm, Value::int(id))?.is_some() {
        return Ok(());
    }
    Err(vm.value_error(format!("tool {id} is not in use")))
}
fn refuse(vm: &Vm, events: Value) -> PyResult {
    if vm.index_i64(events)? == 0 {
        return Ok(Value::NONE);
    }
    Err(vm.not_implemented_error("monitoring events are not delivered"))
}
fn set_events(vm: &Vm, a: &[Value]) -> PyResult {
    in_use(vm, a[0])?;
    refuse(vm, a[1])
}
fn set_local_events(vm: &Vm, a: &[Value]) -> PyResult {
    in_use(vm, a[0])?;
    refuse(vm, a[2])
}
fn get_events(vm: &Vm, a: &[Value]) -> PyResult {
    in_use(vm, a[0])?;
    Ok(Value::int(0))
}
fn register_callback(vm: &Vm, a: &[Value]) -> PyResult {
    tool(vm, a[0])?;
    if a[2].is_none() {
        return Ok(Value::NONE);
    }
    Err(vm.not_implemented_error("monitoring events are not delivered"))
}
fn restart_events(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::NONE)
}

static FUNCTIONS: &[MethodDef] = &[
    function("use_tool_id", "($module, tool_id, name, /)", use_tool_id, ""),
    function("free_tool_id", "($module, tool_id, /)", free_tool_id, ""),
    function("clear_tool_id", "($module, tool_id, /)", clear_tool_id, ""),
    function("get_tool", "($module, tool_id, /)", get_tool, ""),
    function("register_callback", "($module, tool_id, event, func, /)", register_callback, ""),
    function("get_events", "($module, tool_id, /)", get_events, ""),
    function("set_events", "($module, tool_id, event_set, /)", set_events, ""),
    function("get_local_events", "($module, tool_id, code, /)", get_events, ""),
    function("set_local_events", "($module, tool_id, code, event_set, /)", set_local_events, ""),
    function("restart_events", "($module, /)", restart_events, ""),
];

/// Adds `sys.monitoring` to the namespace of `sys`.
pub fn fill(vm: &Vm, sys: Gc<Dict>) {
    let m = vm.new_module("sys.monitoring", Value::NONE);
    let d = m.dict.get();
    let name = vm.intern("sys.monitoring").value();
    for f in FUNCTIONS {
        let v = taipan_runtime::objects::native::new_module_function(vm, m.value(), name, f);
        d.set_str(vm, vm.intern(f.name), v);
    }
    let events = vm.new_dict();
    events.set_str(vm, vm.intern("NO_EVENTS"), Value::int(0));
    for (i, e) in EVENTS.iter().enumerate() {
        events.set_str(vm, vm.intern(e), Value::int(1 << i));
    }
    d.set_str(vm, vm.intern("events"), vm.new_namespace(events));
    for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        d.set_str(vm, vm.intern(name), Value::int(id));
    }
    for name in ["DISABLE", "MISSING"] {
        let marker = vm.new_instance(vm.types.object).value();
        d.set_str(vm, vm.intern(name), marker);
    }
    sys.set_str(vm, vm.intern("monitoring"), m.value());
}

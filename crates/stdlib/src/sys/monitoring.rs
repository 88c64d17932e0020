//! `sys.monitoring` (PEP 669): tools, the events they want, and their callbacks.
//!
//! What flows in: calls of tools. What flows out: the state in `vm/monitor.rs` of the run-time, which the interpreter
//! looks at while it runs instructions one by one; it does so only while a tool wants events.

use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::monitor::{EVENTS, Event, LOCAL_EVENTS, TOOLS};
use taipan_runtime::{Gc, MethodDef, PyResult, Value, Vm, function};

const CALL_ENDS: i64 = 1 << Event::C_RETURN as i64 | 1 << Event::C_RAISE as i64;
const BRANCH: i64 = 1 << Event::BRANCH as i64;
const BOTH_BRANCHES: i64 = 1 << Event::BRANCH_LEFT as i64 | 1 << Event::BRANCH_RIGHT as i64;

fn tool(vm: &Vm, v: Value) -> PyResult<usize> {
    let id = vm.index_i64(v)?;
    match usize::try_from(id) {
        Ok(t) if t < TOOLS => Ok(t),
        _ => Err(vm.value_error(format!("invalid tool {id} (must be between 0 and 5)"))),
    }
}
fn in_use(vm: &Vm, v: Value) -> PyResult<usize> {
    let id = tool(vm, v)?;
    match vm.exec.monitor.name(id) {
        Some(_) => Ok(id),
        None => Err(vm.value_error(format!("tool {id} is not in use"))),
    }
}
fn code(vm: &Vm, v: Value) -> PyResult<Gc<Code>> {
    v.cast().ok_or_else(|| vm.type_error("code must be a code object"))
}
/// A set of events as it is kept: ends of calls belong to the calls, `BRANCH` stands for both.
fn event_set(vm: &Vm, v: Value, count: u32, what: &str) -> PyResult<u32> {
    let mut set = vm.index_i64(v)?;
    let refused = |vm: &Vm| vm.value_error(format!("invalid {what} 0x{set:x}"));
    if set < 0 || set >= 1 << EVENTS.len() {
        return Err(refused(vm));
    }
    let calls = CALL_ENDS | 1 << Event::CALL as i64;
    if set & CALL_ENDS != 0 && set & calls != calls {
        return Err(vm.value_error("cannot set C_RETURN or C_RAISE events independently"));
    }
    set &= !CALL_ENDS;
    if set & BRANCH != 0 {
        set = set & !BRANCH | BOTH_BRANCHES;
    }
    if set >= 1 << count { Err(vm.value_error(format!("invalid {what} 0x{set:x}"))) } else { Ok(set as u32) }
}

fn use_tool_id(vm: &Vm, a: &[Value]) -> PyResult {
    let id = tool(vm, a[0])?;
    if a[1].cast::<Str>().is_none() {
        return Err(vm.value_error("tool name must be a str"));
    }
    if vm.exec.monitor.name(id).is_some() {
        return Err(vm.value_error(format!("tool {id} is already in use")));
    }
    vm.exec.monitor.set_name(id, Some(a[1]));
    Ok(Value::NONE)
}
fn free_tool_id(vm: &Vm, a: &[Value]) -> PyResult {
    let id = tool(vm, a[0])?;
    vm.clear_tool(id);
    vm.exec.monitor.set_name(id, None);
    Ok(Value::NONE)
}
fn clear_tool_id(vm: &Vm, a: &[Value]) -> PyResult {
    let id = in_use(vm, a[0])?;
    vm.clear_tool(id);
    Ok(Value::NONE)
}
fn get_tool(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.exec.monitor.name(tool(vm, a[0])?).unwrap_or(Value::NONE))
}
fn set_events(vm: &Vm, a: &[Value]) -> PyResult {
    let id = in_use(vm, a[0])?;
    vm.set_monitored(id, event_set(vm, a[1], EVENTS.len() as u32, "event set")?);
    Ok(Value::NONE)
}
fn get_events(vm: &Vm, a: &[Value]) -> PyResult {
    let id = in_use(vm, a[0])?;
    Ok(Value::int(vm.exec.monitor.global(id).into()))
}
fn set_local_events(vm: &Vm, a: &[Value]) -> PyResult {
    let id = in_use(vm, a[0])?;
    let code = code(vm, a[1])?;
    let set = event_set(vm, a[2], LOCAL_EVENTS, "local event set")?;
    vm.set_monitored_code(id, code, set);
    Ok(Value::NONE)
}
fn get_local_events(vm: &Vm, a: &[Value]) -> PyResult {
    let id = in_use(vm, a[0])?;
    Ok(Value::int(vm.exec.monitor.local(id, code(vm, a[1])?).into()))
}
fn register_callback(vm: &Vm, a: &[Value]) -> PyResult {
    let id = tool(vm, a[0])?;
    let event = vm.index_i64(a[1])?;
    if event <= 0 || event.count_ones() != 1 {
        return Err(vm.value_error("The callback can only be set for one event at a time"));
    }
    let bit = event.trailing_zeros() as usize;
    if bit >= EVENTS.len() {
        return Err(vm.value_error(format!("invalid event {event}")));
    }
    let f = Some(a[2]).filter(|f| !f.is_none());
    let m = &vm.exec.monitor;
    if event == BRANCH {
        m.set_callback(id, Event::BRANCH_LEFT as usize, f);
        m.set_callback(id, Event::BRANCH_RIGHT as usize, f);
    }
    Ok(m.set_callback(id, bit, f).unwrap_or(Value::NONE))
}
fn restart_events(vm: &Vm, _: &[Value]) -> PyResult {
    vm.exec.monitor.restart();
    Ok(Value::NONE)
}
fn all_events(vm: &Vm, _: &[Value]) -> PyResult {
    let d = vm.new_dict();
    for (i, name) in EVENTS.iter().enumerate() {
        let tools = (0..TOOLS).filter(|&t| vm.exec.monitor.global(t) & 1 << i != 0);
        let bits = tools.fold(0, |bits, t| bits | 1 << t);
        if bits != 0 {
            d.set_str(vm, vm.intern(name), Value::int(bits));
        }
    }
    Ok(d.value())
}

static FUNCTIONS: &[MethodDef] = &[
    function("use_tool_id", "($module, tool_id, name, /)", use_tool_id, ""),
    function("free_tool_id", "($module, tool_id, /)", free_tool_id, ""),
    function("clear_tool_id", "($module, tool_id, /)", clear_tool_id, ""),
    function("get_tool", "($module, tool_id, /)", get_tool, ""),
    function("register_callback", "($module, tool_id, event, func, /)", register_callback, ""),
    function("get_events", "($module, tool_id, /)", get_events, ""),
    function("set_events", "($module, tool_id, event_set, /)", set_events, ""),
    function("get_local_events", "($module, tool_id, code, /)", get_local_events, ""),
    function("set_local_events", "($module, tool_id, code, event_set, /)", set_local_events, ""),
    function("restart_events", "($module, /)", restart_events, ""),
    function("_all_events", "($module, /)", all_events, ""),
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
    let state = &vm.exec.monitor;
    for (name, cell) in [("DISABLE", &state.disable), ("MISSING", &state.missing)] {
        let marker = vm.new_instance(vm.types.object).value();
        cell.set(Some(marker));
        d.set_str(vm, vm.intern(name), marker);
    }
    sys.set_str(vm, vm.intern("monitoring"), m.value());
}

//! `_tracemalloc`: says that memory blocks are not traced, so that `tracemalloc` can be imported and asked.
//!
//! What must hold: nothing here pretends to trace; `start` raises.

use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::{MethodDef, PyResult, Value, Vm, function};

fn start(vm: &Vm, a: &[Value]) -> PyResult {
    if let Some(n) = a[0].bound() {
        vm.index_i64(n)?;
    }
    Err(vm.new_exception(vm.types.NotImplementedError, "Taipan does not trace memory blocks"))
}
fn nothing(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::NONE)
}
fn no(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::FALSE)
}

static FUNCTIONS: &[MethodDef] = &[
    function(
        "start",
        "($module, nframe=1, /)",
        start,
        "Start tracing Python memory allocations: not supported.",
    ),
    function("stop", "($module, /)", nothing, "Stop tracing Python memory allocations."),
    function("is_tracing", "($module, /)", no, "Return True if the tracemalloc module is tracing."),
    function("clear_traces", "($module, /)", nothing, "Clear traces of memory blocks allocated by Python."),
    function(
        "reset_peak",
        "($module, /)",
        nothing,
        "Set the peak size of memory blocks to the current size.",
    ),
    function("get_traceback_limit", "($module, /)", |_, _| Ok(Value::int(1)), ""),
    function("get_tracemalloc_memory", "($module, /)", |_, _| Ok(Value::int(0)), ""),
    function(
        "get_traced_memory",
        "($module, /)",
        |vm, _| Ok(vm.new_tuple(&[Value::int(0), Value::int(0)]).value()),
        "Get the current size and peak size of memory blocks traced by tracemalloc.",
    ),
    function("_get_traces", "($module, /)", |vm, _| Ok(vm.new_list(&[]).value()), ""),
    function("_get_object_traceback", "($module, obj, /)", nothing, ""),
];

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_tracemalloc",
    doc: "Debug module to trace memory blocks allocated by Python.",
    functions: FUNCTIONS,
    types: &[],
    init: None,
};

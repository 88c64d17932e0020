//! `_warnings`: `warn` and `warn_explicit`, which hand on to the library's `warnings` module. The module has
//! nothing else, so that `warnings` keeps its state in Python.

use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::{Args, MethodDef, PyResult, Value, Vm, function_var};

/// A warning that became an error shows no frames of the module that raised it, as if that were native throughout.
fn hide(vm: &Vm, r: PyResult) -> PyResult {
    if let Err(e) = r
        && vm.raised_is(e, vm.types.Warning)
    {
        e.0.traceback.set(e.0, Value::NONE);
    }
    r
}
fn warn(vm: &Vm, args: Args) -> PyResult {
    let f = vm.import_attr("_py_warnings", "warn")?;
    hide(vm, vm.call_args(f, args))
}
fn warn_explicit(vm: &Vm, args: Args) -> PyResult {
    let f = vm.import_attr("_py_warnings", "warn_explicit")?;
    hide(vm, vm.call_args(f, args))
}

static FUNCTIONS: &[MethodDef] = &[
    function_var(
        "warn",
        "($module, /, message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=(), **kwargs)",
        warn,
        "Issue a warning, or maybe ignore it or raise an exception.",
    ),
    function_var(
        "warn_explicit",
        "($module, /, *args, **kwargs)",
        warn_explicit,
        "Issue a warning, or maybe ignore it or raise an exception.",
    ),
];

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_warnings",
    doc: "_warnings provides basic warning filtering support.",
    functions: FUNCTIONS,
    types: &[],
    init: None,
};

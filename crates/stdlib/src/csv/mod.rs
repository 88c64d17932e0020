//! `_csv`: `dialect.rs` has the options, `reader.rs` and `writer.rs` the two directions; here are the registry of
//! dialects and the limit of field sizes, which the module object keeps.

mod dialect;
mod reader;
mod writer;

use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::exception::Exception;
use taipan_runtime::objects::exception::types as exc;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::{Args, Gc, PyResult, Raised, TypeDef, Value, Vm, function, function_var};

static ERROR: TypeDef = TypeDef {
    name: "Error",
    module: "_csv",
    base: Some(&exc::Exception_),
    kind: taipan_runtime::kinds::EXCEPTION,
    size: size_of::<Exception>(),
    flags: flag::BASETYPE | flag::HAS_DICT,
    ..TypeDef::EMPTY
};

#[cold]
fn error(vm: &Vm, message: &str) -> Raised {
    vm.new_exception(vm.type_of_def(&ERROR), message)
}

/// Fields longer than this are an error, unless said otherwise.
const LIMIT: i64 = 128 * 1024;

/// The module object: its `state` is the limit.
fn module(vm: &Vm) -> PyResult<Gc<Module>> {
    vm.import_module("_csv")?.cast::<Module>().ok_or_else(|| vm.runtime_error("_csv is not a module"))
}
fn registry(vm: &Vm) -> PyResult<Gc<Dict>> {
    module(vm)?
        .dict
        .get()
        .get_str(vm, vm.intern("_dialects"))
        .and_then(|d| d.cast::<Dict>())
        .ok_or_else(|| vm.runtime_error("lost _csv._dialects"))
}
/// The dialect of a name.
fn registered(vm: &Vm, name: Value) -> PyResult {
    registry(vm)?.get(vm, name)?.ok_or_else(|| error(vm, "unknown dialect"))
}
/// How long a field may be.
fn limit(vm: &Vm) -> PyResult<i64> {
    Ok(module(vm)?.state.get().to_int().unwrap_or(LIMIT))
}

fn register_dialect(vm: &Vm, args: Args) -> PyResult {
    let a = args_between(vm, args, "register_dialect")?;
    if a[0].cast::<Str>().is_none() {
        return Err(vm.type_error("dialect name must be a string"));
    }
    let d = dialect::make(vm, a.get(1).copied().unwrap_or(Value::UNBOUND), Args { pos: &[], ..args })?;
    registry(vm)?.set(vm, a[0], d)?;
    Ok(Value::NONE)
}
/// One or two positional arguments.
fn args_between<'a>(vm: &Vm, args: Args<'a>, name: &str) -> PyResult<&'a [Value]> {
    let n = args.pos.len();
    if n == 0 {
        return Err(vm.type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    if n > 2 {
        return Err(vm.type_error(format!("{name} expected at most 2 arguments, got {n}")));
    }
    Ok(args.pos)
}
fn unregister_dialect(vm: &Vm, a: &[Value]) -> PyResult {
    match registry(vm)?.remove(vm, a[0])? {
        Some(_) => Ok(Value::NONE),
        None => Err(error(vm, "unknown dialect")),
    }
}
fn get_dialect(vm: &Vm, a: &[Value]) -> PyResult {
    registered(vm, a[0])
}
fn list_dialects(vm: &Vm, _: &[Value]) -> PyResult {
    let names = vm.collect(registry(vm)?.value())?;
    Ok(vm.new_list(&names).value())
}
fn field_size_limit(vm: &Vm, a: &[Value]) -> PyResult {
    let m = module(vm)?;
    let old = limit(vm)?;
    if let Some(v) = a[0].bound() {
        if vm.class_of(v) != vm.types.int {
            return Err(vm.type_error("limit must be an integer"));
        }
        let n = vm.index_i64(v)?;
        m.state.set(m, Value::int(n.clamp(taipan_runtime::INT_MIN, taipan_runtime::INT_MAX)));
    }
    Ok(vm.new_int(old))
}

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    for (i, (name, _)) in dialect::QUOTING.iter().enumerate() {
        d.set_str(vm, vm.intern(name), Value::int(i as i64));
    }
    d.set_str(vm, vm.intern("_dialects"), vm.new_dict().value());
    d.set_str(vm, vm.intern("Error"), vm.type_of_def(&ERROR).value());
    d.set_str(vm, vm.intern("Reader"), vm.type_of_def(&reader::DEF).value());
    d.set_str(vm, vm.intern("Writer"), vm.type_of_def(&writer::DEF).value());
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_csv",
    doc: "CSV parsing and writing.\n",
    functions: &[
        function_var(
            "reader",
            "($module, iterable, /, dialect='excel', **fmtparams)",
            reader::create,
            "Return a reader object that will process lines from the given iterable.",
        ),
        function_var(
            "writer",
            "($module, fileobj, /, dialect='excel', **fmtparams)",
            writer::create,
            "Return a writer object that will write user data on the given file object.",
        ),
        function_var(
            "register_dialect",
            "($module, name, /, dialect='excel', **fmtparams)",
            register_dialect,
            "Create a mapping from a string name to a CVS dialect.",
        ),
        function("list_dialects", "($module, /)", list_dialects, "Return a list of all known dialect names."),
        function(
            "unregister_dialect",
            "($module, /, name)",
            unregister_dialect,
            "Delete the name/dialect mapping associated with a string name.",
        ),
        function(
            "get_dialect",
            "($module, /, name)",
            get_dialect,
            "Return the dialect instance associated with name.",
        ),
        function(
            "field_size_limit",
            "($module, new_limit=<unrepresentable>, /)",
            field_size_limit,
            "Sets an upper limit on parsed fields.",
        ),
    ],
    types: &[&dialect::DEF],
    init: Some(init),
};

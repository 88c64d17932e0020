//! `atexit`: functions to be called at the end of the program, last registered first.

use taipan_runtime::objects::list::List;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::args::Kw;
use taipan_runtime::{Args, Gc, GcVec, MethodDef, PyResult, Value, Vm, function, function_var};

fn entries(vm: &Vm) -> Gc<List> {
    let key = vm.intern("atexit.functions");
    match vm.hidden.get_str(vm, key).and_then(|v| v.cast::<List>()) {
        Some(l) => l,
        None => {
            let l = vm.new_list(&[]);
            vm.hidden.set_str(vm, key, l.value());
            l
        }
    }
}
fn replace(vm: &Vm, items: &[Value]) {
    let l = vm.new_list(items).value();
    vm.hidden.set_str(vm, vm.intern("atexit.functions"), l);
}

fn register(vm: &Vm, args: Args) -> PyResult {
    let Some(&f) = args.pos.first() else {
        return Err(vm.type_error("register() takes at least 1 argument (0 given)"));
    };
    if vm.class_of(f).slots.call.get().is_none() {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let pos = vm.new_tuple(&args.pos[1..]).value();
    let names = args.kw.names.map_or(vm.new_tuple(&[]).value(), Gc::value);
    let values = vm.new_tuple(args.kw.values).value();
    let entry = vm.new_tuple(&[f, pos, names, values]).value();
    vm.call_method(entries(vm).value(), vm.names.append, &[entry])?;
    Ok(f)
}
fn unregister(vm: &Vm, a: &[Value]) -> PyResult {
    let mut kept = GcVec::new();
    for &e in vm.list_items(entries(vm)).iter() {
        let f = e.cast::<Tuple>().map_or(Value::NONE, |t| t.items()[0]);
        if !vm.equal(f, a[0])? {
            kept.push(&vm.heap, e);
        }
    }
    replace(vm, &kept);
    Ok(Value::NONE)
}
fn clear(vm: &Vm, _: &[Value]) -> PyResult {
    replace(vm, &[]);
    Ok(Value::NONE)
}
fn ncallbacks(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.new_int(entries(vm).len.get() as i64))
}
fn run(vm: &Vm, _: &[Value]) -> PyResult {
    loop {
        let items = vm.list_items(entries(vm));
        let Some((&last, rest)) = items.split_last() else { return Ok(Value::NONE) };
        replace(vm, rest);
        let Some(t) = last.cast::<Tuple>() else { continue };
        let [f, pos, names, values] = *t.items() else { continue };
        let (pos, values) = (vm.collect(pos)?, vm.collect(values)?);
        let kw = Kw { names: names.cast::<Tuple>(), values: &values };
        if let Err(e) = vm.call_args(f, Args { pos: &pos, kw }) {
            vm.unraisable_in(e, "Exception ignored in atexit callback", f);
        }
    }
}

static FUNCTIONS: &[MethodDef] = &[
    function_var(
        "register",
        "($module, func, /, *args, **kwargs)",
        register,
        "Register a function to be executed upon normal program termination",
    ),
    function(
        "unregister",
        "($module, func, /)",
        unregister,
        "Unregister an exit function which was previously registered using atexit.register",
    ),
    function("_clear", "($module, /)", clear, "Clear the list of previously registered exit functions."),
    function("_ncallbacks", "($module, /)", ncallbacks, "Return the number of registered exit functions."),
    function("_run_exitfuncs", "($module, /)", run, "Run all registered exit functions."),
];
fn init(_: &Vm, _: Gc<Module>) -> PyResult<()> {
    Ok(())
}
/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "atexit",
    doc: "allow programmer to define multiple exit functions to be executed\nupon normal program termination.",
    functions: FUNCTIONS,
    types: &[],
    init: Some(init),
};

//! Runs a script on a bare VM: `print` and little else. For work on the interpreter.

use std::sync::Arc;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::traceback::Traceback;
use taipan_runtime::vm::Config;
use taipan_runtime::vm::typedef::{MethodDef, function, function_var};
use taipan_runtime::{Args, PyResult, Value, Vm};

fn print(vm: &Vm, a: Args) -> PyResult {
    let mut line = String::new();
    for (i, &v) in a.pos.iter().enumerate() {
        if i > 0 {
            line.push(' ');
        }
        line += &vm.str(v)?.to_string();
    }
    println!("{line}");
    Ok(Value::NONE)
}
fn clock(_: &Vm, _: &[Value]) -> PyResult {
    let t = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    Ok(Value::float(t.as_secs_f64()))
}
fn build_class(vm: &Vm, a: Args) -> PyResult {
    let f = a.pos[0].cast().expect("a function");
    let ns = vm.new_dict();
    vm.run_function(f, ns.value())?;
    let bases = vm.new_tuple(&a.pos[2..]);
    vm.call(vm.types.type_.value(), &[a.pos[1], bases.value(), ns.value()])
}

static FUNCTIONS: &[MethodDef] = &[
    function_var("print", "(*args)", print, ""),
    function_var("__build_class__", "(*args)", build_class, ""),
    function("clock", "()", clock, ""),
    function("len", "(obj, /)", |vm, a| Ok(vm.new_int(vm.len(a[0])? as i64)), ""),
    function("next", "(it, /)", |vm, a| vm.next_value(a[0]), ""),
];

fn main() {
    let mut args: Vec<String> = std::env::args().collect();
    let stress = args.iter().position(|a| a == "--stress").map(|i| args.remove(i)).is_some();
    let dis = args.iter().position(|a| a == "--dis").map(|i| args.remove(i)).is_some();
    let path = args.get(1).expect("a script");
    let source = std::fs::read_to_string(path).expect("readable");
    let r = taipan_compiler::compile(
        &source,
        path,
        taipan_compiler::Mode::Exec,
        taipan_compiler::Options::default(),
    );
    let compiled = match r {
        Ok(c) => c,
        Err(e) => return eprintln!("{e:?}"),
    };
    if dis {
        println!("{}", taipan_bytecode::disassemble(&compiled.code));
    }
    let vm = Vm::new(Config { gc_stress: stress, ..Config::default() });
    let base = 0u64;
    vm.heap.set_stack_base((&raw const base) as usize);
    vm.set_stack_limit((&raw const base) as usize - (7 << 20));
    taipan_interp::install(&vm);
    for f in FUNCTIONS {
        let v = taipan_runtime::objects::native::new_module_function(&vm, Value::NONE, Value::NONE, f);
        vm.builtins.set_str(&vm, vm.intern(f.name), v);
    }
    for t in [vm.types.range, vm.types.list, vm.types.int, vm.types.str, vm.types.tuple, vm.types.dict] {
        vm.builtins.set_str(&vm, t.name.get(), t.value());
    }
    for d in taipan_runtime::objects::exception::types::ALL {
        let t = vm.type_of_def(d);
        vm.builtins.set_str(&vm, t.name.get(), t.value());
    }
    let g = vm.new_dict();
    g.set_str(&vm, vm.names.__name__, vm.intern("__main__").value());
    let code = vm.new_code(Arc::new(compiled.code)).expect("a code object");
    if let Err(e) = taipan_interp::exec_code(&vm, code, g, g.value()) {
        let mut tb = e.0.traceback.get();
        while let Some(t) = tb.cast::<Traceback>() {
            let c = t.frame.get().code.get();
            eprintln!("  File \"{}\", line {}, in {}", c.filename.get(), t.line(), c.name.get());
            tb = t.next.get();
        }
        let text =
            vm.str(e.value()).map_or_else(|_| String::new(), |s: taipan_runtime::Gc<Str>| s.to_string());
        eprintln!("{}: {text}", vm.type_name(e.value()));
        std::process::exit(1);
    }
}

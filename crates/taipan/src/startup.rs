//! Building a VM: interpreter, `builtins`, `sys`, streams, importlib, `site`.

use std::sync::{Arc, OnceLock};
use taipan_bytecode::Data;
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::vm::Config;
use taipan_runtime::vm::hooks::{FrozenCode, Hooks};
use taipan_runtime::{Gc, PyResult, Value, Vm};

/// Room below the stack limit for natives that do not check.
const STACK_RESERVE: usize = 1 << 20;

/// A VM on the running thread, whose native stack has `stack` bytes.
pub fn new_vm(config: Config, controls: taipan_jit::Controls, stack: usize) -> Box<Vm> {
    let base = 0u64;
    let base = (&raw const base) as usize;
    let vm = Vm::new(config);
    // Callers of this function have their own values above: leave them a page.
    vm.heap.set_stack_base(base + 4096);
    vm.set_stack_limit(base - stack + STACK_RESERVE);
    taipan_interp::install(&vm);
    let _ = vm.extension.set(Box::new(controls));
    taipan_jit::install(&vm);
    vm.set_hooks(Hooks {
        exec,
        load_code,
        dump_code,
        frame_globals: |vm| vm.current_globals(),
        frame_locals: |vm| if vm.top_frame().is_some() { vm.current_locals().map(Some) } else { Ok(None) },
        frame: |vm, depth| {
            let mut f = vm.top_frame();
            for _ in 0..depth {
                f = f?.back();
            }
            f.map(|f| vm.frame_object(f).value())
        },
        frozen,
        frozen_names: || taipan_stdlib::frozen::modules().map(|m| m.name()).collect(),
        frozen_source: |name| taipan_stdlib::frozen::find(stored_name(name)).map(|m| m.source()),
        lazy_builtin: taipan_stdlib::sys::site::lazy_builtin,
        lazy_attribute: taipan_stdlib::sys::lazy::attribute,
        start_importlib,
        fill_jit: taipan_jit::sys_jit::fill,
        native_modules: native_modules(),
    });
    vm
}

/// The library's native modules, and the interpreter's.
fn native_modules() -> &'static [&'static ModuleDef] {
    static ALL: OnceLock<Vec<&ModuleDef>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = taipan_stdlib::MODULES.to_vec();
        all.push(&taipan_interp::profile::MODULE);
        all
    })
}

/// Everything up to the point where the program may run.
pub fn initialize(vm: &Vm) -> PyResult<()> {
    taipan_runtime::builtins::install(vm)?;
    taipan_interp::hot::mark(vm);
    taipan_stdlib::sys::install(vm)?;
    vm.take_signals();
    taipan_stdlib::io::open::install_standard_streams(vm)?;
    if vm.config.verbose > 0 {
        vm.start_importlib()?;
    }
    Ok(())
}

/// Runs importlib's own modules and lets them install themselves. A program that imports nothing but `sys` and
/// `builtins` never comes here.
fn start_importlib(vm: &Vm) -> PyResult<()> {
    // What the program put into these before stays as it is.
    let names = ["meta_path", "path_hooks", "path_importer_cache"].map(|n| vm.intern(n));
    let theirs = names.map(|n| vm.sys.get_str(vm, n));
    vm.sys.set_str(vm, names[0], vm.new_list(&[]).value());
    vm.sys.set_str(vm, names[1], vm.new_list(&[]).value());
    vm.sys.set_str(vm, names[2], vm.new_dict().value());
    // importlib looks at every module that is there: a module to come stays out of its sight.
    let site = vm.intern("site");
    let to_come = vm.modules.get_str(vm, site).filter(|m| m.cast::<Module>().is_some_and(|m| m.is_to_come()));
    if to_come.is_some() {
        vm.modules.remove_str(vm, site);
    }
    // A finaliser that imports something would find half of an importer, and install another one.
    let done = vm.without_finalizers(|| install_importlib(vm));
    if let Some(m) = to_come {
        vm.modules.set_str(vm, site, m);
    }
    if done.is_err() {
        vm.importlib.set(Value::NONE);
        for name in ["_frozen_importlib", "_frozen_importlib_external"] {
            vm.modules.remove_str(vm, vm.intern(name));
        }
    }
    for (name, value) in names.into_iter().zip(theirs) {
        match value {
            Some(v) => vm.sys.set_str(vm, name, v),
            None if done.is_err() => drop(vm.sys.remove_str(vm, name)),
            None => {}
        }
    }
    done?;
    let main = vm.modules.get_str(vm, vm.names.__main__).and_then(|m| m.cast::<Module>());
    match main {
        Some(m) => set_main_loader(vm, m.dict.get()),
        None => Ok(()),
    }
}

/// Gives the namespace of `__main__` its `__loader__`, which only importlib can make.
pub fn set_main_loader(vm: &Vm, main: Gc<Dict>) -> PyResult<()> {
    if vm.importlib.get().is_none() || main.get_str(vm, vm.names.__loader__).is_some_and(|l| !l.is_none()) {
        return Ok(());
    }
    let loader = match main.get_str(vm, vm.names.__file__) {
        Some(file) => {
            let l = vm.import_attr("_frozen_importlib_external", "SourceFileLoader")?;
            vm.call(l, &[vm.names.__main__.value(), file])?
        }
        None => vm.import_attr("_frozen_importlib", "BuiltinImporter")?,
    };
    main.set_str(vm, vm.names.__loader__, loader);
    Ok(())
}

fn install_importlib(vm: &Vm) -> PyResult<()> {
    let bootstrap = frozen_module(vm, "_frozen_importlib")?;
    let imp = match vm.import_native("_imp")? {
        Some(m) => m.value(),
        None => return Err(vm.system_error("the _imp module is missing")),
    };
    let sys = vm.modules.get_str(vm, vm.names.sys).unwrap_or(Value::NONE);
    vm.call_method(bootstrap, vm.intern("_install"), &[sys, imp])?;
    vm.importlib.set(bootstrap);
    frozen_module(vm, "_frozen_importlib_external")?;
    vm.call_method(bootstrap, vm.intern("_install_external_importers"), &[])?;
    let zip = vm.get_attr(imp, vm.intern("_zip_hook"))?;
    if let Some(hooks) = vm.sys.get_str(vm, vm.intern("path_hooks")) {
        vm.call_method(hooks, vm.intern("insert"), &[Value::int(0), zip])?;
    }
    Ok(())
}

fn frozen_module(vm: &Vm, name: &str) -> PyResult {
    let Some(f) = frozen(name) else {
        return Err(vm.system_error(format!("{name} is missing from the library")));
    };
    let file = taipan_stdlib::imp::frozen_filename(vm, name, &f);
    let code = load_frozen(vm, name, &f, &file)?;
    let m = vm.new_module(name, Value::NONE);
    vm.modules.set_str(vm, vm.intern(name), m.value());
    let d = m.dict.get();
    // importlib looks for the name that the module is frozen under.
    d.set_str(vm, vm.intern("__origname__"), vm.intern(stored_name(name)).value());
    exec(vm, code, d, d.value())?;
    Ok(m.value())
}

/// importlib's modules are frozen under names of their own.
fn stored_name(name: &str) -> &str {
    match name {
        "_frozen_importlib" => "importlib._bootstrap",
        "_frozen_importlib_external" => "importlib._bootstrap_external",
        n => n,
    }
}

fn frozen(name: &str) -> Option<FrozenCode> {
    let m = taipan_stdlib::frozen::find(stored_name(name))?;
    Some(FrozenCode { code: m.code(), is_package: m.is_package(), path: m.path() })
}

fn load_frozen(vm: &Vm, name: &str, f: &FrozenCode, file: &str) -> PyResult {
    if !f.code.is_empty() {
        return load_code(vm, Data::Static(f.code), file);
    }
    let source = taipan_stdlib::frozen::find(stored_name(name)).map(|m| m.source()).unwrap_or_default();
    Ok(vm.compile(&source, file, taipan_compiler::Mode::Exec, vm.compile_options())?.value())
}

fn exec(vm: &Vm, code: Value, globals: Gc<Dict>, locals: Value) -> PyResult {
    match code.cast::<Code>() {
        Some(c) => taipan_interp::exec_code(vm, c, globals, locals),
        None => Err(vm.type_error(format!("a code object is required, not {}", vm.type_name(code)))),
    }
}

fn load_code(vm: &Vm, data: Data, file: &str) -> PyResult {
    match taipan_bytecode::read(data) {
        Ok(c) => {
            let code = vm.new_code(Arc::new(c))?;
            code.filename.set(code, vm.intern(file));
            Ok(code.value())
        }
        Err(e) => Err(vm.value_error(e.to_string())),
    }
}

fn dump_code(vm: &Vm, code: Value) -> PyResult<Vec<u8>> {
    match code.cast::<Code>() {
        Some(c) => taipan_bytecode::write(&c.data).map_err(|e| vm.value_error(e.to_string())),
        None => Err(vm.type_error(format!("a code object is required, not {}", vm.type_name(code)))),
    }
}

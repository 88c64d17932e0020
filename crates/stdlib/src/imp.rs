//! `_imp`: what importlib needs of the VM: native modules and the embedded library.

use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::hooks::FrozenCode;
use taipan_runtime::{Gc, MethodDef, PyResult, Raised, Value, Vm, function};

fn name_of(vm: &Vm, v: Value) -> PyResult<Gc<Str>> {
    v.cast::<Str>().ok_or_else(|| {
        vm.type_error(format!(
            "bad argument type for built-in operation, str expected, not {}",
            vm.type_name(v)
        ))
    })
}

fn frozen(vm: &Vm, name: Gc<Str>) -> Option<FrozenCode> {
    name.to_str().and_then(|n| (vm.hooks.frozen)(n))
}

fn no_such_frozen(vm: &Vm, name: Gc<Str>) -> Raised {
    let msg = format!("No such frozen object named {name}");
    vm.import_error_for(vm.types.ImportError, msg, name.value(), Value::NONE, Value::NONE)
}

/// `co_filename` of an embedded module.
pub fn frozen_filename(vm: &Vm, name: &str, f: &FrozenCode) -> String {
    match name {
        "_frozen_importlib" | "importlib._bootstrap" => "<frozen importlib._bootstrap>".to_string(),
        "_frozen_importlib_external" | "importlib._bootstrap_external" => {
            "<frozen importlib._bootstrap_external>".to_string()
        }
        n if FROZEN_IN_CPYTHON.contains(&n) => format!("<frozen {n}>"),
        _ => format!("{}/{}", super::sys::info::stdlib_dir(&vm.config), f.path),
    }
}

/// Modules whose code tracebacks show as CPython's do: by a name, and without source lines.
const FROZEN_IN_CPYTHON: &[&str] = &[
    "_collections_abc",
    "_sitebuiltins",
    "abc",
    "codecs",
    "genericpath",
    "importlib.machinery",
    "importlib.util",
    "io",
    "ntpath",
    "os",
    "posixpath",
    "runpy",
    "site",
    "stat",
    "zipimport",
];

fn is_builtin(vm: &Vm, a: &[Value]) -> PyResult {
    let name = name_of(vm, a[0])?;
    let known = vm.hooks.native_modules.iter().any(|m| Some(m.name) == name.to_str());
    Ok(Value::int(if name.as_bytes() == b"builtins" || name.as_bytes() == b"sys" {
        -1
    } else {
        known as i64
    }))
}
fn is_frozen(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(frozen(vm, name_of(vm, a[0])?).is_some()))
}
fn is_frozen_package(vm: &Vm, a: &[Value]) -> PyResult {
    let name = name_of(vm, a[0])?;
    match frozen(vm, name) {
        Some(f) => Ok(Value::bool(f.is_package)),
        None => Err(no_such_frozen(vm, name)),
    }
}
/// Modules that files on the path cannot hide: those that are frozen in CPython too.
const FIRST: &[&str] = &[
    "_collections_abc",
    "_sitebuiltins",
    "abc",
    "codecs",
    "genericpath",
    "importlib",
    "io",
    "ntpath",
    "os",
    "posixpath",
    "runpy",
    "site",
    "stat",
    "zipimport",
    "encodings",
];

/// The embedded library stands where its folder stands in `sys.path`: is there a file of this name before it, or does
/// the module belong to a package that is not the library's?
fn is_shadowed(vm: &Vm, name: &str) -> bool {
    let library = super::sys::info::stdlib_dir(&vm.config);
    let strings = |v: Value| -> Vec<String> {
        let list =
            v.cast::<taipan_runtime::objects::list::List>().map(|l| vm.list_items(l)).unwrap_or_default();
        list.iter().map_while(|p| p.cast::<Str>().map(|s| s.to_string())).collect()
    };
    if let Some((parent, _)) = name.rsplit_once('.') {
        let path = vm.modules.get_str(vm, vm.intern(parent));
        let path = path.and_then(|m| vm.get_attr_opt(m, vm.names.__path__).ok().flatten());
        let path = path.map(strings).unwrap_or_default();
        return path.first().is_some_and(|p| !p.starts_with(&library));
    }
    if FIRST.contains(&name) {
        return false;
    }
    let path = vm.sys.get_str(vm, vm.names.path).map(strings).unwrap_or_default();
    if !path.contains(&library) {
        return false;
    }
    path.iter().take_while(|p| **p != library).any(|p| {
        let p = if p.is_empty() { "." } else { p };
        let there = |tail: &str| std::path::Path::new(&format!("{p}/{name}{tail}")).is_file();
        there(".py") || there("/__init__.py")
    })
}
fn find_frozen(vm: &Vm, a: &[Value]) -> PyResult {
    let name = name_of(vm, a[0])?;
    let Some(f) = frozen(vm, name) else { return Ok(Value::NONE) };
    if is_shadowed(vm, &name.to_string()) {
        return Ok(Value::NONE);
    }
    // (data, is_package, origname): the code itself is loaded by name.
    Ok(vm.new_tuple(&[Value::NONE, Value::bool(f.is_package), name.value()]).value())
}
fn get_frozen_object(vm: &Vm, a: &[Value]) -> PyResult {
    let name = name_of(vm, a[0])?;
    let Some(f) = frozen(vm, name) else { return Err(no_such_frozen(vm, name)) };
    let file = frozen_filename(vm, &name.to_string(), &f);
    if f.code.is_empty() {
        let source = name.to_str().and_then(|n| (vm.hooks.frozen_source)(n)).unwrap_or_default();
        let code = vm.compile(&source, &file, taipan_compiler::Mode::Exec, vm.compile_options())?;
        return Ok(code.value());
    }
    (vm.hooks.load_code)(vm, taipan_bytecode::Data::Static(f.code), &file)
}
fn frozen_source(vm: &Vm, a: &[Value]) -> PyResult {
    let name = name_of(vm, a[0])?;
    let text = name.to_str().and_then(|n| (vm.hooks.frozen_source)(n));
    Ok(text.map_or(Value::NONE, |t| vm.new_str(&t).value()))
}
fn frozen_module_names(vm: &Vm, _: &[Value]) -> PyResult {
    let names = (vm.hooks.frozen_names)();
    let mut v = taipan_runtime::GcVec::new();
    for n in names {
        v.push(&vm.heap, vm.new_str(n).value());
    }
    Ok(vm.new_list(&v).value())
}
fn create_builtin(vm: &Vm, a: &[Value]) -> PyResult {
    let name = vm.get_attr(a[0], vm.intern("name"))?;
    let name = name_of(vm, name)?;
    if let Some(m) = vm.modules.get_str(vm, name)
        && (name.as_bytes() == b"sys" || name.as_bytes() == b"builtins")
    {
        return Ok(m);
    }
    match vm.import_native(&name.to_string())? {
        Some(m) => Ok(m.value()),
        None => Ok(Value::NONE),
    }
}
fn zero(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::int(0))
}
fn nothing(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::NONE)
}
/// How often the import lock is held: there is one thread that imports.
fn lock_depth(vm: &Vm, change: i64) -> i64 {
    let key = vm.intern("imp.lock");
    let n = vm.hidden.get_str(vm, key).map_or(0, Value::as_int) + change;
    vm.hidden.set_str(vm, key, Value::int(n.max(0)));
    n
}
fn lock_held(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::bool(lock_depth(vm, 0) > 0))
}
fn acquire_lock(vm: &Vm, _: &[Value]) -> PyResult {
    lock_depth(vm, 1);
    Ok(Value::NONE)
}
fn release_lock(vm: &Vm, _: &[Value]) -> PyResult {
    if lock_depth(vm, -1) < 0 {
        return Err(vm.runtime_error("not holding the import lock"));
    }
    Ok(Value::NONE)
}

fn extension_suffixes(vm: &Vm, _: &[Value]) -> PyResult {
    Ok(vm.new_list(&[]).value())
}
fn fix_co_filename(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(code) = a[0].cast::<taipan_runtime::objects::code::Code>() else {
        return Err(
            vm.type_error(format!("_fix_co_filename() argument 1 must be code, not {}", vm.type_name(a[0])))
        );
    };
    code.filename.set(code, name_of(vm, a[1])?);
    Ok(Value::NONE)
}
/// The entry of `sys.path_hooks` for zip files: `zipimport` is imported only where a part of the path is a file.
fn zip_hook(vm: &Vm, a: &[Value]) -> PyResult {
    let path = a[0].cast::<Str>().and_then(|s| s.to_str().map(str::to_owned));
    let is_file = |p: &std::path::Path| p.is_file();
    if let Some(p) = path
        && std::path::Path::new(&p).ancestors().any(is_file)
    {
        let importer = vm.import_attr("zipimport", "zipimporter")?;
        return vm.call(importer, a);
    }
    Err(vm.import_error_for(vm.types.ImportError, "not a Zip file", Value::NONE, a[0], Value::NONE))
}
fn take_sources(vm: &Vm, _: &[Value]) -> PyResult {
    let key = vm.intern("sys.sources");
    let list = vm.hidden.get_str(vm, key);
    vm.hidden.remove_str(vm, key);
    Ok(list.unwrap_or_else(|| vm.new_list(&[]).value()))
}
/// A keyed hash of source text for hash-based `.pyc` files: SipHash-1-3, as CPython's.
fn source_hash(vm: &Vm, a: &[Value]) -> PyResult {
    use std::hash::Hasher;
    let key = vm.index_i64(a[0])? as u64;
    let Some(b) = a[1].cast::<Bytes>() else {
        return Err(vm.type_error(format!("a bytes-like object is required, not '{}'", vm.type_name(a[1]))));
    };
    let mut h = siphasher::sip::SipHasher13::new_with_keys(key, 0);
    h.write(b.as_bytes());
    Ok(vm.new_bytes(&h.finish().to_le_bytes()).value())
}

fn library_source(vm: &Vm, a: &[Value]) -> PyResult {
    let name = vm.str(a[0])?.to_string();
    let top = super::sys::info::stdlib_dir(&vm.config);
    let file = name
        .strip_prefix(&top)
        .and_then(|rest| taipan_pylib::find_filename(&format!("{}{rest}", taipan_pylib::ROOT)));
    Ok(file.map_or(Value::NONE, |f| vm.new_str(&f.source()).value()))
}

fn library_modules(vm: &Vm, a: &[Value]) -> PyResult {
    let top = super::sys::info::stdlib_dir(&vm.config);
    let folder = vm.str(a[0])?.to_string();
    let mut out = taipan_runtime::GcVec::new();
    let prefix = match folder.strip_prefix(&top) {
        Some("") => String::new(),
        Some(rest) if rest.starts_with('/') => format!("{}.", rest[1..].replace('/', ".")),
        _ => return Ok(vm.new_tuple(&[]).value()),
    };
    for m in taipan_pylib::modules() {
        if let Some(name) = m.name().strip_prefix(&prefix[..])
            && !name.contains('.')
        {
            let row = [vm.new_str(name).value(), Value::bool(m.is_package())];
            out.push(&vm.heap, vm.new_tuple(&row).value());
        }
    }
    Ok(vm.new_tuple(&out).value())
}

static FUNCTIONS: &[MethodDef] = &[
    function(
        "is_builtin",
        "($module, name, /)",
        is_builtin,
        "Returns True if the module name corresponds to a built-in module.",
    ),
    function(
        "is_frozen",
        "($module, name, /)",
        is_frozen,
        "Returns True if the module name corresponds to a frozen module.",
    ),
    function(
        "is_frozen_package",
        "($module, name, /)",
        is_frozen_package,
        "Returns True if the module name is of a frozen package.",
    ),
    function(
        "find_frozen",
        "($module, name, /, *, withdata=False)",
        find_frozen,
        "Return info about the corresponding frozen module (if there is one) or None.",
    ),
    function(
        "get_frozen_object",
        "($module, name, data=None, /)",
        get_frozen_object,
        "Create a code object for a frozen module.",
    ),
    function("init_frozen", "($module, name, /)", nothing, "Initializes a frozen module."),
    function(
        "_frozen_source",
        "($module, name, /)",
        frozen_source,
        "Source text of a frozen module, or None.",
    ),
    function(
        "_frozen_module_names",
        "($module, /)",
        frozen_module_names,
        "Returns the list of available frozen modules.",
    ),
    function("_override_frozen_modules_for_tests", "($module, override, /)", nothing, ""),
    function("_override_multi_interp_extensions_check", "($module, override, /)", zero, ""),
    function("create_builtin", "($module, spec, /)", create_builtin, "Create an extension module."),
    function("exec_builtin", "($module, mod, /)", zero, "Initialize a built-in module."),
    function("create_dynamic", "($module, spec, file=None, /)", nothing, "Create an extension module."),
    function("exec_dynamic", "($module, mod, /)", zero, "Initialize an extension module."),
    function(
        "extension_suffixes",
        "($module, /)",
        extension_suffixes,
        "Returns the list of file suffixes used to identify extension modules.",
    ),
    function(
        "lock_held",
        "($module, /)",
        lock_held,
        "Return True if the import lock is currently held, else False.",
    ),
    function(
        "acquire_lock",
        "($module, /)",
        acquire_lock,
        "Acquires the interpreter's import lock for the current thread.",
    ),
    function("release_lock", "($module, /)", release_lock, "Release the interpreter's import lock."),
    function(
        "_fix_co_filename",
        "($module, code, path, /)",
        fix_co_filename,
        "Changes code.co_filename to specify the passed-in file path.",
    ),
    function("_zip_hook", "($module, path, /)", zip_hook, "Importer for a zip file, or ImportError."),
    function(
        "_library_source",
        "($module, filename, /)",
        library_source,
        "The text of a file of the packed library, or None.",
    ),
    function(
        "_library_modules",
        "($module, folder, /)",
        library_modules,
        "Names of the modules in a folder of the packed library, and whether they are packages.",
    ),
    function(
        "_take_sources",
        "($module, /)",
        take_sources,
        "Code, text and file name of sources that are no files, once.",
    ),
    function("source_hash", "($module, /, key, source)", source_hash, ""),
];

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    let check = vm.config.check_hash_pycs.as_deref().unwrap_or("default");
    d.set_str(vm, vm.intern("check_hash_based_pycs"), vm.intern(check).value());
    d.set_str(vm, vm.intern("pyc_magic_number_token"), vm.new_int(0x0A0D_0E54));
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_imp",
    doc: "(Extremely) low-level import machinery bits as used by importlib.",
    functions: FUNCTIONS,
    types: &[],
    init: Some(init),
};

//! Constants of `sys`, and those that come from the command line.

use taipan_runtime::objects::dict::Dict;
use taipan_runtime::vm::Config;
use taipan_runtime::{Gc, PyResult, Value, Vm, structseq};

/// The Python version that Taipan is.
pub const VERSION: (i64, i64, i64) = (3, 14, 0);
/// `sys.version` without the compiler.
pub const VERSION_TEXT: &str = "3.14.0";

structseq! { VERSION_INFO = "sys" "version_info" "sys.version_info\n\nVersion information as a named tuple." {
    major: "Major release number", minor: "Minor release number", micro: "Patch release number",
    releaselevel: "'alpha', 'beta', 'candidate', or 'final'", serial: "Serial release number",
} }
structseq! { FLAGS = "sys" "flags" "sys.flags\n\nFlags provided through command line arguments or environment vars." {
    debug: "-d", inspect: "-i", interactive: "-i", optimize: "-O or -OO", dont_write_bytecode: "-B", no_user_site: "-s",
    no_site: "-S", ignore_environment: "-E", verbose: "-v", bytes_warning: "-b", quiet: "-q", hash_randomization: "-R",
    isolated: "-I", dev_mode: "-X dev", utf8_mode: "-X utf8", warn_default_encoding: "-X warn_default_encoding",
    safe_path: "-P", int_max_str_digits: "-X int_max_str_digits",
} hidden { gil: "-X gil", thread_inherit_context: "-X thread_inherit_context",
    context_aware_warnings: "-X context_aware_warnings" } }

/// The folder that the library's modules seem to lie in: beside the binary, wherever it was copied.
pub fn stdlib_dir(config: &Config) -> String {
    format!("{}/lib/python3.14", prefix(config))
}

/// `sys.prefix`: the folder above the binary's.
pub fn prefix(config: &Config) -> String {
    let mut parts = config.executable.rsplitn(3, '/');
    let (_, _) = (parts.next(), parts.next());
    match parts.next() {
        Some(p) if !p.is_empty() => p.to_string(),
        _ => "/usr".to_string(),
    }
}

fn flags(vm: &Vm) -> Value {
    let c = &vm.config;
    let i = |n: i64| Value::int(n);
    let b = |x: bool| Value::int(x as i64);
    FLAGS.make(
        vm,
        &[
            i(c.debug as i64),
            b(c.inspect),
            b(c.interactive),
            i(c.optimize as i64),
            b(c.dont_write_bytecode),
            b(c.no_user_site),
            b(c.no_site),
            b(c.ignore_environment),
            i(c.verbose as i64),
            i(c.bytes_warning as i64),
            b(c.quiet),
            b(c.hash_seed != Some(0)),
            b(c.isolated),
            Value::bool(c.dev_mode),
            b(c.utf8_mode),
            b(c.warn_default_encoding),
            Value::bool(c.safe_path),
            i(vm.int_max_str_digits.get() as i64),
            i(1),
            i(0),
            i(0),
        ],
    )
}

/// `sys._jit`: what the JIT says of itself.
pub(super) fn jit_namespace(vm: &Vm, d: Gc<Dict>) {
    let m = vm.new_module("sys._jit", Value::NONE);
    (vm.hooks.fill_jit)(vm, m);
    d.set_str(vm, vm.intern("_jit"), m.value());
}

/// Adds the constants to the namespace.
pub fn fill(vm: &Vm, d: Gc<Dict>) -> PyResult<()> {
    let c = &vm.config;
    let s = |t: &str| vm.new_str(t).value();
    let i = Value::int;
    let set = |name: &str, v: Value| d.set_str(vm, vm.intern(name), v);
    let strings = |items: &mut dyn Iterator<Item = String>| {
        let mut v = taipan_runtime::GcVec::new();
        for t in items {
            v.push(&vm.heap, vm.new_str(&t).value());
        }
        vm.new_list(&v).value()
    };
    let (major, minor, micro) = VERSION;
    let version = VERSION_INFO.make(vm, &[i(major), i(minor), i(micro), s("final"), i(0)]);
    let hexversion = i(major << 24 | minor << 16 | micro << 8 | 0xF0);
    set("version_info", version);
    set("hexversion", hexversion);
    set("version", s(&format!("{VERSION_TEXT} (taipan {}) [Rust]", env!("CARGO_PKG_VERSION"))));
    set("api_version", i(1013));
    set("abiflags", s(""));
    set("byteorder", s(if cfg!(target_endian = "little") { "little" } else { "big" }));
    set("copyright", s("Copyright (c) 2001 Python Software Foundation.\nAll Rights Reserved."));
    set("_git", vm.new_tuple(&[s("Taipan"), s(""), s("")]).value());
    set("_framework", s(""));
    set("_home", Value::NONE);
    set("float_repr_style", s("short"));
    set("maxsize", vm.new_int(i64::MAX));
    set("maxunicode", i(0x10FFFF));
    set("platform", s(if cfg!(target_os = "macos") { "darwin" } else { "linux" }));
    set("platlibdir", s("lib"));
    set("flags", flags(vm));

    let implementation = vm.new_dict();
    let put = |name: &str, v: Value| implementation.set_str(vm, vm.intern(name), v);
    put("name", s("taipan"));
    put("cache_tag", s("taipan-314"));
    put("version", version);
    put("hexversion", hexversion);
    put("supports_isolated_interpreters", Value::FALSE);
    set("implementation", vm.new_namespace(implementation));

    set("executable", s(&c.executable));
    set("_base_executable", s(&c.executable));
    let prefix = s(&prefix(c));
    for name in ["prefix", "exec_prefix", "base_prefix", "base_exec_prefix"] {
        set(name, prefix);
    }
    set("_stdlib_dir", s(&stdlib_dir(c)));
    set("argv", strings(&mut c.argv.iter().cloned()));
    set("orig_argv", strings(&mut std::env::args()));
    set("path", strings(&mut c.path.iter().cloned()));
    let from_env = if c.ignore_environment { None } else { std::env::var("PYTHONPYCACHEPREFIX").ok() };
    let from_option =
        c.x_options.iter().rev().find(|(n, _)| n == "pycache_prefix").and_then(|(_, v)| v.clone());
    let prefix = from_option.or(from_env).filter(|p| !p.is_empty());
    set("pycache_prefix", prefix.map_or(Value::NONE, |p| s(&p)));
    set("dont_write_bytecode", Value::bool(c.dont_write_bytecode));
    set("warnoptions", strings(&mut c.warn_options.iter().cloned()));
    let x = vm.new_dict();
    for (name, value) in &c.x_options {
        let v = value.as_ref().map_or(Value::TRUE, |v| s(v));
        x.set_str(vm, vm.new_str(name), v);
    }
    set("_xoptions", x.value());
    Ok(())
}

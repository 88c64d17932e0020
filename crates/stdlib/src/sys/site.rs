//! What the `site` module does at start-up, without running it: the site-packages folder, `.pth`-free, and a
//! `sitecustomize` module where the path has one. `exit`, `help` and the like are made when first used.

use taipan_runtime::{PyResult, Value, Vm};

/// Builtins that `site` defines, and how: `(name, module, attribute)`.
const LAZY: &[&str] = &["exit", "quit", "copyright", "credits", "license", "help"];

/// Adds the library's folder and site-packages to `sys.path`.
pub fn run(vm: &Vm) -> PyResult<()> {
    let Some(path) = vm.sys.get_str(vm, vm.names.path) else { return Ok(()) };
    let stdlib = super::info::stdlib_dir(&vm.config);
    for dir in [stdlib.clone(), format!("{stdlib}/site-packages")] {
        vm.call_method(path, vm.names.append, &[vm.new_str(&dir).value()])?;
    }
    Ok(())
}

/// The value of a builtin that `site` defines, made now; `None` for other names or with `-S`.
pub fn lazy_builtin(vm: &Vm, name: &str) -> PyResult<Option<Value>> {
    if vm.config.no_site || !LAZY.contains(&name) {
        return Ok(None);
    }
    let site = vm.import_module("site")?;
    for f in ["setquit", "setcopyright", "sethelper"] {
        let f = vm.get_attr(site, vm.intern(f))?;
        vm.call(f, &[])?;
    }
    Ok(vm.builtins.get_str(vm, vm.intern(name)))
}

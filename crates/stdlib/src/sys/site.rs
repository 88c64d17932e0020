//! What the `site` module does at start-up, without running it: the site-packages folder, `.pth`-free, and a
//! `sitecustomize` module where the path has one. `exit`, `help` and the like are made when first used.

use taipan_runtime::{PyResult, Value, Vm};

/// Builtins that `site` defines.
pub const LAZY: &[&str] = &["exit", "quit", "copyright", "credits", "license", "help"];

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
    if name == "help" {
        let helper = vm.import_attr("_sitebuiltins", "_Helper")?;
        vm.builtins.set_str(vm, vm.intern("help"), vm.call(helper, &[])?);
    } else if matches!(name, "exit" | "quit") {
        let quitter = vm.import_attr("_sitebuiltins", "Quitter")?;
        let eof = vm.intern("Ctrl-D (i.e. EOF)").value();
        let name = vm.intern(name);
        vm.builtins.set_str(vm, name, vm.call(quitter, &[name.value(), eof])?);
    } else {
        let set = vm.import_attr("site", "setcopyright")?;
        vm.call(set, &[])?;
    }
    Ok(vm.builtins.get_str(vm, vm.intern(name)))
}

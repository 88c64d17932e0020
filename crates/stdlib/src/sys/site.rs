//! What the `site` module does at start-up. Mostly there is nothing to do, and the module is not imported: only where a
//! site-packages folder has `.pth` files, the path has a `sitecustomize` or `usercustomize`, or the binary lies in a
//! virtual environment. Otherwise `sys.modules` holds a module to come. `exit`, `help` and the like are made when first used.

use std::path::Path;
use taipan_runtime::{PyResult, Value, Vm};

/// Builtins that `site` defines.
pub const LAZY: &[&str] = &["exit", "quit", "copyright", "credits", "license", "help"];

/// Does a folder have files that `site` would read or run?
fn has_path_files(dir: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(dir) else { return false };
    entries.flatten().any(|e| e.path().extension().is_some_and(|x| x == "pth"))
}

/// The user's site-packages folder, where it counts.
fn user_folder(vm: &Vm) -> Option<String> {
    let c = &vm.config;
    if c.no_user_site {
        return None;
    }
    let var = |n: &str| std::env::var(n).ok().filter(|v| !v.is_empty());
    let base = match var("PYTHONUSERBASE").filter(|_| !c.ignore_environment) {
        Some(b) => b,
        None => format!("{}/.local", var("HOME")?),
    };
    Some(format!("{base}/lib/taipan3.14/site-packages"))
}

/// Adds the library's folder to `sys.path`, and without `-S` what `site` adds.
pub fn run(vm: &Vm) -> PyResult<()> {
    let Some(path) = vm.sys.get_str(vm, vm.names.path) else { return Ok(()) };
    let stdlib = super::info::stdlib_dir(&vm.config);
    let append = |dir: &str| vm.call_method(path, vm.names.append, &[vm.new_str(dir).value()]).map(drop);
    append(&stdlib)?;
    if vm.config.no_site {
        return Ok(());
    }
    let folders = [user_folder(vm), Some(format!("{stdlib}/site-packages"))];
    let folders: Vec<String> = folders.into_iter().flatten().filter(|f| Path::new(f).is_dir()).collect();
    let custom = |dir: &str| {
        !dir.is_empty()
            && ["sitecustomize", "usercustomize"].iter().any(|n| {
                Path::new(&format!("{dir}/{n}.py")).is_file()
                    || Path::new(&format!("{dir}/{n}/__init__.py")).is_file()
            })
    };
    let environment =
        Path::new(&vm.config.executable).ancestors().skip(1).take(2).any(|d| d.join("pyvenv.cfg").is_file());
    let needed = environment
        || folders.iter().any(|f| has_path_files(Path::new(f)) || custom(f))
        || vm.config.path.iter().any(|d| custom(d));
    if needed {
        return vm.import_module("site").map(drop);
    }
    folders.iter().try_for_each(|f| append(f))?;
    // Whoever looks finds the module, and makes it by looking.
    vm.add_module_to_come("site");
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

//! Where things are in the repository, and how to find programs.
//!
//! Everything is derived from this crate's manifest folder at run time (cargo sets it for `cargo run` and
//! `cargo test`), so no path of the building machine is compiled in.

use std::path::{Path, PathBuf};

/// The repository's top folder.
pub fn root() -> PathBuf {
    if let Some(dir) = std::env::var_os("CARGO_MANIFEST_DIR") {
        let dir = PathBuf::from(dir);
        if let Some(top) = dir.ancestors().find(|d| d.join("Cargo.lock").is_file()) {
            return top.to_owned();
        }
    }
    let here = std::env::current_dir().expect("the current folder exists");
    here.ancestors().find(|d| d.join("Cargo.lock").is_file()).unwrap_or(&here).to_owned()
}

/// Every file below `dir` with extension `ext`, sorted, as paths below `dir`.
pub fn files_below(dir: &Path, ext: &str) -> Vec<PathBuf> {
    fn walk(dir: &Path, top: &Path, ext: &str, found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(dir) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() {
                if name != "target" && name != "__pycache__" && name != ".git" {
                    walk(&path, top, ext, found);
                }
            } else if path.extension().is_some_and(|e| e == ext) {
                found.push(path.strip_prefix(top).expect("walk stays below top").to_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(dir, dir, ext, &mut found);
    found.sort();
    found
}

/// The first executable called `name` on `PATH`.
pub fn which(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Path::new(name).is_file().then(|| PathBuf::from(name));
    }
    std::env::split_paths(&std::env::var_os("PATH")?).map(|dir| dir.join(name)).find(|p| p.is_file())
}

/// Builds the `taipan` binary with `profile` and answers its path; `TAIPAN` in the environment names another binary
/// and skips the build.
pub fn taipan(profile: &str) -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os("TAIPAN") {
        let path = PathBuf::from(path);
        return if path.is_absolute() {
            Ok(path)
        } else {
            Ok(which(&path.to_string_lossy()).ok_or(format!("TAIPAN={}: not found", path.display()))?)
        };
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = std::process::Command::new(cargo)
        .current_dir(root())
        .args(["build", "--quiet", "--package", "taipan", "--bin", "taipan", "--profile", profile])
        .status()
        .map_err(|e| format!("cannot run cargo: {e}"))?;
    if !status.success() {
        return Err("taipan does not build".into());
    }
    let folder = if profile == "dev" { "debug" } else { profile };
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join(folder).join("taipan"))
}

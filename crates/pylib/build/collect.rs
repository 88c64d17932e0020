//! Chooses the files that are packed.
//!
//! In: the library's folder. Out: a map from path (below the library's top, with `/`) to contents. Left out are tests,
//! programs (IDLE, turtle demos) and what needs libraries that Taipan does not have (Tk), support of systems that it
//! does not run on, and the modules that the package adds for its own interpreter.

use std::collections::BTreeMap;
use std::path::Path;

/// Path below the library's top to contents.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Top-level folders and modules left out.
const LEFT_OUT: &[&str] = &[
    "_aix_support.py",
    "_android_support.py",
    "_dummy_os.py",
    "_dummy_thread.py",
    "_ios_support.py",
    "_pycodecs.py",
    "dummy_threading.py",
    "ensurepip/_bundled",
    "idlelib",
    "test",
    "tkinter",
    "turtle.py",
    "turtledemo",
];

/// Data files kept beside the modules.
const DATA: &[&str] =
    &["pydoc_data/_pydoc.css", "venv/scripts/common/", "venv/scripts/posix/", "PSF-LICENSE"];

/// The package's files.
pub fn library(top: &Path) -> Files {
    let mut files = Files::new();
    walk(top, top, &mut files, &|path| {
        let left_out = LEFT_OUT.iter().any(|o| path == *o || path.starts_with(&format!("{o}/")));
        let data = DATA.iter().any(|d| path.starts_with(d));
        !left_out && (data || path.ends_with(".py"))
    });
    assert!(files.contains_key("os.py"), "{} is not the library's folder", top.display());
    files
}

/// Files of ours, put in place of the package's or beside them.
pub fn overlay(top: &Path, files: &mut Files) {
    walk(top, top, files, &|path| path.ends_with(".py"));
}

fn walk(dir: &Path, top: &Path, files: &mut Files, keep: &dyn Fn(&str) -> bool) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if name != "__pycache__" && name != "test" && name != "tests" {
                walk(&path, top, files, keep);
            }
            continue;
        }
        let relative: Vec<_> =
            path.strip_prefix(top).expect("below the top").iter().map(|p| p.to_string_lossy()).collect();
        let relative = relative.join("/");
        if keep(&relative) {
            let contents = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            files.insert(relative, contents);
        }
    }
}

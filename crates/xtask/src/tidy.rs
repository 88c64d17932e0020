//! The house rules that a machine can check.
//!
//! In: the tracked files of the repository. Out: complaints, one line each, empty where all is well. The rules: Rust
//! files have at most [`MAX_LINES`] lines and start with a `//!` header; crates depend on each other only along
//! [`EDGES`]; `unsafe` stands only in the crates of [`UNSAFE`], each with `// SAFETY:` (or a `# Safety` section, for
//! what is unsafe to call) nearby; no text file names a path of one machine.

use std::path::Path;
use std::process::Command;

/// Lines that a Rust file may have.
pub const MAX_LINES: usize = 1200;

/// Files that may be longer, for now: this list only shrinks.
const LONG: &[&str] = &[];

/// What each crate may depend on within the workspace. Data-flow order: a crate never names one below it.
pub const EDGES: &[(&str, &[&str])] = &[
    ("bytecode", &[]),
    ("compiler", &["bytecode"]),
    ("fuzz", &["bytecode", "compiler"]),
    ("heap", &[]),
    ("runtime", &["bytecode", "compiler", "heap"]),
    ("pylib", &["bytecode", "compiler"]),
    ("stdlib", &["bytecode", "compiler", "heap", "runtime", "pylib"]),
    ("interp", &["bytecode", "compiler", "heap", "runtime", "stdlib"]),
    ("trace-ir", &[]),
    ("trace-opt", &["trace-ir"]),
    ("trace-codegen", &["trace-ir", "trace-opt"]),
    ("jit", &["bytecode", "heap", "runtime", "interp", "trace-ir", "trace-opt", "trace-codegen"]),
    ("taipan", &["bytecode", "compiler", "heap", "runtime", "pylib", "stdlib", "interp", "jit", "xtask"]),
    ("lab", &["bytecode", "compiler", "heap", "runtime", "stdlib", "interp", "jit", "trace-ir", "trace-opt"]),
    ("xtask", &[]),
];

/// Crates in which `unsafe` may stand; every other one says `#![forbid(unsafe_code)]`.
const UNSAFE: &[&str] = &["heap", "runtime", "stdlib", "interp", "trace-codegen", "jit", "taipan"];

/// Lines above an `unsafe` within which its reason must stand.
const SAFETY_WITHIN: usize = 8;

/// Every complaint about the repository at `root`.
pub fn check(root: &Path) -> Result<Vec<String>, String> {
    let mut complaints = Vec::new();
    for file in tracked(root)? {
        let path = root.join(&file);
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if !file.starts_with("tests/python/") && !file.ends_with("Cargo.lock") {
            machine_paths(&file, &text, root, &mut complaints);
        }
        if file.ends_with(".rs") {
            rust_file(&file, &text, &mut complaints);
        }
        if let Some(name) = file.strip_prefix("crates/").and_then(|f| f.strip_suffix("/Cargo.toml")) {
            edges(name, &text, &mut complaints);
        }
    }
    Ok(complaints)
}

fn tracked(root: &Path) -> Result<Vec<String>, String> {
    let output = Command::new("git")
        .current_dir(root)
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .output()
        .map_err(|e| format!("git: {e}"))?;
    if !output.status.success() {
        return Err("git ls-files failed".into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

fn machine_paths(file: &str, text: &str, root: &Path, complaints: &mut Vec<String>) {
    let root = root.to_string_lossy();
    // Written in two pieces, so that this file passes its own check.
    let homes = [concat!("/ro", "ot/."), concat!("/ho", "me/"), concat!("/Us", "ers/")];
    for (number, line) in text.lines().enumerate() {
        if homes.iter().any(|h| line.contains(h)) || (root.len() > 4 && line.contains(&*root)) {
            complaints.push(format!("{file}:{}: names a path of one machine", number + 1));
        }
    }
}

fn rust_file(file: &str, text: &str, complaints: &mut Vec<String>) {
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() > MAX_LINES && !LONG.contains(&file) {
        complaints.push(format!("{file}: {} lines, {MAX_LINES} are allowed", lines.len()));
    }
    if lines.len() <= MAX_LINES && LONG.contains(&file) {
        complaints.push(format!("{file}: is short enough now: take it off the list in tidy.rs"));
    }
    if !lines.first().is_some_and(|l| l.starts_with("//!")) {
        complaints.push(format!("{file}: has no `//!` header"));
    }
    let krate = file.strip_prefix("crates/").and_then(|f| f.split('/').next()).unwrap_or_default();
    let mut reason = None;
    for (number, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        if trimmed.contains("SAFETY") || trimmed.contains("# Safety") {
            reason = Some(number);
        }
        if trimmed.starts_with("//") || !opens_unsafe(trimmed) {
            continue;
        }
        if !UNSAFE.contains(&krate) {
            complaints.push(format!("{file}:{}: unsafe in a crate that must have none", number + 1));
        } else if reason.is_none_or(|r| number - r > SAFETY_WITHIN) {
            complaints.push(format!("{file}:{}: unsafe without SAFETY nearby", number + 1));
        } else {
            // One reason may serve a run of neighbouring lines.
            reason = Some(number);
        }
    }
}

/// Whether the line opens an unsafe block or impl. Declarations of unsafe functions need a `# Safety` section only
/// where they are public, which rustc's and clippy's own lints look after.
fn opens_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let quoted = |at: usize| code[..at].matches('"').count() % 2 == 1;
    ["unsafe {", "unsafe impl"].iter().any(|opening| code.find(opening).is_some_and(|at| !quoted(at)))
}

fn edges(name: &str, manifest: &str, complaints: &mut Vec<String>) {
    let Some((_, allowed)) = EDGES.iter().find(|(krate, _)| *krate == name) else {
        complaints.push(format!("crates/{name}: not in tidy.rs's table of crates"));
        return;
    };
    let mut section = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let dependency = line.split(['=', '.', ' ']).next().unwrap_or_default();
        let Some(on) = dependency.strip_prefix("taipan-") else { continue };
        if section.ends_with("dependencies]") && !section.contains("dev-") && !allowed.contains(&on) {
            complaints.push(format!("crates/{name}: must not depend on taipan-{on}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_files_are_found() {
        let complaints = |file: &str, text: &str| {
            let mut found = Vec::new();
            rust_file(file, text, &mut found);
            found.len()
        };
        assert_eq!(complaints("crates/heap/src/a.rs", "//! Header.\n"), 0);
        assert_eq!(complaints("crates/heap/src/a.rs", "fn f() {}\n"), 1);
        assert_eq!(complaints("crates/heap/src/a.rs", "//! H.\nlet x = unsafe { f() };\n"), 1);
        assert_eq!(complaints("crates/heap/src/a.rs", "//! H.\n// SAFETY: it holds.\nunsafe { f() };\n"), 0);
        assert_eq!(complaints("crates/trace-ir/src/a.rs", "//! H.\n// SAFETY: no.\nunsafe { f() };\n"), 1);
        assert_eq!(complaints("crates/heap/src/a.rs", &"//! H.\n".repeat(MAX_LINES + 1)), 1);
    }

    #[test]
    fn bad_edges_are_found() {
        let complaints = |name: &str, text: &str| {
            let mut found = Vec::new();
            edges(name, text, &mut found);
            found.len()
        };
        assert_eq!(complaints("trace-ir", "[dependencies]\ntaipan-heap.workspace = true\n"), 1);
        assert_eq!(complaints("jit", "[dependencies]\ntaipan-heap.workspace = true\n"), 0);
        assert_eq!(complaints("heap", "[dev-dependencies]\ntaipan-interp = \"1\"\n"), 0);
        assert_eq!(complaints("heap", "[build-dependencies]\ntaipan-interp = \"1\"\n"), 1);
        assert_eq!(complaints("nowhere", ""), 1);
    }

    #[test]
    fn machine_paths_are_found() {
        let mut found = Vec::new();
        machine_paths("a.md", concat!("see /ho", "me/me/x\nfine\n"), Path::new("/src/repo"), &mut found);
        machine_paths("a.md", "see /src/repo/x", Path::new("/src/repo"), &mut found);
        assert_eq!(found.len(), 2);
    }
}

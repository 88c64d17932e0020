//! Builds the `taipan` that is shipped and measured: one optimised as a whole, by a profile of itself.
//!
//! In: the tree, and an `llvm-profdata` of the LLVM that rustc was built with. Out: the binary's path. Three steps, as
//! CPython's own release builds do (`--enable-optimizations --with-lto`): a build that counts what it executes, a run of
//! the project's benchmarks (never of those that results are reported for: those are pyperformance's), with the JIT off
//! and on, and a build of profile `dist` that lays code out by the counts. The last step's handlers are checked to jump
//! to each other (`chain.rs`).
//!
//! The interpreter's crate is left out of it. Its handlers are laid out by hand, and counts move slow paths into them and
//! merge their ends: they get longer (`AND_I` by more than twice).

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::repo;

/// The options that the counting build runs the training with.
const MODES: &[&[&str]] = &[&["-X", "jit=off"], &["-X", "jit=on"]];
/// The folders of `benches` that it runs.
const TRAINING: &[&str] = &["micro", "programs"];

/// Set where this program stands in front of rustc.
pub const WRAPS: &str = "TAIPAN_XTASK_WRAPS_RUSTC";
/// The crate that no profile is taken of or used for.
const UNPROFILED: &str = "taipan_interp";

/// What cargo calls in place of rustc: `args` are rustc's path and its arguments. Answers the exit status.
pub fn rustc_wrapper(args: &[String]) -> Result<i32, String> {
    let (rustc, args) = args.split_first().ok_or("no compiler was named")?;
    let plain = args.iter().any(|a| a == UNPROFILED);
    let args = args.iter().filter(|a| !(plain && a.starts_with("-Cprofile-")));
    let status = Command::new(rustc).args(args).status().map_err(|e| format!("{rustc}: {e}"))?;
    Ok(status.code().unwrap_or(1))
}

/// Builds the binary and answers its path. Without `profiled`, no profile is taken.
pub fn build(profiled: bool) -> Result<PathBuf, String> {
    if !profiled {
        return cargo(&["--profile", "dist"], None, &target("dist")?);
    }
    let merger = profdata()?;
    let counts = target("dist-counts")?;
    if counts.exists() {
        std::fs::remove_dir_all(&counts).map_err(|e| format!("{}: {e}", counts.display()))?;
    }
    std::fs::create_dir_all(&counts).map_err(|e| format!("{}: {e}", counts.display()))?;
    println!("1/4 a build that counts");
    let flags = format!("-Cprofile-generate={}", counts.display());
    // Named by its triple, so that what runs at build time is not made to count as well.
    let host = rustc("host")?;
    let instrumented = cargo(
        &["--profile", "dist", "--target", &host, "--features", "instrumented"],
        Some(&flags),
        &target("dist-instrumented")?,
    )?;
    println!("2/4 a run of it");
    train(&instrumented, &counts)?;
    println!("3/4 its counts are put together");
    let profile = counts.join("merged.profdata");
    let mut merge = Command::new(&merger);
    merge.args(["merge", "-o"]).arg(&profile);
    merge.args(repo::files_below(&counts, "profraw").iter().map(|f| counts.join(f)));
    run(&mut merge)?;
    println!("4/4 the build that uses them");
    let flags = format!("-Cprofile-use={}", profile.display());
    cargo(&["--profile", "dist", "--target", &host], Some(&flags), &target("dist-profiled")?)
}

fn target(name: &str) -> Result<PathBuf, String> {
    let folder =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repo::root().join("target"), PathBuf::from);
    std::path::absolute(folder.join(name)).map_err(|e| e.to_string())
}

/// Builds with those options below `folder` and answers where the binary is.
fn cargo(options: &[&str], flags: Option<&str>, folder: &Path) -> Result<PathBuf, String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(repo::root())
        .args(["build", "--quiet", "-p", "taipan", "--bin", "taipan"])
        .args(options);
    command.arg("--target-dir").arg(folder);
    if let Some(flags) = flags {
        let this = std::env::current_exe().map_err(|e| e.to_string())?;
        command.env("RUSTFLAGS", flags).env("RUSTC_WRAPPER", this).env(WRAPS, "1");
    }
    run(&mut command)?;
    let triple = options.iter().position(|o| *o == "--target").map_or("", |at| options[at + 1]);
    Ok(folder.join(triple).join("dist/taipan"))
}

/// Runs the training with `program`, which writes its counts into `counts`.
fn train(program: &Path, counts: &Path) -> Result<(), String> {
    let top = repo::root().join("benches");
    let functions = crate::bench::own(&TRAINING.iter().map(|t| format!("{t}/")).collect::<Vec<_>>())?;
    for mode in MODES {
        for benchmark in &functions {
            let crate::bench::Kind::Function { file, function } = &benchmark.kind else { continue };
            let mut command = Command::new(program);
            // One file for all processes, which add up their counts in it.
            command.env("LLVM_PROFILE_FILE", counts.join("%2m.profraw")).args(*mode);
            command
                .arg(top.join("driver.py"))
                .arg(file)
                .args([function.as_str(), "2"])
                .arg(counts.join("times"));
            run(&mut command)?;
        }
    }
    Ok(())
}

/// One line of what `rustc -vV` says.
fn rustc(what: &str) -> Result<String, String> {
    let output = Command::new("rustc").arg("-vV").output().map_err(|e| format!("rustc: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|l| l.strip_prefix(what).and_then(|l| l.strip_prefix(": ")));
    line.map(str::to_owned).ok_or(format!("`rustc -vV` does not say its {what}"))
}

/// The `llvm-profdata` that reads what this rustc's builds write.
fn profdata() -> Result<PathBuf, String> {
    let version = rustc("LLVM version")?;
    let major = version.split('.').next().unwrap_or_default();
    let sysroot =
        Command::new("rustc").args(["--print", "sysroot"]).output().map_err(|e| format!("rustc: {e}"))?;
    let sysroot = String::from_utf8_lossy(&sysroot.stdout).trim().to_owned();
    let component = format!("{sysroot}/lib/rustlib/{}/bin/llvm-profdata", rustc("host")?);
    let named = std::env::var("LLVM_PROFDATA").ok();
    let candidates = match named {
        Some(name) => vec![name],
        None => vec![component, format!("llvm-profdata-{major}"), "llvm-profdata".to_owned()],
    };
    for path in candidates.iter().filter_map(|name| repo::which(name)) {
        let output =
            Command::new(&path).arg("--version").output().map_err(|e| format!("{}: {e}", path.display()))?;
        if String::from_utf8_lossy(&output.stdout).contains(&format!("version {major}.")) {
            return Ok(path);
        }
    }
    Err(format!(
        "llvm-profdata of LLVM {major}, which this rustc uses, is not here (`rustup component add llvm-tools`, Debian's \
         llvm-{major}, or name it in LLVM_PROFDATA); `cargo xtask dist --plain` does without a profile"
    ))
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|e| format!("{}: {e}", command.get_program().to_string_lossy()))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}: {}\n{}", command.get_program().to_string_lossy(), output.status, errors.trim_end()))
}

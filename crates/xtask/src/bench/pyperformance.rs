//! pyperformance's own scripts, fetched from PyPI when they are asked for.
//!
//! In: names of benchmarks. Out: the scripts of the package, unpacked into `target/bench/pyperformance`. They run
//! unmodified, with `benches/standin/pyperf.py` in place of pyperf.

use std::path::PathBuf;
use std::process::Command;

use super::{Benchmark, Kind, scratch, wanted};
use crate::repo;

/// Each script's name and how many loops make one iteration: short ones are repeated, by the same number for all
/// contenders, so that whole-process times compare. The numeric ones, and those that interpreters are judged by.
const SCRIPTS: &[(&str, u32)] = &[
    ("nbody", 1),
    ("spectral_norm", 1),
    ("fannkuch", 1),
    ("float", 1),
    ("scimark", 1),
    ("pidigits", 1),
    ("raytrace", 1),
    ("chaos", 1),
    ("go", 1),
    ("hexiom", 5),
    ("nqueens", 1),
    ("richards", 1),
    ("deltablue", 20),
    ("mdp", 1),
    ("barnes_hut", 1),
    ("meteor_contest", 1),
    ("pyflate", 1),
    ("generators", 1),
    ("comprehensions", 2000),
    ("deepcopy", 300),
    ("unpack_sequence", 2000),
];

/// The scripts whose name contains one of `filters`, fetched if they are not there yet.
pub fn scripts(filters: &[String]) -> Result<Vec<Benchmark>, String> {
    let top = fetch()?;
    let mut found = Vec::new();
    for (name, loops) in SCRIPTS.iter().filter(|(name, _)| wanted(name, filters)) {
        let file = top.join(format!("bm_{name}")).join("run_benchmark.py");
        if !file.is_file() {
            return Err(format!("this pyperformance has no {name}"));
        }
        found.push(Benchmark { name: (*name).to_owned(), kind: Kind::Script { file, loops: *loops } });
    }
    Ok(found)
}

fn fetch() -> Result<PathBuf, String> {
    let cache = scratch()?.join("pyperformance");
    let scripts = cache.join("pyperformance/data-files/benchmarks");
    if scripts.is_dir() {
        return Ok(scripts);
    }
    std::fs::create_dir_all(&cache).map_err(|e| e.to_string())?;
    let mut python = ["python3", "python3.14", "python3.15", "pypy3"].iter().filter_map(|p| repo::which(p));
    let has_pip = |python: &PathBuf| {
        let probe = Command::new(python).args(["-m", "pip", "--version"]).output();
        probe.is_ok_and(|output| output.status.success())
    };
    let python = python.find(has_pip).ok_or("fetching pyperformance takes a Python with pip")?;
    run(Command::new(&python).current_dir(&cache).args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
        "--dest",
        ".",
        "pyperformance==1.14.0",
    ]))?;
    let wheels = std::fs::read_dir(&cache).map_err(|e| e.to_string())?;
    let wheel = wheels
        .flatten()
        .map(|entry| entry.path())
        .find(|p| p.extension().is_some_and(|e| e == "whl"))
        .ok_or("pip brought no wheel")?;
    run(Command::new(&python).current_dir(&cache).args(["-m", "zipfile", "-e"]).arg(&wheel).arg("."))?;
    if scripts.is_dir() {
        Ok(scripts)
    } else {
        Err("the wheel holds no benchmarks where they are expected".into())
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("it failed").to_owned())
}

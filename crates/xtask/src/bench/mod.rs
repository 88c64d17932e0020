//! Measures Pythons against each other.
//!
//! In: benchmark functions (`benches/*/*.py`) or pyperformance's scripts, and contenders: Pythons found on the machine,
//! with options. Out: a table and JSON with whole-process time, in-process time, first iteration and peak memory of
//! each, ratios to a baseline and their geometric means, and whether the answers agree.
//!
//! How it is made fair: contenders take turns, process by process, so that a drifting machine hits all of them; every
//! process is pinned to one core; what is reported is the median of the processes, with the spread beside it; a
//! wrapper script that only enters a chroot is looked through, so that its own time is not counted.

pub mod contender;
pub mod measure;
pub mod pyperformance;
pub mod report;
pub mod stats;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::repo;

/// One thing to measure.
#[derive(Clone, Debug)]
pub struct Benchmark {
    /// `micro/loops/int_loop`; for a script of pyperformance its name.
    pub name: String,
    pub kind: Kind,
}

/// How a benchmark is run.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A function of a file, run by `benches/driver.py`.
    Function { file: PathBuf, function: String },
    /// A script of pyperformance, run with the stand-in for pyperf. It may hold several benchmarks.
    Script { file: PathBuf, loops: u32 },
}

/// What one process said about one benchmark.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Inside {
    #[serde(default)]
    pub name: String,
    pub times: Vec<f64>,
    pub answer: String,
}

/// Our own benchmark functions whose name contains one of `filters` (all, if there are none).
pub fn own(filters: &[String]) -> Result<Vec<Benchmark>, String> {
    let top = repo::root().join("benches");
    let mut found = Vec::new();
    for relative in repo::files_below(&top, "py") {
        if relative.components().count() != 2 || relative.starts_with("standin") {
            continue;
        }
        let file = top.join(&relative);
        let source = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let place = relative.with_extension("").to_string_lossy().into_owned();
        for line in source.lines() {
            let Some(rest) = line.strip_prefix("def bench_") else { continue };
            let short = rest.split('(').next().unwrap_or_default();
            let name = format!("{place}/{short}");
            if wanted(&name, filters) {
                let function = format!("bench_{short}");
                found.push(Benchmark { name, kind: Kind::Function { file: file.clone(), function } });
            }
        }
    }
    Ok(found)
}

/// Whether `name` contains one of `filters`, or there are none.
pub fn wanted(name: &str, filters: &[String]) -> bool {
    filters.is_empty() || filters.iter().any(|f| name.contains(f.as_str()))
}

/// A folder for what runs write.
pub fn scratch() -> Result<PathBuf, String> {
    let dir = repo::root().join("target/bench");
    std::fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    Ok(dir)
}

/// Reads what the driver or the stand-in wrote: JSON objects, one a line.
pub fn read_inside(path: &Path) -> Vec<Inside> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

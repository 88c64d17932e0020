//! Runs CPython's own test suite, and keeps a record of what passes that may only grow.
//!
//! In: the folder of CPython's `test` package, the `taipan` binary (or another Python), names of test modules. Each
//! module runs in a process of its own (`tests/cpython/run_module.py`) under a time and a memory limit; when a test
//! crashes or hangs, it is written down and the module runs again without it, so that one test cannot hide the rest.
//! Out: counts per module and the failing tests grouped by reason, compared with `tests/cpython/record.json`.
//!
//! Only the `test` package is taken from CPython's library: it is linked alone into a folder of its own, and that
//! folder is what PYTHONPATH names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::process::{self, End};
use crate::repo;

/// The modules that run when none is named: the language, the data model, the builtin types, and what numeric scripts
/// import.
pub const MODULES: &[&str] = &[
    "test_grammar",
    "test_syntax",
    "test_int",
    "test_long",
    "test_float",
    "test_complex",
    "test_bool",
    "test_list",
    "test_tuple",
    "test_dict",
    "test_set",
    "test_str",
    "test_bytes",
    "test_range",
    "test_slice",
    "test_generators",
    "test_coroutines",
    "test_descr",
    "test_class",
    "test_super",
    "test_property",
    "test_scope",
    "test_exceptions",
    "test_except_star",
    "test_raise",
    "test_with",
    "test_patma",
    "test_fstring",
    "test_format",
    "test_unpack",
    "test_unpack_ex",
    "test_extcall",
    "test_builtin",
    "test_compare",
    "test_augassign",
    "test_iter",
    "test_enumerate",
    "test_math",
    "test_random",
    "test_itertools",
    "test_functools",
    "test_collections",
    "test_struct",
    "test_array",
    "test_re",
    "test_json",
    "test_dataclasses",
    "test_enum",
    "test_contextlib",
    "test_statistics",
    "test_fractions",
    "test_weakref",
    "test_gc",
];

/// Modules with tests that ask whether an object is dead yet, and how many of them may differ from the record: stale
/// words on the native stack, which is scanned conservatively, keep now this object alive and now that one. Those of
/// `test_int` compare clocks: a refusal must take less than half of a conversion of 7 ms, which a full collection of 4 ms
/// that falls into it does not.
pub const UNSTEADY: &[(&str, usize)] =
    &[("test_weakref", 4), ("test_gc", 4), ("test_generators", 1), ("test_int", 2)];

/// What running a module came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Module {
    pub passed: usize,
    pub failed: usize,
    pub errors: usize,
    pub skipped: usize,
    /// Tests that ended the process or ran into the time limit: always bugs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crashed: Vec<String>,
    /// How many tests pass on CPython: what `passed` is measured against.
    #[serde(default)]
    pub on_cpython: usize,
    /// Failing tests by reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<Group>,
}

/// Tests that fail alike.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The exception's type and the first line of its message, numbers and addresses taken out.
    pub reason: String,
    /// Why that is so: written by hand, kept by updates.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    pub tests: Vec<String>,
}

impl Module {
    /// Whether it has run before, rather than only on CPython.
    pub fn is_recorded(&self) -> bool {
        self.passed + self.failed + self.errors + self.skipped > 0
    }

    /// Every failing test, crashes included.
    pub fn failing_tests(&self) -> BTreeSet<&str> {
        let failing = self.failing.iter().flat_map(|g| &g.tests);
        failing.chain(&self.crashed).map(String::as_str).collect()
    }
}

/// The record: module name to what it came to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Record(pub BTreeMap<String, Module>);

impl Record {
    /// Where it lies.
    pub fn path() -> PathBuf {
        repo::root().join("tests/cpython/record.json")
    }

    /// Reads it; no file is an empty record.
    pub fn load() -> Result<Record, String> {
        match std::fs::read_to_string(Self::path()) {
            Ok(text) => serde_json::from_str(&text).map_err(|e| format!("record.json: {e}")),
            Err(_) => Ok(Record::default()),
        }
    }

    /// Writes it.
    pub fn save(&self) -> Result<(), String> {
        let mut text = serde_json::to_string_pretty(self).map_err(|e| e.to_string())?;
        text.push('\n');
        std::fs::write(Self::path(), text).map_err(|e| format!("record.json: {e}"))
    }
}

/// How modules are run.
pub struct Options {
    pub program: PathBuf,
    pub flags: Vec<String>,
    /// The `test` package.
    pub suite: PathBuf,
    /// For one module, in seconds.
    pub timeout: u64,
    /// How often a module may be run again after a crash.
    pub retries: usize,
}

/// Finds the `test` package: `given`, or TAIPAN_TESTSUITE, or beside the oracles that `peers` installs.
pub fn find_suite(given: Option<PathBuf>) -> Option<PathBuf> {
    let peers = || {
        let root = repo::root();
        let peers = root.ancestors().map(|dir| dir.join("shared/peers/peers")).find(|p| p.is_file())?;
        let output = Command::new(peers).arg("testsuite").output().ok()?;
        Some(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
    };
    let suite = given.or_else(|| std::env::var_os("TAIPAN_TESTSUITE").map(PathBuf::from)).or_else(peers)?;
    let suite = if suite.join("test/support").is_dir() { suite.join("test") } else { suite };
    suite.join("support").is_dir().then_some(suite)
}

/// Runs one module.
pub fn run(module: &str, options: &Options) -> Result<Module, String> {
    let work = repo::root().join("target/cpython-tests").join(module);
    let path = work.join("path");
    let cwd = work.join("cwd");
    let _ = std::fs::remove_dir_all(&work);
    for dir in [&path, &cwd] {
        std::fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    }
    std::os::unix::fs::symlink(&options.suite, path.join("test")).map_err(|e| e.to_string())?;
    let deadline = Instant::now() + Duration::from_secs(options.timeout * 2);
    let mut states: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut crashed = Vec::new();
    for attempt in 0..=options.retries {
        let left = deadline.saturating_duration_since(Instant::now());
        let limit = left.min(Duration::from_secs(options.timeout));
        let (lines, end) = attempt_module(module, options, &work, &path, &cwd, &crashed, limit)?;
        let mut running = None;
        let mut finished = false;
        for line in lines.lines() {
            let mut parts = line.splitn(3, '\t');
            let (word, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            match word {
                "start" => running = Some(name.to_owned()),
                "done" => finished = true,
                "loaded" => {}
                _ => {
                    finished |= name == "(module)";
                    let reason = parts.next().unwrap_or_default().to_owned();
                    // A test that failed in one of its parts stays failed.
                    let entry = states.entry(name.to_owned());
                    let state = entry.or_insert_with(|| (word.to_owned(), reason.clone()));
                    if state.0 == "pass" || attempt > 0 {
                        *state = (word.to_owned(), reason);
                    }
                    if running.as_deref() == Some(name) && word == "pass" {
                        running = None;
                    }
                }
            }
        }
        if finished {
            break;
        }
        let culprit = running.unwrap_or_else(|| "(between tests)".to_owned());
        states.insert(culprit.clone(), ("crash".to_owned(), end.to_string()));
        let stuck = crashed.contains(&culprit) || culprit.starts_with('(');
        crashed.push(culprit);
        if stuck || left.is_zero() {
            break;
        }
    }
    let _ = std::fs::remove_dir_all(&work);
    Ok(summary(&states))
}

fn attempt_module(
    module: &str,
    options: &Options,
    work: &Path,
    path: &Path,
    cwd: &Path,
    skip: &[String],
    limit: Duration,
) -> Result<(String, End), String> {
    let results = work.join("results");
    let _ = std::fs::remove_file(&results);
    let mut command = Command::new(&options.program);
    command
        .current_dir(cwd)
        .env_remove("PYTHONHOME")
        .env_remove("PYTHONSTARTUP")
        .env("PYTHONPATH", path)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("LC_ALL", "C.UTF-8")
        .env("TMPDIR", cwd)
        .args(&options.flags)
        .arg(repo::root().join("tests/cpython/run_module.py"))
        .arg(&results)
        .arg(module)
        .args(skip);
    let outcome = process::run(&mut command, b"", limit).map_err(|e| format!("{module}: {e}"))?;
    let lines = std::fs::read(&results).unwrap_or_default();
    if lines.is_empty() {
        let error = String::from_utf8_lossy(&outcome.stderr);
        let last = error.lines().last().unwrap_or("no output").to_owned();
        return Ok((format!("start\t(module)\nerror\t(module)\t{}: {last}\n", outcome.end), outcome.end));
    }
    Ok((String::from_utf8_lossy(&lines).into_owned(), outcome.end))
}

fn summary(states: &BTreeMap<String, (String, String)>) -> Module {
    let mut module = Module::default();
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, (state, reason)) in states {
        match state.as_str() {
            "pass" => module.passed += 1,
            "skip" => module.skipped += 1,
            "crash" => {
                module.errors += 1;
                module.crashed.push(name.clone());
            }
            other => {
                *(if other == "fail" { &mut module.failed } else { &mut module.errors }) += 1;
                groups.entry(general(reason)).or_default().push(name.clone());
            }
        }
    }
    module.failing =
        groups.into_iter().map(|(reason, tests)| Group { reason, why: String::new(), tests }).collect();
    module.failing.sort_by_key(|g| std::cmp::Reverse(g.tests.len()));
    module
}

/// A reason without what differs from run to run or from machine to machine: addresses, long numbers, folders.
fn general(reason: &str) -> String {
    let reason: String = reason
        .split_inclusive(['\'', '"'])
        .map(|part| if part.starts_with('/') { part.rsplit('/').next().unwrap_or(part) } else { part })
        .collect();
    let mut out = String::new();
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        let hex = word.starts_with("0x") && word.len() > 6;
        let long = word.len() > 6 && word.bytes().all(|b| b.is_ascii_digit());
        out.push_str(if hex || long { "N" } else { word });
        word.clear();
    };
    for c in reason.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c);
        } else {
            flush(&mut word, &mut out);
            out.push(c);
        }
    }
    flush(&mut word, &mut out);
    out.chars().take(160).collect()
}

/// What got worse from `old` to `new`: tests that failed neither before nor are new, and counts that fell.
pub fn regressions(old: &Module, new: &Module) -> Vec<String> {
    let known = old.failing_tests();
    let mut worse: Vec<String> =
        new.failing_tests().into_iter().filter(|t| !known.contains(t)).map(str::to_owned).collect();
    if worse.is_empty() && new.passed < old.passed {
        worse.push(format!("passed fell from {} to {}", old.passed, new.passed));
    }
    worse
}

/// `new` with what people wrote into `old` kept.
pub fn merge(old: Option<&Module>, mut new: Module) -> Module {
    if let Some(old) = old {
        new.on_cpython = if new.on_cpython == 0 { old.on_cpython } else { new.on_cpython };
        for group in &mut new.failing {
            if let Some(same) = old.failing.iter().find(|g| g.reason == group.reason) {
                group.why.clone_from(&same.why);
            }
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(rows: &[(&str, &str, &str)]) -> Module {
        summary(&rows.iter().map(|(n, s, r)| (n.to_string(), (s.to_string(), r.to_string()))).collect())
    }

    #[test]
    fn failures_are_grouped() {
        let m = module(&[
            ("a", "pass", ""),
            ("b", "fail", "X: at 0x7f123456 '/a/b/c.py' no"),
            ("c", "error", "X: at 0x7f654321 '/d/c.py' no"),
            ("d", "crash", "killed"),
            ("e", "skip", "why"),
        ]);
        assert_eq!((m.passed, m.failed, m.errors, m.skipped), (1, 1, 2, 1));
        assert_eq!(m.failing.len(), 1);
        assert_eq!(m.failing[0].reason, "X: at N 'c.py' no");
        assert_eq!(m.failing[0].tests, ["b", "c"]);
        assert_eq!(m.crashed, ["d"]);
    }

    #[test]
    fn only_new_failures_are_regressions() {
        let old = module(&[("a", "pass", ""), ("b", "fail", "X")]);
        assert!(regressions(&old, &module(&[("a", "pass", ""), ("b", "error", "Y")])).is_empty());
        assert_eq!(regressions(&old, &module(&[("a", "fail", "Z"), ("b", "pass", "")])), ["a"]);
        assert_eq!(regressions(&old, &module(&[("b", "fail", "X")])).len(), 1);
        assert_eq!(regressions(&old, &module(&[("a", "crash", ""), ("b", "pass", "")])), ["a"]);
    }
}

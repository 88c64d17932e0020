//! The commands about golden tests: recording them from CPython, and keeping the list of pending ones.

use std::time::Duration;

use lexopt::prelude::*;
use taipan_xtask::{golden, process, repo};

use super::text;

/// `record`: runs tests with CPython 3.14 and writes what they printed. Each runs twice with different hash seeds: a
/// test whose output depends on the seed has no one right output and is refused.
pub fn record(args: Vec<String>) -> Result<(), String> {
    let mut python = String::from("python3.14");
    let mut filters = Vec::new();
    let mut only_missing = false;
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next().map_err(|e| e.to_string())? {
        match arg {
            Long("python") => python = text(&mut parser)?,
            Long("missing") => only_missing = true,
            Long("help") => {
                println!("cargo xtask record [--python PROGRAM] [--missing] [FILTER..]");
                return Ok(());
            }
            Value(value) => filters.push(value.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let program = repo::which(&python).ok_or(format!("{python} is not on PATH"))?;
    let tests: Vec<_> = golden::discover()?
        .into_iter()
        .filter(|t| filters.is_empty() || filters.iter().any(|f| t.name.contains(f.as_str())))
        .filter(|t| !only_missing || !t.expected_path().exists())
        .collect();
    let limit = Duration::from_secs(60);
    let results = process::parallel(&tests, process::default_threads(), |test| {
        let first = test.run(&program, &[], limit, "1");
        let second = test.run(&program, &[], limit, "2");
        if let Some(difference) = golden::difference(&first, &second) {
            return Err(format!("{}: two runs differ\n{difference}", test.name));
        }
        if first.contains("timed out ===") {
            return Err(format!("{}: timed out", test.name));
        }
        if test.expected().is_ok_and(|old| old == first) {
            return Ok(false);
        }
        std::fs::write(test.expected_path(), first).map_err(|e| format!("{}: {e}", test.name))?;
        Ok(true)
    });
    let changed = results.iter().filter(|r| matches!(r, Ok(true))).count();
    let refused: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    println!("{} tests, {changed} outputs changed", tests.len());
    if refused.is_empty() { Ok(()) } else { Err(refused.join("\n")) }
}

/// `pending`: takes every test off the list that passes; with `--add` also puts those on it that do not.
pub fn pending(args: Vec<String>) -> Result<(), String> {
    let mut add = false;
    let mut profile = String::from("dev");
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next().map_err(|e| e.to_string())? {
        match arg {
            Long("add") => add = true,
            Long("release") => profile = "release".into(),
            Long("help") => {
                println!("cargo xtask pending [--add] [--release]");
                return Ok(());
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    let program = repo::taipan(&profile)?;
    process::limit_memory(4 << 30);
    let tests = golden::discover()?;
    let limit = Duration::from_secs(30);
    let passed = process::parallel(&tests, process::default_threads(), |test| {
        test.expected().is_ok_and(|expected| expected == test.run(&program, &[], limit, "0"))
    });
    let mut list = golden::Pending::load();
    list.0.retain(|name, _| tests.iter().any(|t| t.name == *name));
    let mut regressed = Vec::new();
    for (test, passed) in tests.iter().zip(&passed) {
        match (passed, list.0.contains_key(&test.name)) {
            (true, true) if !list.is_unsteady(&test.name) => drop(list.0.remove(&test.name)),
            (false, false) if add => drop(list.0.insert(test.name.clone(), String::new())),
            (false, false) => regressed.push(test.name.as_str()),
            _ => {}
        }
    }
    list.save().map_err(|e| e.to_string())?;
    println!("{} of {} pass, {} pending", passed.iter().filter(|p| **p).count(), tests.len(), list.0.len());
    if regressed.is_empty() {
        Ok(())
    } else {
        Err(format!("not on the list and failing (`--add` lists them):\n  {}", regressed.join("\n  ")))
    }
}

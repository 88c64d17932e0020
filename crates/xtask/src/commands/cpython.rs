//! `cpython-tests`: runs modules of CPython's test suite and compares with the record.

use std::path::PathBuf;

use lexopt::prelude::*;
use taipan_xtask::cpython::{self, Options, Record};
use taipan_xtask::{process, repo};

use super::{number, text};

const HELP: &str = "\
cargo xtask cpython-tests [OPTIONS] [MODULE..]

  --testsuite DIR   CPython 3.14's `test` package (also TAIPAN_TESTSUITE; else where `peers` puts it)
  --update          write what passes now into tests/cpython/record.json; refuses to make it worse
  --force           with --update: write it even so
  --baseline        run CPython itself (python3.14) and write down how many tests pass there
  --python PROGRAM  run another Python
  --flags \"-X a\"    options of the interpreter
  --timeout SECS    for one module (120)
  --memory MIB      for one process (3072)
  --jobs N          modules at a time (the number of cores)
  --dev             use the development build rather than the release build
  --recorded        only the modules that have a record
  --show            print every failing test with its reason
";

/// Runs the command.
pub fn cpython_tests(args: Vec<String>) -> Result<(), String> {
    let mut suite = None;
    let mut program = None;
    let mut modules = Vec::new();
    let (mut update, mut force, mut baseline, mut show, mut recorded) = (false, false, false, false, false);
    let (mut timeout, mut memory, mut jobs) = (120, 3072, process::default_threads());
    let (mut flags, mut profile) = (Vec::new(), "release");
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next().map_err(|e| e.to_string())? {
        match arg {
            Long("testsuite") => suite = Some(PathBuf::from(text(&mut parser)?)),
            Long("python") => program = Some(text(&mut parser)?),
            Long("flags") => flags = text(&mut parser)?.split_whitespace().map(str::to_owned).collect(),
            Long("timeout") => timeout = number(&mut parser)?,
            Long("memory") => memory = number(&mut parser)?,
            Long("jobs") => jobs = number(&mut parser)? as usize,
            Long("update") => update = true,
            Long("force") => force = true,
            Long("baseline") => baseline = true,
            Long("recorded") => recorded = true,
            Long("show") => show = true,
            Long("dev") => profile = "dev",
            Long("help") => {
                print!("{HELP}");
                return Ok(());
            }
            Value(value) => modules.push(value.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let mut record = Record::load()?;
    let suite = cpython::find_suite(suite).ok_or(
        "CPython's test suite is not found: name its folder with --testsuite or TAIPAN_TESTSUITE \
         (Debian: package libpython3.14-testsuite)",
    )?;
    if recorded {
        modules = record.0.iter().filter(|(_, m)| m.is_recorded()).map(|(name, _)| name.clone()).collect();
        if modules.is_empty() {
            println!("no module has a record yet");
            return Ok(());
        }
    } else if modules.is_empty() {
        modules = cpython::MODULES.iter().map(|m| m.to_string()).collect();
        modules.extend(record.0.keys().filter(|k| !cpython::MODULES.contains(&k.as_str())).cloned());
    }
    let other = if baseline { Some("python3.14".to_owned()) } else { program };
    let program = match &other {
        Some(name) => repo::which(name).ok_or(format!("{name} is not on PATH"))?,
        None => repo::taipan(profile)?,
    };
    process::limit_memory(memory << 20);
    let options = Options { program, flags, suite, timeout, retries: 12 };
    let results = process::parallel(&modules, jobs, |module| {
        let result = cpython::run(module, &options);
        if let Ok(m) = &result {
            println!(
                "{module:20} {:5} passed {:4} failed {:4} errors {:4} skipped {:3} crashed",
                m.passed,
                m.failed,
                m.errors,
                m.skipped,
                m.crashed.len()
            );
        }
        result
    });
    let (mut passed, mut total, mut on_cpython, mut worse) = (0, 0, 0, Vec::new());
    for (name, result) in modules.iter().zip(results) {
        let new = result?;
        passed += new.passed;
        total += new.passed + new.failed + new.errors;
        if show {
            new.crashed.iter().for_each(|t| println!("{name}.{t}: crashed"));
            new.failing
                .iter()
                .for_each(|g| g.tests.iter().for_each(|t| println!("{name}.{t}: {}", g.reason)));
        }
        if baseline {
            record.0.entry(name.clone()).or_default().on_cpython = new.passed;
            continue;
        }
        let old = record.0.get(name);
        on_cpython += old.map_or(0, |o| o.on_cpython);
        if let Some(old) = old.filter(|o| o.is_recorded()) {
            let tests = cpython::regressions(old, &new);
            let unsteady = cpython::UNSTEADY.iter().find(|(m, _)| m == name);
            if unsteady.is_some_and(|&(_, allowed)| tests.len() <= allowed) {
                tests.iter().for_each(|t| println!("{name}: {t} differs from the record, as it may"));
            } else {
                worse.extend(tests.iter().map(|t| format!("{name}: {t}")));
            }
        }
        let merged = cpython::merge(old, new);
        record.0.insert(name.clone(), merged);
    }
    if total > 0 {
        println!("{passed} passed of {total} that ran ({:.1} %)", 100.0 * passed as f64 / total as f64);
    }
    if on_cpython > 0 {
        println!("{on_cpython} pass on CPython: {:.1} % of them", 100.0 * passed as f64 / on_cpython as f64);
    }
    if baseline {
        return record.save();
    }
    if !worse.is_empty() && !force && other.is_none() {
        return Err(format!("worse than the record:\n  {}", worse.join("\n  ")));
    }
    if update && other.is_none() { record.save() } else { Ok(()) }
}

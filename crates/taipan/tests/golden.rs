//! Runs every golden test (tests/python) with the `taipan` binary and compares with what CPython 3.14 did.
//!
//! How tests are found, run and compared stands in `taipan_xtask::golden`. The environment changes a run:
//!
//! - `TAIPAN_GOLDEN_FLAGS="-X jit=off"`: options put in front of each test's own;
//! - `TAIPAN_GOLDEN_TIMEOUT=60`: seconds for one test;
//! - `TAIPAN_GOLDEN_BIN=python3.14`: another program than the `taipan` just built.
//!
//! With flags or another program, a pending test that passes is no error: the list speaks of plain runs.

use std::path::PathBuf;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use taipan_xtask::golden::{self, Pending};
use taipan_xtask::{process, repo};

fn main() {
    let arguments = Arguments::from_args();
    let var = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    let flags: Vec<String> =
        var("TAIPAN_GOLDEN_FLAGS").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    let other = var("TAIPAN_GOLDEN_BIN");
    let plain = flags.is_empty() && other.is_none();
    let program = match other {
        Some(name) => repo::which(&name).unwrap_or_else(|| panic!("TAIPAN_GOLDEN_BIN: {name} not found")),
        None => PathBuf::from(env!("CARGO_BIN_EXE_taipan")),
    };
    let seconds = var("TAIPAN_GOLDEN_TIMEOUT").and_then(|v| v.parse().ok()).unwrap_or(60);
    let tests = golden::discover().unwrap_or_else(|e| panic!("{e}"));
    let pending = Pending::load();
    process::limit_memory(4 << 30);

    let mut trials = Vec::new();
    for name in pending.0.keys() {
        if !tests.iter().any(|t| t.name == *name) {
            let message = format!("pending.txt names {name}, which is no test");
            trials.push(Trial::test("pending list", move || Err(Failed::from(message))));
        }
    }
    let is_taipan = program.file_name().is_some_and(|n| n == "taipan");
    for test in tests {
        let waits = pending.0.contains_key(&test.name);
        let must_fail = plain && !pending.is_unsteady(&test.name);
        let (program, flags) = (program.clone(), flags.clone());
        let limit = Duration::from_secs(if waits { seconds.min(10) } else { seconds });
        for options in if waits || !is_taipan { &[] } else { &test.also[..] } {
            let name = format!("{} [{}]", test.name, options.join(" "));
            let (test, program) = (test.clone(), program.clone());
            let flags = [&flags[..], options].concat();
            trials.push(Trial::test(name, move || {
                let expected = test.expected().map_err(Failed::from)?;
                let actual = test.run(&program, &flags, limit, "0");
                golden::difference(&expected, &actual).map_or(Ok(()), |d| Err(Failed::from(d)))
            }));
        }
        let kind = if waits { "pending" } else { "" };
        trials.push(
            Trial::test(test.name.clone(), move || {
                let expected = test.expected().map_err(Failed::from)?;
                let actual = test.run(&program, &flags, limit, "0");
                match (golden::difference(&expected, &actual), waits) {
                    (Some(difference), false) => Err(Failed::from(difference)),
                    (None, true) if must_fail => Err(Failed::from(
                        "passes, and is on the list of pending tests: take it off (`cargo xtask pending`)",
                    )),
                    _ => Ok(()),
                }
            })
            .with_kind(kind),
        );
    }
    libtest_mimic::run(&arguments, trials).exit();
}

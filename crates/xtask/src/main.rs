//! `cargo xtask COMMAND`: the project's own commands. Each prints its own help with `--help`.

#![forbid(unsafe_code)]

mod commands;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  record [FILTER..]     record golden outputs (tests/python/**/*.out) from python3.14
  pending [--add]       rewrite tests/python/pending.txt from a run of all golden tests
  cpython-tests [MOD..] run CPython's own tests and compare with tests/cpython/record.json
  bench [FILTER..]      measure Pythons against each other (`--help` for contenders and options)
  chain [PROGRAM]       check that the handlers of a built taipan jump to each other (needs objdump)
  dist [--plain]        build the binary that is shipped: optimised as a whole and by a profile of itself
  fuzz-parser           run mutated programs through parser, compiler, verifier and code reader
  fuzz-programs         run random programs on CPython and taipan, and minimise what differs
  jit-log FILE          sum up what `taipan -X jit-log=FILE` wrote
  tidy                  check the house rules: file sizes, headers, crate edges, unsafe
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    if std::env::var_os(taipan_xtask::dist::WRAPS).is_some() {
        return commands::rustc_wrapper(&args.collect::<Vec<_>>());
    }
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let result = match command.as_str() {
        "record" => commands::record(rest),
        "pending" => commands::pending(rest),
        "cpython-tests" => commands::cpython_tests(rest),
        "bench" => commands::bench(rest),
        "measure-one" => commands::measure_one(rest),
        "chain" => commands::chain(rest),
        "dist" => commands::dist(rest),
        "fuzz-parser" => commands::fuzz_parser(rest),
        "fuzz-programs" => commands::fuzz_programs(rest),
        "jit-log" => commands::jit_log(rest),
        "tidy" => commands::tidy(),
        "" | "-h" | "--help" | "help" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("no command {other:?}; `cargo xtask help` lists them")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

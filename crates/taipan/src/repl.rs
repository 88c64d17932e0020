//! The prompt: a read-eval-print loop over lines of standard input.

use crate::exit;
use std::io::{BufRead, Write};
use taipan_compiler::{Mode, Options};
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::{Gc, PyResult, Vm};
use taipan_stdlib::sys::report;

/// Runs the loop in namespace `d` until end of input or `SystemExit`; answers the exit status.
pub fn interact(vm: &Vm, d: &Gc<Dict>, banner: bool) -> i32 {
    if banner && !vm.config.quiet {
        eprintln!(
            "Python {} (taipan {}) [Rust] on {}\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.",
            taipan_stdlib::sys::info::VERSION_TEXT,
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS
        );
    }
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if taipan_stdlib::sys::get(vm, name).is_none() {
            vm.sys.set_str(vm, vm.intern(name), vm.new_str(text).value());
        }
    }
    loop {
        match one(vm, *d) {
            Ok(true) => {}
            Ok(false) => {
                eprintln!();
                return 0;
            }
            Err(e) if vm.raised_is(e, vm.types.SystemExit) => return exit::status_of(vm, e),
            Err(e) => report::report_uncaught(vm, e),
        }
    }
}

fn prompt(vm: &Vm, name: &str) {
    if let Some(p) = taipan_stdlib::sys::get(vm, name)
        && let Ok(s) = vm.str(p)
    {
        report::write(vm, "stdout", &s.to_string());
        if let Some(out) = taipan_stdlib::sys::get(vm, "stdout") {
            let _ = vm.call_method(out, vm.names.flush, &[]);
        }
    }
    let _ = std::io::stdout().flush();
}

/// Reads and runs one statement; false at the end of input.
fn one(vm: &Vm, d: Gc<Dict>) -> PyResult<bool> {
    let mut source = String::new();
    loop {
        prompt(vm, if source.is_empty() { "ps1" } else { "ps2" });
        let mut line = String::new();
        match std::io::stdin().lock().read_line(&mut line) {
            Ok(0) if source.is_empty() => return Ok(false),
            Ok(0) => line.push('\n'),
            Ok(_) => {}
            Err(_) => {
                vm.check_signals()?;
                return Ok(true);
            }
        }
        let blank = line.trim().is_empty();
        if source.is_empty() && blank {
            continue;
        }
        source.push_str(&line);
        let opts = Options { allow_incomplete: true, ..vm.compile_options() };
        let compiled = taipan_compiler::compile(&source, "<stdin>", Mode::Single, opts);
        let code = match compiled {
            Err(e) if e.kind == taipan_compiler::ErrorKind::IncompleteInput && !blank => continue,
            // A block goes on until an empty line.
            Ok(_) if !blank && needs_blank(&source) => continue,
            _ => {
                taipan_stdlib::sys::remember_source(vm, "<stdin>", &source);
                vm.compile(&source, "<stdin>", Mode::Single, vm.compile_options())?
            }
        };
        crate::run::exec(vm, code, d)?;
        return Ok(true);
    }
}

/// Does the statement have a body of lines that may go on?
fn needs_blank(source: &str) -> bool {
    let first = source.lines().next().unwrap_or("").trim_end();
    let compound = ["if", "for", "while", "def", "class", "with", "try", "async", "match", "@"]
        .iter()
        .any(|k| first.strip_prefix(k).is_some_and(|r| *k == "@" || r.starts_with([' ', ':', '('])));
    compound && (source.lines().count() > 1 || first.ends_with(':') || first.starts_with('@'))
}

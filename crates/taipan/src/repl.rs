//! The prompt: the library's line editor (`_pyrepl`) on a terminal, and a plain loop over lines of standard input
//! elsewhere, where `PYTHON_BASIC_REPL` asks for it, or where the editor cannot run.
//!
//! The plain loop takes lines until they are a statement, as CPython's does: prompts go to standard error, a compound
//! statement ends at an empty line.

use crate::exit;
use std::io::{BufRead, Write};
use taipan_compiler::{ErrorKind, Mode, Options};
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::{Gc, PyResult, Raised, Value, Vm};
use taipan_stdlib::sys::{self, report};

fn is_tty(fd: i32) -> bool {
    // SAFETY: asks about a descriptor.
    unsafe { libc::isatty(fd) == 1 }
}

/// Is there somebody to talk to (or does `-i` say so)?
pub fn is_interactive(vm: &Vm) -> bool {
    vm.config.interactive || is_tty(0)
}

fn variable(vm: &Vm, name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty() && !vm.config.ignore_environment)
}

/// Why a statement came to nothing.
enum Stop {
    /// While it was read.
    Reading(Raised),
    /// In its code, or because it is none.
    Code(Raised),
}

/// Runs the prompt in namespace `d` until end of input or `SystemExit`; answers the exit status. Without `fresh` a
/// program ran before.
pub fn interact(vm: &Vm, d: Gc<Dict>, fresh: bool) -> i32 {
    if fresh && !vm.config.quiet {
        let text = format!(
            "Python {} (taipan {}) [Rust] on {}\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n",
            sys::info::VERSION_TEXT,
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS
        );
        report::write(vm, "stderr", &text);
    }
    let result = if variable(vm, "PYTHON_BASIC_REPL").is_none() && is_tty(0) && is_tty(1) {
        edited(vm, d, fresh)
    } else {
        if fresh && let Some(file) = variable(vm, "PYTHONSTARTUP") {
            startup_file(vm, d, &file);
        }
        plain(vm, d)
    };
    match result {
        Ok(false) => 0,
        Ok(true) => exit::INTERRUPTED,
        Err(e) => exit::status_of(vm, e),
    }
}

fn startup_file(vm: &Vm, d: Gc<Dict>, file: &str) {
    let run = || -> PyResult {
        let source = match std::fs::read(file) {
            Ok(s) => s,
            Err(e) => {
                report::write(vm, "stderr", "Could not open PYTHONSTARTUP\n");
                let text = taipan_runtime::objects::exception::os::strerror(e.raw_os_error().unwrap_or(0));
                let args = [
                    Value::int(e.raw_os_error().unwrap_or(0) as i64),
                    vm.new_str(&text).value(),
                    vm.new_str(file).value(),
                ];
                let e = vm.call(vm.types.OSError.value(), &args)?;
                report::print_exception(vm, e);
                return Ok(Value::NONE);
            }
        };
        let code = vm.compile_bytes(&source, file, Mode::Exec, vm.compile_options())?;
        crate::run::exec(vm, code, d)
    };
    if let Err(e) = run() {
        let _ = report::report_uncaught(vm, e);
    }
}

/// The library's line editor: history, completion, editing of whole blocks, colours.
fn edited(vm: &Vm, d: Gc<Dict>, fresh: bool) -> PyResult<bool> {
    // What `site` does for interactive sessions (`exit`, `help`, completion) is wanted here.
    if !vm.config.no_site {
        vm.import_module("site")?;
    }
    let main = vm.import_module("_pyrepl.main").and_then(|m| {
        let can = vm.get_attr(m, vm.intern("CAN_USE_PYREPL"))?;
        Ok(if vm.truth(can)? { Some(vm.get_attr(m, vm.intern("interactive_console"))?) } else { None })
    });
    match main {
        Ok(Some(console)) => {
            let module = vm.modules.get_str(vm, vm.names.__main__).unwrap_or(Value::NONE);
            vm.call(console, &[module, Value::bool(vm.config.quiet), Value::bool(fresh)]).map(|_| false)
        }
        Ok(None) => plain(vm, d),
        Err(e) => {
            report::print_exception(vm, e.value());
            plain(vm, d)
        }
    }
}

/// The plain loop.
fn plain(vm: &Vm, d: Gc<Dict>) -> PyResult<bool> {
    let mut interrupted = false;
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if sys::get(vm, name).is_none() {
            vm.sys.set_str(vm, vm.intern(name), vm.new_str(text).value());
        }
    }
    loop {
        match one(vm, d) {
            Ok(true) => {}
            Ok(false) => {
                report::write(vm, "stderr", "\n");
                return Ok(interrupted);
            }
            Err(Stop::Code(e)) if vm.raised_is(e, vm.types.SystemExit) => return Err(e),
            Err(Stop::Code(e)) => {
                interrupted |= vm.raised_is(e, vm.types.KeyboardInterrupt);
                if let Some(exit) = report::report_uncaught(vm, e) {
                    return Err(exit);
                }
            }
            Err(Stop::Reading(e)) if vm.raised_is(e, vm.types.KeyboardInterrupt) => {
                let _ = flush(vm, "stdout");
                report::write(vm, "stderr", "\nKeyboardInterrupt\n");
            }
            Err(Stop::Reading(e)) => drop(report::report_uncaught(vm, e)),
        }
        let _ = flush(vm, "stdout");
    }
}

fn flush(vm: &Vm, name: &str) -> PyResult<()> {
    match sys::get(vm, name).filter(|f| !f.is_none()) {
        Some(out) => vm.call_method(out, vm.names.flush, &[]).map(drop),
        None => Ok(()),
    }
}

fn prompt(vm: &Vm, name: &str) -> PyResult<()> {
    flush(vm, "stdout")?;
    let text = match sys::get(vm, name) {
        Some(p) => vm.str(p).map(|s| s.to_string()).unwrap_or_default(),
        None => String::new(),
    };
    let mut err = std::io::stderr().lock();
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    Ok(())
}

/// A line of standard input with its end; empty at the end of input.
fn line(vm: &Vm) -> PyResult<String> {
    let mut bytes = vec![];
    loop {
        match std::io::stdin().lock().read_until(b'\n', &mut bytes) {
            Ok(_) => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => vm.check_signals()?,
            Err(_) => return Ok(String::new()),
        }
    }
}

/// Reads and runs one statement; false at the end of input.
fn one(vm: &Vm, d: Gc<Dict>) -> Result<bool, Stop> {
    let mut source = String::new();
    let base = vm.compile_options();
    loop {
        prompt(vm, if source.is_empty() { "ps1" } else { "ps2" }).map_err(Stop::Reading)?;
        let text = line(vm).map_err(Stop::Reading)?;
        let end = text.is_empty();
        if source.is_empty() && end {
            return Ok(false);
        }
        let blank = text.trim().is_empty();
        // Empty lines and comments before a statement are nothing.
        if source.is_empty() && (blank || text.trim_start().starts_with('#')) {
            continue;
        }
        source.push_str(&text);
        if end || !text.ends_with('\n') {
            source.push('\n');
        }
        let opts = Options { allow_incomplete: true, ..base };
        if !end
            && let Err(e) =
                taipan_compiler::compile(&source[..source.len() - 1], "<stdin>", Mode::Single, opts)
            && e.kind == ErrorKind::IncompleteInput
            && (!blank || !ends_at_blank(&source, base))
        {
            continue;
        }
        let code = vm.compile(&source, "<stdin>", Mode::Single, base).map_err(Stop::Code)?;
        sys::remember_source(vm, code.value(), "<stdin>", &source);
        return crate::run::exec(vm, code, d).map(|_| true).map_err(Stop::Code);
    }
}

/// An empty line ends a block, but not a bracket or a string: is it a block that is incomplete?
fn ends_at_blank(source: &str, opts: Options) -> bool {
    match taipan_compiler::compile(source, "<stdin>", Mode::Single, opts) {
        Ok(_) => true,
        Err(e) => e.kind == ErrorKind::IndentationError || e.msg.starts_with("expected "),
    }
}

//! The taipan command: a drop-in python.
//!
//! In: the command line and the environment. Out: the program's exit status. `options.rs` reads the former,
//! `startup.rs` builds the VM, `run.rs` runs what was asked for, `exit.rs` ends the process as CPython does.

mod exit;
mod options;
mod repl;
mod run;
mod startup;

/// Native stack of the thread that runs Python; most of it is never touched.
const STACK: usize = 512 << 20;

fn main() {
    let options = match options::parse() {
        Ok(o) => o,
        Err(status) => std::process::exit(status),
    };
    // The VM runs on a thread whose stack is large, and whose limits are known.
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || run::main(options));
    let status = match thread.map(|t| t.join()) {
        Ok(Ok(status)) => status,
        Ok(Err(_)) => 70,
        Err(e) => {
            eprintln!("taipan: cannot start: {e}");
            71
        }
    };
    exit::leave(status);
}

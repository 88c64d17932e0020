//! The commands: each parses its own arguments and prints its own results.

mod bench;
mod cpython;
mod fuzz;
mod golden;
mod jitlog;

pub use bench::{bench, measure_one};
pub use cpython::cpython_tests;
pub use fuzz::{fuzz_parser, fuzz_programs};
pub use golden::{pending, record};
pub use jitlog::jit_log;

/// `tidy`: prints every complaint about the repository.
pub fn tidy() -> Result<(), String> {
    let complaints = taipan_xtask::tidy::check(&taipan_xtask::repo::root())?;
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

/// `chain`: prints the handlers that call the next one where they should jump.
pub fn chain(args: Vec<String>) -> Result<(), String> {
    let program = match args.as_slice() {
        [] => taipan_xtask::repo::taipan("release")?,
        [program] if !program.starts_with('-') => program.into(),
        _ => return Err("usage: cargo xtask chain [PROGRAM]; without PROGRAM it builds `taipan`".into()),
    };
    let chain = taipan_xtask::chain::check(&program)?;
    for (handler, times) in &chain.calls {
        println!("{handler}: {times} calls of the next handler");
    }
    println!("{} jumps to the next handler, {} calls", chain.jumps, chain.calls.values().sum::<usize>());
    if chain.calls.is_empty() {
        Ok(())
    } else {
        Err("the chain is none: long loops would fill the stack".into())
    }
}

/// `dist`: builds the binary that is shipped, and checks its chain.
pub fn dist(args: Vec<String>) -> Result<(), String> {
    let profiled = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => true,
        ["--plain"] => false,
        _ => return Err("usage: cargo xtask dist [--plain]; --plain takes no profile".into()),
    };
    let program = taipan_xtask::dist::build(profiled)?;
    println!("{}", program.display());
    chain(vec![program.to_string_lossy().into_owned()])
}

/// Stands in front of rustc for `dist`.
pub fn rustc_wrapper(args: &[String]) -> std::process::ExitCode {
    match taipan_xtask::dist::rustc_wrapper(args) {
        Ok(status) => std::process::ExitCode::from(status as u8),
        Err(message) => {
            eprintln!("xtask: {message}");
            std::process::ExitCode::FAILURE
        }
    }
}

/// The value of the option just parsed.
fn text(parser: &mut lexopt::Parser) -> Result<String, String> {
    parser.value().map(|v| v.to_string_lossy().into_owned()).map_err(|e| e.to_string())
}

/// The value of the option just parsed, as a number.
fn number(parser: &mut lexopt::Parser) -> Result<u64, String> {
    let value = text(parser)?;
    value.parse().map_err(|_| format!("{value:?} is no number"))
}

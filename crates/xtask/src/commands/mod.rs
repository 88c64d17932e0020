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

/// The value of the option just parsed.
fn text(parser: &mut lexopt::Parser) -> Result<String, String> {
    parser.value().map(|v| v.to_string_lossy().into_owned()).map_err(|e| e.to_string())
}

/// The value of the option just parsed, as a number.
fn number(parser: &mut lexopt::Parser) -> Result<u64, String> {
    let value = text(parser)?;
    value.parse().map_err(|_| format!("{value:?} is no number"))
}

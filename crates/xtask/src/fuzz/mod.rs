//! Differential fuzzing: random programs, run by CPython and by `taipan` in many modes.
//!
//! `generate.rs` and `expr.rs` make programs, `run.rs` runs many of them in one process, `minimize.rs` makes a program
//! that is answered differently small, `modes.rs` names the ways in which `taipan` is run.

mod expr;
pub mod generate;
pub mod minimize;
pub mod modes;
mod rng;
pub mod run;

pub use rng::Rng;

#[cfg(test)]
mod tests;

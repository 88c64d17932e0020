//! The recorder, trace trees, exits, hotness policy and the event log.
//!
//! * `params.rs` is the table of every heuristic, `controls.rs` reads the options that set them;
//! * `log.rs` writes the event log, `stats.rs` counts, `perfmap.rs` names compiled code for `perf`;
//! * `sys_jit.rs` shows all of it to Python.

pub mod controls;
pub mod log;
pub mod params;
pub mod perfmap;
pub mod stats;
pub mod sys_jit;

pub use controls::Controls;

#[cfg(test)]
mod tests;

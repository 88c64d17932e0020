//! The recorder, trace trees, exits, hotness policy and the event log.
//!
//! * `driver.rs` implements the interpreter's hooks: hot back edges, entries, hot exits;
//! * `policy.rs` says when a tree is compiled, again or not at all; `events.rs` tells the log;
//! * `record/` writes traces, `live.rs` tells which registers they must keep, `flow.rs` where branches meet again;
//! * `tree.rs` is what is kept of a tree, `gate.rs` what entries and usual exits look at, `exits.rs` goes from any
//!   exit back to the interpreter's state;
//! * `ctx.rs`, `imp.rs`, `alloc.rs`, `residual.rs` are what compiled code works with and calls;
//! * `params.rs` is the table of every heuristic, `controls.rs` reads the options that set them;
//! * `log.rs` writes the event log, `stats.rs` counts, `perfmap.rs` names compiled code for `perf`;
//! * `sys_jit.rs` shows all of it to Python.

mod alloc;
mod clock;
pub mod controls;
pub mod ctx;
pub mod driver;
mod events;
pub mod exits;
pub mod flow;
pub mod gate;
pub mod imp;
pub mod live;
pub mod log;
pub mod params;
pub mod perfmap;
mod policy;
pub mod record;
pub mod residual;
pub mod stats;
pub mod sys_jit;
pub mod tree;

pub use controls::Controls;
pub use driver::install;

#[cfg(test)]
mod tests;

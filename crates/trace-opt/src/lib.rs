//! The optimisation passes over trace trees.
//!
//! Each pass is a file with its essay, takes a well-formed tree and leaves a well-formed tree that Python code
//! cannot tell from it: the same exits (by origin) with the same states, but for guards moved out of loops, which
//! leave at the loop header ([`taipan_trace_ir::ExitReason::Hoisted`]). [`pipeline`] runs them from a list that is
//! data, with the verifier between passes in debug builds, a switch for each pass, and a limit for bisecting.
//!
//! The recorded tree itself is kept by its owner as it was recorded; side traces are attached to it, and a copy of
//! the whole is optimised again each time it is compiled.

#![forbid(unsafe_code)]
// Rules read better as "this pattern: if that, then" than with the condition in the pattern.
#![allow(clippy::collapsible_match, clippy::nonminimal_bool)]

pub mod cse;
pub mod dce;
pub mod demand;
pub mod fold;
pub mod guards;
pub mod hoist;
pub mod joins;
pub mod kept;
pub mod loops;
pub mod memory;
pub mod pipeline;
pub mod promote;
pub mod ranges;
pub mod sink;
pub mod unbox;
pub mod virtuals;
pub mod walk;

pub use pipeline::{Config, Pass, Report, optimize};

//! Frames, dispatch, inline caches and the specialiser.
//!
//! In: code objects and calls. Out: values, or raised exceptions. See `dispatch.rs` for how instructions are run,
//! `taipan_runtime::vm::exec` for the frame layout.
//!
//! * `code.rs` makes the executable form of code: handler offsets, inline constants, inline caches;
//! * `hot.rs` holds the handlers that are worth a fast path, `ops/` the general form of every opcode as a plain
//!   function, which the cold side of each handler calls;
//! * `call.rs` binds arguments and pushes frames; `unwind.rs` looks for exception handlers; `generator.rs` moves
//!   frames between generators and the stack.
//!
//! * `spec.rs` rewrites instructions to specialised forms; `profile.rs` tells what came of it;
//! * `jit.rs` defines the hooks that a compiler of hot loops implements. This crate never names the JIT.

pub mod call;
pub mod code;
mod consume;
pub mod dispatch;
pub mod generator;
pub mod hot;
pub mod jit;
mod live;
mod monitor;
pub mod operator;
mod ops;
pub mod profile;
mod run;
pub mod spec;
pub mod trace;
pub mod unwind;

pub use ops::general_form;
pub use run::{dump_code, exec, exec_code, install, load_code};

#[cfg(test)]
mod tests;

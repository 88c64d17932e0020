//! From a trace tree to machine code: one Cranelift function for each tree.
//!
//! In: a verified [`taipan_trace_ir::Tree`], as a rule an optimised one. Out: [`Compiled`]: an entry point in a
//! [`memory::CodeMemory`], and the table ([`exits::ExitTable`]) that says how to rebuild the interpreter's state
//! for each number that the code may return.
//!
//! # The compiled function
//!
//! `extern "C" fn(ctx: *mut u8, regs: *const u64) -> u64`. `regs` are the interpreter's registers at entry, which
//! are read and never written; `ctx` is the run-time's block of words that [`Config`] gives the offsets of. The
//! result is an index into the exit table; the values that the table's `Slot`s name are in the exit buffer.
//!
//! # How trees become blocks
//!
//! A label is a block with parameters; a jump a jump. A guard is a compare and a branch to its exit: a *cold*
//! block that computes what is sunk into it, stores the live values to the exit buffer and returns its number, or
//! the block in which the side trace starts. Since Cranelift's values obey the same dominance as the tree, side
//! traces use what the guard's dominators computed as it is. Cold marking is not transitive in Cranelift, so every
//! block that only an exit or slow path reaches is marked.
//!
//! # Slow paths
//!
//! Boxing large ints, refilling the allocator and the write barrier's rare case call the run-time from cold blocks
//! through `preserve_all` thunks that leave their result in the context, so that the hot path keeps its registers.
//! Residual calls of the trace itself are ordinary calls.
//!
//! # Constants in loops
//!
//! Cranelift rebuilds constants wherever they are used. Float constants, and ints that do not fit an immediate,
//! that a loop uses are loaded from the tree's constant pool before the loop, so that they stay in registers.
//!
//! # What must hold
//!
//! `unsafe` is in `memory` only. The code is entered with a context and registers as described, and not freed while
//! it runs; the tree's objects are kept alive as long as the code is.

#![deny(unsafe_code)]

pub mod compile;
pub mod exits;
mod leave;
mod lower;
pub mod memory;
mod ops;
pub mod perf;
mod thunks;

pub use compile::{CompileError, Compiled, Compiler, Config, Effort, Options, Stats};
pub use exits::{ExitFrame, ExitInfo, ExitObject, ExitStore, ExitTable, Source};
pub use memory::{CodeHandle, CodeMemory, Usage, enter};

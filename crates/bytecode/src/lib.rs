//! The opcode table, code objects, positions, disassembler and bytecode verifier.
//!
//! What flows in: nothing; this is the bottom crate. What flows out: `Op`, `Instr` and `CodeObject`, plain data that
//! knows nothing of the heap.
//!
//! # Calls
//! A call window is a run of registers at the top of those in use: `callable`, three reserved for the callee's frame
//! header, then the arguments (for the METHOD forms: self or UNBOUND, then the arguments). The callee's registers
//! overlap the caller's from the first argument on, so whatever lies at or above the window base is lost in the call;
//! the verifier checks that nothing there is live.
//!
//! # Exceptions
//! The exception table maps ranges of instructions to handlers. On entry of a handler the exception is in the
//! register that the row names; there is no implicit stack. `PUSH_EXC` and `POP_EXC` maintain what `sys.exception()`
//! returns.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[macro_use]
mod opcodes;
mod binary;
mod branch;
mod code;
mod jumps;
mod liveness;
mod op;
mod quiet;
mod text;
mod verify;

pub use binary::{Data, DecodeError, FORMAT_VERSION, LazyCode, Outline, read, seal, write};
pub use branch::{Branch, branch, branches, jump_target};
pub use code::*;
pub use jumps::{Jump, NoJump, plan_jump};
pub use liveness::{LiveSet, Liveness};
pub use op::*;
pub use quiet::Quiet;
pub use text::{constant, disassemble, instruction, parse_instructions, reference, uses_field};
pub use verify::verify;

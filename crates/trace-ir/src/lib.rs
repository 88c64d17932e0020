//! The trace IR: what the recorder writes, the passes rewrite, and code generation reads.
//!
//! This crate knows nothing of the heap, the interpreter or Cranelift. Objects are opaque ids ([`ObjId`]) with
//! bits that only code generation looks at; fields are described by ([`AliasClass`], byte offset, [`MemTy`]).
//!
//! # Terminology
//!
//! * A **tree** ([`Tree`]) is a root trace and the side traces attached to its exits, directly or through other
//!   side traces. It is optimised as a whole and compiled to one function.
//! * A **trace** ([`Trace`]) is a straight line of nodes. It starts at the entry of the tree (the root, trace 0)
//!   or at an exit of its parent, and ends in one *terminator*: `jump` to a label of its own or of an ancestor,
//!   or `exit`.
//! * A **node** ([`Node`]) is an op with operands, an immediate and, for guards, an exit. Its id ([`Val`]) is
//!   also the name of its result. Constants and label parameters are nodes too, but belong to no body.
//! * A **label** is a loop header: a point inside a body with typed parameters. Falling into it from above
//!   passes the `label` node's operands, a `jump` passes its own.
//! * A **guard** is a node that leaves the trace when its condition does not hold. What was before a guard has
//!   happened, the guard itself has not.
//! * An **exit** ([`Exit`]) is where a guard leaves to: its *snapshot* says how every interpreter frame is to be
//!   rebuilt; once it is hot a *side trace* takes its place.
//! * A **virtual** is an object that was never allocated; a snapshot that needs it says how to build it.
//! * A **delayed store** is a store that the optimiser moved into the exits that can tell.
//! * **Sunk** nodes are computed in an exit only; they are listed in it and are in no body.
//!
//! # Numbering and dominance
//!
//! Everything lives in vectors of the tree and is named by index: `%7` node, `t1` trace, `L0` label, `x3` exit,
//! `m2` memory descriptor, `a0` allocation descriptor, `#4` object. Ids are never reused; a node that is in no
//! body is dead. Because traces are straight lines and side traces hang off exits, dominance is the tree's own
//! shape: at a point of a trace, exactly the nodes above it in the same trace, and above the exits by which the
//! trace's ancestors were left, are defined. No phi functions: loops carry values in label parameters, side
//! traces simply use what the guard's dominators computed.
//!
//! # Types
//!
//! | type    | is                                                                           |
//! |---------|------------------------------------------------------------------------------|
//! | `i64`   | a Python int known to fit; signed comparison, arithmetic shift right          |
//! | `u64`   | the same for `0 <= x < 2^64`; unsigned comparison, logical shift, boxed as such|
//! | `f64`   | a double                                                                      |
//! | `bool`  | a truth value                                                                 |
//! | `ptr`   | the address of an object or of a raw buffer, or null                          |
//! | `value` | a boxed word, see [`value`]                                                   |
//!
//! # Guards give refined values
//!
//! A guard that establishes something about a value returns that value again (`%5: ptr = guard_mem ...`,
//! `%6: i64 = guard_bounds ...`, `guard_int` the unboxed int). What relies on the fact uses the *refined* value:
//! a field load takes the pointer that the shape guard returned, an element load the index that the bounds guard
//! returned. So safety is data dependence: a node may be moved to wherever its operands are defined, and nothing
//! needs to know "the last guard above". Refined values cost nothing in machine code.
//!
//! # Effects
//!
//! See [`Effect`]. Pure nodes may be moved, merged, duplicated and dropped. Loads depend on the stores and calls
//! before them whose alias class meets theirs. A residual `call` has the effects that the intrinsic table
//! declares. A call that may raise is a guard too: it leaves *after* the call, and its exit's reason is `raise`;
//! the snapshot is the state in which the interpreter handles the exception, at the pc of the instruction.
//!
//! # Snapshots
//!
//! Frames are listed from the outermost inwards. In the tree's own frame (the first) registers that are not
//! listed still hold what they held at entry, since compiled code never writes frames; in inlined frames they are
//! unbound. A register holds a value of any type; the type says how to box it. Registers that the bytecode will
//! not read again should not be listed: each listed one keeps its value alive. The pc is where the interpreter
//! goes on, so everything that the instruction at `pc` does must not have happened yet (or the recorder uses a
//! later pc and puts results in registers).
//!
//! # Joins
//!
//! A label that is marked `join` stands where the two sides of a branch meet again. It is jumped to from side traces
//! of guards that stand above it in its own trace (or from side traces of those), never from below, so it is no loop.
//! The first of those guards is its *branch* ([`Tree::branches`]); what is defined between branch and join is gone
//! behind it but for what the parameters carry over. A join that nobody jumps to is as good as not there.
//!
//! # Canonical form
//!
//! Integer constants stand on the right of commutative ops and comparisons; `sub x, c` is `add x, -c`;
//! comparisons are not negated (`guard_false` of `lt` stays as it is). Passes may rely on none of it for being
//! right.
//!
//! # Well-formedness
//!
//! [`verify`] checks: definition before use, operand and result types, exits on guards and only there, labels
//! placed once and above the jumps to them (joins: below, in a trace that the jump hangs off), argument counts and types of labels and jumps, terminators, side
//! traces attached where they say, snapshots that only use what is defined, sunk nodes that are pure.
//!
//! # Text syntax
//!
//! [`print`](mod@print) describes it; [`parse`] reads it back. `Tree` implements `Display`.

#![forbid(unsafe_code)]

pub mod build;
pub mod eval;
pub mod intrinsics;
pub mod memory;
pub mod ops;
pub mod parse;
pub mod print;
pub mod random;
pub mod semantics;
pub mod tree;
pub mod types;
pub mod value;
pub mod verify;

pub use build::Builder;
pub use intrinsics::{Effects, Intrinsic};
pub use ops::{Effect, Imm, Op, Operand, ResultTy};
pub use tree::{
    AllocDesc, AllocId, DelayedStore, Exit, ExitId, ExitReason, Fact, FrameSnap, InitWord, Label, LabelId,
    Mem, MemId, Node, Obj, ObjId, SnapVal, Snapshot, Trace, TraceId, Tree, Val, Virtual,
};
pub use types::{AliasClass, AliasSet, MemTy, Ty};

#[cfg(test)]
mod tests;

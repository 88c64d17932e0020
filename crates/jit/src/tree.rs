//! A trace tree with what the run-time needs to know of it.
//!
//! The tree is kept as it was recorded: side traces are attached to that, and each compilation optimises a copy.
//! Objects that it names are kept alive by the table in [`crate::Jit`]; sites of residual calls live as long as the
//! tree.

use crate::live::Live;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;
use taipan_runtime::objects::code::Code;
use taipan_runtime::vm::exec::Pc;
use taipan_runtime::{Gc, Value};
use taipan_trace_codegen::Compiled;
use taipan_trace_ir::{ExitId, LabelId, TraceId, Tree, Val};

/// Pseudo-register of a snapshot's frame: its function.
pub const FUNC_REG: u32 = 0xFFFF_0000;
/// Pseudo-register: the instance that the frame's `__init__` makes ready.
pub const INIT_REG: u32 = 0xFFFF_0001;

/// A code object that frames of a tree run.
#[derive(Clone)]
pub struct CodeInfo {
    /// The code.
    pub code: Gc<Code>,
    /// Its liveness.
    pub live: Rc<Live>,
}

/// Where one frame is: code, instruction, and the function's word (0 for the tree's own frame).
pub type FrameKey = (u32, u32, u64);

/// What the recorder knows of a loop header.
#[derive(Clone)]
pub struct LabelInfo {
    /// The label.
    pub label: LabelId,
    /// The trace it is in.
    pub trace: TraceId,
    /// Exits that existed before it: later ones of its trace are below it.
    pub exits: usize,
    /// Frames, outermost first.
    pub key: Vec<FrameKey>,
    /// Which register of which frame each parameter is.
    pub params: Vec<(usize, u32, Val)>,
}

/// What a residual call does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SiteKind {
    /// Runs the instruction's general form.
    Instr,
    /// A conditional jump: the result is whether it jumps.
    Branch,
    /// `CALL`
    Call,
    /// `CALL_METHOD`
    Method,
    /// `CALL_KW`
    CallKw,
    /// `CALL_METHOD_KW`
    MethodKw,
    /// The next item of an iterator object; unbound at its end.
    Next,
}

/// A frame above the tree's own one during a residual call.
#[derive(Clone)]
pub struct SiteFrame {
    /// Offset of its registers from the caller's.
    pub window: u32,
    /// The function.
    pub func: Value,
    /// The calling instruction in the caller.
    pub call: Pc,
    /// An instance is being made: there is a pseudo frame in between.
    pub init: bool,
}

/// A residual call: an instruction that compiled code leaves to the interpreter's general form.
pub struct Site {
    /// What it does.
    pub kind: SiteKind,
    /// The instruction.
    pub pc: Pc,
    /// Its opcode number.
    pub op: u32,
    /// Frames above the tree's own.
    pub frames: Vec<SiteFrame>,
    /// Registers that it reads, in the order in which they are pushed.
    pub reads: Vec<u32>,
    /// Registers that it writes; the first is the result.
    pub writes: Vec<u32>,
}

/// A tree.
pub struct JitTree {
    /// Number: what the back edge's instruction holds.
    pub id: u16,
    /// As recorded.
    pub tree: Tree,
    /// Code objects by number.
    pub codes: Vec<CodeInfo>,
    /// The back edge.
    pub anchor: Pc,
    /// Its index.
    pub anchor_at: u32,
    /// Loop headers.
    pub labels: Vec<LabelInfo>,
    /// The trace each exit belongs to.
    pub exit_trace: Vec<TraceId>,
    /// Sites of residual calls.
    pub sites: Vec<Rc<Site>>,
    /// Words that the function of the entering frame must have: globals and builtins.
    pub globals: u64,
    /// See `globals`.
    pub builtins: u64,
    /// Inlined frames at most.
    pub depth: u32,
    /// Registers that they need above the own frame.
    pub room: u32,
    /// Machine code.
    pub compiled: Option<Rc<Compiled>>,
    /// How often each exit was taken.
    pub heat: FxHashMap<ExitId, u32>,
    /// When an exit is recorded next; absent: the usual threshold. `u32::MAX`: never.
    pub limit: FxHashMap<ExitId, u32>,
    /// Recordings from an exit that failed.
    pub failures: FxHashMap<ExitId, u32>,
    /// Guards that are not to be moved out of loops.
    pub no_hoist: FxHashSet<ExitId>,
    /// Entries.
    pub entries: u64,
    /// Compilations.
    pub compilations: u32,
}

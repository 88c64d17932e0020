//! A trace tree with what the run-time needs to know of it.
//!
//! The tree is kept as it was recorded: side traces are attached to that, and each compilation optimises a copy.
//! Objects that it names are kept alive by the table in [`crate::Jit`]; sites of residual calls live as long as the
//! tree.

use crate::flow::Flow;
use crate::gate::{Code as Machine, Gate};
use crate::live::Live;
use rustc_hash::FxHashSet;
use std::cell::OnceCell;
use std::rc::Rc;
use taipan_interp::call::Link;
use taipan_runtime::objects::code::Code;
use taipan_runtime::vm::exec::Pc;
use taipan_runtime::vm::watch::Watch;
use taipan_runtime::{Gc, Value};
use taipan_trace_ir::{ExitId, LabelId, TraceId, Tree, Val};

/// Pseudo-register of a snapshot's frame: its function.
pub const FUNC_REG: u32 = 0xFFFF_0000;
/// Pseudo-register: the instance that the frame's `__init__` makes ready.
pub const INIT_REG: u32 = 0xFFFF_0001;
/// Pseudo-register: there when the frame's result is dropped.
pub const DISCARD_REG: u32 = 0xFFFF_0002;
/// Pseudo-register: there when the frame stands for an operator.
pub const OPERATOR_REG: u32 = 0xFFFF_0003;

/// A code object that frames of a tree run.
#[derive(Clone)]
pub struct CodeInfo {
    /// The code.
    pub code: Gc<Code>,
    /// Its liveness.
    pub live: Rc<Live>,
    /// It may look at its own variables by name, and is not recorded.
    pub looks: bool,
    /// Its post-dominators, once they are asked for.
    pub flow: Rc<OnceCell<Flow>>,
}

impl CodeInfo {
    /// Where its branches meet again.
    pub fn flow(&self) -> &Flow {
        self.flow.get_or_init(|| Flow::new(&self.code.data))
    }
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
    /// Exits that existed when a join took it out of sight again: later ones of its trace are not below it.
    pub until: usize,
    /// Frames, outermost first.
    pub key: Vec<FrameKey>,
    /// Instructions, and residual ones, that its trace had followed when it was placed.
    pub counts: (u32, u32),
    /// Which register of which frame each parameter is.
    pub params: Vec<(usize, u32, Val)>,
}

/// What the recorder knows of a join.
#[derive(Clone)]
pub struct JoinInfo {
    /// The label.
    pub label: LabelId,
    /// The trace it is in.
    pub trace: TraceId,
    /// Exits of its trace that existed in front of its branch: from later ones ...
    pub first: usize,
    /// ... and earlier ones than these it can be jumped to.
    pub exits: usize,
    /// Frames, outermost first.
    pub key: Vec<FrameKey>,
    /// Which register of which frame each parameter is.
    pub params: Vec<(usize, u32, Val)>,
    /// The other live registers.
    pub rest: Vec<JoinRest>,
    /// Each frame's function and the instance it makes ready.
    pub frames: Vec<(Option<Val>, Option<Val>)>,
}

/// A register that a join takes to be what it was in front of the branch.
#[derive(Clone, Copy)]
pub struct JoinRest {
    /// Its frame.
    pub frame: usize,
    /// Its number.
    pub reg: u32,
    /// What it holds; none: what it held at entry, or nothing.
    pub value: Option<Val>,
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
    /// Which argument word has the function instead, if it is not always the same.
    pub closure: Option<usize>,
    /// The calling instruction in the caller.
    pub call: Pc,
    /// How its result is handed on.
    pub link: Link,
}

/// A residual call: an instruction that compiled code leaves to the interpreter's general form.
pub struct Site {
    /// What it does.
    pub kind: SiteKind,
    /// The instruction.
    pub pc: Pc,
    /// Its opcode number.
    pub op: u32,
    /// Its opcode.
    pub opcode: taipan_bytecode::Op,
    /// Frames above the tree's own.
    pub frames: Vec<SiteFrame>,
    /// Registers that it reads, in the order in which they are pushed.
    pub reads: Vec<u32>,
    /// Registers that it writes; the first is the result.
    pub writes: Vec<u32>,
    /// Variables of all frames (by number from the tree's own one, and register) that are pushed behind what is read,
    /// and that stand in their registers meanwhile: where the program may look at them.
    pub variables: Vec<(u32, u32)>,
}

/// What is known of an exit.
#[derive(Clone, Copy, Default, Debug)]
pub struct ExitHeat {
    /// How often it was taken.
    pub count: u32,
    /// When it is recorded: 0 is the usual threshold, `u32::MAX` never.
    pub limit: u32,
    /// Recordings from it that failed.
    pub failures: u32,
    /// There is a side trace for it that is not compiled yet, which saves so many nanoseconds.
    pub pending: u32,
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
    /// Joins.
    pub joins: Vec<JoinInfo>,
    /// The trace each exit belongs to.
    pub exit_trace: Vec<TraceId>,
    /// Sites of residual calls.
    pub sites: Vec<Rc<Site>>,
    /// What entries look at.
    pub gate: &'static Gate,
    /// What it relies on.
    pub watch: Rc<Watch>,
    /// Inlined frames at most.
    pub depth: u32,
    /// Registers that they need above the own frame.
    pub room: u32,
    /// Machine code.
    pub compiled: Option<Box<Machine>>,
    /// What is known of each exit of `tree`, by its number.
    pub heat: Vec<ExitHeat>,
    /// Guards that are not to be moved out of loops.
    pub no_hoist: FxHashSet<ExitId>,
    /// Compilations.
    pub compilations: u32,
    /// Side traces (and guards taken back) that are not compiled yet.
    pub pending: u32,
    /// Nanoseconds that those would have spared since the last compilation.
    pub lost: u64,
    /// How many must be lost before the tree is compiled again.
    pub due: u64,
    /// Before the first compilation: rounds of the loop to wait for.
    pub wait: u64,
    /// Nanoseconds that a round of the root trace saves, about.
    pub gain: u64,
    /// Entries end too soon to pay, as it seems.
    pub brief: bool,
    /// How long runs of the loop are could not be seen beforehand.
    pub unseen: bool,
    /// By how many per cent its code is faster than the interpreter, about.
    pub faster: u64,
    /// What it does may hardly be faster in compiled code: see `policy::doubtful`.
    pub doubtful: bool,
    /// Entries last some microseconds at most.
    pub short: bool,
    /// Its code was compiled with the least effort.
    pub quick: bool,
    /// It ran for long enough to be worth all effort.
    pub worthy: bool,
    /// Nanoseconds in compiled code, about.
    pub inside: u64,
    /// Residual calls are left in it.
    pub calls: bool,
    /// Instructions of its root trace, and residual ones among them.
    pub counts: (u32, u32),
    /// Nodes after the passes, of the last compilation.
    pub optimized: usize,
    /// Nodes of the tree when it was last compiled.
    pub compiled_nodes: usize,
    /// Nanoseconds in compiled code, of the entries that were timed, and their number.
    pub timed: (u64, u32),
    /// How many times in a row since the last compilation its entries were found not to pay.
    pub strikes: u32,
    /// An exit got hot when there was no time to record.
    pub starved: bool,
    /// The back edge's own handler, while compiled code stands in for it.
    pub handler: u32,
    /// Objects and code objects of it that are kept alive by now.
    pub kept: (usize, usize),
    /// Entries when code was last freed for want of room.
    pub entries_then: u64,
    /// Not to be entered any more, nor compiled.
    pub retired: bool,
}

impl JitTree {
    /// The row of an exit.
    #[inline]
    pub fn exit(&mut self, x: ExitId) -> &mut ExitHeat {
        if x.ix() >= self.heat.len() {
            self.heat.resize(x.ix() + 1, ExitHeat::default());
        }
        &mut self.heat[x.ix()]
    }
    /// Counts what the ways out of its code were taken since somebody looked.
    pub fn settle(&mut self) {
        let Some(code) = self.compiled.take() else { return };
        for (way, x) in code.ways.iter().zip(&code.compiled.exits) {
            let n = way.taken.replace(0);
            if n > 0 {
                let row = self.exit(x.origin);
                row.count = row.count.saturating_add(n);
            }
        }
        self.compiled = Some(code);
    }
    /// How many exits with the same place and reason lie above this one: side traces from each of them came here again.
    pub fn repeats(&self, x: ExitId) -> u32 {
        let key = |x: ExitId| {
            let e = &self.tree.exits[x.ix()];
            let f = e.snap.frames.last().map_or((0, 0), |f| (f.code, f.pc));
            (f, e.snap.frames.len(), e.reason)
        };
        let own = key(x);
        let mut n = 0;
        let mut at = x;
        while let Some(up) = self.tree.traces[self.exit_trace[at.ix()].ix()].parent {
            n += u32::from(key(up) == own);
            at = up;
        }
        n
    }
    /// Its code was freed: rounds before it is compiled again.
    pub fn wait_again(&mut self) -> u64 {
        self.wait = 0;
        20_000
    }
    /// Nodes that compiling it would have to do with, about: what the passes left last time, and what is new.
    pub fn size(&self) -> usize {
        let all = self.tree.nodes.len();
        if self.compilations == 0 { all } else { self.optimized + all.saturating_sub(self.compiled_nodes) }
    }
}

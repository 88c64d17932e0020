//! The recorder: follows the interpreter instruction by instruction and writes a trace.
//!
//! In: [`Recorder::step`] for each instruction that is about to run, with its live registers. Out: nodes in the tree,
//! and in the end a jump to a loop header or a way out. What an instruction does to registers is done to *shadow*
//! frames too: for each register the node that holds its value. A register without a node holds what it held at entry
//! (own frame) or nothing (inlined frames).
//!
//! Everything is recorded *before* the instruction runs: types and targets are taken from live registers. Where only
//! the outcome tells (the way of a branch), the rest of the work is *pending* until the next step. An instruction
//! whose next step is somewhere else than expected (an exception) ends the recording.
//!
//! Where a guard fails, the interpreter goes on at the guard's instruction, so guards stand before any effect of
//! theirs; the guard of a branch leaves to the branch's other side.
//!
//! * `frames.rs`: shadow frames, snapshots, unboxing guards; `labels.rs`: loop headers and closing them;
//! * `joins.rs`: where the sides of branches meet again;
//! * `arith.rs`, `compare.rs`, `items.rs`, `attrs.rs`, `calls.rs`, `natives.rs`, `iter.rs`: families of opcodes;
//! * `residual.rs`: everything else.

mod arith;
mod attrs;
mod build;
mod calls;
mod compare;
mod dicts;
mod dunder;
mod frames;
mod items;
mod iter;
mod joins;
mod labels;
mod mems;
mod natives;
mod operators;
mod raw;
mod residual;
mod slices;
mod steps;
mod watches;

use crate::live::Live;
use crate::stats::Abort;
use crate::tree::{CodeInfo, JitTree, JoinInfo, LabelInfo, Site};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use taipan_bytecode::{Instr, Op};
use taipan_interp::call::Link;
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::function::Function;
use taipan_runtime::vm::exec::{Pc, Regs};
use taipan_runtime::vm::watch::Watch;
use taipan_runtime::{Gc, Raised, Value, Vm};
use taipan_trace_ir::{Builder, ExitId, ExitReason, SnapVal, TraceId, Tree, Val, tree::Mark};

/// The recorder's results: given up, or what was asked for.
pub type Rec<T = ()> = Result<T, Abort>;

/// What became of a step.
#[derive(Clone, Copy)]
pub enum Outcome {
    /// Goes on.
    Continue,
    /// The trace is complete.
    Done,
    /// The instruction was run: the interpreter goes on here.
    Ran(Pc),
    /// The instruction was run, and raised.
    Raised(Raised),
}

/// A shadow frame.
#[derive(Clone)]
pub struct Frame {
    /// Its code's number.
    pub code: u32,
    /// Its code.
    pub co: Gc<Code>,
    /// Its function, live.
    pub func: Gc<Function>,
    /// Its function as a node, for inlined frames.
    pub func_val: Option<Val>,
    /// Liveness of its code.
    pub live: Rc<Live>,
    /// Its registers.
    pub regs: Regs,
    /// Offset of its registers from the caller's.
    pub window: u32,
    /// How its result is handed on.
    pub link: Link,
    /// The instance that it makes ready, if it is an `__init__`.
    pub init: Option<Val>,
    /// The instruction being recorded, or the call in it.
    pub at: u32,
    /// Nodes of registers.
    pub shadow: Vec<Option<Val>>,
}

/// What waits for the next step.
enum Pending {
    /// A branch: `jumps` says for which value of `cond` it jumps; `poll`: it is a back edge.
    Branch { cond: Val, jumps: bool, target: u32, poll: bool },
    /// An iterator's step: `end` says whether it is exhausted.
    Next { end: Val, item: Val, a: u32, target: u32, looped: bool },
    /// Nothing.
    None,
}

/// Where the next step must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// At one of these two instructions of the top frame.
    At(u32, u32),
    /// At the beginning of the top frame's code.
    Entry,
}

/// The state of a recording.
pub struct Recorder {
    vm: *const Vm,
    /// The tree being extended.
    pub tree: Tree,
    /// The trace being written.
    pub trace: TraceId,
    /// Frames, outermost first.
    pub frames: Vec<Frame>,
    /// Code objects by number.
    pub codes: Vec<CodeInfo>,
    /// Loop headers of the tree.
    pub labels: Vec<LabelInfo>,
    /// Its joins.
    pub joins: Vec<JoinInfo>,
    /// The trace of each exit.
    pub exit_trace: Vec<TraceId>,
    /// Sites of residual calls.
    pub sites: Vec<Rc<Site>>,
    /// Inlined frames at most so far.
    pub depth: u32,
    /// Registers above the own frame at most so far.
    pub room: u32,
    /// The tree's back edge.
    pub anchor: Pc,
    /// The exit that a side trace starts from.
    pub from: Option<ExitId>,
    /// What the tree relies on.
    pub watch: Rc<Watch>,
    /// Limits.
    pub limits: Limits,
    /// Instructions followed so far.
    pub instructions: u32,
    /// Residual instructions among them; those count for more that take longer than others.
    pub residuals: u32,
    /// It ended with a jump to a loop header or join.
    pub closed: bool,
    /// To a join.
    pub joined: bool,
    /// Joins placed so far.
    pub joins_placed: u32,
    /// Instructions, and residual ones, of the loop that it ended with, if that is its own.
    pub round: Option<(u32, u32)>,
    /// Nanoseconds that an entry into each tree lasts, on average.
    pub worth: Rc<RefCell<Vec<u32>>>,
    /// Nanoseconds spent so far.
    pub time: u64,
    /// Nanoseconds of those that the program itself ran, in residual instructions.
    pub away: u64,
    mark: Option<Mark>,
    first: bool,
    pending: Pending,
    expect: Expect,
    mems: FxHashMap<&'static str, taipan_trace_ir::MemId>,
    /// A part of a list that was recorded with the making of its slice: where it is asked for, and the result.
    sliced: Option<(u32, Val)>,
    /// A part of a list whose making is put off until it is assigned to another part.
    moving: Option<slices::Moving>,
    /// Ranges made in this trace: start, length, step.
    ranges: FxHashMap<Val, (Val, Val, Val)>,
    /// Branches whose joins are still to come, in the order in which they were met.
    opens: Vec<joins::Open>,
    start: usize,
    /// Nodes that were looked at for calls that may change what the tree relies on.
    seen: usize,
    /// There was such a call since the last check.
    called: bool,
    /// The last check.
    valid: Option<Val>,
}

/// Bounds on a recording.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nodes of one trace.
    pub nodes: usize,
    /// Instructions of the interpreter that it follows.
    pub instructions: u32,
    /// Instructions that a trace must follow if it does not close a loop.
    pub least: u32,
    /// Loops are copied whose own trees run for less than so many nanoseconds an entry.
    pub absorb: u64,
    /// Inlined frames.
    pub depth: usize,
    /// Times that one code object may be among the frames.
    pub recursion: usize,
    /// Versions of one loop header.
    pub versions: usize,
    /// Times that what the tree relies on may have changed.
    pub rebinds: u32,
    /// The first trace of a loop may begin with the loop's end.
    pub ends: bool,
    /// Place joins, and end side traces at them.
    pub joins: bool,
    /// Compare shadow frames with the real ones at each step.
    pub check: bool,
    /// Somebody may look at variables of frames by name: all of them are kept.
    pub watched: bool,
}

impl Recorder {
    /// Starts a root trace at a back edge.
    pub fn root(vm: &Vm, name: &str, func: Gc<Function>, pc: Pc, regs: Regs, limits: Limits) -> Recorder {
        let mut r = Recorder {
            vm,
            instructions: 0,
            residuals: 0,
            closed: false,
            round: None,
            worth: Rc::default(),
            time: 0,
            away: 0,
            mark: None,
            tree: Tree::new(name),
            trace: TraceId(0),
            frames: vec![],
            codes: vec![],
            labels: vec![],
            joins: vec![],
            joined: false,
            joins_placed: 0,
            opens: vec![],
            exit_trace: vec![],
            sites: vec![],
            depth: 0,
            room: 0,
            anchor: pc,
            from: None,
            watch: vm.watches.watch(),
            seen: 0,
            called: false,
            valid: None,
            limits,
            first: true,
            pending: Pending::None,
            expect: Expect::Entry,
            mems: FxHashMap::default(),
            sliced: None,
            moving: None,
            ranges: FxHashMap::default(),
            start: 0,
        };
        let co = func.code.get();
        let code = r.code_number(co);
        let at = co.index_of(pc);
        r.frames.push(Frame {
            code,
            co,
            func,
            func_val: None,
            live: r.codes[code as usize].live.clone(),
            regs,
            window: 0,
            link: Link::Result,
            init: None,
            at,
            shadow: vec![None; co.nregs as usize],
        });
        r.expect = Expect::At(at, at);
        r
    }

    /// Starts a side trace at an exit whose frames were just rebuilt; `regs` are theirs, outermost first.
    ///
    /// The tree's own IR is moved into the recorder: it comes back longer, or as it was ([`Recorder::undo`]).
    pub fn side(
        vm: &Vm,
        jt: &mut JitTree,
        exit: ExitId,
        frames: &[(Regs, Gc<Function>)],
        limits: Limits,
    ) -> Recorder {
        let mut tree = std::mem::take(&mut jt.tree);
        let mark = tree.mark();
        let snap = tree.exits[exit.ix()].snap.clone();
        let trace = Builder::side(&mut tree, exit).trace();
        let mut r = Recorder {
            vm,
            instructions: 0,
            residuals: 0,
            closed: false,
            round: None,
            worth: Rc::default(),
            time: 0,
            away: 0,
            mark: Some(mark),
            start: tree.nodes.len(),
            seen: tree.nodes.len(),
            called: false,
            valid: None,
            watch: jt.watch.clone(),
            tree,
            trace,
            frames: vec![],
            codes: jt.codes.clone(),
            labels: jt.labels.clone(),
            joins: jt.joins.clone(),
            joined: false,
            joins_placed: 0,
            opens: vec![],
            exit_trace: jt.exit_trace.clone(),
            sites: jt.sites.clone(),
            depth: jt.depth,
            room: jt.room,
            anchor: jt.anchor,
            from: Some(exit),
            limits,
            first: true,
            pending: Pending::None,
            expect: Expect::Entry,
            mems: FxHashMap::default(),
            sliced: None,
            moving: None,
            ranges: FxHashMap::default(),
        };
        for (f, &(regs, func)) in snap.frames.iter().zip(frames) {
            let info = &r.codes[f.code as usize];
            let mut shadow = vec![None; info.code.nregs as usize];
            let (mut func_val, mut init, mut link) = (None, None, Link::Result);
            for &(n, s) in &f.regs {
                let SnapVal::Val(v) = s else { continue };
                match n {
                    crate::tree::FUNC_REG => func_val = Some(v),
                    crate::tree::INIT_REG => (init, link) = (Some(v), Link::Init),
                    crate::tree::DISCARD_REG => link = Link::Discard,
                    crate::tree::OPERATOR_REG => link = Link::Operator,
                    n => shadow[n as usize] = Some(v),
                }
            }
            r.frames.push(Frame {
                code: f.code,
                co: info.code,
                func,
                func_val,
                live: info.live.clone(),
                regs,
                window: f.ret.unwrap_or(0),
                link,
                init,
                at: f.pc,
                shadow,
            });
        }
        let at = r.frames.last().expect("a snapshot has a frame").at;
        r.expect = Expect::At(at, at);
        r
    }

    /// Takes a side trace back: what is left is the tree as it was.
    pub fn undo(mut self) -> Tree {
        if let Some(mark) = self.mark {
            self.tree.rewind(mark);
        }
        self.tree
    }
    /// Nodes written by this recording.
    pub fn nodes(&self) -> usize {
        self.tree.nodes.len() - self.start
    }
    /// Where it is: code and instruction.
    pub fn position(&self) -> (Gc<Code>, u32) {
        (self.top().co, self.top().at)
    }

    fn vm(&self) -> &'static Vm {
        // SAFETY: a recording never outlives its VM, which drives it.
        unsafe { &*self.vm }
    }
    fn code_number(&mut self, co: Gc<Code>) -> u32 {
        if let Some(i) = self.codes.iter().position(|c| c.code == co) {
            return i as u32;
        }
        let live = Rc::new(Live::new(&co.data, self.limits.watched));
        let looks = crate::live::looks(&co.data);
        self.codes.push(CodeInfo { code: co, live, looks, flow: Rc::default() });
        self.codes.len() as u32 - 1
    }
    fn b(&mut self) -> Builder<'_> {
        Builder::resume(&mut self.tree, self.trace)
    }
    fn top(&self) -> &Frame {
        self.frames.last().expect("a recording has a frame")
    }
    fn top_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a recording has a frame")
    }
    /// The live value of a register of the top frame.
    fn live(&self, r: u32) -> Value {
        // SAFETY: operands lie within the frame, which is on the stack.
        unsafe { *self.top().regs.add(r as usize) }
    }

    /// The instruction at `pc` is about to run in frame `regs`.
    pub fn step(&mut self, pc: Pc, regs: Regs) -> Rec<Outcome> {
        let top = self.top();
        if top.regs != regs || top.co.block.get().is_null() {
            return Err(Abort::Diverged);
        }
        let at = top.co.index_of(pc);
        let fits = match self.expect {
            Expect::At(a, b) => at == a || at == b,
            Expect::Entry => at == 0,
        };
        if !fits {
            return Err(Abort::Diverged);
        }
        self.resolve(at);
        if self.instructions == 1 && self.from.is_none() && self.frames.len() == 1 && !self.limits.ends {
            let back = self.top().at as usize;
            let target = self.top().co.data.instrs[back].jump_target(back);
            // What follows is not the loop, and what the loop does not change would not leave it.
            if target.is_some_and(|t| t <= back as i64 && t != i64::from(at)) {
                return Err(Abort::LastRound);
            }
        }
        self.top_mut().at = at;
        self.check_watch()?;
        if self.limits.check || cfg!(debug_assertions) {
            self.check_shadow();
        }
        if let Some(done) = self.meets()? {
            return Ok(done);
        }
        let i = self.top().co.data.instrs[at as usize];
        let op = i.opcode();
        self.instructions += 1;
        // Behind a slice that was not made there is no way out.
        let over = self.nodes() > self.limits.nodes || self.instructions > self.limits.instructions;
        if over && !self.putting_off() {
            if self.from.is_some() {
                return self.leave();
            }
            return Err(Abort::TooLong);
        }
        if self.instructions == 1 && self.from.is_none() && self.looks(self.top().co) {
            return Err(Abort::Opcode);
        }
        // A side trace that starts at a back edge runs it first: going to the header at once would go in circles.
        let first = std::mem::replace(&mut self.first, false) && self.from.is_some();
        if op.is_loop()
            && op != Op::JUMP_BACK_NO_INTERRUPT
            && !first
            && matches!(self.at_loop(pc)?, Outcome::Done)
        {
            return Ok(Outcome::Done);
        }
        if op == Op::FOR_ITER && !first && self.at_loop_entry(at, &i)? {
            return Ok(Outcome::Done);
        }
        if !self.opens.is_empty() && !self.putting_off() && !op.is_loop() {
            self.place_join();
        }
        self.expect = Expect::At(at + 1, at + 1);
        self.instr(op, &i, pc)
    }

    /// May `co` look at its own variables by name?
    fn looks(&mut self, co: Gc<Code>) -> bool {
        let k = self.code_number(co);
        self.codes[k as usize].looks
    }

    /// Finishes what waited to know where control went.
    fn resolve(&mut self, at: u32) {
        let pending = std::mem::replace(&mut self.pending, Pending::None);
        if let Pending::Next { end, item, a, target, looped } = pending {
            self.resolve_next(end, item, a, target, looped, at);
        } else if let Pending::Branch { cond, jumps, target, poll } = pending {
            let here = self.top().at;
            let taken = at == target;
            let other = if taken { here + 1 } else { target };
            let holds = taken == jumps;
            if target != here + 1 && self.tree.bits(cond).is_none() {
                let reason = if poll && taken { ExitReason::LoopEnd } else { ExitReason::Branch };
                let (mark, exits) = (self.tree.nodes.len(), self.tree.exits.len());
                let x = self.exit_at(other, reason);
                let op = if holds { taipan_trace_ir::Op::GuardTrue } else { taipan_trace_ir::Op::GuardFalse };
                self.b().guard(op, &[cond], x);
                if !poll {
                    self.opened(here, mark, exits);
                }
            }
            if poll && taken {
                self.poll_at(here);
            }
        }
    }

    /// Leaves here: the interpreter goes on at the instruction. A trace that ends so must have come some way: a root
    /// trace round its loop, a side trace past its first instructions.
    fn leave(&mut self) -> Rec<Outcome> {
        if self.from.is_none() {
            return Err(Abort::Opcode);
        }
        if self.instructions < self.limits.least {
            // Mostly there may be another round.
            let op = self.top().co.data.instrs[self.top().at as usize].opcode();
            let returns = matches!(op, Op::RETURN | Op::RETURN_CONST);
            return Err(if returns { Abort::LastRound } else { Abort::NoGain });
        }
        let x = self.exit(ExitReason::End);
        self.b().leave(x);
        Ok(Outcome::Done)
    }

    /// Records a poll of the interrupt word that leaves to instruction `at`.
    fn poll_at(&mut self, at: u32) {
        let x = self.exit_at(at, ExitReason::Interrupt);
        self.b().guard(taipan_trace_ir::Op::Poll, &[], x);
    }

    fn jump_target(&self, i: &Instr) -> u32 {
        (self.top().at as i64 + 1 + i.e as i32 as i64) as u32
    }

    fn instr(&mut self, op: Op, i: &Instr, pc: Pc) -> Rec<Outcome> {
        use Op::*;
        match op {
            NOP => {}
            LOAD_CONST => {
                let v = self.top().co.consts.get().items()[i.e as usize];
                if v.is_unbound() {
                    return self.residual(op, i, pc);
                }
                let k = self.constant(v);
                self.set(i.a.into(), k);
            }
            MOVE => {
                let v = self.get(i.b.into());
                self.set(i.a.into(), v);
            }
            CLEAR_LOCAL => {
                let v = self.constant(Value::UNBOUND);
                self.set(i.a.into(), v);
            }
            CHECK_BOUND => {
                if self.live(i.a.into()).is_unbound() {
                    return self.leave();
                }
                self.bound(i.a.into());
            }
            JUMP | JUMP_BACK_NO_INTERRUPT => {
                let t = self.jump_target(i);
                self.expect = Expect::At(t, t);
            }
            LOOP_JUMP => {
                let t = self.jump_target(i);
                self.expect = Expect::At(t, t);
                let at = self.top().at;
                self.poll_at(at);
            }
            IS | IS_NOT => {
                let (a, b) = (self.boxed(i.b.into()), self.boxed(i.c.into()));
                let mut c = self.same(a, b);
                if op == IS_NOT {
                    c = self.b().op(taipan_trace_ir::Op::BNot, &[c]);
                }
                self.set(i.a.into(), c);
            }
            RETURN | RETURN_CONST => return self.returns(op, i),
            CALL | CALL_METHOD | CALL_KW | CALL_METHOD_KW => return self.call(op, i, pc),
            // What moves frames or belongs to exceptions is the interpreter's.
            RETURN_GENERATOR | YIELD | SEND | RAISE | RAISE_FROM | RERAISE | RAISE_CURRENT | PUSH_EXC
            | POP_EXC | CALL_EX | END_ASYNC_FOR | CLEANUP_THROW | IMPORT_STAR | MAKE_CELL | DELETE_FAST => {
                return self.leave();
            }
            _ => {
                if self.putting_off() && self.slices(op, i)? {
                    return Ok(Outcome::Continue);
                }
                if let Some(next) = self.dunder(op, i, pc)? {
                    return Ok(next);
                }
                if self.arith(op, i)?
                    || self.compare(op, i)?
                    || self.items(op, i)?
                    || self.dicts(op, i)?
                    || self.attrs(op, i, pc)?
                    || self.iterate(op, i)?
                    || self.slices(op, i)?
                    || self.build(op, i)?
                {
                    return Ok(Outcome::Continue);
                }
                return self.residual(op, i, pc);
            }
        }
        Ok(Outcome::Continue)
    }

    /// Labels of the traces that lead to here, and that lie above here.
    fn visible(&self, l: &LabelInfo) -> bool {
        let mut t = self.trace;
        if l.trace == t {
            return l.until == usize::MAX;
        }
        while let Some(x) = self.tree.traces[t.ix()].parent {
            t = self.exit_trace[x.ix()];
            if t == l.trace {
                return (l.exits..l.until).contains(&x.ix());
            }
        }
        false
    }
}

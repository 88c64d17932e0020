//! Policy: when a tree is compiled, compiled again, or given up.
//!
//! In: what trees cost (nodes) and what was lost without compiling them (rounds in the interpreter, exits taken). Out:
//! yes, no, or not yet. The rule is that of renting or buying skis: nothing is compiled before what it could have
//! saved so far is about what compiling it costs, so that compiling never costs more than a constant times what was
//! lost, whatever the program does next; side traces that come up in the meantime are compiled together. All of this
//! counts nodes, rounds and exits, so that a run can be repeated. On top there is a budget of time: a share of the run
//! time, a small allowance, and a share of what compiled code has spared by then, as far as that can be told from how long
//! entries last and what the optimiser left of a round: a program that gains nothing is not made slower by more than the
//! first two, and one that stays in fast code may have more of it. Loops that call and look up rather than calculate get
//! a smaller share, and recordings a part of it all. Trees whose entries spare nothing are given up. All
//! time is the thread's own, so that a busy machine does not look like a slow compiler. `jit-budget=0` switches all that
//! off.

use crate::clock;
use crate::params::Params;
use crate::record::Recorder;
use crate::tree::JitTree;
use std::cell::Cell;
use std::time::Duration;
use taipan_trace_ir::{Effect, Intrinsic, Op, Tree, Ty, Val};

/// See the file's header.
pub struct Policy {
    /// What the clock showed.
    start: Duration,
    spent: Cell<u64>,
    /// In recordings, of that.
    recorded: Cell<u64>,
    /// Nanoseconds that compiled code spared, about.
    spared: Cell<u64>,
}

/// Nanoseconds that looking at the clock adds to an entry.
const CLOCK: u64 = 40;
/// Entries of a tree that are all timed; later ones are sampled.
pub const TIMED: u64 = 32;

impl Default for Policy {
    fn default() -> Policy {
        Policy { start: clock::cpu(), spent: Cell::new(0), recorded: Cell::new(0), spared: Cell::new(0) }
    }
}

/// Are thresholds so low that everything is to be compiled at once?
pub fn eager(p: &Params) -> bool {
    p.threshold() < 100
}

/// Nanoseconds that compiling so many nodes takes, about.
fn cost(p: &Params, nodes: usize, quick: bool) -> u64 {
    (nodes as u64).saturating_mul(p.node_cost()) / if quick { 2 } else { 1 }
}

/// Nanoseconds that must have been lost before a tree is compiled.
fn price(p: &Params, t: &JitTree) -> u64 {
    if eager(p) { 0 } else { cost(p, t.size(), quick(p, t)) / 100 * u64::from(p.pay()) }
}

/// Nanoseconds below which entries, or runs of a loop, are short.
pub const SHORT: u64 = 20_000;

/// Is a tree to be compiled with the least effort?
pub fn quick(p: &Params, t: &JitTree) -> bool {
    match p.quick() {
        0 => false,
        1 => !eager(p) && p.budget() != 0 && !t.worthy && (t.brief || t.short),
        _ => true,
    }
}

/// Did code that was made with the least effort run for so long that more would have paid?
pub fn worthy(p: &Params, t: &JitTree) -> bool {
    const TIMES: u64 = 4;
    p.quick() == 1 && t.quick && !t.worthy && t.inside > TIMES * cost(p, t.size(), false)
}

fn saved(p: &Params, instructions: u32, residuals: u32) -> i64 {
    let (n, residuals) = (i64::from(instructions), i64::from(residuals));
    (n - residuals) * p.instr_cost() as i64 - residuals * p.residual_cost() as i64
}

/// Nanoseconds that a run through a trace saves against the interpreter, about; below 0 if it is slower. A loop of its
/// own at its end must be faster by itself.
pub fn gain(p: &Params, r: &Recorder) -> i64 {
    let all = saved(p, r.instructions, r.residuals);
    match r.round.map(|(n, residuals)| saved(p, n, residuals)) {
        Some(round) if r.from.is_none() || round <= 0 => round,
        // A side trace that ends in a loop spares leaving and entering.
        _ if r.from.is_some() && r.closed => all + p.exit_cost() as i64,
        _ => all,
    }
}

/// Tenths of nanoseconds that a node takes, about: memory is in the cache as a rule, and what does not depend on each
/// other runs at once.
fn weight(tree: &Tree, v: Val) -> u64 {
    match (tree.op(v), tree.op(v).effect()) {
        (Op::FDiv | Op::FSqrt | Op::FloorDiv | Op::FloorMod | Op::UDiv | Op::URem, _) => 30,
        (_, Effect::Pure | Effect::Guard) => 3,
        (_, Effect::GuardLoad | Effect::Load | Effect::Store | Effect::Poll) => 5,
        (_, Effect::Barrier) => 10,
        (_, Effect::Alloc) => 80,
        (_, Effect::Call) => match tree.intrinsic(v) {
            Intrinsic::PyInstr | Intrinsic::ArgPush => 0,
            i if i.effects().pure => 50,
            _ => 150,
        },
        _ => 0,
    }
}

/// By how many per cent a round of the root trace is faster than in the interpreter, by an estimate from the optimised
/// tree. What residual calls do takes its time in both.
pub fn faster(p: &Params, t: &JitTree, tree: &Tree) -> u64 {
    const CALL: u64 = 60;
    let (n, residuals) = (u64::from(t.counts.0), u64::from(t.counts.1));
    let body = &tree.traces[0].body;
    let header = body.last().filter(|&&v| tree.op(v) == Op::Jump).map(|&v| tree.label_of(v));
    let round =
        body.iter().rev().take_while(|&&v| tree.op(v) != Op::Label || Some(tree.label_of(v)) != header);
    let code = round.map(|&v| weight(tree, v)).sum::<u64>() / 10 + residuals * (CALL + p.residual_cost());
    let interpreted = n * p.instr_cost() + residuals * CALL;
    (interpreted * 100 / code.max(1)).saturating_sub(100).min(2000)
}

/// Does a recording calculate with floats? That is what compiled code does best: it need not box them.
pub fn numeric(r: &Recorder) -> bool {
    const LEAST: usize = 3;
    const SHARE: usize = 15;
    let float = |&&v: &&Val| {
        let n = r.tree.node(v);
        matches!(n.op, Op::GuardFloat | Op::FLt | Op::FLe | Op::FGt | Op::FGe)
            || n.ty == Ty::F64 && n.op.is_pure()
    };
    let floats = r.tree.traces[r.trace.ix()].body.iter().filter(float).count();
    floats >= LEAST && floats * SHARE >= r.instructions as usize
}

/// Does experience speak against compiling a loop that was just recorded? What follows calls into methods, and compares
/// and looks up objects all the way, meets other objects soon, and compiled code loads and checks as the interpreter
/// does. Such loops get a smaller budget, until their entries turn out to last.
pub fn doubtful(r: &Recorder) -> bool {
    !numeric(r) && (r.depth > 0 || r.residuals > 0)
}

/// Are residual calls left in an optimised tree?
pub fn calls(tree: &Tree) -> bool {
    let residual = |&v: &Val| match tree.op(v) {
        Op::Call => matches!(tree.intrinsic(v), Intrinsic::PyInstr),
        _ => false,
    };
    tree.live_traces().iter().any(|t| tree.traces[t.ix()].body.iter().any(residual))
}

/// Nanoseconds that an entry spares, about, if it lasts so long; below 0 if the interpreter does better.
///
/// The estimate for the root trace is what a long run may gain. Runs that are over soon take branches that were not
/// foreseen, and wait for memory as the interpreter does; and how much of its time a tree with residual calls
/// spends in those is not known.
pub fn spared(p: &Params, t: &JitTree, nanoseconds: u64) -> i64 {
    let inside = nanoseconds.saturating_sub(CLOCK);
    let trust = if t.doubtful { (inside / 32).min(25) } else { inside / 8 };
    let faster = t.faster.min(trust).min(if t.calls { 60 } else { u64::MAX });
    (inside.saturating_mul(faster) / 100).min(1 << 40) as i64 - p.exit_cost() as i64
}

/// Rounds of the loop that are to be run before its first trace is compiled.
pub fn rounds(p: &Params, t: &JitTree) -> u64 {
    (price(p, t) / t.gain.max(1)).saturating_sub(u64::from(p.threshold()))
}

/// Nanoseconds that are to be lost in exits before the tree is compiled again: the more, the more often it was, if it is
/// one of those that gain little.
pub fn due(p: &Params, t: &JitTree) -> u64 {
    price(p, t) * if t.doubtful || t.short { u64::from(t.compilations.clamp(1, 8)) } else { 1 }
}

impl Policy {
    /// Takes note of time that was spent recording or compiling.
    pub fn spend(&self, time: Duration) {
        self.spent.set(self.spent.get() + u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }
    /// Takes note of nanoseconds that were spent recording.
    pub fn record(&self, nanoseconds: u64) {
        self.recorded.set(self.recorded.get() + nanoseconds);
        self.spent.set(self.spent.get() + nanoseconds);
    }
    fn elapsed(&self) -> u64 {
        u64::try_from((clock::cpu() - self.start).as_nanos()).unwrap_or(u64::MAX)
    }
    /// Is there time to record something? What was recorded may turn out not to be worth compiling.
    pub fn may_record(&self, p: &Params) -> bool {
        const SHARE: u64 = 4;
        const ALLOWANCE: u64 = 16;
        if p.budget() == 0 || eager(p) {
            return true;
        }
        let share = self.elapsed() / 100 * u64::from(p.budget()) / SHARE;
        let allowance = u64::from(p.allowance()) * 1_000_000 / ALLOWANCE;
        let reward = self.spared.get() / 100 * u64::from(p.reward()) / SHARE;
        self.recorded.get() <= share + allowance + reward
    }
    /// Takes note of time that compiled code spared.
    pub fn spared(&self, nanoseconds: i64) {
        self.spared.set(self.spared.get().saturating_add_signed(nanoseconds));
    }
    /// Is there time to compile a tree? Loops whose runs are brief, or that are
    /// doubtful, may use a part of it only.
    pub fn affords(&self, p: &Params, t: &JitTree) -> bool {
        self.within(p, cost(p, t.size(), quick(p, t)), t.brief || t.doubtful)
    }
    /// Is there time to spend so many nanoseconds? See [`Policy::affords`].
    pub fn within(&self, p: &Params, cost: u64, brief: bool) -> bool {
        if p.budget() == 0 || eager(p) {
            return true;
        }
        let elapsed = self.elapsed();
        let share = if brief {
            elapsed / 100 * u64::from(p.brief_budget())
        } else {
            u64::from(p.allowance()) * 1_000_000 + elapsed / 100 * u64::from(p.budget())
        };
        let allowed = share + self.spared.get() / 100 * u64::from(p.reward());
        self.spent.get().saturating_add(cost) <= allowed
    }
}

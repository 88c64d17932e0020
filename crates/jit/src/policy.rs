//! Policy: when a tree is compiled, compiled again, or given up.
//!
//! In: what trees cost (nodes) and what was lost without compiling them (rounds in the interpreter, exits taken). Out:
//! yes, no, or not yet. The rule is that of renting or buying skis: nothing is compiled before what it could have
//! saved so far is about what compiling it costs, so that compiling never costs more than a constant times what was
//! lost, whatever the program does next; side traces that come up in the meantime are compiled together. All of this
//! counts nodes, rounds and exits, so that a run can be repeated. On top there is a budget of time: a share of the run
//! time, a small allowance, and a share of the time that was spent in compiled code (not counting what it costs to get
//! there and back): a program that gains nothing is not made slower by more than the first two, and one that stays in
//! compiled code may have more of it. All time is the thread's own, so that a busy machine does not look like a slow
//! compiler. `jit-budget=0` switches all that off.

use crate::clock;
use crate::params::Params;
use crate::record::Recorder;
use crate::tree::JitTree;
use std::cell::Cell;
use std::time::Duration;

/// See the file's header.
pub struct Policy {
    /// What the clock showed.
    start: Duration,
    spent: Cell<u64>,
    /// Nanoseconds in compiled code, about, without what entering and leaving it costs.
    ran: Cell<u64>,
}

/// Entries of a tree that are all timed; later ones are sampled.
pub const TIMED: u64 = 32;

impl Default for Policy {
    fn default() -> Policy {
        Policy { start: clock::cpu(), spent: Cell::new(0), ran: Cell::new(0) }
    }
}

/// Are thresholds so low that everything is to be compiled at once?
pub fn eager(p: &Params) -> bool {
    p.threshold() < 100
}

/// Nanoseconds that compiling so many nodes takes, about.
fn cost(p: &Params, nodes: usize) -> u64 {
    (nodes as u64).saturating_mul(p.node_cost())
}

/// Nanoseconds that must have been lost before so many nodes are compiled.
fn price(p: &Params, nodes: usize) -> u64 {
    if eager(p) { 0 } else { cost(p, nodes) / 100 * u64::from(p.pay()) }
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

/// Nanoseconds that an entry must last on average: the more of a tree's instructions are residual, the less does a
/// nanosecond in it stand for.
pub fn worth(p: &Params, t: &JitTree) -> u64 {
    let (n, residuals) = t.counts;
    p.entry_worth() * (u64::from(n) + 40 * u64::from(residuals)) / u64::from(n.max(1))
}

/// Rounds of the loop that are to be run before its first trace is compiled.
pub fn rounds(p: &Params, t: &JitTree) -> u64 {
    (price(p, t.size()) / t.gain.max(1)).saturating_sub(u64::from(p.threshold()))
}

/// Nanoseconds that are to be lost in exits before the tree is compiled again.
pub fn due(p: &Params, t: &JitTree) -> u64 {
    price(p, t.size())
}

impl Policy {
    /// Takes note of time that was spent recording or compiling.
    pub fn spend(&self, time: Duration) {
        self.spent.set(self.spent.get() + u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }
    /// Takes note of so many entries into compiled code, which lasted so many nanoseconds each.
    pub fn ran(&self, p: &Params, nanoseconds: u64, entries: u64) {
        let paid = nanoseconds.saturating_sub(2 * p.exit_cost());
        self.ran.set(self.ran.get().saturating_add(paid.saturating_mul(entries)));
    }
    /// Is there time to compile so many nodes (0: to record)?
    pub fn affords(&self, p: &Params, nodes: usize) -> bool {
        if p.budget() == 0 || eager(p) {
            return true;
        }
        let elapsed = u64::try_from((clock::cpu() - self.start).as_nanos()).unwrap_or(u64::MAX);
        let allowed = u64::from(p.allowance()) * 1_000_000
            + elapsed / 100 * u64::from(p.budget())
            + self.ran.get() / 100 * u64::from(p.reward());
        self.spent.get().saturating_add(cost(p, nodes)) <= allowed
    }
}

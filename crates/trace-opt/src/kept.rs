//! Registers that an exit need not write, since they hold what they held at entry.
//!
//! Compiled code does not write the registers of the tree's own frame, so a variable that no loop changes still stands
//! in its register when the code is left. Without it the exit has less to store, and its value need not be kept alive
//! for the exit's sake.
//!
//! A residual call may collect garbage, and what it takes for dead in its frame it forgets. So a register is left out
//! only where the exit of every residual call has it as well, with what it held at entry. Elsewhere an exit that does
//! not have it is one at which it is dead, and nothing looks at it there; but an exit that has another value for it
//! rules it out, so that what an exit says of a register can be relied on without looking at the path to it.

use rustc_hash::{FxHashMap, FxHashSet};
use taipan_trace_ir::{Op, SnapVal, Tree, Val};

/// The register of the tree's own frame whose word at entry a value is, boxed again.
fn register(tree: &Tree, mut v: Val) -> Option<u32> {
    loop {
        match tree.op(v) {
            Op::Reg => return Some(tree.node(v).imm as u32),
            Op::GuardInt
            | Op::GuardU64
            | Op::GuardAnyInt
            | Op::GuardFloat
            | Op::GuardBool
            | Op::GuardPtr
            | Op::GuardNonNull
            | Op::GuardMem
            | Op::BoxInt
            | Op::BoxU64
            | Op::BoxFloat
            | Op::BoxBool
            | Op::BoxPtr => v = tree.arg(v, 0),
            _ => return None,
        }
    }
}

/// Runs the pass.
pub fn run(tree: &mut Tree) -> bool {
    let mut exits = Vec::new();
    for t in tree.live_traces() {
        for &v in &tree.traces[t.ix()].body {
            if let Some(x) = tree.node(v).exit
                && tree.exits[x.ix()].side.is_none()
            {
                exits.push((x, tree.op(v) == Op::Call && tree.intrinsic(v).effects().collect));
            }
        }
    }
    // How many of those exits that must have it do, and which registers some exit has another value for.
    let mut had: FxHashMap<u32, usize> = FxHashMap::default();
    let mut changed: FxHashSet<u32> = FxHashSet::default();
    let mut calls = 0;
    for &(x, call) in &exits {
        calls += usize::from(call);
        let Some(frame) = tree.exits[x.ix()].snap.frames.first() else { return false };
        for (r, s) in &frame.regs {
            let same = matches!(s, SnapVal::Val(v) if register(tree, *v) == Some(*r));
            if !same {
                changed.insert(*r);
            }
            *had.entry(*r).or_insert(0) += usize::from(call);
        }
    }
    had.retain(|r, n| *n == calls && !changed.contains(r));
    if had.is_empty() {
        return false;
    }
    for (x, _) in exits {
        tree.exits[x.ix()].snap.frames[0].regs.retain(|(r, _)| !had.contains_key(r));
    }
    true
}

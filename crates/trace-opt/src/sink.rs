//! Sinking: what only exits need is computed in the exits.
//!
//! A pure node all of whose uses are snapshots moves into each of those exits. Boxes of large ints, sums that the
//! trace tracks in another form, bound methods' parts: none of it then costs the hot path anything but keeping the
//! operands alive, which is why a node is sunk only when it has at most as many operands that are not constants as
//! it saves, one, or when all its operands are used below it anyway (we do not look; two operands are accepted
//! for ints, where an exit's spilled operand costs less than an addition in each iteration).
//!
//! Nodes are visited backwards, so that a chain that only an exit needs goes as a whole.

use rustc_hash::FxHashMap;
use taipan_trace_ir::{ExitId, Op, SnapVal, Tree, Val};

/// Runs the pass; it comes last.
pub fn run(tree: &mut Tree) -> bool {
    let traces = tree.live_traces();
    crate::dce::forget_sides(tree);
    // Uses by placed nodes, and the exits that use a node.
    let mut uses: FxHashMap<Val, u32> = FxHashMap::default();
    let mut exits: FxHashMap<Val, Vec<ExitId>> = FxHashMap::default();
    for &t in &traces {
        for &v in &tree.traces[t.ix()].body {
            let n = tree.node(v);
            for &a in &n.args {
                *uses.entry(a).or_insert(0) += 1;
            }
            if n.op == Op::Label
                && let Some(x) = tree.labels[n.imm as usize].exit
            {
                tree.exits[x.ix()].snap.for_each(|v| *uses.entry(v).or_insert(0) += 1);
            }
            if let Some(x) = n.exit {
                if tree.exits[x.ix()].side.is_none() {
                    tree.exits[x.ix()].snap.for_each(|v| {
                        let list = exits.entry(v).or_default();
                        if !list.contains(&x) {
                            list.push(x);
                        }
                    });
                }
                for &s in &tree.exits[x.ix()].sunk {
                    for &a in &tree.node(s).args {
                        *uses.entry(a).or_insert(0) += 1;
                    }
                }
            }
        }
    }
    let mut changed = false;
    // Side traces come after their parents in the list: backwards visits uses before definitions.
    for &t in traces.iter().rev() {
        let body = std::mem::take(&mut tree.traces[t.ix()].body);
        let mut out = Vec::with_capacity(body.len());
        for &v in body.iter().rev() {
            let n = tree.node(v).clone();
            let operands = n.args.iter().filter(|&&a| !tree.is_const(a)).count();
            let sinkable = n.op.is_pure()
                && n.op != Op::Reg
                && uses.get(&v).copied().unwrap_or(0) == 0
                && operands <= if n.ty.is_int() || n.ty == taipan_trace_ir::Ty::Bool { 2 } else { 1 };
            match exits.remove(&v) {
                Some(list) if sinkable => {
                    changed = true;
                    for &x in &list {
                        let copy = tree.add_node(n.clone());
                        let e = &mut tree.exits[x.ix()];
                        e.sunk.insert(0, copy);
                        e.snap.for_each_mut(|s| {
                            if *s == SnapVal::Val(v) {
                                *s = SnapVal::Val(copy);
                            }
                        });
                        for s in e.sunk.clone() {
                            tree.node_mut(s).args.iter_mut().filter(|a| **a == v).for_each(|a| *a = copy);
                        }
                    }
                    for &a in &n.args {
                        let u = uses.entry(a).or_insert(1);
                        *u = u.saturating_sub(1);
                        let e = exits.entry(a).or_default();
                        list.iter().for_each(|x| {
                            if !e.contains(x) {
                                e.push(*x)
                            }
                        });
                    }
                }
                _ => out.push(v),
            }
        }
        out.reverse();
        tree.traces[t.ix()].body = out;
    }
    changed
}

//! Dead code: nodes whose results nobody uses, stores that nobody can see, labels and parameters without purpose.
//!
//! Liveness starts from what must happen (guards, stores, calls, terminators), from exits that can be left by, and
//! goes backwards. A label parameter is live when something other than the values passed to it uses it; so counters
//! that only count themselves die.
//!
//! A store is dead when the same place is stored to again below it with nothing in between that could look: no load
//! that may overlap, no call that may read, no exit, label or jump. A store into an object that was allocated here
//! and is used for nothing but stores is dead with the object.

use crate::walk::root;
use rustc_hash::{FxHashMap, FxHashSet};
use taipan_trace_ir::tree::Args;
use taipan_trace_ir::{Effect, ExitId, Op, TraceId, Tree, Val};

/// Runs the pass.
pub fn run(tree: &mut Tree) -> bool {
    let mut changed = overwritten(tree);
    let traces = tree.live_traces();
    let mut live: FxHashSet<Val> = FxHashSet::default();
    let mut work: Vec<Val> = Vec::new();
    // Allocations used only as the target of stores and barriers.
    let stored_only = stored_only(tree, &traces);
    let is_root = |tree: &Tree, v: Val| {
        let n = tree.node(v);
        match n.op.effect() {
            Effect::Pure | Effect::Load | Effect::Alloc | Effect::Floating => false,
            Effect::Store | Effect::Barrier => !stored_only.contains(&root(tree, n.args[0])),
            Effect::Call => !tree.intrinsic(v).effects().pure,
            // Labels and jumps pass values; which of them are live the parameters decide.
            Effect::Control => n.op == Op::Leave,
            _ => true,
        }
    };
    let mut mark = |work: &mut Vec<Val>, v: Val| {
        if live.insert(v) {
            work.push(v);
        }
    };
    let mut passed: FxHashMap<Val, Vec<Val>> = FxHashMap::default();
    let from_exit =
        |tree: &Tree, x: ExitId, work: &mut Vec<Val>, mark: &mut dyn FnMut(&mut Vec<Val>, Val)| {
            tree.exits[x.ix()].snap.for_each(|v| mark(work, v));
        };
    for &t in &traces {
        for &v in &tree.traces[t.ix()].body {
            let n = tree.node(v);
            if matches!(n.op, Op::Label | Op::Jump) {
                let l = &tree.labels[n.imm as usize];
                for (&p, &a) in l.params.iter().zip(&n.args) {
                    passed.entry(p).or_default().push(a);
                }
                if n.op == Op::Label
                    && let Some(x) = l.exit
                {
                    from_exit(tree, x, &mut work, &mut mark);
                }
            }
            if is_root(tree, v) {
                mark(&mut work, v);
            }
        }
    }
    while let Some(v) = work.pop() {
        let n = tree.node(v);
        for &a in &n.args {
            mark(&mut work, a);
        }
        if n.op == Op::Param {
            for &a in passed.get(&v).into_iter().flatten() {
                mark(&mut work, a);
            }
        }
        // Where there is a side trace the snapshot is only the recorder's business.
        if let Some(x) = n.exit
            && tree.exits[x.ix()].side.is_none()
        {
            from_exit(tree, x, &mut work, &mut mark);
        }
    }
    for &t in &traces {
        let mut body = std::mem::take(&mut tree.traces[t.ix()].body);
        let before = body.len();
        body.retain(|v| live.contains(v) || is_root(tree, *v) || matches!(tree.op(*v), Op::Label | Op::Jump));
        changed |= body.len() != before;
        tree.traces[t.ix()].body = body;
    }
    // Sunk nodes, parameters.
    for x in &mut tree.exits {
        x.sunk.retain(|v| live.contains(v));
    }
    forget_sides(tree);
    for &t in &traces {
        for v in tree.traces[t.ix()].body.clone() {
            if !matches!(tree.op(v), Op::Label | Op::Jump) {
                continue;
            }
            let keep: Vec<bool> =
                tree.labels[tree.label_of(v).ix()].params.iter().map(|p| live.contains(p)).collect();
            if keep.contains(&false) {
                let args: Args = tree.node(v).args.iter().zip(&keep).filter(|x| *x.1).map(|x| *x.0).collect();
                tree.node_mut(v).args = args;
                changed = true;
            }
        }
    }
    for l in &mut tree.labels {
        l.params.retain(|p| live.contains(p));
    }
    changed
}

/// An exit with a side trace is never left by: what its state would have kept alive is forgotten.
pub fn forget_sides(tree: &mut Tree) {
    for x in tree.exits.iter_mut().filter(|x| x.side.is_some()) {
        x.snap.frames.iter_mut().for_each(|f| f.regs.clear());
        x.snap.virtuals.clear();
        x.snap.stores.clear();
        x.sunk.clear();
    }
}

/// Allocations that are only written to.
fn stored_only(tree: &Tree, traces: &[TraceId]) -> FxHashSet<Val> {
    let mut set: FxHashSet<Val> = FxHashSet::default();
    let mut used: FxHashSet<Val> = FxHashSet::default();
    for &t in traces {
        for &v in &tree.traces[t.ix()].body {
            let n = tree.node(v);
            if n.op == Op::Alloc {
                set.insert(v);
            }
            for (i, &a) in n.args.iter().enumerate() {
                let target = i == 0 && matches!(n.op, Op::Store | Op::StoreX | Op::Barrier);
                if !target {
                    used.insert(a);
                }
            }
            let mut exit = n.exit;
            if n.op == Op::Label {
                exit = tree.labels[n.imm as usize].exit;
            }
            if let Some(x) = exit {
                tree.exits[x.ix()].snap.for_each(|v| {
                    used.insert(v);
                });
                for &s in &tree.exits[x.ix()].sunk {
                    used.extend(&tree.node(s).args);
                }
            }
        }
    }
    set.retain(|v| !used.contains(v));
    set
}

/// Drops stores that are overwritten before anyone can look.
fn overwritten(tree: &mut Tree) -> bool {
    let mut changed = false;
    for t in tree.live_traces() {
        let body = std::mem::take(&mut tree.traces[t.ix()].body);
        // Places that are stored to below with nothing in between.
        let mut pending: Vec<(Val, Option<Val>, u32)> = Vec::new();
        let mut out = Vec::with_capacity(body.len());
        for &v in body.iter().rev() {
            let n = tree.node(v);
            match n.op {
                Op::Store | Op::StoreX => {
                    let ix = (n.op == Op::StoreX).then(|| n.args[1]);
                    let key = (root(tree, n.args[0]), ix, n.imm as u32);
                    if pending.contains(&key) {
                        changed = true;
                        continue;
                    }
                    pending.push(key);
                }
                Op::Load | Op::LoadX => {
                    let m = tree.mem_of(v);
                    pending.retain(|p| {
                        !tree.may_alias(m, n.op == Op::LoadX, taipan_trace_ir::MemId(p.2), p.1.is_some())
                    });
                }
                Op::Call if tree.is_pure(v) => {}
                _ if n.exit.is_some() || n.op.effect() == Effect::Control || n.op == Op::Call => {
                    pending.clear()
                }
                _ => {}
            }
            out.push(v);
        }
        out.reverse();
        tree.traces[t.ix()].body = out;
    }
    changed
}

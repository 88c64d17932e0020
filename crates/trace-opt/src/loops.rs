//! Loop parameters, and splitting headers.
//!
//! A recorder passes everything that the bytecode may have changed round the loop. Parameters that are passed
//! themselves, or what they started with, on every way round are what they started with; two parameters that
//! always hold the same are one.
//!
//! A label that is jumped to from several places is several loops at once: the inner loop's own back edge, and the
//! side traces that run round an outer loop and come back in. What the inner back edge leaves alone is invariant
//! *for it*. Splitting makes that visible: behind the header `L`, which keeps the jumps of the outer loops, a
//! second one is placed with only the parameters that the inner jumps change, and those jumps go there. What is
//! between the two runs once for each turn of the outer loop: it is where [`crate::hoist`] puts the inner loop's
//! invariants. Splitting is repeated for deeper nests. This takes the place of peeling an iteration: no body is
//! copied, and guards that are moved leave at the header, whose state is known.

use crate::walk::substitute;
use rustc_hash::FxHashMap;
use taipan_trace_ir::tree::{Args, Node};
use taipan_trace_ir::{Label, LabelId, Op, SnapVal, Tree, Ty, Val};

/// Runs the pass.
pub fn run(tree: &mut Tree) -> bool {
    let mut changed = false;
    while simplify(tree) {
        changed = true;
    }
    let mut todo: Vec<LabelId> = placed(tree).into_keys().collect();
    todo.sort();
    while let Some(l) = todo.pop() {
        if tree.labels[l.ix()].join {
            continue;
        }
        if let Some(inner) = split(tree, l) {
            changed = true;
            // Both halves may split again.
            todo.push(l);
            todo.push(inner);
        }
    }
    while simplify(tree) {}
    changed
}

/// Label nodes and jumps of each label.
fn placed(tree: &Tree) -> FxHashMap<LabelId, (Val, Vec<Val>)> {
    let mut all: FxHashMap<LabelId, (Val, Vec<Val>)> = FxHashMap::default();
    for t in tree.live_traces() {
        for &v in &tree.traces[t.ix()].body {
            match tree.op(v) {
                Op::Label => {
                    all.insert(tree.label_of(v), (v, Vec::new()));
                }
                Op::Jump => {
                    if let Some(x) = all.get_mut(&tree.label_of(v)) {
                        x.1.push(v);
                    }
                }
                _ => {}
            }
        }
    }
    all
}

fn simplify(tree: &mut Tree) -> bool {
    let mut map: FxHashMap<Val, Val> = FxHashMap::default();
    for (l, (node, jumps)) in placed(tree) {
        let params = tree.labels[l.ix()].params.clone();
        let init = tree.node(node).args.clone();
        let mut drop = vec![false; params.len()];
        for i in 0..params.len() {
            if jumps.iter().all(|&j| [params[i], init[i]].contains(&tree.arg(j, i))) {
                map.insert(params[i], init[i]);
                drop[i] = true;
                continue;
            }
            for k in 0..i {
                let same = |j: &Val| {
                    let (a, b) = (tree.arg(*j, k), tree.arg(*j, i));
                    a == b || (a == params[k] && b == params[i])
                };
                if !drop[k]
                    && init[k] == init[i]
                    && tree.ty(params[k]) == tree.ty(params[i])
                    && jumps.iter().all(same)
                {
                    map.insert(params[i], params[k]);
                    drop[i] = true;
                    break;
                }
            }
        }
        if !drop.contains(&true) {
            continue;
        }
        for v in jumps.into_iter().chain([node]) {
            let args: Args = tree.node(v).args.iter().zip(&drop).filter(|x| !x.1).map(|x| *x.0).collect();
            tree.node_mut(v).args = args;
        }
        tree.labels[l.ix()].params = params.iter().zip(&drop).filter(|x| !x.1).map(|x| *x.0).collect();
    }
    substitute(tree, &map);
    !map.is_empty()
}

/// How far each jump to `l` is from it: headers of other loops that are passed on the way, and side traces.
fn distances(tree: &Tree, l: LabelId) -> FxHashMap<Val, (u32, u32)> {
    fn walk(
        tree: &Tree,
        body: &[Val],
        l: LabelId,
        mut far: (u32, u32),
        found: &mut FxHashMap<Val, (u32, u32)>,
    ) {
        for &v in body {
            match tree.op(v) {
                Op::Label if !tree.labels[tree.label_of(v).ix()].join => far.0 += 1,
                Op::Jump if tree.label_of(v) == l => {
                    found.insert(v, far);
                }
                _ => {}
            }
            if let Some(side) = tree.node(v).exit.and_then(|x| tree.exits[x.ix()].side) {
                walk(tree, &tree.traces[side.ix()].body, l, (far.0, far.1 + 1), found);
            }
        }
    }
    let mut found = FxHashMap::default();
    for t in tree.live_traces() {
        let body = &tree.traces[t.ix()].body;
        if let Some(i) = body.iter().position(|&v| tree.op(v) == Op::Label && tree.label_of(v) == l) {
            walk(tree, &body[i + 1..], l, (0, 0), &mut found);
        }
    }
    found
}

/// Splits a header, if some of its jumps change less than others; gives the new inner label.
fn split(tree: &mut Tree, l: LabelId) -> Option<LabelId> {
    let (node, jumps) = placed(tree).remove(&l)?;
    let params = tree.labels[l.ix()].params.clone();
    let changes: Vec<Vec<usize>> =
        jumps.iter().map(|&j| (0..params.len()).filter(|&i| tree.arg(j, i) != params[i]).collect()).collect();
    let within = |c: &[usize]| -> Vec<usize> {
        (0..jumps.len()).filter(|&j| changes[j].iter().all(|i| c.contains(i))).collect()
    };
    let far = distances(tree, l);
    let (set, group) =
        changes.iter().map(|c| (c, within(c))).filter(|(_, g)| g.len() < jumps.len()).max_by_key(
            |(c, g)| {
                // A loop further in comes back by a shorter way; it may change what one further out leaves alone.
                let nearest = g.iter().filter_map(|&j| far.get(&jumps[j])).min();
                (std::cmp::Reverse(nearest.copied().unwrap_or((u32::MAX, 0))), c.len())
            },
        )?;
    let inner = LabelId(tree.labels.len() as u32);
    let new: Vec<Val> = set
        .iter()
        .map(|&i| {
            let ty = tree.ty(params[i]);
            tree.add_node(Node { op: Op::Param, ty, args: Args::new(), imm: inner.0 as u64, exit: None })
        })
        .collect();
    for &g in &group {
        let n = tree.node_mut(jumps[g]);
        n.args = set.iter().map(|&i| n.args[i]).collect();
        n.imm = inner.0 as u64;
    }
    let map: FxHashMap<Val, Val> = set.iter().map(|&i| params[i]).zip(new.iter().copied()).collect();
    // The outer header's own state stays in terms of its parameters.
    let outer_state = tree.labels[l.ix()].exit.map(|x| (x, tree.exits[x.ix()].snap.clone()));
    substitute(tree, &map);
    let exit = outer_state.map(|(x, snap)| {
        let mut copy = snap.clone();
        copy.for_each_mut(|s| {
            if let SnapVal::Val(v) = s {
                *v = map.get(v).copied().unwrap_or(*v);
            }
        });
        let (origin, reason) = (tree.exits[x.ix()].origin, tree.exits[x.ix()].reason);
        tree.exits[x.ix()].snap = snap;
        let y = tree.add_exit(reason, copy);
        tree.exits[y.ix()].origin = origin;
        y
    });
    let origin = tree.labels[l.ix()].origin;
    tree.labels.push(Label { params: new, exit, origin, inner: true, join: false });
    let args: Args = set.iter().map(|&i| params[i]).collect();
    let label = tree.add_node(Node { op: Op::Label, ty: Ty::Void, args, imm: inner.0 as u64, exit: None });
    for t in &mut tree.traces {
        if let Some(i) = t.body.iter().position(|&v| v == node) {
            t.body.insert(i + 1, label);
        }
    }
    Some(inner)
}

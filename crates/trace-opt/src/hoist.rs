//! Invariants leave loops.
//!
//! What stands on a loop's main path, depends on nothing that the loop changes, and is not impure moves in front of
//! its label: pure nodes, loads of what nothing in the loop writes, and guards. Because guards give refined values,
//! a load moves only together with the guards that make it safe: they are its operands.
//!
//! A guard that is moved leaves at the header: its new exit has the header's state and the reason `hoisted`. That is
//! right whether or not the original would have been reached, since nothing of the iteration has happened; but it
//! may fail where the original would not. Such exits count under the original guard's id, and when one gets hot the
//! tree is compiled again with that guard in [`Config::no_hoist`]. Guards with a side trace go both ways often and
//! are not moved.
//!
//! A load of an element is in the way of no store to another buffer: where the only stores that could overlap go to
//! buffers that are known in front of the loop, a guard there says that the buffers differ, and the load moves. (Two
//! lists never share a buffer.) Such a guard counts under the header's own state.
//!
//! Inner loops come first, so that what leaves one can leave the next.

use crate::Config;
use crate::walk::{LoopInfo, Loops, root};
use rustc_hash::{FxHashMap, FxHashSet};
use taipan_trace_ir::tree::Node;
use taipan_trace_ir::{Effect, Exit, ExitId, ExitReason, LabelId, Op, SnapVal, TraceId, Tree, Ty, Val};

/// Runs the pass.
pub fn run(tree: &mut Tree, config: &Config) -> bool {
    let mut changed = false;
    let mut labels: Vec<(TraceId, LabelId)> = Vec::new();
    for t in tree.live_traces() {
        for &v in &tree.traces[t.ix()].body {
            if tree.op(v) == Op::Label && !tree.labels[tree.label_of(v).ix()].join {
                labels.push((t, tree.label_of(v)));
            }
        }
    }
    for (t, l) in labels.into_iter().rev() {
        changed |= label(tree, config, t, l);
    }
    changed
}

/// Makes the exit of a guard that is moved in front of `l`; `None` when the header's state is not known.
pub fn hoisted_exit(tree: &mut Tree, l: LabelId, init: &[Val], origin: ExitId) -> Option<ExitId> {
    let label = &tree.labels[l.ix()];
    let mut snap = tree.exits[label.exit?.ix()].snap.clone();
    let map: FxHashMap<Val, Val> = label.params.iter().copied().zip(init.iter().copied()).collect();
    snap.for_each_mut(|s| {
        if let SnapVal::Val(v) = s {
            *v = map.get(v).copied().unwrap_or(*v);
        }
    });
    let id = ExitId(tree.exits.len() as u32);
    tree.exits.push(Exit { origin, reason: ExitReason::Hoisted, snap, side: None, sunk: Vec::new() });
    Some(id)
}

/// May this load move in front of the loop? Buffers that it must be told apart from are added to `apart`.
fn unwritten(
    tree: &Tree,
    info: &LoopInfo,
    v: Val,
    outside: &dyn Fn(Val) -> bool,
    unlike: &mut Option<Vec<Val>>,
) -> bool {
    let n = tree.node(v);
    let mem = tree.mem_of(v);
    let m = &tree.mems[mem.ix()];
    if m.frozen {
        return true;
    }
    let base = root(tree, n.args[0]);
    let indexed = n.op == Op::LoadX;
    !info.call_writes.has(m.alias)
        && info.stores.iter().all(|&(s, ix, b)| {
            let b = root(tree, b);
            let apart = b != base && tree.op(b) == Op::Obj && tree.op(base) == Op::Obj
                || tree.op(b) == Op::Alloc && b != base && info.nodes.contains(&b);
            if apart || !tree.may_alias(mem, indexed, s, ix) {
                return true;
            }
            match unlike {
                Some(list) if indexed && ix && s == mem && b != base && outside(b) => {
                    list.push(b);
                    true
                }
                _ => false,
            }
        })
}

fn label(tree: &mut Tree, config: &Config, t: TraceId, l: LabelId) -> bool {
    let info = Loops::new(tree).get(l);
    if info.jumps.is_empty() {
        return false;
    }
    let body = std::mem::take(&mut tree.traces[t.ix()].body);
    let at = body.iter().position(|&v| tree.op(v) == Op::Label && tree.label_of(v) == l).expect("placed");
    let init: Vec<Val> = tree.node(body[at]).args.to_vec();
    let on_loop: FxHashSet<Val> = info.nodes.iter().copied().collect();
    // All that the loop defines, until it is moved.
    let mut inside: FxHashSet<Val> = tree.labels[l.ix()].params.iter().copied().collect();
    for &v in body[at + 1..].iter().chain(&info.nodes) {
        inside.insert(v);
        if tree.op(v) == Op::Label {
            inside.extend(&tree.labels[tree.label_of(v).ix()].params);
        }
    }
    // Behind a join whose branch is above the header, the header need not have been passed.
    let branches = tree.branches();
    let passed = |v: Val| {
        tree.op(v) == Op::Label && branches.get(&tree.label_of(v)).is_some_and(|b| body[..at].contains(b))
    };
    let end = body.iter().position(|&v| passed(v)).filter(|&i| i > at).unwrap_or(body.len());
    let (mut hoisted, mut rest) = (Vec::new(), Vec::new());
    let mut told: Vec<(Val, Val)> = Vec::new();
    for &v in &body[at + 1..end] {
        let n = tree.node(v).clone();
        let outside = |a: Val| !inside.contains(&a);
        let header = tree.labels[l.ix()].exit.map(|x| tree.exits[x.ix()].origin);
        let telling = header.is_some_and(|x| !config.no_hoist.contains(&x));
        let mut unlike = (telling && n.op == Op::LoadX).then(Vec::new);
        let invariant = on_loop.contains(&v) && n.args.iter().all(|a| !inside.contains(a));
        let may = invariant
            && match n.op.effect() {
                Effect::Pure => true,
                Effect::Call => tree.is_pure(v),
                Effect::Load => unwritten(tree, &info, v, &outside, &mut unlike),
                Effect::Guard | Effect::GuardLoad => {
                    let x = &tree.exits[n.exit.expect("a guard").ix()];
                    x.side.is_none()
                        && !config.no_hoist.contains(&x.origin)
                        && tree.labels[l.ix()].exit.is_some()
                        && (n.op.effect() == Effect::Guard || unwritten(tree, &info, v, &outside, &mut None))
                }
                _ => false,
            };
        if may {
            for b in unlike.into_iter().flatten() {
                let base = root(tree, n.args[0]);
                if let Some(header) = header
                    && !told.contains(&(base, b))
                {
                    told.push((base, b));
                    let args = [base, b].into_iter().collect();
                    let c = tree.add_node(Node { op: Op::SamePtr, ty: Ty::Bool, args, imm: 0, exit: None });
                    let exit = hoisted_exit(tree, l, &init, header);
                    let args = [c].into_iter().collect();
                    let g = tree.add_node(Node { op: Op::GuardFalse, ty: Ty::Void, args, imm: 0, exit });
                    hoisted.extend([c, g]);
                }
            }
            if let Some(x) = n.exit {
                let origin = tree.exits[x.ix()].origin;
                tree.node_mut(v).exit = hoisted_exit(tree, l, &init, origin);
            }
            inside.remove(&v);
            hoisted.push(v);
        } else {
            rest.push(v);
        }
    }
    let changed = !hoisted.is_empty();
    let mut new = body[..at].to_vec();
    new.extend(hoisted);
    new.push(body[at]);
    new.extend(rest);
    new.extend(&body[end..]);
    tree.traces[t.ix()].body = new;
    changed
}

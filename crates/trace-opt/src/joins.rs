//! Joins that nobody jumps to.
//!
//! A recorder places a join wherever the sides of a branch would meet again, and most of them are never jumped to. What
//! such a join hides (constants, types, the object behind a value) is known again once it is gone, so this runs before
//! all passes, and whether or not they run.

use crate::walk::substitute;
use rustc_hash::{FxHashMap, FxHashSet};
use taipan_trace_ir::{LabelId, Op, Tree, Val};

/// Takes them out of the tree.
pub fn dissolve(tree: &mut Tree) {
    if !tree.labels.iter().any(|l| l.join) {
        return;
    }
    let live = tree.live_traces();
    let used: FxHashSet<LabelId> = live
        .iter()
        .map(|&t| tree.terminator(t))
        .filter(|&v| tree.op(v) == Op::Jump)
        .map(|v| tree.label_of(v))
        .collect();
    let mut map: FxHashMap<Val, Val> = FxHashMap::default();
    for &t in &live {
        let mut body = std::mem::take(&mut tree.traces[t.ix()].body);
        body.retain(|&v| {
            if tree.op(v) != Op::Label {
                return true;
            }
            let l = tree.label_of(v);
            let idle = tree.labels[l.ix()].join && !used.contains(&l);
            if idle {
                map.extend(tree.labels[l.ix()].params.iter().copied().zip(tree.node(v).args.iter().copied()));
            }
            !idle
        });
        tree.traces[t.ix()].body = body;
    }
    substitute(tree, &map);
}

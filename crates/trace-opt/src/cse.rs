//! Common subexpressions: a node that was computed above is not computed again.
//!
//! Pure nodes with equal op, operands and immediate have equal results; so do guards that depend on their operands
//! only: the second one cannot fail where the first passed, and its refined value is the first one's. Everything
//! above a label still holds inside the loop, because nodes never change; so a loop body uses what was computed
//! before it, and passes that put computations in front of loops need not clean up behind them.

use crate::walk::{Editor, Fate, Forward, forward};
use rustc_hash::FxHashMap;
use taipan_trace_ir::tree::Args;
use taipan_trace_ir::{Effect, Op, Tree, Ty, Val};

/// Runs the pass.
pub fn run(tree: &mut Tree) -> bool {
    forward(tree, &mut Cse)
}

struct Cse;

impl Forward for Cse {
    type State = FxHashMap<(Op, Ty, Args, u64), Val>;
    fn start(&mut self, _: &Tree) -> Self::State {
        FxHashMap::default()
    }
    fn node(&mut self, e: &mut Editor, st: &mut Self::State, v: Val) -> Fate {
        if !e.tree.is_pure(v) && e.tree.op(v).effect() != Effect::Guard {
            return Fate::Keep;
        }
        let n = e.tree.node(v);
        let mut args = n.args.clone();
        if n.op.is_commutative() && args.len() == 2 && args[1] < args[0] {
            args.swap(0, 1);
        }
        let key = (n.op, n.ty, args, n.imm);
        match st.get(&key) {
            Some(_) if n.ty == Ty::Void => Fate::Drop,
            Some(&w) => Fate::Replace(w),
            None => {
                st.insert(key, v);
                Fate::Keep
            }
        }
    }
}

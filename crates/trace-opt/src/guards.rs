//! Guard elimination and strengthening: what a guard established is known below it.
//!
//! After `guard_true c` the condition `c` is true, after `guard_false c` and on the side trace of `guard_true c`
//! it is false; a comparison also decides its relatives on the same operands (`a < b` makes `a <= b` true and
//! `b <= a` false). After `guard_is v, k` the value *is* the constant. A value that passed one type guard cannot
//! pass another. Conditions on which both sides agree with what is known fold away, guards with them.

use crate::walk::{Editor, Fate, Forward, forward};
use rustc_hash::FxHashMap;
use taipan_trace_ir::{Op, Tree, Ty, Val};

/// Runs the pass.
pub fn run(tree: &mut Tree) -> bool {
    forward(tree, &mut Guards)
}

struct Guards;

#[derive(Clone, Default)]
struct State {
    /// Truth values that are known.
    truth: FxHashMap<Val, bool>,
    /// Relations of two ints that are known: bit 0 less, bit 1 equal, bit 2 greater are possible.
    order: FxHashMap<(Val, Val), u8>,
    /// Which guard a boxed value passed.
    passed: FxHashMap<Val, Op>,
    /// Values that are known to be a constant.
    is: FxHashMap<Val, Val>,
}

const LESS: u8 = 1;
const EQUAL: u8 = 2;
const GREATER: u8 = 4;

fn possible(op: Op) -> Option<u8> {
    Some(match op {
        Op::Lt => LESS,
        Op::Le => LESS | EQUAL,
        Op::Gt => GREATER,
        Op::Ge => GREATER | EQUAL,
        Op::Eq => EQUAL,
        Op::Ne => LESS | GREATER,
        _ => return None,
    })
}

fn mirrored(m: u8) -> u8 {
    m & EQUAL | if m & LESS != 0 { GREATER } else { 0 } | if m & GREATER != 0 { LESS } else { 0 }
}

impl State {
    fn assume(&mut self, tree: &Tree, c: Val, holds: bool) {
        self.truth.insert(c, holds);
        let n = tree.node(c);
        if let Some(p) = possible(n.op) {
            let p = if holds { p } else { !p & 7 };
            let (a, b) = (n.args[0], n.args[1]);
            *self.order.entry((a, b)).or_insert(7) &= p;
            *self.order.entry((b, a)).or_insert(7) &= mirrored(p);
        }
        match (n.op, holds) {
            (Op::BAnd, true) | (Op::BOr, false) => {
                self.assume(tree, n.args[0], holds);
                self.assume(tree, n.args[1], holds);
            }
            (Op::BNot, _) => self.assume(tree, n.args[0], !holds),
            (Op::Same, true) if tree.is_const(n.args[1]) => {
                self.is.insert(n.args[0], n.args[1]);
            }
            _ => {}
        }
    }
    fn decide(&self, tree: &Tree, c: Val) -> Option<bool> {
        if let Some(&t) = self.truth.get(&c) {
            return Some(t);
        }
        let n = tree.node(c);
        let p = possible(n.op)?;
        let known = *self.order.get(&(n.args[0], n.args[1]))?;
        if known & !p == 0 {
            Some(true)
        } else if known & p == 0 {
            Some(false)
        } else {
            None
        }
    }
}

impl Forward for Guards {
    type State = State;
    fn start(&mut self, _: &Tree) -> State {
        State::default()
    }
    fn node(&mut self, e: &mut Editor, st: &mut State, v: Val) -> Fate {
        let n = e.tree.node(v).clone();
        if let Some(&a) = n.args.first()
            && e.tree.ty(a) == Ty::Value
            && !matches!(n.op, Op::Label | Op::Jump)
            && let Some(&k) = st.is.get(&a)
        {
            let mut args = n.args.clone();
            args[0] = k;
            e.rewrite(v, n.op, &args);
            return Fate::Keep;
        }
        match n.op {
            Op::GuardTrue | Op::GuardFalse => {
                let want = n.op == Op::GuardTrue;
                match st.decide(e.tree, n.args[0]) {
                    Some(c) if c == want => return Fate::Drop,
                    Some(_) => return Fate::Leave,
                    None => st.assume(e.tree, n.args[0], want),
                }
            }
            Op::GuardIs => {
                if e.tree.is_const(n.args[1]) {
                    st.is.insert(n.args[0], n.args[1]);
                }
            }
            Op::GuardInt | Op::GuardU64 | Op::GuardAnyInt | Op::GuardFloat | Op::GuardBool | Op::GuardPtr => {
                let class = |op: Op| match op {
                    Op::GuardInt | Op::GuardU64 | Op::GuardAnyInt => Op::GuardAnyInt,
                    op => op,
                };
                match st.passed.get(&n.args[0]) {
                    // Large ints are heap objects: a pointer guard and an int guard may both pass.
                    Some(&p)
                        if class(p) != class(n.op)
                            && !(class(p) == Op::GuardAnyInt && n.op == Op::GuardPtr)
                            && !(p == Op::GuardPtr && class(n.op) == Op::GuardAnyInt) =>
                    {
                        return Fate::Leave;
                    }
                    Some(_) => {}
                    None => {
                        st.passed.insert(n.args[0], n.op);
                    }
                }
            }
            op if op.is_pure() && n.ty == Ty::Bool => {
                if let Some(c) = st.decide(e.tree, v) {
                    return Fate::Replace(e.tree.bool(c));
                }
            }
            Op::Select => {
                if let Some(c) = st.decide(e.tree, n.args[0]) {
                    return Fate::Replace(n.args[if c { 1 } else { 2 }]);
                }
            }
            _ => {}
        }
        Fate::Keep
    }
    fn failed(&mut self, e: &mut Editor, st: &mut State, v: Val) {
        let n = e.tree.node(v);
        match n.op {
            Op::GuardTrue => st.assume(e.tree, n.args[0], false),
            Op::GuardFalse => st.assume(e.tree, n.args[0], true),
            _ => {}
        }
    }
}

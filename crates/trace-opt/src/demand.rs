//! Demanded bits: arithmetic of which only the low 64 bits are asked for is plain 64-bit arithmetic.
//!
//! `(a * b + c) & (2**64 - 1)` is recorded as operations on ints of any size, of which `low64` then takes the low
//! word. `low64` moves through `+ - * & | ^ ~` and unary minus, which compute the low bits of their results from the
//! low bits of their operands, down to the boxed words; the big-int calls lose their uses and die. Overflow-guarded
//! arithmetic is turned into wrapping arithmetic where every use of its result is of that kind and ends in a mask
//! or in `i2u`; a use in an exit, a comparison, a division, a shift right, a box or a call needs the exact number
//! and keeps the guard.
//!
//! `i2u` is taken for such an end: so this pass must not run after [`crate::ranges`], which uses `i2u` on numbers
//! that it has proved to be exact.

use rustc_hash::FxHashSet;
use taipan_trace_ir::tree::Node;
use taipan_trace_ir::{Intrinsic, Op, Tree, Ty, Val, value};

use crate::walk::{Editor, Fate, Forward, forward};

/// Runs the pass.
pub fn run(tree: &mut Tree) -> bool {
    let pushed = forward(tree, &mut Push);
    wrap(tree) | pushed
}

struct Push;

impl Forward for Push {
    type State = ();
    fn start(&mut self, _: &Tree) {}
    fn node(&mut self, e: &mut Editor, _: &mut (), v: Val) -> Fate {
        let n = e.tree.node(v).clone();
        // A shift by a small constant is a multiplication, which cannot raise.
        if n.op == Op::Call
            && e.tree.intrinsic(v) == Intrinsic::IntShl
            && let Some(k) = e.tree.bits(n.args[1]).and_then(value::as_int)
            && (0..47).contains(&k)
            && let Some(w) = value::from_int(1 << k)
        {
            let f = e.tree.value(w);
            let node = e.tree.node_mut(v);
            node.imm = Intrinsic::IntMul as u64;
            node.args[1] = f;
            node.exit = None;
            e.changed = true;
        }
        if n.op == Op::Low64 {
            return Fate::Replace(low64(e, n.args[0], 0).unwrap_or(v)).or_keep(v);
        }
        Fate::Keep
    }
}

impl Fate {
    fn or_keep(self, v: Val) -> Fate {
        if self == Fate::Replace(v) { Fate::Keep } else { self }
    }
}

/// The low word of a boxed int, if there is a better way to it than unboxing.
fn low64(e: &mut Editor, v: Val, depth: u32) -> Option<Val> {
    let n = e.tree.node(v).clone();
    match n.op {
        Op::BoxInt => return Some(e.emit(Op::I2U, &[n.args[0]])),
        Op::BoxU64 => return Some(n.args[0]),
        Op::GuardAnyInt => {
            // The guard's operand may be better known, but only the guard makes unboxing safe.
            return None;
        }
        Op::Const => return value::as_int(n.imm).map(|i| e.tree.u64(i as u64)),
        _ => {}
    }
    if n.op != Op::Call || depth > 16 {
        return None;
    }
    use Intrinsic::*;
    let op = match e.tree.intrinsic(v) {
        IntAdd => Op::Add,
        IntSub => Op::Sub,
        IntMul => Op::Mul,
        IntAnd => Op::And,
        IntOr => Op::Or,
        IntXor => Op::Xor,
        IntInvert => Op::Not,
        IntNeg => Op::Sub,
        _ => return None,
    };
    let neg = e.tree.intrinsic(v) == IntNeg;
    let mut args: Vec<Val> = if neg { vec![e.tree.u64(0)] } else { Vec::new() };
    for &a in &n.args {
        let low = match low64(e, a, depth + 1) {
            Some(x) => x,
            None => e.emit(Op::Low64, &[a]),
        };
        args.push(low);
    }
    Some(e.emit(op, &args))
}

/// Turns guarded arithmetic into wrapping arithmetic where nothing needs the exact number.
fn wrap(tree: &mut Tree) -> bool {
    let traces = tree.live_traces();
    let mut exact: FxHashSet<Val> = FxHashSet::default();
    let mut wrapped = Vec::new();
    for l in &tree.labels {
        exact.extend(&l.params);
        if let Some(x) = l.exit {
            tree.exits[x.ix()].snap.for_each(|v| {
                exact.insert(v);
            });
        }
    }
    for &t in traces.iter().rev() {
        for &v in tree.traces[t.ix()].body.iter().rev() {
            let n = tree.node(v);
            if let Some(x) = n.exit
                && tree.exits[x.ix()].side.is_none()
            {
                tree.exits[x.ix()].snap.for_each(|v| {
                    exact.insert(v);
                });
                for &s in &tree.exits[x.ix()].sunk {
                    exact.extend(&tree.node(s).args);
                }
            }
            let guarded = matches!(n.op, Op::AddOv | Op::AddOvPos | Op::SubOv | Op::SubOvPos | Op::MulOv);
            let transparent = match n.op {
                Op::I2U => true,
                // A mask that is not negative cuts off what would be wrong.
                Op::And => {
                    tree.int(n.args[1]).is_some_and(|c| c >= 0 || n.ty == Ty::U64) || !exact.contains(&v)
                }
                Op::Add | Op::Sub | Op::Mul | Op::Or | Op::Xor | Op::Not => !exact.contains(&v),
                Op::Shl => !exact.contains(&v) && tree.int(n.args[1]).is_some(),
                _ => guarded && !exact.contains(&v),
            };
            if guarded && !exact.contains(&v) && has_use(tree, v, &traces) {
                wrapped.push(v);
            }
            if !transparent {
                exact.extend(&n.args);
            }
        }
    }
    for &v in &wrapped {
        let n = tree.node(v).clone();
        let op = match n.op {
            Op::MulOv => Op::Mul,
            Op::SubOv | Op::SubOvPos => Op::Sub,
            _ => Op::Add,
        };
        // A side trace at the guard loses its reason to be.
        tree.nodes[v.ix()] = Node { op, exit: None, ..n };
    }
    !wrapped.is_empty()
}

/// Guards without uses are what they are for their own sake.
fn has_use(tree: &Tree, v: Val, traces: &[taipan_trace_ir::TraceId]) -> bool {
    traces.iter().any(|t| tree.traces[t.ix()].body.iter().any(|&u| tree.node(u).args.contains(&v)))
}

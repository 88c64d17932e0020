//! Folding and algebra: what a node is when its operands are looked at, one node deep.
//!
//! Constants are computed by [`taipan_trace_ir::semantics`], the same code that the evaluator runs, so folding
//! cannot disagree with it. Algebra on floats keeps to what IEEE guarantees for every operand, NaN and -0.0
//! included: `x * 1.0`, `x - 0.0`, division by a power of two; never `x + 0.0`, `x * 0.0`, or reassociation.
//! Boxes meet their guards here (`guard_int(box_int x)` is `x`), which is what makes boxed values vanish from
//! traces, and constant objects meet their recorded facts.
//!
//! Canonical form: constants on the right, `x - c` as `x + -c`, negations folded into guards.

use crate::walk::{Editor, Fate, Forward, forward};
use taipan_trace_ir::semantics::{self, GuardResult};
use taipan_trace_ir::{Effect, Intrinsic, Op, Tree, Ty, Val, value};

/// Runs the pass.
pub fn run(tree: &mut Tree) -> bool {
    forward(tree, &mut Fold)
}

struct Fold;

impl Forward for Fold {
    type State = ();
    fn start(&mut self, _: &Tree) {}
    fn node(&mut self, e: &mut Editor, _: &mut (), v: Val) -> Fate {
        // A rewritten node may fold again.
        for _ in 0..4 {
            match node(e, v) {
                Step::Done(fate) => return fate,
                Step::Again => {}
            }
        }
        Fate::Keep
    }
}

enum Step {
    Done(Fate),
    Again,
}

fn keep() -> Step {
    Step::Done(Fate::Keep)
}
fn replace(v: Val) -> Step {
    Step::Done(Fate::Replace(v))
}

/// The word of a constant, objects included.
fn word(tree: &Tree, v: Val) -> Option<u64> {
    let n = tree.node(v);
    match n.op {
        Op::Const => Some(n.imm),
        Op::Obj => {
            let bits = tree.objs[n.imm as usize].bits;
            Some(if n.ty == Ty::Ptr { bits & value::ADDRESS_MASK } else { bits })
        }
        _ => None,
    }
}

fn node(e: &mut Editor, v: Val) -> Step {
    let n = e.tree.node(v).clone();
    let args = n.args.clone();
    // Constants.
    if !args.is_empty() && matches!(n.op.effect(), Effect::Pure | Effect::Guard) {
        let words: Option<Vec<u64>> = args.iter().map(|&a| word(e.tree, a)).collect();
        if let Some(w) = words {
            if n.op.is_guard() {
                match semantics::guard(n.op, &w) {
                    GuardResult::Fail => return Step::Done(Fate::Leave),
                    GuardResult::Pass(_) if n.ty == Ty::Void => return Step::Done(Fate::Drop),
                    GuardResult::Pass(_) if n.op == Op::GuardAnyInt => return replace(args[0]),
                    GuardResult::Pass(_) if n.op == Op::GuardPtr => return constant_pointer(e, args[0]),
                    GuardResult::Pass(r) => return replace(e.tree.constant(n.ty, r)),
                    GuardResult::Unknown => {}
                }
            } else if n.op == Op::BoxPtr && e.tree.op(args[0]) == Op::Obj {
                let o = taipan_trace_ir::ObjId(e.tree.node(args[0]).imm as u32);
                return replace(e.tree.obj(o));
            } else if !matches!(n.op, Op::BoxPtr | Op::PtrAdd)
                && let Some(r) = semantics::pure(n.op, e.tree.ty(args[0]), &w)
            {
                if n.op == Op::Select {
                    return replace(if w[0] != 0 { args[1] } else { args[2] });
                }
                return replace(e.tree.constant(n.ty, r));
            }
        }
    }
    // Constants to the right.
    if args.len() == 2 && e.tree.is_const(args[0]) && !e.tree.is_const(args[1]) {
        if n.op.is_commutative() {
            e.rewrite(v, n.op, &[args[1], args[0]]);
            return Step::Again;
        }
        if let Some(op) = n.op.swapped() {
            e.rewrite(v, op, &[args[1], args[0]]);
            return Step::Again;
        }
    }
    match n.op.effect() {
        Effect::Pure => match n.ty {
            Ty::F64 => float(e, v),
            _ => pure(e, v),
        },
        Effect::Guard => guard(e, v),
        Effect::Load | Effect::GuardLoad => fact(e, v),
        Effect::Call if e.tree.intrinsic(v) == Intrinsic::ListMove => moved(e, v),
        _ => keep(),
    }
}

/// `l[:k+1] = l[k::-1]` has a name of its own. (With a `k` below 0 it is something else, which that does not do.)
fn moved(e: &mut Editor, v: Val) -> Step {
    let a = e.tree.node(v).args.clone();
    let root = |p: Val| crate::walk::root(e.tree, p);
    let (end, from) = (e.tree.node(a[2]).clone(), a[4]);
    let one_more = matches!(end.op, Op::Add | Op::AddOv | Op::AddOvPos)
        && end.args[0] == from
        && e.tree.int(end.args[1]) == Some(1);
    let ints = [e.tree.int(a[1]), e.tree.int(a[5]), e.tree.int(a[6])];
    if root(a[0]) != root(a[3]) || !one_more || ints != [Some(0), Some(i64::MIN), Some(-1)] {
        return keep();
    }
    let (list, n) = (a[0], a[2]);
    let node = e.tree.node_mut(v);
    node.imm = Intrinsic::ListReverseHead as u64;
    node.args = [list, n].into_iter().collect();
    e.changed = true;
    keep()
}

fn constant_pointer(e: &mut Editor, v: Val) -> Step {
    match e.tree.op(v) {
        Op::Obj => {
            let o = taipan_trace_ir::ObjId(e.tree.node(v).imm as u32);
            replace(e.tree.obj_ptr(o))
        }
        _ => keep(),
    }
}

/// Loads from, and guards on, constant objects with facts.
fn fact(e: &mut Editor, v: Val) -> Step {
    let n = e.tree.node(v).clone();
    let base = crate::walk::root(e.tree, n.args[0]);
    if e.tree.op(base) != Op::Obj || n.op == Op::LoadX {
        return keep();
    }
    let mem = e.tree.mem_of(v);
    let o = &e.tree.objs[e.tree.node(base).imm as usize];
    let Some(f) = o.facts.iter().find(|f| f.mem == mem).copied() else { return keep() };
    if n.op == Op::Load {
        return replace(f.value);
    }
    match (word(e.tree, f.value), word(e.tree, n.args[1])) {
        (Some(a), Some(b)) if a == b => replace(n.args[0]),
        (Some(_), Some(_)) => Step::Done(Fate::Leave),
        _ => keep(),
    }
}

fn pure(e: &mut Editor, v: Val) -> Step {
    use Op::*;
    let n = e.tree.node(v).clone();
    let a = n.args.first().copied();
    let Some(a) = a else { return keep() };
    let an = e.tree.node(a).clone();
    let b = n.args.get(1).copied();
    let k = b.and_then(|b| e.tree.int(b));
    let ty = n.ty;
    let same = b == Some(a);
    match (n.op, k) {
        (Add | Sub | Or | Xor | Shl | Shr, Some(0)) => return replace(a),
        (Mul, Some(1)) | (And, Some(-1)) | (FloorDiv, Some(1)) => return replace(a),
        (Mul | And, Some(0)) => return replace(b.unwrap_or(a)),
        (Or, Some(-1)) => return replace(b.unwrap_or(a)),
        (FloorMod, Some(1)) => return replace(e.tree.i64(0)),
        (UDiv, Some(1)) => return replace(a),
        (Sub, Some(c)) if c != i64::MIN => {
            let m = e.tree.constant(ty, c.wrapping_neg() as u64);
            e.rewrite(v, Add, &[a, m]);
            return Step::Again;
        }
        (Mul, Some(c)) if c > 1 && c & (c - 1) == 0 => {
            let s = e.tree.i64(c.trailing_zeros() as i64);
            e.rewrite(v, Shl, &[a, s]);
            return Step::Again;
        }
        (Xor, Some(-1)) => {
            e.rewrite(v, Not, &[a]);
            return Step::Again;
        }
        (UDiv, Some(c)) if c > 0 && c & (c - 1) == 0 => {
            let s = e.tree.i64(c.trailing_zeros() as i64);
            e.rewrite(v, Shr, &[a, s]);
            return Step::Again;
        }
        (URem, Some(c)) if c > 0 && c & (c - 1) == 0 => {
            let m = e.tree.u64(c as u64 - 1);
            e.rewrite(v, And, &[a, m]);
            return Step::Again;
        }
        _ => {}
    }
    // (x op c) op d
    if let (Some(d), Add | And | Or | Xor | Mul) = (k, n.op)
        && an.op == n.op
        && let Some(c) = e.tree.int(an.args[1])
        && let Some(r) = semantics::pure(n.op, ty, &[c as u64, d as u64])
    {
        let r = e.tree.constant(ty, r);
        e.rewrite(v, n.op, &[an.args[0], r]);
        return Step::Again;
    }
    // Shifts of shifts, counts in range.
    if let (Some(d @ 0..64), Shl | Shr) = (k, n.op)
        && an.op == n.op
        && let Some(c @ 0..64) = e.tree.int(an.args[1])
    {
        if c + d < 64 {
            let r = e.tree.i64(c + d);
            e.rewrite(v, n.op, &[an.args[0], r]);
            return Step::Again;
        } else if n.op == Shl || ty == Ty::U64 {
            return replace(e.tree.constant(ty, 0));
        }
    }
    if same {
        match n.op {
            Sub | Xor => return replace(e.tree.constant(ty, 0)),
            And | Or | Min | Max | BAnd | BOr => return replace(a),
            Eq | Le | Ge | Same | SamePtr => return replace(e.tree.bool(true)),
            Ne | Lt | Gt | BXor => return replace(e.tree.bool(false)),
            _ => {}
        }
    }
    let kb = b.and_then(|b| e.tree.bits(b));
    match (n.op, an.op) {
        (Not, Not) | (BNot, BNot) => return replace(an.args[0]),
        (I2U, U2I) | (U2I, I2U) => return replace(an.args[0]),
        (I2U, I2UOv) | (U2I, U2IOv) => {}
        (BNot, op) if op.negated().is_some() => {
            if let Some(neg) = op.negated() {
                e.rewrite(v, neg, &an.args);
                return Step::Again;
            }
        }
        (BAnd | BOr | BXor, _) if kb.is_some() => {
            return match (n.op, kb) {
                (BAnd, Some(1)) | (BOr | BXor, Some(0)) => replace(a),
                (BXor, _) => {
                    e.rewrite(v, BNot, &[a]);
                    Step::Again
                }
                _ => replace(b.unwrap_or(a)),
            };
        }
        // A truth value turned into an int and back.
        (Ne, B2I) if k == Some(0) => return replace(an.args[0]),
        (Eq, B2I) if k == Some(1) => return replace(an.args[0]),
        (Eq, B2I) if k == Some(0) => {
            e.rewrite(v, BNot, &[an.args[0]]);
            return Step::Again;
        }
        // Boxes keep their guard's operand.
        (BoxInt, GuardInt) | (BoxU64, GuardU64) | (BoxFloat, GuardFloat) | (BoxBool, GuardBool) => {
            return replace(an.args[0]);
        }
        (BoxPtr, _) => {
            let r = crate::walk::root(e.tree, a);
            if e.tree.op(r) == GuardPtr {
                return replace(e.tree.arg(r, 0));
            }
        }
        (Low64, BoxInt) => {
            e.rewrite(v, I2U, &[an.args[0]]);
            return Step::Again;
        }
        (Low64, BoxU64) => return replace(an.args[0]),
        (FBits, FFromBits) => {}
        (FFromBits, FBits) => return replace(an.args[0]),
        (Same, BoxPtr) => {
            if let Some(b) = b
                && e.tree.op(b) == BoxPtr
            {
                let q = e.tree.arg(b, 0);
                e.rewrite(v, SamePtr, &[an.args[0], q]);
                return Step::Again;
            }
        }
        (Same, BoxBool | BoxFloat | BoxInt | BoxU64) => {
            // `b is True` of a boxed truth value; boxes of other kinds never are a special word.
            if let Some(w) = kb {
                match (an.op, value::as_bool(w)) {
                    (BoxBool, Some(true)) => return replace(an.args[0]),
                    (BoxBool, Some(false)) => {
                        e.rewrite(v, BNot, &[an.args[0]]);
                        return Step::Again;
                    }
                    (BoxBool, None) => return replace(e.tree.bool(false)),
                    _ if w >> 48 == value::SPECIAL_TAG >> 48 => return replace(e.tree.bool(false)),
                    _ => {}
                }
            }
        }
        (PtrAdd, _) if k == Some(0) => return replace(a),
        (Select, _) => {
            if b == n.args.get(2).copied() {
                return replace(n.args[1]);
            }
            if let Some(c) = e.tree.bits(a) {
                return replace(n.args[if c != 0 { 1 } else { 2 }]);
            }
            if an.op == BNot {
                e.rewrite(v, Select, &[an.args[0], n.args[2], n.args[1]]);
                return Step::Again;
            }
        }
        _ => {}
    }
    // The parity and mask of what was just masked: (x & c) & d is done above; x & 1 == 0 stays.
    keep()
}

fn float(e: &mut Editor, v: Val) -> Step {
    use Op::*;
    let n = e.tree.node(v).clone();
    let Some(&a) = n.args.first() else { return keep() };
    let an = e.tree.node(a).clone();
    let k = n.args.get(1).and_then(|&b| e.tree.bits(b)).map(f64::from_bits);
    match (n.op, k) {
        (FMul | FDiv, Some(1.0)) => return replace(a),
        // x - 0.0 is x for every x, -0.0 included; x - -0.0 is not.
        (FSub, Some(c)) if c.to_bits() == 0 => return replace(a),
        (FAdd, Some(c)) if c.to_bits() == 1 << 63 => return replace(a),
        (FMul, Some(2.0)) => {
            e.rewrite(v, FAdd, &[a, a]);
            return keep();
        }
        (FDiv, Some(c)) => {
            // Exact reciprocals only: powers of two whose reciprocal is normal.
            let r = 1.0 / c;
            if c.is_normal() && r.is_normal() && c.to_bits() << 12 == 0 {
                let r = e.tree.f64(r);
                e.rewrite(v, FMul, &[a, r]);
                return Step::Again;
            }
        }
        _ => {}
    }
    match (n.op, an.op) {
        (FNeg, FNeg) => replace(an.args[0]),
        (FAbs, FNeg | FAbs) => {
            e.rewrite(v, FAbs, &[an.args[0]]);
            keep()
        }
        (FFloor | FCeil | FTrunc | FNearest, FFloor | FCeil | FTrunc | FNearest | I2F | U2F) => replace(a),
        (FFromBits, FBits) => replace(an.args[0]),
        (Select, _) => pure(e, v),
        _ => keep(),
    }
}

fn guard(e: &mut Editor, v: Val) -> Step {
    use Op::*;
    let n = e.tree.node(v).clone();
    let a = n.args[0];
    let an = e.tree.node(a).clone();
    let k = n.args.get(1).and_then(|&b| e.tree.int(b));
    let intrinsic = (an.op == Call).then(|| e.tree.intrinsic(a));
    let int_result = matches!(
        intrinsic,
        Some(
            Intrinsic::IntAdd
                | Intrinsic::IntSub
                | Intrinsic::IntMul
                | Intrinsic::IntFloorDiv
                | Intrinsic::IntMod
                | Intrinsic::IntAnd
                | Intrinsic::IntOr
                | Intrinsic::IntXor
                | Intrinsic::IntInvert
                | Intrinsic::IntNeg
                | Intrinsic::IntShl
                | Intrinsic::IntShr
                | Intrinsic::FloatToInt
        )
    );
    match (n.op, an.op) {
        (GuardTrue, BNot) => {
            e.rewrite(v, GuardFalse, &[an.args[0]]);
            return Step::Again;
        }
        (GuardFalse, BNot) => {
            e.rewrite(v, GuardTrue, &[an.args[0]]);
            return Step::Again;
        }
        (GuardInt, BoxInt) | (GuardU64, BoxU64) | (GuardFloat, BoxFloat) | (GuardBool, BoxBool) => {
            return replace(an.args[0]);
        }
        (GuardPtr, BoxPtr) => return replace(an.args[0]),
        (GuardAnyInt, BoxInt | BoxU64 | GuardAnyInt) => return replace(a),
        (GuardAnyInt, _) if int_result => return replace(a),
        (GuardInt, BoxU64) => {
            e.rewrite(v, U2IOv, &[an.args[0]]);
            return keep();
        }
        (GuardU64, BoxInt) => {
            e.rewrite(v, I2UOv, &[an.args[0]]);
            return keep();
        }
        (GuardInt | GuardU64, GuardAnyInt) => {
            e.rewrite(v, n.op, &[an.args[0]]);
            return Step::Again;
        }
        (GuardInt | GuardU64 | GuardAnyInt, BoxFloat | BoxBool | BoxPtr) if an.op != BoxPtr => {
            return Step::Done(Fate::Leave);
        }
        (GuardFloat, BoxInt | BoxU64 | BoxBool | BoxPtr) => return Step::Done(Fate::Leave),
        (GuardBool, BoxInt | BoxU64 | BoxFloat | BoxPtr) => return Step::Done(Fate::Leave),
        (GuardPtr, BoxFloat | BoxBool) => return Step::Done(Fate::Leave),
        (GuardIs | GuardIsNot, BoxBool) => {
            if let Some(w) = e.tree.bits(n.args[1]) {
                return match value::as_bool(w) {
                    Some(t) => {
                        let op = if t == (n.op == GuardIs) { GuardTrue } else { GuardFalse };
                        e.rewrite(v, op, &[an.args[0]]);
                        Step::Again
                    }
                    None if n.op == GuardIs => Step::Done(Fate::Leave),
                    None => Step::Done(Fate::Drop),
                };
            }
        }
        (GuardIs | GuardIsNot, BoxInt | BoxU64 | BoxFloat | BoxPtr) => {
            // None, True, Ellipsis ... are none of these.
            if e.tree.bits(n.args[1]).is_some_and(|w| w >> 48 == value::SPECIAL_TAG >> 48) {
                return Step::Done(if n.op == GuardIs { Fate::Leave } else { Fate::Drop });
            }
        }
        (GuardNonNull, Alloc | Obj | GuardPtr | GuardNonNull | GuardMem) => return replace(a),
        (U2IOv, I2UOv) | (I2UOv, U2IOv) => return replace(an.args[0]),
        (GuardDivisor, GuardDivisor) => return replace(a),
        _ => {}
    }
    match (n.op, k) {
        (AddOv | AddOvPos | SubOv | SubOvPos | ShlOv, Some(0)) => replace(a),
        (MulOv, Some(1)) => replace(a),
        (MulOv, Some(0)) => replace(n.args[1]),
        (SubOv, Some(c)) if c != i64::MIN => {
            let m = e.tree.i64(-c);
            e.rewrite(v, AddOv, &[a, m]);
            keep()
        }
        (MulOv, Some(2)) => {
            e.rewrite(v, AddOv, &[a, a]);
            keep()
        }
        _ => keep(),
    }
}

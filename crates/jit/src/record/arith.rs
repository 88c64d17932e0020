//! Arithmetic on ints, floats and truth values.
//!
//! Ints are `i64` with overflow guards as long as live results fit; where the live result does not fit, the
//! operation is recorded on ints of any size. `x & mask` with a mask of at most 64 bits takes the low word of such an
//! int, which the optimiser then computes in machine words from the start (see the pass on demanded bits).

use super::frames::{Kind, kind};
use super::{Rec, Recorder};
use taipan_bytecode::{Instr, Op as B};
use taipan_runtime::Value;
use taipan_trace_ir::{ExitReason, Intrinsic, Op, Ty, Val};

/// An operand by its type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Num {
    /// `i64`
    I(Val),
    /// `f64`
    F(Val),
    /// A truth value.
    B(Val),
    /// `u64`
    U(Val),
    /// A boxed int of any size.
    Big(Val),
    /// Not a number.
    Other(Val),
}

/// A binary operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Bin {
    Add,
    Sub,
    Mul,
    TrueDiv,
    FloorDiv,
    Mod,
    Pow,
    Shl,
    Shr,
    And,
    Or,
    Xor,
}

fn binary(op: B) -> Option<(Bin, bool)> {
    use B::*;
    Some(match op {
        ADD => (Bin::Add, false),
        SUB => (Bin::Sub, false),
        MUL => (Bin::Mul, false),
        TRUEDIV => (Bin::TrueDiv, false),
        FLOORDIV => (Bin::FloorDiv, false),
        MOD => (Bin::Mod, false),
        POW => (Bin::Pow, false),
        LSHIFT => (Bin::Shl, false),
        RSHIFT => (Bin::Shr, false),
        AND => (Bin::And, false),
        OR => (Bin::Or, false),
        XOR => (Bin::Xor, false),
        ADD_I => (Bin::Add, true),
        SUB_I => (Bin::Sub, true),
        MUL_I => (Bin::Mul, true),
        TRUEDIV_I => (Bin::TrueDiv, true),
        FLOORDIV_I => (Bin::FloorDiv, true),
        MOD_I => (Bin::Mod, true),
        POW_I => (Bin::Pow, true),
        LSHIFT_I => (Bin::Shl, true),
        RSHIFT_I => (Bin::Shr, true),
        AND_I => (Bin::And, true),
        OR_I => (Bin::Or, true),
        XOR_I => (Bin::Xor, true),
        _ => return None,
    })
}

/// The largest int that every int up to it can be told apart from as a double.
const EXACT: i64 = 1 << 53;

impl Recorder {
    /// A number by the type of its node and the live value.
    pub(super) fn num(&mut self, v: Val, live: Value) -> Num {
        let v = self.unbox(v, live);
        match self.tree.ty(v) {
            Ty::I64 => Num::I(v),
            Ty::F64 => Num::F(v),
            Ty::Bool => Num::B(v),
            Ty::U64 => Num::U(v),
            _ => match kind(self.vm(), live) {
                Kind::Big if self.tree.is_const(v) => Num::Big(v),
                Kind::Big => {
                    let x = self.exit(ExitReason::Type);
                    Num::Big(self.b().guard(Op::GuardAnyInt, &[v], x))
                }
                _ => Num::Other(v),
            },
        }
    }
    /// The number in register `r`.
    pub(super) fn num_reg(&mut self, r: u32) -> Num {
        let v = self.get(r);
        let live = self.live(r);
        self.num(v, live)
    }
    /// Truth values count as ints in arithmetic.
    pub(super) fn no_bool(&mut self, n: Num) -> Num {
        match n {
            Num::B(v) => Num::I(self.b().op(Op::B2I, &[v])),
            n => n,
        }
    }
    /// As a boxed int.
    pub(super) fn boxed_int(&mut self, n: Num) -> Val {
        match n {
            Num::I(v) | Num::U(v) | Num::Big(v) => self.box_val(v),
            Num::B(v) => {
                let i = self.b().op(Op::B2I, &[v]);
                self.box_val(i)
            }
            Num::F(v) | Num::Other(v) => v,
        }
    }
    /// The low 64 bits.
    fn low64(&mut self, n: Num) -> Val {
        match n {
            Num::U(v) => v,
            Num::I(v) => self.b().op(Op::I2U, &[v]),
            n => {
                let v = self.boxed_int(n);
                self.b().op(Op::Low64, &[v])
            }
        }
    }
    /// As a double. `None` for what is no number.
    pub(super) fn to_float(&mut self, n: Num) -> Option<Val> {
        Some(match n {
            Num::F(v) => v,
            Num::I(v) => match self.tree.int(v) {
                Some(i) => self.tree.f64(i as f64),
                None => self.b().op(Op::I2F, &[v]),
            },
            Num::B(v) => {
                let i = self.b().op(Op::B2I, &[v]);
                self.b().op(Op::I2F, &[i])
            }
            Num::U(v) => self.b().op(Op::U2F, &[v]),
            Num::Big(v) => {
                let x = self.exit(ExitReason::Raise);
                self.b().call(Intrinsic::IntToFloat, &[v], Some(x))
            }
            Num::Other(_) => return None,
        })
    }
    /// Guards that a condition holds.
    pub(super) fn require(&mut self, cond: Val, reason: ExitReason) {
        if self.tree.bits(cond).is_none() {
            let x = self.exit(reason);
            self.b().guard(Op::GuardTrue, &[cond], x);
        }
    }
    /// Guards that an int lies between -2^53 and 2^53, where doubles are exact.
    pub(super) fn require_exact(&mut self, v: Val) {
        if self.tree.int(v).is_some_and(|i| i.unsigned_abs() <= EXACT as u64) {
            return;
        }
        let (k, n) = (self.tree.i64(EXACT), self.tree.i64(2 * EXACT + 1));
        let s = self.b().op(Op::Add, &[v, k]);
        let x = self.exit(ExitReason::Overflow);
        self.b().guard(Op::GuardBounds, &[s, n], x);
    }

    /// Records arithmetic; false where it is none of ours.
    pub(super) fn arith(&mut self, op: B, i: &Instr) -> Rec<bool> {
        if let Some((bin, imm)) = binary(op) {
            let live_a = self.live(i.b.into());
            let (live_b, b) = if imm {
                let k = i.e as i32 as i64;
                (Value::int(k), Num::I(self.tree.i64(k)))
            } else {
                (self.live(i.c.into()), self.num_reg(i.c.into()))
            };
            let a = self.num_reg(i.b.into());
            let Some(r) = self.binary(bin, a, b, live_a, live_b)? else { return Ok(false) };
            self.set(i.a.into(), r);
            return Ok(true);
        }
        let r = match op {
            B::NEG => {
                let n = self.num_reg(i.b.into());
                match self.no_bool(n) {
                    Num::F(v) => self.b().op(Op::FNeg, &[v]),
                    n @ Num::I(v) => {
                        if matches!(kind(self.vm(), self.live(i.b.into())), Kind::Int(i64::MIN)) {
                            let v = self.boxed_int(n);
                            self.b().call(Intrinsic::IntNeg, &[v], None)
                        } else {
                            let zero = self.tree.i64(0);
                            let x = self.exit(ExitReason::Overflow);
                            self.b().guard(Op::SubOv, &[zero, v], x)
                        }
                    }
                    n @ (Num::U(_) | Num::Big(_)) => {
                        let v = self.boxed_int(n);
                        self.b().call(Intrinsic::IntNeg, &[v], None)
                    }
                    _ => return Ok(false),
                }
            }
            B::POS => {
                let n = self.num_reg(i.b.into());
                match self.no_bool(n) {
                    Num::F(v) | Num::I(v) | Num::U(v) | Num::Big(v) => v,
                    _ => return Ok(false),
                }
            }
            B::INVERT => {
                let n = self.num_reg(i.b.into());
                match n {
                    Num::I(v) => self.b().op(Op::Not, &[v]),
                    Num::U(_) | Num::Big(_) => {
                        let v = self.boxed_int(n);
                        self.b().call(Intrinsic::IntInvert, &[v], None)
                    }
                    _ => return Ok(false),
                }
            }
            _ => return Ok(false),
        };
        self.set(i.a.into(), r);
        Ok(true)
    }

    fn binary(&mut self, op: Bin, a: Num, b: Num, la: Value, lb: Value) -> Rec<Option<Val>> {
        if let (Num::B(x), Num::B(y)) = (a, b) {
            let bit = match op {
                Bin::And => Some(Op::BAnd),
                Bin::Or => Some(Op::BOr),
                Bin::Xor => Some(Op::BXor),
                _ => None,
            };
            if let Some(bit) = bit {
                return Ok(Some(self.b().op(bit, &[x, y])));
            }
        }
        if matches!(a, Num::Other(_)) || matches!(b, Num::Other(_)) {
            return self.concat(op, la, lb, a, b);
        }
        let (a, b) = (self.no_bool(a), self.no_bool(b));
        if matches!(a, Num::F(_)) || matches!(b, Num::F(_)) {
            return self.floats(op, a, b, la, lb);
        }
        self.ints(op, a, b, la, lb)
    }

    /// `str + str`
    fn concat(&mut self, op: Bin, la: Value, lb: Value, a: Num, b: Num) -> Rec<Option<Val>> {
        let shape = taipan_runtime::vm::shape_ids::str;
        let (Num::Other(x), Num::Other(y)) = (a, b) else { return Ok(None) };
        if op != Bin::Add || !self.vm().is_exact(la, shape) || !self.vm().is_exact(lb, shape) {
            return Ok(None);
        }
        self.shaped(x, shape);
        self.shaped(y, shape);
        let e = self.exit(ExitReason::Raise);
        Ok(Some(self.b().call(Intrinsic::StrConcat, &[x, y], Some(e))))
    }

    fn floats(&mut self, op: Bin, a: Num, b: Num, la: Value, lb: Value) -> Rec<Option<Val>> {
        let as_float = |v: Value| {
            v.to_float().or(match kind(self.vm(), v) {
                Kind::Int(i) => Some(i as f64),
                Kind::Bool => Some(v.is_true() as i64 as f64),
                _ => None,
            })
        };
        let (Some(fa), Some(fb)) = (as_float(la), as_float(lb)) else { return Ok(None) };
        // Shifts and the like are errors on floats.
        if matches!(op, Bin::Shl | Bin::Shr | Bin::And | Bin::Or | Bin::Xor) {
            return Ok(None);
        }
        if matches!(op, Bin::TrueDiv | Bin::FloorDiv | Bin::Mod) && fb == 0.0 {
            return Ok(None);
        }
        if op == Bin::Pow {
            let square = matches!(b, Num::I(v) if self.tree.int(v) == Some(2));
            if !(square || fa > 0.0 && fb.is_finite() && fa.is_finite()) {
                return Ok(None);
            }
            if square && !(fa * fa).is_finite() || !square && !fa.powf(fb).is_finite() {
                return Ok(None);
            }
        }
        let (Some(x), Some(y)) = (self.to_float(a), self.to_float(b)) else { return Ok(None) };
        if matches!(op, Bin::TrueDiv | Bin::FloorDiv | Bin::Mod) && self.tree.bits(y).is_none() {
            let zero = self.tree.f64(0.0);
            let c = self.b().op(Op::FNe, &[y, zero]);
            self.require(c, ExitReason::Domain);
        }
        Ok(Some(match op {
            Bin::Add => self.b().op(Op::FAdd, &[x, y]),
            Bin::Sub => self.b().op(Op::FSub, &[x, y]),
            Bin::Mul => self.b().op(Op::FMul, &[x, y]),
            Bin::TrueDiv => self.b().op(Op::FDiv, &[x, y]),
            Bin::FloorDiv => self.b().call(Intrinsic::FloatFloorDiv, &[x, y], None),
            Bin::Mod => self.b().call(Intrinsic::FloatMod, &[x, y], None),
            _ => {
                let inf = self.tree.f64(f64::INFINITY);
                let r = if matches!(b, Num::I(v) if self.tree.int(v) == Some(2)) {
                    self.b().op(Op::FMul, &[x, x])
                } else {
                    let zero = self.tree.f64(0.0);
                    let c = self.b().op(Op::FGt, &[x, zero]);
                    self.require(c, ExitReason::Domain);
                    self.b().call(Intrinsic::FloatPow, &[x, y], None)
                };
                let m = self.b().op(Op::FAbs, &[r]);
                let c = self.b().op(Op::FLt, &[m, inf]);
                self.require(c, ExitReason::Domain);
                r
            }
        }))
    }

    fn ints(&mut self, op: Bin, a: Num, b: Num, la: Value, lb: Value) -> Rec<Option<Val>> {
        let vm = self.vm();
        let int = |v: Value| match kind(vm, v) {
            Kind::Int(i) => Some(i),
            Kind::Bool => Some(v.is_true() as i64),
            _ => None,
        };
        let (ia, ib) = (int(la), int(lb));
        if let (Num::I(x), Num::I(y), Some(p), Some(q)) = (a, b, ia, ib) {
            let guard = match op {
                Bin::Add => p.checked_add(q).map(|_| Op::AddOv),
                Bin::Sub => p.checked_sub(q).map(|_| Op::SubOv),
                Bin::Mul => p.checked_mul(q).map(|_| Op::MulOv),
                Bin::Pow if self.tree.int(y) == Some(2) => p.checked_mul(p).map(|_| Op::MulOv),
                Bin::Shl => (0..64)
                    .contains(&q)
                    .then_some(())
                    .and_then(|()| (p.unsigned_abs().leading_zeros() as i64 > q).then_some(Op::ShlOv)),
                _ => None,
            };
            if let Some(g) = guard {
                let y = if op == Bin::Pow { x } else { y };
                let e = self.exit(ExitReason::Overflow);
                return Ok(Some(self.b().guard(g, &[x, y], e)));
            }
            match op {
                Bin::And => return Ok(Some(self.b().op(Op::And, &[x, y]))),
                Bin::Or => return Ok(Some(self.b().op(Op::Or, &[x, y]))),
                Bin::Xor => return Ok(Some(self.b().op(Op::Xor, &[x, y]))),
                Bin::Shr if (0..64).contains(&q) => {
                    let mut y = y;
                    if self.tree.int(y).is_none() {
                        let n = self.tree.i64(64);
                        let e = self.exit(ExitReason::Domain);
                        y = self.b().guard(Op::GuardBounds, &[y, n], e);
                    }
                    return Ok(Some(self.b().op(Op::Shr, &[x, y])));
                }
                Bin::FloorDiv | Bin::Mod if q != 0 && q != -1 => {
                    let mut y = y;
                    if self.tree.int(y).is_none() {
                        let e = self.exit(ExitReason::Domain);
                        y = self.b().guard(Op::GuardDivisor, &[y], e);
                    }
                    let o = if op == Bin::FloorDiv { Op::FloorDiv } else { Op::FloorMod };
                    return Ok(Some(self.b().op(o, &[x, y])));
                }
                Bin::TrueDiv if q != 0 && p.abs() <= EXACT && q.abs() <= EXACT => {
                    self.require_exact(x);
                    self.require_exact(y);
                    if self.tree.int(y).is_none() {
                        let zero = self.tree.i64(0);
                        let c = self.b().op(Op::Ne, &[y, zero]);
                        self.require(c, ExitReason::Domain);
                    }
                    let (Some(x), Some(y)) = (self.to_float(a), self.to_float(b)) else { return Ok(None) };
                    return Ok(Some(self.b().op(Op::FDiv, &[x, y])));
                }
                _ => {}
            }
        }
        // Words without sign.
        let mask = |r: &Recorder, n: Num, live: Value| match n {
            Num::I(v) | Num::U(v) => r
                .tree
                .int(v)
                .map(|i| i as u64)
                .filter(|_| !matches!(n, Num::I(v) if r.tree.int(v).is_some_and(|i| i < 0))),
            Num::Big(v) if r.tree.is_const(v) => crate::imp::unsigned(live),
            _ => None,
        };
        if op == Bin::And {
            for (n, m, lm) in [(a, b, lb), (b, a, la)] {
                if let Some(k) = mask(self, m, lm) {
                    let w = self.low64(n);
                    let k_val = self.tree.u64(k);
                    let r = self.b().op(Op::And, &[w, k_val]);
                    return Ok(Some(if k <= i64::MAX as u64 { self.b().op(Op::U2I, &[r]) } else { r }));
                }
            }
        }
        let word = |r: &mut Recorder, n: Num| match n {
            Num::U(v) => Some(v),
            Num::I(v) => r.tree.int(v).filter(|&i| i >= 0).map(|i| r.tree.u64(i as u64)),
            _ => None,
        };
        if matches!(a, Num::U(_)) || matches!(b, Num::U(_)) {
            if let (Bin::And | Bin::Or | Bin::Xor, Some(x), Some(y)) = (op, word(self, a), word(self, b)) {
                let o = match op {
                    Bin::And => Op::And,
                    Bin::Or => Op::Or,
                    _ => Op::Xor,
                };
                return Ok(Some(self.b().op(o, &[x, y])));
            }
            if let (Bin::Shr, Num::U(x), Num::I(y)) = (op, a, b)
                && let Some(k) = self.tree.int(y)
                && (0..64).contains(&k)
            {
                let r = self.b().op(Op::Shr, &[x, y]);
                return Ok(Some(if k > 0 { self.b().op(Op::U2I, &[r]) } else { r }));
            }
        }
        self.big(op, a, b, lb)
    }

    /// On ints of any size.
    fn big(&mut self, op: Bin, a: Num, b: Num, lb: Value) -> Rec<Option<Val>> {
        let intrinsic = match op {
            Bin::Add => Intrinsic::IntAdd,
            Bin::Sub => Intrinsic::IntSub,
            Bin::Mul => Intrinsic::IntMul,
            Bin::And => Intrinsic::IntAnd,
            Bin::Or => Intrinsic::IntOr,
            Bin::Xor => Intrinsic::IntXor,
            Bin::FloorDiv => Intrinsic::IntFloorDiv,
            Bin::Mod => Intrinsic::IntMod,
            Bin::Shl => Intrinsic::IntShl,
            Bin::Shr => Intrinsic::IntShr,
            Bin::TrueDiv | Bin::Pow => return Ok(None),
        };
        match op {
            Bin::FloorDiv | Bin::Mod => {
                let Num::I(y) = b else { return Ok(None) };
                if kind(self.vm(), lb) == Kind::Int(0) {
                    return Ok(None);
                }
                if self.tree.int(y).is_none() {
                    let zero = self.tree.i64(0);
                    let c = self.b().op(Op::Ne, &[y, zero]);
                    self.require(c, ExitReason::Domain);
                }
            }
            Bin::Shl | Bin::Shr => {
                let Num::I(y) = b else { return Ok(None) };
                match kind(self.vm(), lb) {
                    Kind::Int(k) if (0..1 << 16).contains(&k) => {}
                    _ => return Ok(None),
                }
                if self.tree.int(y).is_none() {
                    let n = self.tree.i64(1 << 16);
                    let e = self.exit(ExitReason::Domain);
                    self.b().guard(Op::GuardBounds, &[y, n], e);
                }
            }
            _ => {}
        }
        let (x, y) = (self.boxed_int(a), self.boxed_int(b));
        let exit = intrinsic.effects().raise.then(|| self.exit(ExitReason::Raise));
        let r = self.b().call(intrinsic, &[x, y], exit);
        Ok(Some(r))
    }
}

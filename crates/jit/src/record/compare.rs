//! Comparisons, truth and branches.

use super::arith::Num;
use super::frames::{Kind, kind};
use super::{Expect, Pending, Rec, Recorder};
use taipan_bytecode::{Instr, Op as B};
use taipan_runtime::Value;
use taipan_runtime::objects::instance::Instance;
use taipan_runtime::vm::shape_ids;
use taipan_trace_ir::{ExitReason, Intrinsic, Op, Val};

/// Which comparison: its int and float ops.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Cmp(Op, Op);

const LT: Cmp = Cmp(Op::Lt, Op::FLt);
const LE: Cmp = Cmp(Op::Le, Op::FLe);
const EQ: Cmp = Cmp(Op::Eq, Op::FEq);
const NE: Cmp = Cmp(Op::Ne, Op::FNe);
const GT: Cmp = Cmp(Op::Gt, Op::FGt);
const GE: Cmp = Cmp(Op::Ge, Op::FGe);

/// The form of a comparing opcode: the comparison, whether the second operand is immediate, whether it is negated,
/// and whether it is a jump or a back edge.
fn form(op: B) -> Option<(Cmp, bool, bool, bool, bool)> {
    let name = op.name();
    let (rest, looped, jump) = if let Some(r) = name.strip_prefix("LOOP_") {
        (r, true, true)
    } else if let Some(r) = name.strip_prefix('J').filter(|r| !r.starts_with("UMP")) {
        (r, false, true)
    } else {
        (name, false, false)
    };
    let (rest, imm) = match rest.strip_suffix("_I") {
        Some(r) => (r, true),
        None => (rest, false),
    };
    let plain = |s: &str| {
        Some(match s {
            "LT" => LT,
            "LE" => LE,
            "EQ" => EQ,
            "NE" => NE,
            "GT" => GT,
            "GE" => GE,
            _ => return None,
        })
    };
    if let Some(c) = plain(rest) {
        return Some((c, imm, false, jump, looped));
    }
    if jump && let Some(c) = rest.strip_prefix('N').and_then(plain) {
        return Some((c, imm, true, true, looped));
    }
    None
}

impl Recorder {
    /// Records a comparison, truth test or branch; false where it is none, or none of ours.
    pub(super) fn compare(&mut self, op: B, i: &Instr) -> Rec<bool> {
        use B::*;
        if let Some((c, imm, negated, jump, looped)) = form(op) {
            let (ra, rb) = if jump { (i.a, i.b) } else { (i.b, i.c) };
            let la = self.live(ra.into());
            let (lb, y) = if imm {
                let k = if jump { i.c as i16 as i64 } else { i.e as i32 as i64 };
                (Value::int(k), Num::I(self.tree.i64(k)))
            } else {
                (self.live(rb.into()), self.num_reg(rb.into()))
            };
            let x = self.num_reg(ra.into());
            let Some(cond) = self.comparison(c, x, y, la, lb)? else { return Ok(false) };
            if jump {
                self.branch(i, cond, !negated, looped);
            } else {
                self.set(i.a.into(), cond);
            }
            return Ok(true);
        }
        let (cond, jumps) = match op {
            JUMP_IF_TRUE | LOOP_IF_TRUE | JUMP_IF_FALSE | LOOP_IF_FALSE => {
                let Some(c) = self.truth(i.a.into())? else { return Ok(false) };
                (c, matches!(op, JUMP_IF_TRUE | LOOP_IF_TRUE))
            }
            JUMP_IF_NONE | LOOP_IF_NONE | JUMP_IF_NOT_NONE | LOOP_IF_NOT_NONE => {
                let v = self.boxed(i.a.into());
                let none = self.tree.value(Value::NONE.bits());
                (self.same(v, none), matches!(op, JUMP_IF_NONE | LOOP_IF_NONE))
            }
            JIS | LOOP_IS | JIS_NOT | LOOP_IS_NOT => {
                let (a, b) = (self.boxed(i.a.into()), self.boxed(i.b.into()));
                (self.same(a, b), matches!(op, JIS | LOOP_IS))
            }
            NOT | TO_BOOL => {
                let Some(mut c) = self.truth(i.b.into())? else { return Ok(false) };
                if op == NOT {
                    c = match self.tree.bits(c) {
                        Some(b) => self.tree.bool(b == 0),
                        None => self.b().op(Op::BNot, &[c]),
                    };
                }
                self.set(i.a.into(), c);
                return Ok(true);
            }
            _ => return Ok(false),
        };
        self.branch(i, cond, jumps, op.is_loop());
        Ok(true)
    }

    /// Leaves a branch to the next step.
    pub(super) fn branch(&mut self, i: &Instr, cond: Val, jumps: bool, poll: bool) {
        let target = self.jump_target(i);
        let at = self.top().at;
        self.expect = Expect::At(at + 1, target);
        self.pending = Pending::Branch { cond, jumps, target, poll };
    }

    /// The truth of register `r`; `None` where the general form must tell.
    pub(super) fn truth(&mut self, r: u32) -> Rec<Option<Val>> {
        let (v, live) = (self.get(r), self.live(r));
        self.truth_of(v, live)
    }
    /// The truth of a value.
    pub(super) fn truth_of(&mut self, v: Val, live: Value) -> Rec<Option<Val>> {
        let n = self.num(v, live);
        Ok(Some(match n {
            Num::B(v) => v,
            Num::I(v) => {
                let zero = self.tree.i64(0);
                self.b().op(Op::Ne, &[v, zero])
            }
            Num::U(v) => {
                let zero = self.tree.u64(0);
                self.b().op(Op::Ne, &[v, zero])
            }
            Num::F(v) => {
                let zero = self.tree.f64(0.0);
                self.b().op(Op::FNe, &[v, zero])
            }
            // Any int at all by now: zero has one form, the immediate one.
            Num::Big(v) => {
                let zero = self.tree.value(Value::int(0).bits());
                let is_zero = self.same(v, zero);
                self.b().op(Op::BNot, &[is_zero])
            }
            Num::Other(v) => match kind(self.vm(), live) {
                Kind::Special if live.is_none() => {
                    if !self.tree.is_const(v) {
                        let none = self.tree.value(live.bits());
                        let x = self.exit(ExitReason::Value);
                        self.b().guard(Op::GuardIs, &[v, none], x);
                        self.replace(v, none);
                    }
                    self.tree.bool(false)
                }
                Kind::Object(_) if live.cast::<Instance>().is_some() => {
                    // True, if the class does not say otherwise.
                    let vm = self.vm();
                    let class = vm.class_of(live);
                    let version = vm.type_version(class);
                    let says =
                        ["__bool__", "__len__"].iter().any(|n| vm.type_lookup(class, vm.intern(n)).is_some());
                    if says || version == 0 {
                        return Ok(None);
                    }
                    // SAFETY: a live object.
                    let shape = unsafe { (*live.as_header()).shape() };
                    self.shaped(v, shape);
                    self.guard_version(v, live, version);
                    self.tree.bool(true)
                }
                Kind::Object(s) => {
                    let len = match s {
                        shape_ids::list => "list.len",
                        shape_ids::tuple => "tuple.len",
                        shape_ids::str => "str.chars",
                        shape_ids::bytes => "bytes.len",
                        shape_ids::dict => "dict.len",
                        shape_ids::set => "set.len",
                        _ => return Ok(None),
                    };
                    let p = self.shaped(v, s);
                    let m = self.mem(len);
                    let n = self.b().load(p, m);
                    let zero = self.tree.i64(0);
                    self.b().op(Op::Ne, &[n, zero])
                }
                _ => return Ok(None),
            },
        }))
    }

    fn comparison(&mut self, c: Cmp, x: Num, y: Num, la: Value, lb: Value) -> Rec<Option<Val>> {
        let vm = self.vm();
        if let (Num::Other(p), Num::Other(q)) = (x, y) {
            let s = shape_ids::str;
            if vm.is_exact(la, s) && vm.is_exact(lb, s) {
                let (p, q) = (self.shaped(p, s), self.shaped(q, s));
                if matches!(c.0, Op::Eq | Op::Ne) {
                    let e = self.b().call(Intrinsic::StrEq, &[p, q], None);
                    return Ok(Some(if c.0 == Op::Eq { e } else { self.b().op(Op::BNot, &[e]) }));
                }
                let o = self.b().call(Intrinsic::StrCmp, &[p, q], None);
                let zero = self.tree.i64(0);
                return Ok(Some(self.b().op(c.0, &[o, zero])));
            }
            return Ok(None);
        }
        if matches!(x, Num::Other(_)) || matches!(y, Num::Other(_)) {
            return Ok(None);
        }
        let (x, y) = (self.no_bool(x), self.no_bool(y));
        Ok(Some(match (x, y) {
            (Num::I(a), Num::I(b)) => match (self.tree.int(a), self.tree.int(b)) {
                (Some(p), Some(q)) => {
                    let t = match c.0 {
                        Op::Lt => p < q,
                        Op::Le => p <= q,
                        Op::Eq => p == q,
                        Op::Ne => p != q,
                        Op::Gt => p > q,
                        _ => p >= q,
                    };
                    self.tree.bool(t)
                }
                _ => self.b().op(c.0, &[a, b]),
            },
            (Num::F(a), Num::F(b)) => self.b().op(c.1, &[a, b]),
            (Num::F(a), Num::I(b)) | (Num::I(b), Num::F(a)) => {
                let live = if matches!(x, Num::I(_)) { la } else { lb };
                let exact = |i: i64| i.unsigned_abs() <= 1 << 53;
                match kind(vm, live) {
                    Kind::Int(i) if exact(i) => {}
                    Kind::Bool => {}
                    _ => return Ok(None),
                }
                self.require_exact(b);
                let Some(b) = self.to_float(Num::I(b)) else { return Ok(None) };
                if matches!(x, Num::F(_)) { self.b().op(c.1, &[a, b]) } else { self.b().op(c.1, &[b, a]) }
            }
            (Num::U(a), Num::U(b)) => self.b().op(c.0, &[a, b]),
            (Num::F(_), _) | (_, Num::F(_)) => return Ok(None),
            _ => {
                let (a, b) = (self.boxed_int(x), self.boxed_int(y));
                let o = self.b().call(Intrinsic::IntCmp, &[a, b], None);
                let zero = self.tree.i64(0);
                self.b().op(c.0, &[o, zero])
            }
        }))
    }
}

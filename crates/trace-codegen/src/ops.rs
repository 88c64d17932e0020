//! What each op becomes in Cranelift's IR.
//!
//! Shapes follow what its instruction selection does well: a compare right before the branch that uses it, unsigned
//! range checks, `x + non-negative < x` as the overflow check. The semantics are those of
//! [`taipan_trace_ir::semantics`], which the differential tests hold this file to.

use crate::compile::CompileError;
use crate::lower::Lowering;
use crate::thunks::{clif_type, signature, thunk_signature};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self, BlockArg, InstBuilder, MemFlagsData, SourceLoc, Value, types};
use taipan_trace_ir::{AllocId, Effect, ExitReason, Intrinsic, Mem, MemTy, Op, Ty, Val, value};

const TRUSTED: MemFlagsData = MemFlagsData::trusted();

fn int_cc(op: Op, signed: bool) -> Option<IntCC> {
    Some(match (op, signed) {
        (Op::Eq | Op::Same | Op::SamePtr, _) => IntCC::Equal,
        (Op::Ne, _) => IntCC::NotEqual,
        (Op::Lt, true) => IntCC::SignedLessThan,
        (Op::Le, true) => IntCC::SignedLessThanOrEqual,
        (Op::Gt, true) => IntCC::SignedGreaterThan,
        (Op::Ge, true) => IntCC::SignedGreaterThanOrEqual,
        (Op::Lt, false) => IntCC::UnsignedLessThan,
        (Op::Le, false) => IntCC::UnsignedLessThanOrEqual,
        (Op::Gt, false) => IntCC::UnsignedGreaterThan,
        (Op::Ge, false) => IntCC::UnsignedGreaterThanOrEqual,
        _ => return None,
    })
}

fn float_cc(op: Op) -> Option<FloatCC> {
    Some(match op {
        Op::FEq => FloatCC::Equal,
        Op::FNe => FloatCC::NotEqual,
        Op::FLt => FloatCC::LessThan,
        Op::FLe => FloatCC::LessThanOrEqual,
        Op::FGt => FloatCC::GreaterThan,
        Op::FGe => FloatCC::GreaterThanOrEqual,
        _ => return None,
    })
}

impl Lowering<'_> {
    /// Lowers one node, terminators and labels excepted.
    pub fn node(&mut self, v: Val) -> Result<(), CompileError> {
        let tree = self.tree;
        let n = tree.node(v);
        if self.c.config.pieces
            && let Some(x) = n.exit
        {
            self.b.set_srcloc(SourceLoc::new(x.0));
        }
        if self.stress && tree.is_guard(v) && n.op != Op::Call {
            self.stress_check(v);
        }
        match n.op.effect() {
            Effect::Guard | Effect::GuardLoad | Effect::Poll => self.guard(v),
            Effect::Call => self.call(v),
            Effect::Load | Effect::Store | Effect::Alloc | Effect::Barrier => self.memory(v),
            _ => {
                let x = self.pure(v);
                self.set(v, x);
            }
        }
        Ok(())
    }

    /// Leaves when the countdown gets to 0.
    ///
    /// Not where a guard decides a branch: its exit is the other side of the branch, and only right when it fails.
    fn stress_check(&mut self, v: Val) {
        let x = self.tree.node(v).exit.expect("a guard");
        if matches!(self.tree.exits[x.ix()].reason, ExitReason::Branch | ExitReason::LoopEnd) {
            return;
        }
        let off = self.c.config.stress;
        let old = self.b.ins().load(types::I64, TRUSTED, self.ctx, off);
        let new = self.b.ins().iadd_imm_s(old, -1);
        self.b.ins().store(TRUSTED, new, self.ctx, off);
        // The side trace must not run twice in the function: the forced exit is an exit proper.
        if self.tree.exits[x.ix()].side.is_none() {
            self.check(new, true, x);
        }
    }

    fn pure(&mut self, v: Val) -> Value {
        use Op::*;
        let tree = self.tree;
        let n = tree.node(v);
        let signed = n.args.first().is_some_and(|&a| tree.ty(a) == Ty::I64);
        if n.op == Reg {
            return self.b.ins().load(types::I64, TRUSTED, self.regs, 8 * n.imm as i32);
        }
        let a: Vec<Value> = n.args.iter().map(|&a| self.val(a)).collect();
        if let Some(cc) = int_cc(n.op, signed) {
            if let Some(i) = self.imm(n.args[1]).filter(|&i| i32::try_from(i).is_ok()) {
                let k = self.b.ins().iconst(types::I64, i);
                return self.b.ins().icmp(cc, a[0], k);
            }
            return self.b.ins().icmp(cc, a[0], a[1]);
        }
        if let Some(cc) = float_cc(n.op) {
            return self.b.ins().fcmp(cc, a[0], a[1]);
        }
        match n.op {
            Add | PtrAdd => self.b.ins().iadd(a[0], a[1]),
            Sub => self.b.ins().isub(a[0], a[1]),
            Mul => self.b.ins().imul(a[0], a[1]),
            And | BAnd => self.b.ins().band(a[0], a[1]),
            Or | BOr => self.b.ins().bor(a[0], a[1]),
            Xor | BXor => self.b.ins().bxor(a[0], a[1]),
            Not => self.b.ins().bnot(a[0]),
            Shl => self.b.ins().ishl(a[0], a[1]),
            Shr if signed => self.b.ins().sshr(a[0], a[1]),
            Shr => self.b.ins().ushr(a[0], a[1]),
            Min if signed => self.b.ins().smin(a[0], a[1]),
            Min => self.b.ins().umin(a[0], a[1]),
            Max if signed => self.b.ins().smax(a[0], a[1]),
            Max => self.b.ins().umax(a[0], a[1]),
            FloorDiv | FloorMod => self.floor_division(n.op, n.args[1], a[0], a[1]),
            UDiv => self.b.ins().udiv(a[0], a[1]),
            URem => self.b.ins().urem(a[0], a[1]),
            UMulHi => self.b.ins().umulhi(a[0], a[1]),
            Clz => self.b.ins().clz(a[0]),
            Ctz => self.b.ins().ctz(a[0]),
            Popcnt => self.b.ins().popcnt(a[0]),
            BNot => {
                let one = self.b.ins().iconst(types::I8, 1);
                self.b.ins().bxor(a[0], one)
            }
            Select => self.b.ins().select(a[0], a[1], a[2]),
            FAdd => self.b.ins().fadd(a[0], a[1]),
            FSub => self.b.ins().fsub(a[0], a[1]),
            FMul => self.b.ins().fmul(a[0], a[1]),
            FDiv => self.b.ins().fdiv(a[0], a[1]),
            FNeg => self.b.ins().fneg(a[0]),
            FAbs => self.b.ins().fabs(a[0]),
            FSqrt => self.b.ins().sqrt(a[0]),
            FFloor => self.b.ins().floor(a[0]),
            FCeil => self.b.ins().ceil(a[0]),
            FTrunc => self.b.ins().trunc(a[0]),
            FNearest => self.b.ins().nearest(a[0]),
            FCopySign => self.b.ins().fcopysign(a[0], a[1]),
            I2U | U2I => a[0],
            I2F => self.b.ins().fcvt_from_sint(types::F64, a[0]),
            U2F => self.b.ins().fcvt_from_uint(types::F64, a[0]),
            B2I => self.b.ins().uextend(types::I64, a[0]),
            FBits | BoxFloat => self.b.ins().bitcast(types::I64, MemFlagsData::new(), a[0]),
            FFromBits => {
                // Foreign bits: a NaN must not look like a tagged word.
                let f = self.b.ins().bitcast(types::F64, MemFlagsData::new(), a[0]);
                let nan = self.b.ins().fcmp(FloatCC::Unordered, f, f);
                let canon = self.b.ins().f64const(f64::from_bits(value::CANONICAL_NAN));
                self.b.ins().select(nan, canon, f)
            }
            BoxBool => {
                let w = self.b.ins().uextend(types::I64, a[0]);
                let base = self.iconst(value::FALSE);
                self.b.ins().bor(base, w)
            }
            BoxPtr => {
                let tag = self.iconst(value::PTR_TAG);
                self.b.ins().bor(a[0], tag)
            }
            BoxInt => {
                let zero = self.iconst(value::INT_ZERO);
                let boxed = self.b.ins().iadd(a[0], zero);
                let tag = self.iconst(value::INT_TAG);
                let ok = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, boxed, tag);
                self.fast_or_slow(ok, boxed, Intrinsic::BoxIntSlow, a[0])
            }
            BoxU64 => {
                let zero = self.iconst(value::INT_ZERO);
                let boxed = self.b.ins().iadd(a[0], zero);
                let limit = self.iconst(1 << 47);
                let ok = self.b.ins().icmp(IntCC::UnsignedLessThan, a[0], limit);
                self.fast_or_slow(ok, boxed, Intrinsic::BoxU64Slow, a[0])
            }
            Low64 => {
                let (ok, int) = self.immediate_int(a[0]);
                self.fast_or_slow(ok, int, Intrinsic::Low64Slow, a[0])
            }
            op => unreachable!("{} is not pure", op.name()),
        }
    }

    /// Is the word an immediate int, and which one would it be?
    fn immediate_int(&mut self, w: Value) -> (Value, Value) {
        let zero = self.iconst(value::INT_ZERO);
        let int = self.b.ins().isub(w, zero);
        let tag = self.iconst(value::INT_TAG);
        (self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, w, tag), int)
    }

    fn fast_or_slow(&mut self, ok: Value, fast: Value, slow: Intrinsic, arg: Value) -> Value {
        let (next, out) = (self.new_block(), self.cold_block());
        let r = self.b.append_block_param(next, types::I64);
        self.b.ins().brif(ok, next, &[BlockArg::from(fast)], out, &[]);
        self.b.switch_to_block(out);
        let s = self.slow_call(slow, &[arg]);
        self.b.ins().jump(next, &[BlockArg::from(s)]);
        self.b.switch_to_block(next);
        r
    }

    /// Calls through the `preserve_all` thunk; the result is loaded from the context.
    fn slow_call(&mut self, i: Intrinsic, args: &[Value]) -> Value {
        let sig = *self.sigs.entry((i, true)).or_insert_with(|| self.b.import_signature(thunk_signature(i)));
        let target = self.iconst(self.c.thunks.address(i));
        let all: Vec<Value> = std::iter::once(self.ctx).chain(args.iter().copied()).collect();
        self.b.ins().call_indirect(sig, target, &all);
        if i.result() == Ty::Void {
            return self.ctx;
        }
        self.b.ins().load(types::I64, TRUSTED, self.ctx, self.c.config.scratch)
    }

    fn floor_division(&mut self, op: Op, divisor: Val, a: Value, b: Value) -> Value {
        if let Some(d) = self.imm(divisor).filter(|&d| d > 0 && d & (d - 1) == 0) {
            return if op == Op::FloorDiv {
                let s = self.b.ins().iconst(types::I64, d.trailing_zeros() as i64);
                self.b.ins().sshr(a, s)
            } else {
                let m = self.b.ins().iconst(types::I64, d - 1);
                self.b.ins().band(a, m)
            };
        }
        let q = self.b.ins().sdiv(a, b);
        let qb = self.b.ins().imul(q, b);
        let r = self.b.ins().isub(a, qb);
        let x = self.b.ins().bxor(r, b);
        let zero = self.iconst(0);
        let opposite = self.b.ins().icmp(IntCC::SignedLessThan, x, zero);
        let inexact = self.b.ins().icmp(IntCC::NotEqual, r, zero);
        let fix = self.b.ins().band(opposite, inexact);
        if op == Op::FloorDiv {
            let one = self.b.ins().uextend(types::I64, fix);
            self.b.ins().isub(q, one)
        } else {
            let rb = self.b.ins().iadd(r, b);
            self.b.ins().select(fix, rb, r)
        }
    }

    fn guard(&mut self, v: Val) {
        use Op::*;
        let tree = self.tree;
        let n = tree.node(v);
        let x = n.exit.expect("a guard");
        let a: Vec<Value> = n.args.iter().map(|&a| self.val(a)).collect();
        let refined = match n.op {
            GuardTrue => {
                self.check(a[0], true, x);
                return;
            }
            GuardFalse => {
                self.check(a[0], false, x);
                return;
            }
            GuardIs | GuardSamePtr => {
                let c = self.b.ins().icmp(IntCC::Equal, a[0], a[1]);
                self.check(c, true, x);
                return;
            }
            GuardIsNot => {
                let c = self.b.ins().icmp(IntCC::Equal, a[0], a[1]);
                self.check(c, false, x);
                return;
            }
            Poll => {
                if self.c.config.interrupt != 0 {
                    let p = self.iconst(self.c.config.interrupt);
                    let w = self.b.ins().load(types::I32, TRUSTED, p, 0);
                    self.check(w, false, x);
                }
                return;
            }
            GuardFloat => {
                let limit = self.iconst(value::FIRST_NON_FLOAT);
                let c = self.b.ins().icmp(IntCC::UnsignedLessThan, a[0], limit);
                self.check(c, true, x);
                self.b.ins().bitcast(types::F64, MemFlagsData::new(), a[0])
            }
            GuardBool => {
                let t = self.iconst(value::FALSE);
                let d = self.b.ins().isub(a[0], t);
                let one = self.iconst(1);
                let c = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, d, one);
                self.check(c, true, x);
                self.b.ins().ireduce(types::I8, d)
            }
            GuardPtr => {
                let tag = self.iconst(value::PTR_TAG);
                let p = self.b.ins().bxor(a[0], tag);
                let sixteen = self.iconst(48);
                let high = self.b.ins().ushr(p, sixteen);
                self.check(high, false, x);
                p
            }
            GuardInt => self.guard_int(a[0], x, Intrinsic::IsIntSlow),
            GuardU64 => self.guard_int(a[0], x, Intrinsic::IsU64Slow),
            GuardAnyInt => {
                let (ok, _) = self.immediate_int(a[0]);
                let (next, slow) = (self.new_block(), self.cold_block());
                self.b.ins().brif(ok, next, &[], slow, &[]);
                self.b.switch_to_block(slow);
                let is = self.slow_call(Intrinsic::IsAnyIntSlow, &[a[0]]);
                let is = self.b.ins().ireduce(types::I8, is);
                let out = self.exit_block(x);
                self.b.ins().brif(is, next, &[], out, &[]);
                self.b.switch_to_block(next);
                a[0]
            }
            GuardNonNull => {
                self.check(a[0], true, x);
                a[0]
            }
            GuardMem => {
                let m = &tree.mems[n.imm as usize];
                let narrow = match m.ty.size() {
                    1 => types::I8,
                    2 => types::I16,
                    4 => types::I32,
                    _ => types::I64,
                };
                let c = if m.ty == MemTy::F64 {
                    // Identity of bits, as the evaluator has it.
                    let w = self.b.ins().load(types::I64, TRUSTED, a[0], m.offset);
                    let e = self.b.ins().bitcast(types::I64, MemFlagsData::new(), a[1]);
                    self.b.ins().icmp(IntCC::Equal, w, e)
                } else if let Some(k) = tree.bits(n.args[1]) {
                    // A constant that the narrow type cannot hold never matches.
                    let w = self.b.ins().load(narrow, TRUSTED, a[0], m.offset);
                    let fits = m.ty.extend(k) == k;
                    let mask = if m.ty.size() == 8 { !0 } else { (1u64 << (m.ty.size() * 8)) - 1 };
                    let e = self.b.ins().iconst(narrow, ir::immediates::Imm64::new((k & mask) as i64));
                    let c = self.b.ins().icmp(IntCC::Equal, w, e);
                    if fits { c } else { self.b.ins().iconst(types::I8, 0) }
                } else {
                    let w = self.load(m, a[0], None);
                    self.b.ins().icmp(IntCC::Equal, w, a[1])
                };
                self.check(c, true, x);
                a[0]
            }
            GuardBounds => {
                let c = self.b.ins().icmp(IntCC::UnsignedLessThan, a[0], a[1]);
                self.check(c, true, x);
                a[0]
            }
            GuardDivisor => {
                let one = self.iconst(1);
                let t = self.b.ins().iadd(a[0], one);
                let c = self.b.ins().icmp(IntCC::UnsignedGreaterThan, t, one);
                self.check(c, true, x);
                a[0]
            }
            AddOv | AddOvPos | SubOv | SubOvPos => {
                let add = matches!(n.op, AddOv | AddOvPos);
                let positive = match self.imm(n.args[1]) {
                    Some(k) => Some(k >= 0),
                    None if matches!(n.op, AddOvPos | SubOvPos) => Some(true),
                    None => None,
                };
                match positive {
                    Some(positive) => {
                        let r =
                            if add { self.b.ins().iadd(a[0], a[1]) } else { self.b.ins().isub(a[0], a[1]) };
                        let cc =
                            if add == positive { IntCC::SignedLessThan } else { IntCC::SignedGreaterThan };
                        let over = self.b.ins().icmp(cc, r, a[0]);
                        self.check(over, false, x);
                        r
                    }
                    None => {
                        let (r, over) = if add {
                            self.b.ins().sadd_overflow(a[0], a[1])
                        } else {
                            self.b.ins().ssub_overflow(a[0], a[1])
                        };
                        self.check(over, false, x);
                        r
                    }
                }
            }
            MulOv => {
                let (r, over) = self.b.ins().smul_overflow(a[0], a[1]);
                self.check(over, false, x);
                r
            }
            ShlOv => {
                let r = self.b.ins().ishl(a[0], a[1]);
                let back = self.b.ins().sshr(r, a[1]);
                let same = self.b.ins().icmp(IntCC::Equal, back, a[0]);
                let c = match self.imm(n.args[1]) {
                    Some(k) if (0..64).contains(&k) => same,
                    _ => {
                        let limit = self.iconst(64);
                        let range = self.b.ins().icmp(IntCC::UnsignedLessThan, a[1], limit);
                        self.b.ins().band(same, range)
                    }
                };
                self.check(c, true, x);
                r
            }
            U2IOv | I2UOv => {
                let zero = self.iconst(0);
                let c = self.b.ins().icmp(IntCC::SignedGreaterThanOrEqual, a[0], zero);
                self.check(c, true, x);
                a[0]
            }
            F2IOv => {
                // Both bounds are doubles; NaN fails both.
                let lo = self.b.ins().f64const(-9223372036854775808.0);
                let hi = self.b.ins().f64const(9223372036854775808.0);
                let out = self.exit_block(x);
                let c = self.b.ins().fcmp(FloatCC::GreaterThanOrEqual, a[0], lo);
                let d = self.b.ins().fcmp(FloatCC::LessThan, a[0], hi);
                let both = self.b.ins().band(c, d);
                self.check_to(both, true, out);
                self.b.ins().fcvt_to_sint_sat(types::I64, a[0])
            }
            op => unreachable!("{} is not a guard", op.name()),
        };
        self.set(v, refined);
    }

    /// Immediate ints in line, heap ints out of line.
    fn guard_int(&mut self, w: Value, x: taipan_trace_ir::ExitId, test: Intrinsic) -> Value {
        let zero = self.iconst(value::INT_ZERO);
        let int = self.b.ins().isub(w, zero);
        // Non-negative immediates start at the word of 0.
        let first = if test == Intrinsic::IsU64Slow { zero } else { self.iconst(value::INT_TAG) };
        let ok = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, w, first);
        let (next, slow) = (self.new_block(), self.cold_block());
        let r = self.b.append_block_param(next, types::I64);
        self.b.ins().brif(ok, next, &[BlockArg::from(int)], slow, &[]);
        self.b.switch_to_block(slow);
        let is = self.slow_call(test, &[w]);
        // The thunk of a test leaves the number, too.
        let number = self.b.ins().load(types::I64, TRUSTED, self.ctx, self.c.config.exit_buffer);
        let out = self.exit_block(x);
        self.b.ins().brif(is, next, &[BlockArg::from(number)], out, &[]);
        self.b.switch_to_block(next);
        r
    }

    /// The address of an element, and the offset that is left for the addressing mode.
    fn address(&mut self, m: &Mem, base: Value, index: Option<Value>) -> (Value, i32) {
        match index {
            None => (base, m.offset),
            Some(i) => {
                let shift = m.ty.size().trailing_zeros() as i64;
                let scaled = if shift == 0 {
                    i
                } else {
                    let s = self.b.ins().iconst(types::I64, shift);
                    self.b.ins().ishl(i, s)
                };
                (self.b.ins().iadd(base, scaled), m.offset)
            }
        }
    }

    fn load(&mut self, m: &Mem, base: Value, index: Option<Value>) -> Value {
        let (p, off) = self.address(m, base, index);
        let i64 = types::I64;
        match m.ty {
            MemTy::Bool8 => self.b.ins().load(types::I8, TRUSTED, p, off),
            MemTy::U8 => self.b.ins().uload8(i64, TRUSTED, p, off),
            MemTy::I8 => self.b.ins().sload8(i64, TRUSTED, p, off),
            MemTy::U16 => self.b.ins().uload16(i64, TRUSTED, p, off),
            MemTy::U32 => {
                let w = self.b.ins().load(types::I32, TRUSTED, p, off);
                self.b.ins().uextend(i64, w)
            }
            MemTy::I32 => {
                let w = self.b.ins().load(types::I32, TRUSTED, p, off);
                self.b.ins().sextend(i64, w)
            }
            ty => self.b.ins().load(clif_type(ty.ty()), TRUSTED, p, off),
        }
    }

    fn store(&mut self, m: &Mem, base: Value, index: Option<Value>, x: Value) {
        let (p, off) = self.address(m, base, index);
        match m.ty {
            MemTy::U8 | MemTy::I8 => self.b.ins().istore8(TRUSTED, x, p, off),
            MemTy::U16 => self.b.ins().istore16(TRUSTED, x, p, off),
            MemTy::U32 | MemTy::I32 => self.b.ins().istore32(TRUSTED, x, p, off),
            _ => self.b.ins().store(TRUSTED, x, p, off),
        };
    }

    fn memory(&mut self, v: Val) {
        let tree = self.tree;
        let n = tree.node(v);
        let a: Vec<Value> = n.args.iter().map(|&a| self.val(a)).collect();
        match n.op {
            Op::Load | Op::LoadX => {
                let r = self.load(&tree.mems[n.imm as usize], a[0], a.get(1).copied());
                self.set(v, r);
            }
            Op::Store => self.store(&tree.mems[n.imm as usize], a[0], None, a[1]),
            Op::StoreX => self.store(&tree.mems[n.imm as usize], a[0], Some(a[1]), a[2]),
            Op::Barrier => {
                let byte = self.b.ins().load(types::I8, TRUSTED, a[0], self.c.config.barrier_byte);
                let zero = self.b.ins().iconst(types::I8, 0);
                let old = self.b.ins().icmp(IntCC::SignedGreaterThan, byte, zero);
                let (next, slow) = (self.new_block(), self.cold_block());
                self.b.ins().brif(old, slow, &[], next, &[]);
                self.b.switch_to_block(slow);
                self.slow_call(Intrinsic::BarrierSlow, &[a[0]]);
                self.b.ins().jump(next, &[]);
                self.b.switch_to_block(next);
            }
            _ => self.alloc(v, AllocId(n.imm as u32)),
        }
    }

    fn alloc(&mut self, v: Val, id: AllocId) {
        let tree = self.tree;
        let d = &tree.allocs[id.ix()];
        let p = if d.bump == 0 {
            let token = self.iconst(d.token);
            self.slow_call(Intrinsic::AllocSlow, &[token])
        } else {
            let bump = self.iconst(d.bump);
            let cur = self.b.ins().load(types::I64, TRUSTED, bump, 0);
            let end = self.b.ins().load(types::I64, TRUSTED, bump, 8);
            let room = self.b.ins().icmp(IntCC::UnsignedLessThan, cur, end);
            let (fast, next, slow) = (self.new_block(), self.new_block(), self.cold_block());
            let p = self.b.append_block_param(next, types::I64);
            self.b.ins().brif(room, fast, &[], slow, &[]);
            self.b.switch_to_block(fast);
            let stride = self.iconst(d.stride as u64);
            let new = self.b.ins().iadd(cur, stride);
            self.b.ins().store(TRUSTED, new, bump, 0);
            self.b.ins().jump(next, &[BlockArg::from(cur)]);
            self.b.switch_to_block(slow);
            let token = self.iconst(d.token);
            let s = self.slow_call(Intrinsic::AllocSlow, &[token]);
            self.b.ins().jump(next, &[BlockArg::from(s)]);
            self.b.switch_to_block(next);
            p
        };
        let written = self.written_at_once(v);
        for off in (0..d.size).step_by(8).filter(|off| !written.contains(off)) {
            let w = d.init.iter().find(|(o, _)| *o == off).map_or(0, |(_, w)| w.bits(tree));
            let w = self.iconst(w);
            self.b.ins().store(TRUSTED, w, p, off as i32);
        }
        self.set(v, p);
    }

    /// Words of a fresh object that the next nodes write, with nothing between that could look at them.
    fn written_at_once(&self, v: Val) -> Vec<u32> {
        let tree = self.tree;
        let mut words = Vec::new();
        for &u in self.rest {
            let n = tree.node(u);
            match n.op {
                Op::Store | Op::StoreX if n.args[0] == v => {
                    let m = &tree.mems[n.imm as usize];
                    let index = if n.op == Op::StoreX { tree.int(n.args[1]) } else { Some(0) };
                    if let Some(i) = index
                        && m.ty.size() == 8
                        && let Ok(off) = u32::try_from(m.offset as i64 + 8 * i)
                    {
                        words.push(off);
                    }
                }
                Op::BoxPtr => {}
                _ => break,
            }
        }
        words
    }

    fn call(&mut self, v: Val) {
        let tree = self.tree;
        let n = tree.node(v);
        let i = tree.intrinsic(v);
        if i == Intrinsic::ArgPush && self.c.config.arguments != 0 {
            let x = self.val(n.args[0]);
            let at = self.c.config.arguments + 8 * self.pushed;
            self.b.ins().store(TRUSTED, x, self.ctx, at);
            self.pushed += 1;
            return;
        }
        self.pushed = 0;
        let mut args = vec![self.ctx];
        for &a in &n.args {
            let mut x = self.val(a);
            if tree.ty(a) == Ty::Bool {
                x = self.b.ins().uextend(types::I64, x);
            }
            args.push(x);
        }
        let conv = self.c.call_conv();
        let sig = *self.sigs.entry((i, false)).or_insert_with(|| self.b.import_signature(signature(i, conv)));
        let target = self.iconst(self.c.config.intrinsics[i as usize]);
        let call = self.b.ins().call_indirect(sig, target, &args);
        let r = self.b.inst_results(call).first().copied();
        if let Some(x) = n.exit {
            let w = self.b.ins().load(types::I64, TRUSTED, self.ctx, self.c.config.raised);
            self.check(w, false, x);
        }
        if let Some(mut r) = r {
            if i.result() == Ty::Bool {
                r = self.b.ins().ireduce(types::I8, r);
            }
            self.set(v, r);
        }
    }
}

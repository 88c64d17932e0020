//! Random trees for differential tests: well-formed, ending, and full of what passes and code generation could get
//! wrong (wrap-around, overflow guards, aliasing stores, allocations, side traces that loop).
//!
//! [`Case::new`] gives, for a seed, a tree together with entry registers and a memory image that it fits.
//! [`equivalent`] runs an original and a transformed tree and says whether Python code could tell them apart.

use crate::build::Builder;
use crate::eval::{PlainHost, Run, run};
use crate::intrinsics::Intrinsic;
use crate::memory::Memory;
use crate::ops::Op;
use crate::tree::*;
use crate::types::{AliasClass, MemTy, Ty};
use crate::value;

/// A small generator of random numbers (xorshift).
#[derive(Clone)]
pub struct Rng(u64);

impl Rng {
    /// Seeded.
    pub fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678_9ABC_DEF1 | 1)
    }
    /// The next word.
    pub fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.word() >> 16) as usize % n.max(1)
    }
    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
    /// One of these.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
    /// An int that is interesting.
    pub fn int(&mut self) -> i64 {
        match self.below(8) {
            0 => self.pick(&[
                i64::MAX,
                i64::MIN,
                i64::MAX - 1,
                1 << 47,
                -(1 << 47),
                (1 << 47) - 1,
                1 << 62,
                -1,
            ]),
            1 => self.word() as i64,
            2 => (self.word() as i64) >> 20,
            _ => self.below(20) as i64 - 5,
        }
    }
    /// A double that is interesting.
    pub fn float(&mut self) -> f64 {
        match self.below(5) {
            0 => self.pick(&[0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e300, -1e-300, 9.3e18]),
            1 => self.int() as f64,
            _ => self.below(1000) as f64 / 8.0 - 20.0,
        }
    }
}

/// Bytes of the memory image; objects made by a run come after it.
pub const FIXED: u64 = 512;
/// Bytes of memory.
pub const CAPACITY: usize = 1 << 20;

/// A tree with something to run it on.
pub struct Case {
    /// The tree.
    pub tree: Tree,
    /// Entry registers.
    pub regs: Vec<u64>,
    /// Memory at `base`.
    pub mem: Memory,
}

struct Open {
    exit: ExitId,
    pool: Vec<Val>,
    labels: Vec<(LabelId, Vec<Val>)>,
    joins: Vec<(LabelId, Vec<Val>)>,
}

struct Gen<'t> {
    rng: Rng,
    b: Builder<'t>,
    /// Values in reach, by type.
    pool: Vec<Val>,
    mems: Mems,
    pair: AllocId,
    labels: Vec<(LabelId, Vec<Val>)>,
    /// Guards that a side trace may be attached to, with what is in reach there.
    open: Vec<Open>,
    /// Joins that the trace being written may jump to.
    joins: Vec<(LabelId, Vec<Val>)>,
    counter: Val,
}

#[derive(Clone)]
struct Mems {
    slots: [MemId; 5],
    len: MemId,
    ints: MemId,
    floats: MemId,
    bytes: MemId,
    items: [MemId; 3],
    item_i64: MemId,
}

impl Case {
    /// The case of this seed, with memory at `base` (0 for any).
    pub fn new(seed: u64, base: u64) -> Case {
        let base = if base == 0 { 0x10000 } else { base };
        let mut rng = Rng::new(seed);
        let mut mem = Memory::new(base, CAPACITY, FIXED);
        let ptr = |off: u64| value::from_ptr(base + off);
        for at in [0u64, 256] {
            let w = |mem: &mut Memory, off: u64, ty, x| mem.write(base + at + off, ty, x).expect("inside");
            w(&mut mem, 0, MemTy::I64, rng.int() as u64);
            w(&mut mem, 8, MemTy::I64, rng.int() as u64);
            w(&mut mem, 16, MemTy::F64, rng.float().to_bits() & !(1 << 63));
            w(&mut mem, 24, MemTy::Value, value::from_int(rng.below(100) as i64).unwrap_or(0));
            w(&mut mem, 32, MemTy::Ptr, base + rng.pick(&[0u64, 256]));
            w(&mut mem, 40, MemTy::I64, 8);
            for i in 0..8 {
                w(&mut mem, 64 + 8 * i, MemTy::I64, rng.int() as u64);
                w(&mut mem, 128 + 8 * i, MemTy::F64, (rng.below(100) as f64).to_bits());
                w(&mut mem, 192 + i, MemTy::U8, rng.word());
            }
        }
        let regs = vec![
            value::from_int(rng.below(20) as i64 - 3).unwrap_or(0),
            value::from_int(rng.int().clamp(value::INT_MIN, value::INT_MAX)).unwrap_or(0),
            rng.float().abs().to_bits(),
            value::from_bool(rng.one_in(2)),
            ptr(0),
            ptr(256),
            value::from_int(rng.below(8) as i64).unwrap_or(0),
        ];
        let mut tree = Tree::new(&format!("random {seed}"));
        let mut m = |name: &str, alias, offset, ty| {
            tree.add_mem(Mem { name: name.into(), alias, offset, ty, frozen: false })
        };
        let mems = Mems {
            slots: [
                m("s0", AliasClass::Slot, 0, MemTy::I64),
                m("s1", AliasClass::Slot, 8, MemTy::I64),
                m("s2", AliasClass::Slot, 16, MemTy::F64),
                m("s3", AliasClass::Slot, 24, MemTy::Value),
                m("s4", AliasClass::Slot, 32, MemTy::Ptr),
            ],
            len: m("len", AliasClass::ListLen, 40, MemTy::Len),
            ints: m("ints", AliasClass::Ints, 64, MemTy::I64),
            floats: m("floats", AliasClass::Floats, 128, MemTy::F64),
            bytes: m("bytes", AliasClass::Bytes, 192, MemTy::U8),
            items: [
                m("item0", AliasClass::Frozen, 8, MemTy::Value),
                m("item1", AliasClass::Frozen, 16, MemTy::Value),
                m("item2", AliasClass::Frozen, 24, MemTy::Ptr),
            ],
            item_i64: m("itemi", AliasClass::Iter, 32, MemTy::I64),
        };
        let pair = tree.add_alloc(AllocDesc {
            name: "pair".into(),
            size: 48,
            init: vec![
                (0, InitWord::Bits(0x77)),
                (8, InitWord::Bits(value::NONE)),
                (16, InitWord::Bits(value::NONE)),
            ],
            token: 1,
            bump: 0,
            stride: 0,
        });
        let counter = tree.i64(0);
        let mut g = Gen {
            rng,
            b: Builder::root(&mut tree),
            pool: Vec::new(),
            mems,
            pair,
            labels: Vec::new(),
            open: Vec::new(),
            joins: Vec::new(),
            counter,
        };
        g.root();
        g.sides();
        Case { tree, regs, mem }
    }
}

impl Gen<'_> {
    fn root(&mut self) {
        for (r, op) in [
            (0, Op::GuardInt),
            (1, Op::GuardInt),
            (2, Op::GuardFloat),
            (3, Op::GuardBool),
            (4, Op::GuardPtr),
            (5, Op::GuardPtr),
            (6, Op::GuardInt),
        ] {
            let v = self.b.reg(r);
            let x = self.exit(ExitReason::Type);
            let u = self.b.guard(op, &[v], x);
            self.pool.push(v);
            self.pool.push(u);
        }
        self.open.clear();
        let n = 2 + self.rng.below(6);
        self.ops(n);
        self.label();
        let n = 4 + self.rng.below(14);
        self.ops(n);
        for _ in 0..self.rng.below(3) {
            self.region(0);
        }
        if self.rng.one_in(3) {
            self.label();
            let n = 2 + self.rng.below(10);
            self.ops(n);
        }
        self.end();
    }

    fn sides(&mut self) {
        for _ in 0..self.rng.below(5) {
            if self.open.is_empty() {
                return;
            }
            let i = self.rng.below(self.open.len());
            let Open { exit: x, pool, labels, joins } = self.open.swap_remove(i);
            let t = TraceId(self.b.traces.len() as u32);
            self.b.traces.push(Trace { parent: Some(x), body: Vec::new() });
            self.b.exits[x.ix()].side = Some(t);
            self.b.set_trace(t);
            self.pool = pool;
            self.labels = labels;
            self.joins = joins;
            let n = self.rng.below(8);
            self.ops(n);
            if self.rng.one_in(4) {
                self.region(1);
            }
            self.end();
        }
    }

    /// A part of the trace that ends in a join, where side traces of its guards may come back.
    fn region(&mut self, depth: u32) {
        let (pool, first) = (self.pool.clone(), self.open.len());
        let n = 2 + self.rng.below(6);
        self.ops(n);
        if depth < 2 && self.rng.one_in(2) {
            self.region(depth + 1);
            let n = self.rng.below(4);
            self.ops(n);
        }
        let mut init = Vec::new();
        for _ in 0..self.rng.below(4) {
            let ty = self.rng.pick(&[Ty::I64, Ty::I64, Ty::F64, Ty::Ptr, Ty::Value, Ty::U64]);
            init.push(self.get(ty));
        }
        let (l, params) = self.b.join(&init);
        self.pool = pool;
        self.pool.extend(&params);
        for o in &mut self.open[first..] {
            o.joins.push((l, params.clone()));
        }
    }

    fn label(&mut self) {
        let mut init = vec![self.b.i64(0)];
        for _ in 0..1 + self.rng.below(4) {
            let ty = self.rng.pick(&[Ty::I64, Ty::I64, Ty::F64, Ty::F64, Ty::Ptr, Ty::Value, Ty::U64]);
            init.push(self.get(ty));
        }
        let (l, params) = self.b.label(&init);
        self.pool.extend(&params);
        let snap = self.snapshot();
        self.b.set_label_exit(l, snap);
        self.labels.push((l, params.clone()));
        // Each arrival counts; so every run ends.
        self.counter = params[0];
        let limit = self.b.i64(9);
        let c = self.b.op(Op::Lt, &[params[0], limit]);
        let x = self.exit(ExitReason::LoopEnd);
        self.b.guard(Op::GuardTrue, &[c], x);
    }

    fn end(&mut self) {
        if !self.joins.is_empty() && !self.rng.one_in(3) {
            let i = self.rng.below(self.joins.len());
            let (l, params) = self.joins[i].clone();
            let tys: Vec<Ty> = params.iter().map(|&p| self.b.ty(p)).collect();
            let args: Vec<Val> = tys.into_iter().map(|ty| self.get(ty)).collect();
            self.b.jump(l, &args);
            return;
        }
        if self.labels.is_empty() || self.rng.one_in(4) {
            let x = self.exit(ExitReason::End);
            self.b.leave(x);
            return;
        }
        // Inner counters start at 0 again, so the outermost label is what bounds everything: only it is jumped to
        // from where an inner one was passed, and inner ones count from their own arrivals.
        let i = self.rng.below(self.labels.len());
        let (l, params) = self.labels[i].clone();
        let one = self.b.i64(1);
        let x = self.exit(ExitReason::Overflow);
        let next = self.b.guard(Op::AddOv, &[params[0], one], x);
        let mut args = vec![next];
        for &p in &params[1..] {
            let ty = self.b.ty(p);
            args.push(if self.rng.one_in(2) { p } else { self.get(ty) });
        }
        self.b.jump(l, &args);
    }

    fn snapshot(&mut self) -> Snapshot {
        let mut regs = Vec::new();
        for r in 0..3 + self.rng.below(3) as u32 {
            if !self.pool.is_empty() && !self.rng.one_in(4) {
                let v = self.rng.pick(&self.pool.clone());
                regs.push((10 + r, SnapVal::Val(v)));
            }
        }
        let pc = self.rng.below(1000) as u32;
        Snapshot { frames: vec![FrameSnap { code: 0, pc, ret: None, regs }], ..Snapshot::default() }
    }

    fn exit(&mut self, reason: ExitReason) -> ExitId {
        let s = self.snapshot();
        let x = self.b.exit(reason, s);
        if reason != ExitReason::End {
            let (pool, labels, joins) = (self.pool.clone(), self.labels.clone(), self.joins.clone());
            self.open.push(Open { exit: x, pool, labels, joins });
        }
        x
    }

    /// A value of this type: one in reach, or a constant.
    fn get(&mut self, ty: Ty) -> Val {
        let of: Vec<Val> = self.pool.iter().copied().filter(|&v| self.b.ty(v) == ty).collect();
        if !of.is_empty() && !self.rng.one_in(5) {
            // Recent ones are likelier.
            let k = self.rng.below(of.len());
            return of[of.len() - 1 - k.min(self.rng.below(of.len()))];
        }
        match ty {
            Ty::I64 => {
                let i = self.rng.int();
                self.b.i64(i)
            }
            Ty::U64 => {
                let i = self.rng.int() as u64;
                self.b.u64(i)
            }
            Ty::F64 => {
                let f = self.rng.float();
                self.b.f64(if f.is_nan() { 2.5 } else { f })
            }
            Ty::Bool => {
                let c = self.rng.one_in(2);
                self.b.bool(c)
            }
            Ty::Value => {
                let i = value::from_int(self.rng.below(50) as i64 - 10).unwrap_or(0);
                self.b.value(i)
            }
            // Registers 4 and 5 are always in reach.
            _ => of[self.rng.below(of.len())],
        }
    }

    fn ops(&mut self, n: usize) {
        for _ in 0..n {
            self.one();
        }
    }

    fn one(&mut self) {
        use Op::*;
        use Ty::*;
        let r = self.rng.below(30);
        let v = match r {
            0..=4 => {
                let op = self.rng.pick(&[Add, Sub, Mul, And, Or, Xor, Min, Max, Shl, Shr]);
                let ty = self.rng.pick(&[I64, I64, U64]);
                let a = self.get(ty);
                let b = if matches!(op, Shl | Shr) { self.get(I64) } else { self.get(ty) };
                self.b.op(op, &[a, b])
            }
            5..=8 => {
                let op = self.rng.pick(&[AddOv, AddOv, SubOv, MulOv, ShlOv]);
                let (a, b) = (self.get(I64), self.get(I64));
                let x = self.exit(ExitReason::Overflow);
                self.b.guard(op, &[a, b], x)
            }
            9..=11 => {
                let op = self.rng.pick(&[FAdd, FSub, FMul, FDiv]);
                let (a, b) = (self.get(F64), self.get(F64));
                self.b.op(op, &[a, b])
            }
            12 => {
                let op = self.rng.pick(&[FNeg, FAbs, FSqrt, FFloor, FCeil, FTrunc, FNearest]);
                let a = self.get(F64);
                self.b.op(op, &[a])
            }
            13 | 14 => {
                let c = self.cond();
                let op = self.rng.pick(&[GuardTrue, GuardFalse]);
                let x = self.exit(ExitReason::Branch);
                self.b.guard(op, &[c], x);
                return;
            }
            15 => {
                let c = self.cond();
                let ty = self.rng.pick(&[I64, F64, Value]);
                let (a, b) = (self.get(ty), self.get(ty));
                self.b.op(Select, &[c, a, b])
            }
            16 => {
                let op = self.rng.pick(&[I2U, I2F, Clz, Not, Ctz, Popcnt]);
                let a = self.get(I64);
                self.b.op(op, &[a])
            }
            17 => match self.rng.below(3) {
                0 => {
                    let a = self.get(U64);
                    self.b.op(U2I, &[a])
                }
                1 => {
                    let a = self.get(F64);
                    let x = self.exit(ExitReason::Domain);
                    self.b.guard(F2IOv, &[a], x)
                }
                _ => {
                    let a = self.get(U64);
                    let x = self.exit(ExitReason::Overflow);
                    self.b.guard(U2IOv, &[a], x)
                }
            },
            18 => {
                let (op, ty) = self.rng.pick(&[
                    (BoxInt, I64),
                    (BoxFloat, F64),
                    (BoxU64, U64),
                    (BoxBool, Bool),
                    (BoxPtr, Ptr),
                ]);
                let a = self.get(ty);
                self.b.op(op, &[a])
            }
            19 => {
                let op = self.rng.pick(&[GuardInt, GuardInt, GuardFloat, GuardU64, GuardAnyInt, GuardBool]);
                let a = self.get(Value);
                let x = self.exit(ExitReason::Type);
                self.b.guard(op, &[a], x)
            }
            20 => {
                let op = self.rng.pick(&[FloorDiv, FloorMod]);
                let a = self.get(I64);
                let d = if self.rng.one_in(2) {
                    let d = self.rng.pick(&[1, 2, 3, 7, 8, 10, 64, -2, -3, -10, 1 << 40, i64::MAX]);
                    self.b.i64(d)
                } else {
                    let d = self.get(I64);
                    let x = self.exit(ExitReason::Domain);
                    self.b.guard(GuardDivisor, &[d], x)
                };
                self.b.op(op, &[a, d])
            }
            21 | 22 => {
                let m = self.rng.pick(&self.mems.slots);
                let p = self.object();
                self.b.load(p, m)
            }
            23 | 24 => {
                let m = self.rng.pick(&self.mems.slots[..4]);
                let p = self.object();
                let ty = self.b.mems[m.ix()].ty.ty();
                let v = self.get(ty);
                self.b.store(p, m, v);
                return;
            }
            25 | 26 => {
                let p = self.object();
                let len = self.b.load(p, self.mems.len);
                let i = self.get(I64);
                let x = self.exit(ExitReason::Bounds);
                let i = self.b.guard(GuardBounds, &[i, len], x);
                self.pool.push(i);
                let m = self.rng.pick(&[self.mems.ints, self.mems.floats, self.mems.bytes]);
                if self.rng.one_in(2) {
                    let ty = self.b.mems[m.ix()].ty.ty();
                    let v = self.get(ty);
                    self.b.storex(p, i, m, v);
                    return;
                }
                self.b.loadx(p, i, m)
            }
            27 => {
                let p = self.b.alloc(self.pair);
                for k in 0..2 {
                    let v = self.get(Value);
                    let m = self.mems.items[k];
                    self.b.store(p, m, v);
                }
                let q = self.get(Ptr);
                self.b.store(p, self.mems.items[2], q);
                let i = self.get(I64);
                self.b.store(p, self.mems.item_i64, i);
                let m = self.rng.pick(&[self.mems.items[0], self.mems.items[1], self.mems.item_i64]);
                let v = self.b.load(p, m);
                self.pool.push(v);
                if self.rng.one_in(6) {
                    let at = self.object();
                    self.b.store(at, self.mems.slots[4], p);
                    // The slot may hold a pair now: it is put back before anyone takes it for an object.
                    let o = self.object();
                    self.b.store(at, self.mems.slots[4], o);
                }
                // Pairs are named in snapshots, as boxed words; as `ptr` they would be taken for objects.
                self.b.op(BoxPtr, &[p])
            }
            28 => {
                let i = self.rng.pick(&[
                    Intrinsic::IntAdd,
                    Intrinsic::IntSub,
                    Intrinsic::IntMul,
                    Intrinsic::IntXor,
                ]);
                let (a, b) = (self.get(I64), self.get(I64));
                let (a, b) = (self.b.op(BoxInt, &[a]), self.b.op(BoxInt, &[b]));
                let c = self.b.call(i, &[a, b], None);
                let low = self.b.op(Low64, &[c]);
                self.pool.push(c);
                let mask = self.rng.pick(&[u64::MAX, 0xFFFF_FFFF, 0xFF]);
                let mask = self.b.u64(mask);
                self.b.op(And, &[low, mask])
            }
            _ => {
                if self.rng.one_in(2) {
                    let p = self.object();
                    let v = self.get(Value);
                    self.b.call(Intrinsic::ListAppend, &[p, v], None);
                    return;
                }
                let p = self.object();
                let k = self.rng.pick(&[8, 8, 8, 9]);
                let k = self.b.i64(k);
                let m = self.mems.len;
                let x = self.exit(ExitReason::Shape);
                self.b.guard_mem(p, m, k, x)
            }
        };
        self.pool.push(v);
    }

    /// One of the two objects (never a pair).
    fn object(&mut self) -> Val {
        self.get(Ty::Ptr)
    }

    fn cond(&mut self) -> Val {
        use Op::*;
        if self.rng.one_in(3) {
            let op = self.rng.pick(&[FEq, FNe, FLt, FLe, FGt, FGe]);
            let (a, b) = (self.get(Ty::F64), self.get(Ty::F64));
            return self.b.op(op, &[a, b]);
        }
        let ty = self.rng.pick(&[Ty::I64, Ty::I64, Ty::U64]);
        let op = self.rng.pick(&[Eq, Ne, Lt, Le, Gt, Ge]);
        let (a, b) = (self.get(ty), self.get(ty));
        self.b.op(op, &[a, b])
    }
}

/// Runs both trees on the same input. `Ok(false)`: the original does something undefined, so nothing is said.
pub fn equivalent(original: &Tree, changed: &Tree, regs: &[u64], mem: &Memory) -> Result<bool, String> {
    equivalent_with(original, changed, regs, mem, &[], false)
}

/// As [`equivalent`], with these words seen by `poll`; `lenient`: a guard on overflow may have gone, with its side
/// trace.
pub fn equivalent_with(
    original: &Tree,
    changed: &Tree,
    regs: &[u64],
    mem: &Memory,
    interrupts: &[u64],
    lenient: bool,
) -> Result<bool, String> {
    let (mut m1, mut m2) = (mem.clone(), mem.clone());
    let settings = Run { interrupts, fuel: 200_000, ..Run::new(regs) };
    let Ok(one) = run(original, &settings, &mut m1, &mut PlainHost) else { return Ok(false) };
    // Demanded bits: an exact number was not needed, and the guard is gone, with what hung below it. The changed tree
    // goes on then, perhaps for ever.
    let gone = || {
        let left = |tree: &Tree| {
            tree.live_traces().into_iter().find(|t| {
                let exits = tree.traces[t.ix()].body.iter().filter_map(|&v| tree.node(v).exit);
                exits.into_iter().any(|x| tree.exits[x.ix()].origin == one.origin)
            })
        };
        let mut exit = Some(one.exit);
        let mut trace = left(original);
        let mut overflow = false;
        while let Some(x) = exit {
            overflow |= original.exits[x.ix()].reason == ExitReason::Overflow;
            exit = trace.and_then(|t| original.traces[t.ix()].parent);
            trace = exit.and_then(|x| {
                original
                    .live_traces()
                    .into_iter()
                    .find(|t| original.traces[t.ix()].body.iter().any(|&v| original.node(v).exit == Some(x)))
            });
        }
        overflow && left(changed).is_none()
    };
    let two = match run(changed, &settings, &mut m2, &mut PlainHost) {
        Err(_) if lenient && gone() => return Ok(false),
        two => two.map_err(|e| format!("changed tree: {e}"))?,
    };
    if changed.exits[two.exit.ix()].reason == ExitReason::Hoisted {
        // It left where a loop is entered: at the last arrival at a header, or right before one.
        let at = |l: LabelId| two.arrivals.get(&l).copied().unwrap_or(0);
        let next = (0..original.labels.len() as u32).map(|l| (LabelId(l), at(LabelId(l)) + 1));
        let state = two.canonical(regs, &m2);
        let mut seen = String::new();
        for stop_at in two.last_arrival.into_iter().chain(next) {
            let mut m1 = mem.clone();
            let settings = Run { interrupts, fuel: 200_000, stop_at: Some(stop_at), ..Run::new(regs) };
            let Ok(one) = run(original, &settings, &mut m1, &mut PlainHost) else { continue };
            let at = one.canonical(regs, &m1);
            if at == state {
                return Ok(true);
            }
            seen += &at;
        }
        return Err(format!(
            "{} leaves in a state that no header has:\n{state}--- headers\n{seen}",
            two.exit
        ));
    }
    if one.origin != two.origin {
        if lenient && gone() {
            return Ok(false);
        }
        return Err(format!("left by {} ({}), not by {}", two.origin, two.exit, one.origin));
    }
    let (a, b) = (one.canonical(regs, &m1), two.canonical(regs, &m2));
    if a != b {
        return Err(format!("{} leaves in another state:\n--- before\n{a}--- after\n{b}", two.exit));
    }
    Ok(true)
}

//! The evaluator: runs a tree over an abstract memory, and says where and in which state it left.
//!
//! It is the meaning of the IR: passes are tested by running a tree before and after, code generation by running
//! the evaluator and the machine code. Ints outside 48 bits are boxed by the [`Host`], which also carries out
//! intrinsics. Delayed stores and virtuals are carried out in memory at the exit, so that states can be compared
//! whatever the optimiser made of them ([`Outcome::canonical`]).
//!
//! A hoisted guard leaves at a loop header, earlier than the original would. For comparing, [`Run::stop_at`] makes
//! a run end at the n-th arrival at a header, with the header's state as its outcome.

use crate::intrinsics::Intrinsic;
use crate::memory::Memory;
use crate::ops::{Effect, Op};
use crate::semantics::{self, GuardResult};
use crate::tree::*;
use crate::types::Ty;
use crate::value;
use rustc_hash::FxHashMap;
use std::fmt::Write;

/// What the evaluator asks of its surroundings.
pub trait Host {
    /// Carries out an intrinsic. `Ok(None)`: it raised.
    fn call(&mut self, i: Intrinsic, args: &[u64], mem: &mut Memory) -> Result<Option<u64>, String>;
    /// Boxes an int outside 48 bits. The same number need not give the same word.
    fn box_big(&mut self, x: i128, mem: &mut Memory) -> Result<u64, String>;
    /// The number in a boxed word that is not an immediate int, if it is an int.
    fn unbox_big(&self, word: u64, mem: &Memory) -> Option<i128>;
}

/// A host without intrinsics: big ints are two words, a marker and the low 64 bits with the high ones following.
#[derive(Default)]
pub struct PlainHost;

/// First word of a big int made by [`PlainHost`].
pub const BIG_MARK: u64 = 0xB16_B16_B16;

impl Host for PlainHost {
    fn call(&mut self, i: Intrinsic, args: &[u64], mem: &mut Memory) -> Result<Option<u64>, String> {
        use Intrinsic::*;
        let f = |n: usize| f64::from_bits(args[n]);
        let int = |h: &Self, n: usize, mem: &Memory| -> Result<i128, String> {
            match value::as_int(args[n]) {
                Some(i) => Ok(i as i128),
                None => h.unbox_big(args[n], mem).ok_or_else(|| format!("{} of a non-int", i.name())),
            }
        };
        // What is pure may run in front of the guards of its operands: its result is nothing then.
        let ints =
            matches!(i, IntAdd | IntSub | IntMul | IntAnd | IntOr | IntXor | IntNeg | IntInvert | IntCmp);
        if ints && (0..args.len()).any(|n| int(self, n, mem).is_err()) {
            return Ok(Some(if i == IntCmp { 0 } else { value::NONE }));
        }
        let r = match i {
            FloatPow => f(0).powf(f(1)).to_bits(),
            FloatSin => f(0).sin().to_bits(),
            FloatFmod => (f(0) % f(1)).to_bits(),
            IntAdd | IntSub | IntMul | IntAnd | IntOr | IntXor => {
                let (a, b) = (int(self, 0, mem)?, int(self, 1, mem)?);
                let r = match i {
                    IntAdd => a.checked_add(b),
                    IntSub => a.checked_sub(b),
                    IntMul => a.checked_mul(b),
                    IntAnd => Some(a & b),
                    IntOr => Some(a | b),
                    _ => Some(a ^ b),
                };
                let r = r.ok_or("more than 128 bits")?;
                box_any(self, r, mem)?
            }
            IntNeg => {
                let r = -int(self, 0, mem)?;
                box_any(self, r, mem)?
            }
            IntInvert => {
                let r = !int(self, 0, mem)?;
                box_any(self, r, mem)?
            }
            IntCmp => (int(self, 0, mem)?.cmp(&int(self, 1, mem)?)) as i64 as u64,
            BarrierSlow => 0,
            // Effects to test with: writes the first of the ints of a test object, or raises.
            ListAppend => {
                let old = mem.read(args[0] + 64, crate::MemTy::I64)?;
                mem.write(args[0] + 64, crate::MemTy::I64, old.wrapping_add(1))?;
                0
            }
            PyTruth => match value::as_bool(args[0]) {
                Some(b) => b as u64,
                None => return Ok(None),
            },
            _ => return Err(format!("no implementation of {} for tests", i.name())),
        };
        Ok(Some(r))
    }
    fn box_big(&mut self, x: i128, mem: &mut Memory) -> Result<u64, String> {
        let p = mem.alloc(24, u32::MAX).ok_or("out of memory")?;
        mem.write(p, crate::MemTy::U64, BIG_MARK)?;
        mem.write(p + 8, crate::MemTy::U64, x as u64)?;
        mem.write(p + 16, crate::MemTy::U64, (x >> 64) as u64)?;
        Ok(value::from_ptr(p))
    }
    fn unbox_big(&self, word: u64, mem: &Memory) -> Option<i128> {
        let p = value::as_ptr(word)?;
        let w = |o| mem.read(p + o, crate::MemTy::U64).ok();
        (w(0)? == BIG_MARK).then_some(())?;
        Some((w(16)? as i64 as i128) << 64 | w(8)? as i128)
    }
}

fn box_any(h: &mut dyn Host, x: i128, mem: &mut Memory) -> Result<u64, String> {
    match i64::try_from(x).ok().and_then(value::from_int) {
        Some(w) => Ok(w),
        None => h.box_big(x, mem),
    }
}

/// A run's settings.
pub struct Run<'a> {
    /// Entry registers.
    pub regs: &'a [u64],
    /// Nodes to execute at most.
    pub fuel: u64,
    /// The interrupt word, as each `poll` sees it in turn; 0 when they run out.
    pub interrupts: &'a [u64],
    /// End at the n-th (from 1) arrival at this label (or one that came from it).
    pub stop_at: Option<(LabelId, u64)>,
}

impl<'a> Run<'a> {
    /// A run from these registers.
    pub fn new(regs: &'a [u64]) -> Run<'a> {
        Run { regs, fuel: 1_000_000, interrupts: &[], stop_at: None }
    }
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// By which exit.
    pub exit: ExitId,
    /// Which exit of the recorder that was.
    pub origin: ExitId,
    /// Frames with boxed registers: (code, pc, ret, registers).
    pub frames: Vec<(u32, u32, Option<u32>, Vec<(u32, u64)>)>,
    /// Arrivals at each of the recorder's labels.
    pub arrivals: FxHashMap<LabelId, u64>,
    /// The label whose iteration was being executed: (the recorder's label, arrivals at it).
    pub last_arrival: Option<(LabelId, u64)>,
    /// Nodes executed.
    pub steps: u64,
    /// Allocations carried out by nodes, exits not counted.
    pub allocs: u64,
}

/// Runs `tree`. `Err` for something that a correct tree never does, or for running out of fuel.
pub fn run(tree: &Tree, run: &Run, mem: &mut Memory, host: &mut dyn Host) -> Result<Outcome, String> {
    let mut e = Eval { tree, vals: vec![0; tree.nodes.len()], regs: run.regs, mem, host };
    for (i, n) in tree.nodes.iter().enumerate() {
        match n.op {
            Op::Const => e.vals[i] = n.imm,
            Op::Obj => {
                let bits = tree.objs[n.imm as usize].bits;
                e.vals[i] = if n.ty == Ty::Ptr { bits & value::ADDRESS_MASK } else { bits };
            }
            _ => {}
        }
    }
    let mut arrivals: FxHashMap<LabelId, u64> = FxHashMap::default();
    let mut last_arrival = None;
    let mut places = FxHashMap::default();
    for t in tree.live_traces() {
        for (i, &v) in tree.traces[t.ix()].body.iter().enumerate() {
            if tree.op(v) == Op::Label {
                places.insert(tree.label_of(v), (t, i));
            }
        }
    }
    let (mut t, mut pc) = (TraceId(0), 0);
    let mut steps = 0;
    let mut allocs = 0;
    let mut polls = run.interrupts.iter();
    loop {
        steps += 1;
        if steps > run.fuel {
            return Err("out of fuel".into());
        }
        let v = tree.traces[t.ix()].body[pc];
        let n = tree.node(v);
        pc += 1;
        let a: Vec<u64> = n.args.iter().map(|x| e.vals[x.ix()]).collect();
        if matches!(n.op, Op::Label | Op::Jump) {
            let l = LabelId(n.imm as u32);
            let label = &tree.labels[l.ix()];
            for (p, w) in label.params.iter().zip(&a) {
                e.vals[p.ix()] = *w;
            }
            if n.op == Op::Jump {
                let &(lt, li) = places.get(&l).ok_or_else(|| format!("{l} is not placed"))?;
                (t, pc) = (lt, li + 1);
            }
            if !label.join && (n.op == Op::Jump || !label.inner) {
                let c = arrivals.entry(label.origin).or_insert(0);
                *c += 1;
                last_arrival = Some((label.origin, *c));
                if run.stop_at == Some((label.origin, *c)) {
                    let x = label.exit.ok_or("stopped at a label without state")?;
                    let frames = e.leave(x)?;
                    let origin = tree.exits[x.ix()].origin;
                    return Ok(Outcome { exit: x, origin, frames, arrivals, last_arrival, steps, allocs });
                }
            }
            continue;
        }
        allocs += (n.op == Op::Alloc) as u64;
        let poll = if n.op == Op::Poll { polls.next().copied().unwrap_or(0) } else { 0 };
        match e.node(v, &a, poll).map_err(|m| format!("{m}: {}", crate::print::node(tree, v)))? {
            Some(w) => e.vals[v.ix()] = w,
            None => {
                let x = n.exit.ok_or("left without an exit")?;
                match tree.exits[x.ix()].side {
                    Some(side) => (t, pc) = (side, 0),
                    None => {
                        let frames = e.leave(x)?;
                        let origin = tree.exits[x.ix()].origin;
                        return Ok(Outcome {
                            exit: x,
                            origin,
                            frames,
                            arrivals,
                            last_arrival,
                            steps,
                            allocs,
                        });
                    }
                }
            }
        }
    }
}

struct Eval<'a> {
    tree: &'a Tree,
    vals: Vec<u64>,
    regs: &'a [u64],
    mem: &'a mut Memory,
    host: &'a mut dyn Host,
}

impl Eval<'_> {
    /// Executes a node; `None`: it leaves.
    fn node(&mut self, v: Val, a: &[u64], poll: u64) -> Result<Option<u64>, String> {
        let n = self.tree.node(v);
        let addr = |m: &Mem, index: u64| {
            a[0].wrapping_add(m.offset as u64).wrapping_add(index.wrapping_mul(m.ty.size() as u64))
        };
        let first_ty = n.args.first().map_or(Ty::Void, |&x| self.tree.ty(x));
        Ok(match n.op {
            Op::Reg => Some(*self.regs.get(n.imm as usize).ok_or("a register that the run does not have")?),
            Op::Load | Op::LoadX | Op::GuardMem => {
                let m = &self.tree.mems[n.imm as usize];
                let w = self.mem.read(addr(m, if n.op == Op::LoadX { a[1] } else { 0 }), m.ty)?;
                if n.op == Op::GuardMem { (w == a[1]).then_some(a[0]) } else { Some(w) }
            }
            Op::Store => {
                let m = &self.tree.mems[n.imm as usize];
                self.mem.write(addr(m, 0), m.ty, a[1])?;
                Some(0)
            }
            Op::StoreX => {
                let m = &self.tree.mems[n.imm as usize];
                self.mem.write(addr(m, a[1]), m.ty, a[2])?;
                Some(0)
            }
            Op::Alloc => Some(self.alloc(AllocId(n.imm as u32))?),
            Op::Barrier => Some(0),
            Op::Poll => (poll == 0).then_some(0),
            Op::Leave => None,
            Op::Call => {
                let i = self.tree.intrinsic(v);
                let r = self.host.call(i, a, self.mem)?;
                if r.is_none() && !i.effects().raise {
                    return Err("raised, which is not declared".into());
                }
                r
            }
            Op::BoxInt => Some(self.box_int(a[0] as i64 as i128)?),
            Op::BoxU64 => Some(self.box_int(a[0] as i128)?),
            Op::Low64 => Some(self.number(a[0]).unwrap_or(0) as u64),
            Op::GuardInt => self.number(a[0]).and_then(|x| i64::try_from(x).ok()).map(|x| x as u64),
            Op::GuardU64 => self.number(a[0]).and_then(|x| u64::try_from(x).ok()),
            Op::GuardAnyInt => self.number(a[0]).map(|_| a[0]),
            op if op.effect() == Effect::Guard => match semantics::guard(op, a) {
                GuardResult::Pass(w) => Some(w),
                GuardResult::Fail => None,
                GuardResult::Unknown => return Err("cannot evaluate".into()),
            },
            op => Some(semantics::pure(op, first_ty_for(op, first_ty), a).ok_or("undefined")?),
        })
    }

    fn number(&self, w: u64) -> Option<i128> {
        match value::as_int(w) {
            Some(i) => Some(i as i128),
            None => self.host.unbox_big(w, self.mem),
        }
    }
    fn box_int(&mut self, x: i128) -> Result<u64, String> {
        box_any(self.host, x, self.mem)
    }
    fn alloc(&mut self, a: AllocId) -> Result<u64, String> {
        let d = &self.tree.allocs[a.ix()];
        let p = self.mem.alloc(d.size, a.0).ok_or("out of memory")?;
        for (off, w) in &d.init {
            let w = w.bits(self.tree);
            self.mem.write(p + *off as u64, crate::MemTy::U64, w)?;
        }
        Ok(p)
    }
    /// The boxed form of a value at an exit.
    fn boxed(&mut self, v: Val) -> Result<u64, String> {
        let w = self.vals[v.ix()];
        Ok(match self.tree.ty(v) {
            Ty::I64 => self.box_int(w as i64 as i128)?,
            Ty::U64 => self.box_int(w as i128)?,
            Ty::F64 => semantics::pure(Op::BoxFloat, Ty::F64, &[w]).unwrap_or(w),
            Ty::Bool => value::from_bool(w != 0),
            Ty::Ptr => value::from_ptr(w),
            Ty::Value => w,
            Ty::Void => return Err("a register holds nothing".into()),
        })
    }
    fn leave(&mut self, x: ExitId) -> Result<Vec<(u32, u32, Option<u32>, Vec<(u32, u64)>)>, String> {
        let tree = self.tree;
        let e = &tree.exits[x.ix()];
        for &v in &e.sunk {
            let a: Vec<u64> = tree.node(v).args.iter().map(|x| self.vals[x.ix()]).collect();
            self.vals[v.ix()] = self.node(v, &a, 0)?.ok_or("a sunk node leaves")?;
        }
        let mut made = Vec::new();
        for v in &e.snap.virtuals {
            made.push(self.alloc(v.alloc)?);
        }
        // Field values are of the field's type; a virtual's address is boxed where the field holds words.
        let word = |this: &Self, m: &Mem, s: &SnapVal| match s {
            SnapVal::Val(v) => this.vals[v.ix()],
            SnapVal::Virtual(i) if m.ty == crate::MemTy::Ptr => made[*i as usize],
            SnapVal::Virtual(i) => value::from_ptr(made[*i as usize]),
        };
        for (i, v) in e.snap.virtuals.iter().enumerate() {
            for (m, ix, s) in &v.fields {
                let m = &tree.mems[m.ix()];
                let at = made[i] + m.offset as u64 + ix.unwrap_or(0) as u64 * m.ty.size() as u64;
                let w = word(self, m, s);
                self.mem.write(at, m.ty, w)?;
            }
        }
        for st in &e.snap.stores {
            let m = &tree.mems[st.mem.ix()];
            let base = match st.base {
                SnapVal::Val(v) if tree.ty(v) == Ty::Value => self.vals[v.ix()] & value::ADDRESS_MASK,
                SnapVal::Val(v) => self.vals[v.ix()],
                SnapVal::Virtual(i) => made[i as usize],
            };
            let index = st.index.map_or(0, |v| self.vals[v.ix()]);
            let at = base.wrapping_add(m.offset as u64).wrapping_add(index.wrapping_mul(m.ty.size() as u64));
            let w = word(self, m, &st.value);
            self.mem.write(at, m.ty, w)?;
        }
        let mut frames = Vec::new();
        for f in &e.snap.frames {
            let mut regs = Vec::new();
            for (r, s) in &f.regs {
                let w = match s {
                    SnapVal::Val(v) => self.boxed(*v)?,
                    SnapVal::Virtual(i) => value::from_ptr(made[*i as usize]),
                };
                regs.push((*r, w));
            }
            frames.push((f.code, f.pc, f.ret, regs));
        }
        Ok(frames)
    }
}

fn first_ty_for(op: Op, first: Ty) -> Ty {
    // `select`'s result does not depend on signedness.
    if op == Op::Select { Ty::Bool } else { first }
}

impl Outcome {
    /// The state as text, in which objects made by the run are named by the order in which they are reached: equal
    /// texts mean states that Python code cannot tell apart. Registers of the tree's own frame that were not
    /// written back show what entry left in them.
    pub fn canonical(&self, regs: &[u64], mem: &Memory) -> String {
        let mut c = Canon { mem, names: FxHashMap::default(), queue: Vec::new(), out: String::new() };
        for (i, (code, pc, ret, rs)) in self.frames.iter().enumerate() {
            let _ = write!(c.out, "c{code}@{pc} {ret:?}:");
            let mut all: Vec<(u32, u64)> = rs.clone();
            if i == 0 {
                for (r, w) in regs.iter().enumerate() {
                    if !all.iter().any(|(x, _)| *x == r as u32) {
                        all.push((r as u32, *w));
                    }
                }
            }
            all.sort();
            for (r, w) in all {
                let _ = write!(c.out, " r{r}=");
                c.word(w);
            }
            c.out.push('\n');
        }
        for i in 0..mem.fixed / 8 {
            let w = mem.words[i as usize];
            let _ = write!(c.out, "{:#x}: ", i * 8);
            c.word(w);
            c.out.push('\n');
        }
        let mut done = 0;
        while done < c.queue.len() {
            let (addr, size) = c.queue[done];
            let _ = write!(c.out, "new{done}:");
            done += 1;
            for i in 0..size / 8 {
                let w = mem.words[((addr - mem.base) / 8 + i as u64) as usize];
                c.out.push(' ');
                c.word(w);
            }
            c.out.push('\n');
        }
        c.out
    }
}

struct Canon<'a> {
    mem: &'a Memory,
    names: FxHashMap<u64, usize>,
    queue: Vec<(u64, u32)>,
    out: String,
}

impl Canon<'_> {
    fn word(&mut self, w: u64) {
        let addr = value::as_ptr(w).unwrap_or(w);
        let boxed = addr != w;
        if let Some(&(a, size, _)) = self.mem.fresh.iter().find(|f| f.0 == addr) {
            // A big int is a number, not an identity.
            let at = ((a - self.mem.base) / 8) as usize;
            if self.mem.words[at] == BIG_MARK {
                let _ = write!(self.out, "big:{:x}:{:x}", self.mem.words[at + 2], self.mem.words[at + 1]);
                return;
            }
            let n = *self.names.entry(a).or_insert_with(|| {
                self.queue.push((a, size));
                self.queue.len() - 1
            });
            let _ = write!(self.out, "{}new{n}", if boxed { "&" } else { "" });
        } else if value::is_float(w) && f64::from_bits(w).is_nan() {
            self.out.push_str("nan");
        } else {
            let _ = write!(self.out, "{w:x}");
        }
    }
}

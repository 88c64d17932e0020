//! Int ranges: overflow checks, bounds checks and signed division that cannot matter go.
//!
//! Every int node has an interval, refined along the trace by the guards it passes (`i < n` bounds `i` from above
//! by `n`'s upper bound less one: which is how `i + 1` is known not to overflow). Loop parameters start with the
//! interval of their first value, are joined with what the jumps pass, widened when they keep growing, and narrowed
//! once at the end. Intervals are kept in 128 bits, so that the arithmetic on them never overflows.
//!
//! *Counters* ([`Config::counters`]): a parameter that starts below 2^62 and is changed only by adding constants up
//! to 64 stays below 2^63 for longer than any program runs, whatever bounds it: 2^55 iterations.
//!
//! *Bounds checks of counting loops*: where `p < n` holds in the iteration, `n` and the length are invariant, `p`'s
//! interval is not negative, and `p + c` is the index, then `n <= len - c` in front of the loop makes every such
//! check in it true. That guard is put there (it leaves at the header, see [`crate::hoist`]) and the checks go.
//!
//! What is proved is spent here: guarded arithmetic becomes plain; `add_ov` whose second operand is not negative
//! becomes the one-compare form; floor division and modulo by constants become multiplication by a reciprocal,
//! negative dividends by way of their complement; decided comparisons fold.

use crate::Config;
use crate::hoist::hoisted_exit;
use crate::walk::{Editor, Fate, Forward, forward};
use rustc_hash::{FxHashMap, FxHashSet};
use taipan_trace_ir::tree::{Args, Node};
use taipan_trace_ir::{ExitId, LabelId, MemTy, Op, Tree, Ty, Val};

/// An interval, both ends included.
type Range = (i128, i128);

const I64: Range = (i64::MIN as i128, i64::MAX as i128);
const U64: Range = (0, u64::MAX as i128);
/// No object is longer.
const LONGEST: i128 = 1 << 56;
const COUNTER_START: i128 = 1 << 62;
const COUNTER_END: i128 = (1 << 62) + (1 << 61);

fn full(ty: Ty) -> Range {
    if ty == Ty::U64 { U64 } else { I64 }
}

/// Runs the pass.
pub fn run(tree: &mut Tree, config: &Config) -> bool {
    let mut params: FxHashMap<Val, Range> = FxHashMap::default();
    let mut counters = if config.counters { counters(tree) } else { FxHashMap::default() };
    let mut round = 0;
    loop {
        let mut a = Analysis::new(&params, &counters);
        forward(tree, &mut a);
        let (joined, broken) = (a.joined, a.broken);
        if !broken.is_empty() {
            for p in broken {
                if let Some(g) = counters.get(&p).copied() {
                    counters.retain(|_, x| *x != g);
                }
            }
            params.clear();
            round = 0;
            continue;
        }
        let mut grown = false;
        for (p, r) in &joined {
            let ty = full(tree.ty(*p));
            match params.get(p) {
                Some(old) if old.0 <= r.0 && r.1 <= old.1 => {}
                Some(old) => {
                    grown = true;
                    let widen = round >= 2;
                    let lo = if r.0 < old.0 { if widen { ty.0 } else { r.0 } } else { old.0 };
                    let hi = if r.1 > old.1 { if widen { ty.1 } else { r.1 } } else { old.1 };
                    params.insert(*p, (lo, hi));
                }
                None => {
                    grown = true;
                    params.insert(*p, *r);
                }
            }
        }
        round += 1;
        if !grown {
            break;
        }
    }
    // One step down from a fixed point is still above the least one.
    let mut a = Analysis {
        params: &params,
        counters: &counters,
        joined: FxHashMap::default(),
        broken: Vec::new(),
        falling: FxHashSet::default(),
    };
    forward(tree, &mut a);
    let falling = a.falling;
    if a.broken.is_empty() {
        params = a.joined;
    }
    let mut pass = Transform {
        params,
        counters,
        falling,
        config: config.clone(),
        headers: FxHashMap::default(),
        wanted: Vec::new(),
        outside: FxHashMap::default(),
    };
    for t in tree.live_traces() {
        for &v in &tree.traces[t.ix()].body {
            if tree.op(v) == Op::Label {
                let l = tree.label_of(v);
                tree.labels[l.ix()].params.iter().for_each(|&p| {
                    pass.headers.insert(p, l);
                });
            }
        }
    }
    let mut changed = forward(tree, &mut pass);
    changed |= place(tree, pass.wanted);
    changed
}

/// Parameters that are only ever counted up, with the group they belong to: parameters that are passed to each other
/// (a header that was split, an outer loop's) count as one.
fn counters(tree: &Tree) -> FxHashMap<Val, Val> {
    let mut group: FxHashMap<Val, Val> = tree
        .labels
        .iter()
        .flat_map(|l| l.params.iter().copied())
        .filter(|&p| tree.ty(p) == Ty::I64)
        .map(|p| (p, p))
        .collect();
    let mut counts: FxHashSet<Val> = FxHashSet::default();
    for t in tree.live_traces() {
        for &v in &tree.traces[t.ix()].body {
            if !matches!(tree.op(v), Op::Label | Op::Jump) {
                continue;
            }
            for (&p, &a) in tree.labels[tree.label_of(v).ix()].params.iter().zip(&tree.node(v).args) {
                let Some(q) = steps(tree, a) else { continue };
                let (Some(&g), Some(&h)) = (group.get(&p), group.get(&q)) else { continue };
                group.values_mut().filter(|x| **x == h).for_each(|x| *x = g);
                if counts.remove(&h) || a != q {
                    counts.insert(g);
                }
            }
        }
    }
    group.retain(|_, g| counts.contains(g));
    group
}

/// `Some(p)` when the value is `p` with small constants added a few times.
fn steps(tree: &Tree, mut v: Val) -> Option<Val> {
    for _ in 0..4 {
        let n = tree.node(v);
        match n.op {
            Op::Param => return Some(v),
            Op::Add | Op::AddOv | Op::AddOvPos
                if tree.int(n.args[1]).is_some_and(|c| (0..=64).contains(&c)) =>
            {
                v = n.args[0];
            }
            _ => return None,
        }
    }
    None
}

#[derive(Clone, Default)]
struct State {
    ranges: FxHashMap<Val, Range>,
    /// `a < b` holds here.
    less: Vec<(Val, Val)>,
}

impl State {
    fn get(&self, tree: &Tree, v: Val) -> Range {
        if let Some(&r) = self.ranges.get(&v) {
            return r;
        }
        let n = tree.node(v);
        match (n.op, n.ty) {
            (Op::Const, Ty::I64) => (n.imm as i64 as i128, n.imm as i64 as i128),
            (Op::Const, Ty::U64) => (n.imm as i128, n.imm as i128),
            (_, ty) => full(ty),
        }
    }
    fn clamp(&mut self, tree: &Tree, v: Val, r: Range) {
        let old = self.get(tree, v);
        let new = (old.0.max(r.0), old.1.min(r.1));
        // An empty interval: what follows is never executed; leave it be.
        if new.0 <= new.1 && !tree.is_const(v) {
            self.ranges.insert(v, new);
        }
    }
    fn assume(&mut self, tree: &Tree, c: Val, holds: bool) {
        let n = tree.node(c);
        let op = if holds { Some(n.op) } else { n.op.negated() };
        let Some(op) = op else { return };
        if n.args.len() != 2 || !tree.ty(n.args[0]).is_int() {
            if n.op == Op::BAnd && holds {
                self.assume(tree, n.args[0], true);
                self.assume(tree, n.args[1], true);
            }
            return;
        }
        let (a, b) = (n.args[0], n.args[1]);
        let (ra, rb) = (self.get(tree, a), self.get(tree, b));
        let (min, max) = (i128::MIN, i128::MAX);
        match op {
            Op::Lt => {
                self.clamp(tree, a, (min, rb.1 - 1));
                self.clamp(tree, b, (ra.0 + 1, max));
                self.less.push((a, b));
            }
            Op::Le => {
                self.clamp(tree, a, (min, rb.1));
                self.clamp(tree, b, (ra.0, max));
            }
            Op::Gt => {
                self.clamp(tree, a, (rb.0 + 1, max));
                self.clamp(tree, b, (min, ra.1 - 1));
                self.less.push((b, a));
            }
            Op::Ge => {
                self.clamp(tree, a, (rb.0, max));
                self.clamp(tree, b, (min, ra.1));
            }
            Op::Eq => {
                self.clamp(tree, a, rb);
                self.clamp(tree, b, ra);
            }
            Op::Ne => {
                if rb.0 == rb.1 {
                    if ra.0 == rb.0 {
                        self.clamp(tree, a, (ra.0 + 1, max));
                    } else if ra.1 == rb.0 {
                        self.clamp(tree, a, (min, ra.1 - 1));
                    }
                }
            }
            _ => {}
        }
    }

    /// The interval of the exact result of guarded arithmetic, not yet clamped to what fits.
    fn exact(&self, tree: &Tree, v: Val) -> Option<Range> {
        let n = tree.node(v);
        let a = self.get(tree, *n.args.first()?);
        let b = n.args.get(1).map_or((0, 0), |&b| self.get(tree, b));
        Some(match n.op {
            Op::Add | Op::AddOv | Op::AddOvPos => (a.0 + b.0, a.1 + b.1),
            Op::Sub | Op::SubOv | Op::SubOvPos => (a.0 - b.1, a.1 - b.0),
            Op::Mul | Op::MulOv => {
                // Products of 64-bit ints fit 128 bits.
                let all = [
                    a.0.checked_mul(b.0)?,
                    a.0.checked_mul(b.1)?,
                    a.1.checked_mul(b.0)?,
                    a.1.checked_mul(b.1)?,
                ];
                (*all.iter().min()?, *all.iter().max()?)
            }
            Op::Shl | Op::ShlOv if b.0 >= 0 && b.1 < 64 => {
                let all = [a.0 << b.0, a.0 << b.1, a.1 << b.0, a.1 << b.1];
                (*all.iter().min()?, *all.iter().max()?)
            }
            _ => return None,
        })
    }

    /// The interval of a node's result.
    fn range(&self, tree: &Tree, v: Val) -> Range {
        let n = tree.node(v);
        let ty = full(n.ty);
        let fits = |r: Range| r.0 >= ty.0 && r.1 <= ty.1;
        let arg = |i: usize| n.args.get(i).map_or(ty, |&a| self.get(tree, a));
        let k = n.args.get(1).and_then(|&b| tree.int(b)).map(|k| k as i128);
        let (a, b) = (arg(0), arg(1));
        match n.op {
            Op::Add | Op::Sub | Op::Mul | Op::Shl => match self.exact(tree, v) {
                Some(r) if fits(r) => r,
                _ => ty,
            },
            Op::AddOv | Op::AddOvPos | Op::SubOv | Op::SubOvPos | Op::MulOv | Op::ShlOv => {
                let r = self.exact(tree, v).unwrap_or(ty);
                let r = (r.0.max(ty.0), r.1.min(ty.1));
                if r.0 <= r.1 { r } else { ty }
            }
            Op::And if a.0 >= 0 && b.0 >= 0 => (0, a.1.min(b.1)),
            Op::And if b.0 >= 0 => (0, b.1),
            Op::And if a.0 >= 0 => (0, a.1),
            Op::Or | Op::Xor if a.0 >= 0 && b.0 >= 0 => {
                let top = a.1.max(b.1) as u128;
                (0, ((1u128 << (128 - top.leading_zeros())) - 1).min(ty.1 as u128) as i128)
            }
            Op::Shr if k.is_some_and(|k| (0..64).contains(&k)) => {
                let k = k.unwrap_or(0);
                (a.0 >> k, a.1 >> k)
            }
            Op::Not if n.ty == Ty::I64 => (-a.1 - 1, -a.0 - 1),
            Op::Min => (a.0.min(b.0), a.1.min(b.1)),
            Op::Max => (a.0.max(b.0), a.1.max(b.1)),
            Op::Select if n.ty.is_int() => {
                let (x, y) = (arg(1), arg(2));
                (x.0.min(y.0), x.1.max(y.1))
            }
            Op::FloorDiv if k.is_some_and(|k| k > 0) => {
                let k = k.unwrap_or(1);
                (a.0.div_euclid(k), a.1.div_euclid(k))
            }
            Op::FloorMod if b.0 > 0 => (0, b.1 - 1),
            Op::UDiv if k.is_some_and(|k| k > 0) => (a.0 / k.unwrap_or(1), a.1 / k.unwrap_or(1)),
            Op::URem if b.0 > 0 => (0, (b.1 - 1).min(a.1)),
            Op::B2I => (0, 1),
            Op::Clz | Op::Ctz | Op::Popcnt => (0, 64),
            Op::I2U | Op::U2I | Op::I2UOv | Op::U2IOv if fits(a) => a,
            Op::I2UOv | Op::U2IOv => (a.0.max(0), a.1.min(I64.1)),
            Op::GuardBounds => (a.0.max(0), a.1.min(b.1 - 1)).min_or(ty),
            Op::GuardDivisor => a,
            Op::Load | Op::LoadX => match tree.mems[n.imm as usize].ty {
                MemTy::U8 => (0, 255),
                MemTy::I8 => (-128, 127),
                MemTy::U16 => (0, 0xFFFF),
                MemTy::U32 => (0, u32::MAX as i128),
                MemTy::I32 => (i32::MIN as i128, i32::MAX as i128),
                MemTy::Len => (0, LONGEST),
                _ => ty,
            },
            _ => ty,
        }
    }

    /// What a node that was passed says about its operands.
    fn passed(&mut self, tree: &Tree, v: Val) {
        let n = tree.node(v);
        match n.op {
            Op::GuardTrue => self.assume(tree, n.args[0], true),
            Op::GuardFalse => self.assume(tree, n.args[0], false),
            Op::GuardBounds => {
                let len = self.get(tree, n.args[1]);
                if len.0 >= 0 {
                    self.clamp(tree, n.args[0], (0, len.1 - 1));
                }
            }
            _ => {}
        }
        if n.ty.is_int() {
            let r = self.range(tree, v);
            self.ranges.insert(v, r);
        }
    }
}

trait MinOr {
    fn min_or(self, other: Range) -> Range;
}
impl MinOr for Range {
    /// Itself, unless it is empty.
    fn min_or(self, other: Range) -> Range {
        if self.0 <= self.1 { self } else { other }
    }
}

struct Analysis<'a> {
    params: &'a FxHashMap<Val, Range>,
    counters: &'a FxHashMap<Val, Val>,
    joined: FxHashMap<Val, Range>,
    broken: Vec<Val>,
    /// Parameters that some jump may make smaller.
    falling: FxHashSet<Val>,
}

impl<'a> Analysis<'a> {
    fn new(params: &'a FxHashMap<Val, Range>, counters: &'a FxHashMap<Val, Val>) -> Analysis<'a> {
        Analysis {
            params,
            counters,
            joined: FxHashMap::default(),
            broken: Vec::new(),
            falling: FxHashSet::default(),
        }
    }
    fn join(&mut self, p: Val, r: Range) {
        let e = self.joined.entry(p).or_insert(r);
        *e = (e.0.min(r.0), e.1.max(r.1));
    }
}

impl Forward for Analysis<'_> {
    type State = State;
    fn start(&mut self, _: &Tree) -> State {
        State::default()
    }
    fn node(&mut self, e: &mut Editor, st: &mut State, v: Val) -> Fate {
        let tree = &*e.tree;
        let n = tree.node(v);
        if matches!(n.op, Op::Label | Op::Jump) {
            let params = tree.labels[n.imm as usize].params.clone();
            for (&p, &a) in params.iter().zip(&n.args) {
                if !tree.ty(p).is_int() {
                    continue;
                }
                let r = st.get(tree, a);
                if n.op == Op::Jump && !rises(tree, st, p, a) {
                    self.falling.insert(p);
                }
                if self.counters.contains_key(&p) {
                    let from = steps(tree, a).and_then(|q| self.counters.get(&q));
                    if from.is_some() && from == self.counters.get(&p) {
                        self.join(p, (r.0, COUNTER_END));
                    } else if r.1 > COUNTER_START {
                        self.broken.push(p);
                    }
                }
                self.join(p, (r.0, if self.counters.contains_key(&p) { r.1.min(COUNTER_END) } else { r.1 }));
                if n.op == Op::Label {
                    let all = self.params.get(&p).copied().unwrap_or(r);
                    let mut all = (all.0.min(r.0), all.1.max(r.1));
                    if self.counters.contains_key(&p) {
                        all.1 = COUNTER_END;
                    }
                    st.ranges.insert(p, all);
                }
            }
            return Fate::Keep;
        }
        st.passed(tree, v);
        Fate::Keep
    }
    fn failed(&mut self, e: &mut Editor, st: &mut State, v: Val) {
        failed(e.tree, st, v);
    }
    fn joined(&mut self, e: &mut Editor, above: &State, st: &mut State, v: Val) {
        joined(e.tree, above, st, v);
    }
}

fn joined(tree: &Tree, above: &State, st: &mut State, v: Val) {
    for p in &tree.labels[tree.label_of(v).ix()].params {
        if let Some(&r) = above.ranges.get(p) {
            st.ranges.insert(*p, r);
        }
    }
}

/// Is `a` the parameter, or the parameter with something added that is not negative?
fn rises(tree: &Tree, st: &State, p: Val, a: Val) -> bool {
    let n = tree.node(a);
    a == p
        || steps(tree, a) == Some(p)
        || matches!(n.op, Op::AddOv | Op::AddOvPos)
            && (n.args[0] == p && st.get(tree, n.args[1]).0 >= 0
                || n.args[1] == p && st.get(tree, n.args[0]).0 >= 0)
}

fn failed(tree: &Tree, st: &mut State, v: Val) {
    let n = tree.node(v);
    match n.op {
        Op::GuardTrue => st.assume(tree, n.args[0], false),
        Op::GuardFalse => st.assume(tree, n.args[0], true),
        _ => {}
    }
}

/// A guard `bound <= len - c` to be placed in front of a label.
struct Wanted {
    label: LabelId,
    bound: Val,
    len: Val,
    offset: i64,
    origin: ExitId,
    /// The parameter, if it must be checked to start high enough.
    start: Option<Val>,
}

struct Transform {
    params: FxHashMap<Val, Range>,
    counters: FxHashMap<Val, Val>,
    falling: FxHashSet<Val>,
    config: Config,
    headers: FxHashMap<Val, LabelId>,
    wanted: Vec<Wanted>,
    /// The innermost label that a value is defined below, as a depth; values above all labels have none.
    outside: FxHashMap<Val, Vec<LabelId>>,
}

#[derive(Clone, Default)]
struct Path {
    st: State,
    labels: Vec<LabelId>,
}

impl Forward for Transform {
    type State = Path;
    fn start(&mut self, _: &Tree) -> Path {
        Path::default()
    }
    fn node(&mut self, e: &mut Editor, path: &mut Path, v: Val) -> Fate {
        let n = e.tree.node(v).clone();
        if n.op == Op::Label {
            let l = e.tree.label_of(v);
            if !e.tree.labels[l.ix()].join {
                path.labels.push(l);
            }
            for (i, &p) in e.tree.labels[l.ix()].params.clone().iter().enumerate() {
                if e.tree.ty(p).is_int() {
                    let r = path.st.get(e.tree, n.args[i]);
                    let all = self.params.get(&p).copied().unwrap_or(full(e.tree.ty(p)));
                    let mut all = (all.0.min(r.0), all.1.max(r.1));
                    if self.counters.contains_key(&p) {
                        all.1 = COUNTER_END;
                    }
                    path.st.ranges.insert(p, all);
                }
                self.outside.insert(p, path.labels.clone());
            }
            return Fate::Keep;
        }
        let fate = self.change(e, path, v);
        if fate == Fate::Keep {
            path.st.passed(e.tree, v);
            self.outside.insert(v, path.labels.clone());
        }
        fate
    }
    fn failed(&mut self, e: &mut Editor, path: &mut Path, v: Val) {
        failed(e.tree, &mut path.st, v);
    }
    fn joined(&mut self, e: &mut Editor, above: &Path, path: &mut Path, v: Val) {
        joined(e.tree, &above.st, &mut path.st, v);
    }
}

impl Transform {
    fn emit(&mut self, e: &mut Editor, path: &mut Path, op: Op, args: &[Val]) -> Val {
        let v = e.emit(op, args);
        path.st.passed(e.tree, v);
        self.outside.insert(v, path.labels.clone());
        v
    }

    fn change(&mut self, e: &mut Editor, path: &mut Path, v: Val) -> Fate {
        let n = e.tree.node(v).clone();
        let arg = |i: usize| path.st.get(e.tree, n.args[i]);
        match n.op {
            Op::AddOv | Op::AddOvPos | Op::SubOv | Op::SubOvPos | Op::MulOv | Op::ShlOv => {
                let counted = self.config.counters
                    && steps(e.tree, v).is_some_and(|p| self.counters.contains_key(&p))
                    && matches!(n.op, Op::AddOv | Op::AddOvPos);
                let fits = path.st.exact(e.tree, v).is_some_and(|r| r.0 >= I64.0 && r.1 <= I64.1);
                if fits || counted {
                    let op = match n.op {
                        Op::MulOv => Op::Mul,
                        Op::ShlOv => Op::Shl,
                        Op::SubOv | Op::SubOvPos => Op::Sub,
                        _ => Op::Add,
                    };
                    e.rewrite(v, op, &n.args);
                    e.tree.node_mut(v).exit = None;
                    return Fate::Keep;
                }
                match n.op {
                    Op::AddOv if arg(1).0 >= 0 => e.rewrite(v, Op::AddOvPos, &n.args),
                    Op::AddOv if arg(0).0 >= 0 => e.rewrite(v, Op::AddOvPos, &[n.args[1], n.args[0]]),
                    Op::SubOv if arg(1).0 >= 0 => e.rewrite(v, Op::SubOvPos, &n.args),
                    _ => {}
                }
            }
            Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => {
                let (a, b) = (arg(0), arg(1));
                let (less, more) = (a.1 < b.0, a.0 > b.1);
                let (le, ge) = (a.1 <= b.0, a.0 >= b.1);
                let known = match n.op {
                    Op::Lt => less.then_some(true).or(ge.then_some(false)),
                    Op::Le => le.then_some(true).or(more.then_some(false)),
                    Op::Gt => more.then_some(true).or(le.then_some(false)),
                    Op::Ge => ge.then_some(true).or(less.then_some(false)),
                    Op::Eq => (less || more).then_some(false),
                    _ => (less || more).then_some(true),
                };
                if let Some(k) = known {
                    return Fate::Replace(e.tree.bool(k));
                }
            }
            Op::Min | Op::Max => {
                let (a, b) = (arg(0), arg(1));
                let first = if n.op == Op::Min { a.1 <= b.0 } else { a.0 >= b.1 };
                let second = if n.op == Op::Min { b.1 <= a.0 } else { b.0 >= a.1 };
                if first || second {
                    return Fate::Replace(n.args[if first { 0 } else { 1 }]);
                }
            }
            Op::GuardBounds => {
                let (i, len) = (arg(0), arg(1));
                if i.0 >= 0 && i.1 < len.0 {
                    return Fate::Replace(n.args[0]);
                }
                if self.hoist_bounds(e, path, &n) {
                    return Fate::Replace(n.args[0]);
                }
            }
            Op::GuardDivisor => {
                let r = arg(0);
                if r.0 > 0 || r.1 < -1 {
                    return Fate::Replace(n.args[0]);
                }
            }
            Op::U2IOv if arg(0).1 <= I64.1 => {
                e.rewrite(v, Op::U2I, &n.args);
                e.tree.node_mut(v).exit = None;
            }
            Op::I2UOv if arg(0).0 >= 0 => {
                e.rewrite(v, Op::I2U, &n.args);
                e.tree.node_mut(v).exit = None;
            }
            Op::FloorDiv | Op::FloorMod => return self.divide(e, path, v, &n),
            Op::UDiv | Op::URem if arg(0).1 <= I64.1 => {
                if let Some(d) = e.tree.int(n.args[1]).filter(|&d| d > 1 && d & (d - 1) != 0) {
                    let q = self.quotient(e, path, n.args[0], d as u64);
                    if n.op == Op::UDiv {
                        return Fate::Replace(q);
                    }
                    let m = self.emit(e, path, Op::Mul, &[q, n.args[1]]);
                    let r = self.emit(e, path, Op::Sub, &[n.args[0], m]);
                    path.st.clamp(e.tree, r, (0, d as i128 - 1));
                    return Fate::Replace(r);
                }
            }
            Op::And => {
                // A mask that changes nothing.
                if let Some(m) = e.tree.int(n.args[1])
                    && m > 0
                    && m & m.wrapping_add(1) == 0
                    && arg(0).0 >= 0
                    && arg(0).1 <= m as i128
                {
                    return Fate::Replace(n.args[0]);
                }
            }
            _ => {}
        }
        Fate::Keep
    }

    /// `x / d` for `0 <= x < 2^63` and `d` not a power of two, as the high word of a product.
    fn quotient(&mut self, e: &mut Editor, path: &mut Path, x: Val, d: u64) -> Val {
        // With l = ceil(log2 d) and m = floor(2^(63 + l) / d) + 1 the error stays below 1/d for 63-bit dividends.
        let l = 64 - (d - 1).leading_zeros();
        let m = ((1u128 << (63 + l)) / d as u128 + 1) as u64;
        let m = e.tree.u64(m);
        let hi = self.emit(e, path, Op::UMulHi, &[x, m]);
        let s = e.tree.i64(l as i64 - 1);
        let q = self.emit(e, path, Op::Shr, &[hi, s]);
        let top = path.st.get(e.tree, x).1 / d as i128;
        path.st.clamp(e.tree, q, (0, top));
        q
    }

    fn divide(&mut self, e: &mut Editor, path: &mut Path, v: Val, n: &Node) -> Fate {
        let (a, b) = (path.st.get(e.tree, n.args[0]), path.st.get(e.tree, n.args[1]));
        let div = n.op == Op::FloorDiv;
        if a.0 >= 0 && b.0 > a.1 {
            // Smaller than the divisor.
            return Fate::Replace(if div { e.tree.i64(0) } else { n.args[0] });
        }
        let Some(d) = e.tree.int(n.args[1]).filter(|&d| d > 1) else {
            if a.0 >= 0 && b.0 > 0 {
                let x = self.emit(e, path, Op::I2U, &[n.args[0]]);
                let y = self.emit(e, path, Op::I2U, &[n.args[1]]);
                let q = self.emit(e, path, if div { Op::UDiv } else { Op::URem }, &[x, y]);
                let r = self.emit(e, path, Op::U2I, &[q]);
                path.st.clamp(e.tree, r, if div { (0, a.1) } else { (0, b.1 - 1) });
                return Fate::Replace(r);
            }
            return Fate::Keep;
        };
        if d & (d - 1) == 0 {
            let (op, k) = if div { (Op::Shr, d.trailing_zeros() as i64) } else { (Op::And, d - 1) };
            let k = e.tree.i64(k);
            e.rewrite(v, op, &[n.args[0], k]);
            return Fate::Keep;
        }
        let q = if a.0 >= 0 {
            let x = self.emit(e, path, Op::I2U, &[n.args[0]]);
            let q = self.quotient(e, path, x, d as u64);
            self.emit(e, path, Op::U2I, &[q])
        } else {
            // floor(x / d) of a negative x is the complement of floor(~x / d).
            let k = e.tree.i64(63);
            let sign = self.emit(e, path, Op::Shr, &[n.args[0], k]);
            let x = self.emit(e, path, Op::Xor, &[n.args[0], sign]);
            path.st.clamp(e.tree, x, (0, I64.1));
            let x = self.emit(e, path, Op::I2U, &[x]);
            let q = self.quotient(e, path, x, d as u64);
            let q = self.emit(e, path, Op::U2I, &[q]);
            self.emit(e, path, Op::Xor, &[q, sign])
        };
        let d = d as i128;
        path.st.clamp(e.tree, q, (a.0.div_euclid(d), a.1.div_euclid(d)));
        if div {
            return Fate::Replace(q);
        }
        let m = self.emit(e, path, Op::Mul, &[q, n.args[1]]);
        let r = self.emit(e, path, Op::Sub, &[n.args[0], m]);
        path.st.clamp(e.tree, r, (0, d - 1));
        Fate::Replace(r)
    }

    /// Replaces a bounds check by one in front of the loop, if the loop counts.
    fn hoist_bounds(&mut self, e: &mut Editor, path: &mut Path, n: &Node) -> bool {
        let (mut p, mut c) = (n.args[0], 0i64);
        while let node = e.tree.node(p)
            && matches!(node.op, Op::Add | Op::AddOv | Op::AddOvPos)
            && let Some(k) = e.tree.int(node.args[1]).filter(|k| (-(1 << 31)..1 << 31).contains(k))
        {
            (p, c) = (node.args[0], c + k);
        }
        let Some(&l) = self.headers.get(&p) else { return false };
        let origin = e.tree.exits[n.exit.expect("a guard").ix()].origin;
        let sided = e.tree.exits[n.exit.expect("a guard").ix()].side.is_some();
        if sided
            || self.config.no_hoist.contains(&origin)
            || e.tree.labels[l.ix()].exit.is_none()
            || path.labels.last() != Some(&l)
        {
            return false;
        }
        // Either known not to be negative, or only ever rising from where it starts.
        let start = if path.st.get(e.tree, n.args[0]).0 >= 0 {
            None
        } else if !self.falling.contains(&p) {
            Some(p)
        } else {
            return false;
        };
        let above = |this: &Self, v: Val| {
            e.tree.is_const(v) || this.outside.get(&v).is_some_and(|ls| !ls.contains(&l))
        };
        let len = n.args[1];
        if !above(self, len) || path.st.get(e.tree, len).0 < 0 || !(-(1 << 31)..1 << 31).contains(&c) {
            return false;
        }
        let bound = path.st.less.iter().find(|(a, b)| *a == p && above(self, *b)).map(|x| x.1);
        let Some(bound) = bound else { return false };
        let key = |w: &Wanted| (w.label, w.bound, w.len, w.offset, w.start);
        let new = Wanted { label: l, bound, len, offset: c, origin, start };
        if !self.wanted.iter().any(|w| key(w) == key(&new)) {
            self.wanted.push(new);
        }
        true
    }
}

/// Places the guards in front of the loops.
fn place(tree: &mut Tree, wanted: Vec<Wanted>) -> bool {
    let changed = !wanted.is_empty();
    for w in wanted {
        let Some((t, i)) = tree.live_traces().into_iter().find_map(|t| {
            let at = |&v: &Val| tree.op(v) == Op::Label && tree.label_of(v) == w.label;
            tree.traces[t.ix()].body.iter().position(at).map(|i| (t, i))
        }) else {
            continue;
        };
        let label = tree.traces[t.ix()].body[i];
        let init: Vec<Val> = tree.node(label).args.to_vec();
        let exit = hoisted_exit(tree, w.label, &init, w.origin);
        let mut new = Vec::new();
        let guard = |tree: &mut Tree, new: &mut Vec<Val>, op: Op, a: Val, b: Val, exit: Option<ExitId>| {
            let args: Args = [a, b].into_iter().collect();
            let c = tree.add_node(Node { op, ty: Ty::Bool, args, imm: 0, exit: None });
            let args: Args = [c].into_iter().collect();
            let g = tree.add_node(Node { op: Op::GuardTrue, ty: Ty::Void, args, imm: 0, exit });
            new.extend([c, g]);
        };
        if let Some(p) = w.start {
            let k = tree.labels[w.label.ix()].params.iter().position(|&x| x == p).expect("a parameter");
            let least = tree.i64(-w.offset);
            let exit = hoisted_exit(tree, w.label, &init, w.origin);
            guard(tree, &mut new, Op::Ge, init[k], least, exit);
        }
        let mut room = w.len;
        if w.offset != 0 {
            let c = tree.i64(-w.offset);
            let args: Args = [w.len, c].into_iter().collect();
            room = tree.add_node(Node { op: Op::Add, ty: Ty::I64, args, imm: 0, exit: None });
            new.push(room);
        }
        guard(tree, &mut new, Op::Le, w.bound, room, exit);
        tree.traces[t.ix()].body.splice(i..i, new);
    }
    changed
}

//! From a tree to one Cranelift function: blocks, exits, side traces and the constant pool. What single ops become
//! is in [`crate::ops`].
//!
//! Loops are rotated: where a label is followed by a short test, the test is written before the loop and again at
//! each jump, so that an iteration has one branch, at its end. The blocks behind the test (the body, and what the
//! test leaves to) take the loop's parameters as block parameters; in them, and in all that is reached from them,
//! the tree's nodes have other Cranelift values than where the test stands. Those renamings ([`Env`]) travel with
//! the blocks that are still to be written.

use crate::compile::{CompileError, Compiler, Options};
use crate::exits::ExitTable;
use crate::thunks::clif_type;
use cranelift_codegen::ir::{
    self, AbiParam, Block, BlockArg, InstBuilder, MemFlagsData, Signature, Value, types,
};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;
use taipan_trace_ir::{ExitId, Intrinsic, LabelId, Op, TraceId, Tree, Ty, Val, value};

/// Constants that a loop keeps in registers, at most, of each register class.
const POOL_FLOATS: usize = 8;
const POOL_INTS: usize = 5;

/// The function and what goes with it.
pub struct Lowered {
    pub exits: ExitTable,
    pub pool: Box<[u64]>,
}

/// The signature of compiled trees.
pub fn signature(conv: CallConv) -> Signature {
    let mut s = Signature::new(conv);
    s.params = vec![AbiParam::new(types::I64); 2];
    s.returns = vec![AbiParam::new(types::I64)];
    s
}

/// Does the op have a slow path, which is not to be repeated?
fn may_call(op: Op) -> bool {
    matches!(op, Op::BoxInt | Op::BoxU64 | Op::Low64 | Op::FloorDiv | Op::FloorMod | Op::UDiv | Op::URem)
}

/// The intrinsics that the tree's slow paths need thunks of.
pub fn slow_calls(tree: &Tree) -> Vec<Intrinsic> {
    let mut need = Vec::new();
    let mut add = |op: Op| {
        need.extend_from_slice(match op {
            Op::BoxInt => &[Intrinsic::BoxIntSlow],
            Op::BoxU64 => &[Intrinsic::BoxU64Slow],
            Op::GuardInt => &[Intrinsic::IsIntSlow],
            Op::GuardU64 => &[Intrinsic::IsU64Slow],
            Op::GuardAnyInt => &[Intrinsic::IsAnyIntSlow],
            Op::Low64 => &[Intrinsic::Low64Slow],
            Op::Alloc => &[Intrinsic::AllocSlow],
            Op::Barrier => &[Intrinsic::BarrierSlow],
            _ => &[],
        });
    };
    for t in tree.live_traces() {
        for &v in &tree.traces[t.ix()].body {
            add(tree.op(v));
            if let Some(x) = tree.node(v).exit {
                tree.exits[x.ix()].sunk.iter().for_each(|&s| add(tree.op(s)));
            }
        }
    }
    need
}

/// Lowers a tree.
pub fn lower(
    compiler: &Compiler,
    tree: &Tree,
    options: &Options,
    func: &mut ir::Function,
    fctx: &mut FunctionBuilderContext,
    frontend: TargetFrontendConfig,
) -> Result<Lowered, CompileError> {
    let pooled = pool(tree);
    let words: Box<[u64]> = pooled.iter().map(|&v| tree.node(v).imm).collect();
    let b = FunctionBuilder::new(func, fctx);
    let mut lw = Lowering {
        c: compiler,
        tree,
        stress: options.stress_exits,
        b,
        ctx: Value::from_u32(0),
        regs: Value::from_u32(0),
        vals: vec![None; tree.nodes.len()],
        labels: FxHashMap::default(),
        tests: FxHashMap::default(),
        exits: Vec::new(),
        work: Vec::new(),
        branches: tree.branches().into_values().collect(),
        ways_out: Vec::new(),
        env: None,
        cold: false,
        pushed: 0,
        rest: &[],
        sigs: FxHashMap::default(),
    };
    let entry = lw.b.create_block();
    lw.b.append_block_params_for_function_params(entry);
    lw.b.switch_to_block(entry);
    lw.ctx = lw.b.block_params(entry)[0];
    lw.regs = lw.b.block_params(entry)[1];
    if !pooled.is_empty() {
        let base = lw.b.ins().iconst(types::I64, words.as_ptr() as i64);
        for (i, &v) in pooled.iter().enumerate() {
            let x = lw.b.ins().load(clif_type(tree.ty(v)), MemFlagsData::trusted(), base, 8 * i as i32);
            lw.vals[v.ix()] = Some(x);
        }
    }
    lw.trace(TraceId(0))?;
    while let Some((block, side, env)) = lw.work.pop() {
        lw.b.switch_to_block(block);
        lw.enter(&env);
        lw.trace(side)?;
    }
    lw.leave()?;
    lw.b.seal_all_blocks();
    let Lowering { b, exits, .. } = lw;
    b.finalize(frontend);
    Ok(Lowered { exits, pool: words })
}

/// The constants to load before the loop: those that the bodies of traces with a label above them use most.
fn pool(tree: &Tree) -> Vec<Val> {
    let mut count: FxHashMap<Val, usize> = FxHashMap::default();
    let mut looping = false;
    for t in tree.live_traces() {
        for &v in &tree.traces[t.ix()].body {
            if tree.op(v) == Op::Label {
                looping = true;
            } else if looping {
                let n = tree.node(v);
                for &a in n.args.iter().filter(|a| tree.op(**a) == Op::Const) {
                    let big = match tree.ty(a) {
                        Ty::F64 => n.op != Op::Jump,
                        Ty::I64 | Ty::U64 => i32::try_from(tree.node(a).imm as i64).is_err(),
                        _ => false,
                    };
                    if big {
                        *count.entry(a).or_insert(0) += 1;
                    }
                }
            }
        }
    }
    let mut all: Vec<(Val, usize)> = count.into_iter().collect();
    all.sort_by_key(|&(v, n)| (std::cmp::Reverse(n), v));
    let (floats, ints): (Vec<_>, Vec<_>) = all.into_iter().map(|x| x.0).partition(|&v| tree.ty(v) == Ty::F64);
    floats.into_iter().take(POOL_FLOATS).chain(ints.into_iter().take(POOL_INTS)).collect()
}

/// Renamings, innermost last. A chain, so that blocks that are written later can share it.
pub(crate) type Env = Option<Rc<Renamed>>;

pub(crate) struct Renamed {
    names: Vec<(Val, Value)>,
    outer: Env,
}

/// How a label is jumped to.
#[derive(Clone)]
enum Header {
    /// A block with the parameters.
    Plain(Block),
    /// A rotated loop: the test is repeated at each jump. `body` and `out` take the parameters and then what the test
    /// computed.
    Rotated { body: Block, out: Block },
}

/// The state of lowering one tree.
pub(crate) struct Lowering<'a> {
    pub c: &'a Compiler,
    pub tree: &'a Tree,
    pub stress: bool,
    pub b: FunctionBuilder<'a>,
    pub ctx: Value,
    pub regs: Value,
    vals: Vec<Option<Value>>,
    labels: FxHashMap<LabelId, Header>,
    /// The tests of rotated loops, and what the blocks behind them take.
    tests: FxHashMap<LabelId, (Vec<Val>, Vec<Val>)>,
    pub exits: ExitTable,
    /// Side traces that are still to be written.
    work: Vec<(Block, TraceId, Env)>,
    /// Exits that are still to be written.
    pub ways_out: Vec<(Block, ExitId, Env)>,
    /// The branches of joins.
    branches: FxHashSet<Val>,
    /// What was renamed for the block being written: rotated loops give their values new names behind the test.
    env: Env,
    /// In a block that only an exit reaches.
    pub cold: bool,
    /// Arguments that were pushed for the residual call that comes next.
    pub pushed: i32,
    /// What follows the node being written in its trace.
    pub rest: &'a [Val],
    /// Signatures of the intrinsics that were called, by a thunk or not.
    pub sigs: FxHashMap<(Intrinsic, bool), ir::SigRef>,
}

impl Lowering<'_> {
    /// The Cranelift value of a node or constant.
    pub fn val(&mut self, v: Val) -> Value {
        if let Some(x) = self.vals[v.ix()] {
            return x;
        }
        let n = self.tree.node(v);
        match (n.op, n.ty) {
            (Op::Const, Ty::F64) => self.b.ins().f64const(f64::from_bits(n.imm)),
            (Op::Const, Ty::Bool) => self.b.ins().iconst(types::I8, n.imm as i64),
            (Op::Const, _) => self.b.ins().iconst(types::I64, n.imm as i64),
            (Op::Obj, ty) => {
                let bits = self.object_bits(v, ty);
                self.b.ins().iconst(types::I64, bits as i64)
            }
            _ => unreachable!("{v} is used before it is lowered"),
        }
    }
    fn object_bits(&self, v: Val, ty: Ty) -> u64 {
        let bits = self.tree.objs[self.tree.node(v).imm as usize].bits;
        if ty == Ty::Ptr { bits & value::ADDRESS_MASK } else { bits }
    }
    /// The constant's immediate, if `v` is an int constant.
    pub fn imm(&self, v: Val) -> Option<i64> {
        self.tree.int(v)
    }
    pub fn set(&mut self, v: Val, x: Value) {
        self.vals[v.ix()] = Some(x);
    }
    pub fn new_block(&mut self) -> Block {
        let b = self.b.create_block();
        if self.cold {
            self.b.set_cold_block(b);
        }
        b
    }
    pub fn cold_block(&mut self) -> Block {
        let b = self.b.create_block();
        self.b.set_cold_block(b);
        b
    }
    pub fn iconst(&mut self, x: u64) -> Value {
        self.b.ins().iconst(types::I64, x as i64)
    }
    /// Block arguments.
    pub fn block_args(vals: &[Value]) -> Vec<BlockArg> {
        vals.iter().map(|&v| BlockArg::from(v)).collect()
    }

    /// The block of an exit: its side trace's or a cold one.
    pub fn exit_block(&mut self, x: ExitId) -> Block {
        match self.tree.exits[x.ix()].side {
            Some(t) => {
                let b = self.b.create_block();
                self.work.push((b, t, self.env.clone()));
                b
            }
            None => {
                let b = self.cold_block();
                self.ways_out.push((b, x, self.env.clone()));
                b
            }
        }
    }

    /// Goes on in a new block when `ok` is true (or, with `on` false, false), else leaves.
    pub fn check(&mut self, ok: Value, on: bool, x: ExitId) {
        let out = self.exit_block(x);
        self.check_to(ok, on, out);
    }
    pub fn check_to(&mut self, ok: Value, on: bool, out: Block) {
        let next = self.new_block();
        if on {
            self.b.ins().brif(ok, next, &[], out, &[]);
        } else {
            self.b.ins().brif(ok, out, &[], next, &[]);
        }
        self.b.switch_to_block(next);
    }

    /// Makes the names of `env` the current ones.
    pub fn enter(&mut self, env: &Env) {
        let mut chain = Vec::new();
        let mut at = env.clone();
        while let Some(r) = at {
            at = r.outer.clone();
            chain.push(r);
        }
        for r in chain.iter().rev() {
            for &(v, x) in &r.names {
                self.vals[v.ix()] = Some(x);
            }
        }
        self.env = env.clone();
    }

    /// The nodes from a label up to its loop test, if the loop can be rotated: a few pure nodes and one guard on a
    /// condition, so that repeating them at each jump costs less than the jump it saves.
    fn test<'t>(&self, body: &'t [Val]) -> Option<&'t [Val]> {
        const LONGEST: usize = 4;
        let tree = self.tree;
        for (i, &v) in body.iter().enumerate().take(LONGEST + 1) {
            match tree.op(v) {
                Op::GuardTrue | Op::GuardFalse => {
                    // Both blocks behind the test name things anew: they must not meet again.
                    let x = tree.node(v).exit?;
                    return (!self.branches.contains(&v)
                        && tree.exits[x.ix()].side.is_none_or(|s| !self.comes_back(s)))
                    .then_some(&body[..=i]);
                }
                op if op.is_pure() && !may_call(op) => {}
                _ => return None,
            }
        }
        None
    }

    /// Does a way from this trace lead to a join of a trace above it?
    fn comes_back(&self, t: TraceId) -> bool {
        if self.branches.is_empty() {
            return false;
        }
        let tree = self.tree;
        tree.traces[t.ix()].body.iter().any(|&v| {
            let n = tree.node(v);
            n.op == Op::Jump && tree.labels[n.imm as usize].join
                || n.exit.and_then(|x| tree.exits[x.ix()].side).is_some_and(|s| self.comes_back(s))
        })
    }

    /// Writes a rotated loop's test with the parameters being `args`, and branches.
    fn rotated(&mut self, l: LabelId, args: &[Value], body: Block, out: Block) -> Result<(), CompileError> {
        let tree = self.tree;
        let (test, passed) = self.tests[&l].clone();
        let params = &tree.labels[l.ix()].params;
        let saved: Vec<(Val, Option<Value>)> =
            params.iter().chain(&test).map(|&v| (v, self.vals[v.ix()])).collect();
        for (&p, &x) in params.iter().zip(args) {
            self.set(p, x);
        }
        let (&guard, pure) = test.split_last().expect("ends in a guard");
        for &v in pure {
            self.node(v)?;
        }
        let c = self.val(tree.arg(guard, 0));
        let passed: Vec<Value> = passed.iter().map(|&v| self.val(v)).collect();
        let passed = Self::block_args(&passed);
        if tree.op(guard) == Op::GuardTrue {
            self.b.ins().brif(c, body, &passed, out, &passed);
        } else {
            self.b.ins().brif(c, out, &passed, body, &passed);
        }
        for (v, x) in saved {
            self.vals[v.ix()] = x;
        }
        Ok(())
    }

    /// Gives a block parameters for a rotated loop's values; the renaming that goes with them.
    fn rename(&mut self, block: Block, passed: &[Val]) -> Env {
        let tree = self.tree;
        let names =
            passed.iter().map(|&v| (v, self.b.append_block_param(block, clif_type(tree.ty(v))))).collect();
        Some(Rc::new(Renamed { names, outer: self.env.clone() }))
    }

    /// Is `v` used by anything but `by`?
    fn used(&self, v: Val, by: Val) -> bool {
        let tree = self.tree;
        tree.live_traces().iter().any(|t| {
            tree.traces[t.ix()].body.iter().any(|&u| {
                let n = tree.node(u);
                let mut found = u != by && n.args.contains(&v);
                if let Some(x) = n.exit {
                    let e = &tree.exits[x.ix()];
                    e.snap.for_each(|w| found |= w == v);
                    found |= e.sunk.iter().any(|&s| tree.node(s).args.contains(&v));
                }
                found
            })
        })
    }

    fn trace(&mut self, t: TraceId) -> Result<(), CompileError> {
        let tree = self.tree;
        let body = &tree.traces[t.ix()].body;
        let mut i = 0;
        while i < body.len() {
            let v = body[i];
            i += 1;
            let n = tree.node(v);
            match n.op {
                Op::Label => {
                    let l = tree.label_of(v);
                    let args: Vec<Value> = n.args.iter().map(|&a| self.val(a)).collect();
                    let join = tree.labels[l.ix()].join;
                    if let Some(test) = self.test(&body[i..]).filter(|_| !self.stress && !join) {
                        let (&guard, pure) = test.split_last().expect("ends in a guard");
                        let (block, x) = (self.b.create_block(), tree.node(guard).exit.expect("a guard"));
                        let out = self.b.create_block();
                        // The condition itself is as a rule not looked at again.
                        let params = tree.labels[l.ix()].params.iter().copied();
                        let passed: Vec<Val> =
                            params.chain(pure.iter().copied().filter(|&v| self.used(v, guard))).collect();
                        let env = self.rename(out, &passed);
                        match tree.exits[x.ix()].side {
                            Some(side) => self.work.push((out, side, env)),
                            None => {
                                self.b.set_cold_block(out);
                                self.ways_out.push((out, x, env));
                            }
                        }
                        self.labels.insert(l, Header::Rotated { body: block, out });
                        let env = self.rename(block, &passed);
                        self.tests.insert(l, (test.to_vec(), passed));
                        self.rotated(l, &args, block, out)?;
                        self.b.switch_to_block(block);
                        self.enter(&env);
                        i += test.len();
                        continue;
                    }
                    let block = self.b.create_block();
                    self.b.ins().jump(block, &Self::block_args(&args));
                    for &p in &tree.labels[l.ix()].params {
                        let x = self.b.append_block_param(block, clif_type(tree.ty(p)));
                        self.set(p, x);
                    }
                    self.labels.insert(l, Header::Plain(block));
                    self.b.switch_to_block(block);
                }
                Op::Jump => {
                    let l = tree.label_of(v);
                    let args: Vec<Value> = n.args.iter().map(|&a| self.val(a)).collect();
                    match self.labels[&l].clone() {
                        Header::Plain(block) => {
                            self.b.ins().jump(block, &Self::block_args(&args));
                        }
                        Header::Rotated { body, out } => {
                            self.rotated(l, &args, body, out)?;
                        }
                    }
                }
                Op::Leave => {
                    let x = n.exit.expect("verified");
                    match tree.exits[x.ix()].side {
                        Some(side) => return self.trace(side),
                        None => {
                            let out = self.exit_block(x);
                            self.b.ins().jump(out, &[]);
                        }
                    }
                }
                _ => {
                    self.rest = &body[i..];
                    self.node(v)?;
                    self.rest = &[];
                }
            }
        }
        Ok(())
    }
}

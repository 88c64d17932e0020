//! The trace tree and everything in it. See the crate's header for the meaning; this file only holds the data.

use crate::intrinsics::Intrinsic;
use crate::ops::{Effect, Op};
use crate::types::{AliasClass, MemTy, Ty};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::fmt;

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident = $prefix:literal;)*) => {$(
        $(#[doc = $doc])+
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        pub struct $name(pub u32);
        impl $name {
            /// As an index.
            #[inline]
            pub fn ix(self) -> usize { self.0 as usize }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, concat!($prefix, "{}"), self.0) }
        }
    )*};
}

ids! {
    /// A node, and its result.
    Val = "%";
    /// A trace.
    TraceId = "t";
    /// A loop header.
    LabelId = "L";
    /// An exit.
    ExitId = "x";
    /// A memory descriptor.
    MemId = "m";
    /// An allocation descriptor.
    AllocId = "a";
    /// An object constant.
    ObjId = "#";
}

/// Operands.
pub type Args = SmallVec<[Val; 3]>;

/// An op with operands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it does.
    pub op: Op,
    /// The type of its result.
    pub ty: Ty,
    /// Operands.
    pub args: Args,
    /// Immediate; [`Op::imm`] says what it is.
    pub imm: u64,
    /// Where a guard leaves to.
    pub exit: Option<ExitId>,
}

/// A straight line of nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The exit that it takes the place of; `None` for the root.
    pub parent: Option<ExitId>,
    /// Nodes in order, the last a terminator.
    pub body: Vec<Val>,
}

/// A loop header, or a join.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// `param` nodes.
    pub params: Vec<Val>,
    /// The interpreter's state at the header, in terms of the parameters: where hoisted guards leave to. Without
    /// it nothing is hoisted out of the loop. (An exit that no node refers to.)
    pub exit: Option<ExitId>,
    /// The label that the recorder made and this one came from: itself at first.
    pub origin: LabelId,
    /// Made by splitting a header: falling into it from above does not count as one more arrival at `origin`.
    pub inner: bool,
    /// Where the sides of a branch meet again: jumped to from side traces of guards above it in its trace, and never
    /// from below.
    pub join: bool,
}

macro_rules! exit_reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal;)*) => {
        /// Why a trace is left; for counters, logs and the side-trace policy.
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum ExitReason { $($(#[doc = $doc])+ $name,)* }
        impl ExitReason {
            /// All reasons.
            pub const ALL: &'static [ExitReason] = &[$(ExitReason::$name,)*];
            /// The name in text.
            pub fn name(self) -> &'static str { match self { $(ExitReason::$name => $text,)* } }
        }
    };
}

exit_reasons! {
    /// A value of another type.
    Type = "type";
    /// The other way of a branch.
    Branch = "branch";
    /// The end of a loop or iterator.
    LoopEnd = "loop_end";
    /// An index outside.
    Bounds = "bounds";
    /// An int that does not fit.
    Overflow = "overflow";
    /// Another class, shape, kind or version.
    Shape = "shape";
    /// Another value or call target.
    Value = "value";
    /// Division by zero, domain of a function.
    Domain = "domain";
    /// A call raised: the exception is pending.
    Raise = "raise";
    /// The interrupt word.
    Interrupt = "interrupt";
    /// Something that the tree relies on changed.
    Invalid = "invalid";
    /// A guard that was moved out of a loop.
    Hoisted = "hoisted";
    /// The trace ends here.
    End = "end";
    /// State of a loop header only; never left by.
    Header = "header";
    /// None of these.
    Other = "other";
}

/// Where a guard leaves to.
#[derive(Clone, Debug, PartialEq)]
pub struct Exit {
    /// The recorder's exit that this one came from: itself at first. Counters and side traces go by it.
    pub origin: ExitId,
    /// Why.
    pub reason: ExitReason,
    /// The state to rebuild.
    pub snap: Snapshot,
    /// What takes the exit's place.
    pub side: Option<TraceId>,
    /// Pure nodes computed here only, in order.
    pub sunk: Vec<Val>,
}

/// The interpreter's state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Outermost first.
    pub frames: Vec<FrameSnap>,
    /// Objects to allocate.
    pub virtuals: Vec<Virtual>,
    /// Stores to carry out, in order, after allocating.
    pub stores: Vec<DelayedStore>,
}

/// One frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrameSnap {
    /// The recorder's number of the code object.
    pub code: u32,
    /// Where the frame goes on; for a caller, the instruction after its call as the recorder sees fit.
    pub pc: u32,
    /// Where in the caller the result goes; the recorder's to interpret.
    pub ret: Option<u32>,
    /// Registers that differ from entry, ascending. Numbers are the recorder's: pseudo-registers (function object,
    /// `self` of an `__init__` ...) are welcome.
    pub regs: Vec<(u32, SnapVal)>,
}

/// What a register or field holds.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum SnapVal {
    /// A node's result or a constant, boxed by its type.
    Val(Val),
    /// An object of [`Snapshot::virtuals`].
    Virtual(u32),
}

/// An object to allocate at an exit.
#[derive(Clone, Debug, PartialEq)]
pub struct Virtual {
    /// How.
    pub alloc: AllocId,
    /// What its fields hold: descriptor, index for indexed descriptors, value.
    pub fields: Vec<(MemId, Option<u32>, SnapVal)>,
}

/// A store to carry out at an exit, write barrier included.
#[derive(Clone, Debug, PartialEq)]
pub struct DelayedStore {
    /// The object.
    pub base: SnapVal,
    /// The field.
    pub mem: MemId,
    /// The index for indexed descriptors.
    pub index: Option<Val>,
    /// The value.
    pub value: SnapVal,
}

/// A memory descriptor: how a field or element is addressed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mem {
    /// For dumps: `list.len`.
    pub name: String,
    /// What it may overlap with.
    pub alias: AliasClass,
    /// Byte offset from the pointer.
    pub offset: i32,
    /// What is there. Elements follow each other at this type's size.
    pub ty: MemTy,
    /// Never changes once the object is initialised: loads are not killed by stores and calls.
    pub frozen: bool,
}

/// An allocation descriptor.
#[derive(Clone, Debug, PartialEq)]
pub struct AllocDesc {
    /// For dumps: `tuple2`.
    pub name: String,
    /// Bytes, a multiple of 8.
    pub size: u32,
    /// Initial 8-byte words (offset, what): the header and constant fields. Everything else is zero.
    pub init: Vec<(u32, InitWord)>,
    /// What the allocation intrinsic gets, and what exits tell the run-time.
    pub token: u64,
    /// Address of two words, bump pointer and limit, for allocation in line: `p = [a]; if p < [a + 8]` then
    /// `[a] = p + stride`. 0 for none.
    pub bump: u64,
    /// How far the bump pointer moves.
    pub stride: u32,
}

/// An initial word of a fresh object.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum InitWord {
    /// These bits.
    Bits(u64),
    /// An object's address.
    Ptr(ObjId),
    /// An object, boxed.
    Boxed(ObjId),
}

impl InitWord {
    /// The word.
    pub fn bits(self, tree: &Tree) -> u64 {
        match self {
            InitWord::Bits(b) => b,
            InitWord::Ptr(o) => tree.objs[o.ix()].bits & crate::value::ADDRESS_MASK,
            InitWord::Boxed(o) => tree.objs[o.ix()].bits,
        }
    }
}

/// An object constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Obj {
    /// For dumps.
    pub name: String,
    /// The boxed word. Objects do not move; whoever keeps the compiled tree keeps them alive.
    pub bits: u64,
    /// What is known and never changes, or is watched and invalidates the tree.
    pub facts: Vec<Fact>,
}

/// "This object's field holds this constant."
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Fact {
    /// The field.
    pub mem: MemId,
    /// A constant node.
    pub value: Val,
}

/// Sizes of a tree's tables, as [`Tree::mark`] saw them.
#[derive(Clone, Copy, Debug)]
pub struct Mark([usize; 7]);

/// A root trace with all that hangs off it.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// For dumps: where the loop is.
    pub name: String,
    /// All nodes ever made, live or dead.
    pub nodes: Vec<Node>,
    /// Root first.
    pub traces: Vec<Trace>,
    /// Loop headers.
    pub labels: Vec<Label>,
    /// Exits.
    pub exits: Vec<Exit>,
    /// Memory descriptors.
    pub mems: Vec<Mem>,
    /// Allocation descriptors.
    pub allocs: Vec<AllocDesc>,
    /// Object constants.
    pub objs: Vec<Obj>,
    pub(crate) consts: FxHashMap<(Op, Ty, u64), Val>,
}

impl Tree {
    /// An empty tree.
    pub fn new(name: &str) -> Tree {
        Tree { name: name.into(), traces: vec![Trace::default()], ..Tree::default() }
    }
    /// A node.
    #[inline]
    pub fn node(&self, v: Val) -> &Node {
        &self.nodes[v.ix()]
    }
    /// A node, to be changed.
    #[inline]
    pub fn node_mut(&mut self, v: Val) -> &mut Node {
        &mut self.nodes[v.ix()]
    }
    /// The type of a node's result.
    #[inline]
    pub fn ty(&self, v: Val) -> Ty {
        self.nodes[v.ix()].ty
    }
    /// The op.
    #[inline]
    pub fn op(&self, v: Val) -> Op {
        self.nodes[v.ix()].op
    }
    /// The n-th operand.
    #[inline]
    pub fn arg(&self, v: Val, n: usize) -> Val {
        self.nodes[v.ix()].args[n]
    }
    /// Makes a node without placing it.
    pub fn add_node(&mut self, node: Node) -> Val {
        let v = Val(self.nodes.len() as u32);
        self.nodes.push(node);
        v
    }
    fn floating(&mut self, op: Op, ty: Ty, imm: u64) -> Val {
        if let Some(&v) = self.consts.get(&(op, ty, imm)) {
            return v;
        }
        let v = self.add_node(Node { op, ty, args: Args::new(), imm, exit: None });
        self.consts.insert((op, ty, imm), v);
        v
    }
    /// A constant of any type but object constants.
    pub fn constant(&mut self, ty: Ty, bits: u64) -> Val {
        self.floating(Op::Const, ty, bits)
    }
    /// An `i64` constant.
    pub fn i64(&mut self, x: i64) -> Val {
        self.constant(Ty::I64, x as u64)
    }
    /// A `u64` constant.
    pub fn u64(&mut self, x: u64) -> Val {
        self.constant(Ty::U64, x)
    }
    /// An `f64` constant.
    pub fn f64(&mut self, x: f64) -> Val {
        self.constant(Ty::F64, x.to_bits())
    }
    /// A `bool` constant.
    pub fn bool(&mut self, x: bool) -> Val {
        self.constant(Ty::Bool, x as u64)
    }
    /// A `value` constant that is not a heap object (None, True, an immediate int ...).
    pub fn value(&mut self, bits: u64) -> Val {
        self.constant(Ty::Value, bits)
    }
    /// The null pointer.
    pub fn null(&mut self) -> Val {
        self.constant(Ty::Ptr, 0)
    }
    /// An object constant as a boxed word.
    pub fn obj(&mut self, o: ObjId) -> Val {
        self.floating(Op::Obj, Ty::Value, o.0 as u64)
    }
    /// An object constant as its address.
    pub fn obj_ptr(&mut self, o: ObjId) -> Val {
        self.floating(Op::Obj, Ty::Ptr, o.0 as u64)
    }
    /// Registers an object; the same bits give the same id.
    pub fn add_obj(&mut self, name: &str, bits: u64) -> ObjId {
        if let Some(i) = self.objs.iter().position(|o| o.bits == bits) {
            return ObjId(i as u32);
        }
        self.objs.push(Obj { name: name.into(), bits, facts: Vec::new() });
        ObjId(self.objs.len() as u32 - 1)
    }
    /// Registers a memory descriptor; an equal one gives the same id.
    pub fn add_mem(&mut self, mem: Mem) -> MemId {
        if let Some(i) = self.mems.iter().position(|m| *m == mem) {
            return MemId(i as u32);
        }
        self.mems.push(mem);
        MemId(self.mems.len() as u32 - 1)
    }
    /// Registers an allocation descriptor; an equal one gives the same id.
    pub fn add_alloc(&mut self, alloc: AllocDesc) -> AllocId {
        if let Some(i) = self.allocs.iter().position(|a| *a == alloc) {
            return AllocId(i as u32);
        }
        self.allocs.push(alloc);
        AllocId(self.allocs.len() as u32 - 1)
    }
    /// Makes an exit.
    pub fn add_exit(&mut self, reason: ExitReason, snap: Snapshot) -> ExitId {
        let id = ExitId(self.exits.len() as u32);
        self.exits.push(Exit { origin: id, reason, snap, side: None, sunk: Vec::new() });
        id
    }
    /// How much there is, for [`Tree::rewind`].
    pub fn mark(&self) -> Mark {
        Mark([
            self.nodes.len(),
            self.traces.len(),
            self.labels.len(),
            self.exits.len(),
            self.mems.len(),
            self.allocs.len(),
            self.objs.len(),
        ])
    }
    /// Takes back everything that was added since the mark: a side trace that was given up.
    pub fn rewind(&mut self, mark: Mark) {
        let [nodes, traces, labels, exits, mems, allocs, objs] = mark.0;
        self.nodes.truncate(nodes);
        self.traces.truncate(traces);
        self.labels.truncate(labels);
        self.exits.truncate(exits);
        self.mems.truncate(mems);
        self.allocs.truncate(allocs);
        self.objs.truncate(objs);
        self.consts.retain(|_, v| v.ix() < nodes);
        for x in &mut self.exits {
            x.side = x.side.filter(|t| t.ix() < traces);
        }
    }
    /// The bits of a constant (`const` nodes only).
    pub fn bits(&self, v: Val) -> Option<u64> {
        let n = self.node(v);
        (n.op == Op::Const).then_some(n.imm)
    }
    /// The constant int, if it is one (either int type; `u64` as its bits).
    pub fn int(&self, v: Val) -> Option<i64> {
        let n = self.node(v);
        (n.op == Op::Const && n.ty.is_int()).then_some(n.imm as i64)
    }
    /// Is it a constant or object constant?
    pub fn is_const(&self, v: Val) -> bool {
        matches!(self.op(v), Op::Const | Op::Obj)
    }
    /// The descriptor of a load, store or `guard_mem`.
    pub fn mem_of(&self, v: Val) -> MemId {
        MemId(self.node(v).imm as u32)
    }
    /// The intrinsic of a call.
    pub fn intrinsic(&self, v: Val) -> Intrinsic {
        Intrinsic::ALL[self.node(v).imm as usize]
    }
    /// The label of a `label`, `jump` or `param`.
    pub fn label_of(&self, v: Val) -> LabelId {
        LabelId(self.node(v).imm as u32)
    }
    /// Must this node have an exit?
    pub fn is_guard(&self, v: Val) -> bool {
        let n = self.node(v);
        n.op.is_guard() || n.op == Op::Leave || (n.op == Op::Call && self.intrinsic(v).effects().raise)
    }
    /// May it be moved, merged and dropped? Pure ops, and calls declared pure.
    pub fn is_pure(&self, v: Val) -> bool {
        match self.op(v).effect() {
            Effect::Pure => true,
            Effect::Call => self.intrinsic(v).effects().pure,
            _ => false,
        }
    }
    /// The trace's terminator.
    pub fn terminator(&self, t: TraceId) -> Val {
        *self.traces[t.ix()].body.last().expect("a trace has a terminator")
    }
    /// Traces that are attached, parents before children.
    pub fn live_traces(&self) -> Vec<TraceId> {
        let mut order = vec![TraceId(0)];
        let mut i = 0;
        while i < order.len() {
            for &v in &self.traces[order[i].ix()].body {
                if let Some(side) = self.node(v).exit.and_then(|x| self.exits[x.ix()].side) {
                    order.push(side);
                }
            }
            i += 1;
        }
        order
    }
    /// Drops dead nodes and numbers the rest in order of appearance, so that two trees that read the same print the
    /// same. Ids of everything else are kept.
    pub fn compact(&mut self) {
        let mut map: FxHashMap<Val, Val> = FxHashMap::default();
        let mut nodes: Vec<Node> = Vec::new();
        let mut take = |tree: &Tree, v: Val, nodes: &mut Vec<Node>| {
            map.insert(v, Val(nodes.len() as u32));
            nodes.push(tree.node(v).clone());
        };
        for t in self.live_traces() {
            for &v in &self.traces[t.ix()].body {
                take(self, v, &mut nodes);
                let mut exit = self.node(v).exit;
                if self.op(v) == Op::Label {
                    let l = &self.labels[self.label_of(v).ix()];
                    l.params.iter().for_each(|&p| take(self, p, &mut nodes));
                    exit = l.exit;
                }
                if let Some(x) = exit {
                    self.exits[x.ix()].sunk.iter().for_each(|&s| take(self, s, &mut nodes));
                }
            }
        }
        for (i, n) in self.nodes.iter().enumerate() {
            if matches!(n.op, Op::Const | Op::Obj) {
                take(self, Val(i as u32), &mut nodes);
            }
        }
        let to = |v: &mut Val| *v = map.get(v).copied().unwrap_or(*v);
        let live = self.live_traces();
        for n in &mut nodes {
            n.args.iter_mut().for_each(to);
        }
        for (i, t) in self.traces.iter_mut().enumerate() {
            if live.contains(&TraceId(i as u32)) {
                t.body.iter_mut().for_each(to);
            } else {
                t.body.clear();
            }
        }
        self.labels.iter_mut().for_each(|l| l.params.iter_mut().for_each(to));
        for e in &mut self.exits {
            e.sunk.iter_mut().for_each(to);
            e.snap.for_each_mut(|s| {
                if let SnapVal::Val(v) = s {
                    to(v)
                }
            });
        }
        for o in &mut self.objs {
            o.facts.iter_mut().for_each(|f| to(&mut f.value));
        }
        self.consts.values_mut().for_each(to);
        self.nodes = nodes;
    }
    /// The joins that are jumped to, with the branch of each: the first guard, in the trace of the label, from which a
    /// way leads there past others. What is defined between the two is not there behind the label.
    pub fn branches(&self) -> FxHashMap<LabelId, Val> {
        let mut out = FxHashMap::default();
        if !self.labels.iter().any(|l| l.join) {
            return out;
        }
        let live = self.live_traces();
        // The guard of each exit with a side trace, and where it is; the trace of each join.
        let mut guards: FxHashMap<ExitId, (TraceId, usize, Val)> = FxHashMap::default();
        let mut home: FxHashMap<LabelId, (TraceId, usize)> = FxHashMap::default();
        let mut jumps: Vec<(TraceId, LabelId)> = Vec::new();
        for &t in &live {
            for (i, &v) in self.traces[t.ix()].body.iter().enumerate() {
                let n = self.node(v);
                if let Some(x) = n.exit
                    && self.exits[x.ix()].side.is_some()
                {
                    guards.insert(x, (t, i, v));
                }
                match n.op {
                    Op::Label if self.labels[n.imm as usize].join => {
                        home.insert(self.label_of(v), (t, i));
                    }
                    Op::Jump if self.labels[n.imm as usize].join => jumps.push((t, self.label_of(v))),
                    _ => {}
                }
            }
        }
        let mut first: FxHashMap<LabelId, usize> = FxHashMap::default();
        for (mut t, l) in jumps {
            let Some(&(to, _)) = home.get(&l) else { continue };
            while let Some(&(up, i, v)) = self.traces[t.ix()].parent.and_then(|x| guards.get(&x)) {
                if up == to {
                    if first.get(&l).is_none_or(|&k| i < k) {
                        first.insert(l, i);
                        out.insert(l, v);
                    }
                    break;
                }
                t = up;
            }
        }
        // Who comes by another join in between need not have passed more than the branch of that one.
        loop {
            let mut changed = false;
            for (l, &at) in &first {
                let between =
                    |k: &LabelId| home[k].0 == home[l].0 && (first[l]..home[l].1).contains(&home[k].1);
                if let Some(k) = first.keys().find(|k| between(k) && first[*k] < at) {
                    out.insert(*l, out[k]);
                    changed = true;
                }
            }
            if !changed {
                return out;
            }
            for (l, v) in &out {
                let body = &self.traces[home[l].0.ix()].body;
                first.insert(*l, body.iter().position(|u| u == v).unwrap_or(0));
            }
        }
    }
    /// Number of placed nodes: the measure of size limits.
    pub fn size(&self) -> usize {
        self.live_traces().iter().map(|t| self.traces[t.ix()].body.len()).sum()
    }
    /// May two descriptors overlap, bases being unknown?
    pub fn may_alias(&self, a: MemId, a_indexed: bool, b: MemId, b_indexed: bool) -> bool {
        let (ma, mb) = (&self.mems[a.ix()], &self.mems[b.ix()]);
        if ma.alias != mb.alias {
            return false;
        }
        if a_indexed || b_indexed {
            return true;
        }
        let (sa, sb) = (ma.ty.size() as i32, mb.ty.size() as i32);
        ma.offset < mb.offset + sb && mb.offset < ma.offset + sa
    }
}

impl Snapshot {
    /// Calls `f` on each node named, in a fixed order.
    pub fn for_each(&self, mut f: impl FnMut(Val)) {
        let mut g = |s: &SnapVal| {
            if let SnapVal::Val(v) = s {
                f(*v)
            }
        };
        for fr in &self.frames {
            fr.regs.iter().for_each(|(_, s)| g(s));
        }
        for v in &self.virtuals {
            v.fields.iter().for_each(|(_, _, s)| g(s));
        }
        for st in &self.stores {
            g(&st.base);
            if let Some(i) = st.index {
                g(&SnapVal::Val(i));
            }
            g(&st.value);
        }
    }
    /// Calls `f` on each value, to be replaced.
    pub fn for_each_mut(&mut self, mut f: impl FnMut(&mut SnapVal)) {
        for fr in &mut self.frames {
            fr.regs.iter_mut().for_each(|(_, s)| f(s));
        }
        for v in &mut self.virtuals {
            v.fields.iter_mut().for_each(|(_, _, s)| f(s));
        }
        for st in &mut self.stores {
            f(&mut st.base);
            if let Some(i) = &mut st.index {
                let mut s = SnapVal::Val(*i);
                f(&mut s);
                if let SnapVal::Val(v) = s {
                    *i = v;
                }
            }
            f(&mut st.value);
        }
    }
}

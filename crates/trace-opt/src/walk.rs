//! The forward walk: visits every placed node of a tree in an order in which operands come before uses, rewrites
//! operands by what was replaced so far, and rebuilds the bodies.
//!
//! A pass implements [`Forward`]. Its state flows along each trace; at a guard with a side trace the side is walked
//! at once with a copy of the state as it was before the guard. At a label the pass forgets what the loop may
//! change: [`Loops`] knows what that is. At a join the state is the one that was in front of the join's branch, less
//! what was done on any way from there: what only one side knows is forgotten.

use rustc_hash::FxHashMap;
use taipan_trace_ir::build::result_type;
use taipan_trace_ir::tree::{Args, Node};
use taipan_trace_ir::{AliasSet, Effect, ExitId, LabelId, MemId, Op, SnapVal, TraceId, Tree, Ty, Val};

/// What becomes of a node.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It stays.
    Keep,
    /// It goes; its uses use this.
    Replace(Val),
    /// It goes; nobody uses it.
    Drop,
    /// It is a guard that always fails: the trace ends here by its exit.
    Leave,
}

/// What is replaced by what, by node; short as long as nothing was.
#[derive(Default)]
struct Subst(Vec<Option<Val>>);

impl Subst {
    fn get(&self, mut v: Val) -> Val {
        while let Some(&Some(w)) = self.0.get(v.ix()) {
            v = w;
        }
        v
    }
    fn set(&mut self, v: Val, w: Val) {
        if self.0.len() <= v.ix() {
            self.0.resize(v.ix() + 1, None);
        }
        self.0[v.ix()] = Some(w);
    }
}

/// The tree being rewritten.
pub struct Editor<'t> {
    /// The tree.
    pub tree: &'t mut Tree,
    subst: Subst,
    /// The new body of the trace being walked.
    pub out: Vec<Val>,
    /// Something was changed.
    pub changed: bool,
    /// The joins of each branch.
    joins: FxHashMap<Val, Vec<LabelId>>,
}

impl Editor<'_> {
    /// Places a new pure node in front of the one being visited.
    pub fn emit(&mut self, op: Op, args: &[Val]) -> Val {
        let ty = result_type(self.tree, op, args);
        self.emit_node(Node { op, ty, args: args.into(), imm: 0, exit: None })
    }
    /// Places any node.
    pub fn emit_node(&mut self, node: Node) -> Val {
        let v = self.tree.add_node(node);
        self.out.push(v);
        self.changed = true;
        v
    }
    /// What `v` was replaced by, in the end.
    pub fn resolve(&self, v: Val) -> Val {
        self.subst.get(v)
    }
    /// Changes the visited node in place.
    pub fn rewrite(&mut self, v: Val, op: Op, args: &[Val]) {
        let n = self.tree.node_mut(v);
        n.op = op;
        n.args = args.into();
        self.changed = true;
    }
    fn resolve_exit(&mut self, x: ExitId) {
        if self.subst.0.is_empty() {
            return;
        }
        let (subst, e) = (&self.subst, &mut self.tree.exits[x.ix()]);
        e.snap.for_each_mut(|s| {
            if let SnapVal::Val(v) = s {
                *v = subst.get(*v);
            }
        });
        for &s in &e.sunk {
            self.tree.nodes[s.ix()].args.iter_mut().for_each(|a| *a = subst.get(*a));
        }
    }
    fn resolve_args(&mut self, v: Val) {
        if !self.subst.0.is_empty() {
            let subst = &self.subst;
            self.tree.nodes[v.ix()].args.iter_mut().for_each(|a| *a = subst.get(*a));
        }
    }
}

/// A forward pass.
pub trait Forward {
    /// [`Forward::exit`] does something.
    const EXITS: bool = false;
    /// What flows along a trace.
    type State: Clone;
    /// The state at entry.
    fn start(&mut self, tree: &Tree) -> Self::State;
    /// Visits a node (labels and terminators included) whose operands are rewritten already.
    fn node(&mut self, e: &mut Editor, st: &mut Self::State, v: Val) -> Fate;
    /// The state at the side trace of guard `v`, from the state before the guard.
    fn failed(&mut self, _e: &mut Editor, _st: &mut Self::State, _v: Val) {}
    /// Right before the visit of the guard that is the branch of join `l`: what is known here is known at the join,
    /// unless [`Forward::label`] takes it back.
    fn branch(&mut self, _e: &mut Editor, _st: &mut Self::State, _l: LabelId) {}
    /// Behind the join `v`, which was visited in state `above`: takes over what is known of the parameters.
    fn joined(&mut self, _e: &mut Editor, _above: &Self::State, _st: &mut Self::State, _v: Val) {}
    /// Right before the visit of a label node, when its first values are rewritten.
    fn label(&mut self, _e: &mut Editor, _st: &mut Self::State, _l: LabelId) {}
    /// An exit whose snapshot is rewritten already, from the state at its guard.
    fn exit(&mut self, _e: &mut Editor, _st: &mut Self::State, _x: ExitId) {}
}

/// Walks the tree. True: something changed.
pub fn forward<P: Forward>(tree: &mut Tree, pass: &mut P) -> bool {
    let st = pass.start(tree);
    let mut joins: FxHashMap<Val, Vec<LabelId>> = FxHashMap::default();
    for (l, v) in tree.branches() {
        joins.entry(v).or_default().push(l);
    }
    joins.values_mut().for_each(|l| l.sort());
    let mut e = Editor { tree, subst: Subst::default(), out: Vec::new(), changed: false, joins };
    trace(&mut e, pass, TraceId(0), st);
    e.changed
}

/// A constant of a type, for what is never executed.
fn any(tree: &mut Tree, ty: Ty) -> Val {
    tree.constant(ty, if ty == Ty::Value { taipan_trace_ir::value::NONE } else { 0 })
}

fn trace<P: Forward>(e: &mut Editor, pass: &mut P, t: TraceId, mut st: P::State) {
    let body = std::mem::take(&mut e.tree.traces[t.ix()].body);
    let saved = std::mem::take(&mut e.out);
    // The states in front of the branches of joins that are still to come.
    let mut forks: Vec<(LabelId, P::State)> = Vec::new();
    let mut at = 0;
    while let Some(&v) = body.get(at) {
        at += 1;
        e.resolve_args(v);
        let exit = e.tree.node(v).exit;
        if let Some(x) = exit {
            e.resolve_exit(x);
        }
        let side = exit.and_then(|x| e.tree.exits[x.ix()].side);
        // Of a join: the state right above it.
        let mut above: Option<P::State> = None;
        if e.tree.op(v) == Op::Label {
            let l = e.tree.label_of(v);
            if let Some(k) = forks.iter().position(|f| f.0 == l) {
                above = Some(std::mem::replace(&mut st, forks.swap_remove(k).1));
            }
            pass.label(e, &mut st, l);
            // The header's state is in terms of the parameters and of what is above.
            if let Some(x) = e.tree.labels[l.ix()].exit {
                e.resolve_exit(x);
            }
        }
        if let Some(joins) = e.joins.get(&v).cloned() {
            for l in joins {
                pass.branch(e, &mut st, l);
                forks.push((l, st.clone()));
            }
            // For several joins of one branch what came last is known to all.
            for f in forks.iter_mut().filter(|f| e.joins[&v].contains(&f.0)) {
                f.1 = st.clone();
            }
        }
        let before = (side.is_some() || P::EXITS && exit.is_some()).then(|| st.clone());
        let mut fate = match &mut above {
            Some(above) => {
                let fate = pass.node(e, above, v);
                pass.joined(e, above, &mut st, v);
                fate
            }
            None => pass.node(e, &mut st, v),
        };
        let joined = |e: &Editor, &u: &Val| {
            e.tree.op(u) == Op::Label && forks.iter().any(|f| f.0 == e.tree.label_of(u))
        };
        let rest = if fate == Fate::Leave { body[at..].iter().position(|u| joined(e, u)) } else { None };
        if let Some(k) = rest {
            // The guard always fails, but its side trace comes back further down: only what is between goes.
            at += k;
            // What comes in may be what the guard itself gave: its type is asked for first.
            let tys: Vec<Ty> = e.tree.node(body[at]).args.iter().map(|&a| e.tree.ty(a)).collect();
            let never = e.tree.bool(false);
            let n = e.tree.node_mut(v);
            (n.op, n.ty, n.imm) = (Op::GuardTrue, Ty::Void, 0);
            n.args = smallvec::smallvec![never];
            let args: Args = tys.into_iter().map(|ty| any(e.tree, ty)).collect();
            e.tree.node_mut(body[at]).args = args;
            e.changed = true;
            fate = Fate::Keep;
        }
        if fate == Fate::Leave {
            // The guard is now unconditional; what was below it is unreachable.
            let n = e.tree.node_mut(v);
            (n.op, n.ty, n.imm) = (Op::Leave, Ty::Void, 0);
            n.args = Args::new();
            e.changed = true;
            fate = Fate::Keep;
        }
        match fate {
            Fate::Keep => e.out.push(v),
            Fate::Replace(w) => {
                e.subst.set(v, w);
                e.changed = true;
                continue;
            }
            Fate::Drop => {
                e.changed = true;
                continue;
            }
            Fate::Leave => unreachable!("handled above"),
        }
        if let Some(x) = e.tree.node(v).exit
            && let Some(mut before) = before
        {
            pass.exit(e, &mut before, x);
            if let Some(side) = e.tree.exits[x.ix()].side {
                pass.failed(e, &mut before, v);
                trace(e, pass, side, before);
            }
        }
        if P::EXITS
            && e.tree.op(v) == Op::Label
            && let Some(x) = e.tree.labels[e.tree.label_of(v).ix()].exit
        {
            let mut at = st.clone();
            pass.exit(e, &mut at, x);
        }
        if e.tree.op(v).is_terminator() {
            break;
        }
    }
    e.tree.traces[t.ix()].body = std::mem::replace(&mut e.out, saved);
}

/// What a loop may do: the nodes on any way from its header back to it. Of a join: the nodes on any way from its branch
/// to it, both included.
#[derive(Clone, Default, Debug)]
pub struct LoopInfo {
    /// Alias classes that calls in it may write.
    pub call_writes: AliasSet,
    /// Stores in it: descriptor, indexed, base.
    pub stores: Vec<(MemId, bool, Val)>,
    /// The jumps to the label.
    pub jumps: Vec<Val>,
    /// All nodes in it.
    pub nodes: Vec<Val>,
    /// It contains a call that is not pure.
    pub calls: bool,
}

/// [`LoopInfo`] for each label.
pub struct Loops(FxHashMap<LabelId, LoopInfo>);

impl Loops {
    /// Looks at the whole tree.
    pub fn new(tree: &Tree) -> Loops {
        let mut all = FxHashMap::default();
        let branches = tree.branches();
        for t in tree.live_traces() {
            for (i, &v) in tree.traces[t.ix()].body.iter().enumerate() {
                if tree.op(v) == Op::Label {
                    let l = tree.label_of(v);
                    let body = &tree.traces[t.ix()].body;
                    let mut info = LoopInfo::default();
                    let mut inner = vec![l];
                    if !tree.labels[l.ix()].join {
                        collect(tree, &body[i + 1..], &mut inner, &mut info, l, false);
                    } else if let Some(b) = branches.get(&l) {
                        let from = body.iter().position(|u| u == b).unwrap_or(i);
                        collect(tree, &body[from..=i], &mut inner, &mut info, l, true);
                    }
                    all.insert(l, info);
                }
            }
        }
        Loops(all)
    }
    /// The loop of a label; an empty one for labels made since.
    pub fn get(&self, l: LabelId) -> LoopInfo {
        self.0.get(&l).cloned().unwrap_or_default()
    }
}

/// Adds what of `body` lies on a way to the first of `inner`, or falls through its own end where that `reaches` it;
/// says whether anything does.
fn collect(
    tree: &Tree,
    body: &[Val],
    inner: &mut Vec<LabelId>,
    info: &mut LoopInfo,
    head: LabelId,
    mut reaches: bool,
) -> bool {
    let depth = inner.len();
    for &v in body {
        if tree.op(v) == Op::Label {
            inner.push(tree.label_of(v));
        }
    }
    // Labels passed so far, seen from the end.
    for &v in body.iter().rev() {
        let n = tree.node(v);
        if n.op == Op::Jump {
            let l = tree.label_of(v);
            reaches |= inner.contains(&l);
            if l == head {
                info.jumps.push(v);
            }
        }
        if n.op == Op::Label {
            inner.retain(|&l| l != tree.label_of(v));
            inner.insert(depth.min(inner.len()), tree.label_of(v));
        }
        if let Some(side) = n.exit.and_then(|x| tree.exits[x.ix()].side) {
            reaches |= collect(tree, &tree.traces[side.ix()].body, inner, info, head, false);
        }
        if reaches {
            info.nodes.push(v);
            match n.op.effect() {
                Effect::Store => info.stores.push((tree.mem_of(v), n.op == Op::StoreX, n.args[0])),
                Effect::Call => {
                    let fx = tree.intrinsic(v).effects();
                    info.call_writes = info.call_writes.or(fx.writes);
                    info.calls |= !fx.pure;
                }
                _ => {}
            }
        }
    }
    inner.truncate(depth);
    reaches
}

/// The pointer that a chain of refinements started from.
pub fn root(tree: &Tree, mut p: Val) -> Val {
    while matches!(tree.op(p), Op::GuardMem | Op::GuardNonNull) {
        p = tree.arg(p, 0);
    }
    p
}

/// Replaces uses everywhere: operands, snapshots, sunk nodes. For passes that do not walk forward.
pub fn substitute(tree: &mut Tree, map: &FxHashMap<Val, Val>) {
    if map.is_empty() {
        return;
    }
    let to = |mut v: Val| {
        while let Some(&w) = map.get(&v) {
            v = w;
        }
        v
    };
    for n in &mut tree.nodes {
        n.args.iter_mut().for_each(|a| *a = to(*a));
    }
    for x in &mut tree.exits {
        x.snap.for_each_mut(|s| {
            if let SnapVal::Val(v) = s {
                *v = to(*v);
            }
        });
    }
}

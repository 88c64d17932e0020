//! Load and store forwarding by alias class, and guards on memory.
//!
//! The state is what is known to be in memory: (object, descriptor, index) holds this value, because it was stored,
//! loaded, or established by a `guard_mem`. A store makes its own entry and kills those that it may overlap; a call
//! kills what the intrinsic table lets it write; a label kills what its loop may write. What remains answers later
//! loads and guards.
//!
//! Two accesses of one alias class are kept apart when their objects are known to differ (an allocation and
//! anything else that is not it, as long as the allocation has not been stored anywhere; two constant objects), or
//! their indices are different constants or differ by a constant. Frozen fields are killed by nothing but a store
//! to the same object.
//!
//! A store of what is there already is dropped. Stores that are overwritten before anyone can look are left to
//! [`crate::dce`].

use crate::walk::{Editor, Fate, Forward, Loops, forward, root};
use rustc_hash::FxHashSet;
use taipan_trace_ir::{AliasSet, Effect, LabelId, MemId, Op, Tree, Val};

/// Runs the pass.
pub fn run(tree: &mut Tree) -> bool {
    let loops = Loops::new(tree);
    forward(tree, &mut Memory { loops })
}

struct Memory {
    loops: Loops,
}

#[derive(Clone, Debug)]
struct Entry {
    base: Val,
    index: Option<Val>,
    mem: MemId,
    value: Val,
}

/// What is known.
#[derive(Clone, Default)]
pub struct State {
    entries: Vec<Entry>,
    /// Allocations that nothing else in memory refers to yet.
    private: FxHashSet<Val>,
}

/// May two pointers be the same object?
fn may_be_same(tree: &Tree, private: &FxHashSet<Val>, a: Val, b: Val) -> bool {
    if a == b {
        return true;
    }
    if private.contains(&a) || private.contains(&b) {
        return false;
    }
    let (oa, ob) = (tree.op(a), tree.op(b));
    !(oa == Op::Obj && ob == Op::Obj)
        && !(oa == Op::Alloc && matches!(ob, Op::Alloc | Op::Obj) || ob == Op::Alloc && oa == Op::Obj)
}

/// An index as something plus a constant.
fn index(tree: &Tree, v: Val) -> (Option<Val>, i64) {
    if let Some(c) = tree.int(v) {
        return (None, c);
    }
    let mut v = v;
    while tree.op(v) == Op::GuardBounds {
        v = tree.arg(v, 0);
    }
    if let Some(c) = tree.int(v) {
        return (None, c);
    }
    let n = tree.node(v);
    if matches!(n.op, Op::Add | Op::AddOv | Op::AddOvPos)
        && let Some(c) = tree.int(n.args[1])
    {
        let (b, d) = index(tree, n.args[0]);
        return (b, c.wrapping_add(d));
    }
    (Some(v), 0)
}

fn same_index(tree: &Tree, a: Option<Val>, b: Option<Val>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a == b || index(tree, a) == index(tree, b),
        _ => false,
    }
}

/// Are the indices surely different?
fn apart(tree: &Tree, a: Option<Val>, b: Option<Val>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    let (x, y) = (index(tree, a), index(tree, b));
    x.0 == y.0 && x.1 != y.1
}

impl State {
    fn find(&self, tree: &Tree, base: Val, ix: Option<Val>, mem: MemId) -> Option<Val> {
        self.entries
            .iter()
            .rev()
            .find(|x| x.mem == mem && x.base == base && same_index(tree, x.index, ix))
            .map(|x| x.value)
    }
    fn add(&mut self, tree: &Tree, base: Val, index: Option<Val>, mem: MemId, value: Val) {
        self.entries.retain(|x| !(x.mem == mem && x.base == base && same_index(tree, x.index, index)));
        self.entries.push(Entry { base, index, mem, value });
    }
    fn kill_store(&mut self, tree: &Tree, base: Val, ix: Option<Val>, mem: MemId) {
        let private = &self.private;
        self.entries.retain(|x| {
            let overlap = tree.may_alias(x.mem, x.index.is_some(), mem, ix.is_some())
                && may_be_same(tree, private, x.base, base)
                && !(x.mem == mem && apart(tree, x.index, ix));
            let frozen = tree.mems[x.mem.ix()].frozen && x.base != base;
            !overlap || frozen
        });
    }
    fn kill_classes(&mut self, tree: &Tree, set: AliasSet) {
        if set.is_empty() {
            return;
        }
        let private = &self.private;
        self.entries.retain(|x| {
            let m = &tree.mems[x.mem.ix()];
            m.frozen || !set.has(m.alias) || private.contains(&x.base)
        });
    }
    /// `v` is put where others may find it.
    fn escape(&mut self, tree: &Tree, v: Val) {
        let mut v = v;
        if tree.op(v) == Op::BoxPtr {
            v = tree.arg(v, 0);
        }
        self.private.remove(&root(tree, v));
    }
}

impl Forward for Memory {
    type State = State;
    fn start(&mut self, _: &Tree) -> State {
        State::default()
    }
    fn label(&mut self, e: &mut Editor, st: &mut State, l: LabelId) {
        let info = self.loops.get(l);
        // What is passed as a parameter may be met under another name.
        for &v in &info.jumps {
            for a in e.tree.node(v).args.clone() {
                let a = e.resolve(a);
                st.escape(e.tree, a);
            }
        }
        // What the loop stores anywhere, it may store before we come round again.
        for &v in &info.nodes {
            let n = e.tree.node(v);
            if matches!(n.op.effect(), Effect::Store | Effect::Call)
                || matches!(n.op, Op::Label | Op::Select | Op::PtrAdd)
            {
                for a in n.args.clone() {
                    let a = e.resolve(a);
                    if n_stores(e.tree, v, a) {
                        st.escape(e.tree, a);
                    }
                }
            }
        }
        st.kill_classes(e.tree, info.call_writes);
        for (mem, indexed, base) in info.stores {
            let base = root(e.tree, e.resolve(base));
            let any = indexed.then_some(base);
            let private = &st.private;
            let tree = &*e.tree;
            st.entries.retain(|x| {
                !tree.may_alias(x.mem, x.index.is_some(), mem, any.is_some())
                    || !may_be_same(tree, private, x.base, base)
                    || (tree.mems[x.mem.ix()].frozen && x.base != base)
            });
        }
    }
    fn node(&mut self, e: &mut Editor, st: &mut State, v: Val) -> Fate {
        let n = e.tree.node(v).clone();
        match n.op {
            Op::Alloc => {
                st.private.insert(v);
            }
            Op::Load | Op::LoadX => {
                let mem = e.tree.mem_of(v);
                let base = root(e.tree, n.args[0]);
                let ix = n.args.get(1).copied();
                match st.find(e.tree, base, ix, mem) {
                    Some(w) if e.tree.ty(w) == n.ty => return Fate::Replace(w),
                    _ => st.add(e.tree, base, ix, mem, v),
                }
            }
            Op::GuardMem => {
                let mem = e.tree.mem_of(v);
                let base = root(e.tree, n.args[0]);
                match st.find(e.tree, base, None, mem) {
                    Some(w) if w == n.args[1] => return Fate::Replace(n.args[0]),
                    Some(w) if e.tree.is_const(w) && e.tree.is_const(n.args[1]) => {
                        let (a, b) = (e.tree.node(w), e.tree.node(n.args[1]));
                        if a.op == b.op {
                            return Fate::Leave;
                        }
                    }
                    _ => {}
                }
                st.add(e.tree, base, None, mem, n.args[1]);
            }
            Op::Store | Op::StoreX => {
                let mem = e.tree.mem_of(v);
                let base = root(e.tree, n.args[0]);
                let (ix, value) =
                    if n.op == Op::Store { (None, n.args[1]) } else { (Some(n.args[1]), n.args[2]) };
                if st.find(e.tree, base, ix, mem) == Some(value) {
                    return Fate::Drop;
                }
                if !st.private.contains(&base) {
                    st.escape(e.tree, value);
                } else if is_object(e.tree, value) {
                    // Inside a private object: whoever gets that one gets this one too.
                    st.escape(e.tree, value);
                }
                st.kill_store(e.tree, base, ix, mem);
                if e.tree.mems[mem.ix()].ty.is_exact() {
                    st.add(e.tree, base, ix, mem, value);
                }
            }
            Op::Call => {
                let fx = e.tree.intrinsic(v).effects();
                if !fx.pure {
                    for &a in &n.args {
                        st.escape(e.tree, a);
                    }
                    st.kill_classes(e.tree, fx.writes);
                }
            }
            Op::Label | Op::Select | Op::PtrAdd => {
                for &a in &n.args {
                    st.escape(e.tree, a);
                }
            }
            _ => {}
        }
        Fate::Keep
    }
}

fn is_object(tree: &Tree, v: Val) -> bool {
    matches!(tree.op(v), Op::Alloc | Op::BoxPtr | Op::GuardMem)
}

/// Is `a` put into memory, passed on, or given a new name by `v`, rather than being what `v` addresses?
fn n_stores(tree: &Tree, v: Val, a: Val) -> bool {
    let n = tree.node(v);
    match n.op {
        Op::Store => n.args[1] == a,
        Op::StoreX => n.args[2] == a,
        _ => true,
    }
}

//! Virtuals: objects that do not escape are not allocated.
//!
//! An allocation is not carried out where it stands: the pass remembers what its fields hold. Loads and guards on
//! it are answered from that, stores change it, and an exit that needs the object gets a description
//! ([`taipan_trace_ir::Virtual`]) to build it from. Where the object *escapes* (it is stored into an object that
//! exists, passed to a call, selected, or carried round a loop) it is allocated after all, right there, with what
//! its fields hold then: an object that only escapes on a side trace costs nothing on the main one. What the object
//! is known by below that point differs from trace to trace, so it is part of the walk's state.
//!
//! At a label, an object that the loop stores to, or lets escape, is allocated before it: in the loop it would be a
//! new object each time round. One that the loop only reads stays virtual. The same holds in front of a branch whose
//! sides meet in a join.
//!
//! Bound methods, tuples, iterators, cells, small instances and inlined frames are all of this form; floats and
//! ints need none of it, since boxing them is an op without identity that [`crate::fold`] and dead code remove.

use crate::walk::{Editor, Fate, Forward, Loops, forward, root};
use rustc_hash::{FxHashMap, FxHashSet};
use taipan_trace_ir::tree::{Args, Node};
use taipan_trace_ir::{
    AllocId, ExitId, InitWord, LabelId, MemId, Op, SnapVal, Snapshot, Tree, Ty, Val, Virtual,
};

/// Runs the pass.
pub fn run(tree: &mut Tree) -> bool {
    if !tree.nodes.iter().any(|n| n.op == Op::Alloc) {
        return false;
    }
    let loops = Loops::new(tree);
    forward(tree, &mut Virtuals { loops })
}

struct Virtuals {
    loops: Loops,
}

#[derive(Clone)]
struct Object {
    alloc: AllocId,
    fields: Vec<(MemId, Option<u32>, Val)>,
}

#[derive(Clone, Default)]
struct State {
    /// Objects that do not exist yet, by their `alloc` node.
    objects: FxHashMap<Val, Object>,
    /// Their boxed forms.
    boxes: FxHashMap<Val, Val>,
    /// What objects, and their boxed forms, that were allocated after all are known by here.
    forced: FxHashMap<Val, Val>,
}

impl State {
    /// The virtual object that `v` is, directly or boxed.
    fn object(&self, tree: &Tree, v: Val) -> Option<Val> {
        let v = self.boxes.get(&v).copied().unwrap_or(v);
        let r = root(tree, v);
        self.objects.contains_key(&r).then_some(r)
    }
}

/// What a field of a fresh object holds: a constant, or nothing that can be named.
fn initial(tree: &mut Tree, alloc: AllocId, mem: MemId, index: Option<u32>) -> Option<Val> {
    let m = tree.mems[mem.ix()].clone();
    let at = m.offset + (index.unwrap_or(0) * m.ty.size()) as i32;
    let word = tree.allocs[alloc.ix()].init.iter().find(|(o, _)| *o as i32 == at & !7).map(|x| x.1);
    let ty = m.ty.ty();
    match word {
        Some(InitWord::Ptr(o)) if ty == Ty::Ptr => return Some(tree.obj_ptr(o)),
        Some(InitWord::Boxed(o)) if ty == Ty::Value => return Some(tree.obj(o)),
        Some(InitWord::Ptr(_) | InitWord::Boxed(_)) => return None,
        _ => {}
    }
    let bits = match word {
        Some(InitWord::Bits(b)) => b,
        _ => 0,
    };
    let raw = bits >> (8 * (at & 7));
    Some(tree.constant(ty, m.ty.extend(raw)))
}

/// Does another field of the object overlap this one?
fn overlaps(tree: &Tree, o: &Object, mem: MemId, index: Option<u32>) -> bool {
    let range = |mem: MemId, ix: Option<u32>| {
        let m = &tree.mems[mem.ix()];
        let at = m.offset as i64 + ix.unwrap_or(0) as i64 * m.ty.size() as i64;
        (at, at + m.ty.size() as i64)
    };
    let (a, b) = range(mem, index);
    o.fields.iter().any(|&(m, ix, _)| {
        let (c, d) = range(m, ix);
        (m, ix) != (mem, index) && a < d && c < b
    })
}

/// Does a load of this field give the value that is stored there back?
fn stays(tree: &Tree, mem: MemId, value: Option<Val>) -> bool {
    let ty = tree.mems[mem.ix()].ty;
    ty.is_exact() || value.and_then(|v| tree.bits(v)).is_some_and(|w| ty.extend(w) == w)
}

impl Virtuals {
    fn force(&self, e: &mut Editor, st: &mut State, p: Val) -> Val {
        if let Some(&f) = st.forced.get(&p) {
            return f;
        }
        let o = st.objects.remove(&p).expect("a virtual");
        let new = e.emit_node(Node {
            op: Op::Alloc,
            ty: Ty::Ptr,
            args: Args::new(),
            imm: o.alloc.0 as u64,
            exit: None,
        });
        st.forced.insert(p, new);
        let mut boxes: Vec<Val> = st.boxes.iter().filter(|b| *b.1 == p).map(|b| *b.0).collect();
        boxes.sort();
        for b in boxes {
            let boxed = e.emit(Op::BoxPtr, &[new]);
            st.forced.insert(b, boxed);
        }
        for (mem, index, value) in o.fields {
            let was = value;
            let value = self.exists(e, st, was);
            let mut args: Args = smallvec::smallvec![new];
            let op = match index {
                Some(i) => {
                    args.push(e.tree.i64(i as i64));
                    Op::StoreX
                }
                None => Op::Store,
            };
            args.push(value);
            e.emit_node(Node { op, ty: Ty::Void, args, imm: mem.0 as u64, exit: None });
            if value != was {
                // That may have been allocated after this object, which a collection may have made old by then.
                e.emit(Op::Barrier, &[new]);
            }
        }
        new
    }

    /// `v`, allocated if it is virtual.
    fn exists(&self, e: &mut Editor, st: &mut State, v: Val) -> Val {
        if let Some(&f) = st.forced.get(&v) {
            return f;
        }
        if let Some(&p) = st.boxes.get(&v) {
            self.exists(e, st, p);
            return st.forced[&v];
        }
        if st.objects.contains_key(&v) { self.force(e, st, v) } else { v }
    }

    fn describe(&self, e: &mut Editor, st: &State, snap: &mut Snapshot) {
        let mut index: FxHashMap<Val, u32> = FxHashMap::default();
        let mut list: Vec<Virtual> = std::mem::take(&mut snap.virtuals);
        let mut todo: Vec<Val> = Vec::new();
        let first = list.len();
        let mut convert = |tree: &Tree, s: &mut SnapVal, todo: &mut Vec<Val>| {
            if let SnapVal::Val(v) = *s {
                if let Some(&f) = st.forced.get(&v) {
                    *s = SnapVal::Val(f);
                } else if let Some(p) = st.object(tree, v) {
                    let n = *index.entry(p).or_insert_with(|| {
                        todo.push(p);
                        (first + todo.len() - 1) as u32
                    });
                    *s = SnapVal::Virtual(n);
                }
            }
        };
        snap.for_each_mut(|s| convert(e.tree, s, &mut todo));
        for v in &mut list {
            v.fields.iter_mut().for_each(|f| convert(e.tree, &mut f.2, &mut todo));
        }
        let mut done = 0;
        while done < todo.len() {
            let o = &st.objects[&todo[done]];
            done += 1;
            let mut fields = Vec::new();
            for &(m, ix, v) in &o.fields {
                let mut s = SnapVal::Val(v);
                convert(e.tree, &mut s, &mut todo);
                fields.push((m, ix, s));
            }
            list.push(Virtual { alloc: o.alloc, fields });
        }
        snap.virtuals = list;
    }
}

impl Forward for Virtuals {
    const EXITS: bool = true;
    type State = State;
    fn start(&mut self, _: &Tree) -> State {
        State::default()
    }

    fn label(&mut self, e: &mut Editor, st: &mut State, l: LabelId) {
        // In front of a join's branch that was done.
        if !e.tree.labels[l.ix()].join {
            self.branch(e, st, l);
        }
    }

    fn branch(&mut self, e: &mut Editor, st: &mut State, l: LabelId) {
        if st.objects.is_empty() {
            return;
        }
        let info = self.loops.get(l);
        let mut force: FxHashSet<Val> = FxHashSet::default();
        // Names that the loop gives to objects of outside.
        let strip = |tree: &Tree, e_resolve: &dyn Fn(Val) -> Val, mut v: Val| loop {
            v = e_resolve(v);
            match tree.op(v) {
                Op::BoxPtr | Op::GuardMem | Op::GuardNonNull | Op::GuardPtr => v = tree.arg(v, 0),
                _ => return st.boxes.get(&v).copied().unwrap_or(v),
            }
        };
        let resolve = |v: Val| e.resolve(v);
        for &v in &info.nodes {
            let n = e.tree.node(v);
            let reads = match n.op {
                Op::Load
                | Op::GuardMem
                | Op::BoxPtr
                | Op::GuardPtr
                | Op::GuardNonNull
                | Op::SamePtr
                | Op::Same => true,
                Op::LoadX => e.tree.int(n.args[1]).is_some(),
                _ => false,
            };
            for &a in &n.args {
                let p = strip(e.tree, &resolve, a);
                let Some(o) = st.objects.get(&p) else { continue };
                // Reading gives what is in its fields a name that is not seen here.
                let nested = o.fields.iter().any(|f| st.object(e.tree, f.2).is_some());
                if !reads || nested {
                    force.insert(p);
                }
            }
        }
        let mut force: Vec<Val> = force.into_iter().collect();
        force.sort();
        for p in force {
            self.exists(e, st, p);
        }
    }

    fn node(&mut self, e: &mut Editor, st: &mut State, v: Val) -> Fate {
        let n = e.tree.node(v).clone();
        if n.op == Op::Alloc {
            st.objects.insert(v, Object { alloc: AllocId(n.imm as u32), fields: Vec::new() });
            return Fate::Drop;
        }
        // Operands under their present names.
        let mut args = n.args.clone();
        args.iter_mut().for_each(|a| {
            let mut r = *a;
            while let Some(&f) = st.forced.get(&r) {
                r = f;
            }
            *a = r;
        });
        if args != n.args {
            e.tree.node_mut(v).args = args.clone();
        }
        let object = args.first().and_then(|&a| st.object(e.tree, a));
        if let Some(p) = object {
            let index = match n.op {
                Op::LoadX | Op::StoreX => e.tree.int(args[1]).and_then(|i| u32::try_from(i).ok()),
                _ => None,
            };
            let indexed = matches!(n.op, Op::LoadX | Op::StoreX);
            let mem = MemId(n.imm as u32);
            match n.op {
                Op::BoxPtr => {
                    st.boxes.insert(v, p);
                    return Fate::Drop;
                }
                Op::GuardPtr => return Fate::Replace(p),
                Op::GuardNonNull => return Fate::Replace(args[0]),
                Op::Barrier => return Fate::Drop,
                Op::Load | Op::LoadX | Op::GuardMem
                    if !(indexed && index.is_none()) && !overlaps(e.tree, &st.objects[&p], mem, index) =>
                {
                    let field =
                        st.objects[&p].fields.iter().find(|f| (f.0, f.1) == (mem, index)).map(|f| f.2);
                    let alloc = st.objects[&p].alloc;
                    if let Some(w) = field.or_else(|| initial(e.tree, alloc, mem, index)) {
                        if n.op != Op::GuardMem {
                            // It may be known by another name by now.
                            return Fate::Replace(st.forced.get(&w).copied().unwrap_or(w));
                        }
                        if w == args[1] {
                            return Fate::Replace(args[0]);
                        }
                        let (a, b) = (e.tree.node(w), e.tree.node(args[1]));
                        if a.op == Op::Const && b.op == Op::Const || a.op == Op::Obj && b.op == Op::Obj {
                            return Fate::Leave;
                        }
                    }
                }
                Op::Store | Op::StoreX
                    if !(indexed && index.is_none())
                        && stays(e.tree, mem, args.last().copied())
                        && !overlaps(e.tree, &st.objects[&p], mem, index) =>
                {
                    let value = *args.last().expect("a value");
                    let o = st.objects.get_mut(&p).expect("a virtual");
                    o.fields.retain(|f| (f.0, f.1) != (mem, index));
                    o.fields.push((mem, index, value));
                    return Fate::Drop;
                }
                _ => {}
            }
        }
        if matches!(n.op, Op::SamePtr | Op::Same) {
            let other = st.object(e.tree, args[1]);
            if object.is_some() || other.is_some() {
                return Fate::Replace(e.tree.bool(object == other));
            }
        }
        // Anything else makes the object exist.
        let mut changed = false;
        for a in &mut args {
            if let Some(p) = st.object(e.tree, *a) {
                let boxed = st.boxes.contains_key(a);
                *a = if boxed { self.exists(e, st, *a) } else { self.exists(e, st, p) };
                changed = true;
            } else if let Some(&f) = st.forced.get(a) {
                // The same object a second time: the first made it exist.
                *a = f;
                changed = true;
            }
        }
        if changed {
            e.tree.node_mut(v).args = args;
            e.changed = true;
        }
        Fate::Keep
    }

    fn exit(&mut self, e: &mut Editor, st: &mut State, x: ExitId) {
        if st.objects.is_empty() && st.forced.is_empty() {
            return;
        }
        let mut snap = std::mem::take(&mut e.tree.exits[x.ix()].snap);
        self.describe(e, st, &mut snap);
        e.tree.exits[x.ix()].snap = snap;
    }
}

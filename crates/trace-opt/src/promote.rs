//! Promotion: a field that a loop updates is carried in a parameter and written back where the loop is left.
//!
//! An iterator's position, an accumulating attribute, a list's length while it grows: loads and stores of a place
//! (an object defined above the loop, a field) become a loop parameter that starts with what a load in front of the
//! loop gives. The stores are gone from the loop; each exit gets a *delayed store* instead, and a jump to a loop
//! further out is preceded by a real one.
//!
//! It is done when nothing else in the loop, or in a loop below it, can touch the place: no store or load that may
//! overlap it under another name, no call that reads or writes its alias class. On ways that do not come back such
//! accesses are allowed: the store is carried out before them.
//!
//! Outer loops come first; all loops below get the parameter too, and [`crate::loops`] takes back what was too much.
//! Once an object's stores are all delayed it may be virtual after all, so [`crate::virtuals`] runs again afterwards.

use crate::walk::{Loops, root, substitute};
use rustc_hash::{FxHashMap, FxHashSet};
use taipan_trace_ir::tree::{Args, Node};
use taipan_trace_ir::{DelayedStore, Effect, ExitId, LabelId, MemId, Op, SnapVal, TraceId, Tree, Ty, Val};

/// Runs the pass.
pub fn run(tree: &mut Tree) -> bool {
    let mut changed = false;
    let mut labels: Vec<(TraceId, LabelId)> = Vec::new();
    for t in tree.live_traces() {
        for &v in &tree.traces[t.ix()].body {
            if tree.op(v) == Op::Label {
                labels.push((t, tree.label_of(v)));
            }
        }
    }
    for (t, l) in labels {
        // One place at a time: promoting one changes what the next looks like.
        for _ in 0..8 {
            let Some(place) = candidate(tree, t, l) else { break };
            promote(tree, t, l, place);
            changed = true;
        }
    }
    changed
}

/// An object and a field.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
struct Place {
    base: Val,
    mem: MemId,
}

/// Everything below a point of a trace: nodes and labels.
fn below(tree: &Tree, body: &[Val], nodes: &mut Vec<Val>, labels: &mut Vec<LabelId>) {
    for &v in body {
        nodes.push(v);
        if tree.op(v) == Op::Label {
            labels.push(tree.label_of(v));
        }
        if let Some(side) = tree.node(v).exit.and_then(|x| tree.exits[x.ix()].side) {
            below(tree, &tree.traces[side.ix()].body, nodes, labels);
        }
    }
}

fn may_be_same(tree: &Tree, a: Val, b: Val) -> bool {
    let known = |v: Val| matches!(tree.op(v), Op::Obj | Op::Alloc);
    a == b || !(known(a) && known(b))
}

/// Does this node read or write the place under a name of its own, or in a way that is not seen?
fn meets(tree: &Tree, v: Val, place: Place) -> bool {
    let n = tree.node(v);
    match n.op.effect() {
        Effect::Load | Effect::Store | Effect::GuardLoad => {
            let mem = tree.mem_of(v);
            let indexed = matches!(n.op, Op::LoadX | Op::StoreX);
            let base = root(tree, n.args[0]);
            let same = base == root(tree, place.base) && mem == place.mem && !indexed && n.op != Op::GuardMem;
            !same
                && tree.may_alias(mem, indexed, place.mem, false)
                && may_be_same(tree, base, root(tree, place.base))
        }
        Effect::Call => {
            let fx = tree.intrinsic(v).effects();
            let class = tree.mems[place.mem.ix()].alias;
            fx.reads.has(class) || fx.writes.has(class)
        }
        _ => false,
    }
}

fn candidate(tree: &Tree, t: TraceId, l: LabelId) -> Option<Place> {
    let body = &tree.traces[t.ix()].body;
    let at = body.iter().position(|&v| tree.op(v) == Op::Label && tree.label_of(v) == l)?;
    let loops = Loops::new(tree);
    let info = loops.get(l);
    if info.jumps.is_empty() || info.stores.is_empty() {
        return None;
    }
    let (mut region, mut labels) = (Vec::new(), Vec::new());
    below(tree, &body[at..], &mut region, &mut labels);
    let mut inside: FxHashSet<Val> = region.iter().copied().collect();
    for l in &labels {
        inside.extend(&tree.labels[l.ix()].params);
    }
    // A join whose branch is above the loop is come to on ways that do not know of the parameter.
    if tree.branches().iter().any(|(l, b)| labels.contains(l) && !inside.contains(b)) {
        return None;
    }
    let mut on_loops: Vec<Val> = Vec::new();
    for &l in &labels {
        on_loops.extend(loops.get(l).nodes);
    }
    info.nodes.iter().rev().find_map(|&v| {
        let n = tree.node(v);
        if n.op != Op::Store || inside.contains(&n.args[0]) {
            return None;
        }
        let m = &tree.mems[tree.mem_of(v).ix()];
        let place = Place { base: n.args[0], mem: tree.mem_of(v) };
        let fine = m.ty.is_exact() && !m.frozen && !on_loops.iter().any(|&u| meets(tree, u, place));
        fine.then_some(place)
    })
}

struct Promotion {
    place: Place,
    /// Labels that carry the value.
    labels: FxHashMap<LabelId, Val>,
    map: FxHashMap<Val, Val>,
    ty: Ty,
}

fn promote(tree: &mut Tree, t: TraceId, l: LabelId, place: Place) {
    let at = tree.traces[t.ix()]
        .body
        .iter()
        .position(|&v| tree.op(v) == Op::Label && tree.label_of(v) == l)
        .expect("a candidate is placed");
    let ty = tree.mems[place.mem.ix()].ty.ty();
    let args: Args = [place.base].into_iter().collect();
    let init = tree.add_node(Node { op: Op::Load, ty, args, imm: place.mem.0 as u64, exit: None });
    let (mut region, mut labels) = (Vec::new(), Vec::new());
    below(tree, &tree.traces[t.ix()].body[at..], &mut region, &mut labels);
    let mut p = Promotion { place, labels: FxHashMap::default(), map: FxHashMap::default(), ty };
    for l in labels {
        let param = tree.add_node(Node { op: Op::Param, ty, args: Args::new(), imm: l.0 as u64, exit: None });
        tree.labels[l.ix()].params.push(param);
        p.labels.insert(l, param);
    }
    let body = std::mem::take(&mut tree.traces[t.ix()].body);
    let mut out = body[..at].to_vec();
    out.push(init);
    p.walk(tree, &body[at..], Some(init), &mut out);
    tree.traces[t.ix()].body = out;
    substitute(tree, &p.map);
}

impl Promotion {
    /// Rewrites what is below; `cur` is what the place should hold, `None` once it is in memory.
    fn walk(&mut self, tree: &mut Tree, body: &[Val], mut cur: Option<Val>, out: &mut Vec<Val>) {
        for &v in body {
            let n = tree.node(v).clone();
            let mine = matches!(n.op, Op::Load | Op::Store)
                && tree.mem_of(v) == self.place.mem
                && root(tree, n.args[0]) == root(tree, self.place.base);
            if let Some(c) = cur {
                if mine && n.op == Op::Load {
                    self.map.insert(v, c);
                    continue;
                }
                if mine {
                    cur = Some(n.args[1]);
                    continue;
                }
                if meets(tree, v, self.place) {
                    self.write_back(tree, c, out);
                    cur = None;
                }
            }
            match n.op {
                Op::Label | Op::Jump => {
                    let l = tree.label_of(v);
                    match self.labels.get(&l) {
                        Some(&param) => {
                            // After a write-back nothing goes back to a loop above; one below starts afresh.
                            let c = match cur {
                                Some(c) => c,
                                None => self.reload(tree, out),
                            };
                            tree.node_mut(v).args.push(c);
                            if n.op == Op::Label {
                                cur = Some(param);
                                if let Some(x) = tree.labels[l.ix()].exit {
                                    self.delay(tree, x, param);
                                }
                            }
                        }
                        None => {
                            if let Some(c) = cur {
                                self.write_back(tree, c, out);
                            }
                        }
                    }
                }
                _ => {}
            }
            if let Some(x) = n.exit {
                match tree.exits[x.ix()].side {
                    Some(side) => {
                        let body = std::mem::take(&mut tree.traces[side.ix()].body);
                        let mut new = Vec::with_capacity(body.len() + 1);
                        self.walk(tree, &body, cur, &mut new);
                        tree.traces[side.ix()].body = new;
                    }
                    None => {
                        if let Some(c) = cur {
                            self.delay(tree, x, c);
                        }
                    }
                }
            }
            out.push(v);
        }
    }

    fn reload(&self, tree: &mut Tree, out: &mut Vec<Val>) -> Val {
        let args: Args = [self.place.base].into_iter().collect();
        let imm = self.place.mem.0 as u64;
        out.push(tree.add_node(Node { op: Op::Load, ty: self.ty, args, imm, exit: None }));
        out[out.len() - 1]
    }

    fn write_back(&self, tree: &mut Tree, c: Val, out: &mut Vec<Val>) {
        let args: Args = [self.place.base, c].into_iter().collect();
        let imm = self.place.mem.0 as u64;
        out.push(tree.add_node(Node { op: Op::Store, ty: Ty::Void, args, imm, exit: None }));
        if matches!(self.ty, Ty::Value | Ty::Ptr) {
            let args: Args = [self.place.base].into_iter().collect();
            out.push(tree.add_node(Node { op: Op::Barrier, ty: Ty::Void, args, imm: 0, exit: None }));
        }
    }

    fn delay(&self, tree: &mut Tree, x: ExitId, c: Val) {
        let base = SnapVal::Val(self.place.base);
        let snap = &mut tree.exits[x.ix()].snap;
        // One that is there already came from a loop further in, and is newer.
        if !snap.stores.iter().any(|s| s.base == base && s.mem == self.place.mem) {
            let value = SnapVal::Val(c);
            snap.stores.insert(0, DelayedStore { base, mem: self.place.mem, index: None, value });
        }
    }
}

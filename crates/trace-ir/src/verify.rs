//! The verifier: what every pass may rely on and must keep. The list is in the crate's header.

use crate::ops::{Effect, Imm, Op, Operand, ResultTy};
use crate::print;
use crate::tree::*;
use crate::types::Ty;
use rustc_hash::FxHashMap;

/// Checks one node by itself: operand count and types, result type, exit, immediate.
pub fn node(tree: &Tree, v: Val) -> Result<(), String> {
    let n = tree.node(v);
    let err = |what: String| Err(format!("{what}: {}", print::node(tree, v)));
    let in_range = match n.op.imm() {
        Imm::Mem => (n.imm as usize) < tree.mems.len(),
        Imm::Alloc => (n.imm as usize) < tree.allocs.len(),
        Imm::Call => (n.imm as usize) < crate::Intrinsic::ALL.len(),
        Imm::Label => (n.imm as usize) < tree.labels.len(),
        Imm::Obj => (n.imm as usize) < tree.objs.len(),
        _ => true,
    };
    if !in_range {
        return Err(format!("{v}: immediate {} of {} out of range", n.imm, n.op.name()));
    }
    if n.op == Op::Call {
        let i = tree.intrinsic(v);
        let args: Vec<Ty> = n.args.iter().map(|&a| tree.ty(a)).collect();
        if args != i.params() {
            return err(format!("{} takes {:?}, given {args:?}", i.name(), i.params()));
        }
        if n.ty != i.result() {
            return err(format!("the result is {}", i.result()));
        }
    } else if !matches!(n.op, Op::Label | Op::Jump) {
        let want = n.op.operands();
        if want.len() != n.args.len() {
            return err(format!("{} operands, not {}", want.len(), n.args.len()));
        }
        for (i, w) in want.iter().enumerate() {
            let t = tree.ty(n.args[i]);
            let ok = match w {
                Operand::Is(x) => t == *x,
                Operand::Int => t.is_int(),
                Operand::First => t == tree.ty(n.args[0]),
                Operand::Second => t == tree.ty(n.args[1]),
                Operand::Any => t != Ty::Void,
                Operand::Mem => t == tree.mems[n.imm as usize].ty.ty(),
            };
            if !ok {
                return err(format!("operand {i} is {t}, not {w:?}"));
            }
        }
        let want = match n.op.result() {
            ResultTy::Is(t) => t,
            ResultTy::First => tree.ty(n.args[0]),
            ResultTy::Second => tree.ty(n.args[1]),
            ResultTy::Mem => tree.mems[n.imm as usize].ty.ty(),
            ResultTy::Stated => n.ty,
        };
        if want != n.ty {
            return err(format!("the result is {want}, not {}", n.ty));
        }
    }
    if tree.is_guard(v) != n.exit.is_some() {
        return err(if n.exit.is_some() { "has an exit but never leaves" } else { "has no exit" }.into());
    }
    if matches!(n.op, Op::FloorDiv | Op::FloorMod | Op::UDiv | Op::URem) {
        let bad = tree.int(n.args[1]).is_some_and(|d| d == 0 || (d == -1 && tree.ty(v) == Ty::I64));
        if bad {
            return err("constant divisor 0 or -1".into());
        }
    }
    Ok(())
}

/// Checks a tree.
pub fn verify(tree: &Tree) -> Result<(), String> {
    let mut c = Checker {
        tree,
        defined: vec![false; tree.nodes.len()],
        open: vec![false; tree.labels.len()],
        placed: vec![false; tree.nodes.len()],
        used_exits: vec![false; tree.exits.len()],
        labels: vec![false; tree.labels.len()],
        branches: tree.branches(),
        waiting: vec![0; tree.labels.len()],
    };
    for o in &tree.objs {
        for f in &o.facts {
            if !tree.is_const(f.value) {
                return Err(format!("a fact of {:?} is not constant", o.name));
            }
        }
    }
    c.trace(TraceId(0), None)?;
    match c.waiting.iter().position(|&n| n != 0) {
        Some(l) => Err(format!("L{l} is jumped to and not placed below")),
        None => Ok(()),
    }
}

struct Checker<'t> {
    tree: &'t Tree,
    defined: Vec<bool>,
    open: Vec<bool>,
    placed: Vec<bool>,
    used_exits: Vec<bool>,
    labels: Vec<bool>,
    branches: FxHashMap<LabelId, Val>,
    /// Jumps to joins that have not been met yet.
    waiting: Vec<u32>,
}

impl Checker<'_> {
    fn trace(&mut self, t: TraceId, parent: Option<ExitId>) -> Result<(), String> {
        let tree = self.tree;
        let trace = tree.traces.get(t.ix()).ok_or_else(|| format!("{t} does not exist"))?;
        if trace.parent != parent {
            return Err(format!("{t} hangs off {parent:?} but names {:?}", trace.parent));
        }
        let mut undo: Vec<Val> = Vec::new();
        let mut undo_labels: Vec<LabelId> = Vec::new();
        // What was defined here in front of the branch of each join, and the labels.
        let mut before: FxHashMap<Val, (usize, usize)> = FxHashMap::default();
        let own: Vec<Val> = self.branches.values().copied().collect();
        let last = trace.body.len().checked_sub(1).ok_or_else(|| format!("{t} is empty"))?;
        for (i, &v) in trace.body.iter().enumerate() {
            self.place(v).map_err(|e| format!("{t}: {e}"))?;
            let n = tree.node(v);
            let fail = |what: String| Err(format!("{t}: {what}: {}", print::node(tree, v)));
            node(tree, v).map_err(|e| format!("{t}: {e}"))?;
            if n.op.effect() == Effect::Floating {
                return fail("a constant or parameter is placed".into());
            }
            if n.op.is_terminator() != (i == last) {
                return fail("a terminator ends a trace, and only it does".into());
            }
            if own.contains(&v) {
                before.insert(v, (undo.len(), undo_labels.len()));
            }
            for &a in &n.args {
                if !self.is_defined(a) {
                    return fail(format!("{a} is not defined here"));
                }
            }
            if let Some(x) = n.exit {
                self.exit(x, v).map_err(|e| format!("{t}: {e}"))?;
                // A raising call leaves after it happened, but its result is not there.
                if let Some(side) = tree.exits[x.ix()].side {
                    self.trace(side, Some(x))?;
                }
            }
            match n.op {
                Op::Label => {
                    let l = LabelId(n.imm as u32);
                    let label = &tree.labels[l.ix()];
                    if std::mem::replace(&mut self.labels[l.ix()], true) {
                        return fail("the label is placed twice".into());
                    }
                    if label.params.len() != n.args.len() {
                        return fail("wrong number of initial values".into());
                    }
                    if label.join {
                        if let Some(b) = self.branches.get(&l) {
                            let Some(&(vals, labels)) = before.get(b) else {
                                return fail("the branch of the join is not above it in its trace".into());
                            };
                            undo.drain(vals..).for_each(|v| self.defined[v.ix()] = false);
                            undo_labels.drain(labels..).for_each(|l| self.open[l.ix()] = false);
                        } else if self.waiting[l.ix()] != 0 {
                            return fail("jumps to the join do not hang off its trace".into());
                        }
                        self.waiting[l.ix()] = 0;
                        if label.exit.is_some() {
                            return fail("a join has no state".into());
                        }
                    }
                    for (&p, &a) in label.params.iter().zip(&n.args) {
                        if tree.ty(p) != tree.ty(a) {
                            return fail(format!("{p} is {}, {a} is {}", tree.ty(p), tree.ty(a)));
                        }
                        if tree.op(p) != Op::Param || tree.label_of(p) != l {
                            return fail(format!("{p} is not a parameter of {l}"));
                        }
                        self.place(p)?;
                        self.defined[p.ix()] = true;
                        undo.push(p);
                    }
                    self.open[l.ix()] = !label.join;
                    undo_labels.push(l);
                    if let Some(x) = label.exit {
                        self.exit(x, v).map_err(|e| format!("{t}: {e}"))?;
                        if tree.exits[x.ix()].side.is_some() {
                            return fail("a side trace at a header's state".into());
                        }
                    }
                }
                Op::Jump => {
                    let l = LabelId(n.imm as u32);
                    if tree.labels[l.ix()].join {
                        if self.labels[l.ix()] {
                            return fail(format!("the join {l} is above"));
                        }
                        self.waiting[l.ix()] += 1;
                    } else if !self.open[l.ix()] {
                        return fail(format!("{l} is not above"));
                    }
                    let params = &tree.labels[l.ix()].params;
                    if params.len() != n.args.len() {
                        return fail(format!("{} arguments for {} parameters", n.args.len(), params.len()));
                    }
                    for (&p, &a) in params.iter().zip(&n.args) {
                        if tree.ty(p) != tree.ty(a) {
                            return fail(format!("{p} is {}, {a} is {}", tree.ty(p), tree.ty(a)));
                        }
                    }
                }
                _ => {}
            }
            if n.ty != Ty::Void {
                self.defined[v.ix()] = true;
                undo.push(v);
            }
        }
        undo.iter().for_each(|v| self.defined[v.ix()] = false);
        undo_labels.iter().for_each(|l| self.open[l.ix()] = false);
        Ok(())
    }

    fn place(&mut self, v: Val) -> Result<(), String> {
        if v.ix() >= self.tree.nodes.len() {
            return Err(format!("{v} does not exist"));
        }
        if std::mem::replace(&mut self.placed[v.ix()], true) {
            return Err(format!("{v} is placed twice"));
        }
        Ok(())
    }

    fn is_defined(&self, v: Val) -> bool {
        v.ix() < self.tree.nodes.len() && (self.tree.is_const(v) || self.defined[v.ix()])
    }

    fn exit(&mut self, x: ExitId, at: Val) -> Result<(), String> {
        let tree = self.tree;
        let e = tree.exits.get(x.ix()).ok_or_else(|| format!("{x} does not exist"))?;
        if std::mem::replace(&mut self.used_exits[x.ix()], true) {
            return Err(format!("{x} is used by two guards"));
        }
        let what = |m: String| format!("{m}: {}", print::node(tree, at));
        if e.snap.frames.is_empty() {
            return Err(what(format!("{x} has no frame")));
        }
        let mut sunk = Vec::new();
        for &v in &e.sunk {
            self.place(v)?;
            node(tree, v)?;
            if !tree.is_pure(v) {
                return Err(what(format!("sunk {v} is not pure")));
            }
            if let Some(a) = tree.node(v).args.iter().find(|a| !self.is_defined(**a)) {
                return Err(what(format!("sunk {v} uses {a}, which is not defined")));
            }
            self.defined[v.ix()] = true;
            sunk.push(v);
        }
        let mut bad = None;
        e.snap.for_each(|v| {
            if !self.is_defined(v) || tree.ty(v) == Ty::Void {
                bad = Some(v);
            }
        });
        sunk.iter().for_each(|v| self.defined[v.ix()] = false);
        if let Some(v) = bad {
            return Err(what(format!("{x} uses {v}, which is not defined")));
        }
        let n = e.snap.virtuals.len() as u32;
        let mut s = e.snap.clone();
        let mut missing = false;
        s.for_each_mut(|sv| missing |= matches!(sv, SnapVal::Virtual(i) if *i >= n));
        if missing {
            return Err(what(format!("{x} names a virtual that it does not describe")));
        }
        for v in &e.snap.virtuals {
            if v.alloc.ix() >= tree.allocs.len() {
                return Err(what(format!("{} does not exist", v.alloc)));
            }
            for (m, ix, sv) in &v.fields {
                self.field(*m, sv, ix.is_some()).map_err(&what)?;
            }
        }
        for st in &e.snap.stores {
            self.field(st.mem, &st.value, true).map_err(&what)?;
        }
        for f in &e.snap.frames {
            if f.regs.windows(2).any(|w| w[0].0 >= w[1].0) {
                return Err(what(format!("{x}: registers out of order")));
            }
        }
        Ok(())
    }

    fn field(&self, m: MemId, sv: &SnapVal, _indexed: bool) -> Result<(), String> {
        let mem = self.tree.mems.get(m.ix()).ok_or_else(|| format!("{m} does not exist"))?;
        let want = mem.ty.ty();
        match sv {
            SnapVal::Val(v) if self.tree.ty(*v) != want => {
                Err(format!("{} is {want}, {v} is {}", mem.name, self.tree.ty(*v)))
            }
            SnapVal::Virtual(_) if !matches!(want, Ty::Value | Ty::Ptr) => {
                Err(format!("{} is {want}, not an object", mem.name))
            }
            _ => Ok(()),
        }
    }
}

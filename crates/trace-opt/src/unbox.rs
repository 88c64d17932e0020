//! Parameters that are boxed on every way round a loop are carried unboxed.
//!
//! A recorder unboxes what the loop's own instructions touch. What belongs to a loop further out (its counter, an
//! accumulator of it) goes round the inner one boxed, and is unboxed and boxed again in each round of the outer one. Here
//! such a parameter becomes an int or a float, with a box behind the label that dead code removes where nobody wants it.
//!
//! In: what is passed by each jump, and which guards it passed on its way. All parameters with such a use are taken for
//! unboxed first; those that some jump passes something else to are taken back until no more are. What the loop starts
//! with is unboxed by a guard in front of the label, if need be, which leaves at the header like one that
//! [`crate::hoist`] moved: only where the header's state is known, and only for parameters that the loop itself unboxes.

use crate::Config;
use crate::hoist::hoisted_exit;
use crate::walk::substitute;
use rustc_hash::FxHashMap;
use taipan_trace_ir::tree::{Args, Node};
use taipan_trace_ir::{LabelId, Op, SnapVal, TraceId, Tree, Ty, Val, value};

/// Runs the pass.
pub fn run(tree: &mut Tree, config: &Config) -> bool {
    let mut params: FxHashMap<Val, LabelId> = FxHashMap::default();
    for t in tree.live_traces() {
        for &v in &tree.traces[t.ix()].body {
            if tree.op(v) == Op::Label {
                let l = tree.label_of(v);
                let boxed = |p: &&Val| tree.ty(**p) == Ty::Value;
                params.extend(tree.labels[l.ix()].params.iter().filter(boxed).map(|&p| (p, l)));
            }
        }
    }
    if params.is_empty() {
        return false;
    }
    let mut look = Look { tree, branches: FxHashMap::default(), uses: vec![], unboxed: FxHashMap::default() };
    for (l, v) in tree.branches() {
        look.branches.entry(v).or_default().push(l);
    }
    look.trace(TraceId(0), FxHashMap::default());
    let Look { uses, mut unboxed, .. } = look;
    // What a loop further in unboxes, one further out had better carry unboxed.
    for u in uses.iter().rev().filter(|u| u.enters) {
        for (p, f) in tree.labels[u.label.ix()].params.iter().zip(&u.forms) {
            if let (Form::Other(x), Some(&ty)) = (*f, unboxed.get(p))
                && params.contains_key(&x)
            {
                unboxed.entry(x).or_insert(ty);
            }
        }
    }
    let chosen = choose(tree, config, &params, &uses, &unboxed);
    if chosen.is_empty() {
        return false;
    }
    convert(tree, &uses, &chosen);
    true
}

/// What a label or jump passes for one parameter.
#[derive(Copy, Clone, PartialEq, Debug)]
enum Form {
    /// This number is what it is the box of.
    Known(Val),
    /// A constant, unboxed.
    Constant(Ty, u64),
    /// Any other value.
    Other(Val),
}

/// A label or a jump to it.
struct Use {
    label: LabelId,
    node: Val,
    enters: bool,
    forms: Vec<Form>,
}

struct Look<'t> {
    tree: &'t Tree,
    branches: FxHashMap<Val, Vec<LabelId>>,
    uses: Vec<Use>,
    /// What values are unboxed to somewhere.
    unboxed: FxHashMap<Val, Ty>,
}

type Env = FxHashMap<Val, Val>;

impl Look<'_> {
    fn trace(&mut self, t: TraceId, mut env: Env) {
        let tree = self.tree;
        let mut forks: Vec<(LabelId, Env)> = vec![];
        for &v in &tree.traces[t.ix()].body {
            let n = tree.node(v);
            if matches!(n.op, Op::Label | Op::Jump) {
                let label = tree.label_of(v);
                let forms = n.args.iter().map(|&a| form(tree, &env, a)).collect();
                self.uses.push(Use { label, node: v, enters: n.op == Op::Label, forms });
                // Of what only one side passed nothing is known behind a join.
                if n.op == Op::Label
                    && let Some(k) = forks.iter().position(|f| f.0 == label)
                {
                    env = forks.swap_remove(k).1;
                }
            }
            for &l in self.branches.get(&v).into_iter().flatten() {
                forks.push((l, env.clone()));
            }
            if let Some(side) = n.exit.and_then(|x| tree.exits[x.ix()].side) {
                self.trace(side, env.clone());
            }
            if matches!(n.op, Op::GuardInt | Op::GuardFloat) {
                env.insert(n.args[0], v);
                self.unboxed.insert(n.args[0], n.ty);
            }
        }
    }
}

fn form(tree: &Tree, env: &Env, a: Val) -> Form {
    let n = tree.node(a);
    match n.op {
        Op::BoxInt | Op::BoxFloat => Form::Known(n.args[0]),
        Op::Const if n.ty == Ty::Value => match (value::as_int(n.imm), value::as_float(n.imm)) {
            (Some(i), _) => Form::Constant(Ty::I64, i as u64),
            (_, Some(f)) => Form::Constant(Ty::F64, f.to_bits()),
            _ => Form::Other(a),
        },
        _ => env.get(&a).map_or(Form::Other(a), |&u| Form::Known(u)),
    }
}

/// The parameters that are to be unboxed, and to what.
fn choose(
    tree: &Tree,
    config: &Config,
    params: &FxHashMap<Val, LabelId>,
    uses: &[Use],
    unboxed: &FxHashMap<Val, Ty>,
) -> FxHashMap<Val, Ty> {
    let mut chosen: FxHashMap<Val, Ty> = FxHashMap::default();
    loop {
        let n = chosen.len();
        for u in uses.iter().filter(|u| !u.enters) {
            for (&p, f) in tree.labels[u.label.ix()].params.iter().zip(&u.forms) {
                let ty = match *f {
                    Form::Known(x) => Some(tree.ty(x)),
                    Form::Other(x) if x != p => chosen.get(&x).copied(),
                    _ => None,
                };
                if let (Some(ty), true) = (ty, params.contains_key(&p)) {
                    chosen.entry(p).or_insert(ty);
                }
            }
        }
        if chosen.len() == n {
            break;
        }
    }
    loop {
        let mut wrong: Vec<Val> = vec![];
        for u in uses {
            let label = &tree.labels[u.label.ix()];
            for (&p, f) in label.params.iter().zip(&u.forms) {
                let Some(&ty) = chosen.get(&p) else { continue };
                let fits = match *f {
                    Form::Known(x) => tree.ty(x) == ty,
                    Form::Constant(t, _) => t == ty,
                    Form::Other(x) if chosen.get(&x) == Some(&ty) => true,
                    Form::Other(x) => {
                        u.enters
                            && !label.join
                            && !tree.is_const(x)
                            && unboxed.get(&p) == Some(&ty)
                            && label
                                .exit
                                .is_some_and(|x| !config.no_hoist.contains(&tree.exits[x.ix()].origin))
                    }
                };
                if !fits {
                    wrong.push(p);
                }
            }
        }
        if wrong.is_empty() {
            return chosen;
        }
        wrong.iter().for_each(|p| {
            chosen.remove(p);
        });
    }
}

fn convert(tree: &mut Tree, uses: &[Use], chosen: &FxHashMap<Val, Ty>) {
    let mut of: Vec<Val> = chosen.keys().copied().collect();
    of.sort();
    // The new parameters, and the boxes behind the labels.
    let mut new: FxHashMap<Val, Val> = FxHashMap::default();
    let mut boxes: FxHashMap<Val, Val> = FxHashMap::default();
    for p in of {
        let (ty, imm) = (chosen[&p], tree.node(p).imm);
        let q = tree.add_node(Node { op: Op::Param, ty, args: Args::new(), imm, exit: None });
        let op = if ty == Ty::I64 { Op::BoxInt } else { Op::BoxFloat };
        let args = [q].into_iter().collect();
        new.insert(p, q);
        boxes.insert(p, tree.add_node(Node { op, ty: Ty::Value, args, imm: 0, exit: None }));
    }
    let mut before: FxHashMap<Val, Vec<Val>> = FxHashMap::default();
    let mut behind: FxHashMap<Val, Vec<Val>> = FxHashMap::default();
    for u in uses {
        let params = tree.labels[u.label.ix()].params.clone();
        let init = tree.node(u.node).args.to_vec();
        for (i, (&p, f)) in params.iter().zip(&u.forms).enumerate() {
            let Some(&ty) = chosen.get(&p) else { continue };
            let a = match *f {
                Form::Known(x) => x,
                Form::Constant(ty, bits) => tree.constant(ty, bits),
                Form::Other(x) => match new.get(&x) {
                    Some(&q) => q,
                    None => {
                        let header = tree.labels[u.label.ix()].exit.expect("it was asked for");
                        let origin = tree.exits[header.ix()].origin;
                        let exit = hoisted_exit(tree, u.label, &init, origin);
                        let op = if ty == Ty::I64 { Op::GuardInt } else { Op::GuardFloat };
                        let args = [x].into_iter().collect();
                        let g = tree.add_node(Node { op, ty, args, imm: 0, exit });
                        before.entry(u.node).or_default().push(g);
                        g
                    }
                },
            };
            tree.node_mut(u.node).args[i] = a;
            if u.enters {
                behind.entry(u.node).or_default().push(boxes[&p]);
            }
        }
    }
    for t in &mut tree.traces {
        if !t.body.iter().any(|v| behind.contains_key(v)) {
            continue;
        }
        let mut body = Vec::with_capacity(t.body.len() + behind.len());
        for &v in &t.body {
            body.extend(before.get(&v).into_iter().flatten());
            body.push(v);
            body.extend(behind.get(&v).into_iter().flatten());
        }
        t.body = body;
    }
    for l in &mut tree.labels {
        l.params.iter_mut().for_each(|p| *p = new.get(p).copied().unwrap_or(*p));
    }
    // Registers of frames are boxed where an exit is taken.
    for x in &mut tree.exits {
        for (_, s) in x.snap.frames.iter_mut().flat_map(|f| &mut f.regs) {
            if let SnapVal::Val(v) = s {
                *v = new.get(v).copied().unwrap_or(*v);
            }
        }
    }
    substitute(tree, &boxes);
}

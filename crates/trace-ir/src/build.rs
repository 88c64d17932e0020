//! The builder: the recorder's way to write a trace.
//!
//! It appends nodes to one trace of a tree, infers result types, and in debug builds checks operand types at
//! once, so that a recorder's mistake shows where it is made. [`Builder::finish`] verifies the whole tree there.

use crate::intrinsics::Intrinsic;
use crate::ops::{Op, ResultTy};
use crate::tree::*;
use crate::types::Ty;
use std::ops::{Deref, DerefMut};

/// Appends to one trace of a tree. Dereferences to the tree, for constants and descriptors.
pub struct Builder<'t> {
    tree: &'t mut Tree,
    trace: TraceId,
}

impl Deref for Builder<'_> {
    type Target = Tree;
    fn deref(&self) -> &Tree {
        self.tree
    }
}
impl DerefMut for Builder<'_> {
    fn deref_mut(&mut self) -> &mut Tree {
        self.tree
    }
}

impl<'t> Builder<'t> {
    /// Writes the root trace.
    pub fn root(tree: &'t mut Tree) -> Builder<'t> {
        Builder { tree, trace: TraceId(0) }
    }
    /// Writes a new side trace in the place of `exit`, which has none yet. It may use all that was defined at the
    /// guard: what the exit's snapshot names, for a start.
    pub fn side(tree: &'t mut Tree, exit: ExitId) -> Builder<'t> {
        let trace = TraceId(tree.traces.len() as u32);
        tree.traces.push(Trace { parent: Some(exit), body: Vec::new() });
        assert!(tree.exits[exit.ix()].side.replace(trace).is_none(), "{exit} has a side trace already");
        Builder { tree, trace }
    }
    /// Goes on writing a trace that was begun.
    pub fn resume(tree: &'t mut Tree, trace: TraceId) -> Builder<'t> {
        Builder { tree, trace }
    }
    /// Goes on in another trace.
    pub fn set_trace(&mut self, trace: TraceId) {
        self.trace = trace;
    }
    /// The trace being written.
    pub fn trace(&self) -> TraceId {
        self.trace
    }
    /// Number of nodes so far.
    pub fn len(&self) -> usize {
        self.tree.traces[self.trace.ix()].body.len()
    }
    /// Is nothing written yet?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    fn push(&mut self, op: Op, ty: Ty, args: &[Val], imm: u64, exit: Option<ExitId>) -> Val {
        let v = self.tree.add_node(Node { op, ty, args: args.into(), imm, exit });
        #[cfg(debug_assertions)]
        if let Err(e) = crate::verify::node(self.tree, v) {
            panic!("recorded a bad node: {e}");
        }
        self.tree.traces[self.trace.ix()].body.push(v);
        v
    }
    /// An op without immediate and exit: arithmetic, conversions, boxing, `barrier`.
    pub fn op(&mut self, op: Op, args: &[Val]) -> Val {
        let ty = result_type(self.tree, op, args);
        self.push(op, ty, args, 0, None)
    }
    /// A guard (other than `guard_mem`); gives the refined or unboxed value.
    pub fn guard(&mut self, op: Op, args: &[Val], exit: ExitId) -> Val {
        let ty = result_type(self.tree, op, args);
        self.push(op, ty, args, 0, Some(exit))
    }
    /// Guards that a field holds `expected`; gives the refined pointer.
    pub fn guard_mem(&mut self, base: Val, mem: MemId, expected: Val, exit: ExitId) -> Val {
        self.push(Op::GuardMem, Ty::Ptr, &[base, expected], mem.0 as u64, Some(exit))
    }
    /// What a register of the tree's own frame held at entry.
    pub fn reg(&mut self, reg: u32) -> Val {
        self.push(Op::Reg, Ty::Value, &[], reg as u64, None)
    }
    /// Reads a field.
    pub fn load(&mut self, base: Val, mem: MemId) -> Val {
        let ty = self.tree.mems[mem.ix()].ty.ty();
        self.push(Op::Load, ty, &[base], mem.0 as u64, None)
    }
    /// Reads an element.
    pub fn loadx(&mut self, base: Val, index: Val, mem: MemId) -> Val {
        let ty = self.tree.mems[mem.ix()].ty.ty();
        self.push(Op::LoadX, ty, &[base, index], mem.0 as u64, None)
    }
    /// Writes a field. A store of a boxed word or pointer into an object is followed by `barrier`.
    pub fn store(&mut self, base: Val, mem: MemId, value: Val) {
        self.push(Op::Store, Ty::Void, &[base, value], mem.0 as u64, None);
    }
    /// Writes an element.
    pub fn storex(&mut self, base: Val, index: Val, mem: MemId, value: Val) {
        self.push(Op::StoreX, Ty::Void, &[base, index, value], mem.0 as u64, None);
    }
    /// Makes an object.
    pub fn alloc(&mut self, alloc: AllocId) -> Val {
        self.push(Op::Alloc, Ty::Ptr, &[], alloc.0 as u64, None)
    }
    /// A residual call. `exit` is given exactly when the intrinsic may raise: the state after the call.
    pub fn call(&mut self, i: Intrinsic, args: &[Val], exit: Option<ExitId>) -> Val {
        self.push(Op::Call, i.result(), args, i as u64, exit)
    }
    /// Places a loop header; gives its parameters, typed as `init`. `exit` is the state at the header in terms of
    /// the parameters: make it afterwards with [`Builder::set_label_exit`].
    pub fn label(&mut self, init: &[Val]) -> (LabelId, Vec<Val>) {
        let id = LabelId(self.tree.labels.len() as u32);
        let params: Vec<Val> = init
            .iter()
            .map(|&v| {
                let ty = self.tree.ty(v);
                self.tree.add_node(Node {
                    op: Op::Param,
                    ty,
                    args: Args::new(),
                    imm: id.0 as u64,
                    exit: None,
                })
            })
            .collect();
        self.tree.labels.push(Label {
            params: params.clone(),
            exit: None,
            origin: id,
            inner: false,
            join: false,
        });
        self.push(Op::Label, Ty::Void, init, id.0 as u64, None);
        (id, params)
    }
    /// Places a join; gives its parameters, typed as `init`.
    pub fn join(&mut self, init: &[Val]) -> (LabelId, Vec<Val>) {
        let (l, params) = self.label(init);
        self.tree.labels[l.ix()].join = true;
        (l, params)
    }
    /// Says what the interpreter's state is at the header, so that guards can be hoisted to it.
    pub fn set_label_exit(&mut self, label: LabelId, snap: Snapshot) {
        let x = self.tree.add_exit(ExitReason::Header, snap);
        self.tree.labels[label.ix()].exit = Some(x);
    }
    /// Ends the trace by going to a header above, or to a join of a trace above.
    pub fn jump(&mut self, label: LabelId, args: &[Val]) {
        self.push(Op::Jump, Ty::Void, args, label.0 as u64, None);
    }
    /// Ends the trace by leaving.
    pub fn leave(&mut self, exit: ExitId) {
        self.push(Op::Leave, Ty::Void, &[], 0, Some(exit));
    }
    /// Makes an exit.
    pub fn exit(&mut self, reason: ExitReason, snap: Snapshot) -> ExitId {
        self.tree.add_exit(reason, snap)
    }
    /// Checks the tree in debug builds.
    pub fn finish(self) {
        #[cfg(debug_assertions)]
        if let Err(e) = crate::verify::verify(self.tree) {
            panic!("recorded a bad trace: {e}\n{}", self.tree);
        }
    }
}

/// The result type of an op without memory descriptor.
pub fn result_type(tree: &Tree, op: Op, args: &[Val]) -> Ty {
    match op.result() {
        ResultTy::Is(t) => t,
        ResultTy::First => args.first().map_or(Ty::Void, |&a| tree.ty(a)),
        ResultTy::Second => args.get(1).map_or(Ty::Void, |&a| tree.ty(a)),
        ResultTy::Mem | ResultTy::Stated => panic!("{} needs its own builder method", op.name()),
    }
}

//! Operators, comparisons and membership tests that methods of Python classes stand behind.
//!
//! The method's frame is pushed as in `dunder.rs`. What it returns may not be the instruction's result: `NotImplemented`
//! gives the other operand its turn, and a conditional jump asks for the truth of it. The frame's link says so
//! ([`taipan_interp::operator`]); here, when the method returns, its result is guarded to be of the kind it has, so that
//! it is something else than `NotImplemented`.

use super::frames::{Kind, kind};
use super::{Outcome, Rec, Recorder};
use crate::stats::Abort;
use taipan_bytecode::{Instr, Op as B};
use taipan_interp::call::Link;
use taipan_interp::operator::{Form, form, reflected};
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::instance::Instance;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::exec::Pc;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::{Gc, Value, Vm};
use taipan_trace_ir::{ExitReason, Op, Ty, Val};

/// An operator's methods: its own and the in-place one.
fn names(op: B) -> Option<[&'static str; 2]> {
    Some(match op {
        B::ADD => ["__add__", "__iadd__"],
        B::SUB => ["__sub__", "__isub__"],
        B::MUL => ["__mul__", "__imul__"],
        B::TRUEDIV => ["__truediv__", "__itruediv__"],
        B::FLOORDIV => ["__floordiv__", "__ifloordiv__"],
        B::MOD => ["__mod__", "__imod__"],
        B::MATMUL => ["__matmul__", "__imatmul__"],
        B::LSHIFT => ["__lshift__", "__ilshift__"],
        B::RSHIFT => ["__rshift__", "__irshift__"],
        B::AND => ["__and__", "__iand__"],
        B::OR => ["__or__", "__ior__"],
        B::XOR => ["__xor__", "__ixor__"],
        _ => return None,
    })
}

fn reflected_method(vm: &Vm, op: B, class: Gc<Type>) -> Option<Value> {
    vm.type_lookup(class, vm.intern(reflected(op)?))
}

fn method_of(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Lt => "__lt__",
        CompareOp::Le => "__le__",
        CompareOp::Eq => "__eq__",
        CompareOp::Ne => "__ne__",
        CompareOp::Gt => "__gt__",
        CompareOp::Ge => "__ge__",
    }
}

impl Recorder {
    /// An operator with an instance among its operands; `None` where it is none of ours.
    pub(super) fn operator(&mut self, op: B, i: &Instr, pc: Pc) -> Rec<Option<Outcome>> {
        let unary = match op {
            B::NEG => Some("__neg__"),
            B::POS => Some("__pos__"),
            B::INVERT => Some("__invert__"),
            _ => None,
        };
        if let Some(name) = unary {
            let o = self.arg(i.b);
            let Some(f) = self.method(o.0, o.1, name, 1) else { return Ok(None) };
            return self.enter(f, &[o], Link::Result, pc).map(Some);
        }
        match form(op) {
            Some(Form::Binary(..)) => self.binary_operator(op, i, pc),
            Some(Form::Compare(c)) => self.compare_objects(c, i.b, i.c, pc, i, None),
            Some(Form::Jump(c, when)) => self.compare_objects(c, i.a, i.b, pc, i, Some(when)),
            Some(Form::Contains(_)) => {
                let (o, x) = (self.arg(i.c), self.arg(i.b));
                let Some(f) = self.method(o.0, o.1, "__contains__", 2) else { return Ok(None) };
                self.enter(f, &[o, x], Link::Operator, pc).map(Some)
            }
            None => Ok(None),
        }
    }

    fn is_instance(&self, v: Value) -> bool {
        v.cast::<Instance>().is_some()
    }

    fn binary_operator(&mut self, op: B, i: &Instr, pc: Pc) -> Rec<Option<Outcome>> {
        let Some([name, in_place]) = names(op) else { return Ok(None) };
        let vm = self.vm();
        let (a, b) = (self.live(i.b.into()), self.live(i.c.into()));
        let number = |v: Value| matches!(kind(vm, v), Kind::Int(_) | Kind::Float);
        let class = vm.class_of(a);
        let other = vm.class_of(b);
        // The right operand has no say (it is of the same class, or a number), or is asked when the left one does not know.
        let behind = || {
            let how = reflected_method(vm, op, other);
            self.is_instance(b)
                && !other.is_subtype(class)
                && how.is_none_or(|f| f.cast::<Function>().is_some())
        };
        if self.is_instance(a) && (number(b) || other == class || behind()) {
            if i.d & 1 != 0 && vm.type_lookup(class, vm.intern(in_place)).is_some() {
                return Ok(None);
            }
            let o = self.arg(i.b);
            let Some(f) = self.method(o.0, o.1, name, 2) else { return Ok(None) };
            let x = self.pinned(i.c)?;
            if other != class && self.is_instance(b) {
                let version = vm.type_version(other);
                if version == 0 {
                    return Ok(None);
                }
                self.guard_version(x, b, version);
            }
            let o = self.get(i.b.into());
            return self.enter(f, &[(o, a), (x, b)], Link::Operator, pc).map(Some);
        }
        if number(a) && self.is_instance(b) {
            let o = self.arg(i.c);
            let Some(swapped) = reflected(op) else { return Ok(None) };
            let Some(f) = self.method(o.0, o.1, swapped, 2) else { return Ok(None) };
            let x = self.pinned(i.b)?;
            let o = self.get(i.c.into());
            return self.enter(f, &[(o, b), (x, a)], Link::Operator, pc).map(Some);
        }
        Ok(None)
    }

    /// The node of register `r`, with its class guarded.
    fn pinned(&mut self, r: u16) -> Rec<Val> {
        let live = self.live(r.into());
        let v = self.operand(r.into());
        if self.tree.ty(v) == Ty::Value && !self.tree.is_const(v) {
            if !live.is_ptr() {
                return Err(Abort::Opcode);
            }
            // SAFETY: a live object.
            let shape = unsafe { (*live.as_header()).shape() };
            self.shaped(v, shape);
        }
        Ok(v)
    }

    fn compare_objects(
        &mut self,
        op: CompareOp,
        ra: u16,
        rb: u16,
        pc: Pc,
        i: &Instr,
        jump: Option<bool>,
    ) -> Rec<Option<Outcome>> {
        let vm = self.vm();
        let (a, b) = (self.live(ra.into()), self.live(rb.into()));
        if !self.is_instance(a) {
            return Ok(None);
        }
        let (ta, tb) = (vm.class_of(a), vm.class_of(b));
        let known = match kind(vm, b) {
            Kind::Int(_) | Kind::Float | Kind::Bool => true,
            Kind::Object(s) => self.is_instance(b) || s == shape_ids::str || s == shape_ids::tuple,
            _ => false,
        };
        if !known || ta != tb && tb.is_subtype(ta) {
            return Ok(None);
        }
        if matches!(op, CompareOp::Eq | CompareOp::Ne) && self.is_instance(b) {
            // Neither class has a say: identity decides.
            let plain = |t| {
                ["__eq__", "__ne__"].iter().all(|n| {
                    let n = vm.intern(n);
                    vm.type_lookup(t, n) == vm.type_lookup(vm.types.object, n)
                })
            };
            if plain(ta) && plain(tb) {
                let (va, vb) = (vm.type_version(ta), vm.type_version(tb));
                if va == 0 || vb == 0 {
                    return Ok(None);
                }
                let (x, y) = (self.pinned(ra)?, self.pinned(rb)?);
                self.guard_version(x, a, va);
                self.guard_version(y, b, vb);
                let mut c = self.same(x, y);
                if op == CompareOp::Ne {
                    c = self.b().op(Op::BNot, &[c]);
                }
                match jump {
                    Some(when) => self.branch(i, c, when, i.opcode().is_loop()),
                    None => self.set(i.a.into(), c),
                }
                return Ok(Some(Outcome::Continue));
            }
        }
        let o = self.arg(ra);
        let Some(f) = self.method(o.0, o.1, method_of(op), 2) else { return Ok(None) };
        let y = self.pinned(rb)?;
        if self.is_instance(b) {
            // Its bases, which make it no subclass of the other one.
            let vb = vm.type_version(tb);
            if vb == 0 {
                return Ok(None);
            }
            self.guard_version(y, b, vb);
        }
        let o = self.get(ra.into());
        self.enter(f, &[(o, a), (y, b)], Link::Operator, pc).map(Some)
    }

    /// A frame that stands for an operator returns `v`, which lives in no register if it is constant: guards that it is
    /// what it is. Answers the node that the instruction uses.
    pub(super) fn operator_returns(&mut self, i: &Instr, v: Val, live: Value) -> Rec<Val> {
        if live.is_not_implemented() {
            return Err(Abort::Opcode);
        }
        let v = self.unbox(v, live);
        if self.tree.ty(v) == Ty::Value && !self.tree.is_const(v) {
            if live.is_ptr() {
                self.ptr(v);
            } else {
                let k = self.tree.value(live.bits());
                let x = self.exit(ExitReason::Value);
                self.b().guard(Op::GuardIs, &[v, k], x);
                self.replace(v, k);
            }
        }
        match form(i.opcode()) {
            Some(Form::Jump(..) | Form::Contains(_)) => match self.truth_of(v, live)? {
                Some(c) => Ok(c),
                None => Err(Abort::Opcode),
            },
            _ => Ok(v),
        }
    }

    /// The operator at the top frame's instruction has this result, as [`Recorder::operator_returns`] gave it.
    pub(super) fn operator_done(&mut self, v: Val) {
        let at = self.top().at;
        let i = self.top().co.data.instrs[at as usize];
        match form(i.opcode()) {
            Some(Form::Jump(_, when)) => self.branch(&i, v, when, i.opcode().is_loop()),
            Some(Form::Contains(negated)) => {
                let c = if negated { self.b().op(Op::BNot, &[v]) } else { v };
                self.set(i.a.into(), c);
                self.expect = super::Expect::At(at + 1, at + 1);
            }
            _ => {
                self.set(i.a.into(), v);
                self.expect = super::Expect::At(at + 1, at + 1);
            }
        }
    }

    /// `o(...)` of an instance whose class has a `__call__`.
    pub(super) fn call_instance(&mut self, w: u32, first: u32, n: u32, pc: Pc) -> Rec<Option<Outcome>> {
        let live = self.live(w);
        let v = self.get(w);
        let Some(f): Option<Gc<Function>> = self.method(v, live, "__call__", n + 1) else { return Ok(None) };
        let mut args = vec![(self.get(w), live)];
        for k in 0..n {
            args.push((self.get(first + k), self.live(first + k)));
        }
        self.enter(f, &args, Link::Result, pc).map(Some)
    }
}

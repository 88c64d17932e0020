//! Shadow frames: reading and writing registers, constants, unboxing guards, snapshots and exits.

use super::{Frame, Rec, Recorder};
use crate::tree::{DISCARD_REG, FUNC_REG, INIT_REG, OPERATOR_REG};
use taipan_interp::call::Link;
use taipan_runtime::objects::int::int_ref;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Value, Vm};
use taipan_trace_ir::{ExitId, ExitReason, FrameSnap, Op, SnapVal, Snapshot, Ty, Val};

/// What a live value is, as far as traces care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An exact int that fits an `i64`.
    Int(i64),
    /// Any other exact int.
    Big,
    /// A float.
    Float,
    /// `True` or `False`.
    Bool,
    /// Another singleton, or unbound.
    Special,
    /// A heap object of this shape.
    Object(u32),
}

/// What `v` is.
pub fn kind(vm: &Vm, v: Value) -> Kind {
    if let Some(i) = v.to_int() {
        return Kind::Int(i);
    }
    if v.is_float() {
        return Kind::Float;
    }
    if v.is_bool() {
        return Kind::Bool;
    }
    if !v.is_ptr() {
        return Kind::Special;
    }
    if vm.is_exact(v, shape_ids::int) {
        return match int_ref(&v).and_then(|i| i.to_i64()) {
            Some(i) => Kind::Int(i),
            None => Kind::Big,
        };
    }
    // SAFETY: pointers lead to live headers.
    Kind::Object(unsafe { (*v.as_header()).shape() })
}

impl Recorder {
    /// The node of register `r` of the top frame.
    pub(super) fn get(&mut self, r: u32) -> Val {
        let f = self.frames.len() - 1;
        self.get_in(f, r)
    }
    /// The node of register `r` of frame `f`.
    pub(super) fn get_in(&mut self, f: usize, r: u32) -> Val {
        if let Some(v) = self.frames[f].shadow[r as usize] {
            return v;
        }
        let v = if f > 0 {
            self.tree.value(Value::UNBOUND.bits())
        } else if let Some(k) = self.preloaded(f, r) {
            self.constant(k)
        } else {
            self.b().reg(r)
        };
        self.frames[f].shadow[r as usize] = Some(v);
        v
    }
    /// The constant that register `r` of frame `f` holds wherever its frame comes to where it is.
    pub(super) fn preloaded(&self, f: usize, r: u32) -> Option<Value> {
        let f = &self.frames[f];
        let k = f.live.constant(f.at, r)?;
        Some(f.co.consts.get().items()[k as usize]).filter(|v| !v.is_unbound())
    }
    /// Gives register `r` of the top frame a node.
    pub(super) fn set(&mut self, r: u32, v: Val) {
        self.top_mut().shadow[r as usize] = Some(v);
    }
    /// A constant: unboxed where it can be.
    pub(super) fn constant(&mut self, v: Value) -> Val {
        match kind(self.vm(), v) {
            Kind::Int(i) => self.tree.i64(i),
            Kind::Float => self.tree.f64(v.as_float()),
            Kind::Bool => self.tree.bool(v.is_true()),
            Kind::Special => self.tree.value(v.bits()),
            Kind::Big | Kind::Object(_) => self.object(v),
        }
    }
    /// An object constant.
    pub(super) fn object(&mut self, v: Value) -> Val {
        let name = self.vm().type_name(v).to_string();
        let o = self.tree.add_obj(&name, v.bits());
        self.tree.obj(o)
    }
    /// The address of an object constant.
    pub(super) fn object_ptr(&mut self, v: Value) -> Val {
        let name = self.vm().type_name(v).to_string();
        let o = self.tree.add_obj(&name, v.bits());
        self.tree.obj_ptr(o)
    }
    /// Everything that held `old` holds `new`, which is the same value known better.
    pub(super) fn replace(&mut self, old: Val, new: Val) {
        for f in &mut self.frames {
            for s in &mut f.shadow {
                if *s == Some(old) {
                    *s = Some(new);
                }
            }
        }
        if let Some(r) = self.ranges.get(&old).copied() {
            self.ranges.insert(new, r);
        }
    }
    /// Boxes a node.
    pub(super) fn box_val(&mut self, v: Val) -> Val {
        let op = match self.tree.ty(v) {
            Ty::I64 => Op::BoxInt,
            Ty::U64 => Op::BoxU64,
            Ty::F64 => Op::BoxFloat,
            Ty::Bool => Op::BoxBool,
            Ty::Ptr => Op::BoxPtr,
            _ => return v,
        };
        self.b().op(op, &[v])
    }
    /// Register `r`, boxed.
    pub(super) fn boxed(&mut self, r: u32) -> Val {
        let v = self.get(r);
        self.box_val(v)
    }
    /// Are two boxed values the same word?
    pub(super) fn same(&mut self, a: Val, b: Val) -> Val {
        if let (Some(x), Some(y)) = (self.tree.bits(a), self.tree.bits(b)) {
            return self.tree.bool(x == y);
        }
        self.b().op(Op::Same, &[a, b])
    }
    /// Unboxes by the live value; what has no unboxed form stays as it is.
    pub(super) fn unbox(&mut self, v: Val, live: Value) -> Val {
        if self.tree.ty(v) != Ty::Value || self.tree.is_const(v) {
            return v;
        }
        let op = match kind(self.vm(), live) {
            Kind::Int(_) => Op::GuardInt,
            Kind::Float => Op::GuardFloat,
            Kind::Bool => Op::GuardBool,
            _ => return v,
        };
        let x = self.exit(ExitReason::Type);
        let new = self.b().guard(op, &[v], x);
        self.replace(v, new);
        new
    }
    /// Register `r`, unboxed by its live value where that has an unboxed form.
    pub(super) fn operand(&mut self, r: u32) -> Val {
        let v = self.get(r);
        let live = self.live(r);
        self.unbox(v, live)
    }
    /// Makes sure that register `r`, which is bound now, is bound.
    pub(super) fn bound(&mut self, r: u32) {
        let v = self.get(r);
        let live = self.live(r);
        let u = self.unbox(v, live);
        if self.tree.ty(u) == Ty::Value && !self.tree.is_const(u) {
            self.guard_bound(u);
        }
    }
    /// Guards that a boxed value is not unbound.
    pub(super) fn guard_bound(&mut self, v: Val) {
        let x = self.exit(ExitReason::Value);
        let u = self.tree.value(Value::UNBOUND.bits());
        self.b().guard(Op::GuardIsNot, &[v, u], x);
    }
    /// The address of the heap object in a boxed value.
    pub(super) fn ptr(&mut self, v: Val) -> Val {
        let n = self.tree.node(v);
        match (n.op, n.ty) {
            (_, Ty::Ptr) => v,
            (Op::Obj, _) => {
                let o = taipan_trace_ir::ObjId(n.imm as u32);
                self.tree.obj_ptr(o)
            }
            (Op::BoxPtr, _) => n.args[0],
            _ => {
                // An int that is known as a machine word is an object where it is too large for a value.
                let v = self.box_val(v);
                let x = self.exit(ExitReason::Type);
                self.b().guard(Op::GuardPtr, &[v], x)
            }
        }
    }
    /// The address of the object in a boxed value, which has this shape.
    pub(super) fn shaped(&mut self, v: Val, shape: u32) -> Val {
        let p = self.ptr(v);
        let m = self.mem("header.shape");
        let k = self.tree.i64(shape as i64);
        let x = self.exit(ExitReason::Shape);
        self.b().guard_mem(p, m, k, x)
    }
    /// Guards that a value is this object, and makes it the constant.
    pub(super) fn guard_object(&mut self, v: Val, live: Value) -> Val {
        if self.tree.is_const(v) {
            return v;
        }
        let k = self.object(live);
        let x = self.exit(ExitReason::Value);
        self.b().guard(Op::GuardIs, &[v, k], x);
        self.replace(v, k);
        k
    }

    /// An exit to the instruction being recorded.
    pub(super) fn exit(&mut self, reason: ExitReason) -> ExitId {
        let at = self.top().at;
        self.exit_at(at, reason)
    }
    /// An exit to instruction `at` of the top frame.
    pub(super) fn exit_at(&mut self, at: u32, reason: ExitReason) -> ExitId {
        let snap = match &self.moving {
            Some(m) => m.snap.clone(),
            None => self.snapshot(at),
        };
        self.exit_trace.push(self.trace);
        self.tree.add_exit(reason, snap)
    }
    /// The state at instruction `at` of the top frame.
    pub(super) fn snapshot(&mut self, at: u32) -> Snapshot {
        let last = self.frames.len() - 1;
        let mut frames = Vec::with_capacity(last + 1);
        for (k, f) in self.frames.iter().enumerate() {
            let pc = if k == last { at } else { f.at };
            let live = if k == last { f.live.at(pc) } else { self.across(k) };
            let mut regs: Vec<(u32, SnapVal)> = Vec::with_capacity(live.len() + 1);
            for r in live {
                let Some(v) = f.shadow[r as usize] else { continue };
                let n = self.tree.node(v);
                if k == 0 && n.op == Op::Reg && n.imm == r as u64 {
                    continue;
                }
                regs.push((r, SnapVal::Val(v)));
            }
            if let Some(v) = f.func_val {
                regs.push((FUNC_REG, SnapVal::Val(v)));
            }
            if let Some(v) = f.init {
                regs.push((INIT_REG, SnapVal::Val(v)));
            }
            let mark = match f.link {
                Link::Discard => Some(DISCARD_REG),
                Link::Operator => Some(OPERATOR_REG),
                Link::Result | Link::Init => None,
            };
            if let Some(mark) = mark {
                let none = self.tree.value(Value::NONE.bits());
                regs.push((mark, SnapVal::Val(none)));
            }
            frames.push(FrameSnap { code: f.code, pc, ret: (k > 0).then_some(f.window), regs });
        }
        Snapshot { frames, ..Snapshot::default() }
    }

    /// Registers of frame `k`, which is not the top one, that someone may read later. The operands of an operator are
    /// among them while a method runs that stands for it: the other operand may get its turn.
    pub(super) fn across(&self, k: usize) -> Vec<u32> {
        let f = &self.frames[k];
        if self.frames[k + 1].link == Link::Operator {
            return f.live.at(f.at);
        }
        f.live.across(&f.co.data, f.at)
    }

    /// Removes the top frame.
    pub(super) fn pop(&mut self) -> Rec<Frame> {
        Ok(self.frames.pop().expect("a recording has a frame"))
    }

    /// Do shadow frames agree with the real ones? (What a node's type says must hold for the live value.)
    pub(super) fn check_shadow(&self) {
        let vm = self.vm();
        for (k, f) in self.frames.iter().enumerate() {
            for (r, s) in f.shadow.iter().enumerate() {
                let Some(v) = *s else { continue };
                if f.regs == self.top().regs && !f.live.has(f.at, r as u32) {
                    continue;
                }
                if f.regs != self.top().regs && !self.across(k).contains(&(r as u32)) {
                    continue;
                }
                // SAFETY: registers of a frame on the stack.
                let live = unsafe { *f.regs.add(r) };
                let k = kind(vm, live);
                let ok = match self.tree.ty(v) {
                    Ty::I64 => matches!(k, Kind::Int(_)),
                    Ty::U64 => matches!(k, Kind::Int(_) | Kind::Big),
                    Ty::F64 => k == Kind::Float,
                    Ty::Bool => k == Kind::Bool,
                    _ => true,
                };
                assert!(
                    ok,
                    "shadow register {r} of {} at {}: {v} is {:?} but {k:?}",
                    f.co.data.name,
                    f.at,
                    self.tree.node(v)
                );
                if let Some(bits) = self.tree.bits(v) {
                    let same = match self.tree.ty(v) {
                        Ty::I64 => k == Kind::Int(bits as i64),
                        Ty::F64 => live.bits() == bits,
                        Ty::Value => live.bits() == bits,
                        _ => true,
                    };
                    assert!(same, "shadow register {r} of {} at {}: constant differs", f.co.data.name, f.at);
                }
            }
        }
    }
}

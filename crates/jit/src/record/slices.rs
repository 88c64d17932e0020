//! Slices of lists: `l[a:b:s]` and `l[a:b] = m`, with bounds that are ints or left out.
//!
//! `BUILD_SLICE` is recorded together with the `GETITEM` behind it, at the former's place: it has no effect, so an exit
//! may go back to it, and the slice object is never needed.
//!
//! Where the part is assigned to a part of a list soon after (`l[:k+1] = l[k::-1]`), with nothing but arithmetic between,
//! it is not made at all: items move from list to list. Until then exits go back to the slice's making, too, and do
//! the arithmetic once more.

use super::frames::{Kind, kind};
use super::{Rec, Recorder};
use taipan_bytecode::{Instr, Op as B};
use taipan_runtime::Value;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::slice::Slice;
use taipan_runtime::vm::sequence::adjust_indices;
use taipan_runtime::vm::shape_ids;
use taipan_trace_ir::{ExitReason, Intrinsic, Op, Snapshot, Val};

/// A part of a list that is about to be assigned to another part.
#[derive(Clone)]
pub(super) struct Moving {
    /// Where the part is asked for, and where it is assigned.
    get: u32,
    set: u32,
    /// The register between the two.
    reg: u32,
    /// The state before.
    pub(super) snap: Snapshot,
    /// List, bounds and step.
    part: [Val; 4],
}

/// Instructions between the two, at most.
const BETWEEN: u32 = 6;

impl Recorder {
    /// Is there a part of a list that the interpreter has, and the trace has not?
    pub(super) fn putting_off(&self) -> bool {
        self.sliced.is_some() || self.moving.is_some()
    }
    /// Is it a bound that [`Recorder::bound_of`] takes?
    fn is_bound(&self, r: u32) -> bool {
        let v = self.live(r);
        v.is_none() || matches!(kind(self.vm(), v), Kind::Int(_))
    }
    /// The bound in register `r`; `none` where it is left out.
    fn bound_of(&mut self, r: u32, none: i64) -> Option<Val> {
        if self.live(r).is_none() {
            self.truth(r).ok()??;
            return Some(self.tree.i64(none));
        }
        let v = self.operand(r);
        (self.tree.ty(v) == taipan_trace_ir::Ty::I64).then_some(v)
    }
    /// `l[a:b:step]` of the exact list in register `l`.
    fn part(&mut self, l: u32, a: u32, step: i64) -> Rec<Option<Val>> {
        let (low, high) = if step > 0 { (0, i64::MAX) } else { (i64::MAX, i64::MIN) };
        let (Some(x), Some(y)) = (self.bound_of(a, low), self.bound_of(a + 1, high)) else { return Ok(None) };
        let v = self.get(l);
        let p = self.shaped(v, shape_ids::list);
        let s = self.tree.i64(step);
        let at = self.top().at;
        if self.top().co.data.instrs[at as usize].opcode() == B::BUILD_SLICE
            && let Some((set, reg)) = self.assigned(at + 1)
        {
            let snap = self.snapshot(at);
            self.moving = Some(Moving { get: at + 1, set, reg, snap, part: [p, x, y, s] });
            return Ok(None);
        }
        Ok(Some(self.make_part([p, x, y, s])))
    }
    fn make_part(&mut self, part: [Val; 4]) -> Val {
        let e = self.exit(ExitReason::Raise);
        let r = self.b().call(Intrinsic::ListPart, &part, Some(e));
        self.b().op(Op::BoxPtr, &[r])
    }
    /// Where what the instruction at `get` loads is assigned to a part of a list, and nothing else becomes of it.
    fn assigned(&self, get: u32) -> Option<(u32, u32)> {
        let f = self.top();
        let load = f.co.data.instrs.get(get as usize)?;
        if load.opcode() != B::GETITEM {
            return None;
        }
        let r = u32::from(load.a);
        for at in get + 1..get + 1 + BETWEEN {
            let i = f.co.data.instrs.get(at as usize)?;
            let touched = std::cell::Cell::new(false);
            let touch = |x: u32| touched.set(touched.get() || x == r);
            match i.opcode() {
                B::SETSLICE => {
                    let (bounds, list) = (u32::from(i.b), u32::from(i.a));
                    let plain = u32::from(i.c) == r && list != r && bounds != r && bounds + 1 != r;
                    return (plain && !f.live.has(at + 1, r)).then_some((at, r));
                }
                B::LOAD_CONST | B::MOVE | B::ADD_I | B::SUB_I | B::ADD | B::SUB => {
                    i.registers(touch, touch, touch);
                }
                _ => return None,
            }
            if touched.get() {
                return None;
            }
        }
        None
    }
    /// `SETSLICE` of a part that was put off; false where it must be made.
    fn move_items(&mut self, m: &Moving, i: &Instr) -> Rec<bool> {
        let b = u32::from(i.b);
        if !self.exact_list(i.a.into()) || !self.is_bound(b) || !self.is_bound(b + 1) {
            return Ok(false);
        }
        let (l, part) = (self.live(i.a.into()).cast::<List>(), self.live(m.reg).cast::<List>());
        let (Some(l), Some(part)) = (l, part) else { return Ok(false) };
        let bound = |v: Value, none: i64| match kind(self.vm(), v) {
            Kind::Int(k) => k,
            _ => none,
        };
        let (x, y) = (bound(self.live(b), 0), bound(self.live(b + 1), i64::MAX));
        let s = adjust_indices(x as isize, y as isize, 1, l.len());
        if l.storage.get() != part.storage.get() || s.len != part.len() || s.len == 0 {
            return Ok(false);
        }
        let (Some(x), Some(y)) = (self.bound_of(b, 0), self.bound_of(b + 1, i64::MAX)) else {
            return Ok(false);
        };
        let l = self.get(i.a.into());
        let l = self.shaped(l, shape_ids::list);
        let [p, from, to, step] = m.part;
        let done = self.b().call(Intrinsic::ListMove, &[l, x, y, p, from, to, step], None);
        let e = self.exit(ExitReason::Bounds);
        self.b().guard(Op::GuardTrue, &[done], e);
        Ok(true)
    }
    /// `l[k]` where `k` is a constant slice.
    fn constant_slice(&mut self, i: &Instr) -> Rec<bool> {
        let (b, c) = (u32::from(i.b), u32::from(i.c));
        let Some(s) = self.live(c).cast::<Slice>() else { return Ok(false) };
        // A slice that the code has as a constant may have been loaded in front of the loop.
        let live = self.live(c);
        let constant = self.top().shadow[c as usize].is_some_and(|v| self.tree.is_const(v))
            || self.top().co.consts.get().items().contains(&live);
        let vm = self.vm();
        let bound = |v: Value, none: i64| match kind(vm, v) {
            Kind::Int(k) => Some(k),
            _ => v.is_none().then_some(none),
        };
        let Some(step) = bound(s.step.get(), 1).filter(|k| *k != 0 && k.unsigned_abs() < 1 << 20) else {
            return Ok(false);
        };
        let (low, high) = if step > 0 { (0, i64::MAX) } else { (i64::MAX, i64::MIN) };
        let (Some(x), Some(y)) = (bound(s.start.get(), low), bound(s.stop.get(), high)) else {
            return Ok(false);
        };
        if !constant || !self.exact_list(b) {
            return Ok(false);
        }
        let k = self.get(c);
        self.guard_object(k, live);
        let v = self.get(b);
        let p = self.shaped(v, shape_ids::list);
        let [x, y, step] = [x, y, step].map(|k| self.tree.i64(k));
        let r = self.make_part([p, x, y, step]);
        self.set(i.a.into(), r);
        Ok(true)
    }
    fn exact_list(&self, r: u32) -> bool {
        self.vm().is_exact(self.live(r), shape_ids::list)
    }

    /// Records slices; false where it is none of ours.
    pub(super) fn slices(&mut self, op: B, i: &Instr) -> Rec<bool> {
        let (b, c) = (u32::from(i.b), u32::from(i.c));
        if let Some(m) = self.moving.clone() {
            let at = self.top().at;
            if at == m.get {
                self.top_mut().shadow[m.reg as usize] = None;
                return Ok(true);
            }
            if at == m.set {
                if self.move_items(&m, i)? {
                    self.moving = None;
                    return Ok(true);
                }
                // Another length or kind: the part is made after all.
                let made = self.make_part(m.part);
                self.moving = None;
                self.set(m.reg, made);
            }
        }
        match op {
            B::GETSLICE if self.exact_list(b) && self.is_bound(c) && self.is_bound(c + 1) => {
                let Some(r) = self.part(b, c, 1)? else { return Ok(false) };
                self.set(i.a.into(), r);
                Ok(true)
            }
            B::SETSLICE
                if self.exact_list(i.a.into())
                    && self.exact_list(c)
                    && self.is_bound(b)
                    && self.is_bound(b + 1) =>
            {
                let (Some(x), Some(y)) = (self.bound_of(b, 0), self.bound_of(b + 1, i64::MAX)) else {
                    return Ok(false);
                };
                let (l, m) = (self.get(i.a.into()), self.get(c));
                let (l, m) = (self.shaped(l, shape_ids::list), self.shaped(m, shape_ids::list));
                let e = self.exit(ExitReason::Raise);
                self.b().call(Intrinsic::ListSetPart, &[l, x, y, m], Some(e));
                Ok(true)
            }
            B::BUILD_SLICE => {
                let at = self.top().at;
                let Some(next) = self.top().co.data.instrs.get(at as usize + 1).copied() else {
                    return Ok(false);
                };
                let l = u32::from(next.b);
                if next.opcode() != B::GETITEM
                    || next.c != i.a
                    || next.b == i.a
                    || self.top().live.has(at + 2, i.a.into()) && next.a != i.a
                    || !self.exact_list(l)
                    || !self.is_bound(b)
                    || !self.is_bound(b + 1)
                {
                    return Ok(false);
                }
                let mut step = 1;
                if c == 3 {
                    let s = self.get(b + 2);
                    match self.tree.int(s) {
                        Some(k) if k != 0 && k.unsigned_abs() < 1 << 20 => step = k,
                        _ => return Ok(false),
                    }
                }
                let part = self.part(l, b, step)?;
                if self.moving.is_some() {
                    self.top_mut().shadow[i.a as usize] = None;
                    return Ok(true);
                }
                let Some(r) = part else { return Ok(false) };
                self.sliced = Some((at + 1, r));
                self.top_mut().shadow[i.a as usize] = None;
                Ok(true)
            }
            B::GETITEM if self.sliced.is_none() => self.constant_slice(i),
            B::GETITEM => {
                let at = self.top().at;
                match self.sliced.take() {
                    Some((k, r)) if k == at => {
                        self.set(i.a.into(), r);
                        Ok(true)
                    }
                    _ => Ok(false),
                }
            }
            _ => Ok(false),
        }
    }
}

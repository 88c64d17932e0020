//! Slices of lists: `l[a:b:s]` and `l[a:b] = m`, with bounds that are ints or left out.
//!
//! `BUILD_SLICE` is recorded together with the `GETITEM` behind it, at the former's place: it has no effect, so an exit
//! may go back to it, and the slice object is never needed.

use super::frames::{Kind, kind};
use super::{Rec, Recorder};
use taipan_bytecode::{Instr, Op as B};
use taipan_runtime::vm::shape_ids;
use taipan_trace_ir::{ExitReason, Intrinsic, Op, Val};

impl Recorder {
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
        let e = self.exit(ExitReason::Raise);
        let r = self.b().call(Intrinsic::ListPart, &[p, x, y, s], Some(e));
        Ok(Some(self.b().op(Op::BoxPtr, &[r])))
    }
    fn exact_list(&self, r: u32) -> bool {
        self.vm().is_exact(self.live(r), shape_ids::list)
    }

    /// Records slices; false where it is none of ours.
    pub(super) fn slices(&mut self, op: B, i: &Instr) -> Rec<bool> {
        let (b, c) = (u32::from(i.b), u32::from(i.c));
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
                let Some(r) = self.part(l, b, step)? else { return Ok(false) };
                self.sliced = Some((at + 1, r));
                self.top_mut().shadow[i.a as usize] = None;
                Ok(true)
            }
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

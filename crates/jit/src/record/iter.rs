//! Iteration: ranges, lists and tuples in the three registers of an iterator; anything else residually.

use super::frames::Kind;
use super::{Expect, Rec, Recorder};
use taipan_bytecode::{Instr, Op as B};
use taipan_runtime::objects::list::{List, Storage};
use taipan_runtime::objects::range::Range;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{INT_MAX, INT_MIN, Value};
use taipan_trace_ir::{ExitReason, Op, Ty, Val};

impl Recorder {
    /// Records iteration; false where it is none of ours.
    pub(super) fn iterate(&mut self, op: B, i: &Instr) -> Rec<bool> {
        match op {
            B::GET_ITER => self.get_iter(i),
            B::MOVE_ITER => {
                let v = self.get(i.b.into());
                let live = self.live(i.b.into());
                let exact = |shape| self.vm().is_exact(live, shape);
                if exact(shape_ids::list) || exact(shape_ids::tuple) || exact(shape_ids::range) {
                    return self.get_iter(i);
                }
                if live.is_ptr() {
                    // SAFETY: a live object.
                    let shape = unsafe { (*live.as_header()).shape() };
                    self.shaped(v, shape);
                }
                let u = self.tree.value(Value::UNBOUND.bits());
                self.set(i.a.into(), v);
                self.set(i.a as u32 + 1, u);
                self.set(i.a as u32 + 2, u);
                Ok(true)
            }
            B::FOR_ITER | B::LOOP_FOR_ITER => self.for_iter(op, i),
            _ => Ok(false),
        }
    }

    fn set3(&mut self, a: u16, v: [Val; 3]) {
        for (k, v) in v.into_iter().enumerate() {
            self.set(a as u32 + k as u32, v);
        }
    }

    fn get_iter(&mut self, i: &Instr) -> Rec<bool> {
        let live = self.live(i.b.into());
        let v = self.get(i.b.into());
        let immediate = |k: i64| (INT_MIN..=INT_MAX).contains(&k);
        if let Some(r) = live.cast::<Range>() {
            let (a, n, s) = (r.raw_start, r.raw_len, r.raw_step);
            let end = n.checked_mul(s).and_then(|d| d.checked_add(a));
            if n < 0 || !immediate(n) || !immediate(a) || !immediate(s) || !end.is_some_and(immediate) {
                return Ok(false);
            }
            if let Some(&(start, len, step)) = self.ranges.get(&v) {
                self.set3(i.a, [len, start, step]);
                return Ok(true);
            }
            // Bounds under which the end is an immediate too; the live range lies within.
            let (most, steps) = if s.abs() < 32 { (1i64 << 40, 32) } else { (1 << 26, 1 << 20) };
            let far = 1i64 << 45;
            if n >= most || s.abs() >= steps || a < -far || a >= far {
                return Ok(false);
            }
            let p = self.shaped(v, shape_ids::range);
            let (ms, ml, mt) = (self.mem("range.start"), self.mem("range.len"), self.mem("range.step"));
            let start = self.b().load(p, ms);
            let len = self.b().load(p, ml);
            let step = self.b().load(p, mt);
            self.require_within(len, 0, most);
            self.require_within(start, -far, far);
            self.require_within(step, -steps, steps);
            self.set3(i.a, [len, start, step]);
            return Ok(true);
        }
        if self.vm().is_exact(live, shape_ids::list) || self.vm().is_exact(live, shape_ids::tuple) {
            let shape = if live.cast::<List>().is_some() { shape_ids::list } else { shape_ids::tuple };
            self.shaped(v, shape);
            let zero = self.tree.i64(0);
            let u = self.tree.value(Value::UNBOUND.bits());
            self.set3(i.a, [v, zero, u]);
            return Ok(true);
        }
        if self.is_steps(live) {
            // An iterator is its own iterator.
            // SAFETY: a live object.
            let shape = unsafe { (*live.as_header()).shape() };
            self.shaped(v, shape);
            let u = self.tree.value(Value::UNBOUND.bits());
            self.set3(i.a, [v, u, u]);
            return Ok(true);
        }
        Ok(false)
    }

    /// Guards that an int is at least `lo` and less than `hi`, as the live one is.
    pub(super) fn require_within(&mut self, v: Val, lo: i64, hi: i64) {
        if self.tree.int(v).is_some_and(|k| k >= lo && k < hi) {
            return;
        }
        let (k, n) = (self.tree.i64(-lo), self.tree.i64(hi - lo));
        let s = if lo == 0 { v } else { self.b().op(Op::Add, &[v, k]) };
        let x = self.exit(ExitReason::Overflow);
        self.b().guard(Op::GuardBounds, &[s, n], x);
    }

    fn for_iter(&mut self, op: B, i: &Instr) -> Rec<bool> {
        let looped = op == B::LOOP_FOR_ITER;
        let p = u32::from(i.b);
        let at = self.top().at;
        let target = self.jump_target(i);
        let (item_at, end_at) = if looped { (target, at + 1) } else { (at + 1, target) };
        let live = self.live(p);
        let index = self.live(p + 1);
        if live.is_int() {
            let n = self.operand(p);
            let current = self.operand(p + 1);
            let step = self.operand(p + 2);
            if [n, current, step].iter().any(|&v| self.tree.ty(v) != Ty::I64) {
                return Ok(false);
            }
            let zero = self.tree.i64(0);
            let end = self.b().op(Op::Eq, &[n, zero]);
            if live.as_int() == 0 {
                if self.tree.bits(end).is_none() {
                    let x = self.exit(ExitReason::LoopEnd);
                    self.b().guard(Op::GuardTrue, &[end], x);
                }
                self.expect = Expect::At(end_at, end_at);
                return Ok(true);
            }
            if self.tree.int(n).is_none() {
                let x = self.exit_at(end_at, ExitReason::LoopEnd);
                self.b().guard(Op::GuardFalse, &[end], x);
            }
            if looped {
                self.poll_at(at);
            }
            let less = self.tree.i64(-1);
            let n = self.b().op(Op::Add, &[n, less]);
            let next = self.b().op(Op::Add, &[current, step]);
            self.set(p, n);
            self.set(p + 1, next);
            self.set(i.a.into(), current);
            self.expect = Expect::At(item_at, item_at);
            return Ok(true);
        }
        if let Some(k) = index.to_int() {
            return self.for_items(i, live, k, looped, item_at, end_at);
        }
        self.for_object(i, live, looped, item_at, end_at)
    }

    fn for_items(
        &mut self,
        i: &Instr,
        live: Value,
        k: i64,
        looped: bool,
        item_at: u32,
        end_at: u32,
    ) -> Rec<bool> {
        let p = u32::from(i.b);
        let index = self.operand(p + 1);
        if self.tree.ty(index) != Ty::I64 {
            return Ok(false);
        }
        let v = self.get(p);
        let list = live.cast::<List>();
        let tuple = live.cast::<Tuple>();
        let (base, storage, len) = if let Some(l) = list {
            if super::frames::kind(self.vm(), live) != Kind::Object(shape_ids::list) {
                return Ok(false);
            }
            if k as usize >= l.len() {
                // The end: whatever the storage.
                let p = self.shaped(v, shape_ids::list);
                let m = self.mem("list.len");
                let len = self.b().load(p, m);
                return self.items_end(i, index, len, end_at);
            }
            let Some((l, s)) = self.list(v, live) else { return Ok(false) };
            let m = self.mem("list.len");
            let len = self.b().load(l, m);
            (l, Some(s), len)
        } else if let Some(t) = tuple {
            let q = self.shaped(v, shape_ids::tuple);
            let m = self.mem("tuple.len");
            let len = self.b().load(q, m);
            if k as usize >= t.len() {
                return self.items_end(i, index, len, end_at);
            }
            (q, None, len)
        } else {
            return Ok(false);
        };
        let x = self.exit(ExitReason::LoopEnd);
        let at = self.b().guard(Op::GuardBounds, &[index, len], x);
        if looped {
            let here = self.top().at;
            self.poll_at(here);
        }
        let item = match storage {
            Some(s) => {
                let data = self.items_base(base, s);
                let m = self.mem(match s {
                    Storage::Int => "item.int",
                    Storage::Float => "item.float",
                    Storage::Bool => "item.bool",
                    _ => "item.value",
                });
                self.b().loadx(data, at, m)
            }
            None => {
                let m = self.mem("tuple.item");
                self.b().loadx(base, at, m)
            }
        };
        let one = self.tree.i64(1);
        let next = self.b().op(Op::Add, &[at, one]);
        self.set(p + 1, next);
        self.set(i.a.into(), item);
        self.expect = Expect::At(item_at, item_at);
        Ok(true)
    }

    fn items_end(&mut self, i: &Instr, index: Val, len: Val, end_at: u32) -> Rec<bool> {
        let more = self.b().op(Op::Lt, &[index, len]);
        if self.tree.bits(more).is_none() {
            let x = self.exit(ExitReason::LoopEnd);
            self.b().guard(Op::GuardFalse, &[more], x);
        }
        let done = self.tree.i64(INT_MAX);
        self.set(u32::from(i.b) + 1, done);
        self.expect = Expect::At(end_at, end_at);
        Ok(true)
    }
}

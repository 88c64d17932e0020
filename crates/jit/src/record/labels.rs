//! Loop headers: placing them at back edges, and closing loops by jumping to them.
//!
//! Every back edge that a trace meets for the first time gets a label: all live registers become parameters, unboxed
//! where the loop's own instructions touch them. Meeting it again, on the same trace or on a side trace below it,
//! jumps there. Where types differ from the parameters' (an accumulator that was an int the first time round), another
//! label with the present types is placed, and the loop closes on that one.

use super::frames::{Kind, kind};
use super::{Outcome, Rec, Recorder};
use crate::live::accessed;
use crate::tree::{FUNC_REG, FrameKey, INIT_REG, LabelInfo};
use taipan_bytecode::Instr;
use taipan_runtime::vm::exec::Pc;
use taipan_trace_ir::{SnapVal, Ty, Val};

impl Recorder {
    pub(super) fn key(&self) -> Vec<FrameKey> {
        // Objects are aligned: the low bits are free for what becomes of the frame's result.
        let bits = |f: &super::Frame| {
            let func = match f.func_val {
                None => 0,
                Some(v) if self.tree.is_const(v) => f.func.value().bits(),
                Some(_) => 4,
            };
            func | f.link as u64
        };
        self.frames.iter().map(|f| (f.code, f.at, bits(f))).collect()
    }

    /// A back edge is about to run.
    pub(super) fn at_loop(&mut self, pc: Pc) -> Rec<Outcome> {
        let key = self.key();
        let mut versions = 0;
        for k in (0..self.labels.len()).rev() {
            if self.labels[k].key != key || !self.visible(&self.labels[k]) {
                continue;
            }
            versions += 1;
            let info = self.labels[k].clone();
            if self.closes(&info) {
                return self.close(&info);
            }
        }
        if versions >= self.limits.versions {
            return self.leave();
        }
        // Another tree has this loop: go there, unless this is a tree of an outer loop, which takes it in.
        if versions == 0 && self.leaves_to(pc) {
            return self.leave();
        }
        self.place(key);
        Ok(Outcome::Continue)
    }

    /// Does another tree have this loop, such that it is better entered than copied?
    fn leaves_to(&self, pc: Pc) -> bool {
        if self.from.is_none() || pc == self.anchor || self.frames.len() != 1 {
            return false;
        }
        // SAFETY: an instruction of a running frame's loaded code.
        let i = unsafe { &*pc };
        i.op == taipan_interp::jit::enter_offset()
            && self.worth.borrow().get(i.d as usize).is_some_and(|&ns| u64::from(ns) >= self.limits.absorb)
    }

    /// A `for` loop is about to be entered at `at`. Its back edge, run now, would do the same: where that has a label
    /// in sight, or code of its own, the trace ends there, and no copy of the loop's first round is made.
    pub(super) fn at_loop_entry(&mut self, at: u32, i: &Instr) -> Rec<bool> {
        let co = self.top().co;
        let end = (i64::from(at) + 1 + i64::from(i.e as i32)) as u32;
        let Some(back) = end.checked_sub(1).filter(|&q| q > at) else { return Ok(false) };
        let q = &co.data.instrs[back as usize];
        let same = q.opcode() == taipan_bytecode::Op::LOOP_FOR_ITER && (q.a, q.b) == (i.a, i.b);
        if !same || q.jump_target(back as usize) != Some(i64::from(at) + 1) {
            return Ok(false);
        }
        // SAFETY: an instruction of the frame's loaded code.
        let pc: Pc = unsafe { co.block.get().cast::<Instr>().add(back as usize) };
        self.top_mut().at = back;
        let key = self.key();
        let mut seen = false;
        for k in (0..self.labels.len()).rev() {
            if self.labels[k].key != key || !self.visible(&self.labels[k]) {
                continue;
            }
            seen = true;
            let info = self.labels[k].clone();
            if self.closes(&info) {
                self.close(&info)?;
                return Ok(true);
            }
        }
        if !seen && self.leaves_to(pc) {
            self.leave()?;
            return Ok(true);
        }
        self.top_mut().at = at;
        Ok(false)
    }

    /// The parameter's type for a register that now is `v`, or `None` where it does not fit.
    pub(super) fn fits(&self, ty: Ty, v: Option<Val>, live: taipan_runtime::Value) -> bool {
        let now = v.map_or(Ty::Value, |v| self.tree.ty(v));
        if ty == now || ty == Ty::Value {
            return true;
        }
        if now != Ty::Value {
            return false;
        }
        let k = kind(self.vm(), live);
        match ty {
            Ty::I64 => matches!(k, Kind::Int(_)),
            Ty::F64 => k == Kind::Float,
            Ty::Bool => k == Kind::Bool,
            _ => false,
        }
    }

    /// The node of register `r` of frame `f`, or of its function, or of the instance that its `__init__` makes ready.
    fn carried(&mut self, f: usize, r: u32) -> Val {
        let v = match r {
            INIT_REG => self.frames[f].init,
            FUNC_REG => self.frames[f].func_val,
            _ => return self.get_in(f, r),
        };
        self.box_val(v.expect("frames of a loop are alike"))
    }

    pub(super) fn live_in(&self, f: usize, r: u32) -> taipan_runtime::Value {
        // SAFETY: a register of a frame on the stack.
        unsafe { *self.frames[f].regs.add(r as usize) }
    }

    fn closes(&self, l: &LabelInfo) -> bool {
        l.params.iter().all(|&(f, r, p)| {
            matches!(r, INIT_REG | FUNC_REG)
                || self.fits(self.tree.ty(p), self.frames[f].shadow[r as usize], self.live_in(f, r))
        })
    }

    fn close(&mut self, l: &LabelInfo) -> Rec<Outcome> {
        // Guards first: their exits are at this back edge, where nothing has happened yet.
        for &(f, r, p) in &l.params {
            if self.tree.ty(p) != Ty::Value {
                let v = self.get_in(f, r);
                let live = self.live_in(f, r);
                self.unbox(v, live);
            }
        }
        let mut args = Vec::with_capacity(l.params.len());
        for &(f, r, p) in &l.params {
            let mut v = self.carried(f, r);
            if self.tree.ty(p) == Ty::Value {
                v = self.box_val(v);
            }
            if self.tree.ty(v) != self.tree.ty(p) {
                return Err(crate::stats::Abort::Other);
            }
            args.push(v);
        }
        let label = l.label;
        self.b().jump(label, &args);
        self.closed = true;
        if l.trace == self.trace {
            self.round = Some((self.instructions - l.counts.0, self.residuals - l.counts.1));
        }
        Ok(Outcome::Done)
    }

    fn place(&mut self, key: Vec<FrameKey>) {
        let last = self.frames.len() - 1;
        let mut regs: Vec<(usize, u32)> = vec![];
        for k in 0..=last {
            let f = &self.frames[k];
            let live = if k == last { f.live.at(f.at) } else { self.across(k) };
            let used = if k == last {
                let i = &f.co.data.instrs[f.at as usize];
                let to = i.jump_target(f.at as usize).unwrap_or(f.at as i64).max(0) as u32;
                accessed(&f.co.data, to.min(f.at), f.at)
            } else {
                vec![false; f.co.nregs as usize]
            };
            for r in live {
                if let Some(v) = self.preloaded(k, r) {
                    if self.frames[k].shadow[r as usize].is_some() {
                        self.frames[k].shadow[r as usize] = Some(self.constant(v));
                    }
                    continue;
                }
                regs.push((k, r));
                if used[r as usize] {
                    let v = self.get_in(k, r);
                    let live = self.live_in(k, r);
                    self.unbox(v, live);
                }
            }
        }
        // Another round of a loop around this one makes another instance.
        regs.extend((0..=last).filter(|&k| self.frames[k].init.is_some()).map(|k| (k, INIT_REG)));
        // So it may make another closure.
        let closure = |f: &super::Frame| f.func_val.is_some_and(|v| !self.tree.is_const(v));
        regs.extend((0..=last).filter(|&k| closure(&self.frames[k])).map(|k| (k, FUNC_REG)));
        let init: Vec<Val> = regs.iter().map(|&(k, r)| self.carried(k, r)).collect();
        let exits = self.tree.exits.len();
        let (label, params) = self.b().label(&init);
        let params: Vec<(usize, u32, Val)> = regs.iter().zip(params).map(|(&(k, r), p)| (k, r, p)).collect();
        for &(k, r, p) in &params {
            match r {
                INIT_REG => self.frames[k].init = Some(p),
                FUNC_REG => self.frames[k].func_val = Some(p),
                _ => self.frames[k].shadow[r as usize] = Some(p),
            }
        }
        // What is not live is not carried: nobody reads it before writing it.
        for f in 0..=last {
            for r in 0..self.frames[f].shadow.len() {
                if !params.iter().any(|&(k, q, _)| k == f && q as usize == r)
                    && self.frames[f].shadow[r].is_some_and(|v| !self.tree.is_const(v))
                    && f == last
                {
                    self.frames[f].shadow[r] = None;
                }
            }
        }
        let at = self.top().at;
        let snap = self.snapshot(at);
        debug_assert!(snap.frames.iter().all(|f| f.regs.iter().all(|(_, s)| matches!(s, SnapVal::Val(_)))));
        self.exit_trace.push(self.trace);
        self.b().set_label_exit(label, snap);
        let counts = (self.instructions, self.residuals);
        self.labels.push(LabelInfo {
            label,
            trace: self.trace,
            exits,
            until: usize::MAX,
            key,
            counts,
            params,
        });
        self.ranges.clear();
    }
}

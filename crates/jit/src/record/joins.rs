//! Joins: where a side trace meets its parent again.
//!
//! A branch that goes both ways would double all that follows it, up to the loop header, at each further branch again.
//! So a trace places a join where the ways from each of its branches meet ([`crate::flow`]): every register that may
//! have been written on another way, and all that was recorded since the branch, becomes a parameter, and what the
//! trace knows of it beyond its type is forgotten. A side trace that comes to the same place, in the same frames, with
//! values that fit, jumps there and is complete. A branch whose ways only meet in the return of an inlined function
//! has its join behind the call.
//!
//! Joins that nobody jumps to are taken out before the passes see them, so they cost a few nodes in the recording
//! only.

use super::{Outcome, Rec, Recorder};
use crate::flow::written;
use crate::tree::{JoinInfo, JoinRest};
use taipan_trace_ir::{ExitReason, Op, Ty, Val};

/// A branch whose join is still to come.
pub(super) struct Open {
    /// Frames at the join.
    depth: usize,
    /// The instruction of the join; none: behind the return.
    at: Option<u32>,
    /// Registers of the frame that the other way may write; none for behind the return.
    written: Vec<bool>,
    /// Nodes and exits in front of the guard.
    mark: usize,
    exits: usize,
}

impl Recorder {
    /// The guard of the branch at `here` of the top frame was recorded; in front of it there were so many nodes and
    /// exits.
    pub(super) fn opened(&mut self, here: u32, mark: usize, exits: usize) {
        if !self.limits.joins {
            return;
        }
        let top = self.top();
        let info = &self.codes[top.code as usize];
        let Some(at) = info.flow().join(here) else { return };
        let depth = self.frames.len();
        let written = if at.is_some() { written(&info.code.data, here, at) } else { vec![] };
        if at.is_none() && depth == 1 {
            return;
        }
        self.opens.push(Open { depth, at, written, mark, exits });
    }

    /// The top frame, which returned to instruction `at` of its caller, is gone; the result is in register `result`.
    pub(super) fn returned(&mut self, at: u32, result: Option<u32>) {
        let depth = self.frames.len();
        let n = self.top().co.nregs as usize;
        for o in self.opens.iter_mut().filter(|o| o.depth > depth) {
            o.depth = depth;
            o.at = Some(at + 1);
            o.written = vec![false; n];
            if let Some(r) = result {
                o.written[r as usize] = true;
            }
        }
    }

    /// Does the exit that this side trace hangs off, or a trace above it, lie between the join's branch and the join?
    fn ahead(&self, j: &JoinInfo) -> bool {
        let mut t = self.trace;
        while let Some(x) = self.tree.traces[t.ix()].parent {
            t = self.exit_trace[x.ix()];
            if t == j.trace {
                return (j.first..j.exits).contains(&x.ix());
            }
        }
        false
    }

    /// Goes to a join of a trace above, if there is one here.
    pub(super) fn meets(&mut self) -> Rec<Option<Outcome>> {
        if !self.limits.joins || self.from.is_none() || self.putting_off() || self.joins.is_empty() {
            return Ok(None);
        }
        let at = self.top().at;
        let code = self.top().code;
        let here = |j: &JoinInfo| j.key.last().is_some_and(|k| (k.0, k.1) == (code, at));
        if !self.joins.iter().any(here) {
            return Ok(None);
        }
        let key = self.key();
        for k in (0..self.joins.len()).rev() {
            if self.joins[k].key == key && self.ahead(&self.joins[k]) {
                let j = self.joins[k].clone();
                if self.agrees(&j) {
                    return self.join(&j).map(Some);
                }
            }
        }
        Ok(None)
    }

    /// Is `v` the value `known`, perhaps known better?
    fn refines(&self, mut v: Val, known: Val) -> bool {
        while v != known {
            let n = self.tree.node(v);
            if !n.op.is_guard() || n.args.is_empty() || n.ty == Ty::Void {
                return false;
            }
            v = n.args[0];
        }
        true
    }

    /// Must this register be checked to hold the constant that the parent knows it to hold?
    fn unchecked(&self, r: &JoinRest) -> bool {
        let now = self.frames[r.frame].shadow[r.reg as usize];
        r.value.is_some_and(|v| self.tree.is_const(v) && now != Some(v))
    }

    fn agrees(&self, j: &JoinInfo) -> bool {
        let params = j.params.iter().all(|&(f, r, p)| {
            self.fits(self.tree.ty(p), self.frames[f].shadow[r as usize], self.live_in(f, r))
        });
        let own = |r: &JoinRest, v: Val| {
            r.frame == 0 && self.tree.op(v) == Op::Reg && self.tree.node(v).imm == u64::from(r.reg)
        };
        let rest = j.rest.iter().all(|r| {
            let now = self.frames[r.frame].shadow[r.reg as usize];
            match (r.value, now) {
                (None, None) => true,
                (Some(v), None) | (None, Some(v)) if own(r, v) => true,
                (Some(v), Some(w)) if self.refines(w, v) => true,
                (Some(v), now) if self.tree.is_const(v) => {
                    // It is now: a guard will say so.
                    let boxed = now.is_none_or(|w| self.tree.ty(w) == Ty::Value && !self.tree.is_const(w));
                    let live = self.live_in(r.frame, r.reg).bits();
                    boxed && self.word(v) == Some(live)
                }
                _ => false,
            }
        });
        let frames =
            self.frames.iter().zip(&j.frames).all(|(f, &(func, init))| f.func_val == func && f.init == init);
        params && rest && frames
    }

    /// A constant's boxed word, where that says it all.
    fn word(&self, v: Val) -> Option<u64> {
        let n = self.tree.node(v);
        match (n.op, n.ty) {
            (Op::Obj, Ty::Value) => Some(self.tree.objs[n.imm as usize].bits),
            (Op::Const, Ty::Value) => Some(n.imm),
            _ => None,
        }
    }

    fn join(&mut self, j: &JoinInfo) -> Rec<Outcome> {
        // Guards first: where they fail nothing has happened yet.
        for r in &j.rest {
            if self.unchecked(r)
                && let Some(k) = r.value
            {
                let v = self.get_in(r.frame, r.reg);
                if self.tree.ty(v) != Ty::Value {
                    return Err(crate::stats::Abort::Other);
                }
                let x = self.exit(ExitReason::Value);
                self.b().guard(Op::GuardIs, &[v, k], x);
            }
        }
        for &(f, r, p) in &j.params {
            if self.tree.ty(p) != Ty::Value {
                let v = self.get_in(f, r);
                let live = self.live_in(f, r);
                self.unbox(v, live);
            }
        }
        let mut args = Vec::with_capacity(j.params.len());
        for &(f, r, p) in &j.params {
            let mut v = self.get_in(f, r);
            if self.tree.ty(p) == Ty::Value {
                v = self.box_val(v);
            }
            if self.tree.ty(v) != self.tree.ty(p) {
                return Err(crate::stats::Abort::Other);
            }
            args.push(v);
        }
        self.b().jump(j.label, &args);
        self.closed = true;
        self.joined = true;
        Ok(Outcome::Done)
    }

    /// Places a join, if branches of this trace meet here.
    pub(super) fn place_join(&mut self) {
        let (depth, at) = (self.frames.len(), self.top().at);
        let here = |o: &Open| o.depth == depth && o.at == Some(at);
        let Some(first) = self.opens.iter().position(here) else { return };
        let mut used = vec![false; self.top().co.nregs as usize];
        // Those that were opened since are inside. The first was opened first.
        let inside: Vec<Open> = self.opens.drain(first..).collect();
        let (mark, exits) = (inside[0].mark, inside[0].exits);
        for o in inside.iter().filter(|o| here(o)) {
            used.iter_mut().zip(&o.written).for_each(|(u, w)| *u |= *w);
        }
        let last = depth - 1;
        let (mut params, mut rest, mut loaded) = (vec![], vec![], vec![]);
        for k in 0..=last {
            let f = &self.frames[k];
            let live = if k == last { f.live.at(at) } else { self.across(k) };
            let mut new = f.shadow.clone();
            for (r, s) in new.iter_mut().enumerate() {
                let lost = s.is_some_and(|v| v.ix() >= mark && !self.tree.is_const(v));
                if live.contains(&(r as u32)) {
                    if let Some(v) = self.preloaded(k, r as u32) {
                        // On all ways the same.
                        loaded.extend(s.map(|_| (k, r, v)));
                    } else if lost || k == last && used[r] {
                        params.push((k, r as u32));
                    } else {
                        rest.push(JoinRest { frame: k, reg: r as u32, value: *s });
                    }
                } else if lost {
                    *s = None;
                }
            }
            self.frames[k].shadow = new;
        }
        for (k, r, v) in loaded {
            self.frames[k].shadow[r] = Some(self.constant(v));
        }
        let init: Vec<Val> = params.iter().map(|&(k, r)| self.get_in(k, r)).collect();
        let (label, vals) = self.b().join(&init);
        let params: Vec<(usize, u32, Val)> = params.iter().zip(vals).map(|(&(k, r), p)| (k, r, p)).collect();
        for &(k, r, p) in &params {
            self.frames[k].shadow[r as usize] = Some(p);
        }
        self.ranges.retain(|v, _| v.ix() < mark);
        // Headers since the branch are not above what comes now.
        let now = self.tree.exits.len();
        for l in self.labels.iter_mut().filter(|l| l.trace == self.trace && l.exits >= exits) {
            l.until = l.until.min(now);
        }
        let info = JoinInfo {
            label,
            trace: self.trace,
            first: exits,
            exits: now,
            key: self.key(),
            params,
            rest,
            frames: self.frames.iter().map(|f| (f.func_val, f.init)).collect(),
        };
        self.joins.push(info);
        self.joins_placed += 1;
    }
}

//! Residual instructions: left to the interpreter's general form, with declared effects.

use super::{Expect, Outcome, Pending, Rec, Recorder};
use crate::ctx::ARGS;
use crate::stats::Abort;
use crate::tree::{Site, SiteFrame, SiteKind};
use std::rc::Rc;
use taipan_bytecode::{Instr, Op as B};
use taipan_runtime::vm::exec::{Pc, Regs};
use taipan_runtime::{PyResult, Value};
use taipan_trace_ir::{ExitReason, Intrinsic, Op, Ty, Val};

impl Recorder {
    /// Makes the site of a residual call.
    fn site(&mut self, kind: SiteKind, pc: Pc, i: &Instr) -> Rc<Site> {
        let (mut reads, mut writes, mut kills) = (vec![], vec![], vec![]);
        i.registers(|r| reads.push(r), |w| writes.push(w), |k| kills.push(k));
        writes.append(&mut kills);
        if kind == SiteKind::Next {
            reads.truncate(1);
            writes = vec![u32::from(i.a)];
        }
        let op = i.op;
        let mut frames = vec![];
        for k in 1..self.frames.len() {
            let (caller, f) = (&self.frames[k - 1], &self.frames[k]);
            let block = caller.co.block.get().cast::<Instr>();
            frames.push(SiteFrame {
                window: f.window,
                closure: None,
                func: f.func.value(),
                // SAFETY: an instruction of the caller's loaded code.
                call: unsafe { block.add(caller.at as usize) },
                link: f.link,
            });
        }
        let mut variables = vec![];
        if self.limits.watched {
            for (k, f) in self.frames.iter().enumerate() {
                variables.extend(crate::live::variables(&f.co.data).into_iter().map(|r| (k as u32, r)));
            }
            let last = self.frames.len() as u32 - 1;
            variables.retain(|&(k, r)| k != last || !reads.contains(&r) && !writes.contains(&r));
        }
        let mut words = reads.len() + variables.len();
        for (f, frame) in frames.iter_mut().zip(&self.frames[1..]) {
            if frame.func_val.is_some_and(|v| !self.tree.is_const(v)) {
                f.closure = Some(words);
                words += 1;
            }
        }
        let opcode = i.opcode();
        let s = Rc::new(Site { kind, pc, op, opcode, frames, reads, writes, variables });
        self.sites.push(s.clone());
        s
    }

    /// Emits a residual call; the result is what the site's first register gets.
    fn emit(&mut self, site: &Rc<Site>) -> Rec<Val> {
        let words = site.reads.len() + site.writes.len() + site.variables.len();
        // What has an effect cannot be done twice: see `slices.rs`.
        if words > ARGS || self.moving.is_some() {
            return Err(Abort::Opcode);
        }
        self.residuals += match site.kind {
            // It may resume a generator, which takes an activation of the interpreter here.
            SiteKind::Next => 4,
            _ => 1,
        };
        let mut reads: Vec<Val> = site.reads.iter().map(|&r| self.get(r)).collect();
        for &(f, r) in &site.variables {
            reads.push(self.get_in(f as usize, r));
        }
        let mut args: Vec<Val> = reads.into_iter().map(|v| self.box_val(v)).collect();
        for k in 0..site.frames.len() {
            if let (Some(_), Some(v)) = (site.frames[k].closure, self.frames[k + 1].func_val) {
                args.push(self.box_val(v));
            }
        }
        if args.len() > ARGS {
            return Err(Abort::Opcode);
        }
        // Functions that are constants in frames must live as long as the tree.
        for f in &site.frames {
            let name = "function";
            self.tree.add_obj(name, f.func.bits());
        }
        for v in args {
            self.b().call(Intrinsic::ArgPush, &[v], None);
        }
        let id = self.tree.u64(Rc::as_ptr(site) as u64);
        let at = self.top().at;
        let (pc, n) = (self.tree.i64(at as i64), self.tree.i64(site.reads.len() as i64));
        let x = self.exit(ExitReason::Raise);
        Ok(self.b().call(Intrinsic::PyInstr, &[id, pc, n], Some(x)))
    }

    /// Records an instruction residually.
    pub(super) fn residual(&mut self, op: B, i: &Instr, pc: Pc) -> Rec<Outcome> {
        match op {
            B::FOR_ITER | B::LOOP_FOR_ITER => return self.residual_next(op, i, pc),
            B::CALL => return self.residual_call(SiteKind::Call, i, pc),
            B::CALL_METHOD => return self.residual_call(SiteKind::Method, i, pc),
            B::CALL_KW => return self.residual_call(SiteKind::CallKw, i, pc),
            B::CALL_METHOD_KW => return self.residual_call(SiteKind::MethodKw, i, pc),
            _ => {}
        }
        if op.is_terminator() || i.clobbers_from().is_some() {
            return Err(Abort::Opcode);
        }
        if op.is_jump() {
            if op.is_loop() {
                let at = self.top().at;
                self.poll_at(at);
            }
            let site = self.site(SiteKind::Branch, pc, i);
            let v = self.emit(&site)?;
            let yes = self.tree.value(Value::TRUE.bits());
            let cond = self.same(v, yes);
            let (target, at) = (self.jump_target(i), self.top().at);
            self.expect = Expect::At(at + 1, target);
            self.pending = Pending::Branch { cond, jumps: true, target, poll: false };
            return Ok(Outcome::Continue);
        }
        let site = self.site(SiteKind::Instr, pc, i);
        let first = self.emit(&site)?;
        for (k, &r) in site.writes.iter().enumerate() {
            let v = if k == 0 {
                first
            } else {
                let n = self.tree.i64(k as i64);
                self.b().call(Intrinsic::ResultGet, &[n], None)
            };
            self.set(r, v);
        }
        Ok(Outcome::Continue)
    }

    /// Runs a site where the interpreter is at it; that time is not the recording's.
    ///
    /// # Safety
    /// As [`crate::residual::direct`].
    unsafe fn run_site(&mut self, site: &Site, r: Regs) -> PyResult {
        let start = std::time::Instant::now();
        // SAFETY: by the caller's promise.
        let result = unsafe { crate::residual::direct(self.vm(), site, r) };
        self.away += start.elapsed().as_nanos() as u64;
        result
    }

    /// A call of anything.
    pub(super) fn residual_call(&mut self, kind: SiteKind, i: &Instr, pc: Pc) -> Rec<Outcome> {
        let site = self.site(kind, pc, i);
        let v = self.emit(&site)?;
        self.set(i.a.into(), v);
        // Run here what the trace will run: the callee's instructions are not part of the recording.
        let r = self.top().regs;
        // SAFETY: the frame is at this instruction; the result's register lies within it.
        unsafe {
            match self.run_site(&site, r) {
                Ok(x) => {
                    *r.add(i.a as usize) = x;
                    Ok(Outcome::Ran(pc.add(1)))
                }
                Err(e) => Ok(Outcome::Raised(e)),
            }
        }
    }

    /// The next item of an iterator object.
    ///
    /// Only for what keeps an object and nothing else in the three registers of an iterator: the other forms (a range's
    /// numbers, a list and an index) come to the same instruction when the code that makes the iterator is polymorphic.
    fn residual_next(&mut self, op: B, i: &Instr, pc: Pc) -> Rec<Outcome> {
        let p = u32::from(i.b);
        if !self.live(p + 1).is_unbound() {
            return Err(Abort::Opcode);
        }
        let form = self.boxed(p + 1);
        if !self.tree.is_const(form) {
            let x = self.exit(ExitReason::Type);
            let unbound = self.tree.value(Value::UNBOUND.bits());
            self.b().guard(Op::GuardIs, &[form, unbound], x);
        }
        if op.is_loop() {
            let at = self.top().at;
            self.poll_at(at);
        }
        let site = self.site(SiteKind::Next, pc, i);
        let v = self.emit(&site)?;
        self.after_next(i, v);
        let r = self.top().regs;
        let (target, at) = (self.jump_target(i), self.top().at);
        let block = self.top().co.block.get().cast::<Instr>();
        // SAFETY: the frame is at this instruction; targets lie within its code.
        unsafe {
            match self.run_site(&site, r) {
                Ok(x) => {
                    let ended = x.is_unbound();
                    if !ended {
                        *r.add(i.a as usize) = x;
                    }
                    let to = if ended == self.looped(i) { at + 1 } else { target };
                    Ok(Outcome::Ran(block.add(to as usize)))
                }
                Err(e) => Ok(Outcome::Raised(e)),
            }
        }
    }

    /// Leaves to the next step whether an iterator gave an item.
    pub(super) fn after_next(&mut self, i: &Instr, v: Val) {
        let unbound = self.tree.value(Value::UNBOUND.bits());
        let end = self.same(v, unbound);
        let (target, at) = (self.jump_target(i), self.top().at);
        self.expect = Expect::At(at + 1, target);
        self.pending = Pending::Next { end, item: v, a: i.a.into(), target, looped: self.looped(i) };
    }

    fn looped(&self, i: &Instr) -> bool {
        i.opcode() == B::LOOP_FOR_ITER
    }

    /// Finishes an iterator's step.
    pub(super) fn resolve_next(&mut self, end: Val, item: Val, a: u32, target: u32, looped: bool, at: u32) {
        let here = self.top().at;
        let ended = (at == target) != looped;
        let (item_at, end_at) = if looped { (target, here + 1) } else { (here + 1, target) };
        if ended {
            // The other way the item is in its register already.
            let was = self.top().shadow[a as usize];
            self.set(a, item);
            let x = self.exit_at(item_at, ExitReason::LoopEnd);
            self.top_mut().shadow[a as usize] = was;
            self.b().guard(Op::GuardTrue, &[end], x);
        } else {
            let x = self.exit_at(end_at, ExitReason::LoopEnd);
            self.b().guard(Op::GuardFalse, &[end], x);
            self.set(a, item);
        }
        debug_assert!(self.tree.ty(item) == Ty::Value);
    }
}

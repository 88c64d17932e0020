//! Calls of Python functions, inlined; returns.

use super::frames::Kind;
use super::{Expect, Frame, Outcome, Rec, Recorder};
use crate::stats::Abort;
use crate::tree::SiteKind;
use taipan_bytecode::{Instr, Op as B, flags};
use taipan_interp::call::Link;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::native::NativeFunction;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::exec::Pc;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Gc, Value};
use taipan_trace_ir::{ExitReason, Val};

impl Recorder {
    /// Records `CALL` and `CALL_METHOD`.
    pub(super) fn call(&mut self, op: B, i: &Instr, pc: Pc) -> Rec<Outcome> {
        let w = u32::from(i.b);
        let callable = self.live(w);
        let method = op == B::CALL_METHOD;
        let kind = if method { SiteKind::Method } else { SiteKind::Call };
        // First argument register, and how many there are.
        let (first, n) = if !method {
            (w + 4, i.c as u32)
        } else if self.live(w + 4).is_unbound() {
            let this = self.get(w + 4);
            if !self.tree.is_const(this) {
                return self.residual_call(kind, i, pc);
            }
            (w + 5, i.c as u32)
        } else {
            (w + 4, i.c as u32 + 1)
        };
        match super::frames::kind(self.vm(), callable) {
            Kind::Object(s) if s == shape_ids::function => {
                let f: Gc<Function> = callable.cast().expect("a function");
                if self.inline(f, w, first, n, i)? {
                    return Ok(Outcome::Continue);
                }
            }
            Kind::Object(s)
                if s == shape_ids::builtin_function_or_method || s == shape_ids::method_descriptor =>
            {
                let f: Gc<NativeFunction> = callable.cast().expect("a native");
                if let Some(v) = self.native(f, w, first, n)? {
                    self.set(i.a.into(), v);
                    return Ok(Outcome::Continue);
                }
            }
            Kind::Object(_) if callable.cast::<taipan_runtime::objects::typ::Type>().is_some() => {
                if let Some(v) = self.construct(callable, w, first, n)? {
                    self.set(i.a.into(), v);
                    return Ok(Outcome::Continue);
                }
                if self.instance(callable, w, first, n)? {
                    return Ok(Outcome::Continue);
                }
            }
            _ => {}
        }
        self.residual_call(kind, i, pc)
    }

    /// Pushes the frame of a Python function; false where it is better called.
    fn inline(&mut self, f: Gc<Function>, w: u32, first: u32, n: u32, i: &Instr) -> Rec<bool> {
        let co = f.code.get();
        let makes_generator =
            flags::GENERATOR | flags::COROUTINE | flags::ITERABLE_COROUTINE | flags::ASYNC_GENERATOR;
        if co.has(makes_generator) || self.frames.len() > self.limits.depth || self.looks(co) {
            return Ok(false);
        }
        let same = self.frames.iter().filter(|g| g.co == co).count();
        if same >= self.limits.recursion {
            return Ok(false);
        }
        let mut defaults: Vec<Value> = vec![];
        if co.exact != n {
            let d = &co.data;
            if d.kwonlyargcount != 0 || co.has(flags::VARARGS | flags::VARKEYWORDS) || n > d.argcount {
                return Ok(false);
            }
            let Some(t) = f.defaults.get().cast::<Tuple>() else { return Ok(false) };
            let missing = (d.argcount - n) as usize;
            if missing > t.len() {
                return Ok(false);
            }
            defaults.extend_from_slice(&t.items()[t.len() - missing..]);
        }
        let v = self.get(w);
        let func_val = self.guard_object(v, f.value());
        self.guard_function(f);
        let mut shadow: Vec<Option<Val>> = vec![None; co.nregs as usize];
        for k in 0..n {
            let a = self.get(first + k);
            shadow[k as usize] = Some(a);
        }
        for (k, v) in defaults.into_iter().enumerate() {
            let c = self.constant(v);
            shadow[n as usize + k] = Some(c);
        }
        let code = self.code_number(co);
        let live = self.codes[code as usize].live.clone();
        // SAFETY: the window is the top of the frame.
        let regs = unsafe { self.top().regs.add(first as usize) };
        self.frames.push(Frame {
            code,
            co,
            func: f,
            func_val: Some(func_val),
            live,
            regs,
            window: first,
            link: Link::Result,
            init: None,
            at: 0,
            shadow,
        });
        let _ = i;
        self.pushed();
        Ok(true)
    }

    /// Keeps count of how deep and how far the tree's frames go.
    pub(super) fn pushed(&mut self) {
        self.expect = Expect::Entry;
        self.depth = self.depth.max(self.frames.len() as u32 - 1);
        let own = self.frames[0].regs as usize;
        let end = self.top().regs as usize + self.top().co.nregs as usize * 8;
        self.room = self.room.max(((end - own) / 8) as u32);
    }

    /// Records a return from an inlined frame.
    pub(super) fn returns(&mut self, op: B, i: &Instr) -> Rec<Outcome> {
        if self.frames.len() == 1 {
            if self.from.is_none() {
                return Err(Abort::LeftLoop);
            }
            return self.leave();
        }
        let v = if op == B::RETURN {
            self.get(i.a.into())
        } else {
            let k = self.top().co.consts.get().items()[i.e as usize];
            self.constant(k)
        };
        let frame = self.pop()?;
        let link = frame.link;
        let v = match frame.init {
            Some(instance) => {
                let none = self.tree.value(Value::NONE.bits());
                if self.tree.bits(v) != Some(Value::NONE.bits()) {
                    // Another result is an error, which the interpreter raises.
                    self.frames.push(frame);
                    let w = self.box_val(v);
                    let x = self.exit(ExitReason::Value);
                    self.b().guard(taipan_trace_ir::Op::GuardIs, &[w, none], x);
                    self.pop()?;
                }
                instance
            }
            None => v,
        };
        if link == Link::Discard {
            let at = self.top().at;
            self.returned(at, None);
            self.expect = Expect::At(at + 1, at + 1);
            return Ok(Outcome::Continue);
        }
        let caller = self.top();
        let at = caller.at;
        let a = caller.co.data.instrs[at as usize].a;
        self.set(a.into(), v);
        self.returned(at, Some(a.into()));
        self.expect = Expect::At(at + 1, at + 1);
        Ok(Outcome::Continue)
    }
}

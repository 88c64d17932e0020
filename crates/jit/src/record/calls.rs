//! Calls of Python functions, inlined, however their arguments are passed; returns.

use super::frames::Kind;
use super::{Expect, Frame, Outcome, Rec, Recorder};
use crate::stats::Abort;
use crate::tree::SiteKind;
use taipan_bytecode::{Instr, Op as B, flags};
use taipan_interp::call::Link;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::instance::Instance;
use taipan_runtime::objects::method::Method;
use taipan_runtime::objects::native::NativeFunction;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::exec::Pc;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Gc, Value};
use taipan_trace_ir::{ExitReason, Val};

impl Recorder {
    /// Records calls.
    pub(super) fn call(&mut self, op: B, i: &Instr, pc: Pc) -> Rec<Outcome> {
        let w = u32::from(i.b);
        let callable = self.live(w);
        let method = matches!(op, B::CALL_METHOD | B::CALL_METHOD_KW);
        let kind = match op {
            B::CALL => SiteKind::Call,
            B::CALL_METHOD => SiteKind::Method,
            B::CALL_KW => SiteKind::CallKw,
            _ => SiteKind::MethodKw,
        };
        let names = if matches!(op, B::CALL_KW | B::CALL_METHOD_KW) {
            let k = self.top().co.consts.get().items()[i.e as usize];
            let Some(t) = k.cast::<Tuple>() else { return self.residual_call(kind, i, pc) };
            Some(t)
        } else {
            None
        };
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
                let v = self.get(w);
                let args: Vec<Val> = (0..n).map(|k| self.get(first + k)).collect();
                if self.inline(f, v, first, &args, names)? {
                    return Ok(Outcome::Continue);
                }
            }
            Kind::Object(s) if s == shape_ids::method => {
                let m: Gc<Method> = callable.cast().expect("a method");
                if let Some(f) = m.func.get().cast::<Function>()
                    && self.may_inline(f)
                {
                    let v = self.get(w);
                    let p = self.shaped(v, shape_ids::method);
                    let (mf, mt) = (self.mem("method.func"), self.mem("method.this"));
                    let func = self.b().load(p, mf);
                    let this = self.b().load(p, mt);
                    let this = self.unbox(this, m.this.get());
                    let mut args = vec![this];
                    args.extend((0..n).map(|k| self.get(first + k)).collect::<Vec<_>>());
                    // The interpreter moves the arguments up by one register.
                    if self.inline(f, func, first, &args, names)? {
                        return Ok(Outcome::Continue);
                    }
                }
            }
            _ if names.is_some() => {}
            Kind::Object(_) if callable.cast::<Instance>().is_some() => {
                if let Some(next) = self.call_instance(w, first, n, pc)? {
                    return Ok(next);
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

    /// May a frame of this function be pushed?
    fn may_inline(&mut self, f: Gc<Function>) -> bool {
        let co = f.code.get();
        if self.looks(co) {
            return false;
        }
        let makes_generator =
            flags::GENERATOR | flags::COROUTINE | flags::ITERABLE_COROUTINE | flags::ASYNC_GENERATOR;
        let same = self.frames.iter().filter(|g| g.co == co).count();
        !co.has(makes_generator) && self.frames.len() <= self.limits.depth && same < self.limits.recursion
    }

    /// What each parameter of `f` gets; `None` where binding is an error or not ours. Defaults are taken as they are now:
    /// the function is guarded.
    pub(super) fn bind(
        &mut self,
        f: Gc<Function>,
        args: &[Val],
        names: Option<Gc<Tuple>>,
    ) -> Option<Vec<Val>> {
        let vm = self.vm();
        let co = f.code.get();
        if names.is_none() && co.exact as usize == args.len() {
            return Some(args.to_vec());
        }
        let d = &*co.data;
        let (count, total) = (d.argcount as usize, (d.argcount + d.kwonlyargcount) as usize);
        let (pos, kw) = args.split_at(args.len() - names.map_or(0, |t| t.len()));
        let varargs = co.has(flags::VARARGS);
        if co.has(flags::VARKEYWORDS) || pos.len() > count && !varargs || pos.len() > count + 16 {
            return None;
        }
        let mut slots: Vec<Option<Val>> = vec![None; co.nparams as usize];
        for (s, &v) in slots.iter_mut().zip(pos.iter().take(count)) {
            *s = Some(v);
        }
        for (k, &v) in kw.iter().enumerate() {
            let name = names?.items()[k].cast::<Str>()?;
            let at =
                (d.posonlyargcount as usize..total).find(|&p| d.varnames[p].as_bytes() == name.as_bytes())?;
            if slots[at].replace(v).is_some() {
                return None;
            }
        }
        if let Some(t) = f.defaults.get().cast::<Tuple>() {
            let first = count.checked_sub(t.len())?;
            for (k, &v) in t.items().iter().enumerate() {
                if slots[first + k].is_none() {
                    slots[first + k] = Some(self.constant(v));
                }
            }
        }
        if varargs {
            slots[total] = Some(if pos.len() > count {
                self.tuple(&pos[count..])
            } else {
                let t = vm.new_tuple(&[]);
                self.object(t.value())
            });
        }
        slots.into_iter().collect()
    }

    /// Pushes the frame of a Python function; false where it is better called.
    fn inline(
        &mut self,
        f: Gc<Function>,
        v: Val,
        first: u32,
        args: &[Val],
        names: Option<Gc<Tuple>>,
    ) -> Rec<bool> {
        let co = f.code.get();
        if !self.may_inline(f) {
            return Ok(false);
        }
        let Some(bound) = self.bind(f, args, names) else { return Ok(false) };
        let closes = f.closure.get().cast::<Tuple>().is_some_and(|t| !t.items().is_empty());
        let func_val =
            if closes && !self.tree.is_const(v) && names.is_none() && co.exact as usize == args.len() {
                self.closure_of(f, v)
            } else {
                let v = self.guard_object(v, f.value());
                self.guard_function(f);
                v
            };
        let mut shadow: Vec<Option<Val>> = vec![None; co.nregs as usize];
        for (s, v) in shadow.iter_mut().zip(bound) {
            *s = Some(v);
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
        self.pushed();
        Ok(true)
    }

    /// A function that is made anew time and again: another one of the same code in the same namespace will do.
    fn closure_of(&mut self, f: Gc<Function>, v: Val) -> Val {
        let mut p = self.shaped(v, shape_ids::function);
        let same = [
            ("func.code", f.code.get().value()),
            ("func.globals", f.globals.get().value()),
            ("func.builtins", f.builtins.get().value()),
        ];
        for (name, object) in same {
            let (m, k) = (self.mem(name), self.object_ptr(object));
            let x = self.exit(ExitReason::Value);
            p = self.b().guard_mem(p, m, k, x);
        }
        v
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
        let (mut v, live) = if op == B::RETURN {
            (self.get(i.a.into()), self.live(i.a.into()))
        } else {
            let k = self.top().co.consts.get().items()[i.e as usize];
            (self.constant(k), k)
        };
        if self.top().link == Link::Operator {
            let caller = &self.frames[self.frames.len() - 2];
            let call = caller.co.data.instrs[caller.at as usize];
            v = self.operator_returns(&call, v, live)?;
            self.pop()?;
            self.operator_done(v);
            return Ok(Outcome::Continue);
        }
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

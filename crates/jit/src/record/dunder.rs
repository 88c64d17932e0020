//! Methods of Python classes behind instructions: `o[k]`, `o[k] = v`, operators, properties, calls of instances and of
//! bound methods.
//!
//! The interpreter runs such a method from native code, which a recording does not see into. Here the method's frame is
//! pushed right above the running one instead, with the instruction as the caller, and recording goes on inside. What
//! the frame returns goes where a call's result would go ([`Link`]).

use super::{Frame, Outcome, Rec, Recorder};
use crate::stats::Abort;
use taipan_bytecode::{Instr, Op as B, flags};
use taipan_interp::call::{Link, check_room, header};
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::instance::Instance;
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::exec::{INFO, Pc, info, word};
use taipan_runtime::vm::plan::LoadPlan;
use taipan_runtime::{Gc, Value};
use taipan_trace_ir::Val;

/// An argument: its node and the live value.
type Arg = (Val, Value);

impl Recorder {
    /// May this function be inlined with `n` positional arguments?
    pub(super) fn inlinable(&mut self, f: Gc<Function>, n: u32) -> bool {
        let co = f.code.get();
        let makes_generator =
            flags::GENERATOR | flags::COROUTINE | flags::ITERABLE_COROUTINE | flags::ASYNC_GENERATOR;
        !co.has(makes_generator)
            && co.exact == n
            && self.frames.len() <= self.limits.depth
            && self.frames.iter().filter(|g| g.co == co).count() < self.limits.recursion
            && !self.looks(co)
    }

    /// The method of this name that `live`'s class has, a Python function, with shape and class guarded.
    pub(super) fn method(&mut self, v: Val, live: Value, name: &str, n: u32) -> Option<Gc<Function>> {
        let vm = self.vm();
        live.cast::<Instance>()?;
        if self.unsteady_class(live) {
            return None;
        }
        let class = vm.class_of(live);
        let name: Gc<Str> = vm.intern(name);
        let f = vm.type_lookup(class, name)?.cast::<Function>()?;
        if !self.inlinable(f, n) {
            return None;
        }
        let version = vm.type_version(class);
        if version == 0 {
            return None;
        }
        // SAFETY: a live object.
        let shape = unsafe { (*live.as_header()).shape() };
        self.shaped(v, shape);
        self.guard_version(v, live, version);
        Some(f)
    }

    /// Pushes the frame of `f` above the running one, in place of the instruction at `pc`, and goes on in it.
    pub(super) fn enter(&mut self, f: Gc<Function>, args: &[Arg], link: Link, pc: Pc) -> Rec<Outcome> {
        let vm = self.vm();
        let co = f.code.get();
        let func_val = self.object(f.value());
        self.guard_function(f);
        let top = self.top();
        let (prev, window) = (top.regs, top.co.nregs as usize + link.gap());
        // SAFETY: what lies above the running frame is free, once there is room.
        let regs = unsafe {
            let new = prev.add(window);
            let depth = (word(prev, INFO) & info::DEPTH) + 1;
            check_room(vm, new, co.nregs as usize, depth).map_err(|_| Abort::TooDeep)?;
            for (k, a) in args.iter().enumerate() {
                *new.add(k) = a.1;
            }
            for k in co.nparams..co.ninit {
                *new.add(k as usize) = Value::UNBOUND;
            }
            header(new, f.value(), pc, prev, link, Value::NONE);
            vm.exec.regs.set(new);
            new
        };
        let mut shadow: Vec<Option<Val>> = vec![None; co.nregs as usize];
        for (k, a) in args.iter().enumerate() {
            shadow[k] = Some(a.0);
        }
        let code = self.code_number(co);
        let live = self.codes[code as usize].live.clone();
        self.frames.push(Frame {
            code,
            co,
            func: f,
            func_val: Some(func_val),
            live,
            regs,
            window: window as u32,
            link,
            init: None,
            at: 0,
            shadow,
        });
        self.pushed();
        Ok(Outcome::Ran(co.entry.get()))
    }

    pub(super) fn arg(&mut self, r: u16) -> Arg {
        (self.get(r.into()), self.live(r.into()))
    }

    /// An instruction that a method of a Python class stands behind; `None` where it is none.
    pub(super) fn dunder(&mut self, op: B, i: &Instr, pc: Pc) -> Rec<Option<Outcome>> {
        match op {
            B::GETITEM | B::GETITEM_I => {
                let o = self.arg(i.b);
                let Some(f) = self.method(o.0, o.1, "__getitem__", 2) else { return Ok(None) };
                let k = if op == B::GETITEM { self.arg(i.c) } else { self.immediate(i.e as i32) };
                self.enter(f, &[o, k], Link::Result, pc).map(Some)
            }
            B::SETITEM | B::SETITEM_I => {
                let o = self.arg(i.a);
                let Some(f) = self.method(o.0, o.1, "__setitem__", 3) else { return Ok(None) };
                let k = if op == B::SETITEM { self.arg(i.b) } else { self.immediate(i.e as i32) };
                let x = self.arg(i.c);
                self.enter(f, &[o, k, x], Link::Discard, pc).map(Some)
            }
            B::LOAD_ATTR => {
                let o = self.arg(i.b);
                let name = self.name(i);
                if o.1.cast::<Instance>().is_none() || self.unsteady_class(o.1) {
                    return Ok(None);
                }
                let LoadPlan::Property { version, getter } = self.vm().plan_load(o.1, name) else {
                    return Ok(None);
                };
                let Some(f) = getter.cast::<Function>().filter(|&f| self.inlinable(f, 1)) else {
                    return Ok(None);
                };
                // SAFETY: a live object.
                let shape = unsafe { (*o.1.as_header()).shape() };
                self.shaped(o.0, shape);
                self.guard_version(o.0, o.1, version);
                self.enter(f, &[o], Link::Result, pc).map(Some)
            }
            _ => self.operator(op, i, pc),
        }
    }

    fn immediate(&mut self, k: i32) -> Arg {
        (self.tree.i64(k.into()), Value::int(k.into()))
    }
}

//! Calls of Python functions with exactly their parameters, of natives by position, and returns.

use super::arith::{get, set};
use super::flow::shape;
use super::hot;
use crate::code::inline_const;
use crate::dispatch::{Back, CONTINUE, Handler, cold};
use crate::generator;
use crate::unwind;
use std::sync::atomic::Ordering::Relaxed;
use taipan_bytecode::Op;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::generator::{Generator, State};
use taipan_runtime::objects::native::NativeFunction;
use taipan_runtime::vm::args::Arity;
use taipan_runtime::vm::exec::{
    FUNC, GEN_HEADER, INFO, PREV, Pc, RET, Regs, function, info, resume, set_word, word,
};
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Gc, NativeImpl, PyResult, Value, Vm};

/// Pushes the frame of `f` with its `n` arguments at `new`; the entry point, or null where the general form must
/// look at it.
#[inline(always)]
pub(super) unsafe fn enter(f: Value, n: u32, new: Regs, pc: Pc, r: Regs, vm: *const Vm) -> Pc {
    // SAFETY: the shape was checked by the caller; the window is the top of the frame.
    unsafe {
        let func = &*(f.as_header() as *const Function);
        let code = func.code.get();
        if code.exact != n {
            return std::ptr::null();
        }
        let depth = (word(r, INFO) & info::DEPTH) + 1;
        let end = new as usize + code.nregs as usize * 8;
        if end > (*vm).exec.limit.load(Relaxed) || depth > (*vm).exec.recursion_limit.get() as u64 {
            return std::ptr::null();
        }
        set_word(new, INFO, depth);
        set_word(new, PREV, r as u64);
        set_word(new, RET, pc as u64);
        *new.offset(FUNC) = f;
        let mut k = n;
        while k < code.ninit {
            *new.add(k as usize) = Value::UNBOUND;
            k += 1;
        }
        code.entry.get()
    }
}

/// A native with its parameters by position. `None` where the general way must be taken.
#[inline(always)]
unsafe fn native_call(vm: &Vm, f: Value, args: Regs, n: usize) -> Option<PyResult> {
    // SAFETY: the shape was checked by the caller.
    let f: Gc<NativeFunction> = unsafe { f.cast_unchecked() };
    let NativeImpl::Fixed(imp) = f.def.imp else { return None };
    let a = &f.def.arity;
    if a.has_self {
        return None;
    }
    // SAFETY: as above.
    unsafe { Some(imp(vm, complete(a, args, n)?)) }
}

/// The `n` arguments at `args` followed by what stands for optional parameters that were left out; `None` where
/// the call does not fit the signature. The window is the top of the frame, so that there is room above it.
///
/// # Safety
/// `args` is in the window on top of the published frame, with a checked frame's slack above it.
#[inline(always)]
unsafe fn complete<'a>(a: &Arity, args: Regs, n: usize) -> Option<&'a [Value]> {
    let total = a.total as usize;
    if n != total || a.pos != a.total {
        if n > a.pos as usize || n < a.required as usize || a.keyword_required {
            return None;
        }
        for i in n..total {
            // SAFETY: by the caller's promise.
            unsafe { *args.add(i) = Value::UNBOUND };
        }
    }
    // SAFETY: as above.
    unsafe { Some(std::slice::from_raw_parts(args, total)) }
}

#[inline(never)]
unsafe extern "C" fn call_native<B: Back>(
    pc: Pc,
    r: Regs,
    vm: *const Vm,
    ti: u64,
    kc: u64,
    tbl: *const u8,
) -> u64 {
    // SAFETY: tail-called from `CALL` with a builtin function in the window.
    unsafe {
        let i = &*pc;
        let w = r.add(i.b as usize);
        (*vm).exec.pc.set(pc);
        (*vm).exec.regs.set(r);
        match native_call(&*vm, *w, w.add(4), i.c as usize) {
            Some(Ok(v)) => {
                set(r, i.a, v);
                if (*vm).exec.stepping.get() != B::STEPPING {
                    (*vm).exec.pc.set(pc.add(1));
                    return CONTINUE;
                }
                B::next(pc.add(1), r, vm, ti, kc, tbl)
            }
            Some(Err(e)) => {
                let next = unwind::raise(&*vm, e);
                B::next(next, (*vm).exec.regs.get(), vm, ti, kc, tbl)
            }
            None => cold::CALL::<B>(pc, r, vm, ti, kc, tbl),
        }
    }
}

/// An unbound method of a builtin type with self of exactly that type.
#[inline(never)]
unsafe extern "C" fn call_native_method<B: Back>(
    pc: Pc,
    r: Regs,
    vm: *const Vm,
    ti: u64,
    kc: u64,
    tbl: *const u8,
) -> u64 {
    // SAFETY: tail-called from `CALL_METHOD` with a method descriptor in the window and self bound.
    unsafe {
        let i = &*pc;
        let w = r.add(i.b as usize);
        let f: Gc<NativeFunction> = (*w).cast_unchecked();
        if let NativeImpl::Fixed(imp) = f.def.imp
            && (*vm).class_of(*w.add(4)).value().bits() == f.owner.get().bits()
            && let Some(rest) = complete(&f.def.arity, w.add(5), i.c as usize)
        {
            let args = std::slice::from_raw_parts(w.add(4), rest.len() + 1);
            (*vm).exec.pc.set(pc);
            (*vm).exec.regs.set(r);
            return match imp(&*vm, args) {
                Ok(v) => {
                    set(r, i.a, v);
                    B::next(pc.add(1), r, vm, ti, kc, tbl)
                }
                Err(e) => {
                    let next = unwind::raise(&*vm, e);
                    B::next(next, (*vm).exec.regs.get(), vm, ti, kc, tbl)
                }
            };
        }
        cold::CALL_METHOD::<B>(pc, r, vm, ti, kc, tbl)
    }
}

/// The next item of a generator: its frame goes on top of this one.
#[inline(never)]
pub(super) unsafe extern "C" fn for_generator<B: Back, const KIND: u64>(
    pc: Pc,
    r: Regs,
    vm: *const Vm,
    ti: u64,
    kc: u64,
    tbl: *const u8,
) -> u64 {
    // SAFETY: tail-called from `FOR_ITER`, `LOOP_FOR_ITER` and `SEND` with a generator in `b`.
    unsafe {
        let i = &*pc;
        let g: Gc<Generator> = get(r, i.b).cast_unchecked();
        let was = g.state.get();
        let sent = if KIND == resume::SEND { get(r, i.c) } else { Value::NONE };
        if was == State::Suspended || was == State::Created && sent.is_none() {
            let new = r.add(function(r).code.get().nregs as usize + GEN_HEADER);
            (*vm).exec.pc.set(pc);
            (*vm).exec.regs.set(r);
            return match generator::activate(&*vm, g, new, pc, r, KIND) {
                Ok(()) => B::next(generator::deliver(g, was, new, sent), new, vm, ti, kc, tbl),
                Err(e) => {
                    let next = unwind::raise(&*vm, e);
                    B::next(next, (*vm).exec.regs.get(), vm, ti, kc, tbl)
                }
            };
        }
        match KIND {
            resume::FOR_ITER => cold::FOR_ITER::<B>(pc, r, vm, ti, kc, tbl),
            resume::SEND => cold::SEND::<B>(pc, r, vm, ti, kc, tbl),
            _ => cold::LOOP_FOR_ITER::<B>(pc, r, vm, ti, kc, tbl),
        }
    }
}

#[inline(never)]
unsafe extern "C" fn yield_value<B: Back>(
    pc: Pc,
    r: Regs,
    vm: *const Vm,
    ti: u64,
    kc: u64,
    tbl: *const u8,
) -> u64 {
    // SAFETY: tail-called from `YIELD`, in a generator's frame that Python code resumed.
    unsafe {
        match generator::suspend(&*vm, pc, r, get(r, (*pc).b)) {
            Ok(next) => B::next(next, (*vm).exec.regs.get(), vm, ti, kc, tbl),
            Err(_) => cold::YIELD::<B>(pc, r, vm, ti, kc, tbl),
        }
    }
}

hot! {
    YIELD(i, r, vm, ti, kc, pc, tbl) {
        return yield_value::<B>(pc, r, vm, ti, kc, tbl);
    }
    SEND(i, r, vm, ti, kc, pc, tbl) {
        let s = shape(get(r, i.b));
        if s == shape_ids::generator || s == shape_ids::coroutine {
            return for_generator::<B, { resume::SEND }>(pc, r, vm, ti, kc, tbl);
        }
        return cold::SEND::<B>(pc, r, vm, ti, kc, tbl);
    }
    CALL(i, r, vm, ti, kc, pc, tbl) {
        let w = r.add(i.b as usize);
        let f = *w;
        let s = shape(f);
        if s == shape_ids::function {
            let new = w.add(4);
            let entry = enter(f, i.c as u32, new, pc, r, vm);
            if !entry.is_null() {
                return B::next(entry, new, vm, ti, kc, tbl);
            }
        } else if s == shape_ids::builtin_function_or_method && (*vm).exec.interrupt.load(Relaxed) == 0 {
            return call_native::<B>(pc, r, vm, ti, kc, tbl);
        }
        return cold::CALL::<B>(pc, r, vm, ti, kc, tbl);
    }
    CALL_METHOD(i, r, vm, ti, kc, pc, tbl) {
        let w = r.add(i.b as usize);
        let f = *w;
        let s = shape(f);
        let this = *w.add(4);
        if s == shape_ids::function {
            let unbound = this.is_unbound();
            let new = w.add(4 + unbound as usize);
            let entry = enter(f, i.c as u32 + !unbound as u32, new, pc, r, vm);
            if !entry.is_null() {
                return B::next(entry, new, vm, ti, kc, tbl);
            }
        } else if s == shape_ids::method_descriptor
            && !this.is_unbound()
            && (*vm).exec.interrupt.load(Relaxed) == 0
        {
            return call_native_method::<B>(pc, r, vm, ti, kc, tbl);
        }
        return cold::CALL_METHOD::<B>(pc, r, vm, ti, kc, tbl);
    }
    RETURN(i, r, vm, ti, kc, pc, tbl) {
        if word(r, INFO) >> 32 != 0 {
            return cold::RETURN::<B>(pc, r, vm, ti, kc, tbl);
        }
        let v = get(r, i.a);
        let ret = word(r, RET) as Pc;
        let prev = word(r, PREV) as Regs;
        set(prev, (*ret).a, v);
        return B::next(ret.add(1), prev, vm, ti, kc, tbl);
    }
    RETURN_CONST(i, r, vm, ti, kc, pc, tbl) {
        if word(r, INFO) >> 32 != 0 {
            return cold::RETURN_CONST::<B>(pc, r, vm, ti, kc, tbl);
        }
        let ret = word(r, RET) as Pc;
        let prev = word(r, PREV) as Regs;
        set(prev, (*ret).a, inline_const(pc));
        return B::next(ret.add(1), prev, vm, ti, kc, tbl);
    }
}

macro_rules! list {
    ($($name:ident)*) => { vec![$((Op::$name, $name::<B> as Handler)),*] };
}

pub(super) fn handlers<B: Back + 'static>() -> Vec<(Op, Handler)> {
    list! { CALL CALL_METHOD RETURN RETURN_CONST YIELD SEND }
}

//! Calls of Python functions with exactly their parameters, of natives by position, and returns.

use super::arith::{get, set};
use super::flow::shape;
use super::hot;
use super::items::append;
use super::more::call_bound;
use super::natives::{call_append, call_class, call_defaults, call_intrinsic, call_module_native};
use crate::code::inline_const;
use crate::dispatch::{Back, Handler, cold};
use crate::generator;
use crate::unwind;
use std::sync::atomic::Ordering::Relaxed;
use taipan_bytecode::Op;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::generator::{Generator, State, chain};
use taipan_runtime::objects::int::compare::hash_i64;
use taipan_runtime::objects::list::{List, Storage};
use taipan_runtime::objects::set::Set;
use taipan_runtime::vm::exec::{
    ACC, FUNC, GEN_HEADER, INFO, PREV, Pc, RESUME, RET, Regs, function, info, resume, set_word, word,
};
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Gc, INT_TAG, INT_ZERO, Value, Vm, is_clean_old};

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

/// Pushes the frame of the Python function in `*w` with its `n` arguments at `new` and goes on in it, or where it cannot
/// be entered as it is, in `other`. The int constants that handlers pass on are made afresh: that frees two registers,
/// and with them nothing must be saved. (For the same reason the word count is read when it is needed, and the variables
/// that have no value yet are told by address.)
macro_rules! push_exact {
    ($B:ident, $n:expr, $new:expr, $w:expr, $pc:expr, $r:expr, $vm:expr, $tbl:expr, $other:expr) => {{
        let new: Regs = $new;
        let code = (*((*$w).as_header() as *const Function)).code.get();
        if code.exact == $n {
            let depth = word($r, INFO) as u32 as u64;
            if new.add(code.nregs as usize) as usize <= (*$vm).exec.limit.load(Relaxed)
                && depth < (*$vm).exec.recursion_limit.get() as u64
            {
                set_word(new, INFO, depth + 1);
                set_word(new, PREV, $r as u64);
                set_word(new, RET, $pc as u64);
                *new.offset(FUNC) = *$w;
                let mut at = new.add(code.nparams as usize);
                let end = new.add(code.ninit as usize);
                while at < end {
                    // (Volatile, so that it does not become a call.)
                    at.write_volatile(Value::UNBOUND);
                    at = at.add(1);
                }
                let entry = code.entry.get();
                return $B::next(entry, new, $vm, INT_TAG, INT_ZERO, $tbl);
            }
        }
        // (Second stages make the constants themselves: two uses of them here would have registers from the start.)
        return $other($pc, $r, $vm, 0, 0, $tbl);
    }};
}

/// Calls of what is no Python function.
#[inline(never)]
unsafe extern "C" fn call_other<B: Back>(
    pc: Pc,
    r: Regs,
    vm: *const Vm,
    _: u64,
    _: u64,
    tbl: *const u8,
) -> u64 {
    let (ti, kc) = (INT_TAG, INT_ZERO);
    // SAFETY: tail-called from `CALL`.
    unsafe {
        let f = *r.add((*pc).b as usize);
        let s = shape(f);
        if s == shape_ids::builtin_function_or_method {
            return call_intrinsic::<B>(pc, r, vm, ti, kc, tbl);
        } else if f.is_kind(taipan_runtime::kinds::TYPE) {
            return call_class::<B, false>(pc, r, vm, ti, kc, tbl);
        } else if s == shape_ids::method {
            return call_bound::<B, false>(pc, r, vm, ti, kc, tbl);
        }
        cold::CALL::<B>(pc, r, vm, ti, kc, tbl)
    }
}

/// Calls of methods that are no Python functions.
#[inline(never)]
unsafe extern "C" fn call_method_other<B: Back>(
    pc: Pc,
    r: Regs,
    vm: *const Vm,
    _: u64,
    _: u64,
    tbl: *const u8,
) -> u64 {
    let (ti, kc) = (INT_TAG, INT_ZERO);
    // SAFETY: tail-called from `CALL_METHOD`.
    unsafe {
        let w = r.add((*pc).b as usize);
        let f = *w;
        let s = shape(f);
        if !(*w.add(4)).is_unbound() {
            if s == shape_ids::method_descriptor {
                return call_append::<B>(pc, r, vm, ti, kc, tbl);
            }
        } else if s == shape_ids::builtin_function_or_method {
            return call_module_native::<B>(pc, r, vm, ti, kc, tbl);
        } else if f.is_kind(taipan_runtime::kinds::TYPE) {
            return call_class::<B, true>(pc, r, vm, ti, kc, tbl);
        } else if s == shape_ids::method {
            return call_bound::<B, true>(pc, r, vm, ti, kc, tbl);
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
        if KIND != resume::SEND && !B::STEPPING && was == State::Suspended && (*g.pc.get()).d == 1 {
            return for_delegate::<B, KIND>(pc, r, vm, ti, kc, tbl);
        }
        if was == State::Suspended || was == State::Created && sent.is_none() {
            let new = r.add(function(r).code.get().nregs as usize + GEN_HEADER);
            let exec = &(*vm).exec;
            let depth = (word(r, INFO) & info::DEPTH) + 1;
            if new as usize + g.len() * 8 <= exec.limit.load(Relaxed)
                && depth <= exec.recursion_limit.get() as u64
            {
                let by = if KIND == resume::SEND { Some(generator::of_frame(r)) } else { None };
                chain::resumed(&*vm, g, by);
                generator::put_on_stack(&*vm, g, new, pc, r, KIND, depth);
                return B::next(generator::deliver(g, was, new, sent), new, vm, INT_TAG, INT_ZERO, tbl);
            }
        }
        match KIND {
            resume::FOR_ITER => cold::FOR_ITER::<B>(pc, r, vm, ti, kc, tbl),
            resume::SEND => cold::SEND::<B>(pc, r, vm, ti, kc, tbl),
            _ => cold::LOOP_FOR_ITER::<B>(pc, r, vm, ti, kc, tbl),
        }
    }
}

/// The next item of a generator that delegates to others: the innermost is resumed in its place.
#[inline(never)]
unsafe extern "C" fn for_delegate<B: Back, const KIND: u64>(
    pc: Pc,
    r: Regs,
    vm: *const Vm,
    ti: u64,
    kc: u64,
    tbl: *const u8,
) -> u64 {
    // SAFETY: tail-called from `for_generator` with a suspended generator in `b`.
    unsafe {
        let g: Gc<Generator> = get(r, (*pc).b).cast_unchecked();
        if let Some(leaf) = chain::innermost(&*vm, g) {
            let new = r.add(function(r).code.get().nregs as usize + GEN_HEADER);
            let exec = &(*vm).exec;
            let depth = (word(r, INFO) & info::DEPTH) + 1;
            if new as usize + leaf.len() * 8 <= exec.limit.load(Relaxed)
                && depth <= exec.recursion_limit.get() as u64
            {
                let direct = if leaf == g { 0 } else { info::DIRECT };
                generator::put_on_stack(&*vm, leaf, new, pc, r, KIND, depth | direct);
                let next = generator::deliver(leaf, State::Suspended, new, Value::NONE);
                return B::next(next, new, vm, ti, kc, tbl);
            }
        }
        if KIND == resume::FOR_ITER {
            return cold::FOR_ITER::<B>(pc, r, vm, ti, kc, tbl);
        }
        cold::LOOP_FOR_ITER::<B>(pc, r, vm, ti, kc, tbl)
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
    // SAFETY: tail-called from `YIELD`.
    unsafe {
        (*vm).exec.pc.set(pc);
        (*vm).exec.regs.set(r);
        let next = match generator::suspend(&*vm, pc, r, get(r, (*pc).b)) {
            Ok(next) => next,
            Err(e) => unwind::raise(&*vm, e),
        };
        let _ = (ti, kc, tbl);
        B::afresh(next, (*vm).exec.regs.get(), vm)
    }
}

/// `YIELD` to a builtin that eats the generator (`consume.rs`), where that calls nothing.
#[inline(never)]
unsafe extern "C" fn yield_eaten<B: Back>(
    pc: Pc,
    r: Regs,
    vm: *const Vm,
    ti: u64,
    kc: u64,
    tbl: *const u8,
) -> u64 {
    // SAFETY: tail-called from `YIELD` in a frame with such a resume kind; `begin` put there what the kind needs.
    unsafe {
        let v = get(r, (*pc).b);
        let kind = word(r, RESUME);
        let acc = *r.offset(ACC);
        if kind <= resume::TUPLE || kind == resume::EXTEND {
            let l = &*(acc.as_header() as *const List);
            let n = l.len.get();
            if n < l.cap.get() {
                let p = l.data.get().cast::<u64>().add(n);
                let storage = l.storage.get();
                if storage == Storage::Object && !is_clean_old(&*l.buf.get().as_header()) {
                    *p = v.bits();
                    l.len.set(n + 1);
                    set(r, (*pc).a, Value::NONE);
                    return B::next(pc.add(1), r, vm, ti, kc, tbl);
                }
                if storage == Storage::Int && v.bits() >= ti {
                    *p = v.bits().wrapping_sub(kc);
                    l.len.set(n + 1);
                    set(r, (*pc).a, Value::NONE);
                    return B::next(pc.add(1), r, vm, ti, kc, tbl);
                }
            }
        } else if kind == resume::SUM {
            // Both ints, and so is their sum. (Truths are counted.)
            let v = if v.is_bool() { Value::from_bits(kc + v.is_true() as u64) } else { v };
            let sum = acc.bits().wrapping_add(v.bits()).wrapping_sub(kc);
            if acc.bits() & v.bits() >= ti && sum >= ti {
                *r.offset(ACC) = Value::from_bits(sum);
                set(r, (*pc).a, Value::NONE);
                return B::next(pc.add(1), r, vm, ti, kc, tbl);
            }
        } else if kind == resume::ANY && v == Value::FALSE || kind == resume::ALL && v == Value::TRUE {
            set(r, (*pc).a, Value::NONE);
            return B::next(pc.add(1), r, vm, ti, kc, tbl);
        }
        yield_eaten_more::<B>(pc, r, vm, 0, 0, tbl)
    }
}

/// The same for sets of ints, and for lists whose storage is another one.
#[inline(never)]
unsafe extern "C" fn yield_eaten_more<B: Back>(
    pc: Pc,
    r: Regs,
    vm: *const Vm,
    _: u64,
    _: u64,
    _: *const u8,
) -> u64 {
    // SAFETY: as above.
    unsafe {
        let v = get(r, (*pc).b);
        let kind = word(r, RESUME);
        let acc = *r.offset(ACC);
        let done = if kind <= resume::TUPLE || kind == resume::EXTEND {
            append(&*(acc.as_header() as *const List), v)
        } else if kind == resume::SET && v.is_int() {
            (*vm).exec.pc.set(pc);
            (*vm).exec.regs.set(r);
            add_int(&*vm, acc, v)
        } else {
            false
        };
        if done {
            set(r, (*pc).a, Value::NONE);
            return B::afresh(pc.add(1), r, vm);
        }
        yield_value::<B>(pc, r, vm, INT_TAG, INT_ZERO, std::ptr::null())
    }
}

/// Adds an int to a set; false where there is no memory.
#[inline(never)]
unsafe fn add_int(vm: &Vm, s: Value, v: Value) -> bool {
    // SAFETY: the caller passes a set.
    let s: Gc<Set> = unsafe { s.cast_unchecked() };
    s.add_hashed(vm, v, hash_i64(v.as_int())).is_ok()
}

/// `YIELD` of a generator that delegates, or that was resumed past those that delegate to it.
#[inline(never)]
unsafe extern "C" fn yield_chained<B: Back>(
    pc: Pc,
    r: Regs,
    vm: *const Vm,
    ti: u64,
    kc: u64,
    tbl: *const u8,
) -> u64 {
    // SAFETY: tail-called from `YIELD` in a frame that `SEND` or a loop resumed.
    unsafe {
        let v = get(r, (*pc).b);
        let g = generator::of_frame(r);
        generator::put_away(&*vm, pc, r, g);
        chain::yielded(&*vm, g, r);
        let prev = word(r, PREV) as Regs;
        let ret = word(r, RET) as Pc;
        set(prev, (*ret).a, v);
        let next = ret.add(1);
        let loops = word(r, RESUME) == resume::LOOP_FOR_ITER;
        let next = if loops { next.offset((*ret).e as i32 as isize) } else { next };
        B::next(next, prev, vm, ti, kc, tbl)
    }
}

hot! {
    YIELD(i, r, vm, ti, kc, pc, tbl) {
        let kind = word(r, RESUME);
        let g = generator::of_frame(r);
        if kind >= resume::LIST {
            return yield_eaten::<B>(pc, r, vm, ti, kc, tbl);
        }
        if kind >= resume::ENTRY {
            return yield_value::<B>(pc, r, vm, ti, kc, tbl);
        }
        if is_clean_old(g.header()) || i.d == 1 || word(r, INFO) & info::DIRECT != 0 {
            return yield_chained::<B>(pc, r, vm, ti, kc, tbl);
        }
        let v = get(r, i.b);
        generator::put_away_young(&*vm, pc, r, g);
        let prev = word(r, PREV) as Regs;
        let ret = word(r, RET) as Pc;
        set(prev, (*ret).a, v);
        let next = ret.add(1);
        let next = if kind == resume::LOOP_FOR_ITER { next.offset((*ret).e as i32 as isize) } else { next };
        return B::next(next, prev, vm, INT_TAG, INT_ZERO, tbl);
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
        if shape(*w) == shape_ids::function {
            push_exact!(B, i.c as u32, w.add(4), w, pc, r, vm, tbl, call_defaults::<B, false>);
        }
        return call_other::<B>(pc, r, vm, 0, 0, tbl);
    }
    CALL_METHOD(i, r, vm, ti, kc, pc, tbl) {
        let w = r.add(i.b as usize);
        if shape(*w) == shape_ids::function && !(*w.add(4)).is_unbound() {
            push_exact!(B, i.c as u32 + 1, w.add(4), w, pc, r, vm, tbl, call_defaults::<B, true>);
        }
        return call_no_self::<B>(pc, r, vm, 0, 0, tbl);
    }
    /// `CALL_METHOD` of what is no method of Python code.
    call_no_self(i, r, vm, _ti, _kc, pc, tbl) {
        let w = r.add(i.b as usize);
        if shape(*w) == shape_ids::function {
            push_exact!(B, i.c as u32, w.add(5), w, pc, r, vm, tbl, call_defaults::<B, true>);
        }
        return call_method_other::<B>(pc, r, vm, 0, 0, tbl);
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

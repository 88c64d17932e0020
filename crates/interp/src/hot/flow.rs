//! Moves, cells, iteration.

use super::arith::{get, set};
use super::hot;
use super::more;
use crate::code::inline_const;
use crate::dispatch::{Back, Handler, cold};
use std::sync::atomic::Ordering::Relaxed;
use taipan_bytecode::Op;
use taipan_runtime::objects::cell::PyCell;
use taipan_runtime::objects::exception::Exception;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::exec::{function, resume};
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Gc, Value, kinds};

/// The shape id of a heap object; 0 for anything else.
#[inline(always)]
pub(super) fn shape(v: Value) -> u32 {
    // SAFETY: pointers lead to live headers.
    if v.is_ptr() { unsafe { (*v.as_header()).shape() } } else { 0 }
}

hot! {
    PUSH_EXC(i, r, vm, ti, kc, pc, tbl) {
        let e = get(r, i.b);
        set(r, i.a, (*vm).exec.handled.get());
        (*vm).exec.handled.set(e);
        next!();
    }
    POP_EXC(i, r, vm, ti, kc, pc, tbl) {
        let e = (*vm).exec.handled.get();
        if e.is_kind(kinds::EXCEPTION) {
            // One that nobody looked at is gone: its frame may end.
            (*(e.as_header() as *const Exception)).quiet_in.set(std::ptr::null_mut());
        }
        (*vm).exec.handled.set(get(r, i.a));
        next!();
    }
    CHECK_EXC_MATCH(i, r, vm, ti, kc, pc, tbl) {
        let (e, c) = (get(r, i.b), get(r, i.c));
        if e.is_ptr() && c.is_ptr() && (*e.as_header()).class() == c.as_header() {
            set(r, i.a, Value::TRUE);
            next!();
        }
        return cold::CHECK_EXC_MATCH::<B>(pc, r, vm, ti, kc, tbl);
    }
    NOP(i, r, vm, ti, kc, pc, tbl) { next!(); }
    LOAD_CONST(i, r, vm, ti, kc, pc, tbl) {
        set(r, i.a, inline_const(pc));
        next!();
    }
    MOVE(i, r, vm, ti, kc, pc, tbl) {
        set(r, i.a, get(r, i.b));
        next!();
    }
    CLEAR_LOCAL(i, r, vm, ti, kc, pc, tbl) {
        set(r, i.a, Value::UNBOUND);
        next!();
    }
    CHECK_BOUND(i, r, vm, ti, kc, pc, tbl) {
        if get(r, i.a).is_unbound() {
            return cold::CHECK_BOUND::<B>(pc, r, vm, ti, kc, tbl);
        }
        next!();
    }
    LOAD_CELL(i, r, vm, ti, kc, pc, tbl) {
        let c = &*(get(r, i.b).as_header() as *const PyCell);
        let v = c.content.get();
        if v.is_unbound() {
            return cold::LOAD_CELL::<B>(pc, r, vm, ti, kc, tbl);
        }
        set(r, i.a, v);
        next!();
    }
    STORE_CELL(i, r, vm, ti, kc, pc, tbl) {
        let c: Gc<PyCell> = get(r, i.a).cast_unchecked();
        c.content.set_raw(get(r, i.b));
        written!(c.header());
    }
    LOAD_FREE(i, r, vm, ti, kc, pc, tbl) {
        let closure: Gc<Tuple> = function(r).closure.get().cast_unchecked();
        let c: Gc<PyCell> = (*closure.items().as_ptr().add(i.e as usize)).cast_unchecked();
        let v = c.content.get();
        if v.is_unbound() {
            return cold::LOAD_FREE::<B>(pc, r, vm, ti, kc, tbl);
        }
        set(r, i.a, v);
        next!();
    }
    STORE_FREE(i, r, vm, ti, kc, pc, tbl) {
        let closure: Gc<Tuple> = function(r).closure.get().cast_unchecked();
        let c: Gc<PyCell> = (*closure.items().as_ptr().add(i.e as usize)).cast_unchecked();
        c.content.set_raw(get(r, i.b));
        written!(c.header());
    }

    GET_ITER(i, r, vm, ti, kc, pc, tbl) {
        let v = get(r, i.b);
        let s = shape(v);
        if s == shape_ids::list || s == shape_ids::tuple {
            set(r, i.a, v);
            set(r, i.a + 1, Value::from_bits(kc));
            set(r, i.a + 2, Value::UNBOUND);
            next!();
        }
        return more::get_iter::<B, false>(pc, r, vm, ti, kc, tbl);
    }
    GET_ITER_OBJECT(i, r, vm, ti, kc, pc, tbl) {
        let v = get(r, i.b);
        let s = shape(v);
        if s == shape_ids::list || s == shape_ids::tuple {
            set(r, i.a, v);
            next!();
        }
        return cold::GET_ITER_OBJECT::<B>(pc, r, vm, ti, kc, tbl);
    }
    MOVE_ITER(i, r, vm, ti, kc, pc, tbl) {
        let v = get(r, i.b);
        let s = shape(v);
        if s == shape_ids::list || s == shape_ids::tuple {
            set(r, i.a, v);
            set(r, i.a + 1, Value::from_bits(kc));
            set(r, i.a + 2, Value::UNBOUND);
            next!();
        }
        return cold::MOVE_ITER::<B>(pc, r, vm, ti, kc, tbl);
    }
    GET_YIELD_FROM_ITER(i, r, vm, ti, kc, pc, tbl) {
        return more::get_iter::<B, true>(pc, r, vm, ti, kc, tbl);
    }
    FOR_ITER(i, r, vm, ti, kc, pc, tbl) {
        let p = r.add(i.b as usize);
        let n = *p;
        if n.bits() >= ti {
            if n.bits() == kc {
                jump!();
            }
            let current = *p.add(1);
            *p = Value::from_bits(n.bits() - 1);
            *p.add(1) = Value::from_bits(current.bits().wrapping_add((*p.add(2)).bits()).wrapping_sub(kc));
            set(r, i.a, current);
            next!();
        }
        return more::for_item::<B, { resume::FOR_ITER }>(pc, r, vm, ti, kc, tbl);
    }
    LOOP_FOR_ITER(i, r, vm, ti, kc, pc, tbl) {
        let p = r.add(i.b as usize);
        let n = *p;
        if (*vm).exec.interrupt.load(Relaxed) != 0 {
            return cold::LOOP_FOR_ITER::<B>(pc, r, vm, ti, kc, tbl);
        }
        if n.bits() >= ti {
            if n.bits() == kc {
                next!();
            }
            let current = *p.add(1);
            *p = Value::from_bits(n.bits() - 1);
            *p.add(1) = Value::from_bits(current.bits().wrapping_add((*p.add(2)).bits()).wrapping_sub(kc));
            set(r, i.a, current);
            jump!();
        }
        return more::for_item::<B, { resume::LOOP_FOR_ITER }>(pc, r, vm, ti, kc, tbl);
    }
}

macro_rules! list {
    ($($name:ident)*) => { vec![$((Op::$name, $name::<B> as Handler)),*] };
}

pub(super) fn handlers<B: Back + 'static>() -> Vec<(Op, Handler)> {
    list! {
        PUSH_EXC POP_EXC CHECK_EXC_MATCH NOP LOAD_CONST MOVE CLEAR_LOCAL CHECK_BOUND LOAD_CELL STORE_CELL LOAD_FREE STORE_FREE GET_ITER
        GET_ITER_OBJECT MOVE_ITER GET_YIELD_FROM_ITER FOR_ITER LOOP_FOR_ITER
    }
}

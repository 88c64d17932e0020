//! Lists and tuples by index, appending, unpacking.

use super::arith::{get, set};
use super::flow::shape;
use super::hot;
use super::more;
use crate::dispatch::{Back, Handler, cold};
use taipan_bytecode::Op;
use taipan_runtime::objects::list::{List, Storage};
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Value, barrier};

/// Item `k` (negative counts from the end) of an exact list or tuple.
#[inline(always)]
unsafe fn load(v: Value, k: i64) -> Option<Value> {
    let s = shape(v);
    // SAFETY: the shape says what it is; the index is below the length.
    unsafe {
        if s == shape_ids::list {
            let l = &*(v.as_header() as *const List);
            let n = l.len.get();
            let k = if k < 0 { k.wrapping_add(n as i64) } else { k } as usize;
            if k >= n {
                return None;
            }
            return match l.storage.get() {
                Storage::Object | Storage::Float => Some(*l.data.get().cast::<Value>().add(k)),
                Storage::Int => Value::try_int(*l.data.get().cast::<i64>().add(k)),
                Storage::Bool => Some(Value::bool(*l.data.get().add(k) != 0)),
                Storage::Empty => None,
            };
        }
        if s == shape_ids::tuple {
            let t = &*(v.as_header() as *const Tuple);
            let k = if k < 0 { k.wrapping_add(t.len() as i64) } else { k } as usize;
            if k >= t.len() {
                return None;
            }
            return Some(*t.items().as_ptr().add(k));
        }
    }
    None
}

/// Replaces item `k` of an exact list whose storage suits the value; false where that is not so.
#[inline(always)]
unsafe fn store(v: Value, k: i64, x: Value) -> bool {
    if shape(v) != shape_ids::list {
        return false;
    }
    // SAFETY: the shape says that it is a list; the index is below the length.
    unsafe {
        let l = &*(v.as_header() as *const List);
        let n = l.len.get();
        let k = if k < 0 { k.wrapping_add(n as i64) } else { k } as usize;
        if k >= n {
            return false;
        }
        match l.storage.get() {
            Storage::Object => {
                *l.data.get().cast::<Value>().add(k) = x;
                barrier(&*l.buf.get().as_header());
                true
            }
            Storage::Int if x.is_int() => {
                *l.data.get().cast::<i64>().add(k) = x.as_int();
                true
            }
            Storage::Float if x.is_float() => {
                *l.data.get().cast::<Value>().add(k) = x;
                true
            }
            Storage::Bool if x.is_bool() => {
                *l.data.get().add(k) = x.is_true() as u8;
                true
            }
            _ => false,
        }
    }
}

/// Appends where the list has room and the item suits its storage; false where the general way must be taken.
#[inline(always)]
pub(super) unsafe fn append(l: &List, x: Value) -> bool {
    let n = l.len.get();
    if n >= l.cap.get() {
        return false;
    }
    // SAFETY: there is room for one more item of the storage's kind.
    unsafe {
        match l.storage.get() {
            Storage::Object => {
                *l.data.get().cast::<Value>().add(n) = x;
                barrier(&*l.buf.get().as_header());
            }
            Storage::Int if x.is_int() => *l.data.get().cast::<i64>().add(n) = x.as_int(),
            Storage::Float if x.is_float() => *l.data.get().cast::<Value>().add(n) = x,
            _ => return false,
        }
    }
    l.len.set(n + 1);
    true
}

hot! {
    GETITEM(i, r, vm, ti, kc, pc, tbl) {
        let k = get(r, i.c);
        if k.bits() >= ti
            && let Some(v) = load(get(r, i.b), k.as_int())
        {
            set(r, i.a, v);
            next!();
        }
        return more::getitem::<B, false>(pc, r, vm, ti, kc, tbl);
    }
    GETITEM_I(i, r, vm, ti, kc, pc, tbl) {
        if let Some(v) = load(get(r, i.b), i.e as i32 as i64) {
            set(r, i.a, v);
            next!();
        }
        return more::getitem::<B, true>(pc, r, vm, ti, kc, tbl);
    }
    SETITEM(i, r, vm, ti, kc, pc, tbl) {
        let k = get(r, i.b);
        if k.bits() >= ti && store(get(r, i.a), k.as_int(), get(r, i.c)) {
            next!();
        }
        return more::setitem::<B>(pc, r, vm, ti, kc, tbl);
    }
    SETITEM_I(i, r, vm, ti, kc, pc, tbl) {
        if store(get(r, i.a), i.e as i32 as i64, get(r, i.c)) {
            next!();
        }
        return cold::SETITEM_I::<B>(pc, r, vm, ti, kc, tbl);
    }
    CONTAINS(i, r, vm, ti, kc, pc, tbl) {
        return more::contains::<B, false>(pc, r, vm, ti, kc, tbl);
    }
    NOT_CONTAINS(i, r, vm, ti, kc, pc, tbl) {
        return more::contains::<B, true>(pc, r, vm, ti, kc, tbl);
    }
    LIST_APPEND(i, r, vm, ti, kc, pc, tbl) {
        if append(&*(get(r, i.a).as_header() as *const List), get(r, i.b)) {
            next!();
        }
        return cold::LIST_APPEND::<B>(pc, r, vm, ti, kc, tbl);
    }
    UNPACK_SEQ(i, r, vm, ti, kc, pc, tbl) {
        let v = get(r, i.b);
        if shape(v) == shape_ids::tuple {
            let t = &*(v.as_header() as *const Tuple);
            let n = i.c as usize;
            if t.len() == n {
                let items = t.items().as_ptr();
                let out = r.add(i.a as usize);
                if n == 2 {
                    let (a, b) = (*items, *items.add(1));
                    *out = a;
                    *out.add(1) = b;
                } else {
                    let mut k = 0;
                    while k < n {
                        *out.add(k) = *items.add(k);
                        k += 1;
                    }
                }
                next!();
            }
        }
        return cold::UNPACK_SEQ::<B>(pc, r, vm, ti, kc, tbl);
    }
}

macro_rules! list {
    ($($name:ident)*) => { vec![$((Op::$name, $name::<B> as Handler)),*] };
}

pub(super) fn handlers<B: Back + 'static>() -> Vec<(Op, Handler)> {
    list! { GETITEM GETITEM_I SETITEM SETITEM_I CONTAINS NOT_CONTAINS LIST_APPEND UNPACK_SEQ }
}

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
pub(super) unsafe fn load(v: Value, k: i64) -> Option<Value> {
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
pub(super) unsafe fn store(v: Value, k: i64, x: Value) -> bool {
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
        let v = get(r, i.b);
        // Ints from 0 on are the words from that of 0 on.
        if k.bits() >= kc && v.is_ptr() {
            let k = (k.bits() - kc) as usize;
            let h = v.as_header();
            let s = (*h).shape();
            if s == shape_ids::list {
                let l = &*(h as *const List);
                if k < l.len.get() {
                    let p = l.data.get().cast::<u64>();
                    let kind = l.storage.get();
                    if kind == Storage::Int {
                        let word = kc.wrapping_add(*p.add(k));
                        if word >= ti {
                            set(r, i.a, Value::from_bits(word));
                            next!();
                        }
                    } else if kind != Storage::Bool {
                        // (An empty list has no item.)
                        set(r, i.a, Value::from_bits(*p.add(k)));
                        next!();
                    }
                }
            } else if s == shape_ids::tuple {
                let t = &*(h as *const Tuple);
                if k < t.len() {
                    set(r, i.a, *t.items().as_ptr().add(k));
                    next!();
                }
            }
        }
        return more::getitem_sequence::<B, false>(pc, r, vm, ti, kc, tbl);
    }
    GETITEM_I(i, r, vm, ti, kc, pc, tbl) {
        let v = get(r, i.b);
        let k = i.e as i32 as isize as usize;
        if v.is_ptr() {
            let h = v.as_header();
            let s = (*h).shape();
            if s == shape_ids::tuple {
                let t = &*(h as *const Tuple);
                if k < t.len() {
                    set(r, i.a, *t.items().as_ptr().add(k));
                    next!();
                }
            } else if s == shape_ids::list {
                let l = &*(h as *const List);
                let kind = l.storage.get();
                if k < l.len.get() && kind != Storage::Int && kind != Storage::Bool {
                    set(r, i.a, *l.data.get().cast::<Value>().add(k));
                    next!();
                }
            }
        }
        return more::getitem_sequence::<B, true>(pc, r, vm, ti, kc, tbl);
    }
    SETITEM(i, r, vm, ti, kc, pc, tbl) {
        let k = get(r, i.b);
        let v = get(r, i.a);
        if k.bits() >= kc && shape(v) == shape_ids::list {
            let k = (k.bits() - kc) as usize;
            let l = &*(v.as_header() as *const List);
            if k < l.len.get() {
                let p = l.data.get().cast::<u64>().add(k);
                let x = get(r, i.c);
                let kind = l.storage.get();
                if kind == Storage::Object {
                    *p = x.bits();
                    written!(&*l.buf.get().as_header());
                }
                if kind == Storage::Int && x.bits() >= ti {
                    *p = x.bits().wrapping_sub(kc);
                    next!();
                }
                if kind == Storage::Float && x.is_float() {
                    *p = x.bits();
                    next!();
                }
            }
        }
        return more::setitem_sequence::<B, false>(pc, r, vm, ti, kc, tbl);
    }
    SETITEM_I(i, r, vm, ti, kc, pc, tbl) {
        let v = get(r, i.a);
        let k = i.e as i32 as isize as usize;
        if shape(v) == shape_ids::list {
            let l = &*(v.as_header() as *const List);
            if k < l.len.get() {
                let p = l.data.get().cast::<u64>().add(k);
                let x = get(r, i.c);
                let kind = l.storage.get();
                if kind == Storage::Object {
                    *p = x.bits();
                    written!(&*l.buf.get().as_header());
                }
                if kind == Storage::Int && x.bits() >= ti {
                    *p = x.bits().wrapping_sub(kc);
                    next!();
                }
                if kind == Storage::Float && x.is_float() {
                    *p = x.bits();
                    next!();
                }
            }
        }
        return more::setitem_sequence::<B, true>(pc, r, vm, ti, kc, tbl);
    }
    CONTAINS(i, r, vm, ti, kc, pc, tbl) {
        return more::contains::<B, false>(pc, r, vm, ti, kc, tbl);
    }
    NOT_CONTAINS(i, r, vm, ti, kc, pc, tbl) {
        return more::contains::<B, true>(pc, r, vm, ti, kc, tbl);
    }
    LIST_APPEND(i, r, vm, ti, kc, pc, tbl) {
        let l = &*(get(r, i.a).as_header() as *const List);
        let n = l.len.get();
        if n < l.cap.get() {
            let x = get(r, i.b);
            let p = l.data.get().cast::<u64>().add(n);
            let kind = l.storage.get();
            if kind == Storage::Object {
                *p = x.bits();
                l.len.set(n + 1);
                written!(&*l.buf.get().as_header());
            }
            if kind == Storage::Int && x.bits() >= ti {
                *p = x.bits().wrapping_sub(kc);
                l.len.set(n + 1);
                next!();
            }
        }
        return more::list_append::<B>(pc, r, vm, ti, kc, tbl);
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
        return unpack_list::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// `UNPACK_SEQ` of a list.
    unpack_list(i, r, vm, ti, kc, pc, tbl) {
        let v = get(r, i.b);
        let n = i.c as usize;
        if shape(v) == shape_ids::list {
            let l = &*(v.as_header() as *const List);
            let kind = l.storage.get();
            if l.len.get() == n && kind != Storage::Bool {
                let items = l.data.get().cast::<u64>();
                // What is added to an item to make the value of it.
                let bias = if kind == Storage::Int { kc } else { 0 };
                let mut least = u64::MAX;
                let mut k = 0;
                if kind == Storage::Int {
                    // Nothing is written unless all of it fits.
                    while k < n {
                        least = least.min(kc.wrapping_add(*items.add(k)));
                        k += 1;
                    }
                }
                if least >= ti {
                    let out = r.add(i.a as usize);
                    k = 0;
                    while k < n {
                        *out.add(k) = Value::from_bits(bias.wrapping_add(*items.add(k)));
                        k += 1;
                    }
                    next!();
                }
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

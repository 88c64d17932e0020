//! Attribute access where up to four shapes meet.
//!
//! In: an instruction whose cache leads to [`ROWS`] rows in the code object's side memory, filled by `spec.rs`. Out:
//! what the row for the object's shape says. A row is implied by its shape and, where it has one, the class's
//! version; rows not in use have shape 0, which no object has. As in `attrs.rs`, cached values are not traced.

use super::arith::{get, set};
use super::attrs::{class_version, inline_slot, overflow};
use super::flow::shape;
use super::hot;
use crate::code::{Cache, cache};
use crate::dispatch::cold;
use std::cell::Cell;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::shape::Place;
use taipan_runtime::{INT_TAG, INT_ZERO, Value, ValueBuf, barrier, is_clean_old};

/// Rows of a polymorphic cache.
pub const ROWS: usize = 4;
/// Words of side memory for them.
pub const WORDS: usize = ROWS * size_of::<Row>() / 8;

/// What to do for one shape.
#[repr(C)]
pub struct Row {
    /// The shape, and the class's version in the upper half (0: not checked).
    pub key: Cell<u64>,
    /// A kind, and the place in the upper half.
    pub what: Cell<u64>,
    /// A value, or the shape afterwards.
    pub value: Cell<u64>,
}

/// An inline slot.
pub const INLINE: u32 = 0;
/// A place in the overflow buffer.
pub const OVERFLOW: u32 = 1;
/// The value in the row.
pub const VALUE: u32 = 2;
/// The function in the row; the object goes with it as self.
pub const METHOD: u32 = 3;
/// A new attribute in an inline slot; `value` is the shape afterwards.
pub const ADD: u32 = 4;

/// The word `what` of a slot.
pub fn slot(place: Place) -> u64 {
    match place {
        Place::Inline(k) => INLINE as u64 | (k as u64) << 32,
        Place::Overflow(k) => OVERFLOW as u64 | (k as u64) << 32,
    }
}

/// The rows of a cache.
///
/// # Safety
/// The cache belongs to an instruction in a polymorphic form.
#[inline(always)]
pub unsafe fn rows(c: &Cache) -> &[Row; ROWS] {
    // SAFETY: by the caller's promise; side memory lives as long as the code object.
    unsafe { &*c.rows.get() }
}

/// The row for `o`, if there is one.
#[inline(always)]
unsafe fn find(o: Value, c: &Cache) -> Option<&Row> {
    let s = shape(o);
    // SAFETY: the caller runs a polymorphic form; a shape other than 0 is a heap object's.
    unsafe {
        for row in rows(c) {
            let key = row.key.get();
            if key as u32 == s {
                let version = (key >> 32) as u32;
                return (s != 0 && (version == 0 || class_version(o) == version)).then_some(row);
            }
        }
    }
    None
}

/// What the row says about `o`: the value, unbound where the general form must look.
#[inline(always)]
unsafe fn read(o: Value, row: &Row) -> Value {
    let what = row.what.get();
    let place = (what >> 32) as u32;
    // SAFETY: the shape was checked.
    unsafe {
        match what as u32 {
            INLINE => (*inline_slot(o, place)).get(),
            OVERFLOW => *(*overflow(o)).data().add(place as usize),
            _ => Value::from_bits(row.value.get()),
        }
    }
}

hot! {
    /// rows: up to four shapes.
    load_attr_poly(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        if o.is_ptr() {
            let s = (*o.as_header()).shape() as u64;
            let rows = cache(pc).rows.get().cast::<Row>();
            // Slots have no version: the whole word is the shape.
            let mut row = rows;
            if (*row).key.get() != s {
                row = row.add(1);
                if (*row).key.get() != s {
                    row = row.add(2);
                    if (*row).key.get() != s {
                        row = row.sub(1);
                        if (*row).key.get() != s {
                            return load_attr_other::<B>(pc, r, vm, INT_TAG, INT_ZERO, tbl);
                        }
                    }
                }
            }
            let what = (*row).what.get();
            if what as u32 == INLINE {
                let v = (*inline_slot(o, (what >> 32) as u32)).get();
                if !v.is_unbound() {
                    set(r, i.a, v);
                    return B::next(pc.add(1), r, vm, INT_TAG, INT_ZERO, tbl);
                }
            }
        }
        return load_attr_other::<B>(pc, r, vm, INT_TAG, INT_ZERO, tbl);
    }
    /// What is no inline slot.
    load_attr_other(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        if let Some(row) = find(o, cache(pc)) {
            let v = read(o, row);
            if !v.is_unbound() {
                set(r, i.a, v);
                next!();
            }
        }
        return cold::LOAD_ATTR::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// rows: up to four shapes.
    load_method_poly(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        if o.is_ptr() {
            let h = o.as_header();
            // Methods come with the class's version.
            let key = (*h).shape() as u64 | ((*((*h).class() as *const Type)).version.get() as u64) << 32;
            let mut row = cache(pc).rows.get().cast::<Row>();
            if (*row).key.get() != key {
                row = row.add(1);
                if (*row).key.get() != key {
                    row = row.add(2);
                    if (*row).key.get() != key {
                        row = row.sub(1);
                        if (*row).key.get() != key {
                            return load_method_other::<B>(pc, r, vm, INT_TAG, INT_ZERO, tbl);
                        }
                    }
                }
            }
            if (*row).what.get() == METHOD as u64 {
                set(r, i.a, Value::from_bits((*row).value.get()));
                set(r, i.a + 4, o);
                return B::next(pc.add(1), r, vm, INT_TAG, INT_ZERO, tbl);
            }
        }
        return load_method_other::<B>(pc, r, vm, INT_TAG, INT_ZERO, tbl);
    }
    /// What is no method.
    load_method_other(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        if let Some(row) = find(o, cache(pc)) {
            let v = read(o, row);
            if !v.is_unbound() {
                set(r, i.a, v);
                set(r, i.a + 4, if row.what.get() as u32 == METHOD { o } else { Value::UNBOUND });
                next!();
            }
        }
        return cold::LOAD_METHOD::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// rows: up to four shapes.
    store_attr_poly(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.a);
        if o.is_ptr() {
            let h = o.as_header();
            let s = (*h).shape() as u64;
            let mut row = cache(pc).rows.get().cast::<Row>();
            if (*row).key.get() != s {
                row = row.add(1);
                if (*row).key.get() != s {
                    row = row.add(2);
                    if (*row).key.get() != s {
                        row = row.sub(1);
                        if (*row).key.get() != s {
                            return store_attr_other::<B>(pc, r, vm, INT_TAG, INT_ZERO, tbl);
                        }
                    }
                }
            }
            let what = (*row).what.get();
            if what as u32 == INLINE && !is_clean_old(&*h) {
                (*inline_slot(o, (what >> 32) as u32)).set_raw(get(r, i.b));
                return B::next(pc.add(1), r, vm, INT_TAG, INT_ZERO, tbl);
            }
        }
        return store_attr_other::<B>(pc, r, vm, INT_TAG, INT_ZERO, tbl);
    }
    /// What is no inline slot, or needs the write barrier.
    store_attr_other(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.a);
        if let Some(row) = find(o, cache(pc)) {
            let what = row.what.get();
            let place = (what >> 32) as u32;
            if what as u32 == OVERFLOW {
                let buf = &*overflow(o);
                *buf.data().add(place as usize) = get(r, i.b);
                barrier(&*(buf as *const ValueBuf).cast());
            } else {
                (*inline_slot(o, place)).set(&*o.as_header(), get(r, i.b));
                if what as u32 == ADD {
                    (*o.as_header()).set_shape(row.value.get() as u32);
                }
            }
            next!();
        }
        return cold::STORE_ATTR::<B>(pc, r, vm, ti, kc, tbl);
    }
}

//! Specialised forms of attribute access and of globals. What they check and use is in the instruction's cache;
//! `spec.rs` fills it. Cached values are not traced: each is used only under the check that implies that its
//! owner holds it.

use super::arith::{get, set};
use super::calls::enter;
use super::flow::shape;
use super::hot;
use crate::code::cache;
use crate::dispatch::cold;
use taipan_runtime::objects::instance::Instance;
use taipan_runtime::objects::module::Module;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::exec::{HEADER, function};
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Value, ValueBuf};

/// Version of the class of a heap object.
#[inline(always)]
pub(super) unsafe fn class_version(v: Value) -> u32 {
    // SAFETY: a heap object has a type as its class.
    unsafe { (*((*v.as_header()).class() as *const Type)).version.get() }
}
#[inline(always)]
pub(super) unsafe fn inline_slot(v: Value, k: u32) -> *const taipan_runtime::Slot<Value> {
    // SAFETY: the shape was checked: an instance with that many slots.
    unsafe { (*(v.as_header() as *const Instance)).slots().as_ptr().add(k as usize) }
}
#[inline(always)]
pub(super) unsafe fn overflow(v: Value) -> *const ValueBuf {
    // SAFETY: the shape was checked: attributes of such places are in a buffer.
    unsafe { (*(v.as_header() as *const Instance)).attrs.get().as_header() as *const ValueBuf }
}

hot! {
    /// a: layout of the globals; b: address of the value.
    load_global_module(i, r, vm, ti, kc, pc, tbl) {
        let c = cache(pc);
        if function(r).globals.get().layout.get() == c.a.get() {
            set(r, i.a, *(c.b.get() as *const Value));
            next!();
        }
        return cold::LOAD_GLOBAL::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: layout of the globals; b: address of the value; c: layout of the builtins.
    load_global_builtin(i, r, vm, ti, kc, pc, tbl) {
        let c = cache(pc);
        let f = function(r);
        if f.globals.get().layout.get() == c.a.get() && f.builtins.get().layout.get() == c.c.get() {
            set(r, i.a, *(c.b.get() as *const Value));
            next!();
        }
        return cold::LOAD_GLOBAL::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: shape, and the slot in the upper half.
    load_attr_slot(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let a = cache(pc).a.get();
        if o.is_ptr() && shape(o) == a as u32 {
            let v = (*inline_slot(o, (a >> 32) as u32)).get();
            if !v.is_unbound() {
                set(r, i.a, v);
                next!();
            }
        }
        return cold::LOAD_ATTR::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: shape, and the place in the upper half.
    load_attr_overflow(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let a = cache(pc).a.get();
        if o.is_ptr() && shape(o) == a as u32 {
            let v = *(*overflow(o)).data().add((a >> 32) as usize);
            if !v.is_unbound() {
                set(r, i.a, v);
                next!();
            }
        }
        return cold::LOAD_ATTR::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: shape, and the class's version in the upper half; b: the value.
    load_attr_class(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let c = cache(pc);
        // (Halves of the word are compared where they are: few registers are free.)
        if o.is_ptr() && shape(o) == c.low() && class_version(o) == c.high() {
            set(r, i.a, Value::from_bits(c.b.get()));
            next!();
        }
        return cold::LOAD_ATTR::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: layout of the module's dict; b: address of the value.
    load_attr_module(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let c = cache(pc);
        if shape(o) == shape_ids::module {
            let m = &*(o.as_header() as *const Module);
            if m.dict.get().layout.get() == c.a.get() {
                set(r, i.a, *(c.b.get() as *const Value));
                next!();
            }
        }
        return cold::LOAD_ATTR::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: the class's version; b: the getter, a Python function of one parameter.
    load_attr_property(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let c = cache(pc);
        if o.is_ptr() && class_version(o) as u64 == c.a.get() {
            let new = r.add(function(r).code.get().nregs as usize + HEADER);
            *new = o;
            let entry = enter(Value::from_bits(c.b.get()), 1, new, pc, r, vm);
            if !entry.is_null() {
                return B::next(entry, new, vm, ti, kc, tbl);
            }
        }
        return cold::LOAD_ATTR::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: version of the type that the object is; b: the value; c: the type.
    load_attr_type(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let c = cache(pc);
        if o.bits() == c.c.get() && (*(o.as_header() as *const Type)).version.get() as u64 == c.a.get() {
            set(r, i.a, Value::from_bits(c.b.get()));
            next!();
        }
        return cold::LOAD_ATTR::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: version of the type that the object is, and of its class in the upper half; b: the value; c: the type.
    load_attr_meta(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let c = cache(pc);
        if o.bits() == c.c.get()
            && (*(o.as_header() as *const Type)).version.get() == c.a.get() as u32
            && class_version(o) == (c.a.get() >> 32) as u32
        {
            set(r, i.a, Value::from_bits(c.b.get()));
            next!();
        }
        return cold::LOAD_ATTR::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// As `load_attr_meta`.
    load_method_meta(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let c = cache(pc);
        if o.bits() == c.c.get()
            && (*(o.as_header() as *const Type)).version.get() == c.a.get() as u32
            && class_version(o) == (c.a.get() >> 32) as u32
        {
            set(r, i.a, Value::from_bits(c.b.get()));
            set(r, i.a + 4, Value::UNBOUND);
            next!();
        }
        return cold::LOAD_METHOD::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: shape, and the class's version in the upper half; b: the function.
    load_method_unbound(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let c = cache(pc);
        // (Halves of the word are compared where they are: few registers are free.)
        if o.is_ptr() && shape(o) == c.low() && class_version(o) == c.high() {
            set(r, i.a, Value::from_bits(c.b.get()));
            set(r, i.a + 4, o);
            next!();
        }
        return cold::LOAD_METHOD::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// As `load_attr_type`, for the function of a class method.
    load_method_class(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let c = cache(pc);
        if o.bits() == c.c.get() && (*(o.as_header() as *const Type)).version.get() as u64 == c.a.get() {
            set(r, i.a, Value::from_bits(c.b.get()));
            set(r, i.a + 4, o);
            next!();
        }
        return cold::LOAD_METHOD::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// As `load_attr_class`.
    load_method_value(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let c = cache(pc);
        if o.is_ptr() && shape(o) == c.low() && class_version(o) == c.high() {
            set(r, i.a, Value::from_bits(c.b.get()));
            set(r, i.a + 4, Value::UNBOUND);
            next!();
        }
        return cold::LOAD_METHOD::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// As `load_method_unbound`; c: where in the object the address of its dict is.
    load_method_native(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let c = cache(pc);
        if o.is_ptr() && shape(o) == c.low() && class_version(o) == c.high() {
            let dict = o.as_header().cast::<u8>().add(c.c.get() as usize).cast::<Value>();
            if (*dict).is_unbound() {
                set(r, i.a, Value::from_bits(c.b.get()));
                set(r, i.a + 4, o);
                next!();
            }
        }
        return cold::LOAD_METHOD::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// As `load_attr_module`.
    load_method_module(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let c = cache(pc);
        if shape(o) == shape_ids::module {
            let m = &*(o.as_header() as *const Module);
            if m.dict.get().layout.get() == c.a.get() {
                set(r, i.a, *(c.b.get() as *const Value));
                set(r, i.a + 4, Value::UNBOUND);
                next!();
            }
        }
        return cold::LOAD_METHOD::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// As `load_attr_slot`.
    load_method_slot(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let a = cache(pc).a.get();
        if o.is_ptr() && shape(o) == a as u32 {
            let v = (*inline_slot(o, (a >> 32) as u32)).get();
            if !v.is_unbound() {
                set(r, i.a, v);
                set(r, i.a + 4, Value::UNBOUND);
                next!();
            }
        }
        return cold::LOAD_METHOD::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// As `load_attr_type`.
    load_method_type(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.b);
        let c = cache(pc);
        if o.bits() == c.c.get() && (*(o.as_header() as *const Type)).version.get() as u64 == c.a.get() {
            set(r, i.a, Value::from_bits(c.b.get()));
            set(r, i.a + 4, Value::UNBOUND);
            next!();
        }
        return cold::LOAD_METHOD::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: shape, and the slot in the upper half.
    store_attr_slot(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.a);
        let a = cache(pc).a.get();
        if o.is_ptr() && shape(o) == a as u32 {
            (*inline_slot(o, (a >> 32) as u32)).set_raw(get(r, i.b));
            written!(&*o.as_header());
        }
        return cold::STORE_ATTR::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: shape, and the place in the upper half.
    store_attr_overflow(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.a);
        let a = cache(pc).a.get();
        if o.is_ptr() && shape(o) == a as u32 {
            let buf = &*overflow(o);
            *buf.data().add((a >> 32) as usize) = get(r, i.b);
            written!(&*(buf as *const ValueBuf).cast());
        }
        return cold::STORE_ATTR::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: shape, and the shape afterwards; b: the class's version, and the slot.
    store_attr_add(i, r, vm, ti, kc, pc, tbl) {
        let o = get(r, i.a);
        let c = cache(pc);
        let (a, b) = (c.a.get(), c.b.get());
        if o.is_ptr() && shape(o) == a as u32 && class_version(o) == b as u32 {
            (*inline_slot(o, (b >> 32) as u32)).set_raw(get(r, i.b));
            (*o.as_header()).set_shape((a >> 32) as u32);
            written!(&*o.as_header());
        }
        return cold::STORE_ATTR::<B>(pc, r, vm, ti, kc, tbl);
    }
}

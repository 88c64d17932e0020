//! Specialised forms of names at module level and of `global` stores: the value's address, under a check of the
//! dict's layout. `spec.rs` fills the caches.

use super::arith::{get, set};
use super::flow::shape;
use super::hot;
use crate::code::cache;
use crate::dispatch::cold;
use std::mem::offset_of;
use taipan_runtime::objects::dict::{Dict, Entry};
use taipan_runtime::vm::exec::function;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Value, barrier};

/// Replaces a value of `d` in place, as `Dict::replace` does.
#[inline(always)]
unsafe fn replace(vm: *const taipan_runtime::Vm, d: &Dict, at: u64, v: Value) {
    // SAFETY: the dict's layout was checked: the address is that of one of its values.
    unsafe {
        let place = at as *mut Value;
        if *place != v {
            let old = std::mem::replace(&mut *place, v);
            barrier(d.keys.get().header());
            d.version.set((*vm).next_dict_version());
            if d.watched.get() && old.is_ptr() {
                watched(vm, d, at);
            }
        }
    }
}

/// A value of a watched dict was replaced.
#[cold]
#[inline(never)]
unsafe fn watched(vm: *const taipan_runtime::Vm, d: &Dict, at: u64) {
    // SAFETY: as above: the address lies in an entry of the dict, behind its key.
    unsafe {
        let key = *((at as usize - offset_of!(Entry, value) + offset_of!(Entry, key)) as *const Value);
        (*vm).watched_name_changed(d, key);
    }
}

hot! {
    /// a: layout of the namespace; b: address of the value.
    load_name_own(i, r, vm, ti, kc, pc, tbl) {
        let c = cache(pc);
        let ns = get(r, 0);
        if shape(ns) == shape_ids::dict && (*(ns.as_header() as *const Dict)).layout.get() == c.a.get() {
            set(r, i.a, *(c.b.get() as *const Value));
            next!();
        }
        return cold::LOAD_NAME::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: layout of the namespace, which is the globals; b: address of the value; c: layout of the builtins.
    load_name_builtin(i, r, vm, ti, kc, pc, tbl) {
        let c = cache(pc);
        let ns = get(r, 0);
        let f = function(r);
        if f.globals.get().value() == ns
            && f.globals.get().layout.get() == c.a.get()
            && f.builtins.get().layout.get() == c.c.get()
        {
            set(r, i.a, *(c.b.get() as *const Value));
            next!();
        }
        return cold::LOAD_NAME::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: layout of the namespace; b: address of the value.
    store_name_own(i, r, vm, ti, kc, pc, tbl) {
        let c = cache(pc);
        let ns = get(r, 0);
        if shape(ns) == shape_ids::dict {
            let d = &*(ns.as_header() as *const Dict);
            if d.layout.get() == c.a.get() {
                replace(vm, d, c.b.get(), get(r, i.b));
                next!();
            }
        }
        return cold::STORE_NAME::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// a: layout of the globals; b: address of the value.
    store_global_module(i, r, vm, ti, kc, pc, tbl) {
        let c = cache(pc);
        let d = function(r).globals.get();
        if d.layout.get() == c.a.get() {
            replace(vm, &d, c.b.get(), get(r, i.b));
            next!();
        }
        return cold::STORE_GLOBAL::<B>(pc, r, vm, ti, kc, tbl);
    }
}

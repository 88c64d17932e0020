//! The specialiser: general forms call it with what they have just seen; it rewrites the instruction to a
//! specialised form and fills its cache, or back to the general form when specialising fails too often.
//!
//! What must hold: a specialised form gives the general form's answer or falls back to it; what a cache remembers
//! is implied by what the form checks. `Cache::c`'s upper half counts rewrites where a form does not use `c`.

use crate::code::{Cache, cache};
use crate::dispatch::{handler_offset, spec_offset};
use crate::hot::Spec;
use taipan_bytecode::{Instr, Op};
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::module::Module;
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::exec::{Pc, Regs, function};
use taipan_runtime::vm::plan::{LoadPlan, StorePlan};
use taipan_runtime::vm::shape::Place;
use taipan_runtime::{Gc, Value, Vm};

unsafe fn rewrite(pc: Pc, s: Spec) {
    // SAFETY: the block is mutable memory of the code object; only this thread runs it.
    unsafe { (*(pc as *mut Instr)).op = spec_offset(s) }
}

/// Counts an attempt in the instruction's `d`, which these opcodes do not use. After a few the instruction goes
/// back to its general form, and only every 64th time is tried again.
unsafe fn attempt(pc: Pc, op: Op) -> bool {
    // SAFETY: as in `rewrite`.
    unsafe {
        let i = &mut *(pc as *mut Instr);
        i.d = i.d.wrapping_add(1);
        if i.d <= 8 || i.d.is_multiple_of(64) {
            return true;
        }
        i.op = handler_offset(op as u32);
        false
    }
}

/// Specialises `LOAD_GLOBAL`.
pub unsafe fn load_global(vm: &Vm, pc: Pc, r: Regs, name: Gc<Str>) {
    // SAFETY: the general form passes its instruction and frame.
    unsafe {
        if !attempt(pc, Op::LOAD_GLOBAL) {
            return;
        }
        let f = function(r);
        let (g, b) = (f.globals.get(), f.builtins.get());
        if !vm.is_exact(g.value(), taipan_runtime::vm::shape_ids::dict) {
            return;
        }
        let c = cache(pc);
        if let Some(e) = g.find_str(vm, name) {
            if g.layout.get() != 0 {
                fill(c, g.layout.get(), g.value_address(e) as u64, 0);
                rewrite(pc, Spec::LOAD_GLOBAL_MODULE);
            }
        } else if let Some(e) = b.find_str(vm, name)
            && b.layout.get() != 0
        {
            fill(c, g.layout.get(), b.value_address(e) as u64, b.layout.get());
            rewrite(pc, Spec::LOAD_GLOBAL_BUILTIN);
        }
    }
}

fn fill(c: &Cache, a: u64, b: u64, x: u64) {
    c.a.set(a);
    c.b.set(b);
    c.c.set(x);
}
fn pair(low: u32, high: u32) -> u64 {
    low as u64 | (high as u64) << 32
}

fn module_entry(vm: &Vm, obj: Value, name: Gc<Str>) -> Option<(u64, u64)> {
    let d: Gc<Dict> = obj.cast::<Module>()?.dict.get();
    let e = d.find_str(vm, name)?;
    Some((d.layout.get(), d.value_address(e) as u64))
}

/// Specialises `LOAD_ATTR`.
pub unsafe fn load_attr(vm: &Vm, pc: Pc, obj: Value, name: Gc<Str>) {
    // SAFETY: the general form passes its instruction.
    unsafe {
        if !attempt(pc, Op::LOAD_ATTR) {
            return;
        }
        let c = cache(pc);
        match vm.plan_load(obj, name) {
            LoadPlan::Slot { shape, place: Place::Inline(k) } => {
                fill(c, pair(shape, k), 0, 0);
                rewrite(pc, Spec::LOAD_ATTR_SLOT);
            }
            LoadPlan::Slot { shape, place: Place::Overflow(k) } => {
                fill(c, pair(shape, k), 0, 0);
                rewrite(pc, Spec::LOAD_ATTR_OVERFLOW);
            }
            LoadPlan::ClassValue { shape, version, value } if obj.is_ptr() => {
                fill(c, pair(shape, version), value.bits(), 0);
                rewrite(pc, Spec::LOAD_ATTR_CLASS);
            }
            LoadPlan::Module => {
                if let Some((layout, address)) = module_entry(vm, obj, name) {
                    fill(c, layout, address, 0);
                    rewrite(pc, Spec::LOAD_ATTR_MODULE);
                }
            }
            LoadPlan::Property { version, getter }
                if obj.is_ptr() && getter.cast::<Function>().is_some_and(|f| f.code.get().exact == 1) =>
            {
                fill(c, version as u64, getter.bits(), 0);
                rewrite(pc, Spec::LOAD_ATTR_PROPERTY);
            }
            LoadPlan::TypeValue { version, value } => {
                fill(c, version as u64, value.bits(), obj.bits());
                rewrite(pc, Spec::LOAD_ATTR_TYPE);
            }
            _ => {}
        }
    }
}

/// Specialises `LOAD_METHOD`.
pub unsafe fn load_method(vm: &Vm, pc: Pc, obj: Value, name: Gc<Str>) {
    // SAFETY: the general form passes its instruction.
    unsafe {
        if !attempt(pc, Op::LOAD_METHOD) {
            return;
        }
        let c = cache(pc);
        match vm.plan_load(obj, name) {
            LoadPlan::Method { shape, version, func } if obj.is_ptr() => {
                fill(c, pair(shape, version), func.bits(), 0);
                rewrite(pc, Spec::LOAD_METHOD_UNBOUND);
            }
            LoadPlan::Slot { shape, place: Place::Inline(k) } => {
                fill(c, pair(shape, k), 0, 0);
                rewrite(pc, Spec::LOAD_METHOD_SLOT);
            }
            LoadPlan::Module => {
                if let Some((layout, address)) = module_entry(vm, obj, name) {
                    fill(c, layout, address, 0);
                    rewrite(pc, Spec::LOAD_METHOD_MODULE);
                }
            }
            LoadPlan::TypeValue { version, value } => {
                fill(c, version as u64, value.bits(), obj.bits());
                rewrite(pc, Spec::LOAD_METHOD_TYPE);
            }
            _ => {}
        }
    }
}

/// Specialises `STORE_ATTR`, before it is carried out.
pub unsafe fn store_attr(vm: &Vm, pc: Pc, obj: Value, name: Gc<Str>) {
    // SAFETY: the general form passes its instruction.
    unsafe {
        if !attempt(pc, Op::STORE_ATTR) {
            return;
        }
        let c = cache(pc);
        match vm.plan_store(obj, name) {
            StorePlan::Slot { shape, place: Place::Inline(k) } => {
                fill(c, pair(shape, k), 0, 0);
                rewrite(pc, Spec::STORE_ATTR_SLOT);
            }
            StorePlan::Slot { shape, place: Place::Overflow(k) } => {
                fill(c, pair(shape, k), 0, 0);
                rewrite(pc, Spec::STORE_ATTR_OVERFLOW);
            }
            StorePlan::Add { shape, version, next, place: Place::Inline(k) } => {
                fill(c, pair(shape, next), pair(version, k), 0);
                rewrite(pc, Spec::STORE_ATTR_ADD);
            }
            _ => {}
        }
    }
}

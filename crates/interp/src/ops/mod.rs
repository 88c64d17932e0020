//! The general form of every opcode: `NAME(vm, pc, regs) -> PyResult<Pc>`, a plain function that does what the
//! table says for any operands and answers where to go on. The published frame is the running one; an op that
//! changes frames publishes the new one.
//!
//! This file: moves, names, cells. The other families are in the files beside it; `tests` of an opcode belong to
//! Python goldens.

mod arith;
mod attr;
mod build;
mod class;
mod exc;
mod iter;
mod matching;

pub use arith::*;
pub use attr::*;
pub use build::*;
pub use class::*;
pub use exc::*;
pub use iter::*;
pub use matching::*;

use crate::code::{inline_const, name};
use taipan_bytecode::Instr;
use taipan_runtime::objects::cell::PyCell;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::exec::{Pc, Regs, function};
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Gc, PyResult, Raised, Value, Vm};

/// Declares ops: the body sees the VM, the instruction, the registers and `pc`, and ends in the next `pc`.
macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident($vm:ident, $i:ident, $r:ident, $pc:ident) $body:block)*) => {$(
        $(#[$doc])*
        #[allow(non_snake_case, clippy::missing_safety_doc)]
        pub unsafe fn $name($vm: &Vm, $pc: Pc, $r: Regs) -> PyResult<Pc> {
            // SAFETY: the dispatcher passes an instruction of loaded code and its frame; the verifier has
            // checked that operands lie within the frame.
            unsafe {
                let $i: &Instr = &*$pc;
                let _ = ($vm, $i, $r);
                $body
            }
        }
    )*};
}
pub(crate) use ops;

/// The general form of an opcode.
pub type General = unsafe fn(&Vm, Pc, Regs) -> PyResult<Pc>;

macro_rules! general_forms {
    ($( $(#[$doc:meta])+ $name:ident [$($operands:tt)*] [$($fx:tt)*]; )*) => {
        /// The general form of opcode number `op`.
        pub fn general_form(op: u32) -> General {
            static ALL: &[General] = &[$($name as General),*];
            ALL[op as usize]
        }
    };
}
taipan_bytecode::for_each_opcode!(general_forms);

/// Register `i`.
#[inline(always)]
pub(crate) unsafe fn get(r: Regs, i: u16) -> Value {
    // SAFETY: operands lie within the frame.
    unsafe { *r.add(i as usize) }
}
/// Writes register `i`.
#[inline(always)]
pub(crate) unsafe fn set(r: Regs, i: u16, v: Value) {
    // SAFETY: operands lie within the frame.
    unsafe { *r.add(i as usize) = v }
}
/// The next instruction.
#[inline(always)]
pub(crate) unsafe fn next(pc: Pc) -> PyResult<Pc> {
    // SAFETY: the instruction is no terminator.
    Ok(unsafe { pc.add(1) })
}
/// The jump's target.
#[inline(always)]
pub(crate) unsafe fn jump(pc: Pc) -> PyResult<Pc> {
    // SAFETY: the verifier has checked jumps.
    Ok(unsafe { pc.add(1).offset((*pc).e as i32 as isize) })
}
/// Jumps if `c`.
#[inline(always)]
pub(crate) unsafe fn branch(pc: Pc, c: bool) -> PyResult<Pc> {
    // SAFETY: as above.
    unsafe { if c { jump(pc) } else { next(pc) } }
}

/// Name of the local that operand `e` names.
unsafe fn local_name(r: Regs, e: u32) -> String {
    // SAFETY: a function's frame.
    let code = unsafe { function(r) }.code.get();
    code.data.local_name(e).map_or_else(String::new, |n| n.to_string())
}

#[cold]
unsafe fn unbound_local(vm: &Vm, r: Regs, e: u32) -> Raised {
    // SAFETY: a function's frame.
    let n = unsafe { local_name(r, e) };
    // As in CPython, without `name`: another name was hardly meant.
    vm.new_exception(
        vm.types.UnboundLocalError,
        &format!("cannot access local variable '{n}' where it is not associated with a value"),
    )
}

#[cold]
unsafe fn unbound_free(vm: &Vm, r: Regs, e: u32) -> Raised {
    // SAFETY: a function's frame.
    let n = unsafe { function(r) }.code.get().data.freevars[e as usize].to_string();
    let msg = format!(
        "cannot access free variable '{n}' where it is not associated with a value in enclosing scope"
    );
    vm.name_error_for(msg, vm.intern(&n).value())
}

#[cold]
pub(crate) fn undefined(vm: &Vm, name: Gc<Str>) -> Raised {
    vm.name_error_for(format!("name '{name}' is not defined"), name.value())
}

/// The cell of free variable `e`.
unsafe fn free(r: Regs, e: u32) -> Gc<PyCell> {
    // SAFETY: a function with free variables has a closure of that many cells.
    unsafe {
        let closure: Gc<Tuple> = function(r).closure.get().cast_unchecked();
        closure.items()[e as usize].cast_unchecked()
    }
}

fn exact_dict(vm: &Vm, v: Value) -> Option<Gc<Dict>> {
    if vm.is_exact(v, shape_ids::dict) { v.cast() } else { None }
}

/// `names[e]` from a namespace mapping; `None` where it has none.
fn from_mapping(vm: &Vm, ns: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    if let Some(d) = exact_dict(vm, ns) {
        return Ok(d.get_str(vm, name));
    }
    match vm.getitem(ns, name.value()) {
        Ok(v) => Ok(Some(v)),
        Err(e) if vm.raised_is(e, vm.types.KeyError) => Ok(None),
        Err(e) => Err(e),
    }
}

/// A global or builtin of the running function.
unsafe fn global(vm: &Vm, r: Regs, name: Gc<Str>) -> PyResult {
    // SAFETY: a function's frame.
    let f = unsafe { function(r) };
    // Globals may be of a subclass of `dict` with a `__missing__` or `__getitem__` of its own.
    if let Some(v) = from_mapping(vm, f.globals.get().value(), name)? {
        return Ok(v);
    }
    match f.builtins.get().get_str(vm, name) {
        Some(v) => Ok(v),
        None => lazy_builtin(vm, f, name),
    }
}

/// A builtin that is made at its first use, or one from a mapping that is no plain dict, or `NameError`.
#[cold]
fn lazy_builtin(vm: &Vm, f: Gc<taipan_runtime::objects::function::Function>, name: Gc<Str>) -> PyResult {
    if f.builtins.get() == *vm.odd_builtins {
        return vm.builtin_of(f, name)?.ok_or_else(|| undefined(vm, name));
    }
    let made = match name.to_str() {
        Some(n) => (vm.hooks.lazy_builtin)(vm, n)?,
        None => None,
    };
    made.ok_or_else(|| undefined(vm, name))
}

fn cell(v: Value) -> Gc<PyCell> {
    v.cast().expect("the compiler keeps cells in cell registers")
}

ops! {
    NOP(vm, i, r, pc) { next(pc) }
    LOAD_CONST(vm, i, r, pc) {
        set(r, i.a, inline_const(pc));
        next(pc)
    }
    MOVE(vm, i, r, pc) {
        set(r, i.a, get(r, i.b));
        next(pc)
    }
    CHECK_BOUND(vm, i, r, pc) {
        if get(r, i.a).is_unbound() {
            return Err(unbound_local(vm, r, i.e));
        }
        next(pc)
    }
    DELETE_FAST(vm, i, r, pc) {
        if get(r, i.a).is_unbound() {
            return Err(unbound_local(vm, r, i.e));
        }
        set(r, i.a, Value::UNBOUND);
        next(pc)
    }
    CLEAR_LOCAL(vm, i, r, pc) {
        set(r, i.a, Value::UNBOUND);
        next(pc)
    }

    LOAD_GLOBAL(vm, i, r, pc) {
        set(r, i.a, global(vm, r, name(pc))?);
        crate::spec::load_global(vm, pc, r, name(pc));
        next(pc)
    }
    STORE_GLOBAL(vm, i, r, pc) {
        let g = function(r).globals.get();
        g.set_str(vm, name(pc), get(r, i.b));
        crate::spec::store_name(vm, pc, g, name(pc), true);
        next(pc)
    }
    DELETE_GLOBAL(vm, i, r, pc) {
        if !function(r).globals.get().remove_str(vm, name(pc)) {
            return Err(undefined(vm, name(pc)));
        }
        next(pc)
    }
    LOAD_NAME(vm, i, r, pc) {
        let n = name(pc);
        let v = match from_mapping(vm, get(r, 0), n)? {
            Some(v) => v,
            None => global(vm, r, n)?,
        };
        set(r, i.a, v);
        crate::spec::load_name(vm, pc, r, n);
        next(pc)
    }
    STORE_NAME(vm, i, r, pc) {
        match exact_dict(vm, get(r, 0)) {
            Some(d) => {
                d.set_str(vm, name(pc), get(r, i.b));
                crate::spec::store_name(vm, pc, d, name(pc), false);
            }
            None => vm.setitem(get(r, 0), name(pc).value(), get(r, i.b))?,
        }
        next(pc)
    }
    DELETE_NAME(vm, i, r, pc) {
        let n = name(pc);
        match exact_dict(vm, get(r, 0)) {
            Some(d) => {
                if !d.remove_str(vm, n) {
                    return Err(undefined(vm, n));
                }
            }
            None => match vm.delitem(get(r, 0), n.value()) {
                Err(e) if vm.raised_is(e, vm.types.KeyError) => return Err(undefined(vm, n)),
                x => x?,
            },
        }
        next(pc)
    }
    LOAD_FROM_DICT_OR_GLOBALS(vm, i, r, pc) {
        let n = name(pc);
        let v = match from_mapping(vm, get(r, i.b), n)? {
            Some(v) => v,
            None => global(vm, r, n)?,
        };
        set(r, i.a, v);
        next(pc)
    }
    LOAD_FROM_DICT_OR_FREE(vm, i, r, pc) {
        let n = vm.intern(&function(r).code.get().data.freevars[i.e as usize]);
        let v = match from_mapping(vm, get(r, i.b), n)? {
            Some(v) => v,
            None => match free(r, i.e).content.get().bound() {
                Some(v) => v,
                None => return Err(unbound_free(vm, r, i.e)),
            },
        };
        set(r, i.a, v);
        next(pc)
    }
    LOAD_FROM_DICT_OR_CELL(vm, i, r, pc) {
        let n = vm.intern(&local_name(r, i.e));
        let v = match from_mapping(vm, get(r, i.b), n)? {
            Some(v) => v,
            None => match cell(get(r, i.c)).content.get().bound() {
                Some(v) => v,
                None => return Err(unbound_local(vm, r, i.e)),
            },
        };
        set(r, i.a, v);
        next(pc)
    }
    SETUP_ANNOTATIONS(vm, i, r, pc) {
        let n = vm.names.__annotations__;
        if from_mapping(vm, get(r, 0), n)?.is_none() {
            vm.setitem(get(r, 0), n.value(), vm.new_dict().value())?;
        }
        next(pc)
    }

    MAKE_CELL(vm, i, r, pc) {
        set(r, i.a, vm.new_cell(get(r, i.a)).value());
        next(pc)
    }
    NEW_CELL(vm, i, r, pc) {
        set(r, i.a, vm.new_cell(Value::UNBOUND).value());
        next(pc)
    }
    LOAD_CELL(vm, i, r, pc) {
        match cell(get(r, i.b)).content.get().bound() {
            Some(v) => set(r, i.a, v),
            None => return Err(unbound_local(vm, r, i.e)),
        }
        next(pc)
    }
    STORE_CELL(vm, i, r, pc) {
        let c = cell(get(r, i.a));
        c.content.set(c, get(r, i.b));
        next(pc)
    }
    DELETE_CELL(vm, i, r, pc) {
        let c = cell(get(r, i.a));
        if c.content.get().is_unbound() {
            return Err(unbound_local(vm, r, i.e));
        }
        c.content.set(c, Value::UNBOUND);
        next(pc)
    }
    LOAD_FREE(vm, i, r, pc) {
        match free(r, i.e).content.get().bound() {
            Some(v) => set(r, i.a, v),
            None => return Err(unbound_free(vm, r, i.e)),
        }
        next(pc)
    }
    STORE_FREE(vm, i, r, pc) {
        let c = free(r, i.e);
        c.content.set(c, get(r, i.b));
        next(pc)
    }
    DELETE_FREE(vm, i, r, pc) {
        let c = free(r, i.e);
        if c.content.get().is_unbound() {
            return Err(unbound_free(vm, r, i.e));
        }
        c.content.set(c, Value::UNBOUND);
        next(pc)
    }
    LOAD_CLOSURE(vm, i, r, pc) {
        set(r, i.a, free(r, i.e).value());
        next(pc)
    }
}

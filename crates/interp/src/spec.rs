//! The specialiser: general forms call it with what they have just seen; it rewrites the instruction to a
//! specialised form and fills its cache, or back to the general form when that fails.
//!
//! # The counter
//! Field `d` of these instructions, which their opcodes do not use, counts in the general form only: its lower 12
//! bits are the executions to go before the next attempt, its upper 4 the back-off. An attempt that fails doubles
//! the wait, up to 4,096 executions. A specialised form counts nothing; where its check fails, the general form runs
//! and the specialiser looks again: attributes go from one shape to up to four, everything else gets its cache filled
//! anew. A form that was made anew [`CHANGES`] times goes back to the general one.
//!
//! What must hold: a specialised form gives the general form's answer or falls back to it; what a cache remembers
//! is implied by what the form checks.

use crate::code::{Cache, cache};
use crate::dispatch::{handler_offset, spec_of, spec_offset};
use crate::hot::Spec;
use crate::hot::poly::{self, ADD, METHOD, Row, VALUE, WORDS, rows};
use crate::profile;
use taipan_bytecode::{Instr, Op};
use taipan_runtime::objects::classmethod::BindingWrapper;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::instance::extra_slots;
use taipan_runtime::objects::module::Module;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::exec::{Pc, Regs, function};
use taipan_runtime::vm::plan::{LoadPlan, StorePlan};
use taipan_runtime::vm::shape::Place;
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::{Gc, Value, Vm, kinds};

macro_rules! reasons {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {
        /// Why an attempt to specialise failed, or why an inline fast path was left.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
        #[allow(non_camel_case_types)]
        pub enum Reason { $($(#[doc = $doc])* $name,)* }
        /// All reasons.
        pub static REASONS: &[Reason] = &[$(Reason::$name),*];
        impl Reason {
            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $(Reason::$name => stringify!($name)),* }
            }
            /// What it means.
            pub fn doc(self) -> &'static str {
                match self { $(Reason::$name => concat!($($doc),*).trim_ascii()),* }
            }
        }
    };
}
reasons! {
    /// More than four shapes meet here.
    megamorphic;
    /// What was cached changed too often.
    unstable;
    /// The class has a `__getattr__`, `__getattribute__` or `__setattr__` of its own.
    attribute_hook;
    /// A data descriptor that is no `__slots__` member and no property with a plain Python getter.
    data_descriptor;
    /// A descriptor that must be asked each time.
    descriptor;
    /// The object keeps its attributes in a dict of its own.
    own_dict;
    /// The class or its metaclass is out of versions.
    no_version;
    /// The attribute comes from the metaclass.
    metaclass;
    /// The object is an immediate value (an int, a float, None ...).
    immediate;
    /// A new attribute that has no inline slot.
    no_slot;
    /// The namespace is no plain dict, or has no layout.
    odd_namespace;
    /// Binding the method makes an object.
    bound_method;
    /// The types of the operands have no fast path.
    operand_types;
    /// The types have a fast path, but not these values: an overflow, a zero divisor, an index out of range.
    values;
    /// The arguments need binding: defaults, keywords, `*args`.
    arguments;
    /// The callable is neither a Python function nor a native one.
    callable;
    /// The iterator has no fast path.
    iterator;
    /// Something else had to be looked at first: a signal, a pending finaliser.
    interrupt;
}

/// After so many changes a specialised form is given up.
pub const CHANGES: u16 = 8;
const WAIT: u16 = 0xFFF;

/// What `d` is at first.
pub(crate) fn first_counter(vm: &Vm) -> u16 {
    vm.exec.spec_threshold.get().saturating_sub(1).min(WAIT)
}
/// Is this an opcode whose instructions are rewritten?
pub fn is_adaptive(op: Op) -> bool {
    matches!(
        op,
        Op::LOAD_GLOBAL
            | Op::LOAD_NAME
            | Op::STORE_NAME
            | Op::STORE_GLOBAL
            | Op::LOAD_ATTR
            | Op::LOAD_METHOD
            | Op::STORE_ATTR
    )
}

/// The outcome of an attempt.
type Attempt = Result<Spec, Reason>;

unsafe fn instr<'a>(pc: Pc) -> &'a mut Instr {
    // SAFETY: the block is mutable memory of the code object; only this thread runs it, and it looks at the
    // instruction by address.
    unsafe { &mut *(pc as *mut Instr) }
}

/// Is an attempt due in the general form; `Some` with the form that has just missed, otherwise.
unsafe fn due(pc: Pc, op: Op) -> Result<(), Option<Spec>> {
    // SAFETY: `pc` is an instruction of loaded code.
    unsafe {
        let i = instr(pc);
        if let Some(s) = spec_of(op, i.op) {
            return Err(Some(s));
        }
        if i.d & WAIT != 0 {
            i.d -= 1;
            return Err(None);
        }
        Ok(())
    }
}

/// Carries out an attempt: `made` filled the cache. `missed` is the form that was there.
unsafe fn conclude(vm: &Vm, pc: Pc, op: Op, missed: Option<Spec>, made: Attempt) {
    // SAFETY: as above.
    let i = unsafe { instr(pc) };
    let mut made = made;
    let backoff = i.d >> 12;
    if let (Some(_), Ok(_)) = (missed, made) {
        // The lower bits are free while the form is specialised: they count its changes.
        if i.d & WAIT >= CHANGES {
            made = Err(Reason::unstable);
        } else {
            i.d += 1;
        }
    }
    match made {
        Ok(s) => {
            if missed.is_none() {
                i.d = backoff << 12;
            }
            i.op = spec_offset(s);
        }
        Err(_) => {
            let backoff = (backoff + 1).clamp(4, 12);
            i.d = backoff << 12 | ((1u16 << backoff) - 1).min(WAIT);
            i.op = handler_offset(op as u32);
        }
    }
    if vm.exec.profiling.get() {
        profile::attempt(vm, pc, made);
    }
}

/// Attempts where one is due, or where a specialised form has missed.
macro_rules! adapt {
    ($vm:expr, $pc:expr, $op:expr, |$missed:ident| $attempt:expr) => {
        match due($pc, $op) {
            Err(None) => {}
            found => {
                let $missed = found.err().flatten();
                let made: Attempt = $attempt;
                conclude($vm, $pc, $op, $missed, made);
            }
        }
    };
}

/// Specialises `LOAD_GLOBAL`.
pub unsafe fn load_global(vm: &Vm, pc: Pc, r: Regs, name: Gc<Str>) {
    // SAFETY: the general form passes its instruction and frame.
    unsafe {
        adapt!(vm, pc, Op::LOAD_GLOBAL, |_missed| {
            let f = function(r);
            let (g, b) = (f.globals.get(), f.builtins.get());
            let c = cache(pc);
            if !vm.is_exact(g.value(), taipan_runtime::vm::shape_ids::dict) {
                Err(Reason::odd_namespace)
            } else if let Some(e) = g.find_str(vm, name) {
                if g.layout.get() != 0 {
                    fill(c, g.layout.get(), g.value_address(e) as u64, 0);
                    Ok(Spec::LOAD_GLOBAL_MODULE)
                } else {
                    Err(Reason::odd_namespace)
                }
            } else if let Some(e) = b.find_str(vm, name)
                && b.layout.get() != 0
            {
                fill(c, g.layout.get(), b.value_address(e) as u64, b.layout.get());
                Ok(Spec::LOAD_GLOBAL_BUILTIN)
            } else {
                Err(Reason::odd_namespace)
            }
        });
    }
}

fn fill(c: &Cache, a: u64, b: u64, x: u64) {
    c.a.set(a);
    c.b.set(b);
    c.c.set(x);
}
/// What a call of a class with a Python `__init__` needs: see `hot::natives::call_type`.
pub unsafe fn construct(vm: &Vm, pc: Pc, t: Gc<taipan_runtime::objects::typ::Type>, init: Gc<Function>) {
    // SAFETY: the caller passes its instruction, which has opcode `CALL` or `CALL_METHOD`, or one without a cache.
    unsafe {
        let code = function(vm.exec.regs.get()).code.get();
        let op = code.data.instrs[code.index_of(pc) as usize].opcode();
        if matches!(op, Op::CALL | Op::CALL_METHOD) {
            fill(cache(pc), t.value().bits(), vm.type_version(t) as u64, init.value().bits());
        }
    }
}

/// Specialises `LOAD_NAME`.
pub unsafe fn load_name(vm: &Vm, pc: Pc, r: Regs, name: Gc<Str>) {
    // SAFETY: the general form passes its instruction and frame.
    unsafe {
        adapt!(vm, pc, Op::LOAD_NAME, |_missed| {
            let ns = *r;
            if !vm.is_exact(ns, taipan_runtime::vm::shape_ids::dict) {
                Err(Reason::odd_namespace)
            } else {
                let d: Gc<Dict> = ns.cast_unchecked();
                let f = function(r);
                let b = f.builtins.get();
                if d.layout.get() == 0 {
                    Err(Reason::odd_namespace)
                } else if let Some(e) = d.find_str(vm, name) {
                    fill(cache(pc), d.layout.get(), d.value_address(e) as u64, 0);
                    Ok(Spec::LOAD_NAME_OWN)
                } else if f.globals.get() == d
                    && b.layout.get() != 0
                    && let Some(e) = b.find_str(vm, name)
                {
                    fill(cache(pc), d.layout.get(), b.value_address(e) as u64, b.layout.get());
                    Ok(Spec::LOAD_NAME_BUILTIN)
                } else {
                    Err(Reason::odd_namespace)
                }
            }
        });
    }
}

/// Specialises `STORE_NAME` and `STORE_GLOBAL`, after they were carried out on `d`.
pub unsafe fn store_name(vm: &Vm, pc: Pc, d: Gc<Dict>, name: Gc<Str>, global: bool) {
    // SAFETY: the general form passes its instruction.
    unsafe {
        let (op, to) = if global {
            (Op::STORE_GLOBAL, Spec::STORE_GLOBAL_MODULE)
        } else {
            (Op::STORE_NAME, Spec::STORE_NAME_OWN)
        };
        adapt!(vm, pc, op, |_missed| {
            if vm.is_exact(d.value(), taipan_runtime::vm::shape_ids::dict)
                && d.layout.get() != 0
                && let Some(e) = d.find_str(vm, name)
            {
                fill(cache(pc), d.layout.get(), d.value_address(e) as u64, 0);
                Ok(to)
            } else {
                Err(Reason::odd_namespace)
            }
        });
    }
}

fn pair(low: u32, high: u32) -> u64 {
    low as u64 | (high as u64) << 32
}

fn module_entry(vm: &Vm, obj: Value, name: Gc<Str>) -> Option<(u64, u64)> {
    let d: Gc<Dict> = obj.cast::<Module>()?.dict.get();
    let e = d.find_str(vm, name)?;
    (d.layout.get() != 0).then(|| (d.layout.get(), d.value_address(e) as u64))
}

/// A row of a polymorphic cache.
type NewRow = (u64, u64, u64);

/// The row that a cache for one shape stands for.
fn single(c: &Cache, s: Spec) -> Option<NewRow> {
    let (a, b) = (c.a.get(), c.b.get());
    let (shape, high) = (a as u32, (a >> 32) as u32);
    Some(match s {
        Spec::LOAD_ATTR_SLOT | Spec::LOAD_METHOD_SLOT | Spec::STORE_ATTR_SLOT => {
            (shape as u64, poly::slot(Place::Inline(high)), 0)
        }
        Spec::LOAD_ATTR_OVERFLOW | Spec::STORE_ATTR_OVERFLOW => {
            (shape as u64, poly::slot(Place::Overflow(high)), 0)
        }
        Spec::LOAD_ATTR_CLASS | Spec::LOAD_METHOD_VALUE => (a, VALUE as u64, b),
        Spec::LOAD_METHOD_UNBOUND => (a, METHOD as u64, b),
        Spec::STORE_ATTR_ADD => (pair(shape, b as u32), pair(ADD, (b >> 32) as u32), high as u64),
        _ => return None,
    })
}

/// Adds a row to the cache of form `missed`, which may still be one for a single shape. `None`: that form's cache
/// is not made of rows.
unsafe fn add_row(vm: &Vm, c: &Cache, missed: Spec, to: Spec, new: NewRow) -> Option<Attempt> {
    // SAFETY: the form says what the cache holds; the published frame runs the instruction's code.
    unsafe {
        if missed != to {
            let first = single(c, missed)?;
            if first.0 as u32 == new.0 as u32 {
                // The same shape, with another version: the old row is dead.
                return None;
            }
            if c.rows.get().is_null() {
                let words = function(vm.exec.regs.get()).code.get().side_words(WORDS);
                c.rows.set(words.cast());
            }
            rows(c).iter().for_each(|row| put(row, (0, 0, 0)));
            put(&rows(c)[0], first);
        }
        for row in rows(c) {
            let shape = row.key.get() as u32;
            if shape == 0 || shape == new.0 as u32 {
                put(row, new);
                return Some(Ok(to));
            }
        }
    }
    Some(Err(Reason::megamorphic))
}

fn put(row: &Row, new: NewRow) {
    row.key.set(new.0);
    row.what.set(new.1);
    row.value.set(new.2);
}

/// Why there is no plan for `obj.name`.
#[cold]
fn why_not(vm: &Vm, obj: Value, name: Gc<Str>, store: bool) -> Reason {
    use taipan_runtime::vm::attr::{generic_get_attr, generic_set_attr};
    use taipan_runtime::vm::slots::{GetAttr, SetAttr};
    let ty = vm.class_of(obj);
    if obj.cast::<taipan_runtime::objects::typ::Type>().is_some() {
        return if vm.type_lookup(ty, name).is_some() { Reason::metaclass } else { Reason::descriptor };
    }
    let hooked = if store {
        !ty.slots.setattro.get().is_some_and(|f| std::ptr::fn_addr_eq(f, generic_set_attr as SetAttr))
    } else {
        !ty.slots.getattro.get().is_some_and(|f| std::ptr::fn_addr_eq(f, generic_get_attr as GetAttr))
    };
    if hooked {
        return Reason::attribute_hook;
    }
    if vm.type_version(ty) == 0 {
        return Reason::no_version;
    }
    match vm.type_lookup(ty, name) {
        Some(d) if vm.class_of(d).slots.descr_set.get().is_some() => Reason::data_descriptor,
        _ => Reason::own_dict,
    }
}

/// A cache for one shape, or a row in a polymorphic one.
unsafe fn shaped(vm: &Vm, c: &Cache, missed: Option<Spec>, one: Spec, many: Spec, row: NewRow) -> Attempt {
    // SAFETY: the caller's instruction has this cache and form.
    if let Some(m) = missed
        && let Some(r) = unsafe { add_row(vm, c, m, many, row) }
    {
        return r;
    }
    match one {
        Spec::STORE_ATTR_ADD => {
            // Version and place go to `b`, the shape afterwards into the upper half of `a`.
            fill(c, pair(row.0 as u32, row.2 as u32), pair((row.0 >> 32) as u32, (row.1 >> 32) as u32), 0)
        }
        Spec::LOAD_ATTR_CLASS | Spec::LOAD_METHOD_UNBOUND | Spec::LOAD_METHOD_VALUE => {
            fill(c, row.0, row.2, 0)
        }
        _ => fill(c, pair(row.0 as u32, (row.1 >> 32) as u32), 0, 0),
    }
    Ok(one)
}

/// Specialises `LOAD_ATTR`.
pub unsafe fn load_attr(vm: &Vm, pc: Pc, obj: Value, name: Gc<Str>) {
    // SAFETY: the general form passes its instruction.
    unsafe {
        adapt!(vm, pc, Op::LOAD_ATTR, |missed| {
            let c = cache(pc);
            match vm.plan_load(obj, name) {
                LoadPlan::Slot { shape, place } => {
                    let one = match place {
                        Place::Inline(_) => Spec::LOAD_ATTR_SLOT,
                        Place::Overflow(_) => Spec::LOAD_ATTR_OVERFLOW,
                    };
                    shaped(vm, c, missed, one, Spec::LOAD_ATTR_POLY, (shape as u64, poly::slot(place), 0))
                }
                LoadPlan::ClassValue { shape, version, value } if obj.is_ptr() => {
                    let row = (pair(shape, version), VALUE as u64, value.bits());
                    shaped(vm, c, missed, Spec::LOAD_ATTR_CLASS, Spec::LOAD_ATTR_POLY, row)
                }
                LoadPlan::Module => match module_entry(vm, obj, name) {
                    Some((layout, address)) => {
                        fill(c, layout, address, 0);
                        Ok(Spec::LOAD_ATTR_MODULE)
                    }
                    None => Err(Reason::odd_namespace),
                },
                LoadPlan::Property { version, getter } if obj.is_ptr() => {
                    if getter.cast::<Function>().is_some_and(|f| f.code.get().exact == 1) {
                        fill(c, version as u64, getter.bits(), 0);
                        Ok(Spec::LOAD_ATTR_PROPERTY)
                    } else {
                        Err(Reason::data_descriptor)
                    }
                }
                LoadPlan::TypeValue { version, value } => {
                    fill(c, version as u64, value.bits(), obj.bits());
                    Ok(Spec::LOAD_ATTR_TYPE)
                }
                LoadPlan::MetaValue { version, meta_version, value } => {
                    fill(c, pair(version, meta_version), value.bits(), obj.bits());
                    Ok(Spec::LOAD_ATTR_META)
                }
                LoadPlan::Method { .. } => Err(Reason::bound_method),
                LoadPlan::Descriptor { .. } => Err(Reason::descriptor),
                LoadPlan::ClassValue { .. } | LoadPlan::Property { .. } => Err(Reason::immediate),
                LoadPlan::Generic => Err(why_not(vm, obj, name, false)),
            }
        });
    }
}

/// What a `classmethod` or `staticmethod` (of just that type) wraps.
fn plain_callable(vm: &Vm, descr: Value, ty: Gc<Type>) -> Option<Value> {
    if vm.class_of(descr) != ty {
        return None;
    }
    // SAFETY: objects of these two types are such wrappers.
    let f = unsafe { descr.cast_unchecked::<BindingWrapper>() }.callable.get();
    f.cast::<Function>().map(|f| f.value())
}

/// A class or static method in Python that class `obj`, whose metaclass is `type`, has: the class's version, the function,
/// and whether the class goes with it.
fn bound_to_class(vm: &Vm, obj: Value, name: Gc<Str>) -> Option<(u32, Value, bool)> {
    let t = obj.cast::<Type>()?;
    let meta = vm.class_of(obj);
    if meta != vm.types.type_ || vm.type_lookup(meta, name).is_some() {
        return None;
    }
    let version = vm.type_version(t);
    let found = vm.type_lookup(t, name).filter(|_| version != 0)?;
    let class = plain_callable(vm, found, vm.types.classmethod).map(|f| (version, f, true));
    class.or_else(|| plain_callable(vm, found, vm.types.staticmethod).map(|f| (version, f, false)))
}

/// A method of an object of a class derived from `list`, `dict` or `set` that has a dict of its own: shape and version, the
/// method, and where the dict's address is. (Objects of other builtin types differ in size.)
fn native_method(vm: &Vm, obj: Value, name: Gc<Str>) -> Option<(u64, Value, u64)> {
    use taipan_runtime::vm::attr::generic_get_attr;
    use taipan_runtime::vm::slots::GetAttr;
    let ty = vm.class_of(obj);
    let sized = obj.is_kind(kinds::LIST) || obj.is_kind(kinds::DICT) || obj.is_kind(kinds::SET);
    let plain = ty.slots.getattro.get().is_some_and(|f| std::ptr::fn_addr_eq(f, generic_get_attr as GetAttr));
    if !sized || !plain || !ty.has_dict.get() {
        return None;
    }
    let version = vm.type_version(ty);
    let f = vm.type_lookup(ty, name).filter(|_| version != 0)?;
    if !vm.class_of(f).has(flag::METHOD_DESCR) {
        return None;
    }
    // SAFETY: a live object; classes with a dict have it as first extra value.
    let h = unsafe { &*obj.as_header() };
    let dict = extra_slots(h).first()?;
    if !dict.get().is_unbound() {
        return None;
    }
    let at = dict as *const _ as u64 - h as *const taipan_runtime::Header as u64;
    Some((pair(h.shape(), version), f, at))
}

/// Specialises `LOAD_METHOD`.
pub unsafe fn load_method(vm: &Vm, pc: Pc, obj: Value, name: Gc<Str>) {
    // SAFETY: the general form passes its instruction.
    unsafe {
        adapt!(vm, pc, Op::LOAD_METHOD, |missed| {
            let c = cache(pc);
            match vm.plan_load(obj, name) {
                LoadPlan::Method { shape, version, func } if obj.is_ptr() => {
                    let row = (pair(shape, version), METHOD as u64, func.bits());
                    shaped(vm, c, missed, Spec::LOAD_METHOD_UNBOUND, Spec::LOAD_METHOD_POLY, row)
                }
                LoadPlan::Slot { shape, place: place @ Place::Inline(_) } => {
                    let row = (shape as u64, poly::slot(place), 0);
                    shaped(vm, c, missed, Spec::LOAD_METHOD_SLOT, Spec::LOAD_METHOD_POLY, row)
                }
                LoadPlan::Module => match module_entry(vm, obj, name) {
                    Some((layout, address)) => {
                        fill(c, layout, address, 0);
                        Ok(Spec::LOAD_METHOD_MODULE)
                    }
                    None => Err(Reason::odd_namespace),
                },
                LoadPlan::TypeValue { version, value } => {
                    fill(c, version as u64, value.bits(), obj.bits());
                    Ok(Spec::LOAD_METHOD_TYPE)
                }
                LoadPlan::MetaValue { version, meta_version, value } => {
                    fill(c, pair(version, meta_version), value.bits(), obj.bits());
                    Ok(Spec::LOAD_METHOD_META)
                }
                LoadPlan::Method { .. } => Err(Reason::immediate),
                LoadPlan::Slot { .. } => Err(Reason::no_slot),
                LoadPlan::Property { .. } => Err(Reason::data_descriptor),
                LoadPlan::ClassValue { shape, version, value } if obj.is_ptr() => {
                    let row = (pair(shape, version), VALUE as u64, value.bits());
                    shaped(vm, c, missed, Spec::LOAD_METHOD_VALUE, Spec::LOAD_METHOD_POLY, row)
                }
                LoadPlan::Descriptor { shape, version, descr } if obj.is_ptr() => {
                    match plain_callable(vm, descr, vm.types.staticmethod) {
                        Some(f) => {
                            let row = (pair(shape, version), VALUE as u64, f.bits());
                            shaped(vm, c, missed, Spec::LOAD_METHOD_VALUE, Spec::LOAD_METHOD_POLY, row)
                        }
                        None => Err(Reason::descriptor),
                    }
                }
                LoadPlan::ClassValue { .. } | LoadPlan::Descriptor { .. } => Err(Reason::descriptor),
                LoadPlan::Generic => match bound_to_class(vm, obj, name) {
                    Some((version, f, true)) => {
                        fill(c, version as u64, f.bits(), obj.bits());
                        Ok(Spec::LOAD_METHOD_CLASS)
                    }
                    Some((version, f, false)) => {
                        fill(c, version as u64, f.bits(), obj.bits());
                        Ok(Spec::LOAD_METHOD_TYPE)
                    }
                    None => match native_method(vm, obj, name) {
                        Some((key, f, at)) => {
                            fill(c, key, f.bits(), at);
                            Ok(Spec::LOAD_METHOD_NATIVE)
                        }
                        None => Err(why_not(vm, obj, name, false)),
                    },
                },
            }
        });
    }
}

/// Specialises `STORE_ATTR`, before it is carried out.
pub unsafe fn store_attr(vm: &Vm, pc: Pc, obj: Value, name: Gc<Str>) {
    // SAFETY: the general form passes its instruction.
    unsafe {
        adapt!(vm, pc, Op::STORE_ATTR, |missed| {
            let c = cache(pc);
            match vm.plan_store(obj, name) {
                StorePlan::Slot { shape, place } => {
                    let one = match place {
                        Place::Inline(_) => Spec::STORE_ATTR_SLOT,
                        Place::Overflow(_) => Spec::STORE_ATTR_OVERFLOW,
                    };
                    shaped(vm, c, missed, one, Spec::STORE_ATTR_POLY, (shape as u64, poly::slot(place), 0))
                }
                StorePlan::Add { shape, version, next, place: Place::Inline(k) } => {
                    let row = (pair(shape, version), pair(ADD, k), next as u64);
                    shaped(vm, c, missed, Spec::STORE_ATTR_ADD, Spec::STORE_ATTR_POLY, row)
                }
                StorePlan::Add { .. } => Err(Reason::no_slot),
                StorePlan::Generic => Err(why_not(vm, obj, name, true)),
            }
        });
    }
}

//! Set operations with any iterable, in CPython's order of steps (which decides the order of the result).
//!
//! In: a set and another operand. Out: a new exact `set` or `frozenset` (as the first operand's base type is), or
//! the first operand changed.

use crate::objects::dict::Dict;
use crate::objects::set::Set;
use crate::objects::typ::Type;
use crate::vm::error::PyResult;
use crate::vm::{Vm, shape_ids};
use taipan_heap::{Gc, Value};

const ELEMENT: &str = "a set element";

fn exact_dict(vm: &Vm, v: Value) -> Option<Gc<Dict>> {
    if vm.is_exact(v, shape_ids::dict) { v.cast::<Dict>() } else { None }
}

/// `set` or `frozenset`, whichever the type of `s` is or inherits from.
pub fn base_type(vm: &Vm, s: Gc<Set>) -> Gc<Type> {
    let class = vm.class_of(s.value());
    if class == vm.types.set || class == vm.types.frozenset {
        return class;
    }
    if vm.class_of(s.value()).is_subtype(vm.types.set) { vm.types.set } else { vm.types.frozenset }
}
/// A new set of the base type with the items of `v`.
pub fn new_base(vm: &Vm, s: Gc<Set>, v: Option<Value>) -> PyResult<Gc<Set>> {
    let r = vm.new_set_of(base_type(vm, s));
    if let Some(v) = v {
        vm.set_update(r, v)?;
    }
    Ok(r)
}
/// A copy, of the base type.
pub fn copy(vm: &Vm, s: Gc<Set>) -> PyResult<Gc<Set>> {
    new_base(vm, s, Some(s.value()))
}

/// Calls `f` for each key of any iterable, with its hash.
fn each(vm: &Vm, v: Value, mut f: impl FnMut(Value, i64) -> PyResult<bool>) -> PyResult<()> {
    if let Some(s) = v.cast::<Set>() {
        let mut pos = 0;
        while let Some(e) = s.next(&mut pos) {
            if !f(e.key, e.hash)? {
                return Ok(());
            }
        }
        return Ok(());
    }
    let it = vm.get_iter(v)?;
    while let Some(x) = vm.iter_next(it)? {
        let hash = vm.hash_key(x, ELEMENT)?;
        if !f(x, hash)? {
            return Ok(());
        }
    }
    Ok(())
}

/// Adds a key to a new set that nobody else sees. Where comparing may run Python code the operand may have changed
/// under the loop and yield a key twice; elsewhere keys are distinct.
#[inline(always)]
fn add_new(vm: &Vm, s: Gc<Set>, key: Value, hash: i64) -> PyResult<()> {
    if key.is_int() || vm.exact_str(key).is_some() {
        return s.add_absent(vm, key, hash);
    }
    s.add_hashed(vm, key, hash).map(|_| ())
}

/// `s & other`
pub fn intersection(vm: &Vm, s: Gc<Set>, other: Value) -> PyResult<Gc<Set>> {
    if s.value() == other {
        return copy(vm, s);
    }
    let result = new_base(vm, s, None)?;
    if let Some(o) = other.cast::<Set>() {
        let (small, large) = if o.len() > s.len() { (s, o) } else { (o, s) };
        let mut pos = 0;
        while let Some(e) = small.next(&mut pos) {
            if large.contains_hashed(vm, e.key, e.hash)? {
                add_new(vm, result, e.key, e.hash)?;
            }
        }
        return Ok(result);
    }
    each(vm, other, |key, hash| {
        if s.contains_hashed(vm, key, hash)? {
            result.add_hashed(vm, key, hash)?;
            return Ok(result.len() < s.len());
        }
        Ok(true)
    })?;
    Ok(result)
}
/// `s -= other` for any iterable.
pub fn difference_update(vm: &Vm, s: Gc<Set>, other: Value) -> PyResult<()> {
    if s.value() == other {
        return s.clear(vm);
    }
    if let Some(mut o) = other.cast::<Set>() {
        if o.len() >> 3 > s.len() {
            o = intersection(vm, s, other)?;
        }
        each(vm, o.value(), |key, hash| s.discard_hashed(vm, key, hash).map(|_| true))?;
    } else {
        each(vm, other, |key, hash| s.discard_hashed(vm, key, hash).map(|_| true))?;
    }
    s.drop_dummies(vm)
}
/// `s - other`
pub fn difference(vm: &Vm, s: Gc<Set>, other: Value) -> PyResult<Gc<Set>> {
    let by_copy = || {
        let r = copy(vm, s)?;
        difference_update(vm, r, other)?;
        Ok(r)
    };
    let dict = exact_dict(vm, other);
    let size = match (other.cast::<Set>(), dict) {
        (Some(o), _) => o.len(),
        (None, Some(d)) => d.len(),
        _ => return by_copy(),
    };
    if s.len() >> 2 > size {
        return by_copy();
    }
    let result = new_base(vm, s, None)?;
    let mut pos = 0;
    if let Some(o) = other.cast::<Set>() {
        while let Some(e) = s.next(&mut pos) {
            if !o.contains_hashed(vm, e.key, e.hash)? {
                add_new(vm, result, e.key, e.hash)?;
            }
        }
        return Ok(result);
    }
    while let Some(e) = s.next(&mut pos) {
        let there = match dict {
            Some(d) => d.get_hashed(vm, e.key, e.hash)?.is_some(),
            None => false,
        };
        if !there {
            add_new(vm, result, e.key, e.hash)?;
        }
    }
    Ok(result)
}

/// `s ^= other` for any iterable.
pub fn symmetric_update(vm: &Vm, s: Gc<Set>, other: Value) -> PyResult<()> {
    if s.value() == other {
        return s.clear(vm);
    }
    let flip = |key: Value, hash: i64| {
        if !s.discard_hashed(vm, key, hash)? {
            s.add_hashed(vm, key, hash)?;
        }
        Ok(true)
    };
    if let Some(d) = exact_dict(vm, other) {
        let mut pos = 0;
        while let Some(e) = d.next_entry(&mut pos) {
            flip(e.key, e.hash)?;
        }
        return Ok(());
    }
    let o = match other.cast::<Set>() {
        Some(_) => other,
        None => new_base(vm, s, Some(other))?.value(),
    };
    each(vm, o, flip)
}
/// `s ^ other`
pub fn symmetric_difference(vm: &Vm, s: Gc<Set>, other: Value) -> PyResult<Gc<Set>> {
    let r = new_base(vm, s, Some(other))?;
    symmetric_update(vm, r, s.value())?;
    Ok(r)
}

/// Is every item of `a` in `b`, if identity and unused places tell?
pub fn plainly_subset(a: &Set, b: &Set) -> Option<bool> {
    if a.len() > b.len() {
        return Some(false);
    }
    for e in a.table.get().active() {
        match b.holds_plainly(e.key, e.hash) {
            Some(true) => {}
            other => return other,
        }
    }
    Some(true)
}

/// Is every item of `a` in `b`?
pub fn is_subset(vm: &Vm, a: Gc<Set>, b: Gc<Set>) -> PyResult<bool> {
    if a.len() > b.len() {
        return Ok(false);
    }
    let mut pos = 0;
    while let Some(e) = a.next(&mut pos) {
        if !b.contains_hashed(vm, e.key, e.hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}
/// `s.issubset(other)`
pub fn issubset(vm: &Vm, s: Gc<Set>, other: Value) -> PyResult<bool> {
    match other.cast::<Set>() {
        Some(o) => is_subset(vm, s, o),
        None => Ok(intersection(vm, s, other)?.len() == s.len()),
    }
}
/// `s.issuperset(other)`
pub fn issuperset(vm: &Vm, s: Gc<Set>, other: Value) -> PyResult<bool> {
    if let Some(o) = other.cast::<Set>() {
        return is_subset(vm, o, s);
    }
    let mut all = true;
    each(vm, other, |key, hash| {
        all = s.contains_hashed(vm, key, hash)?;
        Ok(all)
    })?;
    Ok(all)
}
/// `s.isdisjoint(other)`
pub fn isdisjoint(vm: &Vm, s: Gc<Set>, other: Value) -> PyResult<bool> {
    if s.value() == other {
        return Ok(s.is_empty());
    }
    let (mut s, mut other) = (s, other);
    if let Some(o) = other.cast::<Set>()
        && o.len() > s.len()
    {
        (s, other) = (o, s.value());
    }
    let mut disjoint = true;
    each(vm, other, |key, hash| {
        disjoint = !s.contains_hashed(vm, key, hash)?;
        Ok(disjoint)
    })?;
    Ok(disjoint)
}
/// Are two sets equal?
pub fn equal(vm: &Vm, a: Gc<Set>, b: Gc<Set>) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let (x, y) = (a.hash.get(), b.hash.get());
    if x != -1 && y != -1 && x != y {
        return Ok(false);
    }
    is_subset(vm, a, b)
}

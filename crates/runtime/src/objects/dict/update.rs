//! Filling dicts from other mappings and from pairs: `dict(...)`, `update`, `|=`, `{**m}`.

use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::vm::error::PyResult;
use crate::vm::{Vm, shape_ids};
use taipan_heap::{Gc, GcVec, Value};

/// `d.update(v)`: a mapping (anything with `keys`) or an iterable of pairs.
pub fn update_any(vm: &Vm, d: Gc<Dict>, v: Value) -> PyResult<()> {
    if vm.is_exact(v, shape_ids::dict) {
        return merge(vm, d, v, true);
    }
    if vm.get_attr_opt(v, vm.names.keys)?.is_some() {
        return merge(vm, d, v, true);
    }
    from_pairs(vm, d, v)
}

/// `v` as a dict whose table may be read directly: a subclass with its own `__iter__` is asked for its keys.
pub fn plain(vm: &Vm, v: Value) -> Option<Gc<Dict>> {
    v.cast::<Dict>().filter(|o| {
        let iter = vm.class_of(o.value()).slots.iter.get();
        vm.is_exact(v, shape_ids::dict)
            || match (iter, vm.types.dict.slots.iter.get()) {
                (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
                _ => false,
            }
    })
}

/// Merges a mapping into `d`; existing keys are kept unless `replace`.
pub fn merge(vm: &Vm, d: Gc<Dict>, v: Value, replace: bool) -> PyResult<()> {
    if let Some(o) = plain(vm, v) {
        return merge_dict(vm, d, o, replace);
    }
    let keys = vm.mapping_list(v, vm.names.keys)?;
    let mut i = 0;
    while let Some(key) = vm.list_try_get(keys, i) {
        i += 1;
        if !replace && d.get(vm, key)?.is_some() {
            continue;
        }
        let value = vm.getitem(v, key)?;
        d.set(vm, key, value)?;
    }
    Ok(())
}

impl Vm {
    /// `list(v.keys())`, or of `values` or `items` (`PyMapping_Keys` and its like).
    pub fn mapping_list(&self, v: Value, name: Gc<Str>) -> PyResult<Gc<List>> {
        let r = self.call_method(v, name, &[])?;
        match self.get_iter(r) {
            Ok(it) => self.list_from_iterable(it),
            Err(e) if self.raised_is(e, self.types.TypeError) => Err(self.type_error(format!(
                "{}.{}() returned a non-iterable (type {})",
                self.type_name(v),
                *name,
                self.type_name(r)
            ))),
            Err(e) => Err(e),
        }
    }
}

/// Merges a dict's own items into `d`.
pub fn merge_dict(vm: &Vm, d: Gc<Dict>, o: Gc<Dict>, replace: bool) -> PyResult<()> {
    if d == o || o.is_empty() {
        return Ok(());
    }
    if d.is_empty() {
        d.copy_from(vm, o);
        return Ok(());
    }
    d.reserve(vm, o.len());
    let n = o.len();
    let keys = o.keys.get();
    let mut pos = 0;
    while let Some(e) = o.next_entry(&mut pos) {
        if replace || d.get_hashed(vm, e.key, e.hash)?.is_none() {
            d.set_hashed(vm, e.key, e.hash, e.value)?;
        }
        if o.len() != n || o.keys.get() != keys {
            return Err(vm.runtime_error("dict mutated during update"));
        }
    }
    Ok(())
}

/// Adds the pairs of an iterable; later ones win.
pub fn from_pairs(vm: &Vm, d: Gc<Dict>, v: Value) -> PyResult<()> {
    let it = vm.get_iter(v)?;
    let mut i = 0;
    while let Some(item) = vm.iter_next(it)? {
        let (n, key, value) = pair(vm, item, i)?;
        if n != 2 {
            return Err(vm.value_error(format!(
                "dictionary update sequence element #{i} has length {n}; 2 is required"
            )));
        }
        d.set(vm, key, value)?;
        i += 1;
    }
    Ok(())
}

/// Length and first two items of an element.
fn pair(vm: &Vm, item: Value, i: usize) -> PyResult<(usize, Value, Value)> {
    let none = Value::UNBOUND;
    if let Some(t) = item.cast::<Tuple>() {
        let s = t.items();
        return Ok((s.len(), s.first().copied().unwrap_or(none), s.get(1).copied().unwrap_or(none)));
    }
    if let Some(l) = item.cast::<List>() {
        return Ok((l.len(), vm.list_try_get(l, 0).unwrap_or(none), vm.list_try_get(l, 1).unwrap_or(none)));
    }
    let items: PyResult<GcVec> = vm.sequence_fast(item, "object is not iterable");
    let items = items.inspect_err(|&e| {
        if vm.raised_is(e, vm.types.TypeError) {
            let note = format!("Cannot convert dictionary update sequence element #{i} to a sequence");
            crate::objects::dict::add_note(vm, e, &note);
        }
    })?;
    Ok((items.len(), items.first().copied().unwrap_or(none), items.get(1).copied().unwrap_or(none)))
}

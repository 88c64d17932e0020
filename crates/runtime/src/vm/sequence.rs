//! The item protocol on any value: subscripts, membership, length hints, slices, concatenation, unpacking.
//!
//! In: any values. Out: what CPython's `PyObject_GetItem`, `PySequence_Contains`, ... answer, with its error
//! texts. Exact lists, tuples and dicts come first; other types go through their slots.

use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::slice::Slice;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::error::PyResult;
use crate::vm::{Vm, shape_ids};
use taipan_heap::{Gc, GcVec, Value};

/// A slice applied to a length: `start` and `stop` inside the sequence, `len` items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceIndices {
    /// First item.
    pub start: isize,
    /// One step behind the last item, in the direction of `step`.
    pub stop: isize,
    /// Never 0.
    pub step: isize,
    /// Number of items.
    pub len: usize,
}

impl SliceIndices {
    /// Positions of the items.
    pub fn positions(self) -> impl DoubleEndedIterator<Item = usize> + ExactSizeIterator {
        (0..self.len).map(move |i| (self.start + i as isize * self.step) as usize)
    }
}

/// Counts the items of a slice whose ends are inside the sequence or just outside.
fn slice_len(start: isize, stop: isize, step: isize) -> usize {
    if step < 0 {
        if stop < start { ((start - stop - 1) / step.wrapping_neg() + 1) as usize } else { 0 }
    } else if start < stop {
        ((stop - start - 1) / step + 1) as usize
    } else {
        0
    }
}

impl Vm {
    /// `obj[key]`
    #[inline]
    pub fn getitem(&self, obj: Value, key: Value) -> PyResult {
        if let Some(i) = key.to_int() {
            if self.is_exact(obj, shape_ids::list) {
                // SAFETY: the shape says that it is a list.
                let l = unsafe { obj.cast_unchecked::<List>() };
                let at = if i < 0 { i + l.len() as i64 } else { i };
                if (at as u64) < l.len() as u64 {
                    return Ok(self.list_get(l, at as usize));
                }
            } else if self.is_exact(obj, shape_ids::tuple) {
                // SAFETY: as above.
                let t = unsafe { obj.cast_unchecked::<Tuple>() };
                let at = if i < 0 { i + t.len() as i64 } else { i };
                if (at as u64) < t.len() as u64 {
                    return Ok(t.items()[at as usize]);
                }
            }
        }
        self.getitem_slow(obj, key)
    }
    fn getitem_slow(&self, obj: Value, key: Value) -> PyResult {
        if let Some(f) = self.class_of(obj).slots.getitem.get() {
            return f(self, obj, key);
        }
        if let Some(t) = obj.cast::<Type>() {
            return self.type_getitem(t, key);
        }
        Err(self.type_error(format!("'{}' object is not subscriptable", self.type_name(obj))))
    }
    /// `C[key]` for a class whose metaclass has no `__getitem__`.
    fn type_getitem(&self, t: Gc<Type>, key: Value) -> PyResult {
        if let Some(f) = self.get_attr_opt(t.value(), self.names.__class_getitem__)?
            && !f.is_none()
        {
            return self.call(f, &[key]);
        }
        Err(self.type_error(format!("type '{}' is not subscriptable", t.name_str())))
    }
    /// `obj[key] = value`
    #[inline]
    pub fn setitem(&self, obj: Value, key: Value, value: Value) -> PyResult<()> {
        if self.is_exact(obj, shape_ids::list)
            && let Some(i) = key.to_int()
        {
            // SAFETY: the shape says that it is a list.
            let l = unsafe { obj.cast_unchecked::<List>() };
            let at = if i < 0 { i + l.len() as i64 } else { i };
            if (at as u64) < l.len() as u64 {
                return self.list_set(l, at as usize, value);
            }
        }
        match self.class_of(obj).slots.setitem.get() {
            Some(f) => f(self, obj, key, value),
            None => {
                Err(self
                    .type_error(format!("'{}' object does not support item assignment", self.type_name(obj))))
            }
        }
    }
    /// `del obj[key]`
    pub fn delitem(&self, obj: Value, key: Value) -> PyResult<()> {
        match self.class_of(obj).slots.setitem.get() {
            Some(f) => f(self, obj, key, Value::UNBOUND),
            None => {
                let how = if self.class_of(obj).slots.getitem.get().is_some() && self.is_builtin_sequence(obj)
                {
                    "doesn't"
                } else {
                    "does not"
                };
                Err(self.type_error(format!("'{}' object {how} support item deletion", self.type_name(obj))))
            }
        }
    }
    /// Does CPython's type have sequence slots (`sq_item`)? Two wordings depend on it.
    fn is_builtin_sequence(&self, obj: Value) -> bool {
        let t = self.class_of(obj);
        let has = |b: Gc<Type>| t.is_subtype(b);
        let ty = &self.types;
        has(ty.tuple) || has(ty.str) || has(ty.bytes) || has(ty.range) || has(ty.list)
    }
    /// `item in container`
    pub fn contains(&self, container: Value, item: Value) -> PyResult<bool> {
        if let Some(f) = self.class_of(container).slots.contains.get() {
            return f(self, container, item);
        }
        self.iter_contains(container, item)
    }
    /// `item in iterable`, by iteration.
    pub fn iter_contains(&self, container: Value, item: Value) -> PyResult<bool> {
        if self.class_of(container).slots.iter.get().is_none()
            && self.class_of(container).slots.getitem.get().is_none()
        {
            return Err(self.type_error(format!(
                "argument of type '{}' is not a container or iterable",
                self.type_name(container)
            )));
        }
        let it = self.get_iter(container)?;
        while let Some(x) = self.iter_next(it)? {
            if self.equal(x, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    /// No machine holds as many items as this, whatever the items are.
    pub fn check_hint(&self, hint: usize) -> PyResult<()> {
        if hint >= 1 << 44 { Err(self.memory_error()) } else { Ok(()) }
    }
    /// `operator.length_hint(v, default)`
    pub fn length_hint(&self, v: Value, default: usize) -> PyResult<usize> {
        if let Some(f) = self.class_of(v).slots.len.get() {
            match f(self, v) {
                Ok(n) => return Ok(n),
                Err(e) if self.raised_is(e, self.types.TypeError) => {}
                Err(e) => return Err(e),
            }
        }
        let hint = match self.call_special(v, self.names.__length_hint__, &[]) {
            Ok(Some(r)) => r,
            Ok(None) => return Ok(default),
            Err(e) if self.raised_is(e, self.types.TypeError) => return Ok(default),
            Err(e) => return Err(e),
        };
        if hint.is_not_implemented() {
            return Ok(default);
        }
        if !self.class_of(hint).is_subtype(self.types.int) {
            return Err(
                self.type_error(format!("__length_hint__ must be an integer, not {}", self.type_name(hint)))
            );
        }
        let n = self.index_ssize(hint)?;
        usize::try_from(n).map_err(|_| self.value_error("__length_hint__() should return >= 0"))
    }

    /// Start, stop and step of a slice as machine words; missing ends are the extreme words.
    pub fn slice_unpack(&self, s: Gc<Slice>) -> PyResult<(isize, isize, isize)> {
        let step = match s.step.get() {
            v if v.is_none() => 1,
            v => match self.slice_index(v)? {
                0 => return Err(self.value_error("slice step cannot be zero")),
                // So that `-step` is a machine word.
                n => n.max(-isize::MAX),
            },
        };
        let start = match s.start.get() {
            v if v.is_none() => {
                if step < 0 {
                    isize::MAX
                } else {
                    0
                }
            }
            v => self.slice_index(v)?,
        };
        let stop = match s.stop.get() {
            v if v.is_none() => {
                if step < 0 {
                    isize::MIN
                } else {
                    isize::MAX
                }
            }
            v => self.slice_index(v)?,
        };
        Ok((start, stop, step))
    }
    /// An end or a step of a slice as a machine word, clipped.
    pub fn slice_index(&self, v: Value) -> PyResult<isize> {
        if let Some(i) = v.to_int() {
            return Ok(i as isize);
        }
        if !self.has_index(v) {
            return Err(self.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        self.index_clipped(v)
    }
    /// Can `v` be an index: is it an int, or has it `__index__`?
    #[inline]
    pub fn has_index(&self, v: Value) -> bool {
        v.is_int()
            || v.is_bool()
            || v.is_kind(crate::kinds::INT)
            || self.class_of(v).slots.index.get().is_some()
    }
    /// A slice applied to a sequence of `len` items. `__index__` methods run before the length is used, so that
    /// callers should take the length afterwards: see [`Vm::slice_unpack`] and [`adjust_indices`].
    pub fn slice_indices(&self, s: Gc<Slice>, len: usize) -> PyResult<SliceIndices> {
        let (start, stop, step) = self.slice_unpack(s)?;
        Ok(adjust_indices(start, stop, step, len))
    }
    /// An index into a sequence of type `name`: `obj[key]` where `key` is no slice. `TypeError` if it is no
    /// integer, `IndexError` if it does not fit a machine word.
    pub fn sequence_index(&self, key: Value, name: &str) -> PyResult<isize> {
        if let Some(i) = key.to_int() {
            return Ok(i as isize);
        }
        if !self.has_index(key) {
            return Err(self.type_error(format!(
                "{name} indices must be integers or slices, not {}",
                self.type_name(key)
            )));
        }
        self.index_or(key, self.types.IndexError)
    }
    /// `a + b` of sequences by their `concat` slot only (`operator.concat`).
    pub fn sequence_concat(&self, a: Value, b: Value) -> PyResult {
        if let Some(f) = self.class_of(a).slots.concat.get() {
            return f(self, a, b);
        }
        Err(self.type_error(format!("'{}' object can't be concatenated", self.type_name(a))))
    }
    /// `a * n` of a sequence by its `repeat` slot only.
    pub fn sequence_repeat(&self, a: Value, n: isize) -> PyResult {
        if let Some(f) = self.class_of(a).slots.repeat.get() {
            return f(self, a, n);
        }
        Err(self.type_error(format!("'{}' object can't be repeated", self.type_name(a))))
    }
    /// The count of a repetition; `can't multiply sequence by non-int of type` otherwise.
    pub fn repeat_count(&self, v: Value) -> PyResult<isize> {
        if !self.has_index(v) {
            return Err(self
                .type_error(format!("can't multiply sequence by non-int of type '{}'", self.type_name(v))));
        }
        self.index_or(v, self.types.OverflowError)
    }

    /// Exactly `n` items of an iterable, as `a, b = v` takes them.
    pub fn unpack_iterable(&self, v: Value, n: usize) -> PyResult<GcVec> {
        self.unpack(v, n, None)
    }
    /// `before` items, a list of the middle ones, and `after` items: `a, *b, c = v`.
    pub fn unpack_starred(&self, v: Value, before: usize, after: usize) -> PyResult<GcVec> {
        self.unpack(v, before, Some(after))
    }
    fn unpack(&self, v: Value, before: usize, after: Option<usize>) -> PyResult<GcVec> {
        let it = match self.get_iter(v) {
            Ok(it) => it,
            Err(e)
                if self.raised_is(e, self.types.TypeError)
                    && self.class_of(v).slots.iter.get().is_none()
                    && self.class_of(v).slots.getitem.get().is_none() =>
            {
                return Err(
                    self.type_error(format!("cannot unpack non-iterable {} object", self.type_name(v)))
                );
            }
            Err(e) => return Err(e),
        };
        let mut out = GcVec::with_capacity(&self.heap, before + after.map_or(0, |a| a + 1));
        for i in 0..before {
            match self.iter_next(it)? {
                Some(x) => out.push(&self.heap, x),
                None => {
                    return Err(self.value_error(match after {
                        None => format!("not enough values to unpack (expected {before}, got {i})"),
                        Some(a) => {
                            format!("not enough values to unpack (expected at least {}, got {i})", before + a)
                        }
                    }));
                }
            }
        }
        let Some(after) = after else {
            if self.iter_next(it)?.is_some() {
                let sized = [shape_ids::list, shape_ids::tuple, shape_ids::dict];
                let got = match sized.iter().any(|&s| self.is_exact(v, s)) {
                    true => self.len(v)?,
                    false => 0,
                };
                return Err(self.value_error(if got > before {
                    format!("too many values to unpack (expected {before}, got {got})")
                } else {
                    format!("too many values to unpack (expected {before})")
                }));
            }
            return Ok(out);
        };
        let rest = self.list_from_iterable(it)?;
        if rest.len() < after {
            return Err(self.value_error(format!(
                "not enough values to unpack (expected at least {}, got {})",
                before + after,
                before + rest.len()
            )));
        }
        out.push(&self.heap, rest.value());
        let middle = rest.len() - after;
        for i in middle..rest.len() {
            out.push(&self.heap, self.list_get(rest, i));
        }
        self.list_truncate(rest, middle);
        Ok(out)
    }

    /// The name of a value's type with its module, unless that is `builtins` or `__main__`.
    pub fn qualified_type_name(&self, v: Value) -> String {
        let t = self.class_of(v);
        let module = match t.def.get() {
            Some(d) => d.module.to_string(),
            None => match t.dict.get().get_str(self, self.names.__module__) {
                Some(m) => m.cast::<crate::objects::str::Str>().map_or(String::new(), |m| m.to_string()),
                None => String::new(),
            },
        };
        match module.as_str() {
            "" | "builtins" | "__main__" => t.qualname.get().to_string(),
            m => format!("{m}.{}", *t.qualname.get()),
        }
    }

    /// Marks `v` as being printed until the guard is dropped; `None` if it is already: `[...]`.
    pub fn enter_repr(&self, v: Value) -> Option<ReprGuard> {
        // SAFETY: containers are heap objects, alive while they are printed.
        let h = unsafe { &*v.as_header() };
        if h.has(taipan_heap::flags::IN_REPR) {
            return None;
        }
        h.set(taipan_heap::flags::IN_REPR);
        Some(ReprGuard(v))
    }

    /// Does `ty` have the same `__init__` as its base `base`? (Then `base`'s constructor rejects keywords.)
    pub fn inherits_init(&self, ty: Gc<Type>, base: Gc<Type>) -> bool {
        match (ty.slots.init.get(), base.slots.init.get()) {
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }
    }
    /// Does `ty` have the same `__new__` as its base `base`?
    pub fn inherits_new(&self, ty: Gc<Type>, base: Gc<Type>) -> bool {
        match (ty.slots.new.get(), base.slots.new.get()) {
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }
    }

    /// `types.GenericAlias(origin, args)`
    pub fn generic_alias(&self, origin: Value, args: Value) -> PyResult {
        let args = crate::objects::generic_alias::as_tuple(self, args);
        Ok(self.new_generic_alias(origin, args, false).value())
    }

    /// Items of a mapping or of an iterable of pairs go into a dict: `dict.update(v)`; later ones win.
    pub fn dict_update(&self, d: Gc<Dict>, v: Value) -> PyResult<()> {
        crate::objects::dict::update::update_any(self, d, v)
    }
}

/// See [`Vm::enter_repr`].
pub struct ReprGuard(Value);
impl Drop for ReprGuard {
    fn drop(&mut self) {
        // SAFETY: the guard's copy of the value kept the object alive.
        unsafe { (*self.0.as_header()).clear(taipan_heap::flags::IN_REPR) };
    }
}

/// A slice's words applied to a length.
pub fn adjust_indices(start: isize, stop: isize, step: isize, len: usize) -> SliceIndices {
    let n = len as isize;
    let clip = |i: isize| {
        if i < 0 {
            let i = i.saturating_add(n);
            if i < 0 { if step < 0 { -1 } else { 0 } } else { i }
        } else if i >= n {
            if step < 0 { n - 1 } else { n }
        } else {
            i
        }
    };
    let (start, stop) = (clip(start), clip(stop));
    SliceIndices { start, stop, step, len: slice_len(start, stop, step) }
}

//! The slots and methods of `list`.

use crate::objects::enumerate::class_getitem;
use crate::objects::list::iter::{new_iter, new_reversed};
use crate::objects::list::sort::sort;
use crate::objects::list::{List, Storage};
use crate::objects::slice::Slice;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::sequence::adjust_indices;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::text::TextBuilder;
use crate::vm::typedef::{MethodDef, classmethod, method};
use taipan_heap::{Gc, GcVec, Value};

fn this(v: Value) -> Gc<List> {
    v.cast::<List>().expect("slots and methods of list get lists")
}

fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm.new_empty_list_of(ty).value())
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let l = this(v);
    if vm.inherits_new(vm.class_of(v), vm.types.list) {
        args.no_keywords(vm, "list")?;
    }
    let a = Args::new(args.pos).positional(vm, "list", 0, 1)?;
    l.clear();
    match a {
        [] => Ok(()),
        [iterable, ..] => vm.list_extend(l, *iterable),
    }
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let l = this(v);
    if l.is_empty() {
        return Ok(vm.new_str("[]").value());
    }
    let Some(_guard) = vm.enter_repr(v) else { return Ok(vm.new_str("[...]").value()) };
    let mut w = TextBuilder::new();
    w.push_str("[");
    let mut i = 0;
    while let Some(x) = vm.list_try_get(l, i) {
        if i > 0 {
            w.push_str(", ");
        }
        match x.to_int() {
            Some(n) => w.push_int(n),
            None if x.is_float() => w.push_float(x.as_float()),
            None => w.push(vm.repr(x)?),
        };
        i += 1;
    }
    w.push_str("]");
    Ok(w.finish(vm).value())
}

/// Compares where both hold the same kind of raw items.
fn compare_raw(a: Gc<List>, b: Gc<List>) -> Option<std::cmp::Ordering> {
    match (a.storage.get(), b.storage.get()) {
        (Storage::Int, Storage::Int) => Some(a.as_ints()?.cmp(b.as_ints()?)),
        (Storage::Bool, Storage::Bool) => Some(a.as_bools()?.cmp(b.as_bools()?)),
        _ => None,
    }
}

/// The number of items at the start that are the same objects in both.
fn equal_head(a: Gc<List>, b: Gc<List>) -> usize {
    let head = |x: &[Value], y: &[Value]| x.iter().zip(y).take_while(|(p, q)| p == q).count();
    match (a.as_values(), b.as_values(), a.as_floats(), b.as_floats()) {
        (Some(x), Some(y), ..) => head(x, y),
        (.., Some(x), Some(y)) => x.iter().zip(y).take_while(|(p, q)| p.to_bits() == q.to_bits()).count(),
        _ => 0,
    }
}

fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<List>(), b.cast::<List>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if x.len() != y.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    if let Some(o) = compare_raw(x, y) {
        return Ok(Value::bool(op.holds(o)));
    }
    vm.check_native_stack()?;
    let mut i = equal_head(x, y);
    while let (Some(p), Some(q)) = (vm.list_try_get(x, i), vm.list_try_get(y, i)) {
        if p != q && !vm.equal(p, q)? {
            if i >= x.len() || i >= y.len() {
                // The comparison took the items away.
                break;
            }
            return match op {
                CompareOp::Eq => Ok(Value::FALSE),
                CompareOp::Ne => Ok(Value::TRUE),
                _ => vm.compare(p, q, op),
            };
        }
        i += 1;
    }
    Ok(Value::bool(op.holds(x.len().cmp(&y.len()))))
}

fn len(_: &Vm, v: Value) -> PyResult<usize> {
    Ok(this(v).len())
}

fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    let l = this(v);
    if let Some(s) = key.cast::<Slice>() {
        let (start, stop, step) = vm.slice_unpack(s)?;
        let s = adjust_indices(start, stop, step, l.len());
        if s.len == 0 {
            return Ok(vm.new_list(&[]).value());
        }
        if step == 1 {
            return vm.list_slice(l, s.start as usize, s.start as usize + s.len).map(Gc::value);
        }
        return vm.list_stride(l, s.start as usize, step, s.len).map(Gc::value);
    }
    let i = vm.sequence_index(key, "list")?;
    match position(i, l.len()) {
        Some(at) => Ok(vm.list_get(l, at)),
        None => Err(vm.index_error("list index out of range")),
    }
}

/// The place of index `i` in a sequence of `len`, negative ones counted from the end.
fn position(i: isize, len: usize) -> Option<usize> {
    let at = if i < 0 { i + len as isize } else { i };
    if at >= 0 && (at as usize) < len { Some(at as usize) } else { None }
}

fn setitem(vm: &Vm, v: Value, key: Value, value: Value) -> PyResult<()> {
    let l = this(v);
    if let Some(s) = key.cast::<Slice>() {
        let (start, stop, step) = vm.slice_unpack(s)?;
        return if value.is_unbound() {
            delete_slice(vm, l, start, stop, step)
        } else {
            assign_slice(vm, l, start, stop, step, value)
        };
    }
    let i = vm.sequence_index(key, "list")?;
    let Some(at) = position(i, l.len()) else {
        return Err(vm.index_error("list assignment index out of range"));
    };
    if value.is_unbound() {
        vm.list_delete_range(l, at, at + 1);
        return Ok(());
    }
    vm.list_set(l, at, value)
}

fn delete_slice(vm: &Vm, l: Gc<List>, start: isize, stop: isize, step: isize) -> PyResult<()> {
    let s = adjust_indices(start, stop, step, l.len());
    if s.len == 0 {
        return Ok(());
    }
    if step == 1 {
        vm.list_delete_range(l, s.start as usize, s.start as usize + s.len);
        return Ok(());
    }
    // Every |step|-th item goes; the others close up.
    let by = step.unsigned_abs();
    let first = if step > 0 { s.start } else { s.start + (s.len as isize - 1) * step } as usize;
    let last = first + (s.len - 1) * by;
    let mut to = first;
    for from in first..l.len() {
        if from > last || !(from - first).is_multiple_of(by) {
            let x = vm.list_get(l, from);
            vm.list_set(l, to, x)?;
            to += 1;
        }
    }
    vm.list_truncate(l, to);
    Ok(())
}

fn assign_slice(vm: &Vm, l: Gc<List>, start: isize, stop: isize, step: isize, value: Value) -> PyResult<()> {
    let items = match vm.is_sequence_fast(value) {
        true => vm.collect_fast(value),
        false => {
            let it = match vm.get_iter(value) {
                Ok(it) => it,
                Err(e) if vm.raised_is(e, vm.types.TypeError) => {
                    return Err(vm.type_error("must assign iterable to extended slice"));
                }
                Err(e) => return Err(e),
            };
            vm.collect(it)?
        }
    };
    // The iteration may have changed the list.
    let s = adjust_indices(start, stop, step, l.len());
    if step == 1 {
        let a = s.start as usize;
        let b = (s.stop as usize).max(a);
        return vm.list_splice(l, a, b, &items);
    }
    if items.len() != s.len {
        return Err(vm.value_error(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            s.len
        )));
    }
    for (i, at) in s.positions().enumerate() {
        vm.list_set(l, at, items[i])?;
    }
    Ok(())
}

impl Vm {
    /// Is `v` a list or tuple (or of a subclass), whose items are taken without iteration?
    pub fn is_sequence_fast(&self, v: Value) -> bool {
        v.cast::<List>().is_some() || v.cast::<crate::objects::tuple::Tuple>().is_some()
    }
    /// The items of a list or tuple (or of a subclass).
    pub fn collect_fast(&self, v: Value) -> GcVec {
        if let Some(t) = v.cast::<crate::objects::tuple::Tuple>() {
            return GcVec::from_slice(&self.heap, t.items());
        }
        v.cast::<List>().map_or(GcVec::new(), |l| self.list_items(l))
    }
    /// The items of any iterable; `TypeError(message)` if it is none (`PySequence_Fast`).
    pub fn sequence_fast(&self, v: Value, message: &str) -> PyResult<GcVec> {
        if self.is_sequence_fast(v) {
            return Ok(self.collect_fast(v));
        }
        match self.get_iter(v) {
            Ok(it) => self.collect(it),
            Err(e) if self.raised_is(e, self.types.TypeError) => Err(self.type_error(message)),
            Err(e) => Err(e),
        }
    }
}

/// Position of the first item equal to `x` in `from..to`; the list may change while items are compared.
fn find(vm: &Vm, l: Gc<List>, x: Value, from: usize, to: usize) -> PyResult<Option<usize>> {
    let end = to.min(l.len());
    if from < end {
        match (l.storage.get(), x.to_int()) {
            (Storage::Int, Some(i)) => {
                let s = l.as_ints().unwrap_or_default();
                return Ok(s[from..end].iter().position(|&y| y == i).map(|p| p + from));
            }
            (Storage::Float, None) if x.is_float() && !x.as_float().is_nan() => {
                let s = l.as_floats().unwrap_or_default();
                return Ok(s[from..end].iter().position(|&y| y == x.as_float()).map(|p| p + from));
            }
            _ => {}
        }
        // Among strings no code runs: up to the first item that is none they are looked at where they are.
        if let (Some(text), Some(items)) = (vm.exact_str(x), l.as_values()) {
            let text = text.as_bytes();
            for (k, &y) in items[from..end].iter().enumerate() {
                if y == x {
                    return Ok(Some(from + k));
                }
                let Some(y) = vm.exact_str(y) else { return find_from(vm, l, x, from + k, to) };
                let y = y.as_bytes();
                if y.len() == text.len() && y == text {
                    return Ok(Some(from + k));
                }
            }
            return Ok(None);
        }
    }
    find_from(vm, l, x, from, to)
}
fn find_from(vm: &Vm, l: Gc<List>, x: Value, from: usize, to: usize) -> PyResult<Option<usize>> {
    let mut i = from;
    while i < to
        && let Some(y) = vm.list_try_get(l, i)
    {
        if vm.equal(y, x)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

fn contains(vm: &Vm, v: Value, x: Value) -> PyResult<bool> {
    Ok(find(vm, this(v), x, 0, usize::MAX)?.is_some())
}

fn concat(vm: &Vm, a: Value, b: Value) -> PyResult {
    let l = this(a);
    let Some(o) = b.cast::<List>() else {
        return Err(vm.type_error(format!("can only concatenate list (not \"{}\") to list", vm.type_name(b))));
    };
    let out = vm.list_slice(l, 0, l.len())?;
    vm.list_extend_list(out, o)?;
    Ok(out.value())
}
fn repeat(vm: &Vm, v: Value, n: isize) -> PyResult {
    let l = this(v);
    if n <= 0 || l.is_empty() {
        return Ok(vm.new_list(&[]).value());
    }
    let out = vm.list_slice(l, 0, l.len())?;
    vm.list_repeat_in_place(out, n as usize)?;
    Ok(out.value())
}
fn iconcat(vm: &Vm, a: Value, b: Value) -> PyResult {
    vm.list_extend(this(a), b)?;
    Ok(a)
}
fn irepeat(vm: &Vm, v: Value, n: isize) -> PyResult {
    vm.list_repeat_in_place(this(v), n.max(0) as usize)?;
    Ok(v)
}

fn append(vm: &Vm, a: &[Value]) -> PyResult {
    vm.list_push(this(a[0]), a[1])?;
    Ok(Value::NONE)
}
fn clear(_: &Vm, a: &[Value]) -> PyResult {
    let l = this(a[0]);
    if l.cap.get() > 0 {
        l.clear();
    }
    Ok(Value::NONE)
}
fn copy(vm: &Vm, a: &[Value]) -> PyResult {
    let l = this(a[0]);
    vm.list_slice(l, 0, l.len()).map(Gc::value)
}
fn count(vm: &Vm, a: &[Value]) -> PyResult {
    let (l, x) = (this(a[0]), a[1]);
    let (mut n, mut from) = (0, 0);
    while let Some(i) = find(vm, l, x, from, usize::MAX)? {
        n += 1;
        from = i + 1;
    }
    Ok(vm.new_int(n))
}
fn extend(vm: &Vm, a: &[Value]) -> PyResult {
    vm.list_extend(this(a[0]), a[1])?;
    Ok(Value::NONE)
}
/// An end of `index(value, start, stop)`: clipped, negative ones counted from the end.
pub(crate) fn index_end(vm: &Vm, v: Value, default: isize, len: usize) -> PyResult<usize> {
    let Some(v) = v.bound() else { return Ok(default as usize) };
    if !vm.has_index(v) {
        return Err(vm.type_error("slice indices must be integers or have an __index__ method"));
    }
    let i = vm.index_clipped(v)?;
    Ok(if i < 0 { i.saturating_add(len as isize).max(0) } else { i } as usize)
}
fn index(vm: &Vm, a: &[Value]) -> PyResult {
    let l = this(a[0]);
    let from = index_end(vm, a[2], 0, l.len())?;
    let to = index_end(vm, a[3], isize::MAX, l.len())?;
    match find(vm, l, a[1], from, to)? {
        Some(i) => Ok(vm.new_int(i as i64)),
        None => Err(vm.value_error("list.index(x): x not in list")),
    }
}
fn insert(vm: &Vm, a: &[Value]) -> PyResult {
    let l = this(a[0]);
    let i = vm.index_ssize(a[1])?;
    let n = l.len() as isize;
    let at = if i < 0 { (i + n).max(0) } else { i.min(n) };
    vm.list_insert(l, at as usize, a[2])?;
    Ok(Value::NONE)
}
fn pop(vm: &Vm, a: &[Value]) -> PyResult {
    let l = this(a[0]);
    let i = match a[1].bound() {
        Some(i) => vm.index_ssize(i)?,
        None => -1,
    };
    if l.is_empty() {
        return Err(vm.index_error("pop from empty list"));
    }
    let Some(at) = position(i, l.len()) else { return Err(vm.index_error("pop index out of range")) };
    Ok(vm.list_remove_at(l, at))
}
fn remove(vm: &Vm, a: &[Value]) -> PyResult {
    let l = this(a[0]);
    let Some(i) = find(vm, l, a[1], 0, usize::MAX)? else {
        return Err(vm.value_error("list.remove(x): x not in list"));
    };
    if i < l.len() {
        vm.list_delete_range(l, i, i + 1);
    }
    Ok(Value::NONE)
}
fn reverse(_: &Vm, a: &[Value]) -> PyResult {
    let l = this(a[0]);
    l.reverse_range(0, l.len());
    Ok(Value::NONE)
}
fn sort_method(vm: &Vm, a: &[Value]) -> PyResult {
    let reverse = match a[2].bound() {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    sort(vm, this(a[0]), a[1].or_none(), reverse)?;
    Ok(Value::NONE)
}
fn sizeof(vm: &Vm, a: &[Value]) -> PyResult {
    let l = this(a[0]);
    Ok(vm.new_int((size_of::<List>() + l.cap.get() * l.storage.get().item_size()) as i64))
}

/// Slots.
pub const SLOTS: Slots = Slots {
    new: Some(new),
    init: Some(init),
    repr: Some(repr),
    richcompare: Some(compare),
    iter: Some(new_iter),
    len: Some(len),
    getitem: Some(getitem),
    setitem: Some(setitem),
    contains: Some(contains),
    concat: Some(concat),
    repeat: Some(repeat),
    iconcat: Some(iconcat),
    irepeat: Some(irepeat),
    ..Slots::EMPTY
};

/// Methods.
pub static METHODS: &[MethodDef] = &[
    method("__reversed__", "($self, /)", new_reversed, "Return a reverse iterator over the list."),
    method("__sizeof__", "($self, /)", sizeof, "Return the size of the list in memory, in bytes."),
    method("clear", "($self, /)", clear, "Remove all items from list."),
    method("copy", "($self, /)", copy, "Return a shallow copy of the list."),
    method("append", "($self, object, /)", append, "Append object to the end of the list."),
    method("insert", "($self, index, object, /)", insert, "Insert object before index."),
    method("extend", "($self, iterable, /)", extend, "Extend list by appending elements from the iterable."),
    method(
        "pop",
        "($self, index=-1, /)",
        pop,
        "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of range.",
    ),
    method(
        "remove",
        "($self, value, /)",
        remove,
        "Remove first occurrence of value.\n\nRaises ValueError if the value is not present.",
    ),
    method(
        "index",
        "($self, value, start=0, stop=sys.maxsize, /)",
        index,
        "Return first index of value.\n\nRaises ValueError if the value is not present.",
    ),
    method("count", "($self, value, /)", count, "Return number of occurrences of value."),
    method("reverse", "($self, /)", reverse, "Reverse *IN PLACE*."),
    method(
        "sort",
        "($self, /, *, key=None, reverse=False)",
        sort_method,
        "Sort the list in ascending order and return None.\n\nThe sort is in-place (i.e. the list itself is modified) and stable (i.e. the\norder of two equal elements is maintained).\n\nIf a key function is given, apply it once to each list item and sort them,\nascending or descending, according to their function values.\n\nThe reverse flag can be set to sort in descending order.",
    ),
    classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
];

/// `__doc__`
pub const DOC: &str = "list(iterable=(), /)\n--\n\nBuilt-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.";

//! `_bisect`: positions in sorted sequences.

use taipan_runtime::objects::list::List;
use taipan_runtime::objects::list::sort::less;
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::*;

/// Where `x` goes in `seq`: right of equal items, or left of them. `a` holds `seq, x, lo, hi, key`.
fn find(vm: &Vm, a: &[Value], x: Value, right: bool) -> PyResult<usize> {
    let (seq, key) = (a[0], a[4].or_none());
    let mut lo = match a[2].bound() {
        Some(v) => vm.index_ssize(v)?,
        None => 0,
    };
    let mut hi = match a[3].or_none() {
        v if v.is_none() => -1,
        v => vm.index_ssize(v)?,
    };
    if lo < 0 {
        return Err(vm.value_error("lo must be non-negative"));
    }
    if hi == -1 {
        hi = vm.len(seq)? as isize;
    }
    let list = if vm.is_exact(seq, vm::shape_ids::list) { seq.cast::<List>() } else { None };
    while lo < hi {
        let mid = ((lo as usize + hi as usize) / 2) as isize;
        let mut y = match list.and_then(|l| vm.list_try_get(l, mid as usize)) {
            Some(y) => y,
            None => vm.getitem(seq, vm.new_int(mid as i64))?,
        };
        if !key.is_none() {
            y = vm.call(key, &[y])?;
        }
        let below = if right { !less(vm, x, y)? } else { less(vm, y, x)? };
        if below {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    Ok(lo as usize)
}
fn insort(vm: &Vm, a: &[Value], right: bool) -> PyResult {
    let key = a[4].or_none();
    let x = if key.is_none() { a[1] } else { vm.call(key, &[a[1]])? };
    let at = find(vm, a, x, right)?;
    if vm.is_exact(a[0], vm::shape_ids::list)
        && let Some(l) = a[0].cast::<List>()
    {
        vm.list_insert(l, at.min(l.len()), a[1])?;
    } else {
        vm.call_method(a[0], vm.intern("insert"), &[vm.new_int(at as i64), a[1]])?;
    }
    Ok(Value::NONE)
}
fn bisect_right(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int(find(vm, a, a[1], true)? as i64))
}
fn bisect_left(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int(find(vm, a, a[1], false)? as i64))
}
fn insort_right(vm: &Vm, a: &[Value]) -> PyResult {
    insort(vm, a, true)
}
fn insort_left(vm: &Vm, a: &[Value]) -> PyResult {
    insort(vm, a, false)
}

const SIG: &str = "($module, /, a, x, lo=0, hi=None, *, key=None)";

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_bisect",
    doc: "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\ncommon approach.\n",
    functions: &[
        function(
            "bisect_right",
            SIG,
            bisect_right,
            "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.  So if x already appears in the list, a.insert(i, x)\nwill insert just after the rightmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.",
        ),
        function(
            "bisect_left",
            SIG,
            bisect_left,
            "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.  So if x already appears in the list, a.insert(i, x)\nwill insert just before the leftmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.",
        ),
        function(
            "insort_right",
            SIG,
            insort_right,
            "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the right of the rightmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.",
        ),
        function(
            "insort_left",
            SIG,
            insort_left,
            "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the left of the leftmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.",
        ),
    ],
    types: &[],
    init: None,
};

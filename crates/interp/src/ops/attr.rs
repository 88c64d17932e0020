//! Attributes, methods, `super`, items and slices.

use super::*;
use taipan_runtime::objects::list::List;

/// Method `name` of `obj` for a call: the callable, and self where it is not bound yet.
fn method(vm: &Vm, obj: Value, name: Gc<Str>) -> PyResult<(Value, Value)> {
    let (f, unbound) = vm.get_method(obj, name)?;
    Ok((f, if unbound { obj } else { Value::UNBOUND }))
}

/// The attribute through a `super` that is not the builtin one.
unsafe fn other_super(vm: &Vm, r: Regs, i: &Instr, name: Gc<Str>) -> PyResult {
    // SAFETY: the three operand registers lie within the frame.
    let (sup, class, this) = unsafe { (get(r, i.b), get(r, i.b + 1), get(r, i.b + 2)) };
    let s = if i.d == 1 { vm.call(sup, &[class, this])? } else { vm.call(sup, &[])? };
    vm.get_attr(s, name)
}

/// A bound of a slice of `n` items that is None or an immediate int.
fn slice_bound(v: Value, none: usize, n: usize) -> Option<usize> {
    match v.to_int() {
        Some(i) if i < 0 => Some((i + n as i64).max(0) as usize),
        Some(i) => Some((i as usize).min(n)),
        None => v.is_none().then_some(none),
    }
}

fn exact_list(vm: &Vm, v: Value) -> Option<Gc<List>> {
    if vm.is_exact(v, shape_ids::list) { v.cast() } else { None }
}

/// An exact list and the part of it that `[from:to]` means, in order.
fn list_part(vm: &Vm, v: Value, from: Value, to: Value) -> Option<(Gc<List>, usize, usize)> {
    let l = exact_list(vm, v)?;
    let n = l.len();
    let (a, b) = (slice_bound(from, 0, n)?, slice_bound(to, n, n)?);
    Some((l, a, b.max(a)))
}

/// `v[from:to]` of an exact list, string or tuple; `None` where the general way must be taken.
fn plain_slice(vm: &Vm, v: Value, from: Value, to: Value) -> PyResult<Option<Value>> {
    if let Some((l, a, b)) = list_part(vm, v, from, to) {
        return Ok(Some(vm.list_slice(l, a, b)?.value()));
    }
    if let Some(s) = vm.exact_str(v) {
        let n = s.char_len();
        if let (Some(a), Some(b)) = (slice_bound(from, 0, n), slice_bound(to, n, n)) {
            return Ok(Some(vm.str_substring(s, a.min(b), b).value()));
        }
    } else if vm.is_exact(v, shape_ids::tuple)
        && let Some(t) = v.cast::<Tuple>()
    {
        let n = t.len();
        if let (Some(a), Some(b)) = (slice_bound(from, 0, n), slice_bound(to, n, n)) {
            let whole = a == 0 && b == n;
            return Ok(Some(if whole { v } else { vm.new_tuple(&t.items()[a.min(b)..b]).value() }));
        }
    }
    Ok(None)
}

ops! {
    LOAD_ATTR(vm, i, r, pc) {
        let obj = get(r, i.b);
        let v = vm.get_attr(obj, name(pc))?;
        crate::spec::load_attr(vm, pc, obj, name(pc));
        set(r, i.a, v);
        next(pc)
    }
    STORE_ATTR(vm, i, r, pc) {
        let obj = get(r, i.a);
        crate::spec::store_attr(vm, pc, obj, name(pc));
        vm.set_attr(obj, name(pc), get(r, i.b))?;
        next(pc)
    }
    DELETE_ATTR(vm, i, r, pc) {
        vm.del_attr(get(r, i.a), name(pc))?;
        next(pc)
    }
    LOAD_METHOD(vm, i, r, pc) {
        let obj = get(r, i.b);
        let (f, this) = method(vm, obj, name(pc))?;
        crate::spec::load_method(vm, pc, obj, name(pc));
        set(r, i.a, f);
        set(r, i.a + 4, this);
        next(pc)
    }
    LOAD_SUPER_ATTR(vm, i, r, pc) {
        let v = if get(r, i.b) == vm.types.super_.value() {
            vm.super_getattr(get(r, i.b + 1), get(r, i.b + 2), name(pc))?
        } else {
            other_super(vm, r, i, name(pc))?
        };
        set(r, i.a, v);
        next(pc)
    }
    LOAD_SUPER_METHOD(vm, i, r, pc) {
        let this = get(r, i.b + 2);
        let (f, unbound) = if get(r, i.b) == vm.types.super_.value() {
            vm.super_getmethod(get(r, i.b + 1), this, name(pc))?
        } else {
            (other_super(vm, r, i, name(pc))?, false)
        };
        set(r, i.a, f);
        set(r, i.a + 4, if unbound { this } else { Value::UNBOUND });
        next(pc)
    }
    GETITEM(vm, i, r, pc) {
        set(r, i.a, vm.getitem(get(r, i.b), get(r, i.c))?);
        next(pc)
    }
    GETITEM_I(vm, i, r, pc) {
        set(r, i.a, vm.getitem(get(r, i.b), Value::int(i.e as i32 as i64))?);
        next(pc)
    }
    SETITEM(vm, i, r, pc) {
        vm.setitem(get(r, i.a), get(r, i.b), get(r, i.c))?;
        next(pc)
    }
    SETITEM_I(vm, i, r, pc) {
        vm.setitem(get(r, i.a), Value::int(i.e as i32 as i64), get(r, i.c))?;
        next(pc)
    }
    DELITEM(vm, i, r, pc) {
        vm.delitem(get(r, i.a), get(r, i.b))?;
        next(pc)
    }
    BUILD_SLICE(vm, i, r, pc) {
        let step = if i.c == 3 { get(r, i.b + 2) } else { Value::NONE };
        set(r, i.a, vm.new_slice(get(r, i.b), get(r, i.b + 1), step).value());
        next(pc)
    }
    GETSLICE(vm, i, r, pc) {
        if let Some(v) = plain_slice(vm, get(r, i.b), get(r, i.c), get(r, i.c + 1))? {
            set(r, i.a, v);
            return next(pc);
        }
        let s = vm.new_slice(get(r, i.c), get(r, i.c + 1), Value::NONE);
        set(r, i.a, vm.getitem(get(r, i.b), s.value())?);
        next(pc)
    }
    SETSLICE(vm, i, r, pc) {
        if let Some((l, a, b)) = list_part(vm, get(r, i.a), get(r, i.b), get(r, i.b + 1))
            && let Some(x) = exact_list(vm, get(r, i.c))
            && x != l
            && vm.list_overwrite(l, a, b, x)
        {
            return next(pc);
        }
        let s = vm.new_slice(get(r, i.b), get(r, i.b + 1), Value::NONE);
        vm.setitem(get(r, i.a), s.value(), get(r, i.c))?;
        next(pc)
    }
}

//! Attributes, methods, `super`, items and slices.

use super::*;

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
        let s = vm.new_slice(get(r, i.c), get(r, i.c + 1), Value::NONE);
        set(r, i.a, vm.getitem(get(r, i.b), s.value())?);
        next(pc)
    }
    SETSLICE(vm, i, r, pc) {
        let s = vm.new_slice(get(r, i.b), get(r, i.b + 1), Value::NONE);
        vm.setitem(get(r, i.a), s.value(), get(r, i.c))?;
        next(pc)
    }
}

//! Attributes, methods, `super`, items and slices.

use super::*;

/// Method `name` of `obj` for a call: the callable, and self where it is not bound yet.
fn method(vm: &Vm, obj: Value, name: Gc<Str>) -> PyResult<(Value, Value)> {
    Ok((vm.get_attr(obj, name)?, Value::UNBOUND))
}

/// `super(class, this).name`
unsafe fn super_attr(vm: &Vm, r: Regs, i: &Instr, name: Gc<Str>) -> PyResult {
    // SAFETY: the three operand registers lie within the frame.
    let (sup, class, this) = unsafe { (get(r, i.b), get(r, i.b + 1), get(r, i.b + 2)) };
    let s = if i.d == 1 || vm.builtins.get_str(vm, vm.intern("super")) == Some(sup) {
        vm.call(sup, &[class, this])?
    } else {
        vm.call(sup, &[])?
    };
    vm.get_attr(s, name)
}

ops! {
    LOAD_ATTR(vm, i, r, pc) {
        set(r, i.a, vm.get_attr(get(r, i.b), name(pc))?);
        next(pc)
    }
    STORE_ATTR(vm, i, r, pc) {
        vm.set_attr(get(r, i.a), name(pc), get(r, i.b))?;
        next(pc)
    }
    DELETE_ATTR(vm, i, r, pc) {
        vm.del_attr(get(r, i.a), name(pc))?;
        next(pc)
    }
    LOAD_METHOD(vm, i, r, pc) {
        let (f, this) = method(vm, get(r, i.b), name(pc))?;
        set(r, i.a, f);
        set(r, i.a + 4, this);
        next(pc)
    }
    LOAD_SUPER_ATTR(vm, i, r, pc) {
        set(r, i.a, super_attr(vm, r, i, name(pc))?);
        next(pc)
    }
    LOAD_SUPER_METHOD(vm, i, r, pc) {
        let f = super_attr(vm, r, i, name(pc))?;
        set(r, i.a, f);
        set(r, i.a + 4, Value::UNBOUND);
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

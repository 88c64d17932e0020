//! Numbers out of arguments of `%` formatting and `struct`: through the slots, with CPython's errors.

use crate::objects::float::Float;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::Value;

/// `PyFloat_AsDouble`: `must be real number, not str`.
pub fn float_value(vm: &Vm, v: Value) -> PyResult<f64> {
    if let Some(f) = v.to_float() {
        return Ok(f);
    }
    if let Some(i) = v.to_int() {
        return Ok(i as f64);
    }
    if let Some(f) = v.cast::<Float>() {
        return Ok(f.value);
    }
    let slots = &vm.class_of(v).slots;
    if let Some(f) = slots.float.get() {
        let r = f(vm, v)?;
        return match r.to_float().or_else(|| r.cast::<Float>().map(|x| x.value)) {
            Some(x) => Ok(x),
            None => Err(vm.type_error(format!(
                "{}.__float__ returned non-float (type {})",
                vm.type_name(v),
                vm.type_name(r)
            ))),
        };
    }
    if slots.index.get().is_some() {
        let i = vm.index(v)?;
        return match vm.class_of(i).slots.float.get() {
            Some(f) => Ok(f(vm, i)?.as_float()),
            None => Err(vm.type_error("must be real number")),
        };
    }
    Err(vm.type_error(format!("must be real number, not {}", vm.type_name(v))))
}

/// `int(v)` of a number, for `%d`.
pub fn int_value(vm: &Vm, v: Value) -> PyResult {
    let slots = &vm.class_of(v).slots;
    if let Some(f) = slots.int.get() {
        let r = f(vm, v)?;
        return vm.index(r);
    }
    vm.index(v)
}

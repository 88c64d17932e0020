//! Arithmetic of floats, with CPython's errors and sign rules, and the slots.

use crate::objects::int::{IntRef, int_ref};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::Value;

/// The operand of a float slot: a float or an int. `Ok(None)` for anything else.
#[inline]
pub(super) fn operand(vm: &Vm, v: Value) -> PyResult<Option<f64>> {
    if v.is_float() {
        return Ok(Some(v.as_float()));
    }
    if let Some(f) = vm.as_float(v) {
        return Ok(Some(f));
    }
    match int_ref(&v) {
        Some(IntRef::Small(i)) => Ok(Some(i as f64)),
        Some(i) => vm.int_to_f64(i).map(Some),
        None => Ok(None),
    }
}

#[cold]
fn zero_division(vm: &Vm) -> PyResult {
    Err(vm.zero_division_error("division by zero"))
}

/// `x / y`
#[inline]
pub fn truediv(vm: &Vm, x: f64, y: f64) -> PyResult {
    if y == 0.0 { zero_division(vm) } else { Ok(Value::float(x / y)) }
}
/// `x // y`
#[inline]
pub fn floordiv(vm: &Vm, x: f64, y: f64) -> PyResult {
    if y == 0.0 { zero_division(vm) } else { Ok(Value::float(div_mod(x, y).0)) }
}
/// `x % y`
#[inline]
pub fn rem(vm: &Vm, x: f64, y: f64) -> PyResult {
    if y == 0.0 {
        return zero_division(vm);
    }
    let m = x % y;
    Ok(Value::float(if m != 0.0 { if (y < 0.0) != (m < 0.0) { m + y } else { m } } else { 0f64.copysign(y) }))
}
/// The floored quotient and the remainder with the divisor's sign.
pub fn div_mod(x: f64, y: f64) -> (f64, f64) {
    let mut m = x % y;
    let mut div = (x - m) / y;
    if m != 0.0 {
        if (y < 0.0) != (m < 0.0) {
            m += y;
            div -= 1.0;
        }
    } else {
        m = 0f64.copysign(y);
    }
    let floor = if div != 0.0 {
        let f = div.floor();
        if div - f > 0.5 { f + 1.0 } else { f }
    } else {
        0f64.copysign(x / y)
    };
    (floor, m)
}

/// `x ** y`; a negative base with a fractional exponent gives a complex.
pub fn pow(vm: &Vm, x: f64, y: f64) -> PyResult {
    if y == 0.0 || x == 1.0 {
        return Ok(Value::float(1.0));
    }
    if x.is_nan() {
        return Ok(Value::float(x));
    }
    if y.is_nan() {
        return Ok(Value::float(if x == 1.0 { 1.0 } else { y }));
    }
    if y.is_infinite() {
        let a = x.abs();
        return Ok(Value::float(if a == 1.0 {
            1.0
        } else if (y > 0.0) == (a > 1.0) {
            f64::INFINITY
        } else {
            0.0
        }));
    }
    let odd = y.abs() % 2.0 == 1.0;
    if x.is_infinite() {
        return Ok(Value::float(match (y > 0.0, odd) {
            (true, true) => x,
            (true, false) => x.abs(),
            (false, true) => 0f64.copysign(x),
            (false, false) => 0.0,
        }));
    }
    if x == 0.0 {
        if y < 0.0 {
            return Err(vm.zero_division_error("zero to a negative power"));
        }
        return Ok(Value::float(if odd { x } else { 0.0 }));
    }
    let mut base = x;
    let mut negate = false;
    if x < 0.0 {
        if y != y.floor() {
            return crate::objects::complex::pow_floats(vm, x, y);
        }
        base = -x;
        negate = odd;
    }
    if base == 1.0 {
        return Ok(Value::float(if negate { -1.0 } else { 1.0 }));
    }
    let r = base.powf(y);
    if r.is_infinite() {
        return Err(vm.new_exception_args(
            vm.types.OverflowError,
            &[Value::int(34), vm.new_str("Numerical result out of range").value()],
        ));
    }
    Ok(Value::float(if negate { -r } else { r }))
}

macro_rules! slots {
    ($($name:ident = |$vm:ident, $x:ident, $y:ident| $e:expr;)*) => {$(
        pub(super) fn $name($vm: &Vm, a: Value, b: Value) -> PyResult {
            let Some($x) = operand($vm, a)? else { return Ok(Value::NOT_IMPLEMENTED) };
            let Some($y) = operand($vm, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
            $e
        }
    )*};
}
slots! {
    add_slot = |_vm, x, y| Ok(Value::float(x + y));
    sub_slot = |_vm, x, y| Ok(Value::float(x - y));
    mul_slot = |_vm, x, y| Ok(Value::float(x * y));
    truediv_slot = |vm, x, y| truediv(vm, x, y);
    floordiv_slot = |vm, x, y| floordiv(vm, x, y);
    rem_slot = |vm, x, y| rem(vm, x, y);
    divmod_slot = |vm, x, y| {
        if y == 0.0 {
            return zero_division(vm);
        }
        let (q, r) = div_mod(x, y);
        Ok(vm.new_tuple(&[Value::float(q), Value::float(r)]).value())
    };
}
pub(super) fn pow_slot(vm: &Vm, a: Value, b: Value, m: Value) -> PyResult {
    if !m.is_none() {
        return Err(vm.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    let Some(x) = operand(vm, a)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some(y) = operand(vm, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
    pow(vm, x, y)
}
macro_rules! unary {
    ($($name:ident $e:expr;)*) => {$(
        pub(super) fn $name(vm: &Vm, v: Value) -> PyResult {
            let f: fn(f64) -> f64 = $e;
            Ok(vm.as_float(v).map_or(Value::NOT_IMPLEMENTED, |x| Value::float(f(x))))
        }
    )*};
}
unary! {
    neg |x| -x;
    pos |x| x;
    abs f64::abs;
}

//! Arithmetic on `int` values of any size for natives that count (range, slice, enumerate, itertools).
//!
//! In: `int` values (immediate, `bool`, or [`Int`] objects, subclasses included). Out: exact `int`s.

use crate::objects::int::Int;
use crate::vm::Vm;
use dashu_int::IBig;
use std::cmp::Ordering;
use taipan_heap::Value;

/// The number as an `i64`, if it fits.
#[inline]
pub fn to_i64(v: Value) -> Option<i64> {
    if let Some(i) = v.to_int() {
        return Some(i);
    }
    if v.is_bool() {
        return Some(v.is_true() as i64);
    }
    v.cast::<Int>()?.to_i64()
}
/// The number.
pub fn to_big(v: Value) -> IBig {
    match to_i64(v) {
        Some(i) => IBig::from(i),
        None => v.cast::<Int>().and_then(|i| i.big().cloned()).unwrap_or_default(),
    }
}
/// Is it below 0?
pub fn is_negative(v: Value) -> bool {
    match to_i64(v) {
        Some(i) => i < 0,
        None => v
            .cast::<Int>()
            .and_then(|i| i.big().map(|b| b.as_sign_words().0 == dashu_int::Sign::Negative))
            .unwrap_or(false),
    }
}
/// Order of two ints.
pub fn cmp(a: Value, b: Value) -> Ordering {
    match (to_i64(a), to_i64(b)) {
        (Some(x), Some(y)) => x.cmp(&y),
        _ => to_big(a).cmp(&to_big(b)),
    }
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident $checked:ident $op:tt;)*) => {$(
        $(#[$doc])*
        pub fn $name(vm: &Vm, a: Value, b: Value) -> Value {
            if let (Some(x), Some(y)) = (to_i64(a), to_i64(b))
                && let Some(r) = x.$checked(y)
            {
                return vm.new_int(r);
            }
            vm.new_big(to_big(a) $op to_big(b))
        }
    )*};
}
binary! {
    /// `a + b`
    add checked_add +;
    /// `a - b`
    sub checked_sub -;
    /// `a * b`
    mul checked_mul *;
}

/// The exact `int` of the same number (for bools and instances of subclasses).
pub fn exact(vm: &Vm, v: Value) -> Value {
    if v.is_int() || vm.is_exact(v, crate::vm::shape_ids::int) {
        return v;
    }
    match to_i64(v) {
        Some(i) => vm.new_int(i),
        None => vm.new_big(to_big(v)),
    }
}
/// Quotient rounded down and remainder with the divisor's sign; the divisor is not 0.
pub fn div_rem_floor(vm: &Vm, a: Value, b: Value) -> (Value, Value) {
    if let (Some(x), Some(y)) = (to_i64(a), to_i64(b))
        && let (Some(q), Some(r)) = (x.checked_div(y), x.checked_rem(y))
    {
        let fix = r != 0 && (r < 0) != (y < 0);
        return (vm.new_int(q - fix as i64), vm.new_int(if fix { r + y } else { r }));
    }
    let (x, y) = (to_big(a), to_big(b));
    let (mut q, mut r) = (&x / &y, &x % &y);
    if r != IBig::ZERO && (r < IBig::ZERO) != (y < IBig::ZERO) {
        q -= IBig::ONE;
        r += &y;
    }
    (vm.new_big(q), vm.new_big(r))
}

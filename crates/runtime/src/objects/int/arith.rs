//! `+ - * / // %` and `divmod` on ints: the small forms that the operators' fast paths call, and the slots.
//!
//! In: [`IntRef`]s, or the `i64`s of immediate ints. Out: ints in canonical form. Division rounds down.

use super::{IntRef, int_ref, long_work};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use dashu_int::ops::DivRem;
use dashu_int::{IBig, Sign};
use std::borrow::Cow;
use taipan_heap::Value;

/// Both numbers, or `NotImplemented` to the caller of the enclosing slot.
macro_rules! ints_or_decline {
    ($a:ident, $b:ident) => {
        match ($crate::objects::int::int_ref(&$a), $crate::objects::int::int_ref(&$b)) {
            (Some(x), Some(y)) => (x, y),
            _ => return Ok(Value::NOT_IMPLEMENTED),
        }
    };
}
pub(crate) use ints_or_decline;

/// A big view of any int, borrowed where it is big already.
pub fn cow(i: IntRef<'_>) -> Cow<'_, IBig> {
    match i {
        IntRef::Small(i) => Cow::Owned(IBig::from(i)),
        IntRef::Big(b) => Cow::Borrowed(b),
    }
}

/// The product of two immediate ints.
#[inline]
pub fn mul_small(vm: &Vm, x: i64, y: i64) -> Value {
    match x.checked_mul(y) {
        Some(r) => vm.new_int(r),
        None => mul_wide(vm, x, y),
    }
}
#[inline(never)]
fn mul_wide(vm: &Vm, x: i64, y: i64) -> Value {
    vm.new_big(IBig::from(x as i128 * y as i128))
}

/// `x / y` of immediate ints: both are exact as doubles, so the quotient is correctly rounded.
#[inline]
pub fn truediv_small(vm: &Vm, x: i64, y: i64) -> PyResult {
    if y == 0 {
        return Err(vm.zero_division_error("division by zero"));
    }
    Ok(Value::float(x as f64 / y as f64))
}
/// Floor division where it cannot overflow (`i64::MIN // -1` is the exception).
#[inline(always)]
pub fn floor_div(x: i64, y: i64) -> i64 {
    let q = x.wrapping_div(y);
    if (x ^ y) < 0 && q.wrapping_mul(y) != x { q - 1 } else { q }
}
/// The remainder with the sign of the divisor.
#[inline(always)]
pub fn floor_rem(x: i64, y: i64) -> i64 {
    let r = x.wrapping_rem(y);
    if r != 0 && (r ^ y) < 0 { r + y } else { r }
}
/// `x // y` of immediate ints.
#[inline]
pub fn floordiv_small(vm: &Vm, x: i64, y: i64) -> PyResult {
    if y == 0 {
        return Err(vm.zero_division_error("division by zero"));
    }
    Ok(vm.new_int(floor_div(x, y)))
}
/// `x % y` of immediate ints.
#[inline]
pub fn rem_small(vm: &Vm, x: i64, y: i64) -> PyResult {
    if y == 0 {
        return Err(vm.zero_division_error("division by zero"));
    }
    Ok(Value::int(floor_rem(x, y)))
}
/// `x << n` of immediate ints.
#[inline]
pub fn lshift_small(vm: &Vm, x: i64, n: i64) -> PyResult {
    if (0..16).contains(&n) {
        return Ok(vm.new_int(x << n));
    }
    super::bits::lshift(vm, Value::int(x), Value::int(n))
}
/// `x >> n` of immediate ints.
#[inline]
pub fn rshift_small(vm: &Vm, x: i64, n: i64) -> PyResult {
    if n >= 0 {
        return Ok(Value::int(x >> n.min(63)));
    }
    Err(vm.value_error("negative shift count"))
}

/// `a + b`
pub fn add_refs(vm: &Vm, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        (IntRef::Small(x), IntRef::Small(y)) => match x.checked_add(y) {
            Some(r) => vm.new_int(r),
            None => vm.new_i128(x as i128 + y as i128),
        },
        (IntRef::Big(x), IntRef::Small(y)) | (IntRef::Small(y), IntRef::Big(x)) => vm.new_big(x + y),
        (IntRef::Big(x), IntRef::Big(y)) => vm.new_big(x + y),
    }
}
/// `a - b`
pub fn sub_refs(vm: &Vm, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        (IntRef::Small(x), IntRef::Small(y)) => match x.checked_sub(y) {
            Some(r) => vm.new_int(r),
            None => vm.new_i128(x as i128 - y as i128),
        },
        (IntRef::Big(x), IntRef::Small(y)) => vm.new_big(x - y),
        (IntRef::Small(x), IntRef::Big(y)) => vm.new_big(x - y),
        (IntRef::Big(x), IntRef::Big(y)) => vm.new_big(x - y),
    }
}
/// `a * b`
pub fn mul_refs(vm: &Vm, a: IntRef, b: IntRef) -> PyResult {
    Ok(match (a, b) {
        (IntRef::Small(x), IntRef::Small(y)) => mul_small(vm, x, y),
        (IntRef::Big(x), IntRef::Small(y)) | (IntRef::Small(y), IntRef::Big(x)) => vm.new_big(x * y),
        (IntRef::Big(x), IntRef::Big(y)) => {
            let bits = super::bits::bit_length(x) + super::bits::bit_length(y);
            super::bits::check_size(vm, bits)?;
            let same = std::ptr::eq(x, y);
            vm.new_big(long_work::both(vm, x, y, move |x, y| if same { x.sqr().into() } else { x * y })?)
        }
    })
}

/// Quotient rounded down and remainder with the divisor's sign.
pub fn big_divmod(x: &IBig, y: &IBig) -> (IBig, IBig) {
    let (q, r) = x.div_rem(y);
    if !r.is_zero() && r.sign() != y.sign() { (q - 1, r + y) } else { (q, r) }
}
/// The remainder with the divisor's sign.
pub fn big_rem(x: &IBig, y: &IBig) -> IBig {
    let r = x % y;
    if !r.is_zero() && r.sign() != y.sign() { r + y } else { r }
}
/// The quotient rounded down.
pub fn big_floordiv(x: &IBig, y: &IBig) -> IBig {
    if x.sign() == y.sign() { x / y } else { big_divmod(x, y).0 }
}
/// The quotient rounded down, where the leading words decide it.
#[inline]
fn short_floordiv(x: &IBig, y: &IBig) -> Option<u64> {
    let ((x_sign, x), (y_sign, y)) = (x.as_sign_words(), y.as_sign_words());
    if x_sign == y_sign { super::quotient::short(x, y) } else { None }
}

fn nonzero(vm: &Vm, y: IntRef) -> PyResult<()> {
    if y.is_zero() { Err(vm.zero_division_error("division by zero")) } else { Ok(()) }
}

/// `a // b`
pub fn floordiv_refs(vm: &Vm, a: IntRef, b: IntRef) -> PyResult {
    nonzero(vm, b)?;
    Ok(match (a, b) {
        (IntRef::Small(i64::MIN), IntRef::Small(-1)) => vm.new_i128(1 << 63),
        (IntRef::Small(x), IntRef::Small(y)) => vm.new_int(floor_div(x, y)),
        (IntRef::Small(x), IntRef::Big(y)) if x != i64::MIN => {
            // The magnitude of a big int is larger than that of any other `i64`.
            vm.new_int(if x == 0 || (x < 0) == (y.sign() == Sign::Negative) { 0 } else { -1 })
        }
        _ => {
            if let (IntRef::Big(x), IntRef::Big(y)) = (a, b)
                && let Some(q) = short_floordiv(x, y)
            {
                return Ok(vm.new_uint(q));
            }
            vm.new_big(long_work::division(vm, &cow(a), &cow(b), big_floordiv)?)
        }
    })
}
/// `a % b`
pub fn rem_refs(vm: &Vm, a: IntRef, b: IntRef) -> PyResult {
    nonzero(vm, b)?;
    Ok(match (a, b) {
        (IntRef::Small(x), IntRef::Small(y)) => vm.new_int(floor_rem(x, y)),
        (IntRef::Small(x), IntRef::Big(y)) if x != i64::MIN => {
            if x == 0 || (x < 0) == (y.sign() == Sign::Negative) { vm.new_int(x) } else { vm.new_big(y + x) }
        }
        (IntRef::Big(x), IntRef::Small(y)) => {
            let r: i64 = x % y;
            vm.new_int(if r != 0 && (r ^ y) < 0 { r + y } else { r })
        }
        _ => vm.new_big(long_work::division(vm, &cow(a), &cow(b), big_rem)?),
    })
}
/// `divmod(a, b)` as two values.
pub fn divmod_refs(vm: &Vm, a: IntRef, b: IntRef) -> PyResult<(Value, Value)> {
    nonzero(vm, b)?;
    if let (IntRef::Small(x), IntRef::Small(y)) = (a, b)
        && (x != i64::MIN || y != -1)
    {
        return Ok((vm.new_int(floor_div(x, y)), vm.new_int(floor_rem(x, y))));
    }
    let (q, r) = long_work::division(vm, &cow(a), &cow(b), big_divmod)?;
    let q = vm.new_big(q);
    Ok((q, vm.new_big(r)))
}

/// `a / b`, correctly rounded.
pub fn truediv_refs(vm: &Vm, a: IntRef, b: IntRef) -> PyResult {
    nonzero(vm, b)?;
    const EXACT: u64 = 1 << 53;
    if let (IntRef::Small(x), IntRef::Small(y)) = (a, b)
        && x.unsigned_abs() <= EXACT
        && y.unsigned_abs() <= EXACT
    {
        return Ok(Value::float(x as f64 / y as f64));
    }
    match big_truediv(&cow(a), &cow(b)) {
        Some(f) => Ok(Value::float(f)),
        None => Err(vm.overflow_error("integer division result too large for a float")),
    }
}

/// The correctly rounded quotient; `None` where it overflows.
pub fn big_truediv(x: &IBig, y: &IBig) -> Option<f64> {
    let negative = x.sign() != y.sign();
    if x.is_zero() {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    let (xl, yl) = (super::bits::bit_length(x) as i64, super::bits::bit_length(y) as i64);
    let diff = xl - yl;
    if diff > 1025 {
        return None;
    }
    if diff < -1080 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    // A quotient of at least 55 bits with a sticky bit below rounds like the exact one. Below the normal range
    // fewer bits count: the shift is cut so that the last bit kept is that of the smallest subnormal.
    let shift = (diff - 1).max(-1022) - 54;
    let (xa, ya) = (super::bits::magnitude(x), super::bits::magnitude(y));
    let (q, r) =
        if shift <= 0 { (xa << (-shift) as usize).div_rem(ya) } else { xa.div_rem(ya << shift as usize) };
    let sticky = !r.is_zero();
    let q = u64::try_from(q).ok()?;
    let q = q | sticky as u64;
    let f = super::bits::scale_u64(q, shift)?;
    Some(if negative { -f } else { f })
}

macro_rules! slots {
    ($($name:ident = |$vm:ident, $x:ident, $y:ident| $e:expr;)*) => {$(
        pub(super) fn $name($vm: &Vm, a: Value, b: Value) -> PyResult {
            let ($x, $y) = ints_or_decline!(a, b);
            $e
        }
    )*};
}
slots! {
    add = |vm, x, y| Ok(add_refs(vm, x, y));
    sub = |vm, x, y| Ok(sub_refs(vm, x, y));
    mul = |vm, x, y| mul_refs(vm, x, y);
    truediv = |vm, x, y| truediv_refs(vm, x, y);
    floordiv = |vm, x, y| floordiv_refs(vm, x, y);
    rem = |vm, x, y| rem_refs(vm, x, y);
    divmod = |vm, x, y| {
        let (q, r) = divmod_refs(vm, x, y)?;
        Ok(vm.new_tuple(&[q, r]).value())
    };
}

pub(super) fn neg(vm: &Vm, v: Value) -> PyResult {
    Ok(match int_ref(&v) {
        Some(IntRef::Small(i)) => i.checked_neg().map_or_else(|| vm.new_i128(1 << 63), |i| vm.new_int(i)),
        Some(IntRef::Big(b)) => vm.new_big(-b),
        None => Value::NOT_IMPLEMENTED,
    })
}
pub(super) fn pos(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.exact_int(v))
}
pub(super) fn abs(vm: &Vm, v: Value) -> PyResult {
    match int_ref(&v) {
        Some(i) if i.is_negative() => neg(vm, v),
        _ => pos(vm, v),
    }
}

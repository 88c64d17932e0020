//! `pow` of ints: plain, with a modulus, with a negative exponent.

use super::arith::{big_rem, floor_rem};
use super::bits::{bit_length, check_size, magnitude};
use super::{IntRef, int_ref, long_work};
use crate::objects::float::arith as farith;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::{BitTest, ExtendedGcd, UnsignedAbs};
use dashu_int::{IBig, Sign, UBig};
use taipan_heap::Value;

/// `x ** n` of immediate ints.
pub fn pow_i64(vm: &Vm, x: i64, n: i64) -> PyResult {
    if n < 0 {
        return negative_exponent(vm, IntRef::Small(x), IntRef::Small(n));
    }
    let Ok(exp) = u32::try_from(n) else { return pow_big(vm, IntRef::Small(x), IntRef::Small(n)) };
    match x.checked_pow(exp) {
        Some(r) => Ok(vm.new_int(r)),
        None => pow_big(vm, IntRef::Small(x), IntRef::Small(n)),
    }
}

fn negative_exponent(vm: &Vm, x: IntRef, n: IntRef) -> PyResult {
    let (x, n) = (vm.int_to_f64(x)?, vm.int_to_f64(n)?);
    farith::pow(vm, x, n)
}

fn pow_big(vm: &Vm, x: IntRef, n: IntRef) -> PyResult {
    match x {
        IntRef::Small(0) => return Ok(Value::int(n.is_zero() as i64)),
        IntRef::Small(1) => return Ok(Value::int(1)),
        IntRef::Small(-1) => {
            let odd = match n {
                IntRef::Small(n) => n & 1 == 1,
                IntRef::Big(n) => super::bits::low_u64(n) & 1 == 1,
            };
            return Ok(Value::int(if odd { -1 } else { 1 }));
        }
        _ => {}
    }
    let IntRef::Small(n) = n else { return Err(vm.memory_error()) };
    let n = n as usize;
    let bits = (x.bit_length() - 1).saturating_mul(n);
    check_size(vm, bits)?;
    if let IntRef::Small(2) = x {
        return Ok(vm.new_big(IBig::ONE << n));
    }
    let big;
    let x = match x {
        IntRef::Small(x) => {
            big = IBig::from(x);
            &big
        }
        IntRef::Big(x) => x,
    };
    if bits < 1 << 20 {
        return Ok(vm.new_big(x.pow(n)));
    }
    // Signals are looked for between the multiplications of a long power.
    let mut acc = x.clone();
    for i in (0..n.ilog2()).rev() {
        vm.poll_signals()?;
        acc = long_work::both(vm, &acc, &acc, |a, b| a * b)?;
        if n >> i & 1 == 1 {
            acc = long_work::both(vm, &acc, x, |a, x| a * x)?;
        }
    }
    Ok(vm.new_big(acc))
}

/// The inverse of `a` modulo `m > 1`, or `None`.
fn invert(a: &UBig, m: &UBig) -> Option<UBig> {
    let (g, x, _) = a.gcd_ext(m);
    if !g.is_one() {
        return None;
    }
    Some(big_rem(&x, &IBig::from(m.clone())).unsigned_abs())
}

fn pow_mod_u64(base: u64, mut exp: u64, m: u64) -> u64 {
    let mut acc = 1 % m;
    let mut base = base % m;
    while exp > 0 {
        if exp & 1 == 1 {
            acc = (acc as u128 * base as u128 % m as u128) as u64;
        }
        base = (base as u128 * base as u128 % m as u128) as u64;
        exp >>= 1;
    }
    acc
}

/// `pow(x, n, m)`
pub fn pow_mod(vm: &Vm, x: IntRef, n: IntRef, m: IntRef) -> PyResult {
    if m.is_zero() {
        return Err(vm.value_error("pow() 3rd argument cannot be 0"));
    }
    let modulus = magnitude(&m.to_big());
    if modulus.is_one() {
        return Ok(Value::int(0));
    }
    if let (IntRef::Small(x), IntRef::Small(n), IntRef::Small(m)) = (x, n, m)
        && n >= 0
        && m > 0
    {
        return Ok(vm.new_int(pow_mod_u64(floor_rem(x, m) as u64, n as u64, m as u64) as i64));
    }
    let ring = IBig::from(modulus.clone());
    let mut base = big_rem(&super::arith::cow(x), &ring).unsigned_abs();
    let exp = magnitude(&n.to_big());
    if n.is_negative() {
        base = invert(&base, &modulus)
            .ok_or_else(|| vm.value_error("base is not invertible for the given modulus"))?;
    }
    let long = long_work::long_power(exp.bit_len(), modulus.bit_len());
    let power = move || IBig::from(ConstDivisor::new(modulus).reduce(base).pow(&exp).residue());
    let r = if long { long_work::interruptible(vm, power)? } else { power() };
    let r = if m.is_negative() && !r.is_zero() { r - ring } else { r };
    Ok(vm.new_big(r))
}

pub(super) fn pow(vm: &Vm, a: Value, b: Value, m: Value) -> PyResult {
    let (Some(x), Some(n)) = (int_ref(&a), int_ref(&b)) else { return Ok(Value::NOT_IMPLEMENTED) };
    if m.is_none() {
        return match (x, n) {
            (IntRef::Small(x), IntRef::Small(n)) => pow_i64(vm, x, n),
            _ if n.is_negative() => negative_exponent(vm, x, n),
            _ => pow_big(vm, x, n),
        };
    }
    match int_ref(&m) {
        Some(m) => pow_mod(vm, x, n, m),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// The magnitude's integer square root, rounded down, where `b` is not negative.
pub fn isqrt(b: &IBig) -> Option<UBig> {
    use dashu_int::ops::SquareRoot;
    (b.sign() == Sign::Positive).then(|| {
        debug_assert!(bit_length(b) > 0 || b.is_zero());
        magnitude(b).sqrt()
    })
}

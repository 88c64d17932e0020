//! Shifts, bitwise operators and the bit-level views of big integers.
//!
//! Sizes that no machine holds end in `MemoryError` before anything is computed (the big-integer library aborts
//! on them): [`check_size`].

use super::arith::{cow, ints_or_decline};
use super::{IntRef, int_ref};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use dashu_int::ops::{BitTest, UnsignedAbs};
use dashu_int::{IBig, Sign, UBig};
use taipan_heap::Value;

/// Results of more bits than this raise `MemoryError` (2^36 bits are 8 GiB).
const MAX_BITS: usize = 1 << 36;

/// Raises `MemoryError` for results of absurd size.
pub fn check_size(vm: &Vm, bits: usize) -> PyResult<()> {
    if bits > MAX_BITS { Err(vm.memory_error()) } else { Ok(()) }
}
/// Bits of the magnitude.
pub fn bit_length(b: &IBig) -> usize {
    let (_, words) = b.as_sign_words();
    words.last().map_or(0, |w| words.len() * 64 - w.leading_zeros() as usize)
}
/// The magnitude.
pub fn magnitude(b: &IBig) -> UBig {
    b.unsigned_abs()
}
/// The low 64 bits in two's complement.
pub fn low_u64(b: &IBig) -> u64 {
    let (sign, words) = b.as_sign_words();
    let low = words.first().copied().unwrap_or(0);
    if sign == Sign::Negative { low.wrapping_neg() } else { low }
}

/// `q * 2^exp` rounded half to even once; `None` on overflow.
pub fn scale_u64(q: u64, exp: i64) -> Option<f64> {
    if q == 0 {
        return Some(0.0);
    }
    let top = 63 - q.leading_zeros() as i64 + exp; // exponent of the leading bit
    if top > 1023 {
        return None;
    }
    if top < -1080 {
        return Some(0.0);
    }
    // The exponent of the last bit that a double keeps at this magnitude.
    let last = (top - 52).max(-1074);
    let drop = last - exp;
    let (mantissa, last) = if drop <= 0 {
        (q << (-drop).min(63), last)
    } else if drop > 64 {
        (0, last)
    } else {
        let keep = if drop == 64 { 0 } else { q >> drop };
        let rest = if drop == 64 { q } else { q & ((1 << drop) - 1) };
        let half = 1u64 << (drop - 1);
        let up = rest > half || (rest == half && keep & 1 == 1);
        (keep + up as u64, last)
    };
    // `mantissa` has at most 54 bits (2^53 after rounding up): both steps below are exact.
    let f = if last < -1000 {
        mantissa as f64 * pow2(last + 500) * pow2(-500)
    } else {
        let r = mantissa as f64 * pow2((last / 2).max(-500));
        r * pow2(last - (last / 2).max(-500))
    };
    f.is_finite().then_some(f)
}
fn pow2(e: i64) -> f64 {
    debug_assert!((-1022..=1023).contains(&e));
    f64::from_bits(((e + 1023) as u64) << 52)
}

/// The nearest double, half to even; `None` out of range.
pub fn big_to_f64(b: &IBig) -> Option<f64> {
    let (sign, words) = b.as_sign_words();
    let n = words.len();
    if n > 16 {
        return None;
    }
    let high = words.last().copied()?;
    let shift = high.leading_zeros();
    let mut top = high << shift;
    let mut sticky = false;
    if n > 1 {
        let next = words[n - 2];
        if shift > 0 {
            top |= next >> (64 - shift);
            sticky |= next << shift != 0;
        } else {
            sticky |= next != 0;
        }
        sticky |= words[..n - 2].iter().any(|&w| w != 0);
    }
    let f = scale_u64(top | sticky as u64, (n as i64 - 1) * 64 - shift as i64)?;
    Some(if sign == Sign::Negative { -f } else { f })
}

/// `a << b`
pub fn lshift(vm: &Vm, a: Value, b: Value) -> PyResult {
    let (x, n) = ints_or_decline!(a, b);
    if n.is_negative() {
        return Err(vm.value_error("negative shift count"));
    }
    if x.is_zero() {
        return Ok(Value::int(0));
    }
    let IntRef::Small(n) = n else {
        return Err(vm.overflow_error("too many digits in integer"));
    };
    let n = n as usize;
    if let IntRef::Small(x) = x
        && n < 64
    {
        return Ok(vm.new_i128((x as i128) << n));
    }
    check_size(vm, x.bit_length().saturating_add(n))?;
    Ok(match x {
        IntRef::Small(x) => vm.new_big(IBig::from(x) << n),
        IntRef::Big(x) => vm.new_big(x << n),
    })
}
/// `a >> b`
pub fn rshift(vm: &Vm, a: Value, b: Value) -> PyResult {
    let (x, n) = ints_or_decline!(a, b);
    if n.is_negative() {
        return Err(vm.value_error("negative shift count"));
    }
    let IntRef::Small(n) = n else { return Ok(Value::int(-(x.is_negative() as i64))) };
    Ok(match x {
        IntRef::Small(x) => vm.new_int(x >> n.min(63)),
        IntRef::Big(x) if n as usize >= bit_length(x) => Value::int(-((x.sign() == Sign::Negative) as i64)),
        IntRef::Big(x) => vm.new_big(x >> n as usize),
    })
}

macro_rules! bitwise {
    ($($name:ident $op:tt;)*) => {$(
        pub(super) fn $name(vm: &Vm, a: Value, b: Value) -> PyResult {
            let (x, y) = ints_or_decline!(a, b);
            if a.is_bool() && b.is_bool() {
                return Ok(Value::bool(a.is_true() $op b.is_true()));
            }
            Ok(match (x, y) {
                (IntRef::Small(x), IntRef::Small(y)) => vm.new_int(x $op y),
                _ => vm.new_big(&*cow(x) $op &*cow(y)),
            })
        }
    )*};
}
bitwise! {
    and &;
    or |;
    xor ^;
}
/// `a & b` where `b` is a small non-negative mask of a big `a` is common; it needs one word only.
pub(super) fn and_slot(vm: &Vm, a: Value, b: Value) -> PyResult {
    if let (Some(IntRef::Big(x)), Some(IntRef::Small(m))) | (Some(IntRef::Small(m)), Some(IntRef::Big(x))) =
        (int_ref(&a), int_ref(&b))
        && m >= 0
    {
        return Ok(vm.new_int((low_u64(x) & m as u64) as i64));
    }
    and(vm, a, b)
}

pub(super) fn invert(vm: &Vm, v: Value) -> PyResult {
    Ok(match int_ref(&v) {
        Some(IntRef::Small(i)) => vm.new_int(!i),
        Some(IntRef::Big(b)) => vm.new_big(!b),
        None => Value::NOT_IMPLEMENTED,
    })
}

/// Number of one bits in the magnitude.
pub fn bit_count(i: IntRef) -> u64 {
    match i {
        IntRef::Small(i) => i.unsigned_abs().count_ones() as u64,
        IntRef::Big(b) => b.as_sign_words().1.iter().map(|w| w.count_ones() as u64).sum(),
    }
}
/// Is bit `n` of the magnitude set?
pub fn bit_of(b: &UBig, n: usize) -> bool {
    b.bit(n)
}

pub(super) fn bool_invert(vm: &Vm, v: Value) -> PyResult {
    vm.number_warning(
        vm.types.DeprecationWarning,
        "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the \
         bitwise inversion of the underlying int object and is usually not what you expect from negating a \
         bool. Use the 'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion \
         of the underlying int.",
    )?;
    Ok(Value::int(if v.is_true() { -2 } else { -1 }))
}

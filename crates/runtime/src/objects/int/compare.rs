//! Comparison and hash of ints.

use super::{IntRef, int_ref};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::CompareOp;
use dashu_int::{IBig, Sign};
use std::cmp::Ordering;
use taipan_heap::Value;

/// The modulus of number hashes is `2^61 - 1`.
pub const HASH_BITS: u32 = 61;
/// The modulus of number hashes.
pub const HASH_MODULUS: u64 = (1 << HASH_BITS) - 1;

/// The order of two ints.
#[inline]
pub fn cmp_refs(a: IntRef, b: IntRef) -> Ordering {
    match (a, b) {
        (IntRef::Small(x), IntRef::Small(y)) => x.cmp(&y),
        (IntRef::Big(x), IntRef::Big(y)) => x.cmp(y),
        // A big int lies outside the range of `i64`.
        (IntRef::Big(x), _) => {
            if x.sign() == Sign::Negative {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (_, IntRef::Big(y)) => {
            if y.sign() == Sign::Negative {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
    }
}

pub(super) fn richcompare(_: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    match (int_ref(&a), int_ref(&b)) {
        (Some(x), Some(y)) => Ok(Value::bool(op.holds(cmp_refs(x, y)))),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// The order of a float that is not a NaN and an int, exactly.
pub fn cmp_float_int(f: f64, i: IntRef) -> Ordering {
    if f.is_infinite() {
        return if f > 0.0 { Ordering::Greater } else { Ordering::Less };
    }
    match i {
        IntRef::Small(i) => {
            // Beyond 2^63 the float decides; below, its integral part is an exact i64.
            if f >= 9223372036854775808.0 {
                return Ordering::Greater;
            }
            if f < -9223372036854775808.0 {
                return Ordering::Less;
            }
            let t = f.trunc();
            (t as i64).cmp(&i).then_with(|| f.partial_cmp(&t).unwrap_or(Ordering::Equal))
        }
        IntRef::Big(b) => {
            let t = f.trunc();
            match crate::objects::float::to_big(t) {
                Some(x) => x.cmp(b).then_with(|| f.partial_cmp(&t).unwrap_or(Ordering::Equal)),
                None => Ordering::Equal,
            }
        }
    }
}

/// The hash of a small int.
#[inline]
pub fn hash_i64(i: i64) -> i64 {
    if (i as u64).wrapping_add(HASH_MODULUS - 1) < 2 * HASH_MODULUS - 1 {
        return if i == -1 { -2 } else { i };
    }
    let h = (i.unsigned_abs() % HASH_MODULUS) as i64;
    match if i < 0 { -h } else { h } {
        -1 => -2,
        h => h,
    }
}
/// The hash of a big int: its value modulo `2^61 - 1`, with the sign.
pub fn hash_big(b: &IBig) -> i64 {
    let (sign, words) = b.as_sign_words();
    let mut acc: u128 = 0;
    for &w in words.iter().rev() {
        acc = ((acc << 64) | w as u128) % HASH_MODULUS as u128;
    }
    let h = acc as i64;
    match if sign == Sign::Negative { -h } else { h } {
        -1 => -2,
        h => h,
    }
}
/// The hash of an int.
pub fn hash_ref(i: IntRef) -> i64 {
    match i {
        IntRef::Small(i) => hash_i64(i),
        IntRef::Big(b) => hash_big(b),
    }
}
pub(super) fn hash(_: &Vm, v: Value) -> PyResult<i64> {
    Ok(int_ref(&v).map_or(0, hash_ref))
}

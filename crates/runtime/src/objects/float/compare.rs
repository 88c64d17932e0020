//! Comparison of floats with floats and ints (exact, also for ints beyond 2^53), and the hash.

use crate::objects::int::compare::{HASH_BITS, HASH_MODULUS, cmp_float_int};
use crate::objects::int::int_ref;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::CompareOp;
use taipan_heap::Value;

/// `x op y` of floats.
#[inline(always)]
pub fn holds(x: f64, y: f64, op: CompareOp) -> bool {
    match op {
        CompareOp::Lt => x < y,
        CompareOp::Le => x <= y,
        CompareOp::Eq => x == y,
        CompareOp::Ne => x != y,
        CompareOp::Gt => x > y,
        CompareOp::Ge => x >= y,
    }
}

pub(super) fn richcompare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let Some(x) = vm.as_float(a) else { return Ok(Value::NOT_IMPLEMENTED) };
    if let Some(y) = vm.as_float(b) {
        return Ok(Value::bool(holds(x, y, op)));
    }
    match int_ref(&b) {
        Some(_) if x.is_nan() => Ok(Value::bool(op == CompareOp::Ne)),
        Some(i) => Ok(Value::bool(op.holds(cmp_float_int(x, i)))),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// The hash of a float that is not a NaN: its value modulo `2^61 - 1`.
pub fn hash_f64(f: f64) -> i64 {
    // A small integral value is its own hash.
    let i = f as i64;
    if i as f64 == f && i.unsigned_abs() < 1 << 53 {
        return if i == -1 { -2 } else { i };
    }
    if f.is_infinite() {
        return if f > 0.0 { 314159 } else { -314159 };
    }
    if f.is_nan() {
        return 0;
    }
    let (m, e) = super::decompose(f);
    let bits = HASH_BITS as i32;
    let shift = e.rem_euclid(bits) as u32;
    let m_abs = m.unsigned_abs() % HASH_MODULUS;
    // Multiplication by a power of two is a rotation of 61 bits.
    let rotated =
        if shift == 0 { m_abs } else { ((m_abs << shift) & HASH_MODULUS) | (m_abs >> (HASH_BITS - shift)) };
    let h = (rotated % HASH_MODULUS) as i64;
    match if m < 0 { -h } else { h } {
        -1 => -2,
        h => h,
    }
}

/// The hash of any float. NaNs hash by identity in CPython; an immediate NaN has its word only.
pub fn hash_float(vm: &Vm, v: Value, f: f64) -> i64 {
    if !f.is_nan() {
        return hash_f64(f);
    }
    let _ = vm;
    (v.bits() & ((1 << 48) - 1)).rotate_right(4) as i64
}
pub(super) fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    Ok(vm.as_float(v).map_or(0, |f| hash_float(vm, v, f)))
}

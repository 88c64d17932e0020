//! Ints as text: `str`, `repr`, and digits in bases 2, 8 and 16, with the limit on decimal digits.

use super::{IntRef, int_ref};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use dashu_int::{IBig, Sign};
use taipan_heap::Value;

/// `sys.int_info.default_max_str_digits`
pub const DEFAULT_MAX_DIGITS: usize = 4300;
/// `sys.int_info.str_digits_check_threshold`
pub const DIGITS_THRESHOLD: usize = 640;

/// The text of an int in decimal; `ValueError` where a limit is set and it has more digits.
pub fn to_decimal(vm: &Vm, i: IntRef) -> PyResult<String> {
    match i {
        IntRef::Small(i) => Ok(i.to_string()),
        IntRef::Big(b) => {
            let limit = vm.int_max_str_digits.get();
            let too_long = || {
                Err(vm.value_error(format!(
                    "Exceeds the limit ({limit} digits) for integer string conversion; use \
                     sys.set_int_max_str_digits() to increase the limit"
                )))
            };
            let bits = super::bits::bit_length(b);
            // More bits than `limit` digits can have: refused before the costly conversion.
            if limit > 0
                && bits > DIGITS_THRESHOLD * 3
                && bits as f64 > (limit as f64 + 1.0) * std::f64::consts::LOG2_10
            {
                return too_long();
            }
            let s = super::long_work::decimal(vm, b)?;
            if limit > 0 && s.len() > DIGITS_THRESHOLD && s.len() - s.starts_with('-') as usize > limit {
                return too_long();
            }
            Ok(s)
        }
    }
}

pub(super) fn repr(vm: &Vm, v: Value) -> PyResult {
    if let Some(i) = v.to_int() {
        let mut buf = [0u8; 24];
        return Ok(vm.new_str_ascii(small_decimal(i, &mut buf).as_bytes()).value());
    }
    match int_ref(&v) {
        Some(i) => Ok(vm.new_str(&to_decimal(vm, i)?).value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
pub(super) fn bool_repr(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.intern(if v.is_true() { "True" } else { "False" }).value())
}

/// The decimal text of `i`, without allocation.
pub fn small_decimal(i: i64, buf: &mut [u8; 24]) -> &str {
    let mut at = buf.len();
    let mut rest = i.unsigned_abs();
    while rest >= 100 {
        let two = (rest % 100) as u8;
        rest /= 100;
        at -= 2;
        buf[at] = b'0' + two / 10;
        buf[at + 1] = b'0' + two % 10;
    }
    if rest >= 10 {
        at -= 1;
        buf[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    at -= 1;
    buf[at] = b'0' + rest as u8;
    if i < 0 {
        at -= 1;
        buf[at] = b'-';
    }
    // SAFETY: ASCII digits and a sign.
    unsafe { std::str::from_utf8_unchecked(&buf[at..]) }
}

/// The magnitude's digits in base 2, 8, 10 or 16 (lower case), no prefix, no sign, no limit.
pub fn magnitude_digits(i: IntRef, base: u32) -> String {
    match i {
        IntRef::Small(i) => {
            let m = i.unsigned_abs();
            match base {
                2 => format!("{m:b}"),
                8 => format!("{m:o}"),
                16 => format!("{m:x}"),
                _ => m.to_string(),
            }
        }
        IntRef::Big(b) => {
            let m: IBig = if b.sign() == Sign::Negative { -b } else { b.clone() };
            match base {
                2 => format!("{m:b}"),
                8 => format!("{m:o}"),
                16 => format!("{m:x}"),
                _ => m.to_string(),
            }
        }
    }
}

/// `bin`, `oct`, `hex`: sign, prefix and digits.
pub fn with_prefix(i: IntRef, base: u32) -> String {
    let prefix = match base {
        2 => "0b",
        8 => "0o",
        _ => "0x",
    };
    format!("{}{prefix}{}", if i.is_negative() { "-" } else { "" }, magnitude_digits(i, base))
}

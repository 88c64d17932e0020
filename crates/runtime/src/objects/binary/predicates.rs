//! Methods of `bytes` and `bytearray` that ask or change case: ASCII only.

use super::source;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::Value;

macro_rules! all_of {
    ($($name:ident $test:expr;)*) => {$(
        pub(super) fn $name(_: &Vm, a: &[Value]) -> PyResult {
            let s = source(a[0]);
            Ok(Value::bool(!s.is_empty() && s.iter().all($test)))
        }
    )*};
}
all_of! {
    isalnum u8::is_ascii_alphanumeric;
    isalpha u8::is_ascii_alphabetic;
    isdigit u8::is_ascii_digit;
    isspace |&b| is_space(b);
}

/// White space: that of C.
#[inline]
pub(super) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}

pub(super) fn isascii(_: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(source(a[0]).is_ascii()))
}
pub(super) fn islower(_: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    Ok(Value::bool(s.iter().any(u8::is_ascii_lowercase) && !s.iter().any(u8::is_ascii_uppercase)))
}
pub(super) fn isupper(_: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    Ok(Value::bool(s.iter().any(u8::is_ascii_uppercase) && !s.iter().any(u8::is_ascii_lowercase)))
}
pub(super) fn istitle(_: &Vm, a: &[Value]) -> PyResult {
    let (mut any, mut inside) = (false, false);
    for b in source(a[0]).iter() {
        if b.is_ascii_uppercase() && inside || b.is_ascii_lowercase() && !inside {
            return Ok(Value::FALSE);
        }
        inside = b.is_ascii_alphabetic();
        any |= inside;
    }
    Ok(Value::bool(any))
}

fn mapped(vm: &Vm, a: &[Value], f: impl FnOnce(&mut [u8])) -> PyResult {
    let s = source(a[0]);
    let mut b = s.to_vec();
    f(&mut b);
    s.make_vec(vm, b)
}
pub(super) fn lower(vm: &Vm, a: &[Value]) -> PyResult {
    mapped(vm, a, <[u8]>::make_ascii_lowercase)
}
pub(super) fn upper(vm: &Vm, a: &[Value]) -> PyResult {
    mapped(vm, a, <[u8]>::make_ascii_uppercase)
}
pub(super) fn capitalize(vm: &Vm, a: &[Value]) -> PyResult {
    mapped(vm, a, |b| {
        b.make_ascii_lowercase();
        if let Some(c) = b.first_mut() {
            c.make_ascii_uppercase();
        }
    })
}
pub(super) fn swapcase(vm: &Vm, a: &[Value]) -> PyResult {
    mapped(vm, a, |b| {
        for c in b.iter_mut().filter(|c| c.is_ascii_alphabetic()) {
            *c ^= 0x20;
        }
    })
}
pub(super) fn title(vm: &Vm, a: &[Value]) -> PyResult {
    mapped(vm, a, |b| {
        let mut inside = false;
        for c in b {
            if inside {
                c.make_ascii_lowercase()
            } else {
                c.make_ascii_uppercase()
            }
            inside = c.is_ascii_alphabetic();
        }
    })
}

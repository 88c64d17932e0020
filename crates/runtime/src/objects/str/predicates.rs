//! `str` methods that ask: `isalpha` and its like.

use super::slots::this;
use crate::text::unicode;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::Value;

macro_rules! all_of {
    ($($name:ident $test:expr;)*) => {$(
        pub(super) fn $name(_: &Vm, a: &[Value]) -> PyResult {
            let s = this(a[0]);
            Ok(Value::bool(!s.is_empty() && s.code_points().all($test)))
        }
    )*};
}

all_of! {
    isalpha unicode::is_alpha;
    isalnum unicode::is_alnum;
    isdecimal unicode::is_decimal;
    isdigit unicode::is_digit;
    isnumeric unicode::is_numeric;
    isspace unicode::is_space;
}

pub(super) fn isprintable(_: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(this(a[0]).code_points().all(unicode::is_printable)))
}
pub(super) fn isascii(_: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(this(a[0]).is_ascii()))
}

/// Is the text an identifier (keywords included)?
pub fn is_identifier(mut text: impl Iterator<Item = u32>) -> bool {
    text.next().is_some_and(unicode::is_identifier_start) && text.all(unicode::is_identifier_continue)
}
pub(super) fn isidentifier(_: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(is_identifier(this(a[0]).code_points())))
}

fn all_cased(text: impl Iterator<Item = u32>, good: fn(u32) -> bool, bad: fn(u32) -> bool) -> bool {
    let mut any = false;
    for c in text {
        if bad(c) || unicode::is_title(c) {
            return false;
        }
        any |= good(c);
    }
    any
}
pub(super) fn islower(_: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(all_cased(this(a[0]).code_points(), unicode::is_lower, unicode::is_upper)))
}
pub(super) fn isupper(_: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(all_cased(this(a[0]).code_points(), unicode::is_upper, unicode::is_lower)))
}
pub(super) fn istitle(_: &Vm, a: &[Value]) -> PyResult {
    let (mut any, mut after_cased) = (false, false);
    for c in this(a[0]).code_points() {
        if unicode::is_upper(c) || unicode::is_title(c) {
            if after_cased {
                return Ok(Value::FALSE);
            }
            (any, after_cased) = (true, true);
        } else if unicode::is_lower(c) {
            if !after_cased {
                return Ok(Value::FALSE);
            }
            (any, after_cased) = (true, true);
        } else {
            after_cased = false;
        }
    }
    Ok(Value::bool(any))
}

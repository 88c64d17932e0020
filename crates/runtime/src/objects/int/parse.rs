//! `int(...)`: numbers from text, from other numbers and from anything with `__int__` or `__index__`.

use super::digits::to_ascii;
use super::{IntRef, int_ref};
use crate::objects::bytearray::ByteArray;
use crate::objects::bytes::Bytes;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::{PyResult, Raised};
use dashu_int::{IBig, UBig};
use taipan_heap::{Gc, Value};

/// Why text is no int.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParseError {
    /// It is malformed.
    Invalid,
    /// It has this many digits, more than the limit.
    TooLong(usize),
}

/// An int read from text.
pub enum Parsed {
    /// It fits an `i64`.
    Small(i64),
    /// It may not.
    Big(IBig),
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}
fn digit(b: u8) -> Option<u8> {
    match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'z' => Some(b - b'a' + 10),
        b'A'..=b'Z' => Some(b - b'A' + 10),
        _ => None,
    }
}

/// Reads ASCII text as `int(text, base)` does; `limit` is the limit on digits (0: none).
pub fn parse(text: &[u8], base: u32, limit: usize) -> Result<Parsed, ParseError> {
    let mut s = text.trim_ascii_start();
    while let [b, rest @ ..] = s
        && is_space(*b)
    {
        s = rest;
    }
    let negative = s.first() == Some(&b'-');
    if let [b'+' | b'-', rest @ ..] = s {
        s = rest;
    }
    let mut base = base;
    let mut only_zero = false;
    let prefix = match s {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    if base == 0 {
        // "010" is not octal any more, nor decimal: only zeros may begin with a zero.
        base = if prefix != 0 { prefix } else { 10 };
        only_zero = prefix == 0 && s.first() == Some(&b'0');
    }
    if prefix == base {
        s = &s[2..];
        if let [b'_', rest @ ..] = s {
            s = rest;
        }
    }
    // Digits with single underscores between them.
    let mut digits = 0;
    let mut underscores = false;
    let mut last_underscore = true;
    let mut at = 0;
    let mut small: Option<i64> = Some(0);
    while let Some(&b) = s.get(at) {
        if b == b'_' {
            if last_underscore {
                return Err(ParseError::Invalid);
            }
            underscores = true;
            last_underscore = true;
        } else {
            let Some(d) = digit(b).filter(|&d| (d as u32) < base) else { break };
            small = small.and_then(|n| n.checked_mul(base as i64)?.checked_add(d as i64));
            last_underscore = false;
            digits += 1;
        }
        at += 1;
    }
    if last_underscore {
        return Err(ParseError::Invalid);
    }
    let (body, rest) = s.split_at(at);
    if !base.is_power_of_two() && limit > 0 && digits > limit && digits > super::text::DIGITS_THRESHOLD {
        return Err(ParseError::TooLong(digits));
    }
    if !rest.iter().all(|&b| is_space(b)) || (only_zero && small != Some(0)) {
        return Err(ParseError::Invalid);
    }
    if let Some(n) = small {
        return Ok(Parsed::Small(if negative { -n } else { n }));
    }
    let cleaned: Vec<u8>;
    let body = if underscores {
        cleaned = body.iter().copied().filter(|&b| b != b'_').collect();
        &cleaned
    } else {
        body
    };
    let text = std::str::from_utf8(body).map_err(|_| ParseError::Invalid)?;
    let n = UBig::from_str_radix(text, base).map_err(|_| ParseError::Invalid)?;
    Ok(Parsed::Big(if negative { -IBig::from(n) } else { IBig::from(n) }))
}

impl Vm {
    fn int_from_ascii(&self, text: &[u8], base: u32, shown: impl FnOnce() -> PyResult<String>) -> PyResult {
        let limit = self.int_max_str_digits.get();
        let parsed = if super::long_work::long_text(text.len()) && !base.is_power_of_two() {
            let text = text.to_vec();
            super::long_work::interruptible(self, move || parse(&text, base, limit))?
        } else {
            parse(text, base, limit)
        };
        match parsed {
            Ok(Parsed::Small(i)) => Ok(self.new_int(i)),
            Ok(Parsed::Big(b)) => Ok(self.new_big(b)),
            Err(ParseError::TooLong(n)) => {
                let limit = self.int_max_str_digits.get();
                Err(self.value_error(format!(
                    "Exceeds the limit ({limit} digits) for integer string conversion: value has {n} digits; \
                     use sys.set_int_max_str_digits() to increase the limit"
                )))
            }
            Err(ParseError::Invalid) => {
                let shown: String = shown()?.chars().take(200).collect();
                Err(self.value_error(format!("invalid literal for int() with base {base}: {shown}")))
            }
        }
    }
    /// `int(s, base)` of a `str`.
    pub fn int_from_str(&self, s: Gc<Str>, base: u32) -> PyResult {
        self.int_from_ascii(&to_ascii(s.as_bytes()), base, || Ok(self.repr(s.value())?.to_string()))
    }
    fn int_from_bytes_text(&self, b: &[u8], base: u32) -> PyResult {
        // Bytes outside ASCII are no digits; nor is the byte that stands for them.
        self.int_from_ascii(b, base, || Ok(self.repr(self.new_bytes(b).value())?.to_string()))
    }
    /// `int(v)` (`PyNumber_Long`): an exact int.
    pub fn int_of(&self, v: Value) -> PyResult {
        if v.is_int() || self.is_exact(v, crate::vm::shape_ids::int) {
            return Ok(v);
        }
        if let Some(f) = v.to_float() {
            return crate::objects::float::to_int(self, f);
        }
        let ty = self.class_of(v);
        if let Some(f) = ty.slots.int.get() {
            let r = f(self, v)?;
            if r.is_int() || self.is_exact(r, crate::vm::shape_ids::int) {
                return Ok(r);
            }
            return self.strict_int_result(r, "__int__");
        }
        if ty.slots.index.get().is_some() {
            return self.index(v);
        }
        if let Some(s) = v.cast::<Str>() {
            return self.int_from_str(s, 10);
        }
        if let Some(b) = self.bytes_like(v)? {
            return self.int_from_bytes_text(&b, 10);
        }
        Err(self.type_error(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            ty.name_str()
        )))
    }
    /// A copy of the bytes of a bytes-like object; `None` for anything else.
    pub(crate) fn bytes_like(&self, v: Value) -> PyResult<Option<Vec<u8>>> {
        if let Some(b) = v.cast::<Bytes>() {
            return Ok(Some(b.as_bytes().to_vec()));
        }
        if let Some(b) = v.cast::<ByteArray>() {
            return Ok(Some(b.as_bytes().to_vec()));
        }
        if self.has_buffer(v) {
            return Ok(Some(self.get_buffer(v)?.to_vec()));
        }
        Ok(None)
    }
}

fn base_of(vm: &Vm, v: Value) -> PyResult<u32> {
    match vm.index_clamp(v)? {
        b @ (0 | 2..=36) => Ok(b as u32),
        _ => Err(vm.value_error("int() base must be >= 2 and <= 36, or 0")),
    }
}

/// `int.__new__`
pub(super) fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let r = if let (&[x], true) = (args.pos, args.kw.is_empty()) {
        vm.int_of(x)?
    } else {
        if args.kw.is_empty() {
            args.positional(vm, "int", 0, 2)?;
        }
        let [x, base] = args.bind::<2>(vm, "int", "(x=0, /, base=10)")?;
        match (x.bound(), base.bound()) {
            (None, None) => Value::int(0),
            (None, Some(_)) => return Err(vm.type_error("int() missing string argument")),
            (Some(x), None) => vm.int_of(x)?,
            (Some(x), Some(base)) => {
                let base = base_of(vm, base)?;
                if let Some(s) = x.cast::<Str>() {
                    vm.int_from_str(s, base)?
                } else if x.is_kind(crate::kinds::BYTES) || x.is_kind(crate::kinds::BYTEARRAY) {
                    let b = vm.bytes_like(x)?.unwrap_or_default();
                    vm.int_from_bytes_text(&b, base)?
                } else {
                    return Err(vm.type_error("int() can't convert non-string with explicit base"));
                }
            }
        }
    };
    Ok(of_type(vm, ty, r))
}

/// The exact int `v` as an instance of `ty`.
pub fn of_type(vm: &Vm, ty: Gc<Type>, v: Value) -> Value {
    if ty == vm.types.int {
        return v;
    }
    match int_ref(&v) {
        Some(IntRef::Small(i)) => vm.new_int_object(ty, i, None),
        Some(IntRef::Big(b)) => {
            let b = b.clone();
            vm.new_int_object(ty, 0, Some(b))
        }
        None => v,
    }
}

/// `bool.__new__`
pub(super) fn new_bool(vm: &Vm, _: Gc<Type>, args: Args) -> PyResult {
    let a = args.positional(vm, "bool", 0, 1)?;
    match a.first() {
        Some(&v) => Ok(Value::bool(vm.truth(v)?)),
        None => Ok(Value::FALSE),
    }
}

/// Marks errors of byte order arguments.
pub(super) fn byte_order(vm: &Vm, v: Value, function: &str) -> Result<bool, Raised> {
    let Some(v) = v.bound() else { return Ok(false) };
    let Some(s) = v.cast::<Str>() else {
        return Err(
            vm.type_error(format!("{function}() argument 'byteorder' must be str, not {}", vm.type_name(v)))
        );
    };
    match s.as_bytes() {
        b"little" => Ok(true),
        b"big" => Ok(false),
        _ => Err(vm.value_error("byteorder must be either 'little' or 'big'")),
    }
}

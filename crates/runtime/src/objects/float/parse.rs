//! `float(...)`, `float.fromhex` and the scanner that `complex(...)` shares.

use crate::objects::int::bits::scale_u64;
use crate::objects::int::digits::to_ascii;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use std::borrow::Cow;
use taipan_heap::{Gc, Value};

/// Length of the float (sign included) at the start of `s`, and its value: what C's `strtod` takes without
/// hexadecimal forms. `None` if there is none.
pub fn scan(s: &[u8]) -> Option<(f64, usize)> {
    let mut at = matches!(s.first(), Some(b'+' | b'-')) as usize;
    let negative = s.first() == Some(&b'-');
    let word = |w: &[u8]| s.len() >= at + w.len() && s[at..at + w.len()].eq_ignore_ascii_case(w);
    let signed = |f: f64| if negative { -f } else { f };
    if word(b"inf") {
        return Some((signed(f64::INFINITY), at + if word(b"infinity") { 8 } else { 3 }));
    }
    if word(b"nan") {
        return Some((signed(f64::NAN), at + 3));
    }
    let digits = |mut at: usize| {
        while s.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let whole = digits(at);
    let mut n = whole - at;
    at = whole;
    if s.get(at) == Some(&b'.') {
        let end = digits(at + 1);
        n += end - at - 1;
        if n > 0 {
            at = end;
        }
    }
    if n == 0 {
        return None;
    }
    if matches!(s.get(at), Some(b'e' | b'E')) {
        let sign = matches!(s.get(at + 1), Some(b'+' | b'-')) as usize;
        let end = digits(at + 1 + sign);
        if end > at + 1 + sign {
            at = end;
        }
    }
    let f = std::str::from_utf8(&s[..at]).ok()?.parse().ok()?;
    Some((f, at))
}

/// Removes underscores between digits; `None` where one stands elsewhere.
pub fn strip_underscores(s: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !s.contains(&b'_') {
        return Some(Cow::Borrowed(s));
    }
    let mut out = Vec::with_capacity(s.len());
    let mut last = 0;
    for &b in s {
        if b == b'_' {
            if !u8::is_ascii_digit(&last) {
                return None;
            }
        } else {
            if last == b'_' && !b.is_ascii_digit() {
                return None;
            }
            out.push(b);
        }
        last = b;
    }
    (last != b'_').then_some(Cow::Owned(out))
}

/// Is it C's white space?
pub fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}
/// Without C's white space at both ends.
pub fn trim(mut s: &[u8]) -> &[u8] {
    while let [b, rest @ ..] = s
        && is_space(*b)
    {
        s = rest;
    }
    while let [rest @ .., b] = s
        && is_space(*b)
    {
        s = rest;
    }
    s
}

/// The float that a plain decimal of at most 15 digits means: the digits and the power of ten are doubles without loss,
/// so that one division rounds once.
fn short(s: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let negative = s.first() == Some(&b'-');
    let s = &s[negative as usize..];
    if s.len() > 16 {
        return None;
    }
    let (mut m, mut digits, mut point) = (0u64, 0, None);
    for &c in s {
        match c {
            b'0'..=b'9' => {
                m = m * 10 + (c - b'0') as u64;
                digits += 1;
            }
            b'.' if point.is_none() => point = Some(digits),
            _ => return None,
        }
    }
    if digits == 0 || digits > 15 {
        return None;
    }
    let f = m as f64 / POWERS[point.map_or(0, |p: usize| digits - p)];
    Some(if negative { -f } else { f })
}

/// The float that the whole of an ASCII text means.
pub fn parse(text: &[u8]) -> Option<f64> {
    let s = trim(text);
    let s = strip_underscores(s)?;
    match scan(&s) {
        Some((f, n)) if n == s.len() => Some(f),
        _ => None,
    }
}

impl Vm {
    /// `float(s)` of a `str`.
    pub fn float_from_str(&self, s: Gc<Str>) -> PyResult<f64> {
        if let Some(f) = short(s.as_bytes()) {
            return Ok(f);
        }
        match parse(&to_ascii(s.as_bytes())) {
            Some(f) => Ok(f),
            None => {
                let shown = self.repr(s.value())?;
                Err(self.value_error(format!("could not convert string to float: {shown}")))
            }
        }
    }
    /// `float(v)` (`PyNumber_Float`)
    pub fn float_of(&self, v: Value) -> PyResult<f64> {
        if let Some(f) = v.to_float() {
            return Ok(f);
        }
        if let Some(i) = v.to_int() {
            return Ok(i as f64);
        }
        if let Some(s) = self.exact_str(v) {
            return self.float_from_str(s);
        }
        if let Some(f) = self.float_by_slots(v)? {
            return Ok(f);
        }
        if let Some(s) = v.cast::<Str>() {
            return self.float_from_str(s);
        }
        if let Some(b) = self.bytes_like(v)? {
            return match parse(&b) {
                Some(f) => Ok(f),
                None => {
                    let shown = self.repr(v)?;
                    Err(self.value_error(format!("could not convert string to float: {shown}")))
                }
            };
        }
        Err(self.type_error(format!(
            "float() argument must be a string or a real number, not '{}'",
            self.type_name(v)
        )))
    }
}

/// `float.__new__`
pub(super) fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    // A subclass with an `__init__` of its own may take keywords.
    let plain =
        ty.slots.init.get().map(|f| f as usize) == vm.types.float.slots.init.get().map(|f| f as usize);
    let args = if plain { args } else { Args::new(args.pos) };
    let a = args.positional(vm, "float", 0, 1)?;
    let f = match a.first() {
        Some(&v) => vm.float_of(v)?,
        None => 0.0,
    };
    Ok(vm.new_float_of(ty, f))
}

/// Why a hexadecimal text is no float.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HexError {
    /// Malformed.
    Invalid,
    /// Too large for a double.
    Overflow,
}

/// Reads the text of `float.fromhex`.
pub fn from_hex(text: &[u8]) -> Result<f64, HexError> {
    let s = trim(text);
    let negative = s.first() == Some(&b'-');
    let mut s = if matches!(s.first(), Some(b'+' | b'-')) { &s[1..] } else { s };
    let signed = |f: f64| if negative { -f } else { f };
    for (word, f) in [(&b"inf"[..], f64::INFINITY), (b"infinity", f64::INFINITY), (b"nan", f64::NAN)] {
        if s.eq_ignore_ascii_case(word) {
            return Ok(signed(f));
        }
    }
    if let [b'0', b'x' | b'X', rest @ ..] = s {
        s = rest;
    }
    let mut mantissa: u64 = 0;
    let mut sticky = false;
    let mut exp: i64 = 0;
    let mut digits = 0usize;
    let mut point = false;
    let mut at = 0;
    while let Some(&b) = s.get(at) {
        if b == b'.' && !point {
            point = true;
        } else if let Some(d) = (b as char).to_digit(16) {
            digits += 1;
            // 60 bits are kept; what is below only decides ties.
            if mantissa >> 56 == 0 {
                mantissa = mantissa << 4 | d as u64;
                exp -= 4 * point as i64;
            } else {
                sticky |= d != 0;
                exp += 4 * !point as i64;
            }
        } else {
            break;
        }
        at += 1;
    }
    if digits == 0 {
        return Err(HexError::Invalid);
    }
    if matches!(s.get(at), Some(b'p' | b'P')) {
        at += 1;
        let minus = s.get(at) == Some(&b'-');
        at += matches!(s.get(at), Some(b'+' | b'-')) as usize;
        let start = at;
        let mut e: i64 = 0;
        while let Some(b) = s.get(at).filter(|b| b.is_ascii_digit()) {
            e = (e * 10 + (b - b'0') as i64).min(1 << 50);
            at += 1;
        }
        if at == start {
            return Err(HexError::Invalid);
        }
        exp += if minus { -e } else { e };
    }
    if at != s.len() {
        return Err(HexError::Invalid);
    }
    if mantissa == 0 {
        return Ok(signed(0.0));
    }
    if exp > 1 << 20 {
        return Err(HexError::Overflow);
    }
    scale_u64(mantissa | sticky as u64, exp.max(-(1 << 20))).map(signed).ok_or(HexError::Overflow)
}

//! The format mini-language (PEP 3101) for `int`, `float`, `complex` and `str`, and the text of floats.
//!
//! * [`float`](mod@float): `format_float`, the digits of a float for `%e %f %g` and `repr`, correctly rounded for
//!   any precision; shared with `%`-formatting;
//! * [`spec`]: parses a format spec; [`number`]: pads, groups and signs;
//! * this file: `format(v, spec)`.
//!
//! In: a spec as WTF-8. Out: WTF-8 text, or a [`FormatError`] with CPython's message. Nothing here but `vm_*`
//! touches the heap.

pub mod float;
pub mod number;
pub mod spec;
#[cfg(test)]
mod tests;

pub use float::{FloatFlags, format_float, repr_float};
pub use number::{format_complex, format_f64, format_int, format_text};
pub use spec::{FormatError, Spec};

use crate::objects::int::int_ref;
use crate::objects::str::{Str, count_chars};
use crate::vm::error::{PyResult, Raised};
use crate::vm::{Vm, shape_ids};
use std::borrow::Cow;
use taipan_heap::{Gc, Value};

impl Vm {
    /// Raises a format error.
    #[cold]
    pub fn format_error(&self, e: FormatError) -> Raised {
        match e {
            FormatError::Value(m) => self.value_error(m),
            FormatError::Overflow(m) => self.overflow_error(m),
            FormatError::Memory => self.memory_error(),
        }
    }
    /// A new `str` of WTF-8 text that the format engine made.
    fn formatted(&self, text: Vec<u8>) -> Value {
        // SAFETY: the engine joins whole characters of well-formed WTF-8 inputs and fill characters.
        unsafe { self.new_str_wtf8_counted(&text, count_chars(&text)) }.value()
    }

    /// `format(v, spec)`; `spec` is a `str`.
    pub fn format(&self, v: Value, spec: Gc<Str>) -> PyResult<Gc<Str>> {
        let empty = spec.byte_len() == 0;
        if let Some(s) = self.exact_str(v) {
            if empty {
                return Ok(s);
            }
            return Ok(as_str(format_str_value(self, s, spec)?));
        }
        if v.is_int() || self.is_exact(v, shape_ids::int) {
            if empty {
                return self.str(v);
            }
            return Ok(as_str(format_int_value(self, v, spec)?));
        }
        if let Some(f) = v.to_float() {
            return Ok(as_str(format_float_value(self, f, spec)?));
        }
        let r = match self.call_special(v, self.names.__format__, &[spec.value()])? {
            Some(r) => r,
            None => {
                return Err(self.type_error(format!("Type {} doesn't define __format__", self.type_name(v))));
            }
        };
        r.cast::<Str>().ok_or_else(|| {
            self.type_error(format!("__format__ must return a str, not {}", self.type_name(r)))
        })
    }
}

fn as_str(v: Value) -> Gc<Str> {
    // SAFETY: the functions below make strings.
    unsafe { v.cast_unchecked::<Str>() }
}

/// The specs that numbers are mostly formatted with: `[0][width][.precision][type]`, in at most two digits each.
struct Quick {
    zero: bool,
    width: usize,
    precision: Option<usize>,
    ty: u8,
}

impl Quick {
    fn parse(spec: &[u8]) -> Option<Quick> {
        let mut at = 0;
        let zero = spec.first() == Some(&b'0');
        at += zero as usize;
        let number = |at: &mut usize| {
            let start = *at;
            let mut n = 0;
            while let Some(d) = spec.get(*at).filter(|c| c.is_ascii_digit()) {
                n = n * 10 + (d - b'0') as usize;
                *at += 1;
                if *at - start > 2 {
                    return None;
                }
            }
            Some((*at > start).then_some(n))
        };
        let width = number(&mut at)?;
        let mut precision = None;
        if spec.get(at) == Some(&b'.') {
            at += 1;
            precision = Some(number(&mut at)??);
        }
        let ty = spec.get(at).copied().unwrap_or(0);
        // (`0` alone is a width of 0 with zeros.)
        (at + 1 >= spec.len() && precision.is_none_or(|p| p <= 30)).then_some(Quick {
            zero,
            width: width.unwrap_or(0),
            precision,
            ty,
        })
    }
    /// The text of a number, padded on the left: with blanks, or zeros behind the sign.
    fn pad(&self, vm: &Vm, text: &[u8]) -> Value {
        let mut out = [0u8; 192];
        let pad = self.width.saturating_sub(text.len());
        let sign = (self.zero && text.first() == Some(&b'-')) as usize;
        out[..sign].copy_from_slice(&text[..sign]);
        out[sign..sign + pad].fill(if self.zero { b'0' } else { b' ' });
        out[sign + pad..pad + text.len()].copy_from_slice(&text[sign..]);
        let n = pad + text.len();
        // SAFETY: ASCII.
        unsafe { vm.new_str_wtf8_counted(&out[..n], n) }.value()
    }
}

/// `int.__format__`
pub fn format_int_value(vm: &Vm, v: Value, spec: Gc<Str>) -> PyResult {
    if v.is_int()
        && let Some(q) = Quick::parse(spec.as_bytes())
        && matches!(q.ty, 0 | b'd')
        && q.precision.is_none()
    {
        let mut buf = [0; 24];
        return Ok(q.pad(vm, crate::objects::int::text::small_decimal(v.as_int(), &mut buf).as_bytes()));
    }
    let raise = |e| vm.format_error(e);
    let name = if v.is_int() { Cow::Borrowed("int") } else { Cow::Owned(vm.type_name(v)) };
    let s = Spec::parse(spec.as_bytes(), b'd', b'>', &name).map_err(raise)?;
    let Some(i) = int_ref(&v) else { return Ok(Value::NOT_IMPLEMENTED) };
    match s.ty as u8 {
        b'b' | b'c' | b'd' | b'o' | b'x' | b'X' | b'n' if s.ty < 128 => {
            let digits = match s.ty as u8 {
                b'd' | b'n' => crate::objects::int::text::to_decimal(vm, i)?,
                _ => String::new(),
            };
            let text = format_int(i, &digits, &s).map_err(raise)?;
            Ok(vm.formatted(text))
        }
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' if s.ty < 128 => {
            let f = vm.int_to_f64(i)?;
            Ok(vm.formatted(format_f64(f, &s).map_err(raise)?))
        }
        _ => Err(raise(s.unknown_type(&name))),
    }
}
/// `repr(f)` as a `str`.
pub fn float_repr(vm: &Vm, f: f64) -> Value {
    let mut buf = [0; float::REPR_ROOM];
    let n = float::repr_into(f, &mut buf);
    vm.new_str_ascii(&buf[..n]).value()
}
/// `float.__format__`
pub fn format_float_value(vm: &Vm, f: f64, spec: Gc<Str>) -> PyResult {
    if spec.byte_len() == 0 {
        return Ok(float_repr(vm, f));
    }
    if let Some(q) = Quick::parse(spec.as_bytes())
        && let (b'f', Some(precision)) = (q.ty, q.precision)
        && f.abs() < 1e15
    {
        let mut buf = [0u8; 1 + float::FIXED_ROOM];
        let (sign, rest) = buf.split_at_mut(1);
        sign[0] = b'-';
        if let Ok(rest) = rest.try_into()
            && let Some(n) = float::fixed_into(f, precision, rest)
        {
            return Ok(q.pad(vm, &buf[!f.is_sign_negative() as usize..=n]));
        }
    }
    let s = Spec::parse(spec.as_bytes(), 0, b'>', "float").map_err(|e| vm.format_error(e))?;
    if !s.is_float_type(true) {
        return Err(vm.format_error(s.unknown_type("float")));
    }
    Ok(vm.formatted(format_f64(f, &s).map_err(|e| vm.format_error(e))?))
}
/// `complex.__format__`
pub fn format_complex_value(vm: &Vm, re: f64, im: f64, spec: Gc<Str>) -> PyResult {
    let s = Spec::parse(spec.as_bytes(), 0, b'>', "complex").map_err(|e| vm.format_error(e))?;
    if !s.is_float_type(false) {
        return Err(vm.format_error(s.unknown_type("complex")));
    }
    Ok(vm.formatted(format_complex(re, im, &s).map_err(|e| vm.format_error(e))?))
}
/// `str.__format__`
pub fn format_str_value(vm: &Vm, v: Gc<Str>, spec: Gc<Str>) -> PyResult {
    let s = Spec::parse(spec.as_bytes(), b's', b'<', "str").map_err(|e| vm.format_error(e))?;
    if s.ty != b's' as u32 {
        return Err(vm.format_error(s.unknown_type("str")));
    }
    let text = format_text(v.as_bytes(), v.char_len(), &s).map_err(|e| vm.format_error(e))?;
    Ok(vm.formatted(text))
}

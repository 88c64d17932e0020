//! Laying out formatted values: sign, prefix, grouping, zeros and padding.

use super::float::{FloatFlags, format_float};
use super::spec::{FormatError, Grouping, Spec, push_code_point};
use crate::objects::int::IntRef;
use crate::objects::int::text::magnitude_digits;

/// Texts longer than this end in `MemoryError`.
const MAX_WIDTH: usize = 1 << 40;

/// The parts of a number's text, before padding.
struct Parts<'a> {
    negative: bool,
    prefix: &'a str,
    /// Integral digits; may be empty (`c`, `inf`).
    digits: &'a str,
    /// Everything that follows the point: digits that are grouped.
    frac: &'a str,
    point: bool,
    /// Everything behind that: exponent, `%`, or a whole text that is not grouped.
    rest: &'a str,
}

fn pad(out: &mut Vec<u8>, fill: u32, n: usize) {
    if fill < 128 {
        out.resize(out.len() + n, fill as u8);
    } else {
        for _ in 0..n {
            push_code_point(out, fill);
        }
    }
}

fn check_width(width: Option<usize>) -> Result<(), FormatError> {
    if width.is_some_and(|w| w > MAX_WIDTH) { Err(FormatError::Memory) } else { Ok(()) }
}
fn room(n: usize) -> Result<Vec<u8>, FormatError> {
    let mut v = Vec::new();
    v.try_reserve(n).map_err(|_| FormatError::Memory)?;
    Ok(v)
}

/// `digits` with separators, and with zeros in front so that at least `min_width` characters result.
fn group(digits: &str, g: Grouping, min_width: usize) -> String {
    let Some(sep) = g.separator() else {
        let zeros = min_width.saturating_sub(digits.len());
        return "0".repeat(zeros) + digits;
    };
    let size = g.size();
    // Built backwards.
    let mut out: Vec<u8> = Vec::with_capacity(digits.len() + digits.len() / size + min_width);
    let mut rest = digits.as_bytes();
    let mut min = min_width as isize;
    loop {
        let n = size.min(rest.len().max(min.max(1) as usize));
        let real = n.min(rest.len());
        let (head, tail) = rest.split_at(rest.len() - real);
        out.extend(tail.iter().rev());
        out.resize(out.len() + n - real, b'0');
        rest = head;
        min -= n as isize;
        if rest.is_empty() && min <= 0 {
            break;
        }
        out.push(sep as u8);
        min -= 1;
    }
    out.reverse();
    String::from_utf8(out).unwrap_or_default()
}

/// Fraction digits with separators, counted from the point.
fn group_fraction(digits: &str, g: Grouping) -> String {
    let Some(sep) = g.separator() else { return digits.to_string() };
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && i % g.size() == 0 {
            out.push(sep);
        }
        out.push(c);
    }
    out
}

fn layout(p: Parts, s: &Spec) -> Result<Vec<u8>, FormatError> {
    check_width(s.width)?;
    let sign = match (p.negative, s.sign) {
        (true, _) => "-",
        (false, b'+') => "+",
        (false, b' ') => " ",
        _ => "",
    };
    let frac = group_fraction(p.frac, s.frac_grouping);
    let others = sign.len() + p.prefix.len() + p.point as usize + frac.len() + p.rest.chars().count();
    let width = s.width.unwrap_or(0);
    let min = if s.fill == b'0' as u32 && s.align == b'=' { width.saturating_sub(others) } else { 0 };
    let digits = if p.digits.is_empty() {
        String::new()
    } else if s.grouping == Grouping::None && min <= p.digits.len() {
        p.digits.to_string()
    } else {
        group(p.digits, s.grouping, min)
    };
    let padding = width.saturating_sub(others + digits.len());
    let (left, middle, right) = match s.align {
        b'<' => (0, 0, padding),
        b'^' => (padding / 2, 0, padding - padding / 2),
        b'=' => (0, padding, 0),
        _ => (padding, 0, 0),
    };
    let mut out = room(others + digits.len() + padding)?;
    pad(&mut out, s.fill, left);
    out.extend_from_slice(sign.as_bytes());
    out.extend_from_slice(p.prefix.as_bytes());
    pad(&mut out, s.fill, middle);
    out.extend_from_slice(digits.as_bytes());
    if p.point {
        out.push(b'.');
    }
    out.extend_from_slice(frac.as_bytes());
    out.extend_from_slice(p.rest.as_bytes());
    pad(&mut out, s.fill, right);
    Ok(out)
}

/// An int by a spec of type `b c d o x X n`. `decimal` is its text in base 10 for `d` and `n`.
pub fn format_int(i: IntRef, decimal: &str, s: &Spec) -> Result<Vec<u8>, FormatError> {
    let err = |m: &str| Err(FormatError::Value(m.to_string()));
    if s.precision.is_some() {
        return err("Precision not allowed in integer format specifier");
    }
    if s.no_neg_0 {
        return err("Negative zero coercion (z) not allowed in integer format specifier");
    }
    let ty = s.ty as u8;
    if ty == b'c' {
        if s.sign != 0 {
            return err("Sign not allowed with integer format specifier 'c'");
        }
        if s.alt {
            return err("Alternate form (#) not allowed with integer format specifier 'c'");
        }
        let IntRef::Small(c) = i else {
            return Err(FormatError::Overflow("Python int too large to convert to C long".to_string()));
        };
        let Some(c) = u32::try_from(c).ok().filter(|&c| c <= 0x10FFFF) else {
            return Err(FormatError::Overflow("%c arg not in range(0x110000)".to_string()));
        };
        let mut text = vec![];
        push_code_point(&mut text, c);
        return pad_text(&text, 1, s);
    }
    let (digits, prefix) = match ty {
        b'b' => (magnitude_digits(i, 2), "0b"),
        b'o' => (magnitude_digits(i, 8), "0o"),
        b'x' => (magnitude_digits(i, 16), "0x"),
        b'X' => (magnitude_digits(i, 16).to_ascii_uppercase(), "0X"),
        _ => (decimal.trim_start_matches('-').to_string(), ""),
    };
    let prefix = if s.alt { prefix } else { "" };
    layout(Parts { negative: i.is_negative(), prefix, digits: &digits, frac: "", point: false, rest: "" }, s)
}

/// Padding where every alignment but `=` has a meaning; `=` pads in front.
fn pad_text(text: &[u8], chars: usize, s: &Spec) -> Result<Vec<u8>, FormatError> {
    check_width(s.width)?;
    let padding = s.width.unwrap_or(0).saturating_sub(chars);
    let (left, right) = match s.align {
        b'<' => (0, padding),
        b'^' => (padding / 2, padding - padding / 2),
        _ => (padding, 0),
    };
    let mut out = room(text.len() + padding)?;
    pad(&mut out, s.fill, left);
    out.extend_from_slice(text);
    pad(&mut out, s.fill, right);
    Ok(out)
}

/// The code, precision and flags for the text of a float under a spec.
fn float_text(f: f64, s: &Spec) -> Result<String, FormatError> {
    if s.precision.is_some_and(|p| p >= i32::MAX as usize) {
        return Err(FormatError::Value("precision too big".to_string()));
    }
    let mut flags = FloatFlags { alt: s.alt, no_neg_0: s.no_neg_0, ..FloatFlags::default() };
    let mut code = s.ty as u8;
    if code == 0 {
        flags.add_dot_0 = true;
        code = if s.precision.is_some() { b'g' } else { b'r' };
    }
    if code == b'n' {
        code = b'g';
    }
    if code == b'%' {
        return Ok(format_float(f * 100.0, b'f', s.precision.unwrap_or(6), flags) + "%");
    }
    Ok(format_float(f, code, s.precision.unwrap_or(6), flags))
}

/// Splits the text of a float (without sign) into digits, point, fraction and the rest.
fn split(text: &str) -> (&str, bool, &str, &str) {
    let end = |t: &str| t.find(|c: char| !c.is_ascii_digit()).unwrap_or(t.len());
    let (digits, rest) = text.split_at(end(text));
    match rest.strip_prefix('.') {
        Some(r) => {
            let (frac, rest) = r.split_at(end(r));
            (digits, true, frac, rest)
        }
        None => (digits, false, "", rest),
    }
}

/// A float by a spec of type none, `e E f F g G n` or `%`.
pub fn format_f64(f: f64, s: &Spec) -> Result<Vec<u8>, FormatError> {
    let text = float_text(f, s)?;
    let negative = text.starts_with('-');
    let (digits, point, frac, rest) = split(&text[negative as usize..]);
    layout(Parts { negative, prefix: "", digits, frac, point, rest }, s)
}

/// A complex by a spec of type none, `e E f F g G` or `n`.
pub fn format_complex(re: f64, im: f64, s: &Spec) -> Result<Vec<u8>, FormatError> {
    let err = |m: &str| Err(FormatError::Value(m.to_string()));
    if s.fill == b'0' as u32 {
        return err("Zero padding is not allowed in complex format specifier");
    }
    if s.align == b'=' {
        return err("'=' alignment flag is not allowed in complex format specifier");
    }
    let mut inner = Spec { width: None, align: b'<', ..*s };
    let one = |f: f64, s: &Spec| -> Result<Vec<u8>, FormatError> {
        let mut flags = FloatFlags { alt: s.alt, no_neg_0: s.no_neg_0, ..FloatFlags::default() };
        flags.add_dot_0 = false;
        let code = match (s.ty as u8, s.precision) {
            (0, None) => b'r',
            (0, Some(_)) | (b'n', _) => b'g',
            (c, _) => c,
        };
        let text = format_float(f, code, s.precision.unwrap_or(6), flags);
        let negative = text.starts_with('-');
        let (digits, point, frac, rest) = split(&text[negative as usize..]);
        layout(Parts { negative, prefix: "", digits, frac, point, rest }, s)
    };
    if s.precision.is_some_and(|p| p >= i32::MAX as usize) {
        return err("precision too big");
    }
    let bare = s.ty == 0;
    let skip_re = bare && re == 0.0 && !re.is_sign_negative();
    let mut text = vec![];
    if bare && !skip_re {
        text.push(b'(');
    }
    if !skip_re {
        text.extend(one(re, &inner)?);
        inner.sign = b'+';
    }
    text.extend(one(im, &inner)?);
    text.push(b'j');
    if bare && !skip_re {
        text.push(b')');
    }
    pad_text(&text, text.len(), s)
}

/// A `str` (WTF-8 of `chars` characters) by a spec of type `s`.
pub fn format_text(text: &[u8], chars: usize, s: &Spec) -> Result<Vec<u8>, FormatError> {
    let err = |m: &str| Err(FormatError::Value(m.to_string()));
    match s.sign {
        0 => {}
        b' ' => return err("Space not allowed in string format specifier"),
        _ => return err("Sign not allowed in string format specifier"),
    }
    if s.no_neg_0 {
        return err("Negative zero coercion (z) not allowed in string format specifier");
    }
    if s.alt {
        return err("Alternate form (#) not allowed in string format specifier");
    }
    if s.align == b'=' {
        return err("'=' alignment not allowed in string format specifier");
    }
    let (mut text, mut chars) = (text, chars);
    if let Some(p) = s.precision
        && p < chars
    {
        let end =
            text.iter().enumerate().filter(|(_, b)| **b & 0xC0 != 0x80).nth(p).map_or(text.len(), |(i, _)| i);
        (text, chars) = (&text[..end], p);
    }
    pad_text(text, chars, s)
}

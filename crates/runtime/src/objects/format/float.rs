//! The text of floats: `e`, `f`, `g` with any precision, and `r`, the shortest text that reads back.
//!
//! All results are correctly rounded, halves to even, like those of C libraries that do it right. The digits
//! come from Rust's formatting of floats; this file places the point, the exponent and the zeros.

/// Options of [`format_float`].
#[derive(Clone, Copy, Default, Debug)]
pub struct FloatFlags {
    /// `+` before what is not negative.
    pub sign: bool,
    /// `#`: keep the point and trailing zeros.
    pub alt: bool,
    /// `.0` behind integral results without exponent.
    pub add_dot_0: bool,
    /// No `-` before a result that is zero after rounding.
    pub no_neg_0: bool,
}

/// Digits beyond these are zeros: no double has more.
const MAX_FRACTION: usize = 1074;
const MAX_SIGNIFICANT: usize = 800;

/// Significant digits of `|f|` rounded to `n` of them (at least 1), and the decimal exponent of the first one.
/// At most [`MAX_SIGNIFICANT`] are returned: the rest are zeros.
pub fn significant(f: f64, n: usize) -> (String, i32) {
    split_exponent(&format!("{:.*e}", n.clamp(1, MAX_SIGNIFICANT) - 1, f.abs()))
}
/// The shortest digits of `|f|` that read back as `f`, the even ones of two as near, and the decimal exponent of the
/// first one.
pub fn shortest(f: f64) -> (String, i32) {
    let mut buf = zmij::Buffer::new();
    let text = buf.format_finite(f.abs());
    let (mantissa, exp) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut exp: i32 = exp.parse().unwrap_or(0) + whole.len() as i32 - 1;
    let all = [whole, fraction].concat();
    let digits = all.trim_start_matches('0');
    if digits.is_empty() {
        return ("0".into(), 0);
    }
    exp -= (all.len() - digits.len()) as i32;
    let n = digits.trim_end_matches('0').len();
    (digits[..n].into(), exp)
}
fn split_exponent(s: &str) -> (String, i32) {
    let (digits, exp) = s.split_once('e').unwrap_or((s, "0"));
    (digits.replace('.', ""), exp.parse().unwrap_or(0))
}

fn push_zeros(s: &mut String, n: usize) {
    s.extend(std::iter::repeat_n('0', n));
}

fn push_exponent(s: &mut String, exp: i32, upper: bool) {
    s.push(if upper { 'E' } else { 'e' });
    s.push(if exp < 0 { '-' } else { '+' });
    let e = exp.unsigned_abs();
    if e < 10 {
        s.push('0');
    }
    s.push_str(&e.to_string());
}

/// `d.ddd` or plain digits around the point, with `digits` the significant ones. Adds no trailing zeros.
fn push_fixed(s: &mut String, digits: &str, exp: i32) {
    if exp < 0 {
        s.push_str("0.");
        push_zeros(s, (-exp - 1) as usize);
        s.push_str(digits);
    } else {
        let whole = exp as usize + 1;
        if digits.len() <= whole {
            s.push_str(digits);
            push_zeros(s, whole - digits.len());
        } else {
            s.push_str(&digits[..whole]);
            s.push('.');
            s.push_str(&digits[whole..]);
        }
    }
}

/// The text of `f`. `code` is one of `e E f F g G r`; `precision` is ignored for `r`.
pub fn format_float(f: f64, code: u8, precision: usize, flags: FloatFlags) -> String {
    let upper = code.is_ascii_uppercase();
    let mut out = String::new();
    let negative = f.is_sign_negative() && !f.is_nan();
    if !f.is_finite() {
        if negative {
            out.push('-');
        } else if flags.sign {
            out.push('+');
        }
        out.push_str(match (f.is_nan(), upper) {
            (true, false) => "nan",
            (true, true) => "NAN",
            (false, false) => "inf",
            (false, true) => "INF",
        });
        return out;
    }
    let body = match code.to_ascii_lowercase() {
        b'e' => exponent_form(f, precision, flags.alt, upper),
        b'f' => fixed_form(f, precision, flags.alt),
        b'g' => general_form(f, precision, flags, upper),
        _ => shortest_form(f, flags, upper),
    };
    let is_zero =
        || body.bytes().take_while(|b| !b.eq_ignore_ascii_case(&b'e')).all(|b| b == b'0' || b == b'.');
    if negative && !(flags.no_neg_0 && is_zero()) {
        out.push('-');
    } else if flags.sign {
        out.push('+');
    }
    if out.is_empty() {
        return body;
    }
    out.push_str(&body);
    out
}

fn exponent_form(f: f64, precision: usize, alt: bool, upper: bool) -> String {
    let (digits, exp) = significant(f, precision.saturating_add(1));
    let mut s = String::with_capacity(digits.len() + 8);
    s.push_str(&digits[..1]);
    if precision > 0 || alt {
        s.push('.');
    }
    s.push_str(&digits[1..]);
    push_zeros(&mut s, precision - (digits.len() - 1));
    push_exponent(&mut s, exp, upper);
    s
}

/// Longest text of [`fixed_into`].
pub const FIXED_ROOM: usize = 64;

/// Writes the decimal digits of `i`, padded with zeros to `width`, and answers how many there are.
fn put_digits(out: &mut [u8], mut i: u64, width: usize) -> usize {
    let mut n = width.max(1);
    if i >= 10u64.saturating_pow(n.min(20) as u32) {
        n = i.ilog10() as usize + 1;
    }
    for place in out[..n].iter_mut().rev() {
        *place = b'0' + (i % 10) as u8;
        i /= 10;
    }
    n
}

/// Writes `|f|` with `precision` digits behind the point where 128 bits hold all of the sum: a double is `m * 2^e`, so
/// `m * 10^precision` shifted by `e`, halves to even, is the answer. Printing by Rust's general algorithm falls
/// back to big numbers for short decimals such as 2.5, which are the common case. Answers the length.
pub fn fixed_into(f: f64, precision: usize, out: &mut [u8; FIXED_ROOM]) -> Option<usize> {
    const POWERS: [u128; 23] = {
        let mut p = [1u128; 23];
        let mut i = 1;
        while i < 23 {
            p[i] = p[i - 1] * 10;
            i += 1;
        }
        p
    };
    if !f.is_finite() {
        return None;
    }
    let power = *POWERS.get(precision)?;
    let bits = f.to_bits() & (u64::MAX >> 1);
    let (m, e) = match (bits >> 52, bits & ((1 << 52) - 1)) {
        (0, m) => (m, -1074),
        (e, m) => (m | 1 << 52, e as i32 - 1075),
    };
    // At most 53 + 74 bits.
    let scaled = m as u128 * power;
    let rounded = if e >= 0 {
        if scaled.leading_zeros() as i32 <= e {
            return None;
        }
        scaled << e
    } else if -e >= 128 {
        // Less than half of the last digit: the product has 127 bits at most.
        0
    } else {
        let (whole, rest) = (scaled >> -e, scaled & ((1u128 << -e) - 1));
        let half = 1u128 << (-e - 1);
        whole + (rest > half || rest == half && whole & 1 == 1) as u128
    };
    // Dividing 64 bits is many times quicker.
    let (whole, fraction) = match (u64::try_from(rounded), u64::try_from(power)) {
        (Ok(r), Ok(p)) => ((r / p) as u128, (r % p) as u128),
        _ => (rounded / power, rounded % power),
    };
    let mut n = match u64::try_from(whole) {
        Ok(i) => put_digits(out, i, 1),
        Err(_) => {
            let text = whole.to_string();
            out[..text.len()].copy_from_slice(text.as_bytes());
            text.len()
        }
    };
    if precision > 0 {
        out[n] = b'.';
        n += 1;
        // Any 22 digits are two groups that a word holds.
        let low = precision.min(18);
        if precision > low {
            n += put_digits(&mut out[n..], (fraction / POWERS[low]) as u64, precision - low);
        }
        n += put_digits(&mut out[n..], (fraction % POWERS[low]) as u64, low);
    }
    Some(n)
}
/// As [`fixed_into`], as a string.
fn fixed_exact(f: f64, precision: usize) -> Option<String> {
    let mut buf = [0; FIXED_ROOM];
    let n = fixed_into(f, precision, &mut buf)?;
    Some(String::from_utf8_lossy(&buf[..n]).into_owned())
}

fn fixed_form(f: f64, precision: usize, alt: bool) -> String {
    if let Some(mut s) = fixed_exact(f, precision) {
        if precision == 0 && alt {
            s.push('.');
        }
        return s;
    }
    let kept = precision.min(MAX_FRACTION);
    let mut s = format!("{:.*}", kept, f.abs());
    push_zeros(&mut s, precision - kept);
    if precision == 0 && alt {
        s.push('.');
    }
    s
}

fn general_form(f: f64, precision: usize, flags: FloatFlags, upper: bool) -> String {
    let precision = precision.max(1);
    let (mut digits, exp) = significant(f, precision);
    if !flags.alt {
        let n = digits.trim_end_matches('0').len().max(1);
        digits.truncate(n);
    } else {
        let missing = precision - digits.len();
        push_zeros(&mut digits, missing);
    }
    // With `add_dot_0` the point costs a place.
    let limit = precision - flags.add_dot_0 as usize;
    let exponential = exp < -4 || (exp >= 0 && exp as usize >= limit);
    place(&digits, exp, exponential, flags, upper)
}

fn shortest_form(f: f64, flags: FloatFlags, upper: bool) -> String {
    let (digits, exp) = shortest(f);
    place(&digits, exp, !(-4..16).contains(&exp), flags, upper)
}

fn place(digits: &str, exp: i32, exponential: bool, flags: FloatFlags, upper: bool) -> String {
    let mut s = String::with_capacity(digits.len() + 8);
    if exponential {
        s.push_str(&digits[..1]);
        if digits.len() > 1 || flags.alt {
            s.push('.');
        }
        s.push_str(&digits[1..]);
        push_exponent(&mut s, exp, upper);
    } else {
        push_fixed(&mut s, digits, exp);
        if !s.contains('.') {
            if flags.add_dot_0 {
                s.push_str(".0");
            } else if flags.alt {
                s.push('.');
            }
        }
    }
    s
}

/// `repr(f)`
pub fn repr_float(f: f64) -> String {
    let mut buf = [0; REPR_ROOM];
    let n = repr_into(f, &mut buf);
    String::from_utf8_lossy(&buf[..n]).into_owned()
}

/// Longest text of [`repr_into`].
pub const REPR_ROOM: usize = 32;

/// Writes `repr(f)`, and answers the length.
pub fn repr_into(f: f64, out: &mut [u8; REPR_ROOM]) -> usize {
    let mut put = |text: &str| {
        out[..text.len()].copy_from_slice(text.as_bytes());
        text.len()
    };
    let size = f.abs();
    if size < 1e15 && f == f.trunc() {
        // Integral values below 1e16 print as integers.
        let mut buf = [0u8; 24];
        let text = crate::objects::int::text::small_decimal(f as i64, &mut buf).as_bytes();
        let sign = (f == 0.0 && f.is_sign_negative()) as usize;
        let n = sign + text.len() + 2;
        out[0] = b'-';
        out[sign..n - 2].copy_from_slice(text);
        out[n - 2..n].copy_from_slice(b".0");
        return n;
    }
    if (1e-4..1e16).contains(&size) {
        // Here the crate's choice between the two forms is Python's.
        return put(zmij::Buffer::new().format_finite(f));
    }
    put(&format_float(f, b'r', 0, FloatFlags { add_dot_0: true, ..FloatFlags::default() }))
}

//! Text of floats in C's `%e`, `%f` and `%g` forms. Rust's formatting rounds exactly, as CPython's does.

/// `x` in conversion `c` (`e E f F g G`) with a precision and the `#` flag.
pub fn format(x: f64, c: u8, precision: usize, alt: bool) -> String {
    if !x.is_finite() {
        let text = if x.is_nan() {
            "nan"
        } else if x > 0.0 {
            "inf"
        } else {
            "-inf"
        };
        return if c.is_ascii_uppercase() { text.to_uppercase() } else { text.to_string() };
    }
    let text = match c.to_ascii_lowercase() {
        b'f' => {
            let t = format!("{x:.precision$}");
            if alt && precision == 0 { t + "." } else { t }
        }
        b'e' => exponential(x, precision, alt),
        _ => general(x, precision.max(1), alt),
    };
    if c.is_ascii_uppercase() { text.to_uppercase() } else { text }
}

fn exponential(x: f64, precision: usize, alt: bool) -> String {
    let t = format!("{x:.precision$e}");
    let (mantissa, exponent) = t.split_once('e').expect("Rust writes an exponent");
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(d) => ('-', d),
        None => ('+', exponent),
    };
    let point = if alt && precision == 0 { "." } else { "" };
    format!("{mantissa}{point}e{sign}{digits:0>2}")
}

fn general(x: f64, precision: usize, alt: bool) -> String {
    let t = format!("{x:.*e}", precision - 1);
    let exponent: i64 = t.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    let fixed = (-4..precision as i64).contains(&exponent);
    let text = if fixed {
        format!("{x:.*}", (precision as i64 - 1 - exponent) as usize)
    } else {
        exponential(x, precision - 1, alt)
    };
    if alt {
        return if fixed && !text.contains('.') { text + "." } else { text };
    }
    let (mantissa, tail) = match text.find('e') {
        Some(i) => text.split_at(i),
        None => (text.as_str(), ""),
    };
    if mantissa.contains('.') {
        format!("{}{tail}", mantissa.trim_end_matches('0').trim_end_matches('.'))
    } else {
        text
    }
}

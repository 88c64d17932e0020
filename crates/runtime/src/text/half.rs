//! Half-precision floats (IEEE 754 binary16), as bits.

/// The nearest half to `x`, ties to even; `None` where `x` is finite and too large.
pub fn f64_to_half(x: f64) -> Option<u16> {
    let bits = x.to_bits();
    let sign = (bits >> 48) as u16 & 0x8000;
    if x.is_nan() {
        return Some(sign | 0x7E00 | ((bits >> 42) as u16 & 0x3FF));
    }
    if x.is_infinite() {
        return Some(sign | 0x7C00);
    }
    let exponent = ((bits >> 52) & 0x7FF) as i32 - 1023;
    if exponent < -25 || x == 0.0 {
        return Some(sign);
    }
    let mantissa = (bits & ((1 << 52) - 1)) | 1 << 52;
    // The mantissa's bits below the half's last place, by exponent: subnormals lose more.
    let shift = if exponent < -14 { 42 + (-14 - exponent) } else { 42 } as u32;
    let (kept, rest) = (mantissa >> shift, mantissa & ((1 << shift) - 1));
    let middle = 1u64 << (shift - 1);
    let rounded = kept + (rest > middle || rest == middle && kept & 1 == 1) as u64;
    // The implicit bit adds one to the exponent field, and so does a carry.
    let h = if exponent < -14 { rounded } else { (((exponent + 14) as u64) << 10) + rounded };
    if h >= 0x7C00 { None } else { Some(sign | h as u16) }
}

/// The number that a half stands for.
pub fn half_to_f64(h: u16) -> f64 {
    let sign = if h & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, mantissa) = ((h >> 10 & 0x1F) as i32, (h & 0x3FF) as f64);
    match exponent {
        0 => sign * mantissa * 2f64.powi(-24),
        31 if mantissa == 0.0 => sign * f64::INFINITY,
        31 => f64::from_bits((h as u64 & 0x8000) << 48 | 0x7FF0 << 48 | (h as u64 & 0x3FF) << 42 | 1 << 51),
        e => sign * (1.0 + mantissa / 1024.0) * 2f64.powi(e - 15),
    }
}

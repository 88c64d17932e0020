//! Complex arithmetic as C11's Annex G has it: infinities survive products and quotients, and operations that
//! mix a real and a complex operand do not invent signed zeros or NaNs by converting the real one.
//!
//! Pure functions on [`C`], and the slots.

use super::Complex;
use crate::objects::int::int_ref;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::Value;

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct C {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}
/// Shorthand.
pub const fn c(re: f64, im: f64) -> C {
    C { re, im }
}

fn unit_if_inf(x: f64) -> f64 {
    (if x.is_infinite() { 1.0f64 } else { 0.0 }).copysign(x)
}
fn zero_if_nan(x: f64) -> f64 {
    if x.is_nan() { 0f64.copysign(x) } else { x }
}

/// `z * w`
pub fn prod(z: C, w: C) -> C {
    let (ac, bd, ad, bc) = (z.re * w.re, z.im * w.im, z.re * w.im, z.im * w.re);
    let r = c(ac - bd, ad + bc);
    if r.re.is_nan() && r.im.is_nan() { recover_product(z, w, [ac, bd, ad, bc], r) } else { r }
}
#[cold]
fn recover_product(z: C, w: C, parts: [f64; 4], r: C) -> C {
    let (mut z, mut w) = (z, w);
    let mut again = false;
    if z.re.is_infinite() || z.im.is_infinite() {
        z = c(unit_if_inf(z.re), unit_if_inf(z.im));
        w = c(zero_if_nan(w.re), zero_if_nan(w.im));
        again = true;
    }
    if w.re.is_infinite() || w.im.is_infinite() {
        w = c(unit_if_inf(w.re), unit_if_inf(w.im));
        z = c(zero_if_nan(z.re), zero_if_nan(z.im));
        again = true;
    }
    if !again && parts.iter().any(|p| p.is_infinite()) {
        z = c(zero_if_nan(z.re), zero_if_nan(z.im));
        w = c(zero_if_nan(w.re), zero_if_nan(w.im));
        again = true;
    }
    if again {
        return c(f64::INFINITY * (z.re * w.re - z.im * w.im), f64::INFINITY * (z.re * w.im + z.im * w.re));
    }
    r
}

/// `a / b`; `None` for a zero divisor.
pub fn quot(a: C, b: C) -> Option<C> {
    let (br, bi) = (b.re.abs(), b.im.abs());
    let r = if br >= bi {
        if br == 0.0 {
            return None;
        }
        let ratio = b.im / b.re;
        let denom = b.re + b.im * ratio;
        c((a.re + a.im * ratio) / denom, (a.im - a.re * ratio) / denom)
    } else if bi >= br {
        let ratio = b.re / b.im;
        let denom = b.re * ratio + b.im;
        c((a.re * ratio + a.im) / denom, (a.im * ratio - a.re) / denom)
    } else {
        c(f64::NAN, f64::NAN)
    };
    if r.re.is_nan() && r.im.is_nan() {
        if (a.re.is_infinite() || a.im.is_infinite()) && b.re.is_finite() && b.im.is_finite() {
            let (x, y) = (unit_if_inf(a.re), unit_if_inf(a.im));
            return Some(c(f64::INFINITY * (x * b.re + y * b.im), f64::INFINITY * (y * b.re - x * b.im)));
        }
        if (br.is_infinite() || bi.is_infinite()) && a.re.is_finite() && a.im.is_finite() {
            let (x, y) = (unit_if_inf(b.re), unit_if_inf(b.im));
            return Some(c(0.0 * (a.re * x + a.im * y), 0.0 * (a.im * x - a.re * y)));
        }
    }
    Some(r)
}
/// `a / b` of a real by a complex number; `None` for a zero divisor.
pub fn real_quot(a: f64, b: C) -> Option<C> {
    let (br, bi) = (b.re.abs(), b.im.abs());
    let r = if br >= bi {
        if br == 0.0 {
            return None;
        }
        let ratio = b.im / b.re;
        let denom = b.re + b.im * ratio;
        c(a / denom, (-a * ratio) / denom)
    } else if bi >= br {
        let ratio = b.re / b.im;
        let denom = b.re * ratio + b.im;
        c((a * ratio) / denom, (-a) / denom)
    } else {
        c(f64::NAN, f64::NAN)
    };
    if r.re.is_nan() && r.im.is_nan() && a.is_finite() && (br.is_infinite() || bi.is_infinite()) {
        let (x, y) = (unit_if_inf(b.re), unit_if_inf(b.im));
        return Some(c(0.0 * (a * x), 0.0 * (-a * y)));
    }
    Some(r)
}

/// Why a power has no value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PowError {
    /// Zero to a negative or complex power.
    Zero,
    /// The result is out of range.
    Range,
}

fn powu(x: C, n: u32) -> C {
    let (mut r, mut p) = (c(1.0, 0.0), x);
    let mut mask = 1u32;
    while mask > 0 && n >= mask {
        if n & mask != 0 {
            r = prod(r, p);
        }
        mask <<= 1;
        p = prod(p, p);
    }
    r
}

/// `a ** b`
pub fn pow(a: C, b: C) -> Result<C, PowError> {
    let r = if b.im == 0.0 && b.re == b.re.floor() && b.re.abs() <= 100.0 {
        if b.re >= 0.0 {
            powu(a, b.re as u32)
        } else {
            quot(c(1.0, 0.0), powu(a, -b.re as u32)).ok_or(PowError::Zero)?
        }
    } else if a.re == 0.0 && a.im == 0.0 {
        if b.im != 0.0 || b.re < 0.0 {
            return Err(PowError::Zero);
        }
        c(0.0, 0.0)
    } else {
        let vabs = a.re.hypot(a.im);
        let mut len = vabs.powf(b.re);
        let at = a.im.atan2(a.re);
        let mut phase = at * b.re;
        if b.im != 0.0 {
            len *= (-at * b.im).exp();
            phase += b.im * vabs.ln();
        }
        if phase.is_infinite() {
            // The C library calls the sine of an infinity a domain error.
            return Err(PowError::Zero);
        }
        c(len * phase.cos(), len * phase.sin())
    };
    if r.re.is_infinite() || r.im.is_infinite() {
        return Err(PowError::Range);
    }
    Ok(r)
}

/// `a ** b` as a value.
pub fn pow_value(vm: &Vm, a: C, b: C) -> PyResult {
    match pow(a, b) {
        Ok(r) => Ok(vm.new_complex(r.re, r.im)),
        Err(PowError::Zero) => Err(vm.zero_division_error("zero to a negative or complex power")),
        Err(PowError::Range) => Err(vm.overflow_error("complex exponentiation")),
    }
}
/// `x ** y` of floats where the result is complex.
pub fn pow_floats(vm: &Vm, x: f64, y: f64) -> PyResult {
    pow_value(vm, c(x, 0.0), c(y, 0.0))
}

/// An operand of a complex slot.
pub(super) enum Operand {
    Real(f64),
    Complex(C),
}
/// `v` as an operand; `Ok(None)` where it is no number.
pub(super) fn operand(vm: &Vm, v: Value) -> PyResult<Option<Operand>> {
    if let Some(p) = v.cast::<Complex>() {
        return Ok(Some(Operand::Complex(c(p.re, p.im))));
    }
    if let Some(f) = vm.as_float(v) {
        return Ok(Some(Operand::Real(f)));
    }
    match int_ref(&v) {
        Some(i) => Ok(Some(Operand::Real(vm.int_to_f64(i)?))),
        None => Ok(None),
    }
}
impl Operand {
    fn complex(self) -> C {
        match self {
            Operand::Real(x) => c(x, 0.0),
            Operand::Complex(z) => z,
        }
    }
}

macro_rules! slots {
    ($($name:ident = |$vm:ident, $x:ident, $y:ident| $e:expr;)*) => {$(
        pub(super) fn $name($vm: &Vm, a: Value, b: Value) -> PyResult {
            let Some($x) = operand($vm, a)? else { return Ok(Value::NOT_IMPLEMENTED) };
            let Some($y) = operand($vm, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
            let r: C = $e;
            Ok($vm.new_complex(r.re, r.im))
        }
    )*};
}
use Operand::{Complex as Z, Real as R};
slots! {
    add_slot = |vm, x, y| match (x, y) {
        (Z(a), Z(b)) => c(a.re + b.re, a.im + b.im),
        (Z(a), R(b)) => c(a.re + b, a.im),
        (R(a), Z(b)) => c(a + b.re, b.im),
        (R(a), R(b)) => c(a + b, 0.0),
    };
    sub_slot = |vm, x, y| match (x, y) {
        (Z(a), Z(b)) => c(a.re - b.re, a.im - b.im),
        (Z(a), R(b)) => c(a.re - b, a.im),
        (R(a), Z(b)) => c(a - b.re, -b.im),
        (R(a), R(b)) => c(a - b, 0.0),
    };
    mul_slot = |vm, x, y| match (x, y) {
        (Z(a), Z(b)) => prod(a, b),
        (Z(a), R(b)) => c(a.re * b, a.im * b),
        (R(a), Z(b)) => c(a * b.re, a * b.im),
        (R(a), R(b)) => c(a * b, 0.0),
    };
    truediv_slot = |vm, x, y| {
        let r = match (x, y) {
            (Z(a), R(b)) => (b != 0.0).then(|| c(a.re / b, a.im / b)),
            (R(a), Z(b)) => real_quot(a, b),
            (x, y) => quot(x.complex(), y.complex()),
        };
        match r {
            Some(r) => r,
            None => return Err(vm.zero_division_error("division by zero")),
        }
    };
}
pub(super) fn pow_slot(vm: &Vm, a: Value, b: Value, m: Value) -> PyResult {
    let Some(x) = operand(vm, a)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some(y) = operand(vm, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
    if !m.is_none() {
        return Err(vm.value_error("complex modulo"));
    }
    pow_value(vm, x.complex(), y.complex())
}
/// `abs(z)`: `None` on overflow.
pub fn abs(z: C) -> Option<f64> {
    if !z.re.is_finite() || !z.im.is_finite() {
        return Some(if z.re.is_infinite() || z.im.is_infinite() { f64::INFINITY } else { f64::NAN });
    }
    let r = z.re.hypot(z.im);
    r.is_finite().then_some(r)
}

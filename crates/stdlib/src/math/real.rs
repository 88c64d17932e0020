//! Functions of real numbers: each takes floats, and says in CPython's words why it has no result.
//!
//! The elementary functions are those of the platform's C library, as CPython's are, so results have the same
//! bits; what CPython computes itself (gamma, hypot, fsum, log with a base ...) is computed the same way.

use super::arg;
use pymath::math as pm;
use taipan_runtime::objects::format::repr_float;
use taipan_runtime::objects::int::bits::{big_to_f64, bit_length, magnitude, scale_u64};
use taipan_runtime::objects::int::{IntRef, int_ref};
use taipan_runtime::{PyResult, Raised, Value, Vm};

/// Why a function has no result.
pub fn raise(vm: &Vm, e: pymath::Error) -> Raised {
    match e {
        pymath::Error::EDOM => vm.value_error("math domain error"),
        pymath::Error::ERANGE => vm.overflow_error("math range error"),
    }
}
#[cold]
fn domain(vm: &Vm, message: &str, x: f64) -> Raised {
    if message.is_empty() {
        return vm.value_error("math domain error");
    }
    vm.value_error(format!("{message}, got {}", repr_float(x)))
}

/// Checks the result of a function of one argument: a NaN out of a number is a domain error, an infinity out of
/// a finite number an overflow or a domain error.
#[inline]
fn checked(vm: &Vm, x: f64, r: f64, can_overflow: bool, message: &str) -> PyResult {
    if r.is_finite() {
        return Ok(Value::float(r));
    }
    if r.is_nan() && !x.is_nan() {
        return Err(domain(vm, message, x));
    }
    if r.is_infinite() && x.is_finite() {
        return Err(if can_overflow {
            vm.overflow_error("math range error")
        } else {
            domain(vm, message, x)
        });
    }
    Ok(Value::float(r))
}

/// Functions of one argument: name, function, may it overflow, what is expected of the argument.
macro_rules! unary {
    ($($name:ident $f:expr, $can_overflow:literal, $message:literal;)*) => {$(
        pub(super) fn $name(vm: &Vm, a: &[Value]) -> PyResult {
            let x = arg(vm, a[0])?;
            let f: fn(f64) -> f64 = $f;
            checked(vm, x, f(x), $can_overflow, $message)
        }
    )*};
}
/// The raw result of a library function that reports errors: those are found again in the result.
fn raw(r: pymath::Result<f64>) -> f64 {
    match r {
        Ok(r) => r,
        Err(pymath::Error::EDOM) => f64::NAN,
        Err(pymath::Error::ERANGE) => f64::INFINITY,
    }
}
unary! {
    acos f64::acos, false, "expected a number in range from -1 up to 1";
    acosh |x| raw(pm::acosh(x)), false, "expected argument value not less than 1";
    asin f64::asin, false, "expected a number in range from -1 up to 1";
    asinh |x| raw(pm::asinh(x)), false, "";
    atan f64::atan, false, "";
    atanh |x| raw(pm::atanh(x)), false, "expected a number between -1 and 1";
    cbrt cbrt_of_platform, false, "";
    cos f64::cos, false, "expected a finite input";
    cosh f64::cosh, true, "";
    erf |x| raw(pm::erf(x)), false, "";
    erfc |x| raw(pm::erfc(x)), false, "";
    exp f64::exp, true, "";
    exp2 f64::exp2, true, "";
    expm1 f64::exp_m1, true, "";
    fabs f64::abs, false, "";
    log1p log1p_raw, false, "expected argument value > -1";
    sin f64::sin, false, "expected a finite input";
    sinh f64::sinh, true, "";
    sqrt f64::sqrt, false, "expected a nonnegative input";
    tan f64::tan, false, "expected a finite input";
    tanh f64::tanh, false, "";
}
/// The C library's cube root. Rust's standard library brings one of its own that rounds differently.
fn cbrt_of_platform(x: f64) -> f64 {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        #[link(name = "m")]
        unsafe extern "C" {
            /// Under the name that only the C library has.
            safe fn cbrtf64(x: f64) -> f64;
        }
        cbrtf64(x)
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    x.cbrt()
}
fn log1p_raw(x: f64) -> f64 {
    // A zero keeps its sign whatever the library does with it.
    if x == 0.0 { x } else { x.ln_1p() }
}

macro_rules! gammas {
    ($($name:ident;)*) => {$(
        pub(super) fn $name(vm: &Vm, a: &[Value]) -> PyResult {
            let x = arg(vm, a[0])?;
            match pm::$name(x) {
                Ok(r) => Ok(Value::float(r)),
                Err(pymath::Error::EDOM) => Err(domain(vm, "expected a noninteger or positive integer", x)),
                Err(e) => Err(raise(vm, e)),
            }
        }
    )*};
}
gammas! {
    gamma;
    lgamma;
}

macro_rules! binary {
    ($($name:ident |$x:ident, $y:ident| $e:expr;)*) => {$(
        pub(super) fn $name(vm: &Vm, a: &[Value]) -> PyResult {
            let ($x, $y) = (arg(vm, a[0])?, arg(vm, a[1])?);
            let r: pymath::Result<f64> = $e;
            r.map(Value::float).map_err(|e| raise(vm, e))
        }
    )*};
}
binary! {
    atan2 |y, x| pm::atan2(y, x);
    copysign |x, y| Ok(x.copysign(y));
    fmod |x, y| pm::fmod(x, y);
    pow |x, y| pm::pow(x, y);
    remainder |x, y| pm::remainder(x, y);
}

/// The logarithm in some base of a float; infinite at 0 and NaN below.
type Log = fn(f64) -> f64;
fn guarded(x: f64, f: Log) -> f64 {
    if x.is_finite() {
        if x > 0.0 {
            f(x)
        } else if x == 0.0 {
            f64::NEG_INFINITY
        } else {
            f64::NAN
        }
    } else if x.is_nan() || x > 0.0 {
        x
    } else {
        f64::NAN
    }
}
/// `m, e` with `b = m * 2**e`, `0.5 <= m < 1`, `m` correctly rounded.
fn frexp_big(b: &dashu_int::IBig) -> (f64, f64) {
    let bits = bit_length(b);
    let m = magnitude(b);
    let low = bits.saturating_sub(64);
    let top = &m >> low;
    let sticky = (&top << low) != m;
    let top = u64::try_from(&top).unwrap_or(u64::MAX);
    let x = scale_u64(top | sticky as u64, -(bits.min(64) as i64)).unwrap_or(0.5);
    if x == 1.0 { (0.5, bits as f64 + 1.0) } else { (x, bits as f64) }
}
fn log_of(vm: &Vm, v: Value, f: Log) -> PyResult<f64> {
    if let Some(i) = int_ref(&v) {
        let positive = !i.is_negative() && !i.is_zero();
        if !positive {
            // The int may be too large to be shown.
            return Err(vm.value_error("expected a positive input"));
        }
        return Ok(match i {
            IntRef::Small(i) => f(i as f64),
            IntRef::Big(b) => match big_to_f64(b) {
                Some(x) => f(x),
                None => {
                    let (x, e) = frexp_big(b);
                    f(x) + f(2.0) * e
                }
            },
        });
    }
    let x = arg(vm, v)?;
    let r = guarded(x, f);
    if (r.is_nan() && !x.is_nan()) || (r.is_infinite() && x.is_finite()) {
        return Err(domain(vm, "expected a positive input", x));
    }
    Ok(r)
}
pub(super) fn log(vm: &Vm, args: taipan_runtime::Args) -> PyResult {
    let a = args.positional(vm, "log", 1, 2)?;
    let num = log_of(vm, a[0], f64::ln)?;
    let Some(&base) = a.get(1) else { return Ok(Value::float(num)) };
    let den = log_of(vm, base, f64::ln)?;
    vm.truediv(Value::float(num), Value::float(den))
}
pub(super) fn log2(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::float(log_of(vm, a[0], f64::log2)?))
}
pub(super) fn log10(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::float(log_of(vm, a[0], f64::log10)?))
}

pub(super) fn degrees(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::float(pm::degrees(arg(vm, a[0])?)))
}
pub(super) fn radians(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::float(pm::radians(arg(vm, a[0])?)))
}
pub(super) fn isfinite(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(arg(vm, a[0])?.is_finite()))
}
pub(super) fn isinf(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(arg(vm, a[0])?.is_infinite()))
}
pub(super) fn isnan(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(arg(vm, a[0])?.is_nan()))
}
pub(super) fn isclose(vm: &Vm, a: &[Value]) -> PyResult {
    let (x, y) = (arg(vm, a[0])?, arg(vm, a[1])?);
    let rel = a[2].bound().map_or(Ok(1e-9), |v| arg(vm, v))?;
    let abs = a[3].bound().map_or(Ok(0.0), |v| arg(vm, v))?;
    pm::isclose(x, y, Some(rel), Some(abs))
        .map(Value::bool)
        .map_err(|_| vm.value_error("tolerances must be non-negative"))
}

pub(super) fn fma(vm: &Vm, a: &[Value]) -> PyResult {
    let (x, y, z) = (arg(vm, a[0])?, arg(vm, a[1])?, arg(vm, a[2])?);
    let r = x.mul_add(y, z);
    if r.is_finite() {
        return Ok(Value::float(r));
    }
    if r.is_nan() {
        if !x.is_nan() && !y.is_nan() && !z.is_nan() {
            return Err(vm.value_error("invalid operation in fma"));
        }
    } else if x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(vm.overflow_error("overflow in fma"));
    }
    Ok(Value::float(r))
}
pub(super) fn frexp(vm: &Vm, a: &[Value]) -> PyResult {
    let x = arg(vm, a[0])?;
    let (m, e) = if x.is_finite() && x != 0.0 { pm::frexp(x) } else { (x, 0) };
    Ok(vm.new_tuple(&[Value::float(m), Value::int(e as i64)]).value())
}
pub(super) fn ldexp(vm: &Vm, a: &[Value]) -> PyResult {
    let x = arg(vm, a[0])?;
    let Some(i) = int_ref(&a[1]) else {
        return Err(vm.type_error("Expected an int as second argument to ldexp."));
    };
    if x == 0.0 || !x.is_finite() {
        return Ok(Value::float(x));
    }
    let e = match i {
        IntRef::Small(i) => i.clamp(-100_000, 100_000),
        IntRef::Big(_) if i.is_negative() => -100_000,
        IntRef::Big(_) => 100_000,
    };
    let (m, base) = taipan_runtime::objects::float::decompose(x);
    match scale_u64(m.unsigned_abs(), base as i64 + e) {
        Some(r) => Ok(Value::float(r.copysign(x))),
        None => Err(vm.overflow_error("math range error")),
    }
}
pub(super) fn modf(vm: &Vm, a: &[Value]) -> PyResult {
    let x = arg(vm, a[0])?;
    let (frac, whole) = if x.is_infinite() {
        (0f64.copysign(x), x)
    } else if x.is_nan() {
        (x, x)
    } else {
        let whole = x.trunc();
        ((x - whole).copysign(x), whole)
    };
    Ok(vm.new_tuple(&[Value::float(frac), Value::float(whole)]).value())
}
pub(super) fn nextafter(vm: &Vm, a: &[Value]) -> PyResult {
    let (x, y) = (arg(vm, a[0])?, arg(vm, a[1])?);
    let steps = match a[2].bound().filter(|v| !v.is_none()) {
        None => None,
        Some(v) => {
            let i = vm.index(v)?;
            let i = int_ref(&i).unwrap_or(IntRef::Small(0));
            if i.is_negative() {
                return Err(vm.value_error("steps must be a non-negative integer"));
            }
            Some(match i {
                IntRef::Small(i) => i as u64,
                IntRef::Big(b) => u64::try_from(b).unwrap_or(u64::MAX),
            })
        }
    };
    Ok(Value::float(pm::nextafter(x, y, steps)))
}
pub(super) fn ulp(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::float(pm::ulp(arg(vm, a[0])?)))
}

/// `floor`, `ceil`: the type's own method, or that of its float.
macro_rules! integral {
    ($($name:ident $special:ident;)*) => {$(
        pub(super) fn $name(vm: &Vm, a: &[Value]) -> PyResult {
            if let Some(x) = a[0].to_float() {
                return taipan_runtime::objects::float::to_int(vm, x.$name());
            }
            if let Some(r) = vm.call_special(a[0], vm.names.$special, &[])? {
                return Ok(r);
            }
            let x = arg(vm, a[0])?;
            taipan_runtime::objects::float::to_int(vm, x.$name())
        }
    )*};
}
integral! {
    ceil __ceil__;
    floor __floor__;
}
pub(super) fn trunc(vm: &Vm, a: &[Value]) -> PyResult {
    if let Some(x) = a[0].to_float() {
        return taipan_runtime::objects::float::to_int(vm, x);
    }
    match vm.call_special(a[0], vm.names.__trunc__, &[])? {
        Some(r) => Ok(r),
        None => Err(vm.type_error(format!("type {} doesn't define __trunc__ method", vm.type_name(a[0])))),
    }
}

//! `cmath`: functions of complex numbers.
//!
//! The functions are those of the `pymath` crate, which computes what CPython's do, special values included.

use num_complex::Complex64;
use pymath::cmath as pc;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::{Gc, MethodDef, PyResult, Raised, Value, Vm, function};

fn arg(vm: &Vm, v: Value) -> PyResult<Complex64> {
    let z = vm.to_complex(v)?;
    Ok(Complex64::new(z.re, z.im))
}
fn raise(vm: &Vm, e: pymath::Error) -> Raised {
    match e {
        pymath::Error::EDOM => vm.value_error("math domain error"),
        pymath::Error::ERANGE => vm.overflow_error("math range error"),
    }
}
fn result(vm: &Vm, r: pymath::Result<Complex64>) -> PyResult {
    match r {
        Ok(z) => Ok(vm.new_complex(z.re, z.im)),
        Err(e) => Err(raise(vm, e)),
    }
}

macro_rules! unary {
    ($($name:ident)*) => {$(
        fn $name(vm: &Vm, a: &[Value]) -> PyResult {
            let z = arg(vm, a[0])?;
            result(vm, pc::$name(z))
        }
    )*};
}
unary! { acos acosh asin asinh atan atanh cos cosh exp log10 sin sinh sqrt tan tanh }

fn log(vm: &Vm, a: &[Value]) -> PyResult {
    let z = arg(vm, a[0])?;
    let base = a[1].bound().map(|b| arg(vm, b)).transpose()?;
    result(vm, pc::log(z, base))
}
fn phase(vm: &Vm, a: &[Value]) -> PyResult {
    let z = arg(vm, a[0])?;
    pc::phase(z).map(Value::float).map_err(|e| raise(vm, e))
}
fn polar(vm: &Vm, a: &[Value]) -> PyResult {
    let z = arg(vm, a[0])?;
    let (r, phi) = pc::polar(z).map_err(|e| raise(vm, e))?;
    Ok(vm.new_tuple(&[Value::float(r), Value::float(phi)]).value())
}
fn rect(vm: &Vm, a: &[Value]) -> PyResult {
    let (r, phi) = (vm.to_f64(a[0])?, vm.to_f64(a[1])?);
    result(vm, pc::rect(r, phi))
}
fn isfinite(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(pc::isfinite(arg(vm, a[0])?)))
}
fn isinf(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(pc::isinf(arg(vm, a[0])?)))
}
fn isnan(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::bool(pc::isnan(arg(vm, a[0])?)))
}
fn isclose(vm: &Vm, a: &[Value]) -> PyResult {
    let (x, y) = (arg(vm, a[0])?, arg(vm, a[1])?);
    let rel = a[2].bound().map_or(Ok(1e-9), |v| vm.to_f64(v))?;
    let abs = a[3].bound().map_or(Ok(0.0), |v| vm.to_f64(v))?;
    pc::isclose(x, y, Some(rel), Some(abs))
        .map(Value::bool)
        .map_err(|_| vm.value_error("tolerances must be non-negative"))
}

static FUNCTIONS: &[MethodDef] = &[
    function("acos", "($module, z, /)", acos, "Return the arc cosine of z."),
    function("acosh", "($module, z, /)", acosh, "Return the inverse hyperbolic cosine of z."),
    function("asin", "($module, z, /)", asin, "Return the arc sine of z."),
    function("asinh", "($module, z, /)", asinh, "Return the inverse hyperbolic sine of z."),
    function("atan", "($module, z, /)", atan, "Return the arc tangent of z."),
    function("atanh", "($module, z, /)", atanh, "Return the inverse hyperbolic tangent of z."),
    function("cos", "($module, z, /)", cos, "Return the cosine of z."),
    function("cosh", "($module, z, /)", cosh, "Return the hyperbolic cosine of z."),
    function("exp", "($module, z, /)", exp, "Return the exponential value e**z."),
    function(
        "isclose",
        "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        isclose,
        "Determine whether two complex numbers are close in value.\n\n  rel_tol\n    maximum difference for being considered \"close\", relative to the\n    magnitude of the input values\n  abs_tol\n    maximum difference for being considered \"close\", regardless of the\n    magnitude of the input values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be considered close, the difference between them must\nbe smaller than at least one of the tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard.  That is,\nNaN is not close to anything, even itself. inf and -inf are only close\nto themselves.",
    ),
    function(
        "isfinite",
        "($module, z, /)",
        isfinite,
        "Return True if both the real and imaginary parts of z are finite, else False.",
    ),
    function("isinf", "($module, z, /)", isinf, "Checks if the real or imaginary part of z is infinite."),
    function(
        "isnan",
        "($module, z, /)",
        isnan,
        "Checks if the real or imaginary part of z not a number (NaN).",
    ),
    function(
        "log",
        "($module, z, base=<unrepresentable>, /)",
        log,
        "log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e)\nof z.",
    ),
    function("log10", "($module, z, /)", log10, "Return the base-10 logarithm of z."),
    function(
        "phase",
        "($module, z, /)",
        phase,
        "Return argument, also known as the phase angle, of a complex.",
    ),
    function(
        "polar",
        "($module, z, /)",
        polar,
        "Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle.",
    ),
    function(
        "rect",
        "($module, r, phi, /)",
        rect,
        "Convert from polar coordinates to rectangular coordinates.",
    ),
    function("sin", "($module, z, /)", sin, "Return the sine of z."),
    function("sinh", "($module, z, /)", sinh, "Return the hyperbolic sine of z."),
    function("sqrt", "($module, z, /)", sqrt, "Return the square root of z."),
    function("tan", "($module, z, /)", tan, "Return the tangent of z."),
    function("tanh", "($module, z, /)", tanh, "Return the hyperbolic tangent of z."),
];

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    for (name, f) in [
        ("pi", std::f64::consts::PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        d.set_str(vm, vm.intern(name), Value::float(f));
    }
    d.set_str(vm, vm.intern("infj"), vm.new_complex(0.0, f64::INFINITY));
    d.set_str(vm, vm.intern("nanj"), vm.new_complex(0.0, f64::NAN));
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "cmath",
    doc: "This module provides access to mathematical functions for complex\nnumbers.",
    functions: FUNCTIONS,
    types: &[],
    init: Some(init),
};

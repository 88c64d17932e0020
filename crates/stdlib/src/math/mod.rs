//! `math`: functions of real numbers and ints. The rows of all functions; see the files beside this one.
//!
//! In: numbers, or anything that converts to them. Out: floats with the bits that CPython computes, or its errors.

mod integer;
mod real;
mod reduce;

use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::{Gc, MethodDef, PyResult, Value, Vm, function, function_var};

/// A float argument.
#[inline]
fn arg(vm: &Vm, v: Value) -> PyResult<f64> {
    vm.to_f64(v)
}

static FUNCTIONS: &[MethodDef] = &[
    function(
        "acos",
        "($module, x, /)",
        real::acos,
        "Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi.",
    ),
    function("acosh", "($module, x, /)", real::acosh, "Return the inverse hyperbolic cosine of x."),
    function(
        "asin",
        "($module, x, /)",
        real::asin,
        "Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.",
    ),
    function("asinh", "($module, x, /)", real::asinh, "Return the inverse hyperbolic sine of x."),
    function(
        "atan",
        "($module, x, /)",
        real::atan,
        "Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.",
    ),
    function(
        "atan2",
        "($module, y, x, /)",
        real::atan2,
        "Return the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of both x and y are considered.",
    ),
    function("atanh", "($module, x, /)", real::atanh, "Return the inverse hyperbolic tangent of x."),
    function("cbrt", "($module, x, /)", real::cbrt, "Return the cube root of x."),
    function(
        "ceil",
        "($module, x, /)",
        real::ceil,
        "Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x.",
    ),
    function(
        "comb",
        "($module, n, k, /)",
        integer::comb,
        "Number of ways to choose k items from n items without repetition and without order.\n\nEvaluates to n! / (k! * (n - k)!) when k <= n and evaluates\nto zero when k > n.\n\nAlso called the binomial coefficient because it is equivalent\nto the coefficient of k-th term in polynomial expansion of the\nexpression (1 + x)**n.\n\nRaises TypeError if either of the arguments are not integers.\nRaises ValueError if either of the arguments are negative.",
    ),
    function(
        "copysign",
        "($module, x, y, /)",
        real::copysign,
        "Return a float with the magnitude (absolute value) of x but the sign of y.\n\nOn platforms that support signed zeros, copysign(1.0, -0.0)\nreturns -1.0.\n",
    ),
    function("cos", "($module, x, /)", real::cos, "Return the cosine of x (measured in radians)."),
    function("cosh", "($module, x, /)", real::cosh, "Return the hyperbolic cosine of x."),
    function("degrees", "($module, x, /)", real::degrees, "Convert angle x from radians to degrees."),
    function(
        "dist",
        "($module, p, q, /)",
        reduce::dist,
        "Return the Euclidean distance between two points p and q.\n\nThe points should be specified as sequences (or iterables) of\ncoordinates.  Both inputs must have the same dimension.\n\nRoughly equivalent to:\n    sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))",
    ),
    function("erf", "($module, x, /)", real::erf, "Error function at x."),
    function("erfc", "($module, x, /)", real::erfc, "Complementary error function at x."),
    function("exp", "($module, x, /)", real::exp, "Return e raised to the power of x."),
    function("exp2", "($module, x, /)", real::exp2, "Return 2 raised to the power of x."),
    function(
        "expm1",
        "($module, x, /)",
        real::expm1,
        "Return exp(x)-1.\n\nThis function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.",
    ),
    function("fabs", "($module, x, /)", real::fabs, "Return the absolute value of the float x."),
    function("factorial", "($module, n, /)", integer::factorial, "Find n!."),
    function(
        "floor",
        "($module, x, /)",
        real::floor,
        "Return the floor of x as an Integral.\n\nThis is the largest integer <= x.",
    ),
    function(
        "fma",
        "($module, x, y, z, /)",
        real::fma,
        "Fused multiply-add operation.\n\nCompute (x * y) + z with a single round.",
    ),
    function(
        "fmod",
        "($module, x, y, /)",
        real::fmod,
        "Return fmod(x, y), according to platform C.\n\nx % y may differ.",
    ),
    function(
        "frexp",
        "($module, x, /)",
        real::frexp,
        "Return the mantissa and exponent of x, as pair (m, e).\n\nIf x is a finite nonzero number, then m is a float with\n0.5 <= abs(m) < 1.0 and an integer e is such that\nx == m * 2**e exactly.  Else, return (x, 0).",
    ),
    function(
        "fsum",
        "($module, seq, /)",
        reduce::fsum,
        "Return an accurate floating-point sum of values in the iterable seq.\n\nAssumes IEEE-754 floating-point arithmetic.",
    ),
    function("gamma", "($module, x, /)", real::gamma, "Gamma function at x."),
    function_var("gcd", "($module, /, *integers)", integer::gcd, "Greatest Common Divisor."),
    function_var(
        "hypot",
        "($module, /, *coordinates)",
        reduce::hypot,
        "Multidimensional Euclidean distance from the origin to a point.\n\nRoughly equivalent to:\n    sqrt(sum(x**2 for x in coordinates))\n\nFor a two dimensional point (x, y), gives the hypotenuse\nusing the Pythagorean theorem:  sqrt(x*x + y*y).\n\nFor example, the hypotenuse of a 3/4/5 right triangle is:\n\n    >>> hypot(3.0, 4.0)\n    5.0",
    ),
    function(
        "isclose",
        "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        real::isclose,
        "Determine whether two floating-point numbers are close in value.\n\n  rel_tol\n    maximum difference for being considered \"close\", relative to the\n    magnitude of the input values\n  abs_tol\n    maximum difference for being considered \"close\", regardless of the\n    magnitude of the input values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be considered close, the difference between them\nmust be smaller than at least one of the tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard.  That\nis, NaN is not close to anything, even itself.  inf and -inf are\nonly close to themselves.",
    ),
    function(
        "isfinite",
        "($module, x, /)",
        real::isfinite,
        "Return True if x is neither an infinity nor a NaN, and False otherwise.",
    ),
    function(
        "isinf",
        "($module, x, /)",
        real::isinf,
        "Return True if x is a positive or negative infinity, and False otherwise.",
    ),
    function(
        "isnan",
        "($module, x, /)",
        real::isnan,
        "Return True if x is a NaN (not a number), and False otherwise.",
    ),
    function(
        "isqrt",
        "($module, n, /)",
        integer::isqrt,
        "Return the integer part of the square root of the input.",
    ),
    function_var("lcm", "($module, /, *integers)", integer::lcm, "Least Common Multiple."),
    function(
        "ldexp",
        "($module, x, i, /)",
        real::ldexp,
        "Return x * (2**i).\n\nThis is essentially the inverse of frexp().",
    ),
    function(
        "lgamma",
        "($module, x, /)",
        real::lgamma,
        "Natural logarithm of absolute value of Gamma function at x.",
    ),
    function_var(
        "log",
        "($module, /, *args)",
        real::log,
        "log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of x.",
    ),
    function("log10", "($module, x, /)", real::log10, "Return the base 10 logarithm of x."),
    function(
        "log1p",
        "($module, x, /)",
        real::log1p,
        "Return the natural logarithm of 1+x (base e).\n\nThe result is computed in a way which is accurate for x near zero.",
    ),
    function("log2", "($module, x, /)", real::log2, "Return the base 2 logarithm of x."),
    function(
        "modf",
        "($module, x, /)",
        real::modf,
        "Return the fractional and integer parts of x.\n\nBoth results carry the sign of x and are floats.",
    ),
    function(
        "nextafter",
        "($module, x, y, /, *, steps=None)",
        real::nextafter,
        "Return the floating-point value the given number of steps after x towards y.\n\nIf steps is not specified or is None, it defaults to 1.\n\nRaises a TypeError, if x or y is not a double, or if steps is not\nan integer.  Raises ValueError if steps is negative.",
    ),
    function(
        "perm",
        "($module, n, k=None, /)",
        integer::perm,
        "Number of ways to choose k items from n items without repetition and with order.\n\nEvaluates to n! / (n - k)! when k <= n and evaluates\nto zero when k > n.\n\nIf k is not specified or is None, then k defaults to n\nand the function returns n!.\n\nRaises TypeError if either of the arguments are not integers.\nRaises ValueError if either of the arguments are negative.",
    ),
    function("pow", "($module, x, y, /)", real::pow, "Return x**y (x to the power of y)."),
    function(
        "prod",
        "($module, iterable, /, *, start=1)",
        reduce::prod,
        "Calculate the product of all the elements in the input iterable.\n\nThe default start value for the product is 1.\n\nWhen the iterable is empty, return the start value.  This function is\nintended specifically for use with numeric values and may reject\nnon-numeric types.",
    ),
    function("radians", "($module, x, /)", real::radians, "Convert angle x from degrees to radians."),
    function(
        "remainder",
        "($module, x, y, /)",
        real::remainder,
        "Difference between x and the closest integer multiple of y.\n\nReturn x - n*y where n*y is the closest integer multiple of y.\nIn the case where x is exactly halfway between two multiples of\ny, the nearest even value of n is used. The result is always exact.",
    ),
    function("sin", "($module, x, /)", real::sin, "Return the sine of x (measured in radians)."),
    function("sinh", "($module, x, /)", real::sinh, "Return the hyperbolic sine of x."),
    function("sqrt", "($module, x, /)", real::sqrt, "Return the square root of x."),
    function(
        "sumprod",
        "($module, p, q, /)",
        reduce::sumprod,
        "Return the sum of products of values from two iterables p and q.\n\nRoughly equivalent to:\n\n    sum(map(operator.mul, p, q, strict=True))\n\nFor float and mixed int/float inputs, the intermediate products\nand sums are computed with extended precision.",
    ),
    function("tan", "($module, x, /)", real::tan, "Return the tangent of x (measured in radians)."),
    function("tanh", "($module, x, /)", real::tanh, "Return the hyperbolic tangent of x."),
    function(
        "trunc",
        "($module, x, /)",
        real::trunc,
        "Truncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method.",
    ),
    function(
        "ulp",
        "($module, x, /)",
        real::ulp,
        "Return the value of the least significant bit of the float x.",
    ),
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
    Ok(())
}

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "math",
    doc: "This module provides access to the mathematical functions\ndefined by the C standard.",
    functions: FUNCTIONS,
    types: &[],
    init: Some(init),
};

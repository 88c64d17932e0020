//! Methods and attributes of `float`.

use super::parse::{HexError, from_hex};
use super::{decompose, to_big, to_int};
use crate::objects::format::{float_repr, repr_float};
use crate::objects::int::{bits, digits};
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::{GetSetDef, MethodDef, classmethod, method, readonly};
use dashu_int::{IBig, UBig};
use taipan_heap::Value;

/// The number of `self`: the method's descriptor has checked the type.
fn num(vm: &Vm, v: Value) -> f64 {
    vm.as_float(v).unwrap_or(0.0)
}

pub(super) fn repr(vm: &Vm, v: Value) -> PyResult {
    Ok(float_repr(vm, num(vm, v)))
}
pub(super) fn float(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::float(num(vm, v)))
}
pub(super) fn int(vm: &Vm, v: Value) -> PyResult {
    to_int(vm, num(vm, v))
}
fn exact(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(Value::float(num(vm, a[0])))
}
fn trunc(vm: &Vm, a: &[Value]) -> PyResult {
    to_int(vm, num(vm, a[0]))
}
fn floor(vm: &Vm, a: &[Value]) -> PyResult {
    to_int(vm, num(vm, a[0]).floor())
}
fn ceil(vm: &Vm, a: &[Value]) -> PyResult {
    to_int(vm, num(vm, a[0]).ceil())
}
fn is_integer(vm: &Vm, a: &[Value]) -> PyResult {
    let f = num(vm, a[0]);
    Ok(Value::bool(f.is_finite() && f.floor() == f))
}

/// Numerator and denominator of a finite float, in lowest terms.
pub fn ratio(f: f64) -> (IBig, UBig) {
    let (m, e) = decompose(f);
    if m == 0 {
        return (IBig::ZERO, UBig::ONE);
    }
    let twos = m.trailing_zeros() as i32;
    let (m, e) = (m >> twos, e + twos);
    if e >= 0 {
        (IBig::from(m) << e as usize, UBig::ONE)
    } else {
        (IBig::from(m), UBig::ONE << (-e) as usize)
    }
}
fn as_integer_ratio(vm: &Vm, a: &[Value]) -> PyResult {
    let f = num(vm, a[0]);
    if f.is_infinite() {
        return Err(vm.overflow_error("cannot convert Infinity to integer ratio"));
    }
    if f.is_nan() {
        return Err(vm.value_error("cannot convert NaN to integer ratio"));
    }
    let (n, d) = ratio(f);
    let n = vm.new_big(n);
    let d = vm.new_ubig(d);
    Ok(vm.new_tuple(&[n, d]).value())
}

/// `f.hex()`
pub fn to_hex(f: f64) -> String {
    if !f.is_finite() {
        return repr_float(f);
    }
    let sign = if f.is_sign_negative() { "-" } else { "" };
    if f == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = f.to_bits();
    let e = (bits >> 52 & 0x7FF) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (first, e) = if e == 0 { (0, -1022) } else { (1, e - 1023) };
    format!("{sign}0x{first}.{fraction:013x}p{e:+}")
}
fn hex(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_str(&to_hex(num(vm, a[0]))).value())
}
fn fromhex(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(s) = a[1].cast::<Str>() else {
        return Err(vm.type_error("bad argument type for built-in operation"));
    };
    let f = match from_hex(s.as_bytes()) {
        Ok(f) => f,
        Err(HexError::Invalid) => {
            return Err(vm.value_error("invalid hexadecimal floating-point string"));
        }
        Err(HexError::Overflow) => {
            return Err(vm.overflow_error("hexadecimal value too large to represent as a float"));
        }
    };
    of_class(vm, a[0], f)
}
/// `cls(f)`
fn of_class(vm: &Vm, cls: Value, f: f64) -> PyResult {
    match cls.cast::<Type>() {
        Some(ty) if ty != vm.types.float => vm.call(ty.value(), &[Value::float(f)]),
        _ => Ok(Value::float(f)),
    }
}
fn from_number(vm: &Vm, a: &[Value]) -> PyResult {
    let f = vm.to_f64(a[1])?;
    of_class(vm, a[0], f)
}
fn getformat(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(s) = a[1].cast::<Str>() else {
        return Err(
            vm.type_error(format!("__getformat__() argument must be str, not {}", vm.type_name(a[1])))
        );
    };
    match s.as_bytes() {
        b"double" | b"float" => Ok(vm
            .new_str(if cfg!(target_endian = "little") { "IEEE, little-endian" } else { "IEEE, big-endian" })
            .value()),
        _ => Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
    }
}
fn getnewargs(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_tuple(&[Value::float(num(vm, a[0]))]).value())
}
fn format(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(spec) = a[1].cast::<Str>() else {
        return Err(vm.type_error(format!("__format__() argument must be str, not {}", vm.type_name(a[1]))));
    };
    if spec.byte_len() == 0 {
        return Ok(vm.str(a[0])?.value());
    }
    crate::objects::format::format_float_value(vm, num(vm, a[0]), spec)
}

/// `f` rounded to `n` decimal places, halves (of the exact value) to even; `None` on overflow.
pub fn round_to(f: f64, n: isize) -> Option<f64> {
    if !f.is_finite() || n > 323 {
        return Some(f);
    }
    if n < -308 {
        return Some(0.0 * f);
    }
    if n >= 0 {
        if f.abs() >= 9007199254740992.0 {
            return Some(f);
        }
        return format!("{f:.*}", n as usize).parse().ok();
    }
    let unit = IBig::from(10).pow(-n as usize);
    let whole = to_big(f.abs())?;
    let (q, r) = crate::objects::int::arith::big_divmod(&whole, &unit);
    let twice = &r * IBig::from(2);
    let fraction = f.trunc() != f;
    let up = twice > unit || (twice == unit && (fraction || bits::low_u64(&q) & 1 == 1));
    let rounded = if up { whole - r + unit } else { whole - r };
    let r = if rounded.is_zero() { 0.0 } else { bits::big_to_f64(&rounded)? };
    Some(r.copysign(f))
}
/// The integral float nearest to `f`, halves to even.
pub fn round_half_even(f: f64) -> f64 {
    f.round_ties_even()
}

fn round(vm: &Vm, a: &[Value]) -> PyResult {
    let f = num(vm, a[0]);
    match a[1].bound().filter(|n| !n.is_none()) {
        None => to_int(vm, round_half_even(f)),
        Some(n) => round_digits(vm, f, n),
    }
}
/// `round(f, n)`
pub fn round_digits(vm: &Vm, f: f64, n: Value) -> PyResult {
    let n = vm.index_clamp(n)?;
    match round_to(f, n) {
        Some(r) => Ok(Value::float(r)),
        None => Err(vm.overflow_error("rounded value too large to represent")),
    }
}

/// Rows of methods.
pub static METHODS: &[MethodDef] = &[
    classmethod(
        "from_number",
        "($type, number, /)",
        from_number,
        "Convert real number to a floating-point number.",
    ),
    method("conjugate", "($self, /)", exact, "Return self, the complex conjugate of any float."),
    method("__trunc__", "($self, /)", trunc, "Return the Integral closest to x between 0 and x."),
    method("__floor__", "($self, /)", floor, "Return the floor as an Integral."),
    method("__ceil__", "($self, /)", ceil, "Return the ceiling as an Integral."),
    method(
        "__round__",
        "($self, ndigits=None, /)",
        round,
        "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like built-in round(x, ndigits).",
    ),
    method(
        "as_integer_ratio",
        "($self, /)",
        as_integer_ratio,
        "Return a pair of integers, whose ratio is exactly equal to the original float.\n\nThe ratio is in lowest terms and has a positive denominator.  Raise\nOverflowError on infinities and a ValueError on NaNs.\n\n>>> (10.0).as_integer_ratio()\n(10, 1)\n>>> (0.0).as_integer_ratio()\n(0, 1)\n>>> (-.25).as_integer_ratio()\n(-1, 4)",
    ),
    classmethod(
        "fromhex",
        "($type, string, /)",
        fromhex,
        "Create a floating-point number from a hexadecimal string.\n\n>>> float.fromhex('0x1.ffffp10')\n2047.984375\n>>> float.fromhex('-0x1p-1074')\n-5e-324",
    ),
    method(
        "hex",
        "($self, /)",
        hex,
        "Return a hexadecimal representation of a floating-point number.\n\n>>> (-0.1).hex()\n'-0x1.999999999999ap-4'\n>>> 3.14159.hex()\n'0x1.921f9f01b866ep+1'",
    ),
    method("is_integer", "($self, /)", is_integer, "Return True if the float is an integer."),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
    classmethod(
        "__getformat__",
        "($type, typestr, /)",
        getformat,
        "You probably don't want to use this function.\n\n  typestr\n    Must be 'double' or 'float'.\n\nIt exists mainly to be used in Python's test suite.\n\nThis function returns whichever of 'unknown', 'IEEE, big-endian' or 'IEEE,\nlittle-endian' best describes the format of floating-point numbers used by the\nC type named by typestr.",
    ),
    method("__format__", "($self, format_spec, /)", format, "Formats the float according to format_spec."),
];

/// Rows of attributes.
pub static GETSET: &[GetSetDef] = &[
    readonly("real", |vm, v| Ok(Value::float(num(vm, v))), "the real part of a complex number"),
    readonly("imag", |_, _| Ok(Value::float(0.0)), "the imaginary part of a complex number"),
];

/// The white space that number parsers accept, for sharing with other parsers.
pub fn is_space(c: u32) -> bool {
    digits::is_space(c)
}

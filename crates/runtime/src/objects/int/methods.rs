//! Methods and attributes of `int`.

use super::parse::{byte_order, of_type};
use super::{IntRef, arith, bits, int_ref};
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::{GetSetDef, MethodDef, classmethod, method, readonly};
use dashu_int::{IBig, Sign};
use taipan_heap::{Gc, Value};

/// The number of `self`: the method's descriptor has checked the type.
fn num(v: &Value) -> IntRef<'_> {
    int_ref(v).unwrap_or(IntRef::Small(0))
}

fn exact(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.exact_int(a[0]))
}
fn bit_length(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int(num(&a[0]).bit_length() as i64))
}
fn bit_count(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_uint(bits::bit_count(num(&a[0]))))
}
fn is_integer(_: &Vm, _: &[Value]) -> PyResult {
    Ok(Value::TRUE)
}
fn as_integer_ratio(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.exact_int(a[0]);
    Ok(vm.new_tuple(&[n, Value::int(1)]).value())
}
fn getnewargs(vm: &Vm, a: &[Value]) -> PyResult {
    let n = vm.exact_int(a[0]);
    Ok(vm.new_tuple(&[n]).value())
}
fn sizeof(vm: &Vm, a: &[Value]) -> PyResult {
    // As CPython counts: digits of 30 bits behind 24 bytes.
    let digits = num(&a[0]).bit_length().div_ceil(30).max(1);
    Ok(vm.new_int(24 + 4 * digits as i64))
}
fn format(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(spec) = a[1].cast::<Str>() else {
        return Err(vm.type_error(format!("__format__() argument must be str, not {}", vm.type_name(a[1]))));
    };
    if spec.byte_len() == 0 {
        return Ok(vm.str(a[0])?.value());
    }
    crate::objects::format::format_int_value(vm, a[0], spec)
}

fn round(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(n) = a[1].bound().filter(|n| !n.is_none()) else { return exact(vm, a) };
    let n = vm.index(n)?;
    let n = match int_ref(&n) {
        Some(IntRef::Small(n)) if n < 0 => n.unsigned_abs(),
        Some(IntRef::Big(n)) if n.sign() == Sign::Negative => u64::MAX,
        _ => return exact(vm, a),
    };
    let x = num(&a[0]);
    // 10**n has more bits than 3n: a number below half of it rounds to zero.
    if n > x.bit_length() as u64 {
        return Ok(Value::int(0));
    }
    let unit = IBig::from(10).pow(n as usize);
    let x = x.to_big();
    let (q, r) = arith::big_divmod(&x, &unit);
    let twice = &r * IBig::from(2);
    let up = twice > unit || (twice == unit && bits::low_u64(&q) & 1 == 1);
    Ok(vm.new_big(if up { x - r + unit } else { x - r }))
}

fn to_bytes(vm: &Vm, a: &[Value]) -> PyResult {
    let length = match a[1].bound() {
        Some(n) => vm.index_ssize(n)?,
        None => 1,
    };
    let little = byte_order(vm, a[2], "to_bytes")?;
    let signed = match a[3].bound() {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    let Ok(length) = usize::try_from(length) else {
        return Err(vm.value_error("length argument must be non-negative"));
    };
    let x = num(&a[0]);
    if x.is_negative() && !signed {
        return Err(vm.overflow_error("can't convert negative int to unsigned"));
    }
    let mut out = vec![];
    if out.try_reserve_exact(length).is_err() {
        return Err(vm.memory_error());
    }
    let bytes: Vec<u8> = match x {
        IntRef::Small(i) => i.to_le_bytes().to_vec(),
        IntRef::Big(b) => b.to_le_bytes().to_vec(),
    };
    let sign_byte = if x.is_negative() { 0xFF } else { 0 };
    let n = bytes.len().min(length);
    out.extend_from_slice(&bytes[..n]);
    out.resize(length, sign_byte);
    // What was cut off, and for signed numbers the top bit, must say nothing but the sign.
    let cut = bytes[n..].iter().any(|&b| b != sign_byte);
    let top = out.last().is_some_and(|b| b & 0x80 != 0);
    if cut || (signed && length > 0 && top != x.is_negative()) || (length == 0 && !x.is_zero()) {
        return Err(vm.overflow_error("int too big to convert"));
    }
    if !little {
        out.reverse();
    }
    Ok(vm.new_bytes(&out).value())
}

/// The int in little-endian bytes.
pub fn from_le_bytes(vm: &Vm, bytes: &[u8], signed: bool) -> Value {
    if bytes.len() <= 8 {
        let negative = signed && bytes.last().is_some_and(|b| b & 0x80 != 0);
        let mut word = [if negative { 0xFF } else { 0 }; 16];
        word[..bytes.len()].copy_from_slice(bytes);
        return vm.new_i128(i128::from_le_bytes(word));
    }
    vm.new_big(if signed { IBig::from_le_bytes(bytes) } else { dashu_int::UBig::from_le_bytes(bytes).into() })
}

fn from_bytes(vm: &Vm, a: &[Value]) -> PyResult {
    let little = byte_order(vm, a[2], "from_bytes")?;
    let signed = match a[3].bound() {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    let mut bytes = bytes_of(vm, a[1])?;
    if !little {
        bytes.reverse();
    }
    let v = from_le_bytes(vm, &bytes, signed);
    let ty = a[0].cast::<Type>().unwrap_or(vm.types.int);
    if ty == vm.types.int { Ok(v) } else { vm.call(ty.value(), &[v]) }
}

/// What `bytes(v)` holds, except that ints are refused.
fn bytes_of(vm: &Vm, v: Value) -> PyResult<Vec<u8>> {
    if let Some(b) = v.cast::<crate::objects::bytes::Bytes>()
        && vm.is_exact(v, crate::vm::shape_ids::bytes)
    {
        return Ok(b.as_bytes().to_vec());
    }
    if let Some(r) = vm.call_special(v, vm.names.__bytes__, &[])? {
        return match r.cast::<crate::objects::bytes::Bytes>() {
            Some(b) => Ok(b.as_bytes().to_vec()),
            None => Err(vm.type_error(format!("__bytes__ returned non-bytes (type {})", vm.type_name(r)))),
        };
    }
    if let Some(b) = vm.bytes_like(v)? {
        return Ok(b);
    }
    if v.is_kind(crate::kinds::STR) || vm.class_of(v).slots.iter.get().is_none() {
        return Err(vm.type_error(format!("cannot convert '{}' object to bytes", vm.type_name(v))));
    }
    let mut out = vec![];
    let it = vm.get_iter(v)?;
    while let Some(x) = vm.iter_next(it)? {
        let i = vm.index_isize(x).ok().filter(|_| vm.is_index(x));
        match i {
            None => {
                vm.index(x)?;
                return Err(vm.value_error("bytes must be in range(0, 256)"));
            }
            Some(i) => match u8::try_from(i) {
                Ok(b) => out.push(b),
                Err(_) => return Err(vm.value_error("bytes must be in range(0, 256)")),
            },
        }
    }
    Ok(out)
}

/// `int.__float__`
pub(super) fn float(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::float(vm.int_to_f64(num(&v))?))
}

/// Rows of methods.
pub static METHODS: &[MethodDef] = &[
    method("conjugate", "($self, /)", exact, "Returns self, the complex conjugate of any int."),
    method(
        "bit_length",
        "($self, /)",
        bit_length,
        "Number of bits necessary to represent self in binary.\n\n>>> bin(37)\n'0b100101'\n>>> (37).bit_length()\n6",
    ),
    method(
        "bit_count",
        "($self, /)",
        bit_count,
        "Number of ones in the binary representation of the absolute value of self.\n\nAlso known as the population count.\n\n>>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3",
    ),
    method(
        "to_bytes",
        "($self, /, length=1, byteorder='big', *, signed=False)",
        to_bytes,
        "Return an array of bytes representing an integer.\n\n  length\n    Length of bytes object to use.  An OverflowError is raised if the\n    integer is not representable with the given number of bytes.  Default\n    is length 1.\n  byteorder\n    The byte order used to represent the integer.  If byteorder is 'big',\n    the most significant byte is at the beginning of the byte array.  If\n    byteorder is 'little', the most significant byte is at the end of the\n    byte array.  To request the native byte order of the host system, use\n    sys.byteorder as the byte order value.  Default is to use 'big'.\n  signed\n    Determines whether two's complement is used to represent the integer.\n    If signed is False and a negative integer is given, an OverflowError\n    is raised.",
    ),
    classmethod(
        "from_bytes",
        "($type, /, bytes, byteorder='big', *, signed=False)",
        from_bytes,
        "Return the integer represented by the given array of bytes.\n\n  bytes\n    Holds the array of bytes to convert.  The argument must either\n    support the buffer protocol or be an iterable object producing bytes.\n    Bytes and bytearray are examples of built-in objects that support the\n    buffer protocol.\n  byteorder\n    The byte order used to represent the integer.  If byteorder is 'big',\n    the most significant byte is at the beginning of the byte array.  If\n    byteorder is 'little', the most significant byte is at the end of the\n    byte array.  To request the native byte order of the host system, use\n    sys.byteorder as the byte order value.  Default is to use 'big'.\n  signed\n    Indicates whether two's complement is used to represent the integer.",
    ),
    method(
        "as_integer_ratio",
        "($self, /)",
        as_integer_ratio,
        "Return a pair of integers, whose ratio is equal to the original int.\n\nThe ratio is in lowest terms and has a positive denominator.\n\n>>> (10).as_integer_ratio()\n(10, 1)\n>>> (-10).as_integer_ratio()\n(-10, 1)\n>>> (0).as_integer_ratio()\n(0, 1)",
    ),
    method("__trunc__", "($self, /)", exact, "Truncating an Integral returns itself."),
    method("__floor__", "($self, /)", exact, "Flooring an Integral returns itself."),
    method("__ceil__", "($self, /)", exact, "Ceiling of an Integral returns itself."),
    method(
        "__round__",
        "($self, ndigits=None, /)",
        round,
        "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer.",
    ),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
    method("__format__", "($self, format_spec, /)", format, "Convert to a string according to format_spec."),
    method("__sizeof__", "($self, /)", sizeof, "Returns size in memory, in bytes."),
    method(
        "is_integer",
        "($self, /)",
        is_integer,
        "Returns True. Exists for duck type compatibility with float.is_integer.",
    ),
];

/// Rows of attributes.
pub static GETSET: &[GetSetDef] = &[
    readonly("real", |vm, v| Ok(vm.exact_int(v)), "the real part of a complex number"),
    readonly("imag", |_, _| Ok(Value::int(0)), "the imaginary part of a complex number"),
    readonly("numerator", |vm, v| Ok(vm.exact_int(v)), "the numerator of a rational number in lowest terms"),
    readonly("denominator", |_, _| Ok(Value::int(1)), "the denominator of a rational number in lowest terms"),
];

/// An int value as an instance of `ty`, for other modules that build ints.
pub fn as_instance(vm: &Vm, ty: Gc<Type>, v: Value) -> Value {
    of_type(vm, ty, v)
}

//! The definition of `complex`: slots, methods and attributes.

use super::arith::{self, c};
use super::{Complex, parse};
use crate::objects::float::compare::{hash_float, holds};
use crate::objects::format::{FloatFlags, format_complex_value, format_float};
use crate::objects::int::compare::cmp_float_int;
use crate::objects::int::int_ref;
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{GetSetDef, MethodDef, TypeDef, classmethod, flag, getset, method};
use taipan_heap::Value;

fn num(v: Value) -> arith::C {
    v.cast::<Complex>().map_or(c(0.0, 0.0), |p| c(p.re, p.im))
}

/// `repr` of a complex number.
pub fn repr_complex(z: arith::C) -> String {
    let flags = FloatFlags::default();
    let im = |sign| format_float(z.im, b'r', 0, FloatFlags { sign, ..flags });
    if z.re == 0.0 && !z.re.is_sign_negative() {
        return format!("{}j", im(false));
    }
    format!("({}{}j)", format_float(z.re, b'r', 0, flags), im(true))
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.new_str(&repr_complex(num(v))).value())
}
fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    let z = num(v);
    let h = hash_float(vm, v, z.re).wrapping_add(hash_float(vm, v, z.im).wrapping_mul(1000003));
    Ok(if h == -1 { -2 } else { h })
}
fn richcompare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let Some(p) = a.cast::<Complex>() else { return Ok(Value::NOT_IMPLEMENTED) };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let equal = if let Some(q) = b.cast::<Complex>() {
        p.re == q.re && p.im == q.im
    } else if let Some(f) = vm.as_float(b) {
        holds(p.re, f, CompareOp::Eq) && p.im == 0.0
    } else if let Some(i) = int_ref(&b) {
        p.im == 0.0 && !p.re.is_nan() && cmp_float_int(p.re, i).is_eq()
    } else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}
fn neg(vm: &Vm, v: Value) -> PyResult {
    let z = num(v);
    Ok(vm.new_complex(-z.re, -z.im))
}
fn pos(vm: &Vm, v: Value) -> PyResult {
    if vm.is_exact(v, crate::vm::shape_ids::complex) {
        return Ok(v);
    }
    let z = num(v);
    Ok(vm.new_complex(z.re, z.im))
}
fn abs(vm: &Vm, v: Value) -> PyResult {
    match arith::abs(num(v)) {
        Some(r) => Ok(Value::float(r)),
        None => Err(vm.overflow_error("absolute value too large")),
    }
}
fn conjugate(vm: &Vm, a: &[Value]) -> PyResult {
    let z = num(a[0]);
    Ok(vm.new_complex(z.re, -z.im))
}
fn complex(vm: &Vm, a: &[Value]) -> PyResult {
    pos(vm, a[0])
}
fn getnewargs(vm: &Vm, a: &[Value]) -> PyResult {
    let z = num(a[0]);
    Ok(vm.new_tuple(&[Value::float(z.re), Value::float(z.im)]).value())
}
fn format(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(spec) = a[1].cast::<Str>() else {
        return Err(vm.type_error(format!("__format__() argument must be str, not {}", vm.type_name(a[1]))));
    };
    if spec.byte_len() == 0 {
        return Ok(vm.str(a[0])?.value());
    }
    let z = num(a[0]);
    format_complex_value(vm, z.re, z.im, spec)
}

static METHODS: &[MethodDef] = &[
    classmethod(
        "from_number",
        "($type, number, /)",
        parse::from_number,
        "Convert number to a complex floating-point number.",
    ),
    method(
        "conjugate",
        "($self, /)",
        conjugate,
        "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.",
    ),
    method("__complex__", "($self, /)", complex, "Convert this value to exact type complex."),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
    method("__format__", "($self, format_spec, /)", format, "Convert to a string according to format_spec."),
];
/// These are plain members in CPython, with the error of members.
fn fixed(vm: &Vm, _: Value, _: Value) -> PyResult<()> {
    Err(vm.attribute_error("readonly attribute"))
}
static GETSET: &[GetSetDef] = &[
    getset("real", |_, v| Ok(Value::float(num(v).re)), fixed, "the real part of a complex number"),
    getset("imag", |_, v| Ok(Value::float(num(v).im)), fixed, "the imaginary part of a complex number"),
];

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "complex",
    kind: crate::kinds::COMPLEX,
    size: size_of::<Complex>(),
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        richcompare: Some(richcompare),
        bool: Some(|_, v| {
            let z = num(v);
            Ok(z.re != 0.0 || z.im != 0.0)
        }),
        new: Some(parse::new),
        add: Some(arith::add_slot),
        sub: Some(arith::sub_slot),
        mul: Some(arith::mul_slot),
        truediv: Some(arith::truediv_slot),
        pow: Some(arith::pow_slot),
        neg: Some(neg),
        pos: Some(pos),
        abs: Some(abs),
        ..Slots::EMPTY
    },
    methods: METHODS,
    getset: GETSET,
    doc: "complex(real=0, imag=0)\n--\n\nCreate a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a single number is given, convert it to a complex number.\nIf the 'real' or 'imag' arguments are given, create a complex number\nwith the specified real and imaginary components.",
    ..TypeDef::EMPTY
};

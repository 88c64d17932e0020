//! `float`: floats are immediate; only instances of subclasses are objects.
//!
//! * `arith`: operators; `compare`: comparison with floats and ints, hash;
//! * `parse`: `float(...)` and `fromhex`; `methods`: the rest, with `round(x, n)`; `types`: the definition.

pub mod arith;
pub mod compare;
pub mod methods;
pub mod parse;
mod types;

pub use types::DEF;

use crate::kinds::Trace;
use crate::vm::Vm;
use dashu_int::IBig;
use taipan_heap::{Gc, Header, Tracer, Value};

/// An instance of a subclass of `float`.
#[repr(C)]
pub struct Float {
    header: Header,
    /// The number.
    pub value: f64,
}

impl Trace for Float {
    fn trace(&self, _: &mut Tracer) {}
}

impl Vm {
    /// A float of `ty`, which is `float` or a subclass.
    pub fn new_float_of(&self, ty: Gc<crate::objects::typ::Type>, value: f64) -> Value {
        if ty == self.types.float {
            return Value::float(value);
        }
        let p = self.alloc_instance_raw(ty, size_of::<Float>());
        // SAFETY: a fresh cell of that size.
        unsafe {
            let header = p.read();
            p.cast::<Float>().write(Float { header, value });
        }
        Value::from_header(p)
    }
}

/// Mantissa and exponent of a finite float: `f = m * 2^e` with `|m| < 2^53`.
pub fn decompose(f: f64) -> (i64, i32) {
    let bits = f.to_bits();
    let e = ((bits >> 52) & 0x7FF) as i32;
    let m = (bits & ((1 << 52) - 1)) as i64;
    let (m, e) = if e == 0 { (m, -1074) } else { (m | 1 << 52, e - 1075) };
    (if f < 0.0 { -m } else { m }, e)
}

/// The integral part of a float as a big integer; `None` for infinities and NaNs.
pub fn to_big(f: f64) -> Option<IBig> {
    if !f.is_finite() {
        return None;
    }
    let (m, e) = decompose(f.trunc());
    Some(if e >= 0 { IBig::from(m) << e as usize } else { IBig::from(m / (1i64 << (-e).min(62))) })
}
/// The integral part of a float as an `int` value; CPython's errors for infinities and NaNs.
pub fn to_int(vm: &Vm, f: f64) -> crate::vm::error::PyResult {
    if f.abs() < 9e18 {
        return Ok(vm.new_int(f as i64));
    }
    match to_big(f) {
        Some(b) => Ok(vm.new_big(b)),
        None if f.is_nan() => Err(vm.value_error("cannot convert float NaN to integer")),
        None => Err(vm.overflow_error("cannot convert float infinity to integer")),
    }
}

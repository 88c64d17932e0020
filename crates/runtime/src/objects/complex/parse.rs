//! `complex(...)`.

use super::Complex;
use super::arith::{C, c};
use crate::objects::float::parse::{scan, strip_underscores, trim};
use crate::objects::int::digits::to_ascii;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, Value};

/// Reads `text` (ASCII, no underscores): a float, an imaginary number, or a sum of both, perhaps in
/// parentheses.
pub fn parse(text: &[u8]) -> Option<C> {
    let mut s = trim(text);
    if let [b'(', inner @ ..] = s {
        let [inner @ .., b')'] = inner else { return None };
        s = trim(inner);
    }
    let is_j = |b: Option<&u8>| matches!(b, Some(b'j' | b'J'));
    let sign = |s: &[u8]| match s.first() {
        Some(b'-') => Some(-1.0),
        Some(b'+') => Some(1.0),
        _ => None,
    };
    let (re, im, rest) = match scan(s) {
        Some((x, n)) => {
            let rest = &s[n..];
            if is_j(rest.first()) {
                (0.0, x, &rest[1..])
            } else if let Some(unit) = sign(rest) {
                let (y, n) = scan(rest).unwrap_or((unit, 1));
                if !is_j(rest.get(n)) {
                    return None;
                }
                (x, y, &rest[n + 1..])
            } else {
                (x, 0.0, rest)
            }
        }
        // "j", "+j", "-j"
        None => {
            let unit = sign(s);
            let n = unit.is_some() as usize;
            if !is_j(s.get(n)) {
                return None;
            }
            (0.0, unit.unwrap_or(1.0), &s[n + 1..])
        }
    };
    rest.is_empty().then_some(c(re, im))
}

impl Vm {
    fn complex_from_str(&self, s: Gc<Str>) -> PyResult<C> {
        let ascii = to_ascii(s.as_bytes());
        let Some(text) = strip_underscores(trim(&ascii)) else {
            let shown = self.repr(s.value())?;
            return Err(self.value_error(format!("could not convert string to complex: {shown}")));
        };
        parse(&text).ok_or_else(|| self.value_error("complex() arg is a malformed string"))
    }
    /// What `__complex__` of `v` returns, if it has one.
    fn complex_special(&self, v: Value) -> PyResult<Option<C>> {
        if self.is_exact(v, crate::vm::shape_ids::complex) || !v.is_ptr() {
            return Ok(None);
        }
        let Some(r) = self.call_special(v, self.names.__complex__, &[])? else { return Ok(None) };
        let Some(p) = r.cast::<Complex>() else {
            return Err(
                self.type_error(format!("__complex__ returned non-complex (type {})", self.type_name(r)))
            );
        };
        if !self.is_exact(r, crate::vm::shape_ids::complex) {
            let text = format!(
                "__complex__ returned non-complex (type {}).  The ability to return an instance of a strict \
                 subclass of complex is deprecated, and may be removed in a future version of Python.",
                self.type_name(r)
            );
            self.number_warning(self.types.DeprecationWarning, &text)?;
        }
        Ok(Some(c(p.re, p.im)))
    }
    /// The complex number of an argument of `cmath` functions: complex, `__complex__`, or a real number.
    pub fn to_complex(&self, v: Value) -> PyResult<C> {
        if let Some(z) = self.complex_special(v)? {
            return Ok(z);
        }
        match v.cast::<Complex>() {
            Some(p) => Ok(c(p.re, p.im)),
            None => Ok(c(self.to_f64(v)?, 0.0)),
        }
    }
    fn is_real(&self, v: Value) -> bool {
        let slots = &self.class_of(v).slots;
        slots.float.get().is_some() || slots.index.get().is_some()
    }
    /// One of two arguments: a real number, or (deprecated) a complex one.
    fn complex_part(&self, v: Value, name: &str) -> PyResult<(C, bool)> {
        let wrong =
            || format!("complex() argument '{name}' must be a real number, not {}", self.type_name(v));
        let special = if name == "real" { self.complex_special(v)? } else { None };
        if let Some(z) = special.or_else(|| v.cast::<Complex>().map(|p| c(p.re, p.im))) {
            self.number_warning(self.types.DeprecationWarning, &wrong())?;
            return Ok((z, true));
        }
        if self.is_real(v) {
            return Ok((c(self.float_of(v)?, 0.0), false));
        }
        Err(self.type_error(wrong()))
    }
}

/// `complex.__new__`
pub(super) fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    if args.pos.len() <= 1 && args.kw.is_empty() {
        let Some(&v) = args.pos.first() else { return Ok(vm.new_complex_of(ty, 0.0, 0.0)) };
        if vm.is_exact(v, crate::vm::shape_ids::complex) && ty == vm.types.complex {
            return Ok(v);
        }
        let z = if let Some(s) = v.cast::<Str>() { vm.complex_from_str(s)? } else { single(vm, v)? };
        return Ok(vm.new_complex_of(ty, z.re, z.im));
    }
    let [re, im] = args.bind::<2>(vm, "complex", "(real=0, imag=0)")?;
    let (mut x, re_complex) = match re.bound() {
        Some(v) => vm.complex_part(v, "real")?,
        None => (c(0.0, 0.0), false),
    };
    let (mut y, im_complex) = match im.bound() {
        Some(v) => vm.complex_part(v, "imag")?,
        None => (c(0.0, 0.0), false),
    };
    if im_complex {
        x.re -= y.im;
    }
    if re_complex {
        y.re = if im.bound().is_some() { y.re + x.im } else { x.im };
    }
    Ok(vm.new_complex_of(ty, x.re, y.re))
}

fn single(vm: &Vm, v: Value) -> PyResult<C> {
    if let Some(z) = vm.complex_special(v)? {
        return Ok(z);
    }
    if let Some(p) = v.cast::<Complex>() {
        return Ok(c(p.re, p.im));
    }
    if vm.is_real(v) {
        return Ok(c(vm.float_of(v)?, 0.0));
    }
    Err(vm.type_error(format!("complex() argument must be a string or a number, not {}", vm.type_name(v))))
}

/// `complex.from_number`
pub(super) fn from_number(vm: &Vm, a: &[Value]) -> PyResult {
    let ty = a[0].cast::<Type>().unwrap_or(vm.types.complex);
    let v = a[1];
    if vm.is_exact(v, crate::vm::shape_ids::complex) && ty == vm.types.complex {
        return Ok(v);
    }
    let z = vm.to_complex(v)?;
    if ty == vm.types.complex {
        return Ok(vm.new_complex(z.re, z.im));
    }
    let z = vm.new_complex(z.re, z.im);
    vm.call(ty.value(), &[z])
}

//! Builtin functions of numbers: `abs`, `bin`, `divmod`, `hex`, `oct`, `pow`, `round`, `sum`.

use crate::objects::complex::Complex;
use crate::objects::float::methods as fmethods;
use crate::objects::int::{int_ref, text};
use crate::objects::list::List;
use crate::vm::error::PyResult;
use crate::vm::typedef::{MethodDef, function};
use crate::vm::{Vm, shape_ids};
use taipan_heap::Value;

fn abs(vm: &Vm, a: &[Value]) -> PyResult {
    vm.abs(a[0])
}
fn divmod(vm: &Vm, a: &[Value]) -> PyResult {
    vm.divmod(a[0], a[1])
}
fn pow(vm: &Vm, a: &[Value]) -> PyResult {
    vm.pow(a[0], a[1], a[2].or_none())
}

fn in_base(vm: &Vm, v: Value, base: u32) -> PyResult {
    let i = vm.index(v)?;
    let s = int_ref(&i).map(|i| text::with_prefix(i, base)).unwrap_or_default();
    Ok(vm.new_str(&s).value())
}
fn bin(vm: &Vm, a: &[Value]) -> PyResult {
    in_base(vm, a[0], 2)
}
fn oct(vm: &Vm, a: &[Value]) -> PyResult {
    in_base(vm, a[0], 8)
}
fn hex(vm: &Vm, a: &[Value]) -> PyResult {
    in_base(vm, a[0], 16)
}

fn round(vm: &Vm, a: &[Value]) -> PyResult {
    let digits = a[1].bound().filter(|n| !n.is_none());
    if let Some(f) = a[0].to_float() {
        return match digits {
            None => crate::objects::float::to_int(vm, fmethods::round_half_even(f)),
            Some(n) => fmethods::round_digits(vm, f, n),
        };
    }
    let r = match digits {
        None => vm.call_special(a[0], vm.names.__round__, &[])?,
        Some(n) => vm.call_special(a[0], vm.names.__round__, &[n])?,
    };
    r.ok_or_else(|| vm.type_error(format!("type {} doesn't define __round__ method", vm.type_name(a[0]))))
}

/// A running sum of floats with the error of each addition kept apart (Neumaier's).
#[derive(Clone, Copy)]
pub struct CompensatedSum {
    /// What plain addition gives.
    pub hi: f64,
    /// What it lost.
    pub lo: f64,
}

impl CompensatedSum {
    /// Begins at `x`.
    pub fn new(x: f64) -> CompensatedSum {
        CompensatedSum { hi: x, lo: 0.0 }
    }
    /// Adds `x`.
    #[inline]
    pub fn add(&mut self, x: f64) {
        let t = self.hi + x;
        self.lo += if self.hi.abs() >= x.abs() { (self.hi - t) + x } else { (x - t) + self.hi };
        self.hi = t;
    }
    /// The sum.
    pub fn get(self) -> f64 {
        // A zero or infinite correction would spoil a negative zero or an infinity.
        if self.lo != 0.0 && self.lo.is_finite() { self.hi + self.lo } else { self.hi }
    }
}

/// The items of a `sum`: of a list by position, of anything else by its iterator.
enum Items {
    List(taipan_heap::Gc<List>, usize),
    Iterator(Value),
}
impl Items {
    #[inline]
    fn next(&mut self, vm: &Vm) -> PyResult<Option<Value>> {
        match self {
            Items::List(l, at) => {
                let v = vm.list_try_get(*l, *at);
                *at += 1;
                Ok(v)
            }
            Items::Iterator(it) => vm.iter_next(*it),
        }
    }
}

/// `sum(iterable, start)`
pub fn sum_of(vm: &Vm, iterable: Value, start: Value) -> PyResult {
    for (kind, text) in [
        (crate::kinds::STR, "sum() can't sum strings [use ''.join(seq) instead]"),
        (crate::kinds::BYTES, "sum() can't sum bytes [use b''.join(seq) instead]"),
        (crate::kinds::BYTEARRAY, "sum() can't sum bytearray [use b''.join(seq) instead]"),
    ] {
        if start.is_kind(kind) {
            vm.get_iter(iterable)?;
            return Err(vm.type_error(text));
        }
    }
    let mut items = match iterable.cast::<List>() {
        Some(l) if vm.is_exact(iterable, shape_ids::list) => Items::List(l, 0),
        _ => Items::Iterator(vm.get_iter(iterable)?),
    };
    let mut result = start;
    if is_exact_int(vm, result)
        && let Some(mut sum) = int_ref(&result).and_then(|i| i.to_i64())
    {
        if let Items::List(l, at) = &mut items
            && let Some(all) = l.as_ints()
        {
            for &x in all {
                let Some(s) = sum.checked_add(x) else { break };
                sum = s;
                *at += 1;
            }
        }
        loop {
            let Some(v) = items.next(vm)? else { return Ok(vm.new_int(sum)) };
            let small = if v.is_int() {
                Some(v.as_int())
            } else if v.is_bool() || is_exact_int(vm, v) {
                int_ref(&v).and_then(|i| i.to_i64())
            } else {
                None
            };
            if let Some(s) = small.and_then(|x| sum.checked_add(x)) {
                sum = s;
            } else {
                let whole = vm.new_int(sum);
                result = vm.add(whole, v)?;
                break;
            }
        }
    }
    if let Some(f) = result.to_float() {
        let mut sum = CompensatedSum::new(f);
        if let Items::List(l, at) = &mut items
            && let Some(all) = l.as_floats()
        {
            all.iter().skip(*at).for_each(|&x| sum.add(x));
            *at = all.len();
        }
        loop {
            let Some(v) = items.next(vm)? else { return Ok(Value::float(sum.get())) };
            if let Some(x) = v.to_float() {
                sum.add(x);
            } else if let Some(i) = int_ref(&v) {
                sum.add(vm.int_to_f64(i)?);
            } else {
                result = vm.add(Value::float(sum.get()), v)?;
                break;
            }
        }
    }
    if vm.is_exact(result, shape_ids::complex)
        && let Some(z) = result.cast::<Complex>()
    {
        let (mut re, mut im) = (CompensatedSum::new(z.re), CompensatedSum::new(z.im));
        loop {
            let Some(v) = items.next(vm)? else { return Ok(vm.new_complex(re.get(), im.get())) };
            if let Some(x) = v.to_float() {
                re.add(x);
            } else if let Some(i) = int_ref(&v) {
                re.add(vm.int_to_f64(i)?);
            } else if let Some(z) = v.cast::<Complex>().filter(|_| vm.is_exact(v, shape_ids::complex)) {
                re.add(z.re);
                im.add(z.im);
            } else {
                let whole = vm.new_complex(re.get(), im.get());
                result = vm.add(whole, v)?;
                break;
            }
        }
    }
    while let Some(v) = items.next(vm)? {
        result = vm.add(result, v)?;
    }
    Ok(result)
}
fn is_exact_int(vm: &Vm, v: Value) -> bool {
    v.is_int() || vm.is_exact(v, shape_ids::int)
}
fn sum(vm: &Vm, a: &[Value]) -> PyResult {
    sum_of(vm, a[0], a[1].or(Value::int(0)))
}

/// Rows of the module's table.
pub static FUNCTIONS: &[MethodDef] = &[
    function("abs", "($module, number, /)", abs, "Return the absolute value of the argument."),
    function(
        "bin",
        "($module, integer, /)",
        bin,
        "Return the binary representation of an integer.\n\n   >>> bin(2796202)\n   '0b1010101010101010101010'",
    ),
    function(
        "divmod",
        "($module, x, y, /)",
        divmod,
        "Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.",
    ),
    function(
        "hex",
        "($module, integer, /)",
        hex,
        "Return the hexadecimal representation of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'",
    ),
    function(
        "oct",
        "($module, integer, /)",
        oct,
        "Return the octal representation of an integer.\n\n   >>> oct(342391)\n   '0o1234567'",
    ),
    function(
        "pow",
        "($module, base, exp, mod=None)",
        pow,
        "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.\n\nSome types, such as ints, are able to use a more efficient algorithm when\ninvoked using the three argument form.",
    ),
    function(
        "round",
        "($module, number, ndigits=None)",
        round,
        "Round a number to a given precision in decimal digits.\n\nThe return value is an integer if ndigits is omitted or None.  Otherwise\nthe return value has the same type as the number.  ndigits may be negative.",
    ),
    function(
        "sum",
        "($module, iterable, /, start=0)",
        sum,
        "Return the sum of a 'start' value (default: 0) plus an iterable of numbers\n\nWhen the iterable is empty, return the start value.\nThis function is intended specifically for use with numeric values and may\nreject non-numeric types.",
    ),
];

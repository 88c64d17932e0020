//! Functions that fold iterables: `fsum`, `prod`, `sumprod`, `hypot`, `dist`.

use super::arg;
use pymath::math as pm;
use taipan_runtime::objects::int::int_ref;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Args, GcVec, PyResult, Value, Vm};

/// The floats of an iterable.
fn floats(vm: &Vm, v: Value) -> PyResult<Vec<f64>> {
    if vm.is_exact(v, shape_ids::list)
        && let Some(all) = v.cast::<List>().as_deref().and_then(List::as_floats)
    {
        return Ok(all.to_vec());
    }
    let mut out = vec![];
    let it = vm.get_iter(v)?;
    while let Some(x) = vm.iter_next(it)? {
        out.push(arg(vm, x)?);
    }
    Ok(out)
}

pub(super) fn fsum(vm: &Vm, a: &[Value]) -> PyResult {
    let all = floats(vm, a[0])?;
    match pm::fsum(all) {
        Ok(r) => Ok(Value::float(r)),
        Err(pymath::Error::EDOM) => Err(vm.value_error("-inf + inf in fsum")),
        Err(pymath::Error::ERANGE) => Err(vm.overflow_error("intermediate overflow in fsum")),
    }
}

pub(super) fn hypot(vm: &Vm, args: Args) -> PyResult {
    args.no_keywords(vm, "math.hypot")?;
    if let &[x, y] = args.pos {
        return Ok(Value::float(pm::hypot(&[arg(vm, x)?, arg(vm, y)?])));
    }
    let mut all = Vec::with_capacity(args.pos.len());
    for &v in args.pos {
        all.push(arg(vm, v)?);
    }
    Ok(Value::float(pm::hypot(&all)))
}

fn as_tuple(vm: &Vm, v: Value) -> PyResult<GcVec> {
    match v.cast::<Tuple>() {
        Some(t) => Ok(GcVec::from_slice(&vm.heap, t.items())),
        None => vm.collect(v),
    }
}
pub(super) fn dist(vm: &Vm, a: &[Value]) -> PyResult {
    let (p, q) = (as_tuple(vm, a[0])?, as_tuple(vm, a[1])?);
    if p.len() != q.len() {
        return Err(vm.value_error("both points must have the same number of dimensions"));
    }
    let (mut x, mut y) = (Vec::with_capacity(p.len()), Vec::with_capacity(p.len()));
    for i in 0..p.len() {
        x.push(arg(vm, p[i])?);
        y.push(arg(vm, q[i])?);
    }
    Ok(Value::float(pm::dist(&x, &y)))
}

fn exact_i64(vm: &Vm, v: Value) -> Option<i64> {
    if v.is_int() {
        return Some(v.as_int());
    }
    if !vm.is_exact(v, shape_ids::int) {
        return None;
    }
    int_ref(&v)?.to_i64()
}

pub(super) fn prod(vm: &Vm, a: &[Value]) -> PyResult {
    let mut result = a[1].or(Value::int(1));
    let it = vm.get_iter(a[0])?;
    // Ints as machine words, then floats, then anything.
    if let Some(mut acc) = exact_i64(vm, result) {
        loop {
            let Some(v) = vm.iter_next(it)? else { return Ok(vm.new_int(acc)) };
            match exact_i64(vm, v).and_then(|x| acc.checked_mul(x)) {
                Some(r) => acc = r,
                None => {
                    let whole = vm.new_int(acc);
                    result = vm.mul(whole, v)?;
                    break;
                }
            }
        }
    }
    if let Some(mut acc) = result.to_float() {
        loop {
            let Some(v) = vm.iter_next(it)? else { return Ok(Value::float(acc)) };
            if let Some(x) = v.to_float() {
                acc *= x;
            } else if let Some(i) = exact_i64(vm, v) {
                acc *= i as f64;
            } else {
                result = vm.mul(Value::float(acc), v)?;
                break;
            }
        }
    }
    while let Some(v) = vm.iter_next(it)? {
        result = vm.mul(result, v)?;
    }
    Ok(result)
}

/// A sum kept in three floats.
#[derive(Clone, Copy, Default)]
struct Triple {
    hi: f64,
    lo: f64,
    tiny: f64,
}
/// A sum and its rounding error.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    let z = x - a;
    (x, (a - (x - z)) + (b - z))
}
impl Triple {
    fn fma(self, x: f64, y: f64) -> Triple {
        let p = x * y;
        let p_err = x.mul_add(y, -p);
        let (hi, s_err) = two_sum(self.hi, p);
        let (r1, e1) = two_sum(self.lo, p_err);
        let (lo, e2) = two_sum(r1, s_err);
        Triple { hi, lo, tiny: self.tiny + e1 + e2 }
    }
    fn get(self) -> f64 {
        let (hi, lo) = two_sum(self.lo, self.hi);
        self.tiny + lo + hi
    }
}

/// A factor of a float product: a float, or an int or bool where the other one is a float.
fn float_pair(vm: &Vm, p: Value, q: Value) -> Option<(f64, f64)> {
    let as_float = |v: Value| -> Option<f64> {
        if let Some(f) = v.to_float() {
            return Some(f);
        }
        if v.is_int() || v.is_bool() || vm.is_exact(v, shape_ids::int) {
            return int_ref(&v)?.to_f64();
        }
        None
    };
    if !p.is_float() && !q.is_float() {
        return None;
    }
    Some((as_float(p)?, as_float(q)?))
}

pub(super) fn sumprod(vm: &Vm, a: &[Value]) -> PyResult {
    if let (Some(p), Some(q)) = (a[0].cast::<List>(), a[1].cast::<List>())
        && let (Some(x), Some(y)) = (p.as_floats(), q.as_floats())
        && vm.is_exact(a[0], shape_ids::list)
        && vm.is_exact(a[1], shape_ids::list)
        && x.len() == y.len()
    {
        let sum = x.iter().zip(y).fold(Triple::default(), |t, (&x, &y)| t.fma(x, y));
        if sum.hi.is_finite() {
            return Ok(Value::float(sum.get()));
        }
    }
    let (p_it, q_it) = (vm.get_iter(a[0])?, vm.get_iter(a[1])?);
    let mut total = Value::int(0);
    let mut ints = Some(0i64);
    let mut triple = Some(Triple::default());
    let mut triple_used = false;
    loop {
        let (p, q) = (vm.iter_next(p_it)?, vm.iter_next(q_it)?);
        let pair = match (p, q) {
            (Some(p), Some(q)) => Some((p, q)),
            (None, None) => None,
            _ => return Err(vm.value_error("Inputs are not the same length")),
        };
        if let Some(sum) = ints {
            let next =
                pair.and_then(|(p, q)| sum.checked_add(exact_i64(vm, p)?.checked_mul(exact_i64(vm, q)?)?));
            if next.is_some() {
                ints = next;
                continue;
            }
            ints = None;
            total = vm.add(total, vm.new_int(sum))?;
        }
        if let Some(t) = triple {
            let next = pair.and_then(|(p, q)| {
                let (x, y) = float_pair(vm, p, q)?;
                Some(t.fma(x, y)).filter(|t| t.hi.is_finite())
            });
            if next.is_some() {
                triple = next;
                triple_used = true;
                continue;
            }
            triple = None;
            if triple_used {
                total = vm.add(total, Value::float(t.get()))?;
            }
        }
        let Some((p, q)) = pair else { return Ok(total) };
        let term = vm.mul(p, q)?;
        total = vm.add(total, term)?;
    }
}

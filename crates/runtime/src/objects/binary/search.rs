//! Methods of `bytes` and `bytearray` that look for bytes.

use super::{Source, needle, source};
use crate::objects::tuple::Tuple;
use crate::text::search;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::Value;

/// The part of `s` that `find` and its family search; `None` where nothing can be found.
fn range(vm: &Vm, s: Source, start: Value, stop: Value) -> PyResult<Option<(usize, usize)>> {
    let (a, b) = vm.search_range(start, stop, s.len())?;
    if a > b || a as usize > s.len() {
        return Ok(None);
    }
    Ok(Some((a as usize, b as usize)))
}

fn locate(vm: &Vm, a: &[Value], last: bool) -> PyResult<Option<usize>> {
    let s = source(a[0]);
    let _hold = s.hold();
    let sub = needle(vm, a[1], false)?;
    let Some((from, to)) = range(vm, s, a[2], a[3])? else { return Ok(None) };
    let part = s.get(from..to).unwrap_or(&[]);
    Ok(if last { search::rfind(part, &sub) } else { search::find(part, &sub) }.map(|i| from + i))
}
fn or_minus_one(vm: &Vm, i: Option<usize>) -> PyResult {
    Ok(vm.new_int(i.map_or(-1, |i| i as i64)))
}
fn or_error(vm: &Vm, i: Option<usize>) -> PyResult {
    i.map(|i| vm.new_int(i as i64)).ok_or_else(|| vm.value_error("subsection not found"))
}
pub(super) fn find(vm: &Vm, a: &[Value]) -> PyResult {
    or_minus_one(vm, locate(vm, a, false)?)
}
pub(super) fn rfind(vm: &Vm, a: &[Value]) -> PyResult {
    or_minus_one(vm, locate(vm, a, true)?)
}
pub(super) fn index(vm: &Vm, a: &[Value]) -> PyResult {
    or_error(vm, locate(vm, a, false)?)
}
pub(super) fn rindex(vm: &Vm, a: &[Value]) -> PyResult {
    or_error(vm, locate(vm, a, true)?)
}
pub(super) fn count(vm: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    let _hold = s.hold();
    let sub = needle(vm, a[1], false)?;
    let Some((from, to)) = range(vm, s, a[2], a[3])? else { return Ok(Value::int(0)) };
    let part = s.get(from..to).unwrap_or(&[]);
    let n = if sub.is_empty() { part.len() + 1 } else { search::count(part, &sub) };
    Ok(vm.new_int(n as i64))
}

fn tail_match(vm: &Vm, a: &[Value], name: &str, end: bool) -> PyResult {
    let s = source(a[0]);
    let _hold = s.hold();
    let test = |v: Value| -> PyResult<bool> {
        let sub = vm.get_buffer(v)?;
        let Some((from, to)) = range(vm, s, a[2], a[3])? else { return Ok(false) };
        let part = s.get(from..to).unwrap_or(&[]);
        Ok(if end { part.ends_with(&sub) } else { part.starts_with(&sub) })
    };
    if let Some(t) = a[1].cast::<Tuple>() {
        for &v in t.items() {
            if test(v)? {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    if !vm.has_buffer(a[1]) {
        return Err(vm.type_error(format!(
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            vm.type_name(a[1])
        )));
    }
    test(a[1]).map(Value::bool)
}
pub(super) fn startswith(vm: &Vm, a: &[Value]) -> PyResult {
    tail_match(vm, a, "startswith", false)
}
pub(super) fn endswith(vm: &Vm, a: &[Value]) -> PyResult {
    tail_match(vm, a, "endswith", true)
}

pub(super) fn removeprefix(vm: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    let p = vm.get_buffer(a[1])?;
    let b = s.strip_prefix(&p[..]).unwrap_or(&s);
    s.make(vm, b)
}
pub(super) fn removesuffix(vm: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    let p = vm.get_buffer(a[1])?;
    let b = s.strip_suffix(&p[..]).unwrap_or(&s);
    s.make(vm, b)
}

pub(super) fn replace(vm: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    let (old, new) = (vm.get_buffer(a[1])?, vm.get_buffer(a[2])?);
    let count = if a[3].is_unbound() { -1 } else { vm.index_ssize(a[3])? };
    let max = if count < 0 { usize::MAX } else { count as usize };
    let b: &[u8] = &s;
    let at: Vec<usize> = match old.is_empty() {
        _ if max == 0 => Vec::new(),
        true => (0..=b.len()).take(max).collect(),
        false => search::positions(b, &old, max),
    };
    if at.is_empty() {
        return s.make(vm, b);
    }
    let len = new
        .len()
        .checked_mul(at.len())
        .and_then(|n| n.checked_add(b.len() - old.len() * at.len()))
        .filter(|&n| n < isize::MAX as usize)
        .ok_or_else(|| vm.overflow_error("replace bytes is too long"))?;
    let mut out = Vec::new();
    out.try_reserve_exact(len).map_err(|_| vm.memory_error())?;
    let mut from = 0;
    for i in at {
        out.extend_from_slice(&b[from..i]);
        out.extend_from_slice(&new);
        from = i + old.len();
    }
    out.extend_from_slice(&b[from..]);
    s.make_vec(vm, out)
}

fn cut(vm: &Vm, a: &[Value], last: bool) -> PyResult {
    let s = source(a[0]);
    let sep = vm.get_buffer(a[1])?;
    if sep.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let at = if last { search::rfind(&s, &sep) } else { search::find(&s, &sep) };
    let empty = s.make(vm, &[])?;
    let parts = match at {
        Some(at) => {
            let middle = match s {
                Source::Bytes(_) => a[1],
                Source::Array(_) => s.make(vm, &sep)?,
            };
            [s.make(vm, &s[..at])?, middle, s.make(vm, &s[at + sep.len()..])?]
        }
        None if last => [empty, s.make(vm, &[])?, s.make(vm, &s)?],
        None => [s.make(vm, &s)?, empty, s.make(vm, &[])?],
    };
    Ok(vm.new_tuple(&parts).value())
}
pub(super) fn partition(vm: &Vm, a: &[Value]) -> PyResult {
    cut(vm, a, false)
}
pub(super) fn rpartition(vm: &Vm, a: &[Value]) -> PyResult {
    cut(vm, a, true)
}

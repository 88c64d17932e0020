//! Methods of `bytes` and `bytearray` that cut: `split` and `strip` families, `splitlines`, `join`.

use super::predicates::is_space;
use super::{Source, source};
use crate::objects::bytes::Bytes;
use crate::text::search;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{GcVec, Value};

fn pieces(vm: &Vm, s: Source, ranges: &[(usize, usize)]) -> PyResult {
    let mut out = GcVec::with_capacity(&vm.heap, ranges.len());
    for &(a, b) in ranges {
        out.push(&vm.heap, s.make(vm, &s[a..b])?);
    }
    Ok(vm.new_list(&out).value())
}

fn max_split(vm: &Vm, v: Value) -> PyResult<usize> {
    if v.is_unbound() {
        return Ok(usize::MAX);
    }
    let n = vm.index_ssize(v)?;
    Ok(if n < 0 { usize::MAX } else { n as usize })
}

pub(super) fn split(vm: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    let max = max_split(vm, a[2])?;
    let mut out = vec![];
    if a[1].is_unbound() || a[1].is_none() {
        let b: &[u8] = &s;
        let mut at = 0;
        loop {
            at += b[at..].iter().take_while(|c| is_space(**c)).count();
            if at == b.len() {
                break;
            }
            if out.len() == max {
                out.push((at, b.len()));
                break;
            }
            let n = b[at..].iter().take_while(|c| !is_space(**c)).count();
            out.push((at, at + n));
            at += n;
        }
        return pieces(vm, s, &out);
    }
    let sep = vm.get_buffer(a[1])?;
    if sep.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let mut from = 0;
    for at in search::positions(&s, &sep, max) {
        out.push((from, at));
        from = at + sep.len();
    }
    out.push((from, s.len()));
    pieces(vm, s, &out)
}

pub(super) fn rsplit(vm: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    let max = max_split(vm, a[2])?;
    let mut out = vec![];
    let mut end = s.len();
    if a[1].is_unbound() || a[1].is_none() {
        let b: &[u8] = &s;
        loop {
            end -= b[..end].iter().rev().take_while(|c| is_space(**c)).count();
            if end == 0 {
                break;
            }
            if out.len() == max {
                out.push((0, end));
                break;
            }
            let n = b[..end].iter().rev().take_while(|c| !is_space(**c)).count();
            out.push((end - n, end));
            end -= n;
        }
    } else {
        let sep = vm.get_buffer(a[1])?;
        if sep.is_empty() {
            return Err(vm.value_error("empty separator"));
        }
        while out.len() < max
            && let Some(at) = search::rfind(&s[..end], &sep)
        {
            out.push((at + sep.len(), end));
            end = at;
        }
        out.push((0, end));
    }
    out.reverse();
    pieces(vm, s, &out)
}

pub(super) fn splitlines(vm: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    let keep = !a[1].is_unbound() && vm.truth(a[1])?;
    let b: &[u8] = &s;
    let mut out = vec![];
    let mut at = 0;
    while at < b.len() {
        let end = memchr::memchr2(b'\n', b'\r', &b[at..]).map_or(b.len(), |n| at + n);
        let mut next = (end + 1).min(b.len());
        if end < b.len() && b[end] == b'\r' && b.get(next) == Some(&b'\n') {
            next += 1;
        }
        out.push((at, if keep { next } else { end }));
        at = next;
    }
    pieces(vm, s, &out)
}

fn strip_with(vm: &Vm, a: &[Value], left: bool, right: bool) -> PyResult {
    let s = source(a[0]);
    let mut inside = [false; 256];
    if a[1].is_unbound() || a[1].is_none() {
        (0..=255u8).for_each(|b| inside[b as usize] = is_space(b));
    } else {
        vm.get_buffer(a[1])?.iter().for_each(|&b| inside[b as usize] = true);
    }
    let test = |b: &&u8| inside[**b as usize];
    let b: &[u8] = &s;
    let from = if left { b.iter().take_while(test).count() } else { 0 };
    let to = b.len() - if right { b[from..].iter().rev().take_while(test).count() } else { 0 };
    s.make(vm, &b[from..to])
}
pub(super) fn strip(vm: &Vm, a: &[Value]) -> PyResult {
    strip_with(vm, a, true, true)
}
pub(super) fn lstrip(vm: &Vm, a: &[Value]) -> PyResult {
    strip_with(vm, a, true, false)
}
pub(super) fn rstrip(vm: &Vm, a: &[Value]) -> PyResult {
    strip_with(vm, a, false, true)
}

pub(super) fn join(vm: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    let _hold = s.hold();
    let seq = match vm.collect(a[1]) {
        Ok(seq) => seq,
        Err(e) => {
            let slots = &vm.class_of(a[1]).slots;
            if slots.iter.get().is_none() && slots.getitem.get().is_none() {
                return Err(vm.type_error("can only join an iterable"));
            }
            return Err(e);
        }
    };
    if let ([v], Source::Bytes(_)) = (&seq[..], s)
        && vm.is_exact(*v, crate::vm::shape_ids::bytes)
    {
        return Ok(*v);
    }
    let mut out = Vec::new();
    let sep = s.to_vec();
    let sizes = seq.iter().map(|v| v.cast::<Bytes>().map_or(0, |b| b.as_bytes().len()));
    let total = sizes.fold(sep.len().saturating_mul(seq.len()), usize::saturating_add);
    if total > 1 << 20 && out.try_reserve(total).is_err() {
        return Err(vm.memory_error());
    }
    for (i, &v) in seq.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(&sep);
        }
        if let Some(b) = v.cast::<Bytes>() {
            out.extend_from_slice(b.as_bytes());
        } else if vm.has_buffer(v) {
            out.extend_from_slice(&vm.get_buffer(v)?);
        } else {
            return Err(vm.type_error(format!(
                "sequence item {i}: expected a bytes-like object, {} found",
                vm.type_name(v)
            )));
        }
    }
    s.make_vec(vm, out)
}

//! `str` methods that change case.

use super::slots::this;
use super::{Str, StrBuf};
use crate::text::unicode;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, Value};

fn ascii(vm: &Vm, s: Gc<Str>, f: impl Fn(&mut [u8])) -> PyResult {
    let b = s.as_bytes();
    // SAFETY: as many ASCII bytes as the text has, all written.
    unsafe {
        vm.new_str_with(b.len(), b.len(), |p| {
            super::copy_text(b.as_ptr(), p, b.len());
            f(std::slice::from_raw_parts_mut(p, b.len()));
        })
    }
    .map(Gc::value)
}

/// The lowercase of `all[i]`: the sigma at the end of a word has a form of its own.
fn push_lower(out: &mut StrBuf, all: &[u32], i: usize) {
    if all[i] == 0x3A3 {
        out.push(if is_final_sigma(all, i) { 0x3C2 } else { 0x3C3 });
    } else {
        out.extend(unicode::to_lower(all[i]));
    }
}

fn is_final_sigma(all: &[u32], i: usize) -> bool {
    let before = all[..i].iter().rev().find(|&&c| !unicode::is_case_ignorable(c));
    let after = all[i + 1..].iter().find(|&&c| !unicode::is_case_ignorable(c));
    before.is_some_and(|&c| unicode::is_cased(c)) && !after.is_some_and(|&c| unicode::is_cased(c))
}

pub(super) fn lower(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    if s.is_ascii() {
        return ascii(vm, s, <[u8]>::make_ascii_lowercase);
    }
    let all: Vec<u32> = s.code_points().collect();
    let mut out = StrBuf::with_capacity(s.byte_len());
    for i in 0..all.len() {
        push_lower(&mut out, &all, i);
    }
    Ok(out.finish(vm).value())
}

pub(super) fn upper(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    if s.is_ascii() {
        return ascii(vm, s, <[u8]>::make_ascii_uppercase);
    }
    let mut out = StrBuf::with_capacity(s.byte_len());
    out.extend(s.code_points().flat_map(unicode::to_upper));
    Ok(out.finish(vm).value())
}

pub(super) fn casefold(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    if s.is_ascii() {
        return ascii(vm, s, <[u8]>::make_ascii_lowercase);
    }
    let mut out = StrBuf::with_capacity(s.byte_len());
    out.extend(s.code_points().flat_map(unicode::to_fold));
    Ok(out.finish(vm).value())
}

pub(super) fn capitalize(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    if s.is_ascii() {
        return ascii(vm, s, |b| {
            b.make_ascii_lowercase();
            if let Some(first) = b.first_mut() {
                first.make_ascii_uppercase();
            }
        });
    }
    let all: Vec<u32> = s.code_points().collect();
    let mut out = StrBuf::with_capacity(s.byte_len());
    for i in 0..all.len() {
        if i == 0 { out.extend(unicode::to_title(all[0])) } else { push_lower(&mut out, &all, i) }
    }
    Ok(out.finish(vm).value())
}

pub(super) fn title(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let all: Vec<u32> = s.code_points().collect();
    let mut out = StrBuf::with_capacity(s.byte_len());
    let mut inside = false;
    for (i, &c) in all.iter().enumerate() {
        if inside {
            push_lower(&mut out, &all, i)
        } else {
            out.extend(unicode::to_title(c))
        }
        inside = unicode::is_cased(c);
    }
    Ok(out.finish(vm).value())
}

pub(super) fn swapcase(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let all: Vec<u32> = s.code_points().collect();
    let mut out = StrBuf::with_capacity(s.byte_len());
    for (i, &c) in all.iter().enumerate() {
        if unicode::is_upper(c) {
            push_lower(&mut out, &all, i);
        } else if unicode::is_lower(c) {
            out.extend(unicode::to_upper(c));
        } else {
            out.push(c);
        }
    }
    Ok(out.finish(vm).value())
}

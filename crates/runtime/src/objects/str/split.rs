//! `str` methods that cut: `split`, `rsplit`, `splitlines`, `strip` and its family.

use super::Str;
use super::slots::this;
use crate::text::{search, unicode, wtf8};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, GcVec, Value};

/// Collects substrings of one string.
struct Pieces<'a> {
    vm: &'a Vm,
    s: Gc<Str>,
    ascii: bool,
    out: GcVec,
}

impl<'a> Pieces<'a> {
    fn new(vm: &'a Vm, s: Gc<Str>) -> Pieces<'a> {
        Pieces { vm, s, ascii: s.is_ascii(), out: GcVec::new() }
    }
    #[inline]
    fn push(&mut self, from: usize, to: usize) {
        let p = if self.ascii && (from != 0 || to != self.s.char_len()) {
            self.vm.new_str_ascii(&self.s.as_bytes()[from..to])
        } else {
            self.vm.str_subbytes(self.s, from, to)
        };
        self.out.push(&self.vm.heap, p.value());
    }
    fn list(self) -> PyResult {
        Ok(self.vm.new_list_adopting(self.out).value())
    }
    fn reversed(mut self) -> PyResult {
        self.out.reverse();
        self.list()
    }
}

fn max_split(vm: &Vm, v: Value) -> PyResult<usize> {
    if v.is_unbound() {
        return Ok(usize::MAX);
    }
    let n = vm.index_ssize(v)?;
    Ok(if n < 0 { usize::MAX } else { n as usize })
}

fn separator(vm: &Vm, v: Value) -> PyResult<Option<Gc<Str>>> {
    if v.is_unbound() || v.is_none() {
        return Ok(None);
    }
    let Some(s) = v.cast::<Str>() else {
        return Err(vm.type_error(format!("must be str or None, not {}", vm.type_name(v))));
    };
    if s.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    Ok(Some(s))
}

pub(super) fn split(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let max = max_split(vm, a[2])?;
    let mut out = Pieces::new(vm, s);
    let b = s.as_bytes();
    let Some(sep) = separator(vm, a[1])? else {
        let mut at = 0;
        let mut n = 0;
        loop {
            at += space_prefix(&b[at..]);
            if at == b.len() {
                break;
            }
            if n == max {
                // The rest keeps its trailing white space.
                out.push(at, b.len());
                break;
            }
            let word = word_prefix(&b[at..]);
            out.push(at, at + word);
            at += word;
            n += 1;
        }
        return out.list();
    };
    let mut from = 0;
    search::each(b, sep.as_bytes(), max, |at| {
        out.push(from, at);
        from = at + sep.byte_len();
    });
    out.push(from, b.len());
    out.list()
}

pub(super) fn rsplit(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let max = max_split(vm, a[2])?;
    let mut out = Pieces::new(vm, s);
    let b = s.as_bytes();
    let mut end = b.len();
    let Some(sep) = separator(vm, a[1])? else {
        let mut n = 0;
        loop {
            end -= space_suffix(&b[..end]);
            if end == 0 {
                break;
            }
            if n == max {
                out.push(0, end);
                break;
            }
            let word = word_suffix(&b[..end]);
            out.push(end - word, end);
            end -= word;
            n += 1;
        }
        return out.reversed();
    };
    let mut n = 0;
    while n < max {
        let Some(at) = search::rfind(&b[..end], sep.as_bytes()) else { break };
        out.push(at + sep.byte_len(), end);
        end = at;
        n += 1;
    }
    out.push(0, end);
    out.reversed()
}

fn prefix_while(b: &[u8], f: impl Fn(u32) -> bool) -> usize {
    let mut at = 0;
    while at < b.len() {
        if b[at] < 0x80 {
            if !f(b[at] as u32) {
                break;
            }
            at += 1;
            continue;
        }
        let (c, n) = wtf8::decode_at(b, at);
        if !f(c) {
            break;
        }
        at += n;
    }
    at
}
fn suffix_while(b: &[u8], f: impl Fn(u32) -> bool) -> usize {
    let mut at = b.len();
    while at > 0 {
        let (c, n) = wtf8::decode_before(b, at);
        if !f(c) {
            break;
        }
        at -= n;
    }
    b.len() - at
}
/// What ASCII characters are to the methods here.
const SPACE: u8 = 1;
const BREAK: u8 = 2;
const ASCII: [u8; 256] = {
    let mut t = [0; 256];
    let mut c = 0;
    while c < 128 {
        let space = matches!(c, 9..=13 | 0x1C..=0x20);
        let line_break = matches!(c, 10..=13 | 0x1C..=0x1E);
        t[c] = if space { SPACE } else { 0 } | if line_break { BREAK } else { 0 };
        c += 1;
    }
    t
};

fn space_prefix(b: &[u8]) -> usize {
    prefix_while(b, unicode::is_space)
}
fn space_suffix(b: &[u8]) -> usize {
    suffix_while(b, unicode::is_space)
}
fn word_prefix(b: &[u8]) -> usize {
    // One look-up for each ASCII character.
    let n = b.iter().position(|&c| c >= 0x80 || ASCII[c as usize] & SPACE != 0).unwrap_or(b.len());
    if n == b.len() || b[n] < 0x80 {
        return n;
    }
    n + prefix_while(&b[n..], |c| !unicode::is_space(c))
}
fn word_suffix(b: &[u8]) -> usize {
    suffix_while(b, |c| !unicode::is_space(c))
}

fn line_prefix(b: &[u8]) -> usize {
    let n = b.iter().position(|&c| c >= 0x80 || ASCII[c as usize] & BREAK != 0).unwrap_or(b.len());
    if n == b.len() || b[n] < 0x80 {
        return n;
    }
    n + prefix_while(&b[n..], |c| !unicode::is_line_break(c))
}

pub(super) fn splitlines(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let keep = !a[1].is_unbound() && vm.truth(a[1])?;
    let mut out = Pieces::new(vm, s);
    let b = s.as_bytes();
    let mut at = 0;
    while at < b.len() {
        let end = at + line_prefix(&b[at..]);
        let mut next = end;
        if end < b.len() {
            next += wtf8::width(b[end]);
            if b[end] == b'\r' && b.get(next) == Some(&b'\n') {
                next += 1;
            }
        }
        out.push(at, if keep { next } else { end });
        at = next;
    }
    out.list()
}

fn strip_with(vm: &Vm, a: &[Value], name: &str, left: bool, right: bool) -> PyResult {
    let s = this(a[0]);
    let b = s.as_bytes();
    let (mut from, mut to) = (0, b.len());
    if a[1].is_unbound() || a[1].is_none() {
        if left {
            from = space_prefix(b);
        }
        if right {
            to -= space_suffix(&b[from..]);
        }
    } else {
        let Some(set) = a[1].cast::<Str>() else {
            return Err(vm.type_error(format!("{name} arg must be None or str")));
        };
        let inside = |c: u32| {
            if set.is_ascii() {
                c < 0x80 && memchr::memchr(c as u8, set.as_bytes()).is_some()
            } else {
                set.code_points().any(|x| x == c)
            }
        };
        if left {
            from = prefix_while(b, inside);
        }
        if right {
            to -= suffix_while(&b[from..], inside);
        }
    }
    if from == 0 && to == b.len() {
        return vm.str_exact(s).map(Gc::value);
    }
    Ok(vm.str_subbytes(s, from, to).value())
}

pub(super) fn strip(vm: &Vm, a: &[Value]) -> PyResult {
    strip_with(vm, a, "strip", true, true)
}
pub(super) fn lstrip(vm: &Vm, a: &[Value]) -> PyResult {
    strip_with(vm, a, "lstrip", true, false)
}
pub(super) fn rstrip(vm: &Vm, a: &[Value]) -> PyResult {
    strip_with(vm, a, "rstrip", false, true)
}

//! `str` methods that look for substrings: `find` and its family, `count`, `startswith`, `replace`, `partition`.

use super::Str;
use super::slots::this;
use crate::objects::tuple::Tuple;
use crate::text::search;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, Value};

/// Argument `n` of method `name`, which must be a string.
fn str_arg(vm: &Vm, v: Value, name: &str, n: usize) -> PyResult<Gc<Str>> {
    v.cast::<Str>().ok_or_else(|| {
        vm.type_error(format!("{name}() argument {n} must be str, not {}", vm.arg_type_name(v)))
    })
}

impl Vm {
    /// How argument errors call a value's type: `None` is `None`.
    pub fn arg_type_name(&self, v: Value) -> String {
        if v.is_none() { "None".into() } else { self.type_name(v) }
    }
    /// Character range of `find` and its family as byte offsets; `None` where nothing can be found.
    fn byte_range(&self, s: Gc<Str>, start: Value, stop: Value) -> PyResult<Option<(usize, usize)>> {
        if start.is_unbound() && stop.is_unbound() {
            return Ok(Some((0, s.byte_len())));
        }
        let (a, b) = self.search_range(start, stop, s.char_len())?;
        if a > b || a as usize > s.char_len() {
            return Ok(None);
        }
        Ok(Some((self.str_byte_offset(s, a as usize), self.str_byte_offset(s, b as usize))))
    }
    /// Character index of the first (or last) occurrence of `sub` in the whole string.
    pub fn str_find(&self, s: Gc<Str>, sub: Gc<Str>) -> Option<usize> {
        search::find(s.as_bytes(), sub.as_bytes()).map(|at| self.str_char_offset(s, at))
    }
}

fn locate(vm: &Vm, a: &[Value], name: &str, last: bool) -> PyResult<Option<usize>> {
    let s = this(a[0]);
    let sub = str_arg(vm, a[1], name, 1)?;
    let Some((from, to)) = vm.byte_range(s, a[2], a[3])? else { return Ok(None) };
    let part = &s.as_bytes()[from..to];
    let at = if last { search::rfind(part, sub.as_bytes()) } else { search::find(part, sub.as_bytes()) };
    Ok(at.map(|at| vm.str_char_offset(s, from + at)))
}

fn or_minus_one(vm: &Vm, i: Option<usize>) -> PyResult {
    Ok(vm.new_int(i.map_or(-1, |i| i as i64)))
}
fn or_error(vm: &Vm, i: Option<usize>) -> PyResult {
    match i {
        Some(i) => Ok(vm.new_int(i as i64)),
        None => Err(vm.value_error("substring not found")),
    }
}

pub(super) fn find(vm: &Vm, a: &[Value]) -> PyResult {
    or_minus_one(vm, locate(vm, a, "find", false)?)
}
pub(super) fn rfind(vm: &Vm, a: &[Value]) -> PyResult {
    or_minus_one(vm, locate(vm, a, "rfind", true)?)
}
pub(super) fn index(vm: &Vm, a: &[Value]) -> PyResult {
    or_error(vm, locate(vm, a, "index", false)?)
}
pub(super) fn rindex(vm: &Vm, a: &[Value]) -> PyResult {
    or_error(vm, locate(vm, a, "rindex", true)?)
}

pub(super) fn count(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let sub = str_arg(vm, a[1], "count", 1)?;
    let Some((from, to)) = vm.byte_range(s, a[2], a[3])? else { return Ok(Value::int(0)) };
    let part = &s.as_bytes()[from..to];
    let n = if sub.is_empty() { super::count_chars(part) + 1 } else { search::count(part, sub.as_bytes()) };
    Ok(vm.new_int(n as i64))
}

fn tail_match(vm: &Vm, a: &[Value], name: &str, end: bool) -> PyResult {
    let s = this(a[0]);
    if let Some(sub) = vm.exact_str(a[1])
        && a[2].is_unbound()
        && a[3].is_unbound()
    {
        let (s, sub) = (s.as_bytes(), sub.as_bytes());
        let Some(rest) = s.len().checked_sub(sub.len()) else { return Ok(Value::FALSE) };
        let (Some(&x), Some(&y)) = (s.get(if end { rest } else { 0 }), sub.first()) else {
            return Ok(Value::bool(sub.is_empty()));
        };
        // Most answers are in the first byte.
        return Ok(Value::bool(x == y && (if end { &s[rest..] } else { &s[..sub.len()] }) == sub));
    }
    let test = |sub: Gc<Str>| -> PyResult<bool> {
        let Some((from, to)) = vm.byte_range(s, a[2], a[3])? else { return Ok(false) };
        let part = &s.as_bytes()[from..to];
        Ok(if end { part.ends_with(sub.as_bytes()) } else { part.starts_with(sub.as_bytes()) })
    };
    if let Some(t) = a[1].cast::<Tuple>() {
        for &v in t.items() {
            let Some(sub) = v.cast::<Str>() else {
                return Err(
                    vm.type_error(format!("tuple for {name} must only contain str, not {}", vm.type_name(v)))
                );
            };
            if test(sub)? {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    match a[1].cast::<Str>() {
        Some(sub) => test(sub).map(Value::bool),
        None => Err(vm.type_error(format!(
            "{name} first arg must be str or a tuple of str, not {}",
            vm.type_name(a[1])
        ))),
    }
}

pub(super) fn startswith(vm: &Vm, a: &[Value]) -> PyResult {
    tail_match(vm, a, "startswith", false)
}
pub(super) fn endswith(vm: &Vm, a: &[Value]) -> PyResult {
    tail_match(vm, a, "endswith", true)
}

pub(super) fn removeprefix(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let Some(p) = a[1].cast::<Str>() else {
        return Err(
            vm.type_error(format!("removeprefix() argument must be str, not {}", vm.arg_type_name(a[1])))
        );
    };
    if s.as_bytes().starts_with(p.as_bytes()) {
        return Ok(vm.str_subbytes(s, p.byte_len(), s.byte_len()).value());
    }
    vm.str_exact(s).map(Gc::value)
}
pub(super) fn removesuffix(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let Some(p) = a[1].cast::<Str>() else {
        return Err(
            vm.type_error(format!("removesuffix() argument must be str, not {}", vm.arg_type_name(a[1])))
        );
    };
    if s.as_bytes().ends_with(p.as_bytes()) {
        return Ok(vm.str_subbytes(s, 0, s.byte_len() - p.byte_len()).value());
    }
    vm.str_exact(s).map(Gc::value)
}

pub(super) fn replace(vm: &Vm, a: &[Value]) -> PyResult {
    let s = this(a[0]);
    let old = str_arg(vm, a[1], "replace", 1)?;
    let new = str_arg(vm, a[2], "replace", 2)?;
    let count = if a[3].is_unbound() { -1 } else { vm.index_ssize(a[3])? };
    vm.str_replace(s, old, new, count).map(Gc::value)
}

/// Where a replaced text occurs.
enum Positions {
    One([usize; 1]),
    Many(Vec<usize>),
}
impl std::ops::Deref for Positions {
    type Target = [usize];
    fn deref(&self) -> &[usize] {
        match self {
            Positions::One(p) => p,
            Positions::Many(p) => p,
        }
    }
}
fn one(at: usize) -> Positions {
    Positions::One([at])
}

impl Vm {
    /// `s.replace(old, new, count)`; a negative count is no limit.
    pub fn str_replace(&self, s: Gc<Str>, old: Gc<Str>, new: Gc<Str>, count: isize) -> PyResult<Gc<Str>> {
        let max = if count < 0 { usize::MAX } else { count as usize };
        let b = s.as_bytes();
        if max == 0 {
            return self.str_exact(s);
        }
        if let ([x], [y]) = (old.as_bytes(), new.as_bytes())
            && max >= b.len()
        {
            let Some(first) = memchr::memchr(*x, b) else { return self.str_exact(s) };
            // SAFETY: one ASCII character takes the place of another.
            return unsafe {
                self.new_str_with(b.len(), s.char_len(), |p| {
                    std::ptr::copy_nonoverlapping(b.as_ptr(), p, b.len());
                    for c in std::slice::from_raw_parts_mut(p.add(first), b.len() - first) {
                        if c == x {
                            *c = *y;
                        }
                    }
                })
            };
        }
        let positions = if old.is_empty() {
            let mut all: Vec<usize> =
                b.iter().enumerate().filter(|(_, c)| **c & 0xC0 != 0x80).map(|(i, _)| i).collect();
            all.push(b.len());
            all.truncate(max);
            Positions::Many(all)
        } else {
            // Without a vector where there is one at most.
            match search::find(b, old.as_bytes()) {
                None => return self.str_exact(s),
                Some(first) if max == 1 => one(first),
                Some(first) => {
                    let from = first + old.byte_len();
                    match search::find(&b[from..], old.as_bytes()) {
                        None => one(first),
                        Some(_) => Positions::Many(search::positions(b, old.as_bytes(), max)),
                    }
                }
            }
        };
        let n = positions.len();
        if n == 0 {
            return self.str_exact(s);
        }
        let too_long = || self.overflow_error("replace string is too long");
        let grown = new.byte_len().checked_mul(n).ok_or_else(too_long)?;
        let len = (b.len() - old.byte_len() * n).checked_add(grown).ok_or_else(too_long)?;
        let chars = s.char_len() - old.char_len() * n + new.char_len() * n;
        let (old_len, new) = (old.byte_len(), new.as_bytes());
        // SAFETY: pieces between characters of well-formed text, counted above.
        unsafe {
            self.new_str_with(len, chars, |mut p| {
                let mut put = |x: &[u8]| {
                    super::copy_text(x.as_ptr(), p, x.len());
                    p = p.add(x.len());
                };
                let mut from = 0;
                for &at in positions.iter() {
                    put(&b[from..at]);
                    put(new);
                    from = at + old_len;
                }
                put(&b[from..]);
            })
        }
    }
}

pub(super) fn partition(vm: &Vm, a: &[Value]) -> PyResult {
    cut(vm, a, false)
}
pub(super) fn rpartition(vm: &Vm, a: &[Value]) -> PyResult {
    cut(vm, a, true)
}
fn cut(vm: &Vm, a: &[Value], last: bool) -> PyResult {
    let s = this(a[0]);
    let Some(sep) = a[1].cast::<Str>() else {
        return Err(vm.type_error(format!("must be str, not {}", vm.type_name(a[1]))));
    };
    if sep.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let (b, x) = (s.as_bytes(), sep.as_bytes());
    let at = if last { search::rfind(b, x) } else { search::find(b, x) };
    let empty = vm.latin1[256].value();
    let parts = match at {
        Some(at) => {
            let left = vm.str_subbytes(s, 0, at).value();
            let right = vm.str_subbytes(s, at + x.len(), b.len()).value();
            [left, vm.str_exact(sep)?.value(), right]
        }
        None if last => [empty, empty, vm.str_exact(s)?.value()],
        None => [vm.str_exact(s)?.value(), empty, empty],
    };
    Ok(vm.new_tuple(&parts).value())
}

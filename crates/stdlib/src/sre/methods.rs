//! The methods of `re.Pattern`.

use super::pattern::{Pattern, this};
use super::subject::{Found, Run, Subject, run};
use super::{matches, scanner, template};
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::{Gc, GcVec, MethodDef, Value, Vm, classmethod, method};

fn once(vm: &Vm, a: &[Value], search: bool, full: bool) -> PyResult {
    let p = this(a[0]);
    let subject = Subject::for_pattern(vm, a[1], &p)?;
    let r = Run { full, ..Pattern::range(vm, subject.len(), a[2], a[3])? };
    Ok(match run(vm, &subject, &p, r, search)? {
        Some(found) => matches::new(vm, p, a[1], r, found),
        None => Value::NONE,
    })
}
fn match_(vm: &Vm, a: &[Value]) -> PyResult {
    once(vm, a, false, false)
}
fn fullmatch(vm: &Vm, a: &[Value]) -> PyResult {
    once(vm, a, false, true)
}
fn search(vm: &Vm, a: &[Value]) -> PyResult {
    once(vm, a, true, false)
}

/// Calls `each` for every match from left to right until it says stop.
fn every(
    vm: &Vm,
    subject: &Subject,
    p: Gc<Pattern>,
    mut r: Run,
    mut each: impl FnMut(Run, Found) -> PyResult<bool>,
) -> PyResult<()> {
    while let Some(found) = run(vm, subject, &p, r, true)? {
        let (a, b) = found.spans[0].unwrap_or((r.start, r.start));
        if !each(r, found)? {
            break;
        }
        r.start = b;
        r.must_advance = a == b;
    }
    Ok(())
}

fn findall(vm: &Vm, a: &[Value]) -> PyResult {
    let p = this(a[0]);
    let subject = Subject::for_pattern(vm, a[1], &p)?;
    let r = Pattern::range(vm, subject.len(), a[2], a[3])?;
    let mut out = GcVec::new();
    every(vm, &subject, p, r, |_, found| {
        let text = |i: usize| match found.spans[i] {
            Some((x, y)) => subject.slice(vm, a[1], x, y),
            None => subject.empty(vm),
        };
        let item = match p.groups {
            0 => text(0),
            1 => text(1),
            n => vm.new_tuple_with::<()>(n, |i| Ok(text(i + 1))).map_or(Value::NONE, Gc::value),
        };
        out.push(&vm.heap, item);
        Ok(true)
    })?;
    Ok(vm.new_list(&out).value())
}

fn finditer(vm: &Vm, a: &[Value]) -> PyResult {
    scan(vm, a, true)
}
fn scanner(vm: &Vm, a: &[Value]) -> PyResult {
    scan(vm, a, false)
}
fn scan(vm: &Vm, a: &[Value], iterator: bool) -> PyResult {
    let p = this(a[0]);
    let subject = Subject::for_pattern(vm, a[1], &p)?;
    let r = Pattern::range(vm, subject.len(), a[2], a[3])?;
    Ok(scanner::new(vm, p, a[1], r, iterator))
}

fn split(vm: &Vm, a: &[Value]) -> PyResult {
    let p = this(a[0]);
    let subject = Subject::for_pattern(vm, a[1], &p)?;
    let max = if a[2].is_unbound() { 0 } else { vm.index_ssize(a[2])? };
    let r = Run { start: 0, end: subject.len(), full: false, must_advance: false };
    let mut out = GcVec::new();
    let (mut n, mut last) = (0, 0);
    if max >= 0 {
        every(vm, &subject, p, r, |_, found| {
            let (x, y) = found.spans[0].unwrap_or((0, 0));
            out.push(&vm.heap, subject.slice(vm, a[1], last, x));
            for s in &found.spans[1..] {
                out.push(&vm.heap, s.map_or(Value::NONE, |(x, y)| subject.slice(vm, a[1], x, y)));
            }
            last = y;
            n += 1;
            Ok(max == 0 || n < max)
        })?;
    }
    out.push(&vm.heap, subject.slice(vm, a[1], last, subject.len()));
    Ok(vm.new_list(&out).value())
}

/// Joins pieces of a subject's type.
pub fn join(vm: &Vm, subject: &Subject, parts: &[Value]) -> PyResult {
    match subject {
        Subject::Text(..) => vm.str_join_values(vm.str_empty(), parts).map(Gc::value),
        Subject::Bytes(_) => {
            let list = vm.new_list(parts).value();
            vm.call_method(subject.empty(vm), vm.intern("join"), &[list])
        }
    }
}

enum Replacement {
    Literal(Value),
    Template(Gc<template::Template>),
    Function(Value),
}

fn subx(vm: &Vm, a: &[Value]) -> PyResult<(Value, i64)> {
    let p = this(a[0]);
    let (repl, string) = (a[1], a[2]);
    let count = if a[3].is_unbound() { 0 } else { vm.index_ssize(a[3])? };
    let how = if vm.class_of(repl).slots.call.get().is_some() {
        Replacement::Function(repl)
    } else {
        let plain = match repl.cast::<Str>() {
            Some(s) => !s.as_bytes().contains(&b'\\'),
            None => vm.has_buffer(repl) && !vm.get_buffer(repl)?.contains(&b'\\'),
        };
        if plain {
            Replacement::Literal(repl)
        } else {
            let t = template::compile(vm, p, repl)?;
            t.literal().map_or(Replacement::Template(t), Replacement::Literal)
        }
    };
    let subject = Subject::for_pattern(vm, string, &p)?;
    let r = Run { start: 0, end: subject.len(), full: false, must_advance: false };
    let mut out = GcVec::new();
    let (mut n, mut last) = (0, 0);
    if count >= 0 {
        every(vm, &subject, p, r, |r, found| {
            let (x, y) = found.spans[0].unwrap_or((0, 0));
            if last < x {
                out.push(&vm.heap, subject.slice(vm, string, last, x));
            }
            let piece = match how {
                Replacement::Literal(v) => v,
                _ => {
                    let m = matches::new(vm, p, string, Run { start: 0, ..r }, found);
                    match how {
                        Replacement::Function(f) => vm.call(f, &[m])?,
                        Replacement::Template(t) => {
                            let m = vm.native::<matches::Match>(m).expect("just made");
                            template::expand(vm, t, m)?
                        }
                        Replacement::Literal(v) => v,
                    }
                }
            };
            if !piece.is_none() {
                out.push(&vm.heap, piece);
            }
            last = y;
            n += 1;
            Ok(count == 0 || n < count as i64)
        })?;
    }
    if n == 0 || last < subject.len() {
        let rest = subject.slice(vm, string, last, subject.len());
        if n == 0 {
            return Ok((rest, 0));
        }
        out.push(&vm.heap, rest);
    }
    Ok((join(vm, &subject, &out)?, n))
}
fn sub(vm: &Vm, a: &[Value]) -> PyResult {
    subx(vm, a).map(|r| r.0)
}
fn subn(vm: &Vm, a: &[Value]) -> PyResult {
    let (v, n) = subx(vm, a)?;
    Ok(vm.new_tuple(&[v, vm.new_int(n)]).value())
}
fn copy(_: &Vm, a: &[Value]) -> PyResult {
    Ok(a[0])
}
/// `Pattern[str]`
pub fn class_getitem(vm: &Vm, a: &[Value]) -> PyResult {
    vm.generic_alias(a[0], a[1])
}

/// The table.
pub static METHODS: &[MethodDef] = &[
    method(
        "match",
        "($self, /, string, pos=0, endpos=sys.maxsize)",
        match_,
        "Matches zero or more characters at the beginning of the string.",
    ),
    method(
        "fullmatch",
        "($self, /, string, pos=0, endpos=sys.maxsize)",
        fullmatch,
        "Matches against all of the string.",
    ),
    method(
        "search",
        "($self, /, string, pos=0, endpos=sys.maxsize)",
        search,
        "Scan through string looking for a match, and return a corresponding match object instance.\n\nReturn None if no position in the string matches.",
    ),
    method(
        "sub",
        "($self, /, repl, string, count=0)",
        sub,
        "Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.",
    ),
    method(
        "subn",
        "($self, /, repl, string, count=0)",
        subn,
        "Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.",
    ),
    method(
        "findall",
        "($self, /, string, pos=0, endpos=sys.maxsize)",
        findall,
        "Return a list of all non-overlapping matches of pattern in string.",
    ),
    method(
        "finditer",
        "($self, /, string, pos=0, endpos=sys.maxsize)",
        finditer,
        "Return an iterator over all non-overlapping matches for the RE pattern in string.\n\nFor each match, the iterator returns a match object.",
    ),
    method("split", "($self, /, string, maxsplit=0)", split, "Split string by the occurrences of pattern."),
    method("scanner", "($self, /, string, pos=0, endpos=sys.maxsize)", scanner, ""),
    method("__copy__", "($self, /)", copy, ""),
    method("__deepcopy__", "($self, memo, /)", copy, ""),
    classmethod("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585"),
];

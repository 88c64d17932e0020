//! `_sre.SRE_Scanner`, and the iterator of `finditer`.

use super::matches;
use super::pattern::Pattern;
use super::subject::{Run, Subject, run};
use std::cell::Cell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::memoryview::ExportCounter;
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::vm::typedef::{GetSetDef, NativeObject, flag, readonly};
use taipan_runtime::{Gc, Header, MethodDef, Slot, Slots, Tracer, TypeDef, Value, Vm, method};

/// Matches one after the other.
#[repr(C)]
pub struct Scanner {
    header: Header,
    pattern: Slot<Gc<Pattern>>,
    string: Slot<Value>,
    /// Where the next match begins; past the end once there is none.
    run: Cell<Run>,
    done: Cell<bool>,
    /// Keeps a subject that could be resized from it.
    hold: Cell<Option<ExportCounter>>,
}
impl Drop for Scanner {
    fn drop(&mut self) {
        if let Some(c) = self.hold.take() {
            c.release();
        }
    }
}
impl Trace for Scanner {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.pattern.get());
        t.slot(&self.string);
    }
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for Scanner {
    const DEF: &'static TypeDef = &DEF;
}
static DEF: TypeDef = TypeDef {
    name: "SRE_Scanner",
    module: "_sre",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    methods: METHODS,
    getset: GETSET,
    ..TypeDef::native::<Scanner>()
};
static ITERATOR: TypeDef = TypeDef {
    name: "callable_iterator",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(itself), iternext: Some(next), ..Slots::EMPTY },
    ..TypeDef::native::<Scanner>()
};

/// A scanner, or the iterator over its matches.
pub fn new(vm: &Vm, pattern: Gc<Pattern>, string: Value, r: Run, iterator: bool) -> Value {
    let hold = match Subject::new(vm, string) {
        Ok(Subject::Bytes(b)) => b.info.counter.map(|c| c.retain()),
        _ => None,
    };
    let ty = vm.type_of_def(if iterator { &ITERATOR } else { &DEF });
    vm.new_native_of(ty, |header| Scanner {
        header,
        pattern: Slot::new(pattern),
        string: Slot::new(string),
        run: Cell::new(r),
        done: Cell::new(false),
        hold: Cell::new(hold),
    })
    .value()
}

fn this(v: Value) -> Gc<Scanner> {
    // SAFETY: slots and methods of the types get their instances; they cannot be subclassed.
    unsafe { Gc::from_header(v.as_header()) }
}

fn step(vm: &Vm, v: Value, search: bool) -> PyResult<Option<Value>> {
    let s = this(v);
    if s.done.get() {
        return Ok(None);
    }
    let (pattern, string) = (s.pattern.get(), s.string.get());
    let subject = Subject::for_pattern(vm, string, &pattern)?;
    let mut r = s.run.get();
    r.end = r.end.min(subject.len());
    let Some(found) = run(vm, &subject, &pattern, r, search)? else {
        s.done.set(true);
        if let Some(c) = s.hold.take() {
            c.release();
        }
        return Ok(None);
    };
    let (a, b) = found.spans[0].unwrap_or((r.start, r.start));
    s.run.set(Run { start: b, must_advance: a == b, ..r });
    Ok(Some(matches::new(vm, pattern, string, r, found)))
}

fn itself(_: &Vm, v: Value) -> PyResult {
    Ok(v)
}
fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    step(vm, v, true)
}
fn match_(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(step(vm, a[0], false)?.unwrap_or(Value::NONE))
}
fn search(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(step(vm, a[0], true)?.unwrap_or(Value::NONE))
}
static METHODS: &[MethodDef] =
    &[method("match", "($self, /)", match_, ""), method("search", "($self, /)", search, "")];
static GETSET: &[GetSetDef] = &[readonly("pattern", |_, v| Ok(this(v).pattern.get().value()), "")];

//! Iterators that belong to no container: over the sequence protocol (`iterator`), and over a callable
//! (`callable_iterator`).

use crate::kinds::Trace;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, NativeObject, TypeDef, flag, method};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// The `iter` slot of iterators.
pub fn itself(_: &Vm, v: Value) -> PyResult {
    Ok(v)
}

/// `__length_hint__`'s doc string, the same for all iterators.
pub const HINT_DOC: &str = "Private method returning an estimate of len(list(it)).";
/// `__reduce__`'s.
pub const REDUCE_DOC: &str = "Return state information for pickling.";
/// `__setstate__`'s.
pub const SETSTATE_DOC: &str = "Set state information for unpickling.";

/// An iterator over `obj[0]`, `obj[1]`, ... until `IndexError`.
#[repr(C)]
pub struct SeqIter {
    header: Header,
    /// The sequence; unbound when exhausted.
    seq: Slot<Value>,
    index: Cell<usize>,
}

impl Trace for SeqIter {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.seq);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for SeqIter {
    const DEF: &'static TypeDef = &SEQ_DEF;
}

/// `iter(callable, sentinel)`
#[repr(C)]
pub struct CallIter {
    header: Header,
    /// The callable; unbound when exhausted.
    callable: Slot<Value>,
    sentinel: Slot<Value>,
}

impl Trace for CallIter {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.callable);
        t.slot(&self.sentinel);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for CallIter {
    const DEF: &'static TypeDef = &CALL_DEF;
}

impl Vm {
    /// An iterator over the sequence protocol of `v`.
    pub fn new_seq_iter(&self, v: Value) -> Value {
        self.new_native(|header| SeqIter { header, seq: Slot::new(v), index: Cell::new(0) }).value()
    }
    /// `iter(callable, sentinel)`
    pub fn new_call_iter(&self, callable: Value, sentinel: Value) -> Value {
        self.new_native(|header| CallIter {
            header,
            callable: Slot::new(callable),
            sentinel: Slot::new(sentinel),
        })
        .value()
    }
    /// A builtin by its name, for `__reduce__` of iterators; `None` if it was deleted.
    pub fn builtin(&self, name: &str) -> Value {
        self.builtins.get_str(self, self.intern(name)).unwrap_or(Value::NONE)
    }
    /// `(iter, (arg,))`, or with a state `(iter, (arg,), state)`: how iterators are pickled.
    pub fn reduce_iter(&self, arg: Value, state: Option<Value>) -> Value {
        let args = self.new_tuple(&[arg]).value();
        let f = self.builtin("iter");
        match state {
            None => self.new_tuple(&[f, args]).value(),
            Some(s) => self.new_tuple(&[f, args, s]).value(),
        }
    }
}

fn seq(vm: &Vm, v: Value) -> Gc<SeqIter> {
    vm.native::<SeqIter>(v).expect("slots and methods of iterator get such")
}
fn call(vm: &Vm, v: Value) -> Gc<CallIter> {
    vm.native::<CallIter>(v).expect("slots and methods of callable_iterator get such")
}

fn seq_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let it = seq(vm, v);
    let s = it.seq.get();
    if s.is_unbound() {
        return Ok(None);
    }
    let i = it.index.get();
    match vm.getitem(s, vm.new_int(i as i64)) {
        Ok(x) => {
            it.index.set(i + 1);
            Ok(Some(x))
        }
        Err(e) if vm.raised_is(e, vm.types.IndexError) || vm.raised_is(e, vm.types.StopIteration) => {
            it.seq.set(it, Value::UNBOUND);
            Ok(None)
        }
        Err(e) => Err(e),
    }
}
fn seq_hint(vm: &Vm, a: &[Value]) -> PyResult {
    let it = seq(vm, a[0]);
    if it.seq.get().is_unbound() {
        return Ok(Value::int(0));
    }
    match vm.class_of(it.seq.get()).slots.len.get() {
        None => Ok(Value::NOT_IMPLEMENTED),
        Some(f) => Ok(vm.new_int(f(vm, it.seq.get())?.saturating_sub(it.index.get()) as i64)),
    }
}
fn seq_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = seq(vm, a[0]);
    if it.seq.get().is_unbound() {
        return Ok(vm.reduce_iter(vm.new_tuple(&[]).value(), None));
    }
    Ok(vm.reduce_iter(it.seq.get(), Some(vm.new_int(it.index.get() as i64))))
}
fn seq_setstate(vm: &Vm, a: &[Value]) -> PyResult {
    let it = seq(vm, a[0]);
    let i = vm.index_ssize(a[1])?;
    if !it.seq.get().is_unbound() {
        it.index.set(i.max(0) as usize);
    }
    Ok(Value::NONE)
}

fn call_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let it = call(vm, v);
    let f = it.callable.get();
    if f.is_unbound() {
        return Ok(None);
    }
    let end = |it: Gc<CallIter>| {
        it.callable.set(it, Value::UNBOUND);
        it.sentinel.set(it, Value::UNBOUND);
    };
    let sentinel = it.sentinel.get();
    match vm.call(f, &[]) {
        Ok(x) => {
            if it.sentinel.get().is_unbound() {
                // The call exhausted this very iterator.
                return Ok(None);
            }
            if vm.equal(sentinel, x)? {
                end(it);
                return Ok(None);
            }
            Ok(Some(x))
        }
        Err(e) if vm.raised_is(e, vm.types.StopIteration) => {
            end(it);
            Ok(None)
        }
        Err(e) => Err(e),
    }
}
fn call_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = call(vm, a[0]);
    if it.callable.get().is_unbound() {
        return Ok(vm.reduce_iter(vm.new_tuple(&[]).value(), None));
    }
    let args = vm.new_tuple(&[it.callable.get(), it.sentinel.get()]);
    Ok(vm.new_tuple(&[vm.builtin("iter"), args.value()]).value())
}

static SEQ_METHODS: &[MethodDef] = &[
    method("__length_hint__", "($self, /)", seq_hint, HINT_DOC),
    method("__reduce__", "($self, /)", seq_reduce, REDUCE_DOC),
    method("__setstate__", "($self, object, /)", seq_setstate, SETSTATE_DOC),
];
static CALL_METHODS: &[MethodDef] = &[method("__reduce__", "($self, /)", call_reduce, REDUCE_DOC)];

/// `iterator`
pub static SEQ_DEF: TypeDef = TypeDef {
    name: "iterator",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(itself), iternext: Some(seq_next), ..Slots::EMPTY },
    methods: SEQ_METHODS,
    ..TypeDef::native::<SeqIter>()
};
/// `callable_iterator`
pub static CALL_DEF: TypeDef = TypeDef {
    name: "callable_iterator",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(itself), iternext: Some(call_next), ..Slots::EMPTY },
    methods: CALL_METHODS,
    ..TypeDef::native::<CallIter>()
};

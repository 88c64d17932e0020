//! `tuple_iterator`.

use crate::kinds::Trace;
use crate::objects::iter::{HINT_DOC, REDUCE_DOC, SETSTATE_DOC, itself};
use crate::objects::tuple::Tuple;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, TypeDef, flag, method};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `tuple_iterator`.
#[repr(C)]
pub struct TupleIter {
    header: Header,
    /// The tuple; `None` when exhausted.
    pub tuple: Slot<Option<Gc<Tuple>>>,
    /// Position of the next item.
    pub index: Cell<usize>,
}

impl Trace for TupleIter {
    fn trace(&self, t: &mut Tracer) {
        t.opt(self.tuple.get());
    }
}

impl TupleIter {
    /// The next item.
    #[inline(always)]
    pub fn advance(&self) -> Option<Value> {
        let t = self.tuple.get()?;
        let i = self.index.get();
        if i < t.len() {
            self.index.set(i + 1);
            return Some(t.items()[i]);
        }
        // SAFETY: no pointer is stored.
        unsafe { self.tuple.set_raw(None) };
        None
    }
}

/// `iter(tuple)`
pub fn new_iter(vm: &Vm, v: Value) -> PyResult {
    let tuple = v.cast::<Tuple>();
    let ty = vm.types.tuple_iterator;
    Ok(vm
        .heap
        .alloc(ty.header_ptr(), ty.shape.get(), |header| TupleIter {
            header,
            tuple: Slot::new(tuple),
            index: Cell::new(0),
        })
        .value())
}

fn this(v: Value) -> Gc<TupleIter> {
    v.cast::<TupleIter>().expect("slots and methods of tuple_iterator get such")
}
fn next(_: &Vm, v: Value) -> PyResult<Option<Value>> {
    Ok(this(v).advance())
}
fn hint(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    Ok(vm.new_int(it.tuple.get().map_or(0, |t| t.len() - it.index.get().min(t.len())) as i64))
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    Ok(match it.tuple.get() {
        Some(t) => vm.reduce_iter(t.value(), Some(vm.new_int(it.index.get() as i64))),
        None => vm.reduce_iter(vm.new_tuple(&[]).value(), None),
    })
}
fn setstate(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let i = vm.index_ssize(a[1])?;
    if let Some(t) = it.tuple.get() {
        it.index.set((i.max(0) as usize).min(t.len()));
    }
    Ok(Value::NONE)
}

static METHODS: &[MethodDef] = &[
    method("__length_hint__", "($self, /)", hint, HINT_DOC),
    method("__reduce__", "($self, /)", reduce, REDUCE_DOC),
    method("__setstate__", "($self, object, /)", setstate, SETSTATE_DOC),
];

/// `tuple_iterator`
pub static DEF: TypeDef = TypeDef {
    name: "tuple_iterator",
    kind: crate::kinds::TUPLE_ITER,
    size: size_of::<TupleIter>(),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(itself), iternext: Some(next), ..Slots::EMPTY },
    methods: METHODS,
    ..TypeDef::EMPTY
};

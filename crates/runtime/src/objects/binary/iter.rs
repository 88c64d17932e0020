//! `bytes_iterator` and `bytearray_iterator`.

use super::{Source, source};
use crate::kinds::Trace;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, NativeObject, TypeDef, method};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// An iterator over bytes.
#[repr(C)]
pub struct BytesIter {
    header: Header,
    /// The object, or unbound at the end.
    of: Slot<Value>,
    index: Cell<usize>,
}

impl Trace for BytesIter {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.of);
    }
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for BytesIter {
    const DEF: &'static TypeDef = &DEF;
}

static DEF: TypeDef = TypeDef {
    name: "bytes_iterator",
    slots: Slots { iter: Some(itself), iternext: Some(next), ..Slots::EMPTY },
    methods: METHODS,
    ..TypeDef::native::<BytesIter>()
};
static ARRAY_DEF: TypeDef = TypeDef { name: "bytearray_iterator", ..DEF_COPY };
const DEF_COPY: TypeDef = TypeDef {
    slots: Slots { iter: Some(itself), iternext: Some(next), ..Slots::EMPTY },
    methods: METHODS,
    ..TypeDef::native::<BytesIter>()
};

static METHODS: &[MethodDef] = &[
    method(
        "__length_hint__",
        "($self, /)",
        length_hint,
        "Private method returning an estimate of len(list(it)).",
    ),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
    method("__setstate__", "($self, object, /)", set_state, "Set state information for unpickling."),
];

/// The slot of both types.
pub(crate) fn iter(vm: &Vm, v: Value) -> PyResult {
    let def = match source(v) {
        Source::Bytes(_) => &DEF,
        Source::Array(_) => &ARRAY_DEF,
    };
    let it = vm.new_native_of(vm.type_of_def(def), |header| BytesIter {
        header,
        of: Slot::new(v),
        index: Cell::new(0),
    });
    Ok(it.value())
}
fn itself(_: &Vm, v: Value) -> PyResult {
    Ok(v)
}
#[inline(always)]
fn this(v: Value) -> Gc<BytesIter> {
    // SAFETY: slots and methods of the types get their instances; they cannot be subclassed.
    unsafe { Gc::from_header(v.as_header()) }
}

fn next(_: &Vm, v: Value) -> PyResult<Option<Value>> {
    let it = this(v);
    let of = it.of.get();
    if of.is_unbound() {
        return Ok(None);
    }
    let i = it.index.get();
    match source(of).get(i) {
        Some(&b) => {
            it.index.set(i + 1);
            Ok(Some(Value::int(b as i64)))
        }
        None => {
            it.of.set(it, Value::UNBOUND);
            Ok(None)
        }
    }
}

fn length_hint(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let of = it.of.get();
    let n = if of.is_unbound() { 0 } else { source(of).len().saturating_sub(it.index.get()) };
    Ok(vm.new_int(n as i64))
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let f = vm.builtins.get_str(vm, vm.intern("iter")).unwrap_or(Value::NONE);
    let of = it.of.get();
    Ok(if of.is_unbound() {
        let args = vm.new_tuple(&[vm.new_tuple(&[]).value()]).value();
        vm.new_tuple(&[f, args]).value()
    } else {
        let args = vm.new_tuple(&[of]).value();
        vm.new_tuple(&[f, args, vm.new_int(it.index.get() as i64)]).value()
    })
}
fn set_state(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let i = vm.index_ssize(a[1])?;
    let of = it.of.get();
    if !of.is_unbound() {
        it.index.set((i.max(0) as usize).min(source(of).len()));
    }
    Ok(Value::NONE)
}

//! `str_iterator`: ASCII and other text.

use super::Str;
use crate::kinds::Trace;
use crate::text::wtf8;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, NativeObject, TypeDef, method};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// An iterator over a string's characters.
#[repr(C)]
pub struct StrIter {
    header: Header,
    /// The string, or unbound at the end.
    text: Slot<Value>,
    /// Characters passed.
    index: Cell<usize>,
    /// Bytes passed.
    at: Cell<usize>,
}

impl Trace for StrIter {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.text);
    }
}

// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for StrIter {
    const DEF: &'static TypeDef = &DEF;
}

static DEF: TypeDef = TypeDef { name: "str_iterator", ..COMMON };
static ASCII: TypeDef = TypeDef { name: "str_ascii_iterator", ..COMMON };
const COMMON: TypeDef = TypeDef {
    slots: Slots { iter: Some(itself), iternext: Some(next), ..Slots::EMPTY },
    methods: METHODS,
    ..TypeDef::native::<StrIter>()
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

/// The slot of `str`.
pub(super) fn iter(vm: &Vm, v: Value) -> PyResult {
    let ascii = v.cast::<Str>().is_some_and(|s| s.is_ascii());
    let ty = vm.type_of_def(if ascii { &ASCII } else { &DEF });
    let it = vm.new_native_of(ty, |header| StrIter {
        header,
        text: Slot::new(v),
        index: Cell::new(0),
        at: Cell::new(0),
    });
    Ok(it.value())
}
fn itself(_: &Vm, v: Value) -> PyResult {
    Ok(v)
}
#[inline(always)]
fn this(v: Value) -> Gc<StrIter> {
    // SAFETY: slots and methods of the type get its instances; it cannot be subclassed.
    unsafe { Gc::from_header(v.as_header()) }
}

/// The next character of a string's iterator, where it is ASCII; unbound at the end, and for all other values.
#[inline]
pub fn quick(vm: &Vm, v: Value) -> Value {
    use crate::vm::slots::IterNext;
    if !vm.class_of(v).slots.iternext.get().is_some_and(|f| std::ptr::fn_addr_eq(f, next as IterNext)) {
        return Value::UNBOUND;
    }
    // SAFETY: only such iterators have this slot; their classes have no subclasses.
    let it: Gc<StrIter> = unsafe { Gc::from_ptr(v.as_header().cast()) };
    let text = it.text.get();
    if text.is_unbound() {
        return text;
    }
    // SAFETY: the text is a string.
    let s: Gc<Str> = unsafe { text.cast_unchecked() };
    let at = it.at.get();
    match s.as_bytes().get(at) {
        Some(&b) if b < 0x80 => {
            it.at.set(at + 1);
            it.index.set(it.index.get() + 1);
            vm.str_char(b as u32).value()
        }
        _ => Value::UNBOUND,
    }
}

fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let it = this(v);
    let Some(s) = it.text.get().cast::<Str>() else { return Ok(None) };
    let (b, at) = (s.as_bytes(), it.at.get());
    if at >= b.len() {
        it.text.set(it, Value::UNBOUND);
        return Ok(None);
    }
    let (c, n) = wtf8::decode_at(b, at);
    it.at.set(at + n);
    it.index.set(it.index.get() + 1);
    Ok(Some(vm.str_char(c).value()))
}

fn length_hint(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let n = it.text.get().cast::<Str>().map_or(0, |s| s.char_len() - it.index.get());
    Ok(vm.new_int(n as i64))
}

fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let f = vm.builtins.get_str(vm, vm.intern("iter")).unwrap_or(Value::NONE);
    Ok(match it.text.get().cast::<Str>() {
        Some(s) => {
            let args = vm.new_tuple(&[s.value()]).value();
            vm.new_tuple(&[f, args, vm.new_int(it.index.get() as i64)]).value()
        }
        None => {
            let args = vm.new_tuple(&[vm.latin1[256].value()]).value();
            vm.new_tuple(&[f, args]).value()
        }
    })
}

fn set_state(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let i = vm.index_ssize(a[1])?;
    if let Some(s) = it.text.get().cast::<Str>() {
        let i = (i.max(0) as usize).min(s.char_len());
        it.index.set(i);
        it.at.set(vm.str_byte_offset(s, i));
    }
    Ok(Value::NONE)
}

//! `list_iterator` and `list_reverseiterator`.

use crate::kinds::Trace;
use crate::objects::iter::{HINT_DOC, REDUCE_DOC, SETSTATE_DOC, itself};
use crate::objects::list::{List, Storage};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, NativeObject, TypeDef, flag, method};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `list_iterator`.
#[repr(C)]
pub struct ListIter {
    header: Header,
    /// The list; `None` when exhausted.
    pub list: Slot<Option<Gc<List>>>,
    /// Position of the next item.
    pub index: Cell<usize>,
}

impl Trace for ListIter {
    fn trace(&self, t: &mut Tracer) {
        t.opt(self.list.get());
    }
}

/// A `list_reverseiterator`.
#[repr(C)]
pub struct ListRevIter {
    header: Header,
    list: Slot<Option<Gc<List>>>,
    /// Items left.
    left: Cell<usize>,
}

impl Trace for ListRevIter {
    fn trace(&self, t: &mut Tracer) {
        t.opt(self.list.get());
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for ListRevIter {
    const DEF: &'static TypeDef = &REVERSE;
}

impl ListIter {
    /// The next item of a list of objects, floats or small ints; unbound where [`ListIter::advance`] must see to it.
    #[inline(always)]
    pub fn quick(&self) -> Value {
        let Some(l) = self.list.get() else { return Value::UNBOUND };
        let i = self.index.get();
        if i >= l.len() {
            return Value::UNBOUND;
        }
        // SAFETY: the index is below the length; the storage says how wide items are.
        let v = unsafe {
            match l.storage.get() {
                Storage::Object | Storage::Float => *l.data.get().cast::<Value>().add(i),
                Storage::Int => match Value::try_int(*l.data.get().cast::<i64>().add(i)) {
                    Some(v) => v,
                    None => return Value::UNBOUND,
                },
                _ => return Value::UNBOUND,
            }
        };
        self.index.set(i + 1);
        v
    }
    /// The next item.
    #[inline(always)]
    pub fn advance(&self, vm: &Vm) -> Option<Value> {
        let l = self.list.get()?;
        let i = self.index.get();
        if i < l.len() {
            self.index.set(i + 1);
            return Some(vm.list_get(l, i));
        }
        // SAFETY: no pointer is stored.
        unsafe { self.list.set_raw(None) };
        None
    }
}

/// `iter(list)`
pub fn new_iter(vm: &Vm, v: Value) -> PyResult {
    let l = v.cast::<List>();
    let ty = vm.types.list_iterator;
    Ok(vm
        .heap
        .alloc(ty.header_ptr(), ty.shape.get(), |header| ListIter {
            header,
            list: Slot::new(l),
            index: Cell::new(0),
        })
        .value())
}

/// `reversed(list)`
pub fn new_reversed(vm: &Vm, a: &[Value]) -> PyResult {
    let l = a[0].cast::<List>();
    let left = l.map_or(0, |l| l.len());
    Ok(vm.new_native(|header| ListRevIter { header, list: Slot::new(l), left: Cell::new(left) }).value())
}

fn this(v: Value) -> Gc<ListIter> {
    v.cast::<ListIter>().expect("slots and methods of list_iterator get such")
}
fn rev(vm: &Vm, v: Value) -> Gc<ListRevIter> {
    vm.native::<ListRevIter>(v).expect("slots and methods of list_reverseiterator get such")
}

fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    Ok(this(v).advance(vm))
}
fn hint(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    Ok(vm.new_int(it.list.get().map_or(0, |l| l.len().saturating_sub(it.index.get())) as i64))
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    Ok(match it.list.get() {
        Some(l) => vm.reduce_iter(l.value(), Some(vm.new_int(it.index.get() as i64))),
        None => vm.reduce_iter(vm.new_list(&[]).value(), None),
    })
}
fn setstate(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let i = vm.index_ssize(a[1])?;
    if let Some(l) = it.list.get() {
        it.index.set((i.max(0) as usize).min(l.len()));
    }
    Ok(Value::NONE)
}

fn rev_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let it = rev(vm, v);
    let Some(l) = it.list.get() else { return Ok(None) };
    let i = it.left.get();
    if i > 0 && i <= l.len() {
        it.left.set(i - 1);
        return Ok(Some(vm.list_get(l, i - 1)));
    }
    it.left.set(0);
    it.list.set(it, None);
    Ok(None)
}
fn rev_hint(vm: &Vm, a: &[Value]) -> PyResult {
    let it = rev(vm, a[0]);
    let n = it.left.get();
    Ok(vm.new_int(it.list.get().map_or(0, |l| if l.len() < n { 0 } else { n }) as i64))
}
fn rev_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = rev(vm, a[0]);
    Ok(match it.list.get() {
        Some(l) => {
            let args = vm.new_tuple(&[l.value()]).value();
            let state = vm.new_int(it.left.get() as i64 - 1);
            vm.new_tuple(&[vm.builtin("reversed"), args, state]).value()
        }
        None => vm.reduce_iter(vm.new_list(&[]).value(), None),
    })
}
fn rev_setstate(vm: &Vm, a: &[Value]) -> PyResult {
    let it = rev(vm, a[0]);
    let i = vm.index_ssize(a[1])?;
    if let Some(l) = it.list.get() {
        it.left.set((i.clamp(-1, l.len() as isize - 1) + 1) as usize);
    }
    Ok(Value::NONE)
}

/// Appends what a `list_reverseiterator` has left to another list; `None` where `v` is none, or another list's end is
/// not where it begins.
pub(super) fn extend_reversed(vm: &Vm, to: Gc<List>, v: Value) -> Option<PyResult<()>> {
    let it = vm.native::<ListRevIter>(v)?;
    let (l, n) = (it.list.get()?, it.left.get());
    if n == 0 || n > l.len() || l == to {
        return None;
    }
    it.left.set(0);
    it.list.set(it, None);
    Some(vm.list_stride(l, n - 1, -1, n).and_then(|part| vm.list_extend_list(to, part)))
}

static METHODS: &[MethodDef] = &[
    method("__length_hint__", "($self, /)", hint, HINT_DOC),
    method("__reduce__", "($self, /)", reduce, REDUCE_DOC),
    method("__setstate__", "($self, object, /)", setstate, SETSTATE_DOC),
];
static REV_METHODS: &[MethodDef] = &[
    method("__length_hint__", "($self, /)", rev_hint, HINT_DOC),
    method("__reduce__", "($self, /)", rev_reduce, REDUCE_DOC),
    method("__setstate__", "($self, object, /)", rev_setstate, SETSTATE_DOC),
];

/// `list_iterator`
pub static DEF: TypeDef = TypeDef {
    name: "list_iterator",
    kind: crate::kinds::LIST_ITER,
    size: size_of::<ListIter>(),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(itself), iternext: Some(next), ..Slots::EMPTY },
    methods: METHODS,
    ..TypeDef::EMPTY
};
/// `list_reverseiterator`
pub static REVERSE: TypeDef = TypeDef {
    name: "list_reverseiterator",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(itself), iternext: Some(rev_next), ..Slots::EMPTY },
    methods: REV_METHODS,
    ..TypeDef::native::<ListRevIter>()
};

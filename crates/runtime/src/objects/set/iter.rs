//! `set_iterator`.

use crate::kinds::Trace;
use crate::objects::iter::{HINT_DOC, REDUCE_DOC, itself};
use crate::objects::set::Set;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, TypeDef, flag, method};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `set_iterator`.
#[repr(C)]
pub struct SetIter {
    header: Header,
    /// The set; `None` when exhausted.
    pub set: Slot<Option<Gc<Set>>>,
    /// Place to look at next.
    pub pos: Cell<usize>,
    /// Number of items when the iteration began; `usize::MAX` after a change was reported.
    pub used: Cell<usize>,
    /// Items left.
    pub left: Cell<usize>,
}

impl Trace for SetIter {
    fn trace(&self, t: &mut Tracer) {
        t.opt(self.set.get());
    }
}

/// `iter(set)`
pub fn new_iter(vm: &Vm, v: Value) -> PyResult {
    let s = v.cast::<Set>();
    let n = s.map_or(0, |s| s.len());
    let ty = vm.types.set_iterator;
    Ok(vm
        .heap
        .alloc(ty.header_ptr(), ty.shape.get(), |header| SetIter {
            header,
            set: Slot::new(s),
            pos: Cell::new(0),
            used: Cell::new(n),
            left: Cell::new(n),
        })
        .value())
}

impl SetIter {
    /// The next item; unbound where there is none, or the set has changed: [`SetIter::advance`] says which.
    #[inline(always)]
    pub fn quick(&self) -> Value {
        let Some(s) = self.set.get() else { return Value::UNBOUND };
        if s.len() != self.used.get() {
            return Value::UNBOUND;
        }
        let mut pos = self.pos.get();
        let Some(e) = s.next(&mut pos) else { return Value::UNBOUND };
        self.pos.set(pos);
        self.left.set(self.left.get().saturating_sub(1));
        e.key
    }
    /// The next item.
    #[inline]
    pub fn advance(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let Some(s) = self.set.get() else { return Ok(None) };
        if s.len() != self.used.get() {
            self.used.set(usize::MAX);
            return Err(vm.runtime_error("Set changed size during iteration"));
        }
        let mut pos = self.pos.get();
        let found = s.next(&mut pos);
        self.pos.set(pos);
        match found {
            Some(e) => {
                self.left.set(self.left.get().saturating_sub(1));
                Ok(Some(e.key))
            }
            None => {
                self.set.set(self, None);
                Ok(None)
            }
        }
    }
}

fn this(v: Value) -> Gc<SetIter> {
    v.cast::<SetIter>().expect("slots and methods of set_iterator get such")
}
fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    this(v).advance(vm)
}
fn hint(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let n = it.set.get().map_or(0, |s| if s.len() == it.used.get() { it.left.get() } else { 0 });
    Ok(vm.new_int(n as i64))
}
fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let (pos, used, left, set) = (it.pos.get(), it.used.get(), it.left.get(), it.set.get());
    let l = vm.list_from_iterable(a[0]);
    it.pos.set(pos);
    it.used.set(used);
    it.left.set(left);
    it.set.set(it, set);
    Ok(vm.reduce_iter(l?.value(), None))
}

static METHODS: &[MethodDef] = &[
    method("__length_hint__", "($self, /)", hint, HINT_DOC),
    method("__reduce__", "($self, /)", reduce, REDUCE_DOC),
];

/// `set_iterator`
pub static DEF: TypeDef = TypeDef {
    name: "set_iterator",
    kind: crate::kinds::SET_ITER,
    size: size_of::<SetIter>(),
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(itself), iternext: Some(next), ..Slots::EMPTY },
    methods: METHODS,
    ..TypeDef::EMPTY
};

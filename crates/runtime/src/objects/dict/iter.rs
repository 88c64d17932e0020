//! Iterators over dicts and their views, forward and reverse; they notice a change of size.

use crate::kinds::Trace;
use crate::objects::dict::{Dict, Entry};
use crate::objects::iter::{HINT_DOC, REDUCE_DOC, itself};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, TypeDef, flag, method};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// What an iterator or a view yields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum What {
    /// Keys.
    Keys,
    /// Values.
    Values,
    /// `(key, value)` tuples.
    Items,
}

/// An iterator over a dict.
#[repr(C)]
pub struct DictIter {
    header: Header,
    /// The dict; `None` when exhausted.
    pub dict: Slot<Option<Gc<Dict>>>,
    /// Entry position of the next item (reverse: one behind it).
    pub pos: Cell<usize>,
    /// Number of items when the iteration began; `usize::MAX` after a change was reported.
    pub used: Cell<usize>,
    /// Items left.
    pub left: Cell<usize>,
    /// What it yields.
    pub what: What,
    /// From the last entry to the first?
    pub reverse: bool,
}

impl Trace for DictIter {
    fn trace(&self, t: &mut Tracer) {
        t.opt(self.dict.get());
    }
}

impl DictIter {
    /// The next key or value of a forward iterator; unbound where [`DictIter::advance`] must see to it.
    #[inline(always)]
    pub fn quick(&self) -> Value {
        let Some(d) = self.dict.get() else { return Value::UNBOUND };
        if d.len() != self.used.get() || self.left.get() == 0 {
            return Value::UNBOUND;
        }
        let mut pos = self.pos.get();
        let Some(e) = d.next_entry(&mut pos) else { return Value::UNBOUND };
        self.pos.set(pos);
        self.left.set(self.left.get() - 1);
        if self.what == What::Keys { e.key } else { e.value }
    }
    /// The next entry.
    #[inline]
    pub fn advance(&self, vm: &Vm) -> PyResult<Option<Entry>> {
        let Some(d) = self.dict.get() else { return Ok(None) };
        if d.len() != self.used.get() {
            self.used.set(usize::MAX);
            return Err(vm.runtime_error("dictionary changed size during iteration"));
        }
        let mut pos = self.pos.get();
        let found = if self.reverse { back(d, &mut pos) } else { d.next_entry(&mut pos) };
        self.pos.set(pos);
        let Some(e) = found else {
            self.dict.set(self, None);
            return Ok(None);
        };
        if self.left.get() == 0 {
            self.dict.set(self, None);
            return Err(vm.runtime_error("dictionary keys changed during iteration"));
        }
        self.left.set(self.left.get() - 1);
        Ok(Some(e))
    }
}

fn back(d: Gc<Dict>, pos: &mut usize) -> Option<Entry> {
    let keys = d.keys.get();
    let mut i = *pos;
    if i > keys.fill() {
        // The table was replaced by a shorter one.
        return None;
    }
    while i > 0 {
        i -= 1;
        let e = keys.entries()[i];
        if !e.key.is_unbound() {
            *pos = i;
            return Some(e);
        }
    }
    *pos = 0;
    None
}

/// An iterator over `d`.
pub fn new_iter(vm: &Vm, d: Gc<Dict>, what: What, reverse: bool) -> Value {
    let ty = match (what, reverse) {
        (What::Keys, false) => vm.types.dict_keyiterator,
        (What::Values, false) => vm.types.dict_valueiterator,
        (What::Items, false) => vm.types.dict_itemiterator,
        (What::Keys, true) => vm.type_of_def(&REV_KEYS),
        (What::Values, true) => vm.type_of_def(&REV_VALUES),
        (What::Items, true) => vm.type_of_def(&REV_ITEMS),
    };
    let pos = if reverse { d.keys.get().fill() } else { 0 };
    new_of(vm, ty, d, what, reverse, pos)
}

/// An iterator of type `ty` over `d`.
pub(crate) fn new_of(
    vm: &Vm,
    ty: Gc<crate::objects::typ::Type>,
    d: Gc<Dict>,
    what: What,
    reverse: bool,
    pos: usize,
) -> Value {
    vm.heap
        .alloc(ty.header_ptr(), ty.shape.get(), |header| DictIter {
            header,
            dict: Slot::new(Some(d)),
            pos: Cell::new(pos),
            used: Cell::new(d.len()),
            left: Cell::new(d.len()),
            what,
            reverse,
        })
        .value()
}

fn this(v: Value) -> Gc<DictIter> {
    v.cast::<DictIter>().expect("slots and methods of dict iterators get such")
}

/// The `iternext` slot of all of them.
pub(crate) fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let it = this(v);
    Ok(it.advance(vm)?.map(|e| match it.what {
        What::Keys => e.key,
        What::Values => e.value,
        What::Items => vm.new_tuple(&[e.key, e.value]).value(),
    }))
}
fn hint(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let n = it.dict.get().map_or(0, |d| if d.len() == it.used.get() { it.left.get() } else { 0 });
    Ok(vm.new_int(n as i64))
}
/// `__reduce__`: the items left, as a list.
pub(crate) fn reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let it = this(a[0]);
    let (pos, used, left, dict) = (it.pos.get(), it.used.get(), it.left.get(), it.dict.get());
    let l = vm.new_list(&[]);
    let r = (|| {
        while let Some(x) = next(vm, it.value())? {
            vm.list_push(l, x)?;
        }
        Ok(())
    })();
    it.pos.set(pos);
    it.used.set(used);
    it.left.set(left);
    it.dict.set(it, dict);
    r?;
    Ok(vm.reduce_iter(l.value(), None))
}

static METHODS: &[MethodDef] = &[
    method("__length_hint__", "($self, /)", hint, HINT_DOC),
    method("__reduce__", "($self, /)", reduce, REDUCE_DOC),
];

macro_rules! iterators {
    ($($(#[$doc:meta])* $def:ident $name:literal;)*) => {$(
        $(#[$doc])*
        pub static $def: TypeDef = TypeDef {
            name: $name,
            kind: crate::kinds::DICT_ITER,
            size: size_of::<DictIter>(),
            flags: flag::IMMUTABLE | flag::NO_NEW,
            slots: Slots { iter: Some(itself), iternext: Some(next), ..Slots::EMPTY },
            methods: METHODS,
            ..TypeDef::EMPTY
        };
    )*};
}
iterators! {
    /// `dict_keyiterator`
    KEYS "dict_keyiterator";
    /// `dict_valueiterator`
    VALUES "dict_valueiterator";
    /// `dict_itemiterator`
    ITEMS "dict_itemiterator";
    /// `dict_reversekeyiterator`
    REV_KEYS "dict_reversekeyiterator";
    /// `dict_reversevalueiterator`
    REV_VALUES "dict_reversevalueiterator";
    /// `dict_reverseitemiterator`
    REV_ITEMS "dict_reverseitemiterator";
}

//! `dict_keys`, `dict_values`, `dict_items`: live views of a dict; keys and items are sets.

use crate::kinds::Trace;
use crate::objects::dict::Dict;
use crate::objects::dict::iter::{What, new_iter};
use crate::objects::set::Set;
use crate::objects::tuple::Tuple;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::text::TextBuilder;
use crate::vm::typedef::{GetSetDef, MethodDef, TypeDef, flag, method, readonly};
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A view of a dict.
#[repr(C)]
pub struct DictView {
    header: Header,
    /// The dict.
    pub dict: Slot<Gc<Dict>>,
    /// What it shows.
    pub what: What,
}

impl Trace for DictView {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.dict.get());
    }
}

impl Vm {
    /// A view of a dict.
    pub fn new_dict_view(&self, d: Gc<Dict>, what: What) -> Value {
        let ty = match what {
            What::Keys => self.types.dict_keys,
            What::Values => self.types.dict_values,
            What::Items => self.types.dict_items,
        };
        self.new_dict_view_of(ty, d, what)
    }
    /// A view of type `ty` of a dict.
    pub fn new_dict_view_of(&self, ty: Gc<crate::objects::typ::Type>, d: Gc<Dict>, what: What) -> Value {
        self.heap
            .alloc(ty.header_ptr(), ty.shape.get(), |header| DictView { header, dict: Slot::new(d), what })
            .value()
    }
}

fn this(v: Value) -> Gc<DictView> {
    v.cast::<DictView>().expect("slots and methods of dict views get such")
}
fn iter(vm: &Vm, v: Value) -> PyResult {
    let view = this(v);
    Ok(new_iter(vm, view.dict.get(), view.what, false))
}
fn reversed(vm: &Vm, a: &[Value]) -> PyResult {
    let view = this(a[0]);
    Ok(new_iter(vm, view.dict.get(), view.what, true))
}
fn len(_: &Vm, v: Value) -> PyResult<usize> {
    Ok(this(v).dict.get().len())
}
fn contains(vm: &Vm, v: Value, x: Value) -> PyResult<bool> {
    let view = this(v);
    let d = view.dict.get();
    match view.what {
        What::Keys => d.contains(vm, x),
        What::Values => vm.iter_contains(v, x),
        What::Items => {
            let Some(t) = x.cast::<Tuple>().filter(|t| t.len() == 2) else { return Ok(false) };
            match d.get(vm, t.items()[0])? {
                Some(found) => vm.equal(found, t.items()[1]),
                None => Ok(false),
            }
        }
    }
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let Some(_guard) = vm.enter_repr(v) else { return Ok(vm.new_str("...").value()) };
    let l = vm.list_from_iterable(v)?;
    let text = vm.repr(l.value())?;
    let mut w = TextBuilder::new();
    w.push_str(&vm.type_name(v)).push_str("(").push(text).push_str(")");
    Ok(w.finish(vm).value())
}

/// Is it a set or a view of keys or items?
fn is_setlike(v: Value) -> bool {
    v.cast::<Set>().is_some() || v.cast::<DictView>().is_some_and(|d| d.what != What::Values)
}
/// Is every item of `a` in `b`?
fn all_in(vm: &Vm, a: Value, b: Value) -> PyResult<bool> {
    let it = vm.get_iter(a)?;
    while let Some(x) = vm.iter_next(it)? {
        if !vm.contains(b, x)? {
            return Ok(false);
        }
    }
    Ok(true)
}
fn compare(vm: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    if !is_setlike(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (n, m) = (vm.len(a)?, vm.len(b)?);
    Ok(Value::bool(match op {
        CompareOp::Eq => n == m && all_in(vm, a, b)?,
        CompareOp::Ne => !(n == m && all_in(vm, a, b)?),
        CompareOp::Lt => n < m && all_in(vm, a, b)?,
        CompareOp::Le => n <= m && all_in(vm, a, b)?,
        CompareOp::Gt => n > m && all_in(vm, b, a)?,
        CompareOp::Ge => n >= m && all_in(vm, b, a)?,
    }))
}

fn set_of(vm: &Vm, v: Value) -> PyResult<Gc<Set>> {
    let s = vm.new_set();
    vm.set_update(s, v)?;
    Ok(s)
}
fn and(vm: &Vm, a: Value, b: Value) -> PyResult {
    // The operands may come in either order; the intersection does not care, except for whose items are kept.
    let (mut view, mut other) = if is_setlike(a) && a.cast::<DictView>().is_some() { (a, b) } else { (b, a) };
    let mut n = vm.len(view)?;
    // As CPython: iterate the smaller of two views.
    if other.cast::<DictView>().is_some_and(|o| o.what != What::Values && o.dict.get().len() > n) {
        std::mem::swap(&mut view, &mut other);
        n = vm.len(view)?;
    }
    if vm.is_exact(other, crate::vm::shape_ids::set)
        && let Some(s) = other.cast::<Set>()
        && s.len() >= n
    {
        return crate::objects::set::algebra::intersection(vm, s, view).map(Gc::value);
    }
    let result = vm.new_set();
    let it = vm.get_iter(other)?;
    while let Some(x) = vm.iter_next(it)? {
        if vm.contains(view, x)? {
            result.add(vm, x)?;
        }
    }
    Ok(result.value())
}
fn or(vm: &Vm, a: Value, b: Value) -> PyResult {
    let s = set_of(vm, a)?;
    vm.set_update(s, b)?;
    Ok(s.value())
}
fn sub(vm: &Vm, a: Value, b: Value) -> PyResult {
    let s = set_of(vm, a)?;
    crate::objects::set::algebra::difference_update(vm, s, b)?;
    Ok(s.value())
}
fn xor(vm: &Vm, a: Value, b: Value) -> PyResult {
    let s = set_of(vm, a)?;
    crate::objects::set::algebra::symmetric_update(vm, s, b)?;
    Ok(s.value())
}
fn isdisjoint(vm: &Vm, a: &[Value]) -> PyResult {
    let (mut view, mut other) = (a[0], a[1]);
    if view == other {
        return Ok(Value::bool(vm.len(view)? == 0));
    }
    if is_setlike(other) && vm.len(other)? > vm.len(view)? {
        std::mem::swap(&mut view, &mut other);
    }
    let it = vm.get_iter(other)?;
    while let Some(x) = vm.iter_next(it)? {
        if vm.contains(view, x)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}
fn mapping(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.new_mapping_proxy(this(v).dict.get().value()))
}

static SET_METHODS: &[MethodDef] = &[
    method(
        "isdisjoint",
        "($self, other, /)",
        isdisjoint,
        "Return True if the view and the given iterable have a null intersection.",
    ),
    method("__reversed__", "($self, /)", reversed, "Return a reverse iterator over the dict view."),
];
static VALUE_METHODS: &[MethodDef] =
    &[method("__reversed__", "($self, /)", reversed, "Return a reverse iterator over the dict values.")];
static GETSET: &[GetSetDef] = &[readonly("mapping", mapping, "dictionary that this view refers to")];

const SET_SLOTS: Slots = Slots {
    repr: Some(repr),
    iter: Some(iter),
    len: Some(len),
    contains: Some(contains),
    richcompare: Some(compare),
    and: Some(and),
    or: Some(or),
    sub: Some(sub),
    xor: Some(xor),
    ..Slots::EMPTY
};

macro_rules! views {
    ($($(#[$doc:meta])* $def:ident $name:literal $slots:expr, $methods:expr;)*) => {$(
        $(#[$doc])*
        pub static $def: TypeDef = TypeDef {
            name: $name,
            kind: crate::kinds::DICT_VIEW,
            size: size_of::<DictView>(),
            flags: flag::IMMUTABLE | flag::NO_NEW,
            slots: $slots,
            methods: $methods,
            getset: GETSET,
            ..TypeDef::EMPTY
        };
    )*};
}
views! {
    /// `dict_keys`
    KEYS "dict_keys" SET_SLOTS, SET_METHODS;
    /// `dict_values`
    VALUES "dict_values" Slots { repr: Some(repr), iter: Some(iter), len: Some(len), ..Slots::EMPTY }, VALUE_METHODS;
    /// `dict_items`
    ITEMS "dict_items" SET_SLOTS, SET_METHODS;
}

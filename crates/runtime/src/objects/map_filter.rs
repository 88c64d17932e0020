//! `map` and `filter`.

use crate::kinds::Trace;
use crate::objects::iter::{REDUCE_DOC, SETSTATE_DOC, itself};
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::objects::zip::{check_strict, strict_keyword};
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, NativeObject, TypeDef, flag, method};
use std::cell::Cell;
use taipan_heap::{Gc, GcVec, Header, Slot, Tracer, Value};

/// A `map`.
#[repr(C)]
pub struct Map {
    header: Header,
    function: Slot<Value>,
    iters: Slot<Gc<Tuple>>,
    strict: Cell<bool>,
}

impl Trace for Map {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.function);
        t.gc(self.iters.get());
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for Map {
    const DEF: &'static TypeDef = &MAP;
}

/// A `filter`.
#[repr(C)]
pub struct Filter {
    header: Header,
    function: Slot<Value>,
    iter: Slot<Value>,
}

impl Trace for Filter {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.function);
        t.slot(&self.iter);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for Filter {
    const DEF: &'static TypeDef = &FILTER;
}

fn new_map(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let strict = strict_keyword(vm, "map", &args)?;
    if args.pos.len() < 2 {
        return Err(vm.type_error("map() must have at least two arguments."));
    }
    let mut iters = GcVec::with_capacity(&vm.heap, args.pos.len() - 1);
    for &v in &args.pos[1..] {
        iters.push(&vm.heap, vm.get_iter(v)?);
    }
    let (function, iters) = (args.pos[0], vm.new_tuple(&iters));
    Ok(vm
        .new_native_of(ty, |header| Map {
            header,
            function: Slot::new(function),
            iters: Slot::new(iters),
            strict: Cell::new(strict),
        })
        .value())
}
fn map(vm: &Vm, v: Value) -> Gc<Map> {
    vm.native::<Map>(v).expect("slots and methods of map get such")
}
fn map_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    // SAFETY: a slot of `map`.
    let m = unsafe { Gc::<Map>::from_header(v.as_header()) };
    let (f, iters) = (m.function.get(), m.iters.get());
    if iters.len() == 1 {
        let Some(x) = vm.iter_step(iters.items()[0])? else { return Ok(None) };
        return vm.call(f, &[x]).map(Some);
    }
    let mut args = GcVec::with_capacity(&vm.heap, iters.len());
    for i in 0..iters.len() {
        match vm.iter_next(iters.items()[i])? {
            Some(x) => args.push(&vm.heap, x),
            None => {
                if m.strict.get() {
                    check_strict(vm, "map", iters, i)?;
                }
                return Ok(None);
            }
        }
    }
    vm.call(f, &args).map(Some)
}
fn map_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let m = map(vm, a[0]);
    let mut args = GcVec::new();
    args.push(&vm.heap, m.function.get());
    m.iters.get().items().iter().for_each(|&v| args.push(&vm.heap, v));
    let (ty, args) = (vm.class_of(a[0]).value(), vm.new_tuple(&args).value());
    Ok(if m.strict.get() { vm.new_tuple(&[ty, args, Value::TRUE]) } else { vm.new_tuple(&[ty, args]) }
        .value())
}
fn map_setstate(vm: &Vm, a: &[Value]) -> PyResult {
    map(vm, a[0]).strict.set(vm.truth(a[1])?);
    Ok(Value::NONE)
}

fn new_filter(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    if vm.inherits_init(ty, vm.types.filter) {
        args.no_keywords(vm, "filter")?;
    }
    let a = Args::new(args.pos).positional(vm, "filter", 2, 2)?;
    let iter = vm.get_iter(a[1])?;
    Ok(vm
        .new_native_of(ty, |header| Filter { header, function: Slot::new(a[0]), iter: Slot::new(iter) })
        .value())
}
fn filter(vm: &Vm, v: Value) -> Gc<Filter> {
    vm.native::<Filter>(v).expect("slots and methods of filter get such")
}
fn filter_next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    // SAFETY: a slot of `filter`.
    let s = unsafe { Gc::<Filter>::from_header(v.as_header()) };
    let (f, it) = (s.function.get(), s.iter.get());
    let plain = f.is_none() || f == vm.types.bool.value();
    while let Some(x) = vm.iter_step(it)? {
        let good = if plain { vm.truth(x)? } else { vm.truth(vm.call(f, &[x])?)? };
        if good {
            return Ok(Some(x));
        }
    }
    Ok(None)
}
fn filter_reduce(vm: &Vm, a: &[Value]) -> PyResult {
    let s = filter(vm, a[0]);
    let args = vm.new_tuple(&[s.function.get(), s.iter.get()]);
    Ok(vm.new_tuple(&[vm.class_of(a[0]).value(), args.value()]).value())
}

static MAP_METHODS: &[MethodDef] = &[
    method("__reduce__", "($self, /)", map_reduce, REDUCE_DOC),
    method("__setstate__", "($self, object, /)", map_setstate, SETSTATE_DOC),
];
static FILTER_METHODS: &[MethodDef] = &[method("__reduce__", "($self, /)", filter_reduce, REDUCE_DOC)];

/// `map`
pub static MAP: TypeDef = TypeDef {
    name: "map",
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots { new: Some(new_map), iter: Some(itself), iternext: Some(map_next), ..Slots::EMPTY },
    methods: MAP_METHODS,
    doc: "map(function, iterable, /, *iterables, strict=False)\n--\n\nMake an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.",
    ..TypeDef::native::<Map>()
};
/// `filter`
pub static FILTER: TypeDef = TypeDef {
    name: "filter",
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots { new: Some(new_filter), iter: Some(itself), iternext: Some(filter_next), ..Slots::EMPTY },
    methods: FILTER_METHODS,
    doc: "filter(function, iterable, /)\n--\n\nReturn an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true.",
    ..TypeDef::native::<Filter>()
};

//! `anext_awaitable`: what `anext(it, default)` returns; it awaits `it.__anext__()` and turns the end of the
//! iteration into the default.

use crate::kinds::Trace;
use crate::objects::iter::itself;
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::{PyResult, Raised};
use crate::vm::slots::Slots;
use crate::vm::typedef::{MethodDef, NativeObject, TypeDef, flag, method, method_var};
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// An `anext_awaitable`.
#[repr(C)]
pub struct AnextAwaitable {
    header: Header,
    wrapped: Slot<Value>,
    /// The iterator behind `wrapped`, made at the first step.
    iter: Slot<Value>,
    default: Slot<Value>,
}

impl Trace for AnextAwaitable {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.wrapped);
        t.slot(&self.iter);
        t.slot(&self.default);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for AnextAwaitable {
    const DEF: &'static TypeDef = &DEF;
}

/// Wraps an awaitable.
pub fn new_awaitable(vm: &Vm, wrapped: Value, default: Value) -> Value {
    vm.new_native(|header| AnextAwaitable {
        header,
        wrapped: Slot::new(wrapped),
        iter: Slot::new(Value::UNBOUND),
        default: Slot::new(default),
    })
    .value()
}

fn this(vm: &Vm, v: Value) -> Gc<AnextAwaitable> {
    vm.native::<AnextAwaitable>(v).expect("slots and methods of anext_awaitable get such")
}
/// The iterator behind the awaitable.
fn iter(vm: &Vm, v: Value) -> PyResult {
    let a = this(vm, v);
    if a.iter.get().is_unbound() {
        let w = a.wrapped.get();
        let it = match vm.class_of(w).slots.await_.get() {
            Some(f) => f(vm, w)?,
            None if vm.class_of(w).slots.iternext.get().is_some() => w,
            None => {
                return Err(vm.type_error(format!("'{}' object can't be awaited", vm.type_name(w))));
            }
        };
        if vm.class_of(it).slots.iternext.get().is_none() {
            return Err(
                vm.type_error(format!("__await__() returned non-iterator of type '{}'", vm.type_name(it)))
            );
        }
        a.iter.set(a, it);
    }
    Ok(a.iter.get())
}
/// The end of the iteration becomes the default, as the value of `StopIteration`.
fn ended(vm: &Vm, v: Value, e: Raised) -> Raised {
    if vm.raised_is(e, vm.types.StopAsyncIteration) {
        return vm.stop_iteration(this(vm, v).default.get());
    }
    e
}
fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let it = iter(vm, v)?;
    vm.iter_next(it).map_err(|e| ended(vm, v, e))
}
fn proxy(vm: &Vm, args: Args, name: Gc<Str>) -> PyResult {
    let v = args.pos[0];
    let it = iter(vm, v)?;
    vm.call_method(it, name, &args.pos[1..]).map_err(|e| ended(vm, v, e))
}
fn send(vm: &Vm, args: Args) -> PyResult {
    proxy(vm, args, vm.names.send)
}
fn throw(vm: &Vm, args: Args) -> PyResult {
    proxy(vm, args, vm.names.throw)
}
fn close(vm: &Vm, a: &[Value]) -> PyResult {
    proxy(vm, Args::new(a), vm.names.close)
}

static METHODS: &[MethodDef] = &[
    method_var("send", "($self, value, /)", send, ""),
    method_var("throw", "($self, /, *args)", throw, ""),
    method("close", "($self, /)", close, ""),
];

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "anext_awaitable",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(itself), iternext: Some(next), await_: Some(itself), ..Slots::EMPTY },
    methods: METHODS,
    ..TypeDef::native::<AnextAwaitable>()
};

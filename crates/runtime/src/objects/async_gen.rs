//! The awaitables that drive async generators: `async_generator_asend`, `async_generator_athrow`, and the wrapper
//! that tells a value yielded by the generator's own code from one that an `await` inside it passes on.

use crate::kinds::Trace;
use crate::objects::generator::{Generator, State};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::exec::{Resumed, Send};
use crate::vm::slots::Slots;
use crate::vm::typedef::{NativeObject, TypeDef, flag, method};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Init,
    Iter,
    Closed,
}

/// A value that an async generator yields.
#[repr(C)]
struct Wrapped {
    header: Header,
    value: Slot<Value>,
}
impl Trace for Wrapped {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.value);
    }
}
// SAFETY: `repr(C)`, header first, made by `new_native` only.
unsafe impl NativeObject for Wrapped {
    const DEF: &'static TypeDef = &WRAPPED;
}
static WRAPPED: TypeDef = TypeDef {
    name: "async_generator_wrapped_value",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    ..TypeDef::native::<Wrapped>()
};

/// Wraps a value that an async generator yields.
pub fn wrap(vm: &Vm, v: Value) -> Value {
    vm.new_native(|header| Wrapped { header, value: Slot::new(v) }).value()
}

/// `asend()`, `athrow()` or `aclose()` of an async generator, waiting to be awaited.
#[repr(C)]
struct Step {
    header: Header,
    generator: Slot<Gc<Generator>>,
    stage: Cell<Stage>,
    /// The value to send, or the type to throw; unbound for `aclose`.
    first: Slot<Value>,
    value: Slot<Value>,
    traceback: Slot<Value>,
}
impl Trace for Step {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.generator.get());
        t.slot(&self.first);
        t.slot(&self.value);
        t.slot(&self.traceback);
    }
}
/// The same layout under the other type.
#[repr(C)]
struct ThrowStep(Step);
impl Trace for ThrowStep {
    fn trace(&self, t: &mut Tracer) {
        self.0.trace(t);
    }
}
// SAFETY: `repr(C)`, header first, made by `new_native` only.
unsafe impl NativeObject for Step {
    const DEF: &'static TypeDef = &ASEND;
}
// SAFETY: as above.
unsafe impl NativeObject for ThrowStep {
    const DEF: &'static TypeDef = &ATHROW;
}

fn step(header: Header, g: Gc<Generator>, a: [Value; 3]) -> Step {
    Step {
        header,
        generator: Slot::new(g),
        stage: Cell::new(Stage::Init),
        first: Slot::new(a[0]),
        value: Slot::new(a[1]),
        traceback: Slot::new(a[2]),
    }
}

/// Calls the hooks of `sys.set_asyncgen_hooks` at the first iteration.
fn init_hooks(vm: &Vm, g: Gc<Generator>) -> PyResult<()> {
    if g.hooks_inited.replace(true) {
        return Ok(());
    }
    g.extra.set(g, vm.exec.asyncgen_finalizer.get());
    let first = vm.exec.asyncgen_firstiter.get();
    if !first.is_none() {
        vm.call(first, &[g.value()])?;
    }
    Ok(())
}

/// `agen.asend(v)`
pub fn asend(vm: &Vm, g: Gc<Generator>, v: Value) -> PyResult {
    init_hooks(vm, g)?;
    Ok(vm.new_native(|h| step(h, g, [v, Value::NONE, Value::NONE])).value())
}
/// `agen.athrow(type, value, traceback)`; `a` holds self first.
pub fn athrow(vm: &Vm, g: Gc<Generator>, a: &[Value]) -> PyResult {
    vm.warn_of_old_throw(&a[2..], "athrow")?;
    init_hooks(vm, g)?;
    let a = [a[1], a[2].or_none(), a[3].or_none()];
    Ok(vm.new_native(|h| ThrowStep(step(h, g, a))).value())
}
/// `agen.aclose()`
pub fn aclose(vm: &Vm, g: Gc<Generator>) -> PyResult {
    init_hooks(vm, g)?;
    let a = [Value::UNBOUND, Value::NONE, Value::NONE];
    Ok(vm.new_native(|h| ThrowStep(step(h, g, a))).value())
}

fn unwrapped(vm: &Vm, r: &Resumed) -> Option<Value> {
    match r {
        Resumed::Yielded(v) => vm.native::<Wrapped>(*v).map(|w| w.value.get()),
        Resumed::Returned(_) => None,
    }
}

/// What the generator did, as the awaiting side sees it: a wrapped value ends the `await`.
fn settle(vm: &Vm, g: Gc<Generator>, r: PyResult<Resumed>) -> PyResult<Resumed> {
    match r {
        Ok(r) => {
            if let Some(v) = unwrapped(vm, &r) {
                g.running_async.set(false);
                return Ok(Resumed::Returned(v));
            }
            if let Resumed::Returned(_) = r {
                g.closed.set(true);
                g.running_async.set(false);
                return Err(vm.new_exception_args(vm.types.StopAsyncIteration, &[]));
            }
            Ok(r)
        }
        Err(e) => {
            if vm.raised_is(e, vm.types.StopAsyncIteration) || vm.raised_is(e, vm.types.GeneratorExit) {
                g.closed.set(true);
            }
            g.running_async.set(false);
            Err(e)
        }
    }
}

fn asend_send(vm: &Vm, s: &Step, arg: Value) -> PyResult<Resumed> {
    let g = s.generator.get();
    let mut arg = arg;
    match s.stage.get() {
        Stage::Closed => return Err(vm.runtime_error("cannot reuse already awaited __anext__()/asend()")),
        Stage::Init => {
            if g.running_async.get() {
                s.stage.set(Stage::Closed);
                return Err(vm.runtime_error("anext(): asynchronous generator is already running"));
            }
            if arg.is_none() {
                arg = s.first.get();
            }
            s.stage.set(Stage::Iter);
        }
        Stage::Iter => {}
    }
    g.running_async.set(true);
    let r = settle(vm, g, vm.generator_send(g, Send::Value(arg)));
    if !matches!(r, Ok(Resumed::Yielded(_))) {
        s.stage.set(Stage::Closed);
    }
    r
}

fn asend_throw(vm: &Vm, s: &Step, a: &[Value]) -> PyResult<Resumed> {
    let g = s.generator.get();
    if s.stage.get() == Stage::Closed {
        return Err(vm.runtime_error("cannot reuse already awaited __anext__()/asend()"));
    }
    if s.stage.get() == Stage::Init {
        if g.running_async.get() {
            s.stage.set(Stage::Closed);
            return Err(vm.runtime_error("anext(): asynchronous generator is already running"));
        }
        s.stage.set(Stage::Iter);
        g.running_async.set(true);
    }
    let e = vm.exception_to_throw(a)?;
    let r = settle(vm, g, vm.generator_throw(g, e, false));
    if !matches!(r, Ok(Resumed::Yielded(_))) {
        s.stage.set(Stage::Closed);
    }
    r
}

/// The end of an `athrow` or `aclose`.
fn athrow_settle(vm: &Vm, s: &Step, r: PyResult<Resumed>) -> PyResult<Resumed> {
    let g = s.generator.get();
    let closing = s.first.get().is_unbound();
    if !closing {
        let r = settle(vm, g, r);
        if !matches!(r, Ok(Resumed::Yielded(_))) {
            s.stage.set(Stage::Closed);
        }
        return r;
    }
    match r {
        Ok(r) => {
            if unwrapped(vm, &r).is_some() {
                g.running_async.set(false);
                s.stage.set(Stage::Closed);
                return Err(vm.runtime_error("async generator ignored GeneratorExit"));
            }
            if let Resumed::Returned(_) = r {
                g.running_async.set(false);
                s.stage.set(Stage::Closed);
                return Ok(Resumed::Returned(Value::NONE));
            }
            Ok(r)
        }
        Err(e) => {
            g.running_async.set(false);
            s.stage.set(Stage::Closed);
            if vm.raised_is(e, vm.types.StopAsyncIteration) || vm.raised_is(e, vm.types.GeneratorExit) {
                return Ok(Resumed::Returned(Value::NONE));
            }
            Err(e)
        }
    }
}

fn athrow_start(vm: &Vm, s: &Step) -> PyResult<()> {
    let g = s.generator.get();
    if g.running_async.get() {
        s.stage.set(Stage::Closed);
        let what = if s.first.get().is_unbound() { "aclose" } else { "athrow" };
        return Err(vm.runtime_error(format!("{what}(): asynchronous generator is already running")));
    }
    Ok(())
}

fn athrow_send(vm: &Vm, s: &Step, arg: Value) -> PyResult<Resumed> {
    let g = s.generator.get();
    if s.stage.get() == Stage::Closed {
        return Err(vm.runtime_error("cannot reuse already awaited aclose()/athrow()"));
    }
    if g.state.get() == State::Finished {
        s.stage.set(Stage::Closed);
        return Ok(Resumed::Returned(Value::NONE));
    }
    if s.stage.get() == Stage::Iter {
        return athrow_settle(vm, s, vm.generator_send(g, Send::Value(arg)));
    }
    athrow_start(vm, s)?;
    if g.closed.get() {
        s.stage.set(Stage::Closed);
        return Err(vm.new_exception_args(vm.types.StopAsyncIteration, &[]));
    }
    if !arg.is_none() {
        return Err(vm.runtime_error("can't send non-None value to a just-started coroutine"));
    }
    let e = if s.first.get().is_unbound() {
        g.closed.set(true);
        vm.new_exception_args(vm.types.GeneratorExit, &[])
    } else {
        vm.exception_to_throw(&[s.first.get(), s.value.get(), s.traceback.get()])?
    };
    s.stage.set(Stage::Iter);
    g.running_async.set(true);
    athrow_settle(vm, s, vm.generator_throw(g, e, false))
}

fn athrow_throw(vm: &Vm, s: &Step, a: &[Value]) -> PyResult<Resumed> {
    let g = s.generator.get();
    if s.stage.get() == Stage::Closed {
        return Err(vm.runtime_error("cannot reuse already awaited aclose()/athrow()"));
    }
    if s.stage.get() == Stage::Init {
        athrow_start(vm, s)?;
        s.stage.set(Stage::Iter);
        g.running_async.set(true);
    }
    let e = vm.exception_to_throw(a)?;
    athrow_settle(vm, s, vm.generator_throw(g, e, false))
}

fn close_with(vm: &Vm, v: Value, throw: fn(&Vm, &Step, &[Value]) -> PyResult<Resumed>) -> PyResult {
    let s = parts(vm, v).0;
    if s.stage.get() == Stage::Closed {
        return Ok(Value::NONE);
    }
    let exit = vm.types.GeneratorExit.value();
    match throw(vm, &s, &[exit, Value::UNBOUND, Value::UNBOUND]) {
        Ok(Resumed::Yielded(_)) => Err(vm.runtime_error("coroutine ignored GeneratorExit")),
        Ok(Resumed::Returned(_)) => Ok(Value::NONE),
        Err(e)
            if vm.raised_is(e, vm.types.StopIteration)
                || vm.raised_is(e, vm.types.StopAsyncIteration)
                || vm.raised_is(e, vm.types.GeneratorExit) =>
        {
            Ok(Value::NONE)
        }
        Err(e) => Err(e),
    }
}

/// The step behind `v`, and whether it is an `athrow` or `aclose`.
fn parts(vm: &Vm, v: Value) -> (Gc<Step>, bool) {
    match vm.native::<Step>(v) {
        Some(s) => (s, false),
        None => {
            let s = vm.native::<ThrowStep>(v).expect("methods of steps get steps");
            // SAFETY: the same layout.
            (unsafe { Gc::from_ptr(s.as_ptr().cast()) }, true)
        }
    }
}

fn send_any(vm: &Vm, v: Value, arg: Value) -> PyResult<Resumed> {
    match parts(vm, v) {
        (s, false) => asend_send(vm, &s, arg),
        (s, true) => athrow_send(vm, &s, arg),
    }
}
fn throw_any(vm: &Vm, a: &[Value]) -> PyResult {
    let r = match parts(vm, a[0]) {
        (s, false) => asend_throw(vm, &s, &a[1..]),
        (s, true) => athrow_throw(vm, &s, &a[1..]),
    }?;
    vm.resumed_value(r)
}
fn send_method(vm: &Vm, a: &[Value]) -> PyResult {
    let r = send_any(vm, a[0], a[1])?;
    vm.resumed_value(r)
}

/// Sends to one of this file's awaitables; `None` for anything else.
pub fn try_send(vm: &Vm, v: Value, arg: Value) -> Option<PyResult<Resumed>> {
    if vm.native::<Step>(v).is_some() || vm.native::<ThrowStep>(v).is_some() {
        return Some(send_any(vm, v, arg));
    }
    None
}

const SLOTS: Slots = Slots {
    iter: Some(|_, v| Ok(v)),
    await_: Some(|_, v| Ok(v)),
    iternext: Some(|vm, v| match send_any(vm, v, Value::NONE)? {
        Resumed::Yielded(v) => Ok(Some(v)),
        Resumed::Returned(v) => Err(vm.stop_iteration(v)),
    }),
    ..Slots::EMPTY
};

/// `async_generator_asend`
static ASEND: TypeDef = TypeDef {
    name: "async_generator_asend",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: SLOTS,
    methods: &[
        method("send", "($self, value, /)", send_method, ""),
        method("throw", "($self, type, value=None, traceback=None, /)", throw_any, ""),
        method("close", "($self, /)", |vm, a| close_with(vm, a[0], asend_throw), ""),
    ],
    ..TypeDef::native::<Step>()
};
/// `async_generator_athrow`
static ATHROW: TypeDef = TypeDef {
    name: "async_generator_athrow",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: SLOTS,
    methods: &[
        method("send", "($self, value, /)", send_method, ""),
        method("throw", "($self, type, value=None, traceback=None, /)", throw_any, ""),
        method("close", "($self, /)", |vm, a| close_with(vm, a[0], athrow_throw), ""),
    ],
    ..TypeDef::native::<ThrowStep>()
};

//! `generator`, `coroutine` and `async_generator`: suspended frames.
//!
//! One layout serves all three. While suspended, the registers are in the object; resuming copies them to the VM
//! stack, and yielding copies them back (the interpreter does both, without Rust recursion when the resumer is
//! Python code). Of the saved registers the collector marks the live
//! ones and forgets the others.

use crate::kinds::Trace;
use crate::objects::code::Code;
use crate::objects::exception::Exception;
use crate::objects::function::Function;
use crate::objects::str::Str;
use crate::objects::traceback::Traceback;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::{PyResult, Raised};
use crate::vm::exec::{FrameRef, Pc, Regs, Resumed, Send};
use crate::vm::frame_roots;
use crate::vm::slots::Slots;
use crate::vm::typedef::{GetSetDef, MethodDef, NativeObject, TypeDef, flag, getset, method, readonly};
use std::cell::Cell;

pub mod chain;

use taipan_bytecode::{Op, flags};
use taipan_heap::{Gc, GcVec, Header, Slot, Tracer, Value};

/// What a generator is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    /// Not started.
    Created,
    /// At a `yield`.
    Suspended,
    /// On the VM stack, or delegating a `throw`.
    Running,
    /// Returned or raised.
    Finished,
}

/// A generator, coroutine or async generator.
#[repr(C)]
pub struct Generator {
    header: Header,
    /// See [`State`].
    pub state: Cell<State>,
    /// Async generators: an `asend` or `athrow` is under way.
    pub running_async: Cell<bool>,
    /// Async generators: closed.
    pub closed: Cell<bool>,
    /// Async generators: the first-iteration hook was called.
    pub hooks_inited: Cell<bool>,
    /// The instruction at which it is suspended.
    pub pc: Cell<Pc>,
    /// Registers on the VM stack while running.
    pub running: Cell<Regs>,
    /// `__name__`
    pub name: Slot<Gc<Str>>,
    /// `__qualname__`
    pub qualname: Slot<Gc<Str>>,
    /// The exception that it is handling while suspended, or `None`.
    pub handled: Slot<Value>,
    /// Its frame object, or unbound.
    pub frame: Slot<Value>,
    /// `cr_origin`, or the finaliser hook of an async generator.
    pub extra: Slot<Value>,
    /// See `chain.rs`: who delegates to it, as last seen.
    pub by: Cell<Option<Gc<Generator>>>,
    /// See `chain.rs`: the end of its chain, as last seen.
    pub leaf: Cell<Option<Gc<Generator>>>,
    /// See `chain.rs`: when that was.
    pub epoch: Cell<u64>,
    len: usize,
    /// How many of the registers matter to the instruction at which it is suspended.
    pub saved: Cell<usize>,
    /// The words below the registers are those of a frame's header: `chain.rs` makes them look like one.
    header_words: [Cell<u64>; GEN_WORDS],
    /// The function, as a frame's header has it.
    function: Slot<Value>,
    /// The rest of such a header: `RET`, `PREV`, `INFO`.
    low_words: [Cell<u64>; 3],
    data: [Value; 0],
}
/// Header words below that of the function: only `GEN` is used.
const GEN_WORDS: usize = 1;

impl Trace for Generator {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.function);
        t.gc(self.name.get());
        t.gc(self.qualname.get());
        t.slot(&self.handled);
        t.slot(&self.frame);
        t.slot(&self.extra);
        // A generator that delegates a `throw` is running without a frame.
        if self.state.get() != State::Finished && self.running.get().is_null() {
            let code = self.func().code.get();
            let delegates = self.state.get() == State::Running;
            let (pc, mut set) = (self.pc.get(), taipan_bytecode::LiveSet::default());
            // SAFETY: `saved` registers of a frame of its code, suspended at `pc`.
            unsafe {
                frame_roots::registers(t, &code, pc, self.regs(), self.saved.get(), delegates, &mut set)
            };
        }
    }
}

impl Generator {
    /// The function.
    #[inline(always)]
    pub fn func(&self) -> Gc<Function> {
        // SAFETY: made with a function, and never changed.
        unsafe { self.function.get().cast_unchecked() }
    }
    /// The saved registers.
    #[inline(always)]
    pub fn regs(&self) -> *mut Value {
        self.data.as_ptr() as *mut Value
    }
    /// Their number.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }
    /// Has it no registers? (It always has some.)
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }
    /// Its code.
    pub fn code(&self) -> Gc<Code> {
        self.func().code.get()
    }
    /// Ends it.
    pub fn finish(&self) {
        self.state.set(State::Finished);
        self.header.set(taipan_heap::flags::SETTLED);
        self.handled.set(self, Value::NONE);
    }
    /// The iterator that a suspended generator delegates to (`gi_yieldfrom`).
    pub fn yield_from(&self) -> Option<Value> {
        if self.state.get() != State::Suspended {
            return None;
        }
        // SAFETY: a suspended generator's `pc` is at the `YIELD`; its registers are saved.
        unsafe {
            let i = &*self.pc.get();
            let original = self.code().data.instrs[self.code().index_of(self.pc.get()) as usize];
            (original.op == Op::YIELD as u32 && i.d == 1).then(|| *self.regs().add(i.c as usize))
        }
    }
    /// What messages call it.
    pub fn noun(&self) -> &'static str {
        let f = self.code().data.flags;
        if f & flags::COROUTINE != 0 {
            "coroutine"
        } else if f & flags::ASYNC_GENERATOR != 0 {
            "async generator"
        } else {
            "generator"
        }
    }
}

impl Vm {
    /// A new generator (coroutine, ...) for a frame of `func` with registers at `regs`, to continue behind `pc`.
    ///
    /// # Safety
    /// `regs` is a frame of `func`.
    pub unsafe fn new_generator(&self, func: Gc<Function>, regs: Regs, pc: Pc) -> Gc<Generator> {
        let code = func.code.get();
        let f = code.data.flags;
        let ty = if f & flags::COROUTINE != 0 {
            self.types.coroutine
        } else if f & flags::ASYNC_GENERATOR != 0 {
            self.types.async_generator
        } else {
            self.types.generator
        };
        let len = code.nregs as usize;
        let p = self.alloc_var_raw(ty, size_of::<Generator>() + len * 8);
        // SAFETY: a fresh cell of that size; `regs` has `len` registers.
        let g: Gc<Generator> = unsafe {
            let header = p.read();
            p.cast::<Generator>().write(Generator {
                header,
                state: Cell::new(State::Created),
                running_async: Cell::new(false),
                closed: Cell::new(false),
                hooks_inited: Cell::new(false),
                pc: Cell::new(pc),
                running: Cell::new(std::ptr::null_mut()),
                name: Slot::new(func.name.get()),
                qualname: Slot::new(func.qualname.get()),
                handled: Slot::new(Value::NONE),
                frame: Slot::new(Value::UNBOUND),
                extra: Slot::new(Value::NONE),
                by: Cell::new(None),
                leaf: Cell::new(None),
                epoch: Cell::new(0),
                len,
                saved: Cell::new(len),
                header_words: [const { Cell::new(0) }; GEN_WORDS],
                function: Slot::new(func.value()),
                low_words: [const { Cell::new(0) }; 3],
                data: [],
            });
            let g: Gc<Generator> = Gc::from_header(p);
            std::ptr::copy_nonoverlapping(regs, g.regs(), len);
            g
        };
        if f & flags::COROUTINE != 0 && self.exec.origin_depth.get() > 0 {
            g.extra.set(g, self.coroutine_origin(self.exec.origin_depth.get()));
        }
        if f & flags::GENERATOR == 0 || code.data.handlers.len() > 1 {
            self.heap.register_finalizable(p);
        }
        g
    }

    /// Resumes a generator with a value or an exception, whatever its state.
    pub fn generator_send(&self, g: Gc<Generator>, send: Send) -> PyResult<Resumed> {
        match g.state.get() {
            State::Running => Err(self.value_error(format!("{} already executing", g.noun()))),
            State::Finished => {
                if g.code().has(flags::COROUTINE) {
                    return Err(self.runtime_error("cannot reuse already awaited coroutine"));
                }
                match send {
                    Send::Value(_) => Ok(Resumed::Returned(Value::NONE)),
                    Send::Throw(e) => Err(e),
                }
            }
            State::Created => {
                if let Send::Value(v) = send
                    && !v.is_none()
                {
                    return Err(
                        self.type_error(format!("can't send non-None value to a just-started {}", g.noun()))
                    );
                }
                self.resume_generator(g, send)
            }
            State::Suspended if chain::is_executing(g) => {
                Err(self.value_error(format!("{} already executing", g.noun())))
            }
            State::Suspended => self.resume_generator(g, send),
        }
    }

    /// Throws into a generator, its delegate first.
    pub fn generator_throw(&self, g: Gc<Generator>, e: Raised, close_delegate: bool) -> PyResult<Resumed> {
        self.check_native_stack()?;
        let Some(yf) = g.yield_from() else { return self.generator_send(g, Send::Throw(e)) };
        if chain::is_executing(g) {
            return Err(self.value_error(format!("{} already executing", g.noun())));
        }
        let inner = |f: &dyn Fn() -> PyResult<Resumed>| {
            g.state.set(State::Running);
            let r = f();
            g.state.set(State::Suspended);
            r
        };
        if close_delegate && self.raised_is(e, self.types.GeneratorExit) {
            let r = inner(&|| {
                self.close_iterator(yf)?;
                Ok(Resumed::Returned(Value::NONE))
            });
            let e = r.err().unwrap_or(e);
            return self.generator_send(g, Send::Throw(e));
        }
        let r = if let Some(sub) = yf.cast::<Generator>() {
            inner(&|| self.generator_throw(sub, e, close_delegate))
        } else {
            match self.get_attr_opt(yf, self.names.throw)? {
                None => return self.generator_send(g, Send::Throw(e)),
                Some(f) => inner(&|| self.call(f, &[e.value()]).map(Resumed::Yielded)),
            }
        };
        match r {
            Ok(Resumed::Yielded(v)) => Ok(Resumed::Yielded(v)),
            Ok(Resumed::Returned(v)) => {
                let stop = self.stop_iteration_always(v);
                self.generator_send(g, Send::Throw(stop))
            }
            Err(e) => self.generator_send(g, Send::Throw(e)),
        }
    }

    /// Closes what a generator delegates to: another generator, or anything with a `close` method.
    fn close_iterator(&self, it: Value) -> PyResult<()> {
        if let Some(g) = it.cast::<Generator>() {
            return self.generator_close(g).map(drop);
        }
        if let Some(f) = self.get_attr_opt(it, self.names.close)? {
            self.call(f, &[])?;
        }
        Ok(())
    }

    /// `close()`
    pub fn generator_close(&self, g: Gc<Generator>) -> PyResult {
        match g.state.get() {
            State::Created => {
                g.finish();
                return Ok(Value::NONE);
            }
            State::Finished => return Ok(Value::NONE),
            State::Running => {
                return Err(self.value_error(format!("{} already executing", g.noun())));
            }
            State::Suspended if chain::is_executing(g) => {
                return Err(self.value_error(format!("{} already executing", g.noun())));
            }
            State::Suspended => {}
        }
        let exit = self.new_exception_args(self.types.GeneratorExit, &[]);
        match self.generator_throw(g, exit, true) {
            Ok(Resumed::Yielded(_)) => Err(self.runtime_error(format!("{} ignored GeneratorExit", g.noun()))),
            Ok(Resumed::Returned(v)) => Ok(v),
            Err(e)
                if self.raised_is(e, self.types.GeneratorExit)
                    || self.raised_is(e, self.types.StopIteration) =>
            {
                Ok(Value::NONE)
            }
            Err(e) => Err(e),
        }
    }

    /// `StopIteration(value)`, with an argument unless the value is `None`.
    fn stop_iteration_always(&self, v: Value) -> Raised {
        if v.cast::<Tuple>().is_some() || v.cast::<Exception>().is_some() {
            return self.new_exception_args(self.types.StopIteration, &[v]);
        }
        self.stop_iteration(v)
    }

    /// What `__next__`, `send` and `throw` answer.
    pub fn resumed_value(&self, r: Resumed) -> PyResult {
        match r {
            Resumed::Yielded(v) => Ok(v),
            Resumed::Returned(v) => Err(self.stop_iteration_always(v)),
        }
    }

    /// The next item of any iterator; at its end raises `StopIteration`, with the return value of a generator.
    pub fn next_value(&self, it: Value) -> PyResult {
        if let Some(g) = it.cast::<Generator>() {
            let r = self.generator_send(g, Send::Value(Value::NONE))?;
            return self.resumed_value(r);
        }
        if self.class_of(it).has(flag::HEAP) && self.class_of(it).slots.iternext.get().is_some() {
            return self.call_method(it, self.names.__next__, &[]);
        }
        match self.iter_next(it)? {
            Some(v) => Ok(v),
            None => Err(self.stop_iteration(Value::NONE)),
        }
    }

    /// Sends a value to any iterator.
    pub fn send(&self, it: Value, value: Value) -> PyResult<Resumed> {
        if let Some(g) = it.cast::<Generator>() {
            return self.generator_send(g, Send::Value(value));
        }
        let r = if value.is_none() {
            if self.class_of(it).slots.iternext.get().is_none() {
                return Err(self.type_error(format!("'{}' object is not an iterator", self.type_name(it))));
            }
            if let Some(r) = crate::objects::async_gen::try_send(self, it, value) {
                return r;
            }
            self.next_value(it)
        } else {
            self.call_method(it, self.names.send, &[value])
        };
        match r {
            Ok(v) => Ok(Resumed::Yielded(v)),
            Err(e) if self.raised_is(e, self.types.StopIteration) => {
                Ok(Resumed::Returned(self.stop_value(e)))
            }
            Err(e) => Err(e),
        }
    }

    /// The exception that `throw(type, value, traceback)` raises.
    pub fn exception_to_throw(&self, a: &[Value]) -> PyResult<Raised> {
        let (ty, value, tb) = (a[0], a[1].or_none(), a[2].or_none());
        if !tb.is_none() && tb.cast::<Traceback>().is_none() {
            return Err(self.type_error("throw() third argument must be a traceback object"));
        }
        let e = self.make_exception(
            ty,
            value,
            "exceptions must be classes or instances deriving from BaseException, not ",
        )?;
        if !tb.is_none() {
            e.0.traceback.set(e.0, tb);
        }
        Ok(e)
    }

    /// An exception from a class or instance and a value, as `throw` and `raise` make it.
    pub fn make_exception(&self, ty: Value, value: Value, message: &str) -> PyResult<Raised> {
        if let Some(e) = ty.cast::<Exception>() {
            if !value.is_none() {
                return Err(self.type_error("instance exception may not have a separate value"));
            }
            return Ok(Raised(e));
        }
        let class = ty.cast::<Type>().filter(|t| t.is_subtype(self.types.BaseException));
        let Some(class) = class else {
            return Err(self.type_error(format!("{message}{}", self.type_name(ty))));
        };
        if let Some(e) = value.cast::<Exception>()
            && self.class_of(value).is_subtype(class)
        {
            return Ok(Raised(e));
        }
        let made = if value.is_none() {
            self.call(ty, &[])?
        } else if let Some(t) = value.cast::<Tuple>() {
            self.call(ty, t.items())?
        } else {
            self.call(ty, &[value])?
        };
        made.cast::<Exception>().map(Raised).ok_or_else(|| {
            self.type_error(format!(
                "calling {} should have returned an instance of BaseException, not {}",
                class.name_str(),
                self.type_name(made)
            ))
        })
    }
}

fn this(v: Value) -> Gc<Generator> {
    v.cast().expect("methods of generators get generators")
}

fn iternext(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    match vm.generator_send(this(v), Send::Value(Value::NONE))? {
        Resumed::Yielded(v) => Ok(Some(v)),
        Resumed::Returned(_) => Ok(None),
    }
}
fn next(vm: &Vm, a: &[Value]) -> PyResult {
    let r = vm.generator_send(this(a[0]), Send::Value(Value::NONE))?;
    vm.resumed_value(r)
}
fn send(vm: &Vm, a: &[Value]) -> PyResult {
    let r = vm.generator_send(this(a[0]), Send::Value(a[1]))?;
    vm.resumed_value(r)
}
fn throw(vm: &Vm, a: &[Value]) -> PyResult {
    vm.warn_of_old_throw(&a[2..], "throw")?;
    let e = vm.exception_to_throw(&a[1..])?;
    let r = vm.generator_throw(this(a[0]), e, true)?;
    vm.resumed_value(r)
}
fn close(vm: &Vm, a: &[Value]) -> PyResult {
    vm.generator_close(this(a[0]))
}
fn finalize(vm: &Vm, v: Value) -> PyResult<()> {
    let g = this(v);
    match g.state.get() {
        State::Suspended => {
            if g.code().has(flags::ASYNC_GENERATOR) && !g.extra.get().is_none() && !g.closed.get() {
                return vm.call(g.extra.get(), &[v]).map(drop);
            }
            vm.generator_close(g).map(drop)
        }
        State::Created => {
            g.finish();
            if g.code().has(flags::COROUTINE) {
                vm.report_unawaited(g);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

impl Vm {
    /// `cr_origin`: file, line and function of the callers of the frame that becomes a coroutine.
    #[cold]
    fn coroutine_origin(&self, depth: usize) -> Value {
        let mut frame = self.top_frame().and_then(FrameRef::back);
        let mut found = GcVec::with_capacity(&self.heap, depth.min(16));
        while let Some(f) = frame.filter(|_| found.len() < depth) {
            let code = f.code();
            let line = Value::int(code.line_of(f.index()).into());
            let place = [code.filename.get().value(), line, code.name.get().value()];
            found.push(&self.heap, self.new_tuple(&place).value());
            frame = f.back();
        }
        self.new_tuple(&found).value()
    }
    /// Warns of `throw(type, value, traceback)`; `rest` is what follows the first argument.
    pub fn warn_of_old_throw(&self, rest: &[Value], name: &str) -> PyResult<()> {
        if rest.iter().all(|v| v.is_unbound()) {
            return Ok(());
        }
        let text = format!(
            "the (type, exc, tb) signature of {name}() is deprecated, use the single-arg signature instead."
        );
        crate::text::warn(self, self.types.DeprecationWarning, &text)
    }
    /// An attribute of a module, where it has it.
    fn import_module_attr(&self, module: &str, name: &str) -> PyResult<Option<Value>> {
        let m = self.import_absolute(self.intern(module))?;
        self.get_attr_opt(m, self.intern(name))
    }
    /// Says that nobody awaited a coroutine. `sys.unraisablehook` gets what that raises.
    pub(crate) fn report_unawaited(&self, g: Gc<Generator>) {
        let warn = || -> PyResult<()> {
            let module = self.import_module_attr("warnings", "_warn_unawaited_coroutine")?;
            if let Some(f) = module {
                return self.call(f, &[g.value()]).map(drop);
            }
            let text = format!("coroutine '{}' was never awaited", g.qualname.get());
            let warn = self.import_attr("warnings", "warn")?;
            let text = self.new_str(&text).value();
            let args = [text, self.types.RuntimeWarning.value(), Value::int(1), g.value()];
            self.call(warn, &args).map(drop)
        };
        if let Err(e) = warn() {
            let shown = self.repr(g.value()).map_or(String::new(), |s| s.to_string());
            let msg = format!("Exception ignored while finalizing coroutine {shown}");
            self.unraisable(e, Some(&msg), Value::NONE);
        }
    }
    /// The end of a coroutine that its caller threw away at once, as in a statement `f()` that lacks its `await`:
    /// reported there, where a later collection would not know the place.
    #[cold]
    #[inline(never)]
    pub fn drop_unawaited(&self, g: Gc<Generator>) {
        g.finish();
        self.report_unawaited(g);
    }
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let g = this(v);
    let kind = match g.noun() {
        "async generator" => "async_generator",
        n => n,
    };
    let s = format!("<{kind} object {} at {:#x}>", g.qualname.get(), g.as_ptr() as usize);
    Ok(vm.new_str(&s).value())
}

fn get_frame(vm: &Vm, v: Value) -> PyResult {
    let g = this(v);
    if g.state.get() == State::Finished {
        return Ok(Value::NONE);
    }
    Ok(vm.generator_frame(g).value())
}
fn get_code(_: &Vm, v: Value) -> PyResult {
    Ok(this(v).code().value())
}
fn get_running(_: &Vm, v: Value) -> PyResult {
    let g = this(v);
    Ok(Value::bool(match g.state.get() {
        State::Running => true,
        State::Suspended => chain::is_executing(g),
        _ => false,
    }))
}
fn get_suspended(_: &Vm, v: Value) -> PyResult {
    Ok(Value::bool(this(v).state.get() == State::Suspended))
}
fn get_yield_from(_: &Vm, v: Value) -> PyResult {
    Ok(this(v).yield_from().unwrap_or(Value::NONE))
}
fn set_name(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    match x.cast::<Str>() {
        Some(s) => this(v).name.set(this(v), s),
        None => return Err(vm.type_error("__name__ must be set to a string object")),
    }
    Ok(())
}
fn set_qualname(vm: &Vm, v: Value, x: Value) -> PyResult<()> {
    match x.cast::<Str>() {
        Some(s) => this(v).qualname.set(this(v), s),
        None => return Err(vm.type_error("__qualname__ must be set to a string object")),
    }
    Ok(())
}

const NAME: GetSetDef =
    getset("__name__", |_, v| Ok(this(v).name.get().value()), set_name, "name of the generator");
const QUALNAME: GetSetDef = getset(
    "__qualname__",
    |_, v| Ok(this(v).qualname.get().value()),
    set_qualname,
    "qualified name of the generator",
);
const SEND: MethodDef = method(
    "send",
    "($self, value, /)",
    send,
    "send(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration.",
);
const THROW: MethodDef = method(
    "throw",
    "($self, type, value=None, traceback=None, /)",
    throw,
    "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.",
);
const COROUTINE_SEND: MethodDef = method(
    "send",
    "($self, arg, /)",
    send,
    "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration.",
);
const COROUTINE_THROW: MethodDef = method(
    "throw",
    "($self, type, value=None, traceback=None, /)",
    throw,
    "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.",
);
const COROUTINE_CLOSE: MethodDef =
    method("close", "($self, /)", close, "close() -> raise GeneratorExit inside coroutine.");
const CLOSE: MethodDef =
    method("close", "($self, /)", close, "close() -> raise GeneratorExit inside generator.");

const BASE: TypeDef = TypeDef {
    kind: crate::kinds::GENERATOR,
    size: size_of::<Generator>(),
    flags: flag::IMMUTABLE | flag::NO_NEW | flag::WEAKREF,
    ..TypeDef::EMPTY
};

/// `generator`
pub static DEF: TypeDef = TypeDef {
    name: "generator",
    slots: Slots {
        repr: Some(repr),
        iter: Some(|_, v| Ok(v)),
        iternext: Some(iternext),
        finalize: Some(finalize),
        ..Slots::EMPTY
    },
    methods: &[SEND, THROW, CLOSE, method("__next__", "($self, /)", next, "Implement next(self).")],
    getset: &[
        NAME,
        QUALNAME,
        readonly("gi_frame", get_frame, ""),
        readonly("gi_code", get_code, ""),
        readonly("gi_running", get_running, ""),
        readonly("gi_suspended", get_suspended, ""),
        readonly("gi_yieldfrom", get_yield_from, "object being iterated by yield from, or None"),
    ],
    ..BASE
};

/// `coroutine`
pub static COROUTINE: TypeDef = TypeDef {
    name: "coroutine",
    slots: Slots {
        repr: Some(repr),
        await_: Some(|vm, v| {
            Ok(vm.new_native(|header| Wrapper { header, coroutine: Slot::new(this(v)) }).value())
        }),
        finalize: Some(finalize),
        ..Slots::EMPTY
    },
    methods: &[COROUTINE_SEND, COROUTINE_THROW, COROUTINE_CLOSE],
    getset: &[
        NAME,
        QUALNAME,
        readonly("cr_frame", get_frame, ""),
        readonly("cr_code", get_code, ""),
        readonly("cr_running", get_running, ""),
        readonly("cr_suspended", get_suspended, ""),
        readonly("cr_await", get_yield_from, "object being awaited on, or None"),
        readonly("cr_origin", |_, v| Ok(this(v).extra.get()), ""),
    ],
    ..BASE
};

/// `async_generator`
pub static ASYNC_GENERATOR: TypeDef = TypeDef {
    name: "async_generator",
    slots: Slots {
        repr: Some(repr),
        aiter: Some(|_, v| Ok(v)),
        anext: Some(|vm, v| crate::objects::async_gen::asend(vm, this(v), Value::NONE)),
        finalize: Some(finalize),
        ..Slots::EMPTY
    },
    methods: &[
        method(
            "asend",
            "($self, value, /)",
            |vm, a| crate::objects::async_gen::asend(vm, this(a[0]), a[1]),
            "asend(v) -> send 'v' in generator.",
        ),
        method(
            "athrow",
            "($self, type, value=None, traceback=None, /)",
            |vm, a| crate::objects::async_gen::athrow(vm, this(a[0]), a),
            "athrow(value)\nathrow(type[,value[,tb]])\n\nraise exception in generator.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.",
        ),
        method(
            "aclose",
            "($self, /)",
            |vm, a| crate::objects::async_gen::aclose(vm, this(a[0])),
            "aclose() -> raise GeneratorExit inside generator.",
        ),
    ],
    getset: &[
        NAME,
        QUALNAME,
        readonly("ag_frame", get_frame, ""),
        readonly("ag_code", get_code, ""),
        readonly("ag_running", |_, v| Ok(Value::bool(this(v).running_async.get())), ""),
        readonly("ag_suspended", get_suspended, ""),
        readonly("ag_await", get_yield_from, "object being awaited on, or None"),
    ],
    ..BASE
};

/// What `coroutine.__await__()` returns.
#[repr(C)]
struct Wrapper {
    header: Header,
    coroutine: Slot<Gc<Generator>>,
}
impl Trace for Wrapper {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.coroutine.get());
    }
}
// SAFETY: `repr(C)`, header first, made by `new_native` only.
unsafe impl NativeObject for Wrapper {
    const DEF: &'static TypeDef = &WRAPPER;
}
fn inner(vm: &Vm, v: Value) -> Gc<Generator> {
    vm.native::<Wrapper>(v).expect("methods of the wrapper get it").coroutine.get()
}
/// `coroutine_wrapper`
static WRAPPER: TypeDef = TypeDef {
    name: "coroutine_wrapper",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots {
        iter: Some(|_, v| Ok(v)),
        iternext: Some(|vm, v| iternext(vm, inner(vm, v).value())),
        ..Slots::EMPTY
    },
    methods: &[
        method(
            "__next__",
            "($self, /)",
            |vm, a| next(vm, &[inner(vm, a[0]).value()]),
            "Implement next(self).",
        ),
        method(
            "send",
            "($self, value, /)",
            |vm, a| send(vm, &[inner(vm, a[0]).value(), a[1]]),
            "send(arg) -> send 'arg' into coroutine,\nreturn next yielded value or raise StopIteration.",
        ),
        method(
            "throw",
            "($self, type, value=None, traceback=None, /)",
            |vm, a| throw(vm, &[inner(vm, a[0]).value(), a[1], a[2], a[3]]),
            "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next yielded value or raise\nStopIteration.",
        ),
        method(
            "close",
            "($self, /)",
            |vm, a| close(vm, &[inner(vm, a[0]).value()]),
            "close() -> raise GeneratorExit inside coroutine.",
        ),
    ],
    ..TypeDef::native::<Wrapper>()
};

/// The coroutine inside a `coroutine_wrapper`.
pub fn unwrap_coroutine(vm: &Vm, v: Value) -> Option<Gc<Generator>> {
    vm.native::<Wrapper>(v).map(|w| w.coroutine.get())
}

//! The execution state of a thread: the VM stack, the published top frame, limits, the handled exception, and
//! the hooks through which the run-time calls the interpreter.
//!
//! # Frames
//! A frame is a run of registers on the VM stack, addressed by the pointer to register 0 (`Regs`); the words
//! below are its header: `regs[FUNC]` the function, `regs[RET]` the calling instruction, `regs[PREV]` the
//! caller's registers, `regs[INFO]` the depth (low half) and flags ([`info`]), and for generator frames
//! `regs[GEN]`, the generator, and `regs[RESUME]`, who resumed it. A *pseudo frame* (flag `PSEUDO`) separates
//! what Rust code called from what called Rust; it has no function and [`PSEUDO_REGS`] registers.
//!
//! # What must hold
//! Whatever calls out of the dispatch chain first publishes `pc` and `regs`, so that tracebacks, `sys._getframe`
//! and the collector see all frames. The collector marks what live registers hold: `frame_roots.rs`.

use crate::objects::code::Code;
use crate::objects::exception::Exception;
use crate::objects::frame::Frame;
use crate::objects::function::Function;
use crate::objects::generator::Generator;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::{PyResult, Raised};
use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};
use taipan_bytecode::Instr;
use taipan_heap::{Gc, Tracer, Value};

/// Address of an instruction in loaded code.
pub type Pc = *const Instr;
/// Address of register 0 of a frame.
pub type Regs = *mut Value;

/// Header word: the function.
pub const FUNC: isize = -4;
/// Header word: the calling instruction.
pub const RET: isize = -3;
/// Header word: the caller's registers.
pub const PREV: isize = -2;
/// Header word: depth and flags.
pub const INFO: isize = -1;
/// Header word of generator frames: the generator.
pub const GEN: isize = -5;
/// Header word of generator frames: a [`Resume`].
pub const RESUME: isize = -6;
/// Header word of generator frames: `Exec::handled` of the resumer.
pub const HANDLED: isize = -7;
/// Header word of generator frames: `Exec::handled_outer` of the resumer.
pub const HANDLED_OUTER: isize = -8;
/// Header word of generator frames that feed a builtin: what it has collected ([`resume::LIST`] and so on).
pub const ACC: isize = -9;
/// Header word of generator frames that feed `sum`: the compensation of a sum of floats; `join`: the separator.
pub const ACC_LOW: isize = -10;
/// Header words of a frame.
pub const HEADER: usize = 4;
/// Header words of a generator's frame.
pub const GEN_HEADER: usize = 10;
/// Registers of a pseudo frame.
pub const PSEUDO_REGS: usize = 4;

/// Bits of the word at [`INFO`].
pub mod info {
    /// The depth: number of Python frames below this one.
    pub const DEPTH: u64 = 0xFFFF_FFFF;
    /// A frame object exists for this frame (`Exec::frames`).
    pub const OBJECT: u64 = 1 << 32;
    /// A pseudo frame.
    pub const PSEUDO: u64 = 1 << 33;
    /// A generator's frame.
    pub const GENERATOR: u64 = 1 << 34;
    /// A pseudo frame that Rust code waits for (others stand for a native between two Python frames).
    pub const ENTRY: u64 = 1 << 35;
    /// A generator's frame that a loop resumed past those that delegate to it (`yield from`): they are suspended
    /// between it and the loop, whose iterator is the outermost. See `objects/generator/chain.rs`.
    pub const DIRECT: u64 = 1 << 36;
}

/// Who resumed a generator's frame: the word at [`RESUME`].
pub mod resume {
    /// `FOR_ITER`
    pub const FOR_ITER: u64 = 0;
    /// `LOOP_FOR_ITER`
    pub const LOOP_FOR_ITER: u64 = 1;
    /// `SEND`
    pub const SEND: u64 = 2;
    /// Rust code, through a pseudo frame.
    pub const ENTRY: u64 = 3;
    /// `list(generator)` and the like, which take the items where they are yielded: kinds from here on.
    pub const LIST: u64 = 4;
    /// `tuple(generator)`
    pub const TUPLE: u64 = 5;
    /// `set(generator)`, `frozenset(generator)`
    pub const SET: u64 = 6;
    /// `sum(generator)`
    pub const SUM: u64 = 7;
    /// `any(generator)`
    pub const ANY: u64 = 8;
    /// `all(generator)`
    pub const ALL: u64 = 9;
    /// `separator.join(generator)`
    pub const JOIN: u64 = 10;
    /// `list.extend(generator)`
    pub const EXTEND: u64 = 11;
}

/// Reasons in the interrupt word.
pub mod interrupt {
    /// A signal arrived.
    pub const SIGNAL: u32 = 1;
    /// Finalisers or weak reference callbacks wait.
    pub const PENDING: u32 = 2;
    /// Another thread wants the GIL.
    pub const GIL: u32 = 4;
    /// Tracing or profiling was switched.
    pub const TRACE: u32 = 8;
    /// An exception was sent to this thread.
    pub const ASYNC_EXC: u32 = 16;
}

/// How a generator is resumed from Rust.
#[derive(Clone, Copy)]
pub enum Send {
    /// `send(value)`
    Value(Value),
    /// `throw(exception)`
    Throw(Raised),
}

/// What a resumed generator did.
pub enum Resumed {
    /// It yielded.
    Yielded(Value),
    /// It returned.
    Returned(Value),
}

/// The interpreter, as the run-time sees it.
pub struct Hooks {
    /// Calls a Python function.
    pub call: fn(&Vm, Gc<Function>, Args) -> PyResult,
    /// Runs a function without parameters on a namespace (register 0): modules, classes, `exec`.
    pub run: fn(&Vm, Gc<Function>, Value) -> PyResult,
    /// Resumes a generator that is not running or finished.
    pub resume: fn(&Vm, Gc<Generator>, Send) -> PyResult<Resumed>,
}

/// Execution state of the running thread.
pub struct Exec {
    /// Registers of the top frame, as last published; null when nothing runs.
    pub regs: Cell<Regs>,
    /// Instruction of the top frame, as last published.
    pub pc: Cell<Pc>,
    /// Calls check against this address: the end of the stack, or 0 when `interrupt` is set.
    pub limit: AtomicUsize,
    /// Reasons to leave the fast path; see [`interrupt`].
    pub interrupt: AtomicU32,
    low: usize,
    high: usize,
    /// The exception on its way out was raised by the poll of a back edge.
    pub at_back_edge: Cell<bool>,
    /// `sys.getrecursionlimit()`
    pub recursion_limit: Cell<u32>,
    /// The exception being handled by the running generator, or by everything else in this thread.
    pub handled: Cell<Value>,
    /// What was being handled when the running generator was resumed; `None` outside generators.
    pub handled_outer: Cell<Value>,
    /// Return value of a finished entry.
    pub result: Cell<Value>,
    /// The interpreter's: an object that was written to, for the collector.
    pub owner: Cell<usize>,
    /// The exception on its way out of an entry.
    pub raised: Cell<Option<Raised>>,
    /// `sys.set_coroutine_origin_tracking_depth()`
    pub origin_depth: Cell<usize>,
    /// The frame that last went on with an exception and caught it again, the exception's address, and the instruction.
    pub reraised: Cell<(Regs, usize, u32)>,
    /// Frame objects of frames that are on the stack, outermost first.
    pub frames: RefCell<Vec<(usize, Gc<Frame>)>>,
    /// `sys.set_asyncgen_hooks(firstiter=...)`
    pub asyncgen_firstiter: Cell<Value>,
    /// `sys.set_asyncgen_hooks(finalizer=...)`
    pub asyncgen_finalizer: Cell<Value>,
    /// The interpreter.
    pub hooks: Cell<Option<&'static Hooks>>,
    /// Handles interrupts other than pending finalisers: the reasons as an argument.
    pub on_interrupt: Cell<Option<fn(&Vm, u32) -> PyResult<()>>>,
    /// A trace function runs: nothing is traced.
    pub in_trace: Cell<bool>,
    /// Instructions are to be run one by one: for tracing, recording, or a test.
    pub stepping: Cell<bool>,
    /// Somebody wants events: a trace function, a profile function, or a tool of `sys.monitoring`.
    pub tracing: Cell<bool>,
    /// A trace or profile function is set.
    pub hooked: Cell<bool>,
    /// A tool of `sys.monitoring` wants events.
    pub monitoring: Cell<bool>,
    /// Which tools want which events.
    pub monitor: crate::vm::monitor::Monitor,
    /// A compiler of hot loops looks at each instruction.
    pub recording: Cell<bool>,
    /// The interpreter counts what each instruction does.
    pub profiling: Cell<bool>,
    /// The instruction that the loop runs took its general form (see the interpreter's `profile`).
    pub slow: Cell<bool>,
    /// The interpreter's: the counted profile, null until something was counted.
    pub profile: Cell<*const ()>,
    /// Executions of an instruction's general form up to and with the first attempt to specialise it.
    pub spec_threshold: Cell<u16>,
    /// The interpreter's: the hooks of a compiler of hot loops.
    pub jit: Cell<*const ()>,
    /// Calls of natives whose arguments were moved up in their window, to make room for `self`.
    pub shifted: Cell<u32>,
    /// Where code that has no executable form yet begins: an instruction that makes it.
    pub code_stub: Cell<Pc>,
}

/// What `Exec::spec_threshold` is unless set: the first execution.
pub const SPEC_THRESHOLD: u16 = 1;

const STACK_BYTES: usize = 1 << 30;
/// Room above the limit for what is checked only afterwards.
const SLACK: usize = 1 << 21;

impl Exec {
    /// Instructions are run one by one where something looks at each of them.
    pub fn update_stepping(&self) {
        self.stepping.set(self.tracing.get() || self.recording.get() || self.profiling.get());
    }
    pub(crate) fn new() -> Exec {
        // SAFETY: an anonymous mapping; pages are taken only when touched.
        let low = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                STACK_BYTES,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        assert!(low != libc::MAP_FAILED, "no address space for the VM stack");
        let low = low as usize;
        Exec {
            regs: Cell::new(std::ptr::null_mut()),
            pc: Cell::new(std::ptr::null()),
            limit: AtomicUsize::new(low + STACK_BYTES - SLACK),
            interrupt: AtomicU32::new(0),
            low,
            high: low + STACK_BYTES - SLACK,
            recursion_limit: Cell::new(1000),
            handled: Cell::new(Value::NONE),
            handled_outer: Cell::new(Value::NONE),
            result: Cell::new(Value::NONE),
            owner: Cell::new(0),
            raised: Cell::new(None),
            origin_depth: Cell::new(0),
            reraised: Cell::new((std::ptr::null_mut(), 0, 0)),
            frames: RefCell::default(),
            asyncgen_firstiter: Cell::new(Value::NONE),
            asyncgen_finalizer: Cell::new(Value::NONE),
            hooks: Cell::new(None),
            in_trace: Cell::new(false),
            stepping: Cell::new(false),
            at_back_edge: Cell::new(false),
            tracing: Cell::new(false),
            hooked: Cell::new(false),
            monitoring: Cell::new(false),
            monitor: Default::default(),
            recording: Cell::new(false),
            profiling: Cell::new(false),
            slow: Cell::new(false),
            profile: Cell::new(std::ptr::null()),
            spec_threshold: Cell::new(SPEC_THRESHOLD),
            jit: Cell::new(std::ptr::null()),
            on_interrupt: Cell::new(None),
            shifted: Cell::new(0),
            code_stub: Cell::new(std::ptr::null()),
        }
    }
    /// Asks the interpreter to stop at the next back edge or call. Safe in signal handlers.
    pub fn interrupt(&self, reason: u32) {
        self.interrupt.fetch_or(reason, Relaxed);
        self.limit.store(0, Relaxed);
    }
    /// Takes the reasons and lets the fast path go on.
    pub fn take_interrupts(&self) -> u32 {
        self.limit.store(self.high, Relaxed);
        self.interrupt.swap(0, Relaxed)
    }
    /// First address that frames may not reach.
    #[inline(always)]
    pub fn stack_end(&self) -> usize {
        self.high
    }
    /// First free word behind the top frame.
    pub fn top(&self) -> Regs {
        let r = self.regs.get();
        if r.is_null() {
            return self.low as Regs;
        }
        // SAFETY: a published frame has a header; a frame that is not pseudo has a function.
        unsafe {
            if word(r, INFO) & info::PSEUDO != 0 {
                r.add(PSEUDO_REGS)
            } else {
                r.add(function(r).code.get().nregs as usize)
            }
        }
    }
    pub(crate) fn trace(&self, t: &mut Tracer) {
        self.trace_frames(t);
        t.value(self.handled.get());
        t.value(self.handled_outer.get());
        t.value(self.result.get());
        t.value(self.asyncgen_firstiter.get());
        t.value(self.asyncgen_finalizer.get());
        self.monitor.trace(t);
        t.opt(self.raised.get().map(|r| r.0));
        for &(_, f) in self.frames.borrow().iter() {
            t.gc(f);
        }
    }
}

impl Exec {
    /// Gives the stack's memory back; called when the VM goes away.
    pub(crate) fn unmap(&mut self) {
        // SAFETY: mapped by `new`.
        unsafe { libc::munmap(self.low as *mut _, STACK_BYTES) };
    }
}

/// A raw header word.
///
/// # Safety
/// `r` is a frame.
#[inline(always)]
pub unsafe fn word(r: Regs, at: isize) -> u64 {
    // SAFETY: by the caller's promise.
    unsafe { (*r.offset(at)).bits() }
}
/// Writes a raw header word.
///
/// # Safety
/// `r` is a frame.
#[inline(always)]
pub unsafe fn set_word(r: Regs, at: isize, w: u64) {
    // SAFETY: by the caller's promise.
    unsafe { *r.offset(at) = Value::from_bits(w) }
}
/// The function of a frame that is not pseudo.
///
/// # Safety
/// `r` is such a frame.
#[inline(always)]
pub unsafe fn function(r: Regs) -> Gc<Function> {
    // SAFETY: by the caller's promise.
    unsafe { (*r.offset(FUNC)).cast_unchecked() }
}
/// The caller's registers; null at the bottom.
///
/// # Safety
/// `r` is a frame.
#[inline(always)]
pub unsafe fn previous(r: Regs) -> Regs {
    // SAFETY: by the caller's promise.
    unsafe { word(r, PREV) as Regs }
}

/// A Python frame on the stack: registers and the instruction it is at.
#[derive(Clone, Copy)]
pub struct FrameRef {
    /// Registers.
    pub regs: Regs,
    /// The instruction being executed.
    pub pc: Pc,
}

impl FrameRef {
    /// Its function.
    pub fn function(self) -> Gc<Function> {
        // SAFETY: frame references are made for live Python frames only.
        unsafe { function(self.regs) }
    }
    /// Its code.
    pub fn code(self) -> Gc<Code> {
        self.function().code.get()
    }
    /// Index of its instruction.
    pub fn index(self) -> u32 {
        self.code().index_of(self.pc)
    }
    /// The next Python frame outwards.
    pub fn back(self) -> Option<FrameRef> {
        // SAFETY: frame references are made for live frames only.
        unsafe {
            if word(self.regs, INFO) & info::DIRECT != 0 {
                return crate::objects::generator::chain::delegator_frame(self.regs);
            }
            next_python(previous(self.regs), word(self.regs, RET) as Pc)
        }
    }
    /// Register `i`.
    pub fn reg(self, i: usize) -> Value {
        debug_assert!(i < self.code().nregs as usize);
        // SAFETY: within the frame.
        unsafe { *self.regs.add(i) }
    }
    /// Writes register `i`.
    pub fn set_reg(self, i: usize, v: Value) {
        debug_assert!(i < self.code().nregs as usize);
        // SAFETY: within the frame.
        unsafe { *self.regs.add(i) = v }
    }
}

unsafe fn next_python(mut r: Regs, mut pc: Pc) -> Option<FrameRef> {
    while !r.is_null() {
        // SAFETY: the chain of `PREV` words leads through live frames to null.
        unsafe {
            if word(r, INFO) & info::PSEUDO == 0 {
                return Some(FrameRef { regs: r, pc });
            }
            pc = word(r, RET) as Pc;
            r = previous(r);
        }
    }
    None
}

impl Vm {
    /// The innermost Python frame.
    pub fn top_frame(&self) -> Option<FrameRef> {
        // SAFETY: published frames are live.
        unsafe { next_python(self.exec.regs.get(), self.exec.pc.get()) }
    }
    /// The exception being handled (`sys.exception()`), or `None`.
    pub fn handled_exception(&self) -> Value {
        let h = self.exec.handled.get();
        let e = if h.is_none() { self.exec.handled_outer.get() } else { h };
        if let Some(e) = e.cast::<Exception>() {
            self.settle(e);
        }
        e
    }
    /// Makes the traceback of an exception that its own frame caught, before somebody gets to see it.
    pub fn settle(&self, e: Gc<Exception>) {
        let regs = e.quiet_in.replace(std::ptr::null_mut());
        if regs.is_null() {
            return;
        }
        // The frame is in its handler: it is on the stack, and no generator's.
        let o = self.frame_object(FrameRef { regs, pc: std::ptr::null() });
        let tb = self.new_traceback(e.traceback.get(), o, e.quiet_at.get());
        e.traceback.set(e, tb.value());
    }
    fn interpreter(&self) -> &'static Hooks {
        self.exec.hooks.get().expect("the interpreter is installed")
    }
    /// Takes over what `sys.settrace` and `sys.setprofile` set under the hidden names `_trace` and `_profile`, and
    /// what tools want.
    pub fn update_tracing(&self) {
        let set = |n: &str| self.hidden.get_str(self, self.intern(n)).is_some_and(|v| !v.is_none());
        let hooked = set("_trace") || set("_profile");
        self.exec.hooked.set(hooked);
        let on = hooked || self.exec.monitoring.get();
        if on && !self.exec.tracing.replace(on) {
            // Compiled code has no events.
            self.watches.break_all("tracing, profiling or monitoring was switched on");
        }
        self.exec.tracing.set(on);
        self.exec.update_stepping();
    }
    /// Calls a Python function.
    pub fn call_function(&self, f: Gc<Function>, args: Args) -> PyResult {
        self.check_native_stack()?;
        (self.interpreter().call)(self, f, args)
    }
    /// Runs the code of `f`, which takes no arguments, with `namespace` as its namespace.
    pub fn run_function(&self, f: Gc<Function>, namespace: Value) -> PyResult {
        self.check_native_stack()?;
        (self.interpreter().run)(self, f, namespace)
    }
    /// Runs a generator that is neither running nor finished until it yields or ends.
    pub fn resume_generator(&self, g: Gc<Generator>, send: Send) -> PyResult<Resumed> {
        self.check_native_stack()?;
        (self.interpreter().resume)(self, g, send)
    }
}

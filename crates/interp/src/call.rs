//! Calls: pushing frames, binding arguments, entering from Rust.
//!
//! In: a callable and a window of arguments on the VM stack, or `Args` from Rust. Out: a pushed frame to go on in,
//! or a native's result in the destination register. The wording of errors is CPython's.

mod bind;

use crate::dispatch::{RAISED, Stub, run, stub};
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::method::Method;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::objects::typ_new::type_call;
use taipan_runtime::vm::call::with_first;
use taipan_runtime::vm::exec::{FUNC, HEADER, INFO, PREV, PSEUDO_REGS, Pc, RET, Regs, info, set_word, word};
use taipan_runtime::{Args, Gc, Kw, PyResult, Raised, Value, Vm};

pub use bind::bind;

/// Handles the reasons in the interrupt word.
#[cold]
#[inline(never)]
pub fn poll(vm: &Vm) -> PyResult<()> {
    let reasons = vm.exec.take_interrupts();
    use taipan_runtime::vm::exec::interrupt;
    if reasons & interrupt::TRACE != 0 {
        vm.update_tracing();
    }
    // First, so that Ctrl-C is raised here and not in a finaliser, where it would be lost.
    if reasons & interrupt::SIGNAL != 0
        && let Err(e) = vm.check_signals()
    {
        let rest = reasons & !(interrupt::SIGNAL | interrupt::TRACE);
        if rest != 0 {
            vm.exec.interrupt(rest);
        }
        return Err(e);
    }
    if reasons & interrupt::PENDING != 0 {
        if vm.heap.take_exhausted() {
            vm.exec.interrupt(reasons & !(interrupt::SIGNAL | interrupt::TRACE));
            return Err(vm.memory_error());
        }
        vm.run_pending_later();
    }
    if let Some(f) = vm.exec.on_interrupt.get() {
        f(vm, reasons)?;
    }
    Ok(())
}

/// Is there room for a frame of `nregs` registers at `regs` and depth `depth`?
#[inline]
pub fn check_room(vm: &Vm, regs: Regs, nregs: usize, depth: u64) -> PyResult<()> {
    if regs as usize + nregs * 8 > vm.exec.stack_end() || depth > vm.exec.recursion_limit.get() as u64 {
        return Err(too_deep(vm));
    }
    Ok(())
}

#[cold]
fn too_deep(vm: &Vm) -> Raised {
    vm.recursion_error("maximum recursion depth exceeded")
}

/// Writes the header of a function's frame at `regs` whose arguments are in place, makes the other variables
/// unbound, and publishes it.
///
/// # Safety
/// The words from `regs - HEADER` on are free, `prev` is the calling frame.
#[inline]
pub unsafe fn push(
    vm: &Vm,
    f: Gc<Function>,
    code: Gc<Code>,
    regs: Regs,
    ret: Pc,
    prev: Regs,
) -> PyResult<Pc> {
    // SAFETY: by the caller's promise.
    unsafe {
        let depth = (word(prev, INFO) & info::DEPTH) + 1;
        check_room(vm, regs, code.nregs as usize, depth)?;
        set_word(regs, INFO, depth);
        set_word(regs, PREV, prev as u64);
        set_word(regs, RET, ret as u64);
        *regs.offset(FUNC) = f.value();
        for i in code.nparams..code.ninit {
            *regs.add(i as usize) = Value::UNBOUND;
        }
    }
    vm.exec.regs.set(regs);
    Ok(code.entry.get())
}

/// [`push`] of a function whose code may be that of a module or class: such code runs on the globals.
///
/// # Safety
/// As for [`push`].
unsafe fn push_bound(
    vm: &Vm,
    f: Gc<Function>,
    code: Gc<Code>,
    regs: Regs,
    ret: Pc,
    prev: Regs,
) -> PyResult<Pc> {
    // SAFETY: by the caller's promise; such code has no parameters, and a register for its namespace.
    unsafe {
        let pc = push(vm, f, code, regs, ret, prev)?;
        if !code.has(taipan_bytecode::flags::OPTIMIZED) {
            *regs = f.globals.get().value();
        }
        Ok(pc)
    }
}

/// Calls `callable` with `n` arguments at `args` (below which the frame header fits), the last of them keyword
/// values named by `names`. The result goes to register `a` of the instruction at `pc`.
///
/// # Safety
/// `pc` and `regs` are published; the window is the top of the frame.
pub unsafe fn call_window(
    vm: &Vm,
    pc: Pc,
    regs: Regs,
    callable: Value,
    args: Regs,
    n: usize,
    names: Option<Gc<Tuple>>,
) -> PyResult<Pc> {
    if vm.exec.limit.load(std::sync::atomic::Ordering::Relaxed) == 0 {
        poll(vm)?;
    }
    let Some(m) = callable.cast::<Method>() else {
        // SAFETY: by the caller's promise.
        return unsafe { call_plain(vm, pc, regs, callable, args, n, names) };
    };
    // SAFETY: as above; frames have one register more than the compiler counts.
    unsafe {
        std::ptr::copy(args, args.add(1), n);
        *args = m.this.get();
        let shifted = &vm.exec.shifted;
        shifted.set(shifted.get() + 1);
        let r = call_plain(vm, pc, regs, m.func.get(), args, n + 1, names);
        shifted.set(shifted.get() - 1);
        r
    }
}

/// [`call_window`] of anything but a bound method.
#[inline]
unsafe fn call_plain(
    vm: &Vm,
    pc: Pc,
    regs: Regs,
    callable: Value,
    args: Regs,
    n: usize,
    names: Option<Gc<Tuple>>,
) -> PyResult<Pc> {
    // SAFETY: by the caller's promise.
    unsafe {
        if let Some(f) = callable.cast::<Function>() {
            let code = f.code.get();
            if names.is_none() && code.exact as usize == n {
                return push(vm, f, code, args, pc, regs);
            }
            let nk = names.map_or(0, |t| t.len());
            let all = std::slice::from_raw_parts(args, n);
            let args_in = Args { pos: &all[..n - nk], kw: Kw { names, values: &all[n - nk..] } };
            bind(vm, f, code, args_in, args)?;
            return push_bound(vm, f, code, args, pc, regs);
        }
        if names.is_none()
            && let Some(t) = callable.cast::<Type>()
            && let Some(next) = construct(vm, pc, regs, t, args, n)?
        {
            return Ok(next);
        }
        let nk = names.map_or(0, |t| t.len());
        let all = std::slice::from_raw_parts(args, n);
        let args_in = Args { pos: &all[..n - nk], kw: Kw { names, values: &all[n - nk..] } };
        let r = match callable.cast::<Type>() {
            Some(t) if vm.class_of(callable) == vm.types.type_ => type_call(vm, t.value(), args_in)?,
            _ => vm.call_args(callable, args_in)?,
        };
        *regs.add((*pc).a as usize) = r;
        Ok(pc.add(1))
    }
}

/// `C(args)` for a class with a Python `__init__` and nothing else special: a frame for `__init__`, above a pseudo
/// frame that holds the instance. `None` where the general way must be taken.
unsafe fn construct(vm: &Vm, pc: Pc, regs: Regs, t: Gc<Type>, args: Regs, n: usize) -> PyResult<Option<Pc>> {
    if t.kind.get() != taipan_runtime::kinds::INSTANCE {
        return Ok(None);
    }
    let Some(init) = vm.plan_construct(t) else { return Ok(None) };
    let Some(f) = init.and_then(|f| f.cast::<Function>()) else { return Ok(None) };
    // SAFETY: calls have caches.
    unsafe { crate::spec::construct(vm, pc, t, f) };
    let instance = vm.new_instance(t).value();
    // SAFETY: by the caller's promise the window is the top of the frame; what is written above it is checked
    // against the end of the stack first.
    unsafe {
        let depth = (word(regs, INFO) & info::DEPTH) + 1;
        let pseudo = args.add(n + HEADER);
        let new = pseudo.add(PSEUDO_REGS + HEADER);
        check_room(vm, new, n + 1, depth)?;
        let code = f.code.get();
        if code.exact as usize != n + 1 {
            // Binding allocates, and the collector forgets what is above this call's window: nothing is written
            // there before, and the arguments come from the window and the native stack.
            let given = Args::new(std::slice::from_raw_parts(args, n));
            with_first(vm, instance, given, |all| bind(vm, f, code, all, new))?;
        } else {
            std::ptr::copy_nonoverlapping(args, new.add(1), n);
            *new = instance;
        }
        *pseudo.offset(FUNC) = Value::NONE;
        set_word(pseudo, RET, pc as u64);
        set_word(pseudo, PREV, regs as u64);
        set_word(pseudo, INFO, (depth - 1) | info::PSEUDO);
        for i in 0..PSEUDO_REGS {
            *pseudo.add(i) = Value::NONE;
        }
        *pseudo.add(1) = std::hint::black_box(instance);
        push(vm, f, code, new, stub(Stub::InitReturn), pseudo).map(Some)
    }
}

/// The stub behind an `__init__` frame: its result is in register 0 of the pseudo frame, the instance in 1.
pub(crate) unsafe fn init_done(vm: &Vm, _: Pc, regs: Regs) -> PyResult<Pc> {
    // SAFETY: the stub runs in such pseudo frames only.
    unsafe {
        let (result, instance) = (*regs, *regs.add(1));
        let prev = word(regs, PREV) as Regs;
        let ret = word(regs, RET) as Pc;
        vm.exec.regs.set(prev);
        vm.exec.pc.set(ret);
        if !result.is_none() {
            return Err(
                vm.type_error(format!("__init__() should return None, not '{}'", vm.type_name(result)))
            );
        }
        *prev.add((*ret).a as usize) = instance;
        Ok(ret.add(1))
    }
}

/// The stub behind the frame of a method that stands for an instruction without a result (`o[k] = v`).
pub(crate) unsafe fn discard_done(vm: &Vm, _: Pc, regs: Regs) -> PyResult<Pc> {
    // SAFETY: the stub runs in such pseudo frames only.
    unsafe {
        let ret = word(regs, RET) as Pc;
        vm.exec.regs.set(word(regs, PREV) as Regs);
        vm.exec.pc.set(ret);
        Ok(ret.add(1))
    }
}

/// How the frame of a Python function that is called in place of an instruction hands its result on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Link {
    /// Into the instruction's first register.
    Result,
    /// As `__init__`: the pseudo frame below holds the instance.
    Init,
    /// Not at all.
    Discard,
    /// By way of [`crate::operator`]: the instruction is an operator, a comparison or a membership test.
    Operator,
}

impl Link {
    /// Registers between the end of what the caller needs and the frame's registers.
    pub fn gap(self) -> usize {
        if self == Link::Result { HEADER } else { 2 * HEADER + PSEUDO_REGS }
    }
}

/// Writes the header of a frame at `new` for function `f`, called by the instruction at `pc` of frame `prev`, and the
/// pseudo frame below it where the link asks for one (it holds `instance`).
///
/// # Safety
/// [`Link::gap`] words below `new` are free; the caller looks after room on the stack.
pub unsafe fn header(new: Regs, f: Value, pc: Pc, prev: Regs, link: Link, instance: Value) {
    // SAFETY: by the caller's promise.
    unsafe {
        let depth = (word(prev, INFO) & info::DEPTH) + 1;
        let (mut ret, mut below) = (pc, prev);
        if link != Link::Result {
            let pseudo = new.sub(HEADER + PSEUDO_REGS);
            *pseudo.offset(FUNC) = Value::NONE;
            set_word(pseudo, RET, pc as u64);
            set_word(pseudo, PREV, prev as u64);
            set_word(pseudo, INFO, (depth - 1) | info::PSEUDO);
            for i in 0..PSEUDO_REGS {
                *pseudo.add(i) = Value::NONE;
            }
            *pseudo.add(1) = instance;
            ret = stub(match link {
                Link::Init => Stub::InitReturn,
                Link::Operator => Stub::OperatorReturn,
                _ => Stub::DiscardReturn,
            });
            below = pseudo;
        }
        set_word(new, INFO, depth);
        set_word(new, PREV, below as u64);
        set_word(new, RET, ret as u64);
        *new.offset(FUNC) = f;
    }
}

/// An entry pseudo frame; dropping it makes the frame below the published one again.
pub struct Entry<'a> {
    vm: &'a Vm,
    regs: Regs,
}

impl<'a> Entry<'a> {
    /// Pushes an entry frame behind the top frame.
    pub fn push(vm: &'a Vm) -> PyResult<Entry<'a>> {
        let exec = &vm.exec;
        let prev = exec.regs.get();
        let top = exec.top();
        if top as usize + 4096 > exec.stack_end() {
            return Err(too_deep(vm));
        }
        // SAFETY: there is room behind the top frame.
        unsafe {
            let regs = top.add(HEADER);
            let depth = if prev.is_null() { 0 } else { word(prev, INFO) & info::DEPTH };
            *regs.offset(FUNC) = Value::NONE;
            set_word(regs, RET, exec.pc.get() as u64);
            set_word(regs, PREV, prev as u64);
            set_word(regs, INFO, depth | info::PSEUDO | info::ENTRY);
            for i in 0..PSEUDO_REGS {
                *regs.add(i) = Value::NONE;
            }
            exec.regs.set(regs);
            exec.pc.set(std::ptr::null());
            Ok(Entry { vm, regs })
        }
    }
    /// Its registers.
    pub fn regs(&self) -> Regs {
        self.regs
    }
    /// Takes the exception that left the chain.
    pub fn raised(&self) -> Raised {
        self.vm.exec.raised.take().expect("the chain said that there is one")
    }
    /// Runs a pushed frame and answers its return value.
    ///
    /// # Safety
    /// The published frame returns to this entry.
    pub unsafe fn finish(self, pc: Pc) -> PyResult {
        // SAFETY: by the caller's promise.
        unsafe {
            if run(self.vm, pc, self.vm.exec.regs.get()) == RAISED {
                return Err(self.raised());
            }
            Ok(*self.regs)
        }
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        // SAFETY: the entry frame is still in place.
        unsafe {
            self.vm.exec.pc.set(word(self.regs, RET) as Pc);
            self.vm.exec.regs.set(word(self.regs, PREV) as Regs);
        }
    }
}

/// Calls a Python function from Rust; the hook behind `Vm::call_function`.
pub(crate) fn from_rust(vm: &Vm, f: Gc<Function>, args: Args) -> PyResult {
    let entry = Entry::push(vm)?;
    let code = f.code.get();
    // SAFETY: everything above the entry frame is free, and `check_room` looks at more than what is written
    // before it (a frame has at most 65,535 registers, which the slack above the limit covers).
    unsafe {
        let regs = entry.regs().add(PSEUDO_REGS + HEADER);
        bind(vm, f, code, args, regs)?;
        let pc = push_bound(vm, f, code, regs, stub(Stub::Return), entry.regs())?;
        entry.finish(pc)
    }
}

/// Runs code without parameters on a namespace; the hook behind `Vm::run_function`.
pub(crate) fn run_from_rust(vm: &Vm, f: Gc<Function>, namespace: Value) -> PyResult {
    let entry = Entry::push(vm)?;
    let code = f.code.get();
    // SAFETY: as above.
    unsafe {
        let regs = entry.regs().add(PSEUDO_REGS + HEADER);
        let pc = push(vm, f, code, regs, stub(Stub::Return), entry.regs())?;
        if !code.has(taipan_bytecode::flags::OPTIMIZED) {
            for i in 0..code.ninit.max(1) {
                *regs.add(i as usize) = Value::UNBOUND;
            }
            *regs = namespace;
        }
        entry.finish(pc)
    }
}

/// Bound methods that are called with fewer spread arguments than this get a frame in the chain.
const SPREAD: usize = 9;

/// Calls `callable` with arguments that are not in the window; a pushed frame's registers begin at `at`.
///
/// # Safety
/// As for [`call_window`].
pub unsafe fn call_spread(
    vm: &Vm,
    pc: Pc,
    regs: Regs,
    callable: Value,
    at: Regs,
    args: Args,
) -> PyResult<Pc> {
    // SAFETY: by the caller's promise.
    unsafe {
        if let Some(f) = callable.cast::<Function>() {
            let code = f.code.get();
            bind(vm, f, code, args, at)?;
            return push_bound(vm, f, code, at, pc, regs);
        }
        if let Some(m) = callable.cast::<Method>()
            && let Some(f) = m.func.get().cast::<Function>()
            && args.kw.is_empty()
            && args.pos.len() < SPREAD
        {
            let code = f.code.get();
            let mut all = [Value::UNBOUND; SPREAD];
            all[0] = m.this.get();
            let n = args.pos.len() + 1;
            all[1..n].copy_from_slice(args.pos);
            bind(vm, f, code, Args::new(&all[..n]), at)?;
            return push_bound(vm, f, code, at, pc, regs);
        }
        let r = vm.call_args(callable, args)?;
        *regs.add((*pc).a as usize) = r;
        Ok(pc.add(1))
    }
}

//! Dispatch: how control goes from one instruction to the next.
//!
//! Each opcode has a handler `unsafe extern "C" fn(pc, regs, vm, ti, kc, tbl) -> u64` of six integer arguments
//! that ends by calling the next handler; with optimisation that call is a jump (a *chain*), and nothing is kept
//! on the native stack in between. An instruction's `op` field is the offset of its handler from `tbl`. `ti` and
//! `kc` are the tag and the zero of immediate ints, kept in registers.
//!
//! Handlers are generic over a [`Back`] end. [`Chain`] is the above; [`Loop`] returns to a plain loop after every
//! instruction: for builds without optimisation, and where something must look at each instruction.
//!
//! What must hold in a handler: no value with a destructor and no address of a local that escapes; everything
//! slow is in a function of its own. Slow parts get `pc` and `regs` published in [`Exec`](taipan_runtime::vm::exec::Exec) first.

use crate::hot::{SPECS, Spec};
use crate::ops;
use crate::profile;
use crate::trace;
use crate::unwind;
use std::sync::OnceLock;
use taipan_bytecode::{Instr, OP_COUNT, for_each_opcode};
use taipan_runtime::Vm;
use taipan_runtime::vm::exec::{Pc, Regs};

/// A handler.
pub type Handler = unsafe extern "C" fn(Pc, Regs, *const Vm, u64, u64, *const u8) -> u64;

/// What a chain or step answers: the entry frame returned.
pub const DONE: u64 = 0;
/// What a chain or step answers: an exception left the entry frame; it is in `Exec::raised`.
pub const RAISED: u64 = 1;
/// What a step of the loop answers: go on. A chain answers so when the loop must take over.
pub const CONTINUE: u64 = 2;

/// A way to get to the next instruction.
pub trait Back {
    /// Does it look at each instruction?
    const STEPPING: bool;
    /// Goes on at `pc`.
    ///
    /// # Safety
    /// `pc` is an instruction of the code of frame `regs`.
    unsafe fn next(pc: Pc, regs: Regs, vm: *const Vm, ti: u64, kc: u64, tbl: *const u8) -> u64;
    /// Goes on at `pc` with the constants made afresh: behind calls, so that nobody saves them.
    ///
    /// # Safety
    /// As for [`Back::next`].
    #[inline(always)]
    unsafe fn afresh(pc: Pc, regs: Regs, vm: *const Vm) -> u64 {
        // SAFETY: by the caller's promise.
        unsafe { Self::next(pc, regs, vm, taipan_runtime::INT_TAG, taipan_runtime::INT_ZERO, table_base()) }
    }
}

/// Sibling calls.
pub struct Chain;
impl Back for Chain {
    const STEPPING: bool = false;
    #[inline(always)]
    unsafe fn next(pc: Pc, regs: Regs, vm: *const Vm, ti: u64, kc: u64, tbl: *const u8) -> u64 {
        // SAFETY: loaded code holds offsets of handlers.
        unsafe {
            let h: Handler = std::mem::transmute(tbl.offset((*pc).op as i32 as isize));
            h(pc, regs, vm, ti, kc, tbl)
        }
    }
}

/// Returns to a loop.
pub struct Loop;
impl Back for Loop {
    const STEPPING: bool = true;
    #[inline(always)]
    unsafe fn next(pc: Pc, regs: Regs, vm: *const Vm, _: u64, _: u64, _: *const u8) -> u64 {
        // SAFETY: the VM is alive while it runs.
        let exec = unsafe { &(*vm).exec };
        exec.pc.set(pc);
        exec.regs.set(regs);
        CONTINUE
    }
}

/// Opcodes that the compiler does not know: they stand in [`stubs`] only.
#[derive(Clone, Copy)]
#[repr(usize)]
pub enum Stub {
    /// Receives the value that a Python frame returns to Rust.
    Return,
    /// Leaves the chain.
    Exit,
    /// Leaves the chain with an exception.
    ExitRaised,
    /// Makes the executable form of the frame's code and starts over.
    Load,
    /// Receives what `__init__` returns; the instance is in register 1 of a pseudo frame.
    InitReturn,
    /// Checks that it is None and returns the instance.
    InitDone,
    /// Receives what a frame returns that stands for an instruction without a result.
    DiscardReturn,
    /// Goes on behind that instruction.
    DiscardDone,
    /// Receives what the method returns that an operator, a comparison or a membership test called.
    OperatorReturn,
    /// Makes that instruction's result of it.
    OperatorDone,
}
const STUBS: usize = 10;
/// First opcode number behind the compiler's: handlers of stubs.
const FIRST_STUB: usize = OP_COUNT;
/// Handlers in all.
const HANDLERS: usize = OP_COUNT + STUBS;

macro_rules! cold_handlers {
    ($( $(#[$doc:meta])+ $name:ident [$($operands:tt)*] [$($fx:tt)*]; )*) => {
        /// What the general forms call. Functions of their own: where a link-time optimiser put one into its
        /// handler, the addresses of its locals would keep the handler's last call from being a jump.
        #[allow(non_snake_case)]
        mod general_step {
            use super::*;
            $(
                #[cold]
                #[inline(never)]
                pub unsafe fn $name(vm: &Vm, pc: Pc, regs: Regs) -> Pc {
                    // SAFETY: the handler passes its instruction and its frame, which it has published.
                    unsafe {
                        match ops::$name(vm, pc, regs) {
                            Ok(next) => next,
                            Err(e) => unwind::raise(vm, e),
                        }
                    }
                }
            )*
        }
        /// The general form of each opcode.
        #[allow(non_snake_case)]
        pub mod cold {
            use super::*;
            $(
                #[cold]
                #[inline(never)]
                pub unsafe extern "C" fn $name<B: Back>(
                    pc: Pc, regs: Regs, vm: *const Vm, ti: u64, kc: u64, tbl: *const u8,
                ) -> u64 {
                    // The constants are made afresh: that is less than saving them during the call.
                    let (_, _, _) = (ti, kc, tbl);
                    // SAFETY: handlers run on a live VM with a published frame.
                    unsafe {
                        (*vm).exec.pc.set(pc);
                        (*vm).exec.regs.set(regs);
                        if B::STEPPING {
                            (*vm).exec.slow.set(true);
                        }
                        let next = general_step::$name(&*vm, pc, regs);
                        if (*vm).exec.stepping.get() != B::STEPPING {
                            (*vm).exec.pc.set(next);
                            return CONTINUE;
                        }
                        B::afresh(next, (*vm).exec.regs.get(), vm)
                    }
                }
            )*
        }
        fn general<B: Back + 'static>() -> [Handler; OP_COUNT] {
            [$(cold::$name::<B> as Handler),*]
        }
    };
}
for_each_opcode!(cold_handlers);

macro_rules! stub {
    ($name:ident, $f:path) => {
        #[cold]
        #[inline(never)]
        pub(crate) unsafe extern "C" fn $name<B: Back>(
            pc: Pc,
            regs: Regs,
            vm: *const Vm,
            ti: u64,
            kc: u64,
            tbl: *const u8,
        ) -> u64 {
            // SAFETY: as for the general handlers.
            unsafe {
                (*vm).exec.pc.set(pc);
                (*vm).exec.regs.set(regs);
                let next = match $f(&*vm, pc, regs) {
                    Ok(next) => next,
                    Err(e) => unwind::raise(&*vm, e),
                };
                let (_, _, _) = (ti, kc, tbl);
                B::afresh(next, (*vm).exec.regs.get(), vm)
            }
        }
    };
}
stub!(load, crate::code::load_stub);
stub!(init_failed, crate::call::init_done);
stub!(discard, crate::call::discard_done);
stub!(operator, crate::operator::done);

/// Leaves the chain. Offsets count from its address, so that there must be one of it only.
#[inline(never)]
unsafe extern "C" fn exit(_: Pc, _: Regs, _: *const Vm, _: u64, _: u64, _: *const u8) -> u64 {
    DONE
}
unsafe extern "C" fn exit_raised(_: Pc, _: Regs, _: *const Vm, _: u64, _: u64, _: *const u8) -> u64 {
    RAISED
}
unsafe extern "C" fn skip<B: Back>(
    pc: Pc,
    regs: Regs,
    vm: *const Vm,
    ti: u64,
    kc: u64,
    tbl: *const u8,
) -> u64 {
    // SAFETY: an instruction follows.
    unsafe { B::next(pc.add(1), regs, vm, ti, kc, tbl) }
}

fn table<B: Back + 'static>() -> [Handler; HANDLERS] {
    let mut all: [Handler; HANDLERS] = [exit; HANDLERS];
    all[..OP_COUNT].copy_from_slice(&general::<B>());
    for (op, h) in crate::hot::handlers::<B>() {
        all[op as usize] = h;
    }
    let stubs: [Handler; STUBS] = [
        skip::<B>,
        exit,
        exit_raised,
        load::<B>,
        skip::<B>,
        crate::hot::init_done::<B>,
        skip::<B>,
        discard::<B>,
        skip::<B>,
        operator::<B>,
    ];
    all[FIRST_STUB..].copy_from_slice(&stubs);
    all
}

/// The handlers of a back end, by opcode number.
struct Tables {
    chain: [Handler; HANDLERS],
    looped: [Handler; HANDLERS],
    stubs: [Instr; STUBS],
    spec: Vec<u32>,
    spec_looped: Vec<Handler>,
    /// Offsets of the specialised forms of each opcode.
    forms: Vec<Vec<(u32, Spec)>>,
    /// Opcodes with a fast path of their own.
    fast: [bool; OP_COUNT],
    /// Offsets of counting back edges by opcode; 0 for all other opcodes.
    counting: Vec<u32>,
    enter: u32,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let chain = table::<Chain>();
        let mut stubs = [Instr::default(); STUBS];
        for (i, s) in stubs.iter_mut().enumerate() {
            s.op = offset_from(chain[FIRST_STUB + i]);
        }
        let spec: Vec<u32> = crate::hot::spec_handlers::<Chain>().into_iter().map(offset_from).collect();
        let mut forms = vec![vec![]; OP_COUNT];
        for (&s, &offset) in SPECS.iter().zip(&spec) {
            forms[s.op() as usize].push((offset, s));
        }
        let mut fast = [false; OP_COUNT];
        for (op, _) in crate::hot::handlers::<Loop>() {
            fast[op as usize] = true;
        }
        let mut counting = vec![0; OP_COUNT];
        for (op, h) in crate::hot::count::handlers::<Chain>() {
            counting[op as usize] = offset_from(h);
        }
        let enter = offset_from(crate::jit::enter::<Chain>);
        let spec_looped = crate::hot::spec_handlers::<Loop>();
        Tables { chain, looped: table::<Loop>(), stubs, spec, spec_looped, forms, fast, counting, enter }
    })
}

fn offset_from(h: Handler) -> u32 {
    let d = (h as usize).wrapping_sub(table_base() as usize) as isize;
    i32::try_from(d).expect("handlers lie within 2 GiB of each other") as u32
}

/// The `op` field of an instruction with opcode number `op` in loaded code.
pub fn handler_offset(op: u32) -> u32 {
    let t = tables();
    offset_from(t.chain[op as usize])
}
/// The `op` field of an instruction in a specialised form.
pub fn spec_offset(s: crate::hot::Spec) -> u32 {
    tables().spec[s as usize]
}
/// The specialised form of opcode `op` whose `op` field in loaded code is `offset`.
#[inline]
pub fn spec_of(op: taipan_bytecode::Op, offset: u32) -> Option<Spec> {
    tables().forms[op as usize].iter().find(|f| f.0 == offset).map(|f| f.1)
}
/// Has the opcode's plain handler a fast path of its own?
pub fn is_fast(op: taipan_bytecode::Op) -> bool {
    tables().fast[op as usize]
}
/// The `op` field of a back edge that counts; `None` for other opcodes.
pub fn counting_offset(op: u32) -> Option<u32> {
    Some(tables().counting[op as usize]).filter(|&o| o != 0)
}
/// The `op` field of a back edge with compiled code.
pub(crate) fn enter_offset() -> u32 {
    tables().enter
}
/// The chain's plain handler of opcode number `op`.
pub(crate) fn handler_of(op: u32) -> Handler {
    tables().chain[op as usize]
}
/// The address that offsets count from: a constant of the program, so that what calls other functions makes it afresh
/// instead of saving it.
#[inline(always)]
pub fn table_base() -> *const u8 {
    exit as Handler as usize as *const u8
}
/// An instruction of the stubs.
pub fn stub(s: Stub) -> Pc {
    &tables().stubs[s as usize]
}

/// Runs from `pc` in frame `regs` until the entry frame below it ends: [`DONE`] or [`RAISED`].
///
/// # Safety
/// The frame is complete, with an entry pseudo frame somewhere below.
pub unsafe fn run(vm: &Vm, mut pc: Pc, mut regs: Regs) -> u64 {
    // What runs inside a recorded instruction is not recorded itself.
    let outer = vm.exec.recording.get();
    let slow = vm.exec.slow.get();
    if outer {
        crate::jit::set_recording(vm, false);
    }
    let end = loop {
        // SAFETY: by the caller's promise; what a back end leaves published is such a frame too.
        let end = unsafe {
            if cfg!(chain) && !vm.exec.stepping.get() {
                Chain::next(pc, regs, vm, taipan_runtime::INT_TAG, taipan_runtime::INT_ZERO, table_base())
            } else {
                run_loop(vm, pc, regs)
            }
        };
        if end != CONTINUE {
            break end;
        }
        pc = vm.exec.pc.get();
        regs = vm.exec.regs.get();
    };
    if vm.exec.recording.get()
        && let Some(h) = crate::jit::hooks(vm)
    {
        h.left(vm);
        crate::jit::set_recording(vm, false);
    }
    if outer {
        crate::jit::set_recording(vm, true);
    }
    vm.exec.slow.set(slow);
    end
}

unsafe fn run_loop(vm: &Vm, mut pc: Pc, mut regs: Regs) -> u64 {
    let t = tables();
    let stubs = t.stubs.as_ptr_range();
    let mut last = trace::Last::default();
    let stepping = vm.exec.stepping.get();
    let recording = if vm.exec.recording.get() { crate::jit::hooks(vm) } else { None };
    loop {
        let traced = stepping && vm.exec.tracing.get();
        let before = regs;
        // SAFETY: `pc` and `regs` are those of the running frame; stubs lie in their own table.
        unsafe {
            let op = if stubs.contains(&pc) {
                FIRST_STUB + pc.offset_from(stubs.start) as usize
            } else {
                if traced {
                    vm.exec.pc.set(pc);
                    vm.exec.regs.set(regs);
                    match trace::before(vm, pc, regs, &mut last) {
                        Ok(None) => {}
                        Ok(Some(to)) => {
                            pc = to;
                            continue;
                        }
                        Err(e) => {
                            pc = unwind::raise(vm, e);
                            regs = vm.exec.regs.get();
                            continue;
                        }
                    }
                }
                if let Some(h) = recording {
                    vm.exec.pc.set(pc);
                    vm.exec.regs.set(regs);
                    match h.step(vm, pc, regs) {
                        crate::jit::Step::Run => {}
                        crate::jit::Step::Ran(next) => {
                            pc = next;
                            regs = vm.exec.regs.get();
                            vm.exec.pc.set(pc);
                            if !vm.exec.recording.get() {
                                return CONTINUE;
                            }
                            continue;
                        }
                        crate::jit::Step::Raised(e) => {
                            pc = unwind::raise(vm, e);
                            regs = vm.exec.regs.get();
                            vm.exec.pc.set(pc);
                            if !vm.exec.recording.get() {
                                return CONTINUE;
                            }
                            continue;
                        }
                    }
                    if !vm.exec.recording.get() {
                        return CONTINUE;
                    }
                }
                let code = taipan_runtime::vm::exec::function(regs).code.get();
                code.data.instrs[code.index_of(pc) as usize].op as usize
            };
            let spec = if op < OP_COUNT { t.forms[op].iter().find(|f| f.0 == (*pc).op) } else { None };
            let handler = spec.map_or(t.looped[op], |f| t.spec_looped[f.1 as usize]);
            let counted = stepping && op < OP_COUNT && vm.exec.profiling.get();
            let seen = if counted { profile::before(vm, pc, regs) } else { None };
            let at = pc;
            match handler(pc, regs, vm, taipan_runtime::INT_TAG, taipan_runtime::INT_ZERO, table_base()) {
                CONTINUE => {
                    pc = vm.exec.pc.get();
                    regs = vm.exec.regs.get();
                }
                end => return end,
            }
            if let Some(seen) = seen {
                profile::after(vm, seen, at, pc);
            }
            if traced && let Err(e) = trace::after(vm, before, &mut last) {
                pc = unwind::raise(vm, e);
                regs = vm.exec.regs.get();
            }
            if cfg!(chain) && vm.exec.stepping.get() != stepping {
                return CONTINUE;
            }
        }
    }
}

//! The hooks that a just-in-time compiler implements, and the handlers that call them.
//!
//! In: back edges. A back edge of loaded code counts down in its field `d`; at zero the hooks are told
//! ([`Hooks::hot`]). They may ask for recording (`Exec::recording`): the loop back end then shows them each
//! instruction of the running frame before it runs ([`Hooks::step`]). Once a loop has compiled code, the hooks put
//! [`enter_offset`] into the back edge and the code's number into `d`; the handler behind it enters the code
//! ([`Hooks::enter`]) and goes on where that says.
//!
//! What must hold: a back edge at which compiled code gave up without having moved is run by its own handler, so
//! that there is always progress. Recording belongs to one activation of [`crate::dispatch::run`]: activations
//! inside it (natives that call back) do not show their instructions.

use crate::dispatch::{Back, CONTINUE, handler_of};
use crate::unwind;
use taipan_bytecode::CodeObject;
use taipan_runtime::vm::exec::{Pc, Regs, function};
use taipan_runtime::{PyResult, Raised, Vm};

/// What becomes of an instruction that was shown to the hooks.
pub enum Step {
    /// The interpreter runs it.
    Run,
    /// The hooks ran it: go on here, in the frame that is published.
    Ran(Pc),
    /// The hooks ran it, and it raised.
    Raised(Raised),
}

/// What a compiler of hot loops is told, and asked.
pub trait Hooks {
    /// First count of the back edge at index `at` of code that is being loaded. Jittered, so that an unlucky
    /// iteration is not recorded for ever.
    fn first_count(&self, at: u32) -> u16;
    /// Code is about to be run for the first time.
    fn loaded(&self, code: &CodeObject);
    /// The count of the back edge at `pc` ran out; it is about to be run in frame `regs`, which is published.
    /// Must set the count anew, or put `enter_offset` there.
    fn hot(&self, vm: &Vm, pc: Pc, regs: Regs);
    /// Enters compiled code number `id` at the back edge at `pc`. Answers where to go on, with that frame published.
    fn enter(&self, vm: &Vm, pc: Pc, regs: Regs, id: u16) -> PyResult<Pc>;
    /// Recording: the instruction at `pc` is about to be run in frame `regs`.
    fn step(&self, vm: &Vm, pc: Pc, regs: Regs) -> Step;
    /// The activation that was being recorded has ended.
    fn left(&self, vm: &Vm);
    /// The program ends.
    fn finish(&self) {}
}

/// The installed hooks, if any.
#[inline(always)]
pub fn hooks(vm: &Vm) -> Option<&dyn Hooks> {
    let p = vm.exec.jit.get().cast::<Box<dyn Hooks>>();
    // SAFETY: `install_jit` put a leaked box there, which lives as long as the VM.
    unsafe { p.as_ref() }.map(|b| &**b)
}

/// Installs the hooks, for good: before any code is loaded.
pub fn install_jit(vm: &Vm, hooks: Box<dyn Hooks>) {
    let leaked: &'static mut Box<dyn Hooks> = Box::leak(Box::new(hooks));
    vm.exec.jit.set(std::ptr::from_mut(leaked).cast());
}

/// Turns recording on or off; the chain and the loop see it at their next look.
pub fn set_recording(vm: &Vm, on: bool) {
    vm.exec.recording.set(on);
    vm.exec.update_stepping();
}

/// The `op` field of a back edge with compiled code.
pub fn enter_offset() -> u32 {
    crate::dispatch::enter_offset()
}

/// A back edge whose count ran out.
#[cold]
#[inline(never)]
// Each back end has a handler of its own.
#[allow(clippy::extra_unused_type_parameters)]
pub(crate) unsafe extern "C" fn hot<B: Back>(
    pc: Pc,
    regs: Regs,
    vm: *const Vm,
    _: u64,
    _: u64,
    _: *const u8,
) -> u64 {
    // SAFETY: handlers run on a live VM; the frame is published before anything looks at it.
    unsafe {
        (*vm).exec.pc.set(pc);
        (*vm).exec.regs.set(regs);
        match hooks(&*vm) {
            Some(h) => h.hot(&*vm, pc, regs),
            None => (*pc.cast_mut()).d = u16::MAX,
        }
    }
    CONTINUE
}

/// A back edge with compiled code.
#[inline(never)]
pub(crate) unsafe extern "C" fn enter<B: Back>(
    pc: Pc,
    regs: Regs,
    vm: *const Vm,
    ti: u64,
    kc: u64,
    tbl: *const u8,
) -> u64 {
    // SAFETY: as above; the hooks answer an instruction of the frame that they publish.
    unsafe {
        (*vm).exec.pc.set(pc);
        (*vm).exec.regs.set(regs);
        let entered = match hooks(&*vm) {
            Some(h) => h.enter(&*vm, pc, regs, (*pc).d),
            None => Ok(pc),
        };
        let next = match entered {
            Ok(next) => next,
            Err(e) => unwind::raise(&*vm, e),
        };
        let now = (*vm).exec.regs.get();
        if (*vm).exec.stepping.get() != B::STEPPING {
            (*vm).exec.pc.set(next);
            return CONTINUE;
        }
        if next == pc && now == regs {
            // Nothing was done: the back edge itself must run.
            let code = function(regs).code.get();
            let op = code.data.instrs[code.index_of(pc) as usize].op;
            return handler_of(op)(pc, regs, vm, ti, kc, tbl);
        }
        B::next(next, now, vm, ti, kc, tbl)
    }
}

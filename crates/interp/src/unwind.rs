//! Looking for exception handlers: from the published frame outwards, adding traceback entries, until a handler
//! row covers the instruction or the entry frame is reached.

use crate::dispatch::{Stub, stub};
use crate::generator;
use taipan_bytecode::{Branch, CodeObject, Instr, branch, jump_target};
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::exception::Exception;
use taipan_runtime::objects::traceback::Traceback;
use taipan_runtime::vm::exec::{FrameRef, INFO, Pc, RET, function, info, previous, word};
use taipan_runtime::{Gc, Raised, Value, Vm};

/// Raises `e` at the published instruction; answers where to go on (in the frame then published).
///
/// # Safety
/// A frame is published.
pub unsafe fn raise(vm: &Vm, e: Raised) -> Pc {
    // One that has a traceback was raised further in and got its context there.
    if e.0.traceback.get().is_none() && e.0.context.get().is_none() {
        set_context(vm, e.0);
    }
    // SAFETY: by the caller's promise.
    unsafe { propagate(vm, e, true) }
}

/// Goes on with an exception that the published frame caught: no traceback entry for that frame.
///
/// # Safety
/// As for [`raise`].
pub unsafe fn reraise(vm: &Vm, e: Raised) -> Pc {
    vm.settle(e.0);
    // SAFETY: by the caller's promise.
    unsafe { propagate(vm, e, false) }
}

/// Makes the exception being handled the context of `e`, unless that would close a circle.
pub fn set_context(vm: &Vm, e: Gc<Exception>) {
    let Some(handled) = vm.handled_exception().cast::<Exception>() else { return };
    if handled == e {
        return;
    }
    let (mut at, mut slow, mut odd) = (handled, handled, false);
    while let Some(next) = at.context.get().cast::<Exception>() {
        if next == e {
            at.context.set(at, Value::NONE);
            break;
        }
        at = next;
        if at == slow {
            break;
        }
        if odd && let Some(s) = slow.context.get().cast::<Exception>() {
            slow = s;
        }
        odd = !odd;
    }
    e.context.set(e, handled.value());
}

unsafe fn propagate(vm: &Vm, mut e: Raised, mut entry: bool) -> Pc {
    let exec = &vm.exec;
    let mut origin = true;
    let at_back_edge = exec.at_back_edge.replace(false);
    loop {
        let regs = exec.regs.get();
        let pc = exec.pc.get();
        // SAFETY: published frames are live; a handler's register and target lie within its code.
        unsafe {
            let flags = word(regs, INFO);
            if flags & info::ENTRY != 0 {
                exec.raised.set(Some(e));
                return stub(Stub::ExitRaised);
            }
            if flags & info::PSEUDO == 0 {
                let code = function(regs).code.get();
                let frame = FrameRef { regs, pc };
                let index = code.index_of(pc);
                let handler = if code.data.handlers.is_empty() { None } else { code.handler_of(index) };
                let shown = if origin && at_back_edge { end_of_body(&code.data, index) } else { index };
                if origin
                    && entry
                    && let Some((h, true)) = handler
                    && e.0.fresh.replace(false)
                    && flags & info::GENERATOR == 0
                    && e.0.traceback.get().is_none()
                    && !vm.exec.tracing.get()
                    && !code.block.get().is_null()
                {
                    // Nobody may ever look at it: its traceback is made if somebody does, or when it is raised again.
                    e.0.quiet_at.set(shown);
                    e.0.quiet_in.set(regs);
                    *regs.add(h.reg as usize) = e.value();
                    return code.block.get().cast::<Instr>().add(h.target as usize);
                }
                if entry {
                    let o = vm.frame_object(frame);
                    let tb = vm.new_traceback(e.0.traceback.get(), o, shown);
                    e.0.traceback.set(e.0, tb.value());
                }
                if vm.exec.tracing.get() {
                    let target = handler.map(|(h, _)| h.target);
                    if let Err(other) = crate::trace::exception(vm, frame, e, entry, origin, target) {
                        e = other;
                    }
                }
                if let Some((h, _)) = handler
                    && !code.block.get().is_null()
                {
                    if !entry && code.line_known(index) {
                        exec.reraised.set((regs, e.0.as_ptr() as usize, index));
                    }
                    *regs.add(h.reg as usize) = e.value();
                    return code.block.get().cast::<Instr>().add(h.target as usize);
                }
                (entry, origin) = (true, false);
                let flags = word(regs, INFO);
                if flags & info::GENERATOR != 0 {
                    let leaf = generator::of_frame(regs);
                    generator::finish(vm, left_at(vm, &code, frame, e, index));
                    if flags & info::DIRECT != 0 {
                        // The exception goes on in the one that delegates to it, or if that cannot be, in the loop.
                        match generator::take_over(vm, regs, leaf) {
                            Ok(waiting) => {
                                exec.regs.set(regs);
                                exec.pc.set(waiting);
                            }
                            Err(other) => e = other,
                        }
                        continue;
                    }
                } else if flags & info::OBJECT != 0 {
                    vm.finish_frame(left_at(vm, &code, frame, e, index));
                }
            }
            exec.pc.set(word(regs, RET) as Pc);
            exec.regs.set(previous(regs));
        }
    }
}

/// Where a frame that an exception leaves is said to have been: cleaning up has no line, and is not where it was raised.
fn left_at(vm: &Vm, code: &Code, frame: FrameRef, e: Raised, index: u32) -> FrameRef {
    if code.line_known(index) || code.block.get().is_null() {
        return frame;
    }
    let (regs, of, again) = vm.exec.reraised.get();
    let at = match e.0.traceback.get().cast::<Traceback>() {
        _ if regs == frame.regs && of == e.0.as_ptr() as usize => again,
        Some(tb) if tb.frame.get().regs.get() == frame.regs => tb.index.get(),
        _ => return frame,
    };
    if at as usize >= code.data.instrs.len() {
        return frame;
    }
    // SAFETY: within the code's instructions.
    FrameRef { pc: unsafe { code.block.get().cast::<Instr>().add(at as usize) }, ..frame }
}

/// Where a loop was when its back edge at `index` was interrupted: at the end of its body, unless that has several ends.
fn end_of_body(code: &CodeObject, index: u32) -> u32 {
    let joined = |(at, i): (usize, &Instr)| {
        matches!(branch(i.opcode()), Branch::Jump | Branch::Forward) && jump_target(i, at as u32) == index
    };
    if index == 0 || code.instrs.iter().enumerate().any(joined) { index } else { index - 1 }
}

/// An exception value that is known to be one.
pub fn exception(v: Value) -> Raised {
    Raised(v.cast().expect("handler registers hold exceptions"))
}

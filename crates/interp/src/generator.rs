//! Moving generators' frames between the generator object and the VM stack.
//!
//! `FOR_ITER` and `SEND` on a generator push its frame above the running one and go on in it; `YIELD` and
//! `RETURN` go back to whoever resumed (header word `RESUME`). Rust code resumes through an entry frame.

use crate::call::{self, Entry};
use crate::dispatch::{RAISED, Stub, run, stub};
use crate::unwind;
use taipan_runtime::objects::generator::{Generator, State, chain};
use taipan_runtime::vm::exec::{
    FUNC, FrameRef, GEN, GEN_HEADER, HANDLED, HANDLED_OUTER, INFO, PREV, PSEUDO_REGS, Pc, RESUME, RET, Regs,
    Resumed, Send, info, previous, resume, set_word, word,
};
use taipan_runtime::{Gc, PyResult, Value, Vm, barrier};

/// Pushes the frame of a created or suspended generator at `regs`; it will return to `ret` in frame `prev`.
///
/// # Safety
/// The stack is free from `regs - GEN_HEADER` on; `prev` is the published frame.
#[inline]
pub unsafe fn activate(
    vm: &Vm,
    g: Gc<Generator>,
    regs: Regs,
    ret: Pc,
    prev: Regs,
    kind: u64,
) -> PyResult<()> {
    // SAFETY: by the caller's promise.
    unsafe {
        let depth = (word(prev, INFO) & info::DEPTH) + 1;
        call::check_room(vm, regs, g.len(), depth)?;
        // Even by `SEND`: this is the general way.
        chain::resumed(vm, g, None);
        put_on_stack(vm, g, regs, ret, prev, kind, depth);
        vm.exec.regs.set(regs);
        vm.exec.pc.set(g.pc.get());
    }
    Ok(())
}

/// [`activate`] where room was checked; the frame is not published.
///
/// # Safety
/// As for [`activate`]; `depth` is one more than that of `prev`.
#[inline(always)]
pub unsafe fn put_on_stack(
    vm: &Vm,
    g: Gc<Generator>,
    regs: Regs,
    ret: Pc,
    prev: Regs,
    kind: u64,
    depth: u64,
) {
    let exec = &vm.exec;
    // SAFETY: by the caller's promise.
    unsafe {
        set_word(regs, RET, ret as u64);
        set_word(regs, PREV, prev as u64);
        set_word(regs, INFO, depth | info::GENERATOR);
        set_word(regs, RESUME, kind);
        *regs.offset(FUNC) = g.func().value();
        *regs.offset(GEN) = g.value();
        let (handled, outer) = (exec.handled.get(), exec.handled_outer.get());
        *regs.offset(HANDLED) = handled;
        *regs.offset(HANDLED_OUTER) = outer;
        exec.handled_outer.set(if handled.is_none() { outer } else { handled });
        exec.handled.set(g.handled.get());
        copy(g.regs(), regs, g.saved.get());
        g.state.set(State::Running);
        g.running.set(regs);
        g.leaf.set(None);
    }
}

/// Copies registers; frames are small, so that a loop beats a call.
#[inline(always)]
unsafe fn copy(from: *const Value, to: *mut Value, n: usize) {
    let mut k = 0;
    while k < n {
        // SAFETY: both have `n` registers. (Volatile keeps the loop from becoming a call.)
        unsafe { to.add(k).write_volatile(*from.add(k)) };
        k += 1;
    }
}

#[inline(always)]
unsafe fn restore_handled(vm: &Vm, regs: Regs) {
    // SAFETY: called for generators' frames.
    unsafe {
        vm.exec.handled.set(*regs.offset(HANDLED));
        vm.exec.handled_outer.set(*regs.offset(HANDLED_OUTER));
    }
}

/// The generator of a generator's frame.
///
/// # Safety
/// `regs` is such a frame.
#[inline(always)]
pub unsafe fn of_frame(regs: Regs) -> Gc<Generator> {
    // SAFETY: by the caller's promise.
    unsafe { (*regs.offset(GEN)).cast_unchecked() }
}

/// Ends the generator whose frame leaves the stack.
///
/// # Safety
/// `f` is a generator's frame.
pub unsafe fn finish(vm: &Vm, f: FrameRef) {
    // SAFETY: by the caller's promise.
    unsafe {
        let g = of_frame(f.regs);
        if let Some(o) = g.frame.get().cast() {
            vm.save_frame(o, f.regs, f.index(), f.back());
        }
        restore_handled(vm, f.regs);
        g.finish();
    }
}

/// Puts the delegator of `leaf`, which ended at `regs` and had been resumed directly, in its place on the stack.
/// Answers the `SEND` at which it waits.
///
/// # Safety
/// `regs` was such a frame; its header is still there.
pub unsafe fn take_over(vm: &Vm, regs: Regs, leaf: Gc<Generator>) -> PyResult<Pc> {
    // SAFETY: by the caller's promise.
    unsafe {
        let prev = previous(regs);
        let ret = word(regs, RET) as Pc;
        vm.exec.regs.set(prev);
        vm.exec.pc.set(ret);
        let root = chain::root(regs);
        let Some((root, g)) = root.and_then(|root| Some((root, chain::delegator(vm, root, leaf)?))) else {
            return Err(
                vm.runtime_error("generators that delegate to each other were changed while executing")
            );
        };
        let depth = word(regs, INFO) & info::DEPTH;
        call::check_room(vm, regs, g.len(), depth)?;
        let waiting = chain::waiting_at(g);
        let direct = if g == root { 0 } else { info::DIRECT };
        put_on_stack(vm, g, regs, ret, prev, word(regs, RESUME), depth | direct);
        Ok(waiting)
    }
}

/// Delivers the value to send and answers where the generator goes on.
///
/// # Safety
/// The generator's frame was just activated.
#[inline]
pub unsafe fn deliver(g: Gc<Generator>, was: State, regs: Regs, value: Value) -> Pc {
    let pc = g.pc.get();
    // SAFETY: `pc` is a `YIELD`, or `RETURN_GENERATOR` for a new generator.
    unsafe {
        if was == State::Suspended {
            *regs.add((*pc).a as usize) = value;
        }
        pc.add(1)
    }
}

/// Moves the frame of `g` at `regs` into it, suspended at the `YIELD` at `pc`.
///
/// # Safety
/// `regs` is the frame of `g`.
#[inline(always)]
pub(crate) unsafe fn put_away(vm: &Vm, pc: Pc, regs: Regs, g: Gc<Generator>) {
    // SAFETY: by the caller's promise.
    unsafe { put_away_young(vm, pc, regs, g) };
    barrier(g.header());
}

/// [`put_away`] of a generator that needs no write barrier.
///
/// # Safety
/// As for [`put_away`].
#[inline(always)]
pub(crate) unsafe fn put_away_young(vm: &Vm, pc: Pc, regs: Regs, g: Gc<Generator>) {
    // SAFETY: by the caller's promise; loading put the number of registers that matter into `e`.
    unsafe {
        let saved = (*pc).e as usize;
        copy(regs, g.regs(), saved);
        g.saved.set(saved);
        g.pc.set(pc);
        g.handled.set_raw(vm.exec.handled.get());
        g.state.set(State::Suspended);
        g.running.set(std::ptr::null_mut());
        restore_handled(vm, regs);
    }
}

/// `YIELD`: back to the resumer with a value.
#[inline]
pub(crate) unsafe fn suspend(vm: &Vm, pc: Pc, regs: Regs, value: Value) -> PyResult<Pc> {
    // SAFETY: `YIELD` runs in generators' frames only.
    unsafe {
        if word(regs, RESUME) >= resume::LIST {
            return match crate::consume::offer(vm, pc, regs, value) {
                Some(next) => Ok(next),
                None => crate::consume::suspended(vm, pc, regs, value),
            };
        }
        put_away(vm, pc, regs, of_frame(regs));
        let prev = previous(regs);
        let ret = word(regs, RET) as Pc;
        vm.exec.regs.set(prev);
        match word(regs, RESUME) {
            resume::ENTRY => {
                *prev = value;
                *prev.add(1) = Value::TRUE;
                Ok(stub(Stub::Exit))
            }
            kind => {
                *prev.add((*ret).a as usize) = value;
                let next = ret.add(1);
                Ok(if kind == resume::LOOP_FOR_ITER { next.offset((*ret).e as i32 as isize) } else { next })
            }
        }
    }
}

/// `RETURN` in a generator.
pub(crate) unsafe fn return_from(vm: &Vm, pc: Pc, regs: Regs, value: Value) -> PyResult<Pc> {
    // SAFETY: called for generators' frames only.
    unsafe {
        let direct = word(regs, INFO) & info::DIRECT != 0;
        let leaf = of_frame(regs);
        finish(vm, FrameRef { regs, pc });
        if direct {
            let waiting = take_over(vm, regs, leaf)?;
            *regs.add((*waiting).a as usize) = value;
            vm.exec.regs.set(regs);
            return Ok(waiting.add(1).offset((*waiting).e as i32 as isize));
        }
        if word(regs, RESUME) >= resume::LIST {
            return crate::consume::exhausted(vm, regs);
        }
        let prev = previous(regs);
        let ret = word(regs, RET) as Pc;
        vm.exec.regs.set(prev);
        let next = ret.add(1);
        Ok(match word(regs, RESUME) {
            resume::ENTRY => {
                *prev = value;
                *prev.add(1) = Value::FALSE;
                stub(Stub::Exit)
            }
            resume::FOR_ITER => next.offset((*ret).e as i32 as isize),
            resume::LOOP_FOR_ITER => next,
            _ => {
                *prev.add((*ret).a as usize) = value;
                next.offset((*ret).e as i32 as isize)
            }
        })
    }
}

/// Resumes from Rust; the hook behind `Vm::resume_generator`.
pub(crate) fn resume_from_rust(vm: &Vm, g: Gc<Generator>, send: Send) -> PyResult<Resumed> {
    let entry = Entry::push(vm)?;
    // SAFETY: the entry frame is the top one; everything above it is free.
    unsafe {
        let p = entry.regs();
        let regs = p.add(PSEUDO_REGS + GEN_HEADER);
        let was = g.state.get();
        activate(vm, g, regs, stub(Stub::Return), p, resume::ENTRY)?;
        let pc = match send {
            Send::Value(v) => deliver(g, was, regs, v),
            Send::Throw(e) => {
                // A delegate's exceptions come here too: they have a context already.
                if e.0.context.get().is_none() {
                    unwind::set_context(vm, e.0);
                }
                unwind::raise(vm, e)
            }
        };
        if run(vm, pc, vm.exec.regs.get()) == RAISED {
            return Err(entry.raised());
        }
        Ok(if (*p.add(1)).is_true() { Resumed::Yielded(*p) } else { Resumed::Returned(*p) })
    }
}

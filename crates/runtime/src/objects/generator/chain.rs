//! Chains of generators that delegate to each other with `yield from`, and loops that resume the innermost directly.
//!
//! In: the generator that a loop iterates over. Out: the one at the end of its chain, which the interpreter puts on
//! the stack above the loop's frame with the flag `DIRECT`, so that an item costs the same at any depth. The
//! generators in between stay suspended in their objects. When the innermost ends or raises, the interpreter puts
//! its delegator in its place and goes on there.
//!
//! So that finding the end of a chain, and the delegator of its end, does not take a walk along it, generators remember
//! both: `by` and `leaf`, as of the moment `epoch`. `Vm::chains` is the present moment: it moves on when a generator that
//! is known to be delegated to is resumed by somebody else, and at each collection, which does not trace the two: they
//! may be followed only where the epoch is the present one.
//!
//! What must hold: nobody can tell. A suspended generator whose chain ends in a running one counts as executing;
//! tracebacks and `f_back` find the delegators' frames, for which their objects hold the words of a frame's header
//! ([`delegator_frame`] writes them when they are asked for).

use super::{Generator, State};
use crate::vm::Vm;
use crate::vm::exec::{FrameRef, GEN, INFO, PREV, Pc, RET, Regs, info, previous, set_word, word};
use crate::vm::shape_ids;
use taipan_heap::{Gc, Value};

#[inline(always)]
fn plain(v: Value) -> Option<Gc<Generator>> {
    // SAFETY: pointers lead to live headers; the shape says what it is.
    unsafe {
        if v.is_ptr() && (*v.as_header()).shape() == shape_ids::generator {
            Some(v.cast_unchecked())
        } else {
            None
        }
    }
}

/// The generator that a suspended one delegates to.
#[inline(always)]
pub fn delegate(g: Gc<Generator>) -> Option<Gc<Generator>> {
    // SAFETY: a suspended generator is at a `YIELD`, whose operands lie within its registers.
    unsafe {
        let i = &*g.pc.get();
        if i.d != 1 {
            return None;
        }
        plain(*g.regs().add(i.c as usize))
    }
}

/// The end of the chain of a suspended generator, which may be itself, if it can be resumed in place of `g`; `None` for
/// the general way. What is known of the chain is used, and made known.
#[inline(always)]
pub fn innermost(vm: &Vm, g: Gc<Generator>) -> Option<Gc<Generator>> {
    if g.epoch.get() == vm.chains.get()
        && let Some(leaf) = g.leaf.get()
        && leaf.state.get() == State::Suspended
    {
        return Some(leaf);
    }
    explore(vm, g)
}

#[inline(never)]
fn explore(vm: &Vm, g: Gc<Generator>) -> Option<Gc<Generator>> {
    let mut leaf = g;
    while let Some(sub) = delegate(leaf) {
        // One that yields while it handles an exception shows that to those it delegates to.
        if !leaf.handled.get().is_none() {
            return None;
        }
        match sub.state.get() {
            State::Suspended => {
                link(vm, sub, leaf);
                leaf = sub;
            }
            State::Running => return None,
            _ => break,
        }
    }
    learn(vm, g, Some(leaf));
    Some(leaf)
}

/// Notes that `by` delegates to `sub`.
#[inline(always)]
fn link(vm: &Vm, sub: Gc<Generator>, by: Gc<Generator>) {
    if sub.by.get() != Some(by) {
        if sub.by.get().is_some() {
            forget(vm);
        }
        sub.by.set(Some(by));
    }
}
/// Notes where the chain of `g` ends.
#[inline(always)]
fn learn(vm: &Vm, g: Gc<Generator>, leaf: Option<Gc<Generator>>) {
    g.leaf.set(leaf);
    g.epoch.set(vm.chains.get());
}
/// What is known of chains is so no more.
pub(crate) fn forget(vm: &Vm) {
    vm.chains.set(vm.chains.get() + 1);
}

/// To be called when `g` is resumed by anything but a loop that resumes it directly: by the `SEND` of generator `by`,
/// or by whatever else.
#[inline(always)]
pub fn resumed(vm: &Vm, g: Gc<Generator>, by: Option<Gc<Generator>>) {
    if let Some(known) = g.by.get()
        && by != Some(known)
    {
        g.by.set(None);
        forget(vm);
    }
}

/// To be called when `g` yielded, and is suspended.
///
/// # Safety
/// `regs` was its frame, resumed by `SEND` or by a loop; its header is still there.
#[inline(always)]
pub unsafe fn yielded(vm: &Vm, g: Gc<Generator>, regs: Regs) {
    // SAFETY: by the caller's promise; a suspended generator is at a `YIELD`.
    unsafe {
        let mut leaf = Some(g);
        if (*g.pc.get()).d == 1 {
            if let Some(sub) = delegate(g) {
                leaf = if !g.handled.get().is_none() || sub.state.get() != State::Suspended {
                    None
                } else if (*sub.pc.get()).d != 1 {
                    Some(sub)
                } else if sub.epoch.get() == vm.chains.get() {
                    sub.leaf.get()
                } else {
                    None
                };
                link(vm, sub, g);
            }
            learn(vm, g, leaf);
        }
        if word(regs, INFO) & info::DIRECT != 0
            && let Some(root) = root(regs)
        {
            if root.epoch.get() != vm.chains.get() {
                leaf = None;
            }
            root.leaf.set(leaf);
        }
    }
}

/// Does the chain of a suspended generator end in a running one?
pub fn is_executing(g: Gc<Generator>) -> bool {
    let mut at = g;
    loop {
        match at.state.get() {
            State::Suspended => match delegate(at) {
                Some(sub) => at = sub,
                None => return false,
            },
            State::Running => return true,
            _ => return false,
        }
    }
}

/// The delegator of `leaf` in the chain of `root`. `None`: some odd program took the chain apart meanwhile.
pub fn delegator(vm: &Vm, root: Gc<Generator>, leaf: Gc<Generator>) -> Option<Gc<Generator>> {
    if root.epoch.get() == vm.chains.get()
        && let Some(by) = leaf.by.get()
        && by.state.get() == State::Suspended
        && delegate(by) == Some(leaf)
    {
        return Some(by);
    }
    let mut at = root;
    while at.state.get() == State::Suspended {
        let sub = delegate(at)?;
        if sub == leaf {
            return Some(at);
        }
        at = sub;
    }
    None
}

/// The instruction at which a delegator waits: the `SEND` of its `yield from`.
///
/// # Safety
/// `g` is suspended and delegates.
#[inline]
pub unsafe fn waiting_at(g: Gc<Generator>) -> Pc {
    // SAFETY: the compiler puts a jump back to the `SEND` behind the `YIELD`.
    unsafe {
        let jump = g.pc.get().add(1);
        jump.add(1).offset((*jump).e as i32 as isize)
    }
}

/// The generator that the loop iterates over which resumed the frame at `regs` directly.
///
/// # Safety
/// `regs` is a frame with the flag `DIRECT`.
pub unsafe fn root(regs: Regs) -> Option<Gc<Generator>> {
    // SAFETY: such frames are resumed by `FOR_ITER` and `LOOP_FOR_ITER`, whose iterator is in register `b`.
    unsafe {
        let ret = word(regs, RET) as Pc;
        plain(*previous(regs).add((*ret).b as usize))
    }
}

/// The frame that delegates to the one at `regs`; the frames behind it are made to look as if they were on the stack.
///
/// # Safety
/// `regs` is a live frame with the flag `DIRECT`.
pub unsafe fn delegator_frame(regs: Regs) -> Option<FrameRef> {
    // SAFETY: by the caller's promise; generators have room for a header below their registers.
    unsafe {
        let leaf: Gc<Generator> = (*regs.offset(GEN)).cast_unchecked();
        let mut at = root(regs)?;
        let (mut prev, mut ret) = (previous(regs), word(regs, RET) as Pc);
        while at.state.get() == State::Suspended {
            let sub = delegate(at)?;
            let r = at.regs();
            *r.offset(GEN) = at.value();
            set_word(r, RET, ret as u64);
            set_word(r, PREV, prev as u64);
            set_word(r, INFO, word(regs, INFO) & info::DEPTH | info::GENERATOR);
            (prev, ret) = (r, waiting_at(at));
            if sub == leaf {
                return Some(FrameRef { regs: prev, pc: ret });
            }
            at = sub;
        }
        None
    }
}

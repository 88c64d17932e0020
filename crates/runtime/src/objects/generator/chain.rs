//! Chains of generators that delegate to each other with `yield from`, and loops that resume the innermost directly.
//!
//! In: the generator that a loop iterates over. Out: the one at the end of its chain, which the interpreter puts on
//! the stack above the loop's frame with the flag `DIRECT`, so that an item costs the same at any depth. The
//! generators in between stay suspended in their objects. When the innermost ends or raises, the interpreter puts
//! its delegator in its place and goes on there.
//!
//! What must hold: nobody can tell. A suspended generator whose chain ends in a running one counts as executing;
//! tracebacks and `f_back` find the delegators' frames, for which their objects hold the words of a frame's header
//! ([`delegator_frame`] writes them when they are asked for).

use super::{Generator, State};
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

/// The end of the chain of a suspended generator, if it can be resumed in place of `g`; `None` for the general way.
#[inline(always)]
pub fn innermost(g: Gc<Generator>) -> Option<Gc<Generator>> {
    let mut leaf = g;
    while let Some(sub) = delegate(leaf) {
        // One that yields while it handles an exception shows that to those it delegates to.
        if !leaf.handled.get().is_none() {
            return None;
        }
        match sub.state.get() {
            State::Suspended => leaf = sub,
            State::Running => return None,
            _ => break,
        }
    }
    (leaf != g).then_some(leaf)
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
pub fn delegator(root: Gc<Generator>, leaf: Gc<Generator>) -> Option<Gc<Generator>> {
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

//! The VM stack as roots: live registers of each frame keep objects alive, dead temporaries are forgotten.
//!
//! In: the published top frame. Out: marked objects. A temporary that no path reads again ([`Liveness`]) is set to
//! unbound here, so that nothing stale is kept alive and nothing dangles; that costs nothing while programs run.
//! What must hold: the published instruction is the one that runs (or, where compiled code runs, one that leads
//! to it without writing registers that it relies on), and the words below frames are their headers.

use crate::objects::code::Code;
use crate::vm::exec::{
    ACC, ACC_LOW, Exec, FUNC, GEN, GEN_HEADER, HANDLED, HANDLED_OUTER, HEADER, INFO, PSEUDO_REGS, Pc, RET,
    Regs, function, info, previous, word,
};
use taipan_bytecode::LiveSet;
use taipan_heap::{Tracer, Value};

/// Marks what registers `0..n` at `regs` hold and forgets dead ones. `running`: the instruction at `pc` is under
/// way, else it waits for a Python function that it called.
///
/// # Safety
/// `n` registers of a frame of `code` are at `regs`.
pub(crate) unsafe fn registers(
    t: &mut Tracer,
    code: &Code,
    pc: Pc,
    regs: Regs,
    n: usize,
    running: bool,
    set: &mut LiveSet,
) {
    let known = code.live_at(pc, running, set);
    for k in 0..n {
        // SAFETY: by the caller's promise.
        unsafe {
            let v = *regs.add(k);
            if !known || set.has(k as u32) {
                t.conservative(v.bits());
            } else if v.is_ptr() {
                *regs.add(k) = Value::UNBOUND;
            }
        }
    }
}

impl Exec {
    /// Marks what the frames on the VM stack refer to.
    pub(crate) fn trace_frames(&self, t: &mut Tracer) {
        let mut set = LiveSet::default();
        let mut r = self.regs.get();
        let mut pc = self.pc.get();
        let mut end = self.top() as usize;
        let mut running = true;
        while !r.is_null() {
            // SAFETY: published frames are live, with headers that lead outwards to null.
            unsafe {
                let flags = word(r, INFO);
                let room = (end - r as usize) / 8;
                t.conservative(word(r, FUNC));
                let header = if flags & info::PSEUDO != 0 {
                    for k in 0..PSEUDO_REGS.min(room) {
                        t.conservative((*r.add(k)).bits());
                    }
                    running = true;
                    HEADER
                } else {
                    let code = function(r).code.get();
                    let n = (code.nregs as usize).min(room);
                    // A native may have its arguments where the liveness does not expect them.
                    let pc = if running && self.shifted.get() > 0 { std::ptr::null() } else { pc };
                    registers(t, &code, pc, r, n, running, &mut set);
                    running = false;
                    if flags & info::GENERATOR != 0 {
                        for at in [GEN, HANDLED, HANDLED_OUTER, ACC, ACC_LOW] {
                            t.conservative(word(r, at));
                        }
                        GEN_HEADER
                    } else {
                        HEADER
                    }
                };
                end = r.sub(header) as usize;
                pc = word(r, RET) as Pc;
                r = previous(r);
            }
        }
    }
}

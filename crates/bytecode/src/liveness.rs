//! Liveness of temporaries: which registers above the variables may still be read.
//!
//! In: a code object that the verifier accepts. Out: for each instruction the set of temporaries that are read on
//! some path from it before they are written. The collector asks once for each code object whose frames it meets,
//! and forgets what dead temporaries hold; nothing is done at run time. Variables are left alone: they are alive
//! until they are deleted or their frame ends, as a debugger and `locals()` show them.

use crate::code::CodeObject;
use crate::op::{Instr, Role};

/// What is live before each instruction.
#[derive(Debug)]
pub struct Liveness {
    base: u32,
    words: usize,
    live: Vec<u64>,
}

/// A set of temporaries of one frame.
#[derive(Debug, Default)]
pub struct LiveSet {
    base: u32,
    bits: Vec<u64>,
}

impl LiveSet {
    /// May register `r` still be read? True for variables.
    pub fn has(&self, r: u32) -> bool {
        match r.checked_sub(self.base) {
            Some(t) => self.bits.get(t as usize / 64).is_some_and(|w| w >> (t % 64) & 1 == 1),
            None => true,
        }
    }
    fn set(&mut self, r: u32, on: bool) {
        set(&mut self.bits, self.base, r, on);
    }
}

fn set(bits: &mut [u64], base: u32, r: u32, on: bool) {
    if let Some(t) = r.checked_sub(base)
        && let Some(w) = bits.get_mut(t as usize / 64)
    {
        if on {
            *w |= 1 << (t % 64);
        } else {
            *w &= !(1 << (t % 64));
        }
    }
}

/// Does the instruction leave its targets alone on one of its ways out?
pub(crate) fn writes_late(i: &Instr) -> bool {
    i.opcode().info().operands.iter().any(|&(_, r)| r == Role::Iter)
}

impl Liveness {
    /// Of `code`, whose registers below `base` are variables.
    pub fn new(code: &CodeObject, base: u32) -> Liveness {
        let words = (code.nregs.saturating_sub(base) as usize).div_ceil(64);
        let n = code.instrs.len();
        let mut all = Liveness { base, words, live: vec![0; n * words] };
        if words == 0 {
            return all;
        }
        let mut now = LiveSet { base, bits: vec![] };
        let mut changed = true;
        while changed {
            changed = false;
            for at in (0..n).rev() {
                all.out(code, at, &mut now);
                code.instrs[at].registers(|r| now.set(r, true), |_| {}, |_| {});
                let place = &mut all.live[at * words..(at + 1) * words];
                if *place != now.bits[..] {
                    place.copy_from_slice(&now.bits);
                    changed = true;
                }
            }
        }
        all
    }

    /// May what instruction `at` left in register `r` be read, if it goes on to the next one?
    pub fn read_later(&self, at: usize, r: u32) -> bool {
        let Some(t) = r.checked_sub(self.base) else { return true };
        self.before(at + 1).get(t as usize / 64).is_none_or(|w| w >> (t % 64) & 1 == 1)
    }

    fn before(&self, at: usize) -> &[u64] {
        &self.live[at * self.words..(at + 1) * self.words]
    }

    /// What is live behind instruction `at`, before the result is written: the state of a frame whose callee runs.
    fn out(&self, code: &CodeObject, at: usize, to: &mut LiveSet) {
        to.base = self.base;
        to.bits.clear();
        to.bits.resize(self.words, 0);
        let ins = &code.instrs[at];
        let add = |bits: &mut [u64], i: usize| {
            bits.iter_mut().zip(self.before(i)).for_each(|(a, b)| *a |= b);
        };
        if !ins.opcode().is_terminator() && at + 1 < code.instrs.len() {
            add(&mut to.bits, at + 1);
        }
        if let Some(t) = ins.jump_target(at) {
            add(&mut to.bits, t as usize);
        }
        if !writes_late(ins) {
            let bits = &mut to.bits;
            let mut dead = vec![];
            ins.registers(|_| {}, |r| dead.push(r), |_| {});
            dead.into_iter().for_each(|r| set(bits, self.base, r, false));
        }
        if let Some(h) = code.handler_of(at as u32) {
            // The exception overwrites the handler's register.
            let mut bits = self.before(h.target as usize).to_vec();
            set(&mut bits, self.base, h.reg.into(), false);
            to.bits.iter_mut().zip(bits).for_each(|(a, b)| *a |= b);
        }
    }

    /// What is live while a Python function runs that instruction `at` called.
    pub fn waiting(&self, code: &CodeObject, at: usize, to: &mut LiveSet) {
        self.out(code, at, to);
    }

    /// What is live while instruction `at` runs: its operands too, and what it may have written a part of.
    pub fn running(&self, code: &CodeObject, at: usize, to: &mut LiveSet) {
        to.base = self.base;
        to.bits.clear();
        to.bits.extend_from_slice(self.before(at));
        let ins = &code.instrs[at];
        let mut written = vec![];
        ins.registers(|_| {}, |r| written.push(r), |_| {});
        if written.len() > 1 {
            written.into_iter().for_each(|r| to.set(r, true));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::Op;

    fn ins(op: Op, a: u16, b: u16, c: u16) -> Instr {
        Instr { a, b, c, ..Instr::new(op) }
    }
    fn live(l: &Liveness, code: &CodeObject, at: usize, running: bool) -> Vec<u32> {
        let mut s = LiveSet::default();
        if running {
            l.running(code, at, &mut s)
        } else {
            l.waiting(code, at, &mut s)
        }
        (1..code.nregs).filter(|&r| s.has(r)).collect()
    }

    #[test]
    fn temporaries_die_at_their_last_use() {
        // r0 is a variable; r1 = r0.x; r2 window, r6 argument; r2 = r2(r6); r0 = r1 + r2
        let code = CodeObject {
            nregs: 8,
            instrs: vec![
                ins(Op::MOVE, 1, 0, 0),
                ins(Op::MOVE, 2, 0, 0),
                ins(Op::MOVE, 6, 0, 0),
                ins(Op::CALL, 2, 2, 1),
                ins(Op::ADD, 0, 1, 2),
                ins(Op::RETURN, 0, 0, 0),
            ],
            ..CodeObject::default()
        };
        let l = Liveness::new(&code, 1);
        assert_eq!(live(&l, &code, 0, true), []);
        assert_eq!(live(&l, &code, 3, true), [1, 2, 6]);
        assert_eq!(live(&l, &code, 3, false), [1]);
        assert_eq!(live(&l, &code, 4, true), [1, 2]);
        assert_eq!(live(&l, &code, 5, true), []);
    }

    #[test]
    fn loops_and_handlers_keep_what_they_read() {
        // r1 = r0; loop: r0 = r1 + r1; back. A handler for the loop reads r2 and r3 (the exception).
        let mut code = CodeObject {
            nregs: 4,
            instrs: vec![
                ins(Op::MOVE, 1, 0, 0),
                ins(Op::MOVE, 2, 0, 0),
                ins(Op::ADD, 0, 1, 1),
                Instr { e: -2i32 as u32, ..Instr::new(Op::LOOP_JUMP) },
                ins(Op::RAISE_FROM, 2, 3, 0),
            ],
            ..CodeObject::default()
        };
        code.handlers.push(crate::Handler { start: 2, end: 4, target: 4, reg: 3 });
        let l = Liveness::new(&code, 1);
        assert_eq!(live(&l, &code, 2, true), [1, 2]);
        assert_eq!(live(&l, &code, 3, true), [1, 2]);
        assert_eq!(live(&l, &code, 4, true), [2, 3]);
    }
}

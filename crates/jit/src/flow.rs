//! Control flow of a code object: where the sides of a branch meet again.
//!
//! In: a code object. Out: for each instruction its immediate post-dominator, the first instruction that every way
//! from it to a return comes by, and the registers that may be written on the way there. Ways that raise are left
//! out: a trace that raises does not come back. What must hold: a register that any way between the two writes is in
//! the set.

use taipan_bytecode::{CodeObject, Op};

/// No way leads to a return.
const NOWHERE: u32 = u32::MAX;

/// Post-dominators of a code object's instructions.
pub struct Flow {
    /// By instruction; the number of instructions stands for "after the return".
    next: Vec<u32>,
}

/// What may come after an instruction, raising left out; the number of instructions for a return.
fn successors(code: &CodeObject, at: usize) -> [Option<u32>; 2] {
    let i = &code.instrs[at];
    let op = i.opcode();
    let n = code.instrs.len() as u32;
    if matches!(op, Op::RETURN | Op::RETURN_CONST) {
        return [Some(n), None];
    }
    let target = i.jump_target(at).and_then(|t| u32::try_from(t).ok());
    let next = (!op.is_terminator() && at + 1 < n as usize).then_some(at as u32 + 1);
    [target, next]
}

impl Flow {
    /// Analyses a code object.
    pub fn new(code: &CodeObject) -> Flow {
        let n = code.instrs.len();
        let mut before: Vec<Vec<u32>> = vec![vec![]; n + 1];
        for at in 0..n {
            for s in successors(code, at).into_iter().flatten() {
                if (s as usize) <= n {
                    before[s as usize].push(at as u32);
                }
            }
        }
        // Post-order of the reversed graph, from the return backwards.
        let mut order: Vec<u32> = Vec::with_capacity(n + 1);
        let mut rank = vec![NOWHERE; n + 1];
        let mut seen = vec![false; n + 1];
        let mut stack: Vec<(u32, usize)> = vec![(n as u32, 0)];
        seen[n] = true;
        while let Some((at, k)) = stack.pop() {
            match before[at as usize].get(k) {
                Some(&p) => {
                    stack.push((at, k + 1));
                    if !std::mem::replace(&mut seen[p as usize], true) {
                        stack.push((p, 0));
                    }
                }
                None => {
                    rank[at as usize] = order.len() as u32;
                    order.push(at);
                }
            }
        }
        let mut next = vec![NOWHERE; n + 1];
        next[n] = n as u32;
        loop {
            let mut changed = false;
            for &at in order.iter().rev().skip(1) {
                let mut new = NOWHERE;
                for s in successors(code, at as usize).into_iter().flatten() {
                    if next[s as usize] == NOWHERE {
                        continue;
                    }
                    new = if new == NOWHERE { s } else { meet(&next, &rank, new, s) };
                }
                if next[at as usize] != new {
                    next[at as usize] = new;
                    changed = true;
                }
            }
            if !changed {
                return Flow { next };
            }
        }
    }

    /// Where the ways from the branch at `at` meet again: an instruction, or `None` for the caller's continuation.
    /// The outer `None`: nowhere.
    pub fn join(&self, at: u32) -> Option<Option<u32>> {
        let end = self.next.len() as u32 - 1;
        match self.next[at as usize] {
            NOWHERE => None,
            n => Some((n != end).then_some(n)),
        }
    }
}

fn meet(next: &[u32], rank: &[u32], mut a: u32, mut b: u32) -> u32 {
    while a != b {
        while rank[a as usize] < rank[b as usize] {
            a = next[a as usize];
        }
        while rank[b as usize] < rank[a as usize] {
            b = next[b as usize];
        }
    }
    a
}

/// Registers that ways from `from` to `to` may write, both left out; to any return without `to`.
pub fn written(code: &CodeObject, from: u32, to: Option<u32>) -> Vec<bool> {
    let n = code.instrs.len();
    let mut out = vec![false; code.nregs as usize];
    let mut seen = vec![false; n];
    let mut work: Vec<u32> = successors(code, from as usize).into_iter().flatten().collect();
    while let Some(at) = work.pop() {
        if at as usize >= n || Some(at) == to || std::mem::replace(&mut seen[at as usize], true) {
            continue;
        }
        let i = &code.instrs[at as usize];
        let (mut writes, mut kills) = (vec![], vec![]);
        i.registers(|_| {}, |w| writes.push(w), |k| kills.push(k));
        if i.opcode() == Op::DELETE_FAST {
            kills.push(i.a.into());
        }
        if let Some(w) = i.clobbers_from() {
            kills.extend(w..code.nregs);
        }
        writes.into_iter().chain(kills).for_each(|r| out[r as usize] = true);
        work.extend(successors(code, at as usize).into_iter().flatten());
        // What a handler does comes back too.
        if let Some(h) = code.handler_of(at) {
            out[h.reg as usize] = true;
            work.push(h.target);
        }
    }
    out
}

//! Which registers matter at a `YIELD`.
//!
//! In: a generator's code as the compiler made it. Out: for each `YIELD`, how many registers (counted from register
//! 0) have to be kept while the generator is suspended. What must hold: a register that may be read before it is
//! written again, on the way through an exception handler too, is among them; so are all variables, which frame
//! objects show.

use taipan_bytecode::{CodeObject, Op};

/// Beyond this many words of bit sets everything is kept.
const LIMIT: usize = 1 << 20;

/// For each `YIELD` its index and the number of registers to keep. `variables` are kept in any case.
pub fn kept_at_yields(code: &CodeObject, nregs: usize, variables: usize) -> Vec<(usize, u16)> {
    let n = code.instrs.len();
    let words = nregs.div_ceil(64).max(1);
    let is_yield = |i: &&taipan_bytecode::Instr| i.op == Op::YIELD as u32;
    if !code.instrs.iter().any(|i| is_yield(&i)) || n * words > LIMIT {
        return vec![];
    }
    // Live registers before each instruction; one row more for falling off the end.
    let mut live = vec![0u64; (n + 1) * words];
    let mut row = vec![0u64; words];
    let mut changed = true;
    while changed {
        changed = false;
        for at in (0..n).rev() {
            let i = &code.instrs[at];
            let op = i.opcode();
            row.fill(0);
            if !op.is_terminator() {
                merge(&mut row, &live[(at + 1) * words..(at + 2) * words]);
            }
            if let Some(t) = i.jump_target(at).and_then(|t| usize::try_from(t).ok()).filter(|&t| t < n) {
                merge(&mut row, &live[t * words..(t + 1) * words]);
            }
            // An op that may jump or raise may leave what it writes as it was.
            let certain = !op.is_jump();
            {
                let cell = std::cell::RefCell::new(&mut row);
                let clear = |r: u32| {
                    if certain && (r as usize) < nregs {
                        cell.borrow_mut()[r as usize / 64] &= !(1 << (r % 64));
                    }
                };
                i.registers(|_| {}, clear, clear);
            }
            i.registers(
                |r| {
                    if (r as usize) < nregs {
                        row[r as usize / 64] |= 1 << (r % 64);
                    }
                },
                |_| {},
                |_| {},
            );
            if let Some(h) = code.handler_of(at as u32) {
                let t = h.target as usize;
                merge(&mut row, &live[t * words..(t + 1) * words]);
            }
            let old = &mut live[at * words..(at + 1) * words];
            if *old != row[..] {
                old.copy_from_slice(&row);
                changed = true;
            }
        }
    }
    let yields = code.instrs.iter().enumerate().filter(|(_, i)| is_yield(i));
    yields
        .map(|(at, i)| {
            // Behind the YIELD, and in its handler; what it sends to is read by whoever looks at the generator.
            let mut all = live[(at + 1) * words..(at + 2) * words].to_vec();
            if let Some(h) = code.handler_of(at as u32) {
                merge(&mut all, &live[h.target as usize * words..(h.target as usize + 1) * words]);
            }
            let top = all.iter().enumerate().rev().find(|&(_, &w)| w != 0);
            let top = top.map_or(0, |(k, w)| k * 64 + 64 - w.leading_zeros() as usize);
            let delegate = if i.d == 1 { i.c as usize + 1 } else { 0 };
            (at, top.max(variables).max(delegate).max(i.a as usize + 1).min(nregs) as u16)
        })
        .collect()
}

fn merge(row: &mut [u64], other: &[u64]) {
    for (a, b) in row.iter_mut().zip(other) {
        *a |= b;
    }
}

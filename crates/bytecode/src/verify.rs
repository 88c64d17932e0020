//! The bytecode verifier: what every code object must satisfy before it runs.
//!
//! Checked: opcodes, register bounds, indices, jump targets and their direction, the exception table, that control
//! never runs off the end, that temporaries are written before they are read on every path, and that nothing live
//! lies in or above a call window except its own operands.

use crate::code::{CodeObject, Const};
use crate::op::{Instr, OP_COUNT, Op, Role};

/// Verifies a code object and those nested in it; the error names the place.
pub fn verify(code: &CodeObject) -> Result<(), String> {
    verify_one(code)?;
    for c in &code.consts {
        if let Const::Code(c) = c {
            verify(c)?;
        }
    }
    Ok(())
}

/// The same without the code objects in its constants.
pub(crate) fn verify_one(code: &CodeObject) -> Result<(), String> {
    one(code).map_err(|e| format!("{}: {e}", code.qualname))
}

struct Bits(Vec<u64>);

impl Bits {
    fn new(n: usize) -> Bits {
        Bits(vec![0; n.div_ceil(64)])
    }
    fn get(&self, i: u32) -> bool {
        self.0[i as usize / 64] >> (i % 64) & 1 == 1
    }
    fn set(&mut self, i: u32) {
        self.0[i as usize / 64] |= 1 << (i % 64);
    }
    fn clear(&mut self, i: u32) {
        self.0[i as usize / 64] &= !(1 << (i % 64));
    }
}

fn one(code: &CodeObject) -> Result<(), String> {
    let n = code.instrs.len();
    if n == 0 {
        return Err("no instructions".into());
    }
    if code.positions.len() != n {
        return Err("positions and instructions differ in number".into());
    }
    if code.cellregs.len() != code.cellvars.len() {
        return Err("cell registers and cell variables differ in number".into());
    }
    if code.nregs > u32::from(u16::MAX) {
        return Err("too many registers".into());
    }
    if code.variables_end() > code.nregs {
        return Err("a variable has no register".into());
    }
    let counts = [code.argcount, code.kwonlyargcount, code.posonlyargcount];
    if counts.iter().any(|&n| n > code.nregs)
        || code.posonlyargcount > code.argcount
        || code.param_count() as usize > code.varnames.len()
    {
        return Err("a parameter has no variable".into());
    }
    for (i, ins) in code.instrs.iter().enumerate() {
        shape(code, i, ins).map_err(|e| format!("instruction {i}: {e}"))?;
    }
    for h in &code.handlers {
        if h.start >= h.end || h.end as usize > n || h.target as usize >= n || u32::from(h.reg) >= code.nregs
        {
            return Err(format!("bad handler row {h:?}"));
        }
    }
    if !code.handlers.is_sorted_by_key(|h| h.start) {
        return Err("handler rows out of order".into());
    }
    definite(code)?;
    windows(code)
}

fn shape(code: &CodeObject, i: usize, ins: &Instr) -> Result<(), String> {
    if ins.op as usize >= OP_COUNT {
        return Err(format!("unknown opcode {}", ins.op));
    }
    let op = ins.opcode();
    let counts =
        [Role::Imm, Role::SImm, Role::Const, Role::Name, Role::Local, Role::Free, Role::Jump, Role::Int];
    for &(f, role) in op.info().operands {
        if !counts.contains(&role) && ins.field(f) > u32::from(u16::MAX) {
            return Err(format!("{} has register {}", op.name(), ins.field(f)));
        }
    }
    let mut worst = 0;
    let mut note = |r: u32| worst = worst.max(r + 1);
    let mut kills = 0;
    ins.registers(&mut note, |r| kills = kills.max(r + 1), |_| {});
    let mut killed = 0;
    ins.registers(|_| {}, |_| {}, |r| killed = killed.max(r + 1));
    if worst.max(kills).max(killed) > code.nregs {
        return Err(format!(
            "{} touches register {} of {}",
            op.name(),
            worst.max(kills).max(killed) - 1,
            code.nregs
        ));
    }
    for &(f, role) in op.info().operands {
        let v = ins.field(f) as usize;
        let limit = match role {
            Role::Const => code.consts.len(),
            Role::Name => code.names.len(),
            Role::Free => code.freevars.len(),
            Role::Local => code.varnames.len() + code.cellvars.len() + code.hidden.len(),
            _ => continue,
        };
        if v >= limit {
            return Err(format!("{} has index {v} of {limit}", op.name()));
        }
    }
    if let Some(t) = ins.jump_target(i) {
        if t < 0 || t as usize >= code.instrs.len() {
            return Err(format!("jump to {t}"));
        }
        if (t as usize <= i) != op.is_loop() {
            return Err(format!("{} jumps to {t}", op.name()));
        }
    }
    if i + 1 == code.instrs.len() && !op.is_terminator() {
        return Err("control runs off the end".into());
    }
    Ok(())
}

/// Successors of an instruction: next, jump, handler.
fn successors(code: &CodeObject, i: usize, mut f: impl FnMut(usize, Option<u16>)) {
    let ins = &code.instrs[i];
    let op = ins.opcode();
    if !op.is_terminator() && i + 1 < code.instrs.len() {
        f(i + 1, None);
    }
    if let Some(t) = ins.jump_target(i) {
        f(t as usize, None);
    }
    if op.raises()
        && let Some(h) = code.handler_of(i as u32)
    {
        f(h.target as usize, Some(h.reg));
    }
}

/// Every register but a local variable is written before it is read.
fn definite(code: &CodeObject) -> Result<(), String> {
    let n = code.instrs.len();
    let regs = code.nregs as usize;
    let mut state: Vec<Option<Bits>> = (0..n).map(|_| None).collect();
    let mut start = Bits::new(regs);
    // Local variables may be unbound: the compiler checks them with CHECK_BOUND.
    let locals = u32::from(code.local_base()) + code.varnames.len() as u32;
    for r in 0..locals.max(1).min(code.nregs) {
        start.set(r);
    }
    for &r in &code.cellregs {
        start.set(r.into());
    }
    for (_, r) in &code.hidden {
        start.set((*r).into());
    }
    state[0] = Some(start);
    let mut work = vec![0];
    while let Some(i) = work.pop() {
        let cur = Bits(state[i].as_ref().expect("has a state").0.clone());
        let ins = &code.instrs[i];
        let mut missing = None;
        ins.registers(
            |r| {
                if !cur.get(r) {
                    missing = Some(r);
                }
            },
            |_| {},
            |_| {},
        );
        if let Some(r) = missing {
            return Err(format!(
                "instruction {i} ({}) reads register {r} before it is written",
                ins.opcode().name()
            ));
        }
        let mut after = Bits(cur.0.clone());
        if let Some(base) = ins.clobbers_from() {
            (base..code.nregs).for_each(|r| after.clear(r));
        }
        let mut writes = Vec::new();
        ins.registers(|_| {}, |r| writes.push(r), |_| {});
        let mut kills = Vec::new();
        ins.registers(|_| {}, |_| {}, |r| kills.push(r));
        writes.iter().chain(&kills).for_each(|&r| after.set(r));
        let mut flow = |to: usize, s: &Bits, reg: Option<u16>| {
            let mut s = Bits(s.0.clone());
            if let Some(r) = reg {
                s.set(r.into());
            }
            match &mut state[to] {
                None => {
                    state[to] = Some(s);
                    work.push(to);
                }
                Some(old) => {
                    let mut changed = false;
                    for (o, n) in old.0.iter_mut().zip(&s.0) {
                        changed |= *o & !n != 0;
                        *o &= n;
                    }
                    if changed {
                        work.push(to);
                    }
                }
            }
        };
        successors(code, i, |to, handler| {
            if handler.is_some() {
                let mut s = Bits(cur.0.clone());
                if let Some(base) = ins.clobbers_from() {
                    (base..code.nregs).for_each(|r| s.clear(r));
                }
                flow(to, &s, handler);
            } else if matches!(ins.opcode(), Op::FOR_ITER) && to != i + 1 {
                flow(to, &cur, None);
            } else {
                flow(to, &after, None);
            }
        });
    }
    Ok(())
}

/// Nothing above a call window is live after the call. `definite` shows the same for registers that are read later
/// without being written; here locals and constants are checked, which it takes to be always written.
fn windows(code: &CodeObject) -> Result<(), String> {
    let locals = u32::from(code.local_base()) + code.varnames.len() as u32;
    for (i, ins) in code.instrs.iter().enumerate() {
        if let Some(base) = ins.clobbers_from()
            && (base < locals || code.cellregs.iter().any(|&r| u32::from(r) >= base))
        {
            return Err(format!("instruction {i}: the call window at r{base} overlaps variables"));
        }
    }
    Ok(())
}

//! Handlers that do not let go of the exception, and exceptions that are made to be raised.
//!
//! In: a code object that the verifier accepts, and a handler of it. Out: whether all that reads the register which
//! receives the exception is what makes it current, asks for its class, and raises it again. Then only who asks for the
//! current exception can get hold of it before the handler ends, and the interpreter need not make a traceback for an
//! exception that nobody looks at.

use crate::code::{CodeObject, Handler};
use crate::op::Instr;
use crate::{Op, liveness};

/// Does the instruction read register `r` in a way that lets go of what is in it?
fn lets_go(i: &Instr, r: u32) -> bool {
    match i.opcode() {
        Op::PUSH_EXC => false,
        Op::RERAISE => false,
        Op::CHECK_EXC_MATCH => u32::from(i.c) == r,
        _ => {
            let mut read = false;
            i.registers(|x| read |= x == r, |_| {}, |_| {});
            read
        }
    }
}

/// What is known of the exceptions of a code object.
#[derive(Debug)]
pub struct Quiet {
    /// By handler: does it keep the exception to itself?
    pub handlers: Vec<bool>,
    /// `RAISE` instructions whose operand is what the call just before them answered, and nothing else.
    pub raises: Vec<u32>,
}

impl Quiet {
    /// Of `code`.
    pub fn of(code: &CodeObject) -> Quiet {
        let handlers = code.handlers.iter().map(|h| is_quiet(code, h)).collect();
        let targets: Vec<i64> =
            code.instrs.iter().enumerate().filter_map(|(at, i)| i.jump_target(at)).collect();
        let fresh = |at: usize| {
            let (i, before) = (&code.instrs[at], &code.instrs[at - 1]);
            i.opcode() == Op::RAISE
                && before.opcode() == Op::CALL
                && before.a == i.a
                && u32::from(i.a) >= code.variables_end()
                && !targets.contains(&(at as i64))
        };
        let raises = (1..code.instrs.len()).filter(|&at| fresh(at)).map(|at| at as u32).collect();
        Quiet { handlers, raises }
    }
}

/// Does handler `h` of `code` keep the exception to itself?
fn is_quiet(code: &CodeObject, h: &Handler) -> bool {
    let r = u32::from(h.reg);
    if r < code.variables_end() {
        return false;
    }
    let mut seen = vec![false; code.instrs.len()];
    let mut work = vec![h.target as usize];
    while let Some(at) = work.pop() {
        let Some(i) = code.instrs.get(at) else { return false };
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        if lets_go(i, r) {
            return false;
        }
        if let Some(outer) = code.handler_of(at as u32)
            && outer.reg != h.reg
        {
            work.push(outer.target as usize);
        }
        if !liveness::writes_late(i) {
            let mut over = false;
            i.registers(|_| {}, |x| over |= x == r, |_| {});
            if over {
                continue;
            }
        }
        if let Some(t) = i.jump_target(at) {
            work.push(t as usize);
        }
        if !i.opcode().is_terminator() {
            work.push(at + 1);
        }
    }
    true
}

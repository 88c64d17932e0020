//! Which instructions branch, and what CPython calls the sides: for `sys.monitoring` and `co_branches`.
//!
//! What flows in: instructions. What flows out: the kind of their jump. The left side is the one that CPython falls
//! through to (the body, the true side); where a loop ends with its test, that is the jump back.

use crate::{CodeObject, Instr, Op};

/// How an instruction branches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Branch {
    /// Does not, or only within the machinery of `yield from`.
    No,
    /// Always jumps.
    Jump,
    /// What follows it is the body or the true side.
    Forward,
    /// The test at the end of a loop: the body is where it jumps.
    Back,
}

/// How `op` branches.
pub fn branch(op: Op) -> Branch {
    match op {
        Op::JUMP | Op::LOOP_JUMP => Branch::Jump,
        Op::FOR_ITER => Branch::Forward,
        Op::SEND | Op::JUMP_BACK_NO_INTERRUPT => Branch::No,
        _ if op >= Op::JUMP_IF_TRUE && op <= Op::JNGE_I => Branch::Forward,
        _ if op >= Op::LOOP_IF_TRUE && op <= Op::LOOP_FOR_ITER => Branch::Back,
        _ => Branch::No,
    }
}

/// Where the jump at `index` goes.
pub fn jump_target(i: &Instr, index: u32) -> u32 {
    (i64::from(index) + 1 + i64::from(i.e as i32)) as u32
}

/// The branches of a code object: place, where its left side is, where its right side is.
pub fn branches(code: &CodeObject) -> Vec<(u32, u32, u32)> {
    let rows = code.instrs.iter().enumerate().filter_map(|(index, i)| {
        let index = index as u32;
        match branch(i.opcode()) {
            Branch::Forward => Some((index, index + 1, jump_target(i, index))),
            Branch::Back => Some((index, jump_target(i, index), index + 1)),
            _ => None,
        }
    });
    rows.collect()
}

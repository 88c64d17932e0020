//! Lines of instructions: which line each one belongs to, and that every statement's line has one.
//!
//! What flows in: a unit with jumps resolved, in which `NOP`s marked [`Ext::Line`] stand where a line may have no
//! instruction otherwise (`pass`, `try`, a variable read in place), and artificial instructions have no position. What
//! flows out: the same code with the marks that are not needed gone, and artificial instructions on the line of what
//! runs before them. What must hold: tracers see the lines that they see in CPython, in the same order.

use crate::unit::{Ext, Ins, Unit, UnitKind};
use taipan_bytecode::{Op, Position};

/// Longest tail that is copied for each jump to it.
const TAIL: usize = 12;

/// Where blocks start: targets of jumps and handlers.
fn starts(n: usize, targets: &[usize], handlers: &[usize]) -> Vec<bool> {
    let mut starts = vec![false; n + 1];
    targets.iter().chain(handlers).filter(|&&t| t <= n).for_each(|&t| starts[t] = true);
    starts
}

fn placeless(i: &Ins) -> bool {
    i.pos.line <= 0
}

/// Instructions that are not there in the end.
fn nothing(i: &Ins) -> bool {
    i.op == Op::NOP && matches!(i.e, Ext::Num(0) | Ext::Preheader(_)) || i.op == Op::MOVE && i.a == i.b
}

/// The end of a tail of artificial instructions from `at` on that leaves the code object.
fn tail_end(u: &Unit<'_>, targets: &[usize], at: usize) -> Option<usize> {
    for (i, ins) in u.code.iter().enumerate().skip(at).take(TAIL) {
        if !placeless(ins) || targets[i] != usize::MAX {
            return None;
        }
        if matches!(ins.op, Op::RETURN | Op::RETURN_CONST) {
            return Some(i + 1);
        }
        if ins.op.is_terminator() {
            return None;
        }
    }
    None
}

/// Gives artificial instructions the place of what runs before them; ways out that several jumps share are copied, so
/// that each is left from its own line.
pub fn settle(u: &mut Unit<'_>, targets: &mut Vec<usize>, handlers: &[usize]) {
    let n = u.code.len();
    let first = starts(n, targets, handlers);
    let line = if u.kind == UnitKind::Module { 1 } else { u.firstlineno as i32 };
    let head = Position { line, end_line: line, col: 0, end_col: 0 };
    for i in 0..n {
        if !placeless(&u.code[i]) || first[i] {
            continue;
        }
        match i.checked_sub(1).map(|p| &u.code[p]) {
            Some(p) if p.op.is_terminator() => {}
            Some(p) if !placeless(p) => u.code[i].pos = p.pos,
            _ if matches!(u.code[i].op, Op::RETURN | Op::RETURN_CONST) => u.code[i].pos = head,
            _ => {}
        }
    }
    for i in 0..n {
        let from = u.code[i];
        if targets[i] == usize::MAX || placeless(&from) {
            continue;
        }
        let mut t = targets[i];
        for _ in 0..16 {
            match u.code.get(t) {
                Some(j) if j.op == Op::JUMP && placeless(j) && targets[t] > t => t = targets[t],
                Some(j) if nothing(j) => t += 1,
                _ => break,
            }
        }
        let Some(end) = tail_end(u, targets, t) else { continue };
        if from.op == Op::JUMP && end == t + 1 {
            u.code[i] = Ins { pos: from.pos, ..u.code[t] };
            targets[i] = usize::MAX;
            continue;
        }
        targets[i] = u.code.len();
        for k in t..end {
            let copy = Ins { pos: from.pos, ..u.code[k] };
            u.code.push(copy);
            targets.push(usize::MAX);
        }
    }
    // A block that is only jumped to, from one place, has its line.
    let mut ways = vec![(0u32, 0usize); n + 1];
    for (i, &t) in targets.iter().enumerate().filter(|&(_, &t)| t <= n) {
        ways[t] = (ways[t].0 + 1, i);
    }
    for &h in handlers.iter().filter(|&&h| h <= n) {
        ways[h].0 += 2;
    }
    for t in 1..n {
        let (count, from) = ways[t];
        let pos = u.code.get(from).map_or(Position::NONE, |i| i.pos);
        if count != 1 || pos.line <= 0 || !u.code[t - 1].op.is_terminator() {
            continue;
        }
        let mut k = t;
        while k < n && placeless(&u.code[k]) && (k == t || !first[k]) {
            u.code[k].pos = pos;
            if u.code[k].op.is_terminator() {
                break;
            }
            k += 1;
        }
    }
    // What is left of a shared way out is reached from the instruction before it.
    for i in 1..n {
        let p = u.code[i - 1];
        let leaves = matches!(u.code[i].op, Op::JUMP) && targets[i] <= i || tail_end(u, targets, i).is_some();
        if first[i] && placeless(&u.code[i]) && leaves && !p.op.is_terminator() {
            let mut k = i;
            while k < n && placeless(&u.code[k]) && (k == i || !first[k]) {
                u.code[k].pos = p.pos;
                k += 1;
            }
        }
    }
}

/// Whether every way to `at`, where a block starts, comes from instructions of this line.
fn entered_from(u: &Unit<'_>, targets: &[usize], handlers: &[usize], at: usize, line: i32) -> bool {
    let falls = match u.code[..at].iter().rev().find(|i| !nothing(i)) {
        Some(p) => p.op.is_terminator() || p.pos.line == line,
        None => false,
    };
    falls
        && !handlers.contains(&at)
        && targets.iter().enumerate().all(|(i, &t)| t != at || i < at && u.code[i].pos.line == line)
}

/// Marks which instructions may go: lines that the instruction before or behind has too. Checks of variables may
/// themselves go later, unless `checked`.
pub fn needless(u: &mut Unit<'_>, targets: &[usize], handlers: &[usize], checked: bool) -> Vec<bool> {
    let n = u.code.len();
    let first = starts(n, targets, handlers);
    let mut gone = vec![false; n];
    let skip = |i: &Ins| nothing(i) || !checked && i.op == Op::CHECK_BOUND;
    for i in 0..n {
        let mark = u.code[i];
        if mark.e != Ext::Line {
            continue;
        }
        let mut before = i;
        let mut same = first[i] && entered_from(u, targets, handlers, i, mark.pos.line);
        while !same && before > 0 && !first[before] {
            before -= 1;
            let p = &u.code[before];
            if gone[before] || skip(p) {
                continue;
            }
            same = p.pos.line == mark.pos.line && !p.op.is_terminator();
            break;
        }
        let mut next = i + 1;
        while next < n && skip(&u.code[next]) {
            next += 1;
        }
        if let Some(j) = u.code.get(next)
            && !same
        {
            let block = !(i + 1..=next).any(|k| first[k]);
            same = j.pos.line == mark.pos.line;
            if placeless(j) && block && !matches!(j.op, Op::PUSH_EXC) {
                u.code[next].pos = mark.pos;
                same = true;
            }
        }
        gone[i] = same;
    }
    gone
}

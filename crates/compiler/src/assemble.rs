//! From a unit to a code object: peephole rewriting, removal of needless bound checks, numbering of registers.
//!
//! What flows in: a finished [`Unit`]. What flows out: a [`CodeObject`]. What must hold: afterwards every backward
//! jump is a LOOP instruction, no instruction is unreachable, and a local variable is read only behind a check or
//! where it is bound on every path.

use crate::lines;
use crate::unit::{CONSTANT, Ext, HIDDEN, Ins, Reg, TEMP, Unit};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use taipan_bytecode::{CodeObject, Field, Handler, Instr, OPS, Op, Role};

/// Assembles a unit; `Err` when it needs more than 65,535 registers.
pub fn assemble(mut u: Unit<'_>, filename: &Arc<str>) -> Result<CodeObject, &'static str> {
    let mut targets = resolve_labels(&u);
    let mut handler_targets: Vec<usize> =
        u.handlers.iter().map(|(l, _)| u.labels[*l].unwrap_or(u.code.len())).collect();
    lines::settle(&mut u, &mut targets, &handler_targets);
    drop_lines(&mut u, &mut targets, &mut handler_targets, false);
    thread_jumps(&mut u, &mut targets);
    invert_branches(&mut u, &mut targets);
    // From here on back edges raise, which decides what handlers can be reached.
    for (i, ins) in u.code.iter_mut().enumerate() {
        if targets[i] <= i
            && let Some(back) = loop_form(ins.op)
        {
            ins.op = back;
        }
    }
    prune(&mut u, &mut targets, &mut handler_targets);
    drop_bound_checks(&mut u, &mut targets, &mut handler_targets);
    drop_lines(&mut u, &mut targets, &mut handler_targets, true);
    expand_preheaders(&mut u, &mut targets, &mut handler_targets);
    emit(u, &targets, &handler_targets, filename)
}

/// The target of each jump, by instruction index; `usize::MAX` for others.
fn resolve_labels(u: &Unit<'_>) -> Vec<usize> {
    u.code
        .iter()
        .map(|i| match i.e {
            Ext::To(l) => u.labels[l].expect("every label is placed"),
            _ => usize::MAX,
        })
        .collect()
}

/// The back-edge form of each forward jump.
fn loop_form(op: Op) -> Option<Op> {
    static FORMS: OnceLock<Vec<Option<Op>>> = OnceLock::new();
    FORMS.get_or_init(|| {
        OPS.iter()
            .map(|op| {
                let rest = match op.name() {
                    "JUMP" => "JUMP",
                    n if n.starts_with("JUMP_IF") => &n[5..],
                    n if n.starts_with('J') => &n[1..],
                    _ => return None,
                };
                Op::from_name(&format!("LOOP_{rest}")).filter(|o| *o != *op)
            })
            .collect()
    })[op as usize]
}

/// The jump with the opposite condition.
fn inverse(op: Op) -> Option<Op> {
    static FORMS: OnceLock<Vec<Option<Op>>> = OnceLock::new();
    FORMS.get_or_init(|| {
        OPS.iter()
            .map(|op| {
                let n = op.name();
                let other = match n {
                    "JUMP_IF_TRUE" => "JUMP_IF_FALSE".to_owned(),
                    "JUMP_IF_FALSE" => "JUMP_IF_TRUE".to_owned(),
                    "JUMP_IF_NONE" => "JUMP_IF_NOT_NONE".to_owned(),
                    "JUMP_IF_NOT_NONE" => "JUMP_IF_NONE".to_owned(),
                    "JIS" => "JIS_NOT".to_owned(),
                    "JIS_NOT" => "JIS".to_owned(),
                    "JUMP" | "JUMP_BACK_NO_INTERRUPT" => return None,
                    _ if n.starts_with('J') => {
                        let neg = format!("JN{}", &n[1..]);
                        if Op::from_name(&neg).is_some() { neg } else { format!("J{}", &n[2..]) }
                    }
                    _ => return None,
                };
                Op::from_name(&other)
            })
            .collect()
    })[op as usize]
}

/// Removes marks of lines that other instructions stand for.
fn drop_lines(u: &mut Unit<'_>, targets: &mut Vec<usize>, handlers: &mut [usize], checked: bool) {
    let gone = lines::needless(u, targets, handlers, checked);
    if gone.contains(&true) {
        let keep: Vec<bool> = gone.into_iter().map(|g| !g).collect();
        retain(u, targets, handlers, &keep);
    }
}

/// Lets jumps to unconditional jumps go straight to the end of the chain, where no line would be passed over.
fn thread_jumps(u: &mut Unit<'_>, targets: &mut [usize]) {
    for i in 0..u.code.len() {
        if targets[i] == usize::MAX {
            continue;
        }
        let mut t = targets[i];
        for _ in 0..16 {
            match u.code.get(t) {
                Some(n) if n.op == Op::JUMP && targets[t] != t => {
                    let from = u.code[i];
                    if n.pos.line > 0 && n.pos.line != from.pos.line {
                        if from.op != Op::JUMP || from.pos.line > 0 {
                            break;
                        }
                        u.code[i].pos = n.pos;
                    }
                    t = targets[t];
                }
                Some(n) if n.op == Op::NOP && n.e == Ext::Num(0) => t += 1,
                _ => break,
            }
        }
        if t > i || loop_form(u.code[i].op).is_some() {
            targets[i] = t;
        }
    }
}

/// `if c goto A; goto B; A:` becomes `if not c goto B; A:`.
fn invert_branches(u: &mut Unit<'_>, targets: &mut [usize]) {
    let mut is_target = vec![false; u.code.len() + 1];
    for &t in targets.iter().filter(|&&t| t != usize::MAX) {
        is_target[t] = true;
    }
    for i in 0..u.code.len().saturating_sub(1) {
        if targets[i] == i + 2
            && u.code[i + 1].op == Op::JUMP
            && (u.code[i + 1].pos.line <= 0 || u.code[i + 1].pos.line == u.code[i].pos.line)
            && !is_target[i + 1]
            && let Some(op) = inverse(u.code[i].op)
        {
            u.code[i].op = op;
            targets[i] = targets[i + 1];
            u.code[i + 1].op = Op::NOP;
            u.code[i + 1].e = Ext::Num(0);
            targets[i + 1] = usize::MAX;
        }
    }
}

/// Removes what cannot be reached or does nothing.
fn prune(u: &mut Unit<'_>, targets: &mut Vec<usize>, handlers: &mut [usize]) {
    let n = u.code.len();
    let mut reach = vec![false; n];
    let mut work = vec![0];
    while let Some(mut i) = work.pop() {
        while i < n && !reach[i] {
            reach[i] = true;
            let ins = &u.code[i];
            if let Some(h) = ins.handler
                && ins.op.raises()
            {
                work.push(handlers[h]);
            }
            if targets[i] != usize::MAX {
                work.push(targets[i]);
            }
            if ins.op.is_terminator() {
                break;
            }
            i += 1;
        }
    }
    // A jump to the next instruction that stays does nothing.
    let mut keep = reach;
    for i in (0..n).rev() {
        if !keep[i] {
            continue;
        }
        let ins = &u.code[i];
        let nothing = match ins.op {
            Op::NOP => ins.e == Ext::Num(0),
            Op::MOVE => ins.a == ins.b,
            Op::JUMP => targets[i] > i && !keep[i + 1..targets[i]].contains(&true),
            _ => false,
        };
        if nothing && ins.op == Op::JUMP && ins.pos.line > 0 {
            u.code[i].op = Op::NOP;
            u.code[i].e = Ext::Line;
            targets[i] = usize::MAX;
            continue;
        }
        keep[i] = !nothing;
    }
    retain(u, targets, handlers, &keep);
}

/// Keeps the marked instructions and moves all targets along.
fn retain(u: &mut Unit<'_>, targets: &mut Vec<usize>, handlers: &mut [usize], keep: &[bool]) {
    let mut new_index = Vec::with_capacity(keep.len() + 1);
    let mut n = 0;
    for &k in keep {
        new_index.push(n);
        n += usize::from(k);
    }
    new_index.push(n);
    let mut i = 0;
    u.code.retain(|_| {
        i += 1;
        keep[i - 1]
    });
    let mut i = 0;
    targets.retain(|_| {
        i += 1;
        keep[i - 1]
    });
    for t in targets.iter_mut().filter(|t| **t != usize::MAX) {
        *t = new_index[*t];
    }
    for t in handlers {
        *t = new_index[*t];
    }
}

/// Removes `CHECK_BOUND` where the variable is bound on every path, and lets `del` of a bound one be silent.
fn drop_bound_checks(u: &mut Unit<'_>, targets: &mut Vec<usize>, handlers: &mut [usize]) {
    // The registers that matter, numbered densely.
    let mut slots: HashMap<Reg, usize> = HashMap::new();
    for i in &u.code {
        if matches!(i.op, Op::CHECK_BOUND | Op::DELETE_FAST) {
            let n = slots.len();
            slots.entry(i.a).or_insert(n);
        }
    }
    if slots.is_empty() {
        return;
    }
    let words = slots.len().div_ceil(64);
    let n = u.code.len();
    let params = u.argcount
        + u.kwonlyargcount
        + u32::from(u.flags & taipan_bytecode::flags::VARARGS != 0)
        + u32::from(u.flags & taipan_bytecode::flags::VARKEYWORDS != 0);
    let mut entry = vec![0u64; words];
    for (&r, &s) in &slots {
        if r < params {
            entry[s / 64] |= 1 << (s % 64);
        }
    }
    // Blocks start at targets, handlers and behind jumps.
    let mut starts = vec![false; n + 1];
    starts[0] = true;
    for i in 0..n {
        if targets[i] != usize::MAX {
            starts[targets[i]] = true;
            starts[i + 1] = true;
        }
        if u.code[i].op.is_terminator() {
            starts[i + 1] = true;
        }
    }
    for &h in handlers.iter() {
        starts[h] = true;
    }
    let mut state: Vec<Option<Vec<u64>>> = vec![None; n + 1];
    state[0] = Some(entry);
    let mut work = vec![0usize];
    let meet =
        |state: &mut Vec<Option<Vec<u64>>>, work: &mut Vec<usize>, t: usize, s: &[u64]| match &mut state[t] {
            None => {
                state[t] = Some(s.to_vec());
                work.push(t);
            }
            Some(old) => {
                let mut changed = false;
                for (o, n) in old.iter_mut().zip(s) {
                    changed |= *o & !n != 0;
                    *o &= n;
                }
                if changed {
                    work.push(t);
                }
            }
        };
    while let Some(b) = work.pop() {
        let mut cur = state[b].clone().expect("blocks on the list have a state");
        let mut i = b;
        while i < n {
            let ins = u.code[i];
            if let Some(h) = ins.handler
                && ins.op.raises()
            {
                meet(&mut state, &mut work, handlers[h], &cur);
            }
            // A FOR_ITER that ends leaves its target alone.
            let late = matches!(ins.op, Op::FOR_ITER);
            if targets[i] != usize::MAX && late {
                meet(&mut state, &mut work, targets[i], &cur);
            }
            let before = (ins.op == Op::LOOP_FOR_ITER).then(|| cur.clone());
            transfer(&ins, &slots, &mut cur);
            if targets[i] != usize::MAX && !late {
                meet(&mut state, &mut work, targets[i], &cur);
            }
            if let Some(before) = before {
                cur = before;
            }
            i += 1;
            if ins.op.is_terminator() {
                break;
            }
            if starts[i] {
                meet(&mut state, &mut work, i, &cur);
                break;
            }
        }
    }
    let mut keep = vec![true; n];
    let mut cur: Vec<u64> = vec![0; words];
    for i in 0..n {
        if starts[i] {
            match &state[i] {
                Some(s) => cur.clone_from(s),
                None => continue,
            }
        }
        let ins = u.code[i];
        let before = (ins.op == Op::LOOP_FOR_ITER).then(|| cur.clone());
        if matches!(ins.op, Op::CHECK_BOUND | Op::DELETE_FAST) {
            let s = slots[&ins.a];
            if cur[s / 64] >> (s % 64) & 1 == 1 {
                if ins.op == Op::CHECK_BOUND {
                    keep[i] = false;
                } else {
                    u.code[i].op = Op::CLEAR_LOCAL;
                    u.code[i].e = Ext::Num(0);
                }
            }
        }
        transfer(&ins, &slots, &mut cur);
        if let Some(before) = before {
            cur = before;
        }
    }
    retain(u, targets, handlers, &keep);
}

fn transfer(ins: &Ins, slots: &HashMap<Reg, usize>, cur: &mut [u64]) {
    let mut set = |r: Reg, on: bool| {
        if let Some(&s) = slots.get(&r) {
            if on {
                cur[s / 64] |= 1 << (s % 64);
            } else {
                cur[s / 64] &= !(1 << (s % 64));
            }
        }
    };
    match ins.op {
        Op::CHECK_BOUND => set(ins.a, true),
        _ => {
            for &(f, role) in ins.op.info().operands {
                let r = match f {
                    Field::a => ins.a,
                    Field::b => ins.b,
                    Field::c => ins.c,
                    Field::d | Field::e => continue,
                };
                match role {
                    Role::Def | Role::Mod => set(r, true),
                    Role::Kill => set(r, false),
                    Role::DefsC => (r..r + ins.c).for_each(|r| set(r, true)),
                    _ => {}
                }
            }
        }
    }
}

/// Replaces the marks before loops by loads of the constants that the loops use.
fn expand_preheaders(u: &mut Unit<'_>, targets: &mut Vec<usize>, handlers: &mut [usize]) {
    if u.preheaders.is_empty() {
        return;
    }
    let old = std::mem::take(&mut u.code);
    let old_targets = std::mem::take(targets);
    let mut new_index = Vec::with_capacity(old.len() + 1);
    for (ins, &t) in old.iter().zip(&old_targets) {
        new_index.push(u.code.len());
        if let Ext::Preheader(p) = ins.e {
            for &slot in &u.preheaders[p] {
                let load = Ins {
                    op: Op::LOAD_CONST,
                    a: CONSTANT + slot,
                    e: Ext::Num(u.const_regs[slot as usize]),
                    ..*ins
                };
                u.code.push(load);
                targets.push(usize::MAX);
            }
        } else {
            u.code.push(*ins);
            targets.push(t);
        }
    }
    new_index.push(u.code.len());
    for t in targets.iter_mut().filter(|t| **t != usize::MAX) {
        *t = new_index[*t];
    }
    for t in handlers {
        *t = new_index[*t];
    }
}

fn emit(
    u: Unit<'_>,
    targets: &[usize],
    handler_targets: &[usize],
    filename: &Arc<str>,
) -> Result<CodeObject, &'static str> {
    let hidden_base = u.nlocals;
    let const_base = hidden_base + u.hidden.len() as u32;
    let temp_base = const_base + u.const_regs.len() as u32;
    let nregs = temp_base + u.max_temps;
    if nregs > u32::from(u16::MAX) - 16 {
        return Err("too many variables and temporaries in one function");
    }
    let number = |r: Reg| -> u16 {
        (if r >= TEMP {
            temp_base + (r - TEMP)
        } else if r >= CONSTANT {
            const_base + (r - CONSTANT)
        } else if r >= HIDDEN {
            hidden_base + (r - HIDDEN)
        } else {
            r
        }) as u16
    };
    let mut instrs = Vec::with_capacity(u.code.len());
    let mut positions = Vec::with_capacity(u.code.len());
    let mut handlers: Vec<Handler> = Vec::new();
    let mut last: Option<usize> = None;
    for (i, ins) in u.code.iter().enumerate() {
        let op = ins.op;
        let mut e = match ins.e {
            Ext::Num(n) => n,
            _ => 0,
        };
        if targets[i] != usize::MAX {
            debug_assert!(targets[i] > i || loop_form(op).is_none(), "a back edge in its forward form");
            e = (targets[i] as i64 - i as i64 - 1) as i32 as u32;
        }
        let mut out = Instr { op: op as u32, e, ..Instr::default() };
        for &(f, role) in op.info().operands {
            let v = match f {
                Field::a => ins.a,
                Field::b => ins.b,
                Field::c => ins.c,
                Field::d => ins.d,
                Field::e => continue,
            };
            let v = match role {
                Role::Imm | Role::SImm => v,
                Role::YieldFrom if ins.d != 1 => 0,
                _ => number(v).into(),
            };
            out.set_field(f, v);
        }
        instrs.push(out);
        positions.push(ins.pos);
        if ins.handler != last {
            last = ins.handler;
            if let Some(h) = ins.handler {
                handlers.push(Handler {
                    start: i as u32,
                    end: i as u32,
                    target: handler_targets[h] as u32,
                    reg: number(u.handlers[h].1),
                });
            }
        }
        if ins.handler.is_some() {
            handlers.last_mut().expect("a row was just added").end = i as u32 + 1;
        }
    }
    // Rows over instructions that cannot raise lead nowhere.
    handlers.retain(|h| (h.start..h.end).any(|i| instrs[i as usize].opcode().raises()));
    Ok(CodeObject {
        name: u.name,
        qualname: u.qualname,
        filename: filename.clone(),
        firstlineno: u.firstlineno,
        flags: u.flags,
        argcount: u.argcount,
        posonlyargcount: u.posonlyargcount,
        kwonlyargcount: u.kwonlyargcount,
        nregs,
        varnames: u.varnames,
        cellvars: u.cellvars,
        cellregs: u.cellregs.into_iter().map(number).collect(),
        freevars: u.freevars,
        hidden: u.hidden.into_iter().map(|(n, r)| (n, number(r))).collect(),
        names: u.names,
        consts: u.consts,
        instrs,
        positions: positions.into(),
        handlers,
        docstring: u.docstring,
    })
}

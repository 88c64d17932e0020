//! Where a debugger may go on: the instruction of a line, and what the registers need there.
//!
//! In: a code object, where its frame is, the line wanted. Out: the instruction, or why not. Temporaries that are alive
//! at the destination must hold there what they hold now, or something of the same sort: each is followed to the
//! instruction that made it (the values that meet at a block's start count as made there). Constants in registers are
//! loaded anew. What must hold: nothing but a debugger's `f_lineno = ...` asks, so that this may take its time.

use crate::code::CodeObject;
use crate::liveness::Liveness;
use crate::op::Op;

/// How to go on somewhere else.
#[derive(Debug, PartialEq, Eq)]
pub struct Jump {
    /// The instruction.
    pub to: u32,
    /// Registers to load constants into: register, index of the constant.
    pub constants: Vec<(u32, u32)>,
    /// The register that holds what was handled before the handlers that are left, if any are.
    pub handled: Option<u32>,
}

/// Why a line cannot be jumped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoJump {
    /// No instruction has this line or a later one.
    After,
    /// It is in the body of a `for` loop.
    IntoFor,
    /// It is in a handler.
    IntoExcept,
    /// Something else must have been computed before.
    Incompatible,
    /// What runs cannot be reached.
    Unreachable,
}

/// What made the value of a register: an instruction's number and one, or a block's start and this bit.
type Made = u32;
const MEET: Made = 1 << 31;
/// Values of these sorts can stand for each other: iterators of loops, exit methods, what handlers keep.
const HANDLER: Made = 1 << 30;
const ITERATOR: Made = HANDLER + 1;
const SPECIAL: Made = HANDLER + 2;
const SAVED: Made = HANDLER + 3;

struct Flow<'a> {
    code: &'a CodeObject,
    base: u32,
    live: Liveness,
    states: Vec<Option<Vec<Made>>>,
}

impl Flow<'_> {
    fn new(code: &CodeObject, base: u32) -> Flow<'_> {
        let n = code.instrs.len();
        let mut f = Flow { code, base, live: Liveness::new(code, base), states: vec![None; n] };
        let width = code.nregs.saturating_sub(base) as usize;
        let mut ways: Vec<Vec<(usize, Option<u16>)>> = vec![vec![]; n];
        for (at, ins) in code.instrs.iter().enumerate() {
            if let Some(h) = code.handler_of(at as u32) {
                ways[h.target as usize].push((at, Some(h.reg)));
            }
            if let Some(t) = ins.jump_target(at) {
                ways[t as usize].push((at, None));
            }
            if !ins.opcode().is_terminator() && at + 1 < n {
                ways[at + 1].push((at, None));
            }
        }
        // Rounds until nothing changes; a bound keeps odd code from taking for ever.
        for _ in 0..50 {
            let mut changed = false;
            for at in 0..n {
                let mut state = (at == 0).then(|| vec![0; width]);
                for &(from, exception) in &ways[at] {
                    let Some(out) = f.out(from, exception) else { continue };
                    match &mut state {
                        None => state = Some(out),
                        Some(s) => s.iter_mut().zip(out).for_each(|(s, o)| {
                            if *s != o {
                                *s = MEET | at as u32;
                            }
                        }),
                    }
                }
                if state != f.states[at] {
                    f.states[at] = state;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        f
    }

    /// What instruction `from` hands on: what is behind it, or in front of it to the handler of its exception.
    fn out(&self, from: usize, exception: Option<u16>) -> Option<Vec<Made>> {
        let mut s = self.states[from].clone()?;
        let mut set = |r: u32, made: Made| {
            if let Some(place) = r.checked_sub(self.base).and_then(|r| s.get_mut(r as usize)) {
                *place = made;
            }
        };
        match exception {
            Some(r) => set(r.into(), HANDLER),
            None => {
                let ins = &self.code.instrs[from];
                let made = match ins.opcode() {
                    Op::GET_ITER | Op::MOVE_ITER => ITERATOR,
                    Op::LOAD_SPECIAL => SPECIAL,
                    Op::PUSH_EXC => SAVED,
                    _ => from as u32 + 1,
                };
                let step = matches!(ins.opcode(), Op::FOR_ITER | Op::LOOP_FOR_ITER);
                let mut written = vec![];
                ins.registers(|_| {}, |r| written.push(r), |_| {});
                for r in written {
                    set(r, if step && r != u32::from(ins.a) { ITERATOR } else { made });
                }
            }
        }
        Some(s)
    }

    /// The constant that is all that register `r` ever holds.
    fn constant(&self, r: u32) -> Option<u32> {
        let mut found = None;
        for ins in &self.code.instrs {
            let mut written = false;
            ins.registers(|_| {}, |w| written |= w == r, |_| {});
            if written {
                if ins.opcode() != Op::LOAD_CONST || found.is_some_and(|c| c != ins.e) {
                    return None;
                }
                found = Some(ins.e);
            }
        }
        found
    }

    fn jump(&self, from: usize, to: usize) -> Result<Jump, NoJump> {
        let (Some(here), Some(there)) = (&self.states[from], &self.states[to]) else {
            return Err(NoJump::Unreachable);
        };
        let mut jump = Jump { to: to as u32, constants: vec![], handled: None };
        let lives = |at: usize, r: u32| at > 0 && self.live.read_later(at - 1, r);
        let mut stays = vec![false; here.len()];
        for i in (0..there.len()).rev() {
            let r = self.base + i as u32;
            if !lives(to, r) {
                continue;
            }
            if let Some(c) = self.constant(r) {
                jump.constants.push((r, c));
            } else if lives(from, r) && here[i] == there[i] {
                stays[i] = true;
            } else {
                return Err(self.reason(to, r));
            }
        }
        let left =
            (0..here.len()).find(|&i| here[i] == SAVED && lives(from, self.base + i as u32) && !stays[i]);
        jump.handled = left.map(|i| self.base + i as u32);
        Ok(jump)
    }

    /// How many temporaries are alive before `at`, constants left out.
    fn depth(&self, at: usize) -> usize {
        let temps = self.base..self.code.nregs;
        temps.filter(|&r| at > 0 && self.live.read_later(at - 1, r) && self.constant(r).is_none()).count()
    }

    /// What the register that is missing at `to` belongs to.
    fn reason(&self, to: usize, r: u32) -> NoJump {
        for ins in self.code.instrs[..to].iter().rev() {
            let (a, b) = (u32::from(ins.a), u32::from(ins.b));
            match ins.opcode() {
                Op::GET_ITER | Op::MOVE_ITER if (a..a + 3).contains(&r) => return NoJump::IntoFor,
                Op::GET_AITER if a == r => return NoJump::IntoFor,
                Op::PUSH_EXC if r == a || r == b => return NoJump::IntoExcept,
                _ => {
                    let mut written = false;
                    ins.registers(|_| {}, |w| written |= w == r, |_| {});
                    if written && !matches!(ins.opcode(), Op::FOR_ITER | Op::LOOP_FOR_ITER) {
                        return NoJump::Incompatible;
                    }
                }
            }
        }
        NoJump::Incompatible
    }
}

/// How a frame at instruction `from` goes on at `line`, or at the first line behind it that has code. Registers from
/// `base` on are temporaries.
pub fn plan_jump(code: &CodeObject, base: u32, from: u32, line: i32) -> Result<(i32, Jump), NoJump> {
    let places = &code.positions;
    let begins = |i: usize| i == 0 || places[i].line != places[i - 1].line;
    let entry = code.instrs.iter().position(|i| i.opcode() == Op::RETURN_GENERATOR).map_or(0, |i| i + 1);
    let line =
        (entry..places.len()).map(|i| places[i].line).filter(|&l| l >= line).min().ok_or(NoJump::After)?;
    let flow = Flow::new(code, base);
    let mut no = None;
    let mut best: Option<(usize, Jump)> = None;
    for i in entry..places.len() {
        let back = crate::branch(code.instrs[i].opcode()) == crate::Branch::Back;
        if places[i].line != line || !begins(i) || back || flow.states[i].is_none() {
            continue;
        }
        match flow.jump(from as usize, i) {
            // The place inside most blocks wins, as it leaves the fewest.
            Ok(j) => {
                let depth = flow.depth(i);
                if best.as_ref().is_none_or(|(d, _)| depth > *d) {
                    best = Some((depth, j));
                }
            }
            Err(e) => no = Some(e),
        }
    }
    match best {
        Some((_, j)) => Ok((line, j)),
        None => Err(no.unwrap_or(NoJump::Incompatible)),
    }
}

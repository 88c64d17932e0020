//! Liveness of registers: which of a frame's registers the bytecode may still read at an instruction.
//!
//! In: a code object. Out: for each instruction the set of registers that are live before it. A snapshot lists
//! live registers only, so that compiled code need not keep what nobody will ask for. What must hold: a register
//! that any path from the instruction reads before writing is in the set, paths through exception handlers
//! included. Where somebody may look at variables by name (`f_locals` of another frame), all of them are live
//! everywhere.

use rustc_hash::FxHashMap;
use taipan_bytecode::{CodeObject, Const, Op, flags};

/// Live registers of each instruction of a code object.
pub struct Live {
    words: usize,
    sets: Vec<u64>,
    /// Registers that nothing but constants is loaded into: which constant they hold before each instruction, as its
    /// number and two; see [`ANY`] for others. One row where it is the same everywhere.
    constants: FxHashMap<u32, Vec<u32>>,
}

/// More than one thing.
const ANY: u32 = 1;

/// Names through which a function sees its own variables.
const LOOKS: &[&str] =
    &["locals", "vars", "dir", "eval", "exec", "_getframe", "currentframe", "f_locals", "breakpoint"];

/// Names through which a program sees the variables of other functions' frames.
const WATCHES: &[&str] = &[
    "f_locals",
    "capture_locals",
    "tb_locals",
    "getargvalues",
    "getgeneratorlocals",
    "getcoroutinelocals",
    "post_mortem",
];

/// May a function look at (or change) its own variables by name? Such code is the interpreter's.
pub fn looks(code: &CodeObject) -> bool {
    code.flags & flags::OPTIMIZED != 0 && code.names.iter().any(|n| LOOKS.contains(&&**n))
}

/// May this code, or code within it, look at variables of other frames? (Code of the library is read when it is
/// needed, and does so only for those who ask it to by one of these names.)
pub fn watches(code: &CodeObject) -> bool {
    fn in_const(c: &Const) -> bool {
        match c {
            Const::Str(s) => WATCHES.iter().any(|w| *s.0 == *w.as_bytes()),
            Const::Tuple(items) => items.iter().any(in_const),
            Const::Code(c) => watches(c),
            _ => false,
        }
    }
    code.names.iter().any(|n| WATCHES.contains(&&**n)) || code.consts.iter().any(in_const)
}

/// Registers of variables: locals, and cells.
pub fn variables(code: &CodeObject) -> Vec<u32> {
    let locals = code.local_base() as usize + code.varnames.len();
    let mut all: Vec<u32> = (0..locals as u32).chain(code.cellregs.iter().map(|&r| r.into())).collect();
    all.sort_unstable();
    all.dedup();
    all
}

impl Live {
    /// Analyses a code object; `all`: variables are live everywhere.
    pub fn new(code: &CodeObject, all: bool) -> Live {
        let n = code.instrs.len();
        let words = (code.nregs as usize).div_ceil(64).max(1);
        let mut live = Live { words, sets: vec![0; n * words], constants: constants(code) };
        let mut base = vec![0u64; words];
        let mut keep = |r: u32| base[r as usize / 64] |= 1 << (r % 64);
        if code.flags & flags::OPTIMIZED == 0 {
            keep(0);
        }
        if all {
            variables(code).into_iter().for_each(&mut keep);
        }
        let mut handlers: Vec<Option<(u32, u16)>> = vec![None; n];
        for h in &code.handlers {
            for at in h.start..h.end.min(n as u32) {
                handlers[at as usize] = Some((h.target, h.reg));
            }
        }
        loop {
            let mut changed = false;
            for at in (0..n).rev() {
                let set = live.before(code, at, &handlers, &base);
                if live.sets[at * words..(at + 1) * words] != set[..] {
                    live.sets[at * words..(at + 1) * words].copy_from_slice(&set);
                    changed = true;
                }
            }
            if !changed {
                return live;
            }
        }
    }

    fn set(&self, at: usize) -> &[u64] {
        &self.sets[at * self.words..(at + 1) * self.words]
    }

    fn before(
        &self,
        code: &CodeObject,
        at: usize,
        handlers: &[Option<(u32, u16)>],
        base: &[u64],
    ) -> Vec<u64> {
        let i = &code.instrs[at];
        let op = i.opcode();
        let mut set = vec![0u64; self.words];
        let join = |set: &mut Vec<u64>, other: &[u64]| set.iter_mut().zip(other).for_each(|(a, b)| *a |= b);
        let target = i.jump_target(at).map(|t| t as usize);
        let next = (!op.is_terminator() && at + 1 < code.instrs.len()).then_some(at + 1);
        // The end of an iterator leaves the item's register alone.
        let (item, end) = match op {
            Op::FOR_ITER => (next, target),
            Op::LOOP_FOR_ITER => (target, next),
            _ => (None, None),
        };
        if let Some(t) = item {
            join(&mut set, self.set(t));
        } else {
            target.into_iter().chain(next).for_each(|t| join(&mut set, self.set(t)));
        }
        if let Some(w) = i.clobbers_from() {
            for r in w..code.nregs {
                set[r as usize / 64] &= !(1 << (r % 64));
            }
        }
        let (mut dead, mut killed) = (vec![], vec![]);
        i.registers(|_| {}, |w| dead.push(w), |k| killed.push(k));
        dead.append(&mut killed);
        for r in dead {
            set[r as usize / 64] &= !(1 << (r % 64));
        }
        if let Some(t) = end {
            join(&mut set, self.set(t));
        }
        if let Some((h, reg)) = handlers[at] {
            for (k, &w) in self.set(h as usize).iter().enumerate() {
                let mask = if reg as usize / 64 == k { !(1u64 << (reg % 64)) } else { !0 };
                set[k] |= w & mask;
            }
        }
        i.registers(|r| set[r as usize / 64] |= 1 << (r % 64), |_| {}, |_| {});
        if op == Op::DELETE_FAST {
            set[i.a as usize / 64] |= 1 << (i.a % 64);
        }
        join(&mut set, base);
        set
    }

    /// The number of the constant that register `r` holds before instruction `at`, if it is live there and the code
    /// loads nothing else into it: constants of a loop are loaded in front of it.
    pub fn constant(&self, at: u32, r: u32) -> Option<u32> {
        let all = self.constants.get(&r)?;
        let k = if all.len() == 1 { all[0] } else { all[at as usize] };
        k.checked_sub(ANY + 1).filter(|_| self.has(at, r))
    }

    /// Is register `r` live before instruction `at`?
    pub fn has(&self, at: u32, r: u32) -> bool {
        self.set(at as usize)[r as usize / 64] >> (r % 64) & 1 != 0
    }

    /// Live registers before instruction `at`, ascending.
    pub fn at(&self, at: u32) -> Vec<u32> {
        bits(self.set(at as usize))
    }

    /// Registers of a frame that are live while the call at `at` runs: behind it, but its result.
    pub fn across(&self, code: &CodeObject, at: u32) -> Vec<u32> {
        let mut set = self.set(at as usize + 1).to_vec();
        let i = &code.instrs[at as usize];
        i.registers(|_| {}, |w| set[w as usize / 64] &= !(1 << (w % 64)), |_| {});
        // What a handler reads is live before the call and survives it.
        if let Some(h) = code.handler_of(at) {
            for (k, &w) in self.set(h.target as usize).iter().enumerate() {
                let mask = if h.reg as usize / 64 == k { !(1u64 << (h.reg % 64)) } else { !0 };
                set[k] |= w & mask;
            }
        }
        bits(&set)
    }
}

/// See [`Live`]'s field.
fn constants(code: &CodeObject) -> FxHashMap<u32, Vec<u32>> {
    let mut loads: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let mut others: Vec<u32> = variables(code);
    others.extend(code.handlers.iter().map(|h| u32::from(h.reg)));
    let mut window = code.nregs;
    for i in &code.instrs {
        if i.opcode() == Op::LOAD_CONST {
            let list = loads.entry(i.a.into()).or_default();
            if !list.contains(&i.e) {
                list.push(i.e);
            }
            continue;
        }
        let mut writes = vec![];
        i.registers(|_| {}, |w| writes.push(w), |_| {});
        i.registers(|_| {}, |_| {}, |k| writes.push(k));
        others.append(&mut writes);
        window = i.clobbers_from().map_or(window, |w| w.min(window));
    }
    loads.retain(|r, _| *r < window && *r != 0 && !others.contains(r));
    loads
        .into_iter()
        .map(|(r, all)| if let [k] = all[..] { (r, vec![k + ANY + 1]) } else { (r, reaching(code, r)) })
        .collect()
}

/// What of the constants loaded into `r` reaches each instruction.
fn reaching(code: &CodeObject, r: u32) -> Vec<u32> {
    let n = code.instrs.len();
    let mut known = vec![0; n];
    let flow = |known: &mut Vec<u32>, to: usize, k: u32| {
        let new = match known.get(to) {
            None => return false,
            Some(&old) if old == k || k == 0 => old,
            Some(0) => k,
            Some(_) => ANY,
        };
        std::mem::replace(&mut known[to], new) != new
    };
    loop {
        let mut changed = false;
        for at in 0..n {
            let i = &code.instrs[at];
            let before = known[at];
            let loads = i.opcode() == Op::LOAD_CONST && u32::from(i.a) == r;
            let k = if loads { i.e + ANY + 1 } else { before };
            if let Some(h) = code.handler_of(at as u32) {
                changed |= flow(&mut known, h.target as usize, before);
                changed |= flow(&mut known, h.target as usize, k);
            }
            if let Some(t) = i.jump_target(at) {
                changed |= flow(&mut known, t as usize, k);
            }
            // Behind a terminator, too: what may be resumed there is in no hurry.
            changed |= flow(&mut known, at + 1, k);
        }
        if !changed {
            return known;
        }
    }
}

fn bits(set: &[u64]) -> Vec<u32> {
    let mut out = vec![];
    for (k, &w) in set.iter().enumerate() {
        let mut w = w;
        while w != 0 {
            out.push(k as u32 * 64 + w.trailing_zeros());
            w &= w - 1;
        }
    }
    out
}

/// Registers that the instructions from `from` to `to` read or write.
pub fn accessed(code: &CodeObject, from: u32, to: u32) -> Vec<bool> {
    let mut out = vec![false; code.nregs as usize];
    for i in &code.instrs[from as usize..=to as usize] {
        let mut hits = vec![];
        i.registers(|r| hits.push(r), |_| {}, |_| {});
        let mut writes = vec![];
        i.registers(|_| {}, |w| writes.push(w), |_| {});
        hits.into_iter().chain(writes).for_each(|r| out[r as usize] = true);
    }
    out
}

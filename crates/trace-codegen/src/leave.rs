//! Exits: what is written for the ways out of a tree.
//!
//! An exit stores what its snapshot names into slots of the exit buffer and returns the number of its row. Exits that
//! lie close to each other name mostly the same values: what several have in common is stored by one block that they
//! all jump to, and what several such blocks have in common by another one behind them. The last one returns, for the
//! whole tree. So an exit costs a few instructions, however much there is to be kept. For that to work a value has
//! one slot wherever it is stored; slots are handed out over the list of exits as registers would be.
//!
//! What is stored in common is defined above each of the exits that store it, hence above the block in common.

use crate::compile::CompileError;
use crate::exits::{self, ExitFrame, ExitInfo, ExitObject, ExitStore, Source};
use crate::lower::{Env, Lowering};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value, types};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use taipan_trace_ir::{ExitId, MemId, Op, SnapVal, Ty, Val, value};

/// What an exit stores, or several have in common, and what stores the rest for it.
struct Part {
    /// Values, sorted; what the next part stores is among them.
    values: Vec<Value>,
    /// The next part.
    next: Option<usize>,
}

/// An exit that is still to be written.
struct Pending {
    block: Block,
    exit: ExitId,
    env: Env,
    /// What the snapshot names and is not computed in the exit.
    named: Vec<Val>,
}

fn is_constant(op: Op) -> bool {
    matches!(op, Op::Const | Op::Obj)
}

/// What both have; both are sorted.
fn common(a: &[Value], b: &[Value]) -> Vec<Value> {
    a.iter().copied().filter(|v| b.binary_search(v).is_ok()).collect()
}

/// How many both have; both are sorted.
fn shared(a: &[Value], b: &[Value]) -> usize {
    let (mut i, mut k, mut n) = (0, 0, 0);
    while i < a.len() && k < b.len() {
        match a[i].cmp(&b[k]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => k += 1,
            std::cmp::Ordering::Equal => (i, k, n) = (i + 1, k + 1, n + 1),
        }
    }
    n
}

/// Fewer stores than these are not worth a block.
const WORTH: usize = 3;

/// Puts neighbours together, those first that have most in common: one part for each of `sets`, then what several have
/// in common. A group whose members have all in common that one of them is a group of already takes the others in.
fn parts(sets: Vec<Vec<Value>>) -> Vec<Part> {
    let leaves = sets.len();
    let mut parts: Vec<Part> = sets.into_iter().map(|values| Part { values, next: None }).collect();
    // Groups that have no part above them yet, as a list in the order of their exits.
    let (mut before, mut after): (Vec<Option<usize>>, Vec<Option<usize>>) =
        (0..leaves).map(|k| (k.checked_sub(1), Some(k + 1).filter(|&k| k < leaves))).unzip();
    let mut pairs: BinaryHeap<(usize, Reverse<usize>, usize)> =
        (1..leaves).map(|k| (shared(&parts[k - 1].values, &parts[k].values), Reverse(k - 1), k)).collect();
    while let Some((n, Reverse(a), b)) = pairs.pop() {
        // One of the two may have got a part above it, or another neighbour, in the meantime.
        if parts[a].next.is_some() || parts[b].next.is_some() || after[a] != Some(b) {
            continue;
        }
        let takes = |k: usize| k >= leaves && parts[k].values.len() == n;
        let group = if n > 0 && takes(a) {
            a
        } else if n > 0 && takes(b) {
            b
        } else if n >= WORTH {
            parts.push(Part { values: common(&parts[a].values, &parts[b].values), next: None });
            before.push(None);
            after.push(None);
            parts.len() - 1
        } else {
            continue;
        };
        for k in [a, b] {
            if k != group {
                parts[k].next = Some(group);
            }
        }
        let (left, right) = (before[a], after[b]);
        (before[group], after[group]) = (left, right);
        if let Some(l) = left {
            after[l] = Some(group);
            pairs.push((shared(&parts[l].values, &parts[group].values), Reverse(l), group));
        }
        if let Some(r) = right {
            before[r] = Some(group);
            pairs.push((shared(&parts[group].values, &parts[r].values), Reverse(group), r));
        }
    }
    parts
}

/// Slots of values over the exits that store them, each from its first exit to its last one.
fn slots(sets: &[Vec<Value>]) -> FxHashMap<Value, u16> {
    let mut last: FxHashMap<Value, usize> = FxHashMap::default();
    for (i, set) in sets.iter().enumerate() {
        last.extend(set.iter().map(|&v| (v, i)));
    }
    let mut slots: FxHashMap<Value, u16> = FxHashMap::default();
    let (mut free, mut used): (Vec<u16>, u16) = (vec![], 0);
    for (i, set) in sets.iter().enumerate() {
        for &v in set {
            slots.entry(v).or_insert_with(|| {
                free.pop().unwrap_or_else(|| {
                    used = used.saturating_add(1);
                    used - 1
                })
            });
        }
        free.extend(set.iter().filter(|v| last[v] == i).map(|v| slots[v]));
    }
    slots
}

impl Lowering<'_> {
    /// Writes all exits.
    pub(crate) fn leave(&mut self) -> Result<(), CompileError> {
        let tree = self.tree;
        self.cold = true;
        let mut list: Vec<Pending> = std::mem::take(&mut self.ways_out)
            .into_iter()
            .map(|(block, exit, env)| Pending { block, exit, env, named: vec![] })
            .collect();
        let mut sets = Vec::with_capacity(list.len());
        for p in &mut list {
            let e = &tree.exits[p.exit.ix()];
            e.snap.for_each(|v| {
                if !is_constant(tree.op(v)) && !e.sunk.contains(&v) {
                    p.named.push(v);
                }
            });
            p.named.sort_unstable();
            p.named.dedup();
            self.enter(&p.env);
            let mut set: Vec<Value> = p.named.iter().map(|&v| self.val(v)).collect();
            set.sort_unstable();
            set.dedup();
            sets.push(set);
        }
        let slots = slots(&sets);
        let parts = parts(sets);
        let end = self.cold_block();
        let id = self.b.append_block_param(end, types::I64);
        let blocks: Vec<Block> = (list.len()..parts.len()).map(|_| self.cold_block()).collect();
        let next = |p: &Part| p.next.map_or(end, |k| blocks[k - list.len()]);
        for (k, p) in list.iter().enumerate() {
            self.b.switch_to_block(p.block);
            self.enter(&p.env);
            let number = self.exits.len() as u64;
            self.exit(p, &slots)?;
            self.store_part(&parts, k, &slots);
            let id = self.iconst(number);
            self.b.ins().jump(next(&parts[k]), &[BlockArg::from(id)]);
        }
        for k in list.len()..parts.len() {
            let block = blocks[k - list.len()];
            self.b.switch_to_block(block);
            let id = self.b.append_block_param(block, types::I64);
            self.store_part(&parts, k, &slots);
            self.b.ins().jump(next(&parts[k]), &[BlockArg::from(id)]);
        }
        self.b.switch_to_block(end);
        self.b.ins().return_(&[id]);
        Ok(())
    }

    /// Stores what no later part does.
    fn store_part(&mut self, parts: &[Part], k: usize, slots: &FxHashMap<Value, u16>) {
        let later = parts[k].next.map_or(&[][..], |n| &parts[n].values);
        for &x in &parts[k].values {
            if later.binary_search(&x).is_err() {
                self.store_slot(slots[&x], x);
            }
        }
    }

    fn store_slot(&mut self, slot: u16, mut x: Value) {
        if self.b.func.dfg.value_type(x) == types::I8 {
            x = self.b.ins().uextend(types::I64, x);
        }
        let off = self.c.config.exit_buffer + 8 * i32::from(slot);
        self.b.ins().store(MemFlagsData::trusted(), x, self.ctx, off);
    }

    /// Writes into the current block what is particular to an exit, and its row.
    fn exit(&mut self, p: &Pending, slots: &FxHashMap<Value, u16>) -> Result<(), CompileError> {
        let tree = self.tree;
        let e = &tree.exits[p.exit.ix()];
        let mut place: FxHashMap<Val, u16> = FxHashMap::default();
        for &v in &p.named {
            let x = self.val(v);
            place.insert(v, slots[&x]);
        }
        // What is computed here takes slots that nothing else here has.
        let mut taken: Vec<u16> = place.values().copied().collect();
        taken.sort_unstable();
        let mut slot = 0;
        for &v in &e.sunk {
            self.node(v)?;
        }
        for &v in &e.sunk {
            let mut wanted = false;
            e.snap.for_each(|w| wanted |= w == v);
            if !wanted || place.contains_key(&v) {
                continue;
            }
            while taken.binary_search(&slot).is_ok() {
                slot += 1;
            }
            let x = self.val(v);
            self.store_slot(slot, x);
            place.insert(v, slot);
            slot += 1;
        }
        if place.values().any(|&s| s >= self.c.config.exit_slots) {
            return Err(CompileError::TooManyExitValues);
        }
        let source = |s: &SnapVal| match s {
            SnapVal::Virtual(i) => Source::Object(*i),
            SnapVal::Val(v) => {
                let n = tree.node(*v);
                match n.op {
                    Op::Const => Source::Const(n.ty, n.imm),
                    Op::Obj => {
                        let bits = tree.objs[n.imm as usize].bits;
                        Source::Const(n.ty, if n.ty == Ty::Ptr { bits & value::ADDRESS_MASK } else { bits })
                    }
                    _ => Source::Slot(place[v], n.ty),
                }
            }
        };
        let frames: Vec<ExitFrame> = e
            .snap
            .frames
            .iter()
            .map(|f| ExitFrame {
                code: f.code,
                pc: f.pc,
                ret: f.ret,
                regs: f.regs.iter().map(|(r, s)| (*r, source(s))).collect(),
            })
            .collect();
        let field = |&(m, ix, ref s): &(MemId, Option<u32>, SnapVal)| {
            let m = &tree.mems[m.ix()];
            (m.offset + (ix.unwrap_or(0) * m.ty.size()) as i32, m.ty, source(s))
        };
        let objects = e
            .snap
            .virtuals
            .iter()
            .map(|o| {
                let d = &tree.allocs[o.alloc.ix()];
                ExitObject {
                    alloc: o.alloc,
                    token: d.token,
                    size: d.size,
                    init: exits::init_words(tree, o.alloc),
                    fields: o.fields.iter().map(field).collect(),
                }
            })
            .collect();
        let stores = e
            .snap
            .stores
            .iter()
            .map(|st| {
                let m = &tree.mems[st.mem.ix()];
                ExitStore {
                    base: source(&st.base),
                    offset: m.offset,
                    index: st.index.map(|i| source(&SnapVal::Val(i))),
                    ty: m.ty,
                    value: source(&st.value),
                }
            })
            .collect();
        let mut ints: Vec<(u16, Ty)> = vec![];
        let mut plain = frames.len() == 1 && e.snap.virtuals.is_empty() && e.snap.stores.is_empty();
        for (_, s) in frames.iter().flat_map(|f| &f.regs) {
            match *s {
                Source::Slot(slot, ty @ (Ty::I64 | Ty::U64)) => ints.push((slot, ty)),
                Source::Const(ty @ (Ty::I64 | Ty::U64), bits) => {
                    let negative = ty == Ty::U64 && (bits as i64) < 0;
                    plain &= !negative && value::from_int(bits as i64).is_some();
                }
                _ => {}
            }
        }
        self.exits.push(ExitInfo {
            exit: p.exit,
            origin: e.origin,
            reason: e.reason,
            frames,
            objects,
            stores,
            slots: place.len() as u16,
            ints,
            plain,
        });
        Ok(())
    }
}

//! Steps of iterator objects: list, tuple and range iterators, `enumerate` and `zip` over such.
//!
//! First every iterator underneath is looked at and guarded to have an item or, as in the round that is recorded, to be
//! exhausted; then their states are written. So a guard that fails leaves with nothing done, and the interpreter makes
//! the step itself. States stay in the objects: the optimiser carries them in registers ([`taipan_trace_opt`]'s
//! promotion).

use super::{Expect, Rec, Recorder};
use taipan_bytecode::Instr;
use taipan_runtime::objects::enumerate::Enumerate;
use taipan_runtime::objects::list::iter::ListIter;
use taipan_runtime::objects::range::iter::RangeIter;
use taipan_runtime::objects::tuple_iter::TupleIter;
use taipan_runtime::objects::zip::Zip;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Gc, Value};
use taipan_trace_ir::{ExitReason, Intrinsic, MemId, Op, Val};

/// A store that is due once all guards are behind.
type Due = (Val, MemId, Val);

/// Iterators within iterators, at most.
const DEPTH: u32 = 4;

impl Recorder {
    /// Is it an iterator that [`Recorder::step_of`] knows, all the way down?
    pub(super) fn is_steps(&self, live: Value) -> bool {
        self.known(live, 0)
    }
    fn known(&self, live: Value, depth: u32) -> bool {
        let vm = self.vm();
        if depth > DEPTH || !live.is_ptr() {
            return false;
        }
        let exact = |s: u32| vm.is_exact(live, s);
        if exact(shape_ids::list_iterator) {
            let it: Gc<ListIter> = live.cast().expect("exact");
            return it.list.get().is_some_and(|l| vm.is_exact(l.value(), shape_ids::list));
        }
        if exact(shape_ids::tuple_iterator) {
            let it: Gc<TupleIter> = live.cast().expect("exact");
            return it.tuple.get().is_some_and(|t| vm.is_exact(t.value(), shape_ids::tuple));
        }
        if exact(shape_ids::range_iterator) {
            return true;
        }
        if exact(shape_ids::enumerate) {
            let e: Gc<Enumerate> = live.cast().expect("exact");
            return e.long.get().is_unbound()
                && e.index.get() < i64::MAX
                && self.known(e.iter.get(), depth + 1);
        }
        if exact(shape_ids::zip) {
            let z: Gc<Zip> = live.cast().expect("exact");
            let t = z.iters.get();
            return !z.strict.get()
                && (1..=4).contains(&t.len())
                && t.items().iter().all(|&x| self.known(x, depth + 1));
        }
        false
    }

    /// One step: the item, or `None` where the live iterator is exhausted. `leaves` collects the iterators that have a
    /// state, `due` what is to be written.
    fn step_of(
        &mut self,
        v: Val,
        live: Value,
        leaves: &mut Vec<(u32, Val)>,
        due: &mut Vec<Due>,
    ) -> Option<Val> {
        let vm = self.vm();
        let exact = |s: u32| vm.is_exact(live, s);
        let one = self.tree.i64(1);
        if exact(shape_ids::list_iterator) {
            let it: Gc<ListIter> = live.cast().expect("exact");
            let l = it.list.get().expect("known");
            let p = self.leaf(v, shape_ids::list_iterator, leaves);
            let (ml, mi) = (self.mem("listiter.list"), self.mem("listiter.index"));
            let q = self.b().load(p, ml);
            let x = self.exit(ExitReason::LoopEnd);
            let q = self.b().guard(Op::GuardNonNull, &[q], x);
            let at = self.b().load(p, mi);
            let k = it.index.get();
            let m = self.mem("list.len");
            if k >= l.len() {
                let q = self.shaped(q, shape_ids::list);
                let len = self.b().load(q, m);
                self.exhausted(at, len);
                let null = self.tree.null();
                due.push((p, ml, null));
                return None;
            }
            let (q, s) = self.list(q, l.value()).expect("an exact list");
            let len = self.b().load(q, m);
            let x = self.exit(ExitReason::LoopEnd);
            let at = self.b().guard(Op::GuardBounds, &[at, len], x);
            let base = self.items_base(q, s);
            let m = self.mem(super::items::item_mem(s));
            let item = self.b().loadx(base, at, m);
            let next = self.b().op(Op::Add, &[at, one]);
            due.push((p, mi, next));
            return Some(item);
        }
        if exact(shape_ids::tuple_iterator) {
            let it: Gc<TupleIter> = live.cast().expect("exact");
            let t = it.tuple.get().expect("known");
            let p = self.leaf(v, shape_ids::tuple_iterator, leaves);
            let (mt, mi) = (self.mem("tupleiter.tuple"), self.mem("tupleiter.index"));
            let q = self.b().load(p, mt);
            let x = self.exit(ExitReason::LoopEnd);
            let q = self.b().guard(Op::GuardNonNull, &[q], x);
            let q = self.shaped(q, shape_ids::tuple);
            let at = self.b().load(p, mi);
            let m = self.mem("tuple.len");
            let len = self.b().load(q, m);
            if it.index.get() >= t.len() {
                self.exhausted(at, len);
                let null = self.tree.null();
                due.push((p, mt, null));
                return None;
            }
            let x = self.exit(ExitReason::LoopEnd);
            let at = self.b().guard(Op::GuardBounds, &[at, len], x);
            let m = self.mem("tuple.item");
            let item = self.b().loadx(q, at, m);
            let next = self.b().op(Op::Add, &[at, one]);
            due.push((p, mi, next));
            return Some(item);
        }
        if exact(shape_ids::range_iterator) {
            let it: Gc<RangeIter> = live.cast().expect("exact");
            let p = self.leaf(v, shape_ids::range_iterator, leaves);
            let (mn, ml, ms) =
                (self.mem("rangeiter.next"), self.mem("rangeiter.left"), self.mem("rangeiter.step"));
            let left = self.b().load(p, ml);
            let zero = self.tree.i64(0);
            let end = self.b().op(Op::Le, &[left, zero]);
            let x = self.exit(ExitReason::LoopEnd);
            if it.left.get() <= 0 {
                self.b().guard(Op::GuardTrue, &[end], x);
                return None;
            }
            self.b().guard(Op::GuardFalse, &[end], x);
            let item = self.b().load(p, mn);
            let step = self.b().load(p, ms);
            let next = self.b().op(Op::Add, &[item, step]);
            let less = self.b().op(Op::Sub, &[left, one]);
            due.push((p, mn, next));
            due.push((p, ml, less));
            return Some(item);
        }
        if exact(shape_ids::enumerate) {
            let e: Gc<Enumerate> = live.cast().expect("exact");
            let p = self.leaf(v, shape_ids::enumerate, leaves);
            let (m, ml, mi) =
                (self.mem("enumerate.iter"), self.mem("enumerate.long"), self.mem("enumerate.index"));
            let unbound = self.tree.value(Value::UNBOUND.bits());
            let long = self.b().load(p, ml);
            let x = self.exit(ExitReason::Value);
            self.b().guard(Op::GuardIs, &[long, unbound], x);
            let inner = self.b().load(p, m);
            let item = self.step_of(inner, e.iter.get(), leaves, due)?;
            let n = self.b().load(p, mi);
            let x = self.exit(ExitReason::Overflow);
            let next = self.b().guard(Op::AddOv, &[n, one], x);
            due.push((p, mi, next));
            return Some(self.tuple(&[n, item]));
        }
        let z: Gc<Zip> = live.cast().expect("known");
        let p = self.shaped(v, shape_ids::zip);
        let m = self.mem("zip.strict");
        let zero = self.tree.i64(0);
        let x = self.exit(ExitReason::Value);
        let p = self.b().guard_mem(p, m, zero, x);
        let m = self.mem("zip.iters");
        let t = self.b().load(p, m);
        let live_t = z.iters.get();
        let m = self.mem("tuple.len");
        let n = self.tree.i64(live_t.len() as i64);
        let x = self.exit(ExitReason::Value);
        let t = self.b().guard_mem(t, m, n, x);
        let m = self.mem("tuple.item");
        let mut items = vec![];
        for (k, &inner) in live_t.items().iter().enumerate() {
            let k = self.tree.i64(k as i64);
            let w = self.b().loadx(t, k, m);
            items.push(self.step_of(w, inner, leaves, due)?);
        }
        Some(self.tuple(&items))
    }

    /// The address of an iterator with a state: another one than those before it.
    fn leaf(&mut self, v: Val, shape: u32, leaves: &mut Vec<(u32, Val)>) -> Val {
        let p = self.shaped(v, shape);
        for k in 0..leaves.len() {
            if leaves[k].0 == shape {
                let same = self.b().op(Op::SamePtr, &[p, leaves[k].1]);
                let x = self.exit(ExitReason::Value);
                self.b().guard(Op::GuardFalse, &[same], x);
            }
        }
        leaves.push((shape, p));
        p
    }

    fn exhausted(&mut self, at: Val, len: Val) {
        let more = self.b().op(Op::Lt, &[at, len]);
        if self.tree.bits(more).is_none() {
            let x = self.exit(ExitReason::LoopEnd);
            self.b().guard(Op::GuardFalse, &[more], x);
        }
    }

    /// No iterator is met twice.
    fn apart(&self, live: Value, seen: &mut Vec<u64>) -> bool {
        if seen.contains(&live.bits()) {
            return false;
        }
        seen.push(live.bits());
        if let Some(e) = live.cast::<Enumerate>() {
            return self.apart(e.iter.get(), seen);
        }
        match live.cast::<Zip>() {
            Some(z) => z.iters.get().items().iter().all(|&x| self.apart(x, seen)),
            None => true,
        }
    }

    /// Is it an iterator whose steps call no Python code?
    fn is_native_iterator(&self, live: Value) -> bool {
        const NAMES: &[&str] = &[
            "dict_keyiterator",
            "dict_valueiterator",
            "dict_itemiterator",
            "dict_reversekeyiterator",
            "dict_reversevalueiterator",
            "dict_reverseitemiterator",
            "set_iterator",
            "str_iterator",
            "str_ascii_iterator",
            "list_reverseiterator",
            "bytes_iterator",
        ];
        let vm = self.vm();
        if !live.is_ptr() {
            return false;
        }
        let class = vm.class_of(live);
        class.has(taipan_runtime::vm::typedef::flag::IMMUTABLE)
            && NAMES.contains(&vm.type_name(live).to_string().as_str())
    }
    /// A step of such an iterator: the interpreter's own, without what goes with an instruction.
    fn native_step(&mut self, i: &Instr, live: Value, looped: bool) -> Rec<bool> {
        // SAFETY: a live object.
        let shape = unsafe { (*live.as_header()).shape() };
        let v = self.get(i.b.into());
        self.shaped(v, shape);
        if looped {
            let here = self.top().at;
            self.poll_at(here);
        }
        let x = self.exit(ExitReason::Raise);
        let item = self.b().call(Intrinsic::IterStep, &[v], Some(x));
        self.after_next(i, item);
        Ok(true)
    }

    /// A step of the iterator object in a loop's register.
    pub(super) fn for_object(
        &mut self,
        i: &Instr,
        live: Value,
        looped: bool,
        item_at: u32,
        end_at: u32,
    ) -> Rec<bool> {
        if self.is_native_iterator(live) {
            return self.native_step(i, live, looped);
        }
        if !self.is_steps(live) || !self.apart(live, &mut vec![]) {
            return Ok(false);
        }
        let v = self.get(i.b.into());
        if looped {
            let here = self.top().at;
            self.poll_at(here);
        }
        let (mut leaves, mut due) = (vec![], vec![]);
        let item = self.step_of(v, live, &mut leaves, &mut due);
        for (p, m, x) in due {
            self.b().store(p, m, x);
        }
        let to = match item {
            Some(x) => {
                self.set(i.a.into(), x);
                item_at
            }
            None => end_at,
        };
        self.expect = Expect::At(to, to);
        Ok(true)
    }
}

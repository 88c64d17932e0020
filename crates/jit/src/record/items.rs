//! Items: lists by storage kind, tuples, unpacking, appending, cells.

use super::arith::Num;
use super::frames::{Kind, kind};
use super::mems::ITEMS;
use super::{Rec, Recorder};
use taipan_bytecode::{Instr, Op as B};
use taipan_runtime::Value;
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::list::{List, Storage};
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::vm::shape_ids;
use taipan_trace_ir::{ExitReason, Intrinsic, Op, Ty, Val};

/// Descriptor of a storage kind's items.
pub(super) fn item_mem(s: Storage) -> &'static str {
    match s {
        Storage::Int => "item.int",
        Storage::Float => "item.float",
        Storage::Bool => "item.bool",
        _ => "item.value",
    }
}

impl Recorder {
    /// The list in a boxed value: its address with shape and storage kind guarded, and the kind.
    pub(super) fn list(&mut self, v: Val, live: Value) -> Option<(Val, Storage)> {
        if !self.vm().is_exact(live, shape_ids::list) {
            return None;
        }
        let storage = live.cast::<List>()?.storage.get();
        let p = self.shaped(v, shape_ids::list);
        let m = self.mem("list.kind");
        let k = self.tree.i64(storage as i64);
        let x = self.exit(ExitReason::Shape);
        Some((self.b().guard_mem(p, m, k, x), storage))
    }
    /// Address to index items from, for a storage kind.
    pub(super) fn items_base(&mut self, list: Val, s: Storage) -> Val {
        let m = self.mem("list.data");
        let data = self.b().load(list, m);
        if s == Storage::Object {
            // The buffer itself: the write barrier needs its header.
            let k = self.tree.i64(-(ITEMS as i64));
            return self.b().op(Op::PtrAdd, &[data, k]);
        }
        data
    }
    /// An index within `len`, negative ones counted from the end as the live one is. `None` where the live one is
    /// outside.
    pub(super) fn index(&mut self, k: Val, live: i64, len: Val, live_len: usize) -> Option<Val> {
        let n = live_len as i64;
        if live < -n || live >= n {
            return None;
        }
        let mut k = k;
        if live < 0 {
            if self.tree.int(k).is_none() {
                let zero = self.tree.i64(0);
                let c = self.b().op(Op::Lt, &[k, zero]);
                self.require(c, ExitReason::Bounds);
            }
            k = self.b().op(Op::Add, &[k, len]);
        }
        let x = self.exit(ExitReason::Bounds);
        Some(self.b().guard(Op::GuardBounds, &[k, len], x))
    }
    fn int_index(&mut self, n: Num) -> Option<Val> {
        match n {
            Num::I(v) => Some(v),
            Num::B(v) => Some(self.b().op(Op::B2I, &[v])),
            _ => None,
        }
    }
    /// `container[k]`
    fn load_item(&mut self, v: Val, live: Value, k: Num, live_k: Value) -> Rec<Option<Val>> {
        let Some(i) = taipan_runtime::objects::int_util::to_i64(live_k) else { return Ok(None) };
        if self.vm().is_exact(live, shape_ids::list) {
            let Some(k) = self.int_index(k) else { return Ok(None) };
            let Some((p, s)) = self.list(v, live) else { return Ok(None) };
            let n = live.cast::<List>().map_or(0, |l| l.len());
            let m = self.mem("list.len");
            let len = self.b().load(p, m);
            let Some(k) = self.index(k, i, len, n) else { return Ok(None) };
            let base = self.items_base(p, s);
            let m = self.mem(item_mem(s));
            return Ok(Some(self.b().loadx(base, k, m)));
        }
        if self.vm().is_exact(live, shape_ids::tuple) {
            let Some(k) = self.int_index(k) else { return Ok(None) };
            let p = self.shaped(v, shape_ids::tuple);
            let n = live.cast::<Tuple>().map_or(0, |t| t.len());
            let m = self.mem("tuple.len");
            let len = self.b().load(p, m);
            let Some(k) = self.index(k, i, len, n) else { return Ok(None) };
            let m = self.mem("tuple.item");
            return Ok(Some(self.b().loadx(p, k, m)));
        }
        if self.vm().is_exact(live, shape_ids::str) {
            let Some(k) = self.int_index(k) else { return Ok(None) };
            let Some(s) = self.vm().exact_str(live) else { return Ok(None) };
            if !s.is_ascii() || i < 0 || i as usize >= s.char_len() {
                return Ok(None);
            }
            let p = self.shaped(v, shape_ids::str);
            let m = self.mem("str.chars");
            let len = self.b().load(p, m);
            let Some(k) = self.index(k, i, len, s.char_len()) else { return Ok(None) };
            return Ok(Some(self.b().call(Intrinsic::StrIndex, &[p, k], None)));
        }
        if self.vm().is_exact(live, shape_ids::bytes) {
            let Some(k) = self.int_index(k) else { return Ok(None) };
            let n = live.cast::<Bytes>().map_or(0, |b| b.as_bytes().len());
            let p = self.shaped(v, shape_ids::bytes);
            let m = self.mem("bytes.len");
            let len = self.b().load(p, m);
            let Some(k) = self.index(k, i, len, n) else { return Ok(None) };
            let m = self.mem("bytes.item");
            return Ok(Some(self.b().loadx(p, k, m)));
        }
        let Some(k) = self.int_index(k) else { return Ok(None) };
        let Some(r) = self.raw(v, live) else { return Ok(None) };
        self.load_raw(&r, k, i)
    }
    /// What a list of this storage takes, if the value fits: the node to store.
    fn stored(&mut self, s: Storage, v: Val, live: Value) -> Option<Val> {
        let v = self.unbox(v, live);
        match (s, self.tree.ty(v)) {
            (Storage::Int, Ty::I64) | (Storage::Float, Ty::F64) | (Storage::Bool, Ty::Bool) => Some(v),
            (Storage::Object, _) => Some(self.box_val(v)),
            _ => None,
        }
    }
    fn store_item(&mut self, v: Val, live: Value, k: Num, live_k: Value, x: Val, live_x: Value) -> Rec<bool> {
        let Some(i) = taipan_runtime::objects::int_util::to_i64(live_k) else { return Ok(false) };
        let Some(k) = self.int_index(k) else { return Ok(false) };
        if !self.vm().is_exact(live, shape_ids::list) {
            let Some(r) = self.raw(v, live) else { return Ok(false) };
            return self.store_raw(&r, k, i, x, live_x);
        }
        let n = live.cast::<List>().map_or(0, |l| l.len());
        if i < -(n as i64) || i >= n as i64 {
            return Ok(false);
        }
        let Some((p, s)) = self.list(v, live) else { return Ok(false) };
        let Some(w) = self.stored(s, x, live_x) else {
            let w = self.box_val(x);
            let e = self.exit(ExitReason::Raise);
            self.b().call(Intrinsic::ListSet, &[p, k, w], Some(e));
            return Ok(true);
        };
        let m = self.mem("list.len");
        let len = self.b().load(p, m);
        let Some(k) = self.index(k, i, len, n) else { return Ok(false) };
        let base = self.items_base(p, s);
        let m = self.mem(item_mem(s));
        self.b().storex(base, k, m, w);
        if s == Storage::Object {
            self.barrier(base, w);
        }
        Ok(true)
    }
    /// The write barrier of an object into which `v` was stored.
    pub(super) fn barrier(&mut self, owner: Val, v: Val) {
        let heap = !matches!(self.tree.op(v), Op::BoxFloat | Op::BoxBool | Op::Const);
        if heap {
            self.b().op(Op::Barrier, &[owner]);
        }
    }
    /// `list.append(x)`
    pub(super) fn append(&mut self, v: Val, live: Value, x: Val, live_x: Value) -> bool {
        let Some((p, s)) = self.list(v, live) else { return false };
        let Some(l) = live.cast::<List>() else { return false };
        if l.len() < l.cap.get()
            && let Some(w) = self.stored(s, x, live_x)
        {
            let (m, c) = (self.mem("list.len"), self.mem("list.cap"));
            let len = self.b().load(p, m);
            let cap = self.b().load(p, c);
            let fits = self.b().op(Op::Lt, &[len, cap]);
            self.require(fits, ExitReason::Bounds);
            let base = self.items_base(p, s);
            let item = self.mem(item_mem(s));
            self.b().storex(base, len, item, w);
            if s == Storage::Object {
                self.barrier(base, w);
            }
            let one = self.tree.i64(1);
            let more = self.b().op(Op::Add, &[len, one]);
            self.b().store(p, m, more);
            return true;
        }
        let w = self.box_val(x);
        self.b().call(Intrinsic::ListAppend, &[p, w], None);
        true
    }

    /// Records item access; false where it is none of ours.
    pub(super) fn items(&mut self, op: B, i: &Instr) -> Rec<bool> {
        match op {
            B::GETITEM | B::GETITEM_I => {
                let live = self.live(i.b.into());
                let (k, live_k) = if op == B::GETITEM {
                    (self.num_reg(i.c.into()), self.live(i.c.into()))
                } else {
                    let k = i.e as i32 as i64;
                    (Num::I(self.tree.i64(k)), Value::int(k))
                };
                let v = self.get(i.b.into());
                let Some(r) = self.load_item(v, live, k, live_k)? else { return Ok(false) };
                self.set(i.a.into(), r);
            }
            B::SETITEM | B::SETITEM_I => {
                let live = self.live(i.a.into());
                let (k, live_k) = if op == B::SETITEM {
                    (self.num_reg(i.b.into()), self.live(i.b.into()))
                } else {
                    let k = i.e as i32 as i64;
                    (Num::I(self.tree.i64(k)), Value::int(k))
                };
                let live_x = self.live(i.c.into());
                let x = self.operand(i.c.into());
                let v = self.get(i.a.into());
                return self.store_item(v, live, k, live_k, x, live_x);
            }
            B::LIST_APPEND => {
                let (live, live_x) = (self.live(i.a.into()), self.live(i.b.into()));
                let x = self.operand(i.b.into());
                let v = self.get(i.a.into());
                return Ok(self.append(v, live, x, live_x));
            }
            B::UNPACK_SEQ => {
                let live = self.live(i.b.into());
                let n = i.c as usize;
                let v = self.get(i.b.into());
                if let Some(t) = live.cast::<Tuple>()
                    && kind(self.vm(), live) == Kind::Object(shape_ids::tuple)
                    && t.len() == n
                {
                    let p = self.shaped(v, shape_ids::tuple);
                    let m = self.mem("tuple.len");
                    let k = self.tree.i64(n as i64);
                    let x = self.exit(ExitReason::Value);
                    let p = self.b().guard_mem(p, m, k, x);
                    let m = self.mem("tuple.item");
                    for at in 0..n {
                        let k = self.tree.i64(at as i64);
                        let item = self.b().loadx(p, k, m);
                        self.set(i.a as u32 + at as u32, item);
                    }
                } else if let Some(l) = live.cast::<List>()
                    && kind(self.vm(), live) == Kind::Object(shape_ids::list)
                    && l.len() == n
                    && n > 0
                {
                    let Some((p, s)) = self.list(v, live) else { return Ok(false) };
                    let m = self.mem("list.len");
                    let k = self.tree.i64(n as i64);
                    let x = self.exit(ExitReason::Value);
                    let p = self.b().guard_mem(p, m, k, x);
                    let base = self.items_base(p, s);
                    let m = self.mem(item_mem(s));
                    for at in 0..n {
                        let k = self.tree.i64(at as i64);
                        let item = self.b().loadx(base, k, m);
                        self.set(i.a as u32 + at as u32, item);
                    }
                } else {
                    return Ok(false);
                }
            }
            B::LOAD_CELL => {
                let v = self.get(i.b.into());
                let cell = self.live(i.b.into());
                return self.load_cell(v, cell, i.a.into());
            }
            B::STORE_CELL => {
                let v = self.get(i.a.into());
                let x = self.boxed(i.b.into());
                self.store_cell(v, x);
            }
            B::LOAD_FREE | B::STORE_FREE => {
                let Some((v, cell)) = self.free(i.e)? else { return Ok(false) };
                if op == B::LOAD_FREE {
                    return self.load_cell(v, cell, i.a.into());
                }
                let x = self.boxed(i.b.into());
                self.store_cell(v, x);
            }
            B::LOAD_CLOSURE => {
                let Some((v, _)) = self.free(i.e)? else { return Ok(false) };
                self.set(i.a.into(), v);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn load_cell(&mut self, v: Val, cell: Value, a: u32) -> Rec<bool> {
        let Some(c) = cell.cast::<taipan_runtime::objects::cell::PyCell>() else { return Ok(false) };
        let live = c.content.get();
        if live.is_unbound() {
            return Ok(false);
        }
        let p = self.shaped(v, shape_ids::cell);
        let m = self.mem("cell.content");
        let w = self.b().load(p, m);
        let w = self.unbox_or_bound(w, live);
        self.set(a, w);
        Ok(true)
    }
    fn store_cell(&mut self, v: Val, x: Val) {
        let p = self.shaped(v, shape_ids::cell);
        let m = self.mem("cell.content");
        self.b().store(p, m, x);
        self.barrier(p, x);
    }
    /// A boxed value that was loaded from a place that may be unbound, and is not now: typed by the live value.
    pub(super) fn unbox_or_bound(&mut self, w: Val, live: Value) -> Val {
        let u = self.unbox(w, live);
        if self.tree.ty(u) == Ty::Value && !self.tree.is_const(u) {
            if live.is_ptr() {
                // An address is bound.
                self.ptr(u);
            } else {
                self.guard_bound(u);
            }
        }
        u
    }
    /// The cell of free variable `k` of the top frame, and the live one.
    fn free(&mut self, k: u32) -> Rec<Option<(Val, Value)>> {
        let f = self.top();
        let (func, func_val) = (f.func, f.func_val);
        let Some(t) = func.closure.get().cast::<Tuple>() else { return Ok(None) };
        let live = t.items()[k as usize];
        let p = match func_val {
            Some(v) => self.ptr(v),
            None => {
                // The own frame's function is read from the frame: closures of one code share the tree.
                let v = self.b().reg(taipan_runtime::vm::exec::FUNC as i32 as u32);
                self.ptr(v)
            }
        };
        let m = self.mem("func.closure");
        let c = self.b().load(p, m);
        let t = self.ptr(c);
        let m = self.mem("tuple.item");
        let k = self.tree.i64(k as i64);
        Ok(Some((self.b().loadx(t, k, m), live)))
    }
}

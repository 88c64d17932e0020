//! Dicts with keys that are exact ints or strings: items, `get`; membership of such keys in other containers, too.
//!
//! Whether such a key is in there can be told without Python code, unless the dict has keys of other types with the same
//! hash: then the intrinsics say so, and the interpreter does it.

use super::frames::{Kind, kind};
use super::natives::MethodCall;
use super::{Rec, Recorder};
use taipan_bytecode::{Instr, Op as B};
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::{Gc, Value};
use taipan_trace_ir::{ExitReason, Intrinsic, Op, Ty, Val};

impl Recorder {
    /// Is it an exact dict of which the plain key in register `k` is asked? If so, the value there now.
    fn plain(&self, live: Value, k: u32) -> Option<Option<Value>> {
        let (vm, key) = (self.vm(), self.live(k));
        if !vm.is_exact(live, shape_ids::dict) {
            return None;
        }
        let plain = match kind(vm, key) {
            Kind::Int(_) => true,
            Kind::Object(s) => s == shape_ids::str,
            _ => false,
        };
        if !plain {
            return None;
        }
        let dict: Gc<Dict> = live.cast()?;
        dict.get_plain(key, vm.hash(key).ok()?, vm).ok()
    }
    /// Address of the dict and the boxed key, guarded.
    fn dict_and_key(&mut self, v: Val, k: u32) -> (Val, Val) {
        let p = self.shaped(v, shape_ids::dict);
        (p, self.plain_key(k))
    }
    /// The plain key in register `k`, guarded and boxed.
    fn plain_key(&mut self, k: u32) -> Val {
        let x = self.operand(k);
        if self.tree.ty(x) == Ty::Value {
            self.shaped(x, shape_ids::str);
        }
        self.box_val(x)
    }
    /// The value of a key that is there.
    fn found(&mut self, p: Val, k: Val) -> Val {
        let r = self.b().call(Intrinsic::DictFind, &[p, k], None);
        let unbound = self.tree.value(Value::UNBOUND.bits());
        let x = self.exit(ExitReason::Value);
        self.b().guard(Op::GuardIsNot, &[r, unbound], x);
        r
    }
    /// How to tell whether the plain key in register `k` is in `live`, which has this shape.
    fn membership(&self, live: Value, k: u32) -> Option<(u32, Intrinsic)> {
        let vm = self.vm();
        let Kind::Object(shape) = kind(vm, live) else { return None };
        let key = self.live(k);
        let plain = match kind(vm, key) {
            Kind::Int(_) => key.is_int(),
            Kind::Object(s) => s == shape_ids::str,
            _ => false,
        };
        let how = match shape {
            shape_ids::dict => Intrinsic::DictHas,
            shape_ids::set | shape_ids::frozenset => Intrinsic::SetHas,
            shape_ids::list => Intrinsic::ListHas,
            shape_ids::tuple => Intrinsic::TupleHas,
            _ => return None,
        };
        plain.then_some((shape, how))
    }
    /// Whether a key is there.
    fn has(&mut self, how: Intrinsic, p: Val, k: Val) -> Val {
        let r = self.b().call(how, &[p, k], None);
        let two = self.tree.i64(2);
        let x = self.exit(ExitReason::Value);
        let r = self.b().guard(Op::GuardBounds, &[r, two], x);
        let zero = self.tree.i64(0);
        self.b().op(Op::Ne, &[r, zero])
    }

    /// Records instructions on dicts; false where it is none of ours.
    pub(super) fn dicts(&mut self, op: B, i: &Instr) -> Rec<bool> {
        match op {
            B::GETITEM => {
                let Some(Some(_)) = self.plain(self.live(i.b.into()), i.c.into()) else { return Ok(false) };
                let v = self.get(i.b.into());
                let (p, k) = self.dict_and_key(v, i.c.into());
                let r = self.found(p, k);
                self.set(i.a.into(), r);
            }
            B::SETITEM => {
                if self.plain(self.live(i.a.into()), i.b.into()).is_none() {
                    return Ok(false);
                }
                let v = self.get(i.a.into());
                let (p, k) = self.dict_and_key(v, i.b.into());
                let x = self.boxed(i.c.into());
                let told = self.b().call(Intrinsic::DictStore, &[p, k, x], None);
                let e = self.exit(ExitReason::Value);
                self.b().guard(Op::GuardTrue, &[told], e);
            }
            B::CONTAINS | B::NOT_CONTAINS => {
                let live = self.live(i.c.into());
                let Some((shape, how)) = self.membership(live, i.b.into()) else { return Ok(false) };
                let v = self.get(i.c.into());
                let p = self.shaped(v, shape);
                let k = self.plain_key(i.b.into());
                let mut c = self.has(how, p, k);
                if op == B::NOT_CONTAINS {
                    c = self.b().op(Op::BNot, &[c]);
                }
                self.set(i.a.into(), c);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `dict.get` of an exact dict.
    pub(super) fn dict_method(&mut self, m: &MethodCall) -> Rec<Option<Val>> {
        if m.f.def.name != "get" || !(1..=2).contains(&m.n) {
            return Ok(None);
        }
        let Some(now) = self.plain(m.live, m.first) else { return Ok(None) };
        let v = self.receiver(m);
        let (p, k) = self.dict_and_key(v, m.first);
        if now.is_some() {
            return Ok(Some(self.found(p, k)));
        }
        let has = self.has(Intrinsic::DictHas, p, k);
        let x = self.exit(ExitReason::Value);
        self.b().guard(Op::GuardFalse, &[has], x);
        Ok(Some(if m.n == 2 { self.get(m.first + 1) } else { self.tree.value(Value::NONE.bits()) }))
    }
}

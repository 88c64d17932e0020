//! Items of sequences of raw numbers (`array.array`): class and item type guarded, items read and written in place.
//!
//! What such a sequence looks like its type definition says (`TypeDef::raw_items`). Buffers may hold bytes that came
//! from elsewhere: a float that is a NaN is not taken as it is.

use super::arith::Num;
use super::frames::kind;
use super::{Rec, Recorder};
use taipan_runtime::Value;
use taipan_runtime::vm::typedef::{RawItem, RawItems};
use taipan_trace_ir::{AliasClass, ExitReason, Mem, MemId, MemTy, Op, Ty, Val};

/// The type of an item in memory, and what it may overlap with.
fn place(item: RawItem) -> (&'static str, MemTy, AliasClass) {
    match item {
        RawItem::F64 => ("raw.f64", MemTy::F64, AliasClass::Floats),
        RawItem::I64 => ("raw.i64", MemTy::I64, AliasClass::Ints),
        RawItem::I32 => ("raw.i32", MemTy::I32, AliasClass::Ints),
        RawItem::U32 => ("raw.u32", MemTy::U32, AliasClass::Ints),
        RawItem::U16 => ("raw.u16", MemTy::U16, AliasClass::Ints),
        RawItem::I8 => ("raw.i8", MemTy::I8, AliasClass::Bytes),
        RawItem::U8 => ("raw.u8", MemTy::U8, AliasClass::Bytes),
    }
}

/// The least number that fits and how many do, for items narrower than a word.
fn span(item: RawItem) -> Option<(i64, i64)> {
    Some(match item {
        RawItem::F64 | RawItem::I64 => return None,
        RawItem::I32 => (i32::MIN as i64, 1 << 32),
        RawItem::U32 => (0, 1 << 32),
        RawItem::U16 => (0, 1 << 16),
        RawItem::I8 => (-128, 256),
        RawItem::U8 => (0, 256),
    })
}

/// The sequence in an operand.
pub(super) struct Raw {
    ptr: Val,
    len: Val,
    live_len: usize,
    what: RawItems,
    live: Value,
}

impl Recorder {
    fn raw_mem(&mut self, name: &str, alias: AliasClass, offset: usize, ty: MemTy, frozen: bool) -> MemId {
        self.tree.add_mem(Mem { name: name.into(), alias, offset: offset as i32, ty, frozen })
    }

    /// The sequence of raw numbers in `v`, guarded, with its length.
    pub(super) fn raw(&mut self, v: Val, live: Value) -> Option<Raw> {
        if !live.is_ptr() {
            return None;
        }
        let class = self.vm().class_of(live);
        let what = class.def.get()?.raw_items?(live)?;
        let p = self.ptr(v);
        let m = self.mem("header.class");
        let k = self.object_ptr(class.value());
        let x = self.exit(ExitReason::Shape);
        let p = self.b().guard_mem(p, m, k, x);
        let m = self.raw_mem("raw.tag", AliasClass::Frozen, what.tag, MemTy::U8, true);
        let k = self.tree.i64(what.tag_value as i64);
        let x = self.exit(ExitReason::Shape);
        let ptr = self.b().guard_mem(p, m, k, x);
        let m = self.raw_mem("raw.len", AliasClass::ListLen, what.len, MemTy::Len, false);
        let len = self.b().load(ptr, m);
        // SAFETY: the definition says where the length is.
        let live_len = unsafe { *live.as_header().cast::<u8>().add(what.len).cast::<usize>() };
        Some(Raw { ptr, len, live_len, what, live })
    }
    /// Its length.
    pub(super) fn raw_len(&mut self, r: &Raw) -> Val {
        r.len
    }

    /// The address to index from.
    fn raw_base(&mut self, r: &Raw) -> Val {
        let m = self.raw_mem("raw.buf", AliasClass::ListLen, r.what.buf, MemTy::Value, false);
        let w = self.b().load(r.ptr, m);
        let x = self.exit(ExitReason::Type);
        self.b().guard(Op::GuardPtr, &[w], x)
    }
    fn raw_item(&mut self, r: &Raw) -> MemId {
        let (name, ty, alias) = place(r.what.item);
        self.raw_mem(name, alias, size_of::<taipan_heap::RawBuf>(), ty, false)
    }

    /// `sequence[k]`; `None` where the general form must do it.
    pub(super) fn load_raw(&mut self, r: &Raw, k: Val, live_k: i64) -> Rec<Option<Val>> {
        let Some(k) = self.index(k, live_k, r.len, r.live_len) else { return Ok(None) };
        let base = self.raw_base(r);
        let at = if live_k < 0 { live_k + r.live_len as i64 } else { live_k };
        if r.what.item == RawItem::F64 && self.raw_double(r, at as usize).is_nan() {
            let offset = size_of::<taipan_heap::RawBuf>();
            let m = self.raw_mem("raw.bits", AliasClass::Floats, offset, MemTy::U64, false);
            let bits = self.b().loadx(base, k, m);
            return Ok(Some(self.b().op(Op::FFromBits, &[bits])));
        }
        let m = self.raw_item(r);
        let v = self.b().loadx(base, k, m);
        if r.what.item != RawItem::F64 {
            return Ok(Some(v));
        }
        let c = self.b().op(Op::FEq, &[v, v]);
        self.require(c, ExitReason::Value);
        Ok(Some(v))
    }
    fn raw_double(&self, r: &Raw, at: usize) -> f64 {
        // SAFETY: the definition says where the buffer is; the index is below the length.
        unsafe {
            let buf = *r.live.as_header().cast::<u8>().add(r.what.buf).cast::<Value>();
            match buf.cast::<taipan_heap::RawBuf>() {
                Some(b) => *b.data().cast::<f64>().add(at),
                None => f64::NAN,
            }
        }
    }

    /// `sequence[k] = x`; false where the general form must do it.
    pub(super) fn store_raw(&mut self, r: &Raw, k: Val, live_k: i64, x: Val, live_x: Value) -> Rec<bool> {
        let n = self.num(x, live_x);
        let w = match (r.what.item, n) {
            (RawItem::F64, Num::F(_) | Num::I(_)) => self.to_float(n),
            (RawItem::F64, _) => None,
            (_, Num::I(v)) => Some(v),
            _ => None,
        };
        let Some(w) = w else { return Ok(false) };
        if let Some((low, count)) = span(r.what.item) {
            let super::frames::Kind::Int(i) = kind(self.vm(), live_x) else { return Ok(false) };
            if !(low..low + count).contains(&i) {
                return Ok(false);
            }
            if self.tree.int(w).is_none() {
                let (k, n) = (self.tree.i64(-low), self.tree.i64(count));
                let s = if low == 0 { w } else { self.b().op(Op::Add, &[w, k]) };
                let e = self.exit(ExitReason::Overflow);
                self.b().guard(Op::GuardBounds, &[s, n], e);
            }
        }
        debug_assert!(matches!(self.tree.ty(w), Ty::I64 | Ty::F64));
        let Some(k) = self.index(k, live_k, r.len, r.live_len) else { return Ok(false) };
        let base = self.raw_base(r);
        let m = self.raw_item(r);
        self.b().storex(base, k, m, w);
        Ok(true)
    }
}

//! The intrinsics: what compiled code calls. One function for each row of the table in the trace IR's crate, at the
//! row's signature; a missing or different one does not compile.
//!
//! Operands are what the rows promise (exact ints, lists, strings). A function that may raise leaves the exception in
//! the context and sets `raised`; its exit hands it to the interpreter.

#![allow(non_snake_case, unsafe_op_in_unsafe_fn, clippy::missing_safety_doc, missing_docs)]

use crate::ctx::{ARGS, Ctx};
use std::mem::MaybeUninit;
use taipan_heap::Header;
use taipan_runtime::objects::dict::{AskPython, Dict};
use taipan_runtime::objects::int::{IntRef, int_ref};
use taipan_runtime::objects::int_util;
use taipan_runtime::objects::list::List;
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::sequence::adjust_indices;
use taipan_runtime::vm::shape_ids;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::{Gc, PyResult, Raised, Value, Vm, barrier};

taipan_trace_ir::intrinsic_addresses!(pub address, Ctx, table);

unsafe fn vm<'a>(c: *mut Ctx) -> &'a Vm {
    // SAFETY: compiled code passes the context it was entered with.
    &*(*c).vm
}
fn v(bits: u64) -> Value {
    Value::from_bits(bits)
}
/// Leaves an exception in the context.
pub unsafe fn raise(c: *mut Ctx, e: Raised) {
    (*c).exception = Some(e);
    (*c).raised = 1;
}
unsafe fn value(c: *mut Ctx, r: PyResult) -> u64 {
    match r {
        Ok(x) => x.bits(),
        Err(e) => {
            raise(c, e);
            Value::NONE.bits()
        }
    }
}
unsafe fn unit(c: *mut Ctx, r: PyResult<()>) {
    if let Err(e) = r {
        raise(c, e);
    }
}
unsafe fn list(p: *mut u8) -> Gc<List> {
    Gc::from_ptr(p.cast::<List>())
}
unsafe fn text(p: *mut u8) -> Gc<Str> {
    Gc::from_ptr(p.cast::<Str>())
}
fn exact_int(vm: &Vm, x: Value) -> bool {
    x.is_int() || vm.is_exact(x, shape_ids::int)
}
fn low64(x: Value) -> u64 {
    match int_ref(&x) {
        Some(IntRef::Small(i)) => i as u64,
        Some(IntRef::Big(b)) => {
            let w = b.as_sign_words().1.first().copied().unwrap_or(0);
            if int_util::is_negative(x) { w.wrapping_neg() } else { w }
        }
        None => 0,
    }
}
fn as_u64(x: Value) -> Option<u64> {
    match int_ref(&x)? {
        IntRef::Small(i) => u64::try_from(i).ok(),
        IntRef::Big(b) => u64::try_from(b).ok(),
    }
}
/// The int as a word without sign, if it fits.
pub fn unsigned(x: Value) -> Option<u64> {
    as_u64(x)
}
fn compare_op(n: i64) -> CompareOp {
    [CompareOp::Lt, CompareOp::Le, CompareOp::Eq, CompareOp::Ne, CompareOp::Gt, CompareOp::Ge][n as usize]
}

/// Implementations, named by the table's variants.
pub mod table {
    use super::*;

    pub unsafe extern "C" fn BoxIntSlow(c: *mut Ctx, i: i64) -> u64 {
        vm(c).new_int(i).bits()
    }
    pub unsafe extern "C" fn BoxU64Slow(c: *mut Ctx, i: u64) -> u64 {
        vm(c).new_uint(i).bits()
    }
    pub unsafe extern "C" fn IsIntSlow(c: *mut Ctx, x: u64) -> u64 {
        (exact_int(vm(c), v(x)) && int_util::to_i64(v(x)).is_some()) as u64
    }
    pub unsafe extern "C" fn IsU64Slow(c: *mut Ctx, x: u64) -> u64 {
        (exact_int(vm(c), v(x)) && as_u64(v(x)).is_some()) as u64
    }
    pub unsafe extern "C" fn IsAnyIntSlow(c: *mut Ctx, x: u64) -> u64 {
        exact_int(vm(c), v(x)) as u64
    }
    pub unsafe extern "C" fn Low64Slow(_: *mut Ctx, x: u64) -> u64 {
        low64(v(x))
    }
    pub unsafe extern "C" fn AllocSlow(c: *mut Ctx, token: u64) -> *mut u8 {
        crate::alloc::allocate(vm(c), token)
    }
    pub unsafe extern "C" fn BarrierSlow(_: *mut Ctx, p: *mut u8) {
        barrier(&*p.cast::<Header>());
    }

    macro_rules! ints {
        ($($name:ident $method:ident;)*) => {$(
            pub unsafe extern "C" fn $name(c: *mut Ctx, a: u64, b: u64) -> u64 {
                // What is pure may run in front of the guards of its operands, and must not run Python code.
                if !exact_int(vm(c), v(a)) || !exact_int(vm(c), v(b)) {
                    return Value::NONE.bits();
                }
                vm(c).$method(v(a), v(b)).unwrap_or(Value::NONE).bits()
            }
        )*};
    }
    ints! {
        IntAdd add; IntSub sub; IntMul mul; IntFloorDiv floordiv; IntMod rem; IntAnd and; IntOr or; IntXor xor;
        IntShr rshift;
    }
    pub unsafe extern "C" fn IntInvert(c: *mut Ctx, a: u64) -> u64 {
        if !exact_int(vm(c), v(a)) {
            return Value::NONE.bits();
        }
        vm(c).invert(v(a)).unwrap_or(Value::NONE).bits()
    }
    pub unsafe extern "C" fn IntNeg(c: *mut Ctx, a: u64) -> u64 {
        if !exact_int(vm(c), v(a)) {
            return Value::NONE.bits();
        }
        vm(c).neg(v(a)).unwrap_or(Value::NONE).bits()
    }
    pub unsafe extern "C" fn IntShl(c: *mut Ctx, a: u64, b: u64) -> u64 {
        value(c, vm(c).lshift(v(a), v(b)))
    }
    pub unsafe extern "C" fn IntPow(c: *mut Ctx, a: u64, b: u64) -> u64 {
        value(c, vm(c).pow(v(a), v(b), Value::NONE))
    }
    pub unsafe extern "C" fn IntPowMod(c: *mut Ctx, a: u64, b: u64, m: u64) -> u64 {
        value(c, vm(c).pow(v(a), v(b), v(m)))
    }
    pub unsafe extern "C" fn IntCmp(c: *mut Ctx, a: u64, b: u64) -> i64 {
        if !exact_int(vm(c), v(a)) || !exact_int(vm(c), v(b)) {
            return 0;
        }
        int_util::cmp(v(a), v(b)) as i64
    }
    unsafe fn float(c: *mut Ctx, r: PyResult) -> f64 {
        match r {
            Ok(x) => x.to_float().unwrap_or(0.0),
            Err(e) => {
                raise(c, e);
                0.0
            }
        }
    }
    pub unsafe extern "C" fn IntTrueDiv(c: *mut Ctx, a: u64, b: u64) -> f64 {
        float(c, vm(c).truediv(v(a), v(b)))
    }
    pub unsafe extern "C" fn IntToFloat(c: *mut Ctx, a: u64) -> f64 {
        let a = v(a);
        match int_ref(&a) {
            Some(i) => float(c, vm(c).int_to_f64(i).map(Value::float)),
            None => 0.0,
        }
    }
    pub unsafe extern "C" fn FloatToInt(c: *mut Ctx, x: f64) -> u64 {
        taipan_runtime::objects::float::to_int(vm(c), x).unwrap_or(Value::NONE).bits()
    }

    pub unsafe extern "C" fn FloatPow(c: *mut Ctx, x: f64, y: f64) -> f64 {
        // Of ordinary numbers it is the C library's answer.
        if x > 0.0 && x.is_finite() && y.is_finite() {
            return x.powf(y);
        }
        // An error is an infinity here; the guard behind the call sees it.
        match vm(c).pow(Value::float(x), Value::float(y), Value::NONE) {
            Ok(r) => r.to_float().unwrap_or(f64::INFINITY),
            Err(_) => f64::INFINITY,
        }
    }
    pub unsafe extern "C" fn FloatMod(_: *mut Ctx, x: f64, y: f64) -> f64 {
        let m = x % y;
        if m != 0.0 { if (y < 0.0) != (m < 0.0) { m + y } else { m } } else { 0f64.copysign(y) }
    }
    pub unsafe extern "C" fn FloatFloorDiv(c: *mut Ctx, x: f64, y: f64) -> f64 {
        // What is pure may run in front of the guard of its divisor: it must not raise.
        if y == 0.0 { f64::NAN } else { float(c, vm(c).floordiv(Value::float(x), Value::float(y))) }
    }
    pub unsafe extern "C" fn FloatFmod(_: *mut Ctx, x: f64, y: f64) -> f64 {
        x % y
    }
    macro_rules! floats {
        ($($name:ident $f:expr;)*) => {$(
            pub unsafe extern "C" fn $name(_: *mut Ctx, x: f64) -> f64 {
                let f: fn(f64) -> f64 = $f;
                f(x)
            }
        )*};
    }
    floats! {
        FloatSin f64::sin; FloatCos f64::cos; FloatTan f64::tan; FloatAsin f64::asin; FloatAcos f64::acos;
        FloatAtan f64::atan; FloatExp f64::exp; FloatLog f64::ln; FloatLog2 f64::log2; FloatLog10 f64::log10;
    }
    pub unsafe extern "C" fn FloatAtan2(_: *mut Ctx, x: f64, y: f64) -> f64 {
        x.atan2(y)
    }
    pub unsafe extern "C" fn FloatHypot(_: *mut Ctx, x: f64, y: f64) -> f64 {
        x.hypot(y)
    }

    pub unsafe extern "C" fn ListAppend(c: *mut Ctx, l: *mut u8, x: u64) {
        // For want of memory alone; the row says that it does not raise, so that is the end.
        if vm(c).list_push(list(l), v(x)).is_err() {
            std::process::abort();
        }
    }
    pub unsafe extern "C" fn ListGrow(c: *mut Ctx, l: *mut u8) {
        let l = list(l);
        let n = l.len();
        if vm(c).list_reallocate(l, n + (n >> 3) + 6).is_err() {
            std::process::abort();
        }
    }
    pub unsafe extern "C" fn ListPop(c: *mut Ctx, l: *mut u8) -> u64 {
        let l = list(l);
        if l.is_empty() {
            raise(c, vm(c).index_error("pop from empty list"));
            return Value::NONE.bits();
        }
        vm(c).list_pop(l).bits()
    }
    fn index(vm: &Vm, l: Gc<List>, i: i64, what: &str) -> Result<usize, Raised> {
        let n = l.len() as i64;
        let k = if i < 0 { i + n } else { i };
        if k < 0 || k >= n { Err(vm.index_error(what)) } else { Ok(k as usize) }
    }
    pub unsafe extern "C" fn ListGet(c: *mut Ctx, l: *mut u8, i: i64) -> u64 {
        let l = list(l);
        let r = index(vm(c), l, i, "list index out of range").map(|k| vm(c).list_get(l, k));
        value(c, r)
    }
    pub unsafe extern "C" fn ListSet(c: *mut Ctx, l: *mut u8, i: i64, x: u64) {
        let l = list(l);
        let r = index(vm(c), l, i, "list assignment index out of range");
        let r = r.and_then(|k| vm(c).list_set(l, k, v(x)));
        unit(c, r);
    }
    pub unsafe extern "C" fn ListRepeat(c: *mut Ctx, x: u64, n: i64) -> *mut u8 {
        let l = vm(c).new_list(&[v(x)]);
        match vm(c).list_repeat_in_place(l, n.max(0) as usize) {
            Ok(()) => l.value().as_header().cast(),
            Err(e) => {
                raise(c, e);
                l.value().as_header().cast()
            }
        }
    }
    pub unsafe extern "C" fn ListNew(c: *mut Ctx, n: i64) -> *mut u8 {
        let l = vm(c).new_list(&[]);
        let _ = n;
        l.value().as_header().cast()
    }
    pub unsafe extern "C" fn ListSlice(c: *mut Ctx, l: *mut u8, a: i64, b: i64) -> *mut u8 {
        match vm(c).list_slice(list(l), a as usize, b.max(a) as usize) {
            Ok(l) => l.value().as_header().cast(),
            Err(_) => std::process::abort(),
        }
    }

    pub unsafe extern "C" fn ListPart(c: *mut Ctx, l: *mut u8, a: i64, b: i64, step: i64) -> *mut u8 {
        let (vm, l) = (vm(c), list(l));
        let s = adjust_indices(a as isize, b as isize, step as isize, l.len());
        let r = if s.len == 0 {
            Ok(vm.new_list(&[]))
        } else if step == 1 {
            vm.list_slice(l, s.start as usize, s.start as usize + s.len)
        } else {
            vm.list_stride(l, s.start as usize, step as isize, s.len)
        };
        match r {
            Ok(l) => l.value().as_header().cast(),
            Err(e) => {
                raise(c, e);
                std::ptr::null_mut()
            }
        }
    }
    pub unsafe extern "C" fn ListSetPart(c: *mut Ctx, l: *mut u8, a: i64, b: i64, x: *mut u8) {
        let (vm, l, x) = (vm(c), list(l), list(x));
        let s = adjust_indices(a as isize, b as isize, 1, l.len());
        if l != x && vm.list_overwrite(l, s.start as usize, s.start as usize + s.len, x) {
            return;
        }
        let k = vm.new_slice(vm.new_int(a), vm.new_int(b), Value::NONE);
        unit(c, vm.setitem(l.value(), k.value(), x.value()));
    }

    pub unsafe extern "C" fn ListInsert(c: *mut Ctx, l: *mut u8, i: i64, x: u64) {
        let (vm, l) = (vm(c), list(l));
        let n = l.len() as i64;
        let k = if i < 0 { (i + n).max(0) } else { i.min(n) };
        if vm.list_insert(l, k as usize, v(x)).is_err() {
            std::process::abort();
        }
    }
    pub unsafe extern "C" fn ListPopAt(c: *mut Ctx, l: *mut u8, i: i64) -> u64 {
        let (vm, l) = (vm(c), list(l));
        if l.is_empty() {
            raise(c, vm.index_error("pop from empty list"));
            return Value::NONE.bits();
        }
        match index(vm, l, i, "pop index out of range") {
            Ok(k) => vm.list_remove_at(l, k).bits(),
            Err(e) => {
                raise(c, e);
                Value::NONE.bits()
            }
        }
    }
    pub unsafe extern "C" fn ListReverseHead(c: *mut Ctx, l: *mut u8, n: i64) -> u64 {
        let l = list(l);
        let fits = n > 0 && n as usize <= l.len();
        if fits {
            vm(c).list_reverse_head(l, n as usize);
        }
        fits as u64
    }
    #[allow(clippy::too_many_arguments)]
    pub unsafe extern "C" fn ListMove(
        c: *mut Ctx,
        l: *mut u8,
        a: i64,
        b: i64,
        m: *mut u8,
        from: i64,
        to: i64,
        step: i64,
    ) -> u64 {
        let (vm, l, m) = (vm(c), list(l), list(m));
        let s = adjust_indices(a as isize, b as isize, 1, l.len());
        let t = adjust_indices(from as isize, to as isize, step as isize, m.len());
        let fits = s.len == t.len && l.storage.get() == m.storage.get();
        (fits && vm.list_move(l, s.start as usize, m, t.start as usize, step as isize, s.len)) as u64
    }

    pub unsafe extern "C" fn StrIndex(c: *mut Ctx, s: *mut u8, i: i64) -> u64 {
        vm(c).str_char(vm(c).str_code_at(text(s), i as usize)).value().bits()
    }
    pub unsafe extern "C" fn StrEq(_: *mut Ctx, a: *mut u8, b: *mut u8) -> u64 {
        (a == b || text(a).as_bytes() == text(b).as_bytes()) as u64
    }
    pub unsafe extern "C" fn StrCmp(_: *mut Ctx, a: *mut u8, b: *mut u8) -> i64 {
        // WTF-8 sorts as its code points do.
        text(a).as_bytes().cmp(text(b).as_bytes()) as i64
    }
    pub unsafe extern "C" fn StrConcat(c: *mut Ctx, a: u64, b: u64) -> u64 {
        value(c, vm(c).add(v(a), v(b)))
    }
    pub unsafe extern "C" fn StrOrd(c: *mut Ctx, s: *mut u8) -> i64 {
        let s = text(s);
        if s.char_len() == 1 { vm(c).str_code_at(s, 0) as i64 } else { -1 }
    }
    pub unsafe extern "C" fn StrChr(c: *mut Ctx, i: i64) -> u64 {
        // It may run in front of the guard of its range.
        vm(c).str_char(i.clamp(0, 0x10_FFFF) as u32).value().bits()
    }

    pub unsafe extern "C" fn DictGet(c: *mut Ctx, d: *mut u8, k: u64) -> u64 {
        let d: Gc<Dict> = Gc::from_ptr(d.cast());
        value(c, d.get(vm(c), v(k)).map(|x| x.unwrap_or(Value::UNBOUND)))
    }
    pub unsafe extern "C" fn DictSet(c: *mut Ctx, d: *mut u8, k: u64, x: u64) {
        let d: Gc<Dict> = Gc::from_ptr(d.cast());
        let r = d.set(vm(c), v(k), v(x));
        unit(c, r);
    }
    unsafe fn plain(c: *mut Ctx, d: *mut u8, k: u64) -> Result<Option<Value>, AskPython> {
        let d: Gc<Dict> = Gc::from_ptr(d.cast());
        let hash = vm(c).hash(v(k)).map_err(|_| AskPython)?;
        d.get_plain(v(k), hash, vm(c))
    }
    pub unsafe extern "C" fn DictFind(c: *mut Ctx, d: *mut u8, k: u64) -> u64 {
        plain(c, d, k).ok().flatten().unwrap_or(Value::UNBOUND).bits()
    }
    pub unsafe extern "C" fn DictHas(c: *mut Ctx, d: *mut u8, k: u64) -> i64 {
        plain(c, d, k).map_or(2, |x| x.is_some() as i64)
    }
    pub unsafe extern "C" fn SetHas(c: *mut Ctx, s: *mut u8, k: u64) -> i64 {
        let s: Gc<taipan_runtime::objects::set::Set> = Gc::from_ptr(s.cast());
        let Ok(hash) = vm(c).hash(v(k)) else { return 2 };
        s.has_plain(vm(c), v(k), hash).map_or(2, |x| x as i64)
    }
    /// Are they equal, as far as that is known without Python code?
    fn same(vm: &Vm, a: Value, b: Value) -> Option<bool> {
        if a == b {
            return Some(true);
        }
        if let (Some(x), Some(y)) = (a.to_int(), b.to_int()) {
            return Some(x == y);
        }
        let text = |x: Value| vm.exact_str(x);
        match (text(a), text(b)) {
            (Some(x), Some(y)) => Some(x.as_bytes() == y.as_bytes()),
            (Some(_), None) if !b.is_ptr() => Some(false),
            (None, Some(_)) if !a.is_ptr() => Some(false),
            _ if a.is_none() && !b.is_ptr() || b.is_none() && !a.is_ptr() => Some(false),
            _ => None,
        }
    }
    pub unsafe extern "C" fn ListHas(c: *mut Ctx, l: *mut u8, x: u64) -> i64 {
        let (vm, l) = (vm(c), list(l));
        for k in 0..l.len() {
            match same(vm, vm.list_get(l, k), v(x)) {
                Some(true) => return 1,
                Some(false) => {}
                None => return 2,
            }
        }
        0
    }
    pub unsafe extern "C" fn TupleHas(c: *mut Ctx, t: *mut u8, x: u64) -> i64 {
        let t: Gc<taipan_runtime::objects::tuple::Tuple> = Gc::from_ptr(t.cast());
        for &item in t.items() {
            match same(vm(c), item, v(x)) {
                Some(true) => return 1,
                Some(false) => {}
                None => return 2,
            }
        }
        0
    }
    pub unsafe extern "C" fn IterStep(c: *mut Ctx, it: u64) -> u64 {
        value(c, vm(c).iter_next(v(it)).map(|x| x.unwrap_or(Value::UNBOUND)))
    }
    pub unsafe extern "C" fn DictStore(c: *mut Ctx, d: *mut u8, k: u64, x: u64) -> u64 {
        let told = plain(c, d, k).is_ok();
        let d: Gc<Dict> = Gc::from_ptr(d.cast());
        // What compiled code relies on is the interpreter's to change.
        let told = told && !d.watched.get();
        (told && d.set(vm(c), v(k), v(x)).is_ok()) as u64
    }
    pub unsafe extern "C" fn GlobalSet(c: *mut Ctx, d: *mut u8, k: u64, x: u64) {
        let d: Gc<Dict> = Gc::from_ptr(d.cast());
        if let Some(k) = v(k).cast::<Str>() {
            d.set_str(vm(c), k, v(x));
        }
    }
    pub unsafe extern "C" fn RangeNew(c: *mut Ctx, a: i64, b: i64, s: i64) -> u64 {
        let vm = vm(c);
        vm.new_range(vm.new_int(a), vm.new_int(b), vm.new_int(s)).value().bits()
    }

    pub unsafe extern "C" fn PyBinary(c: *mut Ctx, op: i64, a: u64, b: u64) -> u64 {
        let (vm, a, b) = (vm(c), v(a), v(b));
        let r = match op {
            0 => vm.add(a, b),
            1 => vm.sub(a, b),
            2 => vm.mul(a, b),
            3 => vm.truediv(a, b),
            4 => vm.floordiv(a, b),
            5 => vm.rem(a, b),
            _ => vm.pow(a, b, Value::NONE),
        };
        value(c, r)
    }
    pub unsafe extern "C" fn PyUnary(c: *mut Ctx, op: i64, a: u64) -> u64 {
        let (vm, a) = (vm(c), v(a));
        let r = match op {
            0 => vm.neg(a),
            1 => vm.pos(a),
            _ => vm.invert(a),
        };
        value(c, r)
    }
    pub unsafe extern "C" fn PyCompare(c: *mut Ctx, op: i64, a: u64, b: u64) -> u64 {
        let r = vm(c).compare(v(a), v(b), compare_op(op));
        value(c, r)
    }
    pub unsafe extern "C" fn PyTruth(c: *mut Ctx, a: u64) -> u64 {
        match vm(c).truth(v(a)) {
            Ok(t) => t as u64,
            Err(e) => {
                raise(c, e);
                0
            }
        }
    }
    pub unsafe extern "C" fn PyLen(c: *mut Ctx, a: u64) -> i64 {
        match vm(c).len(v(a)) {
            Ok(n) => n as i64,
            Err(e) => {
                raise(c, e);
                0
            }
        }
    }
    pub unsafe extern "C" fn PyContains(c: *mut Ctx, a: u64, b: u64) -> u64 {
        match vm(c).contains(v(b), v(a)) {
            Ok(t) => t as u64,
            Err(e) => {
                raise(c, e);
                0
            }
        }
    }
    pub unsafe extern "C" fn PyGetItem(c: *mut Ctx, o: u64, k: u64) -> u64 {
        value(c, vm(c).getitem(v(o), v(k)))
    }
    pub unsafe extern "C" fn PySetItem(c: *mut Ctx, o: u64, k: u64, x: u64) {
        unit(c, vm(c).setitem(v(o), v(k), v(x)));
    }
    pub unsafe extern "C" fn PyDelItem(c: *mut Ctx, o: u64, k: u64) {
        unit(c, vm(c).delitem(v(o), v(k)));
    }
    unsafe fn name(n: u64) -> Gc<Str> {
        v(n).cast_unchecked()
    }
    pub unsafe extern "C" fn PyGetAttr(c: *mut Ctx, o: u64, n: u64) -> u64 {
        value(c, vm(c).get_attr(v(o), name(n)))
    }
    pub unsafe extern "C" fn PySetAttr(c: *mut Ctx, o: u64, n: u64, x: u64) {
        unit(c, vm(c).set_attr(v(o), name(n), v(x)));
    }
    pub unsafe extern "C" fn PyIter(c: *mut Ctx, o: u64) -> u64 {
        value(c, vm(c).get_iter(v(o)))
    }
    pub unsafe extern "C" fn PyNext(c: *mut Ctx, o: u64) -> u64 {
        value(c, vm(c).iter_next(v(o)).map(|x| x.unwrap_or(Value::UNBOUND)))
    }
    pub unsafe extern "C" fn PyCall0(c: *mut Ctx, f: u64) -> u64 {
        value(c, vm(c).call(v(f), &[]))
    }
    pub unsafe extern "C" fn PyCall1(c: *mut Ctx, f: u64, x: u64) -> u64 {
        value(c, vm(c).call(v(f), &[v(x)]))
    }
    pub unsafe extern "C" fn PyCall2(c: *mut Ctx, f: u64, x: u64, y: u64) -> u64 {
        value(c, vm(c).call(v(f), &[v(x), v(y)]))
    }
    pub unsafe extern "C" fn PyCall3(c: *mut Ctx, f: u64, x: u64, y: u64, z: u64) -> u64 {
        value(c, vm(c).call(v(f), &[v(x), v(y), v(z)]))
    }
    pub unsafe extern "C" fn PyCallN(c: *mut Ctx, f: u64, n: i64, _: *mut u8) -> u64 {
        let args: [Value; ARGS] =
            std::array::from_fn(|i| if i < n as usize { v((*c).arg(i)) } else { Value::NONE });
        (*c).pushed = 0;
        value(c, vm(c).call(v(f), &args[..n as usize]))
    }
    pub unsafe extern "C" fn ArgPush(c: *mut Ctx, x: u64) {
        let n = (*c).pushed as usize;
        (*c).args[n] = MaybeUninit::new(x);
        (*c).pushed = n as u64 + 1;
    }
    pub unsafe extern "C" fn ResultGet(c: *mut Ctx, i: i64) -> u64 {
        (*c).arg(i as usize)
    }
    unsafe fn pushed(c: *mut Ctx, n: i64) -> [Value; ARGS] {
        let all = std::array::from_fn(|i| if i < n as usize { v((*c).arg(i)) } else { Value::NONE });
        (*c).pushed = 0;
        all
    }
    pub unsafe extern "C" fn TupleFromArgs(c: *mut Ctx, n: i64) -> u64 {
        let a = pushed(c, n);
        vm(c).new_tuple(&a[..n as usize]).value().bits()
    }
    pub unsafe extern "C" fn ListFromArgs(c: *mut Ctx, n: i64) -> u64 {
        let a = pushed(c, n);
        vm(c).new_list(&a[..n as usize]).value().bits()
    }
    pub unsafe extern "C" fn PyInstr(c: *mut Ctx, site: u64, _: i64, n: i64) -> u64 {
        crate::residual::run(c, site, n as usize)
    }
}

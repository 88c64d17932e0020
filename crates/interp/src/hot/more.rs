//! Second stages: what handlers go on to where the commonest types do not meet them, before the general form.
//!
//! In: the instruction, its frame. Out: the result and the next instruction, without leaving the chain. Everything
//! here is tail-called; nothing that may call out of the chain is done in a handler with a fast path of its own,
//! because the registers that such a call needs would be saved on the fast path too.

use super::arith::{get, set};
use super::calls::{enter, for_generator};
use super::flow::shape;
use super::items::{append, load, store};
use super::natives::finish;
use crate::dispatch::{Back, CONTINUE, cold, handler_offset, table_base};
use crate::unwind;
use std::sync::atomic::Ordering::Relaxed;
use taipan_bytecode::{Op, flags};
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::dict::iter::{DictIter, What};
use taipan_runtime::objects::enumerate::Enumerate;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::list::iter::ListIter;
use taipan_runtime::objects::list::{List, Storage};
use taipan_runtime::objects::method::Method;
use taipan_runtime::objects::range::iter::RangeIter;
use taipan_runtime::objects::set::Set;
use taipan_runtime::objects::set::algebra::plainly_subset;
use taipan_runtime::objects::set::iter::SetIter;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::tuple_iter::TupleIter;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::objects::zip::Zip;
use taipan_runtime::vm::exec::{HEADER, Pc, Regs, function, resume};
use taipan_runtime::vm::shape_ids;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::{Gc, Header, INT_MAX, PyResult, Value, Vm, barrier, kinds};

/// Declares second stages.
macro_rules! stage {
    ($($(#[$doc:meta])* $name:ident [$($g:tt)*] ($pc:ident, $r:ident, $vm:ident, $ti:ident, $kc:ident, $tbl:ident)
        $body:block)*) => {$(
        $(#[$doc])*
        #[inline(never)]
        pub(super) unsafe extern "C" fn $name<B: Back $($g)*>(
            $pc: Pc, $r: Regs, $vm: *const Vm, $ti: u64, $kc: u64, $tbl: *const u8,
        ) -> u64 {
            // Behind a call the constants are made afresh: that is less than saving them.
            let _ = ($ti, $kc, $tbl);
            #[allow(unused_variables)]
            let ($ti, $kc, $tbl) = (taipan_runtime::INT_TAG, taipan_runtime::INT_ZERO, table_base());
            #[allow(unused_macros)]
            macro_rules! go {
                ($to:expr) => { return B::next($to, $r, $vm, $ti, $kc, $tbl) };
            }
            // SAFETY: tail-called from the handler of the instruction, with a frame of loaded code.
            unsafe { $body }
        }
    )*};
}

/// Where a jump goes.
#[inline(always)]
unsafe fn target(pc: Pc) -> Pc {
    // SAFETY: an instruction with a jump.
    unsafe { pc.add(1).offset((*pc).e as i32 as isize) }
}
#[inline(always)]
unsafe fn publish(vm: *const Vm, pc: Pc, r: Regs) {
    // SAFETY: the VM is alive.
    unsafe {
        (*vm).exec.pc.set(pc);
        (*vm).exec.regs.set(r);
    }
}

/// Numbers of the instructions that ask for truth.
pub(super) mod truth_of {
    pub const JUMP_IF_TRUE: u8 = 0;
    pub const JUMP_IF_FALSE: u8 = 1;
    pub const LOOP_IF_TRUE: u8 = 2;
    pub const LOOP_IF_FALSE: u8 = 3;
    pub const NOT: u8 = 4;
    pub const TO_BOOL: u8 = 5;
}

/// The truth of floats, containers, and objects whose class has no say in it.
#[inline(always)]
unsafe fn object_truth(v: Value) -> Option<bool> {
    if v.is_none() {
        return Some(false);
    }
    if v.is_float() {
        return Some(v.as_float() != 0.0);
    }
    let s = shape(v);
    if s == 0 {
        return None;
    }
    let h = v.as_header();
    // SAFETY: the shape says what it is.
    unsafe {
        if s == shape_ids::list {
            return Some((*(h as *const List)).len.get() != 0);
        }
        if s == shape_ids::str {
            return Some(!(*(h as *const Str)).as_bytes().is_empty());
        }
        if s == shape_ids::tuple {
            return Some(!(*(h as *const Tuple)).is_empty());
        }
        if s == shape_ids::dict {
            return Some(!(*(h as *const Dict)).is_empty());
        }
        if s == shape_ids::set || s == shape_ids::frozenset {
            return Some(!(*(h as *const Set)).is_empty());
        }
        let slots = &(*((*h).class() as *const Type)).slots;
        (slots.bool.get().is_none() && slots.len.get().is_none()).then_some(true)
    }
}

/// The item of a list of bools; others are had in `flow.rs`.
#[inline(always)]
unsafe fn bool_item(l: *const List, k: usize) -> Option<Value> {
    // SAFETY: the caller checked the index.
    unsafe { ((*l).storage.get() == Storage::Bool).then(|| Value::bool(*(*l).data.get().add(k) != 0)) }
}

/// The next item of an iterator object. (Signals are polled by the loop.)
#[inline(never)]
fn advance(vm: &Vm, it: Value) -> PyResult<Option<Value>> {
    match vm.class_of(it).slots.iternext.get() {
        Some(f) => f(vm, it),
        None => vm.iter_next(it),
    }
}

/// The next item of the commonest iterators, where having it takes no call and raises nothing; else unbound.
#[inline(never)]
unsafe fn quick_next(vm: &Vm, it: Value, s: u32) -> Value {
    // SAFETY: the shape says what it is.
    unsafe {
        if s == shape_ids::list_iterator {
            return it.cast_unchecked::<ListIter>().quick();
        }
        if s == shape_ids::tuple_iterator {
            return it.cast_unchecked::<TupleIter>().advance().unwrap_or(Value::UNBOUND);
        }
        if s == shape_ids::set_iterator {
            return it.cast_unchecked::<SetIter>().quick();
        }
        if s == shape_ids::dict_keyiterator || s == shape_ids::dict_valueiterator {
            return it.cast_unchecked::<DictIter>().quick();
        }
        if s == shape_ids::range_iterator {
            return it.cast_unchecked::<RangeIter>().quick();
        }
        if matches!(s, shape_ids::enumerate | shape_ids::zip | shape_ids::dict_itemiterator) {
            return Value::UNBOUND;
        }
    }
    taipan_runtime::objects::str::iter::quick(vm, it)
}

/// What a step of an iterator that yields tuples did, with the items where an `UNPACK_SEQ` would put them.
enum Spread {
    Items,
    End,
    /// Not such an iterator.
    Other,
}

/// Takes the next tuple of `it` apart without making it. Nothing is written unless all of it is there.
#[inline(never)]
unsafe fn spread(vm: &Vm, it: Value, out: Regs, n: usize) -> PyResult<Spread> {
    let s = shape(it);
    // SAFETY: the shape says what it is; `out` has room for `n` values.
    unsafe {
        if s == shape_ids::enumerate {
            let e: Gc<Enumerate> = it.cast_unchecked();
            if n != 2 || !e.long.get().is_unbound() {
                return Ok(Spread::Other);
            }
            let Some(x) = advance(vm, e.iter.get())? else { return Ok(Spread::End) };
            *out = e.count(vm);
            *out.add(1) = x;
            return Ok(Spread::Items);
        }
        if s == shape_ids::zip {
            let z: Gc<Zip> = it.cast_unchecked();
            let iters = z.iters.get();
            if iters.len() != n || n > 4 || n == 0 || z.strict.get() {
                return Ok(Spread::Other);
            }
            let mut few = [Value::UNBOUND; 4];
            for (k, x) in few.iter_mut().enumerate().take(n) {
                match advance(vm, iters.items()[k])? {
                    Some(v) => *x = v,
                    None => return Ok(Spread::End),
                }
            }
            std::ptr::copy_nonoverlapping(few.as_ptr(), out, n);
            return Ok(Spread::Items);
        }
        if s == shape_ids::dict_itemiterator {
            let d: Gc<DictIter> = it.cast_unchecked();
            if n != 2 || d.what != What::Items {
                return Ok(Spread::Other);
            }
            let Some(e) = d.advance(vm)? else { return Ok(Spread::End) };
            *out = e.key;
            *out.add(1) = e.value;
            return Ok(Spread::Items);
        }
    }
    Ok(Spread::Other)
}

/// The next item of `it` to register `a`, or where the `UNPACK_SEQ` at `on` would put its parts (`apart`). Answers
/// where to go on. A function of its own: results that are returned through memory must not be in a handler.
#[inline(never)]
unsafe fn native_step(vm: &Vm, it: Value, r: Regs, a: u16, on: Pc, end: Pc, apart: bool) -> Pc {
    // SAFETY: the frame is published.
    unsafe {
        if apart {
            match spread(vm, it, r.add((*on).a as usize), (*on).c as usize) {
                Ok(Spread::Items) => return on.add(1),
                Ok(Spread::End) => return end,
                Ok(Spread::Other) => {}
                Err(e) => return unwind::raise(vm, e),
            }
        }
        let found = if shape(it) == shape_ids::set_iterator {
            it.cast_unchecked::<SetIter>().advance(vm)
        } else {
            advance(vm, it)
        };
        match found {
            Ok(Some(v)) => {
                set(r, a, v);
                on
            }
            Ok(None) => end,
            Err(e) => unwind::raise(vm, e),
        }
    }
}

/// Subscripts of dicts, strings and bytes; `None` for anything else.
#[inline(never)]
unsafe fn subscript(vm: &Vm, v: Value, key: Value) -> Option<PyResult> {
    let s = shape(v);
    // SAFETY: the shape says what it is.
    unsafe {
        if s == shape_ids::dict {
            let d: Gc<Dict> = v.cast_unchecked();
            if let Some(e) = d.glance(vm, key) {
                return Some(Ok(d.value_at(e)));
            }
            return match d.get(vm, key) {
                Ok(Some(x)) => Some(Ok(x)),
                Ok(None) => Some(Err(vm.key_error(key))),
                Err(e) => Some(Err(e)),
            };
        }
        // A subclass with a `__missing__`, a `defaultdict` above all: the keys that are there.
        if v.is_kind(kinds::DICT) && taipan_runtime::objects::dict::methods::has_own_getitem(vm, v) {
            return match v.cast_unchecked::<Dict>().get(vm, key) {
                Ok(Some(x)) => Some(Ok(x)),
                Ok(None) => None,
                Err(e) => Some(Err(e)),
            };
        }
        if !key.is_int() {
            return None;
        }
        let at = |n: usize| {
            let k = key.as_int();
            let k = if k < 0 { k.wrapping_add(n as i64) } else { k } as usize;
            (k < n).then_some(k)
        };
        if s == shape_ids::list {
            // Ints that are objects; what takes no call was done.
            let l: Gc<List> = v.cast_unchecked();
            return at(l.len.get()).map(|k| Ok(vm.list_get(l, k)));
        }
        if s == shape_ids::str {
            let t: Gc<Str> = v.cast_unchecked();
            if t.is_ascii() {
                let b = t.as_bytes();
                return at(b.len()).map(|k| Ok(vm.str_char(b[k] as u32).value()));
            }
        } else if s == shape_ids::bytes {
            let b = v.cast_unchecked::<Bytes>();
            let b = b.as_bytes();
            return at(b.len()).map(|k| Ok(Value::int(b[k] as i64)));
        }
    }
    None
}

/// Carries a membership test out and answers where to go on; null: the general way. What [`holds`] answers goes through
/// memory, and a handler that passes the address of a local to another function does not end in a jump any more.
#[inline(never)]
unsafe fn membership(vm: &Vm, pc: Pc, r: Regs, not: bool) -> Pc {
    // SAFETY: the instruction is one, in a published frame.
    unsafe {
        let i = &*pc;
        match holds(vm, get(r, i.c), get(r, i.b)) {
            Some(Ok(t)) => {
                set(r, i.a, Value::bool(t != not));
                pc.add(1)
            }
            Some(Err(e)) => unwind::raise(vm, e),
            None => std::ptr::null(),
        }
    }
}

/// Does a container of a builtin type hold `x`? `None`: the general way.
#[inline(always)]
unsafe fn holds(vm: &Vm, c: Value, x: Value) -> Option<PyResult<bool>> {
    let s = shape(c);
    // SAFETY: the shape says what it is.
    unsafe {
        if s == shape_ids::dict {
            return Some(c.cast_unchecked::<Dict>().contains(vm, x));
        }
        // (A set that is looked for is hashed as a frozenset.)
        if (s == shape_ids::set || s == shape_ids::frozenset) && !x.is_kind(kinds::SET) {
            return Some(c.cast_unchecked::<Set>().contains(vm, x));
        }
        if x.is_int() {
            // Other ints, and what is equal to ints without being one, are rare: for those the general way.
            let plain = |items: &[Value]| {
                let mut odd = false;
                for &y in items {
                    if y == x {
                        return Some(true);
                    }
                    odd |= !y.is_int();
                }
                (!odd).then_some(false)
            };
            if s == shape_ids::tuple {
                return plain(c.cast_unchecked::<Tuple>().items()).map(Ok);
            }
            if s == shape_ids::list {
                let l: Gc<List> = c.cast_unchecked();
                let n = l.len.get();
                return match l.storage.get() {
                    Storage::Int => Some(Ok(
                        std::slice::from_raw_parts(l.data.get().cast::<i64>(), n).contains(&x.as_int())
                    )),
                    Storage::Object => {
                        plain(std::slice::from_raw_parts(l.data.get().cast::<Value>(), n)).map(Ok)
                    }
                    Storage::Empty => Some(Ok(false)),
                    _ => None,
                };
            }
        }
    }
    None
}

/// The Python function that class `t` has as `name`, if it can be entered with `n` arguments as they are.
#[inline(never)]
pub(super) fn special(vm: &Vm, v: Value, name: Gc<Str>, n: u32) -> Option<Gc<Function>> {
    if !v.is_kind(kinds::INSTANCE) {
        return None;
    }
    let f = vm.type_lookup(vm.class_of(v), name)?.cast::<Function>()?;
    (f.code.get().exact == n).then_some(f)
}

/// Most strings differ in length or at the start: then nothing is called.
#[inline(always)]
fn same_text(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && (a.is_empty() || a[0] == b[0] && (a.len() == 1 || a == b))
}

#[inline(always)]
fn is_set(v: Value) -> bool {
    matches!(shape(v), shape_ids::set | shape_ids::frozenset)
}

/// Is the value equal to itself only?
#[inline(always)]
fn by_identity(vm: &Vm, v: Value) -> bool {
    use taipan_runtime::objects::object::compare_identity;
    use taipan_runtime::vm::slots::RichCompare;
    v.is_none()
        || v.is_ptr()
            && vm
                .class_of(v)
                .slots
                .richcompare
                .get()
                .is_some_and(|f| std::ptr::fn_addr_eq(f, compare_identity as RichCompare))
}

/// Comparisons of strings, of sets, of objects that are compared by identity, and of ints with floats; `None` for anything else.
#[inline(never)]
pub(super) fn compare_more(vm: &Vm, x: Value, y: Value, op: CompareOp) -> Option<bool> {
    if let (Some(a), Some(b)) = (vm.exact_str(x), vm.exact_str(y)) {
        if matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Some((a == b || same_text(a.as_bytes(), b.as_bytes())) == (op == CompareOp::Eq));
        }
        return (a.is_ascii() && b.is_ascii()).then(|| op.holds(a.as_bytes().cmp(b.as_bytes())));
    }
    if is_set(x) && is_set(y) {
        // SAFETY: the shapes say that both are sets.
        let (a, b) = unsafe { (x.cast_unchecked::<Set>(), y.cast_unchecked::<Set>()) };
        return match op {
            CompareOp::Le => plainly_subset(&a, &b),
            CompareOp::Ge => plainly_subset(&b, &a),
            CompareOp::Lt if a.len() >= b.len() => Some(false),
            CompareOp::Gt if b.len() >= a.len() => Some(false),
            CompareOp::Lt => plainly_subset(&a, &b),
            CompareOp::Gt => plainly_subset(&b, &a),
            _ => None,
        };
    }
    if matches!(op, CompareOp::Eq | CompareOp::Ne) && by_identity(vm, x) && by_identity(vm, y) {
        return Some((x == y) == (op == CompareOp::Eq));
    }
    let exact = |i: i64| i.unsigned_abs() < 1 << 53;
    let (a, b) = if x.is_int() && y.is_float() && exact(x.as_int()) {
        (x.as_int() as f64, y.as_float())
    } else if y.is_int() && x.is_float() && exact(y.as_int()) {
        (x.as_float(), y.as_int() as f64)
    } else if x.is_none() || y.is_none() {
        // Only what has an `__eq__` of its own can be equal to None.
        let other = if x.is_none() { y } else { x };
        if other.is_ptr()
            && !matches!(shape(other), shape_ids::list | shape_ids::tuple | shape_ids::dict | shape_ids::str)
        {
            return None;
        }
        return match op {
            CompareOp::Eq => Some(x == y),
            CompareOp::Ne => Some(x != y),
            _ => None,
        };
    } else {
        return None;
    };
    a.partial_cmp(&b).map(|o| op.holds(o))
}

/// As [`stage`], for what calls nothing: the constants are passed on.
macro_rules! leaf {
    ($($(#[$doc:meta])* $name:ident [$($g:tt)*] ($pc:ident, $r:ident, $vm:ident, $ti:ident, $kc:ident, $tbl:ident)
        $body:block)*) => {$(
        $(#[$doc])*
        #[inline(never)]
        pub(super) unsafe extern "C" fn $name<B: Back $($g)*>(
            $pc: Pc, $r: Regs, $vm: *const Vm, $ti: u64, $kc: u64, $tbl: *const u8,
        ) -> u64 {
            #[allow(unused_macros)]
            macro_rules! go {
                ($to:expr) => { return B::next($to, $r, $vm, $ti, $kc, $tbl) };
            }
            // SAFETY: as for the stages.
            unsafe { $body }
        }
    )*};
}

leaf! {
    /// `a = b[c]` or (IMM) `a = b[e]` of a list or tuple, whatever the sign of the index and the kind of the list.
    getitem_sequence [, const IMM: bool] (pc, r, vm, ti, kc, tbl) {
        let i = &*pc;
        let k = if IMM { Value::int(i.e as i32 as i64) } else { get(r, i.c) };
        if k.is_int()
            && let Some(v) = load(get(r, i.b), k.as_int())
        {
            set(r, i.a, v);
            go!(pc.add(1));
        }
        getitem::<B, IMM>(pc, r, vm, ti, kc, tbl)
    }
    /// The next item where it is not that of a range: of a list or tuple, with the index of the next item.
    for_item [, const KIND: u64] (pc, r, vm, ti, kc, tbl) {
        let i = &*pc;
        let p = r.add(i.b as usize);
        let at = (*p.add(1)).bits().wrapping_sub(kc) as usize;
        // (Where the second register holds an index, the first has an exact list or tuple; anything that is no index is
        // beyond all lengths, and is sorted out later.)
        if (*p.add(1)).bits() >= kc {
            let h = (*p).as_header();
            let word = if (*h).shape() == shape_ids::list {
                let l = &*(h as *const List);
                if at >= l.len.get() {
                    return for_end::<B, KIND>(pc, r, vm, ti, kc, tbl);
                }
                let word = *l.data.get().cast::<u64>().add(at);
                let kind = l.storage.get();
                if kind == Storage::Int {
                    let word = kc.wrapping_add(word);
                    if word < ti {
                        return for_odd::<B, KIND>(pc, r, vm, ti, kc, tbl);
                    }
                    word
                } else {
                    if kind == Storage::Bool {
                        return for_odd::<B, KIND>(pc, r, vm, ti, kc, tbl);
                    }
                    word
                }
            } else {
                let t = &*(h as *const Tuple);
                if at >= t.len() {
                    return for_end::<B, KIND>(pc, r, vm, ti, kc, tbl);
                }
                (*t.items().as_ptr().add(at)).bits()
            };
            *p.add(1) = Value::from_bits((*p.add(1)).bits() + 1);
            set(r, i.a, Value::from_bits(word));
            go!(if KIND == resume::FOR_ITER { pc.add(1) } else { target(pc) });
        }
        if shape(*p) == shape_ids::generator {
            return for_generator::<B, KIND>(pc, r, vm, ti, kc, tbl);
        }
        for_object::<B, KIND>(pc, r, vm, ti, kc, tbl)
    }
    /// The end of a list or tuple.
    for_end [, const KIND: u64] (pc, r, vm, ti, kc, tbl) {
        // Exhausted for good, even if the list grows.
        *r.add((*pc).b as usize + 1) = Value::int(INT_MAX);
        go!(if KIND == resume::FOR_ITER { target(pc) } else { pc.add(1) });
    }
}

stage! {
    /// Truth of objects.
    truth [, const KIND: u8] (pc, r, vm, ti, kc, tbl) {
        let i = &*pc;
        let v = get(r, if KIND >= truth_of::NOT { i.b } else { i.a });
        if let Some(t) = object_truth(v) {
            match KIND {
                truth_of::NOT => set(r, i.a, Value::bool(!t)),
                truth_of::TO_BOOL => set(r, i.a, Value::bool(t)),
                _ => {
                    if t != (KIND & 1 == 0) {
                        go!(pc.add(1));
                    }
                    if KIND < truth_of::LOOP_IF_TRUE || (*vm).exec.interrupt.load(Relaxed) == 0 {
                        go!(target(pc));
                    }
                    return if KIND == truth_of::LOOP_IF_TRUE {
                        cold::LOOP_IF_TRUE::<B>(pc, r, vm, ti, kc, tbl)
                    } else {
                        cold::LOOP_IF_FALSE::<B>(pc, r, vm, ti, kc, tbl)
                    };
                }
            }
            go!(pc.add(1));
        }
        match KIND {
            truth_of::JUMP_IF_TRUE => cold::JUMP_IF_TRUE::<B>(pc, r, vm, ti, kc, tbl),
            truth_of::JUMP_IF_FALSE => cold::JUMP_IF_FALSE::<B>(pc, r, vm, ti, kc, tbl),
            truth_of::LOOP_IF_TRUE => cold::LOOP_IF_TRUE::<B>(pc, r, vm, ti, kc, tbl),
            truth_of::LOOP_IF_FALSE => cold::LOOP_IF_FALSE::<B>(pc, r, vm, ti, kc, tbl),
            truth_of::NOT => cold::NOT::<B>(pc, r, vm, ti, kc, tbl),
            _ => cold::TO_BOOL::<B>(pc, r, vm, ti, kc, tbl),
        }
    }
    /// The next item of a list of bools, or of one of ints of which this one is an object.
    for_odd [, const KIND: u64] (pc, r, vm, ti, kc, tbl) {
        let i = &*pc;
        let p = r.add(i.b as usize);
        let k = (*p.add(1)).as_int();
        if let Some(v) = bool_item((*p).as_header() as *const List, k as usize) {
            *p.add(1) = Value::int(k + 1);
            set(r, i.a, v);
            go!(if KIND == resume::FOR_ITER { pc.add(1) } else { target(pc) });
        }
        if KIND == resume::FOR_ITER {
            return cold::FOR_ITER::<B>(pc, r, vm, ti, kc, tbl);
        }
        cold::LOOP_FOR_ITER::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// The next item of an iterator object.
    for_object [, const KIND: u64] (pc, r, vm, ti, kc, tbl) {
        let i = &*pc;
        let it = get(r, i.b);
        if it.is_ptr() {
            let v = quick_next(&*vm, it, shape(it));
            if !v.is_unbound() {
                set(r, i.a, v);
                go!(if KIND == resume::FOR_ITER { pc.add(1) } else { target(pc) });
            }
            return for_native::<B, KIND>(pc, r, vm, ti, kc, tbl);
        }
        if KIND == resume::FOR_ITER {
            return cold::FOR_ITER::<B>(pc, r, vm, ti, kc, tbl);
        }
        cold::LOOP_FOR_ITER::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// The same where it takes a call.
    for_native [, const KIND: u64] (pc, r, vm, ti, kc, tbl) {
        let i = &*pc;
        let it = get(r, i.b);
        let on = if KIND == resume::FOR_ITER { pc.add(1) } else { target(pc) };
        let end = if KIND == resume::FOR_ITER { target(pc) } else { pc.add(1) };
        publish(vm, pc, r);
        // A tuple that is taken apart at once, from a register that nobody else reads.
        let apart = !B::STEPPING
            && (*on).op == handler_offset(Op::UNPACK_SEQ as u32)
            && (*on).b == i.a
            && i.a as u32 >= function(r).code.get().ninit
            && matches!(shape(it), shape_ids::enumerate | shape_ids::zip | shape_ids::dict_itemiterator);
        let next = native_step(&*vm, it, r, i.a, on, end, apart);
        settled::<B>(next, (*vm).exec.regs.get(), vm, ti, kc, tbl)
    }
    /// `a[b] = c` or (IMM) `a[e] = c` of a list, whatever the sign of the index.
    setitem_sequence [, const IMM: bool] (pc, r, vm, ti, kc, tbl) {
        let i = &*pc;
        let k = if IMM { Value::int(i.e as i32 as i64) } else { get(r, i.b) };
        if k.is_int()
            && (store(get(r, i.a), k.as_int(), get(r, i.c)) || (*vm).raw_set(get(r, i.a), k.as_int(), get(r, i.c)))
        {
            go!(pc.add(1));
        }
        if IMM {
            return cold::SETITEM_I::<B>(pc, r, vm, ti, kc, tbl);
        }
        setitem::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// `LIST_APPEND` where there is no room, or a barrier is due.
    list_append [] (pc, r, vm, ti, kc, tbl) {
        let i = &*pc;
        if append(&*(get(r, i.a).as_header() as *const List), get(r, i.b)) {
            go!(pc.add(1));
        }
        cold::LIST_APPEND::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// Tells the collector of the object whose address is in `Exec::owner`, which was written to, and goes on.
    written [] (pc, r, vm, ti, kc, tbl) {
        barrier(&*((*vm).exec.owner.get() as *const Header));
        go!(pc.add(1));
    }
    /// `a = b[c]` or (IMM) `a = b[e]`.
    getitem [, const IMM: bool] (pc, r, vm, ti, kc, tbl) {
        let i = &*pc;
        let v = get(r, i.b);
        let key = if IMM { Value::int(i.e as i32 as i64) } else { get(r, i.c) };
        publish(vm, pc, r);
        if !v.is_kind(kinds::INSTANCE) {
            if let Some(result) = subscript(&*vm, v, key) {
                return finish::<B>(result, pc, r, vm, ti, kc, tbl);
            }
            if key.is_int()
                && let Some(v) = (*vm).raw_get(v, key.as_int())
            {
                set(r, i.a, v);
                go!(pc.add(1));
            }
            (*vm).note_raw(v);
        } else if !B::STEPPING
            && let Some(f) = special(&*vm, v, (&*vm).names.__getitem__, 2)
        {
            let new = r.add(function(r).code.get().nregs as usize + HEADER);
            let entry = enter(f.value(), 2, new, pc, r, vm);
            if !entry.is_null() {
                *new = v;
                *new.add(1) = key;
                return B::next(entry, new, vm, ti, kc, tbl);
            }
        }
        if IMM {
            return cold::GETITEM_I::<B>(pc, r, vm, ti, kc, tbl);
        }
        cold::GETITEM::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// `a[b] = c`
    setitem [] (pc, r, vm, ti, kc, tbl) {
        let i = &*pc;
        let v = get(r, i.a);
        if shape(v) == shape_ids::dict {
            publish(vm, pc, r);
            return match set_dict(&*vm, v, get(r, i.b), get(r, i.c)) {
                Ok(()) => settled::<B>(pc.add(1), r, vm, ti, kc, tbl),
                Err(e) => {
                    let next = unwind::raise(&*vm, e);
                    B::next(next, (*vm).exec.regs.get(), vm, ti, kc, tbl)
                }
            };
        }
        cold::SETITEM::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// `a = b in c`, or (NOT) `b not in c`.
    contains [, const NOT: bool] (pc, r, vm, ti, kc, tbl) {
        publish(vm, pc, r);
        let next = membership(&*vm, pc, r, NOT);
        if !next.is_null() {
            return settled::<B>(next, (*vm).exec.regs.get(), vm, ti, kc, tbl);
        }
        if NOT {
            return cold::NOT_CONTAINS::<B>(pc, r, vm, ti, kc, tbl);
        }
        cold::CONTAINS::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// `GET_ITER` or (DELEGATE) `GET_YIELD_FROM_ITER` of an object whose `__iter__` is a Python generator function:
    /// its frame is pushed, and what it returns is an iterator.
    get_iter [, const DELEGATE: bool] (pc, r, vm, ti, kc, tbl) {
        let i = &*pc;
        let v = get(r, i.b);
        if !B::STEPPING
            && v.is_kind(kinds::INSTANCE)
            && let Some(f) = special(&*vm, v, (&*vm).names.__iter__, 1)
            && f.code.get().has(flags::GENERATOR)
        {
            let new = r.add(function(r).code.get().nregs as usize + HEADER);
            let entry = enter(f.value(), 1, new, pc, r, vm);
            if !entry.is_null() {
                *new = v;
                if !DELEGATE {
                    set(r, i.a + 1, Value::UNBOUND);
                    set(r, i.a + 2, Value::UNBOUND);
                }
                return B::next(entry, new, vm, ti, kc, tbl);
            }
        }
        if DELEGATE {
            return cold::GET_YIELD_FROM_ITER::<B>(pc, r, vm, ti, kc, tbl);
        }
        cold::GET_ITER::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// A call of a bound method of Python code.
    call_bound [, const METHOD: bool] (pc, r, vm, ti, kc, tbl) {
        let i = &*pc;
        let w = r.add(i.b as usize);
        let m = &*((*w).as_header() as *const Method);
        let f = m.func.get();
        let n = i.c as usize;
        if shape(f) == shape_ids::function {
            let new = w.add(4);
            let this = m.this.get();
            // Frames have one register more than the compiler counts; `enter` writes the header only, and before
            // the arguments are moved only if it succeeds.
            let code = (*(f.as_header() as *const Function)).code.get();
            if code.exact as usize == n + 1 {
                if !METHOD {
                    let mut k = n;
                    while k > 0 {
                        *new.add(k) = *new.add(k - 1);
                        k -= 1;
                    }
                }
                let below = *new;
                *new = this;
                let entry = enter(f, n as u32 + 1, new, pc, r, vm);
                if !entry.is_null() {
                    return B::next(entry, new, vm, ti, kc, tbl);
                }
                // Back to what it was: the general form binds, or raises.
                *new = below;
                if !METHOD {
                    let mut k = 0;
                    while k < n {
                        *new.add(k) = *new.add(k + 1);
                        k += 1;
                    }
                }
            }
        }
        if METHOD {
            return cold::CALL_METHOD::<B>(pc, r, vm, ti, kc, tbl);
        }
        cold::CALL::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// Goes on at `pc` after something that may have run Python code.
    settled [] (pc, r, vm, ti, kc, tbl) {
        if (*vm).exec.stepping.get() != B::STEPPING {
            publish(vm, pc, r);
            return CONTINUE;
        }
        B::next(pc, r, vm, ti, kc, tbl)
    }
}

#[inline(never)]
unsafe fn set_dict(vm: &Vm, d: Value, key: Value, value: Value) -> PyResult<()> {
    // SAFETY: the caller checked the shape.
    let d = unsafe { d.cast_unchecked::<Dict>() };
    if let Some(e) = d.glance(vm, key) {
        d.replace(vm, e, value);
        return Ok(());
    }
    d.set(vm, key, value)
}

//! Calls of builtins, of classes, and of Python functions that take defaults: what `CALL` and `CALL_METHOD` do when
//! the callee is no Python function with exactly the arguments given.
//!
//! In: a window. Out: the result in the destination register, or a pushed frame. Arguments are passed where they are;
//! parameters that were not given are filled in behind a copy on the native stack. Keyword names, misfits and errors
//! are left to the general forms.

use super::arith::{get, set};
use super::flow::shape;
use super::hot;
use super::items::append;
use crate::code::cache;
use crate::consume;
use crate::dispatch::{Back, CONTINUE, Stub, cold, handler_offset, stub, table_base};
use crate::unwind;
use std::sync::atomic::Ordering::Relaxed;
use taipan_bytecode::{Op, flags};
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::list::{List, Storage};
use taipan_runtime::objects::native::NativeFunction;
use taipan_runtime::objects::tuple::Tuple;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::objects::typ_new::type_call;
use taipan_runtime::vm::attr::generic_get_attr;
use taipan_runtime::vm::exec::{
    FUNC, HEADER, INFO, PREV, PSEUDO_REGS, Pc, RET, Regs, function, info, resume, set_word, word,
};
use taipan_runtime::vm::shape_ids;
use taipan_runtime::vm::slots::GetAttr;
use taipan_runtime::vm::typedef::{MethodKind, flag};
use taipan_runtime::{Args, Gc, NativeImpl, PyResult, Value, Vm, kinds};

/// Numbers of the builtins that the interpreter knows (`NativeFunction::intrinsic`).
pub mod intrinsic {
    /// `len`
    pub const LEN: u8 = 1;
    /// `isinstance`
    pub const ISINSTANCE: u8 = 2;
    /// `list.append`
    pub const APPEND: u8 = 3;
    /// `sum`
    pub const SUM: u8 = 4;
    /// `any`
    pub const ANY: u8 = 5;
    /// `all`
    pub const ALL: u8 = 6;
    /// `str.join`
    pub const JOIN: u8 = 7;
    /// `min`
    pub const MIN: u8 = 8;
    /// `max`
    pub const MAX: u8 = 9;
    /// `abs`
    pub const ABS: u8 = 10;
    /// `ord`
    pub const ORD: u8 = 11;
    /// `chr`
    pub const CHR: u8 = 12;
    /// `list.pop`
    pub const POP: u8 = 13;
    /// `dict.get`
    pub const GET: u8 = 14;
    /// `list.extend`
    pub const EXTEND: u8 = 15;
}

/// Marks the builtins that have an intrinsic; once, when the interpreter is installed.
pub fn mark(vm: &Vm) {
    use intrinsic::*;
    let set = |f: Option<Value>, n: u8| {
        if let Some(f) = f.and_then(|f| f.cast::<NativeFunction>()) {
            f.intrinsic.set(n);
        }
    };
    let named: [(&str, u8); 10] = [
        ("len", LEN),
        ("isinstance", ISINSTANCE),
        ("sum", SUM),
        ("any", ANY),
        ("all", ALL),
        ("min", MIN),
        ("max", MAX),
        ("abs", ABS),
        ("ord", ORD),
        ("chr", CHR),
    ];
    for (name, n) in named {
        set(vm.builtins.get_str(vm, vm.intern(name)), n);
    }
    set(vm.type_lookup(vm.types.list, vm.intern("append")), APPEND);
    set(vm.type_lookup(vm.types.list, vm.intern("pop")), POP);
    set(vm.type_lookup(vm.types.list, vm.intern("extend")), EXTEND);
    set(vm.type_lookup(vm.types.str, vm.intern("join")), JOIN);
    set(vm.type_lookup(vm.types.dict, vm.intern("get")), GET);
}

/// A call's result: to the destination and on, or an exception.
#[inline(always)]
pub(super) unsafe fn finish<B: Back>(
    result: PyResult,
    pc: Pc,
    r: Regs,
    vm: *const Vm,
    ti: u64,
    kc: u64,
    tbl: *const u8,
) -> u64 {
    // SAFETY: the frame is published.
    unsafe {
        match result {
            Ok(v) => {
                set(r, (*pc).a, v);
                if (*vm).exec.stepping.get() != B::STEPPING {
                    (*vm).exec.pc.set(pc.add(1));
                    return CONTINUE;
                }
                B::next(pc.add(1), r, vm, ti, kc, tbl)
            }
            Err(e) => {
                let next = unwind::raise(&*vm, e);
                B::next(next, (*vm).exec.regs.get(), vm, ti, kc, tbl)
            }
        }
    }
}

/// Calls a native with `n` arguments at `args`, the word below which is free; `selfs` of them are no parameters.
/// `None`: the general way.
#[inline(never)]
unsafe fn invoke(vm: &Vm, f: Gc<NativeFunction>, args: Regs, n: usize, selfs: usize) -> Option<PyResult> {
    // SAFETY: the arguments are in the window.
    let given = unsafe { std::slice::from_raw_parts(args, n) };
    match f.def.imp {
        NativeImpl::Var(imp) => Some(imp(vm, Args::new(given))),
        NativeImpl::Fixed(imp) => {
            let a = &f.def.arity;
            let (total, pos) = (a.total as usize + selfs, a.pos as usize + selfs);
            if total == n && pos == n {
                return Some(imp(vm, given));
            }
            if n > pos || n < a.required as usize + selfs || total > 6 || total > pos {
                return None;
            }
            let mut all = [Value::UNBOUND; 6];
            all[..n].copy_from_slice(given);
            Some(imp(vm, &all[..total]))
        }
    }
}

/// Calls a builtin function object, bound or not, with `n` arguments at `args`; the word below them is free, and is
/// afterwards what it was. `None`: the general way.
#[inline(never)]
unsafe fn invoke_object(vm: &Vm, f: Gc<NativeFunction>, args: Regs, n: usize) -> Option<PyResult> {
    let bound = f.bound.get();
    // SAFETY: the arguments are in the window, above the words that a frame's header would take.
    unsafe {
        match f.def.kind {
            MethodKind::Function | MethodKind::Static => invoke(vm, f, args, n, 0),
            MethodKind::Method if !bound.is_unbound() => {
                let below = args.sub(1);
                let was = std::ptr::replace(below, bound);
                let result = invoke(vm, f, below, n + 1, 1);
                *below = was;
                result
            }
            _ => None,
        }
    }
}

/// What `len` answers for the commonest types.
#[inline(always)]
unsafe fn length(v: Value) -> Option<usize> {
    let s = shape(v);
    // SAFETY: the shape says what it is.
    unsafe {
        if s == shape_ids::list {
            return Some((*(v.as_header() as *const List)).len.get());
        }
        if s == shape_ids::tuple {
            return Some((*(v.as_header() as *const Tuple)).len());
        }
        if s == shape_ids::dict {
            return Some((*(v.as_header() as *const Dict)).len());
        }
        if s == shape_ids::str {
            return Some(v.cast_unchecked::<taipan_runtime::objects::str::Str>().char_len());
        }
        if s == shape_ids::set || s == shape_ids::frozenset {
            return Some((*(v.as_header() as *const taipan_runtime::objects::set::Set)).len());
        }
    }
    None
}

/// The smaller or larger of two ints or floats.
#[inline(always)]
fn extreme(x: Value, y: Value, larger: bool) -> Option<Value> {
    let less = if x.is_int() && y.is_int() {
        y.as_int() < x.as_int()
    } else if x.is_float() && y.is_float() {
        y.as_float() < x.as_float()
    } else {
        return None;
    };
    let more = if x.is_int() { y.as_int() > x.as_int() } else { y.as_float() > x.as_float() };
    Some(if larger {
        if more { y } else { x }
    } else if less {
        y
    } else {
        x
    })
}

/// The interpreter's own way to do what a builtin does with one argument, where that takes no call.
#[inline(always)]
unsafe fn quick_one(n: u8, x: Value) -> Option<Value> {
    // SAFETY: shapes are checked.
    unsafe {
        match n {
            intrinsic::LEN => length(x).map(|n| Value::int(n as i64)),
            intrinsic::ABS if x.is_int() => Value::try_int(x.as_int().abs()),
            intrinsic::ABS if x.is_float() => Some(Value::float(x.as_float().abs())),
            _ => None,
        }
    }
}

/// The same with two arguments.
#[inline(always)]
unsafe fn quick_two(n: u8, x: Value, y: Value) -> Option<Value> {
    match n {
        // SAFETY: heap objects have a class.
        intrinsic::ISINSTANCE => unsafe {
            (x.is_ptr() && y.is_ptr() && (*x.as_header()).class() == y.as_header()).then_some(Value::TRUE)
        },
        intrinsic::MIN => extreme(x, y, false),
        intrinsic::MAX => extreme(x, y, true),
        _ => None,
    }
}

/// `isinstance(x, class)` for classes, and tuples of them, that have no `__instancecheck__`, where `__class__` says nothing
/// else. A function of its own: what it keeps on the native stack must not be in a handler.
#[inline(never)]
fn is_instance(vm: &Vm, x: Value, class: Value) -> Option<bool> {
    let own = vm.class_of(x);
    let one = |c: Value| {
        if own.value() == c {
            return Some(true);
        }
        if !c.is_kind(kinds::TYPE) || vm.class_of(c) != vm.types.type_ {
            return None;
        }
        // SAFETY: the kind says that it is a type.
        if own.is_subtype(unsafe { c.cast_unchecked::<Type>() }) {
            return Some(true);
        }
        let said = |t| vm.type_lookup(t, vm.names.__class__);
        let get = own.slots.getattro.get();
        let plain = get.is_some_and(|f| std::ptr::fn_addr_eq(f, generic_get_attr as GetAttr));
        (!own.has(flag::HEAP) || plain && said(own) == said(vm.types.object)).then_some(false)
    };
    if shape(class) != shape_ids::tuple {
        return one(class);
    }
    // SAFETY: the shape says that it is a tuple.
    for &c in unsafe { class.cast_unchecked::<Tuple>() }.items() {
        if one(c)? {
            return Some(true);
        }
    }
    Some(false)
}

/// The interpreter's own way to do what a builtin does; `None` where it has none for these arguments, or has done it
/// already if it could.
#[inline(always)]
unsafe fn intrinsic_call(vm: &Vm, n: u8, args: Regs, count: usize) -> Option<Value> {
    // SAFETY: the window holds `count` arguments; shapes are checked.
    unsafe {
        let x = *args;
        match (n, count) {
            (intrinsic::ISINSTANCE, 2) => is_instance(vm, x, *args.add(1)).map(Value::bool),
            (intrinsic::ORD, 1) => {
                let s = vm.exact_str(x)?;
                (s.is_ascii() && s.char_len() == 1).then(|| Value::int(s.as_bytes()[0] as i64))
            }
            (intrinsic::CHR, 1) if x.is_int() && (0..256).contains(&x.as_int()) => {
                Some(vm.str_char(x.as_int() as u32).value())
            }
            _ => None,
        }
    }
}

/// The kind of eater that an intrinsic is.
fn eater(n: u8) -> Option<u64> {
    match n {
        intrinsic::SUM => Some(resume::SUM),
        intrinsic::ANY => Some(resume::ANY),
        intrinsic::ALL => Some(resume::ALL),
        _ => None,
    }
}

macro_rules! tail {
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
            // SAFETY: tail-called from `CALL` and `CALL_METHOD` with a callee of the kind in the window.
            unsafe {
                (*$vm).exec.pc.set($pc);
                (*$vm).exec.regs.set($r);
                $body
            }
        }
    )*};
}

/// Is `class` a subclass of `other`? A function of its own: what it keeps on the native stack must not be in a handler.
#[inline(never)]
fn subtype(class: Gc<Type>, other: Gc<Type>) -> bool {
    class.is_subtype(other)
}

/// Calls a builtin type. A function of its own: the arguments' address must not be taken in a handler.
#[inline(never)]
unsafe fn call_builtin_type(vm: &Vm, class: Value, args: Regs, n: usize) -> PyResult {
    // SAFETY: the arguments are in the window.
    type_call(vm, class, Args::new(unsafe { std::slice::from_raw_parts(args, n) }))
}

/// `dict.get`
#[inline(never)]
unsafe fn dict_get(vm: &Vm, d: Value, key: Value, default: Value) -> PyResult {
    // SAFETY: the caller checked the shape.
    let d = unsafe { d.cast_unchecked::<Dict>() };
    if let Some(e) = d.glance(vm, key) {
        return Ok(d.value_at(e));
    }
    Ok(d.get(vm, key)?.unwrap_or(default))
}

/// `type` itself.
#[inline(always)]
unsafe fn type_type(vm: *const Vm) -> Gc<Type> {
    // SAFETY: handlers pass their VM.
    unsafe { &*vm }.types.type_
}

#[inline(always)]
unsafe fn range_type(vm: *const Vm) -> *mut taipan_runtime::Header {
    // SAFETY: handlers pass their VM.
    let vm = unsafe { &*vm };
    vm.types.range.header_ptr()
}

/// Puts the iterator over `range(x)` or `range(x, y)` where the `GET_ITER` at `next` would put it, without making the
/// range; false where that cannot be.
#[inline(always)]
unsafe fn range_iter(r: Regs, next: Pc, x: Value, y: Value) -> bool {
    let (start, end) = if y.is_unbound() { (Value::int(0), x) } else { (x, y) };
    if !start.is_int() || !end.is_int() {
        return false;
    }
    let (from, to) = (start.as_int(), end.as_int());
    // The distance may need one bit more than an immediate int has.
    let Some(len) = Value::try_int((to - from).max(0)) else { return false };
    // SAFETY: the three registers lie within the frame.
    unsafe {
        set(r, (*next).a, len);
        set(r, (*next).a + 1, start);
        set(r, (*next).a + 2, Value::int(1));
    }
    true
}

/// Starts to eat; the call `pc`, published, has generator `g` as its only argument. Answers where to go on.
#[inline(never)]
unsafe fn eat(vm: &Vm, pc: Pc, r: Regs, g: Value, kind: u64, acc: Value) -> Pc {
    // SAFETY: the frame is published.
    unsafe {
        let next = match consume::begin(vm, pc, r, g.cast_unchecked(), kind, acc) {
            Some(next) => next,
            None => crate::ops::CALL_ANY(vm, pc, r),
        };
        match next {
            Ok(next) => next,
            Err(e) => unwind::raise(vm, e),
        }
    }
}

hot! {
    /// `CALL` of a builtin function: those that the interpreter knows, where nothing is called.
    call_intrinsic(i, r, vm, ti, kc, pc, tbl) {
        let w = r.add(i.b as usize);
        let id = (*((*w).as_header() as *const NativeFunction)).intrinsic.get();
        if id != 0 {
            if i.c == 1 {
                if let Some(v) = quick_one(id, *w.add(4)) {
                    set(r, i.a, v);
                    next!();
                }
            } else if i.c == 2
                && let Some(v) = quick_two(id, *w.add(4), *w.add(5))
            {
                set(r, i.a, v);
                next!();
            }
        }
        return call_native::<B>(pc, r, vm, ti, kc, tbl);
    }
    /// `CALL_METHOD` of a builtin type's method: `append` where there is room.
    call_append(i, r, vm, ti, kc, pc, tbl) {
        let w = r.add(i.b as usize);
        if i.c == 1
            && (*((*w).as_header() as *const NativeFunction)).intrinsic.get() == intrinsic::APPEND
            && shape(*w.add(4)) == shape_ids::list
        {
            let l = &*((*w.add(4)).as_header() as *const List);
            let (n, x) = (l.len.get(), *w.add(5));
            if n < l.cap.get() {
                let p = l.data.get().cast::<u64>().add(n);
                let kind = l.storage.get();
                if kind == Storage::Object {
                    *p = x.bits();
                    l.len.set(n + 1);
                    set(r, i.a, Value::NONE);
                    written!(&*l.buf.get().as_header());
                }
                if kind == Storage::Int && x.bits() >= ti {
                    *p = x.bits().wrapping_sub(kc);
                    l.len.set(n + 1);
                    set(r, i.a, Value::NONE);
                    next!();
                }
            }
        }
        return call_plain_method::<B>(pc, r, vm, ti, kc, tbl);
    }
}

tail! {
    /// `CALL` of a builtin function.
    call_native [] (pc, r, vm, ti, kc, tbl) {
        let w = r.add((*pc).b as usize);
        let n = (*pc).c as usize;
        let f: Gc<NativeFunction> = (*w).cast_unchecked();
        let id = f.intrinsic.get();
        if id != 0 {
            if let Some(v) = intrinsic_call(&*vm, id, w.add(4), n) {
                set(r, (*pc).a, v);
                return B::next(pc.add(1), r, vm, ti, kc, tbl);
            }
            if n == 1
                && !B::STEPPING
                && shape(*w.add(4)) == shape_ids::generator
                && let Some(kind) = eater(id)
            {
                let next = eat(&*vm, pc, r, *w.add(4), kind, Value::int(0));
                return B::next(next, (*vm).exec.regs.get(), vm, ti, kc, tbl);
            }
        }
        if (*vm).exec.interrupt.load(Relaxed) == 0
            && let Some(result) = invoke_object(&*vm, f, w.add(4), n)
        {
            return finish::<B>(result, pc, r, vm, ti, kc, tbl);
        }
        cold::CALL::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// `CALL_METHOD` of a module's function.
    call_module_native [] (pc, r, vm, ti, kc, tbl) {
        let w = r.add((*pc).b as usize);
        let n = (*pc).c as usize;
        let f: Gc<NativeFunction> = (*w).cast_unchecked();
        if (*vm).exec.interrupt.load(Relaxed) == 0
            && let Some(result) = invoke_object(&*vm, f, w.add(5), n)
        {
            return finish::<B>(result, pc, r, vm, ti, kc, tbl);
        }
        cold::CALL_METHOD::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// `CALL_METHOD` of a builtin type's method on an object of the very type, mostly with just its parameters.
    call_plain_method [] (pc, r, vm, ti, kc, tbl) {
        let w = r.add((*pc).b as usize);
        let n = (*pc).c as usize;
        let f: Gc<NativeFunction> = (*w).cast_unchecked();
        let this = *w.add(4);
        if !matches!(
            f.intrinsic.get(),
            intrinsic::APPEND | intrinsic::GET | intrinsic::EXTEND | intrinsic::JOIN
        ) && this.is_ptr()
            && Value::from_header((*this.as_header()).class()) == f.owner.get()
            && f.def.kind == MethodKind::Method
            && (*vm).exec.interrupt.load(Relaxed) == 0
        {
            if f.def.arity.total as usize == n
                && f.def.arity.pos as usize == n
                && let NativeImpl::Fixed(imp) = f.def.imp
            {
                let result = imp(&*vm, std::slice::from_raw_parts(w.add(4), n + 1));
                return finish::<B>(result, pc, r, vm, ti, kc, tbl);
            }
            if let Some(result) = invoke(&*vm, f, w.add(4), n + 1, 1) {
                return finish::<B>(result, pc, r, vm, ti, kc, tbl);
            }
        }
        call_native_method::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// `CALL_METHOD` of a builtin type's method.
    call_native_method [] (pc, r, vm, ti, kc, tbl) {
        let w = r.add((*pc).b as usize);
        let n = (*pc).c as usize;
        let f: Gc<NativeFunction> = (*w).cast_unchecked();
        let this = *w.add(4);
        let id = f.intrinsic.get();
        if id == intrinsic::APPEND && n == 1 && shape(this) == shape_ids::list {
            let l: Gc<List> = this.cast_unchecked();
            if append(&l, *w.add(5)) {
                set(r, (*pc).a, Value::NONE);
                return B::next(pc.add(1), r, vm, ti, kc, tbl);
            }
        }
        if id == intrinsic::GET && (n == 1 || n == 2) && shape(this) == shape_ids::dict {
            let result = dict_get(&*vm, this, *w.add(5), if n == 2 { *w.add(6) } else { Value::NONE });
            return finish::<B>(result, pc, r, vm, ti, kc, tbl);
        }
        if id == intrinsic::EXTEND
            && n == 1
            && !B::STEPPING
            && shape(this) == shape_ids::list
            && shape(*w.add(5)) == shape_ids::generator
        {
            let next = eat(&*vm, pc, r, *w.add(5), resume::EXTEND, this);
            return B::next(next, (*vm).exec.regs.get(), vm, ti, kc, tbl);
        }
        if id == intrinsic::JOIN
            && n == 1
            && !B::STEPPING
            && shape(this) == shape_ids::str
            && shape(*w.add(5)) == shape_ids::generator
        {
            let acc = (*vm).new_list(&[]).value();
            let next = eat(&*vm, pc, r, *w.add(5), resume::JOIN, acc);
            return B::next(next, (*vm).exec.regs.get(), vm, ti, kc, tbl);
        }
        if (*vm).exec.interrupt.load(Relaxed) == 0 && f.def.kind == MethodKind::Method {
            let owner = f.owner.get();
            let class = (*vm).class_of(this);
            if (class.value() == owner || owner.is_kind(kinds::TYPE) && subtype(class, owner.cast_unchecked()))
                && let Some(result) = invoke(&*vm, f, w.add(4), n + 1, 1)
            {
                return finish::<B>(result, pc, r, vm, ti, kc, tbl);
            }
        }
        cold::CALL_METHOD::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// A call of a class of Python code that was called here before, with just what its `__init__` takes.
    call_class [, const METHOD: bool] (pc, r, vm, ti, kc, tbl) {
        let w = r.add((*pc).b as usize);
        let t = &*((*w).as_header() as *const Type);
        // a: the class; b: its version; c: `__init__`, a Python function.
        let c = cache(pc);
        if c.a.get() == (*w).bits()
            && c.b.get() == t.version.get() as u64
            && (*vm).exec.interrupt.load(Relaxed) == 0
        {
            let n = (*pc).c as usize;
            let args = w.add(4 + METHOD as usize);
            let code = (*(Value::from_bits(c.c.get()).as_header() as *const Function)).code.get();
            let depth = (word(r, INFO) & info::DEPTH) + 1;
            let new = args.add(n + HEADER + PSEUDO_REGS + HEADER);
            if code.exact as usize == n + 1
                && new as usize + code.nregs as usize * 8 <= (*vm).exec.stack_end()
                && depth <= (*vm).exec.recursion_limit.get() as u64
            {
                let instance = (*vm).new_instance(Gc::of(t)).value();
                let pseudo = new.sub(HEADER + PSEUDO_REGS);
                *new = instance;
                for k in 0..n {
                    new.add(k + 1).write_volatile(*args.add(k));
                }
                *pseudo.offset(FUNC) = Value::NONE;
                set_word(pseudo, RET, pc as u64);
                set_word(pseudo, PREV, r as u64);
                set_word(pseudo, INFO, (depth - 1) | info::PSEUDO);
                *pseudo = Value::NONE;
                *pseudo.add(1) = instance;
                *pseudo.add(2) = Value::NONE;
                *pseudo.add(3) = Value::NONE;
                set_word(new, INFO, depth);
                set_word(new, PREV, pseudo as u64);
                set_word(new, RET, stub(Stub::InitReturn) as u64);
                *new.offset(FUNC) = Value::from_bits(c.c.get());
                for k in n + 1..code.ninit as usize {
                    new.add(k).write_volatile(Value::UNBOUND);
                }
                return B::afresh(code.entry.get(), new, vm);
            }
        }
        call_type::<B, METHOD>(pc, r, vm, ti, kc, tbl)
    }
    /// A call of a class.
    call_type [, const METHOD: bool] (pc, r, vm, ti, kc, tbl) {
        let w = r.add((*pc).b as usize);
        let n = (*pc).c as usize;
        let args = w.add(4 + METHOD as usize);
        let t: Gc<Type> = (*w).cast_unchecked();
        if (*vm).exec.interrupt.load(Relaxed) == 0 {
            if t.kind.get() == kinds::INSTANCE {
                // Not seen here before, or with other arguments: the general form.
            } else if is_class(vm, *w) {
                if n == 1 && !B::STEPPING && shape(*args) == shape_ids::generator {
                    let v = &*vm;
                    let types = &v.types;
                    if t == types.list || t == types.tuple {
                        let kind = if t == types.list { resume::LIST } else { resume::TUPLE };
                        let room = kind == resume::TUPLE;
                        let acc = if room { (*vm).new_list_with_room(8) } else { (*vm).new_list(&[]) };
                        let next = eat(&*vm, pc, r, *args, kind, acc.value());
                return B::next(next, (*vm).exec.regs.get(), vm, ti, kc, tbl);
                    }
                    if t == types.set || t == types.frozenset {
                        let acc = (*vm).new_set_of(t).value();
                        let next = eat(&*vm, pc, r, *args, resume::SET, acc);
                return B::next(next, (*vm).exec.regs.get(), vm, ti, kc, tbl);
                    }
                }
                if n > 0 && n < 3 && !B::STEPPING && t.header_ptr() == range_type(vm) {
                    let next = pc.add(1);
                    if (*next).op == handler_offset(Op::GET_ITER as u32)
                        && (*next).b == (*pc).a
                        && (*pc).a as u32 >= function(r).code.get().ninit
                        && range_iter(r, next, *args, if n == 2 { *args.add(1) } else { Value::UNBOUND })
                    {
                        return B::next(next.add(1), r, vm, ti, kc, tbl);
                    }
                }
                if n == 1 && t == type_type(vm) {
                    set(r, (*pc).a, (*vm).class_of(*args).value());
                    return B::next(pc.add(1), r, vm, ti, kc, tbl);
                }
                let result = call_builtin_type(&*vm, *w, args, n);
                return finish::<B>(result, pc, r, vm, ti, kc, tbl);
            }
        }
        if METHOD {
            return cold::CALL_METHOD::<B>(pc, r, vm, ti, kc, tbl);
        }
        cold::CALL::<B>(pc, r, vm, ti, kc, tbl)
    }
    /// A Python function that is given fewer arguments than it has parameters.
    call_defaults [, const METHOD: bool] (pc, r, vm, ti, kc, tbl) {
        let w = r.add((*pc).b as usize);
        let with_self = METHOD && !(*w.add(4)).is_unbound();
        let n = (*pc).c as usize + with_self as usize;
        let new = w.add(4 + (METHOD && !with_self) as usize);
        let f: Gc<Function> = (*w).cast_unchecked();
        let code = f.code.get();
        let d = &*code.data;
        let argcount = d.argcount as usize;
        if n < argcount
            && d.kwonlyargcount == 0
            && d.flags & (flags::VARARGS | flags::VARKEYWORDS) == 0
            && (*vm).exec.interrupt.load(Relaxed) == 0
            && let Some(defaults) = f.defaults.get().cast::<Tuple>()
            && defaults.len() + n >= argcount
            && new as usize + (code.nregs as usize + HEADER) * 8 < (*vm).exec.stack_end()
        {
            for k in n..argcount {
                *new.add(k) = defaults.items()[k + defaults.len() - argcount];
            }
            let next = match crate::call::push(&*vm, f, code, new, pc, r) {
                Ok(next) => next,
                Err(e) => unwind::raise(&*vm, e),
            };
            return B::next(next, (*vm).exec.regs.get(), vm, ti, kc, tbl);
        }
        if METHOD {
            return cold::CALL_METHOD::<B>(pc, r, vm, ti, kc, tbl);
        }
        cold::CALL::<B>(pc, r, vm, ti, kc, tbl)
    }
}

/// The stub behind an `__init__` frame: the instance is the result of the call.
pub(crate) unsafe extern "C" fn init_done<B: Back>(
    pc: Pc,
    r: Regs,
    vm: *const Vm,
    ti: u64,
    kc: u64,
    tbl: *const u8,
) -> u64 {
    // SAFETY: the stub runs in such pseudo frames only.
    unsafe {
        if !get(r, 0).is_none() {
            return crate::dispatch::init_failed::<B>(pc, r, vm, ti, kc, tbl);
        }
        let prev = word(r, PREV) as Regs;
        let ret = word(r, RET) as Pc;
        set(prev, (*ret).a, get(r, 1));
        B::next(ret.add(1), prev, vm, ti, kc, tbl)
    }
}

/// Is `v` a class whose metaclass is `type` itself?
#[inline(always)]
unsafe fn is_class(vm: *const Vm, v: Value) -> bool {
    // SAFETY: handlers pass their VM.
    let vm = unsafe { &*vm };
    vm.class_of(v) == vm.types.type_
}

//! Numbers, comparisons, jumps, back edges.
//!
//! Ints: see `taipan_heap::Value` for why one compare checks both operands and one checks the sum. Floats: tags
//! are NaNs, so the operation comes first; a result that is no NaN had two floats as operands.

use super::flow::shape;
use super::hot;
use super::more::{self, compare_more, truth_of};
use super::operators;
use crate::dispatch::{Back, Handler, cold};
use std::sync::atomic::Ordering::Relaxed;
use taipan_bytecode::Op;
use taipan_runtime::objects::int::Int;
use taipan_runtime::vm::exec::{Pc, Regs};
use taipan_runtime::vm::shape_ids;
use taipan_runtime::vm::slots::CompareOp;
use taipan_runtime::{Value, Vm};

#[inline(always)]
pub(super) unsafe fn get(r: *mut Value, i: u16) -> Value {
    // SAFETY: operands lie within the frame.
    unsafe { *r.add(i as usize) }
}
#[inline(always)]
pub(super) unsafe fn set(r: *mut Value, i: u16, v: Value) {
    // SAFETY: operands lie within the frame.
    unsafe { *r.add(i as usize) = v }
}
#[inline(always)]
fn both(ti: u64, x: Value, y: Value) -> bool {
    x.bits() & y.bits() >= ti
}
#[inline(always)]
fn imm(e: u32) -> i64 {
    e as i32 as i64
}

/// `Some` where `i` is an immediate int.
#[inline(always)]
fn small(i: i64) -> Option<Value> {
    if (i.wrapping_add(1 << 47) as u64) < 1 << 48 {
        Some(Value::from_bits(taipan_runtime::INT_ZERO.wrapping_add(i as u64)))
    } else {
        None
    }
}

/// The float, or the int as one; a NaN for anything else.
#[inline(always)]
fn mixed(x: Value) -> f64 {
    if x.is_int() { x.as_int() as f64 } else { x.as_float() }
}

#[inline(always)]
fn mul(x: i64, y: i64) -> Option<Value> {
    small(x.checked_mul(y)?)
}
/// A division of ints that are not negative and below 2**32: those take the short instruction.
#[inline(always)]
fn shortly(x: i64, y: i64, divide: impl Fn(u32, u32) -> u32) -> Option<Value> {
    let short = ((x | y) as u64) < 1 << 32 && y != 0;
    short.then(|| Value::int(divide(x as u32, y as u32) as i64))
}
/// The quotient, rounded down.
#[inline(always)]
fn floordiv(x: i64, y: i64) -> Option<i64> {
    let q = x.checked_div(y)?;
    Some(if x.wrapping_rem(y) != 0 && (x < 0) != (y < 0) { q - 1 } else { q })
}
/// The remainder that goes with it.
#[inline(always)]
fn modulo(x: i64, y: i64) -> Option<i64> {
    let m = x.checked_rem(y)?;
    Some(if m != 0 && (m < 0) != (y < 0) { m + y } else { m })
}
#[inline(always)]
fn lshift(x: i64, y: i64) -> Option<Value> {
    if y as u64 >= 48 || (x << y) >> y != x {
        return None;
    }
    small(x << y)
}
#[inline(always)]
fn rshift(x: i64, y: i64) -> Option<Value> {
    if y < 0 {
        return None;
    }
    small(x >> y.min(63))
}
#[inline(always)]
fn truediv(x: i64, y: i64) -> Option<Value> {
    if y == 0 { None } else { Some(Value::float(x as f64 / y as f64)) }
}

/// An int of up to 64 bits.
#[inline(always)]
unsafe fn wide(v: Value) -> Option<i64> {
    if v.is_int() {
        return Some(v.as_int());
    }
    // SAFETY: the shape says that it is an int.
    if shape(v) == shape_ids::int { unsafe { (*(v.as_header() as *const Int)).to_i64() } } else { None }
}
/// The value of an int of up to 64 bits as the result of the instruction at `pc`. (What allocates is called.)
#[inline(never)]
unsafe fn widely(vm: *const Vm, pc: Pc, r: Regs, n: i64) -> Option<Pc> {
    // SAFETY: the instruction's frame; it is published for the collector.
    unsafe {
        (*vm).exec.pc.set(pc);
        (*vm).exec.regs.set(r);
        set(r, (*pc).a, (*vm).new_int(n));
        Some(pc.add(1))
    }
}
#[inline(always)]
fn shl(x: i64, y: i64) -> Option<i64> {
    if (0..63).contains(&y) && (x << y) >> y == x { Some(x << y) } else { None }
}
#[inline(always)]
fn shr(x: i64, y: i64) -> Option<i64> {
    if y >= 0 { Some(x >> y.min(63)) } else { None }
}

/// A second stage of the handler in which this stands: `body` answers where to go on, or `None` for the general form.
macro_rules! second {
    ($name:ident: $pc:ident, $r:ident, $vm:ident, $ti:ident, $kc:ident, $tbl:ident, $cold:path, [$x:expr, $y:expr], |$i:ident| $body:block) => {
        #[inline(never)]
        unsafe extern "C" fn $name<B: Back>(
            $pc: taipan_runtime::vm::exec::Pc,
            $r: taipan_runtime::vm::exec::Regs,
            $vm: *const taipan_runtime::Vm,
            $ti: u64,
            $kc: u64,
            $tbl: *const u8,
        ) -> u64 {
            // SAFETY: as for the handler, which tail-calls this.
            unsafe {
                let $i = &*$pc;
                let on = move || -> Option<taipan_runtime::vm::exec::Pc> { $body };
                match on() {
                    Some(next) => B::afresh(next, $r, $vm),
                    None => {
                        let (x, y): (Value, Value) = ($x, $y);
                        if !B::STEPPING && operators::concerns(x, y) {
                            let entry = operators::enter(&*$vm, $pc, $r, x, y);
                            if !entry.is_null() {
                                return B::afresh(entry, (*$vm).exec.regs.get(), $vm);
                            }
                        }
                        use $cold as general;
                        // (The general form makes the constants afresh.)
                        general::<B>($pc, $r, $vm, 0, 0, std::ptr::null())
                    }
                }
            }
        }
    };
}

/// A second stage that calls nothing, and goes on to a third one.
macro_rules! mixing {
    ($name:ident $rest:ident: $pc:ident, $r:ident, $vm:ident, $ti:ident, $kc:ident, $tbl:ident, |$i:ident| $body:block) => {
        #[inline(never)]
        unsafe extern "C" fn $name<B: Back>(
            $pc: taipan_runtime::vm::exec::Pc,
            $r: taipan_runtime::vm::exec::Regs,
            $vm: *const taipan_runtime::Vm,
            $ti: u64,
            $kc: u64,
            $tbl: *const u8,
        ) -> u64 {
            // SAFETY: as for the handler, which tail-calls this.
            unsafe {
                let $i = &*$pc;
                let on = move || -> Option<taipan_runtime::vm::exec::Pc> { $body };
                match on() {
                    Some(next) => B::next(next, $r, $vm, $ti, $kc, $tbl),
                    None => $rest::<B>($pc, $r, $vm, $ti, $kc, $tbl),
                }
            }
        }
    };
}

macro_rules! sums {
    ($($op:ident $op_i:ident $method:ident $checked:ident $f:tt |$x:ident, $y:ident, $k:ident| $int:expr;)*) => {hot! {$(
        $op(i, r, vm, ti, kc, pc, tbl) {
            let (x, y) = (get(r, i.b), get(r, i.c));
            if both(ti, x, y) {
                let ($x, $y, $k) = (x.bits(), y.bits(), kc);
                let sum: u64 = $int;
                if sum >= ti {
                    set(r, i.a, Value::from_bits(sum));
                    next!();
                }
            } else {
                let f = x.as_float() $f y.as_float();
                if f == f {
                    set(r, i.a, Value::from_bits(f.to_bits()));
                    next!();
                }
            }
            second!(rest: pc, r, vm, ti, kc, tbl, cold::$op, [get(r, i.b), get(r, i.c)], |i| {
                widely(vm, pc, r, wide(get(r, i.b))?.$checked(wide(get(r, i.c))?)?)
            });
            mixing!(more rest: pc, r, vm, ti, kc, tbl, |i| {
                let (x, y) = (get(r, i.b), get(r, i.c));
                if both(ti, x, y) {
                    return None;
                }
                let f = mixed(x) $f mixed(y);
                if f == f {
                    set(r, i.a, Value::from_bits(f.to_bits()));
                    return Some(pc.add(1));
                }
                None
            });
            return more::<B>(pc, r, vm, ti, kc, tbl);
        }
        $op_i(i, r, vm, ti, kc, pc, tbl) {
            let x = get(r, i.b);
            if x.bits() >= ti {
                let sum = x.bits().$method(imm(i.e) as u64);
                if sum >= ti {
                    set(r, i.a, Value::from_bits(sum));
                    next!();
                }
            } else {
                let f = x.as_float() $f imm(i.e) as f64;
                if f == f {
                    set(r, i.a, Value::from_bits(f.to_bits()));
                    next!();
                }
            }
            return cold::$op_i::<B>(pc, r, vm, ti, kc, tbl);
        }
    )*}};
}
sums! {
    ADD ADD_I wrapping_add checked_add + |x, y, k| x.wrapping_add(y).wrapping_sub(k);
    SUB SUB_I wrapping_sub checked_sub - |x, y, k| x.wrapping_sub(y).wrapping_add(k);
}

macro_rules! products {
    ($($op:ident $op_i:ident $int:ident $wide:path, |$x:ident, $y:ident| $float:expr;)*) => {hot! {$(
        $op(i, r, vm, ti, kc, pc, tbl) {
            let (x, y) = (get(r, i.b), get(r, i.c));
            if both(ti, x, y) {
                if let Some(v) = $int(x.as_int(), y.as_int()) {
                    set(r, i.a, v);
                    next!();
                }
            } else {
                let ($x, $y) = (x.as_float(), y.as_float());
                let f: f64 = $float;
                if f == f {
                    set(r, i.a, Value::from_bits(f.to_bits()));
                    next!();
                }
            }
            second!(rest: pc, r, vm, ti, kc, tbl, cold::$op, [get(r, i.b), get(r, i.c)], |i| {
                widely(vm, pc, r, $wide(wide(get(r, i.b))?, wide(get(r, i.c))?)?)
            });
            mixing!(more rest: pc, r, vm, ti, kc, tbl, |i| {
                let (x, y) = (get(r, i.b), get(r, i.c));
                if both(ti, x, y) {
                    return None;
                }
                let ($x, $y) = (mixed(x), mixed(y));
                let f: f64 = $float;
                if f == f {
                    set(r, i.a, Value::from_bits(f.to_bits()));
                    return Some(pc.add(1));
                }
                None
            });
            return more::<B>(pc, r, vm, ti, kc, tbl);
        }
        $op_i(i, r, vm, ti, kc, pc, tbl) {
            let x = get(r, i.b);
            if x.bits() >= ti {
                if let Some(v) = $int(x.as_int(), imm(i.e)) {
                    set(r, i.a, v);
                    next!();
                }
            } else {
                let ($x, $y) = (x.as_float(), imm(i.e) as f64);
                let f: f64 = $float;
                if f == f {
                    set(r, i.a, Value::from_bits(f.to_bits()));
                    next!();
                }
            }
            return cold::$op_i::<B>(pc, r, vm, ti, kc, tbl);
        }
    )*}};
}
/// A quotient, or NaN where the divisor is zero.
#[inline(always)]
fn quotient(x: f64, y: f64) -> f64 {
    if y == 0.0 { f64::NAN } else { x / y }
}
/// Quotients of large ints are rounded once, by the general form.
#[inline(always)]
fn no_int(_: i64, _: i64) -> Option<i64> {
    None
}
products! {
    MUL MUL_I mul i64::checked_mul, |x, y| x * y;
    TRUEDIV TRUEDIV_I truediv no_int, |x, y| quotient(x, y);
}

macro_rules! ints {
    ($($op:ident $op_i:ident |$x:ident, $y:ident| $int:expr, $wide:expr;)*) => {hot! {$(
        $op(i, r, vm, ti, kc, pc, tbl) {
            let (x, y) = (get(r, i.b), get(r, i.c));
            if both(ti, x, y) {
                let ($x, $y) = (x.as_int(), y.as_int());
                let v: Option<Value> = $int;
                if let Some(v) = v {
                    set(r, i.a, v);
                    next!();
                }
            }
            second!(more: pc, r, vm, ti, kc, tbl, cold::$op, [get(r, i.b), get(r, i.c)], |i| {
                let ($x, $y) = (wide(get(r, i.b))?, wide(get(r, i.c))?);
                let n: Option<i64> = $wide;
                widely(vm, pc, r, n?)
            });
            return more::<B>(pc, r, vm, ti, kc, tbl);
        }
        $op_i(i, r, vm, ti, kc, pc, tbl) {
            let x = get(r, i.b);
            if x.bits() >= ti {
                let ($x, $y) = (x.as_int(), imm(i.e));
                let v: Option<Value> = $int;
                if let Some(v) = v {
                    set(r, i.a, v);
                    next!();
                }
            }
            second!(more: pc, r, vm, ti, kc, tbl, cold::$op_i, [Value::UNBOUND, Value::UNBOUND], |i| {
                let ($x, $y) = (wide(get(r, i.b))?, imm(i.e));
                let n: Option<i64> = $wide;
                widely(vm, pc, r, n?)
            });
            return more::<B>(pc, r, vm, ti, kc, tbl);
        }
    )*}};
}
ints! {
    FLOORDIV FLOORDIV_I |x, y| shortly(x, y, |x, y| x / y), floordiv(x, y);
    MOD MOD_I |x, y| shortly(x, y, |x, y| x % y), modulo(x, y);
    LSHIFT LSHIFT_I |x, y| lshift(x, y), shl(x, y);
    RSHIFT RSHIFT_I |x, y| rshift(x, y), shr(x, y);
    AND AND_I |x, y| Some(Value::int(x & y)), Some(x & y);
    OR OR_I |x, y| Some(Value::int(x | y)), Some(x | y);
    XOR XOR_I |x, y| Some(Value::int(x ^ y)), Some(x ^ y);
}

hot! {
    NEG(i, r, vm, ti, kc, pc, tbl) {
        let x = get(r, i.b);
        if x.bits() >= ti {
            if let Some(v) = small(-x.as_int()) {
                set(r, i.a, v);
                next!();
            }
        } else if x.is_float() {
            set(r, i.a, Value::float(-x.as_float()));
            next!();
        }
        return cold::NEG::<B>(pc, r, vm, ti, kc, tbl);
    }
    POW_I(i, r, vm, ti, kc, pc, tbl) {
        let x = get(r, i.b);
        if i.e == 2 {
            if x.bits() >= ti {
                if let Some(v) = mul(x.as_int(), x.as_int()) {
                    set(r, i.a, v);
                    next!();
                }
            } else if x.is_float() {
                let f = x.as_float() * x.as_float();
                if f.is_finite() {
                    set(r, i.a, Value::float(f));
                    next!();
                }
            }
        }
        return cold::POW_I::<B>(pc, r, vm, ti, kc, tbl);
    }
    NOT(i, r, vm, ti, kc, pc, tbl) {
        match truth(get(r, i.b), ti) {
            Some(t) => set(r, i.a, Value::bool(!t)),
            None => return more::truth::<B, { truth_of::NOT }>(pc, r, vm, ti, kc, tbl),
        }
        next!();
    }
    TO_BOOL(i, r, vm, ti, kc, pc, tbl) {
        match truth(get(r, i.b), ti) {
            Some(t) => set(r, i.a, Value::bool(t)),
            None => return more::truth::<B, { truth_of::TO_BOOL }>(pc, r, vm, ti, kc, tbl),
        }
        next!();
    }
    IS(i, r, vm, ti, kc, pc, tbl) {
        set(r, i.a, Value::bool(get(r, i.b).bits() == get(r, i.c).bits()));
        next!();
    }
    IS_NOT(i, r, vm, ti, kc, pc, tbl) {
        set(r, i.a, Value::bool(get(r, i.b).bits() != get(r, i.c).bits()));
        next!();
    }
    JUMP(i, r, vm, ti, kc, pc, tbl) { jump!(); }
    JUMP_BACK_NO_INTERRUPT(i, r, vm, ti, kc, pc, tbl) { jump!(); }
    LOOP_JUMP(i, r, vm, ti, kc, pc, tbl) {
        if (*vm).exec.interrupt.load(Relaxed) != 0 {
            return cold::LOOP_JUMP::<B>(pc, r, vm, ti, kc, tbl);
        }
        jump!();
    }
}

/// The truth of bools and ints.
#[inline(always)]
fn truth(v: Value, ti: u64) -> Option<bool> {
    // The two bools are neighbours.
    let d = v.bits().wrapping_sub(Value::FALSE.bits());
    if d <= 1 {
        return Some(d == 1);
    }
    if v.bits() >= ti {
        return Some(v.bits() != taipan_runtime::INT_ZERO);
    }
    None
}
const _: () = assert!(Value::TRUE.bits() == Value::FALSE.bits() + 1);

macro_rules! branches {
    ($($j:ident $l:ident |$v:ident, $i:ident, $r:ident, $ti:ident| $test:expr, $more:tt;)*) => {hot! {$(
        $j($i, $r, vm, $ti, kc, pc, tbl) {
            let $v = get($r, $i.a);
            let t: Option<bool> = $test;
            match t {
                Some(true) => jump!(),
                Some(false) => next!(),
                None => return branches!(@more $j $more)(pc, $r, vm, $ti, kc, tbl),
            }
        }
        $l($i, $r, vm, $ti, kc, pc, tbl) {
            let $v = get($r, $i.a);
            let t: Option<bool> = $test;
            match t {
                Some(true) if (*vm).exec.interrupt.load(Relaxed) == 0 => jump!(),
                Some(false) => next!(),
                Some(true) => return cold::$l::<B>(pc, $r, vm, $ti, kc, tbl),
                None => return branches!(@more $l $more)(pc, $r, vm, $ti, kc, tbl),
            }
        }
    )*}};
    // What has a say in its truth goes on in `more.rs`; the other tests never fail.
    (@more $name:ident true) => { more::truth::<B, { truth_of::$name }> };
    (@more $name:ident false) => { cold::$name::<B> };
}
branches! {
    JUMP_IF_TRUE LOOP_IF_TRUE |v, i, r, ti| truth(v, ti), true;
    JUMP_IF_FALSE LOOP_IF_FALSE |v, i, r, ti| truth(v, ti).map(|t| !t), true;
    JUMP_IF_NONE LOOP_IF_NONE |v, i, r, ti| Some(v.is_none()), false;
    JUMP_IF_NOT_NONE LOOP_IF_NOT_NONE |v, i, r, ti| Some(!v.is_none()), false;
    JIS LOOP_IS |v, i, r, ti| Some(v.bits() == get(r, i.b).bits()), false;
    JIS_NOT LOOP_IS_NOT |v, i, r, ti| Some(v.bits() != get(r, i.b).bits()), false;
}

/// How floats compare: `None` unless both are.
macro_rules! float_test {
    ($x:expr, $op:tt, $y:expr) => {{
        let (a, b): (f64, f64) = ($x, $y);
        if a <= b || a > b { Some(a $op b) } else { None }
    }};
}

/// How an int and a float compare; `None` for anything else, and where the int is no float.
macro_rules! mixed_test {
    ($x:expr, $op:tt, $y:expr) => {{
        let (x, y): (Value, Value) = ($x, $y);
        if exactly(x) && exactly(y) { float_test!(mixed(x), $op, mixed(y)) } else { None }
    }};
}
/// Is it a float, or an int that is one exactly?
#[inline(always)]
fn exactly(v: Value) -> bool {
    if v.is_int() { v.as_int().unsigned_abs() < 1 << 47 } else { v.is_float() }
}

macro_rules! op {
    (<) => {
        CompareOp::Lt
    };
    (<=) => {
        CompareOp::Le
    };
    (==) => {
        CompareOp::Eq
    };
    (!=) => {
        CompareOp::Ne
    };
    (>) => {
        CompareOp::Gt
    };
    (>=) => {
        CompareOp::Ge
    };
}

macro_rules! comparisons {
    ($($op:tt $value:ident $value_i:ident $j:ident $jn:ident $j_i:ident $jn_i:ident
        $l:ident $ln:ident $l_i:ident $ln_i:ident;)*) => {
        hot! {$(
            $value(i, r, vm, ti, kc, pc, tbl) {
                let (x, y) = (get(r, i.b), get(r, i.c));
                let t = if both(ti, x, y) { Some(x.bits() $op y.bits()) }
                    else { float_test!(x.as_float(), $op, y.as_float()) };
                match t {
                    Some(t) => set(r, i.a, Value::bool(t)),
                    None => {
                        mixing!(more rest: pc, r, vm, ti, kc, tbl, |i| {
                            set(r, i.a, Value::bool(mixed_test!(get(r, i.b), $op, get(r, i.c))?));
                            Some(pc.add(1))
                        });
                        second!(rest: pc, r, vm, ti, kc, tbl, cold::$value, [get(r, i.b), get(r, i.c)], |i| {
                            let t = compare_more(&*vm, get(r, i.b), get(r, i.c), op!($op))?;
                            set(r, i.a, Value::bool(t));
                            Some(pc.add(1))
                        });
                        return more::<B>(pc, r, vm, ti, kc, tbl);
                    }
                }
                next!();
            }
            $value_i(i, r, vm, ti, kc, pc, tbl) {
                let x = get(r, i.b);
                let t = if x.bits() >= ti { Some(x.as_int() $op imm(i.e)) }
                    else { float_test!(x.as_float(), $op, imm(i.e) as f64) };
                match t {
                    Some(t) => set(r, i.a, Value::bool(t)),
                    None => return cold::$value_i::<B>(pc, r, vm, ti, kc, tbl),
                }
                next!();
            }
        )*}
        $(
            comparisons!(@two $op, $j, true, false);
            comparisons!(@two $op, $jn, false, false);
            comparisons!(@two $op, $l, true, true);
            comparisons!(@two $op, $ln, false, true);
            comparisons!(@one $op, $j_i, true, false);
            comparisons!(@one $op, $jn_i, false, false);
            comparisons!(@one $op, $l_i, true, true);
            comparisons!(@one $op, $ln_i, false, true);
        )*
    };
    (@two $op:tt, $name:ident, $want:literal, $poll:literal) => {hot! {
        $name(i, r, vm, ti, kc, pc, tbl) {
            let (x, y) = (get(r, i.a), get(r, i.b));
            if both(ti, x, y) {
                if (x.bits() $op y.bits()) == $want {
                    if $poll && (*vm).exec.interrupt.load(Relaxed) != 0 {
                        return cold::$name::<B>(pc, r, vm, ti, kc, tbl);
                    }
                    jump!();
                }
                next!();
            }
            match float_test!(x.as_float(), $op, y.as_float()) {
                Some(t) if t == $want => {
                    if $poll && (*vm).exec.interrupt.load(Relaxed) != 0 {
                        return cold::$name::<B>(pc, r, vm, ti, kc, tbl);
                    }
                    jump!();
                }
                Some(_) => next!(),
                None => {
                    mixing!(more rest: pc, r, vm, ti, kc, tbl, |i| {
                        let t = mixed_test!(get(r, i.a), $op, get(r, i.b))?;
                        if t != $want {
                            return Some(pc.add(1));
                        }
                        if $poll && (*vm).exec.interrupt.load(Relaxed) != 0 {
                            return None;
                        }
                        Some(pc.add(1).offset(i.e as i32 as isize))
                    });
                    second!(rest: pc, r, vm, ti, kc, tbl, cold::$name, [get(r, i.a), get(r, i.b)], |i| {
                        let t = compare_more(&*vm, get(r, i.a), get(r, i.b), op!($op))?;
                        if t != $want {
                            return Some(pc.add(1));
                        }
                        if $poll && (*vm).exec.interrupt.load(Relaxed) != 0 {
                            return None;
                        }
                        Some(pc.add(1).offset(i.e as i32 as isize))
                    });
                    return more::<B>(pc, r, vm, ti, kc, tbl);
                }
            }
        }
    }};
    (@one $op:tt, $name:ident, $want:literal, $poll:literal) => {hot! {
        $name(i, r, vm, ti, kc, pc, tbl) {
            let x = get(r, i.a);
            let y = i.c as i16 as i64;
            if x.bits() >= ti {
                if (x.as_int() $op y) == $want {
                    if $poll && (*vm).exec.interrupt.load(Relaxed) != 0 {
                        return cold::$name::<B>(pc, r, vm, ti, kc, tbl);
                    }
                    jump!();
                }
                next!();
            }
            match float_test!(x.as_float(), $op, y as f64) {
                Some(t) if t == $want => {
                    if $poll && (*vm).exec.interrupt.load(Relaxed) != 0 {
                        return cold::$name::<B>(pc, r, vm, ti, kc, tbl);
                    }
                    jump!();
                }
                Some(_) => next!(),
                None => return cold::$name::<B>(pc, r, vm, ti, kc, tbl),
            }
        }
    }};
}
comparisons! {
    < LT LT_I JLT JNLT JLT_I JNLT_I LOOP_LT LOOP_NLT LOOP_LT_I LOOP_NLT_I;
    <= LE LE_I JLE JNLE JLE_I JNLE_I LOOP_LE LOOP_NLE LOOP_LE_I LOOP_NLE_I;
    == EQ EQ_I JEQ JNEQ JEQ_I JNEQ_I LOOP_EQ LOOP_NEQ LOOP_EQ_I LOOP_NEQ_I;
    != NE NE_I JNE JNNE JNE_I JNNE_I LOOP_NE LOOP_NNE LOOP_NE_I LOOP_NNE_I;
    > GT GT_I JGT JNGT JGT_I JNGT_I LOOP_GT LOOP_NGT LOOP_GT_I LOOP_NGT_I;
    >= GE GE_I JGE JNGE JGE_I JNGE_I LOOP_GE LOOP_NGE LOOP_GE_I LOOP_NGE_I;
}

macro_rules! list {
    ($($name:ident)*) => { vec![$((Op::$name, $name::<B> as Handler)),*] };
}

pub(super) fn handlers<B: Back + 'static>() -> Vec<(Op, Handler)> {
    list! {
        ADD ADD_I SUB SUB_I MUL MUL_I TRUEDIV TRUEDIV_I FLOORDIV FLOORDIV_I MOD MOD_I LSHIFT LSHIFT_I
        RSHIFT RSHIFT_I AND AND_I OR OR_I XOR XOR_I NEG POW_I NOT TO_BOOL IS IS_NOT JUMP
        JUMP_BACK_NO_INTERRUPT LOOP_JUMP JUMP_IF_TRUE LOOP_IF_TRUE JUMP_IF_FALSE LOOP_IF_FALSE JUMP_IF_NONE
        LOOP_IF_NONE JUMP_IF_NOT_NONE LOOP_IF_NOT_NONE JIS LOOP_IS JIS_NOT LOOP_IS_NOT
        LT LT_I JLT JNLT JLT_I JNLT_I LOOP_LT LOOP_NLT LOOP_LT_I LOOP_NLT_I
        LE LE_I JLE JNLE JLE_I JNLE_I LOOP_LE LOOP_NLE LOOP_LE_I LOOP_NLE_I
        EQ EQ_I JEQ JNEQ JEQ_I JNEQ_I LOOP_EQ LOOP_NEQ LOOP_EQ_I LOOP_NEQ_I
        NE NE_I JNE JNNE JNE_I JNNE_I LOOP_NE LOOP_NNE LOOP_NE_I LOOP_NNE_I
        GT GT_I JGT JNGT JGT_I JNGT_I LOOP_GT LOOP_NGT LOOP_GT_I LOOP_NGT_I
        GE GE_I JGE JNGE JGE_I JNGE_I LOOP_GE LOOP_NGE LOOP_GE_I LOOP_NGE_I
    }
}

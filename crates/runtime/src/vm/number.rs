//! Number operators on any values: binary, in-place and unary, with the sequence fall-backs of `+` and `*`.
//!
//! In: operands. Out: the result, or the `TypeError` that CPython raises. Pairs of immediate ints and pairs of
//! floats never leave the inlined fast path at the top of each function, except for results that do not fit;
//! everything else goes through the type slots. Conversions to Rust numbers are in `number_convert.rs`.

use crate::objects::float::arith as farith;
use crate::objects::int::arith as iarith;
use crate::vm::Vm;
use crate::vm::error::{PyResult, Raised};
use crate::vm::slots::{Binary, SlotCells, Ternary};
use taipan_heap::{INT_TAG, Value};

/// Are both immediate ints?
#[inline(always)]
pub fn both_ints(a: Value, b: Value) -> bool {
    a.bits() & b.bits() >= INT_TAG
}

/// A float from an immediate int or float, for mixed arithmetic. Immediate ints are exact as doubles.
#[inline(always)]
fn small_f64(v: Value) -> Option<f64> {
    if v.is_float() {
        Some(v.as_float())
    } else if v.is_int() {
        Some(v.as_int() as f64)
    } else {
        None
    }
}

/// Both operands as floats, where both are immediate and at least one is a float.
#[inline(always)]
fn mixed(a: Value, b: Value) -> Option<(f64, f64)> {
    Some((small_f64(a)?, small_f64(b)?))
}

impl Vm {
    /// Is it an immediate int or an exact `int` object?
    #[inline(always)]
    fn is_exact_int(&self, v: Value) -> bool {
        v.is_int() || self.is_exact(v, crate::vm::shape_ids::int)
    }
    /// An exact int of less than 128 bits, which is what hashes and masked 64-bit arithmetic work on.
    #[inline]
    fn exact_wide(&self, v: Value) -> Option<i128> {
        if v.is_int() {
            return Some(v.as_int() as i128);
        }
        if !self.is_exact(v, crate::vm::shape_ids::int) {
            return None;
        }
        crate::objects::int::int_ref(&v)?.to_i128()
    }
}

/// Declares operators with their fast paths, the slot that is asked, and the symbol of the error.
macro_rules! binary_ops {
    ($($(#[$doc:meta])* $name:ident / $slow:ident / $iname:ident / $islot:ident $sym:literal $isym:literal
        ints $ints:expr, floats $floats:expr, wide $wide:expr;)*) => {
        impl Vm {$(
            $(#[$doc])*
            #[inline]
            pub fn $name(&self, a: Value, b: Value) -> PyResult {
                if both_ints(a, b) {
                    let f: fn(&Vm, i64, i64) -> PyResult = $ints;
                    return f(self, a.as_int(), b.as_int());
                }
                if a.is_float() && b.is_float() {
                    let f: Option<fn(&Vm, f64, f64) -> PyResult> = $floats;
                    if let Some(f) = f {
                        return f(self, a.as_float(), b.as_float());
                    }
                }
                self.$slow(a, b)
            }
            #[inline(never)]
            fn $slow(&self, a: Value, b: Value) -> PyResult {
                let wide: Option<fn(i128, i128) -> Option<i128>> = $wide;
                if let Some(wide) = wide
                    && let Some(x) = self.exact_wide(a)
                    && let Some(y) = self.exact_wide(b)
                    && let Some(r) = wide(x, y)
                {
                    return Ok(self.new_i128(r));
                }
                let f: Option<fn(&Vm, f64, f64) -> PyResult> = $floats;
                if let Some(f) = f
                    && let Some((x, y)) = mixed(a, b)
                {
                    return f(self, x, y);
                }
                let r = self.binary_slot(a, b, |s| s.$name.get())?;
                if r.is_not_implemented() { binary_ops!(@fallback self a b $name $sym) } else { Ok(r) }
            }
            /// The same, in place.
            #[inline]
            pub fn $iname(&self, a: Value, b: Value) -> PyResult {
                if !a.is_ptr() {
                    // Immediate values have no in-place slots; the error alone differs.
                    if both_ints(a, b) || (a.is_float() && b.is_float()) {
                        return self.$name(a, b);
                    }
                }
                if self.is_exact_int(a) && self.is_exact_int(b) {
                    return self.$slow(a, b);
                }
                let r = self.inplace_slot(a, b, |s| s.$islot.get(), |s| s.$name.get())?;
                if r.is_not_implemented() { binary_ops!(@ifallback self a b $name $isym) } else { Ok(r) }
            }
        )*}
    };
    (@fallback $vm:ident $a:ident $b:ident add $sym:literal) => {
        match $vm.class_of($a).slots.concat.get() {
            Some(f) => f($vm, $a, $b),
            None => Err($vm.operand_error($sym, $a, $b)),
        }
    };
    (@fallback $vm:ident $a:ident $b:ident mul $sym:literal) => { $vm.repeat_fallback($sym, $a, $b, false) };
    (@fallback $vm:ident $a:ident $b:ident $name:ident $sym:literal) => { Err($vm.operand_error($sym, $a, $b)) };
    (@ifallback $vm:ident $a:ident $b:ident add $sym:literal) => {{
        let slots = &$vm.class_of($a).slots;
        match slots.iconcat.get().or(slots.concat.get()) {
            Some(f) => f($vm, $a, $b),
            None => Err($vm.operand_error($sym, $a, $b)),
        }
    }};
    (@ifallback $vm:ident $a:ident $b:ident mul $sym:literal) => { $vm.repeat_fallback($sym, $a, $b, true) };
    (@ifallback $vm:ident $a:ident $b:ident $name:ident $sym:literal) => { Err($vm.operand_error($sym, $a, $b)) };
}

binary_ops! {
    /// `a + b`
    add / add_slow / iadd / iadd "+" "+="
        ints |vm, x, y| Ok(vm.new_int(x + y)), floats Some(|_, x, y| Ok(Value::float(x + y))),
        wide Some(i128::checked_add);
    /// `a - b`
    sub / sub_slow / isub / isub "-" "-="
        ints |vm, x, y| Ok(vm.new_int(x - y)), floats Some(|_, x, y| Ok(Value::float(x - y))),
        wide Some(i128::checked_sub);
    /// `a * b`
    mul / mul_slow / imul / imul "*" "*="
        ints |vm, x, y| Ok(iarith::mul_small(vm, x, y)), floats Some(|_, x, y| Ok(Value::float(x * y))),
        wide Some(i128::checked_mul);
    /// `a @ b`
    matmul / matmul_slow / imatmul / imatmul "@" "@="
        ints |vm, x, y| vm.matmul_slow(Value::int(x), Value::int(y)), floats None,
        wide None;
    /// `a / b`
    truediv / truediv_slow / itruediv / itruediv "/" "/="
        ints iarith::truediv_small, floats Some(farith::truediv),
        wide None;
    /// `a // b`
    floordiv / floordiv_slow / ifloordiv / ifloordiv "//" "//="
        ints iarith::floordiv_small, floats Some(farith::floordiv),
        wide None;
    /// `a % b`
    rem / rem_slow / irem / irem "%" "%="
        ints iarith::rem_small, floats Some(farith::rem),
        wide None;
    /// `a << b`
    lshift / lshift_slow / ilshift / ilshift "<<" "<<="
        ints iarith::lshift_small, floats None,
        wide Some(|x, n| (n >= 0 && i128::from(x.unsigned_abs().leading_zeros()) > n + 1).then(|| x << n));
    /// `a >> b`
    rshift / rshift_slow / irshift / irshift ">>" ">>="
        ints iarith::rshift_small, floats None,
        wide Some(|x, n| (n >= 0).then(|| x >> n.min(127)));
    /// `a & b`
    and / and_slow / iand / iand "&" "&="
        ints |_, x, y| Ok(Value::int(x & y)), floats None,
        wide Some(|x, y| Some(x & y));
    /// `a | b`
    or / or_slow / ior / ior "|" "|="
        ints |_, x, y| Ok(Value::int(x | y)), floats None,
        wide Some(|x, y| Some(x | y));
    /// `a ^ b`
    xor / xor_slow / ixor / ixor "^" "^="
        ints |_, x, y| Ok(Value::int(x ^ y)), floats None,
        wide Some(|x, y| Some(x ^ y));
}

macro_rules! unary_ops {
    ($($(#[$doc:meta])* $name:ident $slot:ident $what:literal ints $ints:expr, floats $floats:expr;)*) => {
        impl Vm {$(
            $(#[$doc])*
            #[inline]
            pub fn $name(&self, v: Value) -> PyResult {
                if v.is_int() {
                    let f: fn(&Vm, i64) -> Value = $ints;
                    return Ok(f(self, v.as_int()));
                }
                if v.is_float() {
                    let f: Option<fn(f64) -> f64> = $floats;
                    if let Some(f) = f {
                        return Ok(Value::float(f(v.as_float())));
                    }
                }
                match self.class_of(v).slots.$slot.get() {
                    Some(f) => f(self, v),
                    None => Err(self.type_error(format!(
                        concat!("bad operand type for ", $what, ": '{}'"), self.type_name(v)))),
                }
            }
        )*}
    };
}

unary_ops! {
    /// `-v`
    neg neg "unary -" ints |vm, i| vm.new_int(-i), floats Some(|x| -x);
    /// `+v`
    pos pos "unary +" ints |_, i| Value::int(i), floats Some(|x| x);
    /// `~v`
    invert invert "unary ~" ints |_, i| Value::int(!i), floats None;
    /// `abs(v)`
    abs abs "abs()" ints |vm, i| vm.new_int(i.abs()), floats Some(f64::abs);
}

impl Vm {
    /// `divmod(a, b)`
    pub fn divmod(&self, a: Value, b: Value) -> PyResult {
        if both_ints(a, b) && b.as_int() != 0 {
            let (x, y) = (a.as_int(), b.as_int());
            let q = self.new_int(iarith::floor_div(x, y));
            return Ok(self.new_tuple(&[q, Value::int(iarith::floor_rem(x, y))]).value());
        }
        let r = self.binary_slot(a, b, |s| s.divmod.get())?;
        if r.is_not_implemented() { Err(self.operand_error("divmod()", a, b)) } else { Ok(r) }
    }
    /// `a ** b` where `m` is `None`, otherwise `pow(a, b, m)`.
    pub fn pow(&self, a: Value, b: Value, m: Value) -> PyResult {
        if m.is_none() && both_ints(a, b) {
            return crate::objects::int::pow::pow_i64(self, a.as_int(), b.as_int());
        }
        let r = self.ternary_slot(a, b, m, |s| s.pow.get())?;
        if r.is_not_implemented() { Err(self.pow_error("** or pow()", a, b, m)) } else { Ok(r) }
    }
    /// `a **= b`
    pub fn ipow(&self, a: Value, b: Value) -> PyResult {
        if let Some(f) = self.class_of(a).slots.ipow.get() {
            let r = f(self, a, b, Value::NONE)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        if both_ints(a, b) {
            return crate::objects::int::pow::pow_i64(self, a.as_int(), b.as_int());
        }
        let r = self.ternary_slot(a, b, Value::NONE, |s| s.pow.get())?;
        if r.is_not_implemented() { Err(self.pow_error("**=", a, b, Value::NONE)) } else { Ok(r) }
    }

    /// The in-place slot of the left operand, then the binary slots.
    fn inplace_slot(
        &self,
        a: Value,
        b: Value,
        islot: impl Fn(&SlotCells) -> Option<Binary>,
        slot: impl Fn(&SlotCells) -> Option<Binary>,
    ) -> PyResult {
        if let Some(f) = islot(&self.class_of(a).slots) {
            let r = f(self, a, b)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        self.binary_slot(a, b, slot)
    }

    fn ternary_slot(
        &self,
        a: Value,
        b: Value,
        c: Value,
        slot: impl Fn(&SlotCells) -> Option<Ternary>,
    ) -> PyResult {
        let (ta, tb) = (self.class_of(a), self.class_of(b));
        let same = |x: Option<Ternary>, y: Option<Ternary>| match (x, y) {
            (Some(x), Some(y)) => std::ptr::fn_addr_eq(x, y),
            _ => false,
        };
        let fa = slot(&ta.slots);
        let mut fb = if ta == tb { None } else { slot(&tb.slots) };
        if same(fa, fb) && !tb.is_subtype(ta) {
            fb = None;
        }
        let mut tried = [None; 2];
        if let Some(f) = fb
            && fa.is_some()
            && tb.is_subtype(ta)
        {
            let r = f(self, a, b, c)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
            tried[1] = fb.take();
        }
        for f in [fa, fb].into_iter().flatten() {
            let r = f(self, a, b, c)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        tried[0] = fa;
        if !c.is_none() {
            let fc = slot(&self.class_of(c).slots);
            if let Some(f) = fc
                && !same(fc, tried[0])
                && !same(fc, tried[1])
                && !same(fc, fb)
            {
                return f(self, a, b, c);
            }
        }
        Ok(Value::NOT_IMPLEMENTED)
    }

    /// `*` after the number slots declined: repetition of a sequence by an index.
    #[cold]
    fn repeat_fallback(&self, sym: &str, a: Value, b: Value, inplace: bool) -> PyResult {
        let (sa, sb) = (&self.class_of(a).slots, &self.class_of(b).slots);
        let left = if inplace { sa.irepeat.get().or(sa.repeat.get()) } else { sa.repeat.get() };
        let (f, seq, n) = match (left, sb.repeat.get()) {
            (Some(f), _) => (f, a, b),
            (None, Some(f)) => (f, b, a),
            (None, None) => return Err(self.operand_error(sym, a, b)),
        };
        if !self.is_index(n) {
            return Err(self
                .type_error(format!("can't multiply sequence by non-int of type '{}'", self.type_name(n))));
        }
        f(self, seq, self.index_isize(n)?)
    }

    /// `unsupported operand type(s) for +: 'int' and 'str'`
    #[cold]
    #[inline(never)]
    pub fn operand_error(&self, sym: &str, a: Value, b: Value) -> Raised {
        let (ta, tb) = (self.type_name(a), self.type_name(b));
        self.type_error(format!("unsupported operand type(s) for {sym}: '{ta}' and '{tb}'"))
    }
    #[cold]
    fn pow_error(&self, sym: &str, a: Value, b: Value, m: Value) -> Raised {
        if m.is_none() {
            return self.operand_error(sym, a, b);
        }
        self.type_error(format!(
            "unsupported operand type(s) for {sym}: '{}', '{}', '{}'",
            self.type_name(a),
            self.type_name(b),
            self.type_name(m)
        ))
    }
}

//! Operators on any values, through type slots: comparison, hash, truth, arithmetic, items, iteration.

use crate::objects::list::List;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::{Binary, CompareOp, SlotCells};
use taipan_heap::{Gc, GcVec, Value};

impl Vm {
    /// `hash(v)`
    pub fn hash(&self, v: Value) -> PyResult<i64> {
        if let Some(s) = self.exact_str(v) {
            return Ok(self.hash_str(s));
        }
        if let Some(i) = v.to_int() {
            return Ok(crate::objects::int::compare::hash_i64(i));
        }
        if v.is_float() {
            return Ok(crate::objects::float::compare::hash_float(self, v, v.as_float()));
        }
        if self.is_exact(v, crate::vm::shape_ids::tuple) {
            // SAFETY: the shape says that it is a tuple.
            let known = unsafe { v.cast_unchecked::<crate::objects::tuple::Tuple>() }.hash.get();
            if known != -1 {
                return Ok(known);
            }
        }
        match self.class_of(v).slots.hash.get() {
            Some(f) => f(self, v),
            None => Err(self.type_error(format!("unhashable type: '{}'", self.type_name(v)))),
        }
    }
    /// `a is b or a == b`, as a truth value: what containers use.
    pub fn equal(&self, a: Value, b: Value) -> PyResult<bool> {
        // Floats have no identity of their own: the same NaN word counts as the same object.
        if a == b {
            return Ok(true);
        }
        if a.is_int() && b.is_int() {
            return Ok(false);
        }
        if let (Some(x), Some(y)) = (self.exact_str(a), self.exact_str(b)) {
            return Ok(x.as_bytes() == y.as_bytes());
        }
        if let Some((x, y)) = self.both_tuples(a, b) {
            return self.equal_tuples(x, y);
        }
        let r = self.compare(a, b, CompareOp::Eq)?;
        self.truth(r)
    }
    /// Two tuples that compare as tuples do.
    #[inline(always)]
    pub(crate) fn both_tuples(&self, a: Value, b: Value) -> Option<(Gc<Tuple>, Gc<Tuple>)> {
        use crate::objects::tuple_methods::plain;
        if !a.is_kind(crate::kinds::TUPLE) || !b.is_kind(crate::kinds::TUPLE) {
            return None;
        }
        let exact = crate::vm::shape_ids::tuple;
        if self.is_exact(a, exact) && self.is_exact(b, exact) {
            // SAFETY: the shapes say what they are.
            return Some(unsafe { (a.cast_unchecked(), b.cast_unchecked()) });
        }
        Some((plain(self, a)?, plain(self, b)?))
    }
    fn equal_tuples(&self, x: Gc<Tuple>, y: Gc<Tuple>) -> PyResult<bool> {
        if x.len() != y.len() {
            return Ok(false);
        }
        let mut checked = false;
        for (&p, &q) in x.items().iter().zip(y.items()) {
            if p == q {
                continue;
            }
            if p.is_int() && q.is_int() {
                return Ok(false);
            }
            if !checked {
                self.check_native_stack()?;
                checked = true;
            }
            let same = match self.both_tuples(p, q) {
                Some((p, q)) => self.equal_tuples(p, q)?,
                None => self.equal(p, q)?,
            };
            if !same {
                return Ok(false);
            }
        }
        Ok(true)
    }
    /// `a op b` as a value.
    pub fn compare(&self, a: Value, b: Value, op: CompareOp) -> PyResult {
        if let (Some(x), Some(y)) = (a.to_int(), b.to_int()) {
            return Ok(Value::bool(op.holds(x.cmp(&y))));
        }
        if a.is_float() && b.is_float() {
            return Ok(Value::bool(crate::objects::float::compare::holds(a.as_float(), b.as_float(), op)));
        }
        let (ta, tb) = (self.class_of(a), self.class_of(b));
        let mut tried_right = false;
        if ta != tb
            && tb.is_subtype(ta)
            && let Some(f) = tb.slots.richcompare.get()
        {
            tried_right = true;
            let r = f(self, b, a, op.swapped())?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        if let Some(f) = ta.slots.richcompare.get() {
            let r = f(self, a, b, op)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        if tried_right {
            return self.compare_default(a, b, op);
        }
        self.compare_right(a, b, op)
    }
    /// The rest of a comparison when the left operand does not know: the right one is asked.
    pub fn compare_right(&self, a: Value, b: Value, op: CompareOp) -> PyResult {
        if let Some(f) = self.class_of(b).slots.richcompare.get() {
            let r = f(self, b, a, op.swapped())?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        self.compare_default(a, b, op)
    }
    /// Neither operand knows.
    fn compare_default(&self, a: Value, b: Value, op: CompareOp) -> PyResult {
        match op {
            CompareOp::Eq => Ok(Value::bool(a == b)),
            CompareOp::Ne => Ok(Value::bool(a != b)),
            _ => Err(self.type_error(format!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                self.class_of(a).name_str(),
                self.class_of(b).name_str()
            ))),
        }
    }
    /// `a op b` as a truth value.
    #[inline]
    pub fn compare_bool(&self, a: Value, b: Value, op: CompareOp) -> PyResult<bool> {
        if a.is_int() && b.is_int() {
            return Ok(op.holds(a.bits().cmp(&b.bits())));
        }
        if a.is_float() && b.is_float() {
            return Ok(crate::objects::float::compare::holds(a.as_float(), b.as_float(), op));
        }
        self.compare_bool_more(a, b, op)
    }
    #[inline(never)]
    fn compare_bool_more(&self, a: Value, b: Value, op: CompareOp) -> PyResult<bool> {
        if let (Some(x), Some(y)) = (self.exact_str(a), self.exact_str(b)) {
            if matches!(op, CompareOp::Eq | CompareOp::Ne) {
                return Ok((a == b || x.as_bytes() == y.as_bytes()) == (op == CompareOp::Eq));
            }
            // The order of WTF-8 bytes is that of code points.
            return Ok(op.holds(x.as_bytes().cmp(y.as_bytes())));
        }
        let r = self.compare(a, b, op)?;
        self.truth(r)
    }
    /// `bool(v)`
    #[inline]
    pub fn truth(&self, v: Value) -> PyResult<bool> {
        if v.is_bool() {
            return Ok(v.is_true());
        }
        if v.is_int() {
            return Ok(v.as_int() != 0);
        }
        self.truth_slow(v)
    }
    fn truth_slow(&self, v: Value) -> PyResult<bool> {
        if let Some(i) = v.to_int() {
            return Ok(i != 0);
        }
        if let Some(f) = v.to_float() {
            return Ok(f != 0.0);
        }
        if v.is_none() {
            return Ok(false);
        }
        let slots = &self.class_of(v).slots;
        if let Some(f) = slots.bool.get() {
            return f(self, v);
        }
        if let Some(f) = slots.len.get() {
            return Ok(f(self, v)? != 0);
        }
        Ok(true)
    }
    /// `len(v)`
    pub fn len(&self, v: Value) -> PyResult<usize> {
        match self.class_of(v).slots.len.get() {
            Some(f) => f(self, v),
            None => Err(self.type_error(format!("object of type '{}' has no len()", self.type_name(v)))),
        }
    }
    /// `repr(v)`
    pub fn repr(&self, v: Value) -> PyResult<Gc<Str>> {
        self.check_native_stack()?;
        let Some(f) = self.class_of(v).slots.repr.get() else {
            let s = format!("<{} object at {:#x}>", self.type_name(v), v.bits() & ((1 << 48) - 1));
            return Ok(self.new_str(&s));
        };
        let r = f(self, v)?;
        r.cast::<Str>().ok_or_else(|| {
            self.type_error(format!("__repr__ returned non-string (type {})", self.type_name(r)))
        })
    }
    /// `str(v)`
    pub fn str(&self, v: Value) -> PyResult<Gc<Str>> {
        if let Some(s) = self.exact_str(v) {
            return Ok(s);
        }
        if let Some(i) = v.to_int() {
            let mut buf = [0u8; 24];
            let text = crate::objects::int::text::small_decimal(i, &mut buf);
            return Ok(self.new_str_ascii(text.as_bytes()));
        }
        self.check_native_stack()?;
        let Some(f) = self.class_of(v).slots.str.get() else { return self.repr(v) };
        let r = f(self, v)?;
        r.cast::<Str>().ok_or_else(|| {
            self.type_error(format!("__str__ returned non-string (type {})", self.type_name(r)))
        })
    }

    /// A binary operator by its slot: the right operand first where its type is a proper subclass that has
    /// another function in the slot. `NotImplemented` if neither side knows.
    pub fn binary_slot(&self, a: Value, b: Value, slot: impl Fn(&SlotCells) -> Option<Binary>) -> PyResult {
        let (ta, tb) = (self.class_of(a), self.class_of(b));
        let fa = slot(&ta.slots);
        let mut fb = if ta == tb { None } else { slot(&tb.slots) };
        if let (Some(x), Some(y)) = (fa, fb)
            && std::ptr::fn_addr_eq(x, y)
            && !tb.is_subtype(ta)
        {
            fb = None;
        }
        if let Some(f) = fb
            && fa.is_some()
            && tb.is_subtype(ta)
        {
            let r = f(self, a, b)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
            fb = None;
        }
        if let Some(f) = fa {
            let r = f(self, a, b)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        if let Some(f) = fb {
            let r = f(self, a, b)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        Ok(Value::NOT_IMPLEMENTED)
    }

    /// `iter(v)`
    #[inline]
    pub fn get_iter(&self, v: Value) -> PyResult {
        let slots = &self.class_of(v).slots;
        let Some(f) = slots.iter.get() else { return self.get_seq_iter(v) };
        let it = f(self, v)?;
        if self.class_of(it).slots.iternext.get().is_none() {
            return Err(
                self.type_error(format!("iter() returned non-iterator of type '{}'", self.type_name(it)))
            );
        }
        Ok(it)
    }
    #[cold]
    fn get_seq_iter(&self, v: Value) -> PyResult {
        if self.class_of(v).slots.getitem.get().is_some() && v.cast::<crate::objects::dict::Dict>().is_none()
        {
            return Ok(self.new_seq_iter(v));
        }
        Err(self.type_error(format!("'{}' object is not iterable", self.type_name(v))))
    }
    /// The next item of an iterator; `None` at its end.
    pub fn iter_next(&self, it: Value) -> PyResult<Option<Value>> {
        // Natives may go on for ever without calling Python code: Ctrl-C reaches them here.
        self.poll_signals()?;
        match self.class_of(it).slots.iternext.get() {
            Some(f) => f(self, it),
            None => Err(self.type_error(format!("'{}' object is not an iterator", self.type_name(it)))),
        }
    }
    /// The next item of an iterator; as [`Vm::iter_next`], with lists' iterators asked without a call.
    #[inline(always)]
    pub fn iter_step(&self, it: Value) -> PyResult<Option<Value>> {
        if self.is_exact(it, crate::vm::shape_ids::list_iterator) {
            // SAFETY: the shape says what it is.
            let list = unsafe { it.cast_unchecked::<crate::objects::list::iter::ListIter>() };
            let v = list.quick();
            if !v.is_unbound() {
                return Ok(Some(v));
            }
        }
        self.iter_next(it)
    }
    /// Calls `f` with each item of an iterable until it answers false. Lists and tuples are read without an iterator (a
    /// list as it is at each step), and an iterator's type is looked at once.
    #[inline]
    pub fn for_each(&self, v: Value, mut f: impl FnMut(Value) -> PyResult<bool>) -> PyResult<()> {
        use crate::vm::shape_ids;
        if self.is_exact(v, shape_ids::list)
            && let Some(l) = v.cast::<List>()
        {
            let mut i = 0;
            while let Some(x) = self.list_try_get(l, i) {
                if i & 255 == 255 {
                    self.poll_signals()?;
                }
                if !f(x)? {
                    return Ok(());
                }
                i += 1;
            }
            return Ok(());
        }
        if self.is_exact(v, shape_ids::tuple)
            && let Some(t) = v.cast::<Tuple>()
        {
            for i in 0..t.len() {
                if !f(t.items()[i])? {
                    return Ok(());
                }
            }
            return Ok(());
        }
        let it = self.get_iter(v)?;
        self.drain_iter(it, f)
    }
    /// Calls `f` with each item that an iterator has left, until it answers false.
    #[inline]
    pub fn drain_iter(&self, it: Value, mut f: impl FnMut(Value) -> PyResult<bool>) -> PyResult<()> {
        // Classes made by Python code may change this slot, and their instances the class.
        if !self.class_of(it).has(crate::vm::typedef::flag::IMMUTABLE) {
            while let Some(x) = self.iter_next(it)? {
                if !f(x)? {
                    break;
                }
            }
            return Ok(());
        }
        let Some(next) = self.class_of(it).slots.iternext.get() else { return Ok(()) };
        loop {
            self.poll_signals()?;
            match next(self, it)? {
                Some(x) => {
                    if !f(x)? {
                        return Ok(());
                    }
                }
                None => return Ok(()),
            }
        }
    }
    /// All items of an iterable, with a fast path for exact lists and tuples.
    pub fn collect(&self, v: Value) -> PyResult<GcVec> {
        if self.is_exact(v, crate::vm::shape_ids::tuple)
            && let Some(t) = v.cast::<Tuple>()
        {
            return Ok(GcVec::from_slice(&self.heap, t.items()));
        }
        if self.is_exact(v, crate::vm::shape_ids::list)
            && let Some(l) = v.cast::<List>()
        {
            return Ok(self.list_items(l));
        }
        if let Some(r) = v.cast::<crate::objects::range::Range>()
            && self.is_exact(r.value(), crate::vm::shape_ids::range)
        {
            self.check_hint(self.len(v)?)?;
        }
        let mut out = GcVec::new();
        self.for_each(v, |x| {
            out.push(&self.heap, x);
            Ok(true)
        })?;
        Ok(out)
    }
}

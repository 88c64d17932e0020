//! Conversions between values and Rust's numbers: indexes, ints, floats, and CPython's errors for what does not
//! fit.
//!
//! In: any value. Out: a Rust number or an exact `int`/`float` value; `TypeError` for values that do not
//! convert, `OverflowError` for those that do not fit.

use crate::objects::float::Float;
use crate::objects::int::{Int, IntRef, int_ref};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use dashu_int::IBig;
use taipan_heap::Value;

impl Vm {
    /// Is `v` an `int` (bools and instances of subclasses included)?
    #[inline(always)]
    pub fn is_int(&self, v: Value) -> bool {
        v.is_int() || v.is_bool() || v.is_kind(crate::kinds::INT)
    }
    /// Is `v` a `float` (instances of subclasses included)?
    #[inline(always)]
    pub fn is_float(&self, v: Value) -> bool {
        v.is_float() || v.is_kind(crate::kinds::FLOAT)
    }
    /// Is `v` an `int` or does it have `__index__`?
    pub fn is_index(&self, v: Value) -> bool {
        self.is_int(v) || self.class_of(v).slots.index.get().is_some()
    }
    /// The float in `v`, if it is a `float` (instances of subclasses included).
    #[inline(always)]
    pub fn as_float(&self, v: Value) -> Option<f64> {
        if v.is_float() { Some(v.as_float()) } else { v.cast::<Float>().map(|f| f.value) }
    }
    /// The exact `int` of the same number as the int `v` (a bool or an instance of a subclass).
    pub fn exact_int(&self, v: Value) -> Value {
        if v.is_int() || self.is_exact(v, crate::vm::shape_ids::int) {
            return v;
        }
        match int_ref(&v) {
            Some(IntRef::Small(i)) => self.new_int(i),
            Some(IntRef::Big(b)) => self.new_big(b.clone()),
            None => v,
        }
    }

    /// `operator.index(v)`: an exact `int`.
    #[inline]
    pub fn index(&self, v: Value) -> PyResult {
        if v.is_int() { Ok(v) } else { self.index_slow(v) }
    }
    #[inline(never)]
    fn index_slow(&self, v: Value) -> PyResult {
        if self.is_int(v) {
            return Ok(self.exact_int(v));
        }
        let Some(f) = self.class_of(v).slots.index.get() else {
            return Err(self
                .type_error(format!("'{}' object cannot be interpreted as an integer", self.type_name(v))));
        };
        let r = f(self, v)?;
        if r.is_int() || self.is_exact(r, crate::vm::shape_ids::int) {
            return Ok(r);
        }
        self.strict_int_result(r, "__index__")
    }
    /// What `__index__` or `__int__` returned was not an exact int: an instance of a subclass passes with a
    /// warning, anything else is an error.
    pub(crate) fn strict_int_result(&self, r: Value, method: &str) -> PyResult {
        if !self.is_int(r) {
            return Err(self.type_error(format!("{method} returned non-int (type {})", self.type_name(r))));
        }
        self.warn_strict_subclass(r, &format!("{method} returned non-int"), "int")?;
        Ok(self.exact_int(r))
    }
    /// The `DeprecationWarning` for conversions that return an instance of a strict subclass.
    pub(crate) fn warn_strict_subclass(&self, r: Value, what: &str, of: &str) -> PyResult<()> {
        let text = format!(
            "{what} (type {}).  The ability to return an instance of a strict subclass of {of} is deprecated, \
             and may be removed in a future version of Python.",
            self.type_name(r)
        );
        self.number_warning(self.types.DeprecationWarning, &text)
    }

    /// The number of the int or index `v` as an `i64`; `OverflowError` where it does not fit.
    #[inline]
    pub fn index_i64(&self, v: Value) -> PyResult<i64> {
        if v.is_int() {
            Ok(v.as_int())
        } else {
            self.index_i64_or(v, "Python int too large to convert to C long")
        }
    }
    #[inline(never)]
    fn index_i64_or(&self, v: Value, message: &str) -> PyResult<i64> {
        let i = self.index(v)?;
        match int_ref(&i) {
            Some(IntRef::Small(i)) => Ok(i),
            _ => Err(self.overflow_error(message)),
        }
    }
    /// As [`Vm::index_i64`] for what C calls `Py_ssize_t` in argument parsing.
    #[inline]
    pub fn index_ssize(&self, v: Value) -> PyResult<isize> {
        if v.is_int() {
            return Ok(v.as_int() as isize);
        }
        self.index_i64_or(v, "Python int too large to convert to C ssize_t").map(|i| i as isize)
    }
    /// As [`Vm::index_i64`], with the message for indexes: "cannot fit 'int' into an index-sized integer".
    #[inline]
    pub fn index_isize(&self, v: Value) -> PyResult<isize> {
        if v.is_int() { Ok(v.as_int() as isize) } else { self.index_isize_slow(v) }
    }
    /// As [`Vm::index_isize`], raising `IndexError` instead: for subscripts.
    #[inline]
    pub fn subscript_isize(&self, v: Value) -> PyResult<isize> {
        if v.is_int() {
            return Ok(v.as_int() as isize);
        }
        let i = self.index(v)?;
        match int_ref(&i) {
            Some(IntRef::Small(i)) => Ok(i as isize),
            _ => {
                Err(self
                    .index_error(format!("cannot fit '{}' into an index-sized integer", self.type_name(v))))
            }
        }
    }
    #[inline(never)]
    fn index_isize_slow(&self, v: Value) -> PyResult<isize> {
        let i = self.index(v)?;
        match int_ref(&i) {
            Some(IntRef::Small(i)) => Ok(i as isize),
            _ => {
                let name = self.type_name(v);
                Err(self.overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
            }
        }
    }
    /// As [`Vm::index_isize`], for sizes: `ValueError(message)` where it is negative.
    pub fn index_usize(&self, v: Value, negative: &str) -> PyResult<usize> {
        let i = self.index_isize(v)?;
        usize::try_from(i).map_err(|_| self.value_error(negative))
    }
    /// The number of an index, cut to the ends of `isize`: for slices and `range`-like bounds.
    #[inline]
    pub fn index_clamp(&self, v: Value) -> PyResult<isize> {
        if v.is_int() {
            return Ok(v.as_int() as isize);
        }
        let i = self.index(v)?;
        Ok(match int_ref(&i) {
            Some(IntRef::Small(i)) => i as isize,
            Some(IntRef::Big(b)) if b.sign() == dashu_int::Sign::Negative => isize::MIN,
            _ => isize::MAX,
        })
    }
    /// An argument that C takes as `int`.
    pub fn index_i32(&self, v: Value) -> PyResult<i32> {
        let i = self.index_i64(v)?;
        i32::try_from(i).map_err(|_| {
            self.overflow_error(if i > 0 {
                "signed integer is greater than maximum"
            } else {
                "signed integer is less than minimum"
            })
        })
    }
    /// The low 64 bits of an int or index (two's complement).
    pub fn index_u64_mask(&self, v: Value) -> PyResult<u64> {
        let i = self.index(v)?;
        Ok(match int_ref(&i) {
            Some(IntRef::Small(i)) => i as u64,
            Some(IntRef::Big(b)) => crate::objects::int::bits::low_u64(b),
            None => 0,
        })
    }
    /// An int or index as `u64`; `OverflowError` where it does not fit.
    pub fn index_u64(&self, v: Value) -> PyResult<u64> {
        let i = self.index(v)?;
        match int_ref(&i) {
            Some(IntRef::Small(i)) => u64::try_from(i)
                .map_err(|_| self.overflow_error("can't convert negative value to unsigned int")),
            Some(IntRef::Big(b)) => u64::try_from(b).map_err(|_| {
                self.overflow_error(if b.sign() == dashu_int::Sign::Negative {
                    "can't convert negative value to unsigned int"
                } else {
                    "Python int too large to convert to C unsigned long"
                })
            }),
            None => Ok(0),
        }
    }
    /// The int or index `v` as a big integer.
    pub fn big(&self, v: Value) -> PyResult<IBig> {
        let i = self.index(v)?;
        Ok(int_ref(&i).map(IntRef::to_big).unwrap_or_default())
    }

    /// A float from a number: floats, `__float__`, `__index__`. "must be real number, not str" otherwise.
    #[inline]
    pub fn to_f64(&self, v: Value) -> PyResult<f64> {
        if v.is_float() {
            Ok(v.as_float())
        } else if v.is_int() {
            Ok(v.as_int() as f64)
        } else {
            self.to_f64_slow(v)
        }
    }
    #[inline(never)]
    fn to_f64_slow(&self, v: Value) -> PyResult<f64> {
        if let Some(f) = v.cast::<Float>() {
            return Ok(f.value);
        }
        if self.is_exact(v, crate::vm::shape_ids::int)
            && let Some(i) = v.cast::<Int>()
        {
            return self.int_to_f64(i.get());
        }
        match self.float_by_slots(v)? {
            Some(f) => Ok(f),
            None => Err(self.type_error(format!("must be real number, not {}", self.type_name(v)))),
        }
    }
    /// The float that `__float__` or else `__index__` give; `None` where the type has neither.
    pub(crate) fn float_by_slots(&self, v: Value) -> PyResult<Option<f64>> {
        let slots = &self.class_of(v).slots;
        if let Some(f) = slots.float.get() {
            let r = f(self, v)?;
            if r.is_float() {
                return Ok(Some(r.as_float()));
            }
            let Some(x) = self.as_float(r) else {
                return Err(self.type_error(format!(
                    "{}.__float__ returned non-float (type {})",
                    self.type_name(v),
                    self.type_name(r)
                )));
            };
            let what = format!("{}.__float__ returned non-float", self.type_name(v));
            self.warn_strict_subclass(r, &what, "float")?;
            return Ok(Some(x));
        }
        if slots.index.get().is_some() {
            let i = self.index(v)?;
            return match int_ref(&i) {
                Some(i) => self.int_to_f64(i).map(Some),
                None => Ok(None),
            };
        }
        Ok(None)
    }
    /// An int as the nearest double; `OverflowError` where there is none.
    pub fn int_to_f64(&self, i: IntRef) -> PyResult<f64> {
        i.to_f64().ok_or_else(|| self.overflow_error("int too large to convert to float"))
    }
    /// Issues a warning from number code.
    #[cold]
    pub(crate) fn number_warning(
        &self,
        category: taipan_heap::Gc<crate::objects::typ::Type>,
        text: &str,
    ) -> PyResult<()> {
        crate::text::warn(self, category, text)
    }
}

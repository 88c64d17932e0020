//! Integers as positions and counts: `__index__`, and its conversions to machine words.
//!
//! In: any value. Out: an `int` value, or a machine word with CPython's clipping or `OverflowError`.

use crate::objects::int::Int;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, Value};

impl Vm {
    /// The `i64` in an `int` or `bool`; `Err(negative)` where it does not fit.
    pub fn int_to_i64(&self, v: Value) -> Result<i64, bool> {
        if let Some(i) = v.to_int() {
            return Ok(i);
        }
        if v.is_bool() {
            return Ok(v.is_true() as i64);
        }
        match v.cast::<Int>() {
            Some(i) => match i.big() {
                None => i.to_i64().ok_or(false),
                Some(b) => Err(b.as_sign_words().0 == dashu_int::Sign::Negative),
            },
            None => Ok(0),
        }
    }
    /// `__index__` clipped to the machine word, as slices and `find` arguments are.
    #[inline]
    pub fn index_clipped(&self, v: Value) -> PyResult<isize> {
        if let Some(i) = v.to_int() {
            return Ok(i as isize);
        }
        let v = self.index(v)?;
        Ok(match self.int_to_i64(v) {
            Ok(i) => i as isize,
            Err(true) => isize::MIN,
            Err(false) => isize::MAX,
        })
    }
    /// `__index__` as a machine word; `cannot fit 'int' into an index-sized integer` (an error of type `ty`)
    /// otherwise.
    #[inline]
    pub fn index_or(&self, v: Value, ty: Gc<Type>) -> PyResult<isize> {
        if let Some(i) = v.to_int() {
            return Ok(i as isize);
        }
        let i = self.index(v)?;
        self.int_to_i64(i).map(|i| i as isize).map_err(|_| {
            self.new_exception(ty, &format!("cannot fit '{}' into an index-sized integer", self.type_name(v)))
        })
    }
    /// A C `int` argument.
    pub fn index_c_int(&self, v: Value) -> PyResult<i32> {
        let i = self.index(v)?;
        match self.int_to_i64(i) {
            Err(_) => Err(self.overflow_error("Python int too large to convert to C int")),
            Ok(i) => i32::try_from(i).map_err(|_| {
                self.overflow_error(if i < 0 {
                    "signed integer is less than minimum"
                } else {
                    "signed integer is greater than maximum"
                })
            }),
        }
    }
    /// Start and stop of `find`, `count` and the like: missing or `None` is the whole; clipped to `len`.
    pub fn search_range(&self, start: Value, stop: Value, len: usize) -> PyResult<(isize, isize)> {
        let len = len as isize;
        let get = |v: Value, default: isize| -> PyResult<isize> {
            if v.is_unbound() || v.is_none() {
                return Ok(default);
            }
            if !v.is_int()
                && !v.is_bool()
                && self.class_of(v).slots.index.get().is_none()
                && v.cast::<Int>().is_none()
            {
                return Err(
                    self.type_error("slice indices must be integers or None or have an __index__ method")
                );
            }
            let i = self.index_clipped(v)?;
            Ok(if i < 0 { i.saturating_add(len).max(0) } else { i })
        };
        let start = get(start, 0)?;
        let stop = get(stop, len)?;
        Ok((start, stop.min(len)))
    }
}

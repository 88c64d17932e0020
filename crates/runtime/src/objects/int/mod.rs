//! `int` and `bool`: layout of the ints that are not immediate, and the views that arithmetic works on.
//!
//! Ints of 48 bits are immediate values. All others, and instances of subclasses, are [`Int`] objects: an
//! `i64`, or a big integer. The form is canonical: an exact `int` object is outside 48 bits, and a number is big
//! only where it does not fit an `i64`, so equal exact ints have the same form.
//!
//! * `arith`, `bits`, `pow`, `compare`: the number slots on [`IntRef`]s;
//! * `quotient`: quotients that need no long division;
//! * `parse`, `text`: `int(...)` and `str(int)` with the limit on digits;
//! * `methods`: `bit_length`, `to_bytes` and the rest; `types`: the two type definitions.

pub mod arith;
pub mod bits;
pub mod compare;
pub mod digits;
pub mod long_work;
pub mod methods;
pub mod parse;
pub mod pow;
mod quotient;
pub mod text;
mod types;

pub use types::{BOOL, DEF};

use crate::kinds::Trace;
use crate::vm::{Vm, shape_ids};
use dashu_int::{IBig, Sign, UBig};
use taipan_heap::{Gc, Header, Leaf, Tracer, Value};

/// An int outside 48 bits, or an instance of a subclass of `int`.
#[repr(C)]
pub struct Int {
    header: Header,
    /// The number, if `big` is absent.
    small: i64,
    /// The number, if it does not fit 64 bits.
    big: Option<IBig>,
}

impl Trace for Int {
    fn trace(&self, _: &mut Tracer) {}
    const LEAF: Leaf = Leaf { shape: shape_ids::int, without: 0 };
}

impl Int {
    /// The number as an `i64`, if it fits.
    #[inline(always)]
    pub fn to_i64(&self) -> Option<i64> {
        if self.big.is_none() { Some(self.small) } else { None }
    }
    /// The big number, if it does not fit an `i64`.
    pub fn big(&self) -> Option<&IBig> {
        self.big.as_ref()
    }
    /// The number.
    #[inline(always)]
    pub fn get(&self) -> IntRef<'_> {
        match &self.big {
            None => IntRef::Small(self.small),
            Some(b) => IntRef::Big(b),
        }
    }
}

/// The number in an int value. Do not hold a `Big` across anything that may allocate in the heap.
#[derive(Clone, Copy)]
pub enum IntRef<'a> {
    /// It fits an `i64`.
    Small(i64),
    /// It does not.
    Big(&'a IBig),
}

impl IntRef<'_> {
    /// As a big integer of its own.
    pub fn to_big(self) -> IBig {
        match self {
            IntRef::Small(i) => IBig::from(i),
            IntRef::Big(b) => b.clone(),
        }
    }
    /// Is it below zero?
    pub fn is_negative(self) -> bool {
        match self {
            IntRef::Small(i) => i < 0,
            IntRef::Big(b) => b.sign() == Sign::Negative,
        }
    }
    /// Is it zero?
    pub fn is_zero(self) -> bool {
        matches!(self, IntRef::Small(0))
    }
    /// The `i64`, if it fits.
    pub fn to_i64(self) -> Option<i64> {
        match self {
            IntRef::Small(i) => Some(i),
            IntRef::Big(_) => None,
        }
    }
    /// The number, if it has less than 128 bits.
    #[inline]
    pub fn to_i128(self) -> Option<i128> {
        match self {
            IntRef::Small(i) => Some(i as i128),
            IntRef::Big(b) => {
                let (sign, words) = b.as_sign_words();
                let magnitude = match *words {
                    [low] => low as i128,
                    [low, high] if high >> 63 == 0 => low as i128 | (high as i128) << 64,
                    _ => return None,
                };
                Some(if sign == Sign::Negative { -magnitude } else { magnitude })
            }
        }
    }
    /// The nearest double, half to even; `None` where it is out of range.
    pub fn to_f64(self) -> Option<f64> {
        match self {
            IntRef::Small(i) => Some(i as f64),
            IntRef::Big(b) => bits::big_to_f64(b),
        }
    }
    /// Bits of the magnitude.
    pub fn bit_length(self) -> usize {
        match self {
            IntRef::Small(i) => 64 - i.unsigned_abs().leading_zeros() as usize,
            IntRef::Big(b) => bits::bit_length(b),
        }
    }
}

/// The number in `v` where it is an int, a bool, or an instance of a subclass.
#[inline(always)]
pub fn int_ref(v: &Value) -> Option<IntRef<'_>> {
    if v.is_int() {
        return Some(IntRef::Small(v.as_int()));
    }
    int_ref_slow(v)
}
#[inline]
fn int_ref_slow(v: &Value) -> Option<IntRef<'_>> {
    if v.is_bool() {
        return Some(IntRef::Small(v.is_true() as i64));
    }
    // SAFETY: the kind says that it is an `Int`; the number lives as long as the object, which `v` keeps.
    v.cast::<Int>().map(|p| unsafe { (*p.as_ptr()).get() })
}

impl Vm {
    /// An `int`.
    #[inline(always)]
    pub fn new_int(&self, i: i64) -> Value {
        match Value::try_int(i) {
            Some(v) => v,
            None => self.new_int_object(self.types.int, i, None),
        }
    }
    /// An `int` from an unsigned number.
    pub fn new_uint(&self, i: u64) -> Value {
        match i64::try_from(i) {
            Ok(i) => self.new_int(i),
            Err(_) => self.new_big(IBig::from(i)),
        }
    }
    /// An `int` from 128 bits.
    #[inline]
    pub fn new_i128(&self, i: i128) -> Value {
        match i64::try_from(i) {
            Ok(i) => self.new_int(i),
            Err(_) => self.new_big(IBig::from(i)),
        }
    }
    /// An `int` from a big number, in its canonical form.
    pub fn new_big(&self, b: IBig) -> Value {
        match i64::try_from(&b) {
            Ok(i) => self.new_int(i),
            Err(_) => {
                let words = b.as_sign_words().1.len();
                if words > 2 {
                    self.heap.charge(words * 8);
                }
                self.new_int_object(self.types.int, 0, Some(b))
            }
        }
    }
    /// An `int` from a magnitude.
    pub fn new_ubig(&self, b: UBig) -> Value {
        self.new_big(IBig::from(b))
    }
    /// An `Int` object of `ty` (`int` or a subclass); `small` counts only where `big` is absent.
    #[inline(never)]
    pub fn new_int_object(&self, ty: Gc<crate::objects::typ::Type>, small: i64, big: Option<IBig>) -> Value {
        let p = self.alloc_instance_raw(ty, size_of::<Int>());
        // SAFETY: a fresh cell of that size.
        unsafe {
            let header = p.read();
            p.cast::<Int>().write(Int { header, small, big });
        }
        Value::from_header(p)
    }
}

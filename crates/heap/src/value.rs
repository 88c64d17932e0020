//! [`Value`]: one Python value in 64 bits, NaN-boxed, doubles raw, ints biased.
//!
//! | bits 63..48      | meaning                                                             |
//! |------------------|---------------------------------------------------------------------|
//! | `0xFFFF`         | immediate int of 48 bits: `INT_ZERO + i`, so the bias is `2^47`       |
//! | `0xFFFE`         | heap pointer in the low 48 bits                                      |
//! | `0xFFFD`         | singleton: None, False, True, NotImplemented, Ellipsis, UNBOUND      |
//! | anything smaller | a double, as it is (NaNs are kept below `0xFFF9` << 48)               |
//!
//! "Both are ints" is `x & y >= INT_TAG`; the order of immediate ints is that of the raw words; the sum
//! `x + y - INT_ZERO` overflowed 48 bits exactly when it is below `INT_TAG`.

use crate::object::{Gc, Header, HeapObject};
use std::fmt;

/// Tag of immediate ints: the topmost 2^48 words.
pub const INT_TAG: u64 = 0xFFFF << 48;
/// The word of the int 0.
pub const INT_ZERO: u64 = INT_TAG + (1 << 47);
/// Tag of heap pointers.
pub const PTR_TAG: u64 = 0xFFFE << 48;
/// Tag of singletons.
pub const SPECIAL_TAG: u64 = 0xFFFD << 48;
/// Words from here upwards are not doubles.
pub const FIRST_NON_FLOAT: u64 = 0xFFF9 << 48;
/// Smallest immediate int.
pub const INT_MIN: i64 = -(1 << 47);
/// Largest immediate int.
pub const INT_MAX: i64 = (1 << 47) - 1;

const LOW48: u64 = (1 << 48) - 1;
const CANONICAL_NAN: u64 = 0x7FF8 << 48;

/// One Python value, or `UNBOUND` (no value). Equality of `Value`s is identity of words, not Python's `==`.
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(u64);

impl Value {
    /// No value: an unbound local, a missing argument, a deletion. Never visible to Python code.
    pub const UNBOUND: Value = Value(SPECIAL_TAG);
    /// `None`
    pub const NONE: Value = Value(SPECIAL_TAG | 1);
    /// `False`; differs from `True` in bit 0 only.
    pub const FALSE: Value = Value(SPECIAL_TAG | 2);
    /// `True`
    pub const TRUE: Value = Value(SPECIAL_TAG | 3);
    /// `NotImplemented`
    pub const NOT_IMPLEMENTED: Value = Value(SPECIAL_TAG | 4);
    /// `Ellipsis`
    pub const ELLIPSIS: Value = Value(SPECIAL_TAG | 5);

    /// The raw word.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0
    }
    /// From a raw word that came from [`Value::bits`].
    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Value {
        Value(bits)
    }

    /// An immediate int. `i` must lie in `INT_MIN..=INT_MAX` (checked in debug builds).
    #[inline(always)]
    pub const fn int(i: i64) -> Value {
        debug_assert!(i >= INT_MIN && i <= INT_MAX);
        Value(INT_ZERO.wrapping_add(i as u64))
    }
    /// An immediate int where `i` fits 48 bits.
    #[inline(always)]
    pub const fn try_int(i: i64) -> Option<Value> {
        let word = INT_ZERO.wrapping_add(i as u64);
        if i >= INT_MIN && i <= INT_MAX { Some(Value(word)) } else { None }
    }
    /// Is it an immediate int? (Ints outside 48 bits are heap objects; bools are not immediate ints.)
    #[inline(always)]
    pub const fn is_int(self) -> bool {
        self.0 >= INT_TAG
    }
    /// The immediate int; meaningless for other values.
    #[inline(always)]
    pub const fn as_int(self) -> i64 {
        self.0.wrapping_sub(INT_ZERO) as i64
    }
    /// The immediate int, if it is one.
    #[inline(always)]
    pub const fn to_int(self) -> Option<i64> {
        if self.is_int() { Some(self.as_int()) } else { None }
    }

    /// A float. NaNs that would look like a tag are made canonical.
    #[inline(always)]
    pub fn float(f: f64) -> Value {
        let bits = f.to_bits();
        if bits >= FIRST_NON_FLOAT { Value(CANONICAL_NAN) } else { Value(bits) }
    }
    /// Is it an (immediate) float?
    #[inline(always)]
    pub const fn is_float(self) -> bool {
        self.0 < FIRST_NON_FLOAT
    }
    /// The float; a NaN for other values.
    #[inline(always)]
    pub const fn as_float(self) -> f64 {
        f64::from_bits(self.0)
    }
    /// The float, if it is one.
    #[inline(always)]
    pub const fn to_float(self) -> Option<f64> {
        if self.is_float() { Some(self.as_float()) } else { None }
    }

    /// `True` or `False`.
    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        Value(SPECIAL_TAG | 2 | b as u64)
    }
    /// Is it `True` or `False`?
    #[inline(always)]
    pub const fn is_bool(self) -> bool {
        self.0 | 1 == SPECIAL_TAG | 3
    }
    /// Is it `None`?
    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.0 == Value::NONE.0
    }
    /// Is it `True`?
    #[inline(always)]
    pub const fn is_true(self) -> bool {
        self.0 == Value::TRUE.0
    }
    /// Is it the absent value?
    #[inline(always)]
    pub const fn is_unbound(self) -> bool {
        self.0 == Value::UNBOUND.0
    }
    /// Is it `NotImplemented`?
    #[inline(always)]
    pub const fn is_not_implemented(self) -> bool {
        self.0 == Value::NOT_IMPLEMENTED.0
    }
    /// `None` where `self` is unbound: a missing argument whose default is `None`.
    #[inline(always)]
    pub const fn or_none(self) -> Value {
        if self.is_unbound() { Value::NONE } else { self }
    }
    /// `default` where `self` is unbound.
    #[inline(always)]
    pub const fn or(self, default: Value) -> Value {
        if self.is_unbound() { default } else { self }
    }
    /// `None` (the option) where `self` is unbound.
    #[inline(always)]
    pub const fn bound(self) -> Option<Value> {
        if self.is_unbound() { None } else { Some(self) }
    }

    /// A heap object.
    #[inline(always)]
    pub fn from_header(p: *const Header) -> Value {
        Value(PTR_TAG | p as u64)
    }
    /// Is it a heap object?
    #[inline(always)]
    pub const fn is_ptr(self) -> bool {
        self.0 >> 48 == PTR_TAG >> 48
    }
    /// The object's header; only where [`Value::is_ptr`].
    #[inline(always)]
    pub const fn as_header(self) -> *mut Header {
        (self.0 & LOW48) as *mut Header
    }
    /// The object as a `T`, where it is a heap object of `T`'s kind (subclass instances included).
    #[inline(always)]
    pub fn cast<T: HeapObject>(self) -> Option<Gc<T>> {
        // SAFETY: a value with the pointer tag holds the address of a live header.
        if self.is_ptr() && unsafe { (*self.as_header()).kind() } == T::KIND {
            // SAFETY: the kind says that the object is laid out as a `T`.
            Some(unsafe { Gc::from_header(self.as_header()) })
        } else {
            None
        }
    }
    /// The object as a `T`.
    ///
    /// # Safety
    /// The value must be a heap object of `T`'s kind.
    #[inline(always)]
    pub unsafe fn cast_unchecked<T: HeapObject>(self) -> Gc<T> {
        debug_assert!(self.cast::<T>().is_some());
        // SAFETY: by the caller's promise.
        unsafe { Gc::from_header(self.as_header()) }
    }
    /// The kind of a heap object, 0 (`kind::FREE`) for immediates.
    #[inline(always)]
    pub fn kind(self) -> u8 {
        // SAFETY: a value with the pointer tag holds the address of a live header.
        if self.is_ptr() { unsafe { (*self.as_header()).kind() } } else { 0 }
    }
    /// Is it a heap object of kind `k`?
    #[inline(always)]
    pub fn is_kind(self, k: u8) -> bool {
        self.is_ptr() && self.kind() == k
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(i) = self.to_int() {
            write!(f, "int {i}")
        } else if let Some(x) = self.to_float() {
            write!(f, "float {x:?}")
        } else if self.is_ptr() {
            write!(f, "object of kind {}", self.kind())
        } else {
            f.write_str(match self.0 & 7 {
                0 => "unbound",
                1 => "None",
                2 => "False",
                3 => "True",
                4 => "NotImplemented",
                _ => "Ellipsis",
            })
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::bool(b)
    }
}
impl From<f64> for Value {
    fn from(f: f64) -> Value {
        Value::float(f)
    }
}
impl<T: HeapObject> From<Gc<T>> for Value {
    #[inline(always)]
    fn from(p: Gc<T>) -> Value {
        p.value()
    }
}
impl<T: HeapObject> From<Option<Gc<T>>> for Value {
    fn from(p: Option<Gc<T>>) -> Value {
        p.map_or(Value::NONE, Gc::value)
    }
}

//! The boxed word: how a Python value looks in 64 bits.
//!
//! The same constants as the heap's; the crate that joins both worlds asserts that they are equal. Doubles are
//! their own bits and lie below [`FIRST_NON_FLOAT`]; immediate ints are `INT_ZERO + i` and the topmost words;
//! heap pointers carry `PTR_TAG`; singletons `SPECIAL_TAG`.

/// Tag of immediate ints: every word from here up is one.
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
/// No value.
pub const UNBOUND: u64 = SPECIAL_TAG;
/// `None`
pub const NONE: u64 = SPECIAL_TAG | 1;
/// `False`; `True` is the next word.
pub const FALSE: u64 = SPECIAL_TAG | 2;
/// `True`
pub const TRUE: u64 = SPECIAL_TAG | 3;
/// The address bits of a boxed pointer.
pub const ADDRESS_MASK: u64 = (1 << 48) - 1;
/// The NaN that arithmetic results are compared by in tests; any NaN below [`FIRST_NON_FLOAT`] is valid.
pub const CANONICAL_NAN: u64 = 0x7FF8 << 48;

/// The immediate int in `v`, if it is one.
pub const fn as_int(v: u64) -> Option<i64> {
    if v >= INT_TAG { Some(v.wrapping_sub(INT_ZERO) as i64) } else { None }
}
/// The immediate form of `i`, if it fits.
pub const fn from_int(i: i64) -> Option<u64> {
    if i >= INT_MIN && i <= INT_MAX { Some(INT_ZERO.wrapping_add(i as u64)) } else { None }
}
/// Is `v` a double?
pub const fn is_float(v: u64) -> bool {
    v < FIRST_NON_FLOAT
}
/// The double in `v`, if it is one.
pub const fn as_float(v: u64) -> Option<f64> {
    if is_float(v) { Some(f64::from_bits(v)) } else { None }
}
/// The heap address in `v`, if it is a heap pointer.
pub const fn as_ptr(v: u64) -> Option<u64> {
    if v >> 48 == PTR_TAG >> 48 { Some(v & ADDRESS_MASK) } else { None }
}
/// The boxed form of a heap address.
pub const fn from_ptr(p: u64) -> u64 {
    PTR_TAG | p
}
/// The boxed form of a truth value.
pub const fn from_bool(b: bool) -> u64 {
    FALSE + b as u64
}
/// The truth value in `v`, if it is one.
pub const fn as_bool(v: u64) -> Option<bool> {
    if v & !1 == FALSE { Some(v & 1 != 0) } else { None }
}

//! `int` and `bool`: layout of the ints that are not immediate.
//!
//! Ints of 48 bits are immediate values. All others, and instances of subclasses, are [`Int`] objects: an
//! `i64`, or a big integer.

use crate::kinds::Trace;
use crate::vm::Vm;
use crate::vm::typedef::{TypeDef, flag};
use dashu_int::IBig;
use taipan_heap::{Gc, Header, Tracer, Value};

/// An int outside 48 bits, or an instance of a subclass of `int`.
#[repr(C)]
pub struct Int {
    header: Header,
    /// The number, if `big` is absent.
    small: i64,
    /// The number, if it does not fit 64 bits.
    big: Option<Box<IBig>>,
}

impl Trace for Int {
    fn trace(&self, _: &mut Tracer) {}
}

impl Int {
    /// The number as an `i64`, if it fits.
    #[inline(always)]
    pub fn to_i64(&self) -> Option<i64> {
        if self.big.is_none() { Some(self.small) } else { None }
    }
    /// The big number, if it does not fit an `i64`.
    pub fn big(&self) -> Option<&IBig> {
        self.big.as_deref()
    }
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
    /// An `int` from a big number, in its canonical form.
    pub fn new_big(&self, b: IBig) -> Value {
        match i64::try_from(&b) {
            Ok(i) => self.new_int(i),
            Err(_) => {
                self.heap.charge(b.as_sign_words().1.len() * 8);
                self.new_int_object(self.types.int, 0, Some(Box::new(b)))
            }
        }
    }
    /// An `Int` object of `ty` (`int` or a subclass).
    pub fn new_int_object(
        &self,
        ty: Gc<crate::objects::typ::Type>,
        small: i64,
        big: Option<Box<IBig>>,
    ) -> Value {
        let p = self.alloc_instance_raw(ty, size_of::<Int>());
        // SAFETY: a fresh cell of that size.
        unsafe {
            let header = p.read();
            p.cast::<Int>().write(Int { header, small, big });
        }
        Value::from_header(p)
    }
}

/// `int`
pub static DEF: TypeDef = TypeDef {
    name: "int",
    kind: crate::kinds::INT,
    size: size_of::<Int>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MATCH_SELF,
    ..TypeDef::EMPTY
};
/// `bool`
pub static BOOL: TypeDef = TypeDef {
    name: "bool",
    base: Some(&DEF),
    kind: crate::kinds::INT,
    size: size_of::<Int>(),
    flags: flag::IMMUTABLE | flag::MATCH_SELF,
    ..TypeDef::EMPTY
};

//! `complex`.

use crate::kinds::Trace;
use crate::vm::typedef::{TypeDef, flag};
use taipan_heap::{Header, Tracer};

/// A `complex` (or an instance of a subclass).
#[repr(C)]
pub struct Complex {
    header: Header,
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

impl Trace for Complex {
    fn trace(&self, _: &mut Tracer) {}
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "complex",
    kind: crate::kinds::COMPLEX,
    size: size_of::<Complex>(),
    flags: flag::IMMUTABLE | flag::BASETYPE,
    ..TypeDef::EMPTY
};

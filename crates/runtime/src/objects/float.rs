//! `float`: floats are immediate; only instances of subclasses are objects.

use crate::kinds::Trace;
use crate::vm::typedef::{TypeDef, flag};
use taipan_heap::{Header, Tracer};

/// An instance of a subclass of `float`.
#[repr(C)]
pub struct Float {
    header: Header,
    /// The number.
    pub value: f64,
}

impl Trace for Float {
    fn trace(&self, _: &mut Tracer) {}
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "float",
    kind: crate::kinds::FLOAT,
    size: size_of::<Float>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MATCH_SELF,
    ..TypeDef::EMPTY
};

//! `complex`: layout; arithmetic is in `arith`, the slots and methods in `types`.

pub mod arith;

pub use arith::pow_floats;

use crate::kinds::Trace;
use crate::vm::Vm;
use crate::vm::slots::Slots;
use crate::vm::typedef::{TypeDef, flag};
use taipan_heap::{Gc, Header, Tracer, Value};

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

impl Vm {
    /// A `complex`.
    pub fn new_complex(&self, re: f64, im: f64) -> Value {
        self.new_complex_of(self.types.complex, re, im)
    }
    /// A complex of `ty`, which is `complex` or a subclass.
    pub fn new_complex_of(&self, ty: Gc<crate::objects::typ::Type>, re: f64, im: f64) -> Value {
        let p = self.alloc_instance_raw(ty, size_of::<Complex>());
        // SAFETY: a fresh cell of that size.
        unsafe {
            let header = p.read();
            p.cast::<Complex>().write(Complex { header, re, im });
        }
        Value::from_header(p)
    }
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "complex",
    kind: crate::kinds::COMPLEX,
    size: size_of::<Complex>(),
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots {
        add: Some(arith::add_slot),
        sub: Some(arith::sub_slot),
        mul: Some(arith::mul_slot),
        truediv: Some(arith::truediv_slot),
        pow: Some(arith::pow_slot),
        ..Slots::EMPTY
    },
    ..TypeDef::EMPTY
};

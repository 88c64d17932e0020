//! `complex`: layout; arithmetic is in `arith`, the slots and methods in `types`.

pub mod arith;
pub mod parse;
mod types;

pub use arith::pow_floats;
pub use types::{DEF, repr_complex};

use crate::kinds::Trace;
use crate::vm::Vm;
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

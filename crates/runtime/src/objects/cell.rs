//! `cell`: a variable shared by closures.

use crate::kinds::Trace;
use crate::vm::Vm;
use crate::vm::typedef::TypeDef;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// A `cell`.
#[repr(C)]
pub struct PyCell {
    header: Header,
    /// Its content, or unbound.
    pub content: Slot<Value>,
}

impl Trace for PyCell {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.content);
    }
}

impl Vm {
    /// A new cell.
    pub fn new_cell(&self, content: Value) -> Gc<PyCell> {
        let ty = self.types.cell;
        self.heap
            .alloc(ty.header_ptr(), ty.shape.get(), |header| PyCell { header, content: Slot::new(content) })
    }
}

/// The type.
pub static DEF: TypeDef =
    TypeDef { name: "cell", kind: crate::kinds::CELL, size: size_of::<PyCell>(), ..TypeDef::EMPTY };

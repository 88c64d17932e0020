//! Exceptions: one layout for all of them.
//!
//! Fields that only some exceptions have (`OSError.errno`, `StopIteration.value`, `SyntaxError.lineno`, ...) are
//! in `fields`, a tuple-like buffer whose meaning the type's getters know.

use crate::kinds::Trace;
use crate::objects::tuple::Tuple;
use crate::objects::typ::Type;
use crate::vm::Vm;
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value};

/// An instance of a subclass of `BaseException`.
#[repr(C)]
pub struct Exception {
    header: Header,
    /// `args`
    pub args: Slot<Gc<Tuple>>,
    /// `__traceback__`
    pub traceback: Slot<Value>,
    /// `__context__`
    pub context: Slot<Value>,
    /// `__cause__`
    pub cause: Slot<Value>,
    /// `__suppress_context__`
    pub suppress_context: Cell<bool>,
    /// Type-specific fields: unbound, or a `ValueBuf`.
    pub fields: Slot<Value>,
}

impl Trace for Exception {
    fn trace(&self, t: &mut Tracer) {
        t.gc(self.args.get());
        t.slot(&self.traceback);
        t.slot(&self.context);
        t.slot(&self.cause);
        t.slot(&self.fields);
    }
}

/// An exception of type `ty` with these arguments; runs no Python code and not the type's `__init__`.
pub fn create(vm: &Vm, ty: Gc<Type>, args: &[Value]) -> Gc<Exception> {
    let args = vm.new_tuple(args);
    let p = vm.alloc_instance_raw(ty, size_of::<Exception>());
    // SAFETY: a fresh cell of that size.
    unsafe {
        let header = p.read();
        p.cast::<Exception>().write(Exception {
            header,
            args: Slot::new(args),
            traceback: Slot::new(Value::NONE),
            context: Slot::new(Value::NONE),
            cause: Slot::new(Value::NONE),
            suppress_context: Cell::new(false),
            fields: Slot::new(Value::UNBOUND),
        });
        Gc::from_header(p)
    }
}

pub mod types;

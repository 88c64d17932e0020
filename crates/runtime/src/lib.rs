//! Builtin types; the attribute, call, number and iteration protocols; exceptions; imports.
//!
//! In: values and requests of the interpreter and of native modules. Out: values, or a raised exception.
//!
//! * `vm/` holds the machine: the [`Vm`], type definitions and slots, argument binding, errors, the protocols
//!   (attribute access, calls, operators, iteration) that work on any value;
//! * `objects/` holds one file or folder for each builtin type: its layout, its [`TypeDef`] and its methods;
//! * `text/` holds what text and binary types share: Unicode properties, codecs, `%` formatting;
//! * `builtins/` holds the functions of the `builtins` module.
//!
//! Invariants: every fallible function returns [`PyResult`]; a Rust panic is a bug of ours. All state hangs off
//! the [`Vm`]; there are no mutable globals. Values are kept alive by native stacks, traced fields and
//! [`GcVec`]s, never by a Rust `Vec`.

pub mod builtins;
pub mod kinds;
pub mod objects;
pub mod text;
pub mod vm;

pub use taipan_heap::{
    Gc, GcVec, Header, Heap, HeapObject, INT_MAX, INT_MIN, INT_TAG, INT_ZERO, RawBuf, Slot, Tracer, Value,
    ValueBuf, barrier, is_clean_old,
};

pub use vm::Vm;
pub use vm::args::{Args, Kw};
pub use vm::error::{PyResult, Raised};
pub use vm::slots::Slots;
pub use vm::typedef::{
    Getter, MethodDef, MethodKind, NativeImpl, Setter, TypeDef, attr, classmethod, classmethod_var, function,
    function_var, getset, method, method_var, readonly, staticmethod, staticmethod_var,
};

/// Has the object at hand a Python type? (Buffers and tables inside other objects have none.)
pub fn has_class(v: Value) -> bool {
    // SAFETY: pointer values lead to live headers.
    v.is_ptr() && unsafe { !(*v.as_header()).class().is_null() }
}
/// Did the object's finaliser run?
pub fn is_finalized(v: Value) -> bool {
    // SAFETY: as above.
    v.is_ptr() && unsafe { (*v.as_header()).has(taipan_heap::flags::FINALIZED) }
}

//! Special methods of builtin types as objects ("slot wrappers"), made from the types' slots.

use crate::objects::typ::Type;
use crate::vm::Vm;
use taipan_heap::Gc;

/// Adds the special methods for the slots that the builtin type `t` defines itself to its dict.
pub fn add(_vm: &Vm, _t: Gc<Type>) {}

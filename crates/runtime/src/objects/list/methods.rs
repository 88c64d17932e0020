//! The slots and methods of `list`.
use crate::vm::slots::Slots;
use crate::vm::typedef::MethodDef;
/// Slots.
pub const SLOTS: Slots = Slots::EMPTY;
/// Methods.
pub static METHODS: &[MethodDef] = &[];
/// `__doc__`
pub const DOC: &str = "";

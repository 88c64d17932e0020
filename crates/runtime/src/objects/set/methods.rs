//! The slots and methods of `set` and `frozenset`.
use crate::vm::slots::Slots;
use crate::vm::typedef::MethodDef;
/// Slots.
pub const SET_SLOTS: Slots = Slots::EMPTY;
/// Slots.
pub const FROZEN_SLOTS: Slots = Slots::EMPTY;
/// Methods.
pub static SET_METHODS: &[MethodDef] = &[];
/// Methods.
pub static FROZEN_METHODS: &[MethodDef] = &[];
/// `__doc__`
pub const SET_DOC: &str = "";
/// `__doc__`
pub const FROZEN_DOC: &str = "";

//! `NoneType`, `NotImplementedType`, `ellipsis`: the types of the singletons.

use crate::vm::typedef::{TypeDef, flag};

/// `NoneType`
pub static NONE_TYPE: TypeDef = TypeDef { name: "NoneType", ..TypeDef::EMPTY };
/// `NotImplementedType`
pub static NOT_IMPLEMENTED_TYPE: TypeDef = TypeDef { name: "NotImplementedType", ..TypeDef::EMPTY };
/// `ellipsis`
pub static ELLIPSIS_TYPE: TypeDef = TypeDef { name: "ellipsis", flags: flag::IMMUTABLE, ..TypeDef::EMPTY };

//! `object`: the defaults that every type inherits.

use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, flag};
use taipan_heap::Value;

fn hash_identity(_: &Vm, v: Value) -> PyResult<i64> {
    // Addresses are 16-byte aligned: the low bits carry nothing. Rotate as CPython does.
    Ok((v.bits() & ((1 << 48) - 1)).rotate_right(4) as i64)
}

/// The hash slot of types with `__hash__ = None`.
pub fn hash_not_implemented(vm: &Vm, v: Value) -> PyResult<i64> {
    Err(vm.type_error(format!("unhashable type: '{}'", vm.type_name(v))))
}

fn compare(_: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    Ok(match op {
        CompareOp::Eq if a == b => Value::TRUE,
        _ => Value::NOT_IMPLEMENTED,
    })
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "object",
    flags: flag::IMMUTABLE | flag::BASETYPE,
    slots: Slots { hash: Some(hash_identity), richcompare: Some(compare), ..Slots::EMPTY },
    ..TypeDef::EMPTY
};

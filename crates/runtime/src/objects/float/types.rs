//! The definition of `float`.

use super::{Float, arith, compare, methods, parse};
use crate::vm::slots::Slots;
use crate::vm::typedef::{TypeDef, flag};

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "float",
    kind: crate::kinds::FLOAT,
    size: size_of::<Float>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MATCH_SELF,
    slots: Slots {
        hash: Some(compare::hash),
        richcompare: Some(compare::richcompare),
        bool: Some(|vm, v| Ok(vm.as_float(v) != Some(0.0))),
        add: Some(arith::add_slot),
        sub: Some(arith::sub_slot),
        mul: Some(arith::mul_slot),
        truediv: Some(arith::truediv_slot),
        floordiv: Some(arith::floordiv_slot),
        rem: Some(arith::rem_slot),
        divmod: Some(arith::divmod_slot),
        pow: Some(arith::pow_slot),
        neg: Some(arith::neg),
        pos: Some(arith::pos),
        abs: Some(arith::abs),
        repr: Some(methods::repr),
        int: Some(methods::int),
        float: Some(methods::float),
        new: Some(parse::new),
        ..Slots::EMPTY
    },
    methods: methods::METHODS,
    getset: methods::GETSET,
    doc: "float(x=0, /)\n--\n\nConvert a string or number to a floating-point number, if possible.",
    ..TypeDef::EMPTY
};

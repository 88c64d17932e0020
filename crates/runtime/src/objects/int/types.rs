//! The definitions of `int` and `bool`.

use super::{Int, arith, bits, compare, int_ref, pow, text};
use crate::vm::slots::Slots;
use crate::vm::typedef::{TypeDef, flag};

/// `int`
pub static DEF: TypeDef = TypeDef {
    name: "int",
    kind: crate::kinds::INT,
    size: size_of::<Int>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MATCH_SELF,
    slots: Slots {
        repr: Some(text::repr),
        hash: Some(compare::hash),
        richcompare: Some(compare::richcompare),
        bool: Some(|_, v| Ok(int_ref(&v).is_some_and(|i| !i.is_zero()))),
        add: Some(arith::add),
        sub: Some(arith::sub),
        mul: Some(arith::mul),
        truediv: Some(arith::truediv),
        floordiv: Some(arith::floordiv),
        rem: Some(arith::rem),
        divmod: Some(arith::divmod),
        pow: Some(pow::pow),
        lshift: Some(bits::lshift),
        rshift: Some(bits::rshift),
        and: Some(bits::and_slot),
        or: Some(bits::or),
        xor: Some(bits::xor),
        neg: Some(arith::neg),
        pos: Some(arith::pos),
        abs: Some(arith::abs),
        invert: Some(bits::invert),
        int: Some(arith::pos),
        index: Some(arith::pos),
        ..Slots::EMPTY
    },
    ..TypeDef::EMPTY
};
/// `bool`
pub static BOOL: TypeDef = TypeDef {
    name: "bool",
    base: Some(&DEF),
    kind: crate::kinds::INT,
    size: size_of::<Int>(),
    flags: flag::IMMUTABLE | flag::MATCH_SELF,
    slots: Slots {
        repr: Some(text::bool_repr),
        and: Some(bits::and),
        or: Some(bits::or),
        xor: Some(bits::xor),
        invert: Some(bits::bool_invert),
        ..Slots::EMPTY
    },
    ..TypeDef::EMPTY
};

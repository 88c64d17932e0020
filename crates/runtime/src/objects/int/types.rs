//! The definitions of `int` and `bool`.

use super::{Int, arith, bits, compare, int_ref, methods, parse, pow, text};
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
        float: Some(methods::float),
        new: Some(parse::new),
        ..Slots::EMPTY
    },
    methods: methods::METHODS,
    getset: methods::GETSET,
    doc: "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating-point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance representing an integer literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer literal.\n>>> int('0b100', base=0)\n4",
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
        new: Some(parse::new_bool),
        ..Slots::EMPTY
    },
    doc: "bool(object=False, /)\n--\n\nReturns True when the argument is true, False otherwise.\n\nThe builtins True and False are the only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed.",
    ..TypeDef::EMPTY
};

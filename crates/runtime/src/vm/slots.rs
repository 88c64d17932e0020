//! Type slots: the functions behind operators and protocols, as CPython's `tp_*`, `nb_*`, `sq_*`, `mp_*`.
//!
//! The table below declares each slot once: its field, its Rust signature and the special method(s) it stands
//! for. A builtin type fills the fields it has; a Python class gets, for each special method it defines or
//! inherits, a function that looks the method up and calls it; builtin types in turn show their slots as
//! special methods ("slot wrappers"). Slots are inherited field by field along the MRO at type creation.

use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use std::cell::Cell;
use taipan_heap::{Gc, Value};

/// Comparison operators, in CPython's order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CompareOp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl CompareOp {
    /// The operator with its operands exchanged.
    pub const fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
            op => op,
        }
    }
    /// Its spelling.
    pub const fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }
    /// What it says of an ordering.
    pub fn holds(self, o: std::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => o.is_lt(),
            CompareOp::Le => o.is_le(),
            CompareOp::Eq => o.is_eq(),
            CompareOp::Ne => o.is_ne(),
            CompareOp::Gt => o.is_gt(),
            CompareOp::Ge => o.is_ge(),
        }
    }
}

/// `f(self)`
pub type Unary = fn(&Vm, Value) -> PyResult;
/// `f(left, right)`; for number slots either operand may be of the slot's type: answer `NotImplemented`.
pub type Binary = fn(&Vm, Value, Value) -> PyResult;
/// `f(a, b, c)`
pub type Ternary = fn(&Vm, Value, Value, Value) -> PyResult;
/// `f(self, key, value)`; an unbound value deletes.
pub type SetItem = fn(&Vm, Value, Value, Value) -> PyResult<()>;
/// `f(self, n)` for repetition.
pub type Repeat = fn(&Vm, Value, isize) -> PyResult;
/// `f(self, name)`
pub type GetAttr = fn(&Vm, Value, Gc<Str>) -> PyResult;
/// `f(self, name, value)`; an unbound value deletes.
pub type SetAttr = fn(&Vm, Value, Gc<Str>, Value) -> PyResult<()>;
/// `f(self, other, operator)`
pub type RichCompare = fn(&Vm, Value, Value, CompareOp) -> PyResult;
/// `f(self)` answering an int that fits a hash.
pub type Hash = fn(&Vm, Value) -> PyResult<i64>;
/// `f(callable, arguments)`
pub type Call = fn(&Vm, Value, Args) -> PyResult;
/// `f(self, arguments)`
pub type Init = fn(&Vm, Value, Args) -> PyResult<()>;
/// `f(class, arguments)`
pub type New = fn(&Vm, Gc<Type>, Args) -> PyResult;
/// `f(iterator)`; `None` at the end.
pub type IterNext = fn(&Vm, Value) -> PyResult<Option<Value>>;
/// `f(self)` without a result.
pub type Finalize = fn(&Vm, Value) -> PyResult<()>;
/// `f(self)` answering a truth value.
pub type Bool = fn(&Vm, Value) -> PyResult<bool>;
/// `f(self)` answering a length.
pub type Len = fn(&Vm, Value) -> PyResult<usize>;
/// `f(container, item)`
pub type Contains = fn(&Vm, Value, Value) -> PyResult<bool>;

macro_rules! slots {
    ($($(#[$doc:meta])* $field:ident: $ty:ty = [$($dunder:literal),*];)*) => {
        /// The slots of a type; `None` where it has none.
        #[derive(Clone, Copy)]
        pub struct Slots { $($(#[$doc])* pub $field: Option<$ty>,)* }
        impl Slots {
            /// No slot.
            pub const EMPTY: Slots = Slots { $($field: None,)* };
        }
        /// The same, changeable: part of each type object.
        pub struct SlotCells { $($(#[$doc])* pub $field: Cell<Option<$ty>>,)* }
        impl SlotCells {
            /// From a definition.
            pub const fn new(s: Slots) -> SlotCells { SlotCells { $($field: Cell::new(s.$field),)* } }
            /// Takes from `base` what is missing here.
            pub fn inherit(&self, base: &SlotCells) {
                $(if self.$field.get().is_none() { self.$field.set(base.$field.get()); })*
            }
        }
        /// One slot of the table.
        #[allow(non_camel_case_types, missing_docs)]
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum SlotId { $($field,)* }
        impl SlotId {
            /// All slots, in table order.
            pub const ALL: &[SlotId] = &[$(SlotId::$field,)*];
            /// The special methods that a slot stands for.
            pub const fn names(self) -> &'static [&'static str] {
                match self { $(SlotId::$field => &[$($dunder),*],)* }
            }
        }
        impl SlotCells {
            /// Address of the function in a slot; 0 for none. For comparing.
            pub fn address(&self, id: SlotId) -> usize {
                match id { $(SlotId::$field => self.$field.get().map_or(0, |f| f as usize),)* }
            }
            /// Copies one slot.
            pub fn copy(&self, id: SlotId, from: &SlotCells) {
                match id { $(SlotId::$field => self.$field.set(from.$field.get()),)* }
            }
            /// Sets one slot as a definition has it.
            pub fn copy_def(&self, id: SlotId, from: &Slots) {
                match id { $(SlotId::$field => self.$field.set(from.$field),)* }
            }
        }
        impl Slots {
            /// Address of the function in a slot; 0 for none.
            pub fn address(&self, id: SlotId) -> usize {
                match id { $(SlotId::$field => self.$field.map_or(0, |f| f as usize),)* }
            }
        }
    };
}

slots! {
    repr: Unary = ["__repr__"];
    str: Unary = ["__str__"];
    /// The hash, already mapped away from -1.
    hash: Hash = ["__hash__"];
    call: Call = ["__call__"];
    getattro: GetAttr = ["__getattribute__", "__getattr__"];
    setattro: SetAttr = ["__setattr__", "__delattr__"];
    richcompare: RichCompare = ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"];
    iter: Unary = ["__iter__"];
    /// `None` ends the iteration (no StopIteration is made).
    iternext: IterNext = ["__next__"];
    /// `f(descriptor, instance or UNBOUND, owner)`
    descr_get: Ternary = ["__get__"];
    /// `f(descriptor, instance, value or UNBOUND)`
    descr_set: SetItem = ["__set__", "__delete__"];
    init: Init = ["__init__"];
    new: New = ["__new__"];
    finalize: Finalize = ["__del__"];
    bool: Bool = ["__bool__"];
    /// Length of a sequence, mapping or set.
    len: Len = ["__len__"];
    getitem: Binary = ["__getitem__"];
    setitem: SetItem = ["__setitem__", "__delitem__"];
    contains: Contains = ["__contains__"];
    /// `sq_concat`: tried after `add` declined.
    concat: Binary = ["__add__"];
    /// `sq_repeat`: tried after `mul` declined.
    repeat: Repeat = ["__mul__", "__rmul__"];
    /// `sq_inplace_concat`
    iconcat: Binary = ["__iadd__"];
    /// `sq_inplace_repeat`
    irepeat: Repeat = ["__imul__"];
    add: Binary = ["__add__", "__radd__"];
    sub: Binary = ["__sub__", "__rsub__"];
    mul: Binary = ["__mul__", "__rmul__"];
    matmul: Binary = ["__matmul__", "__rmatmul__"];
    truediv: Binary = ["__truediv__", "__rtruediv__"];
    floordiv: Binary = ["__floordiv__", "__rfloordiv__"];
    rem: Binary = ["__mod__", "__rmod__"];
    divmod: Binary = ["__divmod__", "__rdivmod__"];
    /// `f(base, exponent, modulus or None)`
    pow: Ternary = ["__pow__", "__rpow__"];
    lshift: Binary = ["__lshift__", "__rlshift__"];
    rshift: Binary = ["__rshift__", "__rrshift__"];
    and: Binary = ["__and__", "__rand__"];
    or: Binary = ["__or__", "__ror__"];
    xor: Binary = ["__xor__", "__rxor__"];
    iadd: Binary = ["__iadd__"];
    isub: Binary = ["__isub__"];
    imul: Binary = ["__imul__"];
    imatmul: Binary = ["__imatmul__"];
    itruediv: Binary = ["__itruediv__"];
    ifloordiv: Binary = ["__ifloordiv__"];
    irem: Binary = ["__imod__"];
    ipow: Ternary = ["__ipow__"];
    ilshift: Binary = ["__ilshift__"];
    irshift: Binary = ["__irshift__"];
    iand: Binary = ["__iand__"];
    ior: Binary = ["__ior__"];
    ixor: Binary = ["__ixor__"];
    neg: Unary = ["__neg__"];
    pos: Unary = ["__pos__"];
    abs: Unary = ["__abs__"];
    invert: Unary = ["__invert__"];
    int: Unary = ["__int__"];
    float: Unary = ["__float__"];
    index: Unary = ["__index__"];
    /// `am_await`
    await_: Unary = ["__await__"];
    /// `am_aiter`
    aiter: Unary = ["__aiter__"];
    /// `am_anext`
    anext: Unary = ["__anext__"];
    /// Buffer export: a description of the object's bytes (no special method in this table).
    buffer: fn(&Vm, Value, bool) -> PyResult<crate::objects::memoryview::BufferInfo> = ["__buffer__"];
}

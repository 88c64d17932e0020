//! Value types, types in memory, and alias classes.

use std::fmt;

/// The type of a node's result.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Ty {
    /// No result.
    Void,
    /// A Python int that fits a signed word.
    I64,
    /// A Python int that fits an unsigned word.
    U64,
    /// A double.
    F64,
    /// A truth value.
    Bool,
    /// The address of an object or raw buffer.
    Ptr,
    /// A boxed word, see [`crate::value`].
    Value,
}

impl Ty {
    /// All types, for the parser.
    pub const ALL: [Ty; 7] = [Ty::Void, Ty::I64, Ty::U64, Ty::F64, Ty::Bool, Ty::Ptr, Ty::Value];
    /// The name in text.
    pub fn name(self) -> &'static str {
        match self {
            Ty::Void => "void",
            Ty::I64 => "i64",
            Ty::U64 => "u64",
            Ty::F64 => "f64",
            Ty::Bool => "bool",
            Ty::Ptr => "ptr",
            Ty::Value => "value",
        }
    }
    /// Is it one of the two integer types?
    pub fn is_int(self) -> bool {
        matches!(self, Ty::I64 | Ty::U64)
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The type of a place in memory.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum MemTy {
    /// One byte, 0 or 1; a `bool` when loaded.
    Bool8,
    /// One byte, zero-extended to an `i64`.
    U8,
    /// One byte, sign-extended.
    I8,
    /// Two bytes, zero-extended.
    U16,
    /// Four bytes, zero-extended.
    U32,
    /// Four bytes, sign-extended.
    I32,
    /// Eight bytes.
    I64,
    /// Eight bytes that are never negative: lengths, capacities, indices.
    Len,
    /// Eight bytes, a `u64` when loaded.
    U64,
    /// A double.
    F64,
    /// An address.
    Ptr,
    /// A boxed word.
    Value,
}

impl MemTy {
    /// All of them, for the parser.
    pub const ALL: [MemTy; 12] = [
        MemTy::Bool8,
        MemTy::U8,
        MemTy::I8,
        MemTy::U16,
        MemTy::U32,
        MemTy::I32,
        MemTy::I64,
        MemTy::Len,
        MemTy::U64,
        MemTy::F64,
        MemTy::Ptr,
        MemTy::Value,
    ];
    /// The name in text.
    pub fn name(self) -> &'static str {
        match self {
            MemTy::Bool8 => "bool8",
            MemTy::U8 => "u8",
            MemTy::I8 => "i8",
            MemTy::U16 => "u16",
            MemTy::U32 => "u32",
            MemTy::I32 => "i32",
            MemTy::I64 => "i64",
            MemTy::Len => "len",
            MemTy::U64 => "u64",
            MemTy::F64 => "f64",
            MemTy::Ptr => "ptr",
            MemTy::Value => "value",
        }
    }
    /// Bytes it takes.
    pub fn size(self) -> u32 {
        match self {
            MemTy::Bool8 | MemTy::U8 | MemTy::I8 => 1,
            MemTy::U16 => 2,
            MemTy::U32 | MemTy::I32 => 4,
            _ => 8,
        }
    }
    /// The type of what a load gives and a store takes. Stores of narrow ints keep the low bits.
    pub fn ty(self) -> Ty {
        match self {
            MemTy::Bool8 => Ty::Bool,
            MemTy::U8 | MemTy::I8 | MemTy::U16 | MemTy::U32 | MemTy::I32 | MemTy::I64 | MemTy::Len => Ty::I64,
            MemTy::U64 => Ty::U64,
            MemTy::F64 => Ty::F64,
            MemTy::Ptr => Ty::Ptr,
            MemTy::Value => Ty::Value,
        }
    }
    /// Does a store followed by a load give the stored value back unchanged, whatever it was?
    pub fn is_exact(self) -> bool {
        self == MemTy::Bool8 || self.size() == 8
    }
    /// What a load gives for the bytes `raw` (little endian, zero-extended).
    pub fn extend(self, raw: u64) -> u64 {
        match self {
            MemTy::Bool8 => (raw as u8 != 0) as u64,
            MemTy::U8 => raw as u8 as u64,
            MemTy::I8 => raw as i8 as i64 as u64,
            MemTy::U16 => raw as u16 as u64,
            MemTy::U32 => raw as u32 as u64,
            MemTy::I32 => raw as i32 as i64 as u64,
            _ => raw,
        }
    }
}

impl fmt::Display for MemTy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! alias_classes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal;)*) => {
        /// A part of memory that overlaps no other part. Two accesses can only meet inside one class, and there
        /// only when either is indexed or their byte ranges overlap.
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum AliasClass { $($(#[doc = $doc])+ $name,)* }

        impl AliasClass {
            /// All classes.
            pub const ALL: &'static [AliasClass] = &[$(AliasClass::$name,)*];
            /// The name in text.
            pub fn name(self) -> &'static str {
                match self { $(AliasClass::$name => $text,)* }
            }
        }
    };
}

alias_classes! {
    /// Header words: class, shape, kind.
    Header = "header";
    /// A list's storage kind.
    ListKind = "list.kind";
    /// A list's length, capacity and buffer pointer.
    ListLen = "list.len";
    /// Buffers of boxed words.
    Values = "values";
    /// Buffers of raw `i64`.
    Ints = "ints";
    /// Buffers of raw `f64`.
    Floats = "floats";
    /// Buffers of bytes: bool lists, bytes, bytearrays, text.
    Bytes = "bytes";
    /// Instance slots.
    Slot = "slot";
    /// Closure cells.
    Cell = "cell";
    /// Module globals and builtins.
    Global = "global";
    /// Version words of classes and dicts.
    Version = "version";
    /// Dict tables, sets.
    Dict = "dict";
    /// The state of generators and of iterators without a class of their own here.
    Iter = "iter";
    /// The state of list iterators.
    ListIter = "list.iter";
    /// The state of tuple iterators.
    TupleIter = "tuple.iter";
    /// The state of range iterators.
    RangeIter = "range.iter";
    /// The state of `enumerate` objects.
    Counter = "counter";
    /// Fields of tuples, bound methods, ranges, slices, strings: objects that never change.
    Frozen = "frozen";
    /// Interpreter state that Python code can see: frames, the current exception.
    Vm = "vm";
    /// Anything else.
    Other = "other";
    /// Free for experiments.
    User0 = "user0";
    /// Free for experiments.
    User1 = "user1";
    /// Free for experiments.
    User2 = "user2";
    /// Free for experiments.
    User3 = "user3";
}

/// A set of alias classes.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct AliasSet(pub u64);

impl AliasSet {
    /// No class.
    pub const NONE: AliasSet = AliasSet(0);
    /// Every class.
    pub const ALL: AliasSet = AliasSet(!0);
    /// The set of these classes.
    pub const fn of(classes: &[AliasClass]) -> AliasSet {
        let mut bits = 0;
        let mut i = 0;
        while i < classes.len() {
            bits |= 1 << classes[i] as u64;
            i += 1;
        }
        AliasSet(bits)
    }
    /// Is `c` in it?
    pub const fn has(self, c: AliasClass) -> bool {
        self.0 >> c as u64 & 1 != 0
    }
    /// The union.
    pub const fn or(self, other: AliasSet) -> AliasSet {
        AliasSet(self.0 | other.0)
    }
    /// Is it empty?
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

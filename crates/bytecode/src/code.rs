//! Code objects: plain data, what the compiler makes and the interpreter loads.
//!
//! Registers of a frame, in order: with `OPTIMIZED` (functions) the locals `varnames` from register 0, without it
//! (modules, classes) the namespace mapping in register 0 and then `varnames`; then cells that are no parameter,
//! then everything else. `cellregs[i]` is the register of `cellvars[i]`.

use crate::binary::EncodedPositions;
use crate::op::Instr;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Text that may hold lone surrogates: WTF-8 bytes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Wtf8(pub Box<[u8]>);

impl Wtf8 {
    /// The text as `&str` when it holds no surrogate.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
    /// The text for messages and dumps: surrogates become U+FFFD.
    pub fn to_string_lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}
impl From<&str> for Wtf8 {
    fn from(s: &str) -> Self {
        Wtf8(s.as_bytes().into())
    }
}
impl From<String> for Wtf8 {
    fn from(s: String) -> Self {
        Wtf8(s.into_bytes().into())
    }
}
impl fmt::Debug for Wtf8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string_lossy(), f)
    }
}

/// A shared name: variables, attributes, files.
pub type Name = Arc<str>;

/// A constant.
#[derive(Clone, Debug)]
pub enum Const {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// `...`.
    Ellipsis,
    /// An int of 64 bits.
    Int(i64),
    /// Any other int: sign and magnitude, little endian bytes without trailing zeros.
    BigInt(bool, Box<[u8]>),
    /// A float.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// A string.
    Str(Wtf8),
    /// A bytes object.
    Bytes(Box<[u8]>),
    /// A tuple.
    Tuple(Box<[Const]>),
    /// A frozenset, of distinct items.
    FrozenSet(Box<[Const]>),
    /// A slice of three constants.
    Slice(Box<[Const; 3]>),
    /// Code of a nested function, class or comprehension.
    Code(Arc<CodeObject>),
    /// The same, read from the binary encoding and decoded at first use.
    LazyCode(Arc<crate::LazyCode>),
}

impl Const {
    /// The code object that it is, decoded if need be; None when it is something else (or cannot be decoded: the
    /// bytes were damaged).
    pub fn as_code(&self) -> Option<&Arc<CodeObject>> {
        match self {
            Const::Code(c) => Some(c),
            Const::LazyCode(c) => c.get().ok(),
            _ => None,
        }
    }
}

/// `co_flags` bits, as CPython has them.
pub mod flags {
    #![allow(missing_docs)]
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    pub const FUTURE_DIVISION: u32 = 0x20000;
    pub const FUTURE_ABSOLUTE_IMPORT: u32 = 0x40000;
    pub const FUTURE_WITH_STATEMENT: u32 = 0x80000;
    pub const FUTURE_PRINT_FUNCTION: u32 = 0x100000;
    pub const FUTURE_UNICODE_LITERALS: u32 = 0x200000;
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x400000;
    pub const FUTURE_GENERATOR_STOP: u32 = 0x800000;
    pub const FUTURE_ANNOTATIONS: u32 = 0x1000000;
    /// All `from __future__` bits.
    pub const FUTURE_MASK: u32 = 0x1fe0000;
    pub const HAS_DOCSTRING: u32 = 0x4000000;
    pub const METHOD: u32 = 0x8000000;
}

/// Where an instruction comes from. Lines count from 1, columns are UTF-8 bytes from 0, -1 is unknown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// First line, or -1.
    pub line: i32,
    /// Last line, or -1.
    pub end_line: i32,
    /// First column, or -1.
    pub col: i32,
    /// Column behind the last, or -1.
    pub end_col: i32,
}

impl Position {
    /// No position at all: artificial instructions.
    pub const NONE: Position = Position { line: -1, end_line: -1, col: -1, end_col: -1 };
}

/// The positions of a code object, decoded when first looked at.
#[derive(Clone, Default)]
pub struct Positions {
    list: OnceLock<Vec<Position>>,
    encoded: Option<EncodedPositions>,
}

impl Positions {
    pub(crate) fn encoded(encoded: EncodedPositions) -> Positions {
        Positions { list: OnceLock::new(), encoded: Some(encoded) }
    }
    /// Their number.
    pub fn len(&self) -> usize {
        match (self.list.get(), &self.encoded) {
            (Some(list), _) => list.len(),
            (None, Some(e)) => e.count(),
            (None, None) => 0,
        }
    }
    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
impl From<Vec<Position>> for Positions {
    fn from(list: Vec<Position>) -> Positions {
        Positions { list: list.into(), encoded: None }
    }
}
impl std::ops::Deref for Positions {
    type Target = Vec<Position>;
    fn deref(&self) -> &Vec<Position> {
        self.list.get_or_init(|| self.encoded.as_ref().map_or(Vec::new(), EncodedPositions::decode))
    }
}
impl std::ops::DerefMut for Positions {
    fn deref_mut(&mut self) -> &mut Vec<Position> {
        let _: &Vec<Position> = self;
        self.list.get_mut().expect("just made")
    }
}
impl PartialEq for Positions {
    fn eq(&self, other: &Positions) -> bool {
        **self == **other
    }
}
impl fmt::Debug for Positions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// A row of the exception table. Rows are ordered by `start`; of the rows that cover an instruction the last one
/// (the innermost) holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler {
    /// First instruction covered.
    pub start: u32,
    /// Instruction behind the last covered.
    pub end: u32,
    /// Where control goes.
    pub target: u32,
    /// Register that receives the exception.
    pub reg: u16,
}

/// A compiled module, function, class body or generator expression.
#[derive(Clone, Debug, Default)]
pub struct CodeObject {
    /// Name.
    pub name: Name,
    /// Qualified name.
    pub qualname: Name,
    /// File it was compiled from.
    pub filename: Name,
    /// First line, the decorators' included.
    pub firstlineno: u32,
    /// Bits of [`flags`].
    pub flags: u32,
    /// Positional parameters, positional-only ones included.
    pub argcount: u32,
    /// Positional-only parameters.
    pub posonlyargcount: u32,
    /// Keyword-only parameters.
    pub kwonlyargcount: u32,
    /// Registers of a frame, call windows' fixed part and arguments included.
    pub nregs: u32,
    /// Parameters, then other local variables that are no cells.
    pub varnames: Vec<Name>,
    /// Variables that inner scopes capture.
    pub cellvars: Vec<Name>,
    /// Register of each cell variable.
    pub cellregs: Vec<u16>,
    /// Captured variables of outer scopes, in the order of the closure tuple.
    pub freevars: Vec<Name>,
    /// Comprehension variables that are not in `varnames` (they would clash, or the scope is a class or module),
    /// with their registers.
    pub hidden: Vec<(Name, u16)>,
    /// Global, attribute and imported names.
    pub names: Vec<Name>,
    /// Constants.
    pub consts: Vec<Const>,
    /// Instructions.
    pub instrs: Vec<Instr>,
    /// One position per instruction.
    pub positions: Positions,
    /// Exception table.
    pub handlers: Vec<Handler>,
    /// The docstring of a function, also `consts[0]` when `HAS_DOCSTRING` is set.
    pub docstring: Option<Wtf8>,
}

impl CodeObject {
    /// Register of `varnames[0]`.
    pub fn local_base(&self) -> u16 {
        u16::from(self.flags & flags::OPTIMIZED == 0)
    }
    /// Name behind operand role `Local`: `e` counts `varnames`, then `cellvars`, then `hidden`.
    pub fn local_name(&self, e: u32) -> Option<&Name> {
        let e = e as usize;
        let (v, c) = (self.varnames.len(), self.cellvars.len());
        if e < v {
            self.varnames.get(e)
        } else if e < v + c {
            self.cellvars.get(e - v)
        } else {
            self.hidden.get(e - v - c).map(|(n, _)| n)
        }
    }
    /// The innermost handler of instruction `at`.
    pub fn handler_of(&self, at: u32) -> Option<&Handler> {
        self.handlers.iter().rev().find(|h| h.start <= at && at < h.end)
    }
    /// The register behind the last variable's: locals, cells, and those of comprehensions.
    pub fn variables_end(&self) -> u32 {
        let locals = u32::from(self.local_base()) + self.varnames.len() as u32;
        let others = self.cellregs.iter().copied().chain(self.hidden.iter().map(|&(_, r)| r));
        others.map(|r| u32::from(r) + 1).fold(locals, u32::max)
    }
    /// Number of parameters, `*args` and `**kwargs` included: they occupy the first registers.
    pub fn param_count(&self) -> u32 {
        let star =
            u32::from(self.flags & flags::VARARGS != 0) + u32::from(self.flags & flags::VARKEYWORDS != 0);
        self.argcount + self.kwonlyargcount + star
    }
}

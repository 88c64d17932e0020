//! The exit table: how to rebuild the interpreter's state for each number that compiled code returns.
//!
//! It is the optimised tree's snapshots with nodes replaced by where their values are: a slot of the exit buffer
//! or a constant. It refers to nothing of the tree, which may be dropped.

use taipan_trace_ir::{AllocId, ExitId, ExitReason, MemTy, Ty};

/// Where a value is, and how to box it.
#[derive(Copy, Clone, PartialEq, Debug)]
pub enum Source {
    /// In this slot of the exit buffer, raw, of this type (`bool` as 0 or 1).
    Slot(u16, Ty),
    /// A constant of this type, raw.
    Const(Ty, u64),
    /// An object of [`ExitInfo::objects`].
    Object(u32),
}

/// A frame to rebuild.
#[derive(Clone, PartialEq, Debug)]
pub struct ExitFrame {
    /// The recorder's number of the code object.
    pub code: u32,
    /// Where it goes on.
    pub pc: u32,
    /// Where its result goes in the caller.
    pub ret: Option<u32>,
    /// Registers to write.
    pub regs: Vec<(u32, Source)>,
}

/// An object to allocate.
#[derive(Clone, PartialEq, Debug)]
pub struct ExitObject {
    /// The descriptor.
    pub alloc: AllocId,
    /// Its token.
    pub token: u64,
    /// Its size in bytes.
    pub size: u32,
    /// Initial words: offset and bits. Other bytes are zero.
    pub init: Vec<(u32, u64)>,
    /// Fields: offset, type, value.
    pub fields: Vec<(i32, MemTy, Source)>,
}

/// A store to carry out after allocating, write barrier included.
#[derive(Clone, PartialEq, Debug)]
pub struct ExitStore {
    /// The object: a `ptr` or a boxed word.
    pub base: Source,
    /// Byte offset of the field or of element 0.
    pub offset: i32,
    /// The element's index, if it is one.
    pub index: Option<Source>,
    /// What is there.
    pub ty: MemTy,
    /// The value.
    pub value: Source,
}

/// One way out.
#[derive(Clone, PartialEq, Debug)]
pub struct ExitInfo {
    /// The exit of the optimised tree.
    pub exit: ExitId,
    /// The recorder's exit that it came from: side traces are attached to that one.
    pub origin: ExitId,
    /// Why.
    pub reason: ExitReason,
    /// Frames, outermost first.
    pub frames: Vec<ExitFrame>,
    /// Objects to allocate before anything else; they may refer to each other.
    pub objects: Vec<ExitObject>,
    /// Stores, in order.
    pub stores: Vec<ExitStore>,
    /// Number of slots used.
    pub slots: u16,
    /// Slots of frames' registers that hold ints: those may be too large for a boxed word.
    pub ints: Vec<(u16, Ty)>,
    /// It writes registers of one frame and nothing else, and nothing is to be allocated for it unless one of `ints` is
    /// too large.
    pub plain: bool,
}

/// All ways out; compiled code returns an index.
pub type ExitTable = Vec<ExitInfo>;

pub(crate) fn init_words(tree: &taipan_trace_ir::Tree, a: AllocId) -> Vec<(u32, u64)> {
    tree.allocs[a.ix()].init.iter().map(|(off, w)| (*off, w.bits(tree))).collect()
}

//! Memory descriptors: the places that traces read and write, declared once.

use super::Recorder;
use std::mem::offset_of;
use taipan_runtime::objects::bytes;
use taipan_runtime::objects::cell::PyCell;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::objects::enumerate::Enumerate;
use taipan_runtime::objects::function::Function;
use taipan_runtime::objects::instance::Instance;
use taipan_runtime::objects::list;
use taipan_runtime::objects::list::iter::ListIter;
use taipan_runtime::objects::method::Method;
use taipan_runtime::objects::module::Module;
use taipan_runtime::objects::native::NativeFunction;
use taipan_runtime::objects::range::Range;
use taipan_runtime::objects::range::iter::RangeIter;
use taipan_runtime::objects::set::Set;
use taipan_runtime::objects::tuple::{self, Tuple};
use taipan_runtime::objects::tuple_iter::TupleIter;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::objects::zip::Zip;
use taipan_trace_ir::{AliasClass, Mem, MemId, MemTy};

/// Offset of a value buffer's first item.
pub const ITEMS: usize = size_of::<taipan_heap::ValueBuf>();
/// Offset of a tuple's first item.
pub const TUPLE_ITEMS: usize = size_of::<Tuple>();

macro_rules! mems {
    ($($name:literal = $alias:ident, $offset:expr, $ty:ident $(, $frozen:ident)?;)*) => {
        fn describe(name: &str) -> Mem {
            match name {
                $($name => Mem {
                    name: name.into(),
                    alias: AliasClass::$alias,
                    offset: ($offset) as i32,
                    ty: MemTy::$ty,
                    frozen: [$(stringify!($frozen),)? ""].len() > 1,
                },)*
                _ => unreachable!("a descriptor of the table"),
            }
        }
    };
}

mems! {
    "header.class" = Header, 0, Ptr;
    "header.shape" = Header, 8, U32;
    "type.version" = Version, offset_of!(Type, version), U32;
    "list.kind" = ListKind, list::STORAGE_OFFSET, U8;
    "list.len" = ListLen, list::LEN_OFFSET, Len;
    "list.cap" = ListLen, list::CAP_OFFSET, Len;
    "list.data" = ListLen, list::DATA_OFFSET, Ptr;
    "item.value" = Values, ITEMS, Value;
    "item.int" = Ints, 0, I64;
    "item.float" = Floats, 0, F64;
    "item.bool" = Bytes, 0, Bool8;
    "tuple.len" = Frozen, tuple::LEN_OFFSET, Len, frozen;
    "tuple.item" = Frozen, TUPLE_ITEMS, Value, frozen;
    "bytes.len" = Frozen, bytes::LEN_OFFSET, Len, frozen;
    "bytes.item" = Frozen, bytes::DATA_OFFSET, U8, frozen;
    "dict.len" = Dict, offset_of!(Dict, used), Len;
    "set.len" = Dict, offset_of!(Set, used), Len;
    "str.chars" = Frozen, taipan_runtime::objects::str::CHARS_OFFSET, Len, frozen;
    "cell.content" = Cell, offset_of!(PyCell, content), Value;
    "native.def" = Frozen, offset_of!(NativeFunction, def), U64, frozen;
    "native.bound" = Frozen, offset_of!(NativeFunction, bound), Value, frozen;
    "method.func" = Frozen, offset_of!(Method, func), Value, frozen;
    "method.this" = Frozen, offset_of!(Method, this), Value, frozen;
    "func.closure" = Other, offset_of!(Function, closure), Value;
    "func.globals" = Other, offset_of!(Function, globals), Ptr;
    "func.builtins" = Other, offset_of!(Function, builtins), Ptr;
    "func.version" = Version, offset_of!(Function, version), U32;
    "func.code" = Other, offset_of!(Function, code), Ptr;
    "watch.valid" = Version, 0, U64;
    "dict.layout" = Dict, offset_of!(Dict, layout), U64;
    "module.dict" = Frozen, offset_of!(Module, dict), Ptr, frozen;
    "global" = Global, 0, Value;
    "instance.attrs" = Slot, offset_of!(Instance, attrs), Value;
    "listiter.list" = ListIter, offset_of!(ListIter, list), Ptr;
    "listiter.index" = ListIter, offset_of!(ListIter, index), Len;
    "tupleiter.tuple" = TupleIter, offset_of!(TupleIter, tuple), Ptr;
    "tupleiter.index" = TupleIter, offset_of!(TupleIter, index), Len;
    "rangeiter.next" = RangeIter, offset_of!(RangeIter, next), I64;
    "rangeiter.step" = Frozen, offset_of!(RangeIter, step), I64, frozen;
    "rangeiter.left" = RangeIter, offset_of!(RangeIter, left), Len;
    "enumerate.iter" = Frozen, offset_of!(Enumerate, iter), Value, frozen;
    "enumerate.index" = Counter, offset_of!(Enumerate, index), I64;
    "enumerate.long" = Counter, offset_of!(Enumerate, long), Value;
    "zip.iters" = Frozen, offset_of!(Zip, iters), Ptr, frozen;
    "zip.strict" = Frozen, offset_of!(Zip, strict), U8, frozen;
    "range.start" = Frozen, offset_of!(Range, raw_start), I64, frozen;
    "range.step" = Frozen, offset_of!(Range, raw_step), I64, frozen;
    "range.len" = Frozen, offset_of!(Range, raw_len), I64, frozen;
}

impl Recorder {
    /// The descriptor of this name.
    pub(super) fn mem(&mut self, name: &'static str) -> MemId {
        if let Some(&m) = self.mems.get(name) {
            return m;
        }
        let m = self.tree.add_mem(describe(name));
        self.mems.insert(name, m);
        m
    }
    /// Inline slot `k` of an instance.
    pub(super) fn slot_mem(&mut self, k: u32) -> MemId {
        self.tree.add_mem(Mem {
            name: format!("slot.{k}"),
            alias: AliasClass::Slot,
            offset: (size_of::<Instance>() + 8 * k as usize) as i32,
            ty: MemTy::Value,
            frozen: false,
        })
    }
}

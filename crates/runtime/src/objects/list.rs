//! `list`: layout and the operations that everything else needs.
//!
//! A list has a storage kind (see [`Storage`]) that changes at the first misfit; compiled loops check it once.
//! Int and float lists hold raw `i64`/`f64` words, bool lists one byte for each item, object lists values.

use crate::kinds::Trace;
use crate::vm::Vm;
use crate::vm::typedef::{TypeDef, flag};
use std::cell::Cell;
use taipan_heap::{Gc, Header, Slot, Tracer, Value, ValueBuf, barrier};

/// How a list's items are stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Storage {
    /// [`Value`]s in a `ValueBuf`.
    Object = 0,
    /// No items yet: takes the kind of the first one.
    Empty = 1,
    /// Raw `i64` words in a `RawBuf` (all ints that fit, none of them bools).
    Int = 2,
    /// Raw `f64` words in a `RawBuf`.
    Float = 3,
    /// Bytes 0/1 in a `RawBuf`.
    Bool = 4,
}

/// A `list` (or an instance of a subclass).
#[repr(C)]
pub struct List {
    header: Header,
    /// Number of items.
    pub len: Cell<usize>,
    /// Items that fit the buffer.
    pub cap: Cell<usize>,
    /// The buffer (`ValueBuf` or `RawBuf`), or the unbound value.
    pub buf: Slot<Value>,
    /// Address of the buffer's first item.
    pub data: Cell<*mut u8>,
    /// Storage kind.
    pub storage: Cell<Storage>,
}

impl Trace for List {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.buf);
    }
}

impl Vm {
    /// A new list of these items.
    pub fn new_list(&self, items: &[Value]) -> Gc<List> {
        self.new_list_of(self.types.list, items)
    }
    /// A new instance of `ty`, which is `list` or a subclass.
    pub fn new_list_of(&self, ty: Gc<crate::objects::typ::Type>, items: &[Value]) -> Gc<List> {
        let p = self.alloc_instance_raw(ty, size_of::<List>());
        // SAFETY: a fresh cell of that size.
        let list = unsafe {
            let header = p.read();
            p.cast::<List>().write(List {
                header,
                len: Cell::new(0),
                cap: Cell::new(0),
                buf: Slot::new(Value::UNBOUND),
                data: Cell::new(std::ptr::null_mut()),
                storage: Cell::new(Storage::Empty),
            });
            Gc::<List>::from_header(p)
        };
        if !items.is_empty() {
            let buf = ValueBuf::new(&self.heap, items.len());
            // SAFETY: the buffer has room for the items.
            unsafe { std::ptr::copy_nonoverlapping(items.as_ptr(), buf.data(), items.len()) };
            barrier(buf.header());
            list.buf.set(list, buf.value());
            list.data.set(buf.data().cast());
            list.cap.set(items.len());
            list.len.set(items.len());
            list.storage.set(Storage::Object);
        }
        list
    }
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "list",
    kind: crate::kinds::LIST,
    size: size_of::<List>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::SEQUENCE | flag::MATCH_SELF,
    ..TypeDef::EMPTY
};

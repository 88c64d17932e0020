//! `array`: typed numbers in a raw buffer. [`items`] converts items, [`methods`] has the type's methods.
//!
//! While exports (memoryviews) exist, the buffer may be written to but not resized.

mod items;
mod methods;
mod slots;

use items::Code;
use std::cell::Cell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::memoryview::ExportCount;
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::vm::typedef::{NativeObject, RawItem, RawItems, flag};
use taipan_runtime::{Gc, Header, RawBuf, Slot, Slots, Tracer, TypeDef, Value, Vm};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "array",
    doc: "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.\n",
    functions: methods::FUNCTIONS,
    types: &[&DEF],
    init: Some(init),
};

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    let ty = vm.type_of_def(&DEF).value();
    d.set_str(vm, vm.intern("ArrayType"), ty);
    d.set_str(vm, vm.intern("typecodes"), vm.new_str(items::CODES).value());
    // An array is a mutable sequence; `collections.abc` may not be there yet during start-up.
    if let Ok(abc) = vm.import_attr("collections.abc", "MutableSequence") {
        vm.call_method(abc, vm.intern("register"), &[ty])?;
    }
    Ok(())
}

/// An array.
#[repr(C)]
pub struct Array {
    header: Header,
    /// The items: a `RawBuf`, or unbound while there are none.
    buf: Slot<Value>,
    /// Number of items.
    len: Cell<usize>,
    /// Item type.
    code: Code,
    exports: ExportCount,
}
impl Trace for Array {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.buf);
    }
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for Array {
    const DEF: &'static TypeDef = &DEF;
}

/// `array.array`
pub static DEF: TypeDef = TypeDef {
    name: "array",
    module: "array",
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::WEAKREF | flag::SEQUENCE,
    slots: Slots {
        new: Some(slots::new),
        repr: Some(slots::repr),
        richcompare: Some(slots::compare),
        len: Some(slots::len),
        iter: Some(slots::iter),
        getitem: Some(slots::getitem),
        setitem: Some(slots::setitem),
        contains: Some(slots::contains),
        concat: Some(slots::concat),
        iconcat: Some(slots::iconcat),
        repeat: Some(slots::repeat),
        irepeat: Some(slots::irepeat),
        buffer: Some(slots::buffer),
        ..Slots::EMPTY
    },
    methods: methods::METHODS,
    raw_items: Some(raw_items),
    getset: methods::GETSET,
    doc: "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.\n\nArrays represent basic values and behave very much like lists, except\nthe type of objects stored in them is constrained. The type is specified\nat object creation time by using a type code, which is a single character.",
    ..TypeDef::native::<Array>()
};

fn raw_items(v: Value) -> Option<RawItems> {
    let a = this(v);
    let item = match a.code.0 {
        b'd' => RawItem::F64,
        b'q' | b'l' => RawItem::I64,
        b'i' => RawItem::I32,
        b'I' => RawItem::U32,
        b'H' => RawItem::U16,
        b'b' => RawItem::I8,
        b'B' => RawItem::U8,
        _ => return None,
    };
    Some(RawItems {
        tag: std::mem::offset_of!(Array, code),
        tag_value: a.code.0,
        len: std::mem::offset_of!(Array, len),
        buf: std::mem::offset_of!(Array, buf),
        item,
    })
}

/// A new empty array.
fn new_of(vm: &Vm, ty: Gc<Type>, code: Code) -> Gc<Array> {
    vm.new_native_of(ty, |header| Array {
        header,
        buf: Slot::new(Value::UNBOUND),
        len: Cell::new(0),
        code,
        exports: ExportCount::new(),
    })
}
/// A new exact array of these raw items.
fn from_raw(vm: &Vm, code: Code, bytes: &[u8]) -> PyResult<Gc<Array>> {
    let a = new_of(vm, vm.type_of_def(&DEF), code);
    a.splice(vm, 0, 0, bytes)?;
    Ok(a)
}

/// `self` of slots and methods.
fn this(v: Value) -> Gc<Array> {
    // SAFETY: slots and methods of the type get its instances and those of subclasses.
    unsafe { Gc::from_header(v.as_header()) }
}

impl Array {
    /// The raw items. Not to be held across calls that may run Python code.
    fn raw(&self) -> &[u8] {
        match self.buf.get().cast::<RawBuf>() {
            // SAFETY: that many bytes of the buffer are initialised.
            Some(b) => unsafe { std::slice::from_raw_parts(b.data(), self.len.get() * self.code.size()) },
            None => &[],
        }
    }
    /// The raw items for writing, under the same condition.
    #[allow(clippy::mut_from_ref)]
    fn raw_mut(&self) -> &mut [u8] {
        match self.buf.get().cast::<RawBuf>() {
            // SAFETY: as above; callers hold one slice at a time.
            Some(b) => unsafe { std::slice::from_raw_parts_mut(b.data(), self.len.get() * self.code.size()) },
            None => &mut [],
        }
    }
    /// Item `i`, which is below the length.
    fn get(&self, vm: &Vm, i: usize) -> Value {
        let n = self.code.size();
        self.code.unpack(vm, &self.raw()[i * n..(i + 1) * n])
    }
    /// Changes the number of items; new ones are 0.
    fn resize(&self, vm: &Vm, n: usize) -> PyResult<()> {
        let old = self.len.get();
        if n == old {
            return Ok(());
        }
        if self.exports.get() > 0 {
            vm.drop_dead_exports(&self.exports)
                .map_err(|_| vm.buffer_error("cannot resize an array that is exporting buffers"))?;
        }
        let size = self.code.size();
        let buf = self.buf.get().cast::<RawBuf>();
        let cap = buf.map_or(0, |b| b.cap() / size);
        if n > cap || n < cap / 4 {
            let want = if n > old && old > 0 { n.checked_add(n / 8 + 8) } else { Some(n) };
            let bytes = want.and_then(|w| w.checked_mul(size));
            if !buf.zip(bytes).is_some_and(|(b, w)| b.try_grow(&vm.heap, w)) {
                let new =
                    bytes.and_then(|w| RawBuf::try_new(&vm.heap, w)).ok_or_else(|| vm.memory_error())?;
                if let Some(b) = buf {
                    // SAFETY: both hold the items that stay.
                    unsafe { std::ptr::copy_nonoverlapping(b.data(), new.data(), old.min(n) * size) };
                }
                // SAFETY: an array is a live object with a header.
                let me = unsafe { Gc::<Array>::from_ptr(self as *const Array as *mut Array) };
                self.buf.set(me, Value::from_header(new.header_ptr()));
            }
        }
        self.len.set(n);
        if n > old {
            self.raw_mut()[old * size..].fill(0);
        }
        Ok(())
    }
    /// Replaces the items `from..to` by raw ones.
    fn splice(&self, vm: &Vm, from: usize, to: usize, with: &[u8]) -> PyResult<()> {
        let size = self.code.size();
        let (len, count) = (self.len.get(), with.len() / size);
        let new = (len - (to - from)).checked_add(count).ok_or_else(|| vm.memory_error())?;
        if new > len {
            self.resize(vm, new)?;
            self.raw_mut().copy_within(to * size..len * size, (from + count) * size);
        } else if new < len {
            if self.exports.get() > 0 {
                vm.drop_dead_exports(&self.exports)
                    .map_err(|_| vm.buffer_error("cannot resize an array that is exporting buffers"))?;
            }
            self.raw_mut().copy_within(to * size..len * size, (from + count) * size);
            self.resize(vm, new)?;
        }
        self.raw_mut()[from * size..(from + count) * size].copy_from_slice(with);
        Ok(())
    }
    /// The raw form of a value.
    fn pack(&self, vm: &Vm, v: Value) -> PyResult<[u8; 8]> {
        self.code.pack(vm, v)
    }
    /// Appends a value.
    fn append(&self, vm: &Vm, v: Value) -> PyResult<()> {
        let b = self.pack(vm, v)?;
        let n = self.len.get();
        self.resize(vm, n + 1)?;
        let size = self.code.size();
        self.raw_mut()[n * size..].copy_from_slice(&b[..size]);
        Ok(())
    }
}

//! `_struct.Struct` and the iterator of `iter_unpack`.

use super::layout::Layout;
use super::{error, layout_arg, pack_into, pack_new, unpack_all, unpack_from};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::error::PyResult;
use taipan_runtime::vm::typedef::{GetSetDef, NativeObject, flag, readonly};
use taipan_runtime::{
    Args, Gc, Header, MethodDef, Slot, Slots, Tracer, TypeDef, Value, Vm, method, method_var,
};

/// A compiled format.
#[repr(C)]
pub struct Struct {
    header: Header,
    layout: RefCell<Option<Rc<Layout>>>,
}
impl Trace for Struct {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for Struct {
    const DEF: &'static TypeDef = &DEF;
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "Struct",
    module: "_struct",
    flags: flag::BASETYPE | flag::WEAKREF,
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), ..Slots::EMPTY },
    methods: METHODS,
    getset: GETSET,
    doc: "Struct(fmt) --> compiled struct object",
    ..TypeDef::native::<Struct>()
};

fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm.new_native_of(ty, |header| Struct { header, layout: RefCell::new(None) }).value())
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let [format] = args.bind::<1>(vm, "Struct", "(format)")?;
    let l = layout_arg(vm, format)?;
    *vm.native::<Struct>(v).expect("the type's own").layout.borrow_mut() = Some(Rc::new(l));
    Ok(())
}
fn layout(vm: &Vm, v: Value) -> PyResult<Rc<Layout>> {
    let s = vm.native::<Struct>(v).expect("the type's own");
    let l = s.layout.borrow().clone();
    l.ok_or_else(|| vm.runtime_error("Struct object is not initialized"))
}

fn repr(vm: &Vm, v: Value) -> PyResult {
    let text = vm.new_str(&String::from_utf8_lossy(&layout(vm, v)?.format));
    let text = vm.repr(text.value())?;
    Ok(vm.new_str(&format!("{}({})", *vm.class_of(v).name.get(), *text)).value())
}
fn pack(vm: &Vm, args: Args) -> PyResult {
    args.no_keywords(vm, "pack")?;
    pack_new(vm, &*layout(vm, args.pos[0])?, &args.pos[1..], "pack")
}
fn m_pack_into(vm: &Vm, args: Args) -> PyResult {
    args.no_keywords(vm, "pack_into")?;
    pack_into(vm, &*layout(vm, args.pos[0])?, &args.pos[1..])
}
fn unpack(vm: &Vm, a: &[Value]) -> PyResult {
    unpack_all(vm, &*layout(vm, a[0])?, a[1])
}
fn m_unpack_from(vm: &Vm, a: &[Value]) -> PyResult {
    unpack_from(vm, &*layout(vm, a[0])?, a[1], a[2])
}
fn m_iter_unpack(vm: &Vm, a: &[Value]) -> PyResult {
    iter_unpack(vm, (*layout(vm, a[0])?).clone(), a[1])
}
fn sizeof(vm: &Vm, a: &[Value]) -> PyResult {
    let n = size_of::<Struct>() + size_of::<Layout>() + layout(vm, a[0])?.items.len() * 32;
    Ok(vm.new_int(n as i64))
}

static METHODS: &[MethodDef] = &[
    method(
        "iter_unpack",
        "($self, buffer, /)",
        m_iter_unpack,
        "Return an iterator yielding tuples.\n\nTuples are unpacked from the given bytes source, like a repeated\ninvocation of unpack_from().\n\nRequires that the bytes length be a multiple of the struct size.",
    ),
    method_var(
        "pack",
        "($self, /, *values)",
        pack,
        "Pack values and return the packed bytes.\n\nReturn a bytes object containing the provided values packed\naccording to the struct format string.",
    ),
    method_var(
        "pack_into",
        "($self, buffer, offset, /, *values)",
        m_pack_into,
        "Pack values and write the packed bytes into the buffer.\n\nPack the provided values according to the struct format string\nand write the packed bytes into the writable buffer starting at offset.",
    ),
    method(
        "unpack",
        "($self, buffer, /)",
        unpack,
        "Return a tuple containing unpacked values.\n\nUnpack according to the struct format string.  The buffer's size\nin bytes must be the struct size.",
    ),
    method(
        "unpack_from",
        "($self, /, buffer, offset=0)",
        m_unpack_from,
        "Return a tuple containing unpacked values.\n\nValues are unpacked according to the struct format string.  The\nbuffer's size, minus offset, must be at least the struct size.",
    ),
    method("__sizeof__", "($self, /)", sizeof, "S.__sizeof__() -> size of S in memory, in bytes"),
];
static GETSET: &[GetSetDef] = &[
    readonly(
        "format",
        |vm, v| Ok(vm.new_str(&String::from_utf8_lossy(&layout(vm, v)?.format)).value()),
        "struct format string",
    ),
    readonly("size", size, "struct size in bytes"),
];

/// -1 before `__init__`.
fn size(vm: &Vm, v: Value) -> PyResult {
    let s = vm.native::<Struct>(v).expect("the type's own");
    let n = s.layout.borrow().as_ref().map_or(-1, |l| l.size as i64);
    Ok(vm.new_int(n))
}

/// The iterator of `iter_unpack`.
#[repr(C)]
struct UnpackIter {
    header: Header,
    buffer: Slot<Value>,
    at: Cell<usize>,
    layout: Rc<Layout>,
}
impl Trace for UnpackIter {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.buffer);
    }
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for UnpackIter {
    const DEF: &'static TypeDef = &ITER;
}
static ITER: TypeDef = TypeDef {
    name: "unpack_iterator",
    module: "_struct",
    flags: flag::IMMUTABLE | flag::NO_NEW,
    slots: Slots { iter: Some(itself), iternext: Some(next), ..Slots::EMPTY },
    methods: ITER_METHODS,
    ..TypeDef::native::<UnpackIter>()
};
static ITER_METHODS: &[MethodDef] = &[method("__length_hint__", "($self, /)", length_hint, "")];

/// `iter_unpack(buffer)`
pub fn iter_unpack(vm: &Vm, l: Layout, buffer: Value) -> PyResult {
    if l.size == 0 {
        return Err(error(vm, "cannot iteratively unpack with a struct of length 0"));
    }
    if !vm.get_buffer(buffer)?.len().is_multiple_of(l.size) {
        return Err(error(
            vm,
            format!("iterative unpacking requires a buffer of a multiple of {} bytes", l.size),
        ));
    }
    let it = vm.new_native(|header| UnpackIter {
        header,
        buffer: Slot::new(buffer),
        at: Cell::new(0),
        layout: Rc::new(l),
    });
    Ok(it.value())
}
fn iter_this(v: Value) -> Gc<UnpackIter> {
    // SAFETY: slots and methods of the type get its instances; it cannot be subclassed.
    unsafe { Gc::from_header(v.as_header()) }
}
fn itself(_: &Vm, v: Value) -> PyResult {
    Ok(v)
}
fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let it = iter_this(v);
    if it.buffer.get().is_none() {
        return Ok(None);
    }
    let b = vm.get_buffer(it.buffer.get())?;
    let (at, n) = (it.at.get(), it.layout.size);
    if at + n > b.len() {
        it.buffer.set(it, Value::NONE);
        return Ok(None);
    }
    it.at.set(at + n);
    super::unpack(vm, &it.layout, &b[at..at + n]).map(Some)
}
fn length_hint(vm: &Vm, a: &[Value]) -> PyResult {
    let it = iter_this(a[0]);
    if it.buffer.get().is_none() {
        return Ok(Value::int(0));
    }
    let b = vm.get_buffer(it.buffer.get())?;
    Ok(vm.new_int(((b.len() - it.at.get()) / it.layout.size) as i64))
}

//! `BufferedRWPair`: a reader and a writer as one stream.

use super::{base, buffered, invoke, unsupported};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{
    Args, Gc, Header, PyResult, Slot, Slots, Tracer, TypeDef, Value, Vm, method_var, readonly,
};

/// A pair.
#[repr(C)]
pub struct Pair {
    header: Header,
    reader: Slot<Value>,
    writer: Slot<Value>,
}
impl Trace for Pair {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.reader);
        t.slot(&self.writer);
    }
}
// SAFETY: `repr(C)`, starts with a header, made by `new_native_of` only.
unsafe impl NativeObject for Pair {
    const DEF: &'static TypeDef = &DEF;
}
fn this(vm: &Vm, v: Value) -> PyResult<Gc<Pair>> {
    let p = vm.native::<Pair>(v).ok_or_else(|| vm.type_error("a BufferedRWPair is required"))?;
    if p.reader.get().is_unbound() {
        return Err(vm.value_error("I/O operation on uninitialized object"));
    }
    Ok(p)
}
fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm
        .new_native_of(ty, |header| Pair {
            header,
            reader: Slot::new(Value::UNBOUND),
            writer: Slot::new(Value::UNBOUND),
        })
        .value())
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let [r, w, size] = args.bind(vm, "BufferedRWPair", "(reader, writer, buffer_size=131072, /)")?;
    for (s, m, text) in [
        (r, "readable", "File or stream is not readable."),
        (w, "writable", "File or stream is not writable."),
    ] {
        let ok = invoke(vm, s, m, &[])?;
        if !vm.truth(ok)? {
            return Err(unsupported(vm, text));
        }
    }
    let size: &[Value] = if size.is_unbound() { &[] } else { std::slice::from_ref(&size) };
    let make = |def: &'static TypeDef, raw: Value| {
        let mut a = taipan_runtime::GcVec::from_slice(&vm.heap, &[raw]);
        size.iter().for_each(|&s| a.push(&vm.heap, s));
        vm.call(vm.type_of_def(def).value(), &a)
    };
    let p = vm.native::<Pair>(v).ok_or_else(|| vm.type_error("a BufferedRWPair is required"))?;
    let (r, w) = (make(&buffered::READER, r)?, make(&buffered::WRITER, w)?);
    p.reader.set(p, r);
    p.writer.set(p, w);
    Ok(())
}
macro_rules! forward {
    ($($f:ident $to:ident $name:literal)*) => {$(
        fn $f(vm: &Vm, args: Args) -> PyResult {
            invoke(vm, this(vm, args.pos[0])?.$to.get(), $name, &args.pos[1..])
        }
    )*};
}
forward! {
    read reader "read" read1 reader "read1" readinto reader "readinto" readinto1 reader "readinto1"
    peek reader "peek" readable reader "readable" write writer "write" flush writer "flush"
    writable writer "writable"
}
fn close(vm: &Vm, args: Args) -> PyResult {
    let p = this(vm, args.pos[0])?;
    let w = invoke(vm, p.writer.get(), "close", &[]);
    invoke(vm, p.reader.get(), "close", &[])?;
    w
}
fn isatty(vm: &Vm, args: Args) -> PyResult {
    let p = this(vm, args.pos[0])?;
    let w = invoke(vm, p.writer.get(), "isatty", &[])?;
    if w.is_true() { Ok(w) } else { invoke(vm, p.reader.get(), "isatty", &[]) }
}
fn get_closed(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::bool(base::is_closed(vm, this(vm, v)?.writer.get())?))
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "BufferedRWPair",
    module: "_io",
    base: Some(&base::BUFFEREDIOBASE),
    flags: flag::BASETYPE | flag::IMMUTABLE | flag::HAS_DICT | flag::WEAKREF | flag::HAS_DEL,
    slots: Slots { new: Some(new), init: Some(init), ..Slots::EMPTY },
    methods: &[
        method_var("read", "($self, /, *args)", read, ""),
        method_var("read1", "($self, /, *args)", read1, ""),
        method_var("readinto", "($self, /, *args)", readinto, ""),
        method_var("readinto1", "($self, /, *args)", readinto1, ""),
        method_var("peek", "($self, /, *args)", peek, ""),
        method_var("write", "($self, /, *args)", write, ""),
        method_var("flush", "($self, /, *args)", flush, ""),
        method_var("readable", "($self, /, *args)", readable, ""),
        method_var("writable", "($self, /, *args)", writable, ""),
        method_var("close", "($self, /, *args)", close, ""),
        method_var("isatty", "($self, /, *args)", isatty, ""),
    ],
    getset: &[readonly("closed", get_closed, "")],
    doc: "A buffered reader and writer object together.",
    ..TypeDef::native::<Pair>()
};

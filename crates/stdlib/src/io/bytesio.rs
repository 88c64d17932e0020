//! `BytesIO`: an in-memory binary file.

use super::{base, size_arg, with_bytes};
use std::cell::{Cell, RefCell};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{Args, Gc, Header, PyResult, Slots, Tracer, TypeDef, Value, Vm, method, readonly};

/// An in-memory binary file.
#[repr(C)]
pub struct BytesIO {
    header: Header,
    data: RefCell<Vec<u8>>,
    pos: Cell<usize>,
    closed: Cell<bool>,
}

impl Trace for BytesIO {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, starts with a header, made by `new_native_of` only.
unsafe impl NativeObject for BytesIO {
    const DEF: &'static TypeDef = &DEF;
}

fn any(vm: &Vm, v: Value) -> PyResult<Gc<BytesIO>> {
    vm.native::<BytesIO>(v).ok_or_else(|| vm.type_error("a BytesIO is required"))
}
fn this(vm: &Vm, v: Value) -> PyResult<Gc<BytesIO>> {
    let b = any(vm, v)?;
    if b.closed.get() { Err(vm.value_error("I/O operation on closed file.")) } else { Ok(b) }
}
fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm
        .new_native_of(ty, |header| BytesIO {
            header,
            data: RefCell::default(),
            pos: Cell::new(0),
            closed: Cell::new(false),
        })
        .value())
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let [initial] = args.bind(vm, "BytesIO", "(initial_bytes=b'')")?;
    let b = any(vm, v)?;
    let data = match initial.bound().filter(|v| !v.is_none()) {
        Some(i) => with_bytes(vm, i, |x| x.to_vec())?,
        None => vec![],
    };
    *b.data.borrow_mut() = data;
    b.pos.set(0);
    Ok(())
}
impl BytesIO {
    fn take(&self, n: Option<usize>) -> Vec<u8> {
        let data = self.data.borrow();
        let p = self.pos.get().min(data.len());
        let n = n.map_or(data.len() - p, |n| n.min(data.len() - p));
        self.pos.set(self.pos.get() + n);
        data[p..p + n].to_vec()
    }
    fn take_line(&self, limit: Option<usize>) -> Vec<u8> {
        let n = {
            let data = self.data.borrow();
            let rest = &data[self.pos.get().min(data.len())..];
            rest.iter().position(|&c| c == b'\n').map_or(rest.len(), |p| p + 1)
        };
        self.take(Some(limit.map_or(n, |l| l.min(n))))
    }
    fn put(&self, vm: &Vm, bytes: &[u8]) -> PyResult<()> {
        let mut data = self.data.borrow_mut();
        let p = self.pos.get();
        let end = p + bytes.len();
        if data.len() < end && !bytes.is_empty() {
            let more = end - data.len();
            vm.room(&mut data, more)?;
            data.resize(end, 0);
        }
        if !bytes.is_empty() {
            data[p..end].copy_from_slice(bytes);
        }
        self.pos.set(end);
        Ok(())
    }
}
fn read(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    Ok(vm.new_bytes_vec(b.take(size_arg(vm, a[1])?))?.value())
}
fn readline(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    Ok(vm.new_bytes(&b.take_line(size_arg(vm, a[1])?)).value())
}
fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let line = this(vm, v)?.take_line(None);
    Ok(if line.is_empty() { None } else { Some(vm.new_bytes(&line).value()) })
}
fn readinto(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    let (_, len) = super::writable(vm, a[1])?;
    let got = b.take(Some(len));
    Ok(vm.new_int(super::write_into(vm, a[1], &got)? as i64))
}
fn write(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    let bytes = with_bytes(vm, a[1], |x| x.to_vec())?;
    b.put(vm, &bytes)?;
    Ok(vm.new_int(bytes.len() as i64))
}
fn writelines(vm: &Vm, a: &[Value]) -> PyResult {
    let it = vm.get_iter(a[1])?;
    while let Some(x) = vm.iter_next(it)? {
        write(vm, &[a[0], x])?;
    }
    Ok(Value::NONE)
}
fn seek(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    let offset = vm.index_i64(a[1])?;
    let whence = a[2].bound().map_or(Ok(0), |w| vm.index_i64(w))?;
    let base = match whence {
        0 if offset < 0 => return Err(vm.value_error(format!("negative seek value {offset}"))),
        0 => 0,
        1 => b.pos.get() as i64,
        2 => b.data.borrow().len() as i64,
        w => return Err(vm.value_error(format!("invalid whence ({w}, should be 0, 1 or 2)"))),
    };
    b.pos.set(base.saturating_add(offset).max(0) as usize);
    Ok(vm.new_int(b.pos.get() as i64))
}
fn tell(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int(this(vm, a[0])?.pos.get() as i64))
}
fn truncate(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    let n = match a[1].bound().filter(|v| !v.is_none()) {
        Some(v) => vm.index_i64(v)?,
        None => b.pos.get() as i64,
    };
    if n < 0 {
        return Err(vm.value_error(format!("negative size value {n}")));
    }
    b.data.borrow_mut().truncate(n as usize);
    Ok(vm.new_int(n))
}
fn getvalue(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    let data = b.data.borrow();
    Ok(vm.new_bytes_copy(&data)?.value())
}
fn getbuffer(vm: &Vm, a: &[Value]) -> PyResult {
    let v = getvalue(vm, a)?;
    let copy = vm.call(vm.types.bytearray.value(), &[v])?;
    match vm.builtins.get_str(vm, vm.intern("memoryview")) {
        Some(make) => vm.call(make, &[copy]),
        None => Err(vm.system_error("memoryview is missing")),
    }
}
fn close(vm: &Vm, a: &[Value]) -> PyResult {
    let b = any(vm, a[0])?;
    b.closed.set(true);
    b.data.take();
    Ok(Value::NONE)
}
fn yes(vm: &Vm, a: &[Value]) -> PyResult {
    this(vm, a[0])?;
    Ok(Value::TRUE)
}
fn isatty(vm: &Vm, a: &[Value]) -> PyResult {
    this(vm, a[0])?;
    Ok(Value::FALSE)
}
fn flush(vm: &Vm, a: &[Value]) -> PyResult {
    this(vm, a[0])?;
    Ok(Value::NONE)
}
fn get_closed(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::bool(any(vm, v)?.closed.get()))
}
fn getstate(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    let data = getvalue(vm, &a[..1])?;
    let d =
        taipan_runtime::objects::instance::extra_slots(b.header()).first().map_or(Value::NONE, |s| s.get());
    Ok(vm.new_tuple(&[data, vm.new_int(b.pos.get() as i64), d.or_none()]).value())
}
fn setstate(vm: &Vm, a: &[Value]) -> PyResult {
    let b = any(vm, a[0])?;
    let parts = vm.collect(a[1])?;
    if parts.len() != 3 {
        return Err(vm.type_error(format!(
            "{}.__setstate__ argument should be 3-tuple, got {}",
            vm.type_name(a[0]),
            vm.type_name(a[1])
        )));
    }
    *b.data.borrow_mut() = with_bytes(vm, parts[0], |x| x.to_vec())?;
    let pos = vm.index_i64(parts[1])?;
    if pos < 0 {
        return Err(vm.value_error("position value cannot be negative"));
    }
    b.pos.set(pos as usize);
    Ok(Value::NONE)
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "BytesIO",
    module: "_io",
    base: Some(&base::BUFFEREDIOBASE),
    flags: flag::BASETYPE | flag::IMMUTABLE | flag::HAS_DICT | flag::WEAKREF,
    slots: Slots { new: Some(new), init: Some(init), iternext: Some(next), ..Slots::EMPTY },
    methods: &[
        method("read", "($self, size=-1, /)", read, "Read at most size bytes, returned as a bytes object."),
        method("read1", "($self, size=-1, /)", read, "Read at most size bytes, returned as a bytes object."),
        method("readline", "($self, size=-1, /)", readline, "Next line from the file, as a bytes object."),
        method("readinto", "($self, buffer, /)", readinto, "Read bytes into buffer."),
        method("readinto1", "($self, buffer, /)", readinto, "Read bytes into buffer."),
        method("write", "($self, b, /)", write, "Write bytes to file."),
        method("writelines", "($self, lines, /)", writelines, "Write lines to the file."),
        method("seek", "($self, pos, whence=0, /)", seek, "Change stream position."),
        method("tell", "($self, /)", tell, "Current file position, an integer."),
        method("truncate", "($self, size=None, /)", truncate, "Truncate the file to at most size bytes."),
        method("getvalue", "($self, /)", getvalue, "Retrieve the entire contents of the BytesIO object."),
        method(
            "getbuffer",
            "($self, /)",
            getbuffer,
            "Get a read-write view over the contents of the BytesIO object.",
        ),
        method("close", "($self, /)", close, "Disable all I/O operations."),
        method("flush", "($self, /)", flush, "Does nothing."),
        method("isatty", "($self, /)", isatty, "Always returns False."),
        method("readable", "($self, /)", yes, "Returns True if the IO object can be read."),
        method("writable", "($self, /)", yes, "Returns True if the IO object can be written."),
        method("seekable", "($self, /)", yes, "Returns True if the IO object can be seeked."),
        method("__getstate__", "($self, /)", getstate, ""),
        method("__setstate__", "($self, state, /)", setstate, ""),
    ],
    getset: &[readonly("closed", get_closed, "True if the file is closed.")],
    doc: "Buffered I/O implementation using an in-memory bytes buffer.",
    ..TypeDef::native::<BytesIO>()
};

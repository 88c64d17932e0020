//! `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`: what all streams share.

use super::{invoke, size_arg, unsupported, with_bytes};
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::instance::Instance;
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::{PyResult, Slots, TypeDef, Value, Vm, getset, method, readonly};

/// Is the stream closed? Asks its `closed` attribute.
pub fn is_closed(vm: &Vm, s: Value) -> PyResult<bool> {
    let v = vm.get_attr(s, vm.intern("closed"))?;
    vm.truth(v)
}
/// Raises `ValueError` if the stream is closed.
pub fn check_closed(vm: &Vm, s: Value) -> PyResult<()> {
    if is_closed(vm, s)? { Err(vm.value_error("I/O operation on closed file.")) } else { Ok(()) }
}

fn flag_name() -> &'static str {
    "__IOBase_closed"
}
fn get_closed(vm: &Vm, s: Value) -> PyResult {
    // The flag is an attribute of its own, so that Python subclasses may override `closed`.
    Ok(Value::bool(vm.get_attr_opt(s, vm.intern(flag_name()))?.is_some()))
}
fn seek(vm: &Vm, _: &[Value]) -> PyResult {
    Err(unsupported(vm, "seek"))
}
fn tell(vm: &Vm, a: &[Value]) -> PyResult {
    invoke(vm, a[0], "seek", &[Value::int(0), Value::int(1)])
}
fn truncate(vm: &Vm, _: &[Value]) -> PyResult {
    Err(unsupported(vm, "truncate"))
}
fn fileno(vm: &Vm, _: &[Value]) -> PyResult {
    Err(unsupported(vm, "fileno"))
}
fn detach(vm: &Vm, _: &[Value]) -> PyResult {
    Err(unsupported(vm, "detach"))
}
fn flush(vm: &Vm, a: &[Value]) -> PyResult {
    check_closed(vm, a[0])?;
    Ok(Value::NONE)
}
/// `close()`: flushes once.
pub fn close(vm: &Vm, a: &[Value]) -> PyResult {
    let name = vm.intern(flag_name());
    if vm.get_attr_opt(a[0], name)?.is_some() {
        return Ok(Value::NONE);
    }
    let r = invoke(vm, a[0], "flush", &[]);
    vm.set_attr(a[0], name, Value::TRUE)?;
    r.map(|_| Value::NONE)
}
fn seekable(vm: &Vm, a: &[Value]) -> PyResult {
    check_closed(vm, a[0])?;
    Ok(Value::FALSE)
}
fn check(vm: &Vm, s: Value, method: &str, msg: &str) -> PyResult {
    let v = invoke(vm, s, method, &[])?;
    if v.is_true() { Ok(Value::TRUE) } else { Err(unsupported(vm, msg)) }
}
fn check_seekable(vm: &Vm, a: &[Value]) -> PyResult {
    check(vm, a[0], "seekable", "File or stream is not seekable.")
}
fn check_readable(vm: &Vm, a: &[Value]) -> PyResult {
    check(vm, a[0], "readable", "File or stream is not readable.")
}
fn check_writable(vm: &Vm, a: &[Value]) -> PyResult {
    check(vm, a[0], "writable", "File or stream is not writable.")
}
fn check_closed_method(vm: &Vm, a: &[Value]) -> PyResult {
    check_closed(vm, a[0])?;
    Ok(Value::NONE)
}
fn enter(vm: &Vm, a: &[Value]) -> PyResult {
    check_closed(vm, a[0])?;
    Ok(a[0])
}
fn exit(vm: &Vm, args: taipan_runtime::Args) -> PyResult {
    invoke(vm, args.pos[0], "close", &[])
}
fn isatty(vm: &Vm, a: &[Value]) -> PyResult {
    check_closed(vm, a[0])?;
    Ok(Value::FALSE)
}
fn iter(vm: &Vm, s: Value) -> PyResult {
    check_closed(vm, s)?;
    Ok(s)
}
fn next(vm: &Vm, s: Value) -> PyResult<Option<Value>> {
    let line = vm.call_method(s, vm.names.readline, &[])?;
    Ok(if vm.len(line)? == 0 { None } else { Some(line) })
}
/// `readline` in terms of `peek` and `read`.
fn readline(vm: &Vm, a: &[Value]) -> PyResult {
    let limit = size_arg(vm, a[1])?;
    let peek = vm.get_attr_opt(a[0], vm.intern("peek"))?;
    let mut line: Vec<u8> = vec![];
    while limit.is_none_or(|l| line.len() < l) {
        let mut want = 1;
        if let Some(peek) = peek {
            let ahead = vm.call(peek, &[Value::int(1)])?;
            let Some(b) = ahead.cast::<Bytes>() else {
                return Err(vm.new_exception(
                    vm.types.OSError,
                    &format!("peek() should have returned a bytes object, not '{}'", vm.type_name(ahead)),
                ));
            };
            let b = b.as_bytes();
            if !b.is_empty() {
                let end = b.iter().position(|&c| c == b'\n').map_or(b.len(), |p| p + 1);
                want = limit.map_or(end, |l| end.min(l - line.len()));
            }
        }
        let got = vm.call_method(a[0], vm.names.read, &[Value::int(want as i64)])?;
        let Some(b) = got.cast::<Bytes>() else {
            return Err(vm.new_exception(
                vm.types.OSError,
                &format!("read() should have returned a bytes object, not '{}'", vm.type_name(got)),
            ));
        };
        if b.as_bytes().is_empty() {
            break;
        }
        line.extend_from_slice(b.as_bytes());
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(vm.new_bytes(&line).value())
}
fn readlines(vm: &Vm, a: &[Value]) -> PyResult {
    let hint = size_arg(vm, a[1])?.filter(|&n| n > 0);
    let it = vm.get_iter(a[0])?;
    let mut out = taipan_runtime::GcVec::new();
    let mut n = 0;
    while let Some(line) = vm.iter_next(it)? {
        n += vm.len(line)?;
        out.push(&vm.heap, line);
        if hint.is_some_and(|h| n >= h) {
            break;
        }
    }
    Ok(vm.new_list(&out).value())
}
fn writelines(vm: &Vm, a: &[Value]) -> PyResult {
    check_closed(vm, a[0])?;
    let it = vm.get_iter(a[1])?;
    while let Some(line) = vm.iter_next(it)? {
        vm.call_method(a[0], vm.names.write, &[line])?;
    }
    Ok(Value::NONE)
}
fn finalize(vm: &Vm, s: Value) -> PyResult<()> {
    if let Ok(false) = is_closed(vm, s) {
        invoke(vm, s, "close", &[])?;
    }
    Ok(())
}

/// `_IOBase`
pub static IOBASE: TypeDef = TypeDef {
    name: "_IOBase",
    module: "_io",
    size: size_of::<Instance>(),
    flags: flag::BASETYPE | flag::IMMUTABLE | flag::HAS_DICT | flag::WEAKREF | flag::HAS_DEL,
    slots: Slots { iter: Some(iter), iternext: Some(next), finalize: Some(finalize), ..Slots::EMPTY },
    methods: &[
        method(
            "seek",
            "($self, offset, whence=0, /)",
            seek,
            "Change the stream position to the given byte offset.",
        ),
        method("tell", "($self, /)", tell, "Return current stream position."),
        method("truncate", "($self, size=None, /)", truncate, "Truncate file to size bytes."),
        method("flush", "($self, /)", flush, "Flush write buffers, if applicable."),
        method("close", "($self, /)", close, "Flush and close the IO object."),
        method("seekable", "($self, /)", seekable, "Return whether object supports random access."),
        method("readable", "($self, /)", seekable, "Return whether object was opened for reading."),
        method("writable", "($self, /)", seekable, "Return whether object was opened for writing."),
        method("_checkClosed", "($self, msg=None, /)", check_closed_method, ""),
        method("_checkSeekable", "($self, msg=None, /)", check_seekable, ""),
        method("_checkReadable", "($self, msg=None, /)", check_readable, ""),
        method("_checkWritable", "($self, msg=None, /)", check_writable, ""),
        method("fileno", "($self, /)", fileno, "Return underlying file descriptor if one exists."),
        method("isatty", "($self, /)", isatty, "Return whether this is an 'interactive' stream."),
        method("__enter__", "($self, /)", enter, ""),
        taipan_runtime::method_var("__exit__", "($self, /, *args)", exit, ""),
        method("readline", "($self, size=-1, /)", readline, "Read and return a line from the stream."),
        method("readlines", "($self, hint=-1, /)", readlines, "Return a list of lines from the stream."),
        method("writelines", "($self, lines, /)", writelines, "Write a list of lines to stream."),
    ],
    getset: &[readonly("closed", get_closed, "")],
    doc: "The abstract base class for all I/O classes.",
    ..TypeDef::EMPTY
};

fn raw_read(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(n) = size_arg(vm, a[1])? else { return invoke(vm, a[0], "readall", &[]) };
    let buf = vm.call(vm.types.bytearray.value(), &[vm.new_int(n as i64)])?;
    let got = invoke(vm, a[0], "readinto", &[buf])?;
    if got.is_none() {
        return Ok(got);
    }
    let got = vm.index_i64(got)?.clamp(0, n as i64) as usize;
    let v = with_bytes(vm, buf, |b| b[..got.min(b.len())].to_vec())?;
    Ok(vm.new_bytes(&v).value())
}
fn raw_readall(vm: &Vm, a: &[Value]) -> PyResult {
    let mut all = vec![];
    loop {
        let chunk = vm.call_method(a[0], vm.names.read, &[Value::int(super::DEFAULT_BUFFER_SIZE as i64)])?;
        if chunk.is_none() && all.is_empty() {
            return Ok(chunk);
        }
        let Some(b) = chunk.cast::<Bytes>() else {
            if chunk.is_none() {
                break;
            }
            return Err(vm.type_error("read() should return bytes"));
        };
        if b.as_bytes().is_empty() {
            break;
        }
        vm.room(&mut all, b.as_bytes().len())?;
        all.extend_from_slice(b.as_bytes());
    }
    Ok(vm.new_bytes_vec(all)?.value())
}

/// `_RawIOBase`
pub static RAWIOBASE: TypeDef = TypeDef {
    name: "_RawIOBase",
    module: "_io",
    base: Some(&IOBASE),
    methods: &[
        method("read", "($self, size=-1, /)", raw_read, ""),
        method("readall", "($self, /)", raw_readall, "Read until EOF, using multiple read() call."),
    ],
    doc: "Base class for raw binary I/O.",
    ..IOBASE_LIKE
};

const IOBASE_LIKE: TypeDef = TypeDef {
    size: size_of::<Instance>(),
    flags: flag::BASETYPE | flag::IMMUTABLE | flag::HAS_DICT | flag::WEAKREF | flag::HAS_DEL,
    ..TypeDef::EMPTY
};

fn unsupported_read(vm: &Vm, _: &[Value]) -> PyResult {
    Err(unsupported(vm, "read"))
}
fn unsupported_read1(vm: &Vm, _: &[Value]) -> PyResult {
    Err(unsupported(vm, "read1"))
}
fn unsupported_write(vm: &Vm, _: &[Value]) -> PyResult {
    Err(unsupported(vm, "write"))
}
fn unsupported_readline(vm: &Vm, _: &[Value]) -> PyResult {
    Err(unsupported(vm, "readline"))
}
fn readinto_by(vm: &Vm, a: &[Value], name: &str) -> PyResult {
    let (_, len) = super::writable(vm, a[1])?;
    let got = invoke(vm, a[0], name, &[vm.new_int(len as i64)])?;
    let Some(b) = got.cast::<Bytes>() else { return Err(vm.type_error("read() should return bytes")) };
    if b.as_bytes().len() > len {
        return Err(vm.value_error(format!(
            "read() returned too much data: {len} bytes requested, {} returned",
            b.as_bytes().len()
        )));
    }
    let n = super::write_into(vm, a[1], b.as_bytes())?;
    Ok(vm.new_int(n as i64))
}
fn readinto(vm: &Vm, a: &[Value]) -> PyResult {
    readinto_by(vm, a, "read")
}
fn readinto1(vm: &Vm, a: &[Value]) -> PyResult {
    readinto_by(vm, a, "read1")
}

/// `_BufferedIOBase`
pub static BUFFEREDIOBASE: TypeDef = TypeDef {
    name: "_BufferedIOBase",
    module: "_io",
    base: Some(&IOBASE),
    methods: &[
        method(
            "detach",
            "($self, /)",
            detach,
            "Disconnect this buffer from its underlying raw stream and return it.",
        ),
        method("read", "($self, size=-1, /)", unsupported_read, "Read and return up to n bytes."),
        method("read1", "($self, size=-1, /)", unsupported_read1, ""),
        method("readinto", "($self, buffer, /)", readinto, ""),
        method("readinto1", "($self, buffer, /)", readinto1, ""),
        method("write", "($self, b, /)", unsupported_write, "Write buffer b to the IO stream."),
    ],
    doc: "Base class for buffered IO objects.",
    ..IOBASE_LIKE
};

fn none(_: &Vm, _: Value) -> PyResult {
    Ok(Value::NONE)
}

/// `_TextIOBase`
pub static TEXTIOBASE: TypeDef = TypeDef {
    name: "_TextIOBase",
    module: "_io",
    base: Some(&IOBASE),
    methods: &[
        method(
            "detach",
            "($self, /)",
            detach,
            "Separate the underlying buffer from the TextIOBase and return it.",
        ),
        method("read", "($self, size=-1, /)", unsupported_read, "Read at most size characters from stream."),
        method("readline", "($self, size=-1, /)", unsupported_readline, "Read until newline or EOF."),
        method("write", "($self, s, /)", unsupported_write, "Write string s to stream."),
    ],
    getset: &[
        readonly("encoding", none, "Encoding of the text stream."),
        readonly("newlines", none, "Line endings translated so far."),
        getset("errors", none, set_errors, "The error setting of the decoder or encoder."),
    ],
    doc: "Base class for text I/O.",
    ..IOBASE_LIKE
};

fn set_errors(vm: &Vm, _: Value, _: Value) -> PyResult<()> {
    Err(vm.attribute_error("readonly attribute"))
}

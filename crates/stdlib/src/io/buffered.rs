//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: buffers over a raw stream.
//!
//! One layout serves all three: bytes read ahead (`ahead[pos..]`) and bytes not yet written (`pending`); at most
//! one of the two is non-empty. A raw stream that is exactly a `FileIO` is read and written directly, others
//! through their methods.

use super::fileio::FileIO;
use super::{DEFAULT_BUFFER_SIZE, base, invoke, size_arg, unsupported, with_bytes};
use std::cell::{Cell, RefCell};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{Args, Gc, Header, PyResult, Slot, Slots, Tracer, TypeDef, Value, Vm, method, readonly};

/// A buffered stream.
#[repr(C)]
pub struct Buffered {
    header: Header,
    /// The raw stream; unbound before `__init__`, `None` once detached.
    pub raw: Slot<Value>,
    can_read: Cell<bool>,
    can_write: Cell<bool>,
    size: Cell<usize>,
    ahead: RefCell<Vec<u8>>,
    pos: Cell<usize>,
    pending: RefCell<Vec<u8>>,
}

impl Trace for Buffered {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.raw);
    }
}
// SAFETY: `repr(C)`, starts with a header; the three types below share the layout through `LAYOUT`.
unsafe impl NativeObject for Buffered {
    const DEF: &'static TypeDef = &LAYOUT;
}

const FLAGS: u32 = flag::BASETYPE | flag::IMMUTABLE | flag::HAS_DICT | flag::WEAKREF | flag::HAS_DEL;

fn this(vm: &Vm, v: Value) -> PyResult<Gc<Buffered>> {
    let b = vm.native::<Buffered>(v).ok_or_else(|| vm.type_error("a buffered stream is required"))?;
    if b.raw.get().is_unbound() {
        return Err(vm.value_error("I/O operation on uninitialized object"));
    }
    if b.raw.get().is_none() {
        return Err(vm.value_error("raw stream has been detached"));
    }
    Ok(b)
}
fn open(vm: &Vm, v: Value, action: &str) -> PyResult<Gc<Buffered>> {
    let b = this(vm, v)?;
    let closed = match direct(vm, b) {
        Some(f) => !f.is_open(),
        None => base::is_closed(vm, b.raw.get())?,
    };
    if closed { Err(vm.value_error(format!("{action} closed file"))) } else { Ok(b) }
}
/// The raw stream as an exact `FileIO`.
fn direct(vm: &Vm, b: Gc<Buffered>) -> Option<Gc<FileIO>> {
    let raw = b.raw.get();
    if vm.class_of(raw) == vm.type_of_def(&super::fileio::DEF) { vm.native::<FileIO>(raw) } else { None }
}

fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm
        .new_native_of(ty, |header| Buffered {
            header,
            raw: Slot::new(Value::UNBOUND),
            can_read: Cell::new(false),
            can_write: Cell::new(false),
            size: Cell::new(0),
            ahead: RefCell::default(),
            pos: Cell::new(0),
            pending: RefCell::default(),
        })
        .value())
}

fn init_as(vm: &Vm, v: Value, args: Args, name: &str, read: bool, write: bool) -> PyResult<()> {
    let [raw, size] = args.bind(vm, name, "(raw, buffer_size=131072)")?;
    let size = match size.bound() {
        Some(s) => vm.index_i64(s)?,
        None => DEFAULT_BUFFER_SIZE as i64,
    };
    let random = read && write;
    for (need, m, text) in [
        (random, "seekable", "File or stream is not seekable."),
        (read, "readable", "File or stream is not readable."),
        (write, "writable", "File or stream is not writable."),
    ] {
        if need {
            let r = invoke(vm, raw, m, &[])?;
            if !vm.truth(r)? {
                return Err(unsupported(vm, text));
            }
        }
    }
    if size <= 0 {
        return Err(vm.value_error("buffer size must be strictly positive"));
    }
    let b = vm.native::<Buffered>(v).ok_or_else(|| vm.type_error("a buffered stream is required"))?;
    b.raw.set(b, raw);
    b.can_read.set(read);
    b.can_write.set(write);
    b.size.set(size as usize);
    b.ahead.borrow_mut().clear();
    b.pos.set(0);
    b.pending.borrow_mut().clear();
    Ok(())
}
fn init_reader(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    init_as(vm, v, args, "BufferedReader", true, false)
}
fn init_writer(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    init_as(vm, v, args, "BufferedWriter", false, true)
}
fn init_random(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    init_as(vm, v, args, "BufferedRandom", true, true)
}

impl Buffered {
    fn ahead_len(&self) -> usize {
        self.ahead.borrow().len() - self.pos.get()
    }
    /// Takes up to `n` bytes of what was read ahead.
    fn take(&self, n: usize, out: &mut Vec<u8>) {
        let ahead = self.ahead.borrow();
        let p = self.pos.get();
        let n = n.min(ahead.len() - p);
        out.extend_from_slice(&ahead[p..p + n]);
        self.pos.set(p + n);
    }
    fn drop_ahead(&self) {
        self.ahead.borrow_mut().clear();
        self.pos.set(0);
    }
}

/// One raw read of at most `n` bytes; `None` where the raw stream would block.
fn raw_read(vm: &Vm, b: Gc<Buffered>, n: usize) -> PyResult<Option<Vec<u8>>> {
    if let Some(f) = direct(vm, b) {
        let mut buf = vm.zeroed(n)?;
        return Ok(f.read_into(vm, &mut buf)?.map(|k| {
            buf.truncate(k);
            buf
        }));
    }
    let buf = vm.call(vm.types.bytearray.value(), &[vm.new_int(n as i64)])?;
    let got = invoke(vm, b.raw.get(), "readinto", &[buf])?;
    if got.is_none() {
        return Ok(None);
    }
    let k = vm.index_i64(got)?;
    if k < 0 || k as usize > n {
        return Err(vm.new_exception(
            vm.types.OSError,
            &format!("raw readinto() returned invalid length {k} (should have been between 0 and {n})"),
        ));
    }
    with_bytes(vm, buf, |x| x[..k as usize].to_vec()).map(Some)
}
/// Reads ahead once; false at the end of the stream (or where it would block).
fn fill(vm: &Vm, b: Gc<Buffered>) -> PyResult<Option<bool>> {
    let Some(got) = raw_read(vm, b, b.size.get())? else { return Ok(None) };
    let more = !got.is_empty();
    *b.ahead.borrow_mut() = got;
    b.pos.set(0);
    Ok(Some(more))
}

/// Writes everything that is pending.
pub fn flush_pending(vm: &Vm, b: Gc<Buffered>) -> PyResult<()> {
    while !b.pending.borrow().is_empty() {
        let n = match direct(vm, b) {
            Some(f) => {
                if !f.is_open() {
                    return Err(vm.value_error("write to closed file"));
                }
                let data = b.pending.take();
                let r = f.write_from(vm, &data);
                *b.pending.borrow_mut() = data;
                r?
            }
            None => {
                let data = vm.new_bytes(&b.pending.borrow()).value();
                let r = vm.call_method(b.raw.get(), vm.names.write, &[data])?;
                if r.is_none() { None } else { Some(vm.index_i64(r)?.max(0) as usize) }
            }
        };
        let Some(n) = n else {
            let e = vm.os_error_for(libc::EAGAIN, Value::UNBOUND, Value::UNBOUND);
            return Err(e);
        };
        let mut p = b.pending.borrow_mut();
        if n > p.len() {
            return Err(vm.new_exception(
                vm.types.OSError,
                &format!(
                    "raw write() returned invalid length {n} (should have been between 0 and {})",
                    p.len()
                ),
            ));
        }
        p.drain(..n);
    }
    Ok(())
}

fn reading(vm: &Vm, b: Gc<Buffered>) -> PyResult<()> {
    if b.can_write.get() { flush_pending(vm, b) } else { Ok(()) }
}
/// Before writing: the raw position goes back to where the reader stood.
fn writing(vm: &Vm, b: Gc<Buffered>) -> PyResult<()> {
    let n = b.ahead_len();
    if n > 0 {
        invoke(vm, b.raw.get(), "seek", &[vm.new_int(-(n as i64)), Value::int(1)])?;
    }
    b.drop_ahead();
    Ok(())
}

fn read(vm: &Vm, a: &[Value]) -> PyResult {
    let n = match a[1].bound().filter(|v| !v.is_none()) {
        None => None,
        Some(v) => {
            let n = vm.index_i64(v)?;
            if n < -1 {
                return Err(vm.value_error("read length must be non-negative or -1"));
            }
            vm.check_hint(n.max(0) as usize)?;
            if n == -1 { None } else { Some(n as usize) }
        }
    };
    let b = open(vm, a[0], "read of")?;
    reading(vm, b)?;
    let mut out = vec![];
    let Some(n) = n else {
        b.take(usize::MAX, &mut out);
        b.drop_ahead();
        if direct(vm, b).is_none()
            && let Some(readall) = vm.get_attr_opt(b.raw.get(), vm.intern("readall"))?
        {
            let rest = vm.call(readall, &[])?;
            if rest.is_none() {
                return Ok(if out.is_empty() { Value::NONE } else { vm.new_bytes(&out).value() });
            }
            let Some(r) = rest.cast::<Bytes>() else {
                return Err(vm.type_error("readall() should return bytes"));
            };
            vm.room(&mut out, r.as_bytes().len())?;
            out.extend_from_slice(r.as_bytes());
            return Ok(vm.new_bytes_vec(out)?.value());
        }
        loop {
            match raw_read(vm, b, b.size.get())? {
                Some(c) if c.is_empty() => break,
                Some(c) => {
                    vm.room(&mut out, c.len())?;
                    out.extend(c);
                }
                None if out.is_empty() => return Ok(Value::NONE),
                None => break,
            }
        }
        return Ok(vm.new_bytes_vec(out)?.value());
    };
    b.take(n, &mut out);
    while out.len() < n {
        let want = n - out.len();
        let got = if want >= b.size.get() {
            match raw_read(vm, b, want.min(1 << 30))? {
                Some(c) => {
                    let more = !c.is_empty();
                    out.extend(c);
                    Some(more)
                }
                None => None,
            }
        } else {
            let r = fill(vm, b)?;
            b.take(want, &mut out);
            r
        };
        match got {
            Some(true) => {}
            None if out.is_empty() => return Ok(Value::NONE),
            _ => break,
        }
    }
    Ok(vm.new_bytes(&out).value())
}
fn read1(vm: &Vm, a: &[Value]) -> PyResult {
    let b = open(vm, a[0], "read of")?;
    let n = size_arg(vm, a[1])?.unwrap_or(b.size.get());
    reading(vm, b)?;
    let mut out = vec![];
    if n == 0 {
        return Ok(vm.new_bytes(&out).value());
    }
    if b.ahead_len() == 0 {
        if n > b.size.get() {
            out = raw_read(vm, b, n.min(1 << 30))?.unwrap_or_default();
            return Ok(vm.new_bytes(&out).value());
        }
        fill(vm, b)?;
    }
    b.take(n, &mut out);
    Ok(vm.new_bytes(&out).value())
}
fn readinto(vm: &Vm, a: &[Value]) -> PyResult {
    let b = open(vm, a[0], "readinto of")?;
    let (_, len) = super::writable(vm, a[1])?;
    reading(vm, b)?;
    let mut out = vec![];
    b.take(len, &mut out);
    while out.len() < len {
        match fill(vm, b)? {
            Some(true) => b.take(len - out.len(), &mut out),
            None if out.is_empty() => return Ok(Value::NONE),
            _ => break,
        }
    }
    Ok(vm.new_int(super::write_into(vm, a[1], &out)? as i64))
}
fn readinto1(vm: &Vm, a: &[Value]) -> PyResult {
    let b = open(vm, a[0], "readinto of")?;
    let (_, len) = super::writable(vm, a[1])?;
    reading(vm, b)?;
    if b.ahead_len() == 0 {
        fill(vm, b)?;
    }
    let mut out = vec![];
    b.take(len, &mut out);
    Ok(vm.new_int(super::write_into(vm, a[1], &out)? as i64))
}
fn peek(vm: &Vm, a: &[Value]) -> PyResult {
    let b = open(vm, a[0], "peek of")?;
    reading(vm, b)?;
    if b.ahead_len() == 0 {
        fill(vm, b)?;
    }
    let v = b.ahead.borrow()[b.pos.get()..].to_vec();
    Ok(vm.new_bytes(&v).value())
}
/// Reads up to and including the next newline, at most `limit` bytes.
pub fn read_line(vm: &Vm, b: Gc<Buffered>, limit: Option<usize>) -> PyResult<Vec<u8>> {
    reading(vm, b)?;
    let mut out = vec![];
    loop {
        let room = limit.map_or(usize::MAX, |l| l - out.len());
        if room == 0 {
            break;
        }
        let end = {
            let ahead = b.ahead.borrow();
            ahead[b.pos.get()..].iter().position(|&c| c == b'\n').map(|p| p + 1)
        };
        b.take(end.unwrap_or(usize::MAX).min(room), &mut out);
        if end.is_some() || out.len() == limit.unwrap_or(usize::MAX) {
            break;
        }
        if fill(vm, b)? != Some(true) {
            break;
        }
    }
    Ok(out)
}
fn readline(vm: &Vm, a: &[Value]) -> PyResult {
    let b = open(vm, a[0], "readline of")?;
    let limit = size_arg(vm, a[1])?;
    Ok(vm.new_bytes(&read_line(vm, b, limit)?).value())
}
fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    if vm.class_of(v).has(flag::HEAP) {
        let line = vm.call_method(v, vm.names.readline, &[])?;
        return Ok(if vm.len(line)? == 0 { None } else { Some(line) });
    }
    let b = open(vm, v, "readline of")?;
    let line = read_line(vm, b, None)?;
    Ok(if line.is_empty() { None } else { Some(vm.new_bytes(&line).value()) })
}
fn write(vm: &Vm, a: &[Value]) -> PyResult {
    if a[1].is_kind(taipan_runtime::kinds::STR) {
        return Err(vm.type_error("a bytes-like object is required, not 'str'"));
    }
    let b = open(vm, a[0], "write to")?;
    writing(vm, b)?;
    let n = with_bytes(vm, a[1], |x| {
        b.pending.borrow_mut().extend_from_slice(x);
        x.len()
    })?;
    if b.pending.borrow().len() > b.size.get() {
        flush_pending(vm, b)?;
    }
    Ok(vm.new_int(n as i64))
}
fn flush(vm: &Vm, a: &[Value]) -> PyResult {
    let b = open(vm, a[0], "flush of")?;
    if b.can_write.get() {
        flush_pending(vm, b)?;
        if b.can_read.get() {
            writing(vm, b)?;
        }
    }
    if direct(vm, b).is_none() {
        return vm.call_method(b.raw.get(), vm.names.flush, &[]);
    }
    Ok(Value::NONE)
}
fn tell(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    let at = invoke(vm, b.raw.get(), "tell", &[])?;
    let at = vm.index_i64(at)?;
    if at < 0 {
        return Err(vm.new_exception(vm.types.OSError, &format!("Raw stream returned invalid position {at}")));
    }
    Ok(vm.new_int(at - b.ahead_len() as i64 + b.pending.borrow().len() as i64))
}
fn seek(vm: &Vm, a: &[Value]) -> PyResult {
    let b = open(vm, a[0], "seek of")?;
    let whence = a[2].bound().map_or(Ok(0), |w| vm.index_i64(w))?;
    if !(0..=2).contains(&whence) {
        return Err(vm.value_error(format!("whence value {whence} unsupported")));
    }
    let mut offset = vm.index_i64(a[1])?;
    let s = invoke(vm, b.raw.get(), "seekable", &[])?;
    if !vm.truth(s)? {
        return Err(unsupported(vm, "File or stream is not seekable."));
    }
    flush_pending(vm, b)?;
    if whence == 1 {
        offset -= b.ahead_len() as i64;
    }
    b.drop_ahead();
    invoke(vm, b.raw.get(), "seek", &[vm.new_int(offset), Value::int(whence)])
}
fn truncate(vm: &Vm, a: &[Value]) -> PyResult {
    let b = open(vm, a[0], "truncate of")?;
    if !b.can_write.get() {
        return Err(unsupported(vm, "truncate"));
    }
    flush_pending(vm, b)?;
    let size = match a[1].bound().filter(|v| !v.is_none()) {
        Some(v) => v,
        None => tell(vm, &a[..1])?,
    };
    invoke(vm, b.raw.get(), "truncate", &[size])
}
fn close(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    if base::is_closed(vm, b.raw.get())? {
        return Ok(Value::NONE);
    }
    let r = vm.call_method(a[0], vm.names.flush, &[]);
    let c = vm.call_method(b.raw.get(), vm.names.close, &[]);
    b.drop_ahead();
    b.pending.borrow_mut().clear();
    r?;
    c
}
fn detach(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    vm.call_method(a[0], vm.names.flush, &[])?;
    let raw = b.raw.get();
    b.raw.set(b, Value::NONE);
    Ok(raw)
}

macro_rules! forward {
    ($($f:ident)*) => {$(
        fn $f(vm: &Vm, a: &[Value]) -> PyResult {
            invoke(vm, this(vm, a[0])?.raw.get(), stringify!($f), &[])
        }
    )*};
}
forward! { fileno isatty seekable readable writable }

fn get_raw(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.native::<Buffered>(v).map_or(Value::NONE, |b| b.raw.get().or_none()))
}
fn get_closed(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::bool(base::is_closed(vm, this(vm, v)?.raw.get())?))
}
fn get_name(vm: &Vm, v: Value) -> PyResult {
    vm.get_attr(this(vm, v)?.raw.get(), vm.intern("name"))
}
fn get_mode(vm: &Vm, v: Value) -> PyResult {
    vm.get_attr(this(vm, v)?.raw.get(), vm.names.mode)
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let ty = vm.class_of(v).short_name();
    let name = match vm.get_attr(v, vm.intern("name")) {
        Ok(n) => format!(" name={}", vm.repr(n)?),
        Err(_) => String::new(),
    };
    Ok(vm.new_str(&format!("<_io.{ty}{name}>")).value())
}

macro_rules! rows {
    (read) => {
        &[
            method("read", "($self, size=-1, /)", read, "Read and return up to n bytes."),
            method("read1", "($self, size=-1, /)", read1, ""),
            method("readinto", "($self, buffer, /)", readinto, ""),
            method("readinto1", "($self, buffer, /)", readinto1, ""),
            method("peek", "($self, size=0, /)", peek, ""),
            method("readline", "($self, size=-1, /)", readline, "Read and return a line from the stream."),
        ]
    };
    (write) => {
        &[method("write", "($self, buffer, /)", write, "Write the given buffer to the IO stream.")]
    };
    (both) => {
        &[
            method("read", "($self, size=-1, /)", read, "Read and return up to n bytes."),
            method("read1", "($self, size=-1, /)", read1, ""),
            method("readinto", "($self, buffer, /)", readinto, ""),
            method("readinto1", "($self, buffer, /)", readinto1, ""),
            method("peek", "($self, size=0, /)", peek, ""),
            method("readline", "($self, size=-1, /)", readline, "Read and return a line from the stream."),
            method("write", "($self, buffer, /)", write, "Write the given buffer to the IO stream."),
        ]
    };
}

/// What all three share: methods and attributes of the layout's own type.
pub static LAYOUT: TypeDef = TypeDef {
    name: "_BufferedIOMixin",
    module: "_io",
    base: Some(&base::BUFFEREDIOBASE),
    flags: FLAGS,
    slots: Slots { new: Some(new), repr: Some(repr), ..Slots::EMPTY },
    methods: &[
        method("close", "($self, /)", close, ""),
        method("detach", "($self, /)", detach, ""),
        method("flush", "($self, /)", flush, ""),
        method("seek", "($self, target, whence=0, /)", seek, ""),
        method("tell", "($self, /)", tell, ""),
        method("truncate", "($self, pos=None, /)", truncate, ""),
        method("fileno", "($self, /)", fileno, ""),
        method("isatty", "($self, /)", isatty, ""),
        method("seekable", "($self, /)", seekable, ""),
        method("readable", "($self, /)", readable, ""),
        method("writable", "($self, /)", writable, ""),
    ],
    getset: &[
        readonly("raw", get_raw, ""),
        readonly("closed", get_closed, ""),
        readonly("name", get_name, ""),
        readonly("mode", get_mode, ""),
    ],
    ..TypeDef::native::<Buffered>()
};
/// `BufferedReader`
pub static READER: TypeDef = TypeDef {
    name: "BufferedReader",
    module: "_io",
    base: Some(&LAYOUT),
    flags: FLAGS,
    slots: Slots { init: Some(init_reader), iternext: Some(next), ..Slots::EMPTY },
    methods: rows!(read),
    doc: "Create a new buffered reader using the given readable raw IO object.",
    ..TypeDef::native::<Buffered>()
};
/// `BufferedWriter`
pub static WRITER: TypeDef = TypeDef {
    name: "BufferedWriter",
    module: "_io",
    base: Some(&LAYOUT),
    flags: FLAGS,
    slots: Slots { init: Some(init_writer), ..Slots::EMPTY },
    methods: rows!(write),
    doc: "A buffer for a writeable sequential RawIO object.",
    ..TypeDef::native::<Buffered>()
};
/// `BufferedRandom`
pub static RANDOM: TypeDef = TypeDef {
    name: "BufferedRandom",
    module: "_io",
    base: Some(&LAYOUT),
    flags: FLAGS,
    slots: Slots { init: Some(init_random), iternext: Some(next), ..Slots::EMPTY },
    methods: rows!(both),
    doc: "A buffered interface to random access streams.",
    ..TypeDef::native::<Buffered>()
};

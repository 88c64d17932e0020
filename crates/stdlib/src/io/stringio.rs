//! `StringIO`: an in-memory text file. The text is kept as code points, so that positions are characters.

use super::newlines::{newlines_value, note, translate};
use super::{base, size_arg};
use std::cell::{Cell, RefCell};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::{NativeObject, flag};
use taipan_runtime::{Args, Gc, Header, PyResult, Slots, Tracer, TypeDef, Value, Vm, method, readonly};

/// An in-memory text file.
#[repr(C)]
pub struct StringIO {
    header: Header,
    /// WTF-8 text; `ascii` says that bytes are characters.
    data: RefCell<Vec<u8>>,
    ascii: Cell<bool>,
    /// Position in characters.
    pos: Cell<usize>,
    closed: Cell<bool>,
    /// `newline=`: `None` is 0 (translate on input), else the text.
    newline: Cell<Option<&'static str>>,
    seen: Cell<u8>,
}
impl Trace for StringIO {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, starts with a header, made by `new_native_of` only.
unsafe impl NativeObject for StringIO {
    const DEF: &'static TypeDef = &DEF;
}

fn any(vm: &Vm, v: Value) -> PyResult<Gc<StringIO>> {
    vm.native::<StringIO>(v).ok_or_else(|| vm.type_error("a StringIO is required"))
}
fn this(vm: &Vm, v: Value) -> PyResult<Gc<StringIO>> {
    let b = any(vm, v)?;
    if b.closed.get() { Err(vm.value_error("I/O operation on closed file")) } else { Ok(b) }
}
fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm
        .new_native_of(ty, |header| StringIO {
            header,
            data: RefCell::default(),
            ascii: Cell::new(true),
            pos: Cell::new(0),
            closed: Cell::new(false),
            newline: Cell::new(Some("\n")),
            seen: Cell::new(0),
        })
        .value())
}
/// Checks a `newline=` argument.
pub fn newline_arg(vm: &Vm, v: Value) -> PyResult<Option<&'static str>> {
    if v.is_none() {
        return Ok(None);
    }
    let Some(s) = v.cast::<Str>() else {
        return Err(vm.type_error(format!("newline must be str or None, not {}", vm.type_name(v))));
    };
    for known in ["", "\n", "\r", "\r\n"] {
        if s.as_bytes() == known.as_bytes() {
            return Ok(Some(known));
        }
    }
    Err(vm.value_error(format!("illegal newline value: {}", vm.repr(v)?)))
}
fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let [initial, newline] = args.bind(vm, "StringIO", "(initial_value='', newline='\\n')")?;
    let b = any(vm, v)?;
    b.newline.set(if newline.is_unbound() { Some("\n") } else { newline_arg(vm, newline)? });
    b.data.borrow_mut().clear();
    b.ascii.set(true);
    b.pos.set(0);
    b.seen.set(0);
    if let Some(i) = initial.bound().filter(|v| !v.is_none()) {
        let Some(s) = i.cast::<Str>() else {
            return Err(vm.type_error(format!("initial_value must be str or None, not {}", vm.type_name(i))));
        };
        b.put(vm, &s)?;
        b.pos.set(0);
    }
    Ok(())
}

impl StringIO {
    /// Byte offset of character `n` (or the end).
    fn offset(&self, data: &[u8], n: usize) -> usize {
        if self.ascii.get() {
            return n.min(data.len());
        }
        let starts = data.iter().enumerate().filter(|(_, b)| **b & 0xC0 != 0x80);
        starts.map(|(i, _)| i).nth(n).unwrap_or(data.len())
    }
    fn chars(&self, data: &[u8]) -> usize {
        if self.ascii.get() { data.len() } else { taipan_runtime::objects::str::count_chars(data) }
    }
    fn put(&self, vm: &Vm, s: &Str) -> PyResult<usize> {
        let mut text = s.as_bytes().to_vec();
        if self.newline.get().is_none() {
            let mut bits = self.seen.get();
            note(&text, &mut bits);
            self.seen.set(bits);
            text = translate(&text);
        } else if let Some(nl @ ("\r" | "\r\n")) = self.newline.get() {
            let mut out = Vec::with_capacity(text.len());
            for &c in &text {
                if c == b'\n' {
                    out.extend_from_slice(nl.as_bytes());
                } else {
                    out.push(c);
                }
            }
            text = out;
        }
        let ascii = text.is_ascii();
        let n = if ascii { text.len() } else { taipan_runtime::objects::str::count_chars(&text) };
        let mut data = self.data.borrow_mut();
        let len = self.chars(&data);
        if n > 0 && self.pos.get() > len {
            let pad = self.pos.get() - len;
            vm.room(&mut data, pad)?;
            data.extend(std::iter::repeat_n(0, pad));
        }
        let start = self.offset(&data, self.pos.get());
        let end = self.offset(&data, self.pos.get() + n);
        vm.room(&mut data, text.len())?;
        if start == data.len() {
            data.extend_from_slice(&text);
        } else {
            data.splice(start..end, text);
        }
        self.ascii.set(self.ascii.get() && ascii);
        self.pos.set(self.pos.get() + n);
        Ok(s.char_len())
    }
    fn make(&self, vm: &Vm, bytes: &[u8]) -> (Value, usize) {
        let n = self.chars(bytes);
        // SAFETY: cut at character boundaries of well-formed text.
        (unsafe { vm.new_str_wtf8_counted(bytes, n) }.value(), n)
    }
    fn take(&self, vm: &Vm, n: Option<usize>) -> Value {
        let data = self.data.borrow();
        let start = self.offset(&data, self.pos.get());
        let end = n.map_or(data.len(), |n| {
            if self.ascii.get() {
                (start + n).min(data.len())
            } else {
                start + self.offset(&data[start..], n)
            }
        });
        let (v, k) = self.make(vm, &data[start..end.max(start)]);
        self.pos.set(self.pos.get() + k);
        v
    }
    fn take_line(&self, vm: &Vm, limit: Option<usize>) -> Value {
        let data = self.data.borrow();
        let start = self.offset(&data, self.pos.get());
        let rest = &data[start..];
        let end = line_end(rest, self.newline.get()).unwrap_or(rest.len());
        let end = limit.map_or(end, |l| end.min(self.offset(rest, l)));
        let (v, k) = self.make(vm, &rest[..end]);
        self.pos.set(self.pos.get() + k);
        v
    }
}

/// Position behind the first line end of `text`: `newline` as given to the stream.
pub fn line_end(text: &[u8], newline: Option<&str>) -> Option<usize> {
    match newline {
        None | Some("\n") => memchr(b'\n', text).map(|p| p + 1),
        Some("") => {
            let p = text.iter().position(|&c| c == b'\n' || c == b'\r')?;
            Some(if text[p] == b'\r' && text.get(p + 1) == Some(&b'\n') { p + 2 } else { p + 1 })
        }
        Some(nl) => {
            let nl = nl.as_bytes();
            text.windows(nl.len()).position(|w| w == nl).map(|p| p + nl.len())
        }
    }
}
fn memchr(c: u8, text: &[u8]) -> Option<usize> {
    text.iter().position(|&b| b == c)
}

fn read(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    Ok(b.take(vm, size_arg(vm, a[1])?))
}
fn readline(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    Ok(b.take_line(vm, size_arg(vm, a[1])?))
}
fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let line = this(vm, v)?.take_line(vm, None);
    Ok(if vm.len(line)? == 0 { None } else { Some(line) })
}
fn write(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    let Some(s) = a[1].cast::<Str>() else {
        return Err(vm.type_error(format!("string argument expected, got '{}'", vm.type_name(a[1]))));
    };
    Ok(vm.new_int(b.put(vm, &s)? as i64))
}
fn getvalue(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    let data = b.data.borrow();
    Ok(b.make(vm, &data).0)
}
fn seek(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    let offset = vm.index_i64(a[1])?;
    let whence = a[2].bound().map_or(Ok(0), |w| vm.index_i64(w))?;
    match whence {
        0 if offset < 0 => return Err(vm.value_error(format!("Negative seek position {offset}"))),
        0 => b.pos.set(offset as usize),
        1 | 2 if offset != 0 => {
            return Err(vm.new_exception(vm.types.OSError, "Can't do nonzero cur-relative seeks"));
        }
        1 => {}
        2 => b.pos.set(b.chars(&b.data.borrow())),
        w => return Err(vm.value_error(format!("Invalid whence ({w}, should be 0, 1 or 2)"))),
    }
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
        return Err(vm.value_error(format!("Negative size value {n}")));
    }
    let end = b.offset(&b.data.borrow(), n as usize);
    b.data.borrow_mut().truncate(end);
    Ok(vm.new_int(n))
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
fn get_closed(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::bool(any(vm, v)?.closed.get()))
}
fn get_newlines(vm: &Vm, v: Value) -> PyResult {
    Ok(newlines_value(vm, this(vm, v)?.seen.get()))
}
fn get_line_buffering(vm: &Vm, v: Value) -> PyResult {
    this(vm, v)?;
    Ok(Value::FALSE)
}
fn getstate(vm: &Vm, a: &[Value]) -> PyResult {
    let b = this(vm, a[0])?;
    let text = getvalue(vm, &a[..1])?;
    let nl = b.newline.get().map_or(Value::NONE, |n| vm.intern(n).value());
    let d =
        taipan_runtime::objects::instance::extra_slots(b.header()).first().map_or(Value::NONE, |s| s.get());
    Ok(vm.new_tuple(&[text, nl, vm.new_int(b.pos.get() as i64), d.or_none()]).value())
}
fn setstate(vm: &Vm, a: &[Value]) -> PyResult {
    let parts = vm.collect(a[1])?;
    if parts.len() != 4 {
        return Err(vm.type_error(format!(
            "{}.__setstate__ argument should be 4-tuple, got {}",
            vm.type_name(a[0]),
            vm.type_name(a[1])
        )));
    }
    init(vm, a[0], Args::new(&parts[..2]))?;
    let pos = vm.index_i64(parts[2])?;
    if pos < 0 {
        return Err(vm.value_error("position value cannot be negative"));
    }
    any(vm, a[0])?.pos.set(pos as usize);
    Ok(Value::NONE)
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "StringIO",
    module: "_io",
    base: Some(&base::TEXTIOBASE),
    flags: flag::BASETYPE | flag::IMMUTABLE | flag::HAS_DICT | flag::WEAKREF,
    slots: Slots { new: Some(new), init: Some(init), iternext: Some(next), ..Slots::EMPTY },
    methods: &[
        method("read", "($self, size=None, /)", read, "Read at most size characters, returned as a string."),
        method("readline", "($self, size=-1, /)", readline, "Read until newline or EOF."),
        method("write", "($self, s, /)", write, "Write string to file."),
        method("getvalue", "($self, /)", getvalue, "Retrieve the entire contents of the object."),
        method("seek", "($self, pos, whence=0, /)", seek, "Change stream position."),
        method("tell", "($self, /)", tell, "Tell the current file position."),
        method("truncate", "($self, pos=None, /)", truncate, "Truncate size to pos."),
        method("close", "($self, /)", close, "Close the IO object."),
        method("readable", "($self, /)", yes, "Returns True if the IO object can be read."),
        method("writable", "($self, /)", yes, "Returns True if the IO object can be written."),
        method("seekable", "($self, /)", yes, "Returns True if the IO object can be seeked."),
        method("__getstate__", "($self, /)", getstate, ""),
        method("__setstate__", "($self, state, /)", setstate, ""),
    ],
    getset: &[
        readonly("closed", get_closed, ""),
        readonly("newlines", get_newlines, ""),
        readonly("line_buffering", get_line_buffering, ""),
    ],
    doc: "Text I/O implementation using an in-memory buffer.",
    ..TypeDef::native::<StringIO>()
};

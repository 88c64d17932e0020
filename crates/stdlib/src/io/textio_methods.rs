//! The methods and attributes of `TextIOWrapper`; the work is done in `textio.rs`.

use super::newlines::newlines_value;
use super::stringio::newline_arg;
use super::textio::{self, Encoding, TextIO, classify, forget, write_pending};
use super::{base, invoke, size_arg, unsupported};
use std::cell::{Cell, RefCell};
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::{Args, Gc, PyResult, Slot, Slots, TypeDef, Value, Vm, method, method_var, readonly};

fn this(vm: &Vm, v: Value) -> PyResult<Gc<TextIO>> {
    let t = vm.native::<TextIO>(v).ok_or_else(|| vm.type_error("a TextIOWrapper is required"))?;
    if t.buffer.get().is_unbound() {
        return Err(vm.value_error("I/O operation on uninitialized object"));
    }
    if t.buffer.get().is_none() {
        return Err(vm.value_error("underlying buffer has been detached"));
    }
    Ok(t)
}
fn open(vm: &Vm, v: Value) -> PyResult<Gc<TextIO>> {
    let t = this(vm, v)?;
    if base::is_closed(vm, t.buffer.get())? {
        return Err(vm.value_error("I/O operation on closed file."));
    }
    Ok(t)
}
fn new(vm: &Vm, ty: Gc<Type>, _: Args) -> PyResult {
    Ok(vm
        .new_native_of(ty, |header| TextIO {
            header,
            buffer: Slot::new(Value::UNBOUND),
            encoding_name: Slot::new(Value::NONE),
            errors: Slot::new(Value::NONE),
            encoding: Cell::new(Encoding::Utf8),
            newline: Cell::new(None),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            seekable: Cell::new(false),
            seen: Cell::new(0),
            pending: RefCell::default(),
            ahead: RefCell::default(),
            ahead_pos: Cell::new(0),
            decoded: RefCell::default(),
            decoded_pos: Cell::new(0),
            at_end: Cell::new(false),
            wrote: Cell::new(false),
            can_write: Cell::new(true),
        })
        .value())
}

/// The encoding of files that name none: always UTF-8, spelled as the locale does unless that is C's.
fn default_encoding(vm: &Vm) -> &'static str {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var_os(name).filter(|v| !v.is_empty()))
        .filter(|v| v != "C" && v != "POSIX");
    if vm.config.utf8_mode || locale.is_none() { "utf-8" } else { "UTF-8" }
}

fn set_encoding(vm: &Vm, t: Gc<TextIO>, encoding: Value, errors: Value) -> PyResult<()> {
    let name = match encoding.bound().filter(|e| !e.is_none()) {
        None => vm.intern(default_encoding(vm)).value(),
        Some(e) => match e.cast::<Str>() {
            None => {
                return Err(vm.type_error(format!(
                    "TextIOWrapper() argument 'encoding' must be str or None, not {}",
                    vm.type_name(e)
                )));
            }
            Some(s) if s.as_bytes().contains(&0) => return Err(vm.value_error("embedded null character")),
            Some(s) if s.as_bytes() == b"locale" => vm.intern(default_encoding(vm)).value(),
            Some(_) => e,
        },
    };
    let text = name.cast::<Str>().map_or(String::new(), |s| s.to_string());
    let kind = classify(&text);
    if matches!(kind, Encoding::Other | Encoding::Bytewise) {
        // Raises LookupError for what does not exist.
        let lookup = vm.import_attr("_codecs", "lookup")?;
        let info = vm.call(lookup, &[name])?;
        let is_text = vm.get_attr_opt(info, vm.intern("_is_text_encoding"))?;
        if is_text.is_some_and(|v| v == Value::FALSE) {
            return Err(vm.lookup_error(format!(
                "'{text}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
            )));
        }
    }
    let errors = match errors.bound().filter(|e| !e.is_none()) {
        None => vm.intern("strict").value(),
        Some(e) if e.cast::<Str>().is_some() => e,
        Some(e) => {
            return Err(vm.type_error(format!(
                "TextIOWrapper() argument 'errors' must be str or None, not {}",
                vm.type_name(e)
            )));
        }
    };
    t.encoding_name.set(t, name);
    t.errors.set(t, errors);
    t.encoding.set(kind);
    Ok(())
}

fn init(vm: &Vm, v: Value, args: Args) -> PyResult<()> {
    let [buffer, encoding, errors, newline, line_buffering, write_through] = args.bind(
        vm,
        "TextIOWrapper",
        "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
    )?;
    let t = vm.native::<TextIO>(v).ok_or_else(|| vm.type_error("a TextIOWrapper is required"))?;
    t.newline.set(newline_arg(vm, newline.or_none())?);
    set_encoding(vm, t, encoding, errors)?;
    t.line_buffering.set(line_buffering.bound().map_or(Ok(false), |f| vm.truth(f))?);
    t.write_through.set(write_through.bound().map_or(Ok(false), |f| vm.truth(f))?);
    let s = invoke(vm, buffer, "seekable", &[])?;
    t.seekable.set(vm.truth(s)?);
    t.buffer.set(t, buffer);
    forget(t);
    let w = invoke(vm, buffer, "writable", &[])?;
    t.can_write.set(vm.truth(w)?);
    if t.seekable.get() && t.encoding.get() == Encoding::Other && t.can_write.get() {
        let at = vm.call_method(buffer, vm.names.tell, &[])?;
        t.wrote.set(vm.index_i64(at)? != 0);
    }
    Ok(())
}

fn write(vm: &Vm, a: &[Value]) -> PyResult {
    let t = open(vm, a[0])?;
    if !t.can_write.get() {
        return Err(unsupported(vm, "not writable"));
    }
    Ok(vm.new_int(textio::write(vm, t, a[1])? as i64))
}
fn check_readable(vm: &Vm, t: Gc<TextIO>) -> PyResult<()> {
    let r = invoke(vm, t.buffer.get(), "readable", &[])?;
    if vm.truth(r)? { Ok(()) } else { Err(unsupported(vm, "not readable")) }
}
fn read(vm: &Vm, a: &[Value]) -> PyResult {
    let t = open(vm, a[0])?;
    check_readable(vm, t)?;
    textio::read(vm, t, size_arg(vm, a[1])?)
}
fn readline(vm: &Vm, a: &[Value]) -> PyResult {
    let t = open(vm, a[0])?;
    check_readable(vm, t)?;
    textio::readline(vm, t, size_arg(vm, a[1])?)
}
fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let line = if vm.class_of(v).has(flag::HEAP) {
        vm.call_method(v, vm.names.readline, &[])?
    } else {
        let t = open(vm, v)?;
        textio::readline(vm, t, None)?
    };
    Ok(if vm.len(line)? == 0 { None } else { Some(line) })
}
fn flush(vm: &Vm, a: &[Value]) -> PyResult {
    let t = open(vm, a[0])?;
    write_pending(vm, t)?;
    vm.call_method(t.buffer.get(), vm.names.flush, &[])
}
fn close(vm: &Vm, a: &[Value]) -> PyResult {
    let t = this(vm, a[0])?;
    if base::is_closed(vm, t.buffer.get())? {
        return Ok(Value::NONE);
    }
    let r = vm.call_method(a[0], vm.names.flush, &[]);
    let c = vm.call_method(t.buffer.get(), vm.names.close, &[]);
    r?;
    c
}
fn detach(vm: &Vm, a: &[Value]) -> PyResult {
    let t = this(vm, a[0])?;
    vm.call_method(a[0], vm.names.flush, &[])?;
    let b = t.buffer.get();
    t.buffer.set(t, Value::NONE);
    Ok(b)
}
fn tell(vm: &Vm, a: &[Value]) -> PyResult {
    let t = open(vm, a[0])?;
    if !t.seekable.get() {
        return Err(unsupported(vm, "underlying stream is not seekable"));
    }
    textio::tell(vm, t)
}
fn seek(vm: &Vm, a: &[Value]) -> PyResult {
    let t = open(vm, a[0])?;
    if !t.seekable.get() {
        return Err(unsupported(vm, "underlying stream is not seekable"));
    }
    let offset = vm.index_i64(a[1])?;
    let whence = a[2].bound().map_or(Ok(0), |w| vm.index_i64(w))?;
    let target = match whence {
        0 if offset < 0 => return Err(vm.value_error(format!("negative seek position {offset}"))),
        0 => vm.new_int(offset),
        1 if offset != 0 => return Err(unsupported(vm, "can't do nonzero cur-relative seeks")),
        1 => textio::tell(vm, t)?,
        2 if offset != 0 => return Err(unsupported(vm, "can't do nonzero end-relative seeks")),
        2 => Value::int(0),
        w => return Err(vm.value_error(format!("invalid whence ({w}, should be 0, 1 or 2)"))),
    };
    vm.call_method(a[0], vm.names.flush, &[])?;
    let r = invoke(vm, t.buffer.get(), "seek", &[target, Value::int(if whence == 2 { 2 } else { 0 })])?;
    forget(t);
    t.wrote.set(vm.index_i64(r)? != 0);
    Ok(r)
}
fn truncate(vm: &Vm, a: &[Value]) -> PyResult {
    let t = open(vm, a[0])?;
    let size = match a[1].bound().filter(|v| !v.is_none()) {
        Some(s) => s,
        None => textio::tell(vm, t)?,
    };
    vm.call_method(a[0], vm.names.flush, &[])?;
    invoke(vm, t.buffer.get(), "truncate", &[size])
}
fn reconfigure(vm: &Vm, a: &[Value]) -> PyResult {
    let t = this(vm, a[0])?;
    let given = |v: Value| v.bound().filter(|v| !v.is_none());
    if given(a[1]).is_some() || given(a[2]).is_some() || !a[3].is_unbound() {
        if !t.ahead.borrow().is_empty() || t.decoded.borrow().is_some() {
            return Err(unsupported(
                vm,
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
        vm.call_method(a[0], vm.names.flush, &[])?;
        let encoding = given(a[1]).unwrap_or(t.encoding_name.get());
        let errors = match (given(a[1]), given(a[2])) {
            (_, Some(e)) => e,
            (Some(_), None) => Value::NONE,
            (None, None) => t.errors.get(),
        };
        set_encoding(vm, t, encoding, errors)?;
        if !a[3].is_unbound() {
            t.newline.set(newline_arg(vm, a[3])?);
        }
    }
    if let Some(v) = given(a[4]) {
        t.line_buffering.set(vm.truth(v)?);
    }
    if let Some(v) = given(a[5]) {
        t.write_through.set(vm.truth(v)?);
    }
    vm.call_method(a[0], vm.names.flush, &[])?;
    Ok(Value::NONE)
}

macro_rules! forward {
    ($($f:ident)*) => {$(
        fn $f(vm: &Vm, a: &[Value]) -> PyResult {
            invoke(vm, this(vm, a[0])?.buffer.get(), stringify!($f), &[])
        }
    )*};
}
forward! { fileno isatty seekable readable writable }

fn get_buffer(vm: &Vm, v: Value) -> PyResult {
    let t = vm.native::<TextIO>(v).ok_or_else(|| vm.type_error("a TextIOWrapper is required"))?;
    Ok(t.buffer.get().or_none())
}
fn get_encoding(vm: &Vm, v: Value) -> PyResult {
    Ok(this(vm, v)?.encoding_name.get())
}
fn get_errors(vm: &Vm, v: Value) -> PyResult {
    Ok(this(vm, v)?.errors.get())
}
fn get_newlines(vm: &Vm, v: Value) -> PyResult {
    Ok(newlines_value(vm, this(vm, v)?.seen.get()))
}
fn get_line_buffering(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::bool(this(vm, v)?.line_buffering.get()))
}
fn get_write_through(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::bool(this(vm, v)?.write_through.get()))
}
fn get_closed(vm: &Vm, v: Value) -> PyResult {
    Ok(Value::bool(base::is_closed(vm, this(vm, v)?.buffer.get())?))
}
fn get_name(vm: &Vm, v: Value) -> PyResult {
    vm.get_attr(this(vm, v)?.buffer.get(), vm.intern("name"))
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    let t = this(vm, v)?;
    let ty = vm.class_of(v).short_name();
    let mut text = format!("<_io.{ty}");
    if let Ok(n) = vm.get_attr(v, vm.intern("name")) {
        text.push_str(&format!(" name={}", vm.repr(n)?));
    }
    if let Some(m) = vm.get_attr_opt(v, vm.names.mode)? {
        text.push_str(&format!(" mode={}", vm.repr(m)?));
    }
    text.push_str(&format!(" encoding={}>", vm.repr(t.encoding_name.get())?));
    Ok(vm.new_str(&text).value())
}

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "TextIOWrapper",
    module: "_io",
    base: Some(&base::TEXTIOBASE),
    flags: flag::BASETYPE | flag::IMMUTABLE | flag::HAS_DICT | flag::WEAKREF | flag::HAS_DEL,
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), iternext: Some(next), ..Slots::EMPTY },
    methods: &[
        method("write", "($self, text, /)", write, ""),
        method("read", "($self, size=-1, /)", read, ""),
        method("readline", "($self, size=-1, /)", readline, ""),
        method("flush", "($self, /)", flush, ""),
        method("close", "($self, /)", close, ""),
        method("detach", "($self, /)", detach, ""),
        method("tell", "($self, /)", tell, "Return the stream position as an opaque number."),
        method(
            "seek",
            "($self, cookie, whence=0, /)",
            seek,
            "Set the stream position, and return the new stream position.",
        ),
        method("truncate", "($self, pos=None, /)", truncate, ""),
        method(
            "reconfigure",
            "($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
            reconfigure,
            "Reconfigure the text stream with new parameters.",
        ),
        method("fileno", "($self, /)", fileno, ""),
        method("isatty", "($self, /)", isatty, ""),
        method("seekable", "($self, /)", seekable, ""),
        method("readable", "($self, /)", readable, ""),
        method("writable", "($self, /)", writable, ""),
        method_var("__reduce_ex__", "($self, /, *args)", no_pickle, ""),
    ],
    getset: &[
        readonly("buffer", get_buffer, ""),
        readonly("encoding", get_encoding, ""),
        readonly("errors", get_errors, ""),
        readonly("newlines", get_newlines, ""),
        readonly("line_buffering", get_line_buffering, ""),
        readonly("write_through", get_write_through, ""),
        readonly("closed", get_closed, ""),
        readonly("name", get_name, ""),
    ],
    doc: "Character and line based layer over a BufferedIOBase object, buffer.",
    ..TypeDef::native::<TextIO>()
};

fn no_pickle(vm: &Vm, args: Args) -> PyResult {
    Err(vm.type_error(format!("cannot pickle '{}' instances", vm.class_of(args.pos[0]).short_name())))
}

//! `TextIOWrapper`: text over a binary stream.
//!
//! Bytes read ahead stay encoded (`ahead`) and are decoded piece by piece, so that `tell` is the binary position
//! less what is left, without snapshots of decoders. That works for encodings in which line ends are single
//! bytes that occur nowhere else (UTF-8, ASCII, Latin-1 and other 8-bit ones); for others (UTF-16, stateful ones)
//! everything is decoded at the first read into `decoded`, and `tell` then answers only at the end.
//!
//! Written text is encoded at once into `pending` and handed on when it exceeds a chunk, at a line end (line
//! buffering), at a flush or before reading and seeking.

use super::newlines::{note, translate};
use super::stringio::line_end;
use super::{buffered, invoke, with_bytes};
use std::cell::{Cell, RefCell};
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::str::{Str, count_chars};
use taipan_runtime::vm::typedef::NativeObject;
use taipan_runtime::{Gc, Header, PyResult, Slot, Tracer, TypeDef, Value, Vm};

pub use super::textio_methods::DEF;

/// Bytes of text collected before they are handed to the binary stream.
pub const CHUNK: usize = 8192;

/// What is known of an encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8 (or ASCII, whose text is the same).
    Utf8,
    /// ASCII.
    Ascii,
    /// ISO 8859-1.
    Latin1,
    /// Another one-byte encoding that extends ASCII.
    Bytewise,
    /// Anything else.
    Other,
}

/// A text stream.
#[repr(C)]
pub struct TextIO {
    pub(super) header: Header,
    /// The binary stream; unbound before `__init__`, `None` once detached.
    pub buffer: Slot<Value>,
    /// `encoding`, a `str`.
    pub(super) encoding_name: Slot<Value>,
    /// `errors`, a `str`.
    pub(super) errors: Slot<Value>,
    pub(super) encoding: Cell<Encoding>,
    /// `newline=`
    pub(super) newline: Cell<Option<&'static str>>,
    pub(super) line_buffering: Cell<bool>,
    pub(super) write_through: Cell<bool>,
    pub(super) seekable: Cell<bool>,
    pub(super) seen: Cell<u8>,
    pub(super) pending: RefCell<Vec<u8>>,
    pub(super) ahead: RefCell<Vec<u8>>,
    pub(super) ahead_pos: Cell<usize>,
    /// For [`Encoding::Other`]: text (WTF-8) decoded and not yet read; `None` before the first read.
    pub(super) decoded: RefCell<Option<Vec<u8>>>,
    pub(super) decoded_pos: Cell<usize>,
    pub(super) at_end: Cell<bool>,
    /// Was something written (then a byte order mark is not due any more)?
    pub(super) wrote: Cell<bool>,
    /// Does the stream below take bytes?
    pub(super) can_write: Cell<bool>,
}

impl Trace for TextIO {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.buffer);
        t.slot(&self.encoding_name);
        t.slot(&self.errors);
    }
}
// SAFETY: `repr(C)`, starts with a header, made by `new_native_of` only.
unsafe impl NativeObject for TextIO {
    const DEF: &'static TypeDef = &DEF;
}

/// Hands pending bytes to the binary stream (which may keep them).
pub fn write_pending(vm: &Vm, t: Gc<TextIO>) -> PyResult<()> {
    if t.pending.borrow().is_empty() {
        return Ok(());
    }
    let data = t.pending.take();
    let b = vm.new_bytes(&data).value();
    vm.call_method(t.buffer.get(), vm.names.write, &[b])?;
    Ok(())
}

/// `encode` of a text by the stream's encoding.
fn encode(vm: &Vm, t: Gc<TextIO>, text: Value) -> PyResult<Vec<u8>> {
    let mut name = t.encoding_name.get();
    let s = name.cast::<Str>().map_or(String::new(), |s| s.to_string().to_lowercase().replace('_', "-"));
    if t.wrote.get() {
        // Only the start of a file gets a byte order mark.
        let without = match s.as_str() {
            "utf-16" | "utf16" => Some("utf-16-le"),
            "utf-32" | "utf32" => Some("utf-32-le"),
            "utf-8-sig" => Some("utf-8"),
            _ => None,
        };
        if let Some(w) = without {
            name = vm.intern(w).value();
        }
    }
    let b = invoke(vm, text, "encode", &[name, t.errors.get()])?;
    with_bytes(vm, b, |b| b.to_vec())
}

/// `write(text)`
pub fn write(vm: &Vm, t: Gc<TextIO>, text: Value) -> PyResult<usize> {
    let Some(s) = text.cast::<Str>() else {
        return Err(vm.type_error(format!("write() argument must be str, not {}", vm.type_name(text))));
    };
    let bytes = s.as_bytes();
    let has_nl = bytes.contains(&b'\n');
    let nl = match t.newline.get() {
        Some(nl @ ("\r" | "\r\n")) if has_nl => Some(nl),
        _ => None,
    };
    let direct = match t.encoding.get() {
        Encoding::Utf8 => s.is_ascii() || s.to_str().is_some(),
        Encoding::Ascii | Encoding::Latin1 | Encoding::Bytewise => s.is_ascii(),
        Encoding::Other => false,
    };
    if direct && nl.is_none() {
        t.pending.borrow_mut().extend_from_slice(bytes);
    } else {
        let text = match nl {
            Some(nl) => {
                let (from, to) = (vm.intern("\n").value(), vm.intern(nl).value());
                invoke(vm, text, "replace", &[from, to])?
            }
            None => text,
        };
        let encoded = encode(vm, t, text)?;
        t.pending.borrow_mut().extend(encoded);
    }
    t.wrote.set(true);
    t.decoded.take();
    drop_ahead(vm, t)?;
    let flush_line = t.line_buffering.get() && (has_nl || bytes.contains(&b'\r'));
    if t.write_through.get() || flush_line || t.pending.borrow().len() > CHUNK {
        write_pending(vm, t)?;
    }
    if flush_line {
        vm.call_method(t.buffer.get(), vm.names.flush, &[])?;
    }
    Ok(s.char_len())
}

/// Before writing behind a read: what was read ahead is given back, where the stream can seek.
fn drop_ahead(vm: &Vm, t: Gc<TextIO>) -> PyResult<()> {
    let left = t.ahead.borrow().len() - t.ahead_pos.get();
    if left > 0 && t.seekable.get() {
        invoke(vm, t.buffer.get(), "seek", &[vm.new_int(-(left as i64)), Value::int(1)])?;
    }
    t.ahead.borrow_mut().clear();
    t.ahead_pos.set(0);
    t.at_end.set(false);
    Ok(())
}

/// Decodes complete bytes.
fn decode(vm: &Vm, t: Gc<TextIO>, bytes: &[u8]) -> PyResult<Gc<Str>> {
    match t.encoding.get() {
        Encoding::Utf8 => {
            if let Ok(s) = std::str::from_utf8(bytes) {
                return Ok(vm.new_str(s));
            }
        }
        Encoding::Ascii | Encoding::Bytewise if bytes.is_ascii() => {
            // SAFETY: ASCII is UTF-8.
            return Ok(vm.new_str(unsafe { std::str::from_utf8_unchecked(bytes) }));
        }
        Encoding::Latin1 => {
            let s: String = bytes.iter().map(|&b| b as char).collect();
            return Ok(vm.new_str(&s));
        }
        _ => {}
    }
    let b = vm.new_bytes(bytes).value();
    let v = invoke(vm, b, "decode", &[t.encoding_name.get(), t.errors.get()])?;
    v.cast::<Str>().ok_or_else(|| {
        vm.type_error(format!("decoder should return a string result, not '{}'", vm.type_name(v)))
    })
}

/// Reads more bytes ahead; false at the end.
fn fill(vm: &Vm, t: Gc<TextIO>) -> PyResult<bool> {
    let raw = t.buffer.get();
    let more = if let Some(f) = vm.get_attr_opt(raw, vm.intern("read1"))? {
        vm.call(f, &[Value::int(CHUNK as i64)])?
    } else {
        vm.call_method(raw, vm.names.read, &[Value::int(CHUNK as i64)])?
    };
    if more.is_none() {
        return Ok(false);
    }
    let kept = {
        let a = t.ahead.borrow();
        a[t.ahead_pos.get()..].to_vec()
    };
    let n = with_bytes(vm, more, |b| {
        let mut a = t.ahead.borrow_mut();
        *a = kept;
        a.extend_from_slice(b);
        b.len()
    })
    .map_err(|_| {
        vm.type_error(format!(
            "underlying read1() should have returned a bytes-like object, not '{}'",
            vm.type_name(more)
        ))
    })?;
    t.ahead_pos.set(0);
    t.at_end.set(n == 0);
    Ok(n > 0)
}

/// For encodings that are decoded as a whole: everything up to the end of the stream.
fn decode_all(vm: &Vm, t: Gc<TextIO>) -> PyResult<()> {
    if t.decoded.borrow().is_some() {
        return Ok(());
    }
    let rest = vm.call_method(t.buffer.get(), vm.names.read, &[])?;
    let bytes = with_bytes(vm, rest, |b| b.to_vec())?;
    let s = decode(vm, t, &bytes)?;
    let mut text = s.as_bytes().to_vec();
    finish_newlines(t, &mut text);
    *t.decoded.borrow_mut() = Some(text);
    t.decoded_pos.set(0);
    Ok(())
}

fn finish_newlines(t: Gc<TextIO>, text: &mut Vec<u8>) {
    if matches!(t.newline.get(), None | Some("")) {
        let mut bits = t.seen.get();
        note(text, &mut bits);
        t.seen.set(bits);
        if t.newline.get().is_none() && text.contains(&b'\r') {
            *text = translate(text);
        }
    }
}

fn text_value(vm: &Vm, text: &[u8]) -> Value {
    let n = count_chars(text);
    // SAFETY: cut at character boundaries of decoded text.
    unsafe { vm.new_str_wtf8_counted(text, n) }.value()
}

/// Takes `n` bytes of what is ahead, decoded and with line ends handled.
fn take(vm: &Vm, t: Gc<TextIO>, n: usize) -> PyResult<Vec<u8>> {
    let bytes = {
        let a = t.ahead.borrow();
        a[t.ahead_pos.get()..t.ahead_pos.get() + n].to_vec()
    };
    t.ahead_pos.set(t.ahead_pos.get() + n);
    let s = decode(vm, t, &bytes)?;
    let mut text = s.as_bytes().to_vec();
    finish_newlines(t, &mut text);
    Ok(text)
}

/// Length of the longest prefix of UTF-8 `bytes` with at most `chars` characters that ends between characters;
/// an incomplete character at the end is left out unless `all`.
fn utf8_prefix(bytes: &[u8], chars: usize, all: bool) -> usize {
    let (mut i, mut n) = (0, 0);
    while i < bytes.len() && n < chars {
        let w = match bytes[i] {
            b if b < 0xC0 => 1,
            b if b < 0xE0 => 2,
            b if b < 0xF0 => 3,
            _ => 4,
        };
        if i + w > bytes.len() && !all {
            break;
        }
        i = (i + w).min(bytes.len());
        n += 1;
    }
    i
}

/// `read(size)`; `None` reads everything.
pub fn read(vm: &Vm, t: Gc<TextIO>, size: Option<usize>) -> PyResult {
    write_pending(vm, t)?;
    if t.encoding.get() == Encoding::Other {
        decode_all(vm, t)?;
        let d = t.decoded.borrow();
        let text = &d.as_deref().unwrap_or_default()[t.decoded_pos.get()..];
        let n = size.map_or(text.len(), |n| utf8_prefix(text, n, true));
        t.decoded_pos.set(t.decoded_pos.get() + n);
        return Ok(text_value(vm, &text[..n]));
    }
    let Some(want) = size else {
        let rest = vm.call_method(t.buffer.get(), vm.names.read, &[])?;
        let mut bytes = t.ahead.borrow()[t.ahead_pos.get()..].to_vec();
        if !rest.is_none() {
            with_bytes(vm, rest, |b| bytes.extend_from_slice(b))?;
        }
        t.ahead.borrow_mut().clear();
        t.ahead_pos.set(0);
        t.at_end.set(true);
        let s = decode(vm, t, &bytes)?;
        if matches!(t.newline.get(), None | Some("")) {
            let mut text = s.as_bytes().to_vec();
            finish_newlines(t, &mut text);
            return Ok(text_value(vm, &text));
        }
        return Ok(s.value());
    };
    let mut out = vec![];
    let mut got = 0;
    while got < want {
        let n = {
            let a = t.ahead.borrow();
            let ahead = &a[t.ahead_pos.get()..];
            let mut n = match t.encoding.get() {
                Encoding::Utf8 => utf8_prefix(ahead, want - got, t.at_end.get()),
                _ => (want - got).min(ahead.len()),
            };
            // A carriage return waits for what follows it; one that does comes along.
            if t.newline.get().is_none() && n > 0 && ahead[n - 1] == b'\r' {
                if ahead.get(n) == Some(&b'\n') {
                    n += 1;
                } else if n == ahead.len() && !t.at_end.get() {
                    n -= 1;
                }
            }
            n
        };
        if n == 0 {
            if t.at_end.get() || !fill(vm, t)? {
                let left = t.ahead.borrow().len() - t.ahead_pos.get();
                if left == 0 {
                    break;
                }
            }
            continue;
        }
        let text = take(vm, t, n)?;
        got += count_chars(&text);
        out.extend(text);
    }
    t.at_end.set(false);
    Ok(text_value(vm, &out))
}

/// `readline(limit)`
pub fn readline(vm: &Vm, t: Gc<TextIO>, limit: Option<usize>) -> PyResult {
    write_pending(vm, t)?;
    if t.encoding.get() == Encoding::Other {
        decode_all(vm, t)?;
        let d = t.decoded.borrow();
        let text = &d.as_deref().unwrap_or_default()[t.decoded_pos.get()..];
        let mut n = line_end(text, t.newline.get()).unwrap_or(text.len());
        if let Some(l) = limit {
            n = n.min(utf8_prefix(text, l, true));
        }
        t.decoded_pos.set(t.decoded_pos.get() + n);
        return Ok(text_value(vm, &text[..n]));
    }
    // In translating mode any of the three line ends ends a line.
    let ends = if t.newline.get().is_none() { Some("") } else { t.newline.get() };
    let mut scanned = 0;
    let n = loop {
        let (found, len, last_cr) = {
            let a = t.ahead.borrow();
            let ahead = &a[t.ahead_pos.get()..];
            let from = scanned.min(ahead.len());
            (line_end(&ahead[from..], ends).map(|p| p + from), ahead.len(), ahead.last() == Some(&b'\r'))
        };
        match found {
            // A carriage return at the very end may be half of a pair.
            Some(p) if p == len && last_cr && ends == Some("") && !t.at_end.get() => {
                scanned = len - 1;
                if !fill(vm, t)? {
                    break p;
                }
            }
            Some(p) => break p,
            None => {
                if limit.is_some_and(|l| len >= l * 4) {
                    break len;
                }
                scanned = len.saturating_sub(1);
                if !fill(vm, t)? {
                    break len;
                }
            }
        }
    };
    t.at_end.set(false);
    let n = match limit {
        Some(l) => {
            let a = t.ahead.borrow();
            let ahead = &a[t.ahead_pos.get()..];
            match t.encoding.get() {
                Encoding::Utf8 => n.min(utf8_prefix(ahead, l, true)),
                _ => n.min(l),
            }
        }
        None => n,
    };
    if t.encoding.get() == Encoding::Utf8 && t.newline.get() == Some("\n") || n == 0 {
        let a = t.ahead.borrow();
        if let Ok(s) = std::str::from_utf8(&a[t.ahead_pos.get()..t.ahead_pos.get() + n]) {
            t.ahead_pos.set(t.ahead_pos.get() + n);
            return Ok(vm.new_str(s).value());
        }
    }
    let text = take(vm, t, n)?;
    Ok(text_value(vm, &text))
}

/// `tell()`
pub fn tell(vm: &Vm, t: Gc<TextIO>) -> PyResult {
    write_pending(vm, t)?;
    vm.call_method(t.buffer.get(), vm.names.flush, &[])?;
    let at = vm.call_method(t.buffer.get(), vm.names.tell, &[])?;
    let left = t.ahead.borrow().len() - t.ahead_pos.get();
    if t.decoded.borrow().as_ref().is_some_and(|d| t.decoded_pos.get() < d.len()) {
        return Err(vm.new_exception(vm.types.OSError, "telling position disabled for this encoding"));
    }
    let at = vm.index_i64(at)?;
    Ok(vm.new_int(at - left as i64))
}

/// Forgets what was read ahead (after a seek of the binary stream).
pub fn forget(t: Gc<TextIO>) {
    t.ahead.borrow_mut().clear();
    t.ahead_pos.set(0);
    t.decoded.take();
    t.decoded_pos.set(0);
    t.at_end.set(false);
}

/// What is known of an encoding's name.
pub fn classify(name: &str) -> Encoding {
    match name.to_lowercase().replace(['_', ' '], "-").as_str() {
        "utf-8" | "utf8" | "u8" | "cp65001" => Encoding::Utf8,
        "ascii" | "us-ascii" | "646" => Encoding::Ascii,
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "l1" => Encoding::Latin1,
        n if n.starts_with("cp125")
            || n.starts_with("iso-8859-")
            || n.starts_with("iso8859-")
            || n.starts_with("koi8-")
            || matches!(n, "cp437" | "cp850" | "cp852" | "cp866" | "mac-roman") =>
        {
            Encoding::Bytewise
        }
        _ => Encoding::Other,
    }
}

/// Flushes a text stream and the binary stream below it, for the end of the process.
pub fn flush_all(vm: &Vm, t: Gc<TextIO>) -> PyResult<()> {
    if t.buffer.get().is_unbound() || t.buffer.get().is_none() {
        return Ok(());
    }
    write_pending(vm, t)?;
    if let Some(b) = vm.native::<buffered::Buffered>(t.buffer.get()) {
        return buffered::flush_pending(vm, b);
    }
    vm.call_method(t.buffer.get(), vm.names.flush, &[])?;
    Ok(())
}

//! Error handlers: `strict`, `ignore`, `replace`, `surrogateescape` and the rest, and registered ones.
//!
//! In: what could not be coded. Out: a replacement and where to go on, or the raised `UnicodeError`.

use crate::objects::bytes::Bytes;
use crate::objects::exception::Exception;
use crate::objects::exception::unicode::fields;
use crate::objects::str::{Str, StrBuf};
use crate::objects::tuple::Tuple;
use crate::text::wtf8;
use crate::vm::Vm;
use crate::vm::error::{PyResult, Raised};
use std::fmt::Write;
use taipan_heap::{Gc, Value};

/// The handlers that need no look-up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Kind {
    Strict,
    Ignore,
    Replace,
    XmlCharRefReplace,
    BackslashReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
    Other,
}

impl Kind {
    /// By its name.
    pub fn of(name: &[u8]) -> Kind {
        match name {
            b"strict" => Kind::Strict,
            b"ignore" => Kind::Ignore,
            b"replace" => Kind::Replace,
            b"xmlcharrefreplace" => Kind::XmlCharRefReplace,
            b"backslashreplace" => Kind::BackslashReplace,
            b"namereplace" => Kind::NameReplace,
            b"surrogateescape" => Kind::SurrogateEscape,
            b"surrogatepass" => Kind::SurrogatePass,
            _ => Kind::Other,
        }
    }
}

/// The names of the built-in handlers.
pub const NAMES: [&str; 8] = [
    "strict",
    "ignore",
    "replace",
    "xmlcharrefreplace",
    "backslashreplace",
    "namereplace",
    "surrogateescape",
    "surrogatepass",
];

/// Which of the byte orders and widths `surrogatepass` writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Family {
    Utf8,
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
    Unknown,
}

impl Family {
    /// The family of a codec's name, as CPython reads it.
    pub fn of(encoding: &str) -> Family {
        let low = encoding.to_ascii_lowercase();
        let Some(rest) = low.strip_prefix("utf") else {
            return if low == "cp65001" { Family::Utf8 } else { Family::Unknown };
        };
        let rest = rest.strip_prefix(['-', '_']).unwrap_or(rest);
        if rest == "8" {
            return Family::Utf8;
        }
        let (bits, rest) = match (rest.strip_prefix("16"), rest.strip_prefix("32")) {
            (Some(r), _) => (16, r),
            (_, Some(r)) => (32, r),
            _ => return Family::Unknown,
        };
        let order = if rest.is_empty() { "le" } else { rest.strip_prefix(['-', '_']).unwrap_or(rest) };
        match (bits, order) {
            (16, "le") => Family::Utf16Le,
            (16, "be") => Family::Utf16Be,
            (32, "le") => Family::Utf32Le,
            (32, "be") => Family::Utf32Be,
            _ => Family::Unknown,
        }
    }
    fn encode(self, c: u32, out: &mut Vec<u8>) -> bool {
        match self {
            Family::Utf8 => {
                let mut b = [0; 4];
                let n = wtf8::encode(c, &mut b);
                out.extend_from_slice(&b[..n]);
            }
            Family::Utf16Le => out.extend_from_slice(&(c as u16).to_le_bytes()),
            Family::Utf16Be => out.extend_from_slice(&(c as u16).to_be_bytes()),
            Family::Utf32Le => out.extend_from_slice(&c.to_le_bytes()),
            Family::Utf32Be => out.extend_from_slice(&c.to_be_bytes()),
            Family::Unknown => return false,
        }
        true
    }
    /// The surrogate at the start of `b`, and the bytes it takes.
    fn decode(self, b: &[u8]) -> Option<(u32, usize)> {
        let (c, n) = match self {
            Family::Utf8 => match *b {
                [0xED, y @ 0xA0..=0xBF, z @ 0x80..=0xBF, ..] => {
                    (0xD000 | (y as u32 & 0x3F) << 6 | (z as u32 & 0x3F), 3)
                }
                _ => return None,
            },
            Family::Utf16Le => (u16::from_le_bytes(b.get(..2)?.try_into().ok()?) as u32, 2),
            Family::Utf16Be => (u16::from_be_bytes(b.get(..2)?.try_into().ok()?) as u32, 2),
            Family::Utf32Le => (u32::from_le_bytes(b.get(..4)?.try_into().ok()?), 4),
            Family::Utf32Be => (u32::from_be_bytes(b.get(..4)?.try_into().ok()?), 4),
            Family::Unknown => return None,
        };
        wtf8::is_surrogate(c).then_some((c, n))
    }
}

/// What an encoder puts in place of what it could not encode.
#[derive(Clone, Copy)]
pub enum Replacement {
    /// Text, to be encoded in its turn.
    Text(Gc<Str>),
    /// Bytes, as they are.
    Bytes(Gc<Bytes>),
}

/// One coding operation's error handler.
pub struct Handler<'a> {
    vm: &'a Vm,
    /// Name, or `None` for `strict`.
    name: Value,
    kind: Kind,
    /// The registered function, looked up at the first error.
    function: Value,
}

impl<'a> Handler<'a> {
    /// The handler called `name` (`None`: `strict`); it is looked up at the first error.
    pub fn new(vm: &'a Vm, name: Value) -> Handler<'a> {
        let kind = name.cast::<Str>().map_or(Kind::Strict, |s| Kind::of(s.as_bytes()));
        Handler { vm, name, kind, function: Value::UNBOUND }
    }
    /// Which one it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }
    /// Its name for passing on.
    pub fn name(&self) -> Value {
        self.name
    }

    /// The exception for the characters `start..end` of `s`.
    pub fn encode_error(&self, encoding: &str, s: Gc<Str>, start: usize, end: usize, reason: &str) -> Raised {
        self.vm.unicode_encode_error(encoding, s.value(), start, end, reason)
    }
    fn call(&mut self, e: Raised) -> PyResult<(Value, isize)> {
        let vm = self.vm;
        if self.function.is_unbound() {
            self.function = super::registry::lookup_error(vm, self.name)?;
        }
        let r = vm.call(self.function, &[e.value()])?;
        let pair = r.cast::<Tuple>().filter(|t| t.len() == 2);
        let decoding = vm.raised_is(e, vm.types.UnicodeDecodeError);
        let shape = || {
            vm.type_error(if decoding {
                "decoding error handler must return (str, int) tuple"
            } else {
                "encoding error handler must return (str/bytes, int) tuple"
            })
        };
        let pair = pair.ok_or_else(shape)?;
        let (rep, pos) = (pair.items()[0], pair.items()[1]);
        let fits = rep.cast::<Str>().is_some() || !decoding && rep.cast::<Bytes>().is_some();
        if !fits || !vm.has_index(pos) {
            return Err(shape());
        }
        Ok((rep, vm.index_ssize(pos)?))
    }

    /// Bytes `start..end` of `input` cannot be decoded: appends the replacement and answers where to go on. The
    /// handler may have put other bytes in place of `input`.
    pub fn decode(
        &mut self,
        encoding: &str,
        input: &mut std::borrow::Cow<'_, [u8]>,
        start: usize,
        end: usize,
        reason: &str,
        out: &mut StrBuf,
    ) -> PyResult<usize> {
        match self.kind {
            Kind::Ignore => return Ok(end),
            Kind::Replace => {
                out.push(0xFFFD);
                return Ok(end);
            }
            Kind::BackslashReplace => {
                for b in &input[start..end] {
                    let _ = write!(out, "\\x{b:02x}");
                }
                return Ok(end);
            }
            Kind::SurrogateEscape => {
                let escaped = input[start..end].iter().take(4).take_while(|b| **b >= 128);
                let before = out.chars();
                out.extend(escaped.map(|&b| 0xDC00 + b as u32));
                if out.chars() > before {
                    return Ok(start + out.chars() - before);
                }
            }
            Kind::SurrogatePass => {
                if let Some((c, n)) = Family::of(encoding).decode(&input[start..]) {
                    out.push(c);
                    return Ok(start + n);
                }
            }
            _ => {}
        }
        let vm = self.vm;
        let object = vm.new_bytes(input);
        let e = vm.unicode_decode_error(encoding, object.value(), start, end, reason);
        if !matches!(self.kind, Kind::XmlCharRefReplace | Kind::NameReplace | Kind::Other) {
            return Err(e);
        }
        let (rep, pos) = self.call(e)?;
        // The handler may have replaced the object.
        let now = e.0.field(fields::OBJECT);
        if now != object.value() {
            match now.cast::<Bytes>() {
                Some(b) => *input = std::borrow::Cow::Owned(b.as_bytes().to_vec()),
                None => return Err(vm.type_error("exception attribute object must be bytes")),
            }
        }
        let pos = checked_position(vm, pos, input.len())?;
        out.push_obj(rep.cast::<Str>().expect("checked"));
        Ok(pos)
    }

    /// Characters `start..end` of `s` cannot be encoded: the replacement, and where to go on.
    pub fn encode(
        &mut self,
        encoding: &str,
        s: Gc<Str>,
        start: usize,
        end: usize,
        reason: &str,
    ) -> PyResult<(Replacement, usize)> {
        let vm = self.vm;
        if let Some(r) = encode_builtin(vm, self.kind, encoding, s, start, end) {
            return Ok((r, end));
        }
        let e = self.encode_error(encoding, s, start, end, reason);
        if self.kind != Kind::Other {
            return Err(e);
        }
        let (rep, pos) = self.call(e)?;
        let pos = checked_position(vm, pos, s.char_len())?;
        Ok(match rep.cast::<Str>() {
            Some(t) => (Replacement::Text(t), pos),
            None => (Replacement::Bytes(rep.cast::<Bytes>().expect("checked")), pos),
        })
    }
}

fn checked_position(vm: &Vm, pos: isize, len: usize) -> PyResult<usize> {
    let at = if pos < 0 { pos + len as isize } else { pos };
    if at < 0 || at as usize > len {
        return Err(vm.index_error(format!("position {at} from error handler out of bounds")));
    }
    Ok(at as usize)
}

/// What a built-in handler puts in place of the characters `start..end`; `None` where it raises.
fn encode_builtin(
    vm: &Vm,
    kind: Kind,
    encoding: &str,
    s: Gc<Str>,
    start: usize,
    end: usize,
) -> Option<Replacement> {
    let part = vm.str_substring(s, start, end);
    let mut out = StrBuf::new();
    match kind {
        Kind::Ignore => {}
        Kind::Replace => out.push_n(b'?' as u32, end - start),
        Kind::XmlCharRefReplace => part.code_points().for_each(|c| {
            let _ = write!(out, "&#{c};");
        }),
        Kind::BackslashReplace => {
            part.code_points().for_each(|c| crate::objects::str::push_escape(&mut out, c));
        }
        Kind::NameReplace => part.code_points().for_each(|c| match crate::text::unicode::name(c) {
            Some(n) => {
                let _ = write!(out, "\\N{{{n}}}");
            }
            None => crate::objects::str::push_escape(&mut out, c),
        }),
        Kind::SurrogateEscape => {
            let mut bytes = Vec::with_capacity(end - start);
            for c in part.code_points() {
                if !(0xDC80..=0xDCFF).contains(&c) {
                    return None;
                }
                bytes.push((c - 0xDC00) as u8);
            }
            return Some(Replacement::Bytes(vm.new_bytes(&bytes)));
        }
        Kind::SurrogatePass => {
            let family = Family::of(encoding);
            let mut bytes = Vec::with_capacity(3 * (end - start));
            for c in part.code_points() {
                if !wtf8::is_surrogate(c) || !family.encode(c, &mut bytes) {
                    return None;
                }
            }
            return Some(Replacement::Bytes(vm.new_bytes(&bytes)));
        }
        Kind::Strict | Kind::Other => return None,
    }
    Some(Replacement::Text(out.finish(vm)))
}

/// The built-in handlers as functions (`codecs.lookup_error("ignore")`): from an exception to a replacement and
/// a position.
pub fn handle_exception(vm: &Vm, kind: Kind, exc: Value) -> PyResult {
    let Some(e) = exc.cast::<Exception>() else {
        return Err(unhandled(vm, exc));
    };
    let raised = Raised(e);
    if kind == Kind::Strict {
        return Err(raised);
    }
    let number = |i: usize| e.field(i).to_int().unwrap_or(0).max(0) as usize;
    let answer = |v: Value, pos: usize| Ok(vm.new_tuple(&[v, vm.new_int(pos as i64)]).value());
    let encoding = || e.field(fields::ENCODING).cast::<Str>().map_or(String::new(), |s| s.to_string());
    if vm.raised_is(raised, vm.types.UnicodeEncodeError)
        || vm.raised_is(raised, vm.types.UnicodeTranslateError)
    {
        let Some(s) = e.field(fields::OBJECT).cast::<Str>() else {
            return Err(vm.type_error("exception attribute object must be str"));
        };
        let n = s.char_len();
        let start = number(fields::START).min(n.saturating_sub(1));
        let end = number(fields::END).clamp(1.min(n), n).max(start);
        if vm.raised_is(raised, vm.types.UnicodeTranslateError) {
            let mut out = StrBuf::new();
            match kind {
                Kind::Ignore => {}
                Kind::Replace => out.push_n(0xFFFD, end - start),
                Kind::BackslashReplace => vm
                    .str_substring(s, start, end)
                    .code_points()
                    .for_each(|c| crate::objects::str::push_escape(&mut out, c)),
                _ => return Err(unhandled(vm, exc)),
            }
            return answer(out.finish(vm).value(), end);
        }
        return match encode_builtin(vm, kind, &encoding(), s, start, end) {
            Some(Replacement::Text(t)) => answer(t.value(), end),
            Some(Replacement::Bytes(b)) => answer(b.value(), end),
            None => Err(raised),
        };
    }
    if vm.raised_is(raised, vm.types.UnicodeDecodeError) {
        if matches!(kind, Kind::XmlCharRefReplace | Kind::NameReplace) {
            return Err(unhandled(vm, exc));
        }
        let Some(b) = e.field(fields::OBJECT).cast::<Bytes>() else {
            return Err(vm.type_error("exception attribute object must be bytes"));
        };
        let n = b.as_bytes().len();
        let start = number(fields::START).min(n.saturating_sub(1));
        let end = number(fields::END).clamp(1.min(n), n).max(start);
        let mut out = StrBuf::new();
        let mut h = Handler { vm, name: Value::NONE, kind, function: Value::UNBOUND };
        let mut input = std::borrow::Cow::Borrowed(b.as_bytes());
        return match h.decode(&encoding(), &mut input, start, end, "", &mut out) {
            Ok(pos) => answer(out.finish(vm).value(), pos),
            Err(_) => Err(raised),
        };
    }
    Err(unhandled(vm, exc))
}

fn unhandled(vm: &Vm, exc: Value) -> Raised {
    vm.type_error(format!("don't know how to handle {} in error callback", vm.type_name(exc)))
}

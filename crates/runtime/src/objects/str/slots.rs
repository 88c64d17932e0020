//! `str`: the type and its slots: construction, `repr`, comparison, items, concatenation.

use super::{Str, methods};
use crate::objects::typ::Type;
use crate::text::{search, unicode, wtf8};
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::slots::{CompareOp, Slots};
use crate::vm::typedef::{TypeDef, flag};
use taipan_heap::{Gc, Value};

/// The type.
pub static DEF: TypeDef = TypeDef {
    name: "str",
    kind: crate::kinds::STR,
    size: size_of::<Str>(),
    flags: flag::IMMUTABLE | flag::BASETYPE | flag::MATCH_SELF,
    slots: Slots {
        repr: Some(repr),
        str: Some(str),
        hash: Some(hash),
        richcompare: Some(compare),
        iter: Some(super::iter::iter),
        len: Some(len),
        getitem: Some(getitem),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(repeat),
        rem: Some(rem),
        new: Some(new),
        ..Slots::EMPTY
    },
    methods: methods::METHODS,
    doc: "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the given object. If encoding or\nerrors is specified, then the object must expose a data buffer\nthat will be decoded using the given encoding and error handler.\nOtherwise, returns the result of object.__str__() (if defined)\nor repr(object).\nencoding defaults to 'utf-8'.\nerrors defaults to 'strict'.",
    ..TypeDef::EMPTY
};

/// `self` of slots and methods.
#[inline(always)]
pub(super) fn this(v: Value) -> Gc<Str> {
    v.cast::<Str>().expect("slots and methods of str get strings")
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    if args.pos.len() == 1 && args.kw.is_empty() && ty == vm.types.str {
        return vm.str(args.pos[0]).map(Gc::value);
    }
    if args.pos.len() > 3 {
        crate::vm::args::check_positional(vm, "str", args.pos.len(), 0, 3)?;
    }
    let [object, encoding, errors] =
        args.bind::<3>(vm, "str", "(object='', encoding='utf-8', errors='strict')")?;
    let encoding = crate::text::codecs::name_arg(vm, encoding, "str", "encoding")?;
    let errors = crate::text::codecs::name_arg(vm, errors, "str", "errors")?;
    let s = if object.is_unbound() {
        vm.latin1[256]
    } else if encoding.is_none() && errors.is_none() {
        vm.str(object)?
    } else {
        crate::text::codecs::decode_object(vm, object, encoding, errors)?
    };
    if ty == vm.types.str {
        return Ok(s.value());
    }
    vm.new_str_of(ty, s).map(Gc::value)
}

fn str(vm: &Vm, v: Value) -> PyResult {
    vm.str_exact(this(v)).map(Gc::value)
}
fn repr(vm: &Vm, v: Value) -> PyResult {
    Ok(vm.str_repr(this(v)).value())
}
fn hash(vm: &Vm, v: Value) -> PyResult<i64> {
    Ok(vm.hash_str(this(v)))
}
fn len(_: &Vm, v: Value) -> PyResult<usize> {
    Ok(this(v).char_len())
}

fn compare(_: &Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<Str>(), b.cast::<Str>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    // The order of WTF-8 bytes is the order of code points.
    Ok(Value::bool(match op {
        CompareOp::Eq => x == y || x.as_bytes() == y.as_bytes(),
        CompareOp::Ne => x != y && x.as_bytes() != y.as_bytes(),
        _ => op.holds(x.as_bytes().cmp(y.as_bytes())),
    }))
}

fn getitem(vm: &Vm, v: Value, key: Value) -> PyResult {
    let s = this(v);
    if let Some(i) = key.to_int() {
        return item(vm, s, i as isize);
    }
    let n = s.char_len();
    if let Some(slice) = key.cast::<crate::objects::slice::Slice>() {
        let ix = vm.slice_indices(slice, n)?;
        if ix.step == 1 || ix.len <= 1 {
            let start = if ix.len == 0 { 0 } else { ix.start as usize };
            return Ok(vm.str_substring(s, start, start + ix.len).value());
        }
        if s.is_ascii() {
            let b = s.as_bytes();
            let bytes: Vec<u8> = ix.positions().map(|i| b[i]).collect();
            return Ok(vm.new_str_ascii(&bytes).value());
        }
        let all: Vec<u32> = s.code_points().collect();
        let mut out = super::StrBuf::with_capacity(ix.len);
        out.extend(ix.positions().map(|i| all[i]));
        return Ok(out.finish(vm).value());
    }
    if !vm.has_index(key) {
        return Err(vm.type_error(format!("string indices must be integers, not '{}'", vm.type_name(key))));
    }
    let i = vm.index_or(key, vm.types.IndexError)?;
    item(vm, s, i)
}

#[inline]
fn item(vm: &Vm, s: Gc<Str>, i: isize) -> PyResult {
    let n = s.char_len();
    let at = if i < 0 { i.wrapping_add(n as isize) } else { i } as usize;
    if at >= n {
        return Err(vm.index_error("string index out of range"));
    }
    Ok(vm.str_char(vm.str_code_at(s, at)).value())
}

fn contains(vm: &Vm, v: Value, sub: Value) -> PyResult<bool> {
    let Some(sub) = sub.cast::<Str>() else {
        return Err(vm.type_error(format!(
            "'in <string>' requires string as left operand, not {}",
            vm.type_name(sub)
        )));
    };
    Ok(search::find(this(v).as_bytes(), sub.as_bytes()).is_some())
}

fn concat(vm: &Vm, a: Value, b: Value) -> PyResult {
    let Some(y) = b.cast::<Str>() else {
        return Err(vm.type_error(format!("can only concatenate str (not \"{}\") to str", vm.type_name(b))));
    };
    vm.str_concat(this(a), y).map(Gc::value)
}
fn repeat(vm: &Vm, v: Value, n: isize) -> PyResult {
    vm.str_repeat(this(v), n).map(Gc::value)
}

fn rem(vm: &Vm, a: Value, b: Value) -> PyResult {
    match a.cast::<Str>() {
        Some(s) => crate::text::percent::format_str(vm, s, b).map(Gc::value),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

impl Vm {
    /// `repr(s)`
    pub fn str_repr(&self, s: Gc<Str>) -> Gc<Str> {
        let b = s.as_bytes();
        let quote = if b.contains(&b'\'') && !b.contains(&b'"') { b'"' } else { b'\'' };
        let plain = |&c: &u8| (0x20..0x7F).contains(&c) && c != quote && c != b'\\';
        let mut out = super::StrBuf::with_capacity(b.len() + 2);
        out.push(quote as u32);
        if s.is_ascii() && b.iter().all(plain) {
            out.push_obj(s);
        } else {
            for c in s.code_points() {
                push_escaped(&mut out, c, quote, unicode::is_printable(c));
            }
        }
        out.push(quote as u32);
        out.finish(self)
    }
    /// `ascii(v)` of a repr: everything that is not ASCII is escaped.
    pub fn str_to_ascii(&self, s: Gc<Str>) -> Gc<Str> {
        if s.is_ascii() {
            return s;
        }
        let mut out = super::StrBuf::with_capacity(s.byte_len() * 2);
        for c in s.code_points() {
            if c < 0x80 { out.push(c) } else { push_escape(&mut out, c) }
        }
        out.finish(self)
    }
}

fn push_escaped(out: &mut super::StrBuf, c: u32, quote: u8, printable: bool) {
    match c {
        0x5C => out.push_str("\\\\"),
        0x09 => out.push_str("\\t"),
        0x0A => out.push_str("\\n"),
        0x0D => out.push_str("\\r"),
        _ if c == quote as u32 => {
            out.push(0x5C);
            out.push(c);
        }
        _ if printable => out.push(c),
        _ => push_escape(out, c),
    }
}

/// `\xhh`, `\uhhhh` or `\Uhhhhhhhh`.
pub(crate) fn push_escape(out: &mut super::StrBuf, c: u32) {
    use std::fmt::Write;
    let _ = match c {
        0..=0xFF => write!(out, "\\x{c:02x}"),
        0x100..=0xFFFF => write!(out, "\\u{c:04x}"),
        _ => write!(out, "\\U{c:08x}"),
    };
}

/// Is any character of the text a surrogate?
pub fn has_surrogates(s: Gc<Str>) -> bool {
    !s.is_ascii() && s.code_points().any(wtf8::is_surrogate)
}

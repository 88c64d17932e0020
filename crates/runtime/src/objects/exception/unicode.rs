//! `UnicodeDecodeError`, `UnicodeEncodeError`, `UnicodeTranslateError`.

use super::{BASE, Family, field, this};
use crate::objects::bytes::Bytes;
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::{PyResult, Raised};
use crate::vm::slots::Slots;
use crate::vm::typedef::GetSetDef;
use taipan_heap::{Gc, HeapObject, Value};

/// Fields of the three.
pub mod fields {
    #![allow(missing_docs)]
    pub const ENCODING: usize = 0;
    pub const OBJECT: usize = 1;
    pub const START: usize = 2;
    pub const END: usize = 3;
    pub const REASON: usize = 4;
}
use fields::*;

const GETSET: &[GetSetDef] = &[
    field::<ENCODING>("encoding", "exception encoding"),
    field::<OBJECT>("object", "exception object"),
    field::<START>("start", "exception start"),
    field::<END>("end", "exception end"),
    field::<REASON>("reason", "exception reason"),
];

fn check(vm: &Vm, ok: bool, i: usize, want: &str, v: Value) -> PyResult<()> {
    if ok {
        return Ok(());
    }
    Err(vm.type_error(format!("argument {i} must be {want}, not {}", vm.type_name(v))))
}

/// Takes `(encoding, object, start, end, reason)`, without the encoding if `first` is 1.
fn take(vm: &Vm, e: Value, args: Args, first: usize, object_is_bytes: bool) -> PyResult<()> {
    (BASE.slots.init.expect("declared"))(vm, e, args)?;
    let want = 5 - first;
    let n = args.pos.len();
    if n != want {
        return Err(vm.type_error(format!("function takes exactly {want} arguments ({n} given)")));
    }
    for (i, &v) in args.pos.iter().enumerate() {
        let f = i + first;
        let mut v = v;
        match f {
            ENCODING | REASON => check(vm, v.cast::<Str>().is_some(), i + 1, "str", v)?,
            OBJECT if object_is_bytes => {
                if v.cast::<Bytes>().is_none() {
                    let buffer = vm.class_of(v).slots.buffer.get();
                    let Some(get) = buffer else {
                        return Err(vm.type_error(format!(
                            "a bytes-like object is required, not '{}'",
                            vm.type_name(v)
                        )));
                    };
                    let info = get(vm, v, false)?;
                    // SAFETY: the export describes readable memory; it is copied at once.
                    let bytes = unsafe { std::slice::from_raw_parts(info.data, info.len) };
                    v = vm.new_bytes(bytes).value();
                }
            }
            OBJECT => check(vm, v.cast::<Str>().is_some(), i + 1, "str", v)?,
            _ => {
                if v.to_int().is_none() && !v.is_bool() {
                    return Err(vm.type_error(format!(
                        "'{}' object cannot be interpreted as an integer",
                        vm.type_name(v)
                    )));
                }
            }
        }
        this(e).set_field(vm, f, v);
    }
    Ok(())
}
fn decode_init(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    take(vm, e, args, 0, true)
}
fn encode_init(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    take(vm, e, args, 0, false)
}
fn translate_init(vm: &Vm, e: Value, args: Args) -> PyResult<()> {
    take(vm, e, args, 1, false)
}

/// `start` and `end` as they were set.
fn range(e: Value) -> (i64, i64) {
    let x = this(e);
    (x.field(START).to_int().unwrap_or(0), x.field(END).to_int().unwrap_or(0))
}

/// The object if it still is of the right type: `str` of the other attributes may have replaced it.
fn object_of<T: HeapObject>(vm: &Vm, e: Value, what: &str) -> PyResult<Gc<T>> {
    let v = this(e).field(OBJECT);
    if v.is_unbound() {
        return Err(vm.type_error("UnicodeError 'object' attribute is not set"));
    }
    v.cast().ok_or_else(|| vm.type_error(format!("UnicodeError 'object' attribute must be a {what}")))
}

/// The one position that is meant, if it is one that exists.
fn single(start: i64, end: i64, n: usize) -> Option<usize> {
    (start >= 0 && start < n as i64 && end == start + 1).then_some(start as usize)
}

fn escaped(c: u32) -> String {
    match c {
        0..=0xFF => format!("\\x{c:02x}"),
        0x100..=0xFFFF => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

/// The `i`-th code point of WTF-8 text.
fn code_point(s: &Str, i: usize) -> u32 {
    let b = s.as_bytes();
    let starts = b.iter().enumerate().filter(|(_, b)| **b & 0xC0 != 0x80).map(|(p, _)| p);
    let Some(p) = starts.into_iter().nth(i) else { return 0 };
    let cont = |k: usize| (b[p + k] & 0x3F) as u32;
    match b[p] {
        x if x < 0x80 => x as u32,
        x if x < 0xE0 => ((x & 0x1F) as u32) << 6 | cont(1),
        x if x < 0xF0 => ((x & 0x0F) as u32) << 12 | cont(1) << 6 | cont(2),
        x => ((x & 0x07) as u32) << 18 | cont(1) << 12 | cont(2) << 6 | cont(3),
    }
}

fn decode_str(vm: &Vm, e: Value) -> PyResult {
    let x = this(e);
    if x.field(OBJECT).is_unbound() {
        return Ok(vm.intern("").value());
    }
    let (reason, enc) = (vm.str(x.field(REASON))?, vm.str(x.field(ENCODING))?);
    let obj = object_of::<Bytes>(vm, e, "bytes")?;
    let (start, end) = range(e);
    let text = match single(start, end, obj.as_bytes().len()) {
        Some(i) => {
            let b = obj.as_bytes()[i];
            format!("'{enc}' codec can't decode byte 0x{b:02x} in position {start}: {reason}")
        }
        None => {
            format!("'{enc}' codec can't decode bytes in position {start}-{}: {reason}", end.wrapping_sub(1))
        }
    };
    Ok(vm.new_str(&text).value())
}
/// As much of the text as both have; `what` is made after `str` of the reason.
fn encode_or_translate_str(vm: &Vm, e: Value, what: impl FnOnce() -> PyResult<String>) -> PyResult {
    let x = this(e);
    if x.field(OBJECT).is_unbound() {
        return Ok(vm.intern("").value());
    }
    let reason = vm.str(x.field(REASON))?;
    let what = what()?;
    let obj = object_of::<Str>(vm, e, "string")?;
    let (start, end) = range(e);
    let text = match single(start, end, obj.char_len()) {
        Some(i) => {
            let c = escaped(code_point(&obj, i));
            format!("{what} character '{c}' in position {start}: {reason}")
        }
        None => format!("{what} characters in position {start}-{}: {reason}", end.wrapping_sub(1)),
    };
    Ok(vm.new_str(&text).value())
}
fn encode_str(vm: &Vm, e: Value) -> PyResult {
    if this(e).field(ENCODING).is_unbound() {
        return Ok(vm.intern("").value());
    }
    encode_or_translate_str(vm, e, || {
        let enc = vm.str(this(e).field(ENCODING))?;
        Ok(format!("'{enc}' codec can't encode"))
    })
}
fn translate_str(vm: &Vm, e: Value) -> PyResult {
    encode_or_translate_str(vm, e, || Ok("can't translate".to_owned()))
}

/// `UnicodeDecodeError`
pub const DECODE: Family = Family {
    slots: Slots { init: Some(decode_init), str: Some(decode_str), ..Slots::EMPTY },
    getset: GETSET,
    ..Family::NONE
};
/// `UnicodeEncodeError`
pub const ENCODE: Family = Family {
    slots: Slots { init: Some(encode_init), str: Some(encode_str), ..Slots::EMPTY },
    getset: GETSET,
    ..Family::NONE
};
/// `UnicodeTranslateError`
pub const TRANSLATE: Family = Family {
    slots: Slots { init: Some(translate_init), str: Some(translate_str), ..Slots::EMPTY },
    getset: GETSET,
    ..Family::NONE
};

impl Vm {
    /// `UnicodeDecodeError(encoding, object, start, end, reason)`; `object` is the `bytes`.
    #[cold]
    pub fn unicode_decode_error(
        &self,
        enc: &str,
        object: Value,
        start: usize,
        end: usize,
        reason: &str,
    ) -> Raised {
        let (enc, reason) = (self.new_str(enc).value(), self.new_str(reason).value());
        let args = [enc, object, Value::int(start as i64), Value::int(end as i64), reason];
        self.new_exception_args(self.types.UnicodeDecodeError, &args)
    }
    /// `UnicodeEncodeError(encoding, object, start, end, reason)`; positions in characters.
    #[cold]
    pub fn unicode_encode_error(
        &self,
        enc: &str,
        object: Value,
        start: usize,
        end: usize,
        reason: &str,
    ) -> Raised {
        let (enc, reason) = (self.new_str(enc).value(), self.new_str(reason).value());
        let args = [enc, object, Value::int(start as i64), Value::int(end as i64), reason];
        self.new_exception_args(self.types.UnicodeEncodeError, &args)
    }
}

//! Character maps: codecs given by a mapping, as most of the library's `encodings` are.

use super::errors::{Handler, Replacement};
use crate::kinds::Trace;
use crate::objects::bytes::Bytes;
use crate::objects::str::{Str, StrBuf};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use crate::vm::typedef::{NativeObject, TypeDef};
use std::borrow::Cow;
use std::collections::HashMap;
use taipan_heap::{Gc, Header, Tracer, Value};

/// What `charmap_build` makes of a decoding table: the byte for each character.
#[repr(C)]
pub struct EncodingMap {
    header: Header,
    map: HashMap<u32, u8>,
}
impl Trace for EncodingMap {
    fn trace(&self, _: &mut Tracer) {}
}
// SAFETY: `repr(C)`, header first, made in this file only.
unsafe impl NativeObject for EncodingMap {
    const DEF: &'static TypeDef = &ENCODING_MAP;
}
static ENCODING_MAP: TypeDef = TypeDef { name: "EncodingMap", ..TypeDef::native::<EncodingMap>() };

/// `codecs.charmap_build(table)`
pub fn build(vm: &Vm, table: Gc<Str>) -> Value {
    let mut map = HashMap::new();
    for (i, c) in table.code_points().take(256).enumerate() {
        if c != 0xFFFE {
            map.entry(c).or_insert(i as u8);
        }
    }
    vm.new_native(|header| EncodingMap { header, map }).value()
}

enum Found {
    Nothing,
    Byte(u8),
    Bytes(Gc<Bytes>),
}

fn look_up(vm: &Vm, mapping: Value, c: u32) -> PyResult<Found> {
    if let Some(m) = vm.native::<EncodingMap>(mapping) {
        return Ok(m.map.get(&c).map_or(Found::Nothing, |&b| Found::Byte(b)));
    }
    let v = match vm.getitem(mapping, vm.new_int(c as i64)) {
        Ok(v) => v,
        Err(e) if vm.raised_is(e, vm.types.LookupError) => return Ok(Found::Nothing),
        Err(e) => return Err(e),
    };
    if v.is_none() {
        return Ok(Found::Nothing);
    }
    if vm.is_int(v) {
        return match vm.int_to_i64(v) {
            Ok(b @ 0..=255) => Ok(Found::Byte(b as u8)),
            _ => Err(vm.type_error("character mapping must be in range(256)")),
        };
    }
    match v.cast::<Bytes>() {
        Some(b) => Ok(Found::Bytes(b)),
        None => Err(vm.type_error(format!(
            "character mapping must return integer, bytes or None, not {}",
            vm.type_name(v)
        ))),
    }
}

fn put(vm: &Vm, mapping: Value, c: u32, out: &mut Vec<u8>) -> PyResult<bool> {
    match look_up(vm, mapping, c)? {
        Found::Nothing => return Ok(false),
        Found::Byte(b) => out.push(b),
        Found::Bytes(b) => out.extend_from_slice(b.as_bytes()),
    }
    Ok(true)
}

/// Encodes with a mapping from ordinals.
pub fn encode(vm: &Vm, s: Gc<Str>, h: &mut Handler, mapping: Value) -> PyResult<Vec<u8>> {
    const REASON: &str = "character maps to <undefined>";
    let all: Vec<u32> = s.code_points().collect();
    let mut out = Vec::with_capacity(all.len());
    let mut i = 0;
    while i < all.len() {
        if put(vm, mapping, all[i], &mut out)? {
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < all.len() && matches!(look_up(vm, mapping, all[end])?, Found::Nothing) {
            end += 1;
        }
        let (rep, next) = h.encode("charmap", s, i, end, REASON)?;
        match rep {
            Replacement::Bytes(b) => out.extend_from_slice(b.as_bytes()),
            Replacement::Text(t) => {
                for c in t.code_points() {
                    if !put(vm, mapping, c, &mut out)? {
                        return Err(h.encode_error("charmap", s, i, end, REASON));
                    }
                }
            }
        }
        i = next;
    }
    Ok(out)
}

/// Decodes with a string (character for each byte) or a mapping from bytes.
pub fn decode(vm: &Vm, input: &[u8], h: &mut Handler, mapping: Value) -> PyResult<Gc<Str>> {
    const REASON: &str = "character maps to <undefined>";
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuf::with_capacity(input.len());
    let table: Option<Vec<u32>> = mapping.cast::<Str>().map(|s| s.code_points().collect());
    let mut at = 0;
    while at < input.len() {
        let b = input[at];
        let known = match &table {
            Some(t) => t.get(b as usize).copied().filter(|&c| c != 0xFFFE).map(|c| out.push(c)),
            None => decode_one(vm, mapping, b, &mut out)?,
        };
        at = match known {
            Some(()) => at + 1,
            None => h.decode("charmap", &mut input, at, at + 1, REASON, &mut out)?,
        };
    }
    Ok(out.finish(vm))
}

fn decode_one(vm: &Vm, mapping: Value, b: u8, out: &mut StrBuf) -> PyResult<Option<()>> {
    let v = match vm.getitem(mapping, Value::int(b as i64)) {
        Ok(v) => v,
        Err(e) if vm.raised_is(e, vm.types.LookupError) => return Ok(None),
        Err(e) => return Err(e),
    };
    if v.is_none() {
        return Ok(None);
    }
    if vm.is_int(v) {
        return match vm.int_to_i64(v) {
            Ok(0xFFFE) => Ok(None),
            Ok(c @ 0..=0x10FFFF) => {
                out.push(c as u32);
                Ok(Some(()))
            }
            _ => Err(vm.type_error("character mapping must be in range(0x110000)")),
        };
    }
    match v.cast::<Str>() {
        Some(s) if s.as_bytes() == "\u{FFFE}".as_bytes() => Ok(None),
        Some(s) => {
            out.push_obj(s);
            Ok(Some(()))
        }
        None => Err(vm.type_error("character mapping must return integer, None or str")),
    }
}

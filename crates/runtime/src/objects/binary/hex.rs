//! `hex` and `fromhex`.

use super::source;
use crate::objects::bytes::Bytes;
use crate::objects::str::Str;
use crate::objects::typ::Type;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use taipan_heap::{Gc, Value};

/// Hexadecimal digits of bytes with a separator every `group` bytes (from the right; from the left where it is
/// negative). `sep` is a `str` or `bytes` of length 1, or missing.
pub fn to_hex(vm: &Vm, b: &[u8], sep: Value, group: Value) -> PyResult<Vec<u8>> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let group = if group.is_unbound() { 1 } else { vm.index_c_int(group)? };
    let sep = if sep.is_unbound() {
        None
    } else {
        if vm.len(sep)? != 1 {
            return Err(vm.value_error("sep must be length 1."));
        }
        let c = if let Some(s) = sep.cast::<Str>() {
            s.as_bytes()[0]
        } else if let Some(s) = sep.cast::<Bytes>() {
            s.as_bytes()[0]
        } else {
            return Err(vm.type_error("sep must be str or bytes."));
        };
        if c >= 128 {
            return Err(vm.value_error("sep must be ASCII."));
        }
        Some(c)
    };
    let n = group.unsigned_abs() as usize;
    let mut out = Vec::with_capacity(b.len() * 3);
    for (i, &c) in b.iter().enumerate() {
        if let Some(sep) = sep
            && i > 0
            && n > 0
            && (if group > 0 { (b.len() - i).is_multiple_of(n) } else { i.is_multiple_of(n) })
        {
            out.push(sep);
        }
        out.push(DIGITS[(c >> 4) as usize]);
        out.push(DIGITS[(c & 15) as usize]);
    }
    Ok(out)
}

pub(super) fn hex(vm: &Vm, a: &[Value]) -> PyResult {
    let s = source(a[0]);
    let _hold = s.hold();
    Ok(vm.new_str_ascii(&to_hex(vm, &s, a[1], a[2])?).value())
}

/// Bytes from hexadecimal digits; ASCII white space between bytes is skipped.
pub fn from_hex_text(vm: &Vm, text: &[u8]) -> PyResult<Vec<u8>> {
    let digit = |c: u8| (c as char).to_digit(16).map(|d| d as u8);
    let wrong = |at: usize| {
        let chars = crate::objects::str::count_chars(&text[..at]);
        vm.value_error(format!("non-hexadecimal number found in fromhex() arg at position {chars}"))
    };
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut i = 0;
    while i < text.len() {
        if matches!(text[i], b' ' | 9..=13) {
            i += 1;
            continue;
        }
        let Some(high) = digit(text[i]) else { return Err(wrong(i)) };
        let Some(&second) = text.get(i + 1) else {
            return Err(vm.value_error("fromhex() arg must contain an even number of hexadecimal digits"));
        };
        let Some(low) = digit(second) else { return Err(wrong(i + 1)) };
        out.push(high << 4 | low);
        i += 2;
    }
    Ok(out)
}

pub(super) fn fromhex(vm: &Vm, a: &[Value]) -> PyResult {
    let bytes = if let Some(s) = a[1].cast::<Str>() {
        from_hex_text(vm, s.as_bytes())?
    } else if vm.has_buffer(a[1]) {
        from_hex_text(vm, &vm.get_buffer(a[1])?)?
    } else {
        return Err(vm.type_error(format!(
            "fromhex() argument must be str or bytes-like, not {}",
            vm.type_name(a[1])
        )));
    };
    let ty = a[0].cast::<Type>().expect("class methods get a class");
    if ty == vm.types.bytearray {
        return vm.new_bytearray(&bytes).map(Gc::value);
    }
    let b = vm.new_bytes_vec(bytes)?.value();
    if ty == vm.types.bytes { Ok(b) } else { vm.call(ty.value(), &[b]) }
}

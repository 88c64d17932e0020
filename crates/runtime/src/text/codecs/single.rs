//! Codecs of one byte for each character: ASCII and Latin-1. Character maps are in `charmap`.

use super::errors::{Handler, Kind, Replacement};
use crate::objects::str::{Str, StrBuf};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use std::borrow::Cow;
use taipan_heap::Gc;

/// Encodes to ASCII.
pub fn encode_ascii(vm: &Vm, s: Gc<Str>, h: &mut Handler) -> PyResult<Vec<u8>> {
    if s.is_ascii() {
        return Ok(s.as_bytes().to_vec());
    }
    encode(vm, s, h, "ascii", 128)
}
/// Encodes to Latin-1.
pub fn encode_latin1(vm: &Vm, s: Gc<Str>, h: &mut Handler) -> PyResult<Vec<u8>> {
    if s.is_ascii() {
        return Ok(s.as_bytes().to_vec());
    }
    encode(vm, s, h, "latin-1", 256)
}

fn encode(_: &Vm, s: Gc<Str>, h: &mut Handler, name: &str, limit: u32) -> PyResult<Vec<u8>> {
    let reason = if limit == 128 { "ordinal not in range(128)" } else { "ordinal not in range(256)" };
    let all: Vec<u32> = s.code_points().collect();
    let mut out = Vec::with_capacity(all.len());
    let mut i = 0;
    while i < all.len() {
        if all[i] < limit {
            out.push(all[i] as u8);
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < all.len() && all[end] >= limit {
            end += 1;
        }
        if h.kind() == Kind::SurrogateEscape {
            while i < end && (0xDC80..=0xDCFF).contains(&all[i]) {
                out.push((all[i] - 0xDC00) as u8);
                i += 1;
            }
            if i == end {
                continue;
            }
        }
        let (rep, next) = h.encode(name, s, i, end, reason)?;
        match rep {
            Replacement::Bytes(b) => out.extend_from_slice(b.as_bytes()),
            Replacement::Text(t) => {
                for c in t.code_points() {
                    if c >= limit {
                        return Err(h.encode_error(name, s, i, end, reason));
                    }
                    out.push(c as u8);
                }
            }
        }
        i = next;
    }
    Ok(out)
}

/// Decodes Latin-1.
pub fn decode_latin1(vm: &Vm, input: &[u8]) -> PyResult<Gc<Str>> {
    let high = input.iter().filter(|b| **b >= 128).count();
    if high == 0 {
        return Ok(vm.new_str_ascii(input));
    }
    // SAFETY: one byte below 128, two for each other.
    unsafe {
        vm.new_str_with(input.len() + high, input.len(), |mut p| {
            for &b in input {
                if b < 128 {
                    p.write(b);
                    p = p.add(1);
                } else {
                    p.write(0xC0 | b >> 6);
                    p.add(1).write(0x80 | b & 0x3F);
                    p = p.add(2);
                }
            }
        })
    }
}

/// Decodes ASCII.
pub fn decode_ascii(vm: &Vm, input: &[u8], h: &mut Handler) -> PyResult<Gc<Str>> {
    if input.is_ascii() {
        return Ok(vm.new_str_ascii(input));
    }
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuf::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        let b = input[at];
        if b < 128 {
            out.push(b as u32);
            at += 1;
        } else {
            at = h.decode("ascii", &mut input, at, at + 1, "ordinal not in range(128)", &mut out)?;
        }
    }
    Ok(out.finish(vm))
}

//! UTF-16 and UTF-32.

use super::errors::{Handler, Replacement};
use crate::objects::str::{Str, StrBuf};
use crate::text::wtf8;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use std::borrow::Cow;
use taipan_heap::Gc;

/// Byte order of an encoding: `Native` writes and reads a byte order mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Order {
    Little,
    Native,
    Big,
}

impl Order {
    /// From Python's `byteorder` argument.
    pub fn from_int(i: i32) -> Order {
        match i {
            0 => Order::Native,
            i if i < 0 => Order::Little,
            _ => Order::Big,
        }
    }
    fn is_big(self) -> bool {
        self == Order::Big || self == Order::Native && cfg!(target_endian = "big")
    }
    fn name(self, wide: bool) -> &'static str {
        match (self, wide) {
            (Order::Little, false) => "utf-16-le",
            (Order::Big, false) => "utf-16-be",
            (Order::Native, false) => "utf-16",
            (Order::Little, true) => "utf-32-le",
            (Order::Big, true) => "utf-32-be",
            (Order::Native, true) => "utf-32",
        }
    }
}

/// Encodes; `wide` is UTF-32.
pub fn encode(vm: &Vm, s: Gc<Str>, h: &mut Handler, order: Order, wide: bool) -> PyResult<Vec<u8>> {
    let unit = if wide { 4 } else { 2 };
    let big = order.is_big();
    let mut out = Vec::with_capacity((s.char_len() + 1) * unit);
    let put = |out: &mut Vec<u8>, c: u32| {
        let mut unit16 = |x: u16| out.extend_from_slice(&if big { x.to_be_bytes() } else { x.to_le_bytes() });
        if wide {
            out.extend_from_slice(&if big { c.to_be_bytes() } else { c.to_le_bytes() });
        } else if c < 0x10000 {
            unit16(c as u16);
        } else {
            unit16((0xD800 + ((c - 0x10000) >> 10)) as u16);
            unit16((0xDC00 + ((c - 0x10000) & 0x3FF)) as u16);
        }
    };
    if order == Order::Native {
        put(&mut out, 0xFEFF);
    }
    let name = order.name(wide);
    const REASON: &str = "surrogates not allowed";
    let all: Vec<u32> = s.code_points().collect();
    let mut i = 0;
    while i < all.len() {
        if !wtf8::is_surrogate(all[i]) {
            put(&mut out, all[i]);
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < all.len() && wtf8::is_surrogate(all[end]) {
            end += 1;
        }
        let (rep, next) = match h.encode(name, s, i, end, REASON) {
            // `surrogateescape` and their like take characters one by one here.
            Err(_)
                if end > i + 1
                    && h.kind() != super::errors::Kind::Strict
                    && h.kind() != super::errors::Kind::Other =>
            {
                h.encode(name, s, i, i + 1, REASON)?
            }
            r => r?,
        };
        match rep {
            Replacement::Bytes(b) if b.as_bytes().len().is_multiple_of(unit) => {
                out.extend_from_slice(b.as_bytes())
            }
            Replacement::Text(t) if t.is_ascii() => t.code_points().for_each(|c| put(&mut out, c)),
            _ => return Err(h.encode_error(name, s, i, end, REASON)),
        }
        i = next;
    }
    let _ = vm;
    Ok(out)
}

/// Decodes; answers the text, the bytes consumed, and the byte order found. Without `last`, what is incomplete
/// at the end is left.
pub fn decode(
    vm: &Vm,
    input: &[u8],
    h: &mut Handler,
    order: Order,
    wide: bool,
    last: bool,
) -> PyResult<(Gc<Str>, usize, Order)> {
    let unit = if wide { 4 } else { 2 };
    let mut order = order;
    let mut at = 0;
    let name = order.name(wide);
    if order == Order::Native && input.len() >= unit {
        let little: &[u8] = if wide { &[0xFF, 0xFE, 0, 0] } else { &[0xFF, 0xFE] };
        let big: &[u8] = if wide { &[0, 0, 0xFE, 0xFF] } else { &[0xFE, 0xFF] };
        if input.starts_with(little) {
            order = Order::Little;
            at = unit;
        } else if input.starts_with(big) {
            order = Order::Big;
            at = unit;
        }
    }
    let is_big = order.is_big();
    // A byte order mark names the encoding for errors.
    let name = if name.len() == 6 {
        if is_big { Order::Big.name(wide) } else { Order::Little.name(wide) }
    } else {
        name
    };
    let unit16 = |b: &[u8], i: usize| -> u32 {
        let x = [b[i], b[i + 1]];
        (if is_big { u16::from_be_bytes(x) } else { u16::from_le_bytes(x) }) as u32
    };
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuf::with_capacity(input.len());
    while at < input.len() {
        let left = input.len() - at;
        let (end, reason) = if left < unit {
            if !last {
                break;
            }
            (input.len(), "truncated data")
        } else if wide {
            let x: [u8; 4] = input[at..at + 4].try_into().expect("four bytes");
            let c = if is_big { u32::from_be_bytes(x) } else { u32::from_le_bytes(x) };
            if wtf8::is_surrogate(c) {
                (at + 4, "code point in surrogate code point range(0xd800, 0xe000)")
            } else if c >= 0x110000 {
                (at + 4, "code point not in range(0x110000)")
            } else {
                out.push(c);
                at += 4;
                continue;
            }
        } else {
            let c = unit16(&input, at);
            if !wtf8::is_surrogate(c) {
                out.push(c);
                at += 2;
                continue;
            }
            if c >= 0xDC00 {
                (at + 2, "illegal encoding")
            } else if left < 4 {
                if !last {
                    break;
                }
                (input.len(), "unexpected end of data")
            } else {
                let d = unit16(&input, at + 2);
                if (0xDC00..0xE000).contains(&d) {
                    out.push(0x10000 + ((c - 0xD800) << 10) + (d - 0xDC00));
                    at += 4;
                    continue;
                }
                (at + 2, "illegal UTF-16 surrogate")
            }
        };
        at = h.decode(name, &mut input, at, end, reason, &mut out)?;
    }
    Ok((out.finish(vm), at, order))
}

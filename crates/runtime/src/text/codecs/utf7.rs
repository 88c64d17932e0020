//! UTF-7.

use super::errors::Handler;
use crate::objects::str::{Str, StrBuf};
use crate::vm::Vm;
use crate::vm::error::PyResult;
use std::borrow::Cow;
use taipan_heap::Gc;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn value(b: u8) -> Option<u32> {
    BASE64.iter().position(|&c| c == b).map(|i| i as u32)
}
/// Characters written as they are: set D, set O and white space of RFC 2152.
fn direct(c: u32) -> bool {
    match c {
        9 | 10 | 13 | 32 => true,
        0x21..=0x7E => !matches!(c as u8, b'+' | b'\\' | b'~'),
        _ => false,
    }
}

/// Encodes; everything can be.
pub fn encode(s: Gc<Str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.byte_len() * 2);
    let (mut bits, mut buffer, mut shifted) = (0u32, 0u32, false);
    for c in s.code_points() {
        if shifted && direct(c) {
            if bits > 0 {
                out.push(BASE64[(buffer << (6 - bits) & 0x3F) as usize]);
                (bits, buffer) = (0, 0);
            }
            shifted = false;
            if value(c as u8).is_some() || c == b'-' as u32 {
                out.push(b'-');
            }
        }
        if !shifted {
            if c == b'+' as u32 {
                out.extend_from_slice(b"+-");
                continue;
            }
            if direct(c) {
                out.push(c as u8);
                continue;
            }
            out.push(b'+');
            shifted = true;
        }
        let units = if c < 0x10000 {
            [c, 0]
        } else {
            [0xD800 + ((c - 0x10000) >> 10), 0xDC00 + ((c - 0x10000) & 0x3FF)]
        };
        for &u in &units[..if c < 0x10000 { 1 } else { 2 }] {
            buffer = buffer << 16 | u;
            bits += 16;
            while bits >= 6 {
                out.push(BASE64[(buffer >> (bits - 6) & 0x3F) as usize]);
                bits -= 6;
            }
            buffer &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(BASE64[(buffer << (6 - bits) & 0x3F) as usize]);
    }
    if shifted {
        out.push(b'-');
    }
    out
}

/// Decodes; answers the text and the bytes consumed.
pub fn decode(vm: &Vm, input: &[u8], h: &mut Handler, last: bool) -> PyResult<(Gc<Str>, usize)> {
    let mut input = Cow::Borrowed(input);
    let mut out: Vec<u32> = vec![];
    let mut at = 0;
    // Of the shift sequence that is open: its start, and the output before it.
    let mut shift: Option<(usize, usize)> = None;
    let (mut bits, mut buffer, mut high) = (0u32, 0u32, 0u32);
    while at < input.len() {
        let c = input[at];
        let mut error: Option<(usize, &str)> = None;
        if let Some((start, _)) = shift {
            if let Some(v) = value(c) {
                buffer = buffer << 6 | v;
                bits += 6;
                at += 1;
                if bits >= 16 {
                    let u = buffer >> (bits - 16) & 0xFFFF;
                    bits -= 16;
                    buffer &= (1 << bits) - 1;
                    if high != 0 {
                        if (0xDC00..0xE000).contains(&u) {
                            out.push(0x10000 + ((high - 0xD800) << 10) + (u - 0xDC00));
                            high = 0;
                            continue;
                        }
                        out.push(high);
                        high = 0;
                    }
                    if (0xD800..0xDC00).contains(&u) { high = u } else { out.push(u) }
                }
                continue;
            }
            shift = None;
            if bits >= 6 {
                at += 1;
                error = Some((start, "partial character in base64"));
            } else if bits > 0 && buffer != 0 {
                at += 1;
                error = Some((start, "non-zero padding bits in shift sequence"));
            } else {
                if high != 0 && direct(c as u32) {
                    out.push(high);
                }
                high = 0;
                if c == b'-' {
                    at += 1;
                } else if !(direct(c as u32) || c == b'+' || c == b'\\' || c == b'~') || c >= 128 {
                    // Looked at again below.
                    if c < 128 {
                        // Control characters may follow directly.
                    }
                }
            }
            (bits, buffer) = (0, 0);
            if error.is_none() {
                continue;
            }
            high = 0;
        } else if c == b'+' {
            let start = at;
            at += 1;
            if input.get(at) == Some(&b'-') {
                at += 1;
                out.push(b'+' as u32);
                continue;
            }
            if at < input.len() && value(input[at]).is_none() {
                at += 1;
                error = Some((start, "ill-formed sequence"));
            } else {
                shift = Some((start, out.len()));
                (bits, buffer, high) = (0, 0, 0);
                continue;
            }
        } else if c < 128 {
            out.push(c as u32);
            at += 1;
            continue;
        } else {
            at += 1;
            error = Some((at - 1, "unexpected special character"));
        }
        if let Some((start, reason)) = error {
            let mut rep = StrBuf::new();
            at = h.decode("utf7", &mut input, start, at, reason, &mut rep)?;
            out.extend(crate::text::wtf8::CodePoints::new(rep.as_bytes()));
        }
    }
    if let Some((start, before)) = shift {
        if !last {
            out.truncate(before);
            at = start;
        } else if high != 0 || bits >= 6 || bits > 0 && buffer != 0 {
            let mut rep = StrBuf::new();
            let end = input.len();
            h.decode("utf7", &mut input, start, end, "unterminated shift sequence", &mut rep)?;
            out.extend(crate::text::wtf8::CodePoints::new(rep.as_bytes()));
        }
    }
    let mut text = StrBuf::with_capacity(out.len());
    text.extend(out);
    Ok((text.finish(vm), at))
}

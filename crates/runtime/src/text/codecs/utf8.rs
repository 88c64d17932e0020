//! UTF-8.

use super::errors::{Handler, Kind, Replacement};
use crate::objects::str::{Str, StrBuf, count_chars};
use crate::text::wtf8;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use std::borrow::Cow;
use taipan_heap::Gc;

/// Encodes; surrogates are errors.
pub fn encode(_: &Vm, s: Gc<Str>, h: &mut Handler) -> PyResult<Vec<u8>> {
    if s.to_str().is_some() {
        return Ok(s.as_bytes().to_vec());
    }
    let all: Vec<u32> = s.code_points().collect();
    let mut out = Vec::with_capacity(s.byte_len() + 16);
    let mut i = 0;
    while i < all.len() {
        if !wtf8::is_surrogate(all[i]) {
            push(&mut out, all[i]);
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < all.len() && wtf8::is_surrogate(all[end]) {
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
        let (rep, next) = h.encode("utf-8", s, i, end, REASON)?;
        match rep {
            Replacement::Bytes(b) => out.extend_from_slice(b.as_bytes()),
            Replacement::Text(t) if t.is_ascii() => out.extend_from_slice(t.as_bytes()),
            Replacement::Text(_) => return Err(h.encode_error("utf-8", s, i, end, REASON)),
        }
        i = next;
    }
    Ok(out)
}
const REASON: &str = "surrogates not allowed";

fn push(out: &mut Vec<u8>, c: u32) {
    let mut b = [0; 4];
    let n = wtf8::encode(c, &mut b);
    out.extend_from_slice(&b[..n]);
}

/// What stops a UTF-8 sequence.
enum Stop {
    /// Bytes that are wrong, and why.
    Bad(usize, &'static str),
    /// The input ends inside a sequence of which this many bytes are there.
    Incomplete(usize),
}

/// Looks at the bytes where validation failed.
fn diagnose(b: &[u8]) -> Stop {
    let need = match b[0] {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Stop::Bad(1, "invalid start byte"),
    };
    let second = match b[0] {
        0xE0 => 0xA0..=0xBF,
        0xED => 0x80..=0x9F,
        0xF0 => 0x90..=0xBF,
        0xF4 => 0x80..=0x8F,
        _ => 0x80..=0xBF,
    };
    for i in 1..need {
        match b.get(i) {
            None => return Stop::Incomplete(i),
            Some(c) if i == 1 && second.contains(c) || i > 1 && (0x80..=0xBF).contains(c) => {}
            Some(_) => return Stop::Bad(i, "invalid continuation byte"),
        }
    }
    Stop::Bad(need, "invalid continuation byte")
}

/// Decodes; answers the text and the bytes consumed (all of them if `last`).
pub fn decode(vm: &Vm, input: &[u8], h: &mut Handler, last: bool) -> PyResult<(Gc<Str>, usize)> {
    if input.is_ascii() {
        return Ok((vm.new_str_ascii(input), input.len()));
    }
    let Err(first) = std::str::from_utf8(input) else {
        // SAFETY: valid UTF-8.
        let s = unsafe { vm.new_str_wtf8_counted(input, count_chars(input)) };
        return Ok((s, input.len()));
    };
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuf::with_capacity(input.len());
    // SAFETY: valid up to there.
    unsafe { out.push_wtf8(&input[..first.valid_up_to()]) };
    let mut at = first.valid_up_to();
    while at < input.len() {
        match std::str::from_utf8(&input[at..]) {
            Ok(rest) => {
                out.push_str(rest);
                at = input.len();
                break;
            }
            Err(e) => {
                // SAFETY: valid up to there.
                unsafe { out.push_wtf8(&input[at..at + e.valid_up_to()]) };
                at += e.valid_up_to();
            }
        }
        let (n, reason) = match diagnose(&input[at..]) {
            Stop::Bad(n, reason) => (n, reason),
            Stop::Incomplete(_) if !last => break,
            Stop::Incomplete(n) => (n, "unexpected end of data"),
        };
        at = h.decode("utf-8", &mut input, at, at + n, reason, &mut out)?;
    }
    Ok((out.finish(vm), at))
}

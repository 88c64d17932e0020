//! `unicode_escape`, `raw_unicode_escape` and the escapes of bytes literals.

use super::errors::Handler;
use crate::objects::str::{Str, StrBuf};
use crate::text::unicode;
use crate::vm::Vm;
use crate::vm::error::PyResult;
use std::borrow::Cow;
use std::io::Write;
use taipan_heap::Gc;

/// `unicode_escape`
pub fn encode_unicode(s: Gc<Str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.byte_len());
    for c in s.code_points() {
        let _ = match c {
            0x5C => out.write_all(b"\\\\"),
            9 => out.write_all(b"\\t"),
            10 => out.write_all(b"\\n"),
            13 => out.write_all(b"\\r"),
            0x20..=0x7E => out.write_all(&[c as u8]),
            0..=0xFF => write!(out, "\\x{c:02x}"),
            0x100..=0xFFFF => write!(out, "\\u{c:04x}"),
            _ => write!(out, "\\U{c:08x}"),
        };
    }
    out
}
/// `raw_unicode_escape`
pub fn encode_raw(s: Gc<Str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.byte_len());
    for c in s.code_points() {
        let _ = match c {
            0..=0xFF => out.write_all(&[c as u8]),
            0x100..=0xFFFF => write!(out, "\\u{c:04x}"),
            _ => write!(out, "\\U{c:08x}"),
        };
    }
    out
}

/// The hexadecimal number in the first `n` bytes of `b`; or the number of digits there are.
fn hex(b: &[u8], n: usize) -> Result<u32, usize> {
    let mut v = 0;
    for i in 0..n {
        match b.get(i).and_then(|&c| (c as char).to_digit(16)) {
            Some(d) => v = v << 4 | d,
            None => return Err(i),
        }
    }
    Ok(v)
}

/// What was wrong but is let through: `\z`, or an octal escape above `\377`. The caller warns.
pub type Invalid = Option<(usize, u32)>;

/// Decodes `unicode_escape`; answers the text, the bytes consumed and the first invalid escape.
pub fn decode_unicode(
    vm: &Vm,
    input: &[u8],
    h: &mut Handler,
    last: bool,
) -> PyResult<(Gc<Str>, usize, Invalid)> {
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuf::with_capacity(input.len());
    let mut invalid = None;
    let mut at = 0;
    while at < input.len() {
        let c = input[at];
        if c != b'\\' {
            out.push(c as u32);
            at += 1;
            continue;
        }
        let start = at;
        let Some(&e) = input.get(at + 1) else {
            if !last {
                break;
            }
            at = h.decode("unicodeescape", &mut input, start, start + 1, "\\ at end of string", &mut out)?;
            continue;
        };
        at += 2;
        let (digits, reason) = match e {
            b'\n' => continue,
            b'\\' | b'\'' | b'"' => {
                out.push(e as u32);
                continue;
            }
            b'b' => {
                out.push(8);
                continue;
            }
            b'f' => {
                out.push(12);
                continue;
            }
            b't' => {
                out.push(9);
                continue;
            }
            b'n' => {
                out.push(10);
                continue;
            }
            b'r' => {
                out.push(13);
                continue;
            }
            b'v' => {
                out.push(11);
                continue;
            }
            b'a' => {
                out.push(7);
                continue;
            }
            b'0'..=b'7' => {
                let mut v = (e - b'0') as u32;
                for _ in 0..2 {
                    match input.get(at) {
                        Some(d @ b'0'..=b'7') => {
                            v = v << 3 | (d - b'0') as u32;
                            at += 1;
                        }
                        _ => break,
                    }
                }
                if v > 0o377 && invalid.is_none() {
                    invalid = Some((start, v));
                }
                out.push(v);
                continue;
            }
            b'x' => (2, "truncated \\xXX escape"),
            b'u' => (4, "truncated \\uXXXX escape"),
            b'U' => (8, "truncated \\UXXXXXXXX escape"),
            b'N' => {
                let mut reason = "malformed \\N character escape";
                let rest = &input[at..];
                let mut end = at;
                if rest.first() == Some(&b'{') {
                    match memchr::memchr(b'}', rest) {
                        Some(n) => {
                            end = at + n + 1;
                            let name = std::str::from_utf8(&rest[1..n]).unwrap_or("");
                            if n > 1 {
                                if let Some(c) = unicode::by_name(name) {
                                    out.push(c);
                                    at = end;
                                    continue;
                                }
                                reason = "unknown Unicode character name";
                            }
                        }
                        None => end = input.len(),
                    }
                }
                if end == input.len() && !last && (rest.is_empty() || !rest.ends_with(b"}")) {
                    at = start;
                    break;
                }
                at = h.decode("unicodeescape", &mut input, start, end, reason, &mut out)?;
                continue;
            }
            _ => {
                if invalid.is_none() {
                    invalid = Some((start, e as u32));
                }
                out.push(b'\\' as u32);
                out.push(e as u32);
                continue;
            }
        };
        let form = Hex { codec: "unicodeescape", digits, reason, range: "illegal Unicode character" };
        match form.read(h, &mut input, start, at, last, &mut out)? {
            Some(next) => at = next,
            None => {
                at = start;
                break;
            }
        }
    }
    Ok((out.finish(vm), at, invalid))
}

/// An escape of a number of hexadecimal digits.
struct Hex {
    codec: &'static str,
    digits: usize,
    /// What the error handler hears of too few digits.
    reason: &'static str,
    /// What it hears of a number beyond Unicode.
    range: &'static str,
}

impl Hex {
    /// Reads the digits at `at` of an escape that began at `start`, and answers where to go on: `None` when the
    /// input ends within the escape and more (`!last`) will come.
    fn read(
        &self,
        h: &mut Handler,
        input: &mut Cow<'_, [u8]>,
        start: usize,
        at: usize,
        last: bool,
        out: &mut StrBuf,
    ) -> PyResult<Option<usize>> {
        let (end, reason) = match hex(&input[at..], self.digits) {
            Ok(v) if v <= 0x10FFFF => {
                out.push(v);
                return Ok(Some(at + self.digits));
            }
            Ok(_) => (at + self.digits, self.range),
            Err(n) if !last && at + n == input.len() => return Ok(None),
            Err(n) => (at + n, self.reason),
        };
        h.decode(self.codec, input, start, end, reason, out).map(Some)
    }
}

/// Decodes `raw_unicode_escape`: only `\u` and `\U` after an odd number of backslashes.
pub fn decode_raw(vm: &Vm, input: &[u8], h: &mut Handler, last: bool) -> PyResult<(Gc<Str>, usize)> {
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuf::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        if input[at] != b'\\' || at + 1 == input.len() && last {
            out.push(input[at] as u32);
            at += 1;
            continue;
        }
        let start = at;
        let Some(&e) = input.get(at + 1) else { break };
        if e != b'u' && e != b'U' {
            out.push(b'\\' as u32);
            out.push(e as u32);
            at += 2;
            continue;
        }
        at += 2;
        let (digits, reason) =
            if e == b'u' { (4, "truncated \\uXXXX escape") } else { (8, "truncated \\UXXXXXXXX escape") };
        let form = Hex { codec: "rawunicodeescape", digits, reason, range: "\\Uxxxxxxxx out of range" };
        match form.read(h, &mut input, start, at, last, &mut out)? {
            Some(next) => at = next,
            None => {
                at = start;
                break;
            }
        }
    }
    Ok((out.finish(vm), at))
}

/// Decodes the escapes of bytes literals (`codecs.escape_decode`).
pub fn decode_bytes(vm: &Vm, input: &[u8], errors: Option<&str>) -> PyResult<(Vec<u8>, Invalid)> {
    let mut out = Vec::with_capacity(input.len());
    let mut invalid = None;
    let mut at = 0;
    while at < input.len() {
        if input[at] != b'\\' {
            out.push(input[at]);
            at += 1;
            continue;
        }
        let start = at;
        let Some(&e) = input.get(at + 1) else { return Err(vm.value_error("Trailing \\ in string")) };
        at += 2;
        match e {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(e),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(9),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let mut v = (e - b'0') as u32;
                for _ in 0..2 {
                    match input.get(at) {
                        Some(d @ b'0'..=b'7') => {
                            v = v << 3 | (d - b'0') as u32;
                            at += 1;
                        }
                        _ => break,
                    }
                }
                if v > 0o377 && invalid.is_none() {
                    invalid = Some((start, v));
                }
                out.push(v as u8);
            }
            b'x' => match hex(&input[at..], 2) {
                Ok(v) => {
                    out.push(v as u8);
                    at += 2;
                }
                Err(n) => {
                    match errors {
                        None | Some("strict") => {
                            return Err(vm.value_error(format!("invalid \\x escape at position {start}")));
                        }
                        Some("replace") => out.push(b'?'),
                        Some("ignore") => {}
                        Some(other) => {
                            return Err(vm.value_error(format!(
                                "decoding error; unknown error handling code: {other}"
                            )));
                        }
                    }
                    at += n;
                }
            },
            _ => {
                if invalid.is_none() {
                    invalid = Some((start, e as u32));
                }
                out.push(b'\\');
                out.push(e);
            }
        }
    }
    Ok((out, invalid))
}

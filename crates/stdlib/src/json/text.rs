//! JSON string literals from Python strings.

use taipan_runtime::objects::str::Str;
use taipan_runtime::text::wtf8;
use taipan_runtime::{Gc, PyResult, Value, Vm};

/// Writes `s` as a literal; with `ascii` all else is escaped.
pub fn write_string(out: &mut Vec<u8>, s: Gc<Str>, ascii: bool) {
    out.push(b'"');
    let bytes = s.as_bytes();
    let mut from = 0;
    for (i, &b) in bytes.iter().enumerate() {
        let escape: &[u8] = match b {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0x0c => b"\\f",
            0x08 => b"\\b",
            0..0x20 => {
                out.extend_from_slice(&bytes[from..i]);
                push_unicode(out, b as u32);
                from = i + 1;
                continue;
            }
            // DEL is printable ASCII to neither, but only the ASCII form escapes it.
            0x7f if ascii => {
                out.extend_from_slice(&bytes[from..i]);
                push_unicode(out, 0x7f);
                from = i + 1;
                continue;
            }
            0x80.. if ascii => {
                // The lead byte starts a character; the others belong to it.
                if b & 0xC0 != 0x80 {
                    out.extend_from_slice(&bytes[from..i]);
                    let (c, n) = wtf8::decode_at(bytes, i);
                    if c >= 0x10000 {
                        let c = c - 0x10000;
                        push_unicode(out, 0xD800 | c >> 10);
                        push_unicode(out, 0xDC00 | c & 0x3FF);
                    } else {
                        push_unicode(out, c);
                    }
                    from = i + n;
                }
                continue;
            }
            _ => continue,
        };
        out.extend_from_slice(&bytes[from..i]);
        out.extend_from_slice(escape);
        from = i + 1;
    }
    out.extend_from_slice(&bytes[from..]);
    out.push(b'"');
}

fn push_unicode(out: &mut Vec<u8>, c: u32) {
    out.extend_from_slice(b"\\u");
    for shift in [12, 8, 4, 0] {
        out.push(b"0123456789abcdef"[(c >> shift & 15) as usize]);
    }
}

fn encode(vm: &Vm, v: Value, ascii: bool) -> PyResult {
    let Some(s) = v.cast::<Str>() else {
        return Err(vm.type_error(format!("first argument must be a string, not {}", vm.type_name(v))));
    };
    let mut out = Vec::with_capacity(s.byte_len() + 2);
    write_string(&mut out, s, ascii);
    // SAFETY: escapes are ASCII, the rest is copied.
    Ok(unsafe { vm.new_str_wtf8(&out) }.value())
}
pub fn encode_basestring_ascii(vm: &Vm, a: &[Value]) -> PyResult {
    encode(vm, a[0], true)
}
pub fn encode_basestring(vm: &Vm, a: &[Value]) -> PyResult {
    encode(vm, a[0], false)
}

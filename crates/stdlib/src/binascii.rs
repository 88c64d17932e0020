//! `binascii`: bytes as text and back (hexadecimal, base64, uuencode, quoted-printable), and checksums.

use taipan_runtime::objects::exception::{Exception, types as exc};
use taipan_runtime::objects::module::{Module, ModuleDef};
use taipan_runtime::objects::str::Str;
use taipan_runtime::vm::error::{PyResult, Raised};
use taipan_runtime::vm::typedef::flag;
use taipan_runtime::{Gc, MethodDef, TypeDef, Value, Vm, function};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "binascii",
    doc: "Conversion between binary data and ASCII",
    functions: FUNCTIONS,
    types: &[],
    init: Some(init),
};

const fn exception(name: &'static str, base: &'static TypeDef) -> TypeDef {
    TypeDef {
        name,
        module: "binascii",
        base: Some(base),
        kind: taipan_runtime::kinds::EXCEPTION,
        size: size_of::<Exception>(),
        flags: flag::BASETYPE | flag::HAS_DICT,
        ..TypeDef::EMPTY
    }
}
static ERROR: TypeDef = exception("Error", &exc::ValueError);
static INCOMPLETE: TypeDef = exception("Incomplete", &exc::Exception_);

fn init(vm: &Vm, m: Gc<Module>) -> PyResult<()> {
    let d = m.dict.get();
    d.set_str(vm, vm.intern("Error"), vm.type_of_def(&ERROR).value());
    d.set_str(vm, vm.intern("Incomplete"), vm.type_of_def(&INCOMPLETE).value());
    Ok(())
}

#[cold]
fn error(vm: &Vm, message: &str) -> Raised {
    vm.new_exception(vm.type_of_def(&ERROR), message)
}
/// Bytes, or ASCII text.
fn ascii(vm: &Vm, v: Value) -> PyResult<Vec<u8>> {
    if let Some(s) = v.cast::<Str>() {
        if !s.is_ascii() {
            return Err(vm.value_error("string argument should contain only ASCII characters"));
        }
        return Ok(s.as_bytes().to_vec());
    }
    if !vm.has_buffer(v) {
        return Err(vm.type_error(format!(
            "argument should be bytes, buffer or ASCII string, not '{}'",
            vm.type_name(v)
        )));
    }
    Ok(vm.get_buffer(v)?.to_vec())
}
fn flag_arg(vm: &Vm, v: Value, default: bool) -> PyResult<bool> {
    if v.is_unbound() { Ok(default) } else { vm.truth(v) }
}
fn bytes(vm: &Vm, b: Vec<u8>) -> PyResult {
    vm.new_bytes_vec(b).map(Gc::value)
}

fn b2a_hex(vm: &Vm, a: &[Value]) -> PyResult {
    let b = vm.get_buffer(a[0])?.to_vec();
    bytes(vm, taipan_runtime::objects::binary::to_hex(vm, &b, a[1], a[2])?)
}
fn a2b_hex(vm: &Vm, a: &[Value]) -> PyResult {
    let b = ascii(vm, a[0])?;
    if b.len() % 2 == 1 {
        return Err(error(vm, "Odd-length string"));
    }
    let digit = |c: u8| {
        (c as char).to_digit(16).map(|d| d as u8).ok_or_else(|| error(vm, "Non-hexadecimal digit found"))
    };
    let mut out = Vec::with_capacity(b.len() / 2);
    for pair in b.chunks_exact(2) {
        out.push(digit(pair[0])? << 4 | digit(pair[1])?);
    }
    bytes(vm, out)
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn b2a_base64(vm: &Vm, a: &[Value]) -> PyResult {
    let b = vm.get_buffer(a[0])?;
    let mut out = Vec::with_capacity(b.len().div_ceil(3) * 4 + 1);
    for c in b.chunks(3) {
        let word =
            (c[0] as u32) << 16 | (*c.get(1).unwrap_or(&0) as u32) << 8 | *c.get(2).unwrap_or(&0) as u32;
        for i in 0..4 {
            out.push(if i <= c.len() { BASE64[(word >> (18 - 6 * i) & 63) as usize] } else { b'=' });
        }
    }
    if flag_arg(vm, a[1], true)? {
        out.push(b'\n');
    }
    bytes(vm, out)
}

fn a2b_base64(vm: &Vm, a: &[Value]) -> PyResult {
    let b = ascii(vm, a[0])?;
    let strict = flag_arg(vm, a[1], false)?;
    let mut table = [64u8; 256];
    BASE64.iter().enumerate().for_each(|(i, &c)| table[c as usize] = i as u8);
    let mut out = Vec::with_capacity(b.len() / 4 * 3 + 3);
    if strict && b.first() == Some(&b'=') {
        return Err(error(vm, "Leading padding not allowed"));
    }
    let (mut quad, mut left, mut pads) = (0, 0u8, 0);
    for &c in &b {
        if c == b'=' {
            pads += 1;
            if quad >= 2 && quad + pads <= 4 {
                continue;
            }
            if strict && quad == 1 {
                break;
            }
            if strict {
                return Err(error(vm, "Excess padding not allowed"));
            }
            continue;
        }
        let v = table[c as usize];
        if v == 64 {
            if strict {
                return Err(error(vm, "Only base64 data is allowed"));
            }
            continue;
        }
        // A lenient decoder forgets padding that more data follows.
        if strict && pads > 0 {
            return Err(error(
                vm,
                if quad + pads == 4 {
                    "Excess data after padding"
                } else {
                    "Discontinuous padding not allowed"
                },
            ));
        }
        pads = 0;
        match quad {
            0 => left = v,
            1 => {
                out.push(left << 2 | v >> 4);
                left = v & 15;
            }
            2 => {
                out.push(left << 4 | v >> 2);
                left = v & 3;
            }
            _ => {
                out.push(left << 6 | v);
                left = 0;
            }
        }
        quad = (quad + 1) % 4;
    }
    match quad {
        2 | 3 if quad + pads >= 4 => bytes(vm, out),
        0 => bytes(vm, out),
        1 => Err(error(
            vm,
            &format!(
                "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
                out.len() / 3 * 4 + 1
            ),
        )),
        _ => Err(error(vm, "Incorrect padding")),
    }
}

fn b2a_uu(vm: &Vm, a: &[Value]) -> PyResult {
    let b = vm.get_buffer(a[0])?;
    let backtick = flag_arg(vm, a[1], false)?;
    if b.len() > 45 {
        return Err(error(vm, "At most 45 bytes at once"));
    }
    let sign = |v: u8| if backtick && v == 0 { b'`' } else { b' ' + v };
    let mut out = vec![sign(b.len() as u8)];
    for c in b.chunks(3) {
        let word =
            (c[0] as u32) << 16 | (*c.get(1).unwrap_or(&0) as u32) << 8 | *c.get(2).unwrap_or(&0) as u32;
        (0..4).for_each(|i| out.push(sign((word >> (18 - 6 * i) & 63) as u8)));
    }
    out.push(b'\n');
    bytes(vm, out)
}
fn a2b_uu(vm: &Vm, a: &[Value]) -> PyResult {
    let b = ascii(vm, a[0])?;
    let Some(&first) = b.first() else { return Err(error(vm, "Missing length byte")) };
    let n = (first.wrapping_sub(b' ') & 63) as usize;
    let mut out = Vec::with_capacity(n);
    let (mut word, mut bits, mut at) = (0u32, 0, 1);
    while out.len() < n {
        let c = b.get(at).copied().unwrap_or(b'\n');
        at += 1;
        let v = if matches!(c, b'\n' | b'\r') || at > b.len() {
            // Short lines stand for trailing spaces; the position stays at the end.
            at -= 1;
            0
        } else {
            if !(b' '..=b' ' + 64).contains(&c) {
                return Err(error(vm, "Illegal char"));
            }
            (c - b' ') & 63
        };
        word = word << 6 | v as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits) as u8);
            word &= (1 << bits) - 1;
        }
    }
    // What is left may be padding of the last group only.
    if b[at.min(b.len())..].iter().any(|c| !matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(error(vm, "Trailing garbage"));
    }
    bytes(vm, out)
}

fn a2b_qp(vm: &Vm, a: &[Value]) -> PyResult {
    let b = ascii(vm, a[0])?;
    let header = flag_arg(vm, a[1], false)?;
    let mut out = Vec::with_capacity(b.len());
    let digit = |c: Option<&u8>| c.and_then(|&c| (c as char).to_digit(16));
    let mut i = 0;
    while i < b.len() {
        match b[i] {
            b'=' => {
                i += 1;
                match b.get(i) {
                    None => break,
                    Some(b'\n' | b'\r') => {
                        // A soft line break: up to the end of the line.
                        if b[i] != b'\n' {
                            while i < b.len() && b[i] != b'\n' {
                                i += 1;
                            }
                        }
                        i += 1;
                    }
                    Some(b'=') => {
                        out.push(b'=');
                        i += 1;
                    }
                    Some(_) => match (digit(b.get(i)), digit(b.get(i + 1))) {
                        (Some(x), Some(y)) => {
                            out.push((x << 4 | y) as u8);
                            i += 2;
                        }
                        _ => out.push(b'='),
                    },
                }
            }
            b'_' if header => {
                out.push(b' ');
                i += 1;
            }
            c => {
                out.push(c);
                i += 1;
            }
        }
    }
    bytes(vm, out)
}

fn b2a_qp(vm: &Vm, a: &[Value]) -> PyResult {
    let b = vm.get_buffer(a[0])?;
    let quote_tabs = flag_arg(vm, a[1], false)?;
    let is_text = flag_arg(vm, a[2], true)?;
    let header = flag_arg(vm, a[3], false)?;
    let crlf = memchr::memchr(b'\n', &b).is_some_and(|i| i > 0 && b[i - 1] == b'\r');
    let hex = |out: &mut Vec<u8>, c: u8| {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        out.extend_from_slice(&[b'=', DIGITS[(c >> 4) as usize], DIGITS[(c & 15) as usize]]);
    };
    let soft = |out: &mut Vec<u8>| out.extend_from_slice(if crlf { b"=\r\n" } else { b"=\n" });
    let mut out = Vec::with_capacity(b.len() * 2);
    let (mut i, mut line) = (0, 0usize);
    while i < b.len() {
        let c = b[i];
        let next = b.get(i + 1).copied();
        let quoted = c > 126
            || c == b'='
            || header && c == b'_'
            || c == b'.' && line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0))
            || !is_text && matches!(c, b'\r' | b'\n')
            || matches!(c, b'\t' | b' ') && next.is_none()
            || c < 33 && !matches!(c, b'\r' | b'\n' | b'\t' | b' ')
            || c < 33 && !matches!(c, b'\r' | b'\n') && quote_tabs;
        if quoted {
            if line + 3 >= 76 {
                soft(&mut out);
                line = 0;
            }
            hex(&mut out, c);
            i += 1;
            line += 3;
            continue;
        }
        if is_text && (c == b'\n' || c == b'\r' && next == Some(b'\n')) {
            // White space before the end of a line is encoded.
            if let Some(&last @ (b' ' | b'\t')) = out.last() {
                out.pop();
                hex(&mut out, last);
            }
            out.extend_from_slice(if crlf { b"\r\n" } else { b"\n" });
            i += if c == b'\r' { 2 } else { 1 };
            line = 0;
            continue;
        }
        if next.is_some_and(|n| n != b'\n') && line + 1 >= 76 {
            soft(&mut out);
            line = 0;
        }
        line += 1;
        out.push(if header && c == b' ' { b'_' } else { c });
        i += 1;
    }
    bytes(vm, out)
}

/// CRC-32 as of zlib, going on from `crc`.
pub fn crc32_of(b: &[u8], crc: u32) -> u32 {
    static TABLE: [u32; 256] = {
        let mut t = [0u32; 256];
        let mut i = 0;
        while i < 256 {
            let mut c = i as u32;
            let mut k = 0;
            while k < 8 {
                c = if c & 1 == 1 { c >> 1 ^ 0xEDB8_8320 } else { c >> 1 };
                k += 1;
            }
            t[i] = c;
            i += 1;
        }
        t
    };
    !b.iter().fold(!crc, |c, &x| c >> 8 ^ TABLE[((c ^ x as u32) & 0xFF) as usize])
}
fn crc32(vm: &Vm, a: &[Value]) -> PyResult {
    let b = vm.get_buffer(a[0])?;
    let start = if a[1].is_unbound() { 0 } else { vm.index_u64_mask(a[1])? as u32 };
    Ok(vm.new_uint(crc32_of(&b, start) as u64))
}
fn crc_hqx(vm: &Vm, a: &[Value]) -> PyResult {
    let b = vm.get_buffer(a[0])?;
    let mut crc = vm.index_u64_mask(a[1])? as u16;
    for &x in b.iter() {
        crc ^= (x as u16) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 };
        }
    }
    Ok(Value::int(crc as i64))
}

static FUNCTIONS: &[MethodDef] = &[
    function(
        "a2b_base64",
        "($module, data, /, *, strict_mode=False)",
        a2b_base64,
        "Decode a line of base64 data.\n\n  strict_mode\n    When set to True, bytes that are not in the base64 standard are not allowed.\n    The same applies to excess data after padding (= / ==).",
    ),
    function(
        "a2b_hex",
        "($module, hexstr, /)",
        a2b_hex,
        "Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).\nThis function is also available as \"unhexlify()\".",
    ),
    function("a2b_qp", "($module, /, data, header=False)", a2b_qp, "Decode a string of qp-encoded data."),
    function("a2b_uu", "($module, data, /)", a2b_uu, "Decode a line of uuencoded data."),
    function("b2a_base64", "($module, data, /, *, newline=True)", b2a_base64, "Base64-code line of data."),
    function(
        "b2a_hex",
        "($module, /, data, sep=None, bytes_per_sep=1)",
        b2a_hex,
        "Hexadecimal representation of binary data.\n\nThe return value is a bytes object.  This function is also\navailable as \"hexlify()\".",
    ),
    function(
        "b2a_qp",
        "($module, /, data, quotetabs=False, istext=True, header=False)",
        b2a_qp,
        "Encode a string using quoted-printable encoding.\n\nOn encoding, when istext is set, newlines are not encoded, and white\nspace at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\nare both encoded.  When quotetabs is set, space and tabs are encoded.",
    ),
    function("b2a_uu", "($module, data, /, *, backtick=False)", b2a_uu, "Uuencode line of data."),
    function("crc32", "($module, data, crc=0, /)", crc32, "Compute CRC-32 incrementally."),
    function("crc_hqx", "($module, data, crc, /)", crc_hqx, "Compute CRC-CCITT incrementally."),
    function(
        "hexlify",
        "($module, /, data, sep=None, bytes_per_sep=1)",
        b2a_hex,
        "Hexadecimal representation of binary data.\n\nThe return value is a bytes object.  This function is also\navailable as \"b2a_hex()\".",
    ),
    function(
        "unhexlify",
        "($module, hexstr, /)",
        a2b_hex,
        "Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).",
    ),
];

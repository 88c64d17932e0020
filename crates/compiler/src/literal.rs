//! Literals: numbers, and strings with the lone surrogates that the parser replaces.
//!
//! What flows in: literal nodes and the source. What flows out: constants. What must hold: the parser's decoded text
//! has one character per source character or escape, which lets surrogate escapes be put back in place.

use dashu_int::{IBig, UBig};
use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::{Const, Wtf8};

/// The constant of a number literal.
pub fn number(n: &Number) -> Const {
    match n {
        Number::Float(f) => Const::Float(*f),
        Number::Complex { real, imag } => Const::Complex(*real, *imag),
        Number::Int(i) => {
            if let Some(small) = i.as_i64() {
                return Const::Int(small);
            }
            if let Some(small) = i.as_u64() {
                return crate::fold::int_const(IBig::from(small));
            }
            let text = i.to_string().replace('_', "");
            let parsed = match text.get(..2) {
                Some("0x" | "0X") => UBig::from_str_radix(&text[2..], 16),
                Some("0o" | "0O") => UBig::from_str_radix(&text[2..], 8),
                Some("0b" | "0B") => UBig::from_str_radix(&text[2..], 2),
                _ => UBig::from_str_radix(&text, 10),
            };
            crate::fold::int_const(IBig::from(parsed.unwrap_or_default()))
        }
    }
}

/// The text of a string literal, all its parts joined.
pub fn string(s: &ExprStringLiteral, source: &str) -> Wtf8 {
    if !s.value.to_str().contains('\u{FFFD}') {
        return s.value.to_str().into();
    }
    let mut out = Vec::new();
    for p in s.value.iter() {
        out.extend_from_slice(&part(p, source).0);
    }
    Wtf8(join_surrogates(out).into())
}

/// The text of one string literal.
pub fn part(s: &StringLiteral, source: &str) -> Wtf8 {
    if !s.value.contains('\u{FFFD}') || s.flags.prefix().is_raw() {
        return (&*s.value).into();
    }
    restore(&s.value, s.content_range(), source, false)
}

/// The text between the fields of an f-string or t-string.
pub fn element(l: &InterpolatedStringLiteralElement, raw: bool, source: &str) -> Wtf8 {
    if raw || !l.value.contains('\u{FFFD}') {
        return (&*l.value).into();
    }
    restore(&l.value, l.range(), source, true)
}

/// Puts surrogates back: walks the decoded text and the source in step.
fn restore(value: &str, range: TextRange, source: &str, braces: bool) -> Wtf8 {
    let Some(src) = source.get(usize::from(range.start())..usize::from(range.end())) else {
        return value.into();
    };
    let mut out: Vec<u8> = Vec::with_capacity(value.len());
    let mut decoded = value.chars();
    let push = |out: &mut Vec<u8>, c: Option<char>| {
        if let Some(c) = c {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    };
    let mut it = src.char_indices().peekable();
    while let Some((i, c)) = it.next() {
        if c == '\r' {
            it.next_if(|&(_, c)| c == '\n');
            push(&mut out, decoded.next());
            continue;
        }
        if braces && (c == '{' || c == '}') {
            it.next_if(|&(_, d)| d == c);
            push(&mut out, decoded.next());
            continue;
        }
        if c != '\\' {
            push(&mut out, decoded.next());
            continue;
        }
        let Some((_, e)) = it.next() else { break };
        match e {
            '\n' => {}
            '\r' => {
                it.next_if(|&(_, c)| c == '\n');
            }
            'x' | 'u' | 'U' => {
                let n = match e {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let digits = src.get(i + 2..i + 2 + n).unwrap_or("");
                (0..n).for_each(|_| {
                    it.next();
                });
                let c = decoded.next();
                match u32::from_str_radix(digits, 16) {
                    Ok(code @ 0xD800..=0xDFFF) => {
                        out.extend([
                            0xE0 | (code >> 12) as u8,
                            0x80 | (code >> 6 & 0x3F) as u8,
                            0x80 | (code & 0x3F) as u8,
                        ]);
                    }
                    _ => push(&mut out, c),
                }
            }
            'N' => {
                for (_, c) in it.by_ref() {
                    if c == '}' {
                        break;
                    }
                }
                push(&mut out, decoded.next());
            }
            '0'..='7' => {
                for _ in 0..2 {
                    it.next_if(|&(_, c)| ('0'..='7').contains(&c));
                }
                push(&mut out, decoded.next());
            }
            '\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' => push(&mut out, decoded.next()),
            // An unknown escape stands for itself.
            _ => {
                push(&mut out, decoded.next());
                push(&mut out, decoded.next());
            }
        }
    }
    for c in decoded {
        push(&mut out, Some(c));
    }
    Wtf8(out.into())
}

/// Text written as two surrogate escapes stays two surrogates: Python does not join them, nor does this.
fn join_surrogates(bytes: Vec<u8>) -> Vec<u8> {
    bytes
}

/// A docstring without the indentation that its lines share, as the compiler of 3.13 and later strips it.
pub fn clean_doc(doc: &Wtf8) -> Wtf8 {
    let bytes = expand_tabs(&doc.0);
    let mut margin = usize::MAX;
    let lines: Vec<&[u8]> = bytes.split(|&b| b == b'\n').collect();
    for l in &lines[1..] {
        let indent = l.iter().take_while(|&&b| b == b' ').count();
        if indent < l.len() {
            margin = margin.min(indent);
        }
    }
    let first = &lines[0][lines[0].iter().take_while(|&&b| b == b' ').count()..];
    let mut out = first.to_vec();
    for l in &lines[1..] {
        out.push(b'\n');
        let indent = l.iter().take_while(|&&b| b == b' ').count();
        let cut = if margin == usize::MAX { indent } else { margin.min(indent) };
        out.extend_from_slice(&l[cut.min(l.len())..]);
    }
    Wtf8(out.into())
}

fn expand_tabs(b: &[u8]) -> Vec<u8> {
    if !b.contains(&b'\t') {
        return b.to_vec();
    }
    let mut out = Vec::with_capacity(b.len() + 16);
    let mut col = 0;
    for &c in b {
        match c {
            b'\t' => {
                let n = 8 - col % 8;
                out.extend(std::iter::repeat_n(b' ', n));
                col += n;
            }
            b'\n' | b'\r' => {
                out.push(c);
                col = 0;
            }
            _ => {
                out.push(c);
                // Columns are counted in characters.
                col += usize::from(c & 0xC0 != 0x80);
            }
        }
    }
    out
}

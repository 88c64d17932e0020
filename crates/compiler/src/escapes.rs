//! Escape sequences in string literals: errors and warnings about them.

/// The first bad escape of an f-string: the part between its fields that has it (byte offsets in `text`), the message.
pub fn first_error_in_parts(text: &str) -> Option<(usize, usize, String)> {
    let quote = text.find(['\'', '"'])?;
    let prefix = &text[..quote];
    let q = &text[quote..=quote];
    let width = if text[quote..].starts_with(&q.repeat(3)) && text.len() >= quote + 6 { 3 } else { 1 };
    let (mut start, end) = (quote + width, text.len() - width);
    let b = text.as_bytes();
    let mut i = start;
    while i <= end {
        let opens = i < end && b[i] == b'{' && b.get(i + 1) != Some(&b'{');
        if i == end || opens {
            // As a literal of its own, in quotes that it cannot hold.
            let part = text.get(start..i)?;
            let probe =
                format!("{}{}{part}{}", prefix.replace(['f', 'F', 't', 'T'], ""), q.repeat(3), q.repeat(3));
            if let Some(msg) = first_error(&probe) {
                return Some((start, i, msg));
            }
            let mut depth = 0;
            while i < end {
                match b[i] {
                    b'{' => depth += 1,
                    b'}' => depth -= 1,
                    _ => {}
                }
                i += 1;
                if depth == 0 {
                    break;
                }
            }
            start = i;
            if i == end && !opens {
                return None;
            }
            continue;
        }
        i += match b[i] {
            b'\\' if b[i + 1..].starts_with(b"N{") => text[i..].find('}').map_or(1, |n| n + 1),
            b'\\' | b'{' => 2,
            _ => 1,
        };
    }
    None
}

/// The message for the first bad escape of a literal (prefix and quotes included), if it has one.
pub fn first_error(text: &str) -> Option<String> {
    let quote = text.find(['\'', '"'])?;
    let prefix = text[..quote].to_ascii_lowercase();
    if prefix.contains('r') {
        return None;
    }
    let bytes = prefix.contains('b');
    let q = &text[quote..=quote];
    let width = if text[quote..].starts_with(&q.repeat(3)) && text.len() >= quote + 6 { 3 } else { 1 };
    let body = text.get(quote + width..text.len() - width)?;
    let b = body.as_bytes();
    let mut i = 0;
    // Positions count bytes of the text as CPython hands it to its decoder: what is not ASCII is `\UXXXXXXXX` there.
    let mut pos = 0;
    while i < b.len() {
        if b[i] != b'\\' {
            let c = body[i..].chars().next().unwrap_or(' ');
            pos += if c.is_ascii() { 1 } else { 10 };
            i += c.len_utf8();
            continue;
        }
        let e = b.get(i + 1).copied().unwrap_or(0);
        let fail = |end: usize, what: &str| {
            Some(format!(
                "(unicode error) 'unicodeescape' codec can't decode bytes in position {pos}-{}: {what}",
                pos + end
            ))
        };
        let n = match e {
            b'x' => 2,
            b'u' if !bytes => 4,
            b'U' if !bytes => 8,
            b'N' if !bytes => {
                let close = body[i..].find('}');
                if b.get(i + 2) != Some(&b'{') || close.is_none() {
                    let len = if b.get(i + 2) == Some(&b'{') { body.len() - i } else { 2 };
                    return fail(len - 1, "malformed \\N character escape");
                }
                let close = close.unwrap_or(0);
                let name = &body[i + 3..i + close];
                if name.is_empty() {
                    return fail(2, "malformed \\N character escape");
                }
                let probe = format!("'\\N{{{name}}}'");
                if ruff_python_parser::parse_expression(&probe).is_err() {
                    return fail(close, "unknown Unicode character name");
                }
                i += close + 1;
                pos += close + 1;
                continue;
            }
            _ => {
                let c = body[i + 1..].chars().next().map_or(0, char::len_utf8);
                i += 1 + c;
                pos += 2;
                continue;
            }
        };
        let digits = b[i + 2..].iter().take(n).take_while(|c| c.is_ascii_hexdigit()).count();
        if digits < n {
            if bytes {
                return Some(format!("(value error) invalid \\x escape at position {pos}"));
            }
            let form = match e {
                b'x' => "truncated \\xXX escape",
                b'u' => "truncated \\uXXXX escape",
                _ => "truncated \\UXXXXXXXX escape",
            };
            return fail(1 + digits, form);
        }
        if e == b'U' && u32::from_str_radix(&body[i + 2..i + 10], 16).is_ok_and(|v| v > 0x10FFFF) {
            return fail(9, "illegal Unicode character");
        }
        i += 2 + n;
        pos += 2 + n;
    }
    None
}

/// Calls `warn` for the first invalid escape of a literal that starts at byte `start`.
pub fn warnings(text: &str, start: usize, formatted: bool, warn: &mut dyn FnMut(usize, String)) {
    let Some(quote) = text.find(['\'', '"']) else { return };
    let prefix = text[..quote].to_ascii_lowercase();
    if prefix.contains('r') {
        return;
    }
    let bytes = prefix.contains('b');
    let b = text.as_bytes();
    let mut i = quote + 1;
    let mut braces = 0u32;
    while i + 1 < b.len() {
        if formatted {
            // Inside the braces of a field, backslashes belong to nested literals.
            match b[i] {
                b'{' if braces == 0 && b[i + 1] == b'{' => {
                    i += 2;
                    continue;
                }
                b'{' => braces += 1,
                b'}' => braces = braces.saturating_sub(1),
                _ => {}
            }
        }
        if b[i] != b'\\' || braces > 0 {
            i += 1;
            continue;
        }
        let e = b[i + 1];
        match e {
            b'\n' | b'\r' | b'\\' | b'\'' | b'"' | b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'x' => {}
            b'u' | b'U' | b'N' if !bytes => {
                if e == b'N' && formatted {
                    i += text[i..].find('}').unwrap_or(1);
                    continue;
                }
            }
            b'0'..=b'7' => {
                let digits = b[i + 1..].iter().take(3).take_while(|c| (b'0'..=b'7').contains(c)).count();
                let value = u32::from_str_radix(&text[i + 1..i + 1 + digits], 8).unwrap_or(0);
                if value > 0o377 {
                    let oct = &text[i + 1..i + 1 + digits];
                    warn(
                        start + i,
                        format!(
                            "\"\\{oct}\" is an invalid octal escape sequence. Such sequences will not work in the \
                             future. Did you mean \"\\\\{oct}\"? A raw string is also an option."
                        ),
                    );
                    return;
                }
            }
            _ if formatted && matches!(e, b'{' | b'}') => {
                let c = e as char;
                warn(start + i, invalid(c));
                i += 1;
                continue;
            }
            _ => {
                let c = text[i + 1..].chars().next().unwrap_or(' ');
                warn(start + i, invalid(c));
                return;
            }
        }
        i += 2;
    }
}

fn invalid(c: char) -> String {
    format!(
        "\"\\{c}\" is an invalid escape sequence. Such sequences will not work in the future. Did you mean \
         \"\\\\{c}\"? A raw string is also an option."
    )
}

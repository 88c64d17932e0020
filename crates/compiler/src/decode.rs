//! Source bytes to text (PEP 263): byte order mark, coding line, UTF-8 by default.
//!
//! What flows in: the bytes of a file or of a bytes object given to `compile()`. What flows out: text, or the
//! `SyntaxError` that CPython raises. What must hold: encodings other than UTF-8, ASCII and Latin-1 are left to the
//! caller's codecs.

use crate::error::{CompileError, ErrorKind};

/// What became of source bytes.
#[derive(Debug)]
pub enum Decoded {
    /// The text, its byte order mark removed.
    Text(String),
    /// The coding line names an encoding that the run time's codecs must decode: its name, and the bytes' offset
    /// behind a byte order mark.
    Codec(String, usize),
}

/// Decodes source. `filename` is for messages; `is_file` chooses between those of files and of strings.
pub fn decode(bytes: &[u8], filename: &str, is_file: bool) -> Result<Decoded, CompileError> {
    let fail = |msg: String, lineno: u32| CompileError {
        kind: ErrorKind::SyntaxError,
        msg,
        filename: filename.to_owned(),
        lineno,
        col: 0,
        end_lineno: lineno,
        end_col: 0,
        text: None,
        last_statement: (0, 0),
        source: None,
        late: false,
    };
    let bom = bytes.starts_with(b"\xef\xbb\xbf");
    let start = if bom { 3 } else { 0 };
    let body = &bytes[start..];
    let cookie = coding(body);
    let name = cookie.as_deref().map(normalize);
    match name.as_deref() {
        None | Some("utf-8") => {}
        Some(_) if bom => {
            let name = name.unwrap_or_default();
            let mut e = fail(format!("encoding problem: {name} with BOM"), if is_file { 1 } else { 0 });
            if is_file {
                e.text = line_at(body, 0);
            }
            return Err(e);
        }
        Some("iso-8859-1") => return Ok(Decoded::Text(body.iter().map(|&b| b as char).collect())),
        Some(_) => return Ok(Decoded::Codec(cookie.unwrap_or_default(), start)),
    }
    let e = match std::str::from_utf8(body) {
        Ok(s) => return Ok(Decoded::Text(s.to_owned())),
        Err(e) => e,
    };
    let at = e.valid_up_to();
    let line = body[..at].iter().filter(|&&b| b == b'\n').count() as u32 + 1;
    let byte = body[at];
    let line_start = body[..at].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    if is_file && (name.is_some() || bom) {
        // The codec sees one line at a time.
        let (what, end) = match e.error_len() {
            None => ("unexpected end of data", body.len() - 1),
            Some(n) if (0xc2..0xf5).contains(&byte) => ("invalid continuation byte", at + n - 1),
            Some(_) => ("invalid start byte", at),
        };
        let (from, to) = (at - line_start, end - line_start);
        let place = match to > from {
            true => format!("bytes in position {from}-{to}"),
            false => format!("byte 0x{byte:02x} in position {from}"),
        };
        let mut e = fail(format!("(unicode error) 'utf-8' codec can't decode {place}: {what}"), line);
        e.text = line_at(body, at);
        return Err(e);
    }
    // Of a file, two lines are read before the first is counted.
    let line = if is_file && line == 2 { 1 } else { line };
    let place = if is_file { format!("in file {filename} ") } else { String::new() };
    let mut e = fail(
        format!(
            "Non-UTF-8 code starting with '\\x{byte:02x}' {place}on line {line}, but no encoding declared; see \
             https://peps.python.org/pep-0263/ for details"
        ),
        line,
    );
    e.col = String::from_utf8_lossy(&body[line_start..at]).chars().count() as u32 + 1;
    e.end_col = if is_file { e.col + 1 } else { e.col };
    e.text = line_at(body, at).map(|t| t.trim_end_matches('\n').to_owned());
    Err(e)
}

/// The line around a byte, as far as it is text.
fn line_at(body: &[u8], at: usize) -> Option<String> {
    let start = body[..at].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    let end = body[at..].iter().position(|&b| b == b'\n').map_or(body.len(), |i| at + i + 1);
    Some(String::from_utf8_lossy(&body[start..end]).into_owned())
}

/// The encoding named in the first two lines, if any.
pub fn coding(body: &[u8]) -> Option<String> {
    for line in body.split(|&b| b == b'\n').take(2) {
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        let blank = text.iter().position(|b| !matches!(b, b' ' | b'\t' | 0x0c));
        match blank.map(|i| text[i]) {
            None => continue,
            Some(b'#') => {}
            // Code on the first line: a comment on the second counts no more.
            Some(_) => return None,
        }
        let Some(at) = text.windows(6).position(|w| w == b"coding") else { continue };
        let mut rest = &text[at..];
        // The last `coding` that is followed by `:` or `=` does not matter: the first that fits does.
        loop {
            let after = &rest[6..];
            if let Some((b':' | b'=', name)) = after.split_first() {
                let name: Vec<u8> = name
                    .iter()
                    .skip_while(|b| matches!(b, b' ' | b'\t'))
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
                    .copied()
                    .collect();
                if !name.is_empty() {
                    return String::from_utf8(name).ok();
                }
            }
            match rest[1..].windows(6).position(|w| w == b"coding") {
                Some(i) => rest = &rest[1 + i..],
                None => break,
            }
        }
    }
    None
}

/// The usual spellings of UTF-8 and Latin-1, as one each.
fn normalize(name: &str) -> String {
    let n: String =
        name.chars().take(12).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    if n == "utf-8" || n.starts_with("utf-8-") || n == "utf8" {
        return "utf-8".into();
    }
    for latin in ["latin-1", "iso-8859-1", "iso-latin-1"] {
        if n == latin || n.starts_with(&format!("{latin}-")) {
            return "iso-8859-1".into();
        }
    }
    if n == "latin1" || n == "l1" {
        return "iso-8859-1".into();
    }
    n
}

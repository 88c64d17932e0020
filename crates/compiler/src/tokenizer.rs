//! A tokenizer with CPython's errors: run over the whole source before the parser, since CPython prefers the
//! tokenizer's complaints, and run for its tokens when the parser found an error.
//!
//! What flows in: source text. What flows out: tokens with byte ranges, or the first error. What must hold: a source
//! that CPython's tokenizer accepts gives no error here.

use crate::error::{ErrorKind, Fail, Lines, syntax};
use ruff_text_size::{TextRange, TextSize};

/// Deepest nesting of brackets.
const MAX_BRACKETS: usize = 200;
/// Deepest indentation.
const MAX_INDENT: usize = 100;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Name,
    Number,
    String,
    FString,
    Op,
    Newline,
    Indent,
    Dedent,
    End,
}

/// A token.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// Bracket nesting behind it.
    pub level: u16,
}

impl Token {
    /// Its place.
    pub fn range(&self) -> TextRange {
        range(self.start, self.end)
    }
    /// Its text.
    pub fn text<'s>(&self, source: &'s str) -> &'s str {
        source.get(self.start..self.end).unwrap_or("")
    }
}

/// The byte range `start..end`.
pub fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(TextSize::new(start as u32), TextSize::new(end.max(start) as u32))
}

/// The tokens of a source, and the innermost bracket that is never closed.
pub struct Tokens {
    pub list: Vec<Token>,
    pub unclosed: Option<(char, usize)>,
}

struct Scanner<'s> {
    src: &'s str,
    b: &'s [u8],
    lines: &'s Lines,
    at: usize,
    /// Open brackets: character, place, and whether it is the brace of an f-string field.
    open: Vec<(u8, usize, bool)>,
    indents: Vec<(usize, usize)>,
    out: Vec<Token>,
    line_has_token: bool,
}

/// Tokenizes a source.
pub fn tokenize(src: &str, lines: &Lines) -> Result<Tokens, Fail> {
    let mut s = Scanner {
        src,
        b: src.as_bytes(),
        lines,
        at: 0,
        open: Vec::new(),
        indents: vec![(0, 0)],
        out: Vec::new(),
        line_has_token: false,
    };
    s.run()?;
    let unclosed = s.open.last().map(|&(c, at, _)| (c as char, at));
    Ok(Tokens { list: s.out, unclosed })
}

fn is_name_start(c: u8) -> bool {
    c.is_ascii_alphabetic() || c == b'_' || c >= 0x80
}
fn is_name(c: u8) -> bool {
    is_name_start(c) || c.is_ascii_digit()
}

/// An error at one character, with no length, as the tokenizer reports.
fn at_char(at: usize, msg: impl Into<String>) -> Fail {
    syntax(range(at, at), msg)
}

impl Scanner<'_> {
    fn peek(&self, n: usize) -> u8 {
        self.b.get(self.at + n).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.out.push(Token { kind, start, end: self.at, level: self.open.len() as u16 });
    }

    fn run(&mut self) -> Result<(), Fail> {
        loop {
            if !self.line_has_token && self.open.is_empty() {
                self.indentation()?;
            }
            if !self.token()? {
                break;
            }
        }
        if self.line_has_token && self.open.is_empty() {
            self.push(Kind::Newline, self.at);
        }
        if self.open.is_empty() {
            for _ in 1..self.indents.len() {
                self.push(Kind::Dedent, self.at);
            }
        }
        self.push(Kind::End, self.at);
        Ok(())
    }

    /// At the start of a logical line: indentation tokens.
    fn indentation(&mut self) -> Result<(), Fail> {
        let start = self.at;
        let (mut col, mut alt) = (0usize, 0usize);
        loop {
            match self.peek(0) {
                b' ' => {
                    col += 1;
                    alt += 1;
                }
                b'\t' => {
                    col = (col / 8 + 1) * 8;
                    alt += 1;
                }
                0x0c => {
                    col = 0;
                    alt = 0;
                }
                b'\\' if matches!(self.peek(1), b'\n' | b'\r') => {
                    if self.at + 2 >= self.b.len() {
                        return Err(self.eof_error(self.at));
                    }
                    // The continued line's blanks do not count.
                    self.at += if self.peek(1) == b'\r' && self.peek(2) == b'\n' { 3 } else { 2 };
                    while matches!(self.peek(0), b' ' | b'\t' | 0x0c) {
                        self.at += 1;
                    }
                    break;
                }
                _ => break,
            }
            self.at += 1;
        }
        if self.at >= self.b.len() || matches!(self.peek(0), b'#' | b'\n' | b'\r' | b'\\') {
            return Ok(());
        }
        let (top, top_alt) = *self.indents.last().expect("never empty");
        let tab_error = |s: &Self| {
            let line = s.lines.line(TextSize::new(start as u32));
            let mut f = at_char(start, "inconsistent use of tabs and spaces in indentation");
            f.kind = ErrorKind::TabError;
            f.at = Some((line, 1, line, 0));
            f
        };
        if col == top {
            if alt != top_alt {
                return Err(tab_error(self));
            }
        } else if col > top {
            if self.indents.len() >= MAX_INDENT {
                let mut f = at_char(start, "too many levels of indentation");
                f.kind = ErrorKind::IndentationError;
                return Err(f);
            }
            if alt <= top_alt {
                return Err(tab_error(self));
            }
            self.indents.push((col, alt));
            self.push(Kind::Indent, start);
        } else {
            while self.indents.len() > 1 && col < self.indents.last().expect("never empty").0 {
                self.indents.pop();
                self.push(Kind::Dedent, self.at);
            }
            let (top, top_alt) = *self.indents.last().expect("never empty");
            if col != top {
                let line = self.lines.line(TextSize::new(start as u32));
                let text = self.lines.text(self.src, line).trim_end_matches(['\n', '\r']);
                let len = text.chars().count() as u32;
                let mut f = at_char(start, "unindent does not match any outer indentation level");
                f.kind = ErrorKind::IndentationError;
                f.at = Some((line, len + 1, line, u32::MAX));
                return Err(f);
            }
            if alt != top_alt {
                return Err(tab_error(self));
            }
        }
        Ok(())
    }

    /// One token; false at the end of the source.
    fn token(&mut self) -> Result<bool, Fail> {
        while matches!(self.peek(0), b' ' | b'\t' | 0x0c) {
            self.at += 1;
        }
        if self.peek(0) == b'#' {
            while self.at < self.b.len() && !matches!(self.peek(0), b'\n' | b'\r') {
                self.at += 1;
            }
        }
        if self.at >= self.b.len() {
            return Ok(false);
        }
        let start = self.at;
        let c = self.peek(0);
        match c {
            b'\n' | b'\r' => {
                self.at += if c == b'\r' && self.peek(1) == b'\n' { 2 } else { 1 };
                if self.open.is_empty() {
                    if self.line_has_token {
                        self.out.push(Token { kind: Kind::Newline, start, end: start + 1, level: 0 });
                    }
                    self.line_has_token = false;
                }
                return Ok(true);
            }
            b'\\' => {
                match self.peek(1) {
                    b'\n' => self.at += 2,
                    b'\r' => self.at += if self.peek(2) == b'\n' { 3 } else { 2 },
                    _ if self.at + 1 >= self.b.len() => {
                        return Err(self.eof_error(start));
                    }
                    _ => {
                        let mut f =
                            at_char(start + 1, "unexpected character after line continuation character");
                        f.no_end = true;
                        return Err(f);
                    }
                }
                if self.at >= self.b.len() {
                    return Err(self.eof_error(start));
                }
                // A continued blank line counts as started.
                self.line_has_token |= self.open.is_empty() && self.line_has_token;
                return Ok(true);
            }
            _ => {}
        }
        self.line_has_token = true;
        if is_name_start(c) {
            return self.name(start).map(|()| true);
        }
        if c.is_ascii_digit() || (c == b'.' && self.peek(1).is_ascii_digit()) {
            self.number()?;
            self.push(Kind::Number, start);
            return Ok(true);
        }
        if c == b'\'' || c == b'"' {
            self.string(start, false)?;
            self.push(Kind::String, start);
            return Ok(true);
        }
        self.operator(start)?;
        Ok(true)
    }

    /// Nothing follows the backslash at `at`.
    fn eof_error(&self, at: usize) -> Fail {
        let (line, col) = self.lines.line_col(TextSize::new(at.min(self.b.len()) as u32));
        let mut f = at_char(at.min(self.b.len()), "unexpected EOF while parsing");
        f.at = Some((line, col + 2, line, u32::MAX));
        f
    }

    fn name(&mut self, start: usize) -> Result<(), Fail> {
        // A prefix of a string?
        let mut n = 0;
        while n < 3 && self.peek(n).is_ascii_alphabetic() {
            n += 1;
        }
        if n <= 2 && matches!(self.peek(n), b'\'' | b'"') {
            let prefix = self.src[start..start + n].to_ascii_lowercase();
            match prefix.as_str() {
                "r" | "u" | "b" | "br" | "rb" => {
                    self.at += n;
                    self.string(start, prefix.contains('b'))?;
                    self.push(Kind::String, start);
                    return Ok(());
                }
                "f" | "fr" | "rf" | "t" | "tr" | "rt" => {
                    self.at += n;
                    self.fstring(start, if prefix.contains('t') { 't' } else { 'f' }, prefix.contains('r'))?;
                    self.push(Kind::FString, start);
                    return Ok(());
                }
                _ => {}
            }
        }
        self.prefixes(start)?;
        while is_name(self.peek(0)) && self.at < self.b.len() {
            self.at += 1;
        }
        let text = &self.src[start..self.at];
        if !text.is_ascii() {
            for (i, c) in text.char_indices() {
                let ok = if i == 0 {
                    unicode_ident::is_xid_start(c) || c == '_'
                } else {
                    unicode_ident::is_xid_continue(c)
                };
                if !ok && !normalizes_to_identifier(c, i == 0) {
                    let code = c as u32;
                    let msg = if is_printable(c) {
                        format!("invalid character '{c}' (U+{code:04X})")
                    } else {
                        format!("invalid non-printable character U+{code:04X}")
                    };
                    return Err(at_char(start + i, msg));
                }
            }
        }
        self.push(Kind::Name, start);
        Ok(())
    }

    /// Prefixes of a string that exclude each other.
    fn prefixes(&self, start: usize) -> Result<(), Fail> {
        let mut seen = String::new();
        let mut n = 0;
        loop {
            let c = self.peek(n).to_ascii_lowercase();
            if c == b'\'' || c == b'"' {
                break;
            }
            if !b"burft".contains(&c) || seen.contains(c as char) {
                return Ok(());
            }
            seen.push(c as char);
            n += 1;
        }
        for pair in ["ub", "ur", "uf", "ut", "bf", "bt", "ft"] {
            if pair.chars().all(|c| seen.contains(c)) {
                let (a, b) = pair.split_at(1);
                let msg = format!("'{a}' and '{b}' prefixes are incompatible");
                return Err(syntax(range(start, start + n), msg));
            }
        }
        Ok(())
    }

    // ---- numbers

    fn digits(&mut self, ok: impl Fn(u8) -> bool) -> Result<(), Fail> {
        loop {
            while ok(self.peek(0)) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !ok(self.peek(0)) {
                return Err(at_char(self.at - 1, "invalid decimal literal"));
            }
        }
    }

    fn radix(&mut self, name: &str, ok: impl Fn(u8) -> bool) -> Result<(), Fail> {
        self.at += 2;
        loop {
            if self.peek(0) == b'_' {
                self.at += 1;
            }
            if !ok(self.peek(0)) {
                if self.peek(0).is_ascii_digit() {
                    let d = self.peek(0) as char;
                    return Err(at_char(self.at, format!("invalid digit '{d}' in {name} literal")));
                }
                return Err(at_char(self.at - 1, format!("invalid {name} literal")));
            }
            while ok(self.peek(0)) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                break;
            }
        }
        if self.peek(0).is_ascii_digit() {
            let d = self.peek(0) as char;
            return Err(at_char(self.at, format!("invalid digit '{d}' in {name} literal")));
        }
        self.end_of_number(name)
    }

    /// What may follow a number: not a name, except for a few keywords.
    fn end_of_number(&mut self, name: &str) -> Result<(), Fail> {
        let c = self.peek(0);
        let rest = &self.src[self.at..];
        let keyword =
            ["and", "else", "for", "if", "in", "is", "not", "or"].iter().any(|k| rest.starts_with(k));
        if is_name_start(c) && c < 0x80 && !keyword {
            return Err(at_char(self.at - 1, format!("invalid {name} literal")));
        }
        if c >= 0x80 {
            let ch = rest.chars().next().unwrap_or(' ');
            if unicode_ident::is_xid_start(ch) {
                return Err(at_char(self.at - 1, format!("invalid {name} literal")));
            }
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Fail> {
        let start = self.at;
        if self.peek(0) == b'0' {
            match self.peek(1) | 0x20 {
                b'x' => return self.radix("hexadecimal", |c| c.is_ascii_hexdigit()),
                b'o' => return self.radix("octal", |c| (b'0'..=b'7').contains(&c)),
                b'b' => return self.radix("binary", |c| c == b'0' || c == b'1'),
                _ => {}
            }
        }
        let mut is_int = true;
        if self.peek(0) != b'.' {
            self.digits(|c| c.is_ascii_digit())?;
        }
        if self.peek(0) == b'.' {
            is_int = false;
            self.at += 1;
            if self.peek(0).is_ascii_digit() {
                self.digits(|c| c.is_ascii_digit())?;
            }
        }
        if self.peek(0) | 0x20 == b'e' {
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(1 + sign).is_ascii_digit() {
                is_int = false;
                self.at += 1 + sign;
                self.digits(|c| c.is_ascii_digit())?;
            } else if sign == 1 {
                self.at += 1;
                return Err(at_char(self.at, "invalid decimal literal"));
            }
        }
        if self.peek(0) | 0x20 == b'j' {
            self.at += 1;
            return self.end_of_number("imaginary");
        }
        let text = &self.src[start..self.at];
        if is_int
            && text.len() > 1
            && text.starts_with('0')
            && text.bytes().any(|c| (b'1'..=b'9').contains(&c))
        {
            let zeros = text.bytes().take_while(|&c| c == b'0' || c == b'_').count();
            let msg = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal \
                       integers";
            return Err(syntax(range(start, start + zeros), msg));
        }
        self.end_of_number("decimal")
    }

    // ---- strings

    /// A string without fields, from its quote on; `start` is that of its prefix.
    fn string(&mut self, start: usize, bytes: bool) -> Result<(), Fail> {
        let q = self.peek(0);
        let triple = self.peek(1) == q && self.peek(2) == q;
        self.at += if triple { 3 } else { 1 };
        let _ = bytes;
        let mut escaped_quote = false;
        loop {
            if self.at >= self.b.len() || (!triple && matches!(self.peek(0), b'\n' | b'\r')) {
                return Err(self.unterminated(start, triple, "", escaped_quote));
            }
            let c = self.peek(0);
            if c == b'\\' {
                if self.peek(1) == q {
                    escaped_quote = true;
                }
                self.at += if self.peek(1) == b'\r' && self.peek(2) == b'\n' { 3 } else { 2 };
                self.at = self.at.min(self.b.len());
                continue;
            }
            if c == q && (!triple || (self.peek(1) == q && self.peek(2) == q)) {
                self.at += if triple { 3 } else { 1 };
                return Ok(());
            }
            self.at += 1;
        }
    }

    fn unterminated(&self, start: usize, triple: bool, what: &str, escaped_quote: bool) -> Fail {
        let mut end = self.at.min(self.b.len());
        // A final newline does not start another line.
        if triple && end > 0 && self.b[end - 1] == b'\n' {
            end -= 1;
        }
        let line = self.lines.line(TextSize::new(end as u32));
        let kind = if triple { "triple-quoted " } else { "" };
        let hint = if escaped_quote && !triple && what.is_empty() {
            "; perhaps you escaped the end quote?"
        } else {
            ""
        };
        at_char(start, format!("unterminated {kind}{what}string literal (detected at line {line}){hint}"))
    }

    /// An f-string or t-string, from its quote on.
    fn fstring(&mut self, start: usize, letter: char, raw: bool) -> Result<(), Fail> {
        let q = self.peek(0);
        let triple = self.peek(1) == q && self.peek(2) == q;
        self.at += if triple { 3 } else { 1 };
        loop {
            if self.at >= self.b.len() || (!triple && matches!(self.peek(0), b'\n' | b'\r')) {
                return Err(self.unterminated(start, triple, &format!("{letter}-"), false));
            }
            let c = self.peek(0);
            match c {
                b'\\' if !raw && self.peek(1) == b'N' && self.peek(2) == b'{' => {
                    while self.at < self.b.len() && !matches!(self.peek(0), b'}' | b'\n') && self.peek(0) != q
                    {
                        self.at += 1;
                    }
                    if self.peek(0) == b'}' {
                        self.at += 1;
                    }
                }
                b'\\' if matches!(self.peek(1), b'{' | b'}') => self.at += 1,
                b'\\' => self.at = (self.at + 2).min(self.b.len()),
                b'{' if self.peek(1) == b'{' => self.at += 2,
                b'}' if self.peek(1) == b'}' => self.at += 2,
                b'}' => return Err(at_char(self.at, format!("{letter}-string: single '}}' is not allowed"))),
                b'{' => self.field(q, triple, letter, raw, 0)?,
                c if c == q && (!triple || (self.peek(1) == q && self.peek(2) == q)) => {
                    self.at += if triple { 3 } else { 1 };
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
    }

    /// A replacement field, from its brace on.
    fn field(&mut self, q: u8, triple: bool, letter: char, raw: bool, depth: u32) -> Result<(), Fail> {
        if depth >= 3 {
            return Err(at_char(self.at - 1, format!("{letter}-string: expressions nested too deeply")));
        }
        self.bracket(self.at)?;
        self.open.push((b'{', self.at, true));
        let base = self.open.len();
        self.at += 1;
        let tokens = self.out.len();
        loop {
            while matches!(self.peek(0), b' ' | b'\t' | 0x0c | b'\n' | b'\r') {
                self.at += 1;
            }
            if self.at >= self.b.len() {
                // Left open: reported as never closed.
                self.out.truncate(tokens);
                let (c, at, _) = *self.open.last().expect("just pushed");
                let mut f = at_char(at, format!("'{}' was never closed", c as char));
                f.no_end = true;
                return Err(f);
            }
            let c = self.peek(0);
            let top = self.open.len() == base;
            let empty = self.out.len() == tokens;
            if top && empty && matches!(c, b'=' | b'!' | b':' | b'}') && !(c == b'!' && self.peek(1) == b'=')
            {
                let msg = format!("{letter}-string: valid expression required before '{}'", c as char);
                return Err(syntax(range(self.at, self.at + 1), msg));
            }
            if top && c == b'!' && self.peek(1) != b'=' {
                self.conversion(letter)?;
                continue;
            }
            let at_quote = c == q && (!triple || (self.peek(1) == q && self.peek(2) == q));
            if at_quote && self.string_unfinished(q, triple) {
                return Err(at_char(self.at, format!("{letter}-string: expecting '}}'")));
            }
            if top && c == b'}' {
                self.at += 1;
                self.open.pop();
                self.out.truncate(tokens);
                return Ok(());
            }
            if top && c == b':' {
                self.at += 1;
                self.spec(q, triple, letter, raw, depth)?;
                self.open.pop();
                self.out.truncate(tokens);
                return Ok(());
            }
            if top && matches!(c, b')' | b']') {
                return Err(at_char(self.at, format!("{letter}-string: unmatched '{}'", c as char)));
            }
            let before = self.line_has_token;
            self.token()?;
            self.line_has_token = before;
        }
    }

    /// A conversion, from its exclamation mark on. What conversion it is, and whether it follows at once, is the
    /// parser's business.
    fn conversion(&mut self, letter: char) -> Result<(), Fail> {
        self.at += 1;
        let blank = |c: u8| matches!(c, b' ' | b'\t' | b'\n' | b'\r');
        while blank(self.peek(0)) {
            self.at += 1;
        }
        let place = |at: usize| range(at, at + 1);
        match self.peek(0) {
            b':' | b'}' => {
                let msg = format!("{letter}-string: missing conversion character");
                return Err(syntax(place(self.at), msg));
            }
            c if is_name_start(c) => {}
            b'\'' | b'"' | b'\n' | 0 => return Ok(()),
            _ => {
                let msg = format!("{letter}-string: invalid conversion character");
                return Err(syntax(place(self.at), msg));
            }
        }
        while self.at < self.b.len() && is_name(self.peek(0)) {
            self.at += 1;
        }
        let mut k = 0;
        while blank(self.peek(k)) {
            k += 1;
        }
        match self.peek(k) {
            b':' | b'}' | b'\'' | b'"' | b'\n' | 0 => Ok(()),
            _ => {
                let msg = format!("{letter}-string: expecting ':' or '}}'");
                Err(syntax(place(self.at + k), msg))
            }
        }
    }

    /// Whether the quote at the current place cannot start a string inside the field: it has no partner (on
    /// the line, unless it is a triple quote).
    fn string_unfinished(&self, q: u8, triple: bool) -> bool {
        let mut i = self.at + if triple { 3 } else { 1 };
        while let Some(&c) = self.b.get(i) {
            match c {
                b'\\' => i += 1,
                b'\n' | b'\r' if !triple => return true,
                c if c == q && (!triple || self.b[i..].starts_with(&[q; 3])) => return false,
                _ => {}
            }
            i += 1;
        }
        true
    }

    /// A format spec, up to and with the brace that ends the field.
    fn spec(&mut self, q: u8, triple: bool, letter: char, raw: bool, depth: u32) -> Result<(), Fail> {
        loop {
            if self.at >= self.b.len() {
                return Err(at_char(self.at, format!("{letter}-string: expecting '}}', or format specs")));
            }
            let c = self.peek(0);
            match c {
                b'{' => self.field(q, triple, letter, raw, depth + 1)?,
                b'}' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\n' | b'\r' if !triple => {
                    let msg = format!(
                        "{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings"
                    );
                    return Err(at_char(self.at, msg));
                }
                c if c == q && (!triple || (self.peek(1) == q && self.peek(2) == q)) => {
                    let msg = format!("{letter}-string: expecting '}}', or format specs");
                    return Err(syntax(range(self.at, self.at + 1), msg));
                }
                b'\\' if matches!(self.peek(1), b'{' | b'}') => self.at += 1,
                b'\\' => self.at = (self.at + 2).min(self.b.len()),
                _ => self.at += 1,
            }
        }
    }

    // ---- operators

    fn bracket(&self, at: usize) -> Result<(), Fail> {
        if self.open.len() >= MAX_BRACKETS {
            return Err(at_char(at, "too many nested parentheses"));
        }
        Ok(())
    }

    fn operator(&mut self, start: usize) -> Result<(), Fail> {
        let c = self.peek(0);
        match c {
            b'(' | b'[' | b'{' => {
                self.bracket(start)?;
                self.open.push((c, start, false));
                self.at += 1;
                self.push(Kind::Op, start);
                return Ok(());
            }
            b')' | b']' | b'}' => {
                let Some(&(o, at, _)) = self.open.last() else {
                    return Err(at_char(start, format!("unmatched '{}'", c as char)));
                };
                let matches = matches!((o, c), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
                if !matches {
                    let (here, there) = (
                        self.lines.line(TextSize::new(start as u32)),
                        self.lines.line(TextSize::new(at as u32)),
                    );
                    let place = if here != there { format!(" on line {there}") } else { String::new() };
                    return Err(at_char(
                        start,
                        format!(
                            "closing parenthesis '{}' does not match opening parenthesis '{}'{place}",
                            c as char, o as char
                        ),
                    ));
                }
                self.open.pop();
                self.at += 1;
                self.push(Kind::Op, start);
                return Ok(());
            }
            _ => {}
        }
        const THREE: [&[u8]; 5] = [b"**=", b"//=", b">>=", b"<<=", b"..."];
        const TWO: [&[u8]; 21] = [
            b"**", b"//", b">>", b"<<", b"==", b"!=", b"<=", b">=", b"->", b"+=", b"-=", b"*=", b"/=", b"%=",
            b"&=", b"|=", b"^=", b"@=", b":=", b"<>", b"!=",
        ];
        let rest = &self.b[self.at..];
        self.at += if THREE.iter().any(|t| rest.starts_with(t)) {
            3
        } else if TWO.iter().any(|t| rest.starts_with(t)) {
            2
        } else {
            1
        };
        if c < 0x20 || c == 0x7f {
            return Err(at_char(start, format!("invalid non-printable character U+{c:04X}")));
        }
        self.push(Kind::Op, start);
        Ok(())
    }
}

/// Whether a character is part of an identifier after normalisation, as CPython allows.
fn normalizes_to_identifier(c: char, first: bool) -> bool {
    // Compatibility forms of letters and digits; the parser normalises and has the last word.
    let code = c as u32;
    let compat = matches!(code, 0xFF10..=0xFF19 | 0xFF21..=0xFF3A | 0xFF41..=0xFF5A | 0x1D400..=0x1D7FF | 0xB7 | 0x387);
    compat && (!first || unicode_ident::is_xid_start(c))
}

/// Whether CPython calls a character printable: no control, format, separator or private-use character.
fn is_printable(c: char) -> bool {
    let code = c as u32;
    !(c.is_control()
        || c.is_whitespace()
        || matches!(code, 0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB)
        || matches!(code, 0xE000..=0xF8FF | 0xF0000..=0x10FFFF | 0x600..=0x605 | 0x61C | 0x180E | 0xE0001..=0xE007F))
}

//! The scanner of `_tokenize`.
//!
//! What flows in: a source, its line ends as they are. What flows out: one token for each call, as ranges of bytes.
//! What must hold: comments and line ends that mean nothing are tokens too; formatted strings come in pieces.

/// Numbers of token types.
pub mod kind {
    #![allow(missing_docs)]
    pub const ENDMARKER: u8 = 0;
    pub const NAME: u8 = 1;
    pub const NUMBER: u8 = 2;
    pub const STRING: u8 = 3;
    pub const NEWLINE: u8 = 4;
    pub const INDENT: u8 = 5;
    pub const DEDENT: u8 = 6;
    pub const OP: u8 = 55;
    pub const FSTRING_START: u8 = 59;
    pub const FSTRING_MIDDLE: u8 = 60;
    pub const FSTRING_END: u8 = 61;
    pub const TSTRING_START: u8 = 62;
    pub const COMMENT: u8 = 65;
    pub const NL: u8 = 66;
}
use kind::*;

/// Operators and their exact types, longest first.
static OPERATORS: &[(&str, u8)] = &[
    ("**=", 46),
    ("//=", 48),
    ("<<=", 44),
    (">>=", 45),
    ("...", 52),
    ("!=", 28),
    ("%=", 40),
    ("&=", 41),
    ("**", 35),
    ("*=", 38),
    ("+=", 36),
    ("-=", 37),
    ("->", 51),
    ("//", 47),
    ("/=", 39),
    (":=", 53),
    ("<<", 33),
    ("<=", 29),
    ("==", 27),
    (">=", 30),
    (">>", 34),
    ("@=", 50),
    ("^=", 43),
    ("|=", 42),
    ("!", 54),
    ("%", 24),
    ("&", 19),
    ("(", 7),
    (")", 8),
    ("*", 16),
    ("+", 14),
    (",", 12),
    ("-", 15),
    (".", 23),
    ("/", 17),
    (":", 11),
    (";", 13),
    ("<", 20),
    ("=", 22),
    (">", 21),
    ("@", 49),
    ("[", 9),
    ("]", 10),
    ("^", 32),
    ("{", 25),
    ("|", 18),
    ("}", 26),
    ("~", 31),
];

/// The message for a source that ends too early.
pub const EOF: &str = "unexpected EOF in multi-line statement";

/// A token: its type and range.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub kind: u8,
    pub start: usize,
    pub end: usize,
}

/// What a step gives.
pub enum Scan {
    Token(Token),
    /// Message and place.
    Error(&'static str, usize),
}

/// A formatted string that is being scanned.
struct Format {
    quote: u8,
    triple: bool,
    raw: bool,
    /// Added to the types of f-strings for t-strings.
    template: u8,
    /// Bracket depth behind the `{` of each open field.
    fields: Vec<usize>,
    /// In literal text or a format specification rather than in an expression.
    middle: bool,
}

/// See the module.
pub struct Scanner {
    src: String,
    /// Length without the line end that was added.
    real: usize,
    line_starts: Vec<usize>,
    at: usize,
    line_start: bool,
    /// The line is blank or holds a comment only.
    blank: bool,
    depth: usize,
    indents: Vec<(usize, usize)>,
    dedents: usize,
    indent: Option<Token>,
    formats: Vec<Format>,
    /// A token has been made on this logical line.
    any: bool,
    /// The next brace opens a field.
    open_field: bool,
}

fn is_name(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_' || c >= 0x80
}

impl Scanner {
    pub fn new(mut src: String) -> Scanner {
        let real = src.len();
        if !src.is_empty() && !src.ends_with('\n') {
            src.push('\n');
        }
        let mut line_starts = vec![0];
        line_starts.extend(memchr::memchr_iter(b'\n', src.as_bytes()).map(|i| i + 1));
        Scanner {
            src,
            real,
            line_starts,
            at: 0,
            line_start: true,
            blank: false,
            depth: 0,
            indents: vec![(0, 0)],
            dedents: 0,
            indent: None,
            formats: Vec::new(),
            any: false,
            open_field: false,
        }
    }
    pub fn source(&self) -> &str {
        &self.src[..self.real]
    }
    pub fn text(&self, start: usize, end: usize) -> &str {
        &self.src[start..end]
    }
    /// Is this the line end that the source lacks?
    pub fn is_implicit(&self, at: usize) -> bool {
        at >= self.real
    }
    /// Line from 1 and column in characters from 0.
    pub fn position(&self, at: usize) -> (usize, usize) {
        let line = self.line_starts.partition_point(|&s| s <= at);
        let start = self.line_starts[line - 1];
        (line, self.src[start..at].chars().count())
    }
    /// The text of lines, without a line end that the source lacks.
    pub fn lines(&self, from: usize, to: usize) -> &str {
        let start = self.line_starts.get(from - 1).copied().unwrap_or(self.src.len());
        let end = self.line_starts.get(to).copied().unwrap_or(self.src.len());
        &self.src[start.min(self.real)..end.min(self.real)]
    }
    /// The exact type of an operator.
    pub fn exact(&self, start: usize, end: usize) -> u8 {
        let text = self.text(start, end);
        OPERATORS.iter().find(|(o, _)| *o == text).map_or(OP, |&(_, k)| k)
    }

    fn peek(&self, n: usize) -> u8 {
        self.src.as_bytes().get(self.at + n).copied().unwrap_or(0)
    }
    fn token(&mut self, kind: u8, start: usize) -> Scan {
        Scan::Token(Token { kind, start, end: self.at })
    }

    /// The next token.
    pub fn next(&mut self) -> Scan {
        if let Some(f) = self.formats.last()
            && f.middle
        {
            return self.middle();
        }
        if let Some(i) = self.indent.take() {
            return Scan::Token(i);
        }
        if self.line_start && self.depth == 0 && self.formats.is_empty() {
            self.line_start = false;
            if let Err((msg, at)) = self.indentation() {
                return Scan::Error(msg, at);
            }
            if let Some(i) = self.indent.take() {
                return Scan::Token(i);
            }
        }
        if self.dedents > 0 {
            self.dedents -= 1;
            return self.token(DEDENT, self.at);
        }
        self.plain()
    }

    /// At the start of a line: indentation.
    fn indentation(&mut self) -> Result<(), (&'static str, usize)> {
        let start = self.at;
        let (mut col, mut alt) = (0, 0);
        loop {
            match self.peek(0) {
                b' ' => (col, alt) = (col + 1, alt + 1),
                b'\t' => (col, alt) = ((col / 8 + 1) * 8, alt + 1),
                0x0c => (col, alt) = (0, 0),
                b'\\' if matches!(self.peek(1), b'\n' | b'\r') => {
                    self.at += if self.peek(1) == b'\r' { 3 } else { 2 };
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        let c = self.peek(0);
        self.blank = c == b'#' || c == b'\n' || (c == b'\r' && self.peek(1) == b'\n');
        if self.at >= self.src.len() {
            self.dedents = self.indents.len() - 1;
            self.indents.truncate(1);
            return Ok(());
        }
        if self.blank {
            return Ok(());
        }
        let &(top, top_alt) = self.indents.last().unwrap_or(&(0, 0));
        if col == top {
            if alt != top_alt {
                return Err(("inconsistent use of tabs and spaces in indentation", self.at));
            }
        } else if col > top {
            if alt <= top_alt {
                return Err(("inconsistent use of tabs and spaces in indentation", self.at));
            }
            if self.indents.len() >= 100 {
                return Err(("too many levels of indentation", self.at));
            }
            self.indents.push((col, alt));
            self.indent = Some(Token { kind: INDENT, start, end: self.at });
        } else {
            while self.indents.len() > 1 && self.indents.last().is_some_and(|&(c, _)| col < c) {
                self.indents.pop();
                self.dedents += 1;
            }
            match self.indents.last() {
                Some(&(c, _)) if c != col => {
                    return Err(("unindent does not match any outer indentation level", self.at));
                }
                Some(&(_, a)) if a != alt => {
                    return Err(("inconsistent use of tabs and spaces in indentation", self.at));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn plain(&mut self) -> Scan {
        loop {
            match self.peek(0) {
                b' ' | b'\t' | 0x0c => self.at += 1,
                b'\\' => {
                    let start = self.at;
                    let n = match (self.peek(1), self.peek(2)) {
                        (b'\n', _) => 2,
                        (b'\r', b'\n') => 3,
                        _ => {
                            return Scan::Error(
                                "unexpected character after line continuation character",
                                start,
                            );
                        }
                    };
                    self.at += n;
                    if self.at >= self.src.len() || start + n > self.real {
                        return Scan::Error(EOF, start);
                    }
                }
                _ => break,
            }
        }
        let start = self.at;
        if start >= self.src.len() {
            if self.depth > 0 || !self.formats.is_empty() {
                return Scan::Error(EOF, 0);
            }
            if self.indents.len() > 1 {
                self.dedents = self.indents.len() - 2;
                self.indents.truncate(1);
                return self.token(DEDENT, start);
            }
            return self.token(ENDMARKER, start);
        }
        let c = self.peek(0);
        match c {
            b'#' => {
                let b = self.src.as_bytes();
                let mut end = start + memchr::memchr(b'\n', &b[start..]).unwrap_or(b.len() - start);
                if end > start && b[end - 1] == b'\r' {
                    end -= 1;
                }
                self.at = end;
                self.token(COMMENT, start)
            }
            b'\n' | b'\r' => {
                if c == b'\r' && self.peek(1) != b'\n' {
                    self.at += 1;
                    return self.plain();
                }
                self.at += if c == b'\r' { 2 } else { 1 };
                let nothing = self.blank || self.depth > 0 || !self.formats.is_empty() || !self.any;
                self.blank = false;
                if self.depth == 0 && self.formats.is_empty() {
                    self.line_start = true;
                    self.any = false;
                }
                self.token(if nothing { NL } else { NEWLINE }, start)
            }
            b'0'..=b'9' => self.number(start),
            b'.' if self.peek(1).is_ascii_digit() => self.number(start),
            b'\'' | b'"' => self.string(start),
            _ if c.is_ascii_alphabetic() || c == b'_' || c >= 0x80 => self.name(start),
            _ => self.operator(start),
        }
    }

    fn name(&mut self, start: usize) -> Scan {
        self.any = true;
        while is_name(self.peek(0)) {
            self.at += 1;
        }
        if matches!(self.peek(0), b'"' | b'\'') && self.at - start <= 2 {
            let prefix = self.text(start, self.at).to_ascii_lowercase();
            match prefix.as_str() {
                "r" | "b" | "u" | "br" | "rb" => return self.string(start),
                "f" | "fr" | "rf" | "t" | "tr" | "rt" => {
                    let quote = self.peek(0);
                    let triple = self.peek(1) == quote && self.peek(2) == quote;
                    self.at += if triple { 3 } else { 1 };
                    let template = if prefix.contains('t') { TSTRING_START - FSTRING_START } else { 0 };
                    self.formats.push(Format {
                        quote,
                        triple,
                        raw: prefix.contains('r'),
                        template,
                        fields: Vec::new(),
                        middle: true,
                    });
                    return self.token(FSTRING_START + template, start);
                }
                _ => {}
            }
        }
        self.token(NAME, start)
    }

    /// A string whose prefix, if any, has been passed.
    fn string(&mut self, start: usize) -> Scan {
        self.any = true;
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        self.at += if triple { 3 } else { 1 };
        loop {
            if self.at >= self.real {
                let msg = if triple {
                    "unterminated triple-quoted string literal"
                } else {
                    "unterminated string literal"
                };
                return Scan::Error(msg, start);
            }
            match self.peek(0) {
                b'\\' => {
                    self.at += 1;
                    if self.peek(0) == b'\r' && self.peek(1) == b'\n' {
                        self.at += 1;
                    }
                    self.skip_char();
                }
                b'\n' if !triple => return Scan::Error("unterminated string literal", start),
                c if c == quote && !triple => {
                    self.at += 1;
                    return self.token(STRING, start);
                }
                c if c == quote && self.peek(1) == quote && self.peek(2) == quote => {
                    self.at += 3;
                    return self.token(STRING, start);
                }
                _ => self.at += 1,
            }
        }
    }
    fn skip_char(&mut self) {
        self.at += 1;
        while !self.src.is_char_boundary(self.at) {
            self.at += 1;
        }
        self.at = self.at.min(self.src.len());
    }

    /// Digits with single underscores between them.
    fn digits(&mut self, ok: impl Fn(u8) -> bool) -> bool {
        loop {
            while ok(self.peek(0)) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                return true;
            }
            if !ok(self.peek(1)) {
                return false;
            }
            self.at += 1;
        }
    }
    fn number(&mut self, start: usize) -> Scan {
        self.any = true;
        let decimal = |c: u8| c.is_ascii_digit();
        let bad = |s: &Self| Scan::Error("invalid decimal literal", s.at);
        let radix: Option<fn(u8) -> bool> = match (self.peek(0), self.peek(1) | 0x20) {
            (b'0', b'x') => Some(|c| c.is_ascii_hexdigit()),
            (b'0', b'o') => Some(|c| (b'0'..=b'7').contains(&c)),
            (b'0', b'b') => Some(|c| c == b'0' || c == b'1'),
            _ => None,
        };
        if let Some(ok) = radix {
            self.at += 2;
            if self.peek(0) == b'_' {
                self.at += 1;
            }
            if !ok(self.peek(0)) || !self.digits(ok) || self.peek(0).is_ascii_digit() {
                return bad(self);
            }
        } else {
            if !self.digits(decimal) {
                return bad(self);
            }
            if self.peek(0) == b'.' {
                self.at += 1;
                if self.peek(0) == b'_' || !self.digits(decimal) {
                    return bad(self);
                }
            }
            if self.peek(0) | 0x20 == b'e' {
                let n = if matches!(self.peek(1), b'+' | b'-') { 2 } else { 1 };
                if self.peek(n).is_ascii_digit() {
                    self.at += n;
                    if !self.digits(decimal) {
                        return bad(self);
                    }
                }
            }
            if self.peek(0) | 0x20 == b'j' {
                self.at += 1;
            }
        }
        // A keyword may follow directly; any other name may not.
        if is_name(self.peek(0)) {
            let rest = &self.src[self.at..];
            let keyword = ["and", "else", "for", "if", "in", "is", "not", "or"];
            if !keyword.iter().any(|k| rest.starts_with(k)) {
                return bad(self);
            }
        }
        self.token(NUMBER, start)
    }

    fn operator(&mut self, start: usize) -> Scan {
        self.any = true;
        let rest = &self.src[start..];
        let field = self.formats.last().and_then(|f| f.fields.last().copied());
        let at_field = field == Some(self.depth);
        let mut n = OPERATORS
            .iter()
            .find(|(o, _)| rest.starts_with(o))
            .map_or_else(|| rest.chars().next().map_or(1, char::len_utf8), |(o, _)| o.len());
        let c = self.peek(0);
        // The colon of a field's format is never part of `:=`.
        if at_field && c == b':' {
            n = 1;
        }
        self.at += n;
        match (c, n) {
            (b'(' | b'[' | b'{', 1) => {
                self.depth += 1;
                if c == b'{'
                    && std::mem::take(&mut self.open_field)
                    && let Some(f) = self.formats.last_mut()
                {
                    f.fields.push(self.depth);
                }
            }
            (b')' | b']' | b'}', 1) => {
                self.depth = self.depth.saturating_sub(1);
                if c == b'}'
                    && at_field
                    && let Some(f) = self.formats.last_mut()
                {
                    f.fields.pop();
                    f.middle = true;
                }
            }
            (b':', 1) if at_field => {
                if let Some(f) = self.formats.last_mut() {
                    f.middle = true;
                }
            }
            _ => {}
        }
        self.token(OP, start)
    }

    /// The literal text of a formatted string, up to a field or the end.
    fn middle(&mut self) -> Scan {
        let start = self.at;
        let Some(f) = self.formats.last_mut() else { return self.plain() };
        let (quote, triple, raw, template) = (f.quote, f.triple, f.raw, f.template);
        let in_spec = !f.fields.is_empty();
        let kind = FSTRING_MIDDLE + template;
        let b = self.src.as_bytes();
        let at = |i: usize| b.get(i).copied().unwrap_or(0);
        let closes = |i: usize| at(i) == quote && (!triple || (at(i + 1) == quote && at(i + 2) == quote));
        if closes(start) {
            self.at += if triple { 3 } else { 1 };
            self.formats.pop();
            return self.token(FSTRING_END + template, start);
        }
        if at(start) == b'{' && at(start + 1) != b'{' {
            f.middle = false;
            self.depth += 1;
            f.fields.push(self.depth);
            self.at += 1;
            self.any = true;
            return self.token(OP, start);
        }
        let mut i = start;
        let mut named = false;
        loop {
            if i >= self.real {
                let msg = if triple {
                    "unterminated triple-quoted f-string literal"
                } else {
                    "unterminated f-string literal"
                };
                return Scan::Error(msg, start);
            }
            if closes(i) {
                self.at = i;
                return self.token(kind, start);
            }
            match at(i) {
                b'\n' if !triple => return Scan::Error("unterminated f-string literal", start),
                b'{' if named => i += 1,
                b'{' if at(i + 1) == b'{' && !in_spec => {
                    self.at = i + 2;
                    return Scan::Token(Token { kind, start, end: i + 1 });
                }
                b'{' => {
                    self.at = i;
                    let token = Token { kind, start, end: i };
                    // The brace comes next, even where another follows it.
                    f.middle = false;
                    self.open_field = true;
                    return Scan::Token(token);
                }
                b'}' if named => {
                    named = false;
                    i += 1;
                }
                b'}' if in_spec => {
                    self.at = i;
                    f.middle = false;
                    return self.token(kind, start);
                }
                b'}' if at(i + 1) == b'}' => {
                    self.at = i + 2;
                    return Scan::Token(Token { kind, start, end: i + 1 });
                }
                b'}' => return Scan::Error("f-string: single '}' is not allowed", i),
                b'\\' => match at(i + 1) {
                    b'{' | b'}' => i += 1,
                    b'N' if !raw => {
                        i += 2;
                        if at(i) == b'{' {
                            named = true;
                            i += 1;
                        }
                    }
                    b'\r' if at(i + 2) == b'\n' => i += 3,
                    _ => {
                        i += 2;
                        while !self.src.is_char_boundary(i) {
                            i += 1;
                        }
                    }
                },
                _ => i += 1,
            }
        }
    }
}

//! Errors of compilation: what `compile()` raises, with CPython's wording and places.
//!
//! What flows in: messages with byte ranges of the source, from all stages. What flows out: [`CompileError`] with
//! lines and columns, ready to become a Python exception.

use ruff_text_size::{TextRange, TextSize};
use std::collections::HashMap;
use taipan_bytecode::Const;

/// Which exception a failed compilation raises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// Nesting too deep to compile.
    RecursionError,
    /// Nesting too deep to parse.
    MemoryError,
    ValueError,
    OverflowError,
    /// An expression in incomplete interactive input (for `codeop`): `_IncompleteInputError`.
    IncompleteInput,
}

/// A failed compilation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompileError {
    /// Exception class.
    pub kind: ErrorKind,
    /// Message.
    pub msg: String,
    /// File name as given to the compiler.
    pub filename: String,
    /// Line, from 1; 0 when there is no place.
    pub lineno: u32,
    /// Column in characters, from 1; 0 when unknown.
    pub col: u32,
    /// Last line.
    pub end_lineno: u32,
    /// Column behind the end, from 1.
    pub end_col: u32,
    /// The source line, if there is one.
    pub text: Option<String>,
    /// Line (from 1) and column of the last complete statement before, zeros where there is none.
    pub last_statement: (u32, u32),
    /// The whole source, if there is one: mistyped keywords are looked for in it.
    pub source: Option<String>,
    /// Found after parsing: CPython no longer has the source then, and shows the line only where it finds the file.
    pub late: bool,
}

/// A `SyntaxWarning` or `DeprecationWarning`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// Message.
    pub msg: String,
    /// Where; the start's line is what the warning shows.
    pub range: TextRange,
    /// Line, from 1.
    pub lineno: u32,
    /// Column in characters from 1, last line, column behind the end: for the error that a filter makes of it.
    pub place: (u32, u32, u32),
    /// The source line, where the parser warns: its errors have it.
    pub text: Option<String>,
}

impl Warning {
    /// A warning about `range`.
    pub fn new(msg: String, range: TextRange, source: &str, lines: &Lines) -> Warning {
        let (lineno, col) = lines.line_col(range.start());
        let (end_line, end_col) = lines.line_col(range.end());
        let col = chars_before(source, lines, lineno, col) + 1;
        let place = (col, end_line, chars_before(source, lines, end_line, end_col) + 1);
        Warning { msg, range, lineno, place, text: None }
    }
}

/// An error with a byte range: what the stages use among themselves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fail {
    /// Exception class.
    pub kind: ErrorKind,
    /// Message.
    pub msg: String,
    /// Place in the source.
    pub range: Option<TextRange>,
    /// The end of `range` is unknown to CPython: report only where it starts.
    pub no_end: bool,
    /// Line and column (from 1, 0 when unknown) that override `range`.
    pub at: Option<(u32, u32, u32, u32)>,
    /// Line and column of the last complete statement before, zeros where there is none.
    pub last_statement: (u32, u32),
    /// Found by the tokenizer: the text of the last line may lack its end then.
    pub by_tokenizer: bool,
}

/// A `SyntaxError` at `range`.
pub fn syntax(range: TextRange, msg: impl Into<String>) -> Fail {
    Fail {
        kind: ErrorKind::SyntaxError,
        msg: msg.into(),
        range: Some(range),
        no_end: false,
        at: None,
        last_statement: (0, 0),
        by_tokenizer: false,
    }
}

/// A failure without a place.
pub fn placeless(kind: ErrorKind, msg: impl Into<String>) -> Fail {
    Fail {
        kind,
        msg: msg.into(),
        range: None,
        no_end: false,
        at: None,
        last_statement: (0, 0),
        by_tokenizer: false,
    }
}

impl Fail {
    /// The same failure as another exception class.
    pub fn kind(mut self, kind: ErrorKind) -> Fail {
        self.kind = kind;
        self
    }

    /// The public error, with lines and columns looked up.
    pub fn locate(self, source: &str, lines: &Lines, filename: &str) -> CompileError {
        let mut e = CompileError {
            kind: self.kind,
            msg: self.msg,
            filename: filename.to_owned(),
            lineno: 0,
            col: 0,
            end_lineno: 0,
            end_col: 0,
            text: None,
            last_statement: self.last_statement,
            source: None,
            late: false,
        };
        if let Some((l, c, el, ec)) = self.at {
            (e.lineno, e.col, e.end_lineno, e.end_col) = (l, c, el, ec);
        } else if let Some(range) = self.range {
            let (line, col) = lines.line_col(range.start());
            let (end_line, end_col) = lines.line_col(range.end());
            e.lineno = line;
            e.end_lineno = if self.no_end { line } else { end_line };
            e.col = chars_before(source, lines, line, col) + 1;
            e.end_col = if self.no_end { 0 } else { chars_before(source, lines, end_line, end_col) + 1 };
        }
        if e.lineno > 0 && lines.places.is_none() {
            let mut text = lines.text(source, e.lineno).to_owned();
            let whole = [
                "unexpected ",
                "f-string: valid",
                "t-string: valid",
                "f-string: missing",
                "t-string: missing",
            ];
            let bare = match self.no_end {
                _ if whole.iter().any(|w| e.msg.starts_with(w)) => false,
                true => !lines.text(source, e.lineno + 1).is_empty(),
                false => e.kind == ErrorKind::SyntaxError,
            };
            if self.by_tokenizer && bare {
                text.truncate(text.trim_end_matches('\n').len());
            } else if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            e.text = Some(text);
            e.source = Some(source.to_owned());
        }
        e
    }
}

impl CompileError {
    /// The same error as one of the stages after parsing.
    pub fn after_parsing(mut self) -> CompileError {
        if self.msg.contains("unpacking cannot be used") {
            return self;
        }
        self.late = true;
        self.text = None;
        self.source = None;
        self
    }
}

fn chars_before(source: &str, lines: &Lines, line: u32, col: u32) -> u32 {
    let text = lines.text(source, line);
    text.get(..col as usize).map_or(col, |s| s.chars().count() as u32)
}

/// Places of a tree that has no source: the offsets in its ranges are indices into `points`.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Lines from 1 and columns in bytes from 0.
    pub points: Vec<(u32, u32)>,
    /// By the start of a node's range: the constant that an escape command stands for, the text of a template's
    /// interpolation.
    pub values: HashMap<u32, Const>,
}

/// Where lines start, or where the nodes of a tree without source are.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<u32>,
    places: Option<Places>,
}

impl Lines {
    /// Lines of `source`: `\n`, `\r` and `\r\n` end one.
    pub fn new(source: &str) -> Lines {
        let b = source.as_bytes();
        let mut starts = vec![0];
        for (i, &c) in b.iter().enumerate() {
            if c == b'\n' || (c == b'\r' && b.get(i + 1) != Some(&b'\n')) {
                starts.push(i as u32 + 1);
            }
        }
        Lines { starts, places: None }
    }
    /// Places of a tree without source.
    pub fn of_tree(places: Places) -> Lines {
        Lines { starts: vec![0], places: Some(places) }
    }
    /// Is there a source?
    pub fn has_source(&self) -> bool {
        self.places.is_none()
    }
    /// What a tree without source says about the node at `range`.
    pub fn value(&self, range: TextRange) -> Option<&Const> {
        self.places.as_ref()?.values.get(&u32::from(range.start()))
    }
    /// Number of lines, an empty last one included.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }
    /// Line from 1 and column in bytes from 0.
    pub fn line_col(&self, at: TextSize) -> (u32, u32) {
        let at = u32::from(at);
        if let Some(p) = &self.places {
            return p.points.get(at as usize).or(p.points.last()).copied().unwrap_or((1, 0));
        }
        let line = self.starts.partition_point(|&s| s <= at);
        (line as u32, at - self.starts[line - 1])
    }
    /// Line of a place, from 1.
    pub fn line(&self, at: TextSize) -> u32 {
        self.line_col(at).0
    }
    /// Byte offset at which a line (from 1) starts.
    pub fn start(&self, line: u32) -> u32 {
        self.starts.get(line as usize - 1).copied().unwrap_or(u32::MAX)
    }
    /// Text of a line (from 1) with its end.
    pub fn text<'s>(&self, source: &'s str, line: u32) -> &'s str {
        let start = self.starts.get(line as usize - 1).map_or(source.len(), |&s| s as usize);
        let end = self.starts.get(line as usize).map_or(source.len(), |&s| s as usize);
        source.get(start..end).unwrap_or("")
    }
}

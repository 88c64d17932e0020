//! What is looked at when a source has been parsed: warnings of the tokenizer, and whether interactive input is one
//! whole statement.
//!
//! In: source that the parser accepted. Out: warnings, or the error that CPython's grammar of interactive input has.

use crate::codegen::Options;
use crate::error::{ErrorKind, Fail, Lines, Warning, placeless, syntax};
use crate::syntax_error::incomplete;
use crate::tokenizer::{Kind, range, tokenize};
use ruff_python_ast::{ModModule, Stmt};
use ruff_text_size::Ranged;

/// Warnings about escapes in literals.
pub fn warnings(source: &str, lines: &Lines) -> Vec<Warning> {
    let Ok(tokens) = tokenize(source, lines) else { return Vec::new() };
    let mut out = Vec::new();
    let warn = |msg, range| {
        let w = Warning::new(msg, range, source, lines);
        let mut text = lines.text(source, w.lineno).to_owned();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let text = Some(text);
        Warning { text, ..w }
    };
    for t in &tokens.list {
        let text = t.text(source);
        match t.kind {
            Kind::String | Kind::FString if text.contains('\\') => {
                crate::escapes::warnings(text, t.start, t.kind == Kind::FString, &mut |at, msg| {
                    out.push(warn(msg, range(at, at + 2)));
                });
            }
            Kind::Number => {
                // `1if x else y`: a keyword glued to a number.
                let next = source[t.end..].chars().next();
                if next.is_some_and(|c| c.is_ascii_alphabetic()) {
                    let kind = match text.get(..2) {
                        Some("0x" | "0X") => "hexadecimal",
                        Some("0o" | "0O") => "octal",
                        Some("0b" | "0B") => "binary",
                        _ if text.ends_with(['j', 'J']) => "imaginary",
                        _ => "decimal",
                    };
                    let end = t.end.max(1) - 1;
                    let mut w = warn(format!("invalid {kind} literal"), range(end, end));
                    w.text = w.text.map(|t| t.trim_end_matches('\n').to_owned());
                    out.push(w);
                }
            }
            _ => {}
        }
    }
    out
}

/// An interactive statement is one statement.
pub fn single(m: &ModModule, source: &str, lines: &Lines, opts: Options) -> Result<(), Fail> {
    let [first, rest @ ..] = &m.body[..] else {
        if opts.allow_incomplete {
            return Err(incomplete(placeless(ErrorKind::IncompleteInput, "incomplete input")));
        }
        return Ok(());
    };
    let multi = |s: &Stmt| lines.line(s.range().start()) != lines.line(first.range().start());
    let compound = matches!(
        first,
        Stmt::FunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::For(_)
            | Stmt::While(_)
            | Stmt::If(_)
            | Stmt::With(_)
            | Stmt::Match(_)
            | Stmt::Try(_)
    );
    // The grammar ends a block of its own with an empty line: what follows at once is wrong.
    if let Some(next) = rest.iter().find(|s| multi(s)).filter(|_| compound)
        && !self::blank_before(source, next)
    {
        let start = usize::from(next.range().start());
        let width = source[start..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(1).max(1);
        return Err(syntax(range(start, start + width), "invalid syntax"));
    }
    if rest.iter().any(multi) {
        return Err(syntax(first.range(), "multiple statements found while compiling a single statement"));
    }
    // A compound statement is complete when a line ends behind its last one: callers leave out the end of the last
    // line that was typed, so that it takes an empty line.
    let tail = &source[usize::from(first.range().end())..];
    if compound && opts.allow_incomplete && !tail.ends_with('\n') {
        return Err(incomplete(placeless(ErrorKind::IncompleteInput, "incomplete input")));
    }
    Ok(())
}

/// Is the line in front of a statement empty?
fn blank_before(source: &str, s: &Stmt) -> bool {
    let head = source[..usize::from(s.range().start())].trim_end_matches([' ', '\t']);
    head.strip_suffix('\n').is_some_and(|h| h.rsplit('\n').next().is_some_and(|l| l.trim().is_empty()))
}

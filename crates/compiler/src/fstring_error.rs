//! Errors inside the braces of f-strings and t-strings.
//!
//! In: the parser's error and the tokens, as [`Context`]. Out: CPython's message and place.

use crate::error::{Fail, syntax};
use crate::syntax_error::Context;
use crate::tokenizer::{Kind, range};
use ruff_python_parser::InterpolatedStringErrorType;

impl Context<'_> {
    /// An expression is missing inside an f-string's braces.
    pub(crate) fn in_fstring(&self, loc: ruff_text_size::TextRange, missing: bool) -> Option<Fail> {
        let at = usize::from(loc.start());
        let t = self.list.iter().find(|t| t.kind == Kind::FString && t.start < at && at < t.end)?;
        let letter = if t.text(self.source)[..2].to_ascii_lowercase().contains('t') { 't' } else { 'f' };
        let rest = self.source.get(at..t.end)?;
        let c = rest.chars().next()?;
        let head = self.source.get(t.start..at)?;
        let field = head.rfind('{').map_or("", |k| &head[k + 1..]);
        let last = field.rfind(',').map_or(field, |k| &field[k + 1..]);
        if missing && last.trim_start().starts_with("lambda") && matches!(c, '}' | '!') {
            let start = t.start + head.len() - last.trim_start().len();
            let colon = self.source[start..].find(':').map_or(at, |k| start + k + 1);
            return Some(syntax(
                range(start, colon),
                format!("{letter}-string: lambda expressions are not allowed without parentheses"),
            ));
        }
        let place = range(at, at + c.len_utf8());
        if missing && field.trim().is_empty() && matches!(c, '}' | '!' | ':' | '=') {
            return Some(syntax(place, format!("{letter}-string: valid expression required before '{c}'")));
        }
        let only_operators =
            field.split_whitespace().all(|w| matches!(w, "+" | "-" | "~" | "not" | "await" | "*" | "**"));
        if missing && only_operators {
            // The first token of the field.
            let blank = field.len() - field.trim_start().len();
            let start = if field.trim().is_empty() { at } else { at - field.len() + blank };
            let text = &self.source[start..];
            let word = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(0);
            let width = match word {
                0 if text.starts_with("**") => 2,
                0 => text.chars().next().map_or(1, char::len_utf8),
                n => n,
            };
            let msg = format!("{letter}-string: expecting a valid expression after '{{'");
            return Some(syntax(range(start, start + width), msg));
        }
        if missing && c == '}' {
            // Behind an operator or a dot: the expression ended before it.
            let text = field.trim_end();
            let sign = text.len()
                - text.trim_end_matches(['+', '-', '*', '/', '%', '.', '<', '>', '&', '|', '^', '=']).len();
            if sign > 0 {
                let start = at - field.len() + text.len() - sign;
                let msg = format!("{letter}-string: expecting '=', or '!', or ':', or '}}'");
                return Some(syntax(range(start, start + sign), msg));
            }
        }
        Some(syntax(place, "invalid syntax"))
    }

    /// A field that starts with a keyword, or has a dot and no name behind it.
    pub(crate) fn odd_field(&self) -> Option<Fail> {
        let t = self.tok();
        if t.kind != Kind::FString {
            return None;
        }
        let text = t.text(self.source);
        let letter = if text[..2].to_ascii_lowercase().contains('t') { 't' } else { 'f' };
        let mut from = 0;
        while let Some(k) = text[from..].find('{') {
            let open = from + k + 1;
            if text[open..].starts_with('{') {
                from = open + 1;
                continue;
            }
            let close = text[open..].find(['}', '{', ':', '!']).map_or(text.len(), |k| open + k);
            let field = &text[open..close];
            let start = open + field.len() - field.trim_start().len();
            let word = field.trim_start();
            let word = &word[..word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len())];
            let expression = ["lambda", "not", "await", "yield", "None", "True", "False"].contains(&word);
            if crate::syntax_error::is_keyword(word) && !expression {
                let msg = format!("{letter}-string: expecting a valid expression after '{{'");
                return Some(syntax(range(t.start + start, t.start + start + word.len()), msg));
            }
            if text[close..].starts_with('}')
                && field.trim().len() > 1
                && field.trim_end().ends_with('.')
                && !field.contains("..")
            {
                let dot = t.start + open + field.trim_end().len() - 1;
                let msg = format!("{letter}-string: expecting '=', or '!', or ':', or '}}'");
                return Some(syntax(range(dot, dot + 1), msg));
            }
            from = close;
        }
        None
    }

    pub(crate) fn interpolated(
        &self,
        letter: char,
        e: &InterpolatedStringErrorType,
        loc: ruff_text_size::TextRange,
    ) -> Fail {
        use InterpolatedStringErrorType as I;
        let at = usize::from(loc.start());
        let c = self.source.get(at..).and_then(|s| s.chars().next());
        let place = range(at, at + c.map_or(0, char::len_utf8));
        match e {
            I::InvalidConversionFlag => {
                let word: String =
                    self.source[at..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if word.is_empty() {
                    return syntax(place, format!("{letter}-string: missing conversion character"));
                }
                let msg = format!(
                    "{letter}-string: invalid conversion character '{word}': expected 's', 'r', or 'a'"
                );
                syntax(range(at, at + word.len()), msg)
            }
            I::ConversionFlagNotImmediatelyAfterExclamation => {
                let bang = self.source[..at].rfind('!').unwrap_or(at);
                let word = self.source[at..]
                    .chars()
                    .take_while(|c| c.is_whitespace())
                    .map(char::len_utf8)
                    .sum::<usize>();
                let name: usize = self.source[at + word..]
                    .chars()
                    .take_while(|c| c.is_alphanumeric())
                    .map(char::len_utf8)
                    .sum();
                let msg =
                    format!("{letter}-string: conversion type must come right after the exclamation mark");
                syntax(range(bang, at + word + name), msg)
            }
            I::LambdaWithoutParentheses => syntax(
                loc,
                format!("{letter}-string: lambda expressions are not allowed without parentheses"),
            ),
            I::UnclosedLbrace => {
                // A second expression inside the braces.
                let open = self.source[..at].rfind('{').map_or(at, |k| k + 1);
                let field = &self.source[open..];
                let close = field.find('}').map_or(self.source.len(), |k| open + k);
                let text = self.source[open..close].trim();
                let start =
                    open + (self.source[open..close].len() - self.source[open..close].trim_start().len());
                let starts =
                    c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '\'' | '"' | '(' | '[' | '{'));
                let shown = text.find('=').is_some_and(|k| {
                    open + field[..at - open].trim_end().len() == start + k + 1
                        && !text[..k].ends_with(['!', '<', '>', ':', '='])
                });
                if shown {
                    return syntax(place, format!("{letter}-string: expecting '!', or ':', or '}}'"));
                }
                if starts && close > at && !text.is_empty() {
                    return syntax(
                        range(start, start + text.len()),
                        "invalid syntax. Perhaps you forgot a comma?",
                    );
                }
                syntax(place, format!("{letter}-string: expecting '=', or '!', or ':', or '}}'"))
            }
            I::SingleRbrace => {
                let f = syntax(place, format!("{letter}-string: single '}}' is not allowed"));
                Fail { by_tokenizer: true, ..f }
            }
            _ => syntax(loc, format!("{letter}-string: invalid syntax")),
        }
    }
}

//! Expressions seen through tokens: where one starts and ends. Used for the messages that show a range of source
//! around an error, where there is no AST to ask.

use crate::syntax_error::{Context, is_keyword};
use crate::tokenizer::Kind;

/// The last token of the expression that starts at token `i`, if there is one.
pub fn expression(c: &Context<'_>, i: usize) -> Option<usize> {
    if c.text(i) == "lambda" && c.list[i].kind == Kind::Name {
        let level = c.list[i].level;
        let colon = (i..c.list.len()).find(|&k| c.text(k) == ":" && c.list[k].level == level)?;
        return expression(c, colon + 1);
    }
    let end = disjunction(c, i)?;
    if c.text(end + 1) == "if"
        && let Some(cond) = disjunction(c, end + 2)
        && c.text(cond + 1) == "else"
        && let Some(e) = expression(c, cond + 2)
    {
        return Some(e);
    }
    Some(end)
}

/// As [`expression`], without conditional expressions and lambdas.
fn disjunction(c: &Context<'_>, i: usize) -> Option<usize> {
    let mut at = operand(c, i, true)?;
    loop {
        let next = at + 1;
        let width = match c.text(next) {
            "not" if c.text(next + 1) == "in" => 2,
            "is" if c.text(next + 1) == "not" => 2,
            "and" | "or" | "in" | "is" => 1,
            t if c.list.get(next)?.kind == Kind::Op && is_binary(t, true) => 1,
            _ => return Some(at),
        };
        match operand(c, next + width, true) {
            Some(e) => at = e,
            None => return Some(at),
        }
    }
}

/// As [`expression`], without `and` and `or` either.
pub fn inversion(c: &Context<'_>, i: usize) -> Option<usize> {
    let mut at = operand(c, i, true)?;
    loop {
        let next = at + 1;
        let width = match c.text(next) {
            "not" if c.text(next + 1) == "in" => 2,
            "is" if c.text(next + 1) == "not" => 2,
            "in" | "is" => 1,
            t if c.list.get(next)?.kind == Kind::Op && is_binary(t, true) => 1,
            _ => return Some(at),
        };
        match operand(c, next + width, true) {
            Some(e) => at = e,
            None => return Some(at),
        }
    }
}

/// The last token of the arithmetic expression (no comparison, no boolean operator) that starts at token `i`.
pub fn bitwise_or(c: &Context<'_>, i: usize) -> Option<usize> {
    let mut at = operand(c, i, false)?;
    while c.list.get(at + 1).is_some_and(|t| t.kind == Kind::Op) && is_binary(c.text(at + 1), false) {
        match operand(c, at + 2, false) {
            Some(e) => at = e,
            None => break,
        }
    }
    Some(at)
}

fn is_binary(t: &str, comparison: bool) -> bool {
    matches!(t, "+" | "-" | "*" | "/" | "//" | "%" | "@" | "**" | "<<" | ">>" | "&" | "|" | "^")
        || (comparison && matches!(t, "<" | ">" | "<=" | ">=" | "==" | "!="))
}

/// A unary expression with its trailers.
fn operand(c: &Context<'_>, mut i: usize, allow_not: bool) -> Option<usize> {
    while matches!(c.text(i), "-" | "+" | "~" | "await") || (allow_not && c.text(i) == "not") {
        i += 1;
    }
    let t = c.list.get(i)?;
    let mut at = match t.kind {
        Kind::Name if !is_keyword(c.text(i)) || matches!(c.text(i), "True" | "False" | "None") => i,
        Kind::Number => i,
        Kind::String | Kind::FString => {
            let mut k = i;
            while c.list.get(k + 1).is_some_and(|t| matches!(t.kind, Kind::String | Kind::FString)) {
                k += 1;
            }
            k
        }
        Kind::Op if c.text(i) == "..." => i,
        Kind::Op if matches!(c.text(i), "(" | "[" | "{") => close(c, i)?,
        _ => return None,
    };
    loop {
        match c.text(at + 1) {
            "." if c.list.get(at + 2).is_some_and(|t| t.kind == Kind::Name) => at += 2,
            "(" | "[" => match close(c, at + 1) {
                Some(e) => at = e,
                None => return Some(at),
            },
            _ => return Some(at),
        }
    }
}

/// The bracket that closes the one at token `i`.
fn close(c: &Context<'_>, i: usize) -> Option<usize> {
    let level = c.list[i].level.checked_sub(1)?;
    (i + 1..c.list.len()).find(|&k| {
        c.list[k].level == level && c.list[k].kind == Kind::Op && matches!(c.text(k), ")" | "]" | "}")
    })
}

/// The first token of the list item (or statement) that token `i` continues; `conditional`: `if` does not end it.
pub fn element_start(c: &Context<'_>, i: usize, conditional: bool) -> usize {
    let level = if i > 0 { c.list[i - 1].level } else { 0 };
    let level = if i > 0 && matches!(c.text(i - 1), "(" | "[" | "{") {
        level
    } else {
        level_before(c, i).unwrap_or(level)
    };
    let mut k = i;
    while k > 0 {
        let t = &c.list[k - 1];
        if matches!(t.kind, Kind::Newline | Kind::Indent | Kind::Dedent) {
            break;
        }
        let text = c.text(k - 1);
        let opens = t.kind == Kind::Op && matches!(text, "(" | "[" | "{") && t.level == level;
        let here = t.level == level;
        let ends = here
            && (matches!(text, "," | ":" | "=" | ":=" | ";" | "->")
                || (t.kind == Kind::Op
                    && text.len() > 1
                    && text.ends_with('=')
                    && !matches!(text, "==" | "!=" | "<=" | ">="))
                || (matches!(text, "if" | "elif" | "else") && !conditional)
                || matches!(
                    text,
                    "for" | "return" | "yield" | "lambda" | "while" | "with" | "assert" | "del" | "raise"
                ));
        if opens || ends {
            break;
        }
        k -= 1;
    }
    // A star in front of an item is no part of it.
    if matches!(c.text(k), "*" | "**") { k + 1 } else { k }
}

fn level_before(c: &Context<'_>, i: usize) -> Option<u16> {
    // A closing bracket's own level is that outside it, which is where the element lies.
    c.list.get(i.checked_sub(1)?).map(|t| t.level)
}

/// The first token of the arithmetic expression that ends right before token `i`.
pub fn bitwise_or_start(c: &Context<'_>, i: usize) -> Option<usize> {
    let start = element_start(c, i, false);
    // After the last keyword or comparison on the way.
    let level = c.list[i.checked_sub(1)?].level;
    let mut s = start;
    for k in start..i {
        let t = c.text(k);
        let word = c.list[k].kind == Kind::Name && matches!(t, "and" | "or" | "not" | "in" | "is" | "elif");
        let cmp = c.list[k].kind == Kind::Op && matches!(t, "<" | ">" | "<=" | ">=" | "==" | "!=");
        if c.list[k].level == level && (word || cmp) {
            s = k + 1;
        }
    }
    (s < i && bitwise_or(c, s) == Some(i - 1)).then_some(s)
}

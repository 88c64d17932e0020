//! Mistakes that CPython's grammar names, recognised by the tokens around the offending one.
//!
//! In: the parser's error and the tokens, as [`Context`]. Out: the message for the first rule that fits. The rules are
//! tried before the general classification of `syntax_error.rs`, which knows the kinds of the parser's errors.

use crate::error::{Fail, syntax};
use crate::syntax_error::{Context, is_keyword};
use crate::target_error;
use crate::token_expr::{bitwise_or, expression, inversion};
use crate::tokenizer::{Kind, range};

/// The first rule that fits.
pub fn rules(c: &Context<'_>) -> Option<Fail> {
    conditional(c)
        .or_else(|| import_from(c))
        .or_else(|| string_inside_string(c))
        .or_else(|| not_after_operator(c))
        .or_else(|| elif_after_else(c))
        .or_else(|| as_target(c))
        .or_else(|| walrus_behind_lambda(c))
        .or_else(|| argument_unpacking(c))
        .or_else(|| star_in_subscript(c))
        .or_else(|| parameters(c))
        .or_else(|| print_inside(c))
        .or_else(|| keyword_generator(c))
        .or_else(|| c.odd_field())
        .or_else(|| dict_key(c))
}

/// `f(print "a")`: the statement that was, inside brackets.
fn print_inside(c: &Context<'_>) -> Option<Fail> {
    let p = c.i.checked_sub(1)?;
    (c.list[p].level > 0 && c.opener(c.i).is_some()).then(|| c.legacy_print()).flatten()
}

/// `f(a=b for b in c)`, and `f(a=1, b for b in c)`.
fn keyword_generator(c: &Context<'_>) -> Option<Fail> {
    use ruff_python_parser::ParseErrorType as E;
    let i = c.i;
    let open = c.opener(i).filter(|&o| c.text(o) == "(")?;
    if is_word(c, i, "for") {
        let start = crate::token_expr::element_start(c, i, true);
        let called = start >= 2 && is_op(c, start - 1, &["="]) && matches!(c.text(start - 3), "(" | ",");
        if called && start >= 3 && expression(c, start) == Some(i - 1) {
            let msg = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            return Some(c.span(start - 2, start - 1, msg));
        }
        return None;
    }
    let e = c.parsed.errors().iter().min_by_key(|e| e.location.start())?;
    if !matches!(e.error, E::PositionalAfterKeywordArgument) {
        return None;
    }
    let level = c.list[open].level;
    let end = expression(c, i)?;
    if !is_word(c, end + 1, "for") || c.list[end + 1].level != level {
        return None;
    }
    let stop = (end..c.list.len()).find(|&k| {
        c.list[k].level == level && is_op(c, k, &[","]) || c.list[k].level < level && is_op(c, k, &[")"])
    })?;
    Some(c.span(i, stop - 1, "Generator expression must be parenthesized"))
}

/// `{a: b, c d}`: a key and then something else than a colon.
fn dict_key(c: &Context<'_>) -> Option<Fail> {
    let i = c.i;
    let open = c.opener(i).filter(|&o| c.text(o) == "{")?;
    let level = c.list[open].level;
    if i < 2 || is_op(c, i, &[":", "}", ","]) || matches!(c.list[i].kind, Kind::Newline | Kind::End) {
        return None;
    }
    let comma = (open + 1..i).rev().find(|&k| c.list[k].level == level && is_op(c, k, &[","]))?;
    let first = (open + 1..comma).any(|k| c.list[k].level == level && is_op(c, k, &[":", "**"]));
    let value = (comma..i).any(|k| c.list[k].level == level && is_op(c, k, &[":", "**"]));
    (first && !value && expression(c, comma + 1) == Some(i - 1)).then(|| c.after_key(i))
}

fn is_op(c: &Context<'_>, i: usize, texts: &[&str]) -> bool {
    c.list.get(i).is_some_and(|t| t.kind == Kind::Op) && texts.contains(&c.text(i))
}
fn is_word(c: &Context<'_>, i: usize, text: &str) -> bool {
    c.list.get(i).is_some_and(|t| t.kind == Kind::Name) && c.text(i) == text
}
fn ends_line(c: &Context<'_>, i: usize) -> bool {
    c.list.get(i).is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::End | Kind::Dedent))
        || c.text(i) == ";"
}
/// Does a simple statement that is no expression start here?
fn starts_statement(c: &Context<'_>, i: usize) -> bool {
    c.list.get(i).is_some_and(|t| t.kind == Kind::Name)
        && matches!(
            c.text(i),
            "pass"
                | "break"
                | "continue"
                | "return"
                | "raise"
                | "global"
                | "nonlocal"
                | "del"
                | "assert"
                | "import"
                | "from"
        )
}

/// Statements where a conditional expression wants expressions.
fn conditional(c: &Context<'_>) -> Option<Fail> {
    let i = c.i;
    if i > 0 && is_word(c, i - 1, "else") && c.line_start(i) != i - 1 && starts_statement(c, i) {
        let level = c.list[i].level;
        let start = c.line_start(i);
        if (start + 1..i).any(|k| is_word(c, k, "if") && c.list[k].level == level) {
            return Some(c.at(i, "expected expression after 'else', but statement is given"));
        }
    }
    if matches!(c.text(i), "pass" | "break" | "continue") && is_word(c, i + 1, "if") {
        let condition = expression(c, i + 2)?;
        if is_word(c, condition + 1, "else")
            && (starts_statement(c, condition + 2) || expression(c, condition + 2).is_some())
        {
            return Some(c.at(i, "expected expression before 'if', but statement is given"));
        }
    }
    None
}

/// `import a from b`.
fn import_from(c: &Context<'_>) -> Option<Fail> {
    let (i, start) = (c.i, c.line_start(c.i));
    if !is_word(c, i, "from") || !is_word(c, start, "import") || start + 1 >= i {
        return None;
    }
    let dotted = |mut k: usize| -> Option<usize> {
        loop {
            if c.list.get(k)?.kind != Kind::Name || is_keyword(c.text(k)) {
                return None;
            }
            if c.text(k + 1) != "." {
                return Some(k);
            }
            k += 2;
        }
    };
    let mut k = start + 1;
    loop {
        k = dotted(k)? + 1;
        if k == i {
            break;
        }
        if c.text(k) != "," {
            return None;
        }
        k += 1;
    }
    let end = dotted(i + 1)?;
    Some(c.span(start, end, "Did you mean to use 'from ... import ...' instead?"))
}

/// `"a "b" c"`: the quotes of the inner string end the outer one.
fn string_inside_string(c: &Context<'_>) -> Option<Fail> {
    let i = c.i;
    let is_string = |k: usize| c.list.get(k).is_some_and(|t| matches!(t.kind, Kind::String | Kind::FString));
    if i == 0 || c.list[i - 1].kind != Kind::String {
        return None;
    }
    let (mut k, mut end) = (i, None);
    while !is_string(k) {
        let e = expression(c, k)?;
        end = Some(e);
        k = e + 1;
    }
    let end = end?;
    Some(c.span(i, end, "invalid syntax. Is this intended to be part of the string?"))
}

/// `3 + not 3`.
fn not_after_operator(c: &Context<'_>) -> Option<Fail> {
    let i = c.i;
    if !is_word(c, i, "not") || i == 0 || !is_op(c, i - 1, &["+", "-", "*", "/", "%", "//", "@", "~"]) {
        return None;
    }
    let unary = i == 1
        || c.text(i - 1) == "~"
        || !(matches!(c.list[i - 2].kind, Kind::Number | Kind::String | Kind::FString)
            || (c.list[i - 2].kind == Kind::Name && !is_keyword(c.text(i - 2)))
            || matches!(c.text(i - 2), ")" | "]" | "}" | "..."));
    let end = if unary { bitwise_or(c, i + 1)? } else { inversion(c, i + 1)? };
    Some(c.span(i, end, "'not' after an operator must be parenthesized"))
}

/// `elif` behind `else` of the same `if`.
fn elif_after_else(c: &Context<'_>) -> Option<Fail> {
    let i = c.i;
    let at_start = i == 0 || matches!(c.list[i - 1].kind, Kind::Dedent | Kind::Newline);
    if !is_word(c, i, "elif") || !at_start {
        return None;
    }
    // Back over blocks to the headers at the same depth.
    let (mut depth, mut k, mut seen_else) = (0i32, i, false);
    while k > 0 {
        k -= 1;
        match c.list[k].kind {
            Kind::Dedent => depth += 1,
            Kind::Indent => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
        let first = k == 0 || matches!(c.list[k - 1].kind, Kind::Newline | Kind::Dedent | Kind::Indent);
        if depth == 0 && first && c.list[k].kind == Kind::Name {
            match c.text(k) {
                "else" if !seen_else => seen_else = true,
                "elif" if seen_else => {}
                "if" if seen_else => return Some(c.at(i, "'elif' block follows an 'else' block")),
                _ => return None,
            }
        }
    }
    None
}

/// `lambda: x := 1`, where an expression may begin.
fn walrus_behind_lambda(c: &Context<'_>) -> Option<Fail> {
    let i = c.i;
    if !is_op(c, i, &[":="]) {
        return None;
    }
    let start =
        (c.line_start(i)..i).rev().find(|&k| is_word(c, k, "lambda") && expression(c, k) == Some(i - 1))?;
    let begins = start == c.line_start(i)
        || is_op(c, start - 1, &["(", "[", "{", ","])
        || matches!(c.text(start - 1), "if" | "elif" | "while");
    begins.then(|| c.span(start, i - 1, "cannot use assignment expressions with lambda"))
}

/// What stands behind `as` in `import`, `except` and patterns, where it is no name.
fn as_target(c: &Context<'_>) -> Option<Fail> {
    let start = c.line_start(c.i);
    let word = c.text(start);
    if !matches!(word, "import" | "from" | "except" | "case") {
        return None;
    }
    let at = (start..=c.i).rev().find(|&k| is_word(c, k, "as"))?;
    let first = at + 1;
    if first > c.i + 1 || ends_line(c, first) {
        return None;
    }
    let plain = c.list[first].kind == Kind::Name && !is_keyword(c.text(first));
    if plain
        && (matches!(c.text(first + 1), ":" | "," | ")" | "if" | "|" | "]" | "}") || ends_line(c, first + 1))
    {
        return None;
    }
    let end = expression(c, first)?;
    let (mut from, mut to) = (c.list[first].start, c.list[end].end);
    let mut source = &c.source[from..to];
    let name = loop {
        // Brackets around one expression are no part of it.
        if let Some(inner) = source.strip_prefix('(').and_then(|s| s.strip_suffix(')'))
            && end == closing(c, first).unwrap_or(end)
            && !inner.contains(',')
            && !inner.trim().is_empty()
        {
            (from, to) = (from + 1, to - 1);
            source = inner;
            continue;
        }
        break target_error::name_of_source(source)?;
    };
    // A name with something odd behind it is another rule's; one in brackets is no name here.
    if name == "name" && from == c.list[first].start {
        return None;
    }
    let msg = match word {
        "except" if c.text(start + 1) == "*" => format!("cannot use except* statement with {name}"),
        "except" => format!("cannot use except statement with {name}"),
        "case" => format!("cannot use {name} as pattern target"),
        _ => format!("cannot use {name} as import target"),
    };
    Some(syntax(range(from, to), msg))
}
fn closing(c: &Context<'_>, i: usize) -> Option<usize> {
    if !is_op(c, i, &["("]) {
        return None;
    }
    let level = c.list[i].level.checked_sub(1)?;
    (i + 1..c.list.len()).find(|&k| c.list[k].level == level && is_op(c, k, &[")"]))
}

/// `f(*a=b)` and `f(**a=b)`.
fn argument_unpacking(c: &Context<'_>) -> Option<Fail> {
    let open = c.opener(c.i)?;
    if c.text(open) != "(" || in_definition(c, open) {
        return None;
    }
    for k in open + 1..=c.i {
        if !is_op(c, k, &["*", "**"])
            || !matches!(c.text(k - 1), "(" | ",")
            || c.list[k].level != c.list[open].level
        {
            continue;
        }
        let Some(end) = expression(c, k + 1) else { continue };
        if !is_op(c, end + 1, &["="]) {
            continue;
        }
        let value = expression(c, end + 2)?;
        let kind = if c.text(k) == "*" { "iterable" } else { "keyword" };
        return Some(c.span(k, value, format!("cannot assign to {kind} argument unpacking")));
    }
    None
}

/// A star in a subscript with nothing that it could unpack.
fn star_in_subscript(c: &Context<'_>) -> Option<Fail> {
    let open = (0..c.i).rev().find(|&k| {
        is_op(c, k, &["["]) && c.list[k].level <= c.list[c.i.min(c.list.len() - 1)].level.max(1)
    })?;
    let star = (open + 1..c.i).rev().find(|&k| is_op(c, k, &["*"]))?;
    if !matches!(c.text(star - 1), "[" | ",") || open == 0 {
        return None;
    }
    let holder = open - 1;
    let subscript = (c.list[holder].kind == Kind::Name && !is_keyword(c.text(holder)))
        || matches!(c.text(holder), ")" | "]");
    if !subscript {
        return None;
    }
    let bad = star + 1 == c.i || (c.text(star + 1) == "(" && c.text(c.i) == ":");
    bad.then(|| c.at(c.i, "Invalid star expression"))
}

/// Is this bracket that of a `def`'s parameters?
fn in_definition(c: &Context<'_>, open: usize) -> bool {
    open >= 2
        && (is_word(c, open - 2, "def") || (c.text(open - 1) == "]" && is_word(c, c.line_start(open), "def")))
}

/// Parameters of `def` and `lambda`.
fn parameters(c: &Context<'_>) -> Option<Fail> {
    // The lambda or the bracket whose parameters hold the offending token; recovery may have gone on behind them.
    let start = c.line_start(c.i);
    let mut end = c.i;
    while !ends_line(c, end) && end + 1 < c.list.len() {
        end += 1;
    }
    for k in start..=c.i.max(start) {
        if is_word(c, k, "lambda") {
            let level = c.list[k].level;
            let stop = (k..end).find(|&e| c.text(e) == ":" && c.list[e].level == level);
            if let Some(stop) = stop
                && let Some(f) = parameter_list(c, k + 1, stop, level, true)
            {
                return Some(f);
            }
        } else if is_op(c, k, &["("]) && in_definition(c, k) {
            let level = c.list[k].level;
            let stop = (k + 1..end).find(|&e| c.list[e].level + 1 == level);
            if let Some(stop) = stop
                && stop >= c.i
                && let Some(f) = parameter_list(c, k + 1, stop, level, false)
            {
                return Some(f);
            }
        }
    }
    None
}

fn parameter_list(c: &Context<'_>, start: usize, stop: usize, level: u16, lambda: bool) -> Option<Fail> {
    let here = |k: usize| c.list[k].level == level;
    let mut item = start;
    let mut defaults = false;
    for k in start..stop {
        // A bracket's own level is that inside it.
        let opens = is_op(c, k, &["("]) && c.list[k].level == level + 1;
        if opens && lambda && k == item {
            let close = closing(c, k)?;
            if matches!(c.text(close + 1), "," | ":") {
                return Some(c.span(k, close, "Lambda expression parameters cannot be parenthesized"));
            }
        }
        if !here(k) || c.list[k].kind != Kind::Op {
            continue;
        }
        match c.text(k) {
            "," => item = k + 1,
            "/" if k == start && c.text(k + 1) == "," => {
                return Some(c.at(k, "at least one argument must precede /"));
            }
            "/" if k == item && c.text(k + 1) == "*" => {
                return Some(c.at(k + 1, "expected comma between / and *"));
            }
            "*" if k == item && c.list[k + 1].kind == Kind::Name && is_keyword(c.text(k + 1)) => {
                return Some(c.at(k + 1, "invalid syntax"));
            }
            "=" if matches!(c.text(item), "*" | "**") => {
                let kind = if c.text(item) == "*" { "var-positional" } else { "var-keyword" };
                return Some(c.at(k, format!("{kind} argument cannot have default value")));
            }
            "=" if matches!(c.text(k + 1), "," | ")") || (lambda && k + 1 == stop) => {
                return Some(c.at(k, "expected default value expression"));
            }
            "=" => defaults = true,
            _ => {}
        }
    }
    let _ = defaults;
    None
}

//! From the parser's errors to CPython's: wording, class and place.
//!
//! What flows in: the first error of ruff's parser, and the tokens of `tokenizer.rs`. What flows out: the error that
//! CPython reports. ruff stops at nearly the same tokens as CPython's parser does; the messages of CPython's
//! "invalid" rules are found again by looking at the tokens around that place.

use crate::codegen::{Mode, Options};
use crate::error::{ErrorKind, Fail, Lines, syntax};
use crate::target_error;
use crate::tokenizer::{Kind, Token, Tokens, range, tokenize};
use ruff_python_ast::{Mod, Stmt};
use ruff_python_parser::{LexicalErrorType, ParseErrorType, Parsed};
use ruff_text_size::{Ranged, TextSize};

/// Tokenizer errors of the whole source come before anything else.
pub fn prescan(source: &str, lines: &Lines, mode: Mode, opts: Options) -> Result<(), Fail> {
    tokenize(source, lines).map(|_| ()).map_err(|mut f| {
        f.by_tokenizer = true;
        // Indentation is looked at as the parser goes: it may stop before.
        if matches!(f.kind, ErrorKind::IndentationError | ErrorKind::TabError)
            && !opts.allow_incomplete
            && let Some(earlier) = error_before(source, lines, &f, mode, opts)
        {
            return earlier;
        }
        let at_end = f.msg.starts_with("unterminated triple-quoted") || f.msg.starts_with("unexpected EOF");
        if opts.allow_incomplete && at_end { incomplete(f) } else { f }
    })
}

/// The parser's error in front of the line in which the tokenizer fails, if there is one.
fn error_before(source: &str, lines: &Lines, f: &Fail, mode: Mode, opts: Options) -> Option<Fail> {
    let line = f.at.map(|at| at.0).or_else(|| f.range.map(|r| lines.line(r.start())))?;
    let head = source.get(..lines.start(line) as usize)?;
    let lines = &Lines::new(head);
    let list = tokenize(head, lines).ok()?.list;
    let options = ruff_python_parser::ParseOptions::from(ruff_python_parser::Mode::Module);
    let parsed = ruff_python_parser::parse_unchecked(head, options);
    let e = parsed.errors().iter().min_by_key(|e| e.location.start())?;
    let rest = list.iter().filter(|t| t.end > usize::from(e.location.start()));
    if rest.into_iter().all(|t| matches!(t.kind, Kind::Dedent | Kind::End)) {
        return None;
    }
    first(&parsed, head, lines, mode, opts).filter(|f| !f.msg.starts_with("expected an indented block"))
}

/// The same as an error of input that may go on.
pub fn incomplete(mut f: Fail) -> Fail {
    f.kind = ErrorKind::IncompleteInput;
    f.msg = "incomplete input".into();
    f
}

/// What CPython would report for the parser's errors; None when there are none.
pub fn first(parsed: &Parsed<Mod>, source: &str, lines: &Lines, mode: Mode, opts: Options) -> Option<Fail> {
    let mut e = parsed.errors().iter().min_by_key(|e| e.location.start())?;
    // A complaint about what an expression means gives way to one about its syntax.
    let meaning = |e: &ParseErrorType| {
        matches!(
            e,
            ParseErrorType::InvalidAssignmentTarget
                | ParseErrorType::InvalidAnnotatedAssignmentTarget
                | ParseErrorType::InvalidDeleteTarget
                | ParseErrorType::ExpectedRealNumber
                | ParseErrorType::ExpectedImaginaryNumber
                | ParseErrorType::PositionalAfterKeywordArgument
                | ParseErrorType::PositionalAfterKeywordUnpacking
        )
    };
    if meaning(&e.error)
        && let Some(other) = parsed
            .errors()
            .iter()
            .find(|o| !meaning(&o.error) && o.location.start() <= e.location.end() + TextSize::new(1))
    {
        e = other;
    }
    let tokens = match tokenize(source, lines) {
        Ok(t) => t,
        Err(f) => return Some(Fail { by_tokenizer: true, ..f }),
    };
    let mut ctx = Context { source, lines, list: &tokens.list, parsed, i: 0 };
    ctx.i = ctx.index_at(usize::from(e.location.start()));
    if opts.allow_incomplete && ctx.tok().kind == Kind::End {
        return Some(incomplete(ctx.generic()));
    }
    if let Some(f) = ctx.unclosed(&tokens, e) {
        return Some(f);
    }
    let mut f = crate::invalid::rules(&ctx).unwrap_or_else(|| ctx.classify(e));
    // A decorator waits for its definition.
    if opts.allow_incomplete
        && ctx.text(ctx.line_start(ctx.i)) == "@"
        && ctx.list[ctx.i..].iter().all(|t| matches!(t.kind, Kind::Newline | Kind::End))
    {
        return Some(incomplete(f));
    }
    if let Some(unclosed) = ctx.unclosed_behind(&tokens, &f) {
        return Some(unclosed);
    }
    // A block that is yet to come.
    if opts.allow_incomplete
        && f.msg.starts_with("expected ")
        && (f.msg.starts_with("expected an indented block") || f.msg.contains("'except' or 'finally'"))
        && ctx.list[ctx.i..].iter().all(|t| matches!(t.kind, Kind::Newline | Kind::Dedent | Kind::End))
    {
        return Some(incomplete(f));
    }
    let _ = mode;
    f.last_statement = ctx.last_statement();
    Some(f)
}

pub(crate) struct Context<'a> {
    pub source: &'a str,
    pub lines: &'a Lines,
    pub list: &'a [Token],
    pub parsed: &'a Parsed<Mod>,
    /// The offending token.
    pub i: usize,
}

impl Context<'_> {
    fn index_at(&self, at: usize) -> usize {
        let found = self.list.iter().position(|t| (t.end > at || t.start >= at) && t.kind != Kind::Dedent);
        found.unwrap_or(self.list.len() - 1)
    }
    pub fn tok(&self) -> &Token {
        &self.list[self.i]
    }
    pub fn text(&self, i: usize) -> &str {
        self.list.get(i).map_or("", |t| t.text(self.source))
    }
    /// The token before `i`, blank layout tokens left out.
    fn prev(&self, i: usize) -> Option<usize> {
        (0..i).rev().find(|&k| !matches!(self.list[k].kind, Kind::Indent | Kind::Dedent))
    }

    /// Line and column of the last statement that was complete before the offending line: the outermost one, which
    /// is where the search for a mistyped keyword begins. Zeros where there is none.
    fn last_statement(&self) -> (u32, u32) {
        let limit = TextSize::new(self.list[self.line_start(self.i)].start as u32);
        let mut body: &[Stmt] = match self.parsed.syntax() {
            Mod::Module(m) => &m.body,
            Mod::Expression(_) => return (0, 0),
        };
        loop {
            if let Some(s) = body.iter().rev().find(|s| s.end() <= limit) {
                let (line, col) = self.lines.line_col(s.start());
                return (line, self.chars(line, col));
            }
            body = match body.first() {
                Some(Stmt::FunctionDef(s)) => &s.body,
                Some(Stmt::ClassDef(s)) => &s.body,
                Some(Stmt::If(s)) => &s.body,
                Some(Stmt::For(s)) => &s.body,
                Some(Stmt::While(s)) => &s.body,
                Some(Stmt::With(s)) => &s.body,
                Some(Stmt::Try(s)) => &s.body,
                _ => return (0, 0),
            };
        }
    }

    /// An error at token `i`.
    pub fn at(&self, i: usize, msg: impl Into<String>) -> Fail {
        let t = &self.list[i];
        let mut f = syntax(t.range(), msg);
        match t.kind {
            Kind::Newline => {
                let (line, col) = self.lines.line_col(TextSize::new(t.start as u32));
                let col = self.chars(line, col);
                f.at = Some((line, col + 1, line, col + 2));
            }
            Kind::End => {
                let (line, _) = self.lines.line_col(TextSize::new(t.start.saturating_sub(1) as u32));
                f.at = Some((line, 0, line, 0));
            }
            _ => {}
        }
        f
    }
    fn chars(&self, line: u32, col: u32) -> u32 {
        let text = self.lines.text(self.source, line);
        text.get(..col as usize).map_or(col, |s| s.chars().count() as u32)
    }
    /// An error from token `i` to token `j`.
    pub fn span(&self, i: usize, j: usize, msg: impl Into<String>) -> Fail {
        syntax(range(self.list[i].start, self.list[j].end), msg)
    }

    /// The error without a better message: at the offending token.
    fn generic(&self) -> Fail {
        match self.tok().kind {
            Kind::Indent => {
                let t = self.tok();
                let (line, col) = self.lines.line_col(TextSize::new(t.end as u32));
                let width = col.max(1);
                let mut f = syntax(t.range(), "unexpected indent").kind(ErrorKind::IndentationError);
                f.at = Some((line, width, line, u32::MAX));
                f
            }
            Kind::Dedent if self.list.get(self.i + 1).is_some_and(|t| t.kind == Kind::End) => {
                self.at(self.i + 1, "invalid syntax")
            }
            Kind::Dedent => {
                let next = (self.i..self.list.len()).find(|&k| self.list[k].kind != Kind::Dedent);
                self.at(next.unwrap_or(self.i), "invalid syntax")
            }
            // What looks like `not in`, behind an operand, is wrong at the next word.
            Kind::Name if self.text(self.i) == "not" && self.follows_operand() => {
                self.at(self.i + 1, "invalid syntax")
            }
            Kind::Op if self.text(self.i) == "<>" => {
                self.at(self.i, "invalid syntax.  Maybe you meant '!=' instead of '<>'?")
            }
            _ if self.text(self.line_start(self.i)) == "del" => {
                // What is no target: CPython reads no further.
                let start = self.line_start(self.i) + 1;
                let mut depth = 0;
                let bad = (start..self.i).find(|&k| {
                    let (outer, text) = (depth == 0, self.text(k));
                    match text {
                        "(" | "[" | "{" => depth += 1,
                        ")" | "]" | "}" => depth -= 1,
                        _ => {}
                    }
                    outer && self.list[k].kind == Kind::Op && !matches!(text, "(" | "[" | "{" | "." | ",")
                });
                self.at(bad.unwrap_or(self.i), "invalid syntax")
            }
            _ => self.at(self.i, "invalid syntax"),
        }
    }

    /// Does an expression end in front of the offending token?
    fn follows_operand(&self) -> bool {
        let declares = matches!(
            self.text(self.line_start(self.i)),
            "def" | "class" | "import" | "from" | "global" | "nonlocal" | "async" | "type"
        );
        let Some(t) = self.i.checked_sub(1).map(|k| &self.list[k]) else { return false };
        let text = t.text(self.source);
        let ends = match t.kind {
            Kind::Name => !is_keyword(text) || matches!(text, "None" | "True" | "False"),
            Kind::Op => matches!(text, ")" | "]" | "}"),
            Kind::Number | Kind::String => true,
            _ => false,
        };
        ends && !declares
    }

    /// `'(' was never closed`, where an error lies behind the line of an open bracket.
    fn unclosed(&self, tokens: &Tokens, e: &ruff_python_parser::ParseError) -> Option<Fail> {
        let (c, at) = tokens.unclosed?;
        let here = self.lines.line(TextSize::new(self.tok().start as u32));
        let there = self.lines.line(TextSize::new(at as u32));
        let eof = matches!(e.error, ParseErrorType::Lexical(LexicalErrorType::Eof))
            || self.tok().kind == Kind::End
            || format!("{}", e.error).contains("follow keyword patterns");
        if eof || here > there {
            let mut f = syntax(range(at, at), format!("'{c}' was never closed"));
            f.no_end = true;
            f.by_tokenizer = true;
            return Some(f);
        }
        None
    }

    /// The same, where CPython has looked at a token behind the line of a bracket that nothing closes.
    fn unclosed_behind(&self, tokens: &Tokens, f: &Fail) -> Option<Fail> {
        let (c, at) = tokens.unclosed?;
        let looks_ahead = f.msg.ends_with("forgot a comma?")
            || f.msg.starts_with("Generator expression")
            || f.msg.starts_with("Missing parentheses");
        let end = usize::from(f.range?.end());
        if self.list.iter().any(|t| t.kind == Kind::FString && t.start < end && end < t.end) {
            return None;
        }
        let ahead = if f.msg.starts_with("Generator") { 2 } else { 0 };
        let mut behind =
            self.list.iter().filter(|t| t.start >= end && !matches!(t.kind, Kind::Newline | Kind::Dedent));
        let next = behind.nth(ahead)?;
        let line = |at: usize| self.lines.line(TextSize::new(at as u32));
        if !looks_ahead || line(next.start) <= line(at) {
            return None;
        }
        let mut f = syntax(range(at, at), format!("'{c}' was never closed"));
        f.no_end = true;
        f.by_tokenizer = true;
        Some(f)
    }

    /// The first token of the logical line (or of the simple statement) of token `i`.
    pub fn line_start(&self, i: usize) -> usize {
        let mut k = i;
        while k > 0 {
            let t = &self.list[k - 1];
            if matches!(t.kind, Kind::Newline | Kind::Indent | Kind::Dedent) {
                break;
            }
            if t.level == 0 && t.text(self.source) == ";" {
                break;
            }
            k -= 1;
        }
        k
    }

    /// The bracket that encloses token `i`: its index.
    pub fn opener(&self, i: usize) -> Option<usize> {
        let mut depth = 0;
        for k in (0..i).rev() {
            if self.list[k].kind != Kind::Op {
                continue;
            }
            match self.text(k) {
                ")" | "]" | "}" => depth += 1,
                "(" | "[" | "{" if depth == 0 => return Some(k),
                "(" | "[" | "{" => depth -= 1,
                _ => {}
            }
        }
        None
    }

    fn classify(&self, e: &ruff_python_parser::ParseError) -> Fail {
        use ParseErrorType as E;
        let i = self.i;
        let loc = e.location;
        match &e.error {
            E::InvalidAssignmentTarget => target_error::assignment(self, loc),
            E::InvalidAugmentedAssignmentTarget => target_error::augmented(self, loc),
            E::InvalidDeleteTarget => target_error::named(self, loc, |n| format!("cannot delete {n}")),
            E::InvalidNamedAssignmentTarget => {
                target_error::named(self, loc, |n| format!("cannot use assignment expressions with {n}"))
            }
            E::InvalidAnnotatedAssignmentTarget => syntax(loc, "illegal target for annotation"),
            E::UnexpectedIndentation => self.generic(),
            E::EmptyImportNames if self.tok().kind == Kind::Newline => {
                let mut f = self.at(i, "Expected one or more names after 'import'");
                if let Some((l, c, ..)) = f.at {
                    f.at = Some((l, c, l, c));
                }
                f
            }
            E::EmptyTypeParams => {
                let open = (self.line_start(i)..=i).rev().find(|&k| self.text(k) == "[").unwrap_or(i);
                if self.text(open + 1) != "]" {
                    return self.at((open + 1).min(self.list.len() - 1), "invalid syntax");
                }
                let start = self.list[open + 1].start;
                let end = match self.text(self.line_start(i)) {
                    "type" => self.list.get(open + 2).map_or(start, |t| t.start),
                    _ => start,
                };
                syntax(range(start, end), "Type parameter list cannot be empty")
            }
            E::UnparenthesizedGeneratorExpression => {
                // In the bases of a class it is plainly invalid.
                if self.text(self.line_start(i)) == "class" {
                    let f = (i..self.list.len()).find(|&k| self.text(k) == "for");
                    return self.at(f.unwrap_or(i), "invalid syntax");
                }
                syntax(loc, "Generator expression must be parenthesized")
            }
            E::PositionalAfterKeywordArgument | E::PositionalAfterKeywordUnpacking => {
                let what =
                    if matches!(e.error, E::PositionalAfterKeywordUnpacking) { " unpacking" } else { "" };
                let close = self.closer(i);
                self.at(close, format!("positional argument follows keyword argument{what}"))
            }
            E::InvalidArgumentUnpackingOrder => {
                let comma = self.prev(i).unwrap_or(i);
                syntax(
                    range(self.list[comma].start, loc.end().into()),
                    "iterable argument unpacking follows keyword argument unpacking",
                )
            }
            E::NonDefaultParamAfterDefaultParam => {
                self.at(i, "parameter without a default follows parameter with a default")
            }
            E::ParamAfterVarKeywordParam => self.at(i, "arguments cannot follow var-keyword argument"),
            E::VarParameterWithDefault => {
                let star = self.text(i.saturating_sub(2));
                let kind = if star == "**" { "var-keyword" } else { "var-positional" };
                self.at(i, format!("{kind} argument cannot have default value"))
            }
            E::ExpectedKeywordParam => {
                let star = (0..=i).rev().find(|&k| self.text(k) == "*").unwrap_or(i);
                let lambda = self.text(self.param_opener(i)) == "lambda";
                let behind = star + 1 + usize::from(self.text(star + 1) == ",");
                self.at(if lambda { behind } else { star }, "named arguments must follow bare *")
            }
            E::InvalidMatchPatternTarget => match self.text(i.saturating_sub(1)) {
                "as" => self.at(i, "cannot use '_' as a target"),
                _ => self.generic(),
            },
            E::ExpectedRealNumber if self.tok().kind == Kind::Name => {
                let sign = (i..self.list.len()).find(|&k| matches!(self.text(k), "+" | "-")).unwrap_or(i);
                self.at(sign, "invalid syntax")
            }
            E::ExpectedRealNumber => self.at(i, "real number required in complex literal"),
            E::ExpectedImaginaryNumber if self.tok().kind == Kind::Name => self.generic(),
            E::ExpectedImaginaryNumber => self.at(i, "imaginary number required in complex literal"),
            E::InvalidStarPatternUsage if self.opener(i).is_some() => self.generic(),
            E::InvalidStarPatternUsage => self.at((i + 2).min(self.list.len() - 1), "invalid syntax"),
            E::InvalidStarredExpressionUsage => self.starred(loc),
            E::IterableUnpackingInComprehension => syntax(
                range(self.tok().start, loc.end().into()),
                "iterable unpacking cannot be used in comprehension",
            ),
            E::SimpleStatementsOnSameLine | E::SimpleAndCompoundStatementOnSameLine => self.two_statements(),
            E::ExpectedToken { .. } | E::ExpectedExpression => self.expected(e),
            E::FStringError(x) => self.interpolated('f', x, loc),
            E::TStringError(x) => self.interpolated('t', x, loc),
            E::Lexical(LexicalErrorType::FStringError(x)) => self.interpolated('f', x, loc),
            E::Lexical(LexicalErrorType::TStringError(x)) => self.interpolated('t', x, loc),
            E::Lexical(l) => self.lexical(l, loc),
            E::OtherError(msg) => self.other(msg, loc),
            E::UnparenthesizedTupleExpression
                if self.text(self.line_start(i)) == "raise"
                    || (i >= 2 && self.text(i - 1) == "from" && self.text(i - 2) == "yield") =>
            {
                let level = self.list[i].level;
                let comma =
                    (i..self.list.len()).find(|&k| self.text(k) == "," && self.list[k].level == level);
                self.at(comma.unwrap_or(i), "invalid syntax")
            }
            E::UnparenthesizedTupleExpression
            | E::UnparenthesizedNamedExpression
            | E::InvalidLambdaExpressionUsage
            | E::InvalidYieldExpressionUsage => self.unparenthesized(loc),
            _ => self.generic(),
        }
    }

    /// The bracket that closes the one around token `i`.
    fn closer(&self, i: usize) -> usize {
        let mut depth = 0;
        for k in i..self.list.len() {
            match self.text(k) {
                "(" | "[" | "{" if self.list[k].kind == Kind::Op => depth += 1,
                ")" | "]" | "}" if self.list[k].kind == Kind::Op => {
                    if depth == 0 {
                        return k;
                    }
                    depth -= 1;
                }
                _ => {}
            }
        }
        i
    }

    /// What opens the parameter list around token `i`: `lambda` or the bracket of a `def`.
    fn param_opener(&self, i: usize) -> usize {
        let open = self.opener(i);
        let lambda =
            (0..i).rev().find(|&k| self.text(k) == "lambda" && self.list[k].level == self.list[i].level);
        match (lambda, open) {
            (Some(l), Some(o)) if l > o => l,
            (Some(l), None) => l,
            (_, Some(o)) => o,
            _ => i,
        }
    }

    fn unparenthesized(&self, loc: ruff_text_size::TextRange) -> Fail {
        // `:=` where it needs parentheses: CPython stops at the operator.
        let end = usize::from(loc.end());
        let walrus = (self.i..self.list.len()).find(|&k| self.text(k) == ":=" && self.list[k].start < end);
        match walrus {
            Some(k) => {
                // The key of a dict or the lower bound of a slice: up to the colon all was well.
                let bracket = self.opener(k).map_or("", |o| self.text(o));
                let first = k >= 2 && matches!(self.text(k - 2), "{" | "[" | ",");
                if first
                    && matches!(bracket, "{" | "[")
                    && let Some(end) = crate::token_expr::expression(self, k + 1)
                    && self.text(end + 1) == ":"
                {
                    return self.at(end + 1, "invalid syntax");
                }
                self.at(k, "invalid syntax")
            }
            None => self.generic(),
        }
    }

    fn starred(&self, loc: ruff_text_size::TextRange) -> Fail {
        let before = self.prev(self.i).map_or("", |k| self.text(k));
        let after = self.index_at(usize::from(loc.end()));
        if matches!(before, "," | "{") && self.dict_item(self.i)
            || matches!(before, "@" | "from" | "with" | "if" | "elif" | "while")
        {
            return self.generic();
        }
        if before == ":" && self.opener(self.i).is_some_and(|o| self.text(o) == "{") {
            return syntax(loc, "cannot use a starred expression in a dictionary value");
        }
        if before == ":" {
            return self.generic();
        }
        if before == "(" && self.text(after) == ")" {
            return syntax(range(self.tok().start, self.tok().end + 1), "cannot use starred expression here");
        }
        if self.text(after) == ":" {
            return self.at(after, "invalid syntax");
        }
        if matches!(
            before,
            "+" | "-" | "*" | "/" | "%" | "**" | "//" | "|" | "&" | "^" | "<" | ">" | "==" | "not"
        ) {
            return self.generic();
        }
        syntax(loc, "can't use starred expression here")
    }

    /// Does token `i` lie in a display in front of which `**` or a `key: value` stands?
    fn dict_item(&self, i: usize) -> bool {
        let Some(open) = self.opener(i).filter(|&o| self.text(o) == "{") else { return false };
        let level = self.list[open].level;
        (open + 1..i).any(|k| self.list[k].level == level && matches!(self.text(k), "**" | ":"))
    }

    /// Something that cannot follow an expression.
    fn two_statements(&self) -> Fail {
        let i = self.i;
        if let Some(f) = self.legacy_print() {
            return f;
        }
        if let Some(p) = self.prev(i)
            && self.line_start(i) == p
            && self.text(p) == "type"
            && self.tok().kind == Kind::Name
        {
            return self.at((i + 1).min(self.list.len() - 1), "invalid syntax");
        }
        if let Some(f) = self.equals() {
            return f;
        }
        self.generic()
    }

    /// `print x` and `exec x`.
    pub fn legacy_print(&self) -> Option<Fail> {
        let p = self.prev(self.i)?;
        let word = self.text(p);
        if !matches!(word, "print" | "exec") || self.list[p].kind != Kind::Name {
            return None;
        }
        if self.prev(p).is_some_and(|q| self.text(q) == ".") {
            return None;
        }
        let mut end = crate::token_expr::expression(self, self.i)?;
        while self.text(end + 1) == "," {
            match crate::token_expr::expression(self, end + 2) {
                Some(e) => end = e,
                None => break,
            }
        }
        Some(self.span(p, end, format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?")))
    }

    /// `=` where a comparison was meant.
    fn equals(&self) -> Option<Fail> {
        let i = self.i;
        if self.text(i) != "=" {
            return None;
        }
        let start = crate::token_expr::bitwise_or_start(self, i)?;
        let before = self.prev(start).map_or("", |k| self.text(k));
        // Conditions of statements, and what stands in brackets.
        let heads = matches!(before, "if" | "while" | "elif") && self.prev(start) == Some(self.line_start(i));
        let ok = heads || (self.tok().level > 0 && matches!(before, "(" | "[" | "{" | ","));
        if !ok {
            return None;
        }
        let end = crate::token_expr::bitwise_or(self, i + 1)?;
        if matches!(self.text(end + 1), "=" | ":=") {
            return None;
        }
        if start + 1 == i && self.list[start].kind == Kind::Name && !is_keyword(self.text(start)) {
            return Some(self.span(
                start,
                end,
                "invalid syntax. Maybe you meant '==' or ':=' instead of '='?",
            ));
        }
        let src = &self.source[self.list[start].start..self.list[i - 1].end];
        let name = target_error::name_of_source(src)?;
        if matches!(name, "list" | "tuple" | "generator expression" | "True" | "False" | "None") {
            return None;
        }
        let msg = format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?");
        Some(self.span(start, i - 1, msg))
    }

    /// A token or expression is missing.
    fn expected(&self, e: &ruff_python_parser::ParseError) -> Fail {
        let i = self.i;
        let (expected, missing_expr) = match &e.error {
            ParseErrorType::ExpectedToken { expected, .. } => (format!("{expected:?}"), false),
            _ => (String::new(), true),
        };
        let t = self.text(i);
        let p = self.prev(i);
        let before = p.map_or("", |k| self.text(k));
        if let Some(f) = self.in_fstring(e.location, missing_expr) {
            return f;
        }
        if let Some(f) = self.equals() {
            return f;
        }
        let in_brackets = i > 0 && self.list[i - 1].level > 0;
        let opener = if in_brackets { self.opener(i) } else { None };
        let open = opener.map_or("", |o| self.text(o));
        if missing_expr {
            return self.missing_expression(i, t, before, p, open, opener);
        }
        match expected.as_str() {
            "Colon" => {
                if open == "{" && matches!(t, "}" | ",") {
                    return self.after_key(i);
                }
                if t == "." && p.and_then(|p| self.prev(p)).is_some_and(|q| self.text(q) == "as") {
                    return self.as_target(p.unwrap_or(i));
                }
                if !in_brackets {
                    let first = self.header(i);
                    let word = self.text(first);
                    let always = matches!(word, "def" | "try" | "else" | "finally");
                    if (always && self.text(first) != "lambda") || self.tok().kind == Kind::Newline {
                        let header = matches!(
                            word,
                            "def"
                                | "try"
                                | "else"
                                | "finally"
                                | "if"
                                | "elif"
                                | "while"
                                | "for"
                                | "with"
                                | "class"
                                | "match"
                                | "case"
                                | "except"
                                | "async"
                        );
                        let lambda = (first..i).any(|k| self.text(k) == "lambda" && self.list[k].level == 0)
                            && !(first..i)
                                .rev()
                                .take_while(|&k| self.text(k) != "lambda")
                                .any(|k| self.text(k) == ":");
                        if header
                            && !lambda
                            && !(word == "def" && before != ")" && !self.after_arrow(first, i))
                        {
                            return self.at(i, "expected ':'");
                        }
                    }
                }
            }
            "Lpar" if self.text(self.header(i)) == "def" || self.text(self.header(i)) == "async" => {
                return self.at(i, "expected '('");
            }
            "Else" if t == ":" => {}
            "Else" => {
                // Behind the targets of a `for`, an `if` stands where `in` belongs.
                if let Some(k) = self.lonely_for(i) {
                    let msg =
                        if in_brackets { "'in' expected after for-loop variables" } else { "invalid syntax" };
                    return self.at(k, msg);
                }
                // From the start of the conditional expression to its condition.
                if let Some(p) = p {
                    let mut start = crate::token_expr::element_start(self, i, true);
                    // What follows an `else` is a conditional expression of its own.
                    let level = self.list[p].level;
                    let inner =
                        (start..p).rev().find(|&k| self.text(k) == "else" && self.list[k].level == level);
                    start = inner.map_or(start, |k| k + 1);
                    return self.span(start, p, "expected 'else' after 'if' expression");
                }
            }
            "In" if in_brackets => return self.at(i, "'in' expected after for-loop variables"),
            "Comma" if t == "." => {
                if let Some(q) = p.and_then(|p| self.prev(p))
                    && self.text(q) == "as"
                {
                    return self.as_target(p.unwrap_or(i));
                }
            }
            _ => {}
        }
        if t == "for"
            && in_brackets
            && opener.is_some_and(|o| self.comma_between(o, i))
            && matches!(open, "[" | "{")
            && !self.dict_item(i)
        {
            let o = opener.expect("just seen");
            return self.span(o + 1, i - 1, "did you forget parentheses around the comprehension target?");
        }
        if t == ":" && open == "[" && (self.text(self.line_start(i)) == "type" || self.is_def_bracket(opener))
        {
            let star = p.and_then(|p| self.prev(p)).map_or("", |k| self.text(k));
            let what = match star {
                "**" => "ParamSpec",
                "*" => "TypeVarTuple",
                _ => return self.generic(),
            };
            let end = crate::token_expr::expression(self, i + 1).unwrap_or(i);
            let paren = self.text(i + 1) == "(" && self.text(end) == ")";
            let kind = if paren && self.comma_between(i + 1, end) { "constraints" } else { "bound" };
            return self.span(i, end, format!("cannot use {kind} with {what}"));
        }
        if t == "(" && open == "(" && self.is_def_bracket(opener) {
            let close = self.closer(i + 1);
            return self.span(i, close, "Function parameters cannot be parenthesized");
        }
        if let Some(f) = self.augmented_tuple() {
            return f;
        }
        if let Some(f) = self.forgot_comma(open) {
            return f;
        }
        self.generic()
    }

    /// The `if` behind the targets of a `for` that has no `in`, before token `i`.
    fn lonely_for(&self, i: usize) -> Option<usize> {
        let k = (0..i).rev().find(|&k| self.text(k) == "if" && self.list[k].kind == Kind::Name)?;
        let level = self.list[k].level;
        for j in (0..k).rev() {
            let t = &self.list[j];
            if t.level < level || matches!(t.kind, Kind::Newline | Kind::Indent | Kind::Dedent) {
                return None;
            }
            if t.level == level && t.kind == Kind::Name {
                match self.text(j) {
                    "for" => return Some(k),
                    "in" | "if" | "else" | "lambda" => return None,
                    _ => {}
                }
            }
        }
        None
    }

    fn after_arrow(&self, first: usize, i: usize) -> bool {
        (first..i).any(|k| self.text(k) == "->")
    }

    /// `a, b += 1`.
    fn augmented_tuple(&self) -> Option<Fail> {
        let t = self.text(self.i);
        if self.list[self.i].kind != Kind::Op
            || t.len() < 2
            || !t.ends_with('=')
            || matches!(t, "==" | "!=" | "<=" | ">=" | ":=")
        {
            return None;
        }
        let start = self.line_start(self.i);
        let comma = (start..self.i).any(|k| self.text(k) == "," && self.list[k].level == 0);
        comma.then(|| {
            self.span(start, self.i - 1, "'tuple' is an illegal expression for augmented assignment")
        })
    }

    fn is_def_bracket(&self, opener: Option<usize>) -> bool {
        opener.is_some_and(|o| o >= 2 && matches!(self.text(o - 2), "def" | "class" | "type"))
    }

    fn comma_between(&self, o: usize, i: usize) -> bool {
        let level = self.list[o].level;
        (o + 1..i).any(|k| self.text(k) == "," && self.list[k].level == level)
    }

    /// The first token of the compound statement whose header holds token `i`.
    fn header(&self, i: usize) -> usize {
        let s = self.line_start(i);
        if self.text(s) == "async" { s + 1 } else { s }
    }

    fn as_target(&self, start: usize) -> Fail {
        let end = crate::token_expr::bitwise_or(self, start).unwrap_or(start);
        let src = &self.source[self.list[start].start..self.list[end].end];
        let name = target_error::name_of_source(src).unwrap_or("expression");
        let msg = match self.text(self.line_start(start)) {
            "import" | "from" => format!("cannot use {name} as import target"),
            "except" => format!("cannot use except statement with {name}"),
            _ => format!("cannot use {name} as pattern target"),
        };
        self.span(start, end, msg)
    }

    /// A dict item without its value: reported at the end of the key.
    pub fn after_key(&self, i: usize) -> Fail {
        let p = self.prev(i).unwrap_or(i);
        let (line, col) = self.lines.line_col(TextSize::new(self.list[p].end as u32));
        let mut f = syntax(self.list[p].range(), "':' expected after dictionary key");
        f.at = Some((line, self.chars(line, col), line, 0));
        f
    }

    fn missing_expression(
        &self,
        i: usize,
        t: &str,
        before: &str,
        p: Option<usize>,
        open: &str,
        opener: Option<usize>,
    ) -> Fail {
        let p = p.unwrap_or(i);
        if before == "->" && self.text(self.header(i)) == "def" {
            return self.at(p, "expected ':'");
        }
        if open == "{" && before == ":" && matches!(t, "}" | ",") {
            return self.at(p, "expression expected after dictionary key and ':'");
        }
        if before == "=" && matches!(t, ")" | ",") && open == "(" {
            if self.is_def_bracket(opener) {
                return self.at(p, "expected default value expression");
            }
            return self.span(self.prev(p).unwrap_or(p), p, "expected argument value expression");
        }
        if before == "*"
            && t == ")"
            && open == "("
            && self.prev(p).is_some_and(|k| matches!(self.text(k), "(" | ","))
        {
            return self.at(i, "Invalid star expression");
        }
        if before == "else" && self.text(self.line_start(i)) != "else" {
            return self.at(i, "expected expression after 'else', but statement is given");
        }
        if t == "**" && open == "(" && before == "(" && opener == Some(p) {
            let call =
                p > 0 && (self.list[p - 1].kind == Kind::Name || matches!(self.text(p - 1), ")" | "]"));
            if !call {
                return self.at(i, "cannot use double starred expression here");
            }
        }
        if t == ">" && before == "<" && p + 1 == i {
            return self.generic();
        }
        self.generic()
    }

    /// `[a b]`: two expressions with nothing between.
    fn forgot_comma(&self, open: &str) -> Option<Fail> {
        if open.is_empty() {
            return None;
        }
        let i = self.i;
        let end = crate::token_expr::expression(self, i)?;
        let start = crate::token_expr::element_start(self, i, false);
        if start >= i {
            return None;
        }
        if crate::token_expr::expression(self, start) != Some(i - 1) {
            return None;
        }
        let single_name = start + 1 == i && self.list[start].kind == Kind::Name;
        if single_name
            && (matches!(self.tok().kind, Kind::String | Kind::FString)
                || matches!(self.text(start), "match" | "case" | "type" | "_"))
        {
            return None;
        }
        // Parameters are no expressions.
        if self.is_def_bracket(self.opener(i)) || self.text(self.line_start(i)) == "from" {
            return None;
        }
        if let Some(f) = self.legacy_print() {
            return Some(f);
        }
        Some(self.span(start, end, "invalid syntax. Perhaps you forgot a comma?"))
    }

    fn lexical(&self, e: &LexicalErrorType, loc: ruff_text_size::TextRange) -> Fail {
        let at = usize::from(loc.start());
        let inside = self
            .list
            .iter()
            .find(|t| matches!(t.kind, Kind::String | Kind::FString) && t.start <= at && at <= t.end);
        match (e, inside) {
            (LexicalErrorType::InvalidByteLiteral, Some(t)) => {
                syntax(t.range(), "bytes can only contain ASCII literal characters")
            }
            (LexicalErrorType::UnrecognizedToken { .. }, Some(t)) if t.kind == Kind::FString => {
                let letter = if t.text(self.source)[..2].contains(['t', 'T']) { 't' } else { 'f' };
                syntax(loc, format!("{letter}-string: expecting '=', or '!', or ':', or '}}'"))
            }
            (
                LexicalErrorType::UnicodeError
                | LexicalErrorType::MissingUnicodeLbrace
                | LexicalErrorType::MissingUnicodeRbrace
                | LexicalErrorType::StringError,
                Some(t),
            ) if t.kind == Kind::FString => match crate::escapes::first_error_in_parts(t.text(self.source)) {
                Some((from, to, msg)) => syntax(range(t.start + from, t.start + to), msg),
                None => self.generic(),
            },
            (
                LexicalErrorType::UnicodeError
                | LexicalErrorType::MissingUnicodeLbrace
                | LexicalErrorType::MissingUnicodeRbrace
                | LexicalErrorType::StringError,
                Some(t),
            ) => match crate::escapes::first_error(t.text(self.source)) {
                Some(msg) => syntax(t.range(), msg),
                None => self.generic(),
            },
            _ => self.generic(),
        }
    }

    // ---- messages that ruff has as text

    fn other(&self, msg: &str, loc: ruff_text_size::TextRange) -> Fail {
        let i = self.i;
        if let Some(rest) = msg.strip_prefix("Expected an indented block after ") {
            return self.indented_block(rest);
        }
        if msg.starts_with("Only single target") {
            let mut f = syntax(loc, msg.replacen("Only", "only", 1));
            if !matches!(self.text(i), "(" | "[") {
                // Only the first item of a bare tuple is shown.
                let end = crate::token_expr::expression(self, i).unwrap_or(i);
                f.range = Some(range(self.tok().start, self.list[end].end));
            }
            return f;
        }
        match msg {
            "Expected a parameter name" => {
                let eq = self.index_at(usize::from(loc.end()));
                let word = &self.source[usize::from(loc.start())..usize::from(loc.end())];
                if matches!(word, "True" | "False" | "None") {
                    return self.span(i, eq, format!("cannot assign to {word}"));
                }
                if let Some(w) =
                    (i..eq).find(|&k| self.text(k) == ":=" && self.list[k].level == self.list[i].level)
                {
                    let sign = (w..=eq).find(|&k| self.text(k) == "=").unwrap_or(eq);
                    return self.at(sign, "invalid syntax");
                }
                self.span(i, eq, "expression cannot contain assignment, perhaps you meant \"==\"?")
            }
            "Expected `except` or `finally` after `try` block" => self.lonely_try(),
            "Cannot have both 'except' and 'except*' on the same 'try'" => {
                let star = if self.text(i + 1) == "*" { i + 1 } else { i };
                self.span(i, star, "cannot have both 'except' and 'except*' on the same 'try'")
            }
            "Multiple exception types must be parenthesized when using `as`" => {
                let end = (i..self.list.len()).find(|&k| self.text(k) == "as").map_or(i, |k| k + 1);
                self.span(i, end, "multiple exception types must be parenthesized when using 'as'")
            }
            "Multiple exception types must be parenthesized" => {
                syntax(loc, "multiple exception types must be parenthesized")
            }
            "Expected one or more exception types" => self.at(i, "expected one or more exception types"),
            "Trailing comma not allowed" => {
                let next = i + 1;
                if self.text(self.line_start(i)) == "from" && self.list[next].kind == Kind::Newline {
                    return self.at(next, "trailing comma not allowed without surrounding parentheses");
                }
                self.at(next, "invalid syntax")
            }
            "Star import must be the only import" | "Star import cannot be parenthesized" => {
                let star = (i..self.list.len()).find(|&k| self.text(k) == "*").unwrap_or(i);
                let at = if self.text(star.saturating_sub(1)) == "(" { star } else { star + 1 };
                self.at(at, "invalid syntax")
            }
            "Only one '*' parameter allowed" => self.at(i, "* argument may appear only once"),
            "Only one '/' separator allowed" => self.at(i, "/ may appear only once"),
            "'/' parameter must appear before '*' parameter" => self.at(i, "/ must be ahead of *"),
            "Position-only parameter separator not allowed as first parameter" => {
                let open = self.param_opener(i);
                if (open..i).any(|k| self.text(k) == "*") {
                    return self.at(i, "/ must be ahead of *");
                }
                self.generic()
            }
            "Bytes literal cannot be mixed with non-bytes literals" => {
                let after = self.index_at(usize::from(loc.end()));
                self.at(after, "cannot mix bytes and nonbytes literals")
            }
            "Cannot mix t-string literals with string or bytes literals" => {
                syntax(loc, "cannot mix t-string literals with string or bytes literals")
            }
            "Positional patterns cannot follow keyword patterns" => {
                self.at(i, "positional patterns follow keyword patterns")
            }
            "Pattern cannot follow a double star pattern" => self.generic(),
            "Expected a pattern" if self.text(i) == "-" => self.at(i + 1, "invalid syntax"),
            "Invalid mapping pattern key" => self.at((i + 1).min(self.list.len() - 1), "invalid syntax"),
            "Expected symbol after `as`" => match self.tok().kind {
                Kind::Number | Kind::String => self.as_target(i),
                _ => self.generic(),
            },
            "Expected class, function definition or async function definition after decorator"
                if self.tok().kind == Kind::Newline =>
            {
                self.at(self.list.len() - 1, "invalid syntax")
            }
            "Expected a statement" | "Expected an identifier" => {
                if self.text(i) == ">" && self.text(i.wrapping_sub(1)) == "<" {
                    return self.generic();
                }
                if let Some(f) = self.equals() {
                    return f;
                }
                self.generic()
            }
            _ => self.equals().unwrap_or_else(|| self.generic()),
        }
    }

    /// `try` without `except` or `finally`: reported at what comes instead.
    fn lonely_try(&self) -> Fail {
        let msg = "expected 'except' or 'finally' block";
        let mut k = self.i;
        // An `else` may have been taken along: it is what CPython stops at.
        if let Some(e) = (0..self.i).rev().find(|&k| self.text(k) == "else" && self.line_start(k) == k)
            && !(0..e)
                .rev()
                .take_while(|&k| self.text(k) != "try")
                .any(|k| matches!(self.text(k), "except" | "if" | "for" | "while"))
        {
            k = e;
        }
        while matches!(self.list[k].kind, Kind::Dedent) {
            k += 1;
        }
        if matches!(self.list[k].kind, Kind::End | Kind::Newline) {
            let end = self.source.strip_suffix('\n').unwrap_or(self.source).len();
            let (line, col) = self.lines.line_col(TextSize::new(end as u32));
            let mut f = self.at(k, msg);
            f.at = Some((line, self.chars(line, col) + 1, line, u32::MAX));
            return f;
        }
        self.at(k, msg)
    }

    /// ``rest`` is ruff's name of the header: `` `if` statement``, `function definition`.
    fn indented_block(&self, rest: &str) -> Fail {
        let word = rest.split('`').nth(1).unwrap_or(if rest.starts_with("function") { "def" } else { "" });
        let header = (0..self.i).rev().find(|&k| {
            let s = self.line_start(k);
            self.text(k) == word && (k == s || (k == s + 1 && self.text(s) == "async"))
        });
        let line = header.map_or(1, |h| self.lines.line(TextSize::new(self.list[h].start as u32)));
        let star = header.is_some_and(|h| word == "except" && self.text(h + 1) == "*");
        let what = match word {
            "def" => "function definition".to_owned(),
            "class" => "class definition".to_owned(),
            w if star => format!("'{w}*' statement"),
            w => format!("'{w}' statement"),
        };
        let msg = format!("expected an indented block after {what} on line {line}");
        let mut k = self.i;
        while matches!(self.list[k].kind, Kind::Dedent) && k + 1 < self.list.len() {
            k += 1;
        }
        let mut f = if matches!(self.list[k].kind, Kind::End | Kind::Newline) {
            // Behind the last line of the source, be it empty or a comment.
            let end = self.source.strip_suffix('\n').unwrap_or(self.source).len();
            let (line, col) = self.lines.line_col(TextSize::new(end as u32));
            let mut f = self.at(k, msg);
            f.at = Some((line, self.chars(line, col) + 1, line, u32::MAX));
            f
        } else {
            self.at(k, msg)
        };
        f.kind = ErrorKind::IndentationError;
        f
    }
}

/// Whether a word is reserved.
pub fn is_keyword(w: &str) -> bool {
    matches!(
        w,
        "False"
            | "None"
            | "True"
            | "and"
            | "as"
            | "assert"
            | "async"
            | "await"
            | "break"
            | "class"
            | "continue"
            | "def"
            | "del"
            | "elif"
            | "else"
            | "except"
            | "finally"
            | "for"
            | "from"
            | "global"
            | "if"
            | "import"
            | "in"
            | "is"
            | "lambda"
            | "nonlocal"
            | "not"
            | "or"
            | "pass"
            | "raise"
            | "return"
            | "try"
            | "while"
            | "with"
            | "yield"
    )
}

//! Parsing: ruff's parser, with the errors that CPython's tokenizer and parser would report.
//!
//! What flows in: source text. What flows out: an AST. What must hold: text that CPython rejects as too deeply nested
//! is rejected here before the parser sees it.

use crate::codegen::{Mode, Options};
use crate::error::{CompileError, Fail, Lines, Warning};
use ruff_python_ast::visitor::transformer::{self, Transformer};
use ruff_python_ast::{Expr, Mod, ModModule, PythonVersion};
use ruff_python_parser::{ParseOptions, parse_unchecked};

/// A parsed source; dropping it is safe however deep it is.
pub struct ParsedSource {
    module: Option<Mod>,
    /// Size of the source: bounds the depth.
    len: usize,
    /// Warnings from string literals and numbers.
    pub warnings: Vec<Warning>,
}

impl ParsedSource {
    /// The AST.
    pub fn module(&self) -> &Mod {
        self.module.as_ref().expect("present until dropped")
    }
}

impl Drop for ParsedSource {
    fn drop(&mut self) {
        let m = self.module.take();
        drop_deep(m, self.len);
    }
}

/// Drops an AST on a stack that is large enough for chains as long as the source.
fn drop_deep<T>(value: T, len: usize) {
    if len < 4096 {
        drop(value);
    } else {
        let size = len.saturating_mul(128).clamp(1 << 20, 4 << 30);
        stacker::maybe_grow(size, size, || drop(value));
    }
}

/// A decimal literal of more than `limit` digits.
fn too_many_digits(source: &str, lines: &Lines, limit: usize) -> Option<Fail> {
    let b = source.as_bytes();
    let digit = |c: &u8| c.is_ascii_digit() || *c == b'_';
    // A run of so many digits has one in each stretch of that length.
    if limit == 0 || !b.chunks(limit).any(|c| c.last().is_some_and(digit)) {
        return None;
    }
    let tokens = crate::tokenizer::tokenize(source, lines).ok()?;
    let long =
        tokens.list.iter().filter(|t| t.kind == crate::tokenizer::Kind::Number && t.end - t.start > limit);
    for t in long {
        let text = t.text(source);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits > limit && text.bytes().all(|c| digit(&c)) {
            let msg = format!(
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; use \
                 sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals \
                 to avoid decimal conversion limits."
            );
            let mut f = crate::error::syntax(t.range(), msg);
            let line = lines.line(ruff_text_size::TextSize::new(t.start as u32));
            f.at = Some((line, 0, line, 0));
            return Some(f);
        }
    }
    None
}

/// Parses source text.
pub fn parse(source: &str, filename: &str, mode: Mode, opts: Options) -> Result<ParsedSource, CompileError> {
    let lines = Lines::new(source);
    let fail = |f: Fail| {
        let mut e = f.locate(source, &lines, filename);
        // Only whole files get the line end that they lack.
        if mode != Mode::Exec
            && !source.ends_with('\n')
            && let Some(text) = &mut e.text
        {
            text.truncate(text.trim_end_matches('\n').len());
            if mode == Mode::Eval && e.col as usize > text.chars().count() {
                (e.col, e.end_col) = (0, 0);
            }
        }
        e
    };
    if source.contains('\0') {
        return Err(fail(crate::error::placeless(
            crate::error::ErrorKind::SyntaxError,
            "source code string cannot contain null bytes",
        )));
    }
    crate::syntax_error::prescan(source, &lines, mode, opts).map_err(fail)?;
    let mut renamed = None;
    let ruff_mode = match mode {
        Mode::Eval => ruff_python_parser::Mode::Expression,
        _ => ruff_python_parser::Mode::Module,
    };
    let options = ParseOptions::from(ruff_mode).with_target_version(PythonVersion::PY314);
    let mut parsed = parse_unchecked(source, options.clone());
    if !parsed.errors().is_empty()
        && let Some((patched, word)) = match_behind_semicolon(source, &lines)
    {
        let again = parse_unchecked(&patched, options);
        if again.errors().is_empty() {
            drop_deep(parsed, source.len());
            parsed = again;
            renamed = Some(word);
        } else {
            drop_deep(again, source.len());
        }
    }
    if let Some(f) = crate::syntax_error::first(&parsed, source, &lines, mode, opts) {
        drop_deep(parsed, source.len());
        return Err(fail(f));
    }
    if let Some(f) = too_many_digits(source, &lines, opts.max_digits) {
        drop_deep(parsed, source.len());
        return Err(fail(f));
    }
    let warnings = crate::after_parse::warnings(source, &lines);
    let mut module = parsed.into_syntax();
    if let Some(word) = renamed {
        let rename = Rename { from: word, to: "match" };
        match &mut module {
            Mod::Module(m) => rename.visit_body(&mut m.body),
            Mod::Expression(e) => rename.visit_expr(&mut e.body),
        }
    }
    let parsed = ParsedSource { module: Some(module), len: source.len(), warnings };
    crate::lenient::check(parsed.module(), source).map_err(fail)?;
    if mode == Mode::Single
        && let Mod::Module(m) = parsed.module()
    {
        crate::after_parse::single(m, source, &lines, opts).map_err(fail)?;
    }
    Ok(parsed)
}

/// The parser takes `match` behind `;` for the statement, which cannot stand there. The source with another name of
/// the same length in these places, and that name.
fn match_behind_semicolon(source: &str, lines: &Lines) -> Option<(String, String)> {
    use crate::tokenizer::Kind;
    let tokens = crate::tokenizer::tokenize(source, lines).ok()?.list;
    let word = (0..100).map(|n| format!("_{n:02}__")).find(|w| !source.contains(w.as_str()))?;
    let mut patched = source.to_owned();
    let mut any = false;
    for pair in tokens.windows(2) {
        if pair[0].text(source) == ";" && pair[1].kind == Kind::Name && pair[1].text(source) == "match" {
            patched.replace_range(pair[1].start..pair[1].end, &word);
            any = true;
        }
    }
    any.then_some((patched, word))
}

/// Gives names back what they were.
struct Rename {
    from: String,
    to: &'static str,
}

impl Transformer for Rename {
    fn visit_expr(&self, e: &mut Expr) {
        if let Expr::Name(n) = e
            && *n.id == *self.from
        {
            n.id = self.to.into();
        }
        transformer::walk_expr(self, e);
    }
}

/// A module of nothing: for callers that need one.
impl Default for ParsedSource {
    fn default() -> Self {
        let module = Mod::Module(ModModule {
            node_index: Default::default(),
            range: Default::default(),
            body: Default::default(),
        });
        ParsedSource { module: Some(module), len: 0, warnings: Vec::new() }
    }
}

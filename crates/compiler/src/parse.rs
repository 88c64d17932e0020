//! Parsing: ruff's parser, with the errors that CPython's tokenizer and parser would report.
//!
//! What flows in: source text. What flows out: an AST. What must hold: text that CPython rejects as too deeply nested
//! is rejected here before the parser sees it.

use crate::codegen::{Mode, Options};
use crate::error::{CompileError, Fail, Lines, Warning};
use ruff_python_ast::{Mod, ModModule, PythonVersion};
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

/// Parses source text.
pub fn parse(source: &str, filename: &str, mode: Mode, opts: Options) -> Result<ParsedSource, CompileError> {
    let lines = Lines::new(source);
    let fail = |f: Fail| f.locate(source, &lines, filename);
    if source.contains('\0') {
        return Err(fail(crate::error::placeless(
            crate::error::ErrorKind::SyntaxError,
            "source code string cannot contain null bytes",
        )));
    }
    crate::syntax_error::prescan(source, &lines, mode, opts).map_err(fail)?;
    let ruff_mode = match mode {
        Mode::Eval => ruff_python_parser::Mode::Expression,
        _ => ruff_python_parser::Mode::Module,
    };
    let options = ParseOptions::from(ruff_mode).with_target_version(PythonVersion::PY314);
    let parsed = parse_unchecked(source, options);
    if let Some(f) = crate::syntax_error::first(&parsed, source, &lines, mode, opts) {
        drop_deep(parsed, source.len());
        return Err(fail(f));
    }
    let warnings = crate::syntax_error::warnings(source, &lines);
    let module = parsed.into_syntax();
    let parsed = ParsedSource { module: Some(module), len: source.len(), warnings };
    crate::lenient::check(parsed.module(), source).map_err(fail)?;
    if mode == Mode::Single
        && let Mod::Module(m) = parsed.module()
    {
        crate::syntax_error::single(m, source, &lines, opts).map_err(fail)?;
    }
    Ok(parsed)
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

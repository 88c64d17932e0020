//! From the parser's errors to CPython's.

use crate::codegen::{Mode, Options};
use crate::error::{Fail, Lines, Warning, syntax};
use ruff_python_ast::{Mod, ModModule};
use ruff_python_parser::Parsed;

pub fn prescan(_source: &str, _lines: &Lines) -> Result<(), Fail> {
    Ok(())
}

pub fn first(
    parsed: &Parsed<Mod>,
    _source: &str,
    _lines: &Lines,
    _mode: Mode,
    _opts: Options,
) -> Option<Fail> {
    let e = parsed.errors().first()?;
    Some(syntax(e.location, e.error.to_string()))
}

pub fn warnings(_parsed: &Parsed<Mod>, _source: &str, _lines: &Lines) -> Vec<Warning> {
    Vec::new()
}

pub fn single(_m: &ModModule, _source: &str) -> Result<(), Fail> {
    Ok(())
}

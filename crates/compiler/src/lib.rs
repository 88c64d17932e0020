//! Symbol tables and the compiler from ruff's AST to bytecode.
//!
//! What flows in: source text (see [`decode`] for bytes) or an AST. What flows out: a [`CodeObject`] and warnings, or
//! a [`CompileError`] with CPython's message and place. What must hold: no input overflows the stack or panics.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod after_parse;
mod annot;
mod assemble;
mod call;
mod checks;
mod codegen;
mod comp;
pub mod decode;
mod display;
mod error;
mod escapes;
mod exc;
mod expr;
mod fold;
mod fstring_error;
mod func;
mod future;
mod invalid;
mod lenient;
mod limits;
mod lines;
pub mod literal;
mod parse;
mod pattern;
mod stmt;
mod symtable;
mod symtable_build;
mod syntax_error;
mod target_error;
mod token_expr;
mod tokenizer;
mod unit;
mod unparse;

pub use codegen::{Mode, Options};
pub use display::interpolation_text;
pub use error::{CompileError, ErrorKind, Places, Warning};
pub use parse::{ParsedSource, parse};
pub use symtable::{Resolved, Scope, ScopeId, ScopeKind, Symbol, SymbolTable, flag};
pub use taipan_bytecode::CodeObject;

use error::{Fail, Lines};
use ruff_python_ast::Mod;

/// A compiled source.
#[derive(Debug)]
pub struct Compiled {
    /// The module's code.
    pub code: CodeObject,
    /// Warnings in source order.
    pub warnings: Vec<Warning>,
}

/// Compiles source text.
pub fn compile(source: &str, filename: &str, mode: Mode, opts: Options) -> Result<Compiled, CompileError> {
    // Python sees every line end as `\n`, inside string literals too.
    let normalized;
    let source = if source.contains('\r') {
        normalized = source.replace("\r\n", "\n").replace('\r', "\n");
        &normalized
    } else {
        source
    };
    let parsed = parse(source, filename, mode, opts)?;
    let result = compile_ast(parsed.module(), source, filename, mode, opts);
    let mut compiled = result?;
    // In the order of CPython's passes: what the parser sees, then jumps out of `finally`, then the rest.
    compiled.warnings.sort_by_key(|w| (!w.msg.ends_with("in a 'finally' block"), w.range.start()));
    compiled.warnings.splice(0..0, parsed.warnings.iter().cloned());
    Ok(compiled)
}

/// Compiles an AST; `source` is the text that its ranges refer to (empty when there is none).
pub fn compile_ast(
    module: &Mod,
    source: &str,
    filename: &str,
    mode: Mode,
    opts: Options,
) -> Result<Compiled, CompileError> {
    compile_at(module, source, Lines::new(source), filename, mode, opts)
}

/// Compiles an AST without source; see [`Places`].
pub fn compile_tree(
    module: &Mod,
    places: Places,
    filename: &str,
    mode: Mode,
    opts: Options,
) -> Result<Compiled, CompileError> {
    compile_at(module, "", Lines::of_tree(places), filename, mode, opts)
}

fn compile_at(
    module: &Mod,
    source: &str,
    lines: Lines,
    filename: &str,
    mode: Mode,
    opts: Options,
) -> Result<Compiled, CompileError> {
    let run = || -> Result<Compiled, Fail> {
        let future = opts.future | future::features(module)?;
        let annotations = future & taipan_bytecode::flags::FUTURE_ANNOTATIONS != 0;
        let st = symtable_build::build(module, annotations)?;
        let (code, warnings) = codegen::generate(module, &st, source, &lines, filename, mode, opts, future)?;
        Ok(Compiled { code, warnings })
    };
    let compiled = run().map_err(|f| f.locate(source, &lines, filename).after_parsing())?;
    #[cfg(debug_assertions)]
    if let Err(e) = taipan_bytecode::verify(&compiled.code) {
        let listing = taipan_bytecode::disassemble(&compiled.code);
        let shown: String = listing.lines().take(150).map(|l| format!("{l}\n")).collect();
        panic!("the compiler made invalid bytecode: {filename}: {e}\n{shown}");
    }
    Ok(compiled)
}

/// The error of the tokenizer, if the source has one.
pub fn token_error(source: &str, filename: &str) -> Option<CompileError> {
    let lines = Lines::new(source);
    tokenizer::tokenize(source, &lines).err().map(|f| f.locate(source, &lines, filename))
}

/// The symbol table of source text, as the `symtable` module shows it.
pub fn symbol_table(
    source: &str,
    filename: &str,
    mode: Mode,
    opts: Options,
) -> Result<SymbolTable, CompileError> {
    let parsed = parse(source, filename, mode, opts)?;
    let lines = Lines::new(source);
    let run = || {
        let future = opts.future | future::features(parsed.module())?;
        symtable_build::build(parsed.module(), future & taipan_bytecode::flags::FUTURE_ANNOTATIONS != 0)
    };
    run().map_err(|f: Fail| f.locate(source, &lines, filename).after_parsing())
}

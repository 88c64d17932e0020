//! From source to code objects: the compiler's errors become Python exceptions, its warnings Python warnings.

use crate::objects::bytes::Bytes;
use crate::objects::code::Code;
use crate::objects::exception::families::syntax;
use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::error::{PyResult, Raised};
use std::sync::Arc;
use taipan_compiler::{CompileError, ErrorKind, Mode, Options};
use taipan_heap::{Gc, Value};

impl Vm {
    /// Compiler options from the command line.
    pub fn compile_options(&self) -> Options {
        Options {
            optimize: self.config.optimize,
            max_digits: self.int_max_str_digits.get(),
            ..Options::default()
        }
    }

    /// Compiles source text.
    pub fn compile(&self, source: &str, filename: &str, mode: Mode, opts: Options) -> PyResult<Gc<Code>> {
        let compiled =
            taipan_compiler::compile(source, filename, mode, opts).map_err(|e| self.compile_error(&e))?;
        self.syntax_warnings(&compiled.warnings, filename)?;
        self.new_code(Arc::new(compiled.code))
    }

    /// Compiles source as it stands in a file: encoding declarations and byte order marks are honoured.
    pub fn compile_bytes(
        &self,
        source: &[u8],
        filename: &str,
        mode: Mode,
        opts: Options,
    ) -> PyResult<Gc<Code>> {
        let text = self.decode_source(source, filename, true)?;
        self.compile(&text, filename, mode, opts)
    }

    /// Source text from bytes: UTF-8, or what the coding line says (PEP 263). `is_file`: errors name the file.
    pub fn decode_source(&self, source: &[u8], filename: &str, is_file: bool) -> PyResult<String> {
        use taipan_compiler::decode::{Decoded, decode};
        let (name, start) = match decode(source, filename, is_file) {
            Ok(Decoded::Text(text)) => return Ok(text),
            Ok(Decoded::Codec(name, start)) => (name, start),
            Err(e) => return Err(self.compile_error(&e)),
        };
        let fail = |msg: String, line: Option<i64>| {
            let e = self.new_exception(self.types.SyntaxError, &msg);
            e.0.set_field(self, syntax::FILENAME, self.new_str(filename).value());
            if let Some(line) = line {
                e.0.set_field(self, syntax::LINENO, Value::int(line));
            }
            e
        };
        let bytes = self.new_bytes(&source[start..]).value();
        let text =
            self.call_method(bytes, self.names.decode, &[self.new_str(&name).value()]).map_err(|e| {
                if self.raised_is(e, self.types.LookupError) {
                    fail(format!("unknown encoding: {name}"), Some(0))
                } else if self.raised_is(e, self.types.UnicodeDecodeError) && is_file {
                    let text = self.str(e.value()).map_or(String::new(), |s| s.to_string());
                    fail(text, Some(0))
                } else {
                    e
                }
            })?;
        match text.cast::<Str>().and_then(|s| s.to_str().map(str::to_string)) {
            Some(s) => Ok(s),
            None => Err(fail(format!("encoding problem: {name}"), None)),
        }
    }

    /// The exception for a failed compilation.
    pub fn compile_error(&self, e: &CompileError) -> Raised {
        let t = &self.types;
        let ty = match e.kind {
            ErrorKind::SyntaxError => t.SyntaxError,
            ErrorKind::IndentationError => t.IndentationError,
            ErrorKind::TabError => t.TabError,
            ErrorKind::IncompleteInput => {
                self.type_of_def(&crate::objects::exception::types::_IncompleteInputError)
            }
            ErrorKind::RecursionError => return self.recursion_error(&e.msg),
            ErrorKind::MemoryError => return self.new_exception(t.MemoryError, &e.msg),
            ErrorKind::ValueError => return self.value_error(&e.msg),
            ErrorKind::OverflowError => return self.overflow_error(&e.msg),
        };
        let x = self.new_exception(ty, &e.msg);
        let set = |i: usize, v: Value| x.0.set_field(self, i, v);
        set(syntax::MSG, self.new_str(&e.msg).value());
        set(syntax::FILENAME, self.new_str(&e.filename).value());
        // Of an empty source there is a line 0.
        let empty = e.text.as_deref() == Some("") && e.source.as_deref() == Some("");
        if empty || e.lineno > 0 {
            let number = |n: u32| if n == 0 && !empty { Value::NONE } else { Value::int(n.into()) };
            let e = if empty { &CompileError { lineno: 0, end_lineno: 0, ..e.clone() } } else { e };
            set(syntax::LINENO, number(e.lineno));
            set(syntax::OFFSET, Value::int(e.col as i64));
            set(syntax::END_LINENO, number(e.end_lineno));
            // The last column is -1 where CPython knows none.
            set(syntax::END_OFFSET, Value::int((e.end_col as i32).into()));
            let read = if e.late { self.line_of_file(&e.filename, e.lineno) } else { None };
            if let Some(text) = e.text.as_ref().or(read.as_ref()) {
                set(syntax::TEXT, self.new_str(text).value());
            }
            if let Some(source) = &e.source {
                let (line, col) = e.last_statement;
                let parts = [Value::int(line as i64), Value::int(col as i64), self.new_str(source).value()];
                set(syntax::METADATA, self.new_tuple(&parts).value());
            }
            // The exception's arguments carry the place too, as CPython's do.
            let place = [
                x.0.field(syntax::FILENAME),
                x.0.field(syntax::LINENO).or_none(),
                x.0.field(syntax::OFFSET).or_none(),
                x.0.field(syntax::TEXT).or_none(),
                x.0.field(syntax::END_LINENO).or_none(),
                x.0.field(syntax::END_OFFSET).or_none(),
            ];
            let place = self.new_tuple(&place).value();
            let args = self.new_tuple(&[x.0.field(syntax::MSG), place]);
            x.0.args.set(x.0, args);
        }
        x
    }

    /// A line of a file, for errors that are found when the source is no longer at hand.
    fn line_of_file(&self, filename: &str, line: u32) -> Option<String> {
        let file = std::path::Path::new(filename);
        let source = if file.is_file() { std::fs::read(file).ok()? } else { return None };
        let source = self.decode_source(&source, filename, true).ok()?;
        source.split_inclusive('\n').nth((line as usize).checked_sub(1)?).map(str::to_owned)
    }

    /// Reports warnings of the compiler.
    pub fn syntax_warnings(&self, warnings: &[taipan_compiler::Warning], filename: &str) -> PyResult<()> {
        for w in warnings {
            self.syntax_warning(w, filename)?;
        }
        Ok(())
    }

    /// Reports a warning of the compiler through the `warnings` module; one that is turned into an error becomes
    /// a `SyntaxError`, as in CPython.
    fn syntax_warning(&self, w: &taipan_compiler::Warning, filename: &str) -> PyResult<()> {
        if self.hooks.get().is_none() {
            return Ok(());
        }
        let warn = self.import_attr("warnings", "warn_explicit")?;
        let args = [
            self.new_str(&w.msg).value(),
            self.types.SyntaxWarning.value(),
            self.new_str(filename).value(),
            Value::int(w.lineno.into()),
        ];
        match self.call(warn, &args) {
            Ok(_) => Ok(()),
            Err(e) if self.raised_is(e, self.types.SyntaxWarning) => {
                let (col, end_lineno, end_col) = w.place;
                let late = w.text.is_none();
                // What is an error already needs no announcement.
                Err(self.compile_error(&CompileError {
                    kind: ErrorKind::SyntaxError,
                    msg: w.msg.replace("Such sequences will not work in the future. ", ""),
                    filename: filename.to_owned(),
                    lineno: w.lineno,
                    col,
                    end_lineno,
                    end_col,
                    text: w.text.clone(),
                    last_statement: (0, 0),
                    source: None,
                    late,
                }))
            }
            Err(e) => Err(e),
        }
    }

    /// The source in an argument of `compile`, `exec` or `eval`; `what` names the function.
    pub fn source_argument(&self, v: Value, what: &str, filename: &str) -> PyResult<String> {
        if let Some(s) = v.cast::<Str>() {
            return match s.to_str() {
                Some(t) => Ok(t.to_string()),
                None => {
                    let utf8 = self.intern("utf-8").value();
                    self.call_method(v, self.names.encode, &[utf8])?;
                    Err(self.value_error("source code cannot contain surrogates"))
                }
            };
        }
        if let Some(b) = v.cast::<Bytes>() {
            return self.decode_source(b.as_bytes(), filename, false);
        }
        if let Some(get) = self.class_of(v).slots.buffer.get() {
            let info = get(self, v, false)?;
            // SAFETY: the export describes readable memory, copied at once.
            let bytes = unsafe { std::slice::from_raw_parts(info.data, info.len) }.to_vec();
            return self.decode_source(&bytes, filename, false);
        }
        let name = self.type_name(v);
        Err(self.type_error(match what {
            "compile" => format!("compile() arg 1 must be a string, bytes or AST object, not {name}"),
            _ => format!("{what}() arg 1 must be a string, bytes or code object"),
        }))
    }
}

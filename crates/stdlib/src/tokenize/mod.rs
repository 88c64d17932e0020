//! `_tokenize`: the iterator behind the library's `tokenize`.
//!
//! What flows in: `readline`, called until the source ends. What flows out: tuples of type, text, start, end and line
//! with the positions of CPython's tokenizer (`scan.rs`). What must hold: tokens before an error come out first; the
//! error is the compiler's own, so that both agree on its wording.

mod scan;

use scan::{Scan, Scanner, kind};
use std::cell::RefCell;
use taipan_runtime::kinds::Trace;
use taipan_runtime::objects::bytes::Bytes;
use taipan_runtime::objects::module::ModuleDef;
use taipan_runtime::objects::str::Str;
use taipan_runtime::objects::typ::Type;
use taipan_runtime::vm::typedef::NativeObject;
use taipan_runtime::{Args, Gc, Header, PyResult, Slot, Slots, Tracer, TypeDef, Value, Vm};

/// The iterator.
#[repr(C)]
struct TokenizerIter {
    header: Header,
    readline: Slot<Value>,
    encoding: Slot<Value>,
    extra: bool,
    scanner: RefCell<Option<Scanner>>,
    /// The text of the line of the last token, and which lines it is.
    line: Slot<Value>,
    line_of: std::cell::Cell<(usize, usize)>,
    done: std::cell::Cell<bool>,
}
impl Trace for TokenizerIter {
    fn trace(&self, t: &mut Tracer) {
        t.slot(&self.readline);
        t.slot(&self.encoding);
        t.slot(&self.line);
    }
}
// SAFETY: `repr(C)`, header first.
unsafe impl NativeObject for TokenizerIter {
    const DEF: &'static TypeDef = &DEF;
}

fn new(vm: &Vm, ty: Gc<Type>, args: Args) -> PyResult {
    let [readline, encoding, extra] =
        args.bind(vm, "tokenizeriter", "(readline, /, *, encoding=None, extra_tokens=False)")?;
    let extra = extra.bound().map_or(Ok(false), |e| vm.truth(e))?;
    let encoding = encoding.or_none();
    if !encoding.is_none() && encoding.cast::<Str>().is_none() {
        return Err(vm.type_error(format!(
            "tokenizeriter() argument 'encoding' must be str, not {}",
            vm.type_name(encoding)
        )));
    }
    let t = vm.new_native_of(ty, |header| TokenizerIter {
        header,
        readline: Slot::new(readline),
        encoding: Slot::new(encoding),
        extra,
        scanner: RefCell::new(None),
        line: Slot::new(Value::NONE),
        line_of: std::cell::Cell::new((0, 0)),
        done: std::cell::Cell::new(false),
    });
    Ok(t.value())
}

/// Reads the whole source.
fn read(vm: &Vm, t: Gc<TokenizerIter>) -> PyResult<String> {
    let mut source = String::new();
    loop {
        let line = match vm.call(t.readline.get(), &[]) {
            Ok(l) => l,
            Err(e) if vm.raised_is(e, vm.types.StopIteration) => break,
            Err(e) => return Err(e),
        };
        let before = source.len();
        if t.encoding.get().is_none() {
            let Some(s) = line.cast::<Str>() else {
                let name = vm.type_name(line);
                return Err(vm.type_error(format!("readline() returned a non-string object ({name})")));
            };
            source.push_str(&s.to_string_lossy());
        } else {
            let Some(b) = line.cast::<Bytes>() else {
                let name = vm.type_name(line);
                return Err(vm.type_error(format!("readline() returned a non-bytes object ({name})")));
            };
            match std::str::from_utf8(b.as_bytes()) {
                Ok(s) => source.push_str(s),
                Err(_) => {
                    let text = vm.call_method(line, vm.names.decode, &[t.encoding.get()])?;
                    match text.cast::<Str>() {
                        Some(s) => source.push_str(&s.to_string_lossy()),
                        None => return Err(vm.type_error("decoding gave no string")),
                    }
                }
            }
        }
        if source.len() == before {
            break;
        }
    }
    Ok(source)
}

fn next(vm: &Vm, v: Value) -> PyResult<Option<Value>> {
    let Some(t) = vm.native::<TokenizerIter>(v) else {
        return Err(vm.type_error("a TokenizerIter is required"));
    };
    if t.done.get() {
        return Ok(None);
    }
    if t.scanner.borrow().is_none() {
        let source = read(vm, t)?;
        *t.scanner.borrow_mut() = Some(Scanner::new(source));
    }
    let mut guard = t.scanner.borrow_mut();
    let Some(sc) = guard.as_mut() else { return Ok(None) };
    let token = loop {
        match sc.next() {
            Scan::Token(k) if !t.extra && matches!(k.kind, kind::COMMENT | kind::NL) => {}
            Scan::Token(k) => break k,
            Scan::Error(msg, at) => {
                t.done.set(true);
                return Err(failure(vm, sc, msg, at));
            }
        }
    };
    if token.kind == kind::ENDMARKER {
        t.done.set(true);
    }
    let (row, col) = sc.position(token.start);
    let mut text = sc.text(token.start, token.end).to_owned();
    let (mut end_row, mut end_col) = sc.position(token.end);
    let mut lines = (row, end_row);
    match token.kind {
        kind::NEWLINE | kind::NL => {
            (end_row, end_col) = (row, col + text.chars().count().max(1));
            lines = (row, row);
            if sc.is_implicit(token.start) {
                text.clear();
            }
        }
        kind::DEDENT | kind::ENDMARKER => text.clear(),
        _ => {}
    }
    if t.line_of.get() != lines {
        let line = sc.lines(lines.0, lines.1);
        t.line.set(t, vm.new_str(line).value());
        t.line_of.set(lines);
    }
    let number = |n: usize| Value::int(n as i64);
    let shown = if t.extra || token.kind != kind::OP { token.kind } else { sc.exact(token.start, token.end) };
    let items = [
        Value::int(shown as i64),
        vm.new_str(&text).value(),
        vm.new_tuple(&[number(row), number(col)]).value(),
        vm.new_tuple(&[number(end_row), number(end_col)]).value(),
        t.line.get(),
    ];
    Ok(Some(vm.new_tuple(&items).value()))
}

/// The error at a place: the compiler's, where it finds one too.
fn failure(vm: &Vm, sc: &Scanner, msg: &str, at: usize) -> taipan_runtime::Raised {
    let (row, col) = sc.position(at);
    let found = if msg == scan::EOF { None } else { taipan_compiler::token_error(sc.source(), "<string>") };
    let e = found.unwrap_or_else(|| taipan_compiler::CompileError {
        kind: taipan_compiler::ErrorKind::SyntaxError,
        msg: msg.to_owned(),
        filename: "<string>".to_owned(),
        lineno: row as u32,
        col: if msg == scan::EOF { 0 } else { col as u32 + 1 },
        end_lineno: row as u32,
        end_col: 0,
        text: Some(sc.lines(row, row).to_owned()),
        last_statement: (0, 0),
        source: None,
        late: false,
    });
    vm.compile_error(&e)
}

fn iter(_: &Vm, v: Value) -> PyResult {
    Ok(v)
}

static DEF: TypeDef = TypeDef {
    name: "TokenizerIter",
    module: "_tokenize",
    flags: 0,
    slots: Slots { new: Some(new), iter: Some(iter), iternext: Some(next), ..Slots::EMPTY },
    ..TypeDef::native::<TokenizerIter>()
};

/// The module.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_tokenize", doc: "", functions: &[], types: &[&DEF], init: None };

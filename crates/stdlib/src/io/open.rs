//! `open`, `open_code`, `text_encoding`, and the standard streams.

use super::{DEFAULT_BUFFER_SIZE, buffered, fileio, invoke, textio};
use taipan_runtime::objects::str::Str;
use taipan_runtime::{MethodDef, PyResult, Value, Vm, function};

/// Calls a type with positional arguments.
fn make(vm: &Vm, def: &'static taipan_runtime::TypeDef, args: &[Value]) -> PyResult {
    vm.call(vm.type_of_def(def).value(), args)
}

fn open(vm: &Vm, a: &[Value]) -> PyResult {
    let [file, mode, buffering, encoding, errors, newline, closefd, opener] = *a else {
        return Err(vm.system_error("open() is bound to eight parameters"));
    };
    let is_number =
        file.cast::<Str>().is_none() && !file.is_float() && vm.class_of(file).slots.index.get().is_some();
    let path_like =
        is_number || file.is_kind(taipan_runtime::kinds::STR) || file.is_kind(taipan_runtime::kinds::BYTES);
    let file = if path_like {
        file
    } else {
        match vm.call_special(file, vm.names.__fspath__, &[])? {
            Some(p) => p,
            None => {
                return Err(vm.type_error(format!(
                    "expected str, bytes or os.PathLike object, not {}",
                    vm.type_name(file)
                )));
            }
        }
    };
    let mode_text = match mode.bound() {
        None => "r".to_string(),
        Some(m) => match m.cast::<Str>() {
            Some(s) => s.to_string(),
            None => {
                return Err(
                    vm.type_error(format!("open() argument 'mode' must be str, not {}", vm.type_name(m)))
                );
            }
        },
    };
    let has = |c: char| mode_text.contains(c);
    let mut chars: Vec<char> = mode_text.chars().collect();
    chars.sort_unstable();
    let len = chars.len();
    chars.dedup();
    if chars.len() != len || chars.iter().any(|c| !"axrwb+t".contains(*c)) {
        return Err(vm.value_error(format!("invalid mode: '{mode_text}'")));
    }
    let (text, binary) = (has('t'), has('b'));
    if text && binary {
        return Err(vm.value_error("can't have text and binary mode at once"));
    }
    let kinds = ['x', 'r', 'w', 'a'].iter().filter(|&&c| has(c)).count();
    if kinds != 1 {
        return Err(vm.value_error("must have exactly one of create/read/write/append mode"));
    }
    for (v, name) in [(encoding, "encoding"), (errors, "errors"), (newline, "newline")] {
        let Some(v) = v.bound().filter(|v| !v.is_none()) else { continue };
        if v.cast::<Str>().is_none() {
            return Err(vm.type_error(format!(
                "open() argument '{name}' must be str or None, not {}",
                vm.type_name(v)
            )));
        }
        if binary {
            return Err(vm.value_error(format!(
                "binary mode doesn't take {} {name} argument",
                if name == "newline" { "a" } else { "an" }
            )));
        }
    }
    let buffering = match buffering.bound() {
        Some(b) => vm.index_i64(b)?,
        None => -1,
    };
    if binary && buffering == 1 {
        let warn = vm.import_attr("warnings", "warn")?;
        let text = "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used";
        vm.call(warn, &[vm.new_str(text).value(), vm.types.RuntimeWarning.value()])?;
    }
    let raw_mode: String = mode_text.chars().filter(|c| !"bt".contains(*c)).collect();
    let raw_mode = vm.new_str(&raw_mode).value();
    let raw = make(vm, &fileio::DEF, &[file, raw_mode, closefd.or(Value::TRUE), opener.or_none()])?;
    let close_on_error = |r: PyResult| match r {
        Ok(v) => Ok(v),
        Err(e) => {
            let _ = invoke(vm, raw, "close", &[]);
            Err(e)
        }
    };
    let finish = || -> PyResult {
        let tty = buffering < 0 && invoke(vm, raw, "isatty", &[])?.is_true();
        let line_buffering = buffering == 1 || tty;
        if buffering == 0 {
            if !binary {
                return Err(vm.value_error("can't have unbuffered text I/O"));
            }
            return Ok(raw);
        }
        let size = if buffering < 0 || buffering == 1 { DEFAULT_BUFFER_SIZE as i64 } else { buffering };
        let def = if has('+') {
            &buffered::RANDOM
        } else if has('r') {
            &buffered::READER
        } else {
            &buffered::WRITER
        };
        let buffer = make(vm, def, &[raw, vm.new_int(size)])?;
        if binary {
            return Ok(buffer);
        }
        let wrapper = make(
            vm,
            &textio::DEF,
            &[buffer, encoding.or_none(), errors.or_none(), newline.or_none(), Value::bool(line_buffering)],
        )?;
        vm.set_attr(wrapper, vm.names.mode, vm.new_str(&mode_text).value())?;
        Ok(wrapper)
    };
    close_on_error(finish())
}

fn open_code(vm: &Vm, a: &[Value]) -> PyResult {
    if a[0].cast::<Str>().is_none() {
        return Err(
            vm.type_error(format!("open_code() argument 'path' must be str, not {}", vm.type_name(a[0])))
        );
    }
    let mut args = [Value::UNBOUND; 8];
    args[0] = a[0];
    args[1] = vm.intern("rb").value();
    open(vm, &args)
}

/// The warning of `-X warn_default_encoding` about the caller `level` frames up.
pub fn warn_encoding(vm: &Vm, level: i64) -> PyResult<()> {
    if !vm.config.warn_default_encoding {
        return Ok(());
    }
    let warn = vm.import_attr("warnings", "warn")?;
    let text = vm.new_str("'encoding' argument not specified").value();
    vm.call(warn, &[text, vm.types.EncodingWarning.value(), Value::int(level)]).map(drop)
}

fn text_encoding(vm: &Vm, a: &[Value]) -> PyResult {
    if !a[0].is_none() {
        return Ok(a[0]);
    }
    warn_encoding(vm, a[1].bound().map_or(Ok(2), |v| vm.index_i64(v))?)?;
    Ok(vm.intern("utf-8").value())
}

/// The functions of `_io`.
pub static FUNCTIONS: &[MethodDef] = &[
    function(
        "open",
        "($module, /, file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
        open,
        "Open file and return a stream.  Raise OSError upon failure.",
    ),
    function(
        "open_code",
        "($module, /, path)",
        open_code,
        "Opens the provided file with the intent to import the contents.",
    ),
    function(
        "text_encoding",
        "($module, encoding, stacklevel=2, /)",
        text_encoding,
        "A helper function to choose the text encoding.",
    ),
];

/// Makes `sys.stdin`, `sys.stdout`, `sys.stderr` and their `__dunder__` names.
pub fn install_standard_streams(vm: &Vm) -> PyResult<()> {
    let setting = if vm.config.ignore_environment { None } else { std::env::var("PYTHONIOENCODING").ok() };
    let setting = setting.unwrap_or_default();
    let (encoding, errors) = setting.split_once(':').unwrap_or((&setting, ""));
    let mut encoding = encoding.to_string();
    if !encoding.is_empty() {
        // The codec's own name for it; an unknown one ends the start.
        let info = vm.call(vm.import_attr("_codecs", "lookup")?, &[vm.new_str(&encoding).value()])?;
        let name = vm.get_attr(info, vm.intern("name"))?;
        encoding = vm.str(name)?.to_string();
    }
    let encoding = encoding.as_str();
    for (fd, name) in [(0, "stdin"), (1, "stdout"), (2, "stderr")] {
        // SAFETY: asks whether the descriptor is open.
        let stream = if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
            Value::NONE
        } else {
            standard_stream(vm, fd as i64, name, encoding, errors)?
        };
        vm.sys.set_str(vm, vm.intern(name), stream);
        vm.sys.set_str(vm, vm.intern(&format!("__{name}__")), stream);
    }
    Ok(())
}

fn standard_stream(vm: &Vm, fd: i64, name: &str, encoding: &str, errors: &str) -> PyResult {
    let write = fd != 0;
    let mode = vm.intern(if write { "w" } else { "r" }).value();
    let raw = make(vm, &fileio::DEF, &[Value::int(fd), mode, Value::FALSE])?;
    vm.set_attr(raw, vm.intern("name"), vm.new_str(&format!("<{name}>")).value())?;
    let def = if write { &buffered::WRITER } else { &buffered::READER };
    let unbuffered = write && vm.config.unbuffered;
    // Unbuffered text goes straight to the file: what cannot be written is not tried again.
    let buffer = if unbuffered { raw } else { make(vm, def, &[raw])? };
    let tty = invoke(vm, raw, "isatty", &[])?.is_true();
    let errors = match (fd, errors) {
        (2, _) => "backslashreplace",
        (_, "") => default_errors(),
        (_, e) => e,
    };
    let encoding = if encoding.is_empty() { "utf-8" } else { encoding };
    let t = make(
        vm,
        &textio::DEF,
        &[
            buffer,
            vm.intern(encoding).value(),
            vm.intern(errors).value(),
            vm.intern("\n").value(),
            Value::bool(!unbuffered && (tty || fd == 2)),
            Value::bool(unbuffered),
        ],
    )?;
    // Input has universal newlines.
    if !write && let Some(x) = vm.native::<textio::TextIO>(t) {
        x.newline.set(None);
    }
    vm.set_attr(t, vm.names.mode, mode)?;
    Ok(t)
}

/// In the C and POSIX locales text that is not UTF-8 passes through.
fn default_errors() -> &'static str {
    let set = |n: &str| std::env::var(n).ok().filter(|v| !v.is_empty());
    match set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).as_deref() {
        None | Some("C" | "POSIX" | "C.UTF-8" | "C.utf8") => "surrogateescape",
        _ => "strict",
    }
}

/// Flushes every open text and buffered stream: what a program left unflushed at its end.
pub fn flush_everything(vm: &Vm) {
    let mut streams = taipan_runtime::GcVec::new();
    // Streams have finalisers. The addresses stay valid: nothing is collected until the pushes keep them.
    vm.heap.without_gc(|| {
        for h in vm.heap.finalizable_objects() {
            streams.push(&vm.heap, Value::from_header(h));
        }
    });
    for &v in streams.iter() {
        if let Some(t) = vm.native::<textio::TextIO>(v) {
            let _ = textio::flush_all(vm, t);
        }
    }
    for &v in streams.iter() {
        if let Some(b) = vm.native::<buffered::Buffered>(v) {
            let _ = buffered::flush_pending(vm, b);
        }
    }
}

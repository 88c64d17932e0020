//! `print`, `input`, `open`, `hash`, `__import__`, `globals`, `locals`, `breakpoint`.

use crate::objects::str::Str;
use crate::vm::Vm;
use crate::vm::args::Args;
use crate::vm::error::PyResult;
use crate::vm::typedef::{MethodDef, function, function_var};
use taipan_heap::Value;

fn hash(vm: &Vm, a: &[Value]) -> PyResult {
    Ok(vm.new_int(vm.hash(a[0])?))
}

/// Writes the text of `v` to `file`, whose `write` method is `write`.
fn print(vm: &Vm, args: Args) -> PyResult {
    let (mut sep, mut end, mut file, mut flush) = (Value::NONE, Value::NONE, Value::NONE, Value::FALSE);
    for (key, v) in args.kw.iter() {
        match key.as_bytes() {
            b"sep" => sep = v,
            b"end" => end = v,
            b"file" => file = v,
            b"flush" => flush = v,
            _ => {
                let names = ["sep", "end", "file", "flush"].into_iter();
                return Err(crate::vm::suggest::unexpected_keyword(vm, "print", &key.to_string(), names));
            }
        }
    }
    for (v, name) in [(sep, "sep"), (end, "end")] {
        if !v.is_none() && v.cast::<Str>().is_none() {
            return Err(vm.type_error(format!("{name} must be None or a string, not {}", vm.type_name(v))));
        }
    }
    if file.is_none() {
        match vm.sys.get_str(vm, vm.names.stdout) {
            None => return Err(vm.runtime_error("lost sys.stdout")),
            // `sys.stdout` may be `None`, for example without a console: nothing is printed.
            Some(f) if f.is_none() => return Ok(Value::NONE),
            Some(f) => file = f,
        }
    }
    let write = vm.get_attr(file, vm.names.write)?;
    for (i, &v) in args.pos.iter().enumerate() {
        if i > 0 {
            let s = if sep.is_none() { vm.intern(" ").value() } else { sep };
            vm.call(write, &[s])?;
        }
        let text = vm.str(v)?;
        vm.call(write, &[text.value()])?;
    }
    let e = if end.is_none() { vm.intern("\n").value() } else { end };
    vm.call(write, &[e])?;
    if vm.truth(flush)? {
        vm.call_method(file, vm.names.flush, &[])?;
    }
    Ok(Value::NONE)
}

fn input(vm: &Vm, a: &[Value]) -> PyResult {
    let prompt = a[0];
    let stream = |name: &str| match vm.sys.get_str(vm, vm.intern(name)) {
        Some(f) if !f.is_none() => Ok(f),
        _ => Err(vm.runtime_error(format!("lost sys.{name}"))),
    };
    let (stdin, stdout, stderr) = (stream("stdin")?, stream("stdout")?, stream("stderr")?);
    let _ = vm.call_method(stderr, vm.names.flush, &[]);
    if let Some(p) = prompt.bound() {
        let text = vm.str(p)?;
        vm.call_method(stdout, vm.names.write, &[text.value()])?;
    }
    let _ = vm.call_method(stdout, vm.names.flush, &[]);
    let line = vm.call_method(stdin, vm.names.readline, &[])?;
    let Some(s) = line.cast::<Str>() else {
        return Err(
            vm.type_error(format!("object.readline() returned non-string (type {})", vm.type_name(line)))
        );
    };
    if s.byte_len() == 0 {
        return Err(vm.eof_error("EOF when reading a line"));
    }
    let bytes = s.as_bytes();
    if bytes.last() != Some(&b'\n') {
        return Ok(line);
    }
    // SAFETY: a prefix of the string without its last (ASCII) character.
    Ok(unsafe { vm.new_str_wtf8_counted(&bytes[..bytes.len() - 1], s.char_len() - 1) }.value())
}

fn open(vm: &Vm, args: Args) -> PyResult {
    let open = vm.import_attr("_io", "open")?;
    vm.call_args(open, args)
}

fn import(vm: &Vm, a: &[Value]) -> PyResult {
    let Some(name) = a[0].cast::<Str>() else {
        return Err(vm.type_error("module name must be a string"));
    };
    let level = match a[4].bound() {
        Some(v) => vm.index_i64(v)?,
        None => 0,
    };
    vm.import_name(vm.intern_str(name), a[1].or_none(), a[3].or_none(), level)
}

fn globals(vm: &Vm, _: &[Value]) -> PyResult {
    match (vm.hooks.frame_globals)(vm) {
        Some(d) => Ok(d.value()),
        None => Err(vm.system_error("globals() needs a running frame")),
    }
}

fn locals(vm: &Vm, _: &[Value]) -> PyResult {
    match (vm.hooks.frame_locals)(vm)? {
        Some(d) => Ok(d),
        None => Err(vm.system_error("frame does not exist")),
    }
}

fn breakpoint(vm: &Vm, args: Args) -> PyResult {
    match vm.sys.get_str(vm, vm.intern("breakpointhook")) {
        Some(hook) => vm.call_args(hook, args),
        None => Err(vm.runtime_error("lost sys.breakpointhook")),
    }
}

/// The rows.
pub static FUNCTIONS: &[MethodDef] = &[
    function(
        "hash",
        "($module, obj, /)",
        hash,
        "Return the hash value for the given object.\n\nTwo objects that compare equal must also have the same hash value, but the\nreverse is not necessarily true.",
    ),
    function_var(
        "print",
        "($module, /, *args, sep=' ', end='\\n', file=None, flush=False)",
        print,
        "Prints the values to a stream, or to sys.stdout by default.\n\n  sep\n    string inserted between values, default a space.\n  end\n    string appended after the last value, default a newline.\n  file\n    a file-like object (stream); defaults to the current sys.stdout.\n  flush\n    whether to forcibly flush the stream.",
    ),
    function(
        "input",
        "($module, prompt='', /)",
        input,
        "Read a string from standard input.  The trailing newline is stripped.",
    ),
    function_var(
        "open",
        "($module, /, file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None, *args)",
        open,
        "Open file and return a stream.  Raise OSError upon failure.",
    ),
    function(
        "__import__",
        "($module, /, name, globals=None, locals=None, fromlist=(), level=0)",
        import,
        "Import a module.",
    ),
    function(
        "globals",
        "($module, /)",
        globals,
        "Return the dictionary containing the current scope's global variables.",
    ),
    function(
        "locals",
        "($module, /)",
        locals,
        "Return a dictionary containing the current scope's local variables.",
    ),
    function_var(
        "breakpoint",
        "($module, /, *args, **kws)",
        breakpoint,
        "Call sys.breakpointhook(*args, **kws).",
    ),
];

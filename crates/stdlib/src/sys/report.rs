//! What the VM shows by itself: results at the prompt, uncaught exceptions, unraisable exceptions.

use std::io::Write;
use taipan_runtime::objects::exception::Exception;
use taipan_runtime::objects::str::Str;
use taipan_runtime::{GcVec, PyResult, Raised, Value, Vm};

/// Writes text to `sys.NAME`, or to the file descriptor where that is missing or fails.
pub fn write(vm: &Vm, name: &str, text: &str) {
    let file = super::get(vm, name);
    if file.is_some_and(|f| f.is_none()) {
        // A program without this stream does not want to hear.
        return;
    }
    let done = file.is_some_and(|f| {
        let s = vm.new_str(text).value();
        vm.call_method(f, vm.names.write, &[s]).is_ok()
    });
    if !done {
        if name == "stdout" {
            let _ = std::io::stdout().write_all(text.as_bytes());
        } else {
            let _ = std::io::stderr().write_all(text.as_bytes());
        }
    }
}

/// `sys.displayhook`
pub fn displayhook(vm: &Vm, v: Value) -> PyResult<()> {
    if v.is_none() {
        return Ok(());
    }
    let underscore = vm.intern("_");
    vm.builtins.set_str(vm, underscore, Value::NONE);
    let Some(out) = super::get(vm, "stdout").filter(|f| !f.is_none()) else {
        return Err(vm.runtime_error("lost sys.stdout"));
    };
    let text = vm.repr(v)?;
    if let Err(e) = vm.call_method(out, vm.names.write, &[text.value()]) {
        if !vm.raised_is(e, vm.types.UnicodeEncodeError) {
            return Err(e);
        }
        let encoding = vm.get_attr(out, vm.intern("encoding"))?;
        let how = vm.intern("backslashreplace").value();
        let bytes = vm.call_method(text.value(), vm.intern("encode"), &[encoding, how])?;
        let strict = vm.intern("strict").value();
        let shown = vm.call_method(bytes, vm.intern("decode"), &[encoding, strict])?;
        vm.call_method(out, vm.names.write, &[shown])?;
    }
    vm.call_method(out, vm.names.write, &[vm.new_str("\n").value()])?;
    vm.builtins.set_str(vm, underscore, v);
    Ok(())
}

/// Shows an exception with its traceback on `sys.stderr`, as the library's `traceback` module formats it; where
/// that fails, in a plain form of our own.
pub fn print_exception(vm: &Vm, e: Value) {
    if told_without_stream(vm, e) {
        return;
    }
    let printed =
        vm.import_attr("traceback", "_print_exception_bltin").and_then(|print| vm.call(print, &[e]));
    if let Err(second) = printed {
        print_plainly(vm, e);
        if vm.config.verbose > 0 {
            print_plainly(vm, second.value());
        }
    }
}

/// Tells of an uncaught exception on the file descriptor, where the program took `sys.stderr` away or closed it;
/// false when the stream is there.
fn told_without_stream(vm: &Vm, e: Value) -> bool {
    let file = super::get(vm, "stderr");
    if file.is_some_and(|f| f.is_none()) {
        return true;
    }
    // Nothing is written to find out: a program's own stream would see it.
    let closed = |f| vm.get_attr(f, vm.intern("closed")).is_ok_and(|c| c == Value::TRUE);
    if file.is_some_and(|f| vm.get_attr(f, vm.names.write).is_ok() && !closed(f)) {
        return false;
    }
    let class = vm.class_of(e).value();
    let shown = vm.repr(e).map_or("<object repr() failed>".to_string(), |s| s.to_string());
    let text = format!(
        "object address  : {:#x}\nobject type     : {:#x}\nobject type name: {}\nobject repr     : {shown}\n\
         lost sys.stderr\n",
        vm.id_of(e),
        vm.id_of(class),
        vm.type_name(e)
    );
    let _ = std::io::stderr().write_all(text.as_bytes());
    true
}

/// A traceback without source lines, written to the file descriptor: needs nothing but the exception.
pub fn print_plainly(vm: &Vm, e: Value) {
    let mut text = String::new();
    let attr = |v: Value, name: &str| vm.get_attr(v, vm.intern(name)).unwrap_or(Value::NONE);
    let shown = |v: Value| v.cast::<Str>().map_or("?".to_string(), |s| s.to_string());
    if let Some(x) = e.cast::<Exception>() {
        let mut tb = x.traceback.get();
        if !tb.is_none() {
            text.push_str("Traceback (most recent call last):\n");
        }
        while !tb.is_none() {
            let code = attr(attr(tb, "tb_frame"), "f_code");
            let line = attr(tb, "tb_lineno").to_int().unwrap_or(0);
            let (file, name) = (shown(attr(code, "co_filename")), shown(attr(code, "co_name")));
            text.push_str(&format!("  File \"{file}\", line {line}, in {name}\n"));
            tb = attr(tb, "tb_next");
        }
    }
    text.push_str(&vm.type_name(e));
    match vm.str(e) {
        Ok(s) if s.byte_len() > 0 => text.push_str(&format!(": {s}\n")),
        Ok(_) => text.push('\n'),
        Err(_) => text.push_str(": <exception str() failed>\n"),
    }
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Reports an uncaught exception through `sys.excepthook`. `SystemExit` is the caller's; one that the hook raises is
/// answered.
pub fn report_uncaught(vm: &Vm, e: Raised) -> Option<Raised> {
    let v = e.value();
    vm.sys.set_str(vm, vm.intern("last_exc"), v);
    vm.sys.set_str(vm, vm.intern("last_type"), vm.class_of(v).value());
    vm.sys.set_str(vm, vm.intern("last_value"), v);
    vm.sys.set_str(vm, vm.intern("last_traceback"), e.0.traceback.get());
    let Some(hook) = super::get(vm, "excepthook") else {
        write(vm, "stderr", "sys.excepthook is missing\n");
        print_exception(vm, v);
        return None;
    };
    let args = GcVec::from_slice(&vm.heap, &[vm.class_of(v).value(), v, e.0.traceback.get()]);
    if let Err(second) = vm.call(hook, &args) {
        if vm.raised_is(second, vm.types.SystemExit) {
            return Some(second);
        }
        write(vm, "stderr", "Error in sys.excepthook:\n");
        print_exception(vm, second.value());
        write(vm, "stderr", "\nOriginal exception was:\n");
        print_exception(vm, v);
    }
    None
}

/// `sys.unraisablehook`: `Exception ignored in: ...` and the traceback.
pub fn unraisable(vm: &Vm, info: Value) -> PyResult<()> {
    let attr = |name: &str| vm.get_attr(info, vm.intern(name));
    let (exc, msg, object) = (attr("exc_value")?, attr("err_msg")?, attr("object")?);
    let mut text = String::new();
    let what = if msg.is_none() { "Exception ignored in".to_string() } else { vm.str(msg)?.to_string() };
    if object.is_none() {
        text.push_str(&format!("{what}:\n"));
    } else {
        let shown = vm.repr(object).map_or("<object repr() failed>".to_string(), |s| s.to_string());
        text.push_str(&format!("{what}: {shown}\n"));
    }
    // A program without a stream for it does not hear of this.
    let Some(file) = super::get(vm, "stderr").filter(|f| !f.is_none()) else { return Ok(()) };
    vm.call_method(file, vm.names.write, &[vm.new_str(&text).value()])?;
    if exc.cast::<Exception>().is_some() {
        let text = unraisable_text(vm, exc);
        vm.call_method(file, vm.names.write, &[vm.new_str(&text).value()])?;
    }
    Ok(())
}

/// How often equal rows of a traceback are shown.
const SHOWN_REPEATS: usize = 3;

/// An exception that nobody can catch: the traceback with the lines of files, but without marks, causes and members
/// of groups, as CPython writes it without the help of library modules.
fn unraisable_text(vm: &Vm, exc: Value) -> String {
    let attr = |v: Value, name: &str| vm.get_attr(v, vm.intern(name)).unwrap_or(Value::NONE);
    let shown = |v: Value| v.cast::<Str>().map_or("?".to_string(), |s| s.to_string());
    let limit = super::get(vm, "tracebacklimit").and_then(|l| l.to_int()).unwrap_or(1000);
    let mut rows: Vec<(String, i64, String)> = vec![];
    let mut tb = exc.cast::<Exception>().map_or(Value::NONE, |x| x.traceback.get());
    while !tb.is_none() && limit > 0 {
        let code = attr(attr(tb, "tb_frame"), "f_code");
        let line = attr(tb, "tb_lineno").to_int().unwrap_or(0);
        rows.push((shown(attr(code, "co_filename")), line, shown(attr(code, "co_name"))));
        tb = attr(tb, "tb_next");
    }
    // The latest rows are the interesting ones.
    rows.drain(..rows.len().saturating_sub(limit.max(0) as usize));
    let mut text = String::new();
    if !rows.is_empty() {
        text.push_str("Traceback (most recent call last):\n");
    }
    for group in rows.chunk_by(|a, b| a == b) {
        for (file, line, name) in group.iter().take(SHOWN_REPEATS) {
            text.push_str(&format!("  File \"{file}\", line {line}, in {name}\n"));
            let source = source_line(vm, file, *line).unwrap_or_default();
            if !source.trim().is_empty() {
                text.push_str(&format!("    {}\n", source.trim()));
            }
        }
        let more = group.len().saturating_sub(SHOWN_REPEATS);
        if more > 0 {
            let times = if more == 1 { "time" } else { "times" };
            text.push_str(&format!("  [Previous line repeated {more} more {times}]\n"));
        }
    }
    let class = vm.class_of(exc).value();
    let module = shown(attr(class, "__module__"));
    if !matches!(module.as_str(), "builtins" | "__main__") {
        text.push_str(&format!("{module}."));
    }
    let message = vm.str(exc).map_or("<exception str() failed>".to_string(), |s| s.to_string());
    text.push_str(&format!("{}: {message}\n", shown(attr(class, "__qualname__"))));
    text
}

/// A line of a source file.
fn source_line(vm: &Vm, file: &str, line: i64) -> Option<String> {
    if file.starts_with('<') {
        return None;
    }
    let get = vm.import_attr("linecache", "getline").ok()?;
    let found = vm.call(get, &[vm.new_str(file).value(), Value::int(line)]).ok()?;
    found.cast::<Str>().map(|s| s.to_string())
}

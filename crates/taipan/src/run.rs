//! Running what the command line asks for.

use crate::options::{Options, Program};
use crate::{exit, repl, startup};
use std::collections::HashMap;
use std::io::Read;
use taipan_compiler::Mode;
use taipan_runtime::objects::code::Code;
use taipan_runtime::objects::dict::Dict;
use taipan_runtime::{Gc, PyResult, Raised, Value, Vm};
use taipan_stdlib::sys::report;

/// Runs the program; answers the exit status.
pub fn main(options: Options) -> i32 {
    let controls = match taipan_jit::Controls::new(&options.config) {
        Ok(c) => c,
        Err(message) => {
            eprintln!("taipan: {message}");
            return 2;
        }
    };
    let vm = startup::new_vm(options.config.clone(), controls, crate::STACK);
    if let Err(e) = startup::initialize(&vm) {
        if vm.raised_is(e, vm.types.LookupError) && std::env::var_os("PYTHONIOENCODING").is_some() {
            eprintln!(
                "Fatal Python error: init_stdio_encoding: failed to get the Python codec name of the stdio \
                 encoding\nPython runtime state: core initialized"
            );
        } else {
            let directory = vm.type_name(e.value()) == "IsADirectoryError";
            if directory {
                eprintln!(
                    "Fatal Python error: init_sys_streams: <stdin> is a directory, cannot continue\n\
                     Python runtime state: core initialized"
                );
                return 1;
            }
            eprintln!("taipan: the library could not be set up");
        }
        report::print_plainly(&vm, e.value());
        return 1;
    }
    if let Some(n) = options.spec_threshold {
        vm.exec.spec_threshold.set(n);
    }
    let listing = options.dump.iter().any(|d| d == "spec");
    if options.stats || listing {
        taipan_interp::profile::start(&vm);
    }
    let before = vm.heap.last_words();
    let status = match run(&vm, &options) {
        Ok(()) => 0,
        Err(Stop::Status(s)) => s,
        // A prompt follows, or would if there were somebody to talk to: then no exception ends the run.
        Err(Stop::Raised(e)) if options.config.inspect => match report::report_uncaught(&vm, e) {
            Some(exit) => exit::status_of(&vm, exit),
            None => 1,
        },
        Err(Stop::Raised(e)) => exit::status_of(&vm, e),
    };
    // The program may have asked to be inspected.
    let asked = || {
        !options.config.ignore_environment && std::env::var_os("PYTHONINSPECT").is_some_and(|v| !v.is_empty())
    };
    let inspect = options.config.inspect || asked();
    let status = if inspect && options.program != Program::Stdin && repl::is_interactive(&vm) {
        repl::interact(&vm, main_dict(&vm), false)
    } else {
        status
    };
    let status = exit::finish(&vm, status, before);
    taipan_interp::profile::stop(&vm);
    if listing {
        eprint!("{}", taipan_interp::profile::dump(&vm, &mut source_lines(&vm)));
    }
    if options.stats {
        eprint!("{}", taipan_interp::profile::stats(&vm));
    }
    if let Some(h) = taipan_interp::jit::hooks(&vm) {
        h.finish();
    }
    if let Some(c) = taipan_jit::Controls::of(&vm) {
        c.finish();
    }
    // The process ends now: giving each object's memory back would only take time.
    std::mem::forget(vm);
    status
}

/// Finds lines of source: in files, or in the text of `-c` and standard input.
fn source_lines(vm: &Vm) -> impl FnMut(&str, i32) -> Option<String> {
    let mut files: HashMap<String, Vec<String>> = HashMap::new();
    move |file, line| {
        let lines = files.entry(file.to_string()).or_insert_with(|| {
            let text = match taipan_stdlib::sys::remembered_source(vm, file) {
                Some(t) => t,
                None => {
                    std::fs::read(file).map_or(String::new(), |b| String::from_utf8_lossy(&b).into_owned())
                }
            };
            text.lines().map(str::to_string).collect()
        });
        lines.get(usize::try_from(line).ok()?.checked_sub(1)?).cloned()
    }
}

/// Why a run ended early.
enum Stop {
    /// With this exit status; the message was printed.
    Status(i32),
    /// With an exception.
    Raised(Raised),
}

impl From<Raised> for Stop {
    fn from(e: Raised) -> Stop {
        Stop::Raised(e)
    }
}

/// The namespace of `__main__`, made on first use.
pub fn main_dict(vm: &Vm) -> Gc<Dict> {
    let name = vm.names.__main__;
    if let Some(m) =
        vm.modules.get_str(vm, name).and_then(|m| m.cast::<taipan_runtime::objects::module::Module>())
    {
        return m.dict.get();
    }
    let m = vm.new_module("__main__", Value::NONE);
    vm.modules.set_str(vm, name, m.value());
    let d = m.dict.get();
    let builtins = vm.modules.get_str(vm, vm.names.builtins).unwrap_or(Value::NONE);
    d.set_str(vm, vm.names.__builtins__, builtins);
    d
}

fn prepend_path(vm: &Vm, entry: &str) -> PyResult<()> {
    if vm.config.safe_path {
        return Ok(());
    }
    force_path(vm, entry)
}

fn force_path(vm: &Vm, entry: &str) -> PyResult<()> {
    if let Some(path) = vm.sys.get_str(vm, vm.names.path) {
        vm.call_method(path, vm.intern("insert"), &[Value::int(0), vm.new_str(entry).value()])?;
    }
    Ok(())
}

fn run(vm: &Vm, o: &Options) -> Result<(), Stop> {
    let main = main_dict(vm);
    if !vm.config.warn_options.is_empty() {
        // Options that make no sense are complained about at once.
        vm.import_module("warnings")?;
    }
    taipan_stdlib::sys::site::run(vm)?;
    match &o.program {
        Program::Command(text) => {
            prepend_path(vm, "")?;
            let source = dedent(text);
            run_source(vm, o, source.as_bytes(), "<string>", main)
        }
        Program::Module(name) => {
            let cwd = std::env::current_dir().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
            prepend_path(vm, &cwd)?;
            run_module(vm, name, true)
        }
        Program::File(file) => run_file(vm, o, file, main),
        Program::Stdin => {
            prepend_path(vm, "")?;
            if repl::is_interactive(vm) {
                return Err(Stop::Status(repl::interact(vm, main, true)));
            }
            let mut source = vec![];
            if let Err(e) = std::io::stdin().read_to_end(&mut source) {
                eprintln!("taipan: can't read standard input: {e}");
                return Err(Stop::Status(1));
            }
            main.set_str(vm, vm.names.__file__, vm.new_str("<stdin>").value());
            run_source(vm, o, &source, "<stdin>", main)
        }
    }
}

fn run_module(vm: &Vm, name: &str, alter_argv: bool) -> Result<(), Stop> {
    let run = vm.import_attr("runpy", "_run_module_as_main")?;
    vm.call(run, &[vm.new_str(name).value(), Value::bool(alter_argv)])?;
    Ok(())
}

fn run_file(vm: &Vm, o: &Options, file: &str, main: Gc<Dict>) -> Result<(), Stop> {
    // As it was written, but from the root: `./x.py` keeps its dot.
    let shown = match std::env::current_dir() {
        _ if file.starts_with('/') => file.to_string(),
        Ok(d) if file.is_empty() => d.display().to_string(),
        Ok(d) => format!("{}/{file}", d.display().to_string().trim_end_matches('/')),
        Err(_) => file.to_string(),
    };
    let path = std::path::Path::new(&shown);
    let file = shown.as_str();
    let is_zip = || {
        std::fs::File::open(path).is_ok_and(|mut f| {
            let mut magic = [0; 4];
            f.read_exact(&mut magic).is_ok() && magic == *b"PK\x03\x04"
        })
    };
    if path.is_dir() || is_zip() {
        force_path(vm, file)?;
        return run_module(vm, "__main__", false);
    }
    let source = match std::fs::read(path) {
        Ok(s) => s,
        Err(e) => {
            let errno = e.raw_os_error().unwrap_or(0);
            let text = taipan_runtime::objects::exception::os::strerror(errno);
            let program = std::env::args_os().next().unwrap_or_default();
            let program = program.to_string_lossy();
            eprintln!("{program}: can't open file '{shown}': [Errno {errno}] {text}");
            return Err(Stop::Status(2));
        }
    };
    let dir = std::fs::canonicalize(path)
        .ok()
        .and_then(|p| p.parent().map(|d| d.to_string_lossy().into_owned()))
        .unwrap_or_default();
    prepend_path(vm, &dir)?;
    main.set_str(vm, vm.names.__file__, vm.new_str(file).value());
    main.set_str(vm, vm.names.__cached__, Value::NONE);
    if path.extension().is_some_and(|x| x == "pyc") {
        return run_compiled(vm, &source, main);
    }
    run_source(vm, o, &source, file, main)
}

/// Runs a file of compiled code.
fn run_compiled(vm: &Vm, data: &[u8], main: Gc<Dict>) -> Result<(), Stop> {
    vm.start_importlib()?;
    startup::set_main_loader(vm, main)?;
    let magic = vm.import_attr("_frozen_importlib_external", "MAGIC_NUMBER")?;
    let magic = magic.cast::<taipan_runtime::objects::bytes::Bytes>();
    if data.len() < 16 || magic.is_none_or(|m| !data.starts_with(m.as_bytes())) {
        return Err(vm.runtime_error("Bad magic number in .pyc file").into());
    }
    let loads = vm.import_attr("marshal", "loads")?;
    let code = vm.call(loads, &[vm.new_bytes(&data[16..]).value()])?;
    match code.cast::<Code>() {
        Some(code) => exec(vm, code, main).map(drop).map_err(Stop::Raised),
        None => Err(vm.runtime_error("Bad code object in .pyc file").into()),
    }
}

fn run_source(vm: &Vm, o: &Options, source: &[u8], name: &str, main: Gc<Dict>) -> Result<(), Stop> {
    let source = match source.iter().position(|&b| b == b'\n') {
        // The newline stays, so that line numbers are right.
        Some(end) if o.skip_first_line => &source[end..],
        _ => source,
    };
    // Few programs look at their loader; the others get it when importlib is set up.
    if memchr::memmem::find(source, b"__loader__").is_some() {
        vm.start_importlib()?;
    }
    startup::set_main_loader(vm, main)?;
    if source.contains(&0) && std::str::from_utf8(source).is_ok() {
        return Err(Stop::Raised(null_byte(vm, source, name)));
    }
    let compiled = vm.compile_bytes(source, name, Mode::Exec, vm.compile_options());
    let code = compiled.inspect_err(|e| at_end_of_file(vm, e, name))?;
    if name == "<string>" {
        taipan_stdlib::sys::remember_source(vm, code.value(), name, &String::from_utf8_lossy(source));
    }
    if o.dump.iter().any(|d| d == "code") {
        print!("{}", taipan_bytecode::disassemble(&code.data));
        return Ok(());
    }
    exec(vm, code, main)?;
    Ok(())
}

/// What is missing at the end of a file has no place in its last line; for text it is behind it.
fn at_end_of_file(vm: &Vm, e: &Raised, name: &str) {
    use taipan_runtime::objects::exception::families::syntax;
    if name.starts_with('<') || !vm.raised_is(*e, vm.types.SyntaxError) {
        return;
    }
    let field = |n| e.0.field(n);
    let message = field(syntax::MSG).cast::<taipan_runtime::objects::str::Str>().map(|m| m.to_string());
    let message = message.unwrap_or_default();
    let lonely = message.starts_with("expected an indented block")
        || message.starts_with("expected 'except'")
        || (message.starts_with("unexpected EOF") && field(syntax::OFFSET) == Value::int(2));
    if field(syntax::END_OFFSET) == Value::int(-1) && lonely {
        e.0.set_field(vm, syntax::OFFSET, Value::int(0));
    }
}

/// The error for a program with a null byte in it.
fn null_byte(vm: &Vm, source: &[u8], name: &str) -> Raised {
    use taipan_runtime::objects::exception::families::syntax;
    let at = source.iter().position(|&b| b == 0).unwrap_or(0);
    let start = source[..at].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    let line = source[..at].iter().filter(|&&b| b == b'\n').count() as i64 + 1;
    let e = vm.new_exception(vm.types.SyntaxError, "source code cannot contain null bytes");
    e.0.set_field(vm, syntax::FILENAME, vm.new_str(name).value());
    e.0.set_field(vm, syntax::LINENO, Value::int(line));
    e.0.set_field(vm, syntax::TEXT, vm.new_str(&String::from_utf8_lossy(&source[start..at])).value());
    e
}

/// Runs code in a namespace.
pub fn exec(vm: &Vm, code: Gc<Code>, d: Gc<Dict>) -> PyResult {
    taipan_interp::exec_code(vm, code, d, d.value())
}

/// `-c` text with its common indentation removed, as CPython does since 3.14.
fn dedent(text: &str) -> String {
    let margin = text
        .lines()
        .filter(|l| !l.trim().is_empty())
        .map(|l| l.len() - l.trim_start_matches([' ', '\t']).len())
        .min()
        .unwrap_or(0);
    let mut out: String = text
        .split_inclusive('\n')
        .map(|l| if l.trim().is_empty() { l.trim_start_matches([' ', '\t']) } else { &l[margin..] })
        .collect();
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

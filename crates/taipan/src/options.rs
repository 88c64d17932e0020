//! The command line and the environment variables that go with it.

use crate::help;
use lexopt::Arg;
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use taipan_runtime::vm::Config;

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// `-c text`
    Command(String),
    /// `-m name`
    Module(String),
    /// A script, or a folder or zip file with `__main__.py`.
    File(String),
    /// Standard input: `-`, or nothing at all.
    Stdin,
}

/// The parsed command line.
#[derive(Debug)]
pub struct Options {
    /// For the VM.
    pub config: Config,
    /// What to run.
    pub program: Program,
    /// `-x`
    pub skip_first_line: bool,
    /// `-X stats`
    pub stats: bool,
    /// `-X spec-threshold=N`
    pub spec_threshold: Option<u16>,
    /// `-X dump=...`
    pub dump: Vec<String>,
}

fn usage(program: &str) -> String {
    format!("usage: {program} [option] ... [-c cmd | -m mod | file | -] [arg] ...")
}

fn usage_error(program: &str, message: &str) -> i32 {
    eprintln!("{message}\n{}\nTry `python -h' for more information.", usage(program));
    2
}

/// A setting that CPython refuses to start with.
fn fatal(place: &str, message: &str, state: &str) -> i32 {
    eprintln!("Fatal Python error: {place}: {message}\nPython runtime state: {state}\n");
    1
}

fn text(s: OsString) -> String {
    s.into_string().unwrap_or_else(|s| String::from_utf8_lossy(&s.into_vec()).into_owned())
}

/// Reads the command line. `Err` holds the exit status of a run that ends here.
pub fn parse() -> Result<Options, i32> {
    let args: Vec<OsString> = std::env::args_os().collect();
    let program_name = args.first().map_or("taipan".into(), |a| a.to_string_lossy().into_owned());
    let name = program_name.as_str();
    let mut config = Config { executable: executable(&args), ..Config::default() };
    let mut o = (None, false, 0u8);
    let mut warn = vec![];
    let mut parser = lexopt::Parser::from_iter(args);
    let (program, skip_first_line, versions) = (&mut o.0, &mut o.1, &mut o.2);
    while program.is_none() {
        let next = match parser.next() {
            Ok(Some(a)) => a,
            Ok(None) => break,
            Err(e) => return Err(usage_error(name, &e.to_string())),
        };
        let value = |p: &mut lexopt::Parser, c: char| {
            p.value()
                .map(text)
                .map_err(|_| usage_error(name, &format!("Argument expected for the -{c} option")))
        };
        match next {
            Arg::Short('c') => *program = Some(Program::Command(value(&mut parser, 'c')?)),
            Arg::Short('m') => *program = Some(Program::Module(value(&mut parser, 'm')?)),
            Arg::Short('W') => warn.push(value(&mut parser, 'W')?),
            Arg::Short('X') => {
                let v = value(&mut parser, 'X')?;
                let (name, val) = match v.split_once('=') {
                    Some((n, v)) => (n.to_string(), Some(v.to_string())),
                    None => (v, None),
                };
                config.x_options.push((name, val));
            }
            Arg::Short('b') => config.bytes_warning += 1,
            Arg::Short('B') => config.dont_write_bytecode = true,
            Arg::Short('d') => config.debug += 1,
            Arg::Short('E') => config.ignore_environment = true,
            Arg::Short('i') => (config.inspect, config.interactive) = (true, true),
            Arg::Short('I') => {
                config.isolated = true;
                config.ignore_environment = true;
                config.no_user_site = true;
                config.safe_path = true;
            }
            Arg::Short('O') => config.optimize += 1,
            Arg::Short('P') => config.safe_path = true,
            Arg::Short('q') => config.quiet = true,
            Arg::Short('R') => config.random_hashes = true,
            Arg::Short('s') => config.no_user_site = true,
            Arg::Short('S') => config.no_site = true,
            Arg::Short('u') => config.unbuffered = true,
            Arg::Short('v') => config.verbose += 1,
            Arg::Short('V') | Arg::Long("version") => *versions += 1,
            Arg::Short('x') => *skip_first_line = true,
            Arg::Short('h' | '?') | Arg::Long("help") => return Err(say(&[&usage(name), help::OPTIONS])),
            Arg::Long("help-env") => return Err(say(&[help::VARIABLES])),
            Arg::Long("help-xoptions") => return Err(say(&[help::X_OPTIONS])),
            Arg::Long("help-all") => {
                return Err(say(&[&usage(name), help::OPTIONS, "", help::VARIABLES, "", help::X_OPTIONS]));
            }
            Arg::Long("check-hash-based-pycs") => {
                let Ok(v) = parser.value().map(text) else {
                    let text = "Argument expected for the --check-hash-based-pycs options";
                    return Err(usage_error(name, text));
                };
                if !["always", "default", "never"].contains(&v.as_str()) {
                    let text = "--check-hash-based-pycs must be one of 'default', 'always', or 'never'";
                    return Err(usage_error(name, text));
                }
                config.check_hash_pycs = Some(v);
            }
            Arg::Short(c) => return Err(usage_error(name, &format!("Unknown option: -{c}"))),
            Arg::Long(l) => return Err(usage_error(name, &format!("Unknown option: --{l}"))),
            Arg::Value(v) => {
                *program = Some(if v == "-" { Program::Stdin } else { Program::File(text(v)) });
                if *program == Some(Program::Stdin) {
                    config.argv.push("-".to_string());
                }
            }
        }
    }
    if *versions > 0 {
        let more = format!(" (taipan {}, {}) [Rust]", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH);
        let more = if *versions > 1 { more.as_str() } else { "" };
        return Err(say(&[&format!("Python {}{more}", taipan_stdlib::sys::info::VERSION_TEXT)]));
    }
    let rest: Vec<String> = parser.raw_args().map(|r| r.map(text).collect()).unwrap_or_default();
    match program {
        Some(Program::Command(_)) => config.argv.push("-c".to_string()),
        Some(Program::Module(_)) => config.argv.push("-m".to_string()),
        Some(Program::File(f)) => config.argv.push(f.clone()),
        Some(Program::Stdin) => {}
        None => config.argv.push(String::new()),
    }
    config.argv.extend(rest);
    environment(&mut config, &mut warn)?;
    settings(&mut config)?;
    if config.dev_mode {
        warn.insert(0, "default".to_string());
    }
    if config.bytes_warning > 0 {
        warn.push(
            if config.bytes_warning > 1 { "error::BytesWarning" } else { "default::BytesWarning" }
                .to_string(),
        );
    }
    config.warn_options = warn;
    config.optimize = config.optimize.min(2);
    let mut spec_threshold = None;
    for (name, value) in &config.x_options {
        if name == "gc-stress" {
            let n = value.as_deref().map_or(Some(1), |v| v.parse::<u32>().ok()).filter(|&n| n > 0);
            let Some(n) = n else {
                let shown = value.as_deref().unwrap_or_default();
                eprintln!("taipan: -X gc-stress= takes a number from 1, not '{shown}'");
                return Err(2);
            };
            config.gc_stress = n;
        }
        if name == "stats" && value.is_some() {
            eprintln!("taipan: -X stats takes no value, not '{}'", value.as_deref().unwrap_or_default());
            return Err(2);
        }
        if name == "spec-threshold" {
            let n = value.as_deref().and_then(|v| v.parse::<u16>().ok()).filter(|n| (1..=4096).contains(n));
            if n.is_none() {
                let shown = value.as_deref().unwrap_or_default();
                eprintln!("taipan: -X spec-threshold= takes a number from 1 to 4096, not '{shown}'");
                return Err(2);
            }
            spec_threshold = n;
        }
    }
    let stats = config.x_options.iter().any(|(n, _)| n == "stats");
    let dump = config
        .x_options
        .iter()
        .filter(|(n, _)| n == "dump")
        .flat_map(|(_, v)| v.as_deref().unwrap_or("code").split(',').map(str::to_string).collect::<Vec<_>>())
        .collect::<Vec<_>>();
    for d in &dump {
        if d != "code" && d != "spec" && !taipan_jit::controls::DUMPS.contains(&d.as_str()) {
            let known = taipan_jit::controls::DUMPS.join(", ");
            eprintln!("taipan: unknown stage '{d}' for -X dump=; known: code, spec, {known}");
            return Err(2);
        }
    }
    let program = o.0.unwrap_or(Program::Stdin);
    Ok(Options { config, program, skip_first_line: o.1, stats, spec_threshold, dump })
}

/// Prints texts, each with its line end; a reader that went away is no error.
fn say(texts: &[&str]) -> i32 {
    let mut out = std::io::stdout().lock();
    for t in texts {
        if writeln!(out, "{}", t.trim_end()).is_err() {
            break;
        }
    }
    0
}

/// `-X` options and variables with a value to check.
fn settings(c: &mut Config) -> Result<(), i32> {
    let x = |name: &str| c.x_options.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let env = |name: &str| {
        let v = std::env::var(name).ok().filter(|v| !v.is_empty());
        v.filter(|_| !c.ignore_environment)
    };
    let plain = taipan_stdlib::locale::start(env("PYTHONCOERCECLOCALE").as_deref() != Some("0"));
    let utf8 = match x("utf8") {
        Some(v) => match v.as_deref() {
            None | Some("1") => true,
            Some("0") => false,
            _ => {
                return Err(fatal(
                    "preconfig_init_utf8_mode",
                    "invalid -X utf8 option value",
                    "preinitializing",
                ));
            }
        },
        None => match env("PYTHONUTF8").as_deref() {
            Some("1") => true,
            Some("0") => false,
            None => plain,
            _ => {
                let text = "invalid PYTHONUTF8 environment variable value";
                return Err(fatal("preconfig_init_utf8_mode", text, "preinitializing"));
            }
        },
    };
    let limit = |text: &str| text.parse::<usize>().ok().filter(|n| *n == 0 || (640..1 << 31).contains(n));
    let digits = match (x("int_max_str_digits"), env("PYTHONINTMAXSTRDIGITS")) {
        (Some(v), _) => match v.as_deref().map(limit) {
            Some(Some(n)) => Some(n),
            Some(None) => {
                let text = "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.";
                return Err(fatal("config_init_int_max_str_digits", text, "preinitialized"));
            }
            None => {
                let text = "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.";
                return Err(fatal("config_init_int_max_str_digits", text, "preinitialized"));
            }
        },
        (None, Some(v)) => match limit(&v) {
            Some(n) => Some(n),
            None => {
                let text = "PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.";
                return Err(fatal("config_init_int_max_str_digits", text, "preinitialized"));
            }
        },
        (None, None) => None,
    };
    let switch = |v: Option<Option<String>>| match v.as_ref().map(|v| v.as_deref()) {
        None | Some(None | Some("on" | "off")) => true,
        Some(Some(_)) => false,
    };
    if !switch(x("frozen_modules")) {
        eprintln!(
            "Fatal Python error: bad value for option -X frozen_modules (expected \"on\" or \"off\")\n\
             Python runtime state: preinitialized\n"
        );
        return Err(1);
    }
    // Only numbers are looked at; any other text means the default.
    let odd =
        |v: Option<String>| v.and_then(|v| v.parse::<i32>().ok()).is_some_and(|n| !(0..=2).contains(&n));
    if odd(x("importtime").flatten()) {
        let text = "-X importtime: values other than 1 and 2 are reserved for future use.";
        return Err(fatal("config_init_import_time", text, "preinitialized"));
    }
    if odd(env("PYTHONPROFILEIMPORTTIME")) {
        let text = "PYTHONPROFILEIMPORTTIME: numeric values other than 1 and 2 are reserved for future use.";
        return Err(fatal("config_init_import_time", text, "preinitialized"));
    }
    let shown = |v: Option<String>| if v.and_then(|v| v.parse().ok()) == Some(2) { 2 } else { 1 };
    let import_time = match (x("importtime"), env("PYTHONPROFILEIMPORTTIME")) {
        (Some(v), _) => shown(v),
        (None, Some(v)) => shown(Some(v)),
        (None, None) => 0,
    };
    if let Some(Some(v)) = x("tracemalloc")
        && v.parse::<u16>().is_err()
    {
        let text = "-X tracemalloc=NFRAME: invalid number of frames";
        return Err(fatal("config_init_tracemalloc", text, "preinitialized"));
    }
    let count = |v: &str| if v == "default" { Some(-1) } else { v.parse::<i64>().ok().filter(|n| *n > 0) };
    let cpus = match (x("cpu_count"), env("PYTHON_CPU_COUNT")) {
        (Some(v), _) => match v.as_deref().and_then(count) {
            None => {
                let text =
                    "-X cpu_count=n option: n is missing or an invalid number, n must be greater than 0";
                return Err(fatal("config_init_cpu_count", text, "preinitialized"));
            }
            n => n,
        },
        (None, Some(v)) => match count(&v) {
            None => {
                let text = "PYTHON_CPU_COUNT=n: n must be greater than 0";
                return Err(fatal("config_init_cpu_count", text, "preinitialized"));
            }
            n => n,
        },
        (None, None) => None,
    };
    let no_debug_ranges = x("no_debug_ranges").is_some() || env("PYTHONNODEBUGRANGES").is_some();
    let warn_default_encoding =
        x("warn_default_encoding").is_some() || env("PYTHONWARNDEFAULTENCODING").is_some();
    c.warn_default_encoding = warn_default_encoding;
    c.cpu_count = cpus;
    c.import_time = import_time;
    c.no_debug_ranges = no_debug_ranges;
    let x = |name: &str| c.x_options.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let dev = x("dev").is_some_and(|v| v.as_deref() != Some("0"));
    c.utf8_mode = utf8;
    c.int_max_str_digits = digits;
    c.dev_mode |= dev;
    Ok(())
}

/// The variables that stand for options.
fn environment(c: &mut Config, warn: &mut Vec<String>) -> Result<(), i32> {
    if c.ignore_environment {
        return Ok(());
    }
    let get = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    let level = |name: &str| get(name).map_or(0, |v| v.parse::<u8>().unwrap_or(1));
    c.dont_write_bytecode |= get("PYTHONDONTWRITEBYTECODE").is_some();
    c.inspect |= get("PYTHONINSPECT").is_some();
    c.no_user_site |= get("PYTHONNOUSERSITE").is_some();
    c.unbuffered |= get("PYTHONUNBUFFERED").is_some();
    c.safe_path |= get("PYTHONSAFEPATH").is_some();
    c.dev_mode |= get("PYTHONDEVMODE").is_some();
    c.optimize = c.optimize.max(level("PYTHONOPTIMIZE"));
    c.verbose = c.verbose.max(level("PYTHONVERBOSE"));
    c.debug = c.debug.max(level("PYTHONDEBUG"));
    if let Some(w) = get("PYTHONWARNINGS") {
        let from_command_line = std::mem::take(warn);
        warn.extend(w.split(',').map(str::to_string));
        warn.extend(from_command_line);
    }
    if let Some(seed) = get("PYTHONHASHSEED")
        && seed != "random"
        && !c.random_hashes
    {
        match seed.parse::<u32>() {
            Ok(n) => c.hash_seed = Some(n),
            Err(_) => {
                let text = "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]";
                return Err(fatal("config_init_hash_seed", text, "preinitialized"));
            }
        }
    }
    if let Some(p) = get("PYTHONEXECUTABLE") {
        c.executable = p;
    }
    if let Some(p) = get("PYTHONPATH") {
        for entry in p.split(':') {
            // As `site` leaves them: absolute, and each once.
            let entry = if c.no_site { entry.to_string() } else { absolute(entry) };
            if c.no_site || !c.path.contains(&entry) {
                c.path.push(entry);
            }
        }
    }
    Ok(())
}

/// `os.path.abspath`
fn absolute(path: &str) -> String {
    let full = match std::env::current_dir() {
        Ok(d) if !path.starts_with('/') => d.join(path).display().to_string(),
        _ => path.to_string(),
    };
    let mut parts: Vec<&str> = vec![];
    for part in full.split('/').filter(|p| !p.is_empty() && *p != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    format!("/{}", parts.join("/"))
}

/// `sys.executable`: the absolute path of the binary, as it was called.
fn executable(args: &[OsString]) -> String {
    let by_system = std::env::current_exe().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    let Some(first) = args.first() else { return by_system };
    let first = first.to_string_lossy();
    if first.starts_with('/') {
        return first.into_owned();
    }
    by_system
}

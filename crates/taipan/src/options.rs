//! The command line and the environment variables that go with it.

use lexopt::Arg;
use std::ffi::OsString;
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
    /// `-X dump=...`
    pub dump: Vec<String>,
}

const USAGE: &str = "usage: taipan [option] ... [-c cmd | -m mod | file | -] [arg] ...";

const HELP: &str = "\
Options (and corresponding environment variables):
-b     : issue warnings about converting bytes/bytearray to str and comparing
         bytes/bytearray with str or bytes with int. (-bb: issue errors)
-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : program passed in as string (terminates option list)
-d     : accepted for compatibility; no effect
-E     : ignore PYTHON* environment variables (such as PYTHONPATH)
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running script; also PYTHONINSPECT=x
-I     : isolate from the user's environment (implies -E, -P and -s)
-m mod : run library module as a script (terminates option list)
-O     : remove assert and __debug__-dependent statements; also PYTHONOPTIMIZE=x
-OO    : do -O changes and also discard docstrings
-P     : don't prepend a potentially unsafe path to sys.path; also PYTHONSAFEPATH
-q     : don't print version and copyright messages on interactive startup
-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE=x
-S     : don't imply 'import site' on initialization
-u     : force the stdout and stderr streams to be unbuffered; also PYTHONUNBUFFERED=x
-v     : verbose (trace import statements); also PYTHONVERBOSE=x
-V     : print the version number and exit (also --version); twice for more
-W arg : warning control; arg is action:message:category:module:lineno;
         also PYTHONWARNINGS=arg
-x     : skip first line of source, allowing use of non-Unix forms of #!cmd
-X opt : set implementation-specific option:
         dump=code     print the bytecode of what is compiled and exit
         dump=STAGE    print what a stage of the JIT makes: trace, opt, clif, asm, exits
         gc-stress     collect garbage at every allocation
         jit=on|off    the JIT; also PYTHON_JIT=1|0
         jit-NAME=N    a parameter of the JIT: see docs/jit-parameters.md
         jit-log=FILE  write the JIT's event log; jit-stats: print its counters;
                       jit-perf=map|dump: name compiled code for perf
         dev, utf8, importtime, int_max_str_digits=N ... as CPython's

Arguments:
file   : program read from script file
-      : program read from stdin (default; interactive mode if a tty)
arg ...: arguments passed to program in sys.argv[1:]
";

fn usage_error(message: String) -> i32 {
    eprintln!("{message}\n{USAGE}\nTry `taipan -h' for more information.");
    2
}

fn text(s: OsString) -> String {
    s.into_string().unwrap_or_else(|s| String::from_utf8_lossy(&s.into_vec()).into_owned())
}

/// Reads the command line. `Err` holds the exit status of a run that ends here.
pub fn parse() -> Result<Options, i32> {
    let args: Vec<OsString> = std::env::args_os().collect();
    let mut config = Config { executable: executable(&args), ..Config::default() };
    let mut o = (None, false, 0u8);
    let mut warn = vec![];
    let mut parser = lexopt::Parser::from_iter(args);
    let (program, skip_first_line, versions) = (&mut o.0, &mut o.1, &mut o.2);
    while program.is_none() {
        let next = match parser.next() {
            Ok(Some(a)) => a,
            Ok(None) => break,
            Err(e) => return Err(usage_error(e.to_string())),
        };
        let value = |p: &mut lexopt::Parser, c: char| {
            p.value().map(text).map_err(|_| usage_error(format!("Argument expected for the -{c} option")))
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
            Arg::Short('i') => config.inspect = true,
            Arg::Short('I') => {
                config.isolated = true;
                config.ignore_environment = true;
                config.no_user_site = true;
                config.safe_path = true;
            }
            Arg::Short('O') => config.optimize += 1,
            Arg::Short('P') => config.safe_path = true,
            Arg::Short('q') => config.quiet = true,
            Arg::Short('R') => {}
            Arg::Short('s') => config.no_user_site = true,
            Arg::Short('S') => config.no_site = true,
            Arg::Short('u') => config.unbuffered = true,
            Arg::Short('v') => config.verbose += 1,
            Arg::Short('V') | Arg::Long("version") => *versions += 1,
            Arg::Short('x') => *skip_first_line = true,
            Arg::Short('h' | '?') | Arg::Long("help" | "help-all") => {
                print!("{USAGE}\n{HELP}");
                return Err(0);
            }
            Arg::Long("check-hash-based-pycs") => {
                let v = parser.value().map(text).unwrap_or_default();
                if !["always", "default", "never"].contains(&v.as_str()) {
                    return Err(usage_error(
                        "--check-hash-based-pycs must be one of 'default', 'always', or 'never'".to_string(),
                    ));
                }
            }
            Arg::Short(c) => return Err(usage_error(format!("Unknown option: -{c}"))),
            Arg::Long(l) => return Err(usage_error(format!("Unknown option: --{l}"))),
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
        println!(
            "Python {}{}",
            taipan_stdlib::sys::info::VERSION_TEXT,
            if *versions > 1 { &more } else { "" }
        );
        return Err(0);
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
    environment(&mut config, &mut warn);
    config.warn_options = warn;
    config.optimize = config.optimize.min(2);
    for (name, value) in &config.x_options {
        if name == "gc-stress" {
            config.gc_stress = true;
        }
        if name == "dev" && value.is_none() {
            config.dev_mode = true;
        }
    }
    let dump = config
        .x_options
        .iter()
        .filter(|(n, _)| n == "dump")
        .flat_map(|(_, v)| v.as_deref().unwrap_or("code").split(',').map(str::to_string).collect::<Vec<_>>())
        .collect::<Vec<_>>();
    for d in &dump {
        if d != "code" && !taipan_jit::controls::DUMPS.contains(&d.as_str()) {
            let known = taipan_jit::controls::DUMPS.join(", ");
            eprintln!("taipan: unknown stage '{d}' for -X dump=; known: code, {known}");
            return Err(2);
        }
    }
    Ok(Options { config, program: o.0.unwrap_or(Program::Stdin), skip_first_line: o.1, dump })
}

/// The variables that stand for options.
fn environment(c: &mut Config, warn: &mut Vec<String>) {
    if c.ignore_environment {
        return;
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
    {
        match seed.parse::<u32>() {
            Ok(n) => c.hash_seed = Some(n),
            Err(_) => {
                eprintln!(
                    "Fatal Python error: config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]"
                );
                std::process::exit(1);
            }
        }
    }
    if let Some(p) = get("PYTHONPATH") {
        c.path.extend(p.split(':').map(str::to_string));
    }
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

//! The command line, compared with CPython's: a table of calls, and what `python3.14` did for each.
//!
//! `tests/command/expected.txt` holds the outcomes. `TAIPAN_COMMAND_RECORD=python3.14 cargo test -p taipan --test
//! command` writes it anew with that program; a plain run compares. `TAIPAN_COMMAND_BIN` names another program to test.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Arguments, standard input, variables.
type Case = (&'static [&'static str], &'static str, &'static [(&'static str, &'static str)]);

const ARGV: &str = "import sys; print(sys.argv)";

const CASES: &[Case] = &[
    (&["dir", "a", "-b"], "", &[]),
    (&["empty"], "", &[]),
    (&["missing.py"], "", &[]),
    (&["script.py", "a", "-c"], "", &[]),
    (&["-x", "skip.py"], "", &[]),
    (&["-m", "mod", "x"], "", &[]),
    (&["-m", "pack", "x"], "", &[]),
    (&["-c", ARGV, "a", "-b"], "", &[]),
    (&["-", "a"], ARGV, &[]),
    (&[], "print(2)\n1/0\n", &[]),
    (&["-c", "  print(1)\n  print(2)"], "", &[]),
    (&["-O", "-c", "assert 0; print(__debug__)"], "", &[]),
    (&["-OO", "-c", "def f():\n  'doc'\nprint(f.__doc__)"], "", &[]),
    (&["-Z"], "", &[]),
    (&["--foo"], "", &[]),
    (&["-c"], "", &[]),
    (&["-m"], "", &[]),
    (&["-X", "utf8=2", "-c", "pass"], "", &[]),
    (&["-X", "int_max_str_digits=7", "-c", "pass"], "", &[]),
    (&["-X", "int_max_str_digits=700", "-c", "import sys; print(sys.get_int_max_str_digits())"], "", &[]),
    (&["-X", "foo=bar", "-X", "x", "-c", "import sys; print(sys._xoptions)"], "", &[]),
    (&["-X", "dev", "-c", "import sys; print(sys.flags.dev_mode, sys.warnoptions)"], "", &[]),
    (&["-sSuqPb", "-c", "import sys; print(sys.flags)"], "", &[]),
    (
        &["-E", "-c", "import sys; print(sys.flags.ignore_environment, sys.path[0])"],
        "",
        &[("PYTHONPATH", "/x")],
    ),
    (&["-c", "import sys; print(sys.path[:3])"], "", &[("PYTHONPATH", "/x:/y")]),
    (
        &["-Walways", "-c", "import sys; print(sys.warnoptions)"],
        "",
        &[("PYTHONWARNINGS", "ignore,error::UserWarning")],
    ),
    (&["-Werror", "-c", "import warnings; warnings.warn('x')"], "", &[]),
    (&["-Wfoo", "-c", "pass"], "", &[]),
    (&["-c", "pass"], "", &[("PYTHONHASHSEED", "abc")]),
    (&["-c", "import sys; print(sys.flags.optimize)"], "", &[("PYTHONOPTIMIZE", "2")]),
    (
        &["-c", "import sys; print(sys.stdout.encoding, sys.stdout.errors)"],
        "",
        &[("PYTHONIOENCODING", "latin-1:replace")],
    ),
    (&["-c", "print(1)"], "", &[("PYTHONINSPECT", "1")]),
    (
        &["-q", "-i", "-c", "x = 3"],
        "x\n1/0\nif x:\n    print('y')\n\nx+\ndef f():\n  return (4,\n\n  5)\n\nf()\n_\nexit\nexit(3)\n",
        &[],
    ),
    (
        &["-q", "-i"],
        "try:\n  raise ValueError\nexcept ValueError:\n  print('caught')\n\n'''a\n\nb'''\nclass A:\n  pass\n\nA\n",
        &[],
    ),
    (&["badutf.py"], "", &[]),
    (&["cookie.py"], "", &[]),
    (&["null.py"], "", &[]),
    (&["shadow/random.py"], "", &[]),
    (&["-c", "import sys; sys.exit('bye')"], "", &[]),
    (&["-c", "import sys; sys.exit(300)"], "", &[]),
    (&["-c", "import sys; sys.exit(2**40)"], "", &[]),
    (&["-c", "import os; os._exit(7)"], "", &[]),
    (&["-c", "raise SystemExit(5.5)"], "", &[]),
    (&["-c", "import sys\nsys.excepthook = lambda *a: 1/0\nraise ValueError('orig')"], "", &[]),
    (&["-c", "import sys\ndel sys.excepthook\nraise ValueError('orig')"], "", &[]),
    (&["-c", "import sys; sys.stderr = None; 1/0"], "", &[]),
    (&["-c", "import sys; sys.stdout = None; print(1)"], "", &[]),
    (&["-c", "import sys; del sys.stdout; print(1)"], "", &[]),
    (&["-c", "import sys; sys.stdout.close(); print(1)"], "", &[]),
    (&["-c", "import os; os.close(1); print(1)"], "", &[]),
    (&["-c", "print('\\ud800')"], "", &[]),
    (&["-i", "exits.py"], "", &[]),
    (&["-i", "exits.py"], "exit(4)\n", &[]),
    (&["-i", "-c", "raise SystemExit('hello')"], "", &[]),
    (
        &["-c", "import sys; print(sys._xoptions, sys.flags.warn_default_encoding)"],
        "",
        &[("PYTHONWARNDEFAULTENCODING", "1")],
    ),
    (&["unraisable.py"], "", &[]),
    (
        &[
            "-c",
            "import atexit\nclass F:\n  def __call__(self): 1/0\n  def __repr__(self): return 'F()'\natexit.register(F())",
        ],
        "",
        &[],
    ),
    (&["-c", "import sys, atexit; sys.stderr.close(); atexit.register(lambda: 1/0)"], "", &[]),
    (&["-c", "import nosuch.a"], "", &[]),
    (&["-c", "import os.nosuch"], "", &[]),
];

/// The files that the calls speak of.
fn folder() -> PathBuf {
    let dir = std::env::temp_dir().join(format!("taipan-command-{}", std::process::id()));
    let files: &[(&str, &[u8])] = &[
        ("dir/__main__.py", b"import sys\nprint('main', sys.argv, __name__, sys.path[0])\n"),
        ("empty/nothing", b""),
        ("script.py", b"import sys\nprint(sys.argv, __file__, __spec__)\n"),
        ("skip.py", b"not python\nprint('skipped')\n"),
        ("mod.py", b"import sys\nprint(__name__, sys.argv, __spec__.name)\n"),
        ("pack/__init__.py", b"print('package', __name__)\n"),
        ("pack/__main__.py", b"import sys\nprint(__name__, __package__, sys.argv)\n"),
        ("badutf.py", b"x = \"\xff\xfe\"\n"),
        ("cookie.py", b"# -*- coding: nosuch -*-\nx = 1\n"),
        ("null.py", b"x=1\nprint(2)\0\n"),
        ("exits.py", b"def f():\n    raise SystemExit(3)\nf()\n"),
        (
            "unraisable.py",
            b"import atexit\nclass F:\n  def __call__(self):\n    raise ExceptionGroup('x', [ValueError()]) from TypeError()\n  \
              def __repr__(self): return 'F()'\nclass G(F):\n  def __call__(self): self.f(7)\n  \
              def f(self, n):\n    if n: self.f(n - 1)\n    raise F.Error\n  class Error(Exception):\n    \
              def __str__(self): return 1/0\nF.Error = G.Error\natexit.register(F())\natexit.register(G())\n",
        ),
        ("shadow/random.py", b"import random\nprint(random.randint)\n"),
    ];
    for (name, text) in files {
        let path = dir.join(name);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    dir
}

/// What a program did, with its own paths replaced.
fn outcome(program: &Path, dir: &Path, (args, input, vars): &Case) -> String {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("PYTHON")) {
        command.env_remove(name);
    }
    command
        .args(*args)
        .envs(vars.iter().copied())
        .env("PYTHON_COLORS", "0")
        .env("LC_ALL", "C.UTF-8")
        .current_dir(dir);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|e| panic!("{}: {e}", program.display()));
    // The program may end without reading.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    let out = child.wait_with_output().expect("the program ends");
    let text = |b: &[u8]| {
        let t = String::from_utf8_lossy(b).replace(&dir.display().to_string(), "DIR");
        // CPython gives its full path where its program name was found on the path.
        let t =
            t.replace("/usr/bin/python3.14", "PROGRAM").replace(&program.display().to_string(), "PROGRAM");
        t.replace("python3.14", "PROGRAM")
    };
    let call = args.iter().map(|a| format!(" {a:?}")).collect::<String>();
    let vars = vars.iter().map(|(n, v)| format!("{n}={v} ")).collect::<String>();
    let shown = |name: &str, t: String| t.lines().map(|l| format!("{name} {l}\n")).collect::<String>();
    let status = out.status.code().unwrap_or(-1);
    format!(
        "== {vars}PROGRAM{call}\nstatus {status}\n{}{}",
        shown("out|", text(&out.stdout)),
        shown("err|", text(&out.stderr))
    )
}

#[test]
fn as_cpython() {
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/command/expected.txt");
    let dir = folder();
    let all = |program: &Path| CASES.iter().map(|c| outcome(program, &dir, c)).collect::<Vec<_>>();
    if let Some(python) = std::env::var_os("TAIPAN_COMMAND_RECORD") {
        std::fs::write(&expected, all(Path::new(&python)).concat()).expect("the record is writable");
        return;
    }
    let program =
        std::env::var_os("TAIPAN_COMMAND_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_taipan").into());
    let actual = all(Path::new(&program));
    let record = std::fs::read_to_string(&expected).expect("tests/command/expected.txt");
    let mut wrong = String::new();
    for (case, was) in record
        .split_inclusive('\n')
        .fold(Vec::<String>::new(), |mut v, l| {
            if l.starts_with("== ") {
                v.push(String::new());
            }
            v.last_mut().expect("starts with a case").push_str(l);
            v
        })
        .iter()
        .zip(&actual)
    {
        if case != was {
            wrong.push_str(&format!("expected:\n{case}was:\n{was}\n"));
        }
    }
    let _ = std::fs::remove_dir_all(&dir);
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!(
        record.matches("\n== ").count() + 1,
        CASES.len(),
        "the record is of other cases: record it anew"
    );
}

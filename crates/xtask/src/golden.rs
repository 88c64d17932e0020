//! Golden tests: a Python file, and beside it what CPython 3.14 did with it.
//!
//! In: `tests/python/**/*.py` and, per file, `NAME.out`. A file is a test unless its name or the name of a folder above
//! it starts with `_`, or it lies in a package (a folder with `__init__.py`): those are what tests import. Comment
//! lines at the head of a test say how to run it:
//!
//! ```text
//! # flags: -O -W error       options of the interpreter
//! # args: one two            arguments of the script
//! # stdin: 1\n2\n            what it reads
//! # module: pkg.tool         run `-m pkg.tool` in the test's folder, in place of the script
//! # env: NAME=VALUE          one variable more
//! # also: -X spec-threshold=1   a second run of taipan with these options, and the same output
//! # stderr: ignore           only standard output and the exit code count
//! ```
//!
//! The `.out` file holds standard output as it is; where there is any, standard error follows a line
//! `=== stderr ===`, and an exit code other than 0 is the last line `=== exit N ===`. The path of `tests/python` is
//! taken out of what is compared, and so are those of the libraries, so that outputs hold no
//! path of any machine.
//!
//! `tests/python/pending.txt` lists the tests that do not pass yet. A listed test that passes is an error, so that the
//! list only shrinks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::process::{self, End, Outcome};
use crate::repo;

/// One golden test.
#[derive(Clone, Debug)]
pub struct Test {
    /// Path below `tests/python` without the extension: the test's name.
    pub name: String,
    pub path: PathBuf,
    flags: Vec<String>,
    args: Vec<String>,
    stdin: String,
    module: Option<String>,
    env: Vec<(String, String)>,
    ignore_stderr: bool,
    /// Options of further runs of `taipan`, with the same output.
    pub also: Vec<Vec<String>>,
}

/// Where the interpreters' libraries lie, as far as outputs can show it.
const LIBRARIES: &[&str] = &["/usr/lib/python3.14/", "/usr/local/lib/python3.14/", "<stdlib>/"];

/// What a test did, in the form that is recorded and compared.
pub type Report = String;

/// The folder of the golden tests.
pub fn folder() -> PathBuf {
    repo::root().join("tests/python")
}

/// All golden tests, sorted by name. A directive that is not known is an error, so that a typo cannot change what a
/// test means.
pub fn discover() -> Result<Vec<Test>, String> {
    let top = folder();
    let mut tests = Vec::new();
    for relative in repo::files_below(&top, "py") {
        let hidden = relative.iter().any(|part| part.to_string_lossy().starts_with('_'));
        let packaged = relative
            .ancestors()
            .skip(1)
            .any(|dir| !dir.as_os_str().is_empty() && top.join(dir).join("__init__.py").exists());
        if !hidden && !packaged {
            tests.push(Test::read(&top, &relative)?);
        }
    }
    for name in stressed() {
        let test = tests.iter_mut().find(|t| t.name == name);
        let test = test.ok_or_else(|| format!("gc-stress.txt names {name}, which is no test"))?;
        test.also.push(vec!["-X".to_owned(), "gc-stress".to_owned()]);
    }
    Ok(tests)
}

/// The tests that `gc-stress.txt` names: they are run with a collection at every allocation too.
fn stressed() -> Vec<String> {
    let text = std::fs::read_to_string(folder().join("gc-stress.txt")).unwrap_or_default();
    let names = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    names.map(str::to_owned).collect()
}

impl Test {
    fn read(top: &Path, relative: &Path) -> Result<Test, String> {
        let path = top.join(relative);
        let bytes = std::fs::read(&path).map_err(|e| format!("{}: {e}", relative.display()))?;
        let source = String::from_utf8_lossy(&bytes);
        let mut test = Test {
            name: relative.with_extension("").to_string_lossy().into_owned(),
            path,
            flags: Vec::new(),
            args: Vec::new(),
            stdin: String::new(),
            module: None,
            env: Vec::new(),
            ignore_stderr: false,
            also: Vec::new(),
        };
        for line in source.lines().take_while(|line| line.starts_with('#')) {
            let Some((key, value)) = line[1..].trim().split_once(':') else { continue };
            let value = value.trim();
            let words = || value.split_whitespace().map(str::to_owned);
            match key {
                "flags" => test.flags.extend(words()),
                "also" => test.also.push(words().collect()),
                "args" => test.args.extend(words()),
                "stdin" => test.stdin = value.replace("\\n", "\n"),
                "module" => test.module = Some(value.to_owned()),
                "env" => match value.split_once('=') {
                    Some((name, value)) => test.env.push((name.to_owned(), value.to_owned())),
                    None => return Err(format!("{}: env wants NAME=VALUE", test.name)),
                },
                "stderr" if value == "ignore" => test.ignore_stderr = true,
                _ if key.contains(' ') || key.chars().any(char::is_uppercase) => {}
                _ => return Err(format!("{}: unknown directive {key:?}", test.name)),
            }
        }
        Ok(test)
    }

    /// Where its expected output lies.
    pub fn expected_path(&self) -> PathBuf {
        self.path.with_extension("out")
    }

    /// Its recorded output.
    pub fn expected(&self) -> Result<Report, String> {
        std::fs::read_to_string(self.expected_path())
            .map_err(|_| format!("{}: no recorded output (`cargo xtask record`)", self.name))
    }

    /// Runs it with `program` and extra options in front of its own.
    pub fn run(&self, program: &Path, extra: &[String], limit: Duration, hash_seed: &str) -> Report {
        let folder = self.path.parent().expect("a test lies in a folder");
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| {
                let name = name.to_string_lossy();
                name == "PATH" || name == "HOME" || name.starts_with("TAIPAN_") || name.starts_with("RUST_")
            }))
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .env("NO_COLOR", "1")
            .env("PYTHONHASHSEED", hash_seed)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .envs(self.env.iter().map(|(k, v)| (k, v)))
            .args(extra)
            .args(&self.flags);
        match &self.module {
            Some(module) => command.arg("-m").arg(module),
            None => command.arg(self.path.file_name().expect("a test has a name")),
        };
        command.args(&self.args);
        match process::run(&mut command, self.stdin.as_bytes(), limit) {
            Ok(outcome) => self.report(&outcome, program),
            Err(error) => format!("=== cannot run {}: {error} ===\n", program.display()),
        }
    }

    fn report(&self, outcome: &Outcome, program: &Path) -> Report {
        // Where a program that carries its library says that it lies.
        let own =
            program.canonicalize().ok().and_then(|p| Some(p.parent()?.parent()?.join("lib/python3.14/")));
        let own = own.map_or(String::new(), |p| p.display().to_string());
        let top = format!("{}/", folder().display());
        let clean = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace(&top, "");
            let libraries = LIBRARIES.iter().copied().chain(Some(&own[..]).filter(|own| !own.is_empty()));
            let text = libraries.fold(text, |text, library| text.replace(library, "<lib>/"));
            let text = text.replace("\r\n", "\\r\\n");
            text.split_inclusive('\n').map(without_executable).collect::<String>()
        };
        let mut text = clean(&outcome.stdout);
        let mut section = |title: &str, body: &str| {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push_str("\n=== no newline ===\n");
            }
            text.push_str(title);
            text.push_str(body);
        };
        if !outcome.stderr.is_empty() && !self.ignore_stderr {
            section("=== stderr ===\n", &clean(&outcome.stderr));
        }
        match outcome.end {
            End::Exit(0) => {}
            End::Exit(code) => section(&format!("=== exit {code} ===\n"), ""),
            end => section(&format!("=== {end} ===\n"), ""),
        }
        text
    }
}

/// Names the interpreter alike, whichever it is and wherever it lies, in messages of its command line.
fn without_executable(line: &str) -> String {
    match line.split_once(": ") {
        Some((path, rest)) if path.starts_with('/') => {
            let name = path.rsplit('/').next().unwrap_or_default();
            let python = name == "taipan" || name.starts_with("python");
            if python { format!("<python>: {rest}") } else { line.to_owned() }
        }
        _ => line.to_owned(),
    }
}

/// Why `actual` is not `expected`, as a diff with three lines of context. Of a long one the middle is left out: how a
/// program ended stands at the end.
pub fn difference(expected: &str, actual: &str) -> Option<String> {
    if expected == actual {
        return None;
    }
    let diff = TextDiff::from_lines(expected, actual);
    let mut lines = vec!["  - expected, + actual".to_owned()];
    for group in diff.grouped_ops(3) {
        if let Some(first) = group.first() {
            lines.push(format!("  @ line {}", first.old_range().start + 1));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let mark = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            lines.push(format!("  {mark} {}", change.value().trim_end_matches('\n')));
        }
    }
    const SHOWN: usize = 30;
    if lines.len() > 2 * SHOWN {
        let middle = SHOWN..lines.len() - SHOWN;
        let less = format!("  ... {} lines less", middle.len());
        lines.splice(middle, [less]);
    }
    Some(lines.join("\n"))
}

/// The list of tests that do not pass yet, each with the reason given, if any.
#[derive(Clone, Debug, Default)]
pub struct Pending(pub BTreeMap<String, String>);

impl Pending {
    /// Where the list lies.
    pub fn path() -> PathBuf {
        folder().join("pending.txt")
    }

    /// Does the reason say that the test passes in some builds only? Such a test may pass and stays on the list.
    pub fn is_unsteady(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|reason| reason.starts_with("unsteady:"))
    }

    /// Reads the list; no file is an empty list.
    pub fn load() -> Pending {
        let text = std::fs::read_to_string(Self::path()).unwrap_or_default();
        let rows =
            text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).map(|line| {
                let (name, reason) = line.split_once('#').unwrap_or((line, ""));
                (name.trim().to_owned(), reason.trim().to_owned())
            });
        Pending(rows.collect())
    }

    /// Writes the list.
    pub fn save(&self) -> std::io::Result<()> {
        let mut text = String::from(
            "# Golden tests that do not pass yet, one a line, `# reason` after the name where it is known.\n\
             # This list only shrinks: a listed test that passes fails the run, unless its reason begins with\n\
             # `unsteady:` (it passes in some builds). Refresh: cargo xtask pending\n",
        );
        for (name, reason) in &self.0 {
            text.push_str(name);
            if !reason.is_empty() {
                text.push_str(&format!(" # {reason}"));
            }
            text.push('\n');
        }
        std::fs::write(Self::path(), text)
    }
}

//! `-X stats`, `-X dump=spec`, `-X spec-threshold=N`, `_taipan` and `taipan_specialist`, from outside.

use std::process::{Command, Output};

fn taipan(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_taipan"))
        .args(args)
        .env("PYTHONHASHSEED", "0")
        .output()
        .expect("taipan runs")
}
fn stderr(o: &Output) -> String {
    String::from_utf8_lossy(&o.stderr).into_owned()
}
fn stdout(o: &Output) -> String {
    String::from_utf8_lossy(&o.stdout).into_owned()
}

const PROGRAM: &str = "
class A:
    def __init__(self, x): self.x = x
class B(A): pass
def f(objects):
    n = 0
    for o in objects:
        n = n + o.x
    return n
print(f([A(1), B(2)] * 50))
";

#[test]
fn stats_count_attempts_hits_and_reasons() {
    let o = taipan(&["-X", "stats", "-c", PROGRAM]);
    assert_eq!(stdout(&o), "150\n");
    let text = stderr(&o);
    let row = |name: &str| -> Vec<String> {
        let line = text.lines().find(|l| l.starts_with(name)).unwrap_or_else(|| panic!("no {name}:\n{text}"));
        line.split_whitespace().map(str::to_string).collect()
    };
    let attr = row("load_attr");
    // One site, a hundred executions; two attempts (a shape each), both with success.
    assert_eq!((&attr[1][..], &attr[2][..], &attr[6][..], &attr[7][..]), ("1", "100", "2", "2"), "{text}");
    // Repeating the list has no fast path; a hundred additions of ints have.
    assert!(row("binary")[3] == "99.0%", "{text}");
}

#[test]
fn the_listing_shows_forms_rates_types_and_source() {
    let o = taipan(&["-X", "dump=spec", "-c", PROGRAM]);
    assert_eq!(stdout(&o), "150\n");
    let text = stderr(&o);
    assert!(text.contains("== f (<string>:5), 1 call\n"), "{text}");
    assert!(text.contains("|         n = n + o.x\n"), "{text}");
    let line = text.lines().find(|l| l.contains("LOAD_ATTR_POLY")).unwrap_or_else(|| panic!("{text}"));
    assert!(line.contains("A x50; B x50"), "{line}");
    assert!(text.lines().any(|l| l.contains("ADD ") && l.contains("int, int x100")), "{text}");
}

#[test]
fn the_threshold_says_when_the_first_attempt_is_made() {
    let program = "
import _taipan
class A: x = 1
def f(o): return o.x
def form(): return [i['form'] for i in _taipan.instructions(f.__code__)['instructions'] if i['opcode'] == 'LOAD_ATTR']
a = A()
for i in range(4):
    f(a)
    print(*form())
";
    for (threshold, expected) in [("1", 0), ("2", 1), ("4", 3)] {
        let o = taipan(&["-X", &format!("spec-threshold={threshold}"), "-c", program]);
        let text = stdout(&o);
        let first = text.lines().position(|l| l == "LOAD_ATTR_CLASS");
        assert_eq!(first, Some(expected), "threshold {threshold}: {text}{}", stderr(&o));
    }
}

#[test]
fn unknown_values_are_clear_errors() {
    for option in
        ["spec-threshold", "spec-threshold=0", "spec-threshold=x", "stats=1", "dump=nothing", "jit=maybe"]
    {
        let o = taipan(&["-X", option, "-c", "print(1)"]);
        assert_eq!(o.status.code(), Some(2), "{option}");
        assert_eq!(stdout(&o), "", "{option}");
        let text = stderr(&o);
        assert!(text.lines().count() == 1 && text.starts_with("taipan: "), "{option}: {text}");
    }
}

#[test]
fn the_page_colours_the_source() {
    let program = "
import taipan_specialist
def f(x): return x + 1 if x else x
with taipan_specialist.counting():
    for i in range(10): f(i)
page = taipan_specialist.html([f])
print('background:hsl(120' in page, 'ADD_I' in page, page.startswith('<!DOCTYPE html>'), '<script' in page)
";
    let o = taipan(&["-c", program]);
    assert_eq!(stdout(&o), "True True True False\n", "{}", stderr(&o));
}

//! Fifty different hot loops: their code stays within the limit, and what died is freed.

use std::process::Command;

/// Fifty functions with a loop each, all of which rely on `step`. Each is called twice, the second time once all of
/// them had their turn.
const LOOPS: &str = r#"
import sys
def step(x):
    return x + 1
loops = []
for k in range(50):
    names = {}
    exec(f"""
def loop(n):
    s = {k}
    for i in range(n):
        s += step(i) ^ {k}
        if s > {1000 * k + 5000}:
            s -= i
    return s
""", globals(), names)
    loops.append(names["loop"])
def all_of_them():
    return [f(300) for f in loops for _ in range(2)]
def expected():
    found = []
    for k in range(50):
        s = k
        for i in range(300):
            s += step(i) ^ k
            if s > 1000 * k + 5000:
                s -= i
        found += [s, s]
    return found
assert all_of_them() == all_of_them() == expected()
"#;

fn taipan(options: &[&str], more: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .args(["-X", "jit=on", "-X", "jit-threshold=20", "-X", "jit-side-threshold=20"])
        .args(options)
        .args(["-c", &format!("{LOOPS}{more}")])
        .output()
        .expect("taipan runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn numbers(text: &str) -> Vec<u64> {
    text.split_whitespace().map(|n| n.parse().expect("a number")).collect()
}

#[test]
fn fifty_loops_stay_within_the_code_limit() {
    const PRINT: &str =
        "s = sys._jit.stats(); print(s['compiles'], s['code_bytes'], s['code_peak'], s['code_freed'])";
    let limit = 24_000;
    let out = taipan(&["-X", &format!("jit-code-limit={limit}")], PRINT);
    let [compiles, bytes, peak, freed] = numbers(&out)[..] else { panic!("{out}") };
    assert!(compiles >= 50 && bytes > 2 * limit, "all of them were compiled, and it was too much: {out}");
    assert!(peak <= limit && peak > limit / 2, "the limit is kept and used: {out}");
    assert!(freed >= bytes - limit, "the others went: {out}");
}

#[test]
fn code_that_relied_on_what_changed_is_freed() {
    // From then on nothing is compiled that could be taken for it; a compilation frees what nobody runs in any more.
    const REBIND: &str = "
before = sys._jit.stats()
def step(x):
    return x + 2
assert all_of_them() == expected()
s = sys._jit.stats()
print(before['code_bytes'], s['invalidated'], s['code_freed'] - before['code_freed'])
";
    let out = taipan(&[], REBIND);
    let [bytes, invalidated, freed] = numbers(&out)[..] else { panic!("{out}") };
    assert!(invalidated >= 50, "{out}");
    assert!(freed * 10 >= bytes * 4, "{out}");
}

//! What the recorder follows: a table of loops, and how many instructions of each it leaves to the interpreter.
//!
//! In: the table. Out: one run of taipan that records them all, and the residual calls in the root trace of each,
//! which must be as many as the table says: a recorder that learns to follow more lowers the row.

use std::fmt::Write;
use std::process::Command;

/// Name, what comes before the function, the function's body (with `n` rounds and `s` to add to), residual calls.
const LOOPS: &[(&str, &str, &str, usize)] = &[
    ("positional call", "def g(a, b): return a + b", "for i in range(n):\n    s += g(i, 1)", 0),
    ("keyword call", "def g(a, b): return a + b", "for i in range(n):\n    s += g(i, b=1)", 0),
    ("defaults", "def g(a, b=2): return a + b", "for i in range(n):\n    s += g(i)", 0),
    (
        "closure",
        "def mk(k):\n    def g(a): return a + k\n    return g\ng = mk(3)",
        "for i in range(n):\n    s += g(i)",
        0,
    ),
    ("lambda", "g = lambda a: a + 1", "for i in range(n):\n    s += g(i)", 0),
    (
        "method",
        "class C:\n    def m(self, a): return a + 1\no = C()",
        "for i in range(n):\n    s += o.m(i)",
        0,
    ),
    (
        "bound method",
        "class C:\n    def m(self, a): return a + 1\nm = C().m",
        "for i in range(n):\n    s += m(i)",
        0,
    ),
    (
        "classmethod",
        "class C:\n    @classmethod\n    def m(cls, a): return a + 1",
        "for i in range(n):\n    s += C.m(i)",
        1,
    ),
    (
        "staticmethod",
        "class C:\n    @staticmethod\n    def m(a): return a + 1",
        "for i in range(n):\n    s += C.m(i)",
        2,
    ),
    ("__init__", "class C:\n    def __init__(self, a): self.a = a", "for i in range(n):\n    s += C(i).a", 0),
    (
        "operator of a class",
        "class C:\n    def __init__(self, a): self.a = a\n    def __add__(self, k): return self.a + k\no = C(3)",
        "for i in range(n):\n    s += o + i",
        0,
    ),
    (
        "comparison of a class",
        "class C:\n    def __init__(self, a): self.a = a\n    def __lt__(self, k): return self.a < k\no = C(3)",
        "for i in range(n):\n    s += o < i",
        0,
    ),
    (
        "property",
        "class C:\n    @property\n    def p(self): return 3\no = C()",
        "for i in range(n):\n    s += o.p",
        0,
    ),
    ("slots", "class C:\n    __slots__ = 'a',\no = C(); o.a = 3", "for i in range(n):\n    s += o.a", 0),
    ("attribute store", "class C: pass\no = C(); o.a = 3", "for i in range(n):\n    o.a = i; s += o.a", 2),
    ("class attribute", "class C:\n    a = 3\no = C()", "for i in range(n):\n    s += o.a + C.a", 0),
    ("generator expression", "", "for i in range(n):\n    s += sum(j for j in (1, 2))", 4),
    (
        "generator",
        "def g(n):\n    for j in range(n): yield j\n",
        "it = g(10**6)\nfor i in range(n):\n    s += next(it)",
        1,
    ),
    ("generator loop", "def g(n):\n    for j in range(n): yield j\n", "for i in g(n): s += i", 1),
    ("list comprehension", "", "for i in range(n):\n    s += len([j for j in (1, 2)])", 0),
    ("list loop", "a = list(range(300))", "for i in a: s += i", 0),
    ("tuple loop", "a = tuple(range(300))", "for i in a: s += i", 0),
    ("dict loop", "a = dict.fromkeys(range(300))", "for i in a: s += i", 0),
    ("dict items", "a = {k: k for k in range(300)}", "for k, v in a.items(): s += k + v", 0),
    ("set loop", "a = set(range(300))", "for i in a: s += i", 0),
    ("str loop", "a = 'ab' * 150", "for c in a: s += c == 'a'", 0),
    ("zip", "a = list(range(300))", "for x, y in zip(a, a): s += x + y", 0),
    ("enumerate", "a = list(range(300))", "for x, y in enumerate(a): s += x + y", 0),
    ("map", "a = list(range(300))", "for x in map(abs, a): s += x", 1),
    ("filter", "a = list(range(300))", "for x in filter(None, a): s += x", 1),
    ("reversed", "a = list(range(300))", "for x in reversed(a): s += x", 0),
    ("unpacking", "p = (1, 2)", "for i in range(n):\n    a, b = p; s += a + b", 0),
    ("swap", "", "for i in range(n):\n    s, i = i, s; s += i", 0),
    ("star unpacking", "p = (1, 2, 3)", "for i in range(n):\n    a, *b = p; s += a", 1),
    ("list index", "a = [1, 2, 3]", "for i in range(n):\n    s += a[i % 3]", 0),
    ("list store", "a = [1, 2, 3]", "for i in range(n):\n    a[i % 3] = i; s += 1", 0),
    ("nested list", "a = [[1, 2], [3, 4]]", "for i in range(n):\n    s += a[i & 1][1]", 0),
    ("tuple index", "a = (1, 2, 3)", "for i in range(n):\n    s += a[i % 3]", 0),
    ("dict get", "a = {1: 2, 0: 3}", "for i in range(n):\n    s += a[i & 1]", 0),
    ("dict store", "a = {}", "for i in range(n):\n    a[i & 1] = i; s += 1", 0),
    ("dict str key", "a = {'x': 2}", "for i in range(n):\n    s += a['x']", 0),
    ("slice", "a = [1, 2, 3]", "for i in range(n):\n    s += len(a[1:])", 0),
    ("str index", "a = 'abc'", "for i in range(n):\n    s += a[i % 3] == 'a'", 0),
    ("str compare", "a = 'abc'", "for i in range(n):\n    s += a == 'abd'", 0),
    ("math", "import math", "for i in range(n):\n    s += math.sqrt(i) + math.sin(i) + math.floor(1.5)", 1),
    ("min max", "", "for i in range(n):\n    s += min(i, 5) + max(i, 3, 7)", 0),
    ("abs", "", "for i in range(n):\n    s += abs(-i)", 0),
    ("sum", "a = [1, 2, 3]", "for i in range(n):\n    s += sum(a)", 1),
    ("len", "a = [1, 2, 3]", "for i in range(n):\n    s += len(a)", 0),
    ("int float bool", "", "for i in range(n):\n    s += int(1.5) + float(i) + bool(i)", 0),
    ("round", "", "for i in range(n):\n    s += round(i * 0.5)", 1),
    ("divmod", "", "for i in range(n):\n    q, r = divmod(i, 3); s += q + r", 1),
    ("pow", "", "for i in range(n):\n    s += pow(i, 2) + i ** 2", 1),
    ("isinstance", "", "for i in range(n):\n    s += isinstance(i, int)", 0),
    ("ord chr", "", "for i in range(n):\n    s += ord(chr(65 + (i & 7)))", 0),
    ("append pop", "a = [1]", "for i in range(n):\n    a.append(i); s += a.pop()", 0),
    (
        "caught exception",
        "",
        "for i in range(n):\n    try:\n        if i & 1: raise ValueError\n        s += 1\n    except ValueError:\n        s += 2",
        0,
    ),
    (
        "with",
        "class C:\n    def __enter__(self): return 1\n    def __exit__(self, *a): pass\nc = C()",
        "for i in range(n):\n    with c as k: s += k",
        4,
    ),
    ("f-string", "", "for i in range(n):\n    s += len(f'{i}')", 1),
    ("float arithmetic", "", "for i in range(n):\n    s += i * 0.5 - 1.5 / (i + 1)", 0),
    ("bits", "", "for i in range(n):\n    s = (s * 31 + i & 0xFFFFFFFF) ^ (i << 3) ^ (s >> 2)", 0),
    ("is None", "x = None", "for i in range(n):\n    s += x is None", 0),
    ("in tuple", "", "for i in range(n):\n    s += i in (1, 2, 3)", 0),
    ("chained comparison", "", "for i in range(n):\n    s += 1 < i < 100", 0),
    ("and or not", "", "for i in range(n):\n    s += (i and 3) or (not i)", 0),
    ("global store", "k = 0", "global k\nfor i in range(n): k += i", 0),
];

#[test]
fn loops_leave_to_the_interpreter_what_the_table_says() {
    let mut program = String::new();
    for (k, (_, before, body, _)) in LOOPS.iter().enumerate() {
        let body = body.replace('\n', "\n    ");
        let source =
            format!("{before}\ndef loop_{k}(n):\n    s = 0\n    {body}\n    return s\nloop_{k}(300)\n");
        let _ = writeln!(program, "exec({source:?}, {{}})");
    }
    let options = ["jit=on", "jit-threshold=20", "jit-side-traces=off", "jit-jitter=0", "dump=trace"];
    let o = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .args(options.iter().flat_map(|o| ["-X", o]))
        .args(["-c", &program])
        .output()
        .expect("taipan runs");
    let text = String::from_utf8_lossy(&o.stderr);
    assert!(o.status.success(), "{text}");
    let mut wrong = String::new();
    for (k, (name, .., residual)) in LOOPS.iter().enumerate() {
        let head = format!(":loop_{k}");
        let trace =
            text.split("---- trace of tree ").find(|t| t.lines().next().is_some_and(|l| l.ends_with(&head)));
        match trace.map(|t| t.matches("call py_").count()) {
            Some(n) if n == *residual => {}
            Some(n) => {
                let _ = writeln!(wrong, "{name}: {n} residual calls, {residual} in the table");
            }
            None => {
                let _ = writeln!(wrong, "{name}: not recorded");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

# Mistakes whose message or place took a rule of their own.
SOURCES = [
    "try:\n    pass\n", "try:\n    pass\n\n\n", "def f():\n    # only a comment\n", "def f():\n\n\n",
    "def f():\n    try:\n        pass\n    except* A:\n        return 1\n",
    "def f(x):\n    try:\n        pass\n    except* A:\n        return x\n",
    "f(x=1 for x in y)", "f(print 'a')", "[print 'a', 2]", "lambda *, **k: 1", "lambda *: 1", "lambda *, a, *: 1",
    "{x: y, z for x in w}", "{a: b, c d}", "{a: b, **c, d e}", "{a: b, c: d e}", "{a, b c}",
    "f(a := b=1)", "f(a.b=1)", "match x:\n    case a + b: pass\n", "match x:\n    case 1 + b: pass\n",
    "\\", "\\\n", "x = 1 \\", "x = 1 \\\n", "if x:\n    y\n\\\n",
    "f(c=1, a for a in b)", "f(c=1, a for a in b, d)", "f(c=1, 2)",
    "f'{a.}'", "f'{a +}'", "f'{a ==}'", "f'{class}'", "f'{if x}'", "f'{a = b}'", "t'{for}'", "f'{a b}'", "f'{not}'",
    "1 if 2 else 6 if 7", "[1 if 2 else 6 if 7]", "1 if 2",
]
for source in SOURCES:
    try:
        compile(source, "file", "exec")
    except SyntaxError as e:
        print(repr(source), "->", type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
    else:
        print(repr(source), "compiles")

ns = {"a": 1}
exec("b = a + 1\ndef f(): return a + b\nc = f()", ns)
print(ns["b"], ns["c"], "__builtins__" in ns)
g, l = {"x": 1}, {"y": 2}
exec("z = x + y; x = 10", g, l)
print(sorted(k for k in g if k != "__builtins__"), l)
print(eval("x + y", {"x": 1}, {"y": 5}), eval(" 1 + 2 "), eval("[i for i in range(n)]", {"n": 3}))
def f(p):
    q = p + 1
    loc = locals()
    loc["new"] = 1
    exec("q = 99; fresh = 1")
    return q, sorted(locals()), sorted(loc)
print(f(1))
def with_explicit():
    d = {}
    exec("v = 3", globals(), d)
    return d
print(with_explicit())
code = compile("x * 2", "<s>", "eval")
print(eval(code, {"x": 21}), code.co_filename, code.co_names)
exec(compile("5 + 5", "<s>", "single"))
exec(compile("for i in range(2): i\n", "<s>", "single"))
class Meta(dict):
    def __missing__(self, k): return f"missing {k}"
print(eval("foo + bar", {}, Meta()))
def frame_locals():
    import sys
    a, b = 1, [2]
    fl = sys._getframe().f_locals
    fl["a"] = 100
    return a, fl["b"] is b, sorted(fl)
print(frame_locals())
print(sorted(vars(type("T", (), {"k": 1})))[-1], dir(Meta)[-1])
for src in ["x =", "1 +* 2", "return 1", "def f(:\n pass", "eval('1'", "break", "yield 1", "x = 1\n  y = 2"]:
    try: exec(src)
    except SyntaxError as e: print(repr(src), "->", type(e).__name__, e.msg, e.lineno)
print(eval(b"1 + 1"), eval("\t 5"), eval("(\n1\n)"))
try: eval("x = 1")
except SyntaxError as e: print(e.msg)
try: exec(5)
except TypeError as e: print(e)
try: eval("nope")
except NameError as e: print(e)
glob = {}
exec("global q; q = 1", glob, {})
print(glob["q"])
exec("def fact(n): return 1 if n < 2 else n * fact(n - 1)", glob)
print(glob["fact"](20))

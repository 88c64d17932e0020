cases = r"""
if x
while True
class C
else: pass
x = [1, 2
x = 1, 2)
x = {1: 2
foo(
a b
1 2
x = = 1
x == 1 = 2
f() = 1
a + b = c
None = 1
True = 1
x() += 1
(a, b) += 1
def f(x, x): pass
def f(a=1, b): pass
def f(*): pass
def f(*, **k): pass
def f(**k, a): pass
lambda x, x: 1
f(**k, *a)
f(a=1, a=2)
f(x for x in y, 1)
f(1=2)
f(a.b=1)
f(True=1)
break
continue
""".strip("\n").split("\n")
import warnings; warnings.simplefilter("ignore")
for c in cases:
    src = c.replace("|", "\n")
    try: compile(src, "f", "exec"); print(repr(src), "compiles")
    except SyntaxError as e: print(repr(src), "->", type(e).__name__, e.msg, (e.lineno, e.offset, e.end_lineno, e.end_offset))
    except Exception as e: print(repr(src), "->", type(e).__name__, e)

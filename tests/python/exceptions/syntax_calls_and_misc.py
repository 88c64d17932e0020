cases = r"""
a<b=1
(yield)=1
lambda:1=1
a if b else c = 1
for f() in x: pass
with a as f(): pass
import a as b.c
from a import b.c
type x
type 1 = 2
def f[T, T](): pass
class C[T](T := 1): pass
del
del a +
pass x
try: pass|except a, b as c: pass
try: pass|except* a: pass|except b: pass
t"{"
t"a" "b"
f(**)
f(*)
f(a, b=)
f(a=, b)
dict(a=1, **b, c)
{1:}
{1:2, 3}
{1, 2:3}
{*a: 1}
[1 2]
[1, 2 3]
("a" "b" c)
foo(a, b for b in c)
""".strip("\n").split("\n")
import warnings; warnings.simplefilter("ignore")
for c in cases:
    src = c.replace("|", "\n")
    try: compile(src, "f", "exec"); print(repr(src), "compiles")
    except SyntaxError as e: print(repr(src), "->", type(e).__name__, e.msg, (e.lineno, e.offset, e.end_lineno, e.end_offset))
    except Exception as e: print(repr(src), "->", type(e).__name__, e)

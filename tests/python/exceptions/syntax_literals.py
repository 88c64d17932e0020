cases = r"""
"\u12"
$x
x?
!x
x = \ y
@
@x
class C(x for x in y): pass
def f(:
async x
async for x in y: pass
async with x: pass
[await x for x in y]
x: int: str
(x): int = 1, 2
x.y: int
f(): int
a, b: int
assert
raise x from
raise from x
global
x := 1
(x := 1, y := 2)
[x := 1 for x in y]
(a.b := 1)
lambda: (yield)
def f(a, /, b, /): pass
def f(/, a): pass
def f(*a, /): pass
f(a for a in b, c for c in d)
class A: return 1
""".strip("\n").split("\n")
import warnings; warnings.simplefilter("ignore")
for c in cases:
    src = c.replace("|", "\n")
    try: compile(src, "f", "exec"); print(repr(src), "compiles")
    except SyntaxError as e: print(repr(src), "->", type(e).__name__, e.msg, (e.lineno, e.offset, e.end_lineno, e.end_offset))
    except Exception as e: print(repr(src), "->", type(e).__name__, e)

cases = r"""
def f(): x: int; global x
if 1: x = 1| else: y = 2
if 1:|x = 1
def f():
    |  x = 1
if 1:|    x|   y
if True:|	x|        y
elif x: pass
print x
exec "x"
print "a", b
x = yield = 1
i++
i--x
a =! b
a <> b
a && b
a || b
!a
x = 5 if y else
not
a not b
a is not
-
()=1
[]=1
{}=1
{a}=1
{a:1}=1
"s"=1
f"x"=1
...=1
""".strip("\n").split("\n")
import warnings; warnings.simplefilter("ignore")
for c in cases:
    src = c.replace("|", "\n")
    try: compile(src, "f", "exec"); print(repr(src), "compiles")
    except SyntaxError as e: print(repr(src), "->", type(e).__name__, e.msg, (e.lineno, e.offset, e.end_lineno, e.end_offset))
    except Exception as e: print(repr(src), "->", type(e).__name__, e)

cases = r"""
return
yield
await x
async def f(): yield from x
def f(): yield; await x
nonlocal x
def f(): nonlocal zz
def f(): global x; x = 1; nonlocal x
def f(): x = 1; global x
def f(x): global x
del f()
del 1
del (a, 1)
import a.b as c.d
from x import
from . import *
from x import (a, b
import
from __future__ import nope
from __future__ import braces
x = 1 if 2
[x for]
[x for x in]
{**a for a in b}
[*a for a in b]
(*a)
*a
*a = 1
a, *b, *c = d
print(*)
with open(x) as 1: pass
for 1 in x: pass
""".strip("\n").split("\n")
import warnings; warnings.simplefilter("ignore")
for c in cases:
    src = c.replace("|", "\n")
    try: compile(src, "f", "exec"); print(repr(src), "compiles")
    except SyntaxError as e: print(repr(src), "->", type(e).__name__, e.msg, (e.lineno, e.offset, e.end_lineno, e.end_offset))
    except Exception as e: print(repr(src), "->", type(e).__name__, e)

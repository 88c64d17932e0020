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
for x y: pass
try: pass
try: x
except: pass; finally
except* : pass
try: pass|except: pass|except ValueError: pass
match x:|    case 1|        pass
match x:|    case a: pass|    case b: pass
match x:|    case {"a": 1, "a": 2}: pass
match x:|    case C(a=1, a=2): pass
match x:|    case [a, a]: pass
match x:|    case a | b: pass
"unterminated
'''triple
f"{"
f"{}"
f"{a!x}"
f"{a b}"
f"{a:{b:{c}}}"
f"}"
f"{lambda x: 1}"
b"é"
0777
0b12
0xg
1__0
1_
1e
5x
1.2.3
"\N{nope}"
"\x1"
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

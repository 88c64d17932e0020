"""What the parser takes and what it says of the rest: message, place, text and warnings of many small sources."""
cases = r'''
x; match = 1
(x).b: int
a[*d]: int
(x): int
(x): int = 3
(x.b): int
x.b: int
[x]: int
(x, y): int
x, y: int
[i := 0 for i in range(3)]
[i for i in range(3) if (i := 1)]
[x for (y := 1) in z]
[x for y in (y := z)]
[(j := i) for i in x]
(__debug__): int
__debug__: int
__debug__ = 1
x.__debug__ = 1
del __debug__
def f(__debug__): pass
f(__debug__=1)
import __debug__
import x as __debug__
from x import __debug__
class __debug__: pass
def __debug__(): pass
for __debug__ in x: pass
with x as __debug__: pass
(__debug__ := 1)
global __debug__
try: pass
except x as __debug__: pass
lambda __debug__: 1
match x:\n case __debug__: pass
match x:\n case {**__debug__}: pass
match x:\n case [*__debug__]: pass
match x:\n case 1 as __debug__: pass
type __debug__ = 1
type X[__debug__] = 1
def f[__debug__](): pass
class A[T, T]: pass
def f[T, T](): pass
def f[T](x: (yield)): pass
class A[T](x := 1): pass
def f[T: (yield)](): pass
type A = (yield)
type A = (x := 1)
type A = await x
def f() -> (yield): pass
def f(x: (y := 1)): pass
x: (yield) = 1
x: (y := 1) = 1
x: await y = 1
async def f(): x: await y = 1
def f(x=(yield)): pass
def f():\n  def g(x=(yield)): pass
class A:\n  x = (yield)
class A:\n  return 1
lambda: (yield)
(yield)
yield x
await x
async with x: pass
async for x in y: pass
[x async for x in y]
(x async for x in y)
def f(): return [x async for x in y]
def f(): return (x async for x in y)
async def f(): return [[x async for x in y] for z in w]
[await x for x in y]
def f(): await x
lambda: await x
async def f():\n  yield 1\n  return 2
async def f():\n  yield from x
async def f():\n  return 2\n  yield 1
def f():\n  global x\n  x = 1
def f():\n  x = 1\n  global x
def f():\n  print(x)\n  global x
def f(x):\n  global x
def f():\n  nonlocal x
nonlocal x
def f(x):\n  nonlocal x
def f():\n  x = 1\n  def g():\n    x = 2\n    nonlocal x
def f():\n  x = 1\n  def g():\n    nonlocal x\n    global x
class A:\n  x: int\n  global x
x: int = 1; global x
def f():\n  x: int\n  global x
def f():\n  global x\n  x: int
def f[T]():\n  nonlocal T
class A[T]:\n  nonlocal T
def f(a, a): pass
lambda a, a: 1
def f(a, *, a): pass
f(a=1, a=2)
f(**a, b)
f(a=1, b)
f(a for a in b, c)
f(a, b for b in c)
f(a for a in b)
f(*a, **b, *c)
f(**a, *b)
f(a.b=1)
f(True=1)
f(None=1)
f(a+b=1)
f((a)=1)
f(1=2)
f(a := 1)
f(a := 1, b = 2)
f(a = b := 1)
x = y := 1
x := 1
(x := 1)
(x.y := 1)
(x[0] := 1)
((x) := 1)
(x, y := 1, 2)
{x := 1}
{x := 1: 2}
{1: x := 2}
x[y := 1]
x[y := 1, z := 2]
x[y := 1 : 2]
lambda: x := 1
lambda x := 1: 1
def f(x := 1): pass
assert x := 1
del x := 1
del (x)
del (x, y)
del [x, y]
del x + 1
del f()
del *x
del (*x,)
del [*x]
del 1
del x if y else z
del None
del ()
del []
del (x for x in y)
del {1: 2}
x + 1 = 2
f() = 1
1 = x
None = 1
x = None = 1
(x, 1) = y
[x, f()] = y
*x = y
*x, = y
*x, *y = z
(*x) = y
*x
*x, y
print(*x)
(*x)
(*x, y)
[*x]
{*x}
{**x}
{*x, **y}
{**x, *y}
{**x for x in y}
[*x for x in y]
(*x for x in y)
{**x: 1}
{*x: 1}
return
return 1
def f(): return *x, y
def f(): return *x
def f(): yield *x, y
def f(): yield *x
for x in *y, z: pass
for *x in y: pass
for *x, in y: pass
for x in *y: pass
for f() in y: pass
for x, f() in y: pass
for 1 in y: pass
for x + 1 in y: pass
for x := 1 in y: pass
for (x in y): pass
break
continue
if x: break
while x:\n  def f(): break
for x in y:\n  class A: continue
while 1:\n  pass\nelse: break
try: pass
try: pass\nelse: pass
try: pass\nexcept: pass\nexcept x: pass
try: pass\nexcept* : pass
try: pass\nexcept* x: pass\nexcept y: pass
try: pass\nexcept x: pass\nexcept* y: pass
try: pass\nexcept x, y: pass
try: pass\nexcept x, y as z: pass
try: pass\nexcept (x, y) as z: pass
try: pass\nexcept x as y.z: pass
try: pass\nexcept x as (y): pass
try: pass\nexcept* x, y: pass
try: pass\nexcept *x: pass
try: pass\nexcept *x, y: pass
for x in y:\n  try: pass\n  except* z: break
for x in y:\n  try: pass\n  except* z: continue
def f():\n  try: pass\n  except* z: return
for x in y:\n  try: pass\n  finally: break
def f():\n  try: pass\n  finally: return 1
import x.y as z
import x as y.z
from x import *
def f(): from x import *
class A: from x import *
from x import (*)
from x import a, b,
from x import (a, b,)
from x import ()
from x import
from . import x
from .x import *
from ... import x
from .... x import y
import .x
import x,
import
from __future__ import braces
from __future__ import nope
from __future__ import annotations
x = 1; from __future__ import annotations
from __future__ import barry_as_FLUFL
def f(*): pass
def f(*, **k): pass
def f(*, a): pass
def f(*, a, **k): pass
def f(a, /): pass
def f(/): pass
def f(/, a): pass
def f(a, /, b, /): pass
def f(*, /): pass
def f(*a, /): pass
def f(*a, *b): pass
def f(*a, *): pass
def f(**k, a): pass
def f(**k, *a): pass
def f(**k, **j): pass
def f(a=1, b): pass
def f(a=1, /, b): pass
def f(a, (b, c)): pass
def f(a=): pass
def f(*a=1): pass
def f(**a=1): pass
def f(*a: *b): pass
def f(a: *b): pass
def f(**a: *b): pass
lambda *: 1
lambda *, a: 1
lambda a=1, b: 1
lambda (a, b): 1
lambda /: 1
lambda a, /: 1
lambda *a: int: 1
class A(): pass
class A(x for x in y): pass
class A(*x, **y, metaclass=z): pass
class A(x=1, x=2): pass
class A.b: pass
class A
class A: 
def f
def f()
def f():
def f() -> : pass
if x
if x = 1: pass
if x := 1: pass
while x = 1: pass
if (x = 1): pass
elif x: pass
else: pass
if x: pass\nelse x: pass
if x: pass\nelif: pass
while: pass
for x: pass
for x in : pass
with x, y: pass
with (x, y): pass
with (x as y, z as w,): pass
with (x as y): pass
with x as y, z: pass
with (x as y) as z: pass
with x as f(): pass
with x as 1: pass
with x as (y, z): pass
with x as [y, f()]: pass
with (x, y) as z: pass
with (x for x in y): pass
with (yield): pass
with (): pass
with (x := 1): pass
with x := 1: pass
with (x := 1, y): pass
with *x: pass
with (*x,): pass
with (*x, y): pass
assert
assert x, y, z
assert (x, y)
raise
raise x
raise x from y
raise x, y
raise from x
pass x
x y
x 1
1 x
1x
1_
1__0
0x
0xg
0b2
0o8
01
00
0_0
1e
1e+
1_000.0_1
1.e5
1if x else 2
1_a
0b1_
1.2.3
1jx
"a" b"c"
b"a" "c"
b"é"
f"a" b"c"
t"a" "c"
t"a" f"b"
t"a" t"b"
"a" t"b"
rb"a" br"c"
ub"x"
u"x"
ru"x"
"abc
'abc
"""abc
f"{x
f"{x}
f"{}"
f"{x!}"
f"{x!z}"
f"{x!r}"
f"{x! r}"
f"{x !r}"
f"{x!r:}"
f"{x!r }"
f"{x!rr}"
f"{x=}"
f"{x = }"
f"{x=!r:>10}"
f"{x:{y}}"
f"{x:{y:{z}}}"
f"{x:{y:{z:{w}}}}"
f"}"
f"{{}}"
f"{{}"
f"{x}}"
f"{lambda x: 1}"
f"{(lambda x: 1)}"
f"{x:=5}"
f"{(x:=5)}"
f"{*x}"
f"{*x,}"
f"{**x}"
f"{yield x}"
f"{x y}"
f"{x,}"
f"{#}"
f"{x#}"
f"{'a'}"
f"{"a"}"
f'{"a" 'b'}'
f"{a['b']}"
f"{\n}"
f"{x\n}"
f"""{\nx\n}"""
f"\N{DIGIT ONE}"
f"\N{bad name}"
"\N{bad name}"
"\x1"
"\u12"
"\U00110000"
b"\x1"
f"\x1"
rf"\x1"
'\d'
a if b
a if b else
a if b else pass
a if pass else b
(a if b
[1, 2
{1: 2
(1, 2]
[1, 2)
{1, 2)
)
]
}
(
x = (1,\ny = 2
x = [1,\ny = 2
a b = 1
print x
print "x"
print "x", y
exec x
exec "x"
print(x) y
a <> b
a ! b
!a
a ? b
a $ b
$a
`a`
a && b
a || b
a++
++a
a--
a += 1 += 2
a += b = c
a + = b
a =+ b
a == b == c
a = = b
a === b
a =! b
a => b
a -> b
a.1
a. b
a..b
.a
...
... .x
a.
a.if
a.None
a[]
a[:]
a[::]
a[1:2, ::3]
a[*b]
a[*b, c]
a[*b:c]
a[**b]
a[b=1]
a[b c]
a()()
a(b c)
a(b, c d)
a(b, c d, e)
[a b]
[a, b c]
{a b}
{a: b c}
{a: b, c}
{a, b: c}
{a: }
{a: , b: c}
{: b}
{a: *b}
{a: b for c in d}
{a: b, c: d for e in f}
[a, b for c in d]
(a, b for c in d)
{a, b for c in d}
[a for b in c, d]
[a for b in c if d else e]
[a for b in c if d if e]
[a for b]
[a for b in]
[a for 1 in b]
[a for f() in b]
[for a in b]
[a if b for c in d]
[a async for b in c]
not
not a
not not a
a not b
a not in b
a is not b
a is b not
a in not b
a and
and a
a or or b
a if b else c if d else e
lambda
lambda: 
lambda x
lambda x: yield
lambda x: (yield)
global
global x,
global x, y
global x.y
global 1
nonlocal
match x:
match x:\n  pass
match x:\n  case
match x:\n  case 1
match x:\n  case 1: pass
match x:\n  case 1 + 2: pass
match x:\n  case 1 + 2j: pass
match x:\n  case -1 - 2j: pass
match x:\n  case 1j + 2: pass
match x:\n  case +1: pass
match x:\n  case - 1: pass
match x:\n  case -x: pass
match x:\n  case a: pass\n  case b: pass
match x:\n  case _: pass\n  case b: pass
match x:\n  case a | b: pass
match x:\n  case a | a: pass
match x:\n  case (a | 1): pass
match x:\n  case [a, a]: pass
match x:\n  case [a, *a]: pass
match x:\n  case [*a, *b]: pass
match x:\n  case [*_, *_]: pass
match x:\n  case *a: pass
match x:\n  case *a, b: pass
match x:\n  case {1: a, 1: b}: pass
match x:\n  case {**a, 1: b}: pass
match x:\n  case {**_}: pass
match x:\n  case {a: 1}: pass
match x:\n  case {a.b: 1}: pass
match x:\n  case {1: 2, **rest}: pass
match x:\n  case {-1: 2, "a" "b": 3, None: 4}: pass
match x:\n  case {1 + 1j: 1, 1 + 1j: 2}: pass
match x:\n  case A(): pass
match x:\n  case A(x=1, x=2): pass
match x:\n  case A(x=1, 2): pass
match x:\n  case A(1, x=2): pass
match x:\n  case A.b(1): pass
match x:\n  case A()(): pass
match x:\n  case a.b.c: pass
match x:\n  case a(): pass
match x:\n  case f"x": pass
match x:\n  case "a" "b": pass
match x:\n  case b"a" "b": pass
match x:\n  case 1 as _: pass
match x:\n  case 1 as a.b: pass
match x:\n  case 1 as 2: pass
match x:\n  case a as b: pass
match x:\n  case (a as b) as c: pass
match x:\n  case (1 as a) | (2 as a): pass
match x:\n  case 1 as a | 2: pass
match x:\n  case True | None | False: pass
match x:\n  case x if y: pass
match x:\n  case x if y := 1: pass
match x:\n  case x if *y: pass
match x:\n  case [1, 2] | (3, 4): pass
match x:\n  case 1,: pass
match x:\n  case (): pass
match x:\n  case []: pass
match x:\n  case (1): pass
match x:\n  case (1,): pass
match x:\n  case *_,: pass
match x, y:\n  case 1, 2: pass
match *x:\n  case 1: pass
match *x, y:\n  case 1: pass
match (x):\n  case 1: pass
match x := 1:\n  case 1: pass
match = 1
match(x)
match.x
match[x]
match[x]: y
match(x): y
match: int
match: int = 1
match, x = 1, 2
match * x
match -x
match - x
match not x
match x
case = 1
case x
_ = 1
type = 1
type x
type x = 1
type(x)
type x.y = 1
type x[T] = 1
type x[T: int] = 1
type x[T = int] = 1
type x[T = int, U] = 1
type x[*T] = 1
type x[**T] = 1
type x[*T: int] = 1
type x[**T: int] = 1
type x[*T = *int] = 1
type x[*T = int] = 1
type x[**T = [int]] = 1
type x[] = 1
type x[T,] = 1
type x[1] = 1
type x = 
type = type = 1
type: int
type x: int
type\nx
def f[](): pass
class A[]: pass
def f[T](x: T) -> T: pass
@x
@x\npass
@x y\ndef f(): pass
@x := 1\ndef f(): pass
@(x := 1)\ndef f(): pass
@x[1].y()\ndef f(): pass
@lambda x: x\ndef f(): pass
@yield\ndef f(): pass
@*x\ndef f(): pass
async x
async def f(): await
async def f(): await x = 1
async def f(): await x ** 2
async def f(): -await x
async def f(): await -x
async lambda: 1
async = 1
await = 1
def async(): pass
import async
True = 1
x.True = 1
x = True = 1
True: int
None: int
def None(): pass
def f(None): pass
class True: pass
import None
import x as None
from x import None
from None import x
for None in x: pass
x.None
x(None)
[None := 1]
(True := 1)
with x as None: pass
except: pass
finally: pass
case 1: pass
in x
is x
as x
x as y
import x as
from x import a as
from x import a as b.c
from x import a.b
from x.y import a as b
from x import a b
from x
from import x
from . x import y
x = 
x = 1 2
x = yield = 1
x = (yield) = 1
(yield) = 1
def f(): (yield) = 1
def f(): x = yield = 1
def f(): x = yield y
def f(): x += yield
def f(): yield = 1
def f(): yield x = 1
def f(): yield from
def f(): yield from *x
def f(): yield from x, y
x = await y
lambda: (x := 1)
x = lambda: 1 = 2
(lambda: 1) = 2
lambda: 1 = 2
a if b else c = 1
"x" = 1
f"x" = 1
f"{x}" = 1
... = 1
{} = 1
{x} = 1
{x: 1} = 1
[] = 1
() = 1
[x for x in y] = 1
-x = 1
not x = 1
x < y = 1
x and y = 1
x.y = 1
x[0] = 1
x() = 1
x().y = 1
(x) = 1
((x)) = 1
(x.y) = 1
(x, y) = 1
(x, (y, z)) = 1
x, = 1
x = *y
x = *y,
x += *y
x += *y,
x += y, z
x, y += 1
(x) += 1
(x, y) += 1
[x] += 1
f() += 1
1 += 1
None += 1
__debug__ += 1
x += yield
x: int += 1
x: int, y: int
x: *int
x: int = *y
x: int = *y,
x: int = y, z
x: int = yield
def f(): x: int = yield
x() : int
1: int
"x": int
[]: int
(): int
-x: int
(x): (y)
((x)): int
((x).y): int
(x)[0]: int
(x[0]): int
x[0]: int = 1
x.y: int = 1
async def f(): [x async for x in y]
async def f(): {x: y async for x in z}
async def f(): (await x async for x in z)
def f(): [x async for x in y]
async def f(): lambda: await x
async def f():\n  def g(): await x
async def f():\n  class A: await x
async def f():\n  [await x for x in y]
class A:\n  [await x for x in y]
class A:\n  [(x := 1) for y in z]
def f():\n  [(x := 1) for y in z]
[(x := 1) for x in y]
[[(x := 1) for y in z] for x in w]
[x for x in [(y := 1)]]
[x for x in (lambda: (y := 1))()]
[x for x, y in [(z := 1)]]
[y for x in a for y in (b := 1)]
[lambda: (x := 1) for x in y]
[(a := 1, a) for a.b in c]
[0 for x in y if (lambda x: (x := 1))]
{(x := 1): 1 for y in z}
((x := 1) for x in y)
def f(x):\n  [(x := 1) for y in z]
def f():\n  global x\n  [(x := 1) for y in z]
def f():\n  nonlocal x\n  [(x := 1) for y in z]
class A:\n  def f(self): __class__ = 1
class A:\n  nonlocal __class__
super = 1
def f(): yield\nclass A: yield
x = [yield]
def f(): x = [yield]
def f(): x = [yield y]
def f(): x = [(yield)]
def f(): return yield
def f(): return (yield)
def f(): raise yield
def f(): del (yield)
def f(): f(yield)
def f(): f((yield))
def f(): f(x, yield)
def f(): x[yield]
def f(): {yield}
def f(): [(yield) for x in y]
def f(): [x for x in (yield)]
def f(): ((yield) for x in y)
def f(): {(yield): 1 for x in y}
def f(): [x for x in y if (yield)]
async def f(): [(yield) for x in y]
if x:\npass
if x:\n  pass\n y
if x:\n  pass\n    y
  x
x\n  y
if x: if y: pass
if x: pass; y
if x: pass;
x;
;
x;;y
x; y;
x; if y: pass
if x: pass; else: pass
while x: pass; y; z
for x in y: pass; break
def f(): x; return
class A: x; y = 1
try: x; y\nexcept: z; w
with x: y; z
\
x \
x \ y
x = \\\n1
x # comment
# comment

x\ty
é = 1
x² = 1
ﬁ = 1
€ = 1
x€ = 1
“x”
x – y
x\u00a0= 1
0xfor x in y
0or x
1or x
1and x
1in x
[1for x in y]
1_000
1__000
0777
09.5
09
0e0
0b
0o
0B1
0XfF
0O17
1J
1e1j
1.0j
.5
5.
._5
1._5
1.5_
1e_5
1e5_
'''.strip('\n').split('\n')
for c in cases:
    src = c.replace('\\n', '\n').replace('\\t', '\t').replace('\\u00a0', '\u00a0')
    import warnings
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        try:
            compile(src, '<s>', 'exec')
            r = 'ok'
        except SyntaxError as e:
            r = f'{type(e).__name__} {e.msg!r} {e.lineno}:{e.offset}-{e.end_lineno}:{e.end_offset} {e.text!r}'
        except Exception as e:
            r = f'{type(e).__name__} {e}'
    print(repr(c), '->', r, [(str(x.message), x.lineno, x.category.__name__) for x in w])

def f(a, a): pass
# ---
return 1
# ---
def f(x=1, y): pass
# ---
f(a=1, a=2)
f(**a, *b)
f(a=1, b)
# ---
x = 1 +
# ---
(x, y) = [1, 2
# ---
def f():
    nonlocal x
# ---
def f():
    x = 1
    global x
# ---
None = 1
f() = 2
x + 1 = 3
# ---
if x
    pass
# ---
break
# ---
class C:
    return
# ---
await x
# ---
x = 'abc
# ---
if x:
pass
# ---
try: pass
# ---
from __future__ import braces
# ---
import a.b as c.d
# ---
[x := 1 for x in y]
# ---
{**a for a in b}
# ---
del f()
del x + y
# ---
with a as 1: pass
# ---
match x:
    case a | b: pass
    case _: pass
    case 1: pass
# ---
for x in *a, b: pass
for 1 in y: pass
# ---
def f(*): pass
def f(a, /, b, /): pass
# ---
print x
exec "a"
# ---
x = 012 + 1__0 + 0b2
# ---
a: int: str
# ---
lambda x=1, y: x
# ---
f"{}"
f"{a!x}"
f"{a"
# ---
type X[T, T] = int
# ---
class C[T]:
    T = yield

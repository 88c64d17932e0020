x = y = a + 1
x, (y, *z), [a] = b
# ---
x += 1; y **= 2; a @= b; c[x] //= y; a.b >>= 1
# ---
x: int = 1
a.b: "str"
c[0]: list[int]
(y): float = 2.0
# ---
del x, a[1], b.c, (y, [z])
# ---
if x:
    pass
elif y:
    a = 1
else:
    b = 2
# ---
while x:
    if y: break
    if z: continue
else:
    a()
# ---
for x, y in a, b:
    for z in range(1):
        continue
    break
else:
    pass
# ---
try:
    a()
except (E, F) as x:
    raise G from x
except:
    raise
else:
    b()
finally:
    c()
# ---
try:
    a()
except* E as x:
    b(x)
except* (F, G):
    pass
# ---
try:
    pass
except E, F:
    pass
# ---
with a as x, b as (y, z), c:
    pass
with (a as x, b as y.z,):
    pass
# ---
import a, b.c as x
from . import y
from ..a.b import (x as y, z,)
from a import *
# ---
assert x, y
assert (a, b)
# ---
global a
a = 1
# ---
raise
raise x
raise x from y
# ---
x = 1 if y else 2; print(x)
# ---
if (x := a) and (y := [z := 1, x]):
    print(x)
# ---
for x in (1, 2, 3): print(x)
# ---
while True:
    try:
        break
    finally:
        x = 1
# ---
for a in b:
    with c:
        try:
            continue
        except E:
            break
        finally:
            pass
# ---
x = (
    1,
    # comment
    2)
y = [
]
# ---
x = a \
    + b
# ---
"doc"
from __future__ import annotations
x: y

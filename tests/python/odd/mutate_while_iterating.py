# also: -X spec-threshold=4
l = [1, 2, 3, 4]
for x in l:
    if x % 2: l.remove(x)
print(l)
l = list(range(5)); out = []
for x in l:
    out.append(x)
    if x == 1: l[:] = [9, 8, 7, 6]
print(out)
l = [1, 2, 3]
for i, x in enumerate(l):
    l[i] = str(x) if i % 2 else x * 1.5
print(l)
l = [1, 2, 3]; it = iter(l); next(it); l.clear(); print(next(it, "empty")); l += [1, 2, 3]; print(next(it, "stays exhausted"))
def grow():
    l = [0]; n = 0
    for x in l:
        n += 1
        if n < 1000: l.append(x + 1)
    return n, l[-1]
print(grow())
def kinds():
    l = [1, 2, 3, 4]; out = []
    for x in l:
        out.append(x)
        if len(out) == 1: l[1] = 2.5
        if len(out) == 2: l[2] = None
        if len(out) == 3: l[3] = 2**80
    return out
print(kinds())
def index_loop():
    l = [True] * 10
    for i in range(10):
        if i == 5: l[7] = "x"
        if l[i] is not True: return i, l[i]
print(index_loop())
def shrink():
    l = list(range(10)); s = 0
    try:
        for i in range(10):
            s += l[i]
            if i == 5: del l[7:]
    except IndexError as e: return s, i, str(e)
print(shrink())
for kind in (dict, set):
    c = kind.fromkeys(range(5)) if kind is dict else set(range(5))
    try:
        for k in c: c.add(k + 100) if kind is set else c.update({k + 100: 1})
    except RuntimeError as e: print(e)
d = {1: 1, 2: 2}
for k in d: d[k] = k * 10
print(d)
for k in list(d): del d[k]
print(d)
d = {i: i for i in range(4)}; it = iter(d.items()); next(it); del d[3]; d[9] = 9
try: print(next(it), list(it))
except RuntimeError as e: print(e)
from collections import deque, OrderedDict
q = deque([1, 2])
try:
    for x in q: q.append(x)
except RuntimeError as e: print(e)
od = OrderedDict(a=1, b=2)
try:
    for k in od: del od[k]
except RuntimeError as e: print(e)
class Evil:
    def __init__(self, l): self.l = l
    def __eq__(self, o): self.l.clear(); return False
    def __lt__(self, o): self.l.append(0); return True
    __hash__ = None
l = []; l += [Evil(l), 1, 2]; print(5 in l, l); l += [Evil(l), Evil(l)]
try: l.sort(); print("sorted")
except ValueError as e: print(e)
l = []; l += [Evil(l)] * 3
try: print(l.index(7))
except ValueError as e: print(str(e)[-15:])
l = []; l += [Evil(l)] * 3; print(l.count(1), l == [1, 2, 3])
class Key:
    def __init__(self, d): self.d = d
    def __hash__(self): return 1
    def __eq__(self, o): self.d.clear(); return False
d = {}; d[Key(d)] = 1
try: d[Key({})] = 2; print(len(d) in (1, 2))
except RuntimeError as e: print("changed")
class Shrink:
    def __index__(self): del big[2:]; return 5
big = list(range(10))
try: print(big[Shrink()])
except IndexError as e: print(e)
big = list(range(10)); print(big[:Shrink()]); b = bytearray(10)
class Cl:
    def __index__(self): b.clear(); return 65
try: b[5] = Cl(); print(b)
except IndexError as e: print(e)

# also: -X spec-threshold=1
# Operators of Python classes, keyword calls and isinstance, warmed up, and what can change underneath them.
class V:
    def __init__(self, x, y=0, *, tag="v"):
        self.x, self.y, self.tag = x, y, tag
    def __add__(self, o):
        if isinstance(o, V):
            return V(self.x + o.x, self.y + o.y)
        if isinstance(o, (int, float)):
            return V(self.x + o, self.y + o)
        return NotImplemented
    def __radd__(self, o):
        return V(o - self.x, -self.y)
    def __eq__(self, o):
        if not isinstance(o, V):
            return NotImplemented
        return self.x == o.x and self.y == o.y
    def __lt__(self, o):
        return self.x < o.x if isinstance(o, V) else NotImplemented
    def __imul__(self, o):
        self.x *= o
        return self
    def __mul__(self, o):
        return V(self.x * o, self.y * o)
    def __repr__(self):
        return f"V({self.x}, {self.y}, {self.tag})"
class W(V):
    def __radd__(self, o):
        return "W first"
    def __gt__(self, o):
        return "W gt"
class N:
    def __add__(self, o):
        return NotImplemented
    def __lt__(self, o):
        return []
class Bad:
    def __add__(self, o):
        raise ValueError("bad add")
    def __eq__(self, o):
        1 / 0
def add(a, b):
    return a + b
def cmp(a, b):
    out = [a == b, a != b, a < b]
    if a < b:
        out.append("lt")
    if not a == b:
        out.append("ne")
    while a < b:
        out.append("loop")
        break
    return out
v, w = V(1, 2), W(3)
for _ in range(40):
    add(v, v); add(v, 1); add(1, v); cmp(v, v)
print(add(v, v), add(v, 2), add(2, v), add(v, w), add(w, v), add(v, 2.5), add(True, v))
print(cmp(v, V(1, 2)), cmp(v, w), cmp(v, V(5)))
for a, b in ((v, "s"), ("s", v), (N(), N()), (N(), 1), (N(), v), (v, None), ([], v), (Bad(), 1)):
    try:
        print(add(a, b))
    except Exception as e:
        print(type(e).__name__, e)
for a, b in ((v, 1), (v, "s"), (N(), N()), (Bad(), Bad()), (N(), 3), (v, (1,))):
    try:
        print(cmp(a, b))
    except Exception as e:
        print(type(e).__name__, e)
m = V(2, 3)
m *= 5
print(m, m * 2)
k = m
k += 1
print(k is m, k)
def fails(a):
    try:
        return a + 1
    except ValueError as e:
        t = e.__traceback__
        names = []
        while t:
            names.append((t.tb_frame.f_code.co_name, t.tb_lineno))
            t = t.tb_next
        return [n for n, _ in names]
for _ in range(3):
    r = fails(Bad())
print(r)
class Deep:
    def __add__(self, o):
        return self + o
try:
    Deep() + 1
except RecursionError as e:
    print("RecursionError")
def gen(a):
    for i in range(3):
        yield a + i
print(list(gen(v)))
def change():
    global V
    V.__add__ = lambda self, o: "changed"
    r = add(v, v)
    del V.__add__
    try:
        return r, add(v, v)
    except TypeError as e:
        return r, str(e)
print(change())
# Keywords.
def f(a, b=2, c=3, *, d=4, e):
    return a, b, c, d, e
def g(a, /, b, c=7):
    return a, b, c
def calls():
    return [f(1, e=5), f(1, 2, e=5, d=6), f(1, c=9, e=5), f(a=0, e=1), f(e=1, a=2, b=3), g(1, b=2), g(1, c=3, b=2), g(1, 2, c=5)]
for _ in range(30):
    r = calls()
print(r)
for bad in (lambda: f(1), lambda: f(1, a=2, e=3), lambda: g(a=1, b=2), lambda: g(1, z=2), lambda: g(1, 2, 3, c=4), lambda: f(1, 2, 3, 4, e=5), lambda: g(1, c=2)):
    for _ in range(2):
        try:
            print(bad())
        except TypeError as e:
            print(e)
f.__kwdefaults__ = {"e": "E", "d": "D"}
g.__defaults__ = (10, 20)
print(f(1), f(1, e=2), g(1), g(1, c=2))
del f.__kwdefaults__["d"]
try:
    print(f(1, e=2))
except TypeError as e:
    print(e)
print([V(1, tag="t"), V(x=1, y=2), V(1, y=5, tag="u")])
def same(f, **kw):
    return f(1, **kw)
print(same(g, b=1), same(g, c=1, b=3), same(g, b=1))
# isinstance
class Liar:
    __class__ = int
class Sub(int): pass
class LL(list):
    @property
    def __class__(self): return dict
class Meta(type):
    def __instancecheck__(cls, o): return o == 42
class M(metaclass=Meta): pass
def inst(x):
    return [isinstance(x, c) for c in (int, (int, str), (list, (dict, tuple)), object, M, (float, M), int | str, V)]
for x in (1, True, "s", 2.5, None, [], {}, Liar(), Sub(1), LL(), w, 42, (), V):
    for _ in range(3):
        r = inst(x)
    print(r)
for c in (1, (int, 1), "x", [int]):
    try:
        print(isinstance(2.5, c))
    except TypeError as e:
        print(e)

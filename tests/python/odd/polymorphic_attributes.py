# also: -X spec-threshold=4
# Several shapes meet at one place; then what the caches hold stops being so.
import abc, enum
class A:
    c = "A.c"
    def __init__(self): self.x = 1
    def m(self): return "A.m"
class B(A):
    c = "B.c"
    def m(self): return "B.m"
class C:
    __slots__ = ("x",)
    c = "C.c"
    def __init__(self): self.x = 3
    def m(self): return "C.m"
class D(A):
    def __init__(self):
        for i in range(30): setattr(self, f"a{i}", i)
        self.x = 4
        self.c = "own"
        self.m = lambda: "own m"
class E:
    x = 5; c = "E.c"
    @staticmethod
    def m(): return "E.m"
class F:
    def __getattr__(self, n): return (lambda: "F." + n) if n == "m" else "F." + n
def read(o): return o.x, o.c, o.m()
objs = [A(), B(), C(), D(), E(), F()]
for n in (2, 3, 4, 5, 6):
    for _ in range(40): r = [read(o) for o in objs[:n]]
    print(r)
def write(o, v): o.x = v
class W: pass
class W1:
    def __setattr__(self, n, v): object.__setattr__(self, n, ("hook", v))
def fill(make, times):
    out = []
    for i in range(times):
        o = make()
        write(o, i)
        out.append(o.x)
    return out[-1]
print([fill(t, 50) for t in (W, A, C, D, E, W1, W)])
print([fill(t, 3) for _ in range(20) for t in (W, A, C, D)][-4:])

# Two shapes, then one of the classes changes.
def two(o): return o.c, o.m()
a, b = A(), B()
for _ in range(50): two(a), two(b)
A.c = "new A.c"; print(two(a), two(b))
B.m = lambda self: "new B.m"; print(two(a), two(b))
del B.c, B.m; print(two(a), two(b))
a.c = "a's"; print(two(a), two(b)); del a.c; print(two(a), two(b))
A.c = property(lambda self: "property"); print(two(a), two(b)); A.c = "A.c"
b.__class__ = A; print(two(b)); b.__class__ = B
b.__dict__["c"] = "in dict"; print(two(a), two(b))
def x(o): return o.x
for _ in range(50): x(a), x(objs[2])
del a.x, objs[2].x
for o in (a, objs[2]):
    try: x(o)
    except AttributeError as e: print(e)
a.x = 7; objs[2].x = 8; print(x(a), x(objs[2]))

# A data descriptor appears on a class whose new instances were cached.
class P: pass
class Q: pass
def new(t):
    o = t(); o.v = 1
    return o
for _ in range(50): new(P), new(Q)
log = []
P.v = property(lambda self: "got", lambda self, v: log.append(v))
print(new(P).v, log, vars(new(P)), new(Q).v)
Q.__slots__ = ()
Q.__setattr__ = lambda self, n, v: log.append((n, v))
new(Q); print(log)

# Attributes of classes with a metaclass of their own.
class Colour(enum.Enum):
    RED = 1; BLUE = 2
class Base(abc.ABC):
    k = "Base.k"
    @classmethod
    def make(cls): return cls.__name__
class Sub(Base): pass
def red(t): return t.RED, t.RED is Colour.RED
for _ in range(50): r = red(Colour)
print(r)
def k(t): return t.k, t.make()
for _ in range(50): r = k(Base), k(Sub)
print(r)
Base.k = "changed"; print(k(Base), k(Sub)); Sub.k = "Sub's"; print(k(Base), k(Sub)); del Sub.k; print(k(Sub))
class Meta(type):
    pass
class M(metaclass=Meta):
    v = "class"
    @staticmethod
    def f(): return "f"
def v(t): return t.v, t.f()
for _ in range(50): r = v(M)
print(r)
Meta.w = 1; print(v(M))
Meta.v = property(lambda t: "metaclass wins"); print(v(M)); del Meta.v; print(v(M))
Meta.__getattribute__ = lambda t, n: (lambda: "hooked") if n == "f" else "hooked"; print(v(M)); del Meta.__getattribute__
M.v = "again"; print(v(M))
class Meta2(Meta):
    v = property(lambda t: "Meta2")
M.__class__ = Meta2; print(v(M))
del M.f
try: v(M)
except AttributeError as e: print(e)

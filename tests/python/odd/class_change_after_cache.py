# also: -X spec-threshold=4
class A:
    x = 1
    def m(self): return "m1"
    @property
    def p(self): return "p1"
    def __len__(self): return 3
    def __add__(self, o): return "add1"
    def __call__(self): return "call1"
    def __getitem__(self, i): return "item1"
    def __bool__(self): return True
    def __iter__(self): return iter("it1")
    def __eq__(self, o): return "eq1"
    __hash__ = object.__hash__
class B(A): pass
def use(o): return o.x, o.m(), o.p, len(o), o + 1, o(), o[0], bool(o), list(o), o == 1
b = B(); b2 = B(); b2.x = "own"
for _ in range(100): use(b), use(b2)
print(use(b), use(b2))
A.x = 2; A.m = lambda self: "m2"; A.p = property(lambda s: "p2"); A.__len__ = lambda s: 4; A.__add__ = lambda s, o: "add2"; A.__call__ = lambda s: "call2"; A.__getitem__ = lambda s, i: "item2"; A.__bool__ = lambda s: False; A.__iter__ = lambda s: iter("it2"); A.__eq__ = lambda s, o: "eq2"
print(use(b), use(b2))
B.m = lambda self: "B.m"; B.x = "Bx"; print(use(b)[:2]); del B.m, B.x; print(use(b)[:2])
for _ in range(50): b.m()
b.m = lambda: "instance m"; print(b.m()); del b.m; print(b.m())
b.x = "instance"; print(b.x); A.x = property(lambda s: "data descriptor wins"); print(b.x)
try: b.x = 5
except AttributeError as e: print(e)
A.x = 3; print(b.x); del b.x; print(b.x)
del A.m
try: b.m()
except AttributeError as e: print(e)
A.__getattr__ = lambda s, n: "getattr " + n; print(b.m, b.zzz); del A.__getattr__
try: b.zzz
except AttributeError as e: print(e)
A.__getattribute__ = lambda s, n: "getattribute " + n; print(b.x, b.anything); del A.__getattribute__; print(b.x)
class C:
    def m(self): return "C.m"
B.__bases__ = (C, A) if False else (A,)
class D(A): pass
class E(C): pass
class F(D): pass
f = F(); f.val = 1
for _ in range(50): f.x
F.__bases__ = (E,); print(f.m(), hasattr(f, "x"), f.val)
def poly(o): return o.v
class P1: v = 1
class P2:
    def __init__(self): self.v = 2
class P3:
    __slots__ = ("v",)
class P4:
    @property
    def v(self): return 4
class P5:
    def __getattr__(self, n): return 5
p3 = P3(); p3.v = 3; objs = [P1(), P2(), p3, P4(), P5(), P1()]; objs[-1].v = 6
for _ in range(30): r = [poly(o) for o in objs]
print(r); P1.v = 10; P5.v = 50; print([poly(o) for o in objs]); del p3.v
try: poly(p3)
except AttributeError as e: print(e)
class Init:
    def __init__(self, a): self.a = a
def make(i): return Init(i).a
for i in range(100): make(i)
Init.__init__ = lambda self, a: setattr(self, "a", a * 2); print(make(5)); Init.__new__ = lambda cls, a: object.__new__(cls); print(make(6)); Init.__new__ = lambda cls, a: "not an instance"
try: make(1)
except AttributeError as e: print(e)
class Meth:
    def f(self): return 1
m = Meth(); bound = m.f
for _ in range(50): bound()
Meth.f = lambda self: 2; print(bound(), m.f())

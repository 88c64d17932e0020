# also: -X spec-threshold=1
# Class and static methods, class attributes that are called, and methods of classes derived from builtin ones.
class C:
    @classmethod
    def make(cls, *a): return cls.__name__, a
    @staticmethod
    def add(a, b=1): return a + b
    maker = dict
    @staticmethod
    def swap(a, b): return b, a
class D(C): pass
class L(list):
    def twice(self): return [x * 2 for x in self]
class S(set):
    def both(self, o): return sorted(self | o)
class M(dict):
    def get_or(self, k): return self.get(k, "none")
c, d = C(), D()
def use(o): return o.make(1), o.add(2), o.add(2, 3), o.maker(a=1), o.swap(1, 2)
for _ in range(20):
    r = [use(o) for o in (C, D, c, d)]
print(r)
def own(l): return l.twice(), l.append(3), len(l), l.pop()
ls = L([1, 2])
for _ in range(20):
    r = own(ls)
print(r)
ls.append = lambda x: "instance append"
print(own(ls))
del ls.append
print(own(ls), own(L([5])))
l2 = L([7])
l2.__dict__["twice"] = lambda: "shadow"
print(own(l2), own(L([8])))
def sets(s): return s.both({9}), s.add(4), s.copy()
print([sets(S({1})) for _ in range(5)][-1])
def maps(m): return m.get_or(1), m.get_or(2), m.setdefault(3, 4), m.pop(3)
print([maps(M({1: "one"})) for _ in range(5)][-1])
def call(o): return o.add(10)
print([call(x) for x in (C, c, D, d, C, c)])
C.add = classmethod(lambda cls, a: (cls.__name__, a))
print([call(x) for x in (C, c, D, d)])
D.add = staticmethod(lambda a: -a)
print([call(x) for x in (C, c, D, d)])
C.add = lambda self, a=0: ("plain", a)
print(call(c), [call(x) for x in (D, d)])
c.add = lambda a: "own"
print(call(c), call(C()), C.add(1))
def listy(): return L.twice([1, 2]), L.mro()[1].__name__, C.mro()[0].__name__
print([listy() for _ in range(5)][-1])
class Meta(type):
    def make(cls): return "meta"
class E(C, metaclass=Meta): pass
print([x.make() if x is E else x.make(1) for x in (C, E, C, E)])
class F:
    @classmethod
    @property
    def odd(cls): return 1
    class Inner:
        def __init__(self, x=3): self.x = x
    def build(self): return self.Inner().x, self.Inner(4).x
print([F().build() for _ in range(5)][-1])
import gc
def renewed():
    out = []
    for i in range(6):
        class T:
            @classmethod
            def f(cls): return i
            @staticmethod
            def g(): return -i
        gc.collect()
        out.append((T.f(), T.g(), T().f(), T().g()))
    return out
print(renewed())

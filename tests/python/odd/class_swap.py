# also: -X spec-threshold=4
class A:
    def who(self): return "A"
    def __init__(self): self.v = 1
class B:
    def who(self): return "B"
    @property
    def v2(self): return self.v + 1
def use(o): return o.who(), o.v
a = A()
for _ in range(100): use(a)
a.__class__ = B; print(use(a), a.v2, type(a).__name__)
for i in range(100):
    a.__class__ = (A, B)[i % 2]
    assert a.who() == "AB"[i % 2]
class S1: __slots__ = ("x",)
class S2: __slots__ = ("x",)
class S3: __slots__ = ("y",)
s = S1(); s.x = 5; s.__class__ = S2; print(s.x)
for bad in ("s.__class__ = S3", "s.__class__ = A", "a.__class__ = S1", "a.__class__ = int", "(5).__class__ = bool", "a.__class__ = 'x'", "del a.__class__", "[].__class__ = tuple"):
    try: exec(bad)
    except (TypeError, AttributeError) as e: print(bad, "->", e)
class Sub(list): pass
class Sub2(list):
    def extra(self): return sum(self)
l = Sub([1, 2]); l.__class__ = Sub2; print(l.extra(), l)
import types
m = types.ModuleType("m")
class M(types.ModuleType):
    @property
    def computed(self): return "module property"
m.__class__ = M; print(m.computed)
a.__dict__ = {"v": "new dict"}; print(a.v); d = a.__dict__; d["w"] = 1; print(a.w, vars(a) is d); a.z = 2; print(d); del d["v"]
try: a.v
except AttributeError as e: print(e)
for i in range(300): setattr(a, f"attr{i}", i)
print(len(a.__dict__), a.attr299, a.w)
for i in range(300): delattr(a, f"attr{i}")
print(a.__dict__, hasattr(a, "attr5")); a.back = 1; print(list(vars(a)))
x, y = A(), A(); x.p, x.q = 1, 2; y.q, y.p = 1, 2; print(list(vars(x)), list(vars(y)))
class K: pass
ks = [K() for _ in range(50)]
for i, k in enumerate(ks):
    for n in ("a", "b", "c")[i % 3:] + ("a", "b", "c")[:i % 3]: setattr(k, n, i)
print(sum(k.a + k.b + k.c for k in ks), list(vars(ks[1])), list(vars(ks[2])))
vars(ks[0])[5] = "int key"; print(vars(ks[0])); vars(ks[0]).clear(); print(hasattr(ks[0], "a"), vars(ks[0]))

class A:
    cls_attr = "c"
    def __init__(self): self.real = 1
    def __getattr__(self, n):
        if n.startswith("dyn"): return n.upper()
        raise AttributeError(f"no {n}")
a = A()
print(a.real, a.cls_attr, a.dyn_x, getattr(a, "zzz", "default"), hasattr(a, "zzz"))
try: a.zzz
except AttributeError as e: print(e, e.name, e.obj is a)
class B:
    def __getattribute__(self, n):
        if n == "secret": raise AttributeError("hidden")
        return ("got", n) if n.startswith("g_") else object.__getattribute__(self, n)
    def __getattr__(self, n): return ("fallback", n)
    x = 5
b = B()
print(b.g_1, b.x, b.secret, b.none)
class C:
    def __setattr__(self, n, v):
        if n == "deny": raise AttributeError("denied")
        object.__setattr__(self, n, v + 1)
    def __delattr__(self, n): print("del", n); object.__delattr__(self, n)
c = C(); c.v = 1; print(c.v); c.v += 1; print(c.v); del c.v
try: c.deny = 1
except AttributeError as e: print(e)
try: del c.v
except AttributeError as e: print(e)
print(getattr(5, "real"), getattr("s", "upper")(), getattr(A, "cls_attr"), setattr(a, "k", 9), a.k, delattr(a, "k"), hasattr(a, "real"))
for bad in ["getattr(1)", "getattr(1, 2)", "getattr(1, 'nope')", "setattr(1, 'x', 2)", "object().x", "object().x = 1", "None.x", "int.x", "int.x = 1", "del int.real", "(1).real = 3", "a.__class__ = 5", "a.__dict__ = 5", "a.__class__ = int", "len.x = 1", "[].append = 1", "del a.nothing", "A.nothing", "del A.nothing", "A.__name__ = 5", "del A.__name__", "hasattr(a, 1)"]:
    try: exec(bad); print("fine", bad)
    except (TypeError, AttributeError) as e: print(bad, "->", type(e).__name__, e)
class D:
    def __dir__(self): return ["z", "a"]
print(dir(D()), sorted(n for n in dir(a) if not n.startswith("_")))
a.__dict__["injected"] = 3; print(a.injected, vars(a))
a.__dict__ = {"fresh": 1}; print(a.fresh, hasattr(a, "real"))
A.cls_attr = "changed"; print(a.cls_attr); del A.cls_attr; print(hasattr(A, "cls_attr"))
A.__name__ = "Renamed"; print(A, type(a).__name__); A.__qualname__ = "Q.R"; print(A)
class Loop:
    def __getattr__(self, n): return getattr(self, n + "x") if len(n) < 5 else n
print(Loop().a)
def f(): pass
f.attr = 1; print(f.attr, vars(f)); f.__dict__.clear(); print(hasattr(f, "attr"))
import types
m = types.ModuleType("m", "doc"); m.x = 1; print(m.x, m.__doc__, m)
try: m.y
except AttributeError as e: print(e)
m.__getattr__ = lambda n: "module getattr " + n; print(m.y)
ns = types.SimpleNamespace(a=1, b="x"); ns.c = []; print(ns, ns == types.SimpleNamespace(a=1, b="x", c=[]))

class Data:
    def __init__(self): self.log = []
    def __set_name__(self, owner, name): self.name = name; print("set_name", owner.__name__, name)
    def __get__(self, obj, owner=None):
        if obj is None: return f"class access {owner.__name__}"
        return obj.__dict__.get("_" + self.name, "unset")
    def __set__(self, obj, v): obj.__dict__["_" + self.name] = v
    def __delete__(self, obj): obj.__dict__.pop("_" + self.name, None)
class NonData:
    def __get__(self, obj, owner=None): return ("nondata", obj is not None)
class SetOnly:
    def __set__(self, obj, v): obj.__dict__["so"] = ("via set", v)
class C:
    d = Data()
    n = NonData()
    so = SetOnly()
    plain = 1
c = C()
print(c.d, C.d); c.d = 5; print(c.d, c.__dict__); del c.d; print(c.d)
print(c.n, C.n); c.n = "instance wins"; print(c.n)
print(type(c.so).__name__); c.so = 3; print(c.so)
c.__dict__["d"] = "hidden by data descriptor"; print(c.d)
class Ro:
    def __get__(self, o, t=None): return 1
    def __set__(self, o, v): raise AttributeError("read only")
class D: ro = Ro()
try: D().ro = 2
except AttributeError as e: print(e)
try: del D().ro
except AttributeError as e: print(e)
class Prop:
    @property
    def x(self): return 1
    w = property(None, lambda self, v: print("set", v))
p = Prop()
for stmt in ("p.x = 1", "del p.x", "p.w", "del p.w", "p.w = 4", "Prop.x.fget(p)", "p.nope", "del p.nope"):
    try: exec(stmt); print("ok", stmt)
    except AttributeError as e: print(stmt, "->", e)
class E:
    def m(self): return "m"
e = E()
print(E.__dict__["m"].__get__(e, E)() , E.m(e), e.m.__self__ is e, e.m.__func__ is E.m, e.m == e.m, e.m is e.m)
e.m = lambda: "instance"
print(e.m())
class SM:
    s = staticmethod(lambda *a: a)
    c = classmethod(lambda *a: (a[0].__name__,) + a[1:])
print(SM.s(1), SM().s(1), SM.c(1), SM().c(1), type(SM.__dict__["s"]).__name__, staticmethod(len)([1, 2]))
class Late: pass
Late.q = 1
Late.n = NonData()
print(Late().n)
class Bad:
    def __set_name__(self, o, n): raise ValueError("in set_name")
try:
    class X: b = Bad()
except ValueError as e: print(e, e.__notes__)
class GetRaises:
    def __get__(self, o, t): raise AttributeError("from get")
class WithGetattr:
    g = GetRaises()
    def __getattr__(self, n): return f"fallback {n}"
print(WithGetattr().g, WithGetattr().other)
print(property.__get__(Prop.x, p), isinstance(Prop.x, property), Prop.x.fset)

class A:
    count = 0
    def __new__(cls, *a, **k):
        o = super().__new__(cls); o.made = True; return o
    def __init__(self, v=None): A.count += 1; self.v = v
a = A(3); print(a.v, a.made, A.count)
class Other:
    def __new__(cls): return 5
    def __init__(self): print("never")
print(Other())
class Single:
    _i = None
    def __new__(cls):
        cls._i = cls._i or super().__new__(cls); return cls._i
print(Single() is Single())
class Imm(tuple):
    def __new__(cls, *a): return super().__new__(cls, a)
    @property
    def first(self): return self[0]
print(Imm(1, 2).first, Imm(1, 2), repr(Imm()))
for bad in ("object(1)", "A(1, 2)", "type('E', (), {'__init__': lambda s: 5})()", "object.__new__(5)", "object.__new__(int)", "int.__new__(str)", "A.__new__()", "type('F', (), {})(1)", "type('G', (), {'__new__': lambda c: object.__new__(c, 1)})()", "A.__init__()"):
    try: print(eval(bad))
    except TypeError as e: print(bad, "->", e)
class F:
    def __call__(self, *a, **k): return a, k
print(F()(1, x=2), callable(F()), callable(F), callable(5), callable(len))
f = F(); f.__call__ = lambda: "instance ignored"; print(f())
class B(A): pass
class C(A): pass
b = B(); b.__class__ = C; print(type(b).__name__, isinstance(b, C), isinstance(b, B))
print(isinstance(1, (str, (int,))), issubclass(bool, int), isinstance(True, int), issubclass(int, (str, object)), isinstance(int, type), isinstance(type, object))
for bad in ("isinstance(1, 1)", "issubclass(1, int)", "isinstance(1, (int, 1))", "isinstance('', (int, 1))", "issubclass(int, 'x')", "isinstance(1, list[int])"):
    try: print(eval(bad))
    except TypeError as e: print(bad, "->", e)
class Fake:
    @property
    def __class__(self): return int
print(isinstance(Fake(), int), type(Fake()).__name__)
print(repr(A)[:20], str(A) == repr(A), A.__name__, a.__class__.__name__, A.__bases__, A.__base__, object.__bases__, type.__mro__)
print(a.__eq__(a), a.__eq__(5), a.__ne__(5), a.__lt__(5), object.__eq__(1, 1), (1).__eq__(1.0), a.__sizeof__() > 0, a.__reduce_ex__(2)[0].__name__)
print(a.__init__.__qualname__, A.__init__.__name__, type(a.__str__).__name__, type(A.__str__).__name__, type(int.real).__name__, type(dict.fromkeys).__name__, type(dict.__dict__["fromkeys"]).__name__)
class Del:
    def __del__(self): print("deleted", self.n)
d = Del(); d.n = 1
import gc
del d; gc.collect()
def local():
    d = Del(); d.n = 2
local(); gc.collect(); print("after")
class Cyc:
    def __del__(self): print("cycle collected")
c = Cyc(); c.me = c; del c; gc.collect(); print("end")

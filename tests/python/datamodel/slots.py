class P:
    __slots__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
p = P(1, 2); print(p.x + p.y, hasattr(p, "__dict__"), P.__slots__, P.x)
for s in ("p.z = 1", "del p.x; p.x", "p.__dict__", "p.x; p.x"):
    try: exec(s)
    except AttributeError as e: print(s, "->", e)
p.x = 10; print(p.x)
class Q(P): __slots__ = ("z",)
q = Q(1, 2); q.z = 3; print(q.x, q.z, [s for k in Q.__mro__ for s in getattr(k, "__slots__", ())])
class R(P): pass
r = R(1, 2); r.any = 5; print(r.__dict__, r.x)
class S: __slots__ = ["a", "__dict__"]
s = S(); s.a = 1; s.b = 2; print(s.__dict__)
class W: __slots__ = "only", "__weakref__"
import weakref
w = W(); print(weakref.ref(w)() is w)
try: weakref.ref(p)
except TypeError as e: print(e)
for body in ("__slots__ = ('a', 'a b')", "__slots__ = ('v',); v = 1", "__slots__ = (1,)", "__slots__ = ('__dict__', '__dict__')"):
    try: exec(f"class X:\n    {body}")
    except (TypeError, ValueError) as e: print(body, "->", type(e).__name__, e)
class A: __slots__ = ("a",)
class B: __slots__ = ("b",)
try:
    class C(A, B): pass
except TypeError as e: print(e)
class Empty: __slots__ = ()
class D(A, Empty): __slots__ = ()
d = D(); d.a = 4; print(d.a)
class T(tuple): __slots__ = ()
print(T((1, 2)), hasattr(T(), "__dict__"))
try:
    class TT(tuple): __slots__ = ("x",)
except TypeError as e: print(e)
class Priv:
    __slots__ = ("__hidden",)
    def __init__(self): self.__hidden = 1
    def get(self): return self.__hidden
print(Priv().get(), Priv.__slots__, hasattr(Priv, "_Priv__hidden"))
class Docs: __slots__ = {"x": "doc of x"}
print(Docs.x.__doc__, type(Docs.x).__name__, Docs.__slots__)
import copy, pickle
c = copy.copy(q); print(c.x, c.y, c.z, type(c) is Q)
print(P.x.__get__(p), P.x.__set__(p, 7), p.x, P.x.__name__, P.x.__objclass__ is P)
try: P.x.__get__(5)
except TypeError as e: print(e)
P.extra = "class attribute"; print(p.extra)
try: p.extra = 1
except AttributeError as e: print(e)

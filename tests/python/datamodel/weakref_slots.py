"""`__weakref__` of classes with and without slots, dataclasses with slots, and builtin bases of variable size."""
import dataclasses
import sys
import weakref


def t(f, *a):
    try:
        print(repr(f(*a))[:80])
    except BaseException as e:
        print(type(e).__name__, str(e)[:100])


class A: __slots__ = ()
class B(A): pass
class C(A): __slots__ = ("__weakref__",)
class D: pass
class E(D): __slots__ = ()
for c in (A, B, C, D, E): print(c.__name__, "__weakref__" in c.__dict__, hasattr(c, "__weakref__"), c.__weakrefoffset__ != 0 if hasattr(c, "__weakrefoffset__") else None)
@dataclasses.dataclass(slots=True)
class S1: a: int
@dataclasses.dataclass(slots=True, weakref_slot=True)
class S2: a: int
@dataclasses.dataclass(slots=True, weakref_slot=True)
class S3(S2): b: int = 0
for o in (S1(1), S2(1), S3(1)): t(lambda: globals().__setitem__('kept', weakref.ref(o))); t(lambda: type(o.__weakref__).__name__); print("__weakref__" in type(o).__dict__, type(o).__slots__)
class F(int): pass
class G(tuple): __slots__ = ()
t(weakref.ref, G()); print(hasattr(F(), "__weakref__"))
o = D(); w = weakref.ref(o); print(o.__weakref__ is w, D.__weakref__, type(D.__weakref__).__name__)
t(lambda: setattr(o, "__weakref__", 1))

class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, kw); return {"injected": 1}
    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__"))); return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw); super().__init__(name, bases, ns)
    def __call__(cls, *a, **k):
        print("call", cls.__name__, a); return super().__call__(*a, **k)
    def __getattr__(cls, n): return f"meta getattr {n}"
    @property
    def meta_prop(cls): return "mp " + cls.__name__
    def __iter__(cls): return iter("abc")
    def __len__(cls): return 3
    def __contains__(cls, x): return x == "in"
    def __instancecheck__(cls, o): return o == 5
    def __subclasscheck__(cls, c): return c is int
class A(metaclass=Meta, flag=True):
    x = 1
    def __init__(self, v=0): self.v = v
class B(A, other=2): y = 2
print(A(1).v, B.injected, B.unknown, A.meta_prop, list(A), len(B), "in" in A, isinstance(5, A), isinstance("x", A), issubclass(int, B))
try: A().meta_prop
except AttributeError as e: print(e)
print(type(B).__name__, B.__class__ is Meta, B.__bases__, type.__call__(Meta, "Dyn", (), {}).__name__)
class M1(type): pass
class M2(type): pass
class P1(metaclass=M1): pass
class P2(metaclass=M2): pass
try:
    class Conflict(P1, P2): pass
except TypeError as e: print(e)
class M3(M1, M2): pass
class Ok(P1, P2, metaclass=M3): pass
print(type(Ok).__name__)
def func_meta(name, bases, ns): return (name, bases, sorted(k for k in ns if not k.startswith("__")))
class F(metaclass=func_meta): z = 1
print(F)
T = type("T", (int,), {"double": lambda self: self * 2, "__slots__": ()})
print(T(4).double(), T.__mro__, T.__module__)
class Init:
    def __init_subclass__(cls, /, tag=None, **kw): super().__init_subclass__(**kw); cls.tag = tag; print("subclass", cls.__name__, tag)
class S1(Init, tag="t"): pass
class S2(S1): pass
print(S2.tag)
try:
    class S3(Init, bogus=1): pass
except TypeError as e: print(e)
class Sub:
    def __class_getitem__(cls, item): return f"{cls.__name__}[{item}]"
print(Sub[1, 2], type("Q", (Sub,), {})["k"])
for bad in ["type('a', (), {}, 1)", "type('a', 1, {})", "type(1, (), {})", "type('a', (5,), {})", "type('a', (bool,), {})", "type('a', (int, str), {})", "type()", "type('a', (type(None),), {})", "type('a\\0', (), {})", "type('A', (object, int), {})", "type('D', (int, int), {})"]:
    try: print(eval(bad))
    except (TypeError, ValueError) as e: print(bad, "->", e)
class MroMeta(type):
    def mro(cls): return [cls, object]
class Odd(int.__class__ and object, metaclass=MroMeta): pass
print(Odd.__mro__)
print(type.__subclasses__(Init) if False else [c.__name__ for c in Init.__subclasses__()])
class Entry:
    def __mro_entries__(self, bases): return (dict,)
class FromEntry(Entry()): pass
print(FromEntry.__bases__, type(FromEntry.__orig_bases__[0]).__name__)
import abc
class Abs(abc.ABC):
    @abc.abstractmethod
    def m(self): ...
    @property
    @abc.abstractmethod
    def p(self): ...
try: Abs()
except TypeError as e: print(e)
class Half(Abs):
    def m(self): return 1
try: Half()
except TypeError as e: print(e)
@Abs.register
class Virtual: pass
print(issubclass(Virtual, Abs), isinstance(Virtual(), Abs), Abs.__abstractmethods__ == {"m", "p"})

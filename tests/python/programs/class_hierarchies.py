"""Hierarchies: abstract shapes, mixins, descriptors, metaclasses, plug-ins, visitors, protocols."""
import abc
import copy
import pickle
import sys
import weakref
from functools import singledispatch, singledispatchmethod, partialmethod, wraps
from typing import ClassVar, Generic, Protocol, TypeVar, runtime_checkable, get_type_hints


class Typed:
    def __init__(self, kind, *, default=None, check=None):
        self.kind, self.default, self.check = kind, default, check

    def __set_name__(self, owner, name):
        self.name, self.slot = name, "_" + name

    def __get__(self, obj, owner=None):
        return self if obj is None else getattr(obj, self.slot, self.default)

    def __set__(self, obj, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name}: {self.kind.__name__} expected, not {type(value).__name__}")
        if self.check and not self.check(value):
            raise ValueError(f"{self.name}: {value!r} is out of range")
        setattr(obj, self.slot, value)


class Registry(type):
    known = {}

    def __new__(mcls, name, bases, ns, /, *, tag=None, **kw):
        cls = super().__new__(mcls, name, bases, ns, **kw)
        if tag:
            mcls.known[tag] = cls
        return cls

    def __init__(cls, name, bases, ns, /, **kw):
        super().__init__(name, bases, ns)
        cls.order = len(Registry.known)

    def __getitem__(cls, tag):
        return Registry.known[tag]

    def __len__(cls):
        return len(Registry.known)


class Meta(Registry, abc.ABCMeta):
    pass


class Shape(metaclass=Meta):
    count: ClassVar[int] = 0
    label = Typed(str, default="?")

    def __init_subclass__(cls, /, sides=0, **kw):
        super().__init_subclass__(**kw)
        cls.sides = sides

    def __new__(cls, *a, **k):
        self = super().__new__(cls)
        Shape.count += 1
        return self

    @abc.abstractmethod
    def area(self): ...

    def __lt__(self, other):
        return self.area() < other.area() if isinstance(other, Shape) else NotImplemented

    def __repr__(self):
        return f"<{type(self).__name__} {self.label} {self.area():.2f}>"


class Circle(Shape, tag="o"):
    r = Typed((int, float).__class__ and float, check=lambda v: v > 0)

    def __init__(self, r):
        self.r = r

    def area(self):
        return 3.14159 * self.r ** 2


class Rect(Shape, tag="#", sides=4):
    def __init__(self, a, b):
        self.a, self.b = a, b

    def area(self):
        return self.a * self.b

    def __eq__(self, o):
        return isinstance(o, Rect) and (self.a, self.b) == (o.a, o.b)

    def __hash__(self):
        return hash((self.a, self.b))


class Square(Rect, tag="[]", sides=4):
    def __init__(self, a):
        super().__init__(a, a)

    area_of = partialmethod(lambda self, k: k * self.area(), 2)


shapes = [Circle(1.5), Rect(2, 3), Square(2)]
shapes[0].label = "round"
print(sorted(shapes), Shape.count, len(Shape), Shape["[]"], [c.sides for c in (Circle, Rect, Square)], Square(3).area_of())
for f in (lambda: Shape(), lambda: Circle(1), lambda: Circle(-1.0), lambda: setattr(shapes[0], "label", 3), lambda: shapes[0] < 3, lambda: Shape["x"], lambda: Rect(1)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
print(Square.__mro__, Square(1) == Rect(1, 1), {Square(1), Rect(1, 1)}, issubclass(Square, Shape), Circle.r.name, type(Circle.label).__name__)


class Loud:
    def speak(self):
        return super().speak().upper() + "!"


class Polite:
    def speak(self):
        return "please, " + super().speak()


class Base:
    def speak(self):
        return "give me " + self.what

    what = property(lambda self: getattr(self, "_what", "nothing"), lambda self, v: setattr(self, "_what", v.strip()), lambda self: delattr(self, "_what"), "doc")


class A(Loud, Polite, Base): pass
class B(Polite, Loud, Base): pass


a = A()
a.what = "  tea "
print(a.speak(), B().speak(), A.what.__doc__, [c.__name__ for c in A.mro()])
del a.what
print(a.speak(), vars(a))
try:
    class Bad(Base, A): pass
except TypeError as e:
    print(e)


@runtime_checkable
class HasArea(Protocol):
    def area(self) -> float: ...


T = TypeVar("T")


class Stack(Generic[T]):
    def __init__(self, *items: T) -> None:
        self._items: list[T] = list(items)

    def push(self, x: T) -> "Stack[T]":
        self._items.append(x)
        return self

    def __iter__(self):
        return reversed(self._items)

    def __len__(self): return len(self._items)
    def __bool__(self): return bool(self._items)
    def __contains__(self, x): return x in self._items
    def __getattr__(self, name):
        if name.startswith("peek"):
            return self._items[-1 - int(name[4:] or 0)]
        raise AttributeError(f"no {name} here", name=name, obj=self)


s = Stack[int](1, 2).push(3)
print(isinstance(s, Stack), list(s), len(s), s.peek, s.peek1, 2 in s, bool(Stack()), Stack[int], get_type_hints(Stack.push), isinstance(shapes[0], HasArea))
try:
    s.pusj
except AttributeError as e:
    print(e, e.name)


@singledispatch
def show(x): return f"object {x!r}"
@show.register
def _(x: int): return f"int {x:+d}"
@show.register(list)
def _(x): return "[" + " ".join(map(show, x)) + "]"


print(show(1), show([True, 2.5, [3]]), show.dispatch(bool) is show.dispatch(int))


class Node:
    def __init__(self, v, *kids):
        self.v, self.kids, self.parent = v, kids, None
        for k in kids:
            k.parent = weakref.proxy(self)

    def __iter__(self):
        yield self
        for k in self.kids:
            yield from k

    def __deepcopy__(self, memo):
        return Node(self.v * 10, *copy.deepcopy(self.kids, memo))

    def __reduce__(self):
        return Node, (self.v, *self.kids)


tree = Node(1, Node(2, Node(3)), Node(4))
print([n.v for n in tree], [n.v for n in copy.deepcopy(tree)], [n.v for n in pickle.loads(pickle.dumps(tree))], tree.kids[0].kids[0].parent.parent.v)


def traced(fn):
    @wraps(fn)
    def inner(*a, **k):
        inner.calls += 1
        return fn(*a, **k)
    inner.calls = 0
    return inner


class Temp:
    scale = 1.0
    @classmethod
    def of(cls, x): return cls() if x else None
    @staticmethod
    @traced
    def conv(c): return c * 9 / 5 + 32
    def __class_getitem__(cls, k): return f"{cls.__name__}[{k}]"
    def __format__(self, spec): return f"T<{spec}>"
    def __call__(self, *a, **k): return a, k
    def __missing__(self): return 1


t = Temp.of(1)
print(Temp.conv(100), t.conv(0), Temp.conv.calls, Temp[3], f"{t:abc}", t(1, x=2), type(t).__name__, Temp.conv.__name__, sys.getsizeof(t) > 0)
type("Dyn", (Base,), {"what": "dyn", "__slots__": ()})().missing

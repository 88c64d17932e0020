# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-stress-exits=2
# also: -X jit=on -X jit-threshold=5 -X jit-rebinds=0
# also: -X jit=on -X jit-threshold=20 -X jit-rebinds=1000 -X jit-invalidations=1000
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2
"""Classes that change under compiled loops: methods, attributes, bases, metaclasses, __class__, properties."""


class Base:
    limit = 5

    def get(self):
        return 1


class A(Base):
    def __init__(self, x):
        self.x = x

    def get(self):
        return self.x

    @property
    def twice(self):
        return 2 * self.x

    def __add__(self, other):
        return self.x + other

    def __getitem__(self, k):
        return self.x * k


class Other:
    def __init__(self, x):
        self.x = x

    def get(self):
        return -self.x

    limit = 100
    twice = 7

    def __add__(self, other):
        return other

    def __getitem__(self, k):
        return k


plain_get, plain_init, plain_add, plain_item, plain_twice = A.get, A.__init__, A.__add__, A.__getitem__, A.twice


def restore():
    A.get, A.__init__, A.__add__, A.__getitem__ = plain_get, plain_init, plain_add, plain_item
    A.twice = plain_twice if not isinstance(plain_twice, int) else 0
    A.__bases__ = (Base,)
    Base.limit = 5
    for name in ("limit", "x"):
        if name in A.__dict__:
            delattr(A, name)


plain_twice = A.__dict__["twice"]


def run(n, a, at=None, what=None):
    s = 0
    for i in range(n):
        if i == at:
            what(a)
        b = A(i)
        s += a.get() + a.limit + a.twice + (a + 1) + a[2] + b.x
    return s


def method(a):
    A.get = lambda self: 1000


def method_gone(a):
    del A.get


def attribute_on_class(a):
    A.limit = 50


def attribute_on_base(a):
    Base.limit = 60


def attribute_on_instance(a):
    a.limit = 70


def property_changed(a):
    A.twice = property(lambda self: 11)


def property_to_value(a):
    A.twice = 12


def operator(a):
    A.__add__ = lambda self, o: 13


def item(a):
    A.__getitem__ = lambda self, k: 14


def init(a):
    A.__init__ = lambda self, x: setattr(self, "x", 15)


def class_of(a):
    a.__class__ = Other


def data_descriptor(a):
    class D:
        def __get__(self, o, t):
            return 16

        def __set__(self, o, v):
            pass
    A.x = D()


def getattribute(a):
    A.__getattribute__ = lambda self, name: 17 if name == "limit" else object.__getattribute__(self, name)


def bases(a):
    class Mixin:
        limit = 18
    Mixin.get = Base.get
    A.__bases__ = (Mixin,)


for what in (method, method_gone, attribute_on_class, attribute_on_base, attribute_on_instance, property_changed,
             property_to_value, operator, item, init, class_of, data_descriptor, getattribute, bases):
    a = A(3)
    try:
        print(what.__name__, run(300, a, 200, what), end=" ")
        print(run(50, A(2)))
    except Exception as e:
        print(type(e).__name__, e)
    if what is getattribute:
        del A.__getattribute__
    if what is data_descriptor:
        del A.x
    restore()
    print(run(100, A(3)))


# A counter on the class, changed each round.
class Counter:
    count = 0

    def __init__(self):
        Counter.count += 1

    def get(self):
        return self.count


def counted(n):
    s = 0
    for i in range(n):
        s += Counter().get()
    return s


print(counted(500), Counter.count, counted(500))


# Methods replaced each round.
class Flip:
    def f(self):
        return 1


def flip(n):
    o, s = Flip(), 0
    one, two = Flip.f, (lambda self: 2)
    for i in range(n):
        s += o.f()
        Flip.f = two if i % 2 == 0 else one
    return s


print(flip(500), flip(501))


# Metaclasses: attributes of classes, and of their metaclasses.
class Meta(type):
    scale = 2

    def area(cls):
        return cls.size * cls.scale

    @property
    def answer(cls):
        return 42


class Shape(metaclass=Meta):
    size = 3


def shapes(n, at=None, what=None):
    s = 0
    for i in range(n):
        if i == at:
            what()
        s += Shape.size + Shape.scale + Shape.area() + Shape.answer
    return s


def meta_attribute():
    Meta.scale = 5


def shadowed_by_meta():
    Meta.size = property(lambda cls: 100)


def meta_method():
    Meta.area = lambda cls: 1


def size():
    Shape.size = 9


def meta_swap():
    class Meta2(Meta):
        scale = 1000
    Shape.__class__ = Meta2


print(shapes(100))
for what in (meta_attribute, shadowed_by_meta, meta_method, size, meta_swap):
    try:
        print(what.__name__, shapes(300, 200, what), shapes(20))
    except Exception as e:
        print(type(e).__name__, e)


# A method that replaces itself while it runs inlined.
class Once:
    def __init__(self):
        self.n = 0

    def step(self):
        self.n += 1
        if self.n == 150:
            Once.step = Once.other
        return self.n

    def other(self):
        self.n += 10
        return self.n


def steps(n):
    o = Once()
    return [o.step() for _ in range(n)][-5:]


print(steps(200), steps(30))


# Instances that are made while their class changes; an operator that is added, and one that goes.
class V:
    def __init__(self, v):
        self.v = v

    def __eq__(self, other):
        return self.v == other.v

    def __lt__(self, other):
        return self.v < other.v

    def __call__(self, x):
        return self.v + x

    def __len__(self):
        return self.v % 3


def operators(n, at, what):
    s = 0
    for i in range(n):
        if i == at:
            what()
        a, b = V(i), V(i + i % 2)
        s += (a == b) + 2 * (a < b) + a(1) + len(a) + (4 if a else 0)
    return s


def eq():
    V.__eq__ = lambda a, b: True


def lt():
    V.__lt__ = lambda a, b: True


def call():
    V.__call__ = lambda a, x: 0


def length():
    V.__len__ = lambda a: 2


def truth():
    V.__bool__ = lambda a: False


for what in (eq, lt, call, length, truth):
    print(what.__name__, operators(300, 222, what))

# isinstance against classes that change.
class P:
    pass


class Q(P):
    pass


class R:
    pass


def tests(n, o, at, what):
    s = 0
    for i in range(n):
        if i == at:
            what(o)
        s += isinstance(o, P) + 2 * isinstance(o, R)
    return s


def to_r(o):
    o.__class__ = R


def other_base(o):
    Q.__bases__ = (R,)


print(tests(300, Q(), 200, to_r), tests(300, Q(), 200, other_base), tests(300, Q(), 0, lambda o: None))

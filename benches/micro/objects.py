"""Attributes, methods, classes and operators of user classes."""


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def move(self, dx):
        self.x += dx
        return self

    @property
    def total(self):
        return self.x + self.y

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)


class Slotted:
    __slots__ = ("v",)

    def __init__(self, v):
        self.v = v


class Shape:
    scale = 2

    def area(self):
        return 1


class Square(Shape):
    def __init__(self, side):
        self.side = side

    def area(self):
        return super().area() + self.side * self.side * self.scale


class Circle(Shape):
    def __init__(self, r):
        self.r = r

    def area(self):
        return self.r * self.r * 3


def bench_attribute_get(n=1_000_000):
    p = Point(1, 2)
    s = 0
    for _ in range(n):
        s += p.x + p.y
    return s


def bench_attribute_set(n=800_000):
    p = Point(1, 2)
    for i in range(n):
        p.x = i
        p.y = p.x
    return p.y


def bench_slots(n=900_000):
    o = Slotted(0)
    for _ in range(n):
        o.v += 1
    return o.v


def bench_method_call(n=600_000):
    p = Point(0, 0)
    for _ in range(n):
        p.move(1)
    return p.x


def bench_polymorphic_call(n=300_000):
    shapes = [Square(2), Circle(3), Shape()]
    s = 0
    for i in range(n):
        s += shapes[i % 3].area()
    return s


def bench_property(n=500_000):
    p = Point(1, 2)
    s = 0
    for _ in range(n):
        s += p.total
    return s


def bench_instantiate(n=400_000):
    s = 0
    for i in range(n):
        s += Point(i, 1).y
    return s


def bench_operator_overload(n=200_000):
    a, b = Point(0, 0), Point(1, 2)
    for _ in range(n):
        a = a + b
    return a.x, a.y


def bench_isinstance(n=700_000):
    values = [1, 2.5, "s", None]
    c = 0
    for i in range(n):
        if isinstance(values[i & 3], (int, float)):
            c += 1
    return c


def bench_linked_list(n=60):
    class Node:
        def __init__(self, value, following):
            self.value = value
            self.following = following

    s = 0
    for _ in range(n):
        head = None
        for i in range(3000):
            head = Node(i, head)
        while head is not None:
            s += head.value
            head = head.following
    return s

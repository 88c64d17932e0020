# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2 -X jit-stress-exits=2
"""Objects made in hot loops: kept, dropped, half made when something raises; a global that is added later."""


class P:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def plus(self, o):
        return P(self.x + o.x, self.y + o.y)


class Q:
    def __init__(self, n):
        self.a = n
        if n % 7 == 3:
            self.b = [n, -n]
        self.c = 1.5


def keep(n):
    l = [None] * n
    for i in range(n):
        l[i] = P(i, (i, i + 1))
    return sum(p.x + p.y[1] for p in l), hasattr(l[0], "z")


def drop(n):
    p = P(0, 0.5)
    for i in range(n):
        p = p.plus(P(i, 1.0))
    return p.x, p.y


def some(n):
    out = []
    for i in range(n):
        q = Q(i)
        out.append(q.__dict__)
    return out[-6:]


def linked(n):
    head = None
    for i in range(n):
        head = (i, head)
    s = 0
    while head is not None:
        v, head = head
        s += v
    return s


print(keep(60), drop(60), linked(60))
print(some(40))


def half(n):
    made = []

    class R:
        def __init__(self, i):
            made.append(self)
            self.i = i
            self.j = 100 // (30 - i)

    try:
        for i in range(n):
            R(i)
    except ZeroDivisionError as e:
        return len(made), vars(made[-1]), vars(made[5]), e.__traceback__.tb_next.tb_lineno


print(half(60))


def uses_globals(n):
    s = 0
    for i in range(n):
        s += k + i
    return s


k = 1
print(uses_globals(50))
for name in range(30):
    globals()[f"later{name}"] = name
    k = name
    print(uses_globals(50), end=" ")
print()

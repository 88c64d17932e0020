# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1
# also: -X jit=on -X jit-threshold=5 -X jit-check-frames=on
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2
"""Methods behind instructions in hot loops: item access and properties of Python classes."""
import sys
import traceback


class Grid:
    def __init__(self, w, h):
        self.w, self.h = w, h
        self.cells = [0] * (w * h)

    def at(self, x, y):
        if 0 <= x < self.w and 0 <= y < self.h:
            return y * self.w + x
        raise IndexError(f"{x}, {y}")

    def __getitem__(self, xy):
        x, y = xy
        return self.cells[self.at(x, y)]

    def __setitem__(self, xy, v):
        x, y = xy
        self.cells[self.at(x, y)] = v
        return "ignored"

    @property
    def area(self):
        return self.w * self.h


def smooth(g, rounds):
    for _ in range(rounds):
        for y in range(1, g.h - 1):
            for x in range(1, g.w - 1):
                g[x, y] = (g[x - 1, y] + g[x + 1, y] + g[x, y - 1] + g[x, y + 1] + y) % 1000
    return g.cells[g.w : g.w + 8]


print(smooth(Grid(12, 12), 5))


def areas(gs):
    s = 0
    for g in gs:
        s += g.area
    return s


print(areas([Grid(i, i) for i in range(40)]))


def outside(g):
    n = 0
    for x in range(30):
        n += g[x, 0] + 1
    return n


try:
    outside(Grid(20, 1))
except IndexError:
    traceback.print_exc(file=sys.stdout)


def caught(g):
    n = bad = 0
    for x in range(60):
        try:
            n += g[x % 25, 0] + 1
            g[x % 23, 0] = x
        except IndexError:
            bad += 1
    return n, bad


print(caught(Grid(20, 1)))


class Row:
    def __init__(self, v):
        self.v = v

    def __getitem__(self, i):
        if isinstance(i, tuple):
            return self.v[i[0]] + self.v[i[1]]
        return self.v[i]

    def __setitem__(self, i, x):
        self.v[i] = x


def rows(r):
    s = 0
    for i in range(50):
        r[i % 10] = i
        s += r[i % 10] + r[i % 7, 3] + r[5]
    return s


print(rows(Row([0] * 10)), rows(Row([1.5] * 10)))


class Deep:
    def __init__(self, n):
        self.n = n

    def __getitem__(self, i):
        if i == 0:
            return self.n
        return self[i - 1] + 1


def deep(d):
    s = 0
    for i in range(40):
        s += d[i % 9]
    return s


print(deep(Deep(5)))


class Changing:
    def __getitem__(self, i):
        return i

    p = property(lambda self: 1)


def changing(c):
    out = []
    for i in range(40):
        if i == 25:
            Changing.__getitem__ = lambda self, i: -i
            Changing.p = property(lambda self: 2)
        out.append(c[i] + c.p)
    return out


print(changing(Changing()))


class Who:
    def __getitem__(self, i):
        return sys._getframe(1).f_lineno - sys._getframe(1).f_code.co_firstlineno, sys._getframe().f_code.co_name


def who(w):
    last = None
    for i in range(40):
        last = w[i]
    return last


print(who(Who()))

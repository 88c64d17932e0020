# Places that were specialised for one thing and then see another.


class A:
    def __init__(self, x, y=2):
        self.x = x
        self.y = y

    def m(self):
        return "A.m"


class B(A):
    def __init__(self, x):
        super().__init__(x, 5)

    def m(self):
        return "B" + super().m()


def add(a, b):
    return a + b


def get(o):
    return o.x


def call(o):
    return o.m()


def make(c, *args):
    return c(1)


def warm(f, *args):
    for _ in range(50):
        r = f(*args)
    return r


# Types change.
print(warm(add, 1, 2), warm(add, 1.5, 2), warm(add, "a", "b"), warm(add, 2**60, 1), warm(add, [1], [2]))
try:
    add(1, "x")
except TypeError as e:
    print(e)

# A class changes under its instances and its calls.
a, b = A(1), B(2)
print(warm(get, a), warm(get, b), warm(call, a), warm(call, b))
A.m = lambda self: "new"
print(call(a), call(b))
a.m = lambda: "own"
print(call(a))
del a.m
print(call(a))
a.__class__ = B
print(call(a), type(a).__name__)
del a.x
for _ in range(3):
    try:
        get(a)
    except AttributeError as e:
        print(e)
A.x = "class"
print(get(a))
A.x = property(lambda self: "property")
print(get(a), get(b))
del A.x
b.x = 3
print(get(b))


# Calls of a class whose __init__ changes, goes, raises, or returns something.
class C:
    def __init__(self, x):
        self.v = x


print(warm(make, C).v)
old = C.__init__


def other(self, x, y=7):
    self.v = (x, y)


C.__init__ = other
print(make(C).v)


def bad(self, x):
    raise ValueError("init")


C.__init__ = bad
for _ in range(3):
    try:
        make(C)
    except ValueError as e:
        print(e, e.__traceback__.tb_next.tb_next.tb_frame.f_code.co_name)
C.__init__ = lambda self, x: 3
try:
    make(C)
except TypeError as e:
    print(e)
del C.__init__
try:
    make(C)
except TypeError as e:
    print(e)
C.__init__ = old
C.__new__ = lambda cls, x: ("made", x)
print(make(C))


# Builtins are rebound and come back.
def size(x):
    return len(x)


print(warm(size, [1, 2]))
len = lambda x: "mine"
print(size([1]))
del len
print(size([1]))
import builtins

saved = builtins.len
builtins.len = lambda x: "builtin"
print(size([1]))
builtins.len = saved
print(size([1]), size({1: 2}), size("abc"), size((1,)), size(range(9)))
try:
    size(3)
except TypeError as e:
    print(e)

# Module-level names come and go; one code object, several namespaces.
code = compile("n = n + 1\nfor i in range(3):\n    n = n + i\n", "x", "exec")
for space in ({"n": 1}, {"n": 10.5}, {"n": 2**70}):
    for _ in range(5):
        exec(code, space)
    print(space["n"])
outer, inner = {"n": 5, "range": range}, {}
exec(code, outer, inner)
print(outer["n"], inner)
exec(code, outer, inner)
print(outer["n"], inner)
loop = compile("for k in range(60):\n    t = k\n    if k == 40:\n        del t\n    elif k == 50:\n        globals()['z'] = k\n", "x", "exec")
space = {}
exec(loop, space)
print(space["t"], space["z"])


def setter(k):
    global shared
    shared = k
    return shared


for k in range(100):
    setter(k)
    if k == 60:
        del shared
print(shared)

# Lists change under iteration; methods of subclasses stand before the builtin ones.
seen = []
work = [1, 2, 3]
for x in work:
    seen.append(x)
    if len(work) < 40:
        work.append(x + 10)
print(saved(seen), seen[-3:])


class L(list):
    def append(self, x):
        super().append(("L", x))


def push(l, x):
    l.append(x)
    return l


print(warm(push, [0], 1)[-2:], push(L(), 1), push([], 1.5), push([1], "s"))
try:
    push((), 1)
except AttributeError as e:
    print(e)


# Defaults change, arguments do not fit any more.
def d(a, b=1, *, c=2):
    return (a, b, c)


def call_d(f):
    return f(0)


def e(a, b=3):
    return (a, b)


print(warm(call_d, d), warm(call_d, e))
e.__defaults__ = (9,)
print(call_d(e))
e.__defaults__ = None
try:
    call_d(e)
except TypeError as x:
    print(x)
e.__code__ = d.__code__
e.__defaults__ = (4,)
e.__kwdefaults__ = {"c": 8}
print(call_d(e))


# Slices of everything.
class S:
    def __getitem__(self, k):
        return k


def cut(v, i, j):
    return v[i:j]


for v in ([1, 2, 3, 4], (1, 2, 3, 4), "häst!", b"abcd", range(6), S(), L([1, 2])):
    print(warm(cut, v, 1, 3), cut(v, None, -1), cut(v, -2, None), cut(v, 3, 1), cut(v, 99, 2**80))


class I:
    def __index__(self):
        return 1


print(cut([1, 2, 3], I(), None))
l = [1, 2, 3, 4]
l[1:3] = [7, 8]
l[:2] = ["x"]
l[5:9] = l
print(l)

# Yields keep what is needed.


def deep(n):
    try:
        a, b, c = n, n * 2, [n]
        x = (yield a) + ((yield b) or 0)
        for q in (yield c):
            yield (q, x, a, b, c)
    except KeyError as e:
        yield ("caught", e.args, a, b, c)
    finally:
        print("closed", n)


g = deep(3)
print(next(g), g.send(10), g.send(5), g.send("pq"), g.gi_frame.f_locals["x"], next(g), list(g))
g = deep(4)
print(next(g), g.throw(KeyError("k")), list(g))

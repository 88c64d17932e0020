import sys, json, copy, functools
def check(name, f):
    try: f(); print(name, "returned")
    except RecursionError: print(name, "RecursionError")
# How deep natives get depends on the native stack: what matters is that they end.
def ends(name, f):
    try: f()
    except RecursionError: pass
    print(name, "ends")
class R:
    def __repr__(self): return repr(self)
    def __eq__(self, o): return self == o
    def __hash__(self): return hash(self)
    def __lt__(self, o): return sorted([self, o]) and True
    def __getattr__(self, n): return getattr(self, n + "x")
    def __len__(self): return len(self)
    def __iter__(self): return iter(self)
    def __call__(self): return self()
    def __bool__(self): return bool(self)
    def __contains__(self, x): return x in self
    def __add__(self, o): return self + o
    def __getitem__(self, i): return self[i]
    def __str__(self): return str(self)
    def __format__(self, s): return format(self, s)
    def __index__(self): return [1][self]
    def __enter__(self):
        with self: pass
    def __exit__(self, *a): pass
r = R()
check("repr", lambda: repr(r)); check("eq", lambda: r == r.__class__()); check("hash", lambda: hash(r)); check("lt", lambda: r < r); check("getattr", lambda: r.foo); check("len", lambda: len(r)); check("iter", lambda: iter(r)); check("call", lambda: r()); check("bool", lambda: bool(r)); check("contains", lambda: 1 in r); check("add", lambda: r + 1); check("getitem", lambda: r[0]); check("str", lambda: str(r)); check("format", lambda: f"{r}"); check("index", lambda: [1][r]); check("with", lambda: r.__enter__())
def key(x): return sorted([1, 2], key=key)
check("sort key", lambda: key(1)); check("map", (f := lambda: list(map(lambda _: f(), [1])))); check("max", (g := lambda: max([1, 2], key=lambda _: g()))); check("reduce", (h := lambda: functools.reduce(lambda a, b: h(), [1, 2])))
nested = []
for _ in range(100000): nested = [nested]
check("nested repr", lambda: repr(nested)); ends("nested eq", lambda: nested == [nested] or nested == copy.copy(nested)); check("nested json", lambda: json.dumps(nested)); check("deepcopy", lambda: copy.deepcopy(nested))
t = ()
for _ in range(100000): t = (t,)
ends("nested hash", lambda: hash(t))
d = {}
for _ in range(100000): d = {"k": d}
check("nested dict repr", lambda: repr(d))
check("json loads", lambda: json.loads("[" * 100000 + "]" * 100000))
ends("isinstance", lambda: isinstance(1, t))
class P:
    @property
    def x(self): return self.x
check("property", lambda: P().x)
def gen(): yield from gen()
check("yield from", lambda: list(gen()))
class M(type):
    def __call__(cls): return cls()
class C(metaclass=M): pass
check("metaclass call", lambda: C())
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
print(deep(900)); sys.setrecursionlimit(5000); print(deep(4500))
for bad in ("sys.setrecursionlimit(0)", "sys.setrecursionlimit(-1)", "sys.setrecursionlimit('a')"):
    try: eval(bad)
    except (ValueError, TypeError) as e: print(e)
e = ValueError(0)
for i in range(50000):
    n = ValueError(i); n.__context__ = e; e = n
del e, n, nested, t, d; print("done")

# also: -X spec-threshold=4
def make():
    n = 1
    def get(): return n
    def set_(v):
        nonlocal n
        n = v
    return get, set_
get, set_ = make()
for _ in range(100): get()
for v in (2, 2.5, "s", None, 2**80): set_(v); print(get(), end=" ")
print()
get.__closure__[0].cell_contents = "poked"; print(get())
del get.__closure__[0].cell_contents
try: get()
except NameError as e: print(e)
def f(): return 1
def call(): return f()
for _ in range(100): call()
f.__code__ = (lambda: 2).__code__; print(call())
def g(a, b=1): return a + b
for _ in range(100): g(1)
g.__defaults__ = (10,); print(g(1)); g.__defaults__ = None
try: g(1)
except TypeError as e: print(e)
g.__kwdefaults__ = {"x": 1}; print(g(1, 2))
def h(*, k=1): return k
for _ in range(60): h()
h.__kwdefaults__["k"] = 2; print(h())
try: f.__code__ = make.__code__.co_consts[1] if hasattr(make.__code__.co_consts[1], "co_name") else get.__code__
except ValueError as e: print(str(e)[:50])
def loop(fs): return [fn(3) for fn in fs]
fs = [lambda x: x, abs, str, int.__neg__, lambda x, y=2: x * y, type, float, "{}".format, (5).__add__, {3: "three"}.get]
for _ in range(30): r = loop(fs)
print(r)
class C:
    def __call__(self, x): return ("C", x)
    @staticmethod
    def s(x): return ("s", x)
    @classmethod
    def c(cls, x): return (cls.__name__, x)
    def m(self, x): return ("m", x)
for _ in range(30): r = loop([C(), C.s, C.c, C().m, C().s, C().c])
print(r)
def varargs(*a, **k): return len(a), sorted(k)
def calls(n):
    out = []
    for i in range(n):
        out = [varargs(), varargs(*range(i % 5)), varargs(a=1, **{"b": i}), varargs(1, *[2], x=3, **{})]
    return out
print(calls(50), calls(53))

import functools
from functools import *
print(reduce(lambda a, b: a * b, [1, 2, 3, 4]), reduce(max, [3, 1], 5), partial(int, base=2)("101"), partial(print, "a", sep="-")("b"), repr(partial(pow, 2))[:30])
p = partial(lambda *a, **k: (a, k), 1, x=2); print(p(3, y=4), p.args, p.keywords, partial(p, 5).args)
@lru_cache(maxsize=2)
def f(x): print("compute", x); return x * 2
print(f(1), f(1), f(2), f(3), f(1), f.cache_info(), f.cache_parameters()); f.cache_clear(); print(f.cache_info())
@cache
def g(a, *, b=1): return a, b
print(g(1), g(1, b=2), g.cache_info()); 
try: g([])
except TypeError as e: print(e)
class C:
    @cached_property
    def v(self): print("once"); return 5
    @partialmethod
    def nope(self): pass
    def base(self, a, b): return a, b
    pm = partialmethod(base, "fixed")
    @singledispatchmethod
    def sd(self, x): return "default"
    @sd.register
    def _(self, x: int): return "int"
c = C(); print(c.v, c.v, vars(c), c.pm("b"), c.sd("s"), c.sd(1))
@total_ordering
class T:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
print(T(1) <= T(2), T(2) > T(1), T(1) >= T(1), max(T(1), T(3)).v)
@singledispatch
def sd(x): return "object"
@sd.register(int)
@sd.register(float)
def _(x): return "number"
@sd.register
def _(x: list): return "list " + sd(x[0])
print(sd("a"), sd(1), sd(2.5), sd([1]), sd(True), sd.dispatch(bool)(0), sd.registry.keys() >= {int, float, list, object})
def orig(a: int) -> str: "doc"
@wraps(orig)
def w(*a): pass
print(w.__name__, w.__doc__, w.__wrapped__ is orig, w.__annotations__, WRAPPER_ASSIGNMENTS[:2])
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)), cmp_to_key(lambda a, b: 0)(1) == cmp_to_key(lambda a, b: 0)(1))
from functools import Placeholder; print(partial(pow, Placeholder, 2)(5))
for bad in ("reduce(max, [])", "partial()", "partial(5)", "lru_cache(maxsize='a')(len)", "reduce(1)", "sd()"):
    try: print(eval(bad))
    except TypeError as e: print(bad, "->", e)

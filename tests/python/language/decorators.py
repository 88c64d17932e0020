log = []
def deco(tag):
    log.append(f"make {tag}")
    def wrap(f):
        log.append(f"apply {tag}")
        def inner(*a, **k):
            return f"{tag}({f(*a, **k)})"
        inner.__name__ = f.__name__
        return inner
    return wrap
@deco("a")
@deco("b")
def f(x):
    return x
print(f(1), f.__name__, log)
@lambda cls: (cls.__name__, cls)
class K: pass
print(K[0])
class Memo:
    def __init__(self, fn):
        self.fn, self.cache, self.misses = fn, {}, 0
    def __call__(self, *a):
        if a not in self.cache:
            self.misses += 1
            self.cache[a] = self.fn(*a)
        return self.cache[a]
@Memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(60), fib.misses)
reg = {}
def register(cls):
    reg[cls.__name__] = cls
    cls.registered = True
    return cls
@register
class A: pass
@register
class B(A): pass
print(sorted(reg), B.registered)
table = [print, len]
@table[1]
@str
@(lambda f: f.__name__)
def abcdef(): pass
print(abcdef)
import functools
def logged(level):
    def dec(fn):
        @functools.wraps(fn)
        def wrapper(*args, **kwargs):
            "wrapper doc"
            return level, fn(*args, **kwargs)
        return wrapper
    return dec
@logged(level=3)
def documented(a, b=2):
    "the doc"
    return a + b
print(documented(1), documented.__doc__, documented.__name__, documented.__wrapped__(1, 1))
class P:
    def __init__(self): self._v = 1
    @property
    def v(self):
        "doc of v"
        return self._v
    @v.setter
    def v(self, x):
        self._v = x * 2
    @v.deleter
    def v(self):
        self._v = None
p = P(); p.v = 5; print(p.v); del p.v; print(p.v, P.v.__doc__)

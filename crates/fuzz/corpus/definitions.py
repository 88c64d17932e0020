def f(a, b: int = 1, /, c=2, *d: str, e, f=3, **g) -> int:
    "doc"
    return a + b
# ---
def f():
    x = 1
    def g():
        nonlocal x
        x += 1
        return lambda: x
    return g
# ---
def f():
    global x, y
    x = 1
    del y
# ---
class C(A, B, metaclass=M, **k):
    "doc"
    x: int = 1
    __slots__ = ("a",)
    def m(self):
        return __class__, super().m(), self.__private
    y = [x for z in range(x)]
# ---
@a.b
@c(1)
def f(): yield
# ---
def g():
    x = yield
    y = yield x, *a
    z = yield from g()
    return (yield)
# ---
type X = int
type Y[T: (int, str) = int, *U = *tuple[int], **P = [int]] = dict[T, X]
# ---
def f[T, *A, **P](x: T, *a: *A, **k: P.kwargs) -> T:
    def g[U: T](y: U): return x, T
    return g
# ---
class C[T](B[T]):
    x: T
    type A = T
    def m[U](self, y: U = 1) -> "T": return U
# ---
class C:
    x = 1
    class D:
        y = 2
        def f(self): return x, y
    if x:
        def g(self): pass
# ---
def f(x):
    def g():
        class C:
            a = x
            nonlocal x
            x = 2
        return C
# ---
f = lambda *a, b=1, **c: (a, b, c)
# ---
def f(a=lambda: 1, *, b=[x for x in y]):
    a: int
    b: str = 1
    return
# ---
class C:
    def __init__(self, x): self.x = self.__x = x
    @property
    def y(self): return self.__x
    @y.setter
    def y(self, z): del self.__x
# ---
def f():
    try:
        return 1
    finally:
        x = 2
# ---
def f():
    for x in y:
        try:
            return x
        except E as x:
            yield x
        finally:
            with a: return

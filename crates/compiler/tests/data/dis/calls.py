def f(self, *a, k=1, **kw):
    self.m(1, x=2)
    f(*a, 3, **kw, y=4)
    print(a[0], a[-1:], a[i:j])
    a[0] = a[i] = k
    a[i:j] = k
    return f"{self!r:>{k}} {k=} x"
class C(B, metaclass=M):
    """Doc."""
    x: int = 1
    def __init__(self):
        super().__init__()
        self.y = __private = lambda: self

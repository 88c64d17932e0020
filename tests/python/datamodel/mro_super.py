class A:
    def m(self): return ["A"]
    def who(self): return "A"
class B(A):
    def m(self): return ["B"] + super().m()
class C(A):
    def m(self): return ["C"] + super().m()
class D(B, C):
    def m(self): return ["D"] + super().m()
print(D().m(), [k.__name__ for k in D.__mro__], super(B, D()).m(), super(D, D).m(D()))
try:
    class Bad(A, B): pass
except TypeError as e: print(e)
try:
    class Dup(A, A): pass
except TypeError as e: print(e)
class E(D):
    @classmethod
    def make(cls): return cls.__name__
    @staticmethod
    def st(): return "static"
    @property
    def p(self): return "E.p"
class F(E):
    @classmethod
    def make(cls): return "F>" + super().make()
    @staticmethod
    def st(): return super(F, F).st()
    @property
    def p(self): return "F>" + super().p
    def nested(self):
        def inner(): return super(F, self).who()
        return inner(), (lambda: super(F, self).p)()
    def comp(self): return [super(F, self).who() for _ in range(2)]
    def zero_arg_comp(self): return [super().who for _ in range(1)][0]()
f = F()
print(f.make(), F.make(), f.st(), f.p, f.nested(), f.comp(), f.zero_arg_comp())
try: super().x
except RuntimeError as e: print(e)
def loose(self): return super().m()
try: loose(1)
except RuntimeError as e: print(e)
try: super(int, "s")
except TypeError as e: print(e)
s = super(B, D())
print(s.__thisclass__.__name__, s.__self_class__.__name__, type(s.__self__).__name__)
try: s.nothing
except AttributeError as e: print(e)
try: super(D, D()).x
except AttributeError as e: print(e)
class G:
    def __init__(self, **kw): self.kw = kw; super().__init__()
class H(G):
    def __init__(self, a, **kw): self.a = a; super().__init__(**kw)
class I(G):
    def __init__(self, b, **kw): self.b = b; super().__init__(**kw)
class J(H, I): pass
j = J(a=1, b=2, c=3)
print(j.a, j.b, j.kw)
class K(int):
    def __new__(cls, v): return super().__new__(cls, v * 2)
    def __add__(self, o): return ("K", super().__add__(o))
print(K(3), K(3) + 1, type(K(3)).__name__)
class SetSuper(A):
    def __setattr__(self, n, v): super().__setattr__(n, (n, v))
ss = SetSuper(); ss.q = 1; print(ss.q)
X = type("X", (B, C), {}); print([k.__name__ for k in X.mro()])
O = object
for n in "ABCDE": globals()["N" + n] = type("N" + n, (O,), {})
class K1(NA, NB, NC): pass
class K2(ND, NB, NE): pass
class K3(ND, NA): pass
class Z(K1, K2, K3): pass
print([k.__name__ for k in Z.__mro__])
D.__bases__ = (C, B); print(D().m(), [k.__name__ for k in F.__mro__])
try: D.__bases__ = (F,)
except TypeError as e: print(e)
try: A.__bases__ = ()
except TypeError as e: print(e)

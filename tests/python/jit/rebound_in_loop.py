# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1 -X jit-tree-nodes=2000 -X jit-recompiles=8 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=3 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2
import builtins, math
G = 1
def f(x): return x + 1
def use(n, at):
    global G, f
    t = 0
    for i in range(n):
        t += f(i) * G
        if i == at:
            G = 'ab'
            t = 0
        if isinstance(t, str): break
        if i == at + 5:
            pass
        if G == 'ab' and i == at: G = 7
        if i == at + 3:
            def f(x): return x * 2
        if i == at + 6:
            f = abs
        if i == at + 9:
            f = lambda x, y=3: x * y
        if i == at + 12:
            del G
            try: G
            except NameError as e: t += len(str(e))
            G = 2.5
    return t
for at in (1, 7, 40):
    print(use(80, at)); G = 1
    def f(x): return x + 1
def use2(n, at):
    t = 0
    for i in range(n):
        t += len([1, 2, i])
        t += min(i, 5)
        if i == at:
            builtins.len = lambda x: 100
        if i == at + 4:
            builtins.len = olen
        if i == at + 8:
            globals()['len'] = lambda x: -1
        if i == at + 12:
            del globals()['len']
    return t
olen = len
for at in (1, 7, 40): print(use2(80, at))
def use3(n, at):
    t = 0
    s = math.sqrt
    for i in range(n):
        t += math.floor(i) + int(math.sqrt(i))
        if i == at: math.sqrt = lambda x: 1000
        if i == at + 5: math.sqrt = s
    return t
for at in (1, 7, 40): print(use3(80, at))
class A:
    k = 3
    def m(self, x): return x + self.k
    @property
    def p(self): return self.k * 2
    def __len__(self): return 4
    def __add__(self, o): return 10
    def __bool__(self): return True
    def __eq__(self, o): return False
    def __getitem__(self, i): return i
    def __call__(self, x): return x
    def __hash__(self): return 1
    def __lt__(self, o): return True
    def __contains__(self, x): return x == 3
    def __iter__(self): return iter((1, 2))
class B(A): pass
def use4(n, at):
    t = 0
    a = A(); b = B()
    for i in range(n):
        for o in (a, b):
            t += o.m(i) + o.p + len(o) + (o + 1) + (5 if o else 7) + (o == 1) + o[i] + o(i) + (o < 1) + (3 in o) + sum(o)
            t %= 1000000007
        if i == at: A.k = 10
        if i == at + 1: A.m = lambda self, x: 1
        if i == at + 2: A.p = 5
        if i == at + 3: A.__len__ = lambda self: 9
        if i == at + 4: A.__add__ = lambda self, o: 20
        if i == at + 5: A.__bool__ = lambda self: False
        if i == at + 6: A.__eq__ = lambda self, o: True
        if i == at + 7: A.__getitem__ = lambda self, i: 2 * i
        if i == at + 8: A.__call__ = lambda self, i: 3 * i
        if i == at + 9: A.__lt__ = lambda self, i: False
        if i == at + 10: A.__contains__ = lambda self, i: True
        if i == at + 11: A.__iter__ = lambda self: iter([5, 6, 7])
        if i == at + 12: B.k = 100
        if i == at + 13: a.k = 1000
        if i == at + 14: b.m = lambda x: 77
        if i == at + 15: A.__getattribute__ = lambda self, n: object.__getattribute__(self, n)
        if i == at + 16: del A.__getattribute__
        if i == at + 17: a.__class__ = B
        if i == at + 18: del B.k
        if i == at + 19: del A.__bool__
        if i == at + 20: A.__setattr__ = lambda self, n, v: object.__setattr__(self, n, v + 1 if type(v) is int else v)
        a.z = i
        t += a.z
        if i == at + 22: b.__dict__['k'] = -5
        if i == at + 23: b.__dict__ = {'k': 8}
        if i == at + 25: B.__bases__ = (C,)
        if i == at + 26: B.m = lambda self, x: 4
    return t
class C(A):
    def m(self, x): return -x
    k = 1
import copy
saved = {k: v for k, v in A.__dict__.items() if k not in ('__dict__', '__weakref__', '__doc__')}
for at in (1, 7, 40):
    print(use4(90, at))
    for k in list(A.__dict__):
        if k not in saved and k not in ('__dict__', '__weakref__', '__doc__'): delattr(A, k)
    for k, v in saved.items():
        setattr(A, k, v)
    B.__bases__ = (A,)
    for k in ('m', 'k'):
        if k in B.__dict__: delattr(B, k)
def fdef(x, y=1): return x + y
def use5(n, at):
    t = 0
    for i in range(n):
        t += fdef(i)
        if i == at: fdef.__defaults__ = (50,)
        if i == at + 5: fdef.__code__ = (lambda x, y=3: x * y).__code__
        if i == at + 8: fdef.__defaults__ = (1,)
    return t
for at in (1, 7, 40): print(use5(80, at))
def cl():
    v = 1
    def get(): return v
    def put(x):
        nonlocal v
        v = x
    return get, put
def use6(n, at):
    g, p = cl()
    t = 0
    for i in range(n):
        t += g()
        if i % 7 == 3: p(i)
        if i == at: p(0.5)
        if i == at + 3: g.__closure__[0].cell_contents = 99
        if i == at + 5: p(1)
    return t
for at in (1, 7, 40): print(use6(80, at))

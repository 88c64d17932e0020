# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1 -X jit-tree-nodes=2000 -X jit-recompiles=8 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=3 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2
import sys
sys.setrecursionlimit(300)
def f(n): return 0 if n == 0 else 1 + f(n - 1)
def loop(ns):
    out = []
    for n in ns:
        try: out.append(f(n))
        except RecursionError as e:
            out.append(str(e))
    return out
print(loop([5, 10, 100, 250, 280, 290, 400, 1000, 10]))
def deep(k):
    s = 0
    for i in range(3):
        if k: s += deep(k - 1) if i == 2 else i
    return s
for n in (10, 50, 250, 290, 310, 500):
    try: print(n, deep(n))
    except RecursionError as e: print(n, e)
class A:
    def __init__(self, n):
        self.c = A(n - 1) if n else None
    def __len__(self): return 1 + len(self.c) if self.c is not None else 0
    def __add__(self, o): return self + o
    def __getattr__(self, n): return getattr(self, n + 'x')
    def __eq__(self, o): return self == o
    def __call__(self): return self()
    @property
    def p(self): return self.p
    def __getitem__(self, i): return self[i + 1]
    def __iter__(self): return iter(self)
    def __bool__(self): return bool(self)
    def __hash__(self): return hash(self)
    def __contains__(self, x): return x in self
    def __repr__(self): return repr(self)
def many(n):
    a = A.__new__(A)
    out = []
    for i in range(n):
        for f in (lambda: a + 1, lambda: a == 1, lambda: a(), lambda: a.p, lambda: a[0], lambda: bool(a), lambda: 3 in a, lambda: hash(a), lambda: repr(a), lambda: A(5000)):
            try: f(); out.append('ok')
            except RecursionError as e: out.append('R')
            except Exception as e: out.append(type(e).__name__)
    return out
print(many(6))
def gen(n):
    if n: yield from gen(n - 1)
    yield n
def gl():
    out = []
    for n in (5, 50, 100, 200, 280, 400):
        try: out.append(sum(gen(n)))
        except RecursionError as e: out.append('R')
    return out
print(gl())
def mutual_a(n): return mutual_b(n - 1) if n else 0
def mutual_b(n):
    try: return mutual_a(n - 1) if n > 0 else 1
    finally:
        global cnt
        cnt += 1
cnt = 0
for n in (10, 100, 101, 250, 291, 1000):
    try: print(mutual_a(n), cnt)
    except RecursionError as e: print('R', cnt > 100)
def in_loop():
    t = 0
    for i in range(40):
        try: t += rec(i * 20)
        except RecursionError: t += 1000000
    return t
def rec(n):
    t = 0
    for i in range(2): t += i
    return t + (rec(n - 1) if n else 0)
print(in_loop())
def srt():
    out = 0
    def key(x):
        return sorted([x], key=key)[0]
    for i in range(5):
        try: sorted([1, 2], key=key)
        except RecursionError: out += 1
    return out
print(srt())

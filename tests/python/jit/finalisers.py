# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1 -X jit-tree-nodes=2000 -X jit-recompiles=8 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=3 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2
import weakref, gc
log = []
class D:
    def __init__(self, k): self.k = k
    def __del__(self): log.append(self.k)
def f(n):
    for i in range(n):
        d = D(i)
        d2 = D(-i)
        d.x = d2
    return d.k
print(f(100)); gc.collect(); print(sorted(log) == sorted(list(range(99)) + [-i for i in range(99)] + [99, -99]), len(log)); log.clear()
def g(n):
    refs = []
    for i in range(n):
        class X: pass
        x = X()
        refs.append(weakref.ref(x, lambda r, i=i: log.append(i)))
    return refs, x
r, x = g(50); gc.collect(); print(len(log), r[-1]() is x, log.count(49)); log.clear()
class Res:
    saved = []
    def __del__(self): Res.saved.append(self)
def res(n):
    for i in range(n): Res()
res(30); gc.collect(); print(len(Res.saved)); Res.saved.clear()
class Raises:
    def __del__(self):
        log.append('r')
def rr(n):
    t = 0
    for i in range(n):
        Raises()
        t += i
    return t
print(rr(60)); gc.collect(); print(len(log)); log.clear()
wd = weakref.WeakValueDictionary()
class V:
    def __init__(self, v): self.v = v
def w(n):
    keep = []
    for i in range(n):
        v = V(i); wd[i] = v
        if i % 2: keep.append(v)
    v = None
    gc.collect()
    return sorted(k for k in wd.keys() if k % 2) == list(range(1, n, 2)), sum(wd[k].v for k in range(1, n, 2))
print(w(60))
class Glob:
    def __del__(self):
        global G
        G += 1
G = 0
def gg(n):
    t = 0
    for i in range(n):
        Glob()
        t += 1
        if i % 5 == 4: gc.collect()
    return t
print(gg(50)); gc.collect(); print(G)

# also: -X spec-threshold=4
import gc, weakref, sys
log = []
class D:
    def __init__(self, n): self.n = n
    def __del__(self): log.append(self.n)
def collect():
    for _ in range(3): gc.collect()
def scope():
    a = D("local"); b = D("cyc1"); c = D("cyc2"); b.o, c.o = c, b
scope(); collect(); print(sorted(log)); log.clear()
class Res:
    def __del__(self): saved.append(self)
saved = []
def res(): Res()
res(); collect(); print(len(saved)); saved.clear(); collect(); print("resurrected once only:", len(saved))
l = [D(i) for i in range(5)]; del l[1:3]; collect(); print(sorted(log)); l = None; collect(); print(sorted(log)); log.clear()
d = {"k": D("in dict")}; d.clear(); collect(); print(log); log.clear()
def gen():
    try: yield 1
    finally: log.append("gen finalised")
def usegen():
    g = gen(); next(g)
usegen(); collect(); print(log); log.clear()
class Err:
    def __del__(self): raise ValueError("ignored")
sys.unraisablehook = lambda u: log.append(str(u.exc_value))
def err(): Err()
err(); collect(); print(log); log.clear()
def loop():
    for i in range(2000): x = [i, [i]]; x.append(x)
loop(); collect(); print(gc.isenabled(), gc.disable(), gc.isenabled(), gc.enable(), isinstance(gc.collect(), int), len(gc.get_threshold()), gc.is_tracked([]), gc.callbacks == [], gc.garbage)
class N: pass
refs = []
def many():
    for i in range(100):
        n = N(); n.self = n; refs.append(weakref.ref(n))
many(); collect(); print(sum(r() is not None for r in refs) <= 1)
big = [bytearray(10000) for _ in range(200)]; total = sum(map(len, big)); del big; print(total)
def churn():
    t = 0
    for i in range(300): t += len([bytes(5000) for _ in range(10)])
    return t
print(churn()); o = N(); o.x = o; r = weakref.ref(o); del o; collect(); print(r())
keep = {}
for i in range(3000): keep[i % 100] = [keep.get((i + 1) % 100) and 1, str(i), (i, float(i))]
gc.collect(); print(len(keep), keep[50], sum(v[2][0] for v in keep.values()))
e = None
try: raise ValueError(D("in exc"))
except ValueError as x: e = x
e = None; collect(); print(log)
print(gc.get_referents([1, "a"]) == [1, "a"] or sorted(map(str, gc.get_referents([1, "a"]))), gc.freeze(), gc.unfreeze(), gc.get_count().__class__.__name__, gc.get_stats()[0].keys() >= {"collections"})

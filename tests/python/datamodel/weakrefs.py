import weakref, gc
class O:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"O{self.n}"
    def m(self): return "m"
def collect():
    for _ in range(3): gc.collect()
def scope():
    o = O(1); r = weakref.ref(o, lambda w: print("callback", w() is None))
    print(r() is o, r is weakref.ref(o) or "callback refs differ", weakref.getweakrefcount(o) >= 1)
    return r
r = scope(); collect(); print(r())
def make(n): return O(n)
keep = make(2)
r = weakref.ref(keep); print(r(), weakref.ref(keep) is r, r == weakref.ref(keep), hash(r) == hash(keep))
d = weakref.WeakValueDictionary(); d["a"] = keep
def add(): d["b"] = O(3); return len(d)
add(); collect(); print(dict(d))
k = weakref.WeakKeyDictionary(); k[keep] = "v"
def addk(): k[O(4)] = 1
addk(); collect(); print(len(k), list(k.items()))
s = weakref.WeakSet([keep])
def adds(): s.add(O(5))
adds(); collect(); print(list(s))
p = weakref.proxy(keep); print(p.n, p.m(), type(p).__name__); p.n = 9; print(keep.n)
wm = weakref.WeakMethod(keep.m); print(wm()())
def fin():
    o = O(6); f = weakref.finalize(o, print, "finalized", o.n); return f
f = fin(); collect(); print(f.alive)
for bad in (5, "s", None, (), [], {}):
    try: weakref.ref(bad); print("ok?", bad)
    except TypeError as e: print(e)
class L(list): pass
l = L([1]); print(weakref.ref(l)() is l, weakref.ref({1}) is not None, weakref.ref(len)() is len, weakref.ref(O)() is O)
def cyc():
    a, b = O(7), O(8); a.o, b.o = b, a; return weakref.ref(a)
c = cyc(); collect(); print(c())
def proxy_dead():
    o = O(1); return weakref.proxy(o)
q = proxy_dead(); collect()
try: q.n
except ReferenceError as e: print(e)

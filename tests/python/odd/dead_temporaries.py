# What only dead temporaries refer to is collected: arguments of finished calls, results nobody kept. Variables
# live until they are deleted; a generator that delegates a throw keeps its own.
import gc, weakref
class A:
    def m(self, a, b): pass
def f():
    o = A(); r = weakref.ref(o); o.m(o, o); A.m(o, o, o)
    del o
    gc.collect(); print(r() is None)
    d = weakref.WeakKeyDictionary(); k = A(); d[k] = 1
    print(len(d)); del k; gc.collect(); print(len(d))
class Throws:
    def __iter__(self): return self
    def __next__(self): return 1
    def throw(self, *e):
        gc.collect()
        raise KeyError("thrown")
def delegating():
    x = A()
    try: yield from Throws()
    except KeyError as e: print("delegate", e, type(x).__name__)
f(); f()
g = delegating(); next(g)
try: g.throw(ValueError)
except StopIteration: print("stopped")
try:
    for i in range(3): A().m(i, A())
    gc.collect(); {}[i]
except KeyError as e: print(repr(e), [*map(str, (i, e))])

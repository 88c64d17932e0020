# also: -X spec-threshold=4
class P:
    n = 0
    @property
    def v(self):
        P.n += 1
        if P.n % 50 == 0: raise AttributeError("sometimes")
        return P.n
p = P(); fails = 0
def read(o): return o.v
for _ in range(200):
    try: read(p)
    except AttributeError as e: fails += 1; msg = str(e)
print(fails, msg, P.n)
class It:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        self.n -= 1
        if self.n == 0: raise KeyError("not a stop")
        return self.n
def consume(it):
    t = 0
    for x in it: t += x
    return t
for n in (5, 100):
    try: consume(It(n))
    except KeyError as e: print(repr(e))
class Cmp:
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        if self.v == 77: raise ValueError("no order")
        return self.v < o.v
def run(vs): return [a < b for a, b in zip(vs, vs[1:])]
print(sum(run([Cmp(i) for i in range(70)])))
try: run([Cmp(i) for i in range(60, 90)])
except ValueError as e: print(e)
try: sorted([Cmp(i) for i in range(90, 60, -1)])
except ValueError as e: print(e)
def call(f, x): return f(x) + 1
def good(x): return x
def bad(x): raise RuntimeError(f"bad {x}")
out = []
for i in range(120):
    try: out.append(call(bad if i % 40 == 39 else good, i))
    except RuntimeError as e: out.append(str(e))
print(out[38:41], len(out), out[-1])
def div(a, b):
    try: return a // b
    except ZeroDivisionError: return "zero"
    finally: log.append(b)
log = []; print([div(10, i % 5) for i in range(100)][-6:], len(log))
def unpack(t):
    try: a, b = t
    except (ValueError, TypeError) as e: return str(e)
    return a + b
print([unpack(t) for _ in range(30) for t in ((1, 2), [3, 4], "ab", (1,), (1, 2, 3), 5, iter([1, 2]), {1: 2, 3: 4})][-8:])
def attr(o):
    try: return o.name
    except AttributeError as e: return str(e)
class N: pass
n = N(); n.name = "set"
print([attr(o) for _ in range(30) for o in (n, N(), 5, N, print, None)][-6:])
def gl():
    try: return undefined_global
    except NameError: return "undefined"
for _ in range(60): r = gl()
undefined_global = 1; print(r, gl()); del undefined_global; print(gl())
def loc(flag):
    if flag: x = 1
    try: return x
    except UnboundLocalError: return "unbound"
print([loc(i % 3 == 0) for i in range(60)][-4:])
def recursive(n):
    if n == 0: raise ValueError("deep")
    try: return recursive(n - 1)
    except ValueError as e:
        if n % 10 == 0: raise KeyError(n) from e
        raise
try: recursive(35)
except KeyError as e:
    chain = []
    while e: chain.append(repr(e)); e = e.__cause__
    print(chain)
def gen():
    for i in range(100):
        try: yield i
        except ValueError as e: yield f"handled {e}"
g = gen(); print([next(g) for _ in range(60)][-1], g.throw(ValueError("x")), next(g))

# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1 -X jit-tree-nodes=2000 -X jit-recompiles=8 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=3 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2
# stderr: ignore
import sys, traceback
def a(n):
    t = 0
    for i in range(n):
        try:
            if i % 3 == 0: raise ValueError(i)
            if i % 3 == 1: {}[i]
            t += i
        except ValueError as e:
            t += e.args[0]
            try: raise KeyError from e
            except KeyError as k:
                t += k.__cause__ is e
                t += k.__context__ is e
        except KeyError as e:
            t -= e.args[0]
            t += e.__context__ is None
        else: t += 1
        finally: t += 2
        t += sys.exc_info()[0] is None
    return t
print(a(5), a(100))
def b(n):
    out = []
    for i in range(n):
        for j in range(5):
            try:
                if j == i % 5: continue
                if j == i % 7: break
                if i == n - 1 and j == 2: return out, i, j
                out.append((i, j))
            finally:
                out.append('f')
                if i % 11 == 10: break
        else: out.append('e')
        while True:
            try: break
            finally: out.append('w')
    return out
import zlib
for n in (3, 20, 80): print(zlib.crc32(repr(b(n)).encode()))
class CM:
    def __init__(self, s): self.s = s; self.n = 0
    def __enter__(self): self.n += 1; return self
    def __exit__(self, t, v, tb):
        self.n += 10 if t else 1
        return self.s and t is not None and issubclass(t, ValueError)
def c(n):
    m = CM(True); k = CM(False)
    t = 0
    for i in range(n):
        try:
            with m as q, k:
                if i % 4 == 1: raise ValueError
                if i % 4 == 2: raise KeyError(i)
                if i % 9 == 8: continue
                t += q.n
        except KeyError as e: t += 7
        with m:
            if i % 6 == 5: break
    return t, m.n, k.n
for n in (3, 6, 100): print(c(n))
def d(n):
    t = 0
    for i in range(n):
        try:
            try: raise ExceptionGroup('g', [ValueError(i), TypeError(i)])
            except* ValueError as e: t += len(e.exceptions)
            except* TypeError as e: t += 10
        except BaseException as e: t += 1000
    return t
print(d(30))
def inner(i):
    if i % 5 == 4: raise IndexError(i)
    return i
def mid(i):
    try: return inner(i)
    except KeyError: return -1
def e(n):
    t = 0; tbs = 0
    for i in range(n):
        try: t += mid(i)
        except IndexError as x:
            t += x.args[0]
            tbs += len(traceback.extract_tb(x.__traceback__))
            last = [(f.name, f.lineno, f.colno, f.end_colno) for f in traceback.extract_tb(x.__traceback__)]
    return t, tbs, last
print(e(10), e(100))
def g(n):
    for i in range(n):
        try: inner(i)
        except IndexError: pass
        x = [1, 2, 3][i if i < 3 else i - n + 2]
    raise RuntimeError(x)
for n in (4, 50):
    try: g(n)
    except Exception: traceback.print_exc(file=sys.stdout)
def h(n):
    t = 0
    e = None
    for i in range(n):
        try: e
        except UnboundLocalError as u: t += 1000
        try:
            if i % 2: raise OSError(i)
        except OSError as e:
            t += e.errno is None
    return t
print(h(4), h(50))
def un(n):
    t = 0
    for i in range(n):
        try:
            if i == n - 2: del t
            t += i
        except UnboundLocalError as e:
            print(e); t = 5
        try: zz + 1
        except NameError as e: t += len(str(e)); 
        try: print_ = notdef
        except NameError: pass
        if i == n - 3: zz = 1
    return t
print(un(5), un(60))
def su(n):
    l = []
    it = iter(range(n))
    t = 0
    while True:
        try: t += next(it)
        except StopIteration: break
    for i in range(n):
        a, b = (i, i + 1) if i % 13 else (i, 5)
        try: x, y = range(i % 4)
        except ValueError as e: t += len(str(e))
        try: x, *y, z = 'a' * (i % 4)
        except ValueError as e: t += len(str(e))
        try: x, y = i
        except TypeError as e: t += len(str(e))
    return t
print(su(5), su(80))
def attr(n):
    class A: pass
    a = A(); t = 0
    for i in range(n):
        try: t += a.x
        except AttributeError as e: t += len(str(e)); a.x = 1
        if i % 5 == 4: del a.x
        if i % 17 == 16: a.__dict__['x'] = 100
        try: None.foo
        except AttributeError as e: t += len(e.name)
        try: a.y.z
        except AttributeError as e: t += e.obj is a
    return t
print(attr(4), attr(90))
def calls(n):
    def f(a, b=2, *c, d, e=5, **k): return a + b + len(c) + d + e + len(k)
    t = 0
    for i in range(n):
        t += f(1, d=i) + f(1, 2, 3, 4, d=1, z=3) + f(*[1, 2, 3], **{'d': 1})
        for args, kw in (((), {}), ((1,), {}), ((1,), {'d': 1, 'a': 2}), ((1, 2), {'d': 3})):
            try: t += f(*args, **kw)
            except TypeError as e: t += len(str(e))
        try: inner()
        except TypeError as e: t += len(str(e))
        try: inner(1, 2)
        except TypeError as e: t += len(str(e))
        try: inner(j=1)
        except TypeError as e: t += len(str(e))
        try: (5)(3)
        except TypeError as e: t += len(str(e))
    return t
print(calls(3), calls(40))

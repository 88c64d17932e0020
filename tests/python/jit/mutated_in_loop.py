# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1 -X jit-tree-nodes=2000 -X jit-recompiles=8 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=3 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2
def a(n):
    out = []
    l = [1, 2, 3]
    for i, x in enumerate(l):
        if len(l) < n: l.append(x + i)
        if i % 5 == 4: l.pop(0)
        out.append(x)
    return len(out), out[-5:], sum(out)
print(a(10), a(50), a(100))
def b(n):
    l = list(range(n))
    t = 0
    for x in l:
        t += x
        if x % 3 == 0: l.remove(x)
        if x == n - 5: l.clear()
    return t, l
print(b(20), b(100))
def c(n):
    d = {i: i for i in range(5)}
    t = 0
    try:
        for k in d:
            t += k
            if t > n: d[t] = 1
    except RuntimeError as e: print(t, e)
    return t
print(c(3), c(5), c(100))
def c2(n):
    t = 0
    for r in range(n):
        d = dict.fromkeys(range(10), r)
        try:
            for k, v in d.items():
                t += k + v
                if k == r % 12:
                    if r % 3 == 0: d['x'] = 1
                    elif r % 3 == 1: del d[k]
                    else: d[k] = 50
        except RuntimeError as e:
            t += len(str(e))
    return t
print(c2(5), c2(60))
def c3(n):
    t = 0
    for r in range(n):
        s = set(range(10))
        try:
            for k in s:
                t += k
                if k == r % 12: s.add(100 + r) if r % 2 else s.discard(k)
        except RuntimeError as e: t += len(str(e))
    return t
print(c3(5), c3(60))
def e(n):
    l = [0] * 10
    t = 0
    for i in range(n):
        try:
            t += l[i % len(l)]
        except ZeroDivisionError:
            l = [1.5] * 4
        if i == 20: l[3] = 0.5
        if i == 30: l[2] = 'x'
        if i == 31: l[2] = 1 << 70
        if i == 33: l[2] = 1 << 60
        if i == 40: l[2] = -0.0; l[:] = [True] * 5
        if i == 50: del l[:]
        if i == 60: l.extend([2, 3])
        if i == 66: l *= 3
        if type(t) is str: t = 0
        try: t + l[i % 2]
        except Exception as ex: t += 1
    return t
for n in (10, 40, 100):
    try: print(e(n))
    except TypeError as x: print(x)
def f(n):
    l = list(range(n))
    it = iter(l)
    t = 0
    for x in it:
        t += x
        y = next(it, -1)
        t -= y
        if x == n // 2: l.append(1000)
    l.append(5)
    return t, list(it)
print(f(10), f(99))
def g(n):
    l = [3, 1, 2] * 3
    t = 0
    for i in range(n):
        l[i % 9], l[(i * 7) % 9] = l[(i * 7) % 9], l[i % 9]
        a, *b, c = l[i % 4:i % 4 + 5]
        t = t * 31 + a + c + len(b)
        t &= (1 << 50) - 1
        l.sort(key=lambda v: (v * i) % 5)
    return t, l
print(g(60))
class K:
    def __init__(self, v): self.v = v
    def __eq__(self, o):
        if self.v == 5: L.clear()
        return self.v == o.v
    def __hash__(self): return self.v % 3
L = []
def h(n):
    t = 0
    for i in range(n):
        L[:] = [K(j) for j in range(8)]
        try: t += L.index(K(i % 10))
        except ValueError as e: t += 100
        t += K(i % 9) in L
        t += len(L)
        d = {K(j): j for j in range(6)}
        t += d.get(K(i % 8), 50)
    return t
print(h(40))
def bsearch(n):
    t = 0
    b = bytearray(range(50))
    for i in range(n):
        b[i % len(b)] = (b[(i * 3) % len(b)] + 7) % 256
        t += b[-1]
        if i == 30: del b[10:]
        if i == 33:
            try: b[60] = 1
            except IndexError as e: t += len(str(e))
        if i == 35:
            try: b[0] = 256
            except ValueError as e: t += len(str(e))
    return t, bytes(b)
print(bsearch(70))
import array
def ar(n):
    t = 0
    for code in 'bBhHiIlLqQfd':
        a = array.array(code, [1] * 8)
        for i in range(n):
            try:
                a[i % 8] = (1 << i) - (i & 1) if code not in 'fd' else i / 3
                t += a[(i + 1) % 8]
                a[i % 8] += 1
            except (OverflowError, TypeError) as e:
                t += 1
                a[i % 8] = 0
            if i == 50: a.append(3); a.pop(0)
        print(code, t, a.tolist())
    return t
print(ar(70))
def nonint(n):
    t = 0
    l = list(range(10))
    idx = 0
    for i in range(n):
        if i == 30: idx = True
        if i == 40: idx = 9
        if i == 41: idx = -10
        if i == 42: idx = 10
        if i == 43: idx = 1 << 80
        if i == 44: idx = 1 << 62
        if i == 45: idx = slice(1, 3)
        if i == 46: idx = 1.0
        if i == 47: idx = 0
        try:
            v = l[idx]
            t += v if isinstance(v, int) else len(v)
        except Exception as e: t += 10; s = type(e).__name__ + str(e); print(s)
    return t
print(nonint(60))

def int_loop(n):
    s = 0
    for i in range(n): s += i * i % 7 - (i >> 2) + (i & 5)
    return s
def float_loop(n):
    x = 0.5
    for i in range(n): x = 3.7 * x * (1 - x) + i * 1e-12
    return x
def mixed(n):
    s = 0
    for i in range(n): s += i if i % 3 else i / 2
    return s
def overflow(n):
    s = 1
    for i in range(1, n): s = s * 3 + i if s < 2**80 else s // 12345
    return s
class P:
    def __init__(self, x): self.x = x
    def step(self, d): self.x = (self.x + d) % 1000003; return self
    @property
    def twice(self): return self.x * 2
def methods(n):
    p = P(1)
    for i in range(n): p.step(i).step(p.twice)
    return p.x
def closures(n):
    acc = 0
    def add(v):
        nonlocal acc
        acc = (acc * 31 + v) % 2**61
    for i in range(n): add(i)
    return acc
def gens(n): return sum(x * y for x, y in zip((i for i in range(n) if i % 2), (j * j for j in range(n))))
def nested(n):
    c = 0
    for i in range(n):
        for j in range(i):
            for k in range(j):
                if i * i == j * j + k * k: c += 1
                elif k > 12: break
    return c
def whiles(n):
    a, b, c = 0, 1, 0
    while True:
        a, b = b, (a + b) % 10007; c += 1
        if c > n: break
        if a % 2: continue
        c += 1
    return a, b, c
def strings(n):
    out = []
    for i in range(n): out.append(chr(97 + i % 26) * (i % 3)); 
    s = "".join(out); return len(s), s.count("a"), s[100:110], sum(map(ord, s))
def excs(n):
    c = 0
    for i in range(n):
        try:
            if i % 5 == 0: raise ValueError(i)
            c += [1, 2, 3][i % 4]
        except ValueError as e: c += e.args[0]
        except IndexError: c -= 1
        finally: c ^= 1
    return c
def switch_types(n):
    v, out = 0, []
    for i in range(n):
        if i == n // 4: v = 1.5
        if i == n // 2: v = 2**70
        if i == 3 * n // 4: v = "s"
        v = v + v if i % 50 == 0 and not isinstance(v, str) else v + (1 if not isinstance(v, str) else "!")
        out.append(type(v).__name__)
    return v, {t: out.count(t) for t in dict.fromkeys(out)}
for f, n in ((int_loop, 20000), (float_loop, 20000), (mixed, 5000), (overflow, 3000), (methods, 5000), (closures, 5000), (gens, 3000), (nested, 40), (whiles, 5000), (strings, 1000), (excs, 3000), (switch_types, 400)): print(f.__name__, f(n), f(n // 10 or 1))

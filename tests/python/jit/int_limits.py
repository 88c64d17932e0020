# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1 -X jit-tree-nodes=2000 -X jit-recompiles=8 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=3 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2
import math
def edge(b, n):
    t = (1 << b) - n // 2
    out = []
    for i in range(n):
        t += 1
        out.append(t * 2 - t - (1 << b))
        if t == 1 << b: out.append('eq')
        if t >= 1 << b: out.append(hash(t) & 15)
        if -t - 1 == ~t: out.append(t >> (b - 3))
    return sum(x if isinstance(x, int) else 1 for x in out), t, (t ^ 1) & 0xff, -t // 3, -t % 7, divmod(-t, -11)
for b in (30, 31, 46, 47, 48, 53, 61, 62, 63, 64, 80):
    print(b, edge(b, 20), edge(b, 90))
def neg(b, n):
    t = -(1 << b) + n // 2
    acc = 0
    for i in range(n):
        t -= 1
        acc ^= t & -t
        acc += abs(t) - (1 << b)
        acc += t // 2 + (t >> 1) - 2 * (t >> 1)
        acc = acc % ((1 << b) + 3)
    return acc, t, float(t), t * 1.0 == t
for b in (30, 47, 62, 63, 64): print(b, neg(b, 20), neg(b, 90))
def mul(n):
    a, b = 1, -1
    c = []
    for i in range(n):
        a *= 3; b *= -5
        c.append((a * b) % 1000003)
        if a > 1 << 90: a = 1
        if abs(b) > 1 << 70: b = -1
    return sum(c), a, b
print(mul(30), mul(200))
def sh(n):
    t = 0
    for i in range(n):
        t += (1 << i) % 1000003
        t += (-1 << i) % 97
        t += (t << (i % 70)) & 0xffffff
        t ^= (-(1 << i)) >> (i // 2)
        t &= (1 << 40) - 1
        try: t += 1 << (50 - i)
        except ValueError as e: t += len(str(e))
        try: t += 5 >> (60 - i)
        except ValueError as e: t += len(str(e))
    return t
print(sh(40), sh(130))
def fl(n):
    x = 1.0
    out = []
    vals = [0.0, -0.0, math.inf, -math.inf, math.nan, 1e308, 5e-324, 2.0**53, 2.0**63, -2.0**63, 1.5, 2.5, -2.5, 0.5, 2.0**47, 2.0**62]
    for i in range(n):
        v = vals[i % 16]; w = vals[(i * 7 + i // 16) % 16]
        for op in range(13):
            try:
                if op == 0: r = v + w
                elif op == 1: r = v * w
                elif op == 2: r = v / w
                elif op == 3: r = v // w
                elif op == 4: r = v % w
                elif op == 5: r = min(v, w)
                elif op == 6: r = max(v, w)
                elif op == 7: r = round(v)
                elif op == 8: r = int(v)
                elif op == 9: r = v ** w
                elif op == 10: r = (v == w, v < w, v <= w, v != w, not v, v is w)
                elif op == 11: r = math.floor(w)
                else: r = divmod(v, w)
            except Exception as e: r = type(e).__name__ + str(e)
            if isinstance(r, complex): r = 'c'
            out.append(repr(r))
    import zlib
    return zlib.crc32('|'.join(out).encode()), len(out)
print(fl(16), fl(256))
def conv(n):
    t = 0
    x = 0.5
    for i in range(n):
        x *= 2
        t = (t * 31 + int(x) + int(-x)) % (1 << 61)
        t += round(x / 3) % 1000
        if i == 70: x = 0.3
    return t, x
print(conv(50), conv(100))
def cmpmix(n):
    t = 0
    for i in range(n):
        a = (1 << (i % 70)) + 1
        f = float(a)
        t += (a == f) + 2 * (a < f) + 4 * (a > f) + 8 * (f == a) + 16 * (f < a) + 32 * (hash(a) == hash(f))
        t = t * 3 % 1000003
        b = i % 3 == 0
        t += b + (b == 1) + (b is True) + (b + b) + (-b) + (~int(b)) + b * 2.5
        t = int(t)
    return t
print(cmpmix(30), cmpmix(200))
def rng(n):
    t = 0
    for base in (0, (1 << 47) - 3, (1 << 62) - 3, (1 << 63) - 3, (1 << 64), -(1 << 47) - 2, -(1 << 63) - 2):
        for i in range(base, base + n, 1 + n // 30):
            t = (t * 7 + i) % 1000000007
        for i in range(base + n, base, -1 - n // 20):
            t = (t * 7 + i) % 1000000007
    return t
print(rng(5), rng(70))

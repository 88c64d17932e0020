import math, cmath
def horner(c, x):
    r = 0
    for k in c: r = r * x + k
    return r
def bisect(f, a, b):
    for _ in range(100):
        m = (a + b) / 2
        if f(a) * f(m) <= 0: b = m
        else: a = m
    return (a + b) / 2
def durand(c, n=200):
    z = [(0.4 + 0.9j) ** i for i in range(len(c) - 1)]
    for _ in range(n):
        for i in range(len(z)):
            p = 1
            for j, w in enumerate(z):
                if j != i: p *= z[i] - w
            z[i] -= horner(c, z[i]) / (c[0] * p)
    return sorted(z, key=lambda w: (round(w.real, 6), round(w.imag, 6)))
print(horner([1, -6, 11, -6], 2.5), horner([1, 2, 3], 1 + 2j), bisect(lambda x: x**3 - x - 2, 1, 2), bisect(math.cos, 1, 2))
print(["%.6f%+.6fj" % (z.real, z.imag + 0.0) for z in durand([1.0, -6.0, 11.0, -6.0])])
def pmul(a, b):
    r = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b): r[i + j] += x * y
    return r
p = [1]
for k in range(1, 9): p = pmul(p, [1, -k])
print(p, sum(p), pmul([1.5, 2], [0.5, -1, 3]))
def lagrange(xs, ys, x): return sum(y * math.prod((x - b) / (a - b) for b in xs if b != a) for a, y in zip(xs, ys))
print(lagrange([0, 1, 2, 3], [1, 2, 5, 10], 1.5), [sum(math.comb(n, k) for k in range(n + 1)) for n in range(12)])
def bernoulli(n):
    from fractions import Fraction
    a = []
    for m in range(n + 1):
        a.append(Fraction(1, m + 1))
        for j in range(m, 0, -1): a[j - 1] = j * (a[j - 1] - a[j])
    return a[0]
print([str(bernoulli(n)) for n in range(0, 16)], sum(1 / n**2 for n in range(1, 3000)), math.fsum((-1) ** n / (2 * n + 1) for n in range(3000)) * 4)

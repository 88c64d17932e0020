def A(i, j): return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)
def mul(v, t=False): return [sum((A(j, i) if t else A(i, j)) * x for j, x in enumerate(v)) for i in range(len(v))]
u = [1.0] * 30
for _ in range(5): v = mul(mul(u), True); u = mul(mul(v), True)
print((sum(a * b for a, b in zip(u, v)) / sum(b * b for b in v)) ** 0.5)
def heat(n, steps):
    g = [[0.0] * n for _ in range(n)]; g[n // 2][n // 2] = 1000.0
    for _ in range(steps):
        h = [r[:] for r in g]
        for i in range(1, n - 1):
            for j in range(1, n - 1): h[i][j] = g[i][j] + 0.2 * (g[i - 1][j] + g[i + 1][j] + g[i][j - 1] + g[i][j + 1] - 4 * g[i][j])
        g = h
    return g
g = heat(20, 30); print(sum(map(sum, g)), g[10][10], g[5][7])
def simpson(f, a, b, n=200):
    h = (b - a) / n; return h / 3 * (f(a) + f(b) + sum((4 if i % 2 else 2) * f(a + i * h) for i in range(1, n)))
import math
print(simpson(math.sin, 0, math.pi), simpson(lambda x: math.exp(-x * x), -3, 3))
def newton(f, x, n=30):
    for _ in range(n): x -= f(x) / ((f(x + 1e-6) - f(x - 1e-6)) / 2e-6)
    return x
print(newton(lambda x: x ** 3 - 2, 1.0), newton(math.cos, 1.0))
def rk4(f, y, t, h, n):
    for _ in range(n):
        k1 = f(t, y); k2 = f(t + h / 2, y + h / 2 * k1); k3 = f(t + h / 2, y + h / 2 * k2); k4 = f(t + h, y + h * k3)
        y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4); t += h
    return y
print(rk4(lambda t, y: -2 * y + t, 1.0, 0.0, 0.01, 500))
def fft(x):
    n = len(x)
    if n == 1: return x
    import cmath; e, o = fft(x[::2]), fft(x[1::2]); w = [cmath.exp(-2j * cmath.pi * k / n) * o[k] for k in range(n // 2)]
    return [a + b for a, b in zip(e, w)] + [a - b for a, b in zip(e, w)]
print(["%.6f%+.6f" % (z.real, z.imag) for z in fft([complex(i * i % 7) for i in range(32)])][:6])

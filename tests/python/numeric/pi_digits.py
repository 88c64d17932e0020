def spigot(n):
    q, r, t, k, m, x = 1, 0, 1, 1, 3, 3; out = []
    while len(out) < n:
        if 4 * q + r - t < m * t: out.append(m); q, r, m = 10 * q, 10 * (r - m * t), (10 * (3 * q + r)) // t - 10 * m
        else: q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    return "".join(map(str, out))
def machin(d):
    one = 10 ** (d + 10)
    def arctan(x):
        t = s = one // x; n = 3; sign = -1
        while t: t //= x * x; s += sign * (t // n); sign = -sign; n += 2
        return s
    return 4 * (4 * arctan(5) - arctan(239)) // 10 ** 10
p = spigot(150); print(p, str(machin(149)) == p)
import math
print(4 * sum((-1) ** k / (2 * k + 1) for k in range(1000)), math.isqrt(2 * 10 ** 100), sum(1 / math.factorial(k) for k in range(20)))

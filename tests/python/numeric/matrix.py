def matmul(a, b):
    n, m, p = len(a), len(b), len(b[0]); c = [[0.0] * p for _ in range(n)]
    for i in range(n):
        for j in range(p):
            s = 0.0
            for k in range(m): s += a[i][k] * b[k][j]
            c[i][j] = s
    return c
n = 30; a = [[(i * j % 7) + 0.5 for j in range(n)] for i in range(n)]; b = [[(i + j) % 5 - 1.25 for j in range(n)] for i in range(n)]
c = matmul(a, b); print(sum(map(sum, c)), c[3][4], c[-1][-1])
d = [[sum(x * y for x, y in zip(r, col)) for col in zip(*b)] for r in a]; print(c == d)
def det(m):
    m = [r[:] for r in m]; d = 1.0
    for i in range(len(m)):
        p = max(range(i, len(m)), key=lambda r: abs(m[r][i]))
        if m[p][i] == 0: return 0.0
        if p != i: m[i], m[p] = m[p], m[i]; d = -d
        d *= m[i][i]
        for r in range(i + 1, len(m)):
            f = m[r][i] / m[i][i]
            for k in range(i, len(m)): m[r][k] -= f * m[i][k]
    return d
print(det([[((i * 31 + j * 17) % 11) - 5.0 for j in range(12)] for i in range(12)]))
from fractions import Fraction as F
h = [[F(1, i + j + 1) for j in range(6)] for i in range(6)]
def inv(m):
    n = len(m); m = [r + [F(int(i == j)) for j in range(n)] for i, r in enumerate(m)]
    for i in range(n):
        p = m[i][i]; m[i] = [x / p for x in m[i]]
        for r in range(n):
            if r != i: f = m[r][i]; m[r] = [x - f * y for x, y in zip(m[r], m[i])]
    return [r[n:] for r in m]
print([[int(x) for x in r] for r in inv(h)])
def power(m, n, mod):
    r = [[int(i == j) for j in range(len(m))] for i in range(len(m))]
    while n:
        if n & 1: r = [[sum(x * y for x, y in zip(row, col)) % mod for col in zip(*m)] for row in r]
        m = [[sum(x * y for x, y in zip(row, col)) % mod for col in zip(*m)] for row in m]; n >>= 1
    return r
print(power([[1, 1], [1, 0]], 10**18, 10**9 + 7))

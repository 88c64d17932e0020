class Rng:
    def __init__(self, s): self.s = s
    def __call__(self): self.s = (self.s * 6364136223846793005 + 1442695040888963407) & (2**64 - 1); return (self.s >> 11) / 2**53
def walk(r, n):
    x = y = 0; far = 0
    for _ in range(n):
        d = int(r() * 4); x += (1, -1, 0, 0)[d]; y += (0, 0, 1, -1)[d]; far = max(far, abs(x) + abs(y))
    return x, y, far
def queue(r, n):
    t = busy = wait = 0.0
    for _ in range(n):
        t += r() * 2; start = max(t, busy); wait += start - t; busy = start + r() * 1.6
    return round(wait / n, 9), round(busy, 6)
def ising(r, n, sweeps):
    import math
    g = [[1 if r() < 0.5 else -1 for _ in range(n)] for _ in range(n)]
    for _ in range(sweeps * n * n):
        i, j = int(r() * n), int(r() * n)
        de = 2 * g[i][j] * (g[i - 1][j] + g[(i + 1) % n][j] + g[i][j - 1] + g[i][(j + 1) % n])
        if de <= 0 or r() < math.exp(-de / 2.3): g[i][j] = -g[i][j]
    return sum(map(sum, g)), sum(g[i][j] * g[i][(j + 1) % n] for i in range(n) for j in range(n))
def lotka(x, y, dt, n):
    out = []
    for k in range(n):
        x, y = x + dt * x * (1.1 - 0.4 * y), y + dt * y * (0.1 * x - 0.4)
        if k % (n // 5) == 0: out.append((round(x, 6), round(y, 6)))
    return out
def ca(rule, n):
    row = [0] * n; row[n // 2] = 1; total = 0
    for _ in range(n // 2):
        row = [rule >> (row[i - 1] << 2 | row[i] << 1 | row[(i + 1) % n]) & 1 for i in range(n)]; total += sum(row)
    return total, "".join(" #"[c] for c in row)
r = Rng(7); print(walk(r, 3000), queue(r, 2000), ising(r, 12, 20)); print(lotka(10.0, 5.0, 0.01, 2000)); print(ca(30, 61)); print(ca(110, 61))
def logistic(a):
    x = 0.5
    for _ in range(500): x = a * x * (1 - x)
    seen = []
    for _ in range(32):
        x = a * x * (1 - x)
        if all(abs(x - s) > 1e-6 for s in seen): seen.append(x)
    return len(seen)
print([logistic(2.8 + k / 20) for k in range(20)])
def anneal(r, n):
    import math
    pts = [(r() * 100, r() * 100) for _ in range(n)]; order = list(range(n))
    length = lambda o: sum(math.dist(pts[o[i - 1]], pts[o[i]]) for i in range(n))
    cur = length(order); t = 50.0
    for _ in range(1500):
        i, j = sorted((int(r() * n), int(r() * n))); new = order[:i] + order[i:j][::-1] + order[j:]; l = length(new)
        if l < cur or r() < math.exp((cur - l) / t): order, cur = new, l
        t *= 0.996
    return round(cur, 6), sorted(order) == list(range(n))
print(anneal(Rng(3), 15))

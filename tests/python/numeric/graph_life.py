from collections import deque, defaultdict
import heapq
g = defaultdict(list)
for i in range(60):
    for k in (i * 7 % 60, i * 11 % 59, (i + 13) % 60): g[i].append((k, (i * k) % 17 + 1))
def bfs(s):
    d = {s: 0}; q = deque([s])
    while q:
        u = q.popleft()
        for v, _ in g[u]:
            if v not in d: d[v] = d[u] + 1; q.append(v)
    return d
def dijkstra(s):
    d = {s: 0}; h = [(0, s)]
    while h:
        c, u = heapq.heappop(h)
        if c > d[u]: continue
        for v, w in g[u]:
            if c + w < d.get(v, 10**9): d[v] = c + w; heapq.heappush(h, (c + w, v))
    return d
print(sum(bfs(0).values()), sum(dijkstra(0).values()), max(dijkstra(0).items(), key=lambda kv: (kv[1], kv[0])))
def life(cells, n):
    for _ in range(n):
        c = defaultdict(int)
        for x, y in cells:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    if dx or dy: c[x + dx, y + dy] += 1
        cells = {p for p, k in c.items() if k == 3 or k == 2 and p in cells}
    return cells
print(sorted(life({(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}, 40)), len(life({(0, 0), (1, 0), (2, 0), (1, 1), (3, 2), (4, 4), (3, 4)}, 30)))
class UF:
    def __init__(self, n): self.p = list(range(n)); self.r = [0] * n
    def find(self, x):
        while self.p[x] != x: self.p[x] = self.p[self.p[x]]; x = self.p[x]
        return x
    def union(self, a, b):
        a, b = self.find(a), self.find(b)
        if a == b: return False
        if self.r[a] < self.r[b]: a, b = b, a
        self.p[b] = a; self.r[a] += self.r[a] == self.r[b]; return True
uf = UF(60); print(sum(w for w, u, v in sorted((w, u, v) for u in g for v, w in g[u]) if uf.union(u, v)), len({uf.find(i) for i in range(60)}))
def topo(n):
    deps = {i: {j for j in range(i) if (i * j) % 5 == 1} for i in range(n)}; out = []
    while deps:
        ready = sorted(k for k, v in deps.items() if not v - set(out)); out += ready
        for k in ready: del deps[k]
    return out
print(topo(25))
class Node:
    __slots__ = ("k", "l", "r")
    def __init__(self, k): self.k, self.l, self.r = k, None, None
def insert(t, k):
    if t is None: return Node(k)
    if k < t.k: t.l = insert(t.l, k)
    elif k > t.k: t.r = insert(t.r, k)
    return t
def walk(t):
    if t: yield from walk(t.l); yield t.k; yield from walk(t.r)
def height(t): return 0 if t is None else 1 + max(height(t.l), height(t.r))
t = None
for i in range(200): t = insert(t, i * 7919 % 1013)
print(height(t), sum(walk(t)), list(walk(t)) == sorted(set(walk(t))))

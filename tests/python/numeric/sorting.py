def lcg(n, m=10007):
    x = 1
    for _ in range(n): x = x * 1103515245 + 12345 & 0x7FFFFFFF; yield x % m
def bubble(a):
    a = a[:]
    for i in range(len(a)):
        for j in range(len(a) - 1 - i):
            if a[j] > a[j + 1]: a[j], a[j + 1] = a[j + 1], a[j]
    return a
def quick(a): return a if len(a) < 2 else quick([x for x in a[1:] if x < a[0]]) + [a[0]] + quick([x for x in a[1:] if x >= a[0]])
def merge(a):
    if len(a) < 2: return a
    m = len(a) // 2; l, r, out, i, j = merge(a[:m]), merge(a[m:]), [], 0, 0
    while i < len(l) and j < len(r):
        if l[i] <= r[j]: out.append(l[i]); i += 1
        else: out.append(r[j]); j += 1
    return out + l[i:] + r[j:]
def heap(a):
    import heapq; h = a[:]; heapq.heapify(h); return [heapq.heappop(h) for _ in range(len(h))]
def insertion(a):
    a = a[:]
    for i in range(1, len(a)):
        x, j = a[i], i - 1
        while j >= 0 and a[j] > x: a[j + 1] = a[j]; j -= 1
        a[j + 1] = x
    return a
def shell(a):
    a = a[:]; g = len(a) // 2
    while g:
        for i in range(g, len(a)):
            t, j = a[i], i
            while j >= g and a[j - g] > t: a[j] = a[j - g]; j -= g
            a[j] = t
        g //= 2
    return a
def counting(a):
    c = [0] * (max(a) + 1)
    for x in a: c[x] += 1
    return [v for v, n in enumerate(c) for _ in range(n)]
data = list(lcg(300)); want = sorted(data)
for f in (bubble, quick, merge, heap, insertion, shell, counting): print(f.__name__, f(data) == want)
fl = [x / 7 for x in data]; print(sorted(fl) == merge(fl), sorted(fl)[:3], sorted(map(str, data))[:5], sorted(data, key=lambda x: (x % 10, -x))[:8])

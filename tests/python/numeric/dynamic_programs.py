def lev(a, b):
    prev = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        cur = [i]
        for j, y in enumerate(b, 1): cur.append(min(prev[j] + 1, cur[-1] + 1, prev[j - 1] + (x != y)))
        prev = cur
    return prev[-1]
def lcs(a, b):
    t = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)): t[i + 1][j + 1] = t[i][j] + 1 if a[i] == b[j] else max(t[i][j + 1], t[i + 1][j])
    out, i, j = [], len(a), len(b)
    while i and j:
        if a[i - 1] == b[j - 1]: out.append(a[i - 1]); i -= 1; j -= 1
        elif t[i - 1][j] >= t[i][j - 1]: i -= 1
        else: j -= 1
    return "".join(reversed(out))
def knap(items, cap):
    d = [0] * (cap + 1)
    for w, v in items:
        for c in range(cap, w - 1, -1): d[c] = max(d[c], d[c - w] + v)
    return d[cap]
def coins(cs, n):
    w = [1] + [0] * n
    for c in cs:
        for i in range(c, n + 1): w[i] += w[i - c]
    return w[n]
def floyd(n):
    inf = float("inf"); d = [[0 if i == j else (i * 7 + j * 3) % 13 + 1 if (i + j) % 3 else inf for j in range(n)] for i in range(n)]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                if d[i][k] + d[k][j] < d[i][j]: d[i][j] = d[i][k] + d[k][j]
    return sum(map(sum, d))
def lis(a):
    from bisect import bisect_left; t = []
    for x in a:
        i = bisect_left(t, x)
        t[i:i + 1] = [x]
    return len(t)
print(lev("kitten sitting on the mat", "sitting kitten at the mall"), lcs("AGGTABQWERTY" * 3, "GXTXAYBWQERTY" * 3), knap([(i * 7 % 13 + 1, i * 11 % 17 + 3) for i in range(30)], 60), coins([1, 2, 5, 10, 25, 50], 500), floyd(20), lis([x * 7919 % 1009 for x in range(300)]))

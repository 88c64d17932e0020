def longest(n):
    best = (0, 0); cache = {1: 1}
    for i in range(1, n):
        path, x = [], i
        while x not in cache: path.append(x); x = x * 3 + 1 if x & 1 else x // 2
        c = cache[x]
        for p in reversed(path): c += 1; cache[p] = c
        if cache[i] > best[0]: best = (cache[i], i)
    return best
def steps(n):
    c = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1; c += 1
    return c
print(longest(20000), steps(2**61 - 1), steps(3**40), max(map(steps, range(1, 3000))))

def rec(n): return n if n < 2 else rec(n - 1) + rec(n - 2)
def it(n):
    a, b = 0, 1
    for _ in range(n): a, b = b, a + b
    return a
def fast(n):
    if n == 0: return 0, 1
    a, b = fast(n // 2); c = a * (2 * b - a); d = a * a + b * b
    return (c, d) if n % 2 == 0 else (d, c + d)
def gen():
    a, b = 0, 1
    while True: yield a; a, b = b, a + b
from functools import lru_cache
@lru_cache(None)
def memo(n): return n if n < 2 else memo(n - 1) + memo(n - 2)
from itertools import islice
print(rec(18), it(100), fast(1000)[0], list(islice(gen(), 15)), memo(200), it(300) == fast(300)[0] == memo(300), memo.cache_info())
def ack(m, n): return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))
print(ack(2, 9)); tak = lambda x, y, z: z if y >= x else tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)); print(tak(12, 8, 4))
def hanoi(n, a="a", b="b", c="c"): return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)
print(hanoi(10))

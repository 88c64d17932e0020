"""Lists, tuples, dicts and sets."""


def bench_list_index(n=1_000_000):
    data = list(range(100))
    s = 0
    for i in range(n):
        s += data[i % 100]
    return s


def bench_list_store(n=800_000):
    data = [0] * 256
    for i in range(n):
        data[i & 255] = i
    return sum(data)


def bench_float_list_sum(n=400):
    data = [i * 0.5 for i in range(2000)]
    s = 0.0
    for _ in range(n):
        for x in data:
            s += x
    return s


def bench_list_append(n=1_000_000):
    out = []
    for i in range(n):
        out.append(i)
    return len(out)


def bench_comprehension(n=60):
    s = 0
    for _ in range(n):
        s += len([x * x for x in range(10_000) if x & 1])
    return s


def bench_list_2d(n=8):
    grid = [[0] * 200 for _ in range(200)]
    for k in range(n):
        for i in range(200):
            row = grid[i]
            for j in range(200):
                row[j] = grid[i][j] + i * j + k
    return sum(map(sum, grid))


def bench_slices(n=200_000):
    data = list(range(50))
    s = 0
    for i in range(n):
        s += len(data[i % 40 : i % 40 + 8])
    return s


def bench_unpacking(n=700_000):
    pair = (1, 2)
    s = 0
    for _ in range(n):
        a, b = pair
        a, b = b, a
        s += a
    return s


def bench_enumerate_zip(n=60):
    xs, ys = list(range(10_000)), list(range(10_000, 20_000))
    s = 0
    for _ in range(n):
        for i, (x, y) in enumerate(zip(xs, ys)):
            s += i * x - y
    return s


def bench_dict_str_get(n=800_000):
    d = {"alpha": 1, "beta": 2, "gamma": 3}
    s = 0
    for _ in range(n):
        s += d["alpha"] + d["gamma"]
    return s


def bench_dict_int_update(n=600_000):
    d = {}
    for i in range(n):
        k = i % 1009
        d[k] = d.get(k, 0) + 1
    return len(d), d[5]


def bench_dict_items(n=200):
    d = {i: i * 2 for i in range(3000)}
    s = 0
    for _ in range(n):
        for k, v in d.items():
            s += k ^ v
    return s


def bench_set_membership(n=800_000):
    members = set(range(0, 1000, 3))
    s = 0
    for i in range(n):
        if i % 1000 in members:
            s += 1
    return s


def bench_tuple_keys(n=300_000):
    d = {}
    for i in range(n):
        d[i % 50, i % 30] = i
    return len(d)


def bench_sort_ints(n=6):
    x, total = 1, 0
    for _ in range(n):
        data = []
        for _ in range(40_000):
            x = x * 1103515245 + 12345 & 0x7FFFFFFF
            data.append(x)
        data.sort()
        total += data[20_000]
    return total


def bench_sort_key(n=5):
    words = ["w%d" % (i * 7919 % 10007) for i in range(20_000)]
    total = 0
    for k in range(n):
        total += len(sorted(words, key=lambda w: (len(w), w[k % 2 :]))[100])
    return total


def bench_deque_heap(n=100_000):
    import heapq
    from collections import deque

    q, h, s = deque(), [], 0
    for i in range(n):
        q.append(i)
        heapq.heappush(h, i * 7919 % 10007)
        if len(q) > 50:
            s += q.popleft() + heapq.heappop(h)
    return s

# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5
# also: -X jit=on -X jit-threshold=5 -X jit-check-frames=on
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2 -X jit-stress-exits=2
"""Iterators in hot loops: ranges with any step, enumerate and zip, iterators that are shared or used up."""


def steps():
    out = []
    for step in [1, 2, 3, 7, 31, 32, 33, 100, 1000, 5000, -1, -2, -31, -32, -33, -1000] * 3:
        s = n = 0
        for i in range(-900 if step > 0 else 900, 900 if step > 0 else -900, step):
            s += i
            n += 1
        out.append((s, n))
    return out


print(steps())


def doubling():
    n = 0
    step = 1
    while step < 5000:
        for i in range(0, 4096, 2 * step):
            n += i & step
        step *= 2
    return n


print([doubling() for _ in range(5)])


def objects(rs):
    s = 0
    for r in rs:
        for i in r:
            s += i
    return s


print(objects([range(50), range(0, 10**6, 10**5), range(10, 0, -1), range(2**45, 2**45 + 5), range(0), range(2**70, 2**70 + 3)] * 6))


def numbered(seq, start=0):
    s = 0
    for i, x in enumerate(seq, start):
        s += i * x
    return s


for q in [list(range(60)), tuple(range(60)), range(60), [0.5] * 60, [True] * 60, [2**70] * 60]:
    print(numbered(q), numbered(q, 5), numbered(q, 2**63 - 30), numbered(iter(q), -3))


def pairs(a, b):
    s = n = 0
    for x, y in zip(a, b):
        s += x * y
        n += 1
    return s, n


print(pairs(range(50), list(range(40))), pairs([1] * 30, (2.5,) * 70), pairs([], [1]))
it = iter(range(50))
print(pairs(it, it), list(it))
it = iter([1, 2, 3] * 15)
print(pairs(it, it), list(it))
a, b = iter([1] * 50), iter([2] * 40)
print(pairs(a, b), len(list(a)), list(b))
a, b = iter([1] * 40), iter([2] * 50)
print(pairs(a, b), len(list(a)), len(list(b)))
it = enumerate("ab" * 20)
print([x for x in zip(it, it)][:3])


def strict(a, b):
    n = 0
    try:
        for x, y in zip(a, b, strict=True):
            n += 1
    except ValueError as e:
        return n, str(e)
    return n


print(strict([1] * 30, [1] * 30), strict([1] * 30, [1] * 31), strict([1] * 31, [1] * 30))


def nested(n):
    s = 0
    for i, (x, y) in enumerate(zip(range(n), [1.5] * n)):
        for j, z in enumerate((1, 2, 3)):
            s += i * x + y * z + j
    return s


print(nested(40))


def growing(n):
    l = [1]
    it = iter(l)
    s = 0
    for x in it:
        s += x
        if len(l) < n:
            l.append(x + 1)
    l.append(5)
    return s, list(it), next(it, None)


print(growing(50))


def kinds(objects):
    c = [0] * 5
    for x in objects:
        if isinstance(x, bool):
            c[0] += 1
        elif isinstance(x, int):
            c[1] += 1
        elif isinstance(x, (float, str)):
            c[2] += 1
        elif isinstance(x, tuple):
            c[3] += 1
        else:
            c[4] += isinstance(x, object)
    return c


class T(tuple):
    pass


class Claims:
    @property
    def __class__(self):
        return int


print(kinds([1, True, 2.0, "x", (1,), None, T(), 2**70, [], Claims()] * 20))

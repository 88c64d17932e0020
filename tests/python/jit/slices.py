# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5
# also: -X jit=on -X jit-threshold=5 -X jit-check-frames=on
"""Slices of lists in hot loops."""


def flip(n):
    out = []
    p = list(range(n))
    for k in range(1, n):
        q = p[:]
        q[: k + 1] = q[k::-1]
        out.append(q[:3] + q[-2:] + q[k : k + 2] + q[::2][:2] + q[-1:0:-7])
        p = q
    return p, out[n // 2]


print(flip(40))


def store(l, n):
    for i in range(n):
        l[i % 5 : i % 5 + 3] = [i, i + 1]
        l[:1] = l
        l[4:2] = [None]
        del l[8:]
        if i == 30:
            l[1:2] = ["x", 0.5]
    return l


print(store([0] * 6, 60))


def bounds(l, lows, highs):
    n = 0
    for a in lows:
        for b in highs:
            n = (n * 31 + len(l[a:b]) + 7 * len(l[b:a:-1])) % 1000003
    return n


far = [None, 0, 1, -1, 5, -5, 100, -100, 2**62, -(2**62), 2**70, True]
print(bounds([1, 2, 3, 4, 5, 6], far, far), bounds([1.5] * 6, far[1:10], far[1:10]), bounds("abcdef", far, far))


class L(list):
    def __getitem__(self, k):
        return [k.start if isinstance(k, slice) else k]


def kinds(objects):
    out = []
    for o in objects:
        out.append(o[1:3])
    return out


print(kinds([[1, 2, 3, 4], (1, 2, 3, 4), "abcd", b"abcd", L("abcd"), [True, False, True], [0.5, 1.5]] * 4)[-7:])


def steps(l, n):
    s = 0
    for i in range(n):
        try:
            s += sum(l[i :: i % 4])
        except ValueError as e:
            s += 1000
            last = str(e)
    return s, last


print(steps(list(range(30)), 40))

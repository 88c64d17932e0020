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


def copies(a, n):
    # A slice that is a constant, of what changes its kind; the copy is another list.
    out = []
    for i in range(n):
        b = a[:]
        b[0] = i
        c = a[1:3] + b[::-2]
        out.append(len(c))
        if i == 40:
            a[1] = "x"
        if i == 50:
            a = (1, 2, 3, 4)
            b = list(a)
        if i == 51:
            a = [0.5] * 7
    return a, b, c, sum(out)


def slices_passed(a, all, n):
    # The constants of one function are another's arguments.
    out = 0
    for i in range(n):
        out = out * 3 % 1000003 + len(a[all[i % len(all)]])
    return out


try:
    copies([1, 2, 3, 4, 5, 6], 60)
except TypeError as e:
    print(e)
print(copies([1, 2, 3, 4, 5, 6], 50), slices_passed([1, 2, 3, 4], [slice(1, 3), slice(None), slice(3, 0, -1)], 60))


def flips(l, ks):
    n = 0
    for k in ks:
        try:
            l[: k + 1] = l[k::-1]
        except TypeError as e:
            n += 100
        n += 1
    return n, l


few = [2, 0, 1, 3] * 12
for l in ([1, 2, 3, 4, 5], [0.5, 1.5, 2.5, 3.5], [True, False, False, True], ["a", "b", "c", None, 2.5], [2**70, 1, 2, 3]):
    print(flips(l[:], few), flips(l[:], few + [-1, 3, -2, 9, 2**62, 1, None, 0]), flips([], few))

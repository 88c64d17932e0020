# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2 -X jit-stress-exits=2
"""Membership, iterators of dicts, sets and strings, bytes, bound methods and reflected operators in hot loops."""

import math


class A:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        if type(other) is A:
            return self.n + other.n
        return NotImplemented

    def __sub__(self, other):
        return NotImplemented


class B:
    def __init__(self, n):
        self.n = n

    def __radd__(self, other):
        if self.n % 50 == 49:
            return NotImplemented
        return ("radd", other.n, self.n)


def mixed(n):
    xs = [A(i) if i % 3 else B(i) for i in range(n)]
    a = A(1)
    out, errors = 0, []
    for x in xs:
        try:
            r = a + x
            out += r if isinstance(r, int) else r[2]
        except TypeError as e:
            errors.append(str(e))
        try:
            a - x
        except TypeError as e:
            out += len(str(e))
    return out, errors[:3], len(errors)


class Odd:
    def __eq__(self, other):
        return other == 5


def membership(n):
    ints = [1, 2, 3, 500]
    words = ["a", "bc", "d"]
    mixed_list = [1, "a", 2.0, None, True]
    pair = (3, "x", 4.5)
    odd = [1, Odd(), "q"]
    some = {1, 2, "a", (1, 2)}
    frozen = frozenset(range(0, 50, 7))
    keys = ["a", "x", "zz", "d"]
    c = [0] * 12
    for i in range(n):
        k = keys[i & 3]
        m = i % 9
        if m in ints:
            c[0] += 1
        if k in words:
            c[1] += 1
        if m in mixed_list:
            c[2] += 1
        if k not in mixed_list:
            c[3] += 1
        if m in pair or k in pair:
            c[4] += 1
        if m in odd:
            c[5] += 1
        if m in some:
            c[6] += 1
        if k in some:
            c[7] += 1
        if m in frozen:
            c[8] += 1
        if m in (2, 4, 6):
            c[9] += 1
        if m * 1.0 in ints:
            c[10] += 1
        if k in "axe":
            c[11] += 1
    return c


def iterators(n):
    d = {i: str(i) for i in range(n)}
    s = 0
    for k in d:
        s += k
    for k, v in d.items():
        s += k + len(v)
    for v in d.values():
        s += len(v)
    for k in reversed(d):
        s ^= k
    for k in sorted(set(d)):
        s += k
    t = 0
    for k in set(range(n)):
        t += k
    for ch in "spam and eggs" * (n // 10):
        if ch == "a":
            t += 1
    for ch in "späm" * (n // 10):
        t += ord(ch)
    for b in b"bytes" * (n // 10):
        t += b
    for x in reversed(list(range(n))):
        t = (t * 3 + x) % 1000003
    try:
        for k in d:
            if k == n // 2:
                d[-1] = "new"
    except RuntimeError as e:
        s = (s, str(e))
    return s, t


def lengths(n):
    d, s, b, w = {}, set(), b"", ""
    t = 0
    for i in range(n):
        if d:
            t += len(d)
        if s:
            t += len(s)
        if not b:
            t += 1
        if w:
            t += len(w)
        d[i % 10] = i
        s.add(i % 7)
        if i % 30 == 0:
            d, s, b, w = {}, set(), b"x" if i % 60 else b"", "ab" if i % 60 else ""
        t += len(b) + sum(b[-1:])
        data = b"\x00\xff\x80"
        t += data[i % 3] + data[-1]
    return t


def bound(n):
    out = []
    push, take, put = out.append, out.pop, out.insert
    d = {}
    get = d.get
    t = 0
    for i in range(n):
        push(i)
        push(str(i))
        t += len(take())
        if i % 5 == 0:
            put(0, i)
            t += take(0)
        if i % 7 == 0:
            put(-2, 1.5)
        d[i % 11] = i
        t += get(i % 13, 0)
        if get("x") is None:
            t += 1
    return t, out[:5], len(out)


def fresh_bound(n):
    t = 0
    for i in range(n):
        xs = [i]
        f = xs.append
        for j in range(4):
            f(j)
        t += len(xs) + xs[i % 5]
    return t


def extremes(n):
    t = 0
    f = 0.0
    for i in range(n):
        t += min(i % 7, i % 5, 3) + max(i, 5, i % 3, 2)
        f += max(i * 0.5, 2.0, -0.0) + min(0.0, -0.0, i + 0.5)
        f += math.log(i + 1.5)
        if i % 50 == 0:
            f += min(f, float("nan"), 2.0) > 1
    return t, round(f, 6)


def truths(n):
    class Yes:
        pass

    class Len:
        def __len__(self):
            return 0

    class No:
        def __bool__(self):
            return False

    xs = [Yes(), Len(), No(), Yes(), "", "a", b"", {}, {1}, set()]
    t = 0
    for i in range(n):
        x = xs[i % 10]
        if x:
            t += i
        if not x:
            t += 1
    return t


def nested_closures(n):
    def outer(k):
        total = 0

        def step(x):
            nonlocal total
            for y in range(x):
                total += y * k
            return total

        return step

    r = 0
    for i in range(n):
        s = outer(i % 5)
        for j in range(6):
            r += s(j)
        r %= 1000003
    return r


print(mixed(400))
print(membership(500))
print(iterators(300))
print(lengths(400))
print(bound(400))
print(fresh_bound(300))
print(extremes(300))
print(truths(300))
print(nested_closures(300))

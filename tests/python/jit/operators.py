"""Operators, comparisons and membership tests of user classes inside hot loops."""


class V:
    def __init__(self, x, y=2.5, *rest):
        self.x = x
        self.y = y
        self.rest = rest

    def __add__(self, other):
        if isinstance(other, V):
            return V(self.x + other.x, self.y + other.y)
        if isinstance(other, int):
            return V(self.x + other, self.y)
        return NotImplemented

    def __radd__(self, other):
        return V(other + self.x, self.y)

    def __mul__(self, k):
        return V(self.x * k, self.y * k)

    def __neg__(self):
        return V(-self.x, -self.y)

    def __lt__(self, other):
        if other.x == 77:
            return NotImplemented
        return self.x < other.x

    def __gt__(self, other):
        return "reflected" if self.x == 77 else self.x > other.x

    def __eq__(self, other):
        if not isinstance(other, V):
            return NotImplemented
        return self.x == other.x

    def __hash__(self):
        return hash(self.x)

    def __contains__(self, k):
        return [] if k % 3 else [k]

    def __call__(self, a, b=3):
        return self.x + a * b

    def __repr__(self):
        return "V(%r, %r)" % (self.x, self.y)


class Odd:
    """Its operators do not always know."""

    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        if self.n % 50 == 49:
            return NotImplemented
        return self.n + other.n

    def __le__(self, other):
        if self.n % 40 == 39:
            return NotImplemented
        return self.n <= other.n

    def __eq__(self, other):
        return NotImplemented


class Plain:
    pass


def binary(n):
    acc = V(0, 0.0)
    d = V(1, 0.5)
    for i in range(n):
        acc = acc + d
        acc = acc + i
        acc = i + acc
        acc += d
        if i % 7 == 0:
            acc = -acc * 2
            acc = V(acc.x % 1000003, acc.y)
    return acc


def compares(n):
    vs = [V(i % 90) for i in range(n)]
    out = [0] * 8
    pivot = V(44)
    last = vs[0]
    for v in vs:
        if v < pivot:
            out[0] += 1
        if pivot < v:
            out[1] += 1
        r = pivot < v
        if r == "reflected":
            out[2] += 1
        if v == last:
            out[3] += 1
        if v != pivot:
            out[4] += 1
        if v == 3:
            out[5] += 1
        if v.x in pivot:
            out[6] += 1
        if v.x not in pivot:
            out[7] += 1
        last = v
    return out


def unknown(n):
    out = []
    errors = 0
    total = 0
    for i in range(n):
        a, b = Odd(i), Odd(i + 1)
        try:
            total += a + b
        except TypeError as e:
            errors += 1
            out.append(str(e))
        try:
            if a <= b:
                total += 1
        except TypeError as e:
            errors += 1
            out.append(str(e))
        if a == b:
            total += 1000
        if a == a:
            total += 2
    return total, errors, out[:4]


def identity(n):
    ps = [Plain() for _ in range(5)]
    same = 0
    for i in range(n):
        if ps[i % 5] == ps[i % 3]:
            same += 1
        if ps[i % 5] != ps[0]:
            same += 10
        if ps[i % 2]:
            same += 100
    return same


def calls(n):
    v = V(5)
    m = v.__call__
    t = 0
    for i in range(n):
        t += v(i) + v(i, 4) + m(i) + m(1, b=i)
        t %= 1000003
    return t


def f(a, b=2, *args, c, d=5):
    return a * 1000 + b * 100 + len(args) * 10 + c


def g(a, b=2, *args):
    return a + b * 3 + len(args) + sum(args)


def h(a, b, c=7, d=9):
    return a + 2 * b + 3 * c + 4 * d


def keywords(n):
    t = 0
    for i in range(n):
        t += h(i, 1) + h(b=i, a=2) + h(1, 2, d=i) + h(1, c=i, b=i)
        t += g(i) + g(i, 1) + g(1, 2, i) + g(1, 2, i, i, i)
        t += f(i, c=2, d=1) + f(1, 2, 3, i, c=i, d=4)
        t += V(1, 2, i, i).rest[1] + len(V(i).rest)
        t %= 1000003
    return t


def dicts(n):
    d = {}
    names = ["a", "b", "c", "d"]
    t = 0
    for i in range(n):
        k = names[i & 3]
        d[k] = d.get(k, 0) + i
        d[i % 17] = i
        if i % 20 in d:
            t += d[i % 17]
        if k not in d:
            t += 5000
        if d.get(i % 23) is None:
            t += 1
        t += d.get(i % 19, -1)
        if i % 500 == 499:
            d = {1.0: 5, True: 7, 2.5: 8}
    return t, sorted(map(str, d.items()))


def missing(n):
    d = {i: i for i in range(0, n, 2)}
    hits = misses = 0
    for i in range(n):
        try:
            hits += d[i]
        except KeyError as e:
            misses += e.args[0]
    return hits, misses


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return hash(self.n)

    def __eq__(self, other):
        print("eq", self.n) if self.n == 3 else None
        return other == self.n


def strange_keys(n):
    d = {Key(3): "three", Key(4): "four"}
    c = 0
    for i in range(n):
        if i % 6 in d:
            c += 1
        if i % 6 == 4:
            c += len(d[4])
    return c


def reversals(n):
    p = list(range(9))
    q = [float(x) for x in p]
    r = [str(x) for x in p]
    t = []
    for i in range(n):
        k = i % 9
        p[: k + 1] = p[k::-1]
        q[: k + 1] = q[k::-1]
        r[1 : k + 1] = r[k:0:-1]
        q[:2] = q[2:4:1]
        if i % 100 == 0:
            p[:k] = p[k::-1]
            del p[9:]
            while len(p) < 9:
                p.append(len(p))
        p.insert(k, p.pop(0))
        p.insert(-1, p.pop(k - 4))
    return p, q, r


def closures(n):
    def adder(k):
        def add(x):
            return x + k

        return add

    t = 0
    for i in range(n):
        a = adder(i)
        t += a(1) + a(2)
        for j in range(3):
            t += a(j)
    return t


print(binary(600))
print(compares(900))
print(unknown(400))
print(identity(400))
print(calls(400))
print(keywords(400))
print(dicts(2300))
print(missing(400))
print(strange_keys(40))
print(reversals(700))
print(closures(300))

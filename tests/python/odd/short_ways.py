"""What the interpreter does in a short way for common types must not show where types are odd."""
from collections import defaultdict, namedtuple

# Slices of ranges: steps that do not fit a word, and ends beyond.
r = range(3, 40, 4)
for s in (slice(None, None, 10**30), slice(None, None, -10**30), slice(10**30, None, -1), slice(2, 10**30),
          slice(None, 0), slice(5, 2), slice(-3, None), slice(None, None, -2), slice(None, None, 2**63 - 1)):
    print(s, r[s], list(r[s]))
print(range(5)[::10**30], range(5)[::-10**30], range(5)[::2**63 - 1], range(5)[::-(2**63)], range(5)[::2**62])
big = range(2**62, 2**62 + 10**20, 2**40)
print(big[1:3], big[::2**50][:2])


class Same:
    """Equal to everything with its hash."""

    def __init__(self, h, log=None):
        self.h, self.log = h, log

    def __hash__(self):
        return self.h

    def __eq__(self, other):
        if self.log is not None:
            self.log.append(type(other).__name__)
        return True


# Sets by identity, by an unused place, by asking.
for _ in range(20):
    log = []
    a, b = {1, 2, 3}, {1, 2, Same(3, log), 9}
    res = (a <= b, a < b, b >= a, b > a, a >= b, a == b, frozenset(a) <= b, a - b, a & {2.0, 3})
print(res[:8], sorted(res[8]), log[:3])
print({2**61 - 1} <= {0}, {0} <= {2**61 - 1, 0}, {-1} <= {-2}, {-2, -1} > {-1}, set() <= set(), set() < set())
print(frozenset({1}) in {frozenset({1})}, {1} in {frozenset({1})}, int in {int, str}, None in {None}, 1.0 in {1})
try:
    [] in {1}
except TypeError as e:
    print(e)


def grow(s, add):
    out = []
    try:
        for x in s:
            out.append(x)
            add(s, len(out))
    except RuntimeError as e:
        out.append(str(e))
    return out


for _ in range(30):
    got = [
        grow({1, 2}, lambda s, n: s.add(100 + n)),
        grow(dict.fromkeys("ab"), lambda d, n: d.update({n: n})),
        grow({"a": 1, "b": 2}.keys(), lambda d, n: None),
        grow({1: 2}.values(), lambda d, n: None),
        grow(iter([1, 2]), lambda s, n: None),
        grow(iter(range(3)), lambda s, n: None),
        grow(iter((True, 2.5)), lambda s, n: None),
    ]
print(got)
d = {1: 1, 2: 2}
try:
    for k in d:
        del d[k]
        d[k + 10] = 1
except RuntimeError as e:
    print(e)

# A list that changes its storage under its iterator, and ints beyond the small ones.
l = [1, 2, 3, 4]
out = []
for x in iter(l):
    out.append(x)
    if x == 2:
        l[3] = "four"
    if x == 3:
        l.append(2**70)
it = iter([True, False])
print(out, list(x for x in it), list(x for x in iter([2**60, 1])), [x for x in iter(range(2**47 - 1, 2**47 + 1))])

# Tuples and what inherits from them.
P = namedtuple("P", "x y")


class Odd(tuple):
    def __eq__(self, other):
        return "odd"

    __hash__ = tuple.__hash__


class Less(tuple):
    def __lt__(self, other):
        return len(self) > len(other)


print(P(1, 2) == (1, 2), (1, 2) == P(1, 2), P(1, 2) != P(1, 3), (1, 2) == Odd((1, 3)), Odd((1,)) == (2,))
print({(1, 2): "a"}[P(1, 2)], (1, P(1, 2)) == (1.0, (1, 2.0)), (1, Odd((1,))) == (1, 5), P(1, 2) < (1, 3))
nan = float("nan")
keys = [(True, 2, "b"), (False, 9), (True, 2), (True, 2, "a"), (1, 1), (0.0, 1), (-0.0, 2), (0, 0.5), (False,)]
print(sorted(keys), sorted(keys, reverse=True))
print(sorted([(nan, 1), (nan, 0), (1.0, 2)]), sorted([(0.0, "b"), (-0.0, "a")]), sorted([((1, 2), 3), ((1, 1), 4)]))
print(sorted([Less((1,)), Less((1, 2)), Less(())]), sorted([P(2, 1), (1, 5), P(1, 4)]))
try:
    sorted([(1, "a"), (1, 2)])
except TypeError as e:
    print(e)

# min and max of what is plainly ints, and what is not quite.
for v in ([3, 1, 2], (3, 1, 2), {3, 1, 2}, [], [True, 0], [1, 2.5], {2**60, 1}, [2**47, -(2**47) - 1], ("a", "b"), range(4)):
    try:
        print(min(v), max(v), end=" ")
    except ValueError as e:
        print(e, end=" ")
print(min([], default=7), max([1, 5, 3], key=lambda x: -x))

# Dicts with a say in what is missing.
dd = defaultdict(list)
for i in range(40):
    dd[i % 3].append(i)


class Miss(dict):
    def __missing__(self, key):
        return key * 2


class Own(dict):
    def __getitem__(self, key):
        return "own"


m, o = Miss({1: 10}), Own({1: 10})
print(sum(map(len, dd.values())), [m[k] for k in (1, 2, "x")], [o[k] for k in (1, 2)], len(m))
try:
    m[[]]
except TypeError as e:
    print(e)


# Keyword-only defaults, in order and not.
def f(a, *, p=1, q=2, r=3):
    return a, p, q, r


print(f(0), f(0, q=5))
f.__kwdefaults__ = {"r": 30, "q": 20, "p": 10}
print(f(0), f(0, r=5))
f.__kwdefaults__ = {"q": 20, "r": 30}
try:
    f(0)
except TypeError as e:
    print(e)
f.__kwdefaults__ = {"x": 1, "p": 1, "q": 20, "r": 30}
print(f(0))
print([type(x) for x in (1, "a", None, f, type, int)], type(type) is type)

# Ints of up to two words, and just beyond.
M = (1 << 64) - 1
edge = [0, 1, -1, 2**47, -(2**47) - 1, 2**62, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, M, M + 1, -M, 2**126, 2**127 - 1,
        2**127, -(2**127), -(2**127) - 1, 2**128, 3**90]
acc = 0
for x in edge:
    for y in edge:
        for r in (x + y, x - y, x * y, x & y, x | y, x ^ y):
            acc = (acc * 31 + r) % (2**89 - 1)
    for n in (0, 1, 13, 62, 63, 64, 65, 126, 127, 128, 200):
        for r in (x << n, x >> n):
            acc = (acc * 31 + r) % (2**89 - 1)
    z = x
    z += M
    z ^= x
    z &= M
    z <<= 3
    z >>= 1
    acc = (acc * 31 + z) % (2**89 - 1)
print(acc)
for op in (lambda: M << -1, lambda: M >> -(2**70), lambda: M & 1.5, lambda: M + "a"):
    try:
        op()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)


class I(int):
    def __add__(self, other):
        return "I+"

    def __rand__(self, other):
        return "&I"


print(I(2**65) + 1, M & I(2**65), I(2**65) - 1, True + M, M ^ True)

# Formats that are common, and their neighbours.
for spec in ("", "5", "05", "05d", "d", "0", "00", "3d", "99d", "100d", "<5", "+5d", " d", ",d", "x", "5.2f", "08.3f", ".0f",
             ".2f", ".f", "f", "%", ".30f", ".31f", "5.", "05.1e", "s", "5s", "é", "٥"):
    line = []
    for v in (0, 42, -42, 2**47, 2**64, True, 0.0, -0.0, 1.005, -2.5, 1e14, 1e15, 1e300, float("inf"), float("nan"), "ab"):
        try:
            line.append(format(v, spec))
        except (ValueError, TypeError) as e:
            line.append(str(e))
    print(repr(spec), line)
for f, a in (("%d", 5), ("%d%%", 5), ("%s-%s", ("a", -1)), ("%s", "é"), ("é%s", 1), ("%d", True), ("%d", 2.5), ("%d", 2**70),
             ("%s", (1,)), ("%s", ((1, 2),)), ("%(a)d", {"a": 1}), ("x", ()), ("x", {}), ("x", 1), ("%d %d", (1,)),
             ("%d", (1, 2)), ("%", 1), ("%5d", 3), ("%d", "a"), ("%s" * 60, ("abcdef",) * 60), ("a%sb%dc", ("", 0))):
    try:
        print(repr(f % a)[:80], end=" ")
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
print()

# Strings by character, joined, split, searched.
for t in ("", "a", "abc", "aéb", "日本", "a\ud800b", "x" * 200 + "é"):
    chars = []
    for ch in t:
        chars.append(ch)
    it = iter(t)
    for ch in it:
        break
    print(ascii(chars[-3:]), len(chars), ascii("".join(it))[-12:], it.__length_hint__())
hay = "abababcabab" * 3
print([hay.find(n) for n in ("ab", "bc", "cab", "abc" * 9, "abababcabab", "zz")], hay.replace("abab", "-", 4), hay.split("ba"))
long = hay * 20
print([long.find(n) for n in ("cababab", "zz")], long.replace("abab", "-").count("-"), len(long.split("ba")), "ab".split("ab"))
w = " a  b\tc ".split()
w.append(1)
w[0] = 2.5
print(w, "x,y".split(","), "".split(), "".split(","), sorted("b a".split()), "a b c".rsplit(None, 1))
a, b = "p", "é"
print(f"{a}{b}{a!r}{1}", f"{a}", f"{a}{''}", f"{1}{2.5:.1f}{None}")

# Heaps of ints, floats, and what is neither.
import heapq
for items in ([5, 1, 4, 1, 3], [2.5, -1.0, 0.0, -0.0], [3, 2.5, 1], ["b", "a"], [2**70, 1, 5], [True, False], [(2, "a"), (1, "b")]):
    h = []
    for x in items:
        heapq.heappush(h, x)
    g = items[:]
    heapq.heapify(g)
    print(h, g, heapq.heapreplace(g, items[0]), heapq.heappushpop(h, items[-1]), [heapq.heappop(h) for _ in range(len(h))],
          heapq.nlargest(2, items), heapq.nsmallest(2, items))
m = [1, 5, 2, 8]
heapq.heapify_max(m)
heapq.heappush_max(m, 7)
print(m, heapq.heappop_max(m), m)
nan = [float("nan"), 1.0, float("nan"), -1.0]
heapq.heapify(nan)
print(nan)
print("banana".replace("a", "o"), "banana".replace("x", "o"), "banana".replace("a", "o", 2), "é-é".replace("-", "_"),
      "banana".replace("a", "é"), "aaa".replace("a", "b", 3), "".replace("a", "b"))

# Tables that are replaced and copied while they are large, with collections in between.
import gc


def churn(n):
    out = []
    for i in range(n):
        out.append([i] * 20)
    return len(out)


d = {i: str(i) for i in range(2000)}
churn(20000)
del d[5]
c = d.copy()
s = set(d)
s.discard(7)
f = s | {"x"}
l = list(d)
churn(20000)
for i in range(2000, 9000):
    d[i] = str(i)
    s.add(i)
    l.append(i)
churn(60000)
gc.collect()
print(len(d), len(c), len(s), len(f), len(l), sum(map(len, d.values())), sum(map(len, c.values())), c[1999], 5 in c, 7 in f, l[-1])
objs = [[i] for i in range(5000)]
churn(30000)
for i in range(20000):
    objs.append([i])
    if i % 4000 == 0:
        churn(3000)
print(len(objs), objs[0], objs[4999], objs[-1], sum(x[0] for x in objs))
small = {"a": 1, "b": 2}
for k in "cdefghijk":
    small[k] = k
print(small, {"x": 1, "y": 2, "z": 3}, {**small, "a": 0} == small, len({1: 1, 1.0: 2, True: 3, 2: 4}))

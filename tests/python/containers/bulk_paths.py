"""Ways through containers that go without iterators: views, reversed lists, sorts by prefixes, counts, nested tuples."""
import bisect
import heapq
from collections import Counter, defaultdict, namedtuple
from fractions import Fraction

# Views and reversed lists into lists.
d = {i: str(i) for i in range(20)}
del d[3], d[0]
print(list(d), list(d.values()), list(d.items())[:3])
out = ["x"]
out.extend(d.items())
out += d.keys()
print(len(out), out[1], out[-1])
ints, mixed = list(range(9)), [1, "a", 2.5, None]
r = reversed(ints)
next(r)
print(list(r), list(r), list(reversed(mixed)), list(reversed([])))
grow = [1, 2, 3]
grow.extend(reversed(grow))
print(grow)
shrunk = [1, 2, 3, 4]
r = reversed(shrunk)
del shrunk[1:]
print(list(r))


# A list that changes while it is walked through, and classes that change their iteration.
class Grow:
    def __init__(self, target):
        self.target = target

    def __bool__(self):
        if len(self.target) < 6:
            self.target.append(Grow(self.target))
        return False


walked = []
walked.append(Grow(walked))
print(any(walked), len(walked))


class Turns:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n == 3:
            self.__class__ = Ends
        return self.n


class Ends(Turns):
    def __next__(self):
        raise StopIteration


print(list(Turns()), set(Turns()), max(Turns()), all(Turns()), Counter(Turns()))


class Once:
    starts = 0

    def __iter__(self):
        Once.starts += 1
        return iter((1, 2))


box = []
box.extend(Once())
print(box, Once.starts)

# Equal lists whose items are other objects; NaN is itself.
nan = float("nan")
words = ["word%d" % i for i in range(5)]
again = ["word%d" % i for i in range(5)]
print(words == again, words[:4] < again, [nan, 1.0] == [nan, 1.0], [0.0, 2.0] == [-0.0, 2.0], ["a", nan] == ["a", nan])

# Sorting: texts with common heads, ends and zeros in them, in both directions and stably.
texts = ["abcdefgh", "abcdefghi", "abcdefg", "abcdefgh\0", "", "\0", "\0\0", "é", "z", "abcdefgH", "ab", "abcdefgh"]
print(sorted(texts), sorted(texts, reverse=True))
print(sorted(range(-5, 6), key=lambda i: i * i), sorted(range(-5, 6), key=abs, reverse=True))
print(sorted([(1, "b"), (1, "a"), (0.5, "c"), (1, "a", 0), (True, "")]))

# Counting, inserting and removing.
c = Counter("abracadabra")
c.update({"a": 2.5, "z": 1 << 50})
c.update("zz")
print(sorted(c.items()))
big = defaultdict(int)
for w in words * 3:
    big[w] += 1
lists = defaultdict(list)
for i in range(7):
    lists[i % 3].append(i)
print(dict(big), dict(lists))


class Other(dict):
    __missing__ = defaultdict.__missing__


try:
    print(Other()[1])
except Exception as e:
    print(type(e).__name__)
s = set()
for i in [0, 8, 16, -1, -2, 8, 0.0, False, 1 << 60, 2.0**60, "a", (1, 2)]:
    s.add(i)
s.discard(8)
s.add(24)
print(len(s), 16 in s, 8 in s, -1.0 in s, (1.0, 2) in s, 2**60 in s)
pops = list(range(100))
print(sum(pops.pop() for _ in range(97)), pops, [pops.pop() for _ in range(3)], pops)
strings = ["a", "bb", 3, "cc"]
print("cc" in strings, strings.index("cc"), strings.index("cc", 1, 9), strings.count("bb"), "dd" in strings)
for call in (lambda: strings.index("cc", 0, 3), lambda: ["a", "b"].index("b", 2)):
    try:
        call()
    except ValueError as e:
        print(e)

# Nested tuples as keys, equal but not the same; subclasses that compare as they like.
P = namedtuple("P", "x y")


class Odd(tuple):
    def __eq__(self, other):
        return True

    __hash__ = tuple.__hash__


table = {(2, (P(1, 2), P(3, 4.0), 0), "a"): "found"}
print(table.get((2, (P(1, 2), (3, 4), 0), "a")), table.get((2, (P(1, 2), P(3, 5), 0), "a")))
print((1, (2, 3)) == (1, (2, 4)), (1, Odd((2, 3))) == (1, (9, 9)), P(1, 2) == (1, 2), (nan,) == (nan,))

# `super()` whose answers are kept: classes that change afterwards.


class A:
    def f(self):
        return "A"


class B(A):
    def f(self):
        return "B" + super().f()


class C(B):
    pass


objs = [B(), C()]
print([o.f() for o in objs for _ in range(3)])
A.f = lambda self: "A2"
print([o.f() for o in objs])


class M(A):
    def f(self):
        return "M"


B.__bases__ = (M,)
print([o.f() for o in objs])
print(sum([Fraction(i, 3) for i in range(5)]), Fraction(6, 4))

# Heaps and bisections of tuples, strings and floats.
h = []
for i in range(30):
    heapq.heappush(h, (i * 7 % 11, str(i)))
print([heapq.heappop(h) for _ in range(6)])
print(bisect.bisect_left(words, "word2"), bisect.bisect_right([(1, 2), (1, 3)], (1, 2)), bisect.bisect([0.5, nan], 0.7))
for bad in (lambda: bisect.bisect([1, "a"], 2), lambda: sorted([1, "a"]), lambda: min(["a", 1]), lambda: max([(1,), 2])):
    try:
        print(bad())
    except TypeError as e:
        print(e)
print(min(["b", "a", "c"]), max("b", "a"), min([2.5, 1]), max([1, 2.0, 2]), min([], default=7))

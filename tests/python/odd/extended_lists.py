# also: -X spec-threshold=1
# `list.extend` with generators that look at the list, change it, raise, or go on for ever; and dicts asked for the same
# keys as ints, floats, bools and strings.
def grow(l, n):
    for k in range(n):
        yield len(l), k
        if k == 2:
            l.append("own")


def fails(n):
    yield from range(n)
    raise ValueError(n)


def clears(l):
    yield 1
    l.clear()
    yield 2.5
    l[:] = [True] * 3
    yield "s"


class L(list):
    def extend(self, it):
        return "mine", list(it)


def extend(l, g):
    try:
        return l.extend(g)
    except Exception as e:
        return repr(e)


for _ in range(3):
    l = []
    print(extend(l, grow(l, 5)), l)
    l = [1, 2]
    print(extend(l, fails(3)), l)
    print(extend(l, (x * 0.5 for x in range(3))), l)
    l = [7]
    print(extend(l, clears(l)), l)
    print(extend(L([1]), (x for x in "ab")), [].extend(x for x in ()))
    l = [0]
    g = (x for x in l)
    l.extend(y for y in [next(g)])
    print(l, list(g))
    l = [1]
    g = (l.extend(z for z in [k]) for k in range(3))
    l.extend(g)
    print(l, any(x for x in [False, 0, None]), all(x for x in [True, True, 1, 0]), any(x is x for x in [0]))


class Key:
    def __init__(self, k):
        self.k = k

    def __hash__(self):
        return hash(self.k)

    def __eq__(self, other):
        return self.k == (other.k if isinstance(other, Key) else other)


class S(str):
    pass


def ask(d, k):
    try:
        return d[k], d.get(k), k in d
    except KeyError as e:
        return repr(e)


for _ in range(3):
    d = {}
    for k in (1, 1.0, True, "a", S("a"), Key("a"), Key(1), -1, -2, 2 ** 61 - 1, 0, "".join(["a"]), None, 8, 16, 24, 9):
        d[k] = (type(k).__name__, len(d))
        print(ask(d, k), end=" ")
    print(len(d), [ask(d, k) for k in (1, 1.0, "a", S("a"), Key("a"), 3, 8.0, "zz", 0.0, False)])
    del d[8], d["a"]
    print([ask(d, k) for k in (8, 16, 24, "a")], d.get("a", 5), list(d.values())[:4])
    d["a"] = d[8] = 3
    print(d["a"] + d[8], list(d)[-2:])

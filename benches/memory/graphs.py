"""Programs that hold much: peak memory is what counts here."""


def bench_hold_ints(n=2_000_000):
    return len([i for i in range(n)])


def bench_hold_floats(n=2_000_000):
    return sum([i * 0.5 for i in range(n)])


def bench_hold_bools(n=3_000_000):
    return sum([True] * n)


def bench_hold_strings(n=300_000):
    return sum(map(len, ["item %d" % i for i in range(n)]))


def bench_hold_dict_ints(n=500_000):
    d = {i: i * 2 for i in range(n)}
    return d[n - 1]


def bench_hold_dict_strings(n=250_000):
    d = {"key%d" % i: i for i in range(n)}
    return d["key77"]


def bench_hold_instances(n=300_000):
    class P:
        def __init__(self, x, y, z):
            self.x, self.y, self.z = x, y, z

    return sum(p.y for p in [P(i, i + 1, None) for i in range(n)])


def bench_hold_slotted(n=300_000):
    class P:
        __slots__ = ("x", "y")

        def __init__(self, x, y):
            self.x, self.y = x, y

    return sum(p.y for p in [P(i, i + 1) for i in range(n)])


def bench_hold_tuples(n=400_000):
    return sum(t[1] for t in [(i, i * 2, "t") for i in range(n)])


def bench_hold_matrix(n=1000):
    m = [[float(i + j) for j in range(n)] for i in range(n)]
    return m[n - 1][n - 1]


def bench_hold_set(n=500_000):
    return len({i * 7 for i in range(n)})


def bench_hold_tree(n=17):
    def make(d):
        return {"left": make(d - 1), "right": make(d - 1)} if d else None

    def depth(t):
        return 1 + depth(t["left"]) if t else 0

    return depth(make(n - 1))

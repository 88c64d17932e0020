# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5
# also: -X jit=on -X jit-threshold=5 -X jit-check-frames=on
"""Items of array.array in hot loops: types, bounds, foreign NaNs, ints in float arrays, narrow ints."""
from array import array


def total(a):
    s = 0
    for i in range(len(a)):
        s += a[i]
    return s


for code in "bBhHiIlLqQfd":
    a = array(code, range(100))
    for _ in range(3):
        print(code, total(a), end=" ")
    print()


def fill(a, f):
    for i in range(len(a)):
        a[i] = f(i)
    return a


print(fill(array("d", bytes(8 * 60)), lambda i: i)[50:])
print(fill(array("d", bytes(8 * 60)), lambda i: i * 0.5)[50:])
print(fill(array("d", bytes(8 * 60)), lambda i: i % 3 == 0)[50:])
print(fill(array("i", bytes(4 * 60)), lambda i: -i)[50:])
for code, f in [("b", lambda i: i + 100), ("B", lambda i: 30 - i), ("i", lambda i: 2**31 - 40 + i), ("H", lambda i: 65500 + i),
                ("q", lambda i: 2**63 - 50 + i), ("d", lambda i: "x" if i == 40 else i), ("i", lambda i: 1.5 if i == 30 else i)]:
    a = array(code, bytes(array(code).itemsize * 60))
    try:
        fill(a, f)
    except Exception as e:
        print(type(e).__name__, e)
    print(a[25:45])


def ends(a, n):
    s = 0.0
    for i in range(n):
        s += a[-1 - i] - a[i]
    return s


a = array("d", [x * x for x in range(50)])
print(ends(a, 50))
try:
    ends(a, 51)
except IndexError as e:
    print(e)
try:
    for i in range(60):
        a[i] = 1.0
except IndexError as e:
    print(e, i)

# Bytes from elsewhere: NaNs of any bits must stay NaNs.
a = array("d", bytes(8 * 10))
a.frombytes(b"\xff" * 16 + b"\x01\x00\x00\x00\x00\x00\xf9\xff" + b"\x05\x00\x00\x00\x00\x00\xfc\x7f")
a.extend([1.0] * 10)


def nans(a):
    out = []
    for _ in range(20):
        for i in range(len(a)):
            x = a[i]
            out.append(x)
    return out


r = nans(a)
print(len(r), sum(x != x for x in r), {type(x).__name__ for x in r})


def grow(a, n):
    for i in range(n):
        a.append(i)
        a[i] = a[i] + 1
    return a


print(grow(array("l"), 50)[40:], grow(array("d"), 50)[40:])


def change(seqs):
    s = 0
    for q in seqs:
        for i in range(20):
            s += q[i]
    return s


print(change([array("d", range(20)), array("i", range(20)), list(range(20)), tuple(range(20)), range(20), bytes(range(20))] * 5))


class Sub(array):
    def __getitem__(self, i):
        return 1000


print(change([array("d", range(20)), Sub("d", range(20))] * 10))

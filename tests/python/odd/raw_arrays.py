# also: -X spec-threshold=1
# Arrays by index at places that see several kinds of them, with odd items, indices and lengths.
from array import array
import math


class Sub(array):
    def __getitem__(self, k):
        return ("sub", k, super().__getitem__(k))


class Plain(array):
    pass


def get(a, k):
    return a[k]


def put(a, k, v):
    a[k] = v


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return type(e).__name__, "" if type(e) is OverflowError else str(e)


arrays = [array("d", [1.5, 2.5, -0.0]), array("i", [1, -2, 3]), array("q", [1, 1 << 47, -(1 << 62)]),
          array("B", b"abc"), array("b", [-1, 2, 3]), array("H", [1, 65535, 3]), array("I", [1, 1 << 31, 7]),
          array("f", [0.5, 1.25, 3.0]), array("w", "xyz"), array("L", [1, (1 << 64) - 1, 2]), array("h", [1, 2, 3]),
          Sub("d", [1.0, 2.0, 3.0]), Plain("i", [7, 8, 9]), array("d"), [1, 2, 3], (4, 5, 6), b"xyz"]
for _ in range(3):
    for a in arrays:
        print([attempt(get, a, k) for k in (0, 1, 2, 3, -1, -3, -4, True, 1 << 70)])
    for a in arrays[:14]:
        for v in (1, 2.5, -1, 300, 70000, 1 << 33, 1 << 50, 1 << 80, True, "c", None, math.inf):
            attempt(put, a, 1, v)
            print(attempt(put, a, -1, v), list(a) if type(a) is not Sub else len(a))
        print(attempt(put, a, 5, 1), attempt(put, a, -9, 1), a[1] if len(a) else None)
a = array("d", [0.0] * 10)
for k in range(12):
    try:
        a[k % 11] += k * 1.5
        a[0] -= 1
        if k == 4:
            del a[3:]
        if k == 8:
            a.extend([9.0] * 3)
    except IndexError as e:
        print(k, e, list(a))
nan = array("d", [math.nan, -math.nan])
nan.frombytes(b"\xff" * 8)
print([math.isnan(get(nan, k)) for k in range(3)])
i = array("i", [5] * 4)
view = memoryview(i)
put(i, 2, 77)
print(view[2], i[2], attempt(i.append, 3))

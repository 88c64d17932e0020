# Ints of more than 48 bits and of more than 64, where the interpreter has ways of its own for those between.
# also: -X spec-threshold=1
edge = [0, 1, -1, 2, 7, -7, 62, 63, 64, 65, 2**31, 2**46, 2**47 - 1, 2**47, -2**47, -2**47 - 1, 2**48, 2**62, 2**63 - 1,
        -2**63, -2**63 + 1, 2**63, 2**64, -2**64, 3**50, True]
import operator as o
total = 0
def ops(x, y):
    out = []
    out.append(x + y); out.append(x - y); out.append(x * y)
    out.append(x & y); out.append(x | y); out.append(x ^ y)
    if 0 <= y < 70:
        out.append(x << y); out.append(x >> y)
    if y:
        out.append(x // y); out.append(x % y); out.append(x / y)
    return out
def imm(x):
    return [x + 1, x - 1, x * 3, x & 255, x | 1, x ^ 3, x << 2, x >> 3, x // 7, x % 7, x // -7, x % -7, x & -2, x / 3]
def inplace(x, y):
    a = x; a += y; b = x; b ^= y; c = x; c &= y; d = x; d -= y; e = x; e *= y
    return a, b, c, d, e
acc = []
for x in edge:
    for y in edge:
        acc.append(ops(x, y)); acc.append(inplace(x, y))
    acc.append(imm(x))
    print(x, imm(x))
import hashlib
print(hashlib.md5(repr(acc).encode()).hexdigest())
class I(int):
    def __add__(self, other): return "added"
    def __rxor__(self, other): return "rx"
print(I(2**60) + 1, 2**60 ^ I(3), type(I(2**50) & 2**50).__name__)
big = [2**60 + i for i in range(5)]
print([big[i] for i in range(5)], big[-1], [b for b in big])
a, b, c, d, e = big
print(a, e)
small = [1, 2, 3]
def swap(v):
    x, y, z = v
    return z, y, x
for v in ([1, 2, 3], [1.5, 2.5, 3.5], [True, False, True], ["a", "b", "c"], [2**50, 1, 2**47], (1, 2, 3), "abc", [-2**47, 2**47 - 1, 0]):
    print(swap(v))
for v in ([1, 2], [1, 2, 3, 4], [], [1.0]):
    try:
        swap(v)
    except ValueError as err:
        print(err)
class P: pass
class Q:
    def __eq__(self, other): return "yes"
class R(P):
    __eq__ = None
p, q = P(), P()
def eq(a, b):
    return a == b, a != b, 1 if a == b else 0, 1 if a != b else 0
print(eq(p, q), eq(p, p), eq(p, None), eq(None, p), eq(p, Q()), eq(Q(), p), eq(p, 1), eq(p, "s"), eq(None, None), eq(P, P), eq(P, Q))
for pair in ((R(), p), (p, R())):
    try:
        print(eq(*pair))
    except TypeError as err:
        print(err)

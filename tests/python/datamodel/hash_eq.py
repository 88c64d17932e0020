print(hash(1) == hash(1.0) == hash(True) == hash(1 + 0j), hash(2**61 - 1), hash(2**61), hash(-1), hash(-2), hash(2**100), hash(-2**100))
print(hash(0.5), hash(1e300), hash(float("inf")), hash(-float("inf")), hash(0.1), hash(3.0), hash(1j), hash(1.5 + 2.5j), hash(-0.0))
print(hash(()), hash((1,)), hash((1, 2, 3)), hash((1.5, (2, None is None))), hash(((),)), hash((1, (2, (3,)))))
print(hash(range(0)) == hash(range(5, 5)), range(0, 10, 3) == range(0, 12, 3), hash(range(3)) == hash((3, 0, 1)))
print(hash(frozenset()), hash(frozenset([1, 2, 3])), hash(frozenset([1, 2, 3])) == hash(frozenset([3, 2, 1])))
from fractions import Fraction
from decimal import Decimal
print(hash(Fraction(1, 2)) == hash(0.5) == hash(Decimal("0.5")), hash(Fraction(1, 3)), hash(Decimal("1e10")))
print({1: "a", 1.0: "b", True: "c"}, {0, 0.0, False, -0.0})
nan = float("nan"); print(nan in [nan], nan == nan, [nan] == [nan], {nan: 1}[nan], (nan,) == (nan,), [nan].index(nan), {nan} == {nan})
class H:
    def __init__(self, v, h): self.v, self.h = v, h
    def __hash__(self): return self.h
    def __eq__(self, o): return isinstance(o, H) and self.v == o.v
    def __repr__(self): return f"H{self.v}"
d = {H(i, 1): i for i in range(6)}; print(d, d[H(3, 1)], H(3, 2) in d)
del d[H(2, 1)]; d[H(7, 1)] = 7; print(list(d))
print(hash(H(1, 2**70)) == hash(2**70), hash(H(1, -1)))
class E:
    def __eq__(self, o): return True
try: {E(): 1}
except TypeError as e: print(e)
class E2(E): __hash__ = object.__hash__
print(len({E2(), E2()}) in (1, 2))
class Plain: pass
p = Plain(); print(hash(p) == hash(p), p == p, p != Plain(), {p: 1}[p])
try: {[]: 1}
except TypeError as e: print(e)
try: {1: 2}[{}]
except TypeError as e: print(e)
try: {[1]}
except TypeError as e: print(e)
try: hash((1, []))
except TypeError as e: print(e)
class Raises:
    def __eq__(self, o): raise ValueError("eq raises")
    def __hash__(self): return 1
d = {Raises(): 1}
try: d[1]
except ValueError as e: print(e)
print(hash("") , hash(b""), hash("a") == hash("a"), hash("ab") == hash("a" + "b"), hash(b"ab") == hash(bytes([97, 98])))
print(hash(None) == hash(None), hash(...) == hash(Ellipsis), hash(int) == hash(int), hash(len) == hash(len))
print((1, 2) < (1, 3), (1,) < (1, 0), [] < [0], "a" < "b" < "ba", (1, "a") == (1, "a"), [1, [2]] == [1, [2]], {1: [2]} == {1.0: [2]}, {1, 2} < {1, 2, 3}, {1} <= {1}, b"a" < b"b", b"a" == bytearray(b"a"), (1, 2) == [1, 2], 1 == "1", None == 0)

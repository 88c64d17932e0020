"""Matrices, primes, polynomials, decimals, fractions: numbers in many clothes."""
import math, cmath, operator
from decimal import Decimal, getcontext, localcontext, InvalidOperation, DivisionByZero
from fractions import Fraction
from functools import reduce, lru_cache
from itertools import accumulate, combinations, permutations, product, takewhile, count, pairwise, chain, starmap


class Matrix:
    __slots__ = ("rows",)

    def __init__(self, rows):
        self.rows = [list(r) for r in rows]
        if len({len(r) for r in self.rows}) > 1:
            raise ValueError("ragged rows: " + ", ".join(str(len(r)) for r in self.rows))

    @classmethod
    def identity(cls, n): return cls([[int(i == j) for j in range(n)] for i in range(n)])
    def __matmul__(self, o):
        if len(self.rows[0]) != len(o.rows): raise ValueError(f"{self.shape} @ {o.shape}")
        cols = list(zip(*o.rows))
        return Matrix([[sum(map(operator.mul, r, c)) for c in cols] for r in self.rows])
    def __pow__(self, n):
        result, base = Matrix.identity(len(self.rows)), self
        while n:
            if n & 1: result = result @ base
            base, n = base @ base, n >> 1
        return result
    @property
    def shape(self): return len(self.rows), len(self.rows[0])
    @property
    def T(self): return Matrix(zip(*self.rows))
    def __getitem__(self, key):
        i, j = key
        return self.rows[i][j]
    def __setitem__(self, key, v): self.rows[key[0]][key[1]] = v
    def __eq__(self, o): return isinstance(o, Matrix) and self.rows == o.rows
    def __repr__(self): return f"Matrix({self.rows})"
    def det(self):
        m, d = [[Fraction(x) for x in r] for r in self.rows], Fraction(1)
        for i in range(len(m)):
            p = next((k for k in range(i, len(m)) if m[k][i]), None)
            if p is None: return Fraction(0)
            if p != i: m[i], m[p] = m[p], m[i]; d = -d
            d *= m[i][i]
            for k in range(i + 1, len(m)):
                f = m[k][i] / m[i][i]
                m[k] = [a - f * b for a, b in zip(m[k], m[i])]
        return d


print(Matrix([[1, 1], [1, 0]]) ** 90, Matrix([[2, 0, 1], [1, 3, 2], [1, 1, 1]]).det(), Matrix([[1, 2, 3]]).T)
m = Matrix.identity(2)
m[0, 1] = 5
print(m @ m == Matrix([[1, 10], [0, 1]]), m[0, 1], Matrix([[Fraction(i + 1, j + 2) for j in range(3)] for i in range(3)]).det())
for bad in (lambda: Matrix([[1], [2, 3]]), lambda: m @ Matrix([[1, 2]]), lambda: m[5, 0], lambda: m["a"], lambda: hash(m)):
    try: bad()
    except Exception as e: print(type(e).__name__, e)


def primes(n):
    sieve = bytearray([1]) * (n + 1)
    sieve[:2] = b"\0\0"
    for i in range(2, math.isqrt(n) + 1):
        if sieve[i]: sieve[i * i :: i] = bytes(len(range(i * i, n + 1, i)))
    return [i for i, p in enumerate(sieve) if p]


def factor(n):
    out, d = {}, 2
    while d * d <= n:
        while n % d == 0: out[d] = out.get(d, 0) + 1; n //= d
        d += 1 + (d > 2)
    return out | ({n: 1} if n > 1 else {})


ps = primes(10000)
print(len(ps), ps[-3:], max(b - a for a, b in pairwise(ps)), factor(600851475143), factor(2**32 - 1), math.lcm(*range(1, 30)))
print(pow(3, -1, 7), pow(2, 1000, 10**9 + 7), math.comb(50, 25), math.perm(10, 3), (2**127 - 1).bit_length(), (-7) // 2, -7 % 3, divmod(-7.5, 2))
getcontext().prec = 40
print(Decimal(2).sqrt(), Decimal(1) / 7, Decimal("1.10") + Decimal("2.20"), Decimal("1e-7"), Decimal(10) ** 20, Decimal("123.456").quantize(Decimal(".1")))
with localcontext() as ctx:
    ctx.prec = 5
    print(Decimal(1) / 3, +Decimal("123456.789"), Decimal("-0").copy_abs(), Decimal("NaN").is_nan(), Decimal("1E+3").normalize())
    for f in (lambda: Decimal("x"), lambda: Decimal(1) / 0, lambda: Decimal(0) / 0):
        try: f()
        except (InvalidOperation, DivisionByZero) as e: print(type(e).__name__)
print(Fraction("3/4") + Fraction(1, 6), Fraction(3.25), Fraction(math.pi).limit_denominator(1000), round(Fraction(7, 2)), Fraction(-7, 3) // 1, f"{Fraction(22, 7):.5f}")
print(cmath.sqrt(-1), cmath.polar(1j), abs(3 + 4j), (1 + 2j) ** 2, complex("1-2j").conjugate(), [round(z.real, 6) + 0.0 for z in (cmath.exp(2j * cmath.pi * k / 4) for k in range(4))])
print(0.1 + 0.2, 1e16, 1e-5, 123456789.123456789, 5e-324, 1.7976931348623157e308, float("1e400"), -0.0, 1 / 3, 2.5.hex(), (0.1).as_integer_ratio(), round(2.675, 2), round(-0.5), round(1234.5, -2))
print(f"{math.pi:.10f} {math.e:e} {12345.678:,.1f} {0.000123:g} {255:#x} {255:08b} {-5:+d} {1e10:.3g} {42:>6}|{42:<6}|{42:^6}| {3.0} {1e22} {10**20:_}")
print(sum([0.1] * 10), math.fsum([0.1] * 10), math.prod(range(1, 11)), math.hypot(1, 2, 3), math.dist((0, 0), (3, 4)), math.nextafter(1, 2), math.ulp(1.0), math.remainder(7, 3), math.fmod(-7, 3), math.sumprod([1, 2], [3, 4]))
print(list(accumulate([3, 1, 4, 1, 5], max)), [*map("".join, combinations("abcd", 2))], len(list(permutations(range(5)))), [*takewhile(lambda x: x < 30, (n * n for n in count()))], list(starmap(pow, [(2, 3), (3, 2)])))


class Poly:
    def __init__(self, *c): self.c = c
    def __call__(self, x): return reduce(lambda a, b: a * x + b, self.c, 0)
    def __mul__(self, o):
        out = [0] * (len(self.c) + len(o.c) - 1)
        for (i, a), (j, b) in product(enumerate(self.c), enumerate(o.c)): out[i + j] += a * b
        return Poly(*out)
    def __str__(self):
        n = len(self.c) - 1
        return " + ".join(f"{c}x^{n - i}" if n - i else f"{c}" for i, c in enumerate(self.c) if c) or "0"
    def diff(self):
        n = len(self.c) - 1
        return Poly(*(c * (n - i) for i, c in enumerate(self.c[:-1])))


p = Poly(1, 0, -2)
x = 1.0
for _ in range(6): x -= p(x) / p.diff()(x)
print(p, p.diff(), p * p, x, p(Fraction(3, 2)), Poly(0))


@lru_cache(maxsize=None)
def partitions(n, k=None):
    k = n if k is None else k
    return 1 if n == 0 else sum(partitions(n - i, i) for i in range(1, min(n, k) + 1))


print([partitions(n) for n in range(15)], partitions.cache_info())
print(int("zz", 36), int("-0b101", 0), int.from_bytes(b"\x01\x02", "big"), (1000).to_bytes(2, "little"), bin(-10), oct(64), hex(2**64), 0x_ff, 1_000)
for s in ("0x", "1__0", " 12 ", "１２", "1e5"):
    try: print(int(s))
    except ValueError as e: print(e)
math.factorial(-1)

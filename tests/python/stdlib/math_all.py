import math
xs = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.5, -3.7, 10.1, 100.25, 1e-8, 1e10, 1e-300, 1e300, math.inf, -math.inf, math.nan]
for name in "acos acosh asin asinh atan atanh cbrt ceil cos cosh degrees erf erfc exp exp2 expm1 fabs floor frexp gamma isfinite isinf isnan lgamma log log10 log1p log2 modf radians sin sinh sqrt tan tanh trunc ulp".split():
    row = []
    for x in xs:
        try: row.append(getattr(math, name)(x))
        except (ValueError, OverflowError) as e: row.append(f"{type(e).__name__}:{e}")
    print(name, row)
for name in "atan2 copysign fmod hypot ldexp nextafter pow remainder".split():
    row = []
    for x in xs[::2]:
        for y in (2, -1, 0, 3):
            try: row.append(getattr(math, name)(x, y))
            except (ValueError, OverflowError) as e: row.append(f"{type(e).__name__}:{e}")
    print(name, row)
print(math.factorial(20), math.gcd(), math.gcd(-4, 6), math.lcm(), math.comb(5, 7), math.perm(5), math.isqrt(99), math.prod([1.5, 2], start=2), math.fsum([1e100, 1, -1e100]), math.sumprod([1, 2], [3.5, 4]), math.dist((0, 0), (3, 4)), math.log(8, 2), math.log(10**400), math.log2(2**2000), math.log10(10**500), math.pi, math.e, math.tau)
for bad in ("math.factorial(-1)", "math.factorial(1.5)", "math.sqrt('a')", "math.gcd(1.5)", "math.comb(-1, 2)", "math.isqrt(-1)", "math.log(-1)", "math.log(0)", "math.log()", "math.log(2, 0)", "math.log(2, 1)", "math.floor('a')", "math.dist([1], [1, 2])", "math.sumprod([1], [1, 2])", "math.pow(0, -1)", "math.fmod(1, 0)", "math.ldexp(1, 10000)", "math.trunc('a')", "math.prod('ab')", "math.fsum(['a'])", "math.hypot('a')", "math.perm(2.5)", "math.gamma(-1)", "math.acos(2)", "math.ceil(math.inf)", "math.floor(math.nan)", "math.nextafter(1, 2, steps=-1)", "math.isclose(1, 2, rel_tol=-1)"):
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
class M:
    def __float__(self): return 4.0
    def __ceil__(self): return "c"
    def __floor__(self): return "f"
    def __trunc__(self): return "t"
print(math.sqrt(M()), math.ceil(M()), math.floor(M()), math.trunc(M()), math.floor(2**70 + 0.5), math.ceil(1e20), math.sqrt(10**300), math.copysign(3, -math.nan) in (3.0, -3.0), math.nextafter(0, 1), math.nextafter(1.0, 2, steps=3))

import math
vals = [0.0, -0.0, 1.0, -1.5, 0.1, 1/3, 1e16, 1e15, 123456789.123456789, 1e-7, 1e-4, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan"), 2.0**53, 1e22, 1e23, 9007199254740993.0, 0.30000000000000004, 100.0, 1e100]
for v in vals:
    print(repr(v), str(v), v.hex(), v.is_integer(), f"{v:.3f} {v:e} {v:g} {v:.10g} {v:%} {v!r:>10}", -v, abs(v), v == v, bool(v))
for v in vals[:13]:
    print(v.as_integer_ratio(), float.fromhex(v.hex()) == v, int(v) if abs(v) < 1e30 else "big", round(v) if abs(v) < 1e30 else "big")
for v in (0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1.005, 1234.5678, 0.15, 0.25, 0.35):
    print(round(v), round(v, 1), round(v, 2), round(v, -1), math.floor(v), math.ceil(v), math.trunc(v))
for bad in ("float('x')", "float('')", "float('1_')", "float('1e')", "float('.')", "float('infinit')", "float(None)", "(float('nan')).as_integer_ratio()", "(float('inf')).as_integer_ratio()", "int(1e400)", "round(float('nan'))", "round(float('inf'))", "float.fromhex('xyz')", "float.fromhex('0x1p5000')", "1e300 * 1e10", "1e308 + 1e308", "2.0 ** 10000", "(-2.0) ** 0.5", "0.0 ** -1", "1.0 // 0", "1.0 % 0", "math.sqrt(-1)", "math.log(0)", "math.exp(1000)", "math.fmod(1, 0)", "float('1' * 400)", "round(1.5, 'a')", "round(1e308, -308)", "round(1.7e308, -308)"):
    try: print(bad, "=", eval(bad))
    except (ValueError, TypeError, OverflowError, ZeroDivisionError) as e: print(bad, "->", type(e).__name__, e)
print(float(" 1.5\n"), float("1e5"), float("-.5"), float("+5."), float("Infinity"), float("-NaN"), float("1_000.5"), float(b"2.5"), float(True), float("٣.٥"), float.fromhex("0x1.8p1"), float.fromhex("-1.1"), float.fromhex(" inf "))
print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, divmod(-7.5, 2), 0.0 // 1, -0.0 % 1, 1e20 // 1, 5 % math.inf, -5 % math.inf, -5 // math.inf, 0.1 * 3, 1 - 0.9, 0.1 + 0.2 == 0.3)
nan = math.nan
print(nan < 1, nan > 1, nan != nan, nan == nan, max(1, nan), max(nan, 1), min(1, nan), sorted([3, nan, 1])[1:] if False else "", math.inf - math.inf, math.inf * 0, -math.inf < 1e308)
print(sum([0.1] * 10), math.fsum([0.1] * 10), sum([1e16, 1, -1e16]), sum([0.1] * 3, 0.0), sum([1, 2.5, 3]), sum([1e308, 1e308, -1e308]))
print(f"{1234567.891:,.2f} {1234567.891:_.1f} {0.00001234:.3g} {123456789:.3e} {1.0:#.0f} {1.5:010.3f} {-1.5:+010.3f} {1e10:g} {1e-10:g} {3.0:n} {1e6:.0e} {255.0:.1%}")
print("%.2f %5.1f %-8.3e| %g %G %+f % f %05.1f %i %%" % (3.14159, 2.5, 12345.678, 1e-10, 1e20, 1.5, 2.5, 1.25, 3.99))
print(1.0.hex(), (0.1).hex(), (-0.0).hex(), (2**-1074).hex(), float.__getformat__("double"), (1.5).conjugate(), (1.5).real, (1.5).imag, (2.0).__trunc__(), (2.5).__floor__(), 1.5.__round__(), float.from_number(3))
print(math.nextafter(1.0, 2), math.ulp(1.0), math.copysign(1, -0.0), math.frexp(10), math.ldexp(0.5, 4), math.modf(-3.25), math.isclose(0.1 + 0.2, 0.3), math.hypot(3, 4, 12), math.dist([1, 2], [4, 6]), math.remainder(7, 4), math.cbrt(27), math.exp2(10), math.log2(8), math.log10(1000), math.log1p(1e-10), math.expm1(1e-10), math.fma(2, 3, 4), math.sumprod([1, 2.5], [3, 4]))
acc = 0.0
for i in range(1, 2000):
    acc += math.sin(i) * math.cos(i / 3) / math.sqrt(i) + math.atan2(i, 7) - math.tanh(i / 100) + math.pow(i, 0.3) + math.gamma(i % 20 + 0.5) * 1e-15 + math.erf(i / 500) + math.lgamma(i)
print(acc, acc.hex())
print(0.1 + 0.7, 1e16 + 1, 4.35 * 100, 1.1 + 2.2, 1e23, 8.41e21, 2.2250738585072014e-308, 1.2e-322, 4.9e-324, 123456.789e3)

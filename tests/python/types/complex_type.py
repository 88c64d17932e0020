# flags: -W ignore
import cmath
zs = [0j, 1 + 2j, -1.5 - 0.5j, 3j, complex(-0.0, 0.0), complex("inf"), complex("1e5-2.5j"), complex("nan+infj"), 1e20 + 1j]
for z in zs:
    print(z, repr(z), z.real, z.imag, z.conjugate(), -z, +z, bool(z), z == z, f"{z:.2f} {z:e}" if z == z and abs(z) < 1e300 else "")
a, b = 3 + 4j, 1 - 2j
print(a + b, a - b, a * b, a / b, a ** b, a ** 2, a ** 0.5, a ** -1, 2 ** a, abs(a), a == 3 + 4j, a != b, 1 + a, 2.5 * b, hash(a), 1j ** 2, 0j ** 0)
print(complex(1), complex(1, 2), complex(real=1, imag=2), complex("1+2j"), complex(" ( -3.5j ) "), complex(1.5, -0.0), complex("j"), complex("-j"), complex("infinity+nanj"), complex(True), complex.from_number(5))
for bad in ("complex('')", "complex('1 + 2j')", "complex('1+')", "complex('x')", "complex('1', 2)", "complex(1, '2')", "complex([])", "a < b", "a // b", "a % b", "int(a)", "float(a)", "a / 0", "0j ** -1", "0j ** 1j", "divmod(a, b)", "round(a)", "math.sqrt(a)", "[1][0j]", "complex(1e308, 1e308) * 10", "f'{a:d}'", "f'{a:010}'", "cmath.log(0)", "a.real == 3 and setattr(a, 'real', 1)", "cmath.phase('s')"):
    import math
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
for f in ("sqrt", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh", "log10", "phase", "polar", "isfinite", "isnan", "isinf"):
    # C libraries differ in the last bits of some of these.
    print(f, [getattr(cmath, f)(z) for z in (0.5 + 0.25j, -1.5 + 2j, 2 - 0j)] if f.startswith("is") or f == "polar" else [f"{getattr(cmath, f)(z):.14g}" for z in (0.5 + 0.25j, -1.5 + 2j, 2 - 0j)])
print(cmath.rect(2, 1), cmath.isclose(1 + 1e-10j, 1), cmath.infj, cmath.nanj, cmath.tau)
print(f"{a:>12}|{a:.1f}|{a:+.2e}|{a:,}|{1e6+1j:,.1f}|{a!r:*^12}", "%s" % a, format(a, ""), format(1j, "g"))
print(sum([1j, 2, 3.5]), {1 + 0j: "one"}[1], (1 + 0j) == 1.0, 5 in [5 + 0j], max([1, 2], key=lambda x: abs(x * 1j)))
x = 0j
for k in range(50): x = x * x + (-0.4 + 0.6j)
print(x)
class C:
    def __complex__(self): return 1 + 1j
print(complex(C()), cmath.sqrt(C()))

n = 0b101101
print(n.bit_length(), n.bit_count(), (-n).bit_count(), (0).bit_length(), n.to_bytes(2, "big"), n.to_bytes(2, "little"), (-5).to_bytes(2, "big", signed=True), (255).to_bytes(), int.from_bytes(b"\x01\x02", "big"), int.from_bytes(b"\xff\xfe", "little", signed=True), int.from_bytes([1, 0]), int.from_bytes(b""))
print(n.as_integer_ratio(), n.numerator, n.denominator, n.real, n.imag, n.conjugate(), n.is_integer())
for bad in ("(256).to_bytes(1)", "(-1).to_bytes(1)", "(1).to_bytes(-1)", "(1).to_bytes(1, 'mid')", "int.from_bytes('s')", "int('')", "int(' ')", "int('1__0')", "int('_1')", "int('1_')", "int('0x10')", "int('9', 8)", "int('z', 36)", "int('10', 1)", "int('10', 37)", "int('1.5')", "int(float('nan'))", "int(float('inf'))", "int('١٢')", "int(b'\\xff')", "int(x=5)", "int('12', base=3)", "int(12, base=3)", "int(base=3)", "int('0b12', 0)", "int('010', 0)", "int('0o17', 0)", "int('-0x_f', 0)"):
    try: print(bad, "=", eval(bad))
    except (ValueError, TypeError, OverflowError) as e: print(bad, "->", type(e).__name__, e)
print(str(10**50), repr(-(10**30)), f"{10**20:,}", f"{255:#x} {255:#o} {255:#b} {-255:x}", f"{2**70:_x} {2**70:_b}"[:40], f"{12345:>10}|{12345:<10}|{12345:^10}|{12345:*^+11}|{-5:05}|{5:+}|{5: }")
print(round(12345, -2), round(15, -1), round(25, -1), round(-15, -1), round(7, 3), round(10**30 + 5, -1), round(55, -5))
print(pow(3, 100, 7), pow(3, -1, 7), pow(-3, 5, 7), pow(2, 10, -7), pow(10**20, 10**5, 10**9 + 7), pow(0, 0, 1))
import math
print(math.isqrt(10**40 + 1), math.gcd(12, 18, 27), math.lcm(4, 6, 10), math.comb(50, 25), math.perm(10, 3), math.factorial(30), math.prod(range(1, 10)))
a = 3**200; b = 7**150
print(a * b, a // b, b // a, a % b, a - b, a ^ b, a & b, a | b, (a * b) // a == b, divmod(-a, b))
print(a > b, a == a + 0, hash(a), float(a), a / b, int(float(a)) % 1000, a.bit_length(), -a >> 50, a >> 1000, a << 2)
print(int("9" * 100) + 1 == 10**100, int("f" * 40, 16), int("-" + "1" * 60, 2), str(2**1000)[-20:], len(str(7**4000)))
try: int("1" * 5000)
except ValueError as e: print(e)
try: str(10**5000)
except ValueError as e: print(e)
import sys
print(sys.get_int_max_str_digits(), sys.int_info.default_max_str_digits)
sys.set_int_max_str_digits(0); print(len(str(10**5000)))
print(10**400 > 1e300, 2**1024 > float("inf"), 2**53 + 1 == 2.0**53, 2**53 + 1 > 2.0**53, -10**400 < -1e308, 10**400 == float("inf"))
try: float(10**400)
except OverflowError as e: print(e)
try: 10**400 / 3
except OverflowError as e: print(e)
print(10**400 / 10**399, (10**400 + 1) / 10**400, 1 / 10**330, (2**60 + 1) / 3, 2**1075 / 2**1074, -7 / 2, 5 / 10**20)
print(bool(0), bool(-1), True & 1, True ^ True, True | 2, ~True if False else -2, int.__doc__ is not None, (5).__divmod__(3), (5).__rpow__(2), (7).__floor__(), (7).__ceil__(), (7).__round__(), (3).__index__(), (3).__bool__())
print(isinstance(2**100, int), type(2**100 - 2**100).__name__, (2**62) * 2 - 2**63, -(2**63) // -1, (-2**63) % -1, abs(-2**63))
print(sorted([2**64, -1, 2**63, 0, -2**64, 5]), max(2**64, 2**65), min(-2**64, 3), sum([2**62] * 5), 2**62 in [2**62])

# flags: -W ignore
pairs = [(7, 3), (-7, 3), (7, -3), (-7, -3), (7.5, 2), (-7.5, 2), (7, 2.5), (0, 5), (2**70, 3), (-(2**70), 2**35 + 1)]
for a, b in pairs:
    print(a, b, a + b, a - b, a * b, a / b, a // b, a % b, divmod(a, b))
for a, b in [(2, 10), (2, -2), (-2, 3), (-2, -3), (2.0, 0.5), (0, 0), (10, 0), (1.5, 3), (-8, 2)]:
    print(a, b, a ** b)
print((-8) ** (1 / 3))
print(-2 ** 2, (-2) ** 2, 2 ** 3 ** 2, 2 ** -1)
print(5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 100, -1 >> 3, (1 << 100) >> 98, -5 & 0xFF)
print(True + True, True * 3.5, -True, ~False)
print(not 0, not [], not "x", 1 and 2, 0 and 2, 0 or "d", 1 or 2, None or 0 or [])
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0 == True, 3 > 2 != 1, (1 < 2) == True)
print(1 if [] else 2, "y" if "x" else "n")
for expr in ["1/0", "1//0", "1%0", "1.0/0", "1.0//0", "1.0%0", "divmod(1,0)", "0**-1", "0.0**-1", "1<<-1", "1>>-1", "pow(2,-1,4)", "1+'a'", "'a'+1", "'a'*'b'", "[]-[]", "{}|[]", "-'a'", "~1.5", "1<'a'", "[]<{}", "None<None", "1@2", "1 .foo", "(1)[0]", "1.5<<2", "2**1000000000000 if 0 else 10**400*1.0", "1j//2", "1j%2", "1j<2j", "int('x')", "float('x')", "'%d' % 'x'", "'%d %d' % 1", "'%d' % (1,2)", "5()", "None()", "'a'.b", "[].b", "[1,2]['a']", "(1,)[5]", "[][0]", "{}['k']", "''[0]"]:
    try:
        print(expr, "=", eval(expr, {}))
    except Exception as e:
        print(expr, "->", type(e).__name__ + ":", e)
x = 10
x += 1; print(x, end=" ")
x -= 2; print(x, end=" ")
x *= 3; print(x, end=" ")
x //= 2; print(x, end=" ")
x **= 2; print(x, end=" ")
x %= 100; print(x, end=" ")
x <<= 3; print(x, end=" ")
x >>= 1; print(x, end=" ")
x &= 0xFC; print(x, end=" ")
x |= 1; print(x, end=" ")
x ^= 0xFF; print(x, end=" ")
x /= 4; print(x)

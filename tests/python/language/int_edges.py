# Ints around every width an implementation may care about.
edges = []
for k in (31, 32, 46, 47, 48, 52, 53, 61, 62, 63, 64, 127, 128):
    for d in (-1, 0, 1):
        edges += [2**k + d, -(2**k) + d]
total = 0
for a in edges:
    print(a, a + 1, a - 1, a * 2, a // 3, a % 7, -a, ~a, abs(a), a >> 5, a << 3, a & 0xFFFF, a.bit_length(), a == float(a), hash(a))
    total ^= a
print(total)
for a in edges[::3]:
    for b in edges[::5]:
        s, d, m = a + b, a - b, a * b
        assert s - b == a and d + b == a and m // b == a and m % b == 0
        q, r = divmod(a, b)
        assert q * b + r == a and (0 <= r < b or b < r <= 0)
        assert (a < b) == (a - b < 0) and (a == b) == (a - b == 0)
        total = (total * 31 + (s ^ d) + (a & b) - (a | b)) & (2**64 - 1)
print(total)
acc = 1
for i in range(1, 60):
    acc *= i
    if i % 7 == 0:
        print(i, acc)
while acc > 1:
    acc //= 1000003
print(acc)
mask = (1 << 64) - 1
h = 14695981039346656037
for byte in b"the quick brown fox":
    h = ((h ^ byte) * 1099511628211) & mask
print(h)

# Methods of ints that are machine words in compiled code, and objects beyond 48 bits.
# also: -X jit=on -X jit-threshold=2 -X jit-side-threshold=2 -X jit-verify=on
# also: -X jit=on -X jit-threshold=2 -X jit-side-threshold=2 -X jit-stress-exits=2
def bits(n):
    t = 0
    for i in range(n):
        w = (1 << (40 + i % 30)) - i
        w = w - 3
        if w > 5:
            t += w.bit_length() + w.bit_count() + hash(w) % 7 + len(w.__repr__())
    return t
print(bits(400))
class Draws:
    def getrandbits(self, k): return (k * 2654435761) & ((1 << k) - 1)
    def below(self, n):
        k = n.bit_length()
        r = self.getrandbits(k)
        while r >= n: r -= n
        return r
    def draw(self, a, b):
        width = b - a
        if width > 0: return a + self.below(width)
d = Draws()
for m in (10, 1000, 2**40, 2**47, 2**48, 2**61, 2**62, 2**63):
    print([d.draw(-m, m - i) for i in range(12)][-1], sum(d.draw(-m, m + i) for i in range(60)))

M64, M32 = 2**64 - 1, 2**32 - 1
def splitmix(s):
    s = (s + 0x9E3779B97F4A7C15) & M64; z = s
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M64; z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M64
    return s, z ^ (z >> 31)
s = 42; acc = 0
for _ in range(2000): s, z = splitmix(s); acc ^= z
print(acc)
def xorshift(x):
    x ^= (x << 13) & M64; x ^= x >> 7; x ^= (x << 17) & M64; return x
x = 88172645463325252
for _ in range(2000): x = xorshift(x)
print(x)
def fnv(b):
    h = 0xCBF29CE484222325
    for c in b: h = ((h ^ c) * 0x100000001B3) & M64
    return h
def crc32(b):
    c = M32
    for x in b:
        c ^= x
        for _ in range(8): c = (c >> 1) ^ (0xEDB88320 & -(c & 1))
    return c ^ M32
def adler(b):
    a, d = 1, 0
    for x in b: a = (a + x) % 65521; d = (d + a) % 65521
    return d << 16 | a
def djb(b):
    h = 5381
    for x in b: h = (h * 33 + x) & M32
    return h
data = bytes(i * 7 & 255 for i in range(1000))
print(fnv(data), crc32(data), adler(data), djb(data))
import zlib; print(zlib.crc32(data) == crc32(data), zlib.adler32(data) == adler(data))
def lcg(n, seed=1):
    for _ in range(n): seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
    return seed
def rotl(x, k): return ((x << k) | (x >> (64 - k))) & M64
def xoshiro(n):
    s = [1, 2, 3, 4]; r = 0
    for _ in range(n):
        r ^= (rotl(s[1] * 5 & M64, 7) * 9) & M64; t = s[1] << 17 & M64
        s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = rotl(s[3], 45)
    return r, s
print(lcg(1000), xoshiro(500))

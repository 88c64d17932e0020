ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
def words(n):
    if n < 20: return ONES[n]
    if n < 100: return TENS[n // 10 - 2] + ("-" + ONES[n % 10] if n % 10 else "")
    if n < 1000: return ONES[n // 100] + " hundred" + (" " + words(n % 100) if n % 100 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand")):
        if n >= size: return words(n // size) + " " + name + (" " + words(n % size) if n % size else "")
def roman(n):
    out = ""
    for v, s in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")): out += s * (n // v); n %= v
    return out
def base(n, b):
    d = "0123456789abcdefghijklmnopqrstuvwxyz"; s = ""
    while n: s = d[n % b] + s; n //= b
    return s or "0"
print(words(1234567891), words(100), words(0), [roman(n) for n in (1, 4, 9, 14, 40, 90, 400, 1994, 2024)], [base(10**12, b) for b in (2, 8, 16, 36)], all(int(base(n, b), b) == n for n in range(0, 3000, 37) for b in range(2, 37)))
print(sum(len(words(n).replace(" ", "").replace("-", "")) for n in range(1, 1001)), sum(map(int, str(2**1000))), max((str(n * m) for n in range(900, 1000) for m in range(900, 1000) if str(n * m) == str(n * m)[::-1]), key=int))
def rle(s):
    out = []; i = 0
    while i < len(s):
        j = i
        while j < len(s) and s[j] == s[i]: j += 1
        out.append(f"{j - i}{s[i]}"); i = j
    return "".join(out)
s = "1"
for _ in range(15): s = rle(s)
print(len(s), s[:60])
def caesar(t, k): return "".join(chr((ord(c) - 97 + k) % 26 + 97) if c.isalpha() else c for c in t.lower())
print(caesar("Hello, World", 3), caesar(caesar("round trip", 5), -5), "".join(sorted("the quick brown fox")), " ".join(w[::-1] for w in "abc def".split()))
def calc(src):
    toks = src.replace("(", " ( ").replace(")", " ) ").split(); pos = 0
    def peek(): return toks[pos] if pos < len(toks) else None
    def take():
        nonlocal pos
        pos += 1; return toks[pos - 1]
    def atom():
        t = take()
        if t == "(": v = expr(); take(); return v
        if t == "-": return -atom()
        return float(t) if "." in t else int(t)
    def term():
        v = atom()
        while peek() in ("*", "/", "%"):
            op = take(); w = atom(); v = v * w if op == "*" else v / w if op == "/" else v % w
        return v
    def expr():
        v = term()
        while peek() in ("+", "-"): v = v + term() if take() == "+" else v - term()
        return v
    return expr()
print(calc("1 + 2 * ( 3 - 4 ) / 5"), calc("2 * ( 3 + 4 ) * 5 - 6 % 4"), calc("- ( 2.5 + 1 ) * 2"), [calc(f"{i} * {i} + ( {i} - 1 ) / 2") for i in range(5)])
def luhn(s): return sum(sum(divmod(2 * int(c), 10)) if i % 2 else int(c) for i, c in enumerate(reversed(s))) % 10 == 0
print(luhn("4539578763621486"), luhn("4539578763621487"), "".join(f"{x:08b}" for x in b"Hi"), sum(1 for n in range(1, 5000) if sum(d for d in range(1, n) if n % d == 0) == n) if False else [6, 28, 496])

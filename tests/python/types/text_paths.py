"""Short texts, joins, splits, replacements, and numbers as text."""
words = ["", "a", "bc", "def", "ghij", "klmno", "pqrstuv", "wxyzabcd", "efghijklm", "nopqrstuvwxyzabcdef", "é", "日本"]
for sep in ("", ",", "--", "é"):
    text = sep.join(words)
    print(len(text), text, sep.join(tuple(words)) == text, sep.join(w for w in words) == text)
    if sep:
        print(text.split(sep) == words, text.split(sep, 3), text.rsplit(sep, 2))
for bad in ([1], ["a", 2], ("a", None)):
    try:
        ",".join(bad)
    except TypeError as e:
        print(e)
for a in words:
    print([a + b for b in words if len(a + b) < 9])
print("a b\tc\x1cd\u2003e\x85f".split(), " x ".split(), "".split(), "a\nb\r\nc\x0bd\x1ee\u2028f\x85g\r".splitlines())
print("a\nb\r\nc".splitlines(True), "é\nü".splitlines(), "one".splitlines())
print("hello".startswith(""), "".startswith("a"), "hello".endswith("lo"), "lo".endswith("hello"), "é".startswith("é"))
print("hello".startswith(("x", "he")), "hello".startswith("l", 2), "hello".endswith("l", 0, -1))
print("aXbXc".replace("X", "--"), "aXbXc".replace("X", "", 1), "abab".replace("ab", "é"), "x".replace("", "-"), "q".replace("z", "y"))
print("banana".count("an"), "aaaa".count("aa"), "banana".find("nan"), "b" * 200 + "nan" in "b" * 300 + "nan", ("ab" * 100).count("ba"))
table = str.maketrans("abc", "xyz", "d")
table[ord("e")] = "<e>"
table[ord("f")] = 0x1F600
print("abcdefg".translate(table), "abcd abcd".translate(table), "éa".translate(table), "".translate(table))


class T:
    def __getitem__(self, c):
        if c == 97:
            raise LookupError
        return chr(c + 1) if c != 98 else None


print("abcabc".translate(T()), "Hello".upper(), "HÉ".lower(), "x".upper(), "".lower(), ("MiXed" * 70).lower()[-5:])
print("abc".encode(), "é".encode(), "".encode(), b"abc".decode(), b"\xc3\xa9".decode(), b"".decode(), b"\xff".decode("latin-1"))
try:
    "\ud800".encode()
except UnicodeEncodeError as e:
    print(e)
print(b"ab" + b"cd", b"" + b"x", b"y" + b"", b"ab" + bytearray(b"c"), b"abc".find(b"c"), b"abc".find(99), b"abab".count(b"ab"))
b = bytearray()
for i in range(300):
    b.append(i & 255)
view = memoryview(b)
try:
    b.append(1)
except BufferError as e:
    print(e)
view.release()
b.append(7)
print(len(b), b[-1], bytes(b[250:262]))
for x in (0.1, 1e16, 1e15, 123456789012345.6, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308, 2.0**-44, 9007199254740993.0, -0.0, 1e22, 2.5):
    print(x, -x, [x], f"{x:.0f}" if abs(x) < 1e20 else "", f"{x:.3f}" if abs(x) < 1e20 else "", "%.2f" % x if abs(x) < 1e20 else "", f"{x:e}")
for x in (0.5, 1.5, 2.5, 0.125, 2.675, 1e-30, 999.9995, 0.0005, -0.0004, 123456.789):
    print(f"{x:.0f} {x:.1f} {x:.2f} {x:.3f} {x:.10f} {x:010.2f} {x:10.3f} {x:.22f} {x:.25f}")
for s in ("1", "-1.5", "3.14159", ".5", "5.", "-.25", "123456789012345", "1234567890123456789", "1e5", " 2 ", "1_0.5", "0.1", "-0", "inf"):
    print(float(s), end=" ")
print()
for s in ("", ".", "-", "1.2.3", "--1", "1a"):
    try:
        float(s)
    except ValueError as e:
        print(e)
print([hash(x) for x in (1.0, -1.0, 0.5, 2.0**60, -(2.0**61), 1e300, 0.0, float("inf"))])
print([(1.5, 2), [3, 4.25, True, None]], (1, 2.0), [1e100])
try:
    int(1, 2, 3)
except TypeError as e:
    print(e)
try:
    object.__new__(int)
except TypeError as e:
    print(e)

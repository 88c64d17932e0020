# flags: -W ignore
s = "Hello, World"
print(s.upper(), s.lower(), s.swapcase(), s.title(), s.capitalize(), s.casefold(), "ß".upper(), "ŉ".upper(), "İ".lower(), "ΑΣ".lower(), "ǆ".title(), "ﬁ".capitalize(), "Straße".casefold())
print(s.find("o"), s.find("o", 5), s.rfind("o"), s.find("zz"), s.index("W"), s.count("l"), s.count(""), "".find(""), "abc".find("", 3), "abc".find("", 4), "aaa".count("aa"), s.startswith("He"), s.startswith(("x", "H")), s.endswith("ld", -2), s.startswith("World", 7))
print(s.split(","), s.split(), " a  b ".split(), " a  b ".split(" "), "a,b,c".split(",", 1), "a,b,c".rsplit(",", 1), "".split(), "".split(","), "a\nb\r\nc\x0bd\u2028e".splitlines(), "a\nb\n".splitlines(True), "  x y  ".split(None, 1), "  x y  ".rsplit(None, 1))
print(s.partition(", "), s.rpartition("o"), s.partition("zz"), s.rpartition("zz"), "-".join("abc"), "".join([]), ",".join(["x"]), s.replace("l", "L"), s.replace("l", "L", 2), s.replace("", "-"), "".replace("", "x"), "aaa".replace("aa", "b"))
print("  x ".strip() + "|", "xxhixx".strip("x"), "abcba".strip("ab"), "  x ".lstrip() + "|", "  x ".rstrip() + "|", "\u3000x\xa0".strip(), "prefix-x".removeprefix("prefix-"), "x.py".removesuffix(".py"), "x".removesuffix(""))
print("x".center(5) + "|", "x".center(6, "*"), "ab".center(5, "*"), "x".ljust(3, ".") + "|", "x".rjust(3, "."), "42".zfill(5), "-42".zfill(5), "+x".zfill(4), "a\tb\tc".expandtabs(4), "ab\t|".expandtabs(), "\t".expandtabs(0))
preds = "isalpha isdigit isdecimal isnumeric isalnum isspace isupper islower istitle isidentifier isprintable isascii".split()
for t in ("", "abc", "ABC", "Abc Def", "123", "²", "½", "١", "a1", " \t\n", "é", "class", "_x1", "1x", "\x00", "\u200b", "中", "A1"):
    print(repr(t), [p for p in preds if getattr(t, p)()])
print(s[0], s[-1], s[2:5], s[::-1], s[::3], s[10:0:-2], s[100:], s[-100:3], s[5:2], s * 2, "x" * 0, "x" * -1, "lo" in s, "" in s, "z" not in s, len(s), min(s), max(s))
u = "naïve café 日本 😀 e\u0301"
print(len(u), u[3], u[-2:], u[::-1] == "".join(reversed(u)), u.encode(), u.encode("utf-16-le")[:8], u.encode("ascii", "replace"), u.encode("ascii", "xmlcharrefreplace"), u.encode("latin-1", "ignore"), u.encode("ascii", "backslashreplace"), u.encode("ascii", "namereplace")[:40], u.find("日"), u.index("😀"), u.split(), [ord(c) for c in u[-3:]], u.upper())
print("abc".translate({97: "X", 98: None, ord("c"): "yz"}), str.maketrans("ab", "xy", "z"), "abz".translate(str.maketrans("ab", "xy", "z")), str.maketrans({"a": 1}), "a" < "b", "a" < "aa", "Z" < "a", "é" > "z", "a" == "a", "abc" != "abd")
for bad in ("'a'.index('z')", "'a'.rindex('z')", "'a'.split('')", "'a'.join([1])", "'a' + 1", "'a'[5]", "'a'['x']", "'a'.encode('nope')", "'é'.encode('ascii')", "'\\ud800'.encode()", "b'\\xff'.decode()", "'a'.center(5, 'xx')", "'a'.startswith(1)", "'a'.replace('a')", "'a' * 'b'", "'a' in 5", "1 in 'a'", "'a'.partition('')", "'a'.zfill('x')", "str(b'a', 'ascii', 'strict', 1)", "str(5, 'ascii')", "'%s %s' % ('a',)", "'%z' % 1", "'%' % ()", "'%d' % '1'", "'%c' % 'ab'", "'%c' % -1", "'%(a)s' % (1,)", "'%(a)s' % {}", "'%*d' % ('a', 1)", "'abc'.removeprefix(1)", "'{}'.format()", "'{0}{}'.format(1)", "'{}{0}'.format(1)", "'{a}'.format()", "'{'.format()", "'}'.format()", "'{0.x}'.format(1)", "'{0[5]}'.format([])", "'{!z}'.format(1)", "'{:d}'.format('s')", "'{a'.format(a=1)", "''.join(5)", "chr(1.0)", "str.maketrans('a')", "str.maketrans('a', 'bc')"):
    try: print(bad, "=", repr(eval(bad)))
    except Exception as e: print(bad, "->", type(e).__name__, e)
print(str(b"ab", "ascii"), str(b"a"), str(), str(None), str(object)[:8], repr("a'b"), repr('a"b\''), ascii("é"), "a" "b", "\N{SNOWMAN}", len("\U0001F600"))
print(sorted("hello"), list("abc"), tuple("ab"), set("aa"), "abc".__contains__("b"), "a".__add__("b"), "a".__mul__(3), "%s" % ("x",), "abc".__getitem__(1), "x".__eq__(1), "é" == "e\u0301")
big = "ab" * 1000 + "é" + "cd" * 1000
print(len(big), big[2000], big[2001], big[-1], big.find("é"), big.count("c"), big[1999:2003], big.rfind("b"), hash(big) == hash("ab" * 1000 + "é" + "cd" * 1000))

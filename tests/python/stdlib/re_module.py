import re
print(re.match(r"(\d+)-(\w+)", "12-ab cd").groups(), re.search(r"b+", "aabbb").span(), re.findall(r"\d", "a1b2"), re.findall(r"(\w)(\d)", "a1b2"), re.split(r"[,;]\s*", "a, b;c"), re.split(r"(,)", "a,b"), re.sub(r"\d", "#", "a1b2"), re.sub(r"(\w)(\d)", r"\2\1", "a1b2"), re.sub("a", lambda m: m.group().upper(), "banana", count=2), re.subn("a", "", "banana"), re.fullmatch("a+", "aaab"), re.escape("a.b*c"), re.compile("x", re.I).flags & re.I)
m = re.match(r"(?P<y>\d{4})-(?P<m>\d\d)(?:-(?P<d>\d\d))?", "2024-05"); print(m.groupdict(), m["y"], m.group(1, 2), m.start("m"), m.end(), m.lastgroup, m.lastindex, m.re.groups, m.re.groupindex, m.string, m.pos, m.expand(r"\g<m>/\g<y>"), m.groups("none"), m)
tests = [(r"^a.c$", "abc"), (r"a|b|c", "c"), (r"(a|ab)(c|bcd)(d*)", "abcd"), (r"a*?b", "aaab"), (r"(?=ab)a", "ab"), (r"a(?!b)", "ac"), (r"(?<=a)b", "ab"), (r"(?<!a)b", "cb"), (r"\bfoo\b", "a foo b"), (r"(\w+) \1", "hey hey"), (r"(?i)ABC", "abc"), (r"(?s)a.b", "a\nb"), (r"(?m)^b", "a\nb"), (r"(?x) a  b # c", "ab"), (r"[^a-c]+", "abcdef"), (r"\s+\S", "  x"), (r"a{2,3}", "aaaa"), (r"a{2,3}?", "aaaa"), (r"(?:ab)+", "ababab"), (r"[\w.]+@[\w.]+", "me x@y.z"), (r"(?P<a>x)(?P=a)", "xx"), (r"(a)?(?(1)b|c)", "ab"), (r"(a)?(?(1)b|c)", "c"), (r"a++b", "aaab"), (r"(?>a+)ab", "aaab"), (r"é+", "ééé"), (r"[à-ü]", "xé"), (r"\d+", "١٢"), (r"(?a)\d+", "١٢3"), (r"\Aab\Z", "ab"), (r"[]x]+", "]x"), (r"\x41\u0042\101", "ABA"), (r"$", "ab"), (r"", "ab"), (r"(a*)*", "aa"), (r"(?:a|b)*?c", "ababc"), (r"x*", "aaa"), (r"\N{DIGIT ONE}", "1"), (r"a.*b.*c", "a1b2c3"), (r"(?i:A)b", "ab"), (r"(?-i:A)b", "Ab")]
for p, s in tests:
    r = re.search(p, s); print(p, repr(s), r and (r.span(), r.group(), r.groups()))
for bad in (r"(", r")", r"[", r"*", r"a**", r"(?P<1>a)", r"(?P<a>x)(?P<a>y)", r"\1", r"(?P=zz)", r"a{3,2}", r"(?<=a+)b", r"\q", r"[z-a]", r"(?z)", r"(?P<a", r"x(?i)", "\\", r"(?#", r"[a", r"(?(5)a)", r"\g", r"a{99999999999}", r"(?:"):
    try: re.compile(bad); print(bad, "fine")
    except (re.error, OverflowError) as e: print(bad, "->", e)
p = re.compile(r"a(\d)"); print(p, p.findall("a1 a2", 2), p.search("xa1", 1).start(), [m.group(1) for m in p.finditer("a1a2a3")], p.split("xa1ya2z"), p == re.compile(r"a(\d)"), re.sub(r"x*", "-", "abxd"), re.sub("", "-", "ab"), re.findall(r"", "ab"), re.split(r"x*", "axbc"), re.findall(r"\b", "a b"), re.sub(r"\b", "|", "a b"))
print(re.findall(rb"\w+", b"by tes"), re.sub(rb"a", b"b", b"aa"), re.match(r"(a)|(b)", "b").groups(), re.findall("(?i)straße|ſ", "STRASSE s"), re.RegexFlag.I | re.M, re.compile("a", re.I | re.X), re.sub("(?P<n>a)", r"\g<n>\g<0>\n\t", "a"))
try: re.match("a", b"a")
except TypeError as e: print(e)
try: re.sub("a", r"\5", "a")
except re.error as e: print(e)
print(len(re.findall(r"\w+", "word " * 500)), re.match(r"(?:(?:a)|(?:b))*", "ab" * 1000).end(), re.search(r"(x+x+)+y", "x" * 18) is None, re.sub(r"(.)(.)", r"\2\1", "abcdef"), re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\s+", None), (r"\w+", lambda s, t: t)]).scan("12 ab"))

"""Text: csv, json, re, textwrap, difflib, string templates, unicode."""
import csv, difflib, io, json, re, string, textwrap, unicodedata
from collections import Counter, OrderedDict
from itertools import groupby

DATA = """name,city,amount,when
"Müller, Jörg",Köln,"1.234,50",2024-01-31
O'Brien,Cork,17,2024-02-29
"Quote ""Q"" Smith",New York,-3.5,2023-12-01
Ana,Köln,88.25,2024-02-01
,Nowhere,,2024-13-01
"""

rows = list(csv.DictReader(io.StringIO(DATA)))
for r in rows:
    print(json.dumps(r, ensure_ascii=False, sort_keys=True))


def number(text):
    text = text.strip()
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})*,\d+", text):
        text = text.replace(".", "").replace(",", ".")
    return float(text) if text else None


for city, group in groupby(sorted(rows, key=lambda r: (r["city"], r["name"])), key=lambda r: r["city"]):
    group = list(group)
    nums = [n for r in group if (n := number(r["amount"])) is not None]
    print(f"{city:<10}{len(group):>3}{sum(nums):>12,.2f} {', '.join(r['name'] or '?' for r in group)}")

out = io.StringIO()
w = csv.writer(out, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
w.writerow(["a;b", 1, 2.5, None, 'x"y'])
w.writerows([[1, "two\nlines"], ["", True]])
print(out.getvalue())
print(list(csv.reader(["a|'b|c'|d", "x||"], delimiter="|", quotechar="'")), csv.Sniffer().sniff("a\tb\tc\n1\t2\t3\n").delimiter == "\t")
try:
    list(csv.DictReader(io.StringIO("a,b\n1,2,3\n4"), restkey="more", restval="-")) and print(
        list(csv.DictReader(io.StringIO("a,b\n1,2,3\n4"), restkey="more", restval="-")))
    csv.writer(out, quoting=csv.QUOTE_NONE).writerow(["a,b"])
except csv.Error as e:
    print("csv.Error:", e)

text = """The quick brown fox jumps over the lazy dog. The dog sleeps; the fox does not.
It's a well-known sentence, isn't it?"""
words = Counter(re.findall(r"[a-z]+(?:['-][a-z]+)*", text.lower()))
print(words.most_common(4), sum(words.values()))
print(textwrap.fill(text, 30, initial_indent="* ", subsequent_indent="  "))
print(textwrap.shorten(text, 40), textwrap.dedent("    a\n      b\n    c").split("\n"), sep="\n")
print(re.sub(r"(?P<first>\w+) (?P<second>\w+)", lambda m: f"{m['second'].upper()} {m['first']}", "one two three four five"))
print(re.split(r"([,;])\s*", "a, b;c ,d"), re.sub(r"\b(\w)(\w*)", r"\2\1ay", "pig latin here"))
print([m.span() for m in re.finditer(r"(?<=t)h(?=e)", text.lower())], re.escape("a.b*c[d]"))
log = re.compile(r"""
    ^(?P<host>\S+)\s+\[(?P<when>[^]]+)\]\s+
    "(?P<verb>GET|POST)\s(?P<path>\S+)"\s(?P<status>\d{3})$""", re.X | re.M)
for m in log.finditer('a.b [10/Oct] "GET /x?y=1" 200\nbad line\nc.d [11/Oct] "POST /z" 404'):
    print(m.groupdict())
a, b = "one\ntwo\nthree\nfour\n".splitlines(1), "one\n2\nthree\nfour\nfive\n".splitlines(True)
print("".join(difflib.unified_diff(a, b, "a.txt", "b.txt")), difflib.get_close_matches("appel", ["ape", "apple", "peach"]))
print(string.Template("$who likes ${what}; $$5 for $unknown").safe_substitute(who="tim", what="kung pao"))
try:
    string.Template("$who and $other").substitute(who=1)
except KeyError as e:
    print("KeyError", e)
s = "Straße ﬁn Ǆ ÀÉ 中文 e\u0301"
print(s.upper(), s.casefold(), s.title(), unicodedata.normalize("NFC", s)[-1], len(s), s.encode()[-6:], ascii(s))
print([unicodedata.name(c, "?") for c in "ßﬁ中"], "".join(c for c in unicodedata.normalize("NFD", "Crème Brûlée") if not unicodedata.combining(c)))
doc = {"a": [1, 2.0, None, True], "b": {"nested": {"x": "é\n\t\"\u2028"}}, "c": 1e100, "n": float("inf")}
print(json.dumps(doc, indent=1), json.dumps(doc, separators=(",", ":")), json.loads('{"k": [1, 2e3, "\\ud83d\\ude00"]}', object_pairs_hook=OrderedDict))
for bad in ['{"a": 1,}', "[1, 2", '"\\x"', "nul", '{"a" 1}', "[1] 2", "", '"\t"']:
    try:
        json.loads(bad)
    except json.JSONDecodeError as e:
        print(f"{bad!r:12} {e.msg} | {e} | {e.pos} {e.lineno} {e.colno}")

import json
print(json.dumps({"a": [1, 2.5, None, True, "é\"\\\n\t\x01", {"n": {}}], 1: "int key", None: 0, True: 1, 2.5: "f"}), json.dumps("é", ensure_ascii=False), json.dumps([1, {"b": 2, "a": 1}], indent=2, sort_keys=True), json.dumps([1, 2], separators=(",", ":")), json.dumps((1, 2)), json.dumps([float("nan"), float("inf"), 1e100, 0.1, -0.0, 10**30]), json.dumps("😀"), json.dumps({}), json.dumps([]), json.dumps([[], {}], indent=1), json.dumps({"a": 1}, indent="\t"))
print(json.loads('{"a": [1, -2.5e3, null, true, false, "\\u00e9\\n\\ud83d\\ude00"], "b": {}}'), json.loads("12345678901234567890123"), json.loads("1E5"), json.loads(' [1 , 2 ] '), json.loads(b'"by"'), json.loads("NaN"), json.loads("-Infinity"), json.loads('"\\/"'), json.loads("1.5", parse_float=str), json.loads("5", parse_int=lambda s: s + "!"), json.loads('{"a":1,"a":2}'), json.loads('{"a": 1}', object_pairs_hook=list), json.loads('{"x": {"y": 1}}', object_hook=lambda d: sorted(d)), json.loads("0"), json.loads("-0"), json.loads("-0.0"))
for bad in ("", "{", "[1,", "[1,]", '{"a"}', '{"a":}', '{"a":1,}', "{'a':1}", "nul", "01", "1.", ".5", "+1", '"abc', '"\x01"', '"\\x"', '"\\u12"', "[1] x", "{1:2}", "tru", "-", "[1 2]", '{"a" 1}', "\ufeff1"):
    try: print(repr(bad), json.loads(bad))
    except json.JSONDecodeError as e: print(repr(bad), "->", e, (e.pos, e.lineno, e.colno))
for bad in ({1, 2}, object, 1j, b"x", {(1,): 2}, [lambda: 1]):
    try: print(json.dumps(bad))
    except TypeError as e: print(e, getattr(e, "__notes__", ""))
try: json.dumps(float("nan"), allow_nan=False)
except ValueError as e: print(e)
l = []; l.append(l)
try: json.dumps(l)
except ValueError as e: print(e)
class E(json.JSONEncoder):
    def default(self, o): return {"set": sorted(o)} if isinstance(o, set) else super().default(o)
print(json.dumps({"s": {2, 1}}, cls=E), json.dumps(1j, default=str), json.dumps({(1,): 1, "a": 2}, skipkeys=True), list(json.JSONEncoder().iterencode([1, {"a": 2}])), json.JSONDecoder().raw_decode("[1] rest"))
import io; f = io.StringIO(); json.dump([1], f); f.seek(0); print(json.load(f)); class_ = type("S", (str,), {}); print(json.dumps(class_("sub")), json.dumps(type("I", (int,), {})(5)), json.dumps(True), json.dumps(__import__("enum").IntEnum("X", "A").A))
big = {"k%d" % i: [i, str(i), {"n": i / 3}] for i in range(200)}; print(json.loads(json.dumps(big)) == big, len(json.dumps(big)), json.loads(json.dumps(big, indent=4)) == big)

# flags: -W ignore
d = {"a": 1, "b": 2}
d["c"] = 3; d.update(d=4, a=10); d.update([("e", 5)]); d.update({"f": 6}, g=7); print(d, len(d), d["a"], d.get("z"), d.get("z", 0), "a" in d, "z" in d)
print(d.pop("a"), d.pop("zz", None), d.popitem(), d.setdefault("b", 9), d.setdefault("n", []), d, list(d.keys()), list(d.values()), list(d.items()), list(reversed(d)))
del d["b"]; d["b"] = "moved to the end"; d["c"] = "kept in place"; print(d)
print(dict(a=1), dict([(1, 2)]), dict({1: 2}, b=3), dict(zip("ab", [1, 2])), dict.fromkeys("ab"), dict.fromkeys([1, 2], 0), {**{"x": 1}, "y": 2}, {"x": 1} | {"x": 2, "y": 3}, {1: 2} == {1: 2.0}, {1: 2} != {1: 3}, {1: 1, 2: 2} == {2: 2, 1: 1})
e = {1: 1}; e |= {2: 2}; e |= [(3, 3)]; print(e, e.copy() is e, bool({}), {}.get(1), {(1, 2): "t"}[1, 2], {None: 1, True: 2, 1.5: 3})
k, v, i = d.keys(), d.values(), d.items()
print(k & {"c", "q"}, sorted(k | {"q"}), sorted(k - {"c"}), sorted(k ^ {"c", "q"}), ("c", "kept in place") in i, "c" in k, len(v), k == set(d), {"c"} < k, k.isdisjoint(["zz"]), k.mapping == d, repr(k)[:12], sorted(map(str, i & {("c", "kept in place")})))
d["new"] = 1; print("new" in k, list(k)[-1])
for bad in ("{}['x']", "{}.popitem()", "{}.pop('x')", "{[]: 1}", "dict(5)", "dict([1])", "dict([(1, 2, 3)])", "dict(['ab', 'c'])", "{} + {}", "{} < {}", "dict(**{1: 2})", "{}.update(5)", "dict([1, 2], [3])", "{1: 2} | [(1, 2)]", "dict.fromkeys(5)", "{}.get()", "{1: 2}[[]]", "exec('del {}[1]')", "{}.fromkeys([[]])", "hash({})", "{}.keys()[0]", "dict(1, 2)"):
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
r = {}; r["self"] = r; print(r)
class D(dict):
    def __missing__(self, k): self[k] = v = k * 2; return v
m = D(); print(m["ab"], m, m.get("zz"), "q" in m)
def change():
    x = {i: i for i in range(5)}
    out = []
    for how in ("x[99] = 1", "del x[4]", "x[0] = 5", "x.clear()"):
        y = dict(x)
        try:
            for key in y:
                exec(how.replace("x", "y")); out.append(key)
                if len(out) > 20: break
            out.append("done")
        except RuntimeError as e: out.append(str(e))
    return out
print(change())
b = {}
for n in range(1000): b[n] = n * n
for n in range(0, 1000, 2): del b[n]
for n in range(500): b[-n] = n
print(len(b), sum(b), sum(b.values()), list(b)[:5], list(b)[-3:], b[999], -499 in b)
f = {1.0: "float", 2**70: "big", "1": "str", b"1": "bytes", (1,): "tup", frozenset([1]): "fs", None: "n", len: "f"}
print(f[1], f[2**70], f["1"], f[b"1"], f[(1,)], f[frozenset([1])], f[None], f[len], True in f)
print(sorted({"b": 1, "a": 2}.items(), key=lambda kv: kv[1]), max({"a": 3, "b": 1}, key={"a": 3, "b": 1}.get), {v: k for k, v in {"a": 1}.items()}, list({}.items()), [*{"a": 1}.values()], next(iter({5: 6}.items())), list(reversed({1: 2, 3: 4}.items())))
class Key(str): pass
print({Key("a"): 1}["a"], {"a": 1}[Key("a")], type(next(iter({Key("a"): 1}))).__name__)
print({i % 7: i for i in range(50)}, {x: {y: x * y for y in range(2)} for x in range(3)}, dict(a=dict(b=dict(c=1)))["a"]["b"]["c"])

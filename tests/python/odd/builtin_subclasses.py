# also: -X spec-threshold=4
class I(int):
    def __add__(self, o): return "I.add"
    def __getitem__(self, i): return "I.item"
    def __bool__(self): return False
    def __eq__(self, o): return "I.eq"
    __hash__ = int.__hash__
class F(float):
    def __mul__(self, o): return "F.mul"
    def __lt__(self, o): return "F.lt"
class S(str):
    def __getitem__(self, i): return "S.item"
    def __len__(self): return 99
    def __iter__(self): return iter("S.iter")
    def __eq__(self, o): return True
    __hash__ = str.__hash__
class L(list):
    def __getitem__(self, i): return "L.item"
    def __len__(self): return 42
    def __iter__(self): yield "L.iter"
    def append(self, x): super().append(("L", x))
    def __contains__(self, x): return "yes"
class D(dict):
    def __getitem__(self, k): return "D.item"
    def __iter__(self): return iter(["D.iter"])
    def get(self, k, d=None): return "D.get"
    def __contains__(self, k): return False
    def __setitem__(self, k, v): super().__setitem__(k, ("D", v))
class T(tuple):
    def __getitem__(self, i): return "T.item"
    def __len__(self): return 7
def use(x, y): return x + y
for _ in range(60): use(1, 2)
print(use(I(1), 2), use(1, I(2)), I(5)[0], bool(I(5)), not I(5), I(1) == 5, I(3) * 2, type(I(3) * 2).__name__, I(7), hash(I(7)), [10, 20][I(1)] )
print(F(2) * 3, 3 * F(2), F(1) < 0, F(2) + 1, 1.5 * F(2), sum([F(1), F(2)]), max(F(1), F(2)))
s = S("abc"); print(s[0], len(s), list(s), s == "zzz", s.upper(), s + "d", "abc" == s, s in ("q",), f"{s}", s.join("xy"), str(s), {"abc": 1}[s])
l = L([1, 2]); l.append(3); print(l[0], len(l), list(l), 5 in l, l, [*l], sum(1 for _ in l), sorted(map(str, l)), bool(l), l == [1, 2, ("L", 3)], list.__len__(l), max(l))
d = D(a=1); d["b"] = 2; print(d["x"], list(d), d.get("q"), "a" in d, d, dict(d), {**d}, len(d), dict.__getitem__(d, "b"), sorted(d.keys()), d.pop("a")); d.update(c=3); print(dict.__getitem__(d, "c"), d.setdefault("e", 4))
t = T((1, 2)); a, b = t; print(t[0], len(t), a, b, tuple(t), list(t), t + (3,), t == (1, 2), [x for x in t])
for x, i in ((l, 0), ([5], 0), (t, 0), ((6,), 0), (d, "k"), ({"k": 7}, "k"), (s, 0), ("z", 0)):
    for _ in range(30): r = x[i]
    print(r, end=" ")
print()
def f(*a, **k): return a, k
print(f(*l), f(*t), f(**D(z=1)), f(*D(z=1)))
class B(bytes):
    def __getitem__(self, i): return "B.item"
class Fs(frozenset):
    def __contains__(self, x): return "always"
print(B(b"ab")[0], list(B(b"ab")), 9 in Fs([1]), Fs([1]) | {2}, type(Fs([1]) | {2}).__name__, Fs([1]) == {1})
class R:
    def __radd__(self, o): return ("radd", o)
class E(I):
    def __radd__(self, o): return "E.radd"
print(1 + R(), "s" + R() if False else "", [1] + R() if hasattr(R, "__radd__") else "", I(1) + E(2), 1 + E(2))

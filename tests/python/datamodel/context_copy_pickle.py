import copy, pickle
class P:
    def __init__(self, x, y): self.x, self.y = x, y
    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)
    def __repr__(self): return f"P({self.x}, {self.y})"
p = P(1, [2, 3]); s = copy.copy(p); d = copy.deepcopy(p)
s.y.append(4); print(p, s, d)
l = [1]; l.append(l); m = copy.deepcopy(l); print(m, m[1] is m, m is not l)
shared = [0]; t = copy.deepcopy([shared, shared]); print(t[0] is t[1])
class Custom:
    def __init__(self, v): self.v = v
    def __copy__(self): return Custom(("copied", self.v))
    def __deepcopy__(self, memo): return Custom(("deep", copy.deepcopy(self.v, memo)))
print(copy.copy(Custom(1)).v, copy.deepcopy(Custom([1])).v)
class State:
    def __init__(self): self.a, self.b = 1, 2
    def __getstate__(self): return {"a": self.a}
    def __setstate__(self, s): self.__dict__.update(s, restored=True)
st = copy.copy(State()); print(vars(st))
class Red:
    def __reduce__(self): return (P, (7, 8))
print(copy.copy(Red()), copy.deepcopy({"k": (1, [2])}), copy.copy([1, 2]), copy.copy({1}), copy.deepcopy(None), copy.copy(len) is len)
for proto in range(0, 6):
    for v in (None, True, 5, -2**70, 1.5, 2j, "stré", b"by", bytearray(b"ba"), [1, [2]], (1, 2, 3, 4), {"a": {1}}, frozenset([1]), range(3), slice(1, 2), P(1, 2), int, len, ..., float("inf"), "x" * 300, list(range(300))):
        assert repr(pickle.loads(pickle.dumps(v, proto))) == repr(v), (proto, v)
print("pickled")
print(pickle.dumps([1, "a", 2.5], 0), pickle.dumps((1, 2), 2))
q = pickle.loads(pickle.dumps(l, 2)); print(q[1] is q)
print(pickle.loads(pickle.dumps(st, 2)).restored)
for bad in (lambda: 1, (i for i in [1]), open):
    try: pickle.dumps(bad); print("pickled fine")
    except (pickle.PicklingError, TypeError, AttributeError) as e: print(type(e).__name__)
try: pickle.loads(b"garbage")
except Exception as e: print(type(e).__name__)
try: pickle.loads(b"")
except EOFError as e: print(e)
class New:
    def __new__(cls, a): o = super().__new__(cls); o.a = a; return o
    def __getnewargs__(self): return (self.a,)
print(pickle.loads(pickle.dumps(New(5), 2)).a)
print(copy.replace(__import__("types").SimpleNamespace(a=1, b=2), b=3))
class Slotted:
    __slots__ = ("u", "v")
o = Slotted(); o.u = 1; c = copy.deepcopy(o); print(c.u, hasattr(c, "v"))

class V:
    def __init__(self, n, log=True): self.n = n
    def __repr__(self): return f"V({self.n})"
def op(name):
    def m(self, o=None):
        return f"{name}({self.n}, {getattr(o, 'n', o)})"
    return m
names = "add sub mul truediv floordiv mod matmul lshift rshift and or xor".split()
for n in names:
    for p in ("__", "__r"):
        setattr(V, p + n + "__", op(p + n + "__"))
V.__pow__ = lambda s, o, m=None: f"pow {s.n} {o} {m}"
V.__rpow__ = lambda s, o, m=None: f"rpow {s.n} {o} {m}"
V.__divmod__ = op("divmod"); V.__rdivmod__ = op("rdivmod")
V.__neg__ = op("neg"); V.__pos__ = op("pos"); V.__invert__ = op("invert"); V.__abs__ = op("abs")
v = V(1)
import operator as o
for f in (o.add, o.sub, o.mul, o.truediv, o.floordiv, o.mod, o.matmul, o.lshift, o.rshift, o.and_, o.or_, o.xor, o.pow):
    print(f(v, 2), f(2, v), f(v, v))
print(divmod(v, 3), divmod(3, v), -v, +v, ~v, abs(v), pow(v, 2, 5))
class Sub(V):
    def __radd__(self, o): return "Sub.radd first"
print(v + Sub(2), Sub(3) + v)
class In:
    def __init__(self): self.t = []
    def __iadd__(self, o): self.t.append(o); return self
    def __imul__(self, o): return "replaced"
    def __isub__(self, o): return NotImplemented
    def __sub__(self, o): return "fallback sub"
i = j = In(); i += 1; i += 2; print(i is j, i.t); i -= 1; print(i); j *= 3; print(j)
class NI:
    def __add__(self, o): return NotImplemented
    def __eq__(self, o): return NotImplemented
    def __lt__(self, o): return NotImplemented
for e in ("NI() + 1", "1 + NI()", "NI() < 1", "NI() - 1", "NI() ** 2", "pow(NI(), 2, 3)", "NI() @ 1", "divmod(NI(), 1)", "-NI()", "NI() += 1" if False else "[] + NI()"):
    try: print(e, eval(e))
    except TypeError as x: print(e, "->", x)
x = NI()
try: x += 1
except TypeError as e: print(e)
try: x **= 1
except TypeError as e: print(e)
print(NI() == 1, NI() != 1, x == x)
class Cmp:
    def __init__(self, n): self.n = n
    def __eq__(self, o): print("eq", end=" "); return self.n == getattr(o, "n", o)
    def __lt__(self, o): print("lt", end=" "); return self.n < getattr(o, "n", o)
    def __le__(self, o): print("le", end=" "); return self.n <= getattr(o, "n", o)
print(Cmp(1) == Cmp(1), Cmp(1) != Cmp(2), Cmp(1) < Cmp(2), Cmp(1) > Cmp(2), Cmp(1) >= Cmp(0), 3 > Cmp(1), [Cmp(1)] == [Cmp(1)], Cmp(1) in [0, 1])
try: hash(Cmp(1))
except TypeError as e: print(e)
print(sorted([Cmp(3), Cmp(1), Cmp(2)])[0].n, max(Cmp(1), Cmp(5)).n)
class Weird:
    def __eq__(self, o): return "truthy"
    def __lt__(self, o): return []
    def __contains__(self, x): return "yes"
    def __bool__(self): return False
print(Weird() == 1, Weird() < 1, 1 in Weird(), not Weird(), Weird() != 1, 1 == Weird())
class BadBool:
    def __bool__(self): return 1
    def __len__(self): return -1
for e in ("bool(BadBool())", "len(BadBool())", "not BadBool()", "1 if BadBool() else 2"):
    try: eval(e)
    except (TypeError, ValueError) as x: print(e, "->", x)
class Len:
    def __len__(self): return 0
print(bool(Len()), "t" if Len() else "f")
class Ror(type):
    def __or__(cls, o): return "type or"
class UsesRor(metaclass=Ror): pass
print(UsesRor | 1)
class IntSub(int):
    def __radd__(self, o): return "IntSub radd"
    def __rmul__(self, o): return NotImplemented
print(1 + IntSub(2), 2 * IntSub(3), IntSub(2) + 1, sum([1, IntSub(2)]))

# flags: -W ignore
t = (3, 1, 2)
print(t, (), (1,), t + (4,), t * 2, t[0], t[-1], t[::-1], t[1:], len(t), 1 in t, t.index(2), t.count(3), sorted(t), max(t), sum(t), t < (3, 2), t == (3, 1, 2), hash(t) == hash((3, 1, 2)), tuple("ab"), tuple([1]), tuple(t) is t, tuple(), t[:] is t, () is ())
for bad in ("t[5]", "t['a']", "t + [1]", "t * 1.0", "t.index(9)", "tuple(5)", "tuple(1, 2)", "(1, 'a') < (1, 2)", "t < 5", "exec('t[0] = 1')", "exec('del t[0]')", "t.append(1)"):
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
x = ([],); x[0].append(x); print(x)
from collections import namedtuple
P = namedtuple("P", "x y z", defaults=[0]); p = P(1, 2); print(p, p.x, p._asdict(), p._replace(x=9), P._fields, P._field_defaults, P._make([1, 2, 3]), p == (1, 2, 0), p[1:], *p, P.x.__doc__, isinstance(p, tuple))
for bad in ("P()", "P(1, 2, 3, 4)", "P(1, q=2)", "namedtuple('Q', 'a a')", "namedtuple('Q', 'class')", "namedtuple('Q', '_a')", "p._replace(q=1)", "exec('p.x = 5')", "P._make([1])"):
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
print(namedtuple("R", "a class _x 1b", rename=True)._fields)
class T(tuple):
    def __new__(cls, *a): return super().__new__(cls, a)
    def total(self): return sum(self)
print(T(1, 2).total(), T(1, 2) + (3,), type(T(1) + (2,)).__name__, T(1, 2) == (1, 2), T(), bool(T()))
a, b = T(5, 6); print(a, b, (1, 2, 3) > (1, 2), (1, (2, 3)) < (1, (2, 4)), ((),) > (), (1, 2).__getnewargs__(), (1, 2).__mul__(2), (1,).__contains__(1.0))

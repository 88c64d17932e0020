from collections import *
c = Counter("mississippi"); print(c, c.most_common(2), c["z"], c + Counter("miss"), c - Counter("miss"), c & Counter("ss"), c | Counter("zz"), sorted(c.elements()), c.total(), +Counter(a=-1, b=2), -Counter(a=-1)); c.update("mm"); c.subtract("i"); print(c, Counter(a=1) == Counter(a=1, b=0), Counter(a=1) <= Counter(a=2)); del c["q"]
d = defaultdict(list); d["a"].append(1); d["b"]; print(d, d.get("zz"), dict(d), defaultdict(int, x=1) | {"y": 2}, defaultdict(None)); 
try: defaultdict(None)["k"]
except KeyError as e: print(repr(e))
try: defaultdict(5)
except TypeError as e: print(e)
q = deque([1, 2, 3], maxlen=4); q.append(4); q.append(5); q.appendleft(0); print(q, q.pop(), q.popleft(), q.rotate(1), q, q[0], q[-1], len(q), 2 in q, q.count(2), q.index(3), list(reversed(q)), q.maxlen); q.extend("ab"); q.extendleft("cd"); print(q); q.insert(1, "x") if len(q) < 4 else None; q.remove(q[1]); del q[0]; q[0] = "set"; q.reverse(); print(q, q.copy() == q, q + deque([1]), deque("ab") * 2, deque("a") < deque("b"))
for bad in ("deque().pop()", "deque([1])[5]", "deque([1]).remove(2)", "deque(maxlen=-1)", "deque([1], 1).insert(0, 2)", "deque(5)", "deque([1]).index(9)", "hash(deque())", "deque([1])[0:1]"):
    try: print(eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
o = OrderedDict(a=1, b=2, c=3); o.move_to_end("a"); print(o, o.popitem(), o.popitem(last=False), o == {"c": 3}, OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), list(reversed(OrderedDict(x=1, y=2)))); o.move_to_end("c", last=False)
m = ChainMap({"a": 1}, {"a": 2, "b": 3}); print(m["a"], m["b"], dict(m), m.new_child({"c": 1})["c"], m.parents, len(m), list(m)); m["z"] = 9; print(m.maps); 
try: m["nope"]
except KeyError as e: print(e)
class U(UserDict):
    def __setitem__(self, k, v): super().__setitem__(k.upper(), v)
print(U(a=1), U({"b": 2})["B"], UserList([1, 2])[1], UserString("ab").upper(), UserList([3, 1]) + [2])
P = namedtuple("P", ["x", "y"]); print(P(1, 2), P(x=1, y=2)._replace(x=5), P.__doc__, P(1, 2) < P(1, 3), [*P(1, 2)], P(1, 2)._asdict())
import collections.abc as abc
for t in (list, dict, set, str, range, int, deque, Counter, (i for i in ()).__class__, memoryview, bytes): print(t.__name__, [n for n in ("Iterable", "Iterator", "Sequence", "MutableSequence", "Mapping", "Set", "MutableSet", "Hashable", "Sized", "Container", "Callable", "Generator", "Reversible", "Collection", "Buffer") if issubclass(t, getattr(abc, n))])
class Seq(abc.Sequence):
    def __len__(self): return 3
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * 10
s = Seq(); print(list(s), 20 in s, s.index(10), s.count(0), list(reversed(s)))
class MM(abc.MutableMapping):
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __iter__(self): return iter(self.d)
    def __len__(self): return len(self.d)
mm = MM(); mm.update(a=1, b=2); print(mm.pop("a"), mm.setdefault("c", 3), dict(mm), mm == {"b": 2, "c": 3}, mm.popitem(), "b" in mm, list(mm.items()))
try: abc.Sequence()
except TypeError as e: print(e)

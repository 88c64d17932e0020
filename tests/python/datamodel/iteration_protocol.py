class Count:
    def __init__(self, n): self.n = n
    def __iter__(self): self.i = 0; return self
    def __next__(self):
        if self.i >= self.n: raise StopIteration
        self.i += 1
        return self.i
c = Count(4)
print(list(c), tuple(c), sum(c), max(c), 3 in c, 9 in c, [*c], dict(zip(c, "ab")) if False else "", sorted(c, reverse=True))
class Old:
    def __getitem__(self, i):
        if i >= 3: raise IndexError
        return i * i
print(list(Old()), 4 in Old(), 5 in Old(), list(reversed([1, 2])), next(iter(Old())))
class R:
    def __len__(self): return 3
    def __getitem__(self, i): return "abc"[i]
    def __reversed__(self): return "custom reversed"
print(reversed(R()), list(reversed("xyz")))
class R2:
    def __len__(self): return 3
    def __getitem__(self, i): return i
print(list(reversed(R2())))
print(list(iter(iter([3, 2, 1, 0, 5]).__next__, 0)))
it = iter([1, 2]); print(next(it), next(it), next(it, "d"), it.__length_hint__())
try: next(it)
except StopIteration as e: print("stop", e.args)
class Exhausts:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n == 2: raise StopIteration
        return self.n
e = Exhausts(); print(list(e), list(e)[:3] if False else next(e))
class Err:
    def __iter__(self): return self
    def __next__(self): raise ValueError("in next")
for f in (list, tuple, set, sum, sorted, max, lambda x: [*x], lambda x: 1 in x, dict, "".join, lambda x: list(map(str, x)), lambda x: list(zip(x)), lambda x: [y for y in x]):
    try: f(Err())
    except ValueError as e: print(e, end="; ")
print()
class BadIter:
    def __iter__(self): return 5
try: list(BadIter())
except TypeError as e: print(e)
try:
    for x in 5: pass
except TypeError as e: print(e)
z = zip([1, 2, 3], "ab"); print(list(z), list(z))
try: list(zip([1, 2], [1], strict=True))
except ValueError as e: print(e)
try: list(zip([1], [1, 2], strict=True))
except ValueError as e: print(e)
print(list(enumerate("ab", 5)), list(map(lambda *a: a, [1, 2], "xyz")), list(filter(None, [0, 1, "", "a"])), list(filter(lambda x: x > 1, [1, 2, 3])))
a = iter(range(5)); print(list(zip(a, a)))
m = map(int, ["1", "x"]); print(next(m))
try: next(m)
except ValueError as e: print(e)
try: list(map(lambda a, b: 1, [1], [2], strict=True)); list(map(lambda a, b: 1, [1], [], strict=True))
except ValueError as e: print(e)
class Contains:
    def __contains__(self, x): print("contains", x); return 5
print(1 in Contains(), 1 not in Contains())
class Hint:
    def __iter__(self): return iter([1, 2])
    def __length_hint__(self): raise ValueError("hint")
try: print(list(Hint()))
except ValueError as e: print(e)
import itertools
print([type(iter(x)).__name__ for x in ([], (), {}, set(), "", b"", range(1), {}.keys(), {}.items(), zip(), bytearray(), range(10**30))])
s = {1}; it = iter(s); s.add(2)
try: next(it)
except RuntimeError as e: print(e)
d = {1: 1}; it = iter(d); d[2] = 2
try: next(it)
except RuntimeError as e: print(e)
l = [1, 2]; out = []
for x in l:
    out.append(x)
    if len(l) < 6: l.append(x * 10)
print(out)
for x in l: l.remove(x)
print(l)

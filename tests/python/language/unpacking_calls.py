def f(*a, **k): return a, k
print(f(*[1], 2, *(3, 4), *{5: 0}, *"ab", *range(2)))
print(f(**{"a": 1}, b=2, **dict(c=3)))
class Seq:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * 10
print(f(*Seq()), [*Seq()], (*Seq(),))
a, b, c = Seq()
print(a, b, c)
class Map:
    def keys(self): return iter("xy")
    def __getitem__(self, k): return k * 2
print(f(**Map()), {**Map()}, dict(Map()))
def gen(): yield from (1, 2, 3)
x, *y = gen()
print(x, y)
(a, *b), *c = "xyz", 1, 2
print(a, b, c)
for i, *j in [(1, 2, 3), "ab", [9]]: print(i, j)
def ret(): return 1, *[2, 3]
print(ret())
print(*[1, 2], *"c", sep="-")
def y(): 
    yield 1, *[2]
print(list(y()))
d = {"a": 1}
print({"a": 0, **d, "b": 2}, {**d, "a": 5})
lst = [*[*[1]], *()]
print(lst, {*lst, *lst}, len((*range(1000),)))
for bad in ["[*1]", "{**1}", "{**[1]}", "f(*None)", "f(**None)", "a, b = 5", "a, b = {1}", "{*[[]]}"]:
    try: exec(bad)
    except (TypeError, ValueError) as e: print(bad, "->", type(e).__name__, e)
idx = {(1, 2): "t"}
print(idx[1, 2], idx[*[1, 2]])
class G:
    def __getitem__(self, k): return k
g = G()
print(g[1:2], g[::], g[1, 2:3], g[...], g[*"ab", 1:2], g[()], g[(1,)])

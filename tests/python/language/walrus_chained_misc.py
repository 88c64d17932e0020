print((a := 1) + (b := 2), a, b, [c := i for i in range(3)], c)
if (m := max(1, 2)) and (n := m + 1) > 2: print(m, n)
print(any((hit := x) > 3 for x in [1, 5, 9]), hit)
def f(x=(d := 7)): return x
print(f(), d, (lambda: (e := 5) * e)())
x = 5
print(1 < x < 10 < 20, 1 < x > 3, not x, x is x, x in [5] in [[5]], 0 <= x != 6)
def side(v, log=[]): log.append(v); return v
print(side(1) < side(3) < side(2) < side(9), side.__defaults__)
print([1, 2, 3][::-1][0], "abc"[1:][0], (1, 2) + (3,), *"xy", [*{1: 2}], {**{}, "a": 1}["a"])
print((lambda *, k=2: k)(), (lambda a, /, b=1: a + b)(1), (yield_ := 1))
t = 1, ; print(t, type(()), (1), ((1),))
print("a" if 0 else "b" if 0 else "c", not not 1, - -1, +-+1, ~~5, 2 ** -1, -2 ** 2, 2 ** 3 ** 0)
i = 0
def nxt():
    global i
    i += 1
    return i
d2 = {nxt(): nxt(), nxt(): nxt()}; print(d2)
l = [nxt(), nxt()]; l[0], l[1] = l[1], l[0]; print(l)
print(f"{nxt()}{nxt()}", "%s %s" % (nxt(), nxt()), nxt() + nxt() * nxt())
a, b = b, a = 1, 2; print(a, b)
class W:
    y = [z := 1, z + 1]
print(W.y, W.z)
for q in (w := [1, 2]): w.append(3) if len(w) < 4 else None
print(w, q)
print([*range(3)] == list(range(3)), {*()} == set(), (*(),) == ())
try: (undefined := undefined + 1)
except NameError as e: print(e)
del a, b
print([x for x in range(10) if x % 2 == 0 if x > 3], [(i, j) for i in range(2) for j in "ab" if i], sum(1 for _ in ()))

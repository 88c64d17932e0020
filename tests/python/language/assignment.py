a = b = c = 3
print(a, b, c)
x, y = 1, 2
x, y = y, x
print(x, y)
first, *rest = range(5)
print(first, rest)
*init, last = "abcd"
print(init, last)
h, *m, t = (1, 2)
print(h, m, t)
[p, (q, [r, *s])] = 1, (2, [3, 4, 5])
print(p, q, r, s)
l = [0] * 5
l[1:3] = [7, 8, 9]
print(l)
l[::2] = "xyz"
print(l)
i = 0
i, l[i] = 2, "set at two"
print(i, l)
class O: pass
o = O()
o.a, o.b = "ab"
print(o.a, o.b)
o.n = 1
o.n += 4
o.n <<= 2
print(o.n)
d = {}
d["k"] = d["j"] = []
d["k"] += [1]
print(d, d["k"] is d["j"])
t = ([],)
try:
    t[0] += [1]
except TypeError as e:
    print(type(e).__name__, e, t)
for bad in ("a, b = 1", "a, b = 1, 2, 3", "a, b, *c = 1,", "(a, b), c = 1, 2"):
    try:
        exec(bad)
    except (TypeError, ValueError) as e:
        print(bad, "->", type(e).__name__, e)
n: int = 5
u: "not evaluated"
print(n, "u" in globals())
(w): int = 6
print(w, __annotations__ if "__annotations__" in globals() else "lazy")
x = y = [0]
x += [1]
print(y)
x = x + [2]
print(y, x)
del x, y
print("x" in globals(), "y" in globals())
q = [1, 2, 3, 4, 5]
del q[1], q[-1]
print(q)
del q[:]
print(q)
del o.a
print(hasattr(o, "a"))
def evaluation_order():
    log = []
    def v(n):
        log.append(n)
        return n
    box = {}
    def b(n):
        log.append(n)
        return box
    b("target")[v("key")] = v("value")
    v(1) + v(2) * v(3)
    (lambda *a, **k: None)(v("a"), *[v("b")], k=v("c"), **{"z": v("d")})
    {v("k1"): v("v1"), v("k2"): v("v2")}
    return log
print(evaluation_order())

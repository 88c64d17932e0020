# Generator expressions over lists, tuples and ranges, which they iterate over themselves.
def g0(it):
    return (x * 2 for x in it)
for it in ([1, 2, 3], (1, 2), range(3), range(10, 0, -3), range(10 ** 20, 10 ** 20 + 2), {1: 2}, "ab", iter([7, 8])):
    g = g0(it)
    print(type(g.gi_frame.f_locals['.0']).__name__, sorted(g.gi_frame.f_locals))
    print(list(g))
shared = iter([1, 2, 3, 4])
g = g0(shared)
print(next(g), next(shared), next(g), next(shared), list(g))
grown = [1, 2]
g = g0(grown)
print(next(g))
grown.append(3)
print(list(g))
grown.append(4)
print(list(g), sum(g0(grown)))
shrunk = [1, 2, 3]
g = g0(shrunk)
next(g)
shrunk.clear()
print(list(g))
try:
    g0(5)
except TypeError as e:
    print(e)
class L(list):
    def __iter__(self):
        return iter("own")
print(list(g0(L([1]))))
print(tuple(x for x in [True, False]), list(x for x in [1, 2.5, "s"]), sum(x for x in [1, 2, 2 ** 60]))
print(sum(x == 1 for x in (1, 2, 1)), sum(2 ** 46 for _ in range(10)), sum(x for x in [0.5, 1, True]))
def nested(n):
    return sum(sum(i * j for j in range(i)) for i in range(n))
print(nested(30))
def closed(v):
    g = (x for x in v)
    next(g)
    g.close()
    return list(g)
print(closed([1, 2, 3]))
for _ in range(3000):
    t = any(x > 50 for x in range(100)), all(x < 50 for x in [1, 2, 99]), max(x for x in (3, 1, 2))
print(t)

print([x * x for x in range(8) if x % 2])
print({x % 3 for x in range(10)} == {0, 1, 2}, {x: -x for x in "abc" and range(3)})
print([(x, y) for x in range(3) for y in range(x)])
print([[r * c for c in range(3)] for r in range(3)])
print(sum(x for x in range(10)), max((len(w), w) for w in "the quick brown".split()))
x = "outer"
print([x for x in range(3)], x)
fs = [lambda: i for i in range(3)]
print([f() for f in fs])
fs = [lambda i=i: i for i in range(3)]
print([f() for f in fs])
print([y := 5, y * 2], y)
def f():
    r = [last := n for n in range(4)]
    return r, last
print(f())
class C:
    items = [1, 2, 3]
    doubled = [2 * i for i in items]
    try:
        bad = [i * len(items) for i in [1]]
    except NameError as e:
        error = str(e)
print(C.doubled, C.error)
print([a + b for a, b in zip("ab", "cd")], [k for k, *_ in [(1, 2, 3), (4,)]])
print(list(x for x in [1, 2] for x in [x, x + 10]))
g = (print("lazy", v) or v for v in range(3))
print("before")
print(next(g), next(g))
def boom():
    raise ValueError("now")
try:
    (0 for _ in boom())
except ValueError as e:
    print("eager iterable:", e)
print({**{"a": 1}, "b": 2, **{"a": 3}}, [*range(2), *"ab"], (*[], 1), {*[1], 1})
print([i for i in range(20) if i % 2 if i % 3], [i if i else "zero" for i in range(2)])
def gen(n):
    return [[j for j in range(i) if j & 1] for i in range(n) if i & 1]
print(gen(8))
print({k: [v for v in vs if v > 1] for k, vs in {"x": [1, 2], "y": [2, 3]}.items()})
print(list(map(lambda t: t[0], ((i, j) for i in range(2) for j in range(2)))))
def locals_in_comprehension(q):
    return [sorted(locals()) for w in [1]]
print(locals_in_comprehension(1))

# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5
# also: -X jit=on -X jit-threshold=2 -X jit-side-threshold=2 -X jit-check-frames=on
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2
# A loop within __init__: the instance that it makes ready is another one each time.
class A:
    def __init__(self, n):
        self.v = [0]*n
        for k in range(n):
            self.v[k] = k + n
        self.n = n
def f(m):
    out = []
    for i in range(m):
        a = A(i % 7 + 1)
        out.append((a.n, sum(a.v)))
    objs = [A(j % 5) for j in range(m)]
    return sum(x*y for x, y in out), [o.n for o in objs][-5:], len(set(map(id, objs)))
for _ in range(5): print(f(400))

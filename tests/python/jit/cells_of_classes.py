# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1 -X jit-tree-nodes=2000 -X jit-recompiles=8 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=3 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2
def t():
    out = []
    for base in (object, int, object, list, float, dict):
        class C(base):
            def __init__(self, value): self.value = int(value)
            def __lt__(self, other):
                if isinstance(other, C): return self.value < other.value
                if isinstance(other, int): return self.value < other
                return NotImplemented
            def __eq__(self, other):
                if isinstance(other, C): return self.value == other.value
                return NotImplemented
            __hash__ = None
        c = {1: C(1) if base not in (dict, list) else C([]) if 0 else C.__new__(C), 2: C.__new__(C), 3: C.__new__(C)}
        for k in c: c[k].value = k
        for x in 1, 2, 3:
            for y in 1, 2, 3:
                try:
                    out.append((c[x] < c[y], c[x] < y, c[x] == c[y]))
                except TypeError as e:
                    out.append(str(e))
    return out
for k in range(3): print(t())
def clos(n):
    r = []
    for i in range(n):
        v = i * 2
        def f(x): return x + v
        def g(x):
            if x is v: return 1
            return f(x)
        class D:
            def m(self): return v, D.__name__, i
        v += 1
        r.append(f(1) + g(2)); r.append(D().m())
    return r[:4], r[-4:], len(r)
print(clos(5), clos(60))
def clos2(n):
    fs = []
    for i in range(n):
        for j in range(3):
            c = i + j
            fs.append((lambda: c, lambda: (i, j)))
        del c
        c = -i
    return [f() for f, g in fs][::7], [g() for f, g in fs][::7]
print(clos2(30))

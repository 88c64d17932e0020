# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1 -X jit-tree-nodes=2000 -X jit-recompiles=8 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=3 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2
import sys
def where():
    f = sys._getframe(1)
    return f.f_code.co_name, f.f_lineno, dict(f.f_locals)
def inner(i, y):
    z = i * y
    if i % 17 == 3:
        return where()
    return z
def outer(n):
    out = []
    t = 0
    for i in range(n):
        r = inner(i, 3)
        if type(r) is tuple:
            out.append(r)
        else:
            t += r
        if i % 20 == 19:
            out.append(sorted(locals().items(), key=str)[0][0])
            f = sys._getframe()
            out.append((f.f_lineno, f.f_locals['t'], f.f_locals['i']))
    return t, out
print(outer(80))
def depth():
    f = sys._getframe(); n = 0; names = []
    while f: names.append((f.f_code.co_name, f.f_lineno)); f = f.f_back
    return names
def l1(i): return depth() if i % 13 == 12 else i
def l2(i):
    return (l1(i),
            i)
def l3(n):
    res = []
    for i in range(n):
        r = l2(i)[0]
        if r.__class__ is list: res.append(r)
    return res
for r in l3(60): print(r)
def poke(n):
    t = 0
    x = 5
    for i in range(n):
        t += x
        if i % 10 == 9:
            sys._getframe().f_locals['x'] = i
    return t, x
print(poke(100))
def poker(v):
    sys._getframe(1).f_locals['x'] = v
def poke2(n):
    t = 0
    x = 5
    for i in range(n):
        t += x
        if i % 7 == 6:
            poker(i * 2)
    return t, x
print(poke2(100))
def cells(n):
    c = 0
    def inc():
        nonlocal c
        c += 1
        return c
    fs = []
    for i in range(n):
        inc()
        if i % 9 == 8:
            sys._getframe().f_locals['c'] = 100 * i
        fs.append(lambda: (i, c))
    return c, fs[0](), fs[-1]()
print(cells(50))
def ev(n):
    t = 0
    for i in range(n):
        t += eval('i * 2 + t % 3')
        exec('t = 0')
    return t
print(ev(50))
def vs(n):
    t = 0
    for i in range(n):
        d = vars()
        t += d['i'] + len(d)
    return t
print(vs(50))
def fg(n):
    t = 0
    for i in range(n):
        t += sys._getframe().f_lasti >= 0
        t += sys._getframe().f_globals is globals()
        t += sys._getframe().f_builtins['len']([1,2])
    return t
print(fg(50))
def keep(n):
    fr = []
    for i in range(n):
        fr.append(kf(i))
    return [(f.f_lineno, f.f_locals, f.f_back and f.f_back.f_code.co_name) for f in fr[::10]]
def kf(i):
    q = i + 1
    return sys._getframe()
print([(a, b) for a, b, c in keep(40)])

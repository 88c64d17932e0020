def counter(start=0):
    n = start
    def inc(by=1):
        nonlocal n
        n += by
        return n
    def get():
        return n
    return inc, get
inc, get = counter(10)
print(inc(), inc(5), get())
print(inc.__closure__[0].cell_contents, inc.__code__.co_freevars, counter.__code__.co_cellvars)
def make():
    fs = []
    for i in range(3):
        def f():
            return i
        fs.append(f)
    return fs
print([f() for f in make()])
def late():
    def f():
        return v
    try:
        f()
    except NameError as e:
        print(type(e).__name__, e)
    v = 1
    return f()
print(late())
def unbound():
    try:
        print(w)
    except UnboundLocalError as e:
        print(type(e).__name__, e)
    w = 1
    del w
    try:
        print(w)
    except UnboundLocalError as e:
        print(e)
unbound()
g = 1
def uses_global():
    global g, created
    g += 1
    created = "new"
uses_global()
print(g, created)
def three():
    a = 1
    def two():
        b = a + 1
        def one():
            nonlocal a
            a += b
            return a, b
        return one
    return two()
f = three()
print(f(), f())
class K:
    v = "class"
    def m(self):
        try:
            return v
        except NameError as e:
            return str(e)
print(K().m())
def cls_closure():
    z = "cell"
    class Q:
        zz = z
        def get(self):
            return z, __class__.__name__
    z = "changed"
    return Q
print(cls_closure().zz, cls_closure()().get())
def rec(n):
    return (lambda k: 1 if k < 2 else k * rec(k - 1))(n)
print(rec(10))
compose = lambda *fs: (lambda x: [x := f(x) for f in fs][-1])
print(compose(lambda x: x + 1, lambda x: x * 2)(5))
def deleted_cell():
    c = 1
    def f():
        return c
    del c
    try:
        f()
    except NameError as e:
        return str(e)
print(deleted_cell())
import types
cell = types.CellType(5)
print(cell.cell_contents, types.CellType() == types.CellType(), cell > types.CellType(4))
try:
    types.CellType().cell_contents
except ValueError as e:
    print(e)
exec_ns = {}
exec("def outer():\n def inner(): return t\n t = 7\n return inner()\nr = outer()", exec_ns)
print(exec_ns["r"])

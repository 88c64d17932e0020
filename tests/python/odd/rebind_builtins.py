# also: -X spec-threshold=4
import builtins
def use(x): return len(x), abs(-3), range(3)
for _ in range(100): r = use([1, 2])
print(r)
len = lambda x: "module len"
for _ in range(5): r = use([1]); 
print(r); del len; print(use([1])[0])
real = builtins.len; builtins.len = lambda x: "patched"
print(use([1])[0]); builtins.len = real; print(use([1, 2, 3])[0])
def loop():
    out = []
    for i in range(200):
        if i == 100: builtins.abs = lambda x: "abs patched"
        out.append(abs(-i))
    return out[99], out[100], out[-1]
keep = abs; print(loop()); builtins.abs = keep; print(abs(-1))
G = 1
def g(): return G
for _ in range(100): g()
G = 2; print(g()); del G
try: g()
except NameError as e: print(e)
G = "back"; print(g())
builtins.NEW = "from builtins"; print(NEW, [NEW for _ in range(3)][-1]); del builtins.NEW
try: NEW
except NameError as e: print(e)
def changes_itself():
    total = 0
    for i in range(300):
        total += step(i)
    return total
def step(i):
    if i == 150: globals()["step"] = lambda i: 1000
    return 1
print(changes_itself())
range_real = range
def shadow(): return [x for x in range(3)]
for _ in range(50): shadow()
range = lambda n: "shadowed"; print(shadow()); del range; print(shadow())
exec("print = lambda *a: None\nprint('silent')", {}); print("still here")
ns = {"__builtins__": {"len": lambda x: "custom builtins"}}; exec("r = len([])", ns); builtins.print(ns["r"])
try: exec("abs(1)", {"__builtins__": {}})
except NameError as e: builtins.print(e)
True_ = True; print(isinstance(1, int)); isinstance = lambda a, b: "fake"; print(isinstance(1, str)); del isinstance; print(isinstance(1, str))
__builtins__.foo = 3 if False else 4; print(foo); del builtins.foo
class int(int): pass
print(int("5") + 1, type(int("5")).__module__); del int; print(type(int("5")).__module__)

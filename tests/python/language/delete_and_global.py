x = 1
def f():
    global x, y
    x += 1; y = "made"
    del x
f()
print("x" in globals(), y)
try: f()
except NameError as e: print(e)
def g():
    a = [1, 2, 3]; del a[0]; b = {"k": 1}; del b["k"]; c = type("C", (), {})(); c.z = 1; del c.z
    return a, b, vars(c)
print(g())
def h():
    v = 1
    del v
    try: v
    except UnboundLocalError as e: return str(e)
print(h())
def loopdel():
    for i in range(3):
        t = i
        del t
    try: return t
    except UnboundLocalError: return "gone", i
print(loopdel())
def nested():
    n = 1
    def inner():
        nonlocal n
        n += 1
        del n
    inner()
    try: return n
    except NameError as e: return type(e).__name__, str(e)
print(nested())
def exc_name():
    try: raise ValueError("v")
    except ValueError as e: pass
    try: return e
    except UnboundLocalError as u: return str(u)
print(exc_name())
e = "outer"
try: raise ValueError
except ValueError as e: pass
print("e" in globals())
class K:
    a = 1
    del a
    b = 2
print(hasattr(K, "a"), K.b)
for bad in ("del nope", "del K.nope", "del [][0]", "del {}['k']", "del (1).x", "del K.b, K.b", "del (q, w)", "del K().b"):
    try: exec(bad)
    except Exception as err: print(bad, "->", type(err).__name__, err)
l = [1, 2, 3, 4, 5, 6]; del l[::2]; print(l); del l[-1:], l[0:0]; print(l); m, n = 1, 2; del (m, n); print("m" in globals())
def outer():
    def rec(k): return 0 if k == 0 else 1 + rec(k - 1)
    r = rec; del rec
    try: return r(2)
    except NameError as e: return str(e)
print(outer())

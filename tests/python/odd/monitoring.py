# also: -X spec-threshold=4
import sys
m=sys.monitoring
def f(n):
    t=0
    for i in range(n):
        if i%2:
            t+=len("a")
        else:
            t-=1
    while t>0:
        t-=1
    try: raise ValueError
    except ValueError: n = 0
    return t
m.use_tool_id(3,"x")
base=f.__code__.co_firstlineno
def cb(name):
    def g(*a):
        out.append((name, [x.co_name if hasattr(x,'co_name') else x for x in a]))
    return g
out=[]
def show():
    for n, a in out:
        if n in ("JUMP",): continue
        if n!="LINE": del a[1]
        if n.startswith("BRANCH"): del a[1]
        print(n, [x.__name__ if hasattr(x, "__name__") else "object" if type(x).__name__ == "C" or hasattr(x, "gi_frame") else type(x).__name__ if isinstance(x,(BaseException)) else "MISSING" if x is m.MISSING else x for x in a])
    out.clear()
for k,v in vars(m.events).items():
    if k in("NO_EVENTS","BRANCH","INSTRUCTION"): continue
    m.register_callback(3,v,cb(k))
m.set_local_events(3,f.__code__,sum(getattr(m.events,k) for k in ("PY_START","PY_RETURN","LINE","JUMP","BRANCH_LEFT","BRANCH_RIGHT","CALL")))
f(2)
m.set_local_events(3,f.__code__,0)
show()
def gen():
    x = yield 1
    try:
        yield 2
    except KeyError:
        yield 3
class C:
    def m(self, a): return a
    def __init__(self): self.x = 1
c = C()
def h():
    g = gen(); next(g); g.send(5); g.throw(KeyError("k")); g.close()
    for v in gen(): pass
    c.m(4); int("5")
    try: int("x")
    except ValueError: pass
    def inner(): raise TypeError("t")
    try: inner()
    except TypeError:
        try: raise
        except TypeError: pass
    k = c.m; k(7); print(*["star"], end="\n"); list()
m.set_events(3, sum(getattr(m.events,k) for k in ("PY_START","PY_RESUME","PY_RETURN","PY_YIELD","CALL","RAISE","PY_THROW","PY_UNWIND","STOP_ITERATION", "EXCEPTION_HANDLED", "RERAISE")))
h()
m.set_events(3,0)
show()
n=[0]
def line(code, l): n[0]+=1; return m.DISABLE
m.register_callback(3,m.events.LINE,line)
m.set_local_events(3,f.__code__,m.events.LINE)
f(9); a=n[0]; f(9); print(a, n[0]); m.restart_events(); f(1); print(n[0])
print(m.get_local_events(3,f.__code__), m.get_events(3), m.get_tool(3), m.get_tool(4))
m.set_events(3, m.events.BRANCH|m.events.CALL|m.events.C_RETURN|m.events.C_RAISE); print(m.get_events(3)); m.set_events(3,0)
for bad in (lambda: m.use_tool_id(3,"y"), lambda: m.use_tool_id(9,"y"), lambda: m.set_events(4,1), lambda: m.set_events(3,1<<30), lambda: m.set_events(3, m.events.C_RETURN), lambda: m.set_local_events(3,f.__code__,m.events.RAISE), lambda: m.set_local_events(3,f,1), lambda: m.register_callback(3,3,None), lambda: m.register_callback(3,1<<25,None), lambda: m.register_callback(3,0,None)):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
def r(code, off, e): return m.DISABLE
m.register_callback(3, m.events.RAISE, r); m.set_events(3, m.events.RAISE)
try: int("q")
except ValueError as e: print(repr(e))
m.set_events(3,0)
def boom(*a): raise RuntimeError("in callback")
m.register_callback(3, m.events.PY_START, boom); m.set_local_events(3, f.__code__, m.events.PY_START)
try: f(1)
except RuntimeError as e: print(e)
m.free_tool_id(3); print(f(3), m.get_tool(3), m._all_events())

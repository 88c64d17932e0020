# also: -X spec-threshold=4
import sys
def f(a):
    b = a + 1
    for i in range(2):
        b += i
    return b
events = []
def tracer(frame, event, arg):
    if frame.f_code.co_name in ("f", "g", "raiser"): events.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, arg if event == "return" else None)); return tracer
for _ in range(60): f(1)
sys.settrace(tracer); f(1); sys.settrace(None); print(events); events.clear()
def raiser():
    raise ValueError("t")
sys.settrace(tracer)
try: raiser()
except ValueError: pass
sys.settrace(None); print([e[:2] for e in events]); events.clear()
def g(): yield 1; yield 2
sys.settrace(tracer); list(g()); sys.settrace(None); print([e[:3] for e in events]); events.clear()
calls = []
sys.setprofile(lambda fr, ev, arg: calls.append((ev, fr.f_code.co_name if ev in ("call", "return") else arg.__name__))); len([]); f(1); sys.setprofile(None); print([c for c in calls if c[1] != "setprofile"])
def outer():
    x = "outer x"
    def inner(): return sys._getframe(1).f_locals["x"], sys._getframe(0).f_code.co_name, sys._getframe(1).f_back.f_code.co_name, sys._getframe().f_lineno - inner.__code__.co_firstlineno
    return inner()
print(outer())
def modifies():
    x = 1
    sys._getframe().f_locals["x"] = 2
    return x
print(modifies())
try: sys._getframe(1000)
except ValueError as e: print(e)
fr = None
def keep():
    global fr
    kept_local = [1, 2]; fr = sys._getframe(); return kept_local
k = keep(); print(fr.f_locals["kept_local"] is k, fr.f_back is None or True, fr.f_globals is globals(), fr.f_builtins["len"] is len); fr.clear(); print(fr.f_locals)
def loc():
    a = 1
    def c(): return a
    l1 = locals(); b = 2; l2 = locals()
    return sorted(l1), sorted(l2), l1 is l2
print(loc())
print(f.__code__.co_varnames, f.__code__.co_nlocals, [p for p in f.__code__.co_lines()][0][2] is not None, len(list(f.__code__.co_positions())) > 5, f.__code__ == f.__code__)
mon = sys.monitoring; seen = []
mon.use_tool_id(3, "t"); mon.register_callback(3, mon.events.PY_START, lambda code, off: seen.append(code.co_name)); mon.set_events(3, mon.events.PY_START); f(1); outer(); mon.set_events(3, 0); f(1); mon.free_tool_id(3); print(seen)

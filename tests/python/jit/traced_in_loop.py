# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1 -X jit-tree-nodes=2000 -X jit-recompiles=8 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=3 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2
import sys
ev = []
def tracer(frame, event, arg):
    if frame.f_code.co_name in ('work', 'leaf'):
        ev.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, frame.f_locals.get('i')))
        return tracer
def leaf(i):
    return i + 1
def work(n, at, off):
    t = 0
    for i in range(n):
        t += leaf(i)
        if i == at:
            sys.settrace(tracer)
            sys._getframe().f_trace = tracer
        if i == off:
            sys.settrace(None)
    return t
for a in (5, 30):
    print(work(40, a, a + 2)); print(ev); ev.clear()
def start(i, at, off):
    if i == at: sys.settrace(tracer)
    if i == off: sys.settrace(None)
def leaf2(i): return i
def work2(n, at, off):
    t = 0
    for i in range(n):
        start(i, at, off)
        t += leaf(i)
    return t
for a in (5, 30):
    print(work2(40, a, a + 2)); print(ev); ev.clear()
def prof(frame, event, arg):
    ev.append((frame.f_code.co_name, event, getattr(arg, '__name__', None) if event[0] == 'c' and arg is not None and 'c_' in event else repr(arg)[:20]))
def work3(n, at):
    t = 0
    for i in range(n):
        if i == at: sys.setprofile(prof)
        t += leaf(i)
        t += len([i])
        if i == at + 2: sys.setprofile(None)
    return t
for a in (5, 30):
    print(work3(40, a)); print(ev); ev.clear()
M = sys.monitoring
M.use_tool_id(3, 'x')
def on_line(code, line):
    ev.append(('line', code.co_name, line - code.co_firstlineno))
def on_start(code, off):
    ev.append(('start', code.co_name))
def on_ret(code, off, v):
    ev.append(('ret', code.co_name, v))
def on_jump(code, a, b):
    ev.append(('jump', code.co_name))
M.register_callback(3, M.events.LINE, on_line)
M.register_callback(3, M.events.PY_START, on_start)
M.register_callback(3, M.events.PY_RETURN, on_ret)
M.register_callback(3, M.events.JUMP, on_jump)
def work4(n, at):
    t = 0
    for i in range(n):
        t += leaf(i)
        if i == at: M.set_events(3, M.events.PY_START | M.events.PY_RETURN)
        if i == at + 2: M.set_events(3, 0)
    return t
for a in (5, 30):
    print(work4(40, a)); print(ev); ev.clear()
def work5(n, at):
    t = 0
    for i in range(n):
        t += leaf(i)
        if i == at: M.set_local_events(3, leaf.__code__, M.events.PY_START | M.events.LINE)
        if i == at + 2: M.set_local_events(3, leaf.__code__, 0)
    return t
for a in (5, 30):
    print(work5(40, a)); print(ev); ev.clear()
def work6(n, at):
    t = 0
    for i in range(n):
        t += leaf(i)
        if i == at: M.set_local_events(3, work6.__code__, M.events.LINE)
        if i == at + 2: M.set_local_events(3, work6.__code__, 0)
    return t
for a in (5, 30):
    print(work6(40, a)); print(ev); ev.clear()
M.free_tool_id(3)

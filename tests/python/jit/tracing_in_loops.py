# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-stress-exits=2
# also: -X jit=on -X jit-threshold=5 -X jit-rebinds=0
# also: -X jit=on -X jit-threshold=20 -X jit-rebinds=1000 -X jit-invalidations=1000
"""sys.settrace, sys.setprofile and sys.monitoring switched on under compiled loops, and off again."""
import sys


def leaf(x):
    return x + 1


def run(n, at, what, off=None):
    s = 0
    for i in range(n):
        s += leaf(i)
        if i == at:
            what()
        s -= leaf(i)
        if i == off:
            sys.settrace(None)
            sys.setprofile(None)
    return s


seen = []


def tracer(frame, event, arg):
    if frame.f_code.co_name == "leaf":
        seen.append((event, frame.f_lineno - frame.f_code.co_firstlineno, arg))
    return tracer


def profiler(frame, event, arg):
    if frame.f_code.co_name == "leaf":
        seen.append((event, arg))


print(run(200, None, None))
print(run(200, 100, lambda: sys.settrace(tracer), 102), seen)
seen.clear()
print(run(200, None, None), seen)
print(run(200, 150, lambda: sys.setprofile(profiler), 151), seen)
seen.clear()
print(run(300, None, None), seen)

# Monitoring: lines of the running frame from the very next one.
M = sys.monitoring
M.use_tool_id(3, "golden")


def line(code, n):
    if code is run.__code__:
        seen.append(n - code.co_firstlineno)


def start(code, offset):
    if code is leaf.__code__:
        seen.append("start")


M.register_callback(3, M.events.LINE, line)
M.register_callback(3, M.events.PY_START, start)
print(run(200, None, None))
print(run(104, 102, lambda: M.set_events(3, M.events.LINE)), seen)
M.set_events(3, 0)
seen.clear()
print(run(200, None, None), seen)
print(run(104, 101, lambda: M.set_events(3, M.events.PY_START)), seen)
M.set_events(3, 0)
seen.clear()
print(run(200, 50, lambda: M.set_local_events(3, leaf.__code__, M.events.PY_START)) , len(seen))
M.set_local_events(3, leaf.__code__, 0)
seen.clear()
print(run(200, None, None), seen)
M.free_tool_id(3)


# The running frame's own trace function, set from a call.
def here():
    def local(frame, event, arg):
        seen.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
        return local
    sys._getframe(1).f_trace = local
    sys.settrace(lambda *a: None)


def own(n, at):
    s = 0
    for i in range(n):
        if i == at:
            here()
        s += i
    return s


print(own(203, 200), seen)
sys.settrace(None)
seen.clear()
print(own(300, None), seen)

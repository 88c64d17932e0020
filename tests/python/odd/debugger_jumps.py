"""A trace function sets f_lineno: where the frame goes on, and where it must not."""

import sys
def run(name, f, at, to, *a):
    out = []
    first = f.__code__.co_firstlineno
    def tr(frame, event, arg):
        if frame.f_code is not f.__code__: return None
        if event == "line" and frame.f_lineno == first + at and not out_done:
            out_done.append(1)
            try:
                frame.f_lineno = first + to
                print("  set", frame.f_lineno - first)
            except Exception as e:
                print("  ", type(e).__name__, str(e).replace(str(first+to), "LINE"))
        return tr
    out_done = []
    sys.settrace(tr)
    try:
        r = f(out, *a)
    except BaseException as e:
        r = repr(e)
    finally:
        sys.settrace(None)
    print(name, at, to, out, r)
def simple(o):
    o.append(1)
    o.append(2)
    o.append(3)
run("simple", simple, 1, 3)
run("simple", simple, 3, 1)
run("simple", simple, 2, 2)
run("simple", simple, 2, 9)
run("simple", simple, 2, -1)
def loop(o):
    o.append(0)
    for i in range(3):
        o.append(i)
        o.append(-i)
    o.append(9)
for a, b in [(1,3),(3,5),(3,2),(4,3),(5,3),(5,2),(2,5),(5,1), (3,1)]: run("loop", loop, a, b)
def wloop(o):
    i = 0
    while i < 3:
        o.append(i)
        i += 1
    o.append(9)
for a, b in [(1,3),(3,5),(3,2),(4,3),(5,3),(5,2),(2,5)]: run("wloop", wloop, a, b)
class CM:
    def __enter__(self): return self
    def __exit__(self, *a): print("  exit", a)
def w(o):
    o.append(1)
    with CM():
        o.append(2)
        o.append(3)
    o.append(4)
for a, b in [(1,3),(3,4),(3,5),(5,3),(4,2)]: run("with", w, a, b)
def t(o):
    try:
        o.append(1)
        1/0
    except ZeroDivisionError as e:
        o.append(2)
        o.append(3)
    finally:
        o.append(4)
    o.append(sys.exc_info()[0])
for a, b in [(2,5),(2,8),(5,9),(5,2),(5,8),(9,5),(8,2),(9,8), (2,9)]: run("try", t, a, b)
def g(o):
    o.append(1)
    if o:
        o.append(2)
    else:
        o.append(3)
    x = [i for i in range(3)]
    def inner(): return x
    o.append(inner())
for a, b in [(2,5),(1,5),(5,3),(3,5),(1,8),(8,6)]: run("if", g, a, b)
def gen(o):
    def k():
        yield 1
        o.append("a")
        yield 2
        o.append("b")
        yield 3
    return list(k())
gk = None
def consts(o, n):
    o.append("start")
    o.append("x")
    while n:
        o.append(("a", 1.5, n))
        n -= 1
    o.append(n)
run("consts", consts, 1, 4, 2)
def noset(o):
    try:
        sys._getframe().f_lineno = 5
    except ValueError as e: print(e)
    try:
        del sys._getframe().f_lineno
    except AttributeError as e: print(e)
    try:
        sys._getframe().f_lineno = "a"
    except ValueError as e: print(e)
noset([])
def calls(frame, event, arg):
    if event in ("call", "return", "exception") and frame.f_code.co_name == "wloop":
        try:
            frame.f_lineno += 1
        except ValueError as e: print(event, e)
    return calls
sys.settrace(calls); wloop([]); sys.settrace(None)

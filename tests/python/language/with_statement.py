class CM:
    def __init__(self, name, suppress=False, fail=None):
        self.name, self.suppress, self.fail = name, suppress, fail
    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter": raise RuntimeError("enter failed")
        return self.name.upper()
    def __exit__(self, t, v, tb):
        print("exit", self.name, t and t.__name__, v, tb is not None)
        if self.fail == "exit": raise KeyError("exit failed")
        return self.suppress
with CM("a") as a, CM("b") as b:
    print(a, b)
with CM("s", suppress=True):
    raise ValueError("swallowed")
try:
    with CM("outer"), CM("inner", fail="enter"):
        print("not reached")
except RuntimeError as e:
    print(e)
try:
    with CM("x", fail="exit"):
        raise ValueError("first")
except KeyError as e:
    print(repr(e), repr(e.__context__))
def ret():
    with CM("r"):
        return "value"
print(ret())
for i in range(3):
    with CM(str(i)):
        if i == 0: continue
        break
with (
    CM("p1") as p,
    CM("p2"),
):
    print(p)
with CM("tuple") as (q, *r):
    print(q, r)
class NoEnter:
    def __exit__(self, *a): pass
class NoExit:
    def __enter__(self): pass
for cls in (NoEnter, NoExit, object):
    try:
        with cls(): pass
    except TypeError as e: print(e)
def g():
    with CM("gen"):
        yield 1
        yield 2
it = g(); next(it); it.close()
from contextlib import contextmanager, ExitStack, suppress, nullcontext, closing, redirect_stdout
@contextmanager
def cm(x):
    print("before", x)
    try:
        yield x
    except ZeroDivisionError:
        print("handled")
    finally:
        print("after", x)
with cm(1) as v: print("body", v)
with cm(2): 1 / 0
try:
    with cm(3): raise LookupError("through")
except LookupError as e: print(e)
with ExitStack() as st:
    for k in "xy": st.enter_context(CM(k))
    st.callback(print, "callback", sep="-")
with suppress(KeyError, IndexError): {}[1]
with nullcontext(7) as n: print(n)
import io
buf = io.StringIO()
with redirect_stdout(buf): print("captured")
print(repr(buf.getvalue()))

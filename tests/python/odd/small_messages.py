# Messages of arrays, of __dict__ that stays, and what the hook for lost exceptions gets.
import functools, gc, sys
from array import array

for tc in "bBhHiI":
    for n in (200, -200, 1 << 17, -(1 << 17), 1 << 40, -(1 << 40)):
        try:
            print(tc, n, array(tc, [n]))
        except OverflowError as e:
            print(tc, n, e)
try:
    array("i").__reduce_ex__("a")
except TypeError as e:
    print(e)
a = array("i", [1, 2, 3, 4])
a[::2] = array("i")
print(a)

for v in (functools.partial(int), OSError(), lambda: 0):
    try:
        del v.__dict__
    except TypeError as e:
        print(type(v).__name__, e)

class C:
    def __repr__(self): return "C()"
    def __call__(self, *a): 1 / 0

def hook(u):
    print(u.err_msg, u.object, u.exc_type)

sys.unraisablehook = hook
gc.callbacks.append(C())
gc.collect()
gc.callbacks.clear()

def g():
    try:
        yield
    finally:
        1 / 0

def start():
    x = g()
    next(x)

sys.unraisablehook = lambda u: print(u.err_msg.partition("<")[0], u.object, u.exc_type)
start()
gc.collect()

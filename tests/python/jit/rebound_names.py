# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-stress-exits=2
# also: -X jit=on -X jit-threshold=5 -X jit-rebinds=0
# also: -X jit=on -X jit-threshold=20 -X jit-rebinds=1000 -X jit-invalidations=1000
"""Globals and builtins that are bound anew under compiled loops: from inside, from calls, between runs, each round."""
import builtins
import sys


def f(x):
    return x + 1


def g(x):
    return x * 2


K = 10


def run(n, at=None, what=None):
    s = 0
    for i in range(n):
        if i == at:
            what()
        s += f(i) + K + len("ab")
    return s


# Between runs.
print(run(200))
old_f, f = f, g
print(run(200))
f = old_f
print(run(200))
K = 3
print(run(200))
K = 0.5
print(run(200))
K = 10


# Inside a run, by a call out of the loop.
def swap():
    global f
    f = g


def shadow():
    global len
    len = lambda s: 100


def unshadow():
    global len
    del len


def through_dict():
    globals()["f"] = old_f


def through_module():
    sys.modules["__main__"].f = g


def through_update():
    globals().update(f=old_f)


def in_builtins():
    builtins.len = lambda s: -1


real_len = len


def out_of_builtins():
    builtins.len = real_len


def by_exec():
    exec("def f(x): return 7", globals())


for what in (swap, through_dict, through_module, through_update, shadow, unshadow, in_builtins, out_of_builtins, by_exec):
    print(what.__name__, run(300, 200, what), run(100))
    f = old_f


# A name that is missing in the middle, and comes back.
def missing():
    global f
    del f


try:
    run(300, 250, missing)
except NameError as e:
    print("NameError:", e)
f = old_f
print(run(300))


# A str of a class of its own equals a name.
class S(str):
    def __hash__(self):
        return str.__hash__(self)


def odd_key():
    globals()[S("len")] = lambda s: 50


print(run(300, 200, odd_key), run(10))
del len
print(run(300))


# Bound anew in each round: read as a variable.
def each_round(n):
    global f
    s = 0
    for i in range(n):
        s += f(i)
        f = g if i % 2 else old_f
    return s


print(each_round(400))
f = old_f
print(each_round(401))
f = old_f


def nested(n):
    s = 0
    for i in range(n):
        for j in range(20):
            s += f(j)
        if i % 7 == 6:
            swap()
        elif i % 7 == 3:
            through_dict()
    return s


print(nested(100))
f = old_f

# Module level: the loop's own names are the globals.
total = 0
for k in range(300):
    total += f(k)
    if k == 150:
        f = g
    if k == 200:
        def f(x):
            return -x
    if k == 250:
        len = sum
    if k > 250:
        total += len((1, 2, 3))
print(total, len((5, 6)))
del len
f = old_f

# New names make the namespace grow: places of the others move.
def grow(n):
    s = 0
    for i in range(n):
        globals()["fresh_%d" % (i % 200)] = i
        s += f(i) + K
    return s


print(grow(500))
for k in range(200):
    del globals()["fresh_%d" % k]
print(run(100))


# A recursive function and one that is called through a global alias.
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print([fib(k) for k in range(15)])
slow, fib = fib, lambda n: 1
print([slow(k) for k in range(15)])

# Functions that get other code or defaults.
def h(x, y=1):
    return x + y


def calls(n, at=None, what=None):
    s = 0
    for i in range(n):
        if i == at:
            what()
        s += h(i)
    return s


def other_code():
    h.__code__ = (lambda x, y: x * y).__code__


def other_defaults():
    h.__defaults__ = (5,)


print(calls(300), calls(300, 200, other_code), calls(300, 100, other_defaults), calls(50))

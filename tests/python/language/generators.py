def g():
    x = yield 1
    print("got", x)
    try:
        y = yield 2
    except ValueError as e:
        print("caught", e)
        y = yield "after throw"
    print("y", y)
    return "done"
it = g()
print(next(it), it.send("a"), it.throw(ValueError("v")))
try:
    it.send("b")
except StopIteration as e:
    print("value", e.value)
print(list(it))
def sub():
    try:
        a = yield "s1"
        b = yield a
        return b
    finally:
        print("sub cleanup")
def outer():
    r = yield from sub()
    print("sub returned", r)
    r = yield from [10, 20]
    print("list returned", r)
    yield from range(2)
o = outer()
print(next(o), o.send("x"), o.send("y"), list(o))
def closing():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("exit")
        raise
    finally:
        print("finally")
c = closing(); next(c); c.close(); c.close()
print(next(c, "exhausted"))
def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2
s = stubborn(); next(s)
try:
    s.close()
except RuntimeError as e:
    print(e)
def reentrant():
    yield next(me)
me = reentrant()
try:
    next(me)
except ValueError as e:
    print(e)
def stops():
    yield 1
    raise StopIteration("inner")
try:
    list(stops())
except RuntimeError as e:
    print(e, repr(e.__cause__))
try:
    g().send(1)
except TypeError as e:
    print(e)
def early_throw():
    yield
e = early_throw()
try:
    e.throw(KeyError("k"))
except KeyError as x:
    print("thrown into fresh", x, next(e, "closed"))
print(sub.__name__, type(g()).__name__, it.gi_running, it.gi_frame, (fresh := g()).gi_frame.f_lineno, g().gi_yieldfrom)
def infinite():
    n = 0
    while True:
        n += 1
        yield n
from itertools import islice
print(list(islice(infinite(), 5, 15, 3)))
def primes():
    ps = []
    for n in infinite():
        if n > 1 and all(n % p for p in ps):
            ps.append(n)
            yield n
print(list(islice(primes(), 12)))
def tree(t):
    if isinstance(t, tuple):
        for x in t:
            yield from tree(x)
    else:
        yield t
print(list(tree((1, (2, (3, 4), 5), (((6,),),)))))
def ret():
    return (yield)
r = ret(); next(r)
try: r.send((1, 2))
except StopIteration as e: print(e.value, e.args)
def deep(n):
    if n: yield from deep(n - 1)
    yield n
print(sum(deep(200)))
def send_all(gen, vals):
    out = [next(gen)]
    for v in vals: out.append(gen.send(v))
    return out
def avg():
    total = count = 0; mean = None
    while True:
        total += yield mean
        count += 1
        mean = total / count
print(send_all(avg(), [1, 2, 6]))
class It:
    def __iter__(self): return self
    n = 0
    def __next__(self):
        self.n += 1
        if self.n > 3: raise StopIteration("ret")
        return self.n
    def send(self, v): print("send", v); return self.__next__()
    def throw(self, e): print("throw", type(e).__name__); raise e
    def close(self): print("closed")
def dele(): 
    r = yield from It()
    print("r", r)
d = dele(); print(next(d), d.send("hi"))
try: d.throw(IndexError())
except IndexError: print("IndexError out")
d = dele(); next(d); d.close()

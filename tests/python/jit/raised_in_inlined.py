# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1 -X jit-tree-nodes=2000 -X jit-recompiles=8 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=3 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2
# also: -X jit=on -X jit-threshold=5 -X jit-side-threshold=5 -X jit-quick=2
import traceback, sys
def c(x, i):
    return (x //
            (i - 37)) + 1
def b(x, i):
    y = c(x, i); z = c(x + 1, i)
    return y + z
def a(n):
    s = 0
    for i in range(n):
        s += b(i, i) * 2
    return s
for n in (10, 30, 38, 60):
    try:
        print(a(n))
    except ZeroDivisionError:
        traceback.print_exc(file=sys.stdout)
class P:
    __slots__ = ('v',)
    def __init__(self, v): self.v = v
    def __add__(self, o):
        if o.v == 25:
            raise ValueError(f"bad {self.v}")
        return P(self.v + o.v)
    @property
    def half(self):
        return self.v / (self.v - 300)
def d(n):
    p = P(0)
    for i in range(n):
        p = p + P(i)
        p.half
    return p.v
for n in (10, 24, 25, 26, 40):
    try:
        print(d(n))
    except Exception as e:
        traceback.print_exc(file=sys.stdout)
def gen(n):
    for i in range(n):
        yield i * [1, 2, 3][i % (3 if i < 45 else 4)]
def e(n):
    t = 0
    for x in gen(n):
        t += x
    return t
for n in (5, 40, 44, 60):
    try:
        print(e(n))
    except Exception as ex:
        traceback.print_exc(file=sys.stdout)
        tb = ex.__traceback__
        while tb:
            print(tb.tb_lineno, tb.tb_lasti >= 0, tb.tb_frame.f_code.co_name, sorted((k, repr(v)[:40]) for k, v in tb.tb_frame.f_locals.items() if k[0] != '_' and tb.tb_frame.f_code.co_name != '<module>'))
            tb = tb.tb_next
def f(n):
    total = 0
    lst = list(range(20))
    for i in range(n):
        try:
            total += lst[i]
            try:
                total += 10 // (i % 7)
            finally:
                total += 1
        except IndexError as ex:
            total += len(traceback.extract_tb(ex.__traceback__))
            tb = ex.__traceback__
            total += tb.tb_lineno
        except ZeroDivisionError as ex:
            total -= ex.__traceback__.tb_lineno
            last = ex
    return total
print(f(10), f(50), f(100))

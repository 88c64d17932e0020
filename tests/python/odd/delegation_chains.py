# Loops over generators that delegate to others, at any depth: what the innermost, its delegators and onlookers see.
# also: -X spec-threshold=1
import sys, inspect, traceback
class Tree:
    def __init__(self, l, v, r): self.l, self.v, self.r = l, v, r
    def __iter__(self):
        if self.l: yield from self.l
        yield self.v
        if self.r: yield from self.r
def tree(r):
    n = len(r)
    return None if n == 0 else Tree(tree(r[:n // 2]), r[n // 2], tree(r[n // 2 + 1:]))
t = tree(range(60))
out = []
for _ in range(3):
    for x in t: out.append(x)
print(out == list(range(60)) * 3, list(t) == list(range(60)))
def names():
    f, r = sys._getframe(1), []
    while f.f_code.co_name != "<module>":
        r.append((f.f_code.co_name, f.f_lineno - f.f_code.co_firstlineno)); f = f.f_back
    return r
def leaf():
    for i in range(3): yield i, names(), [s[3] for s in inspect.stack()][:3]
    return "leaf's"
def mid():
    r = yield from leaf()
    yield r, names(), []
    return "mid's"
def outer():
    r = yield from mid()
    print("outer got", r)
    yield r, names(), []
for v in outer(): print(v)
# exceptions: tracebacks, handlers and finally blocks of the delegators
log = []
def bad(n):
    for i in range(n): yield i
    raise KeyError(n)
def cleans(g):
    try: yield from g
    finally: log.append("cleaned")
def turns(g):
    try: yield from g
    except KeyError as e:
        yield "caught %r" % e
        raise ValueError("turned") from e
def three(g): yield from g
try:
    for v in three(turns(three(cleans(three(bad(4)))))): log.append(v)
except ValueError as e:
    print(log, repr(e), repr(e.__cause__))
    print([(s.name, s.line) for s in traceback.extract_tb(e.__traceback__)])
    print([(s.name, s.line) for s in traceback.extract_tb(e.__cause__.__traceback__)])
# executing generators cannot be entered
gens = []
def self_enter(k):
    for i in range(4):
        if i >= 2:
            for g in gens:
                try: next(g)
                except ValueError as e: log.append(str(e))
                try: g.close()
                except ValueError as e: log.append(str(e))
                try: g.throw(KeyError)
                except ValueError as e: log.append(str(e))
                try: [*g]
                except ValueError as e: log.append(str(e))
                log.append((g.gi_running, g.gi_frame is not None))
                try:
                    for _ in g: log.append("entered")
                except ValueError as e: log.append(str(e))
        yield i
log.clear()
a = self_enter(0); b = three(a); c = three(b); gens += [a, b, c]
log.append([*(x for x in c)])
gens.clear()
d = three(three(self_enter(1)))
for v in d: log.append(v)
print(log)
# stopping half way, going on by hand, sending, closing
def echo():
    got = []
    while True:
        try: x = yield len(got)
        except KeyError: x = "key"
        got.append(x)
        if len(got) == 6: return got
def via(g):
    r = yield from g
    yield ("via", r)
g = via(via(echo()))
for v in g:
    if v == 2: break
print(g.send("sent"), g.throw(KeyError), next(g))
for v in g: print(v)
g = cleans(three(cleans(bad(9)))); log.clear()
for v in g:
    if v == 3: break
g.close(); print(log, v)
# a delegate that is exhausted by others, a delegator that handles an exception while it yields
inner = bad(3)
def shares(): yield from inner
s = shares()
try:
    for v in s:
        print("shared", v)
        if v == 1:
            try: print("stolen", next(inner)); next(inner)
            except KeyError as e: print("stolen", repr(e))
except KeyError as e: print(repr(e))
def handling():
    try: 1 / 0
    except ZeroDivisionError: yield from three(sees())
def sees():
    for i in range(3):
        yield repr(sys.exception())
print([*(v for v in three(handling()))])
for v in three(handling()): print(v)
# deep chains, and chains that get longer and shorter
def deep(n):
    if n: yield from deep(n - 1)
    yield n
print(sum(1 for _ in deep(200)), [v for v in deep(150)][-1])
total = 0
for v in deep(400): total += v
print(total)
def grows(n):
    yield n
    if n: yield from grows(n - 1); yield -n
for v in grows(5): print(v, end=" ")
print()
def sub(): 
    x = 1
    yield sys._getframe().f_back.f_code.co_name
    yield sys._getframe().f_back.f_locals["here"]
    yield sys._getframe().f_back is gen.gi_frame
def top():
    here = "local"
    yield from sub()
gen = top()
for v in gen: print(v)

# stderr: ignore
import types
@types.coroutine
def switch(v):
    r = yield v
    return r
class Ready:
    def __init__(self, v): self.v = v
    def __await__(self):
        yield ("awaiting", self.v)
        return self.v * 2
async def add(a, b):
    x = await Ready(a)
    y = await switch(b)
    return x + y
def run(coro, answers=()):
    answers = iter(answers)
    trace = []
    try:
        v = coro.send(None)
        while True:
            trace.append(v)
            v = coro.send(next(answers, None))
    except StopIteration as e:
        return trace, e.value
print(run(add(1, 2), [None, 40]))
class ACM:
    async def __aenter__(self): print("aenter", await Ready("e")); return self
    async def __aexit__(self, t, v, tb): print("aexit", t and t.__name__); return t is KeyError
async def with_it():
    async with ACM() as a, ACM():
        print(type(a).__name__)
        raise KeyError("swallowed")
    return "after"
print(run(with_it()))
class AIter:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if not self.n: raise StopAsyncIteration
        self.n -= 1
        await switch(self.n)
        return self.n
async def loop():
    out = []
    async for x in AIter(3): out.append(x)
    else: out.append("else")
    comp = [y async for y in AIter(4) if y % 2]
    gen = [z async for z in (w * w async for w in AIter(3))]
    d = {k: await Ready(k) async for k in AIter(2)}
    return out, comp, gen, d
print(run(loop()))
async def agen():
    try:
        got = yield 1
        print("got", got)
        await switch("inside")
        yield 2
    finally:
        print("agen done")
async def use():
    a = agen()
    print(await a.asend(None), await a.asend("hello"))
    await a.aclose()
    r = []
    async for v in agen():
        r.append(v)
        if v == 1: continue
    return r
print(run(use()))
c = add(1, 2)
print(type(c).__name__, c.cr_running, c.cr_await)
c.close()
async def bad(): await 5
try: run(bad())
except TypeError as e: print(e)
try:
    for _ in add(1, 2): pass
except TypeError as e: print(e)
async def not_async_iter():
    async for x in [1]: pass
try: run(not_async_iter())
except TypeError as e: print(e)
async def not_cm():
    async with 5: pass
try: run(not_cm())
except TypeError as e: print(e)
async def err():
    try: await switch(1)
    except ValueError as e: return f"caught {e}"
e = err(); e.send(None)
try: e.throw(ValueError("t"))
except StopIteration as s: print(s.value)
try: e.send(None)
except RuntimeError as r: print(r)
import warnings
warnings.simplefilter("ignore")

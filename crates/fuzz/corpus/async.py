async def f():
    async with a as x, b: pass
    async for x, y in z:
        await x
    else:
        pass
    return await y
# ---
async def f():
    yield 1
    x = [a async for a in b if await c]
    y = {await z: i for i in c}
    await (yield x)
# ---
async def f():
    async with (a as x, b):
        try:
            await x
        except* E:
            pass
        finally:
            await y
    return (x async for x in y)
# ---
async def f(x: await_): return lambda: [y async for y in x]
# ---
@d
async def f[T](self, *a, k=1): await self.f(*a)

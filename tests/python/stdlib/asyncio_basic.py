import asyncio
async def work(n, d): await asyncio.sleep(d); return n * 2
async def main():
    print(await asyncio.gather(work(1, 0.02), work(2, 0.01)), await asyncio.wait_for(work(3, 0), 1))
    t = asyncio.create_task(work(4, 0.01), name="tk"); print(t.get_name(), t.done(), await t, t.done(), t.result())
    try: await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError as e: print("timeout", type(e).__name__)
    t = asyncio.create_task(asyncio.sleep(10)); await asyncio.sleep(0); t.cancel()
    try: await t
    except asyncio.CancelledError: print("cancelled", t.cancelled())
    q = asyncio.Queue()
    async def producer():
        for i in range(3): await q.put(i); await asyncio.sleep(0)
        await q.put(None)
    p = asyncio.create_task(producer()); got = []
    while (v := await q.get()) is not None: got.append(v)
    print(got); lock = asyncio.Lock(); order = []
    async def crit(n):
        async with lock: order.append(n); await asyncio.sleep(0); order.append(n)
    await asyncio.gather(*map(crit, range(3))); print(order)
    try:
        async with asyncio.TaskGroup() as tg: a = tg.create_task(work(5, 0)); b = tg.create_task(bad())
    except* ValueError as g: print("group", [str(e) for e in g.exceptions])
    r = await asyncio.gather(bad(), work(1, 0), return_exceptions=True); print(repr(r)); ev = asyncio.Event(); asyncio.get_running_loop().call_later(0.01, ev.set); await ev.wait(); print(ev.is_set())
    f = asyncio.get_running_loop().create_future(); asyncio.get_running_loop().call_soon(f.set_result, "fut"); print(await f); done, pend = await asyncio.wait([asyncio.create_task(work(i, 0.01 * i)) for i in range(3)], return_when=asyncio.FIRST_COMPLETED); print(len(done) >= 1); [t.cancel() for t in pend]
    async for x in agen(): print(x, end=" ")
    print(await asyncio.to_thread(lambda: "thread"), [x async for x in agen() if x]); s = asyncio.Semaphore(2)
    async with s, asyncio.timeout(5): print(s.locked())
    for c in asyncio.as_completed([work(1, 0.02), work(2, 0)]): print(await c, end=" ")
    print(); return "done"
async def agen():
    for i in range(3): yield i; await asyncio.sleep(0)
async def bad(): raise ValueError("bad task")
print(asyncio.run(main()))
async def err(): await bad()
try: asyncio.run(err())
except ValueError as e: print(e)
try: asyncio.run(5)
except (ValueError, TypeError) as e: print(e)

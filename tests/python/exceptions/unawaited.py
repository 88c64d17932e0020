"""A coroutine that nobody awaits is reported where it was thrown away."""
import asyncio


async def f():
    pass


async def main():
    f()
    await f()
    print("in main")


asyncio.run(main())


async def g():
    pass


def plain():
    kept = g()
    print("kept")
    kept.close()
    return 1


plain()
g()
print("end")

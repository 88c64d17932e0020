"""Context managers, exception groups, notes, chains, warnings."""
import asyncio
import contextlib
import logging
import sys
import traceback
import warnings


class Resource:
    log = []

    def __init__(self, name, fail=None):
        self.name, self.fail = name, fail

    def __enter__(self):
        self.log.append(f"+{self.name}")
        if self.fail == "enter":
            raise OSError(f"no {self.name}")
        return self

    def __exit__(self, kind, value, tb):
        self.log.append(f"-{self.name}" + (f"({kind.__name__})" if kind else ""))
        if self.fail == "exit":
            raise RuntimeError(f"cannot close {self.name}")
        return self.fail == "swallow"


def work(*resources, error=None):
    Resource.log.clear()
    try:
        with contextlib.ExitStack() as stack:
            for r in resources:
                stack.enter_context(r)
            stack.callback(Resource.log.append, "callback")
            if error:
                raise error
    except Exception as e:
        chain = []
        while e is not None:
            chain.append(f"{type(e).__name__}: {e}")
            e = e.__cause__ or e.__context__
        print(" ".join(Resource.log), "=>", " <- ".join(chain))
    else:
        print(" ".join(Resource.log), "=> fine")


work(Resource("a"), Resource("b"))
work(Resource("a"), Resource("b", "enter"), Resource("c"))
work(Resource("a"), Resource("b", "exit"), error=KeyError("k"))
work(Resource("a", "swallow"), Resource("b"), error=ValueError("v"))
work(Resource("a", "exit"), Resource("b", "exit"))


@contextlib.contextmanager
def step(name):
    print("begin", name)
    try:
        yield name.upper()
    except LookupError as e:
        e.add_note(f"in {name}")
        raise
    finally:
        print("end", name)


try:
    with step("one") as one, step("two") as two:
        print(one, two)
        {}["missing"]
except KeyError as e:
    print(repr(e), e.__notes__)


@step("decorated")
def f(x):
    return x + 1


print(f(1), f(2))


def tasks():
    errors = []
    for i, fn in enumerate([lambda: 1 / 0, lambda: int("x"), lambda: [][1], lambda: {}["k"], lambda: open("/nonexistent/file")]):
        try:
            fn()
        except Exception as e:
            e.add_note(f"task {i}")
            errors.append(e)
    raise ExceptionGroup("many", [ExceptionGroup("arithmetic", errors[:2]), *errors[2:]])


try:
    tasks()
except* ZeroDivisionError as g:
    print("zero", g.exceptions, g.message)
except* (LookupError, ValueError) as g:
    print("lookup or value", [type(e).__name__ for e in g.exceptions], g)
except* OSError as g:
    print("os", g.exceptions[0].errno, g.exceptions[0].filename)

try:
    tasks()
except ExceptionGroup as g:
    print(g.subgroup(LookupError), g.split(OSError)[1], g.derive([ValueError()]))
    lines = traceback.format_exception(g)
    print(len(lines) > 3, "".join(traceback.format_exception_only(g)))


async def child(n):
    await asyncio.sleep(0)
    if n % 2:
        raise ValueError(n)
    return n


async def main():
    try:
        async with asyncio.TaskGroup() as tg:
            ts = [tg.create_task(child(i)) for i in range(3)]
    except* ValueError as g:
        print("group", g.exceptions, [t.cancelled() or t.done() for t in ts])
    print(await asyncio.gather(*(child(i) for i in range(4)), return_exceptions=True))
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(5)
    except TimeoutError as e:
        print("timeout", repr(e), type(e.__cause__).__name__)
    q = asyncio.Queue(2)

    async def producer():
        for i in range(5):
            await q.put(i)
        await q.put(None)

    async def consumer():
        got = []
        while (x := await q.get()) is not None:
            got.append(x)
        return got

    print(await asyncio.gather(producer(), consumer()))
    async with asyncio.Lock() as nothing:
        print(nothing)


asyncio.run(main())
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always")
    warnings.warn("old", DeprecationWarning, stacklevel=1)
    print([(x.category.__name__, str(x.message)) for x in w])
logging.basicConfig(format="%(levelname)s:%(name)s:%(message)s", stream=sys.stdout, level=logging.INFO)
log = logging.getLogger("prog")
log.info("value %d of %s", 3, "x")
log.debug("hidden")
try:
    raise ValueError("a") from KeyError("b")
except ValueError:
    log.error("failed", exc_info=False)
with contextlib.suppress(ZeroDivisionError), contextlib.redirect_stdout(sys.stderr):
    print("to stderr")
    1 / 0
print(contextlib.nullcontext(5).__enter__())


class Rollback(Exception):
    pass


def nested():
    try:
        try:
            raise Rollback("inner")
        finally:
            try:
                raise KeyError("cleanup")
            except KeyError:
                pass
    except Rollback as e:
        raise RuntimeError("outer") from e


try:
    nested()
except RuntimeError as e:
    e.add_note("first note")
    e.add_note("second\nnote")
    raise ExceptionGroup("all", [e, TypeError("t")]) from None

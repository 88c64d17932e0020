"""Where frames say they were when an exception left them; coroutines that know their origin; throw() in the old way."""
import sys
import warnings


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        if args[0] is TypeError:
            raise ValueError


def other():
    try:
        1 / 0
    except TypeError as e:
        pass


def named():
    try:
        1 / 0
    except Exception as e:
        [][1]
        pass


def finally_():
    try:
        1 / 0
    finally:
        pass


def finally_raises():
    try:
        1 / 0
    finally:
        {}["k"]
        pass


def leaves_with():
    with Manager():
        raise TypeError


def again():
    try:
        1 / 0
    except ZeroDivisionError:
        print("again")
        raise


def generator():
    try:
        yield 1
        1 / 0
    finally:
        pass


for f in (other, named, finally_, finally_raises, leaves_with, again, lambda: list(generator())):
    try:
        f()
    except Exception as e:
        t = e.__traceback__.tb_next
        while t:
            first = t.tb_frame.f_code.co_firstlineno
            print(t.tb_frame.f_code.co_name, t.tb_lineno - first, t.tb_frame.f_lineno - first)
            t = t.tb_next


async def work():
    pass


def make():
    return work()


print(sys.get_coroutine_origin_tracking_depth())
for depth in (1, 2, 9):
    sys.set_coroutine_origin_tracking_depth(depth)
    c = make()
    print([(line - make.__code__.co_firstlineno, name) for _, line, name in c.cr_origin])
    c.close()
for bad in (-1, 2**40, "x"):
    try:
        sys.set_coroutine_origin_tracking_depth(bad)
    except Exception as e:
        print(type(e).__name__, e)
sys.set_coroutine_origin_tracking_depth(0)
c = make()
print(c.cr_origin)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    c.cr_frame.clear()
    c.close()
    for make_it in (generator, make):
        try:
            make_it().throw(KeyError, "k", None)
        except KeyError as e:
            print(repr(e))
for w in seen:
    print(w.category.__name__, w.message)
for e in (UnicodeEncodeError("e", "abc", 1, 2, "r"), UnicodeDecodeError("e", b"abc", 1, 2, "r"), UnicodeTranslateError("abc", 1, 2, "r")):
    for start, end in ((1, 2), (-5, 0), (2, 1000), (1000, 5), (3, 4)):
        e.start, e.end = start, end
        print(e)
    for wrong in (None, 5):
        e.object = wrong
        try:
            print(str(e))
        except TypeError as x:
            print(x)

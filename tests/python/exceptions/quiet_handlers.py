# also: -X spec-threshold=1
# Handlers without a name: whoever looks at the exception sees what it would be with a name.
import gc
import sys
import traceback


def lines(tb):
    out = []
    while tb is not None:
        out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    return out


def plain(d):
    try:
        return d["k"]
    except KeyError:
        return "none"


def looks(d):
    try:
        d["k"]
    except KeyError:
        t, e, tb = sys.exc_info()
        return t.__name__, repr(e), lines(tb), tb.tb_frame is sys._getframe()


def looks_deeper(d):
    def deeper(n):
        if n:
            return deeper(n - 1)
        e = sys.exception()
        return repr(e), lines(e.__traceback__)
    try:
        d["k"]
    except KeyError:
        return deeper(3)


def keeps(d):
    here = 5
    try:
        d["k"]
    except KeyError:
        gc.collect()
        return sys.exception()


def prints(d):
    try:
        d.nothing
    except AttributeError:
        return traceback.format_exc().splitlines()[-1]


def context(d):
    try:
        d["k"]
    except KeyError:
        raise ValueError("second")


def again(d):
    try:
        d["k"]
    except KeyError:
        raise


def unmatched(d):
    try:
        d["k"]
    except (ValueError, TypeError):
        return "wrong"


def last(d):
    try:
        d["k"]
    finally:
        d["seen"] = d.get("seen", 0) + 1


def stored():
    e = ValueError("mine")
    try:
        raise e
    except ValueError:
        pass
    return lines(e.__traceback__)


class Keeps(Exception):
    made = []

    def __init__(self, *a):
        Keeps.made.append(self)


def of_class():
    try:
        raise Keeps(1)
    except Keeps:
        pass
    try:
        raise Keeps
    except Keeps:
        pass
    return [lines(e.__traceback__) for e in Keeps.made]


def fresh():
    try:
        raise IndexError("new")
    except LookupError:
        return repr(sys.exception()), lines(sys.exception().__traceback__)


def thrown():
    def gen():
        yield 1
    g = gen()
    next(g)
    next(g, None)
    e = KeyError("thrown")
    try:
        g.throw(e)
    except KeyError:
        pass
    return lines(e.__traceback__)


def nested(d):
    out = []
    for k in range(3):
        try:
            d[k]
        except KeyError:
            try:
                d.zork
            except AttributeError:
                e = sys.exception()
                out.append((repr(e.__context__), lines(e.__context__.__traceback__)))
            out.append((repr(sys.exception()), plain(d)))
    out.append(sys.exception())
    return out


def generator(d):
    try:
        d["k"]
    except KeyError:
        yield repr(sys.exception())
        yield lines(sys.exception().__traceback__)
    yield sys.exception()


def in_handler(d):
    try:
        d["k"]
    except KeyError:
        return list(generator(d)), [repr(sys.exception()) for _ in range(2)]


def left_early(d):
    for k in range(4):
        try:
            d[k]
        except KeyError:
            if k == 1:
                continue
            if k == 3:
                break
    return sys.exception()


def local_names(d):
    try:
        d["k"]
    except KeyError:
        return sorted(locals())


class Raises:
    @property
    def p(self):
        return repr(sys.exception()), lines(sys.exception().__traceback__)


def asks_property(d, r):
    try:
        d["k"]
    except KeyError:
        return r.p


for _ in range(3):
    print(plain({}), looks({}), looks_deeper({}), prints({}))
    e = keeps({})
    f = e.__traceback__.tb_frame
    print(repr(e), f.f_locals, lines(e.__traceback__), f.f_back and f.f_back.f_code.co_name)
    for g in context, again, unmatched, last:
        try:
            g({})
        except Exception as e:
            c = e.__context__
            print(g.__name__, repr(e), lines(e.__traceback__), repr(c), c and lines(c.__traceback__))
    print(stored(), of_class(), fresh(), thrown())
    Keeps.made.clear()
    print(nested({}), left_early({}), local_names({}), asks_property({}, Raises()))
    print(list(generator({})), in_handler({}))


# Events of exceptions, with handlers that caught quietly before.
events = []


def tracer(frame, event, arg):
    if event == "exception":
        events.append((frame.f_code.co_name, arg[0].__name__, len(lines(arg[2]))))
    return tracer


sys.settrace(tracer)
plain({})
again_result = None
try:
    again({})
except KeyError:
    pass
sys.settrace(None)
print(events)

def order(kind):
    log = []
    try:
        log.append("try")
        if kind: raise kind("x")
    except (KeyError, IndexError) as e:
        log.append(f"lookup {e!r}")
    except ValueError:
        log.append("value")
        try:
            raise TypeError("second")
        except TypeError as t:
            log.append(repr(t.__context__))
    else:
        log.append("else")
    finally:
        log.append("finally")
    return log
for k in (None, KeyError, IndexError, ValueError): print(order(k))
try:
    order(OSError)
except OSError as e: print(repr(e))
try:
    e
except NameError as n: print(n)
def finally_overrides():
    try: return 1
    finally: print("cleanup")
print(finally_overrides())
def swallow():
    while True:
        try: raise ValueError
        finally: break
    return "swallowed"
import warnings; warnings.simplefilter("ignore")
print(swallow())
def reraise():
    try:
        try: 1 / 0
        except ZeroDivisionError: raise
    except ZeroDivisionError as e: return str(e)
print(reraise())
try: raise
except RuntimeError as e: print(e)
try:
    try: raise KeyError("a")
    except KeyError as k: raise ValueError("b") from k
except ValueError as v: print(repr(v.__cause__), v.__suppress_context__, repr(v.__context__))
try:
    try: raise KeyError("a")
    except KeyError: raise ValueError("b") from None
except ValueError as v: print(v.__cause__, v.__suppress_context__, repr(v.__context__))
for bad in (1, "str", int, None):
    try: raise bad
    except TypeError as e: print(e)
try: raise ValueError("x") from 5
except TypeError as e: print(e)
try: raise ValueError
except ValueError as e: print(repr(e), e.args)
try:
    try: raise ValueError
    except 5: pass
except TypeError as e: print(e)
import sys
def info():
    try: raise KeyError("k")
    except KeyError:
        t, v, tb = sys.exc_info()
        inner = [x is None for x in sys.exc_info()]
        print(t.__name__, v, tb.tb_lineno - info.__code__.co_firstlineno, sys.exception() is v, inner)
    print(sys.exc_info())
info()
def gen():
    try: yield 1
    except ValueError as e: yield f"caught {e}"; raise KeyError("from gen")
g = gen(); next(g); print(g.throw(ValueError("v")))
try: next(g)
except KeyError as e: print(repr(e), repr(e.__context__))
class E(Exception):
    def __init__(self, a, b): super().__init__(a, b); self.a = a
    def __str__(self): return f"E:{self.a}"
try: raise E(1, 2)
except E as e: print(e, repr(e), e.args)
def nested_finally():
    out = []
    for i in range(3):
        try:
            try:
                if i == 1: raise ValueError
                out.append(i)
            finally: out.append("f1")
        except ValueError:
            out.append("ex"); continue
        finally: out.append("f2")
        out.append("end")
    return out
print(nested_finally())
try:
    raise (ValueError("t1"), 1)
except TypeError as e: print(e)
try: int("12x")
except (ValueError, TypeError) as e: print(e)
try: {}["missing"]
except KeyError, IndexError: print("no parens")
except ValueError: pass

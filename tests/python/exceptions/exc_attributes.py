for e in (ValueError("a"), ValueError(), ValueError("a", 1), KeyError("k"), KeyError(), KeyError(1, 2), OSError(2, "msg"), OSError(2, "msg", "file"), OSError(2, "m", "f1", None, "f2"), OSError("one"), StopIteration(5), StopIteration(), SystemExit(3), SystemExit(), SystemExit("msg"), ImportError("m", name="n", path="p"), NameError("x", name="q"), AttributeError("x", name="a", obj=5), UnicodeDecodeError("utf-8", b"ab\xff", 2, 3, "why"), UnicodeEncodeError("ascii", "é", 0, 1, "why"), UnicodeTranslateError("abc", 1, 2, "r"), SyntaxError("m", ("f", 1, 2, "text", 1, 5)), SyntaxError("m"), FileNotFoundError(2, "x"), ConnectionResetError(), IndexError("i"), RecursionError("r"), KeyboardInterrupt(), BlockingIOError(11, "b", 5), Warning("w"), ModuleNotFoundError("No", name="zz")):
    attrs = {n: getattr(e, n) for n in ("args", "errno", "strerror", "filename", "filename2", "value", "code", "name", "path", "obj", "msg", "lineno", "offset", "text", "encoding", "object", "start", "end", "reason", "characters_written") if hasattr(e, n)}
    print(repr(e), "|", str(e), "|", attrs)
print(type(OSError(2, "x")).__name__, type(OSError(13, "x")).__name__, type(OSError(17, "x")).__name__, type(OSError(20, "x")).__name__, type(OSError(99999, "x")).__name__, type(OSError(32, "p")).__name__, type(OSError(11, "p")).__name__, IOError is OSError, EnvironmentError is OSError)
def show(c, d=0):
    print("  " * d + c.__name__)
    for s in sorted(c.__subclasses__(), key=lambda s: s.__name__):
        if s.__module__ == "builtins": show(s, d + 1)
show(BaseException)
e = ValueError("x"); e.custom = 1; print(e.__dict__, e.__traceback__, e.__cause__, e.__context__, e.__suppress_context__)
for bad in ("e.__cause__ = 5", "e.__context__ = 'x'", "e.__traceback__ = 1", "e.args = 5", "del e.args", "e.__suppress_context__ = 1", "BaseException(x=1)", "UnicodeDecodeError('a')", "UnicodeDecodeError('a', 'notbytes', 1, 2, 'r')", "ImportError(bogus=1)", "e.with_traceback(5)", "StopIteration(x=1)", "NameError(nm='x')"):
    try: exec(bad); print(bad, "ok")
    except Exception as x: print(bad, "->", type(x).__name__, x)
e.args = (1, 2); print(e, repr(e)); e.__cause__ = KeyError("c"); print(e.__suppress_context__)
class Custom(Exception): pass
class WithInit(Exception):
    def __init__(self, code): self.code = code
class WithStr(Exception):
    def __str__(self): return "custom str"
print(repr(Custom("a")), repr(WithInit(5)), WithInit(5).args, str(WithInit(5)), str(WithStr("z")), repr(WithStr("z")), Custom("a") == Custom("a"))
import pickle, copy
print(repr(pickle.loads(pickle.dumps(Custom("p", 1)))), repr(copy.copy(OSError(2, "m", "f"))), pickle.loads(pickle.dumps(KeyError("k"))).args)
def tb_walk():
    def a(): b()
    def b(): raise ValueError("w")
    try: a()
    except ValueError as e:
        tb = e.__traceback__
        out = []
        while tb: out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb_walk.__code__.co_firstlineno)); tb = tb.tb_next
        return out
print(tb_walk())

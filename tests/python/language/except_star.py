def show(g, indent=0):
    print(" " * indent + repr(g.message), [type(e).__name__ for e in g.exceptions])
    for e in g.exceptions:
        if isinstance(e, BaseExceptionGroup): show(e, indent + 2)
eg = ExceptionGroup("top", [ValueError(1), TypeError(2), ExceptionGroup("sub", [ValueError(3), KeyError(4)])])
try: raise eg
except* ValueError as g: show(g)
except* TypeError as g: show(g)
except* KeyError as g: show(g)
try:
    try: raise eg
    except* ValueError: print("handled values")
except ExceptionGroup as rest: show(rest)
try: raise ValueError("plain")
except* ValueError as g: show(g); print(type(g).__name__)
try:
    try: raise ExceptionGroup("g", [ValueError(1), OSError(2)])
    except* ValueError: raise KeyError("new")
except ExceptionGroup as e: show(e)
def flow():
    out = []
    try: out.append("t")
    except* ValueError: out.append("no")
    else: out.append("else")
    finally: out.append("fin")
    return out
print(flow())
m, r = eg.split(ValueError)
show(m); show(r)
print(eg.subgroup(OSError), eg.split(OSError)[0])
show(eg.subgroup(lambda e: not isinstance(e, ExceptionGroup) and e.args[0] % 2 == 0))
print(type(BaseExceptionGroup("b", [ValueError()])).__name__, type(BaseExceptionGroup("b", [KeyboardInterrupt()])).__name__)
for args in [("m", []), ("m", [1]), (1, [ValueError()]), ("m", 5), ("m", [KeyboardInterrupt()])]:
    try: ExceptionGroup(*args)
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
class MyG(ExceptionGroup):
    def derive(self, excs): return MyG(self.message + "+", excs)
mg = MyG("mine", [ValueError(1), TypeError(2)])
print(repr(mg.split(ValueError)[0]), str(mg), repr(mg), mg.args)
try:
    try: raise eg
    except* (ValueError, TypeError) as g: raise
    except* KeyError: pass
except ExceptionGroup as e: show(e)
try:
    try: raise ValueError
    except* ExceptionGroup: pass
except TypeError as e: print(e)

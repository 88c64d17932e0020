import traceback, sys
def a(): b(1)
def b(x):
    local = "v"
    raise ValueError("msg")
try: a()
except ValueError as e:
    print(traceback.format_exc(), end=""); print(traceback.format_exception_only(e)); s = traceback.extract_tb(e.__traceback__)
    print([(f.name, f.lineno, f.line, f.colno, f.end_colno) for f in s])
    te = traceback.TracebackException.from_exception(e.with_traceback(e.__traceback__.tb_next.tb_next), capture_locals=True); print("".join(te.format()), end="")
    print("".join(traceback.format_tb(e.__traceback__, limit=1)), end=""); print("".join(traceback.format_exception(e, limit=-1)), end="")
    traceback.print_exception(e, file=sys.stdout, chain=False); traceback.print_tb(e.__traceback__, file=sys.stdout)
print([f.name for f in traceback.extract_stack()]); print("".join(traceback.format_list([("f.py", 1, "fn", "code")])), end="")
def stack(): return [f.f_code.co_name for f, _ in traceback.walk_stack(None)]
print(stack()[-2:])
print(traceback.format_exception_only(KeyError("k")), traceback.format_exception_only(ValueError("two\nlines")), traceback.format_exception(None))
class BadStr(Exception):
    def __str__(self): raise RuntimeError
print(traceback.format_exception_only(BadStr())); print(traceback.format_exception_only(SyntaxError("bad", ("f.py", 3, 5, "x = = 1\n", 3, 6))))
try: exec(compile("def q():\n    raise KeyError('k')\nq()", "<gen>", "exec"))
except KeyError: traceback.print_exc(file=sys.stdout)
try:
    try: 1 / 0
    except ZeroDivisionError as z: raise ValueError from z
except ValueError: traceback.print_exc(limit=1, file=sys.stdout)
class Outer:
    class Inner(Exception): pass
    def method(self): raise self.Inner("qualified")
try: Outer().method()
except Outer.Inner: traceback.print_exc(file=sys.stdout)
def gen():
    yield 1
    raise ValueError("in gen")
try:
    for _ in gen(): pass
except ValueError: traceback.print_exc(file=sys.stdout)
try: [1 / x for x in [0]]
except ZeroDivisionError: traceback.print_exc(file=sys.stdout)
try: (lambda: 1 / 0)()
except ZeroDivisionError: traceback.print_exc(file=sys.stdout)
try:
    class Body: x = 1 / 0
except ZeroDivisionError: traceback.print_exc(file=sys.stdout)
try: sorted([1, 2], key=lambda x: x.y)
except AttributeError: traceback.print_exc(file=sys.stdout)
@(lambda f: f)
def decorated(): raise ValueError("d")
try: decorated()
except ValueError: traceback.print_exc(file=sys.stdout)
a = 1
try: a.b.c = 1
except AttributeError: traceback.print_exc(file=sys.stdout)

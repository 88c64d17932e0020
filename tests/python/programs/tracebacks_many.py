import traceback, sys
def show(f):
    try: f()
    except BaseException: print("".join(traceback.format_exc().replace(__file__, "a3.py")))
class A:
    def __init__(self, v): self.v = v
    def __getitem__(self, k): raise KeyError(k)
    def __add__(self, o): return NotImplemented
def t1():
    x = (1 +
         2 *
         (3 / 0))
def t2():
    d = {"a": {"b": None}}
    return d["a"]["b"]["c"]["d"]
def t3(): return A(1).foo.bar(1)(2)
def t4():
    foo(1,
        2, bar=[i for i in
                range(3)])
def foo(*a, **k): raise ValueError("multi\nline") from KeyError("k")
def t5():
    try: t1()
    except ZeroDivisionError as e:
        e.add_note("note 1"); e.add_note("two\nlines"); raise RuntimeError("second")
def t6(): raise ExceptionGroup("eg", [ValueError(1), ExceptionGroup("in", [TypeError("t"), OSError(2, "No such", "f")])])
def t7():
    with open("/nonexistent/file") as f: pass
def t8(): assert 1 == 2, ("msg", 3)
def t9(): return [x for x in (1, 2, 0) if 1 / x > 100 or y_undefined]
def t10(): lambda: 0; (lambda a: a.b)(1)
def t11():
    def inner(n): return inner(n - 1) if n else 1 / 0
    inner(5)
def t12(): A(1) + A(2)
def t13(): x = A(1); x[1:2, ...]
def t14(): x = [1, 2]; a, b, c = x
def t15(): print(undefined_name.attr)
def t16(): "%s %d" % ("a",)
def t17():
    for a, b in [(1, 2), (3,)]: pass
def t18(): int("12a")
def t19(): raise
def t20(): raise 5
def t21(): del nope
def t22():
    x += 1
def t23(): import nonexistent_mod.sub
def t24(): from collections import Ordereddict
def t25_unused():
    async def c(): pass
    c().send(1)
def t26(): {**1}
def t27(): [*1]
def t28(): f"{1:{'x'}}"
def t29():
    match A(1):
        case A(1): pass
def t30():
    class B(A, int, A): pass
def t31(): return sum(1 / (n - 3) for n in range(5))
def t32(): sorted([3, 1], key=lambda k: k.foo)
def t33():
    try:
        try: 1 / 0
        finally: {}["cleanup"]
    except KeyError as e: raise ValueError("final") from None
def t34(): (a := 1) + (b := "x")
def t35(): A(1).v.w = 5
def t36(): A(1)[0] = 1
def t37(): x = 1; x()
def t38(): not_a_list = 5; not_a_list[0][1]
def t39(): return 1 if A(1).qq else 2
def t40(): yield_from = (yield)
def t41(): raise KeyboardInterrupt("k")
def t42(): sys.exit("bye")

for i in range(1, 43):
    if i != 25: show(globals()["t%d" % i])

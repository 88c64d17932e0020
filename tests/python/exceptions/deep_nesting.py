import sys, warnings
warnings.simplefilter("ignore")
# Source too deeply nested ends in an exception of some kind, never in a crash.
for n in (1000, 100000):
    for a, m, z in (("(", "1", ")"), ("[", "", "]"), ("-", "1", ""), ("not ", "1", ""), ("f(", "", ")"), ("lambda:", "1", ""), ("{1:", "1", "}"), ("x.y[", "1", "]")):
        src = a * n + m + z * n
        try: compile(src, "f", "eval"); r = "ok"
        except (SyntaxError, RecursionError, MemoryError): r = "refused"
        print(a, n, "survived")
for n in (5, 50): 
    src = "".join(" " * i + "if 1:\n" for i in range(n)) + " " * n + "x = 1\n"
    ns = {}; exec(src, ns); print(ns["x"])
src = "".join(" " * i + "if 1:\n" for i in range(150)) + " " * 150 + "x = 1\n"
try: compile(src, "f", "exec")
except SyntaxError as e: print(type(e).__name__, e.msg)
for nest in ("[" * 200 + "]" * 200, "(" * 300 + ")" * 300):
    try: compile(nest, "f", "eval"); print("ok")
    except (SyntaxError, MemoryError) as e: print(type(e).__name__, getattr(e, "msg", ""))
print(eval("1" + "+1" * 3000))

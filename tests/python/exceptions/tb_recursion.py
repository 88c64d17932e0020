import traceback, sys
def f(n):
    if n == 0:
        raise ValueError("bottom")
    return f(n - 1)
try: f(10)
except ValueError: traceback.print_exc(file=sys.stdout)
def g(n): return h(n - 1) if n else 1 / 0
def h(n): return g(n)
try: g(6)
except ZeroDivisionError: traceback.print_exc(file=sys.stdout)
def deep(): return deep()
try: deep()
except RecursionError as e:
    print(type(e).__name__, str(e)[:32])
    n = 0; tb = e.__traceback__
    while tb: n += 1; tb = tb.tb_next
    print(n > 500)
    text = traceback.format_exc()
    print("more times]" in text, text.count("deep()") < 12)

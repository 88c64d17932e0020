import gc
class D:
    def __del__(self): raise ValueError("in del")
    def __repr__(self): return "<D>"
import sys
sys.unraisablehook = lambda u: print("unraisable", type(u.exc_value).__name__, u.exc_value)
def f(): D()
f(); gc.collect(); print("goes on")

print("two starts")
from . import one
Y = 2
print("one has X:", hasattr(one, "X"))
try:
    from .one import X
except ImportError as e: print(type(e).__name__, str(e).split(" (")[0])

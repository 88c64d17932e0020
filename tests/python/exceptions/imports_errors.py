import importlib, sys
for src in ("import nope_mod", "import os.nope", "from os import nope", "from nope_mod import x", "import os.path.nope", "from . import x", "from .a import b", "from ... import q", "import sys.nope", "__import__('')", "__import__('a.b.c')", "importlib.import_module('.x')", "from math import nope as n", "import nope_mod as n", "from math import *; nope", "import math.nope"):
    try: exec(src)
    except Exception as e: print(src, "->", type(e).__name__, e, getattr(e, "name", None))
sys.modules["blocked"] = None
try: import blocked
except ImportError as e: print(type(e).__name__, e)
try: exec("from . import y", {"__name__": "pkg.mod", "__package__": "nopkg"})
except Exception as e: print(type(e).__name__, e)
try: __import__(5)
except TypeError as e: print(e)
try: __import__("math", level=-1)
except ValueError as e: print(e)

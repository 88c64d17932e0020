import lazy, sys
print(lazy.dynamic, dir(lazy))
from lazy import dynamic; print(dynamic)
try: lazy.nope
except AttributeError as e: print(e)
try: from lazy import nope2
except ImportError as e: print(str(e).split(" (")[0])
for _ in range(2):
    try: import broken
    except ValueError as e: print(e, "broken" in sys.modules)
sys.modules.pop("broken", None)
import importlib.util
try: exec("import broken.syntax")
except ValueError as e: print("package first:", e)
import os
spec = importlib.util.spec_from_file_location("bad_syntax", os.path.join(os.path.dirname(__file__), "broken", "syntax.py"))
m = importlib.util.module_from_spec(spec)
try: spec.loader.exec_module(m)
except SyntaxError as e: print(e.msg, e.lineno, os.path.basename(e.filename))

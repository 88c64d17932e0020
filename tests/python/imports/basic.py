import sys
sys.path.insert(0, sys.path[0])
import pkg
import pkg.sub as s, pkg.sub.leaf
from pkg import alpha as al, renamed
from pkg.sub.leaf import up
print(pkg.__name__, pkg.__doc__, s.total, pkg.sub.leaf.N, al.f(), renamed, up(), s.NAME)
print(pkg.alpha is sys.modules["pkg.alpha"], "pkg.sub" in sys.modules, pkg.sub is s)
ns = {}; exec("from pkg import *", ns); print(sorted(k for k in ns if k != "__builtins__"))
ns = {}; exec("from pkg.alpha import *", ns); print(sorted(k for k in ns if k != "__builtins__"))
import pkg.circular
try: from pkg import missing
except ImportError as e: print(str(e).split(" (")[0], e.name)
try: import pkg.missing
except ModuleNotFoundError as e: print(e, e.name)
try: import pkg.alpha.deeper
except ModuleNotFoundError as e: print(e)
print(pkg.alpha.__spec__.name, pkg.__spec__.submodule_search_locations is not None, pkg.alpha.__file__.endswith("alpha.py"), pkg.__file__.endswith("__init__.py"), type(pkg.__loader__).__name__)
del sys.modules["pkg.alpha"]; import pkg.alpha; print(pkg.alpha is al)
def local_import():
    import pkg.sub.leaf as l
    from math import pi
    return l.N, pi
print(local_import())

import importlib, sys, types, os
m = importlib.import_module("pkg.sub"); print(m.__name__, importlib.import_module(".leaf", "pkg.sub").N)
mod = types.ModuleType("made_up"); mod.value = 1; sys.modules["made_up"] = mod
import made_up; print(made_up.value); from made_up import value; print(value)
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.startswith("virtual"): return importlib.machinery.ModuleSpec(name, Loader(), is_package=name == "virtual")
class Loader:
    def create_module(self, spec): print("create", spec.name); return None
    def exec_module(self, m): print("exec", m.__name__); m.v = m.__name__.upper()
import importlib.machinery, importlib.util, importlib.abc
sys.meta_path.append(Finder)
import virtual.child; print(virtual.v, virtual.child.v)
print(importlib.util.find_spec("nope_mod"), importlib.util.find_spec("json").name, importlib.util.find_spec("sys").origin)
try: importlib.util.find_spec("nope_mod.x")
except ModuleNotFoundError as e: print(e)
import pkg.alpha; pkg.alpha.VALUE = 99; importlib.reload(pkg.alpha); print(pkg.alpha.VALUE)
try: importlib.reload(types.ModuleType("zz"))
except ImportError as e: print(e)
spec = importlib.util.spec_from_loader("inline", Loader()); im = importlib.util.module_from_spec(spec); spec.loader.exec_module(im); print(im.v, im.__name__)
real = __import__
def spy(name, *a, **k): print("import", name, a[2:] ); return real(name, *a, **k)
import builtins; builtins.__import__ = spy
import pkg.sub.leaf
from pkg.sub import leaf
builtins.__import__ = real
print(__import__("pkg.sub").__name__, __import__("pkg.sub", fromlist=["leaf"]).__name__, importlib.resources.__name__ if hasattr(importlib, "resources") else "not imported")
print(importlib.util.resolve_name(".x", "a.b"), importlib.machinery.SOURCE_SUFFIXES, importlib.invalidate_caches())
print([type(f).__name__ if not isinstance(f, type) else f.__name__ for f in sys.meta_path if f is not Finder][-1])

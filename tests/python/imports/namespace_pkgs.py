import sys, os
here = os.path.dirname(os.path.abspath(__file__))
sys.path += [here + "/_ns1", here + "/_ns2"]
import nspkg.a, nspkg.b
print(nspkg.a.A, nspkg.b.B, len(list(nspkg.__path__)), nspkg.__file__ if hasattr(nspkg, "__file__") else "no file", nspkg.__spec__.origin, type(nspkg.__path__).__name__)

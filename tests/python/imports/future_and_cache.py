# flags: -B
from __future__ import annotations
import sys, os, py_compile, tempfile, importlib.util
def f(x: NotDefined) -> "y": pass
print(f.__annotations__, sys.dont_write_bytecode)
with tempfile.TemporaryDirectory() as d:
    p = os.path.join(d, "m.py")
    with open(p, "w") as fh: fh.write("X = 1\n")
    sys.path.insert(0, d); import m; print(m.X, os.path.exists(os.path.join(d, "__pycache__")))
    sys.dont_write_bytecode = False
    with open(os.path.join(d, "n.py"), "w") as fh: fh.write("Y = 2\n")
    import importlib; importlib.invalidate_caches(); import n; print(n.Y, len(os.listdir(os.path.join(d, "__pycache__"))), n.__cached__ == importlib.util.cache_from_source(n.__file__))
    out = py_compile.compile(p, cfile=os.path.join(d, "z.pyc")); print(os.path.basename(out))
    with open(p, "w") as fh: fh.write("X = 'changed and longer'\n")
    importlib.reload(m); print(m.X)
    big = importlib.import_module
    with open(os.path.join(d, "bom.py"), "wb") as fh: fh.write(b"\xef\xbb\xbfZ = 'b\xc3\xa9'\n")
    with open(os.path.join(d, "latin.py"), "wb") as fh: fh.write(b"# -*- coding: latin-1 -*-\nZ = '\xe9'\n")
    with open(os.path.join(d, "badenc.py"), "wb") as fh: fh.write(b"Z = '\xe9'\n")
    with open(os.path.join(d, "nul.py"), "wb") as fh: fh.write(b"Z = 1\x00\n")
    with open(os.path.join(d, "crlf.py"), "wb") as fh: fh.write(b"Z = '''a\r\nb'''\r\nif 1:\r\n    W = 1\r\n")
    importlib.invalidate_caches()
    print(big("bom").Z, big("latin").Z, repr(big("crlf").Z))
    for bad in ("badenc", "nul"):
        try: big(bad)
        except SyntaxError as e: print(bad, e.msg.replace(d, ""), e.lineno)

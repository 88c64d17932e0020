"""`pkgutil.get_data` for packages of the library and of others."""
import os
import pkgutil
import sys
import tempfile

print(pkgutil.get_data("json", "__init__.py")[:8], b"class JSONDecoder" in pkgutil.get_data("json", "decoder.py"))
try:
    print(pkgutil.get_data("json", "nope.txt"))
except OSError as e:
    print(type(e).__name__, e.errno, os.path.basename(e.filename))
with tempfile.TemporaryDirectory() as d:
    sys.path.insert(0, d)
    os.mkdir(os.path.join(d, "own"))
    open(os.path.join(d, "own", "__init__.py"), "w").close()
    with open(os.path.join(d, "own", "data.bin"), "wb") as f:
        f.write(b"\x00\xff")
    print(pkgutil.get_data("own", "data.bin"))
    try:
        pkgutil.get_data("own", "none")
    except OSError as e:
        print(type(e).__name__)

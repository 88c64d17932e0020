"""A file that is dropped without being closed keeps what was written to it."""
import gc
import os
import subprocess
import sys
import tempfile

path = os.path.join(tempfile.mkdtemp(), "file")
open(path, "w").write("x" * 10)
gc.collect()
print(os.path.getsize(path))
open(path, "wb").write(b"x" * 20)
gc.collect()
print(os.path.getsize(path))
subprocess.run([sys.executable, "-c", f"open({path!r}, 'w').write('x' * 30)"])
print(os.path.getsize(path))

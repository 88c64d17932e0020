"""A file that is dropped without being closed keeps what was written to it."""
import os
import subprocess
import sys
import tempfile

path = os.path.join(tempfile.mkdtemp(), "file")
for program in [
    "open({!r}, 'w').write('x' * 10)",
    "import gc; open({!r}, 'w').write('x' * 20); gc.collect()",
    "open({!r}, 'wb').write(b'x' * 30)",
    "f = open({!r}, 'w'); f.write('x' * 40)",
]:
    subprocess.run([sys.executable, "-W", "ignore", "-c", program.format(path)])
    print(os.path.getsize(path))

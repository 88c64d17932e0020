# What the command line does before and after the program: paths, names, compiled files, hooks, statuses.
import os
import subprocess
import sys
import tempfile


def run(*args, env={}, stdin="", **more):
    done = subprocess.run([sys.executable, *args], capture_output=True, text=True, input=stdin,
                          env={**os.environ, **env}, cwd=folder, **more)
    text = (done.stdout + done.stderr).replace(os.path.realpath(folder), "FOLDER").replace(folder, "FOLDER").replace(sys.executable, "PYTHON")
    print(args[-1:] if len(args[-1]) < 30 else "...", done.returncode, text)


with tempfile.TemporaryDirectory() as folder:
    def write(name, text):
        with open(os.path.join(folder, name), "w") as f:
            f.write(text)

    write("name.py", "print(__file__)\n")
    run("name.py")
    run("./name.py")
    run("-", stdin="print(__file__)\n")
    run("-c", "import py_compile; py_compile.compile('name.py', 'name.pyc')")
    run("name.pyc")
    write("bad.pyc", "print(1)\n")
    run("bad.pyc")
    run("")
    run("-c", "import sys; print([p for p in sys.path if 'rel' in p])", env={"PYTHONPATH": "rel:/a/rel:rel:x/../rel2"})
    run("-c", "import sys; print('site' in sys.modules, sys.modules['site'].__name__)\nimport site\n"
              "print(sys.modules['site'] is site, callable(site.getsitepackages), sys.path[0])")
    run("-S", "-c", "import sys; print('site' in sys.modules)")
    run("-c", "import sys\nfor m in list(sys.modules.values()): getattr(m, '__file__', None)\n"
              "print(sys.path[0], sorted(vars(sys.modules['site']))[:3])")
    run("-c", "import sys\ndef hook(*a):\n    sys.exit(4)\nsys.excepthook = hook\n1/0")
    run("-c", "import sys\nclass O:\n    def write(self, s): pass\n    def flush(self): raise ValueError('no')\n"
              "sys.stderr = O()")
    write("one.py", "from two import y\nx = 1\n")
    write("two.py", "from one import x\ny = 2\n")
    run("-c", "import one")
    write("lonely.py", "try:\n    pass\n")
    run("lonely.py")
    write("failing.py", "1/0\n")
    run("-m", "failing")
    run("-u", "-c", "import sys; print(sys.stdout.write_through, sys.stdout.line_buffering)")
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", "import colorsys"], capture_output=True, text=True)
    lines = done.stderr.splitlines()
    print(lines[0], lines[-1].split("|")[2:])

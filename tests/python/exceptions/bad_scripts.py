"""Scripts that cannot be read as text, ends of programs, and output that goes nowhere."""
import os
import subprocess
import sys
import tempfile

SOURCES = {
    "line1.py": b'x = "\xff"\n',
    "line2.py": b'print("x")\n"\xff\xfe"\n',
    "line3.py": b'x = 1\ny = 2\nz = "\xe9\xe9"\n',
    "declared.py": b'# coding: utf-8\nprint("\xff")\n',
    "cut.py": b'print("\xc3")\n',
    "bomlatin.py": b"\xef\xbb\xbf# coding: latin-1\nprint(1)\n",
    "bom.py": b"\xef\xbb\xbfprint(1)\n",
    "unknown.py": b"# -*- coding: nope -*-\nprint(1)\n",
    "latin.py": b'# coding: latin-1\nprint(ascii("caf\xe9"))\n',
    "null.py": b'x = "a\x00b"\n',
    "elf.py": b"\x7fELF\x02\x01\x01\x00\x00binary\x00",
    "return.py": b"x = 1\nreturn x\n",
    "exit_text.py": b'import sys\nsys.exit("bye")\n',
    "exit_big.py": b"raise SystemExit(10**30)",
    "exit_float.py": b"raise SystemExit(3.5)",
}
with tempfile.TemporaryDirectory() as d:

    def run(*args):
        r = subprocess.run([sys.executable, *args], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace")
        err = r.stderr.replace(d, "DIR").replace(sys.executable, "PYTHON")
        print(args[0].replace(d, "DIR"), r.returncode, repr(r.stdout), err)

    for name, source in SOURCES.items():
        path = os.path.join(d, name)
        with open(path, "wb") as f:
            f.write(source)
        run(path)
    for args in (
        ["-X", "tracemalloc=x", "-c", "1"],
        ["-X", "importtime=9", "-c", "1"],
        ["-X", "frozen_modules=maybe", "-c", "1"],
        ["-X", "cpu_count=5", "-c", "import os; print(os.cpu_count())"],
        ["-X", "no_debug_ranges", "-c", "1/0"],
        ["-X", "warn_default_encoding", "-c", "import pathlib; pathlib.Path('/dev/null').read_text()"],
    ):
        run(*args)
    full = os.open("/dev/full", os.O_WRONLY)
    for flags in ([], ["-u"]):
        r = subprocess.run([sys.executable, *flags, "-c", "print('x')"], stdout=full, stderr=subprocess.PIPE, text=True)
        print(flags, r.returncode, r.stderr.count("No space left on device"))
    os.close(full)
    for text in (
        "if 1:\n  print(2)\nprint(3)\n",
        "@x\ndef\n",
        "raise KeyboardInterrupt\nprint(1)\n",
        "for i in range(2):\n  i\n\n1;2\n",
    ):
        r = subprocess.run([sys.executable, "-i", "-q"], input=text, capture_output=True, text=True)
        print(repr(r.stdout), r.stderr.replace(" Did you mean 'not'?", "").replace("syntax.", "syntax").rstrip(), r.returncode)

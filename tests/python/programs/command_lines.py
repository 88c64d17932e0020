"""An argparse program with sub-commands, run with many command lines."""
import argparse
import contextlib
import io
import sys


def positive(text):
    n = int(text)
    if n <= 0:
        raise argparse.ArgumentTypeError(f"{n} is not positive")
    return n


def build():
    p = argparse.ArgumentParser(prog="tool", description="Does things to files.", epilog="See the manual.")
    p.add_argument("-v", "--verbose", action="count", default=0, help="say more")
    p.add_argument("--version", action="version", version="%(prog)s 1.2")
    p.add_argument("--color", choices=["auto", "never"], default="auto", help="when (default: %(default)s)")
    sub = p.add_subparsers(dest="command", required=True, metavar="COMMAND")
    a = sub.add_parser("add", help="add numbers", aliases=["sum"])
    a.add_argument("numbers", nargs="+", type=float)
    a.add_argument("-r", "--round", type=positive, metavar="N")
    g = a.add_mutually_exclusive_group()
    g.add_argument("--hex", action="store_true")
    g.add_argument("--oct", action="store_true")
    c = sub.add_parser("copy", help="copy a file")
    c.add_argument("source")
    c.add_argument("target", nargs="?", default="-")
    c.add_argument("-n", "--dry-run", action=argparse.BooleanOptionalAction, default=False)
    c.add_argument("-D", dest="defines", action="append", default=[], metavar="K=V")
    return p


def run(line):
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            ns = build().parse_args(line.split())
            print(ns)
        except SystemExit as e:
            code = e.code
    print(f"$ tool {line}")
    for text in (out, err):
        for row in text.getvalue().splitlines():
            print("  ", row)
    if code:
        print("   exit", code)


sys.argv[0] = "tool"
for line in [
    "-vv add 1 2.5 -r 2", "sum 1 --hex", "add 1 --hex --oct", "add", "add x", "add 1 -r 0", "copy", "copy a", "copy a b --dry-run -D x=1 -D y=2",
    "copy a --no-dry-run", "--version", "", "nope", "--color red add 1", "--colo never add 1", "-h", "add -h", "copy -h", "copy a b c", "--unknown add 1", "add -- -1 -2",
]:
    run(line)
p = argparse.ArgumentParser(prog="x", exit_on_error=False, fromfile_prefix_chars="@")
p.add_argument("--n", type=int, required=True)
p.add_argument("rest", nargs=argparse.REMAINDER)
print(p.parse_args(["--n", "3", "a", "--b", "c"]))
print(p.parse_known_args(["--n=4"]))
try:
    p.parse_args(["--n", "x"])
except argparse.ArgumentError as e:
    print("ArgumentError", e)

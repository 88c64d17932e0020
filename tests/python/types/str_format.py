print("{} {}".format(1, 2), "{1} {0} {1}".format("a", "b"), "{x} {y}".format(x=1, y=2), "{0[0]} {0[1]} {1.real} {2[k]}".format([1, 2], 5, {"k": "v"}), "{{}} {}".format(1), "{!r} {!s} {!a}".format("é", "é", "é"))
print("{:>8}|{:<8}|{:^8}|{:*^8}|{:08.3f}|{:+d}|{: d}|{:,}|{:_}".format("a", "b", "c", "d", 3.14159, 5, 5, 1234567, 1234567))
print("{:{}}|{:{w}.{p}f}|{:{fill}{align}{width}}".format("x", 5, 3.14159, "y", w=8, p=2, fill="*", align="^", width=7))
print("{:x} {:X} {:o} {:b} {:#x} {:#X} {:#o} {:#b} {:c} {:d} {:n} {:e} {:E} {:f} {:F} {:g} {:G} {:%}".format(255, 255, 8, 5, 255, 255, 8, 5, 65, 42, 42, 12345.678, 12345.678, 1.5, float("inf"), 1e-10, 1e20, 0.25))
print("{:10}|{:10}|{:10}|{:10}|{:<5}|{:=+8}|{:0>5}|{:-<5}".format("s", 5, 1.5, True, 3, 42, 7, "z"), "{:.3}|{:5.1}|{:.0f}|{:.0%}".format("abcdef", "xyz", 2.5, 0.125))
for spec in ("", "d", "5", "<5", ">5", "^5", "=5", "05", "+", "-", " ", ",", "_", "x", "#x", "b", "o", "c", "e", ".2f", "g", "%", "n", "10,", "+,d", "_b", "_x", "08_x", "#010x", "s", ".2d", ",x", "z", "q", "5.", "{", "+s", "zd", "10000000000000000000"):
    out = []
    for v in (42, -1234567, 3.5, "str", True, None, 2j):
        try: out.append(format(v, spec))
        except (ValueError, TypeError, OverflowError) as e: out.append(f"<{type(e).__name__}: {e}>")
    print(repr(spec), out)
for spec in (".0f", ".1f", ".3f", ".10f", "e", ".0e", ".3e", "g", ".1g", ".3g", ".10g", ".17g", "#g", "#.0f", "f", "%", ".1%", "12.4f", "<12.4f", "+.2f", "012.2f", ",.2f", "z.1f", "", ".5", "10", "n", "r"):
    out = []
    for v in (0.0, -0.0, 1.0, 2.5, -1234.5678, 1e10, 1e-10, 123456789.0, 0.04, float("inf"), float("-inf"), float("nan"), 1e308):
        try: out.append(format(v, spec))
        except ValueError as e: out.append(f"<{e}>"); break
    print(repr(spec), out)
print("%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%#o|%c|%c|%s|%r|%a|%5s|%-5s|%.2s|%%" % (42, 42, 42, 42, 42, 255, 255, 255, 8, 8, 65, "z", "s", "r", "é", "ab", "ab", "abcdef"))
print("%(a)d %(b)s %(a)05.1f" % {"a": 1, "b": "x"}, "%*d|%-*d|%.*f" % (5, 42, 5, 42, 2, 3.14159), "%s" % [1], "%s %s" % ((1, 2), 3), "%d" % 3.99, "%i" % True, "%u" % 5, "%e %g" % (1e5, 1e-7), "%s" % None, "%.3d" % 5, "%+.3d|%#.3x" % (5, 10), "%5.2f%%" % 99.5)
class F:
    def __format__(self, s): return "F:" + s
    def __getattr__(self, n): return n.upper()
    def __getitem__(self, k): return k
f = F()
print("{:abc} {.attr} {[key]} {[0]}".format(f, f, f, f), "{0.a}".format(f), "{0:{1}}".format(f, "spec"), format(f), "{:%Y-%m}".format(__import__("datetime").date(2020, 5, 1)))
class D(dict):
    def __missing__(self, k): return f"<{k}>"
print("{a} {b}".format_map(D(a=1)), "{:{}{}}".format("x", ">", 4), "{0!r:>6}".format("q"), "{:>{n}}".format("v", n=3), "{a[b][c]}".format(a={"b": {"c": 1}}), "{:\n^5}".format("x"), "{:é>4}".format("x"))
import string
print(string.Template("$x ${y} $$").substitute(x=1, y=2), string.Template("$x $z").safe_substitute(x=1), list(string.Formatter().parse("a{b!r:c}d")), string.capwords("hello world"), string.ascii_letters, string.punctuation)
print(f"{1e16} {1e15} {123456789012345680.0} {1.0} {-0.0:.1f} {1e-5} {0.0001}", f"{True:5} {True!s:5} {None!s:>6}", f"{10**30:e} {10**30:g} {10**30:,}", f"{'a\tb'!r}")

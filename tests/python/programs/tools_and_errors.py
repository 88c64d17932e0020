import argparse, logging, sys, contextlib, io, types, inspect, operator, copy, abc, weakref, heapq, bisect, random, string, shlex, pprint, traceback, warnings
p = argparse.ArgumentParser(prog="tool", description="A tool.", epilog="bye")
p.add_argument("files", nargs="*", help="input files"); p.add_argument("-n", "--num", type=int, default=3, metavar="N", help="count (default: %(default)s)"); p.add_argument("--mode", choices=["fast", "slow"]); p.add_argument("-v", action="count", default=0)
sub = p.add_mutually_exclusive_group(); sub.add_argument("--x", action="store_true"); sub.add_argument("--y", action="store_true")
print(p.format_help()); print(p.parse_args(["a", "b", "-n", "5", "-vv", "--mode=fast"]))
for bad in (["-n", "x"], ["--mode", "bad"], ["--x", "--y"], ["--nope"]):
    err = io.StringIO()
    try:
        with contextlib.redirect_stderr(err): p.parse_args(bad)
    except SystemExit as e: print(e.code, err.getvalue().splitlines()[-1])
log = logging.getLogger("app"); h = logging.StreamHandler(sys.stdout); h.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s")); log.addHandler(h); log.setLevel(logging.DEBUG)
log.info("hello %s", "x"); log.warning("w %d", 5)
try: 1 / 0
except ZeroDivisionError: log.exception("oops")
class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
    @classmethod
    @abc.abstractmethod
    def make(cls): ...
try: Shape()
except TypeError as e: print(e)
class Sq(Shape):
    def area(self): return 1
try: Sq()
except TypeError as e: print(e)
@contextlib.contextmanager
def cm(n):
    print("enter", n)
    try: yield n
    except ValueError as e: print("caught", e)
    finally: print("exit", n)
with cm(1) as a, cm(2) as b: raise ValueError("v")
with contextlib.ExitStack() as st:
    for i in range(2): st.enter_context(cm(i))
    st.callback(print, "cb")
with contextlib.suppress(KeyError): {}["x"]
print(inspect.signature(cm), inspect.signature(lambda a, /, b, *c, d=1, **e: 0), inspect.getdoc(len)[:20], inspect.isgeneratorfunction(cm.__wrapped__))
print(operator.itemgetter(1, 2)("abc"), operator.attrgetter("real")(3), operator.methodcaller("upper")("x"))
pprint.pprint({"k%d" % i: list(range(i)) for i in range(12)}, width=40); print(pprint.pformat([{"a": 1, "b": (1,)}] * 2, width=20))
print(shlex.split("a 'b c' \"d\\\"e\""), heapq.nsmallest(2, [3, 1, 2]), bisect.bisect([1, 3, 5], 3))
random.seed(42); print(random.random(), random.randint(1, 100), random.choice("abc"), random.sample(range(100), 5), random.gauss(0, 1), random.shuffle(l := list(range(5))), l)
def f(a, b=1, *args, c, d=2, **kw): pass
for call in ("f()", "f(1)", "f(1, 2, 3, c=1, a=2)", "f(1, c=1, **{'c': 2})", "f(*1, c=1)", "f(**1)", "(lambda x: 0)(1, 2)", "len()", "len(1, 2)", "print(sep=1)", "int('x')", "int('1', 99)", "float('q')", "[].pop()", "{}.popitem()", "{}['k']", "[1][5]", "(1,)['a']", "'a' + 1", "1 + 'a'", "[] + ()", "None + 1", "-'a'", "'a' * 'b'", "1 < 'a'", "len(5)", "iter(5)", "next(5)", "next(iter([]))", "abs('a')", "sum(['a'])", "sorted([1, 'a'])", "max([])", "min()", "chr(-1)", "ord('ab')", "range(0, 1, 0)", "'%d' % 'a'", "'%s %s' % 1", "'{}'.format()", "'{a}'.format()", "'{0.x}'.format(1)", "f'{1:q}'", "format('a', 'd')", "bytes([256])", "bytes('a')", "b'a' + 'a'", "int.from_bytes([1], 'mid')", "(1).foo", "(1)()", "[1, 2](0)", "hash([])", "{[]: 1}", "set([[]])", "isinstance(1, 2)", "issubclass(1, int)", "super()", "type('a', (int, str), {})", "object(1)", "object.__new__(int)", "int.__new__(str)", "open('/nope')", "exec('1 +')", "eval('a b')", "compile('x', 'f', 'z')", "getattr(1)", "setattr(1, 'a', 2)", "del_x", "__import__('nope.x')", "1 // 0", "1 % 0", "1.0 / 0", "0 ** -1", "2 ** 'a'", "1 << -1", "int(float('inf'))", "int(float('nan'))", "round('a')", "[].index(1)", "'abc'.index('z')", "[].remove(1)", "(1, 2).index(3)", "'a'.join([1])", "''.join(1)", "'a,b'.split('')", "'x'.zfill('a')", "'x'.center()", "b'x'.decode('nope')", "b'\\xff'.decode()", "'\\ud800'.encode()", "slice(1).indices()", "memoryview(1)", "zip(1)", "map(1)", "enumerate()", "reversed(1)", "dict(1)", "dict([1])", "dict([(1, 2, 3)])", "complex('a')", "complex(1, 'a')", "frozenset(1)", "a, b = 1, 2, 3" ):
    try: r = eval(call) if "= 1, 2" not in call else exec(call); print(call, "=", r)
    except Exception as e: print(call, "->", type(e).__name__, e)

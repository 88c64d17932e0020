# text processing, formatting
import re, collections, string, textwrap, json, csv, io, itertools, functools, statistics, fractions, decimal, datetime, math, enum, dataclasses, typing
text = """The quick brown fox jumps over the lazy dog.
The dog sleeps; the fox runs away... "Quick!" cried the hare."""
words = re.findall(r"[a-z']+", text.lower())
print(collections.Counter(words).most_common(3), sorted(set(words), key=lambda w: (-len(w), w))[:3])
print(textwrap.fill(text, 30, initial_indent="* ", subsequent_indent="  "))
print(textwrap.dedent("   a\n     b\n   c"), textwrap.shorten(text, 40))
print(string.Template("$a ${b} $$ $c").safe_substitute(a=1, b=2))
print("{:>10}|{:<10}|{:^10}|{:*^10}".format("a", "b", "c", "d"), f"{3.14159:.2f} {1e10:,.0f} {255:#x} {255:08b} {-5:+d} {0.000012:g} {1234567.891:_.2f} {True:>6} {None!r:>6}")
rows = list(csv.DictReader(io.StringIO("name,age\n'Al, B',3\n\"x, \"\"y\"\"\",4\n")))
print(rows)
out = io.StringIO(); w = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC); w.writerow([1, "a,b", 2.5, None, 'q"']); print(out.getvalue())
print(json.dumps({"b": [1, 2.0, None, True, "é\n"], "a": {"x": float("inf")}}, sort_keys=True, indent=2), json.loads('[1, 2.5e3, "\\u00e9", null]'))
try: json.loads('{"a": 1,}')
except json.JSONDecodeError as e: print(e, e.pos, e.lineno, e.colno)
try: json.loads("[1, 2")
except json.JSONDecodeError as e: print(e)
try: json.dumps({1: object()})
except TypeError as e: print(e, e.__notes__)
print(statistics.mean([1, 2, 3, 4]), statistics.stdev([1, 2, 3, 4]), statistics.median([3, 1, 2]), statistics.mode("aab"), statistics.quantiles(range(10), n=4), statistics.linear_regression([1, 2, 3], [2, 4, 6.5]), statistics.NormalDist(0, 1).cdf(1.0), statistics.fmean([0.1] * 10), statistics.correlation([1,2,3],[1,2,4]))
F = fractions.Fraction
print(sum(F(1, n) for n in range(1, 11)), F("3.25"), F(0.1).limit_denominator(100), F(7, 3) // 1, round(F(7, 3), 2), f"{F(22, 7):.3f}")
D = decimal.Decimal
print(D("1.10") + D("2.205"), D(1) / D(7), D("123.456").quantize(D("0.01")), D("1e3").normalize(), D("-0"), f"{D('1234.5'):,.2f}", D(10).ln(), D(2).sqrt(), D("3.7") % 1, divmod(D(7), D(2)), D("NaN"), D("Infinity") > 1, D("1.23E+5"), D("1.0") == 1, hash(D(1)) == hash(1))
with decimal.localcontext() as c:
    c.prec = 5; c.rounding = decimal.ROUND_UP; print(D(2) / 3, c.prec)
dt = datetime.datetime(2024, 2, 29, 13, 5, 9, 123)
print(dt, repr(dt), dt + datetime.timedelta(days=365, hours=5), dt.isoformat("T", "milliseconds"), dt.strftime("%A %d %B %Y %I:%M %p %j %U"), dt.date() - datetime.date(2023, 1, 1), dt.replace(year=2020).weekday(), datetime.datetime.fromisoformat("2024-01-01T10:00:00+02:00").astimezone(datetime.timezone.utc), datetime.timedelta(seconds=-1), repr(datetime.timedelta(1, 2, 3)), dt.timetuple()[:6], datetime.date(2024, 12, 30).isocalendar()[1])
class Color(enum.Enum):
    RED = 1; GREEN = 2; CRIMSON = 1
    @property
    def nice(self): return self.name.title()
class P(enum.Flag):
    R = enum.auto(); W = enum.auto(); X = enum.auto()
print(list(Color), Color.CRIMSON, Color(2).nice, Color["RED"], P.R | P.X, ~P.R, P(7), P.R in P(3), repr(P(0)), Color.__members__)
try: Color(9)
except ValueError as e: print(e)
class N(enum.IntEnum): A = 1; B = 5
class S(enum.StrEnum): X = enum.auto(); Y = "why"
print(N.A + 1, N.B > N.A, f"{N.A} {S.X} {S.Y!r}", list(S))
@dataclasses.dataclass(order=True, frozen=True)
class Pt:
    x: int
    y: float = 0.0
    tags: list = dataclasses.field(default_factory=list, compare=False, repr=False)
    name: typing.ClassVar[str] = "pt"
    def dist(self): return math.hypot(self.x, self.y)
p = Pt(3, 4.0); print(p, p.dist(), p < Pt(4), dataclasses.asdict(p), dataclasses.replace(p, x=1), [f.name for f in dataclasses.fields(p)], hash(p) == hash(Pt(3, 4.0)))
try: p.x = 5
except dataclasses.FrozenInstanceError as e: print(type(e).__name__, e)
try: Pt()
except TypeError as e: print(e)
@dataclasses.dataclass(slots=True, kw_only=True)
class K: a: int = 1; b: str
print(K(b="z"), K.__slots__, K.__match_args__)
print(list(itertools.batched("abcdefg", 3)), list(itertools.pairwise([1, 2, 3])), list(itertools.accumulate([1, 2, 3], initial=10)), [(k, list(g)) for k, g in itertools.groupby("aabbc")], list(itertools.zip_longest("ab", "c", fillvalue="-")), functools.reduce(lambda a, b: a * b, range(1, 6)))
@functools.singledispatch
def show(x): return "obj"
@show.register
def _(x: int): return "int"
@show.register(list)
def _(x): return "list"
print(show(1), show([]), show("s"), show(True))
@functools.lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(100), fib.cache_info())
print(2**200, (2**200).bit_length(), math.factorial(30), math.comb(50, 25), pow(3, 1000, 10**9 + 7), pow(7, -1, 13), int("z" * 10, 36), divmod(-7, 3), -7 // 2, -7 % 3, 7.5 // -2, round(2.5), round(-1.5), round(1234.567, -2), math.isqrt(10**20), math.gcd(12, 18, 27), math.lcm(4, 6))

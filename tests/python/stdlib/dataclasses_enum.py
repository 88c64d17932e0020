from dataclasses import *
from enum import *
@dataclass(order=True)
class P:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False, repr=False)
    def __post_init__(self): self.total = self.x + self.y
print(P(1), P(1, 2) == P(1, 2), P(1) < P(2), P(1, 2, [1]).total, asdict(P(1, 2)), astuple(P(1)), replace(P(1), y=9), [f.name for f in fields(P)], P.__match_args__, is_dataclass(P))
@dataclass(frozen=True, slots=True, kw_only=True)
class F:
    a: int; b: str = "b"
f = F(a=1); print(f, hash(f) == hash(F(a=1)), F.__slots__)
for bad in ("f.a = 2", "F(1)", "F()", "P()", "P(1, 2, 3, 4)", "P(1) < 5"):
    try: exec(bad)
    except (TypeError, AttributeError) as e: print(bad, "->", type(e).__name__, e)
@dataclass
class Child(P):
    z: InitVar[int] = 0
    k: "KW_ONLY" = None
    def __post_init__(self, z): super().__post_init__(); self.zz = z * 2
print(Child(1, z=5).zz, Child(1)); 
try:
    @dataclass
    class Bad: a: int = 1; b: str
except TypeError as e: print(e)
try:
    @dataclass
    class Bad2: a: list = []
except ValueError as e: print(e)
print(make_dataclass("M", [("a", int), ("b", int, field(default=3))])(1))
class Color(Enum):
    RED = 1; GREEN = "g"; CRIMSON = 1
    @property
    def lower(self): return self.name.lower()
print(Color.RED, repr(Color.RED), Color(1), Color["GREEN"], list(Color), Color.CRIMSON is Color.RED, Color.RED.lower, Color.RED == 1, Color.RED in Color, len(Color), Color.__members__.keys(), Color.RED.name, Color.RED.value, isinstance(Color.RED, Color), 1 in Color, f"{Color.RED}")
for bad in ("Color(9)", "Color['X']", "Color.RED = 2", "Color.NOPE", "exec('class C2(Color): pass')", "Color.RED < Color.GREEN"):
    try: exec(bad)
    except Exception as e: print(bad, "->", type(e).__name__, e)
class N(IntEnum): A = 1; B = auto()
print(N.A + 1, N.B > N.A, N(2), sorted(N, reverse=True), f"{N.A}", N.A == 1, {1: "x"}[N.A], [10, 20, 30][N.B])
class Fl(Flag): R = auto(); W = auto(); X = auto(); RW = R | W
print(Fl.R | Fl.X, Fl.RW & Fl.R, ~Fl.R, Fl.R in Fl.RW, list(Fl.RW), Fl(0), bool(Fl(0)), Fl(7), Fl.R ^ Fl.RW, repr(Fl.RW))
class S(StrEnum): ONE = auto(); TWO = "2"
print(S.ONE, S.ONE == "one", S.TWO.upper(), repr(S.ONE)); Dyn = Enum("Dyn", "a b c"); print(list(Dyn), Enum("D2", {"x": 5}).x.value)
@unique
class U(Enum): A = 1
try:
    @unique
    class V(Enum): A = 1; B = 1
except ValueError as e: print(e)
class Planet(Enum):
    EARTH = (5.97e24, 6.37e6)
    def __init__(self, m, r): self.m, self.r = m, r
    @classmethod
    def _missing_(cls, v): return cls.EARTH if v == "home" else None
print(Planet.EARTH.m, Planet("home"), Planet.EARTH.value)

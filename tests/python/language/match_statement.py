from dataclasses import dataclass
@dataclass
class Point:
    x: int
    y: int
class Slots:
    __match_args__ = ("a", "b")
    def __init__(self, a, b): self.a, self.b = a, b
    def __repr__(self): return f"Slots({self.a!r}, {self.b!r})"
import enum
class Color(enum.Enum):
    RED = 1
    BLUE = 2
def m(v):
    match v:
        case None: return "none"
        case True | False: return f"bool {v}"
        case 0: return "zero"
        case -1 | 1.5 | 2j | -3+4j: return f"number {v}"
        case "lit" | b"lit": return f"literal {v!r}"
        case int(n) if n > 100: return f"big {n}"
        case int() | float(): return f"num {v}"
        case str(s): return f"str {s}"
        case Color.RED: return "red"
        case Color(): return "color"
        case Point(0, 0): return "origin"
        case Point(x, y=0): return f"x axis {x}"
        case Point(x=px, y=py) as p if px == py: return f"diag {px} {p}"
        case Point(): return "point"
        case Slots(1, b): return f"slots {b}"
        case []: return "empty"
        case [x]: return f"one {x}"
        case [1, 2, *rest]: return f"12 {rest}"
        case [first, *_, last] if first == last: return f"same ends {first}"
        case (x, [y, *z], *_): return f"nested {x} {y} {z}"
        case {"kind": "a", "v": [v1, v2]}: return f"a {v1} {v2}"
        case {"kind": k, **rest}: return f"kind {k} {rest}"
        case {}: return f"mapping {len(v)}"
        case [*items]: return f"seq {items}"
        case set() | frozenset() as s: return f"set {len(s)}"
        case _: return f"other {type(v).__name__}"
for v in [None, True, False, 0, 0.0, -1, 1.5, 2j, -3+4j, "lit", b"lit", 101, 7, 2.25, "str", Color.RED, Color.BLUE, Point(0, 0), Point(3, 0), Point(2, 2), Point(1, 2), Slots(1, "b"), Slots(2, "b"), [], (), [9], (1, 2), [1, 2, 3, 4], [5, 6, 5], (1, [2, 3, 4], 5), {"kind": "a", "v": [1, 2]}, {"kind": "b", "z": 1}, {}, {1: 2}, range(4), {1, 2}, frozenset(), b"bytes", bytearray(b"x"), object]:
    print(repr(v), "->", m(v))
match 1, 2:
    case a, b: print(a, b)
match x := 5:
    case y if y > x: print("no")
    case y: print(y, x)
def captures(v):
    match v:
        case [a, b] | [a, b, _]: return a, b
        case {"p": (a, b)} | {"q": [b, a]}: return a, b
    return "no match"
print(captures([1, 2]), captures([1, 2, 3]), captures({"p": (1, 2)}), captures({"q": (1, 2)}), captures(5))
class Bad:
    __match_args__ = ("a",)
    a = 1
try:
    match Bad():
        case Bad(1, 2): pass
except TypeError as e: print(e)
try:
    match 1:
        case int(1, 2): pass
except TypeError as e: print(e)
try:
    match Point(1, 2):
        case Point(1, x=1): pass
except TypeError as e: print(e)
try:
    match 5:
        case captures(): pass
except TypeError as e: print(e)
match {"a": None}:
    case {"a": None, "b": _}: print("no")
    case {"a": n}: print("a is", n)
from collections import defaultdict, OrderedDict, deque
match defaultdict(int):
    case {"missing": _}: print("no: must not create")
    case d: print(dict(d))
match deque([1, 2]):
    case [1, x]: print("deque", x)
match "abc":
    case [*_]: print("no")
    case str(): print("strings are no sequences")
match = 5; case = 6; _ = 7; type = 8
print(match, case, _, type)

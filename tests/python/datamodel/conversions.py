# flags: -W ignore
class N:
    def __int__(self): return 42
    def __float__(self): return 4.5
    def __complex__(self): return 1 + 2j
    def __index__(self): return 3
    def __trunc__(self): return 7
    def __round__(self, n=None): return ("round", n)
    def __floor__(self): return "floor"
    def __ceil__(self): return "ceil"
    def __bytes__(self): return b"by"
    def __str__(self): return "str"
    def __repr__(self): return "repr"
    def __format__(self, s): return f"fmt[{s}]"
    def __hash__(self): return 99
    def __bool__(self): return False
    def __length_hint__(self): return 10
import math, operator
n = N()
print(int(n), float(n), complex(n), [0, 1, 2, 3][n], bin(n), hex(n), oct(n), math.trunc(n), round(n), round(n, 2), math.floor(n), math.ceil(n), bytes(n), str(n), repr(n), format(n, "x"), f"{n}", hash(n), bool(n), operator.length_hint(n), operator.index(n))
print("abc"[n:], range(n), [1] * n, "a" * n, 1 << n if False else "skip", "%d" % n, "%s %r" % (n, n), chr(n), list(range(10))[n:n], math.sqrt(n), slice(n).indices(10))
class OnlyIndex:
    def __index__(self): return 5
o = OnlyIndex()
print(int(o), float(o), complex(o), bytes(o), bytearray(b"abcdefg")[o], round(2.123456789, o))
class Bad:
    def __int__(self): return "x"
    def __float__(self): return 1
    def __index__(self): return 1.5
    def __str__(self): return 5
    def __repr__(self): return None
    def __hash__(self): return "h"
    def __bytes__(self): return "s"
    def __complex__(self): return 1.0
    def __format__(self, s): return 5
    def __len__(self): return "l"
    def __iter__(self): return 5
    def __bool__(self): return None
    def __length_hint__(self): return -5
b = Bad()
for f in ("int", "float", "operator.index", "str", "repr", "hash", "bytes", "complex", "format", "len", "iter", "bool", "list", "range", "operator.length_hint"):
    try: print(f, eval(f)(b))
    except (TypeError, ValueError) as e: print(f, "->", type(e).__name__, e)
class None_:
    __hash__ = None; __iter__ = None; __contains__ = None; __len__ = None
for e in ("hash(None_())", "iter(None_())", "1 in None_()", "len(None_())", "int(object())", "float([])", "complex('x')", "bytes('s')", "int([])", "bytes(-1)", "chr(-1)", "chr(0x110000)", "ord('ab')", "ord(b'')", "hash([])", "hash({})", "iter(5)", "next(5)", "reversed({1})", "len(5)", "abs('')", "round('')", "bin(1.5)", "range(1.0)", "[1][1.0]", "'a'*1.0", "slice(1)['x']", "int('5', 99)", "int(5, 10)"):
    try: print(e, eval(e))
    except (TypeError, ValueError) as x: print(e, "->", type(x).__name__, x)
class StrSub(str):
    def __str__(self): return "overridden"
print(StrSub("raw"), str(StrSub("raw")), StrSub("raw") + "", f"{StrSub('raw')}", repr(StrSub("raw")), "%s" % StrSub("raw"))
class IntRet(int):
    def __int__(self): return self
print(type(int(IntRet(5))).__name__, int(True), int("  12_3  "), float(" -inf "), int(b"77"), int("0x1f", 16), int("0b11", 0), float("1_0.5"), int(-3.9), int("-0"))

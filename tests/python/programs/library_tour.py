import asyncio, contextlib, collections, types, typing, weakref, gc, sys, itertools, re, unittest, doctest, io, struct, array, copy, pickle, json, string
class Stack(typing.Generic[(T := typing.TypeVar("T"))]):
    def __init__(self) -> None: self.items: list[T] = []
    def push(self, x: T) -> None: self.items.append(x)
print(Stack[int], typing.get_type_hints(Stack.push), typing.Optional[int], int | None, typing.Union[int, str] == int | str, list[int], dict[str, list[int]], typing.Callable[[int], str], typing.Literal["a", 1], typing.Annotated[int, 5])
class NT(typing.NamedTuple): a: int; b: str = "x"
print(NT(1), NT(1)._asdict(), NT._fields, NT(1)._replace(a=5), NT.__annotations__)
class TD(typing.TypedDict, total=False): x: int
print(TD(x=1), TD.__optional_keys__)
@typing.runtime_checkable
class Pr(typing.Protocol):
    def run(self) -> int: ...
class R:
    def run(self): return 1
print(isinstance(R(), Pr), isinstance(5, Pr))
P = collections.namedtuple("P", "x y", defaults=[5]); print(P(1), P(1)._make([2, 3]), P.__doc__)
dq = collections.deque([1, 2, 3], maxlen=3); dq.append(4); dq.rotate(1); print(dq, dq[0])
dd = collections.defaultdict(list); dd["a"].append(1); print(dd, dd.default_factory)
od = collections.OrderedDict(a=1, b=2); od.move_to_end("a"); print(od, od.popitem(last=False))
cm = collections.ChainMap({"a": 1}, {"b": 2}); print(cm, cm["b"], cm.new_child())
print(collections.Counter("hello") - collections.Counter("l"), collections.Counter(a=3).total())
print(re.sub(r"(\w+) (\w+)", r"\2 \1", "a b"), re.split(r"[,;]\s*", "a, b;c"), re.match(r"(?P<y>\d{4})-(?P<m>\d\d)", "2024-05").groupdict(), re.findall(r"(?i)a(.)", "AbaC"), re.fullmatch(r"\d+", "12a"), re.compile(r"x*").sub("-", "abxd"))
try: re.compile("(a")
except re.error as e: print(e, e.pos)
print(struct.pack(">IhB", 1, -2, 3), struct.unpack("<f", b"\0\0\x80?"), struct.calcsize("bi"), array.array("i", [1, 2]).tobytes())
class Node:
    def __init__(self, v): self.v = v; self.next = None
a = Node(1); b = copy.deepcopy(a); r = weakref.ref(a); print(r() is a, b.v, pickle.loads(pickle.dumps({"a": [1, (2, 3)], "s": {1}})))
async def w(n): await asyncio.sleep(0.001 * n); return n
async def main():
    print(await asyncio.gather(*(w(i) for i in range(3))))
    async with asyncio.TaskGroup() as tg: ts = [tg.create_task(w(i)) for i in range(2)]
    print([t.result() for t in ts])
    try: await asyncio.wait_for(asyncio.sleep(1), 0.01)
    except TimeoutError as e: print("timeout", repr(e))
    q = asyncio.Queue(); await q.put(1); print(await q.get(), q.empty())
    async def ag():
        for i in range(3): yield i
    print([x async for x in ag()], await anext(ag()))
asyncio.run(main())
class T1(unittest.TestCase):
    def test_ok(self): self.assertEqual(1, 1)
    def test_fail(self): self.assertEqual([1, 2, 3], [1, 2, 4])
    def test_err(self): raise KeyError("x")
    @unittest.skip("why")
    def test_skip(self): pass
    def test_sub(self):
        for i in range(2):
            with self.subTest(i=i): self.assertLess(i, 1)
s = io.StringIO(); res = unittest.TextTestRunner(stream=s, verbosity=2).run(unittest.defaultTestLoader.loadTestsFromTestCase(T1))
print(re.sub(r"in [\d.]+s", "in Ns", s.getvalue()).replace(__file__, "F").replace("/usr/lib/python3.14", "lib"))
def sq(x):
    """
    >>> sq(3)
    9
    >>> sq(2)
    5
    >>> 1/0
    Traceback (most recent call last):
    ZeroDivisionError: division by zero
    """
    return x * x
doctest.run_docstring_examples(sq, {"sq": sq})
class Desc:
    def __get__(self, o, t=None): return ("get", o is None)
    def __set__(self, o, v): print("set", v)
    def __delete__(self, o): print("del")
class Host: d = Desc()
h = Host(); h.d = 5; print(h.d, Host.d); del h.d
class Meta(type):
    @classmethod
    def __prepare__(m, n, b): print("prep", n); return collections.OrderedDict()
    def __instancecheck__(c, i): return i == 5
    def __getitem__(c, k): return k
    def __iter__(c): return iter("meta")
    def __len__(c): return 9
class WithMeta(metaclass=Meta): pass
print(isinstance(5, WithMeta), WithMeta["q"], list(WithMeta), len(WithMeta))
class Base:
    def __class_getitem__(cls, k): return f"{cls.__name__}[{k}]"
    def who(self): return "base"
class L(Base):
    def who(self): return "L" + super().who()
class Rr(Base):
    def who(self): return "R" + super().who()
class Dm(L, Rr):
    def who(self): return "D" + super().who()
print(Dm().who(), Dm[3], [c.__name__ for c in Dm.__mro__])
def gen():
    try:
        while True:
            x = yield
            print("got", x)
    except GeneratorExit: print("closing"); raise
    finally: print("fin")
g = gen(); next(g); g.send(1); g.close(); print(g.gi_frame)
def deco(*a, **k):
    def w(f): f.meta = (a, k); return f
    return w
@deco(1, x=2)
def decorated(): "doc"
print(decorated.meta, decorated.__doc__, decorated.__module__)
def outer():
    n = 0
    def inc():
        nonlocal n; n += 1; return n
    return inc
i = outer(); i(); print(i(), i.__closure__[0].cell_contents, i.__code__.co_freevars)
print(types.SimpleNamespace(a=1), types.MappingProxyType({"a": 1}), types.FunctionType, sys.float_info.dig, sys.int_info.bits_per_digit)
print(string.capwords("hello world"), string.ascii_letters[:5], "a-b_c".translate(str.maketrans("-_", "  ")), "x".join(map(str, range(3))), "AbC".swapcase(), "tEsT".capitalize(), "a\tb".expandtabs(4), "abc".partition("b"), "a,b,c".rsplit(",", 1), " x ".strip(), "xxabxx".strip("x"), "abc".removeprefix("a"), "l1\nl2\r\nl3".splitlines(True), "12".isdigit(), "½".isnumeric(), "a1".isalnum(), "A".casefold(), "abc".find("z"), "abcabc".count("bc"), "ab".ljust(4, "."), "%s" % (1,), "é".encode("latin-1"), "a\u0301")
with contextlib.redirect_stdout(io.StringIO()) as f: help(decorated)
print(f.getvalue())

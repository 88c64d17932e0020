class C:
    """doc"""
    a = 1
    def m(self): pass
print(sorted(k for k in C.__dict__), type(C.__dict__).__name__)
try: C.__dict__["x"] = 1
except TypeError as e: print(e)
print(C.__firstlineno__, C.__static_attributes__, C.__module__, C.m.__module__)
class S:
    def __init__(self): self.q = self.r = 1; self.s, self.t = 1, 2
    def n(self):
        def inner(): self.u = 1
print(sorted(S.__static_attributes__))
print(type(C.m).__name__, type(C().m).__name__, repr(C.m)[:18], repr(C().m)[:17])
import types
def f(a, b=1): return a + b
g = types.FunctionType(f.__code__, {"__builtins__": __builtins__}, "renamed", (5,)); print(g(1), g.__name__)
f.__code__ = (lambda a, b=1: a * 100).__code__; print(f(3))
try: f.__code__ = 5
except TypeError as e: print(e)
c = (lambda: 1).__code__.replace(co_name="newname"); print(c.co_name)
bm = types.MethodType(f, 7); print(bm(), bm.__self__)
print(types.MappingProxyType({"a": 1}), types.MappingProxyType({1: 2}) | {3: 4})
print(object.__doc__ is not None, int.__doc__[:10], len.__doc__[:10], len.__name__, len.__module__, len.__self__.__name__, len.__text_signature__)
print(list.append.__name__, list.append.__qualname__, [].append.__qualname__, list.append.__objclass__, repr(list.append), repr(len), repr(int.__add__), repr((1).__add__)[:30])
print(list.append([], 1), int.__add__(1, 2), str.__len__("abc"), dict.__getitem__({1: 2}, 1))
for bad in ("list.append()", "list.append(5, 1)", "int.__add__('a', 1)", "str.upper(5)", "[].append(1, 2)", "[].append(x=1)", "object.__init__(1, 2)", "(1).__add__()"):
    try: print(eval(bad))
    except TypeError as e: print(bad, "->", e)
print((1).__add__("x"), [].__add__.__call__([1]), int.__lt__(1, 2), (1).__rsub__(5), "a".__mod__(()) , (5).__pow__(2, 3))
print(types.GenericAlias(list, (int,)), list[int] == list[int], list[int].__origin__, dict[str, list[int]].__args__, list[int]([1]), tuple[int, ...])
def gen(): yield
async def co(): pass
async def ag(): yield
c = co(); print(*[type(x).__name__ for x in (gen(), c, ag(), gen, f.__code__, type(f).__code__, types.SimpleNamespace(), ..., NotImplemented, property(), super(C, C()), slice(1), memoryview(b""))]); c.close()
try: bool(NotImplemented)
except TypeError as e: print(e)
print(f.__builtins__["len"] is len, f.__globals__ is globals(), f.__closure__, f.__kwdefaults__, f.__type_params__)
print(vars(type(C())) is not None, C.mro(), C.__subclasses__(), C.__basicsize__ > 0, C.__flags__ & 1 in (0, 1), C.__weakrefoffset__ is not None)

"""`__builtins__` may be any mapping; code of modules may be called as a function."""
import ast
import types


class Refusing(dict):
    def __getitem__(self, key):
        raise LookupError("no " + key)


class Counting(dict):
    def __getitem__(self, key):
        print("asked for", key)
        return dict.__getitem__(self, key)


def attempt(source, builtins, mode="exec"):
    ns = {"__builtins__": builtins}
    try:
        r = eval(compile(source, "test", mode), ns)
        print(source, "->", r, sorted(k for k in ns if k != "__builtins__"))
    except Exception as e:
        print(source, "->", type(e).__name__, e)


for b in (types.MappingProxyType({"x": 1}), {}, Refusing(x=1), Counting(x=1, len=len), 123, types.MappingProxyType({})):
    attempt("x", b, "eval")
    attempt("y", b, "eval")
    attempt("import os", b)
    attempt("class A: pass", b)
    attempt("def f(): return x\nr = f()", b)
attempt("import a.b", types.MappingProxyType({"__import__": lambda *a: a[0]}))
f = types.FunctionType(compile("v = 1\nw = v + 1", "m", "exec"), {"__builtins__": Counting()})
f()
print(f.__globals__["w"], type(f.__builtins__).__name__)


async def value(x):
    return x


code = compile("a = await value(5) + sum([await value(i) for i in range(3)])", "m", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
g = {"value": value}
try:
    types.FunctionType(code, g)().send(None)
except StopIteration as e:
    print(g["a"], e.value)
for source in ("assert await f(), 1", "assert [x async for x in y]", "def g():\n    assert await f()"):
    for optimize in (0, 1):
        try:
            compile(source, "m", "exec", optimize=optimize)
        except SyntaxError as e:
            print(e)
for name, ns in (("A\udcdc", {}), ("A", {"__doc__": "x\udcdcy"})):
    try:
        type(name, (), ns)
    except UnicodeEncodeError as e:
        print(e)

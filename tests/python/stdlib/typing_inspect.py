import typing, inspect, types
from typing import *
print(List[int], Dict[str, int], Optional[int], Union[int, str], Union[int, None] == Optional[int], Callable[[int], str], Tuple[int, ...], Any, Literal[1, "a"], Annotated[int, "m"], ClassVar[int], Final[str], Type[int], TypeVar("T"), Generic, NoReturn, Self, Never)
print(get_type_hints(type("C", (), {"__annotations__": {"a": "int", "b": Optional["str"]}})), get_origin(List[int]), get_args(Dict[str, int]), get_origin(list[int]), get_args(Callable[[int], str]), cast(int, "x"), get_args(Annotated[int, 1, 2]), get_args(Literal[1, 2]), is_typeddict(5))
class Pt(NamedTuple):
    x: int; y: int = 0
    def norm(self): return self.x ** 2 + self.y ** 2
print(Pt(3).norm(), Pt(1, 2), Pt._field_defaults, Pt.__annotations__)
class TD(TypedDict, total=False):
    a: Required[int]; b: str
print(TD(a=1), TD.__required_keys__, TD.__optional_keys__, TD.__total__)
@runtime_checkable
class Proto(Protocol):
    def meth(self): ...
class Has:
    def meth(self): pass
print(isinstance(Has(), Proto), isinstance(5, Proto)); T = TypeVar("T", bound=int)
class G(Generic[T]): pass
print(G[int], G.__parameters__, G[int].__args__, G[bool]().__orig_class__, T.__bound__, NewType("Uid", int)(5), overload(lambda: 1) is not None, List[T][int], Union[T, str][int])
for bad in ("List[1, 2]", "Optional[1, 2]", "G[int, str]", "Union[()]", "Proto()", "isinstance(1, List[int])", "Any()", "class_ := Literal[[]]", "NoReturn[int]", "Generic[int]"):
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
def f(a, /, b: int = 1, *args: str, c, d=2, **kw) -> bool: "doc of f"; return True
s = inspect.signature(f); print(s, list(s.parameters), s.parameters["b"].default, s.parameters["c"].kind, s.return_annotation, s.bind(1, 2, 3, c=4).arguments, inspect.getfullargspec(f).kwonlyargs, inspect.getdoc(f), inspect.isfunction(f), inspect.isbuiltin(len), inspect.isclass(G), inspect.isgeneratorfunction(f), inspect.iscoroutinefunction(f), inspect.getmodule(f).__name__, inspect.getsource(f).strip()[:20], inspect.getsourcelines(Has.meth)[0], inspect.signature(Pt), inspect.signature(lambda *, k=(1, 2): 0), inspect.signature(int.__add__) , inspect.signature(len), inspect.ismethod(Has().meth), [n for n, _ in inspect.getmembers(Has, inspect.isfunction)], inspect.cleandoc("  a\n    b"), inspect.getmro(Pt)[1], inspect.unwrap(f) is f)
for bad in ("s.bind()", "s.bind(1, c=1, a=2)", "inspect.signature(5)", "inspect.getsource(len)"):
    try: print(eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
def g():
    x = yield 1
gi = g(); print(inspect.getgeneratorstate(gi)); next(gi); print(inspect.getgeneratorstate(gi), inspect.getgeneratorlocals(gi)); gi.close(); print(inspect.getgeneratorstate(gi), inspect.currentframe().f_code.co_name, inspect.stack()[0].function, inspect.getclosurevars(f).globals)
import dis, ast, symtable, tokenize, io
print(ast.dump(ast.parse("x = 1 + y\ndef f(a, *b): return a")), ast.literal_eval("[1, {'a': (2.5, None)}, -3, b'x']"), ast.unparse(ast.parse("if a:\n  b=[i for i in c if d]\nelse: pass")), [type(n).__name__ for n in ast.walk(ast.parse("a.b(c)"))])
try: ast.literal_eval("f()")
except ValueError as e: print(str(e)[:22])
print([(tokenize.tok_name[t.type], t.string) for t in tokenize.generate_tokens(io.StringIO("x = f(1) # c\n").readline)], sorted(x.get_name() for x in symtable.symtable("def f(a): global b; c = a", "f", "exec").get_children()[0].get_symbols()))

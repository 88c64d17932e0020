type Alias = list[int]
type Pair[T] = tuple[T, T]
type Rec = dict[str, Rec]
print(Alias, Alias.__value__, Pair.__type_params__, Pair[int], Pair.__value__, Rec.__value__, Alias.__name__)
def first[T](xs: list[T]) -> T: return xs[0]
print(first([1, 2]), first.__type_params__, first.__annotations__)
class Stack[T: (int, str), *Ts, **P]:
    def __init__(self): self.items = []
    def push(self, x: T) -> None: self.items.append(x)
print(Stack.__type_params__, Stack.__mro__, Stack.__orig_bases__)
T, Ts, P = Stack.__type_params__
print(T.__constraints__, T.__bound__, T.__name__, Ts.__name__, P.__name__, type(P).__name__)
def bounded[T: int = bool](x: T) -> T: return x
print(bounded.__type_params__[0].__bound__, bounded.__type_params__[0].__default__, bounded.__type_params__[0].has_default())
class Base[T]:
    def get(self) -> T: ...
class Derived[U](Base[U], list):
    pass
print(Derived.__bases__, Derived.__orig_bases__, Derived[int], Base[int].__args__, Base[int].__origin__)
type Lazy = undefined_name
try: Lazy.__value__
except NameError as e: print(e)
def scope[A]():
    type B[C] = dict[A, C]
    return B
print(scope().__value__, scope().__type_params__)
class Meth:
    def m[K, V](self, k: K, v: V) -> dict[K, V]: return {k: v}
print(Meth().m(1, 2), Meth.m.__type_params__)
try: Base[int, str]
except TypeError as e: print(e)
print(int | str, int | None, list[int] | dict[str, int], isinstance(1, int | str), (int | str).__args__, int | str == str | int)
print(Pair[int].__args__, Pair[int].__origin__ is Pair)
def default_args[T](x: T, y=(lambda: "outer")()): return y
print(default_args(1))

f = lambda: None
print(f.__name__, f.__qualname__, f())
class A:
    g = lambda self, x=1: (self.__class__.__name__, x)
    class B:
        def m(self): pass
    def h(self):
        def local(): pass
        return local
print(A().g(), A().g(5), A.g.__qualname__, A.B.m.__qualname__, A().h().__qualname__, A.B.__qualname__)
class Mangled:
    __private = 1
    def __secret(self): return self.__private
    def reveal(self): return self.__secret()
    __dunder__ = 2
    def set(self, __x): self.__y = __x; return sorted(vars(self))
print(Mangled().reveal(), [n for n in dir(Mangled) if "private" in n or "secret" in n], Mangled().set(3))
try:
    Mangled.__private
except AttributeError as e: print(e)
print(__name__, __doc__, type(__builtins__).__name__ in ("module", "dict"))
def doc():
    """Docstring
    here."""
    "not a docstring"
print(repr(doc.__doc__))
class Doc: "class doc"
print(Doc.__doc__, A.__doc__, Doc.__module__)
def attrs(): pass
attrs.x = 1
print(attrs.__dict__, attrs.__module__, attrs.__annotations__)
μ = 1; ｆｕｌｌ = 2; naïve = 3
print(μ, full, naïve, "full" in globals())
print((lambda x, *y, z=1, **w: (x, y, z, w))(1, 2, z=3, k=4))
print([*map(lambda a, b: a * b, [1, 2], [3, 4])])
print(f.__code__.co_name, doc.__code__.co_firstlineno, f.__code__.co_flags & 0x20)
def outer():
    x = 1
    class C:
        y = x
        x = 2
        z = x
    return C.y, C.x, C.z
try:
    print(outer())
except NameError as e: print(type(e).__name__, e)
x = "global"
class Reads:
    first = x
    x = "class"
    second = x
    def m(self): return x
print(Reads.first, Reads.second, Reads().m())
del A
try: A
except NameError as e: print(e, e.name)

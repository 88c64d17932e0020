def f(a: int, b: "str" = "", *c: Undefined, d: list[int], **e) -> Later: pass
class Later: pass
try: f.__annotations__
except NameError as e: print(e)
import annotationlib
print(annotationlib.get_annotations(f, format=annotationlib.Format.STRING))
fr = annotationlib.get_annotations(f, format=annotationlib.Format.FORWARDREF)
print(fr["a"], fr["b"], type(fr["c"]).__name__, fr["c"].__forward_arg__, fr["return"])
Undefined = float
print(f.__annotations__)
class C:
    x: int = 1
    y: "C"
    z: C
    def m(self: C) -> C: ...
print(C.__annotations__, C.m.__annotations__, "y" in vars(C))
x: int = 5
y: str
def g():
    local: undefined_thing = 1
    obj.attr: also_undefined
    return local
class Obj: pass
obj = Obj()
print(g())
print(__annotate__ is not None, __annotate__(1))
print(f.__annotate__(1)["a"])
f.__annotations__ = {"k": 1}
print(f.__annotations__, f.__annotate__)
class D(C):
    w: bytes
print(D.__annotations__, annotationlib.get_annotations(D))
class E: pass
print(E.__annotations__, (lambda: 0).__annotations__)
if x > 10:
    cond: int = 1
import __main__
print(sorted(__main__.__annotations__))
class Uses:
    T = int
    a: T
    def m(self, v: T): pass
print(Uses.__annotations__, Uses.m.__annotations__)
def closure():
    Local = str
    def inner(q: Local) -> Local: ...
    return inner
print(closure().__annotations__)

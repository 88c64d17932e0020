def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw
print(f(1, d=4))
print(f(1, 20, 30, 40, 50, d=4, e=6, z=7, a=8, b=9))
print(f(*[1, 2], **{"d": 3}))
print(f(*(1,), *[2, 3], d=0, **{"x": 1}, **{"y": 2}))
def bad(call):
    try:
        print(eval(call))
    except TypeError as e:
        print(call, "->", e)
def g(a, b): pass
def h(*, k): pass
def p(x, /): pass
def dflt(a, b=1): pass
class C:
    def m(self, x): pass
    @staticmethod
    def s(x): pass
    @classmethod
    def c(cls, x): pass
for call in ["f()", "f(1)", "g()", "g(1)", "g(1,2,3)", "g(1,b=2,c=3)", "g(1,a=1)", "g(1,2,a=1)", "h()", "h(1)", "h(k=1,j=2)", "p(x=1)", "p()", "dflt()", "dflt(1,2,3)", "C().m()", "C().m(1,2)", "C.m()", "C.s()", "C.c()", "C(1)", "g(*1)", "g(**1)", "g(**{1:2})", "g(1, **{'a':1})", "f(d=1, *[1], **{'d':2})", "len()", "len(1,2)", "len(x=1)", "(lambda x: x)()", "int(1,2,3,4)", "g(b=1)", "C().m(1, x=2)", "h(1, 2, k=3)", "object(1)", "isinstance(1)", "print(foo=1)", "sorted()", "range()", "max()", "[].append()", "{}.get()", "'a'.join(1)", "g(**{'a':1}, **{'a':2})"]:
    bad(call)
def mut(x, acc=[]):
    acc.append(x)
    return acc
print(mut(1), mut(2), mut(3, []))
print(f.__defaults__, f.__kwdefaults__, f.__code__.co_argcount, f.__code__.co_posonlyargcount, f.__code__.co_kwonlyargcount, f.__code__.co_varnames)
f.__defaults__ = (100,)
f.__kwdefaults__ = None
print(f(1, 2, d=1, e=2))
def outer(*args, **kwargs):
    return inner(*args, **kwargs)
def inner(x, y=0, *, z=0):
    return x, y, z
print(outer(1), outer(1, 2, z=3))
kw = {"a": 1}
def keep(**k):
    k["b"] = 2
    return k is kw
print(keep(**kw), kw)
print((lambda *a, **k: (a, k))(*"ab", x=1))
def order(*, b, a): return list(locals())
print(order(a=1, b=2))
def ret_nothing(): pass
print(ret_nothing(), (lambda: (yield))().__class__.__name__)
def many(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15): return a0 + a15
print(many(*range(16)), many(**{f"a{i}": i for i in range(16)}))

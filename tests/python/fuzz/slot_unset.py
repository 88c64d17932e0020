class D:
    class C:
        __slots__ = ('n', 'm')


c = D.C()
try:
    c.n
except AttributeError as e:
    print(e, e.name, e.obj is c)
try:
    D.C.n.__get__(c)
except AttributeError as e:
    print(e)
try:
    del c.n
except AttributeError as e:
    print(e, e.name)
D.C.__module__ = 'elsewhere'
try:
    c.m
except AttributeError as e:
    print(e)

def g(n):
    for i in range(n):
        yield i
def t():
    print(sum(i*i for i in range(10)), sum(x/3 for x in range(7)), sum(i==3 for i in range(9)))
    print(list(x for x in 'abc'), tuple(x for x in (1,2.5,None)), set(i%3 for i in range(9)), frozenset(i for i in g(4)))
    print(any(i>3 for i in range(5)), all(i>3 for i in range(5)), any(x for x in [[],[1],1/1]), all([i] for i in range(3)))
    print('-'.join(str(i) for i in range(5)))
    try: sum(('a' for _ in range(2)))
    except TypeError as e: print(e)
    try: set([i] for i in range(2))
    except TypeError as e: print(e)
    try: list(1//(2-i) for i in range(5))
    except ZeroDivisionError as e:
        import traceback; print([f.name for f in traceback.extract_tb(e.__traceback__)])
    it = (i for i in range(10))
    print(any(i == 3 for i in it), list(it))
    gen = g(5)
    print(any(x > 1 for x in gen), next(gen))
    print(sum((x for x in [1, 2**50, 1.5, 2])), sum(x for x in [2**46]*9), sum(2**60 for _ in range(3)))
    try: '-'.join(i for i in range(2))
    except TypeError as e: print(e)
    def rec(n):
        return sum(rec(n-1) for _ in range(2)) + 1 if n else 1
    print(rec(6))
    class C:
        def __bool__(self): raise ValueError('b')
    try: any(C() for i in range(2))
    except ValueError as e: print(e)
    me = None
    def self_ref():
        yield 1
        try: next(me)
        except ValueError as e: print(e)
        yield 2
    me = self_ref(); print(list(me))
for _ in range(3): t()
class P:
    def __init__(self, a, b=2): self.a=a; self.b=b
class Q(P):
    def __init__(self): return 5
for i in range(30):
    p = P(i, 3); q = P(i)
print(p.a,p.b,q.a,q.b)
for _ in range(3):
    try: Q()
    except TypeError as e: print(e)
s = 0
for i in range(1000): s += i
print(s); len = lambda x: 42
print(len([]))
del len
print(len([1]))
l=[5,4,3,2,1]; l[:3]=l[2::-1]; print(l, l[1:], l[-2:], 'hello'[1:3], (1,2,3)[:2], 'héllo'[1:3])
for _ in range(3):
    print(max(1,2.0), min(3,1), abs(-4), ord('a'), chr(98), isinstance(True,int), isinstance(1,str), isinstance(p,P))
    print(int('12'), float('1.5'), str(3), list((1,2)), dict(a=1), range(3), max(1.0, float('nan')), min(0.0,-0.0), max(0.0,-0.0))

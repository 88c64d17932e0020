import random
random.seed(7)
class H:
    def __init__(s,v): s.v=v
    def __hash__(s): return s.v
    def __eq__(s,o): return s.v==o.v
def show(s): print(len(s), [x for x in s][:50], hash(tuple(s)))
for n in [0,1,3,5,8,20,100,1000]:
    for m in [10,1000,2**40, 2**61]:
        a={random.randrange(-m,m) for _ in range(n)}
        b=set(random.randrange(-m,m) for _ in range(n//2))
        show(a); show(a|b); show(a&b); show(a-b); show(a^b); show(b-a)
        for x in list(a)[::2]: a.discard(x)
        show(a); a|=b; show(a); a-=set(list(b)[::3]); show(a); a^=b; show(a); a&=set(range(100)); show(a)
        c=a.copy(); show(c); 
        while len(c)>2: c.pop()
        show(c); c.update(range(20)); show(c); c.difference_update(range(0,20,2)); show(c)
        show(set(dict.fromkeys(b))); show(frozenset(b)); print(hash(frozenset(b)), hash(frozenset(a)))
        show(b.intersection(range(50))); show(b.symmetric_difference(range(5))); show(b.union([1,2],[3]))
print(hash(frozenset()), hash(frozenset([1])), hash(frozenset([frozenset([1,2]),frozenset()])))
print({1,2}=={2,1}, {1}<{1,2}, {1}<={1}, {1,2}.issuperset([1]), {1}.isdisjoint([2]))
print({1} in {frozenset([1])}, set([frozenset([1])])-{frozenset([1])})
s={frozenset([1])}; s.remove({1}); print(s)
for f in (lambda: set([[]]), lambda: {1}|[1], lambda: set().pop(), lambda:set().remove(1), lambda: [] in set(), lambda:set(1), lambda:set(1,2), lambda:set(a=1), lambda: frozenset(a=1), lambda: hash(set())):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
print(repr(set()), repr(frozenset()), repr(frozenset([1])), repr({1}))
class S(set): pass
print(repr(S()), repr(S([1])))
s=set(range(5))
try:
    for x in s: s.add(x+10)
except RuntimeError as e: print(e)
i=iter({1,2,3}); print(i.__length_hint__()); next(i); print(i.__length_hint__(), i.__reduce__()[1])
print(hash((1,2,3)), hash(()), hash((1,)), hash(("a",)) == hash(("a",)), hash((1.5,(2,3))), hash(slice(1,2,3)), hash(range(5)), hash(range(0)), hash(range(3,4)))

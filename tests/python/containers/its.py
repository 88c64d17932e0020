import itertools as I, functools as F, operator as O, heapq, bisect
def t(f):
    try: print(repr(f()))
    except BaseException as e: print(type(e).__name__, e)
L=list
for f in [lambda: L(I.accumulate([1,2,3])), lambda:L(I.accumulate([1,2,3],O.mul,initial=5)), lambda:L(I.batched("abcde",2)), lambda: L(I.chain("ab",[1])), lambda: L(I.chain.from_iterable(["ab","c"])), lambda:L(I.combinations("abcd",2)), lambda:L(I.combinations_with_replacement("abc",2)), lambda:L(I.compress("abc",[1,0,1])), lambda:L(I.islice(I.cycle("ab"),5)), lambda:L(I.dropwhile(lambda x:x<3,[1,3,1])), lambda:L(I.filterfalse(None,[0,1,2])), lambda:[(k,L(g)) for k,g in I.groupby("aabbbc")], lambda:L(I.islice("abcdef",1,None,2)), lambda:L(I.pairwise("abc")), lambda:L(I.permutations("abc")), lambda: L(I.permutations("abc",4)), lambda:L(I.product("ab",[1,2])), lambda:L(I.product("ab",repeat=2)), lambda:L(I.product()), lambda:L(I.repeat(1,3)), lambda:L(I.starmap(pow,[(2,3),(3,2)])), lambda:L(I.takewhile(lambda x:x<3,[1,3,1])), lambda:[L(x) for x in I.tee("abc",3)], lambda:L(I.zip_longest("ab","c",fillvalue=0)), lambda:I.count(2.5,.5), lambda: L(I.islice(I.count(2**63-1),3)), lambda:I.repeat(1,2), lambda: I.repeat(1).__length_hint__(), lambda:L(I.combinations("ab",0)), lambda: L(I.combinations_with_replacement("",0)), lambda:L(I.combinations_with_replacement("",1)), lambda:L(I.product([],"a")),
  lambda: I.count('a'), lambda: I.count(1,2,3), lambda: I.repeat(), lambda: I.islice([1]), lambda: I.islice([1],-1), lambda: I.islice([1],0,1,0), lambda: I.islice([1],'a',2), lambda: I.batched([1],0), lambda: L(I.batched([1,2,3],2,strict=True)), lambda: I.combinations([1],-1), lambda: I.permutations([1],'a'), lambda: I.product([1],repeat=-1), lambda: I.product([1],foo=1), lambda: I.zip_longest([1],foo=1), lambda: I.tee([],-1), lambda: I.cycle([1],a=2), lambda: I.starmap(1), lambda: I.groupby(), lambda: I.chain(1,a=2), lambda: I.product([1]*10**3, repeat=10**15),
  lambda:F.reduce(O.add,[1,2,3],10), lambda:F.reduce(O.add,[]), lambda:F.reduce(O.add,1), lambda:F.partial(pow,2)(3), lambda:F.partial(pow,F.Placeholder,2)(5), lambda:F.partial(F.partial(pow,F.Placeholder,2),7)(), lambda:F.partial(print,F.Placeholder), lambda:F.partial(int,base=2)("101"), lambda:F.partial(int,base=2).keywords, lambda:F.partial(F.partial(max,1),2).args, lambda:F.partial(), lambda:F.partial(5), lambda:sorted([3,1,2],key=F.cmp_to_key(lambda a,b:b-a)), lambda: F.Placeholder,
  lambda:O.itemgetter(1)([1,2]), lambda:O.itemgetter(1,0)([1,2]), lambda:O.attrgetter('real')(5), lambda:O.attrgetter('__class__.__name__')(5), lambda:O.methodcaller('upper')('a'), lambda:O.methodcaller('split',',',maxsplit=1)('a,b,c'), lambda:(O.itemgetter(1,2), O.attrgetter('a.b'), O.methodcaller('x',1,a=2)), lambda:O.itemgetter(), lambda:O.attrgetter(1), lambda:O.methodcaller(), lambda:O.concat([1],[2]), lambda:O.concat(1,2), lambda:O.index(True), lambda:O.length_hint([1,2]), lambda:O.length_hint(1,5), lambda: O.indexOf([1,2],2), lambda:O.countOf([1,1],1), lambda:O.pow(2,3), lambda:O.iadd([1],[2]), lambda:O.contains([1],1), lambda:O.call(max,1,2), lambda:O.truth([]), lambda:O.is_none(None), lambda: O.setitem([1],0,2), lambda:O.delitem({},1)]: t(f)
@F.lru_cache(maxsize=2)
def fib(n): return n if n<2 else fib(n-1)+fib(n-2)
print(fib(30), fib.cache_info(), fib.__name__, fib.__wrapped__ is not fib); fib.cache_clear(); print(fib.cache_info(), fib.cache_parameters())
@F.cache
def g(*a,**k): return (a,k)
print(g(1,a=2), g(1,a=2) is g(1,a=2), g.cache_info())
class A:
    @F.lru_cache
    def m(self,x): return x
    @F.cached_property
    def cp(self): return 5
    p=F.partialmethod(lambda self,x,y:(x,y),1)
a=A(); print(a.m(3), a.m(3), A.m.cache_info().hits, a.cp, a.p(2))
@F.singledispatch
def sd(x): return 'o'
@sd.register(int)
def _(x): return 'i'
print(sd(1), sd('a'))
import random; random.seed(1)
for n in (10,100,3000):
    h=[random.randrange(1000) for _ in range(n)]; heapq.heapify(h); print(hash(tuple(h))); 
    print(heapq.heappop(h), heapq.heappushpop(h,5), heapq.heapreplace(h,77)); heapq.heappush(h,3); print(hash(tuple(h)))
    h=[random.randrange(1000) for _ in range(n)]; heapq.heapify_max(h); print(hash(tuple(h)), heapq.heappop_max(h), heapq.heappushpop_max(h,5), heapq.heapreplace_max(h,77)); heapq.heappush_max(h,3); print(hash(tuple(h)))
print(heapq.nlargest(3,range(100)), heapq.nsmallest(2,[5,1,3],key=lambda x:-x), list(heapq.merge([1,3],[2,4])))
t(lambda:heapq.heappop([])); t(lambda:heapq.heappush(1,2)); t(lambda: heapq.heapify(1))
print(bisect.bisect([1,2,2,3],2), bisect.bisect_left([1,2,2,3],2), bisect.bisect([3,2,1],-2,key=lambda x:-x)); l=[1,3]; bisect.insort(l,2); bisect.insort_left(l,2,key=None); print(l); t(lambda:bisect.bisect([],1,-1))
# ranges
for f in [lambda: range(5), lambda: range(1,10,2), lambda: range(0), lambda: range(10)[::-1], lambda: range(10)[2:5], lambda: range(2**70)[5], lambda: range(2**70)[-1], lambda: len(range(2**70)), lambda: range(1,2,0), lambda: range(), lambda: range("a"), lambda: range(1.5), lambda: range(10).index(5), lambda: range(10).index(50), lambda: range(10).count(5), lambda: 5 in range(10), lambda: 5.0 in range(10), lambda: 'a' in range(3), lambda: range(3)==range(0,3,1), lambda: range(0)==range(5,5), lambda: range(5)[10], lambda: range(5)["a"], lambda: list(reversed(range(1,10,3))), lambda: list(range(10,0,-3)), lambda: list(range(2**63-2,2**63+2)), lambda: list(reversed(range(2**63-2,2**63+2))), lambda: range(2**100)[2**99:2**100:2**98], lambda: slice(1,2,3), lambda: slice(None,-1).indices(5), lambda: slice(1,10**30,2).indices(10**20), lambda: slice(1,2)==slice(1,2), lambda: slice(1)<slice(2), lambda: slice(), lambda: slice(0,1,0).indices(5), lambda: slice(1).indices(-1), lambda: range(3).start, lambda: range(10,3,2), lambda: bool(range(0)), lambda: range(3)<range(4), lambda: range(1,3)+range(2), lambda: range(True)]: t(f)

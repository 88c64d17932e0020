F_=lambda:5
O_=lambda x:[x]
T_=lambda x:(x,)
def t(f):
    try: print(repr(f()))
    except BaseException as e: print(type(e).__name__, e, *getattr(e,'__notes__',[]))
import random
random.seed(3)
# model check of slices vs pure python
for trial in range(300):
    n=random.randrange(12)
    pool=random.choice([lambda:random.randrange(9), lambda:random.random(), lambda: random.random()<.5, lambda: random.choice([1,'a',2.5,True,None])])
    a=[pool() for _ in range(n)]
    s=slice(random.choice([None]+list(range(-14,14))),random.choice([None]+list(range(-14,14))),random.choice([None,1,1,1,2,-1,-2,3]))
    b=[random.choice([1,2.5,True,'x']) for _ in range(random.randrange(4))]
    c=list(a); print(a[s])
    try: c[s]=b; print(c)
    except ValueError as e: print(e)
    c=list(a); del c[s]; print(c)
    c=list(a); c*=2; print(c, c==a+a, a<c); c.reverse(); print(c)
    c=list(a); c.insert(random.randrange(-13,13), random.choice(['q',7,1.5])); print(c); 
    if c: print(c.pop(random.randrange(len(c))), c)
    c.extend(x for x in b); print(c, c.count(1), 1 in c, tuple(c), tuple(c)[s])
l=[]; l.append(l); print(l); t_=([],); t_[0].append(t_); print(t_); d={}; d[1]=d; print(d)
for f in [lambda: [1].index(2), lambda: [1,2,3].index(3,-1), lambda:[].pop(), lambda:[1].pop(3), lambda:[1].remove(2), lambda:O_(1)["a"], lambda:[1][5], lambda: [1]*"a", lambda:[1]+(1,), lambda: [0]*10**18, lambda: [1]*2**62, lambda:(1,)*10**18, lambda: list(5), lambda: list(1,2), lambda: list(a=1), lambda:[1][::0],lambda:[1].insert("a",1), lambda:[].sort(1), lambda:[1,"a"]<[1,2], lambda: [1,2]<[1,2,3], lambda:[1,2]>[1], lambda: [1]==[1.0],
  lambda: (1,2).index(3), lambda:T_(1)["x"], lambda:(1,)[3], lambda: (1,)+[1], lambda: tuple(5), lambda: tuple(a=1), lambda: (1,2)<(1,"a"), lambda: (1,2,3)[::-1], lambda:()*3, lambda:(1,2)*2,
  lambda: 1 in 5, lambda: F_()[0], lambda: iter(5), lambda: len(5), lambda: [].__setitem__(0,1), lambda: [1].append(), lambda: [1].append(1,2), lambda: [].clear(1), lambda: [1].pop(1,2), lambda:[1].sort(foo=1), lambda:[1].index(), lambda: list.append(), lambda: list.append(5,1),
  lambda: reversed(5), lambda: reversed({1}), lambda: enumerate(5), lambda: enumerate([1],"a"), lambda: enumerate(), lambda: zip(5), lambda: zip([1],foo=2), lambda: list(zip([1],[],strict=True)), lambda: list(zip([],[1],strict=True)), lambda: list(zip([1],[1],[1,2],strict=True)), lambda: map(), lambda: map(str), lambda: map(str,5), lambda: list(map(str,[1],[2,3],strict=True)), lambda: filter(None,5), lambda: filter(1), lambda: next(iter([])), lambda: next([]), lambda: next(iter([]),7), lambda: min([]), lambda: max(), lambda: min(1,2,default=3), lambda: max([],default=4), lambda: max([1,5,3],key=lambda x:-x), lambda: sorted(5), lambda: sorted([3,1],reverse=True), lambda: all([1,0]), lambda:any([]), lambda: list(range(10))[2:8:3], lambda: iter(5,1), lambda: list(iter(lambda c=[0]: c.__setitem__(0,c[0]+1) or c[0],4))]: t(f)
# iterators
it=iter([1,2,3]); next(it); print(it.__length_hint__(), it.__reduce__()[1:]); it.__setstate__(0); print(list(it)); print(list(it), it.__length_hint__(), it.__reduce__()[1])
it=reversed([1,2,3]); next(it); print(it.__length_hint__(), it.__reduce__()[1:], list(it))
it=iter((1,2)); next(it); print(it.__length_hint__(), it.__reduce__()[1:])
it=iter(range(5)); next(it); print(it.__length_hint__(), it.__reduce__()[1:])
it=iter("abc"); next(it); print(it.__length_hint__())
e=enumerate("ab",5); next(e); print(list(e), enumerate([],2**70).__reduce__()[1][1]); print(list(enumerate("ab",2**63-1)))
class Sq:
    def __getitem__(s,i):
        if i>3: raise IndexError
        return i*i
    def __len__(s): return 4
print(list(Sq()), 9 in Sq(), list(reversed(Sq())), iter(Sq()).__length_hint__())
a,*b,c=range(5); print(a,b,c)
def f(): a,b=5
t(f)
def f(): a,b=[1]
t(f)
def f(): a,b=[1,2,3]
t(f)
def f(): a,b=iter([1,2,3])
t(f)
def f(): a,*b,c=[1]
t(f)
l=[1,2,3]
class Ev:
    def __eq__(s,o): l.clear(); return False
print(Ev() in l, l); l=[1,2,3]; print(l.count(Ev()), l); l=[Ev(),1,2]; t(lambda: l.remove(1)); l=[Ev(),1,2]; t(lambda: l.index(5))
l=[1,2,3]; l[:]=l; print(l); l[1:2]=l; print(l); l+=l; print(l); l.extend(l); print(len(l))
for x in (l:=[1,2,3]):
    if len(l)<6: l.append(x)
print(l)

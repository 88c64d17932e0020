# What handlers go on to for types that are less common: truth, iteration, subscripts, comparisons, bound methods, sets.
# also: -X spec-threshold=1
class T:
    def __init__(s,n): s.n=n
    def __iter__(s):
        for i in range(s.n): yield i
    def __getitem__(s,k): return k*2
class L:
    def __init__(s,n): s.n=n
    def __len__(s): return s.n
class Bo:
    def __bool__(s): return False
def f():
    out=[]
    for v in [0,1,0.0,1.5,'','a',[],[1],(),(1,),{},{1:2},set(),{1},None,True,L(0),L(2),Bo(),object(),T(1),b'',b'x',10**30,1j]:
        out.append((1 if v else 0, not v, bool(v)))
        while v:
            break
        else: out.append('else')
    print(out)
    for i,(a,b) in enumerate(zip('abc',[1,2,3])): print(i,a,b)
    for k,v in {'x':1,'y':2}.items(): print(k,v)
    for t in zip([1,2],[3,4]):
        a,b=t
        print(t,a,b)
    for a,b,c in zip([1,2,3],'xyz',(7,8)): print(a,b,c)
    print(a,b,c)
    try:
        for a,b in zip([1],[2],[3]): pass
    except ValueError as e: print(e)
    try:
        for a,b,c in enumerate('abc'): pass
    except ValueError as e: print(e)
    def y(t):
        yield from t
        yield from [9]
    print(list(y(T(3))), [x for x in T(4)], T(1)[4], T(1)['q'], T(0)[0])
    d={'a':1,(1,2):3,5:6}
    print(d['a'],d[(1,2)],d[5],'abc'[1],'abc'[-1],b'abc'[0], 'é'[0])
    for bad in (lambda: d['zz'], lambda: d[[]], lambda: 'abc'[5], lambda: b'abc'[-9], lambda: L(1)[0]):
        try: bad()
        except Exception as e: print(type(e).__name__, e)
    print(5 in [1,5], 5 in (1,2), 5.0 in [5], 1 in [True], True in [1], 'a' in d, 5 in d, 'x' not in d, 2 in {1,2}, 'a' in {'a'}, 3 in [], 3 in [1.5], 1 in [[1],1], 'b' in 'abc', 2 in range(3))
    try: [] in {1}
    except TypeError as e: print(e)
    print('a'<'b','a'=='a','é'<'z', 1<1.5, 2.0>=2, 10**20>1.5, None==1, None!=None, 'a'==1, 'a'!=None, [1]==None, float('nan')<1, 1<float('nan'), float('nan')!=1)
    try: 'a'<1
    except TypeError as e: print(e)
    try: None<1
    except TypeError as e: print(e)
    class C:
        def m(s,*a,k=1): return a,k
        def n(s,x,y): return (x,y)
    c=C(); m=c.m; n=c.n
    print(m(1,2),n(3,4),m(1,k=2))
    try: n(1)
    except TypeError as e: print(e)
    c.q=n
    print(c.q(7,8))
    try: c.q(1,2,3)
    except TypeError as e: print(e)
    l=[1,2]; 
    for x in l:
        if len(l)<5: l.append(x)
    print(l)
    it=iter(l)
    for x in [True,False]: print(x)
    s1=frozenset([1,2,3,40,50]); s2=frozenset([2,3,60])
    print(sorted(s1&s2),sorted(s1|s2),sorted(s1-s2),sorted(s1^s2),s1<=s2,frozenset([2])<=s2, s1>=frozenset(), s1.isdisjoint(s2), s1.issubset(s2))
f(); f()
def g():
    for t in [1,2]:
        try:
            for i in iter(int, 1): pass
        except KeyError: pass
        yield t

import random
log=[]
class K:
    def __init__(s,v,i): s.v=v; s.i=i
    def __lt__(s,o):
        log.append((s.i,o.i)); return s.v<o.v
random.seed(5)
def run(vals, **kw):
    log.clear()
    l=[K(v,i) for i,v in enumerate(vals)]
    l.sort(**kw)
    print(len(log), hash(tuple(log)), hash(tuple(k.i for k in l)))
for n in [0,1,2,3,5,10,31,32,33,63,64,65,100,127,128,129,200,500,1000,3000]:
    for m in [2,10,10**9]:
        vals=[random.randrange(m) for _ in range(n)]
        run(vals); run(vals,reverse=True)
    run(list(range(n))); run(list(range(n))[::-1]); run([1]*n); run([5]*(n//2)+[3]*(n//2)+list(range(n//3)))
    v=sorted(random.randrange(10**6) for _ in range(n)); v[n//2:]=reversed(v[n//2:]); run(v)
    v=list(range(n))+list(range(n//2)); run(v)
# errors
l=[3,2,1,"a",5]
try: l.sort()
except TypeError as e: print(e, sorted(map(str,l)))
l=[3,1,2]
def key(x): l.append(1); return x
try: l.sort(key=key)
except ValueError as e: print(e, l)
nan=float('nan')
x=[3.0,nan,1.0,nan,2.0,0.5,nan,-1.0]; x.sort(); print(x)
x=[-0.0,0.0,-0.0,1.0]; x.sort(reverse=True); print(x)
class C:
    def __lt__(s,o): raise ZeroDivisionError
l=[C(),C()]; 
try: l.sort()
except ZeroDivisionError: print(len(l))

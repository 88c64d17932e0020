def t(f):
    try: print(repr(f()))
    except BaseException as e: print(type(e).__name__, e, *getattr(e,'__notes__',[]))
d={1:'a','b':2,(3,):4,1.5:None}
print(d, list(d.items()), d.keys(), d.values(), d.items(), len(d), d==dict(d))
for f in [lambda:{}[1], lambda:{}.pop(1), lambda:{}.pop(1,2), lambda:{}.popitem(), lambda:{[]:1}, lambda:{}.get([]), lambda:dict(1), lambda:dict([1]), lambda:dict([(1,2,3)]), lambda:dict([(1,2)],a=3), lambda:dict(1,2), lambda:{1:2}|{3:4}, lambda:{1:2}|[(1,2)], lambda:dict.fromkeys("abc",1), lambda:dict.fromkeys({1,2}), lambda:{1:2}.update(5), lambda:{1:2}.update(1,2), lambda: {}.setdefault(1), lambda:{1:2}.setdefault(1,5), lambda: d.keys()&{1,'b'}, lambda: d.keys()-{1}, lambda: {1}|{1:2}.keys(), lambda: {1:2}.keys()^[1,3], lambda:{1:2}.items()&[(1,2)], lambda:(1,2) in {1:2}.items(), lambda: {1:2}.keys()=={1}, lambda:{1:2}.keys()<{1,2}, lambda: {1:2}.keys().isdisjoint([3]), lambda:{1:2}.keys().mapping, lambda:{1:2}<{1:3}, lambda: list(reversed({1:2,3:4})), lambda: list(reversed({1:2,3:4}.items())), lambda: hash({}), lambda: {1:2}.copy(), lambda:{1:[]}.values()=={1:[]}.values(), lambda: {**{1:2},**{'a':1}}, lambda: dict(**{1:2}), lambda: dict(a=1,**{'a':2}), lambda: {}.fromkeys(), lambda: dict.fromkeys(5), lambda: dict.get({}), lambda: {}.keys(1)]: t(f)
try:
    for k in d: d[k+'x' if isinstance(k,str) else 99]=1
except RuntimeError as e: print(e)
d={i:i for i in range(10)}
try:
    for k in d: del d[k]
except RuntimeError as e: print(e)
try:
    for k in d: d.pop(k); d[k+100]=1
except RuntimeError as e: print(e)
print(list(d))
class M(dict):
    def __missing__(s,k): return k*2
print(M()[4], M().get(4))
it=iter({1:2,3:4}); print(it.__length_hint__()); next(it); print(it.__reduce__()[1])
d={}
for i in range(2000): d[i]=i
for i in range(0,2000,3): del d[i]
for i in range(500): d[-i]=i
print(sum(d), len(d), list(d)[:5], d.popitem(), d.popitem(), list(d)[-3:])
d={1:1}; d[True]=2; d[1.0]=3; print(d)
class E:
    def __init__(s,h): s.h=h
    def __hash__(s): return s.h
    def __eq__(s,o): D.clear(); return False
D={}
D[E(1)]=1
t(lambda: D.get(1)); print(D)
D={E(1):1}; t(lambda: D.__setitem__(1,5)); print(len(D))
from collections import OrderedDict, defaultdict, deque, Counter, namedtuple, ChainMap
o=OrderedDict(a=1,b=2,c=3); o.move_to_end('a'); print(o); o.move_to_end('c',last=False); print(o, o.popitem(), o.popitem(False), o)
print(OrderedDict([(1,2),(3,4)])==OrderedDict([(3,4),(1,2)]), OrderedDict([(1,2),(3,4)])=={3:4,1:2}, list(reversed(OrderedDict(a=1,b=2))), OrderedDict(a=1)|{'b':2}, OrderedDict(a=1).keys(), OrderedDict.fromkeys("ab",0))
t(lambda: OrderedDict(1,2)); t(lambda: OrderedDict().popitem()); t(lambda: OrderedDict().move_to_end(1)); t(lambda: OrderedDict([1])); t(lambda: OrderedDict().pop(1)); t(lambda:OrderedDict(a=1).pop('a'))
dd=defaultdict(list); dd[1].append(2); print(dd, dd.copy(), dd|{5:6}, defaultdict(None,a=1)); t(lambda: defaultdict(5)); t(lambda: defaultdict()[1]); print(defaultdict(int,{1:2}).__reduce__()[:2])
q=deque([1,2,3],maxlen=3); q.append(4); print(q, q.maxlen, q[0], q[-1]); q.appendleft(9); print(q); q.rotate(1); print(q); q.rotate(-2); print(q, q==deque([1]), deque([1])<deque([2]), q*2, q+deque([7])); q=deque(range(10)); q.rotate(3); print(q); q.insert(2,'x'); q.remove(5); del q[0]; q.reverse(); print(q, q.index('x'), q.count(1)); q.extendleft("ab"); q.extend("cd"); print(q, list(reversed(q))); 
for f in [lambda: deque().pop(), lambda: deque()[0], lambda: deque([],-1), lambda: deque([],'a'), lambda: deque([1]).index(2), lambda: deque([1]).remove(2), lambda: deque([1],1).insert(0,1), lambda: deque([1])+[1], lambda: deque([1])[1:], lambda: deque(1), lambda: hash(deque()), lambda: deque([1,2]).__reduce__()[1], lambda: deque([1],3).__reduce__()[1]]: t(f)
q=deque([1,2])
try:
    for x in q: q.append(1)
except RuntimeError as e: print(e)
print(Counter("abracadabra").most_common(2), Counter(a=1)+Counter(b=2))
P=namedtuple('P','x y'); p=P(1,2); print(p, p.x, p._replace(x=5), P._fields, p._asdict(), P.x.__doc__, p==(1,2))
print(ChainMap({1:2},{3:4})[3])

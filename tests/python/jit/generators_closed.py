# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1 -X jit-tree-nodes=2000 -X jit-recompiles=8 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=3 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2
log = []
def g(n, tag):
    try:
        for i in range(n):
            yield i
    except GeneratorExit:
        log.append(('exit', tag)); raise
    finally:
        log.append(('fin', tag))
def loop(n):
    for k in range(n):
        it = g(10, k)
        s = 0
        for x in it:
            s += x
            if x == k % 5:
                it.close()
                break
        try:
            next(it)
        except StopIteration as e:
            log.append(e.value)
    return s
loop(30); print(log); log.clear()
def loop2(n):
    out = []
    for k in range(n):
        it = g(5, k)
        next(it)
        try:
            it.throw(ValueError(k))
        except ValueError as e:
            out.append(e.args)
    return out
print(loop2(20)); print(log); log.clear()
def send():
    t = 0
    while True:
        x = yield t
        if x is None: return t
        t += x
def loop3(n):
    s = send(); next(s)
    for i in range(n):
        r = s.send(i)
    try: s.send(None)
    except StopIteration as e: return r, e.value
print(loop3(50))
def outer(n):
    r = yield from g(n, 'o')
    yield from range(3)
    return 5
def loop4(n):
    t = 0
    for k in range(n):
        for x in outer(k % 4):
            t = t * 3 + x
            t %= 1000003
    return t
print(loop4(60)); print(len(log)); log.clear()
def selfclose():
    global it
    for i in range(10):
        yield i
        if i == 3:
            try: it.close()
            except ValueError as e: log.append(str(e))
for r in range(10):
    it = selfclose()
    print(list(it), end=' ')
print(log)
def reent():
    global it2
    for i in range(5):
        if i == 3:
            try: next(it2)
            except ValueError as e: log.append(str(e))
        yield i
log.clear()
for r in range(5):
    it2 = reent()
    print(sum(it2), end=' ')
print(log)
def gg():
    for i in range(100):
        if i == 50: raise StopIteration(3)
        yield i
for r in range(3):
    try:
        t = 0
        for x in gg(): t += x
    except RuntimeError as e:
        print(t, e, repr(e.__cause__))

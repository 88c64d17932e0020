# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1 -X jit-tree-nodes=2000 -X jit-recompiles=8 -X jit-check-frames=on -X jit-verify=on
# also: -X jit=on -X jit-threshold=3 -X jit-side-threshold=2 -X jit-tree-nodes=800 -X jit-recompiles=3 -X jit-stress-exits=2
import signal, os, sys, threading, time
def handler_raise(*a): raise KeyboardInterrupt
signal.signal(signal.SIGALRM, handler_raise)
def leaf(x): return x + 1
def inf1():
    i = 0
    while True: i += 1
def inf2():
    i = 0
    while True:
        for k in range(10): i = leaf(i) & 0xffff
def inf3():
    i = 0
    while 1:
        j = 0
        while j < 50:
            j += 1
            i = i ^ j
def inf4():
    l = [1, 2, 3]
    for x in l:
        l.append(x)
        if len(l) > 1000: del l[3:]; l.append(1)
        if len(l) < 10: pass
        l = l
        break
    t = 0
    while True:
        for x in l: t = (t + x) % 1000
def inf5():
    def g():
        while True: yield 1
    s = 0
    for x in g(): s += x
def inf6():
    import itertools
    s = 0
    for x in itertools.count(): s = (s + x) & 0xff
def inf7():
    s = 0
    while True:
        try: s = 1 // 0
        except ZeroDivisionError: s += 1
def inf8():
    s = 0
    while True:
        try:
            while True: s += 1
        finally:
            s = 0
class It:
    def __iter__(self): return self
    def __next__(self): return 1
def inf9():
    s = 0
    for x in It(): s += x
def inf10():
    d = {}
    while True:
        d['a'] = d.get('a', 0) + 1
for f in (inf1, inf2, inf3, inf4, inf5, inf6, inf7, inf8, inf9, inf10):
    for r in range(2):
        signal.setitimer(signal.ITIMER_REAL, 0.12)
        try: f()
        except KeyboardInterrupt as e:
            tb = e.__traceback__
            names = []
            while tb: names.append(tb.tb_frame.f_code.co_name); tb = tb.tb_next
            print(f.__name__, names[1])
n = 0
def count(*a):
    global n
    n += 1
    if n >= 5: raise RuntimeError('five')
signal.signal(signal.SIGALRM, count)
def loop():
    t = 0
    while True:
        t += n
        t %= 1000
signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
try: loop()
except RuntimeError as e: print(e, n)
signal.setitimer(signal.ITIMER_REAL, 0)
flag = False
def setflag(*a):
    global flag
    flag = True
signal.signal(signal.SIGALRM, setflag)
def waiting():
    k = 0
    while not flag: k += 1
    return k > 0
signal.setitimer(signal.ITIMER_REAL, 0.1)
print(waiting())

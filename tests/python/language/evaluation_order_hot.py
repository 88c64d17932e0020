acc = 0
def f(i):
    global acc
    acc = acc + 3
    return i
for i in range(20000):
    acc += f(i)
print(acc)
class C: pass
o = C(); o.v = 0
def g(i):
    o.v += 3
    return i
for i in range(20000):
    o.v += g(i)
print(o.v)
def main():
    o = C(); o.v = 0
    def g(i):
        o.v += 3
        return i
    for i in range(20000):
        o.v += g(i)
    print(o.v)
    l = [0]
    def g(i):
        l[0] += 3
        return i
    for i in range(20000):
        l[0] += g(i)
    print(l)
    n = 0
    def g(i):
        nonlocal n
        n += 3
        return i
    for i in range(20000):
        n += g(i)
    print(n)
    n = 0
    def g(i):
        nonlocal n
        n += 3
        return i
    for i in range(20000):
        n = n + g(i)
        n -= (n if i % 3 else g(1))
    print(n)
    def h():
        global acc
        acc = 0
        for i in range(20000):
            acc += f(i)
            if i % 7 == 0: acc = acc * 2 % 1000 + f(acc)
        print(acc)
    h()
main()
def slow(n):
    x = 1
    s = 0
    for i in range(n):
        s += (x, (x := i), x)[0] * 3 + x
        x += (x := x + 1)
        s ^= x
    print(s)
slow(20000)
g = 0
def dec(n):
    global g
    if n == 0: return 0
    g += dec(n - 1) + 1
    return g
print(dec(100), g)
x = 5
x = x + (x := 3) + x
print(x)
def t():
    for x in range(3):
        pass
    y = x + sum([x for x in range(10)]) + x
    return y
print(t())
import sys
def dele():
    x = 1
    def g():
        return 1
    x = x + [x for x in (5,)][0] + x
    return x
print(dele())
def ex():
    e = 5
    try:
        1/0
    except ZeroDivisionError as e:
        a = (e, 1)
    try: e
    except UnboundLocalError as q: print(q)
ex()
def tern(x):
    return [x, x if (x := x - 1) else 100, x]
print(tern(2), tern(1))
def bo(x):
    return x or (x := 3), x, (x and (x := 0)), x
print(bo(0), bo(5))
def cmp(x):
    return x < (x := x + 1) < (x := x + 1) < x, x
print(cmp(1))
def al(x):
    x[0], x = 5, x
    return x
print(al([1]))

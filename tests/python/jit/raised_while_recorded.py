# also: -X jit=on -X jit-threshold=1 -X jit-side-threshold=1
# What raises inside a call while its loop is recorded is not run a second time.
class P:
    __slots__ = ("x", "y")
p = P(); p.x = 1
for s in ("1/0", "print('a'); del p.x; print('b'); p.x", "print('c')"):
    try: exec(s)
    except Exception as e: print(s, "->", e)
# A loop over a big int that shrinks ends; an iterator's registers take turns between forms.
def shrinks(n):
    k = 0
    while n: n //= 7; k += 1
    return k
print(shrinks(10**30), shrinks(10**31))
def walk(it):
    t = 0
    for v in it: t += v
    return t
print([walk(i) for i in ({1: 0, 2: 0}, [3, 4], iter({5}), (6, 7), range(3), {8}, [9])])

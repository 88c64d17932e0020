for i in range(3):
    print(i, end=" ")
else:
    print("else")
for i in range(5):
    if i == 1: continue
    if i == 3: break
    print(i, end=" ")
else:
    print("never")
print()
n = 5
while n:
    n -= 1
    if n == 2: continue
    print(n, end=" ")
else:
    print("while else")
while True:
    break
else:
    print("never")
def nested():
    for i in range(4):
        for j in range(4):
            if j > i: break
            if (i + j) % 3 == 0: continue
            yield i, j
        else:
            yield "row complete", i
print(list(nested()))
def fin(how):
    for k in range(2):
        try:
            if how == "return": return "try"
            if how == "break": break
            if how == "continue": continue
            if how == "raise": raise ValueError(k)
        except ValueError:
            return "except"
        else:
            how = how + "+else"
        finally:
            how = how + "+finally"
            print("finally", k)
    return how
for how in ("return", "break", "continue", "raise", "plain"):
    print(how, "->", fin(how))
def chain(x):
    if x < 0: return "neg"
    elif x == 0: return "zero"
    elif x < 10: return "small"
    else: return "big"
print([chain(x) for x in (-1, 0, 5, 50)])
for x in []: pass
print("x kept from before" if "x" in dir() else "x never bound")
for i in range(3): i = 10
print(i)
it = iter([1, 2, 3, 4])
for a in it:
    print(a, next(it, None))
for k, (a, b) in enumerate([(1, 2), (3, 4)]):
    print(k, a, b)
box = [None]
for box[0] in range(3): pass
print(box)
assert True, "not raised"
try:
    assert 1 == 2, "message"
except AssertionError as e:
    print("AssertionError", e)
try:
    assert []
except AssertionError as e:
    print("AssertionError", e.args)
if (n := len("walrus")) > 3: print(n)
while (chunk := it and None) is not None: pass
x = 5; y = 6 if x else 7; print(x); pass
if x: pass
print(bool(...), Ellipsis is ...)
def unreachable():
    return 1
    yield 2
print(list(unreachable()))

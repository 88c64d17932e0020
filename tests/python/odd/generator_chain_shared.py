# also: -X spec-threshold=1
# Generators that delegate to each other, some of them resumed by more than one, or by hand in between.
import gc


def count(name, n):
    for k in range(n):
        yield name, k
    return name


def via(name, g):
    try:
        r = yield from g
        yield name, "got", r
    except ValueError as e:
        yield name, "caught", str(e)
        raise


def chain(names, g):
    for n in names:
        g = via(n, g)
    return g


# One that is resumed by hand while its delegators are suspended.
inner = count("inner", 6)
mid = chain("ab", inner)
root = chain("cd", mid)
out = []
for k, x in enumerate(root):
    out.append(x)
    if k == 1:
        out.append(("by hand", next(inner)))
    if k == 2:
        out.append(("by hand", next(mid)))
    if k == 3:
        out.append(("all", list(inner)))
print(out)

# One that two delegate to.
shared = count("shared", 8)
one, two = chain("pq", via("m", shared)), chain("rs", shared)
out = []
for x in one:
    out.append(x)
    for y in two:
        out.append(y)
        break
for x in two:
    out.append(x)
print(out)

shared = count("shared", 9)
middle = via("middle", shared)
one, two = chain("pq", middle), chain("rs", middle)
out = []
for _ in range(6):
    for x in one:
        out.append(x)
        break
    for x in two:
        out.append(x)
        break
try:
    for x in one:
        out.append(x)
    for x in two:
        out.append(x)
except Exception as e:
    out.append(repr(e))
print(out)

# Thrown into, closed and collected in the middle.
inner = count("inner", 9)
mid = via("mid", inner)
root = chain("xyz", mid)
out = []
try:
    for k, x in enumerate(root):
        out.append(x)
        gc.collect()
        if k == 2:
            out.append(mid.throw(ValueError("thrown")))
except ValueError as e:
    out.append(repr(e))
print(out)

inner = count("inner", 9)
mid = via("mid", inner)
root = chain("xyz", mid)
out = []
for k, x in enumerate(root):
    out.append(x)
    if k == 2:
        inner.close()
print(out)


class Tree:
    def __init__(self, n):
        self.n = n
        self.left = Tree(n // 2) if n else None
        self.right = Tree(n - n // 2 - 1) if n else None

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.n
        if self.right:
            yield from self.right
        return self.n


t = Tree(40)
total = 0
for k, x in enumerate(t):
    total = (total * 31 + x) % 1000003
    if k % 7 == 0:
        gc.collect()
print(total)

# A root that is taken on by `next`, by a loop and by another generator in turn.
it = iter(t)
out, kept = [], []
for k in range(12):
    out.append(next(it))
    for x in it:
        out.append(x)
        break
    kept.append(via("w", it))
    out.append(next(kept[-1]))
print(out)


# Delegating to what is no generator, in the middle of a chain.
def plain(items):
    r = yield from items
    yield "end", r


for x in chain("uv", plain([1, 2, 3])):
    print(x)
for x in plain(iter((4, 5))):
    print(x)


# Exceptions that are being handled in the middle.
def handling(g):
    try:
        raise KeyError("k")
    except KeyError:
        yield from g


def sees():
    import sys
    for _ in range(3):
        yield repr(sys.exception())


print([x for x in chain("n", handling(via("o", sees())))])
try:
    for x in via("h", sees()):
        try:
            raise IndexError(1)
        except IndexError:
            print(x)
finally:
    pass


# The innermost resumes its own root.
def again():
    yield 1
    try:
        next(holder[0])
    except ValueError as e:
        yield str(e)
    for x in holder[1]:
        yield x
        break
    yield 2


holder = [None, count("other", 3)]
holder[0] = chain("ij", again())
print([x for x in holder[0]])

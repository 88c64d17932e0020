# Membership tests must not use up native stack, however many there are in one activation.
def dicts(n):
    d = {(0, 1): 1, "a": 2, 3: 4}
    hits = 0
    for i in range(n):
        if "a" in d:
            hits += 1
        if i not in d:
            hits += 1
    return hits


def sets(n):
    s = {1, 2, "b"}
    return sum(1 for i in range(n) if i in s) + sum(1 for i in range(n) if "b" not in s)


def lists(n):
    l, t = [1, 2, 3], (4, 5, 6)
    hits = 0
    for i in range(n):
        hits += i in l
        hits += i in t
    return hits


print(dicts(500_000), sets(500_000), lists(500_000))
print((((1, 2), 3), 4) == (((1, 2), 3), 4), {((1, 2), 3): 5}[((1, 2), 3)])

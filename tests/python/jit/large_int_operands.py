# Arithmetic on large ints leaves loops; the guards of its operands may stay. What is no int must not be asked.

asked = []


class R:
    def __rsub__(self, other):
        asked.append("rsub")
        return 5

    def __rmul__(self, other):
        asked.append("rmul")
        return 7

    def __radd__(self, other):
        asked.append("radd")
        return 7


def f(n, x):
    big = 1 << 70
    s = 0
    for i in range(n):
        if i < 3:
            s += 1
        else:
            s += x
            s ^= (big - x) & 255
            s += (big * x) >> 66
    return s


def g(n, x):
    big = 1 << 70
    s = 0
    for i in range(n):
        if type(x) is not int:
            s += 1
            continue
        s += x + 1
        s ^= (big - x) & 255
        s += (big * x) >> 66
        s += big < x
    return s


for k in range(30):
    print(f(40, k), g(40, k))
for k in range(30):
    print(f(3, R()), f(3, []), f(3, "a"), g(3, R()), g(3, None), g(3, [1]), f(40, -k), asked)
print(f(9, R()), asked)

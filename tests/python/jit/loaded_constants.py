# Constants that a loop uses are loaded in front of it, into registers of their own.


def lcg(n):
    x, inside = 12345, 0
    for _ in range(n):
        x = (x * 1103515245 + 12345) % 2147483648
        u = x / 2147483648.0
        x = (x * 1103515245 + 12345) % 2147483648
        v = x / 2147483648.0
        if u * u + v * v <= 1.0:
            inside += 1
    return x, inside


print(lcg(300))


def loops(n):
    # The same register holds one constant after the other.
    a = []
    s = 0
    for i in range(n):
        s = s * 70000000001 % 90000000001 + i
    a.append(s)
    t = 0.0
    for i in range(n):
        t = t * 0.75 + 1.25
    a.append(t)
    for i in range(n):
        s += i * 80000000001
        for j in range(3):
            s ^= j * 60000000001 ^ 50000000001
        t += s % 40000000001
    a.append(s)
    return a, t


print(loops(60))


def ways(n):
    # One way or the other leads to the loop.
    out = []
    for k in range(n):
        s = k
        if k % 3:
            i = 0
            while i < 12:
                s += i * 123456789012 % 9876543210
                i += 1
        else:
            for c in ("ab", None, 2.5, (1, 2)):
                s += (c == "ab") + 2 * (c is None) + 4 * (c == 2.5) + 8 * (c == (1, 2))
        out.append(s % 1000003)
    return sum(out), out[-1]


print(ways(80))


def raises(n):
    s = 0
    for i in range(n):
        try:
            s += 1000000007 // (i % 4) + 0x7FFFFFFFFFFF
        except ZeroDivisionError as e:
            s ^= 0x123456789ABC
            s += len(str(e))
        finally:
            s %= 999999999989
    return s


print(raises(70))


def generated(n):
    for i in range(n):
        yield i * 123456789123 % 987654321
        yield -0.0 if i % 7 else 1e300


print(sum(x for x in generated(60) if x < 1e299))


def inner(k):
    s = 0
    while k:
        s += k * 100000000003 % 1000000007
        k -= 1
    return s


def outer(n):
    s = 0
    for i in range(n):
        s = (s + inner(i % 5) * 300000000001) % 2000000000003
    return s


print(outer(90))

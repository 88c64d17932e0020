"""Loops over ints and floats: what a numeric script does most."""


def bench_int_loop(n=1_000_000):
    s = 0
    for i in range(n):
        s += i * 3 - (i >> 1)
    return s


def bench_float_loop(n=1_000_000):
    x, y = 0.5, 1.25
    for i in range(n):
        x = x * 0.999 + y * 0.001
        y = y - x * 0.0005
    return x, y


def bench_while_loop(n=700_000):
    i = s = 0
    while i < n:
        if i % 3 == 0:
            s += i
        i += 1
    return s


def bench_nested_loop(n=900):
    s = 0
    for i in range(n):
        for j in range(n):
            s += i ^ j
    return s


def bench_int_float_mix(n=700_000):
    s = 0
    for i in range(n):
        s = s + i * 0.5 - i // 2
    return s


def bench_masked_64bit(n=300_000):
    mask = (1 << 64) - 1
    x = 88172645463325252
    for _ in range(n):
        x ^= (x << 13) & mask
        x ^= x >> 7
        x ^= (x << 17) & mask
    return x


def bench_global_counter(n=1_000_000):
    global counter
    counter = 0
    for _ in range(n):
        counter += 1
    return counter


def bench_branches(n=700_000):
    a = b = c = 0
    for i in range(n):
        if i & 1:
            a += 1
        elif i & 2:
            b += 1
        else:
            c += 1
    return a, b, c


def bench_floor_mod(n=600_000):
    s = 0
    for i in range(1, n):
        s += i // 7 % 5 - i % 3
    return s

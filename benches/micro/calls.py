"""Calls: Python functions, closures, builtins, generators, exceptions."""


def add(a, b):
    return a + b


def defaults(a, b=2, *, c=3):
    return a + b + c


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def count(n):
    for i in range(n):
        yield i


def bench_python_call(n=800_000):
    s = 0
    for i in range(n):
        s = add(s, i)
    return s


def bench_keyword_call(n=400_000):
    s = 0
    for i in range(n):
        s += defaults(i, c=1)
    return s


def bench_star_call(n=300_000):
    args = (1, 2)
    s = 0
    for _ in range(n):
        s += add(*args)
    return s


def bench_recursion(n=25):
    return fib(n)


def bench_closure(n=700_000):
    total = 0

    def bump(k):
        nonlocal total
        total += k

    for i in range(n):
        bump(i)
    return total


def bench_lambda_map(n=60):
    s = 0
    for _ in range(n):
        s += sum(map(lambda x: x * 2 + 1, range(10_000)))
    return s


def bench_builtin_calls(n=400_000):
    data = [3, 1, 2]
    s = 0
    for i in range(n):
        s += len(data) + abs(-i) + min(i, 5) + max(i, 3)
    return s


def bench_generator(n=900_000):
    s = 0
    for x in count(n):
        s += x
    return s


def bench_generator_expression(n=80):
    s = 0
    for _ in range(n):
        s += sum(x * x for x in range(10_000))
    return s


def bench_yield_from(n=40_000):
    def walk(depth):
        if depth:
            yield from walk(depth - 1)
        yield depth

    s = 0
    for _ in range(n // 10):
        for x in walk(10):
            s += x
    return s


def bench_try_no_raise(n=900_000):
    s = 0
    for i in range(n):
        try:
            s += i
        except ValueError:
            s = 0
    return s


def bench_raise_catch(n=250_000):
    c = 0
    for i in range(n):
        try:
            if i & 1:
                raise ValueError(i)
        except ValueError:
            c += 1
    return c


def bench_with(n=300_000):
    class Manager:
        def __enter__(self):
            return 1

        def __exit__(self, *exc):
            return False

    m = Manager()
    s = 0
    for _ in range(n):
        with m as v:
            s += v
    return s


def bench_math_calls(n=400_000):
    from math import sin, sqrt

    s = 0.0
    for i in range(n):
        s += sqrt(i) * sin(i)
    return s

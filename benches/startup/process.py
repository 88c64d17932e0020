"""What starting costs: these do nothing, so that the whole-process time is all there is."""


def bench_startup(n=1):
    return n


def bench_startup_imports(n=1):
    import collections, dataclasses, functools, itertools, json, math, random, re, statistics

    return len([collections, dataclasses, functools, itertools, json, math, random, re, statistics])

"""Strings and bytes."""


def bench_str_concat(n=400_000):
    s = ""
    for i in range(n):
        s += "ab"
    return len(s)


def bench_str_index(n=600_000):
    text = "the quick brown fox jumps over the lazy dog"
    c = 0
    for i in range(n):
        if text[i % 43] == "o":
            c += 1
    return c


def bench_str_iterate(n=200):
    text = "abcdefghij" * 1000
    c = 0
    for _ in range(n):
        for ch in text:
            if ch == "c":
                c += 1
    return c


def bench_str_methods(n=120_000):
    s = 0
    for i in range(n):
        s += len("Hello, World".lower().replace("o", "0").split(", ")[i & 1].strip())
    return s


def bench_str_format(n=200_000):
    s = 0
    for i in range(n):
        s += len(f"{i:05d} {i / 3:.3f} {i!r}")
    return s


def bench_join_split(n=500):
    words = ["word%d" % i for i in range(2000)]
    s = 0
    for _ in range(n):
        s += len(" ".join(words).split())
    return s


def bench_bytes_scan(n=30):
    data = bytes(range(256)) * 80
    s = 0
    for _ in range(n):
        for b in data:
            s += b
    return s


def bench_int_str(n=250_000):
    s = 0
    for i in range(n):
        s += int(str(i))
    return s


def bench_word_count(n=200):
    text = "it was the best of times it was the worst of times " * 100
    for _ in range(n):
        counts = {}
        for w in text.split():
            counts[w] = counts.get(w, 0) + 1
    return sorted(counts.items())

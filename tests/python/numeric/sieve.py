def sieve(n):
    flags = [True] * (n + 1); flags[0] = flags[1] = False
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            for j in range(i * i, n + 1, i): flags[j] = False
    return [i for i, f in enumerate(flags) if f]
def sieve_bytes(n):
    flags = bytearray([1]) * (n + 1); flags[:2] = b"\0\0"
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]: flags[i * i::i] = bytes(len(range(i * i, n + 1, i)))
    return [i for i in range(n + 1) if flags[i]]
def sieve_set(n):
    s = set(range(2, n + 1)); i = 2
    while i * i <= n:
        s -= set(range(i * i, n + 1, i)); i += 1
    return sorted(s)
p = sieve(20000); print(len(p), p[-1], sum(p), p == sieve_bytes(20000) == sieve_set(20000))

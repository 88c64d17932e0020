def is_prime(n):
    if n < 2: return False
    d, s = n - 1, 0
    while d % 2 == 0: d //= 2; s += 1
    for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if n % a == 0: return n == a
        x = pow(a, d, n)
        if x in (1, n - 1): continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1: break
        else: return False
    return True
def factor(n):
    out = []; p = 2
    while p * p <= n:
        while n % p == 0: out.append(p); n //= p
        p += 1 if p == 2 else 2
    return out + [n] * (n > 1)
def egcd(a, b):
    x0, x1, y0, y1 = 1, 0, 0, 1
    while b: q, (a, b) = a // b, (b, a % b); x0, x1 = x1, x0 - q * x1; y0, y1 = y1, y0 - q * y1
    return a, x0, y0
def crt(rs, ms):
    M = 1
    for m in ms: M *= m
    return sum(r * (M // m) * pow(M // m, -1, m) for r, m in zip(rs, ms)) % M
print([n for n in range(2, 60) if is_prime(n)], is_prime(2**61 - 1), is_prime(2**67 - 1), is_prime(10**18 + 9), factor(600851475143), factor(2**32 + 1), egcd(240, 46), egcd(2**80, 3**50), crt([2, 3, 2], [3, 5, 7]))
phi = lambda n: sum(1 for k in range(1, n + 1) if egcd(n, k)[0] == 1)
print([phi(n) for n in range(1, 25)], pow(3, 2**70, 10**9 + 7), sum(1 for n in range(10**6, 10**6 + 500) if is_prime(n)))
def rho(n):
    x = y = 2; d = 1
    while d == 1: x = (x * x + 1) % n; y = (y * y + 1) % n; y = (y * y + 1) % n; d = egcd(abs(x - y), n)[0]
    return d
print(rho(8051), sorted((rho(1000003 * 1000033), 1000003 * 1000033 // rho(1000003 * 1000033))))

def rotated(n):
    s = 0.0
    for i in range(n):
        if i % 3 == 0 and i > 5:
            continue
        s += i * 2.5
        if s > 1e9:
            break
    else:
        print("done")
    while n > 0:
        n -= 1
        a, b = n, s
        a, b = b, a
    while True:
        if not s:
            return a
def unbound(c):
    if c:
        x = 1
    del c
    return x

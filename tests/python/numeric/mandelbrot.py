def row(y, w, limit=50):
    out = []
    for px in range(w):
        cr, ci, zr, zi, n = 3.0 * px / w - 2.1, y, 0.0, 0.0, 0
        while n < limit and zr * zr + zi * zi <= 4.0: zr, zi, n = zr * zr - zi * zi + cr, 2 * zr * zi + ci, n + 1
        out.append(n)
    return out
for k in range(17): print("".join(" .:-=+*#%@"[min(9, n * 10 // 51)] for n in row(k / 8 - 1, 60)))
def cplx(c, limit=50):
    z = 0j
    for n in range(limit):
        if abs(z) > 2: return n
        z = z * z + c
    return limit
print(sum(cplx(complex(x / 20 - 2, y / 20 - 1)) for x in range(60) for y in range(40)))

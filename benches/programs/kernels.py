"""Small numeric kernels: each is a program that people write."""


def bench_nbody(n=15_000):
    bodies = [
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47841760435743],
        [4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.606326392995832, 2.81198684491626, -0.02521836165988763, 0.037693674870389486],
        [8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -1.0107743461787924, 1.8256623712304119, 0.008415761376584154, 0.011286326131968767],
        [12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 1.0827910064415354, 0.8687130181696082, -0.010832637401363636, 0.0017237240570597112],
        [15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.979090732243898, 0.5946989986476762, -0.034755955550407704, 0.0020336868699246304],
    ]
    pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1 :]]
    dt = 0.01
    for _ in range(n):
        for a, b in pairs:
            dx = a[0] - b[0]
            dy = a[1] - b[1]
            dz = a[2] - b[2]
            mag = dt * (dx * dx + dy * dy + dz * dz) ** -1.5
            am = a[6] * mag
            bm = b[6] * mag
            a[3] -= dx * bm
            a[4] -= dy * bm
            a[5] -= dz * bm
            b[3] += dx * am
            b[4] += dy * am
            b[5] += dz * am
        for body in bodies:
            body[0] += dt * body[3]
            body[1] += dt * body[4]
            body[2] += dt * body[5]
    return bodies[0][0], bodies[4][2]


def bench_mandelbrot(n=200):
    total = 0
    for y in range(n):
        ci = 2.0 * y / n - 1.0
        for x in range(n):
            cr = 3.0 * x / n - 2.0
            zr = zi = 0.0
            i = 0
            while i < 50 and zr * zr + zi * zi < 4.0:
                zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
                i += 1
            total += i
    return total


def bench_sieve(n=400_000):
    flags = [True] * (n + 1)
    flags[0] = flags[1] = False
    i = 2
    while i * i <= n:
        if flags[i]:
            for j in range(i * i, n + 1, i):
                flags[j] = False
        i += 1
    return sum(flags)


def bench_collatz(n=12_000):
    best = at = 0
    for i in range(1, n):
        x, steps = i, 0
        while x != 1:
            x = x // 2 if x % 2 == 0 else 3 * x + 1
            steps += 1
        if steps > best:
            best, at = steps, i
    return best, at


def bench_matrix_product(n=70):
    a = [[float(i * j % 7) for j in range(n)] for i in range(n)]
    b = [[float(i + j) / n for j in range(n)] for i in range(n)]
    c = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            s = 0.0
            for k in range(n):
                s += a[i][k] * b[k][j]
            c[i][j] = s
    return sum(map(sum, c))


def bench_heat(n=60):
    g = [[0.0] * n for _ in range(n)]
    g[n // 2][n // 2] = 1000.0
    for _ in range(25):
        h = [row[:] for row in g]
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                h[i][j] = g[i][j] + 0.2 * (g[i - 1][j] + g[i + 1][j] + g[i][j - 1] + g[i][j + 1] - 4.0 * g[i][j])
        g = h
    return sum(map(sum, g))


def bench_spectral_norm(n=80):
    def a(i, j):
        return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)

    def times(v, transposed):
        out = []
        for i in range(n):
            s = 0.0
            for j in range(n):
                s += (a(j, i) if transposed else a(i, j)) * v[j]
            out.append(s)
        return out

    u = [1.0] * n
    for _ in range(4):
        v = times(times(u, False), True)
        u = times(times(v, False), True)
    return (sum(x * y for x, y in zip(u, v)) / sum(y * y for y in v)) ** 0.5


def bench_fannkuch(n=8):
    perm1 = list(range(n))
    counts = [0] * n
    best = checksum = sign = 0
    r = n
    sign = 1
    while True:
        if perm1[0]:
            perm = perm1[:]
            flips = 0
            while perm[0]:
                k = perm[0]
                perm[: k + 1] = perm[k::-1]
                flips += 1
            best = max(best, flips)
            checksum += sign * flips
        if sign == 1:
            perm1[0], perm1[1] = perm1[1], perm1[0]
            sign = -1
        else:
            perm1[1], perm1[2] = perm1[2], perm1[1]
            sign = 1
            for i in range(2, n):
                if counts[i] < i:
                    counts[i] += 1
                    break
                counts[i] = 0
                if i == n - 1:
                    return checksum, best
                perm1.insert(i + 1, perm1.pop(0))


def bench_levenshtein(n=500):
    a = [i * 7 % 26 for i in range(n)]
    b = [i * 11 % 26 for i in range(n)]
    prev = list(range(n + 1))
    for i in range(n):
        cur = [i + 1]
        for j in range(n):
            cost = prev[j] + (a[i] != b[j])
            cur.append(min(cost, prev[j + 1] + 1, cur[j] + 1))
        prev = cur
    return prev[n]


def bench_splitmix64(n=100_000):
    mask = (1 << 64) - 1
    state, acc = 42, 0
    for _ in range(n):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        acc ^= z ^ (z >> 31)
    return acc


def bench_floyd_warshall(n=70):
    d = [[0 if i == j else (i * 31 + j * 17) % 97 + 1 for j in range(n)] for i in range(n)]
    for k in range(n):
        dk = d[k]
        for i in range(n):
            di = d[i]
            dik = di[k]
            for j in range(n):
                if dik + dk[j] < di[j]:
                    di[j] = dik + dk[j]
    return sum(map(sum, d))


def bench_queens(n=9):
    def place(row, cols, left, right):
        if row == n:
            return 1
        total = 0
        for c in range(n):
            if not (cols >> c & 1 or left >> row + c & 1 or right >> row - c + n & 1):
                total += place(row + 1, cols | 1 << c, left | 1 << row + c, right | 1 << row - c + n)
        return total

    return place(0, 0, 0, 0)


def bench_pi_digits(n=600):
    q, r, t, k, m, x = 1, 0, 1, 1, 3, 3
    digits = 0
    last = 0
    while digits < n:
        if 4 * q + r - t < m * t:
            last = last * 10 + m
            digits += 1
            q, r, m = 10 * q, 10 * (r - m * t), (10 * (3 * q + r)) // t - 10 * m
        else:
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    return last % 10**20


def bench_lcg_monte_carlo(n=400_000):
    x, inside = 12345, 0
    for _ in range(n):
        x = (x * 1103515245 + 12345) % 2147483648
        u = x / 2147483648.0
        x = (x * 1103515245 + 12345) % 2147483648
        v = x / 2147483648.0
        if u * u + v * v <= 1.0:
            inside += 1
    return 4.0 * inside / n


def bench_kmeans(n=2500):
    points = [((i * 7919 % 1000) / 10.0, (i * 104729 % 1000) / 10.0) for i in range(n)]
    centres = points[:6]
    for _ in range(8):
        sums = [[0.0, 0.0, 0] for _ in centres]
        for x, y in points:
            best, at = 1e18, 0
            for i, (cx, cy) in enumerate(centres):
                d = (x - cx) ** 2 + (y - cy) ** 2
                if d < best:
                    best, at = d, i
            s = sums[at]
            s[0] += x
            s[1] += y
            s[2] += 1
        centres = [(sx / c, sy / c) if c else centres[i] for i, (sx, sy, c) in enumerate(sums)]
    return centres


def bench_knapsack(n=150):
    values = [i * 37 % 101 + 1 for i in range(n)]
    weights = [i * 53 % 47 + 1 for i in range(n)]
    cap = 1500
    best = [0] * (cap + 1)
    for w, v in zip(weights, values):
        for c in range(cap, w - 1, -1):
            t = best[c - w] + v
            if t > best[c]:
                best[c] = t
    return best[cap]

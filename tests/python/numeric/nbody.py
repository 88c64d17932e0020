PI = 3.141592653589793; SOLAR = 4 * PI * PI; DAYS = 365.24
bodies = [
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], SOLAR],
    [[4.84143144246472090, -1.16032004402742839, -0.103622044471123109], [0.00166007664274403694 * DAYS, 0.00769901118419740425 * DAYS, -0.0000690460016972063023 * DAYS], 0.000954791938424326609 * SOLAR],
    [[8.34336671824457987, 4.12479856412430479, -0.403523417114321381], [-0.00276742510726411 * DAYS, 0.00499852801234917238 * DAYS, 0.0000230417297573763929 * DAYS], 0.000285885980666130812 * SOLAR],
]
pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1:]]
def energy():
    e = sum(m * (v[0] ** 2 + v[1] ** 2 + v[2] ** 2) / 2 for _, v, m in bodies)
    for (p, _, m), (q, _, n) in pairs:
        e -= m * n / sum((a - b) ** 2 for a, b in zip(p, q)) ** 0.5
    return e
def advance(dt, n):
    for _ in range(n):
        for ([x1, y1, z1], v1, m1), ([x2, y2, z2], v2, m2) in pairs:
            dx, dy, dz = x1 - x2, y1 - y2, z1 - z2
            mag = dt * (dx * dx + dy * dy + dz * dz) ** -1.5
            a, b = m2 * mag, m1 * mag
            v1[0] -= dx * a; v1[1] -= dy * a; v1[2] -= dz * a
            v2[0] += dx * b; v2[1] += dy * b; v2[2] += dz * b
        for r, [vx, vy, vz], m in bodies:
            r[0] += dt * vx; r[1] += dt * vy; r[2] += dt * vz
print(energy()); advance(0.01, 2000); print(energy(), bodies)

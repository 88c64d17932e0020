def solve(n):
    def place(row, cols, d1, d2):
        if row == n: return 1
        return sum(place(row + 1, cols | {c}, d1 | {row - c}, d2 | {row + c}) for c in range(n) if c not in cols and row - c not in d1 and row + c not in d2)
    return place(0, frozenset(), frozenset(), frozenset())
def bits(n, cols=0, l=0, r=0):
    full = (1 << n) - 1
    if cols == full: return 1
    total, free = 0, full & ~(cols | l | r)
    while free:
        b = free & -free; free ^= b; total += bits(n, cols | b, (l | b) << 1 & full, (r | b) >> 1)
    return total
from itertools import permutations
print(solve(6), [bits(n) for n in range(1, 8)], sum(len({q + i for i, q in enumerate(p)}) == len({q - i for i, q in enumerate(p)}) == 6 for p in permutations(range(6))))

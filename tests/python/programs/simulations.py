"""Simulations: a bank with events in a heap, a random walk, Conway's Life, a Markov chain."""
import heapq
import random
import statistics as st
from collections import Counter, deque
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count, islice


@dataclass(order=True)
class Event:
    time: float
    seq: int
    action: object = field(compare=False)


class Simulation:
    def __init__(self, seed):
        self.rng, self.now, self.queue, self.ids = random.Random(seed), 0.0, [], count()

    def at(self, delay, action):
        heapq.heappush(self.queue, Event(self.now + delay, next(self.ids), action))

    def run(self, until):
        while self.queue and self.queue[0].time <= until:
            e = heapq.heappop(self.queue)
            self.now = e.time
            e.action()


class Bank(Simulation):
    def __init__(self, seed, tellers):
        super().__init__(seed)
        self.free, self.waiting, self.waits, self.served = tellers, deque(), [], 0
        self.at(0, self.arrive)

    def arrive(self):
        self.waiting.append(self.now)
        self.at(self.rng.expovariate(1 / 3), self.arrive)
        self.serve()

    def serve(self):
        while self.free and self.waiting:
            self.free -= 1
            self.waits.append(self.now - self.waiting.popleft())
            self.at(max(0.5, self.rng.gauss(6, 2)), self.leave)

    def leave(self):
        self.free += 1
        self.served += 1
        self.serve()


for tellers in (2, 3):
    b = Bank(42, tellers)
    b.run(500)
    q = st.quantiles(b.waits, n=4)
    print(tellers, b.served, round(st.mean(b.waits), 6), [round(x, 4) for x in q], round(st.stdev(b.waits), 6))


def life(cells):
    near = Counter((x + dx, y + dy) for x, y in cells for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
    return {c for c, n in near.items() if n == 3 or n == 2 and c in cells}


def show(cells):
    xs, ys = [c[0] for c in cells], [c[1] for c in cells]
    return ["".join(".#"[(x, y) in cells] for x in range(min(xs), max(xs) + 1)) for y in range(min(ys), max(ys) + 1)]


g = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
for _ in range(40):
    g = life(g)
print(sorted(g), *show(g), sep="\n")

rng = random.Random("walk")
pos = [0]
for _ in range(1000):
    pos.append(pos[-1] + rng.choice((-1, 1)))
print(pos[-1], max(pos), min(pos), st.mode(pos), round(st.pstdev(pos), 9))
print(rng.sample(range(100), 5), rng.choices("abc", [5, 1, 1], k=10), rng.betavariate(2, 3), rng.getrandbits(70), rng.randbytes(4))
d = list(range(10))
rng.shuffle(d)
print(d, rng.triangular(0, 1, 0.3), rng.vonmisesvariate(0, 4), rng.binomialvariate(20, 0.3))

P = {"sun": {"sun": Fraction(9, 10), "rain": Fraction(1, 10)}, "rain": {"sun": Fraction(1, 2), "rain": Fraction(1, 2)}}
state = {"sun": Fraction(1), "rain": Fraction(0)}
for _ in range(5):
    state = {t: sum(state[s] * P[s][t] for s in P) for t in P}
print(state, float(state["sun"]), sum(state.values()))


def collatz(n):
    while n != 1:
        yield n
        n = n // 2 if n % 2 == 0 else 3 * n + 1
    yield 1


best = max(range(1, 3000), key=lambda n: sum(1 for _ in collatz(n)))
print(best, len(list(collatz(best))), list(islice(collatz(best), 6)))
print(st.linear_regression([1, 2, 3], [2, 4.1, 6]), st.correlation([1, 2, 3], [3, 2, 1]), st.NormalDist(0, 1).cdf(1.96), st.fmean([1, 2], [3, 1]))
print(st.multimode("aabbc"), st.geometric_mean([1, 10, 100]), st.harmonic_mean([40, 60]), st.median_grouped([1, 2, 2, 3, 4]))
try:
    st.mean([])
except st.StatisticsError as e:
    print(e)

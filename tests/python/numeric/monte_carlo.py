import random, statistics
random.seed(12345)
n = 20000; print(4 * sum(random.random() ** 2 + random.random() ** 2 <= 1 for _ in range(n)) / n)
print([random.randint(1, 6) for _ in range(20)], random.choice("abcdef"), random.sample(range(100), 5), random.uniform(1, 2), random.gauss(0, 1), random.shuffle(x := list(range(10))), x, random.choices("ab", [1, 3], k=8), random.getrandbits(70), random.randrange(0, 100, 7), random.betavariate(1, 2), random.expovariate(2), random.triangular(), random.normalvariate(), random.lognormvariate(0, 1), random.vonmisesvariate(0, 1), random.gammavariate(2, 1), random.paretovariate(1), random.weibullvariate(1, 1), random.binomialvariate(10, 0.5), random.randbytes(4))
r = random.Random("string seed"); print(r.random(), r.getstate()[0], random.Random(1.5).random(), random.Random(b"b").random(), random.Random(-5).random(), random.Random(2**70).random())
s = r.getstate(); a = [r.random() for _ in range(3)]; r.setstate(s); print(a == [r.random() for _ in range(3)])
data = [random.gauss(10, 3) for _ in range(500)]
print(statistics.mean(data), statistics.stdev(data), statistics.median(data), statistics.quantiles(data), statistics.variance(data), statistics.fmean(data), statistics.pstdev(data))
pos = 0; hist = {}
for _ in range(2000): pos += random.choice((-1, 1)); hist[pos] = hist.get(pos, 0) + 1
print(pos, max(hist.items(), key=lambda kv: (kv[1], kv[0])))
for bad in ("random.randint(5, 1)", "random.choice([])", "random.sample([1], 2)", "random.randrange(0)", "random.seed([])", "random.getrandbits(-1)", "random.choices([], k=1)", "random.choices([1], [0])"):
    try: print(eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)

# Two NaNs made apart are two objects.
print(len({float("nan") for _ in range(2)}), (float("nan"),) == (float("nan"),), len({float("nan"), float("nan")}))
a, b = float("nan"), float("nan")
print(a is b, [a] == [b], [a] == [a], a in [b], {a: 1}.get(b))

# flags: -W ignore
def p(*sets): print(*[sorted(s) if isinstance(s, (set, frozenset)) else s for s in sets])
a, b = {1, 2, 3, 4}, {3, 4, 5}
p(a | b, a & b, a - b, a ^ b, a.union(b, [9]), a.intersection([1, 2], [2]), a.difference([1], [2]), a.symmetric_difference([1, 10]))
p(a <= b, a < a, a <= a, {3} < b, a >= {1}, a > {1}, a.issubset(range(10)), a.issuperset([]), a.isdisjoint([7]), a == {4, 3, 2, 1}, a != b, 3 in a, len(a))
a.add(5); a.discard(99); a.discard(1); a.remove(2); a.update([7], {8}, "x"); p({str(x) for x in a}); a.discard("x"); a &= {3, 4, 7}; p(a); a |= {1}; p(a); a -= {3}; p(a); a ^= {1, 2}; p(a); a.intersection_update([2, 7]); p(a); a.difference_update([7]); p(a); a.symmetric_difference_update([5]); p(a); c = a.copy(); c.clear(); p(a, c, c == set(), a.pop() in (2, 5))
print(set(), {1}, frozenset(), frozenset([1]), set("a"), {None}, {()}, repr({"x"}), bool(set()), set([1, 1, 1.0, True]))
fs = frozenset([1, 2]); p(fs | {3}, type(fs | {3}).__name__, type({3} | fs).__name__, fs == {1, 2}, hash(fs) == hash(frozenset([2, 1])), {fs: 1}[frozenset([1, 2])], fs in {fs}, {1, 2} in {fs}, frozenset(fs) is fs, fs.copy() is fs)
for bad in ("set().pop()", "{1}.remove(2)", "{[]}", "{1} | [2]", "{1} + {2}", "{1}[0]", "set(5)", "set(1, 2)", "{1} < [1]", "frozenset([1]).add(2)", "hash({1})", "{1}.union(5)", "{{1}}", "set([[]])", "[] in {1}", "{1} - 5", "exec('s = {1}; s |= [2]')", "{1}.add()", "{1}.update(5)"):
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
class S(set):
    def __or__(self, o): return "sub or"
p(S([1]) | {2}, type(S([1]) & {1}).__name__, type(S([1]).copy()).__name__, {1} | S([2]), S([1, 2]) == {1, 2})
s = set()
for i in range(1000): s.add(i * 7 % 1009)
for i in range(0, 1000, 3): s.discard(i)
print(len(s), sum(s), min(s), max(s)); r = {1, 2, 3}
try:
    for x in r: r.add(x + 10)
except RuntimeError as e: print(e)
p({x * x for x in range(-3, 4)}, {*"aab"}, set(range(3)) | set("a") == {0, 1, 2, "a"}, sum({1, 2, 3}), max({"b", "a"}), sorted({3, 1, 2}, reverse=True), {1, 2}.__contains__(1), {1}.__and__([1]), {1}.__rsub__({1, 2}))
print({frozenset([1]), frozenset([1])}, {(1, 2), (1, 2)}, {1, 2, 3} - {2} - {1}, {"a", "b"} == {"b", "a"}, {0} == {False}, {2**70} & {2**70}, {1.0} | {1})

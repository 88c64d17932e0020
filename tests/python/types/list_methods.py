# flags: -W ignore
l = [3, 1, 2]
l.append(5); l.extend([7, 8]); l.extend(range(2)); l.insert(0, "first"); l.insert(-1, "pen"); l.insert(100, "end"); print(l)
print(l.pop(), l.pop(0), l.pop(-2), l.index(5), l.count(1), l); l.remove(1); print(l); l.reverse(); print(l, l.copy() == l, l.copy() is l)
n = [5, 2, 9, 1, 5, 6]; n.sort(); print(n); n.sort(reverse=True); print(n); n.sort(key=lambda x: -x % 5); print(n, sorted("bca"), sorted([3, 1], reverse=True), sorted({"b": 1, "a": 2}), sorted([(1, "b"), (1, "a"), (0, "z")], key=lambda t: t[0]))
print(n[1:3], n[::-1], n[-2:], n[10:], n[::2], n[3:0:-1], n[-100:100], n + [1], n * 2, [0] * 3, [[]] * 2, 5 in n, 99 not in n, len(n), n == list(n), [1, 2] < [1, 3], [1] < [1, 2], [] == [], [2] > [1, 9])
n[1:3] = ["a", "b", "c", "d"]; print(n); n[::2] = range(len(n[::2])); print(n); n[2:2] = [None]; print(n); del n[::3]; print(n); del n[0], n[-1]; print(n); n[:] = []; print(n); n += "ab"; n *= 2; print(n)
for bad in ("[].pop()", "[1].pop(5)", "[1].remove(2)", "[1].index(2)", "[1][1]", "[1][-2]", "[1]['a']", "[1][1.0]", "[1] + (2,)", "[1] * 1.5", "[1] * [2]", "[3, 'a'].sort()", "[1].sort(5)", "[1].sort(key=5)", "sorted([1], key=lambda: 1)", "[].extend(5)", "[1].insert('a', 1)", "[1].append()", "list(5)", "list(1, 2)", "[1, 2].index(2, 5)", "exec('l[::2] = [1]')", "exec('l[0:1] = 5')", "exec('del l[100]')", "exec('l[50] = 1')", "exec('l[::0]')", "[1][::0]", "[0] * 10**18", "[1j, 2].sort()", "[1] < 5", "[1] < [None]", "[[1]] < [[None]]"):
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
k = []; k.append(k); k.append((k,)); print(k, repr(k))
a = [1, 2, 3]; a[1] = a; print(a); b = a; b.clear(); print(a, a is b)
print(list("abc"), list(range(3)), list({1: 2}), list((1,)), list(), [*range(3)], list(map(str, [1, 2])), list(zip([1], [2])))
mixed = [1, 2, 3]; mixed.append(2.5); mixed[0] = "s"; print(mixed); floats = [1.0, 2.0]; floats.append(3); print(floats, floats[2], type(floats[2]).__name__); bools = [True, False]; bools[0] = 1; bools.append(2); print(bools, type(bools[0]).__name__)
big = [2**70, 1, -2**70, 2**47, 2**48]; big.sort(); print(big); nested = [[3], [1, 2], []]; nested.sort(); print(nested, max(nested), sum([[1], [2]], []))
class S(list):
    def __getitem__(self, i): return ("sub", super().__getitem__(i))
s = S([1, 2]); print(s[0], s, list(s), len(s), s + [3], type(s + [3]).__name__, type(s[:]).__name__, s.copy().__class__.__name__)
def mutate_in_sort():
    l = [3, 2, 1]
    def key(x):
        l.append(x); return x
    try: l.sort(key=key)
    except ValueError as e: return str(e), sorted(l)
print(mutate_in_sort())
r = list(range(20)); r.sort(key=lambda x: x % 3); print(r); words = "the Quick brown Fox".split(); words.sort(key=str.lower); print(words); print([1, 2, 3].__contains__(2), [1].__iadd__([2]), [1, 2].__rmul__(2), [1, 2, 3].__reversed__().__next__())
print([x for x in [1.5, True, None, "a", (), 2**80]], [1, True, 1.0].count(1), [None, None].index(None), [0.0, -0.0], [float("nan")][0] != 1)

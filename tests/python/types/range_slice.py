for r in (range(5), range(2, 10, 3), range(10, 0, -3), range(0), range(5, 2), range(-5, 5, 2), range(2**65, 2**65 + 3), range(0, 2**70, 2**68)):
    print(r, list(r), len(r), r[0] if r else None, r[-1] if r else None, r[::-1], r[1:], r.start, r.stop, r.step, 4 in r, 2**65 in r, r.count(2), bool(r), hash(r) == hash(range(r.start, r.stop, r.step)), list(reversed(r)))
print(range(10)[2:8:2], range(10)[::-1][2], range(100)[-5:], range(10).index(7), 5.0 in range(10), "a" in range(3), True in range(2), range(3) == range(0, 3, 1), range(0) == range(2, 2), range(3) == [0, 1, 2], sum(range(101)), max(range(5)), range(1, 10, 4)[2])
for bad in ("range()", "range(1, 2, 0)", "range('a')", "range(1.5)", "range(5)[10]", "range(3).index(9)", "len(range(2**70))", "range(1, 2, 3, 4)", "range(5)['a']", "exec('range(3)[0] = 1')", "range(3) + range(3)", "exec('range(3).start = 5')"):
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
it = iter(range(3)); next(it); print(it.__length_hint__(), list(it), list(it)); print(next(iter(range(2**100, 2**101))))
s = slice(1, 10, 2); print(s, s.start, s.stop, s.step, slice(5), slice(None), s.indices(5), slice(None, None, -1).indices(4), slice(-3, None).indices(5), s == slice(1, 10, 2), slice(1) < slice(2), hash(slice(1)) == hash(slice(1)))
class I:
    def __index__(self): return 2
print(list(range(I())), [0, 1, 2, 3][I():], "abcd"[:I()], range(10)[I()], slice(I(), None).indices(5), [1, 2, 3, 4, 5][slice(1, 4)], (1, 2, 3)[slice(None, None, -1)])
for a in (None, -7, -2, 0, 1, 3, 7):
    for b in (None, -7, -1, 0, 2, 7):
        for c in (None, -3, -1, 1, 2):
            assert list("abcde"[a:b:c]) == [*"abcde"][a:b:c] == list(tuple("abcde")[a:b:c]) == [chr(x) for x in b"abcde"[a:b:c]] == [chr(97 + x) for x in range(5)[a:b:c]]
print("slices agree"); print([i for i in range(10, -10, -7)], [*range(3, -1, -1)], len(range(-2**40, 2**40, 3)), range(2**63 - 2, 2**63 + 1)[-1], list(range(2**47 - 2, 2**47 + 2)), list(range(-2**47 - 2, -2**47 + 1)))

# also: -X spec-threshold=4
def add(a, b): return a + b
out = []
for _ in range(3):
    for a, b in ((1, 2), (1.5, 2), ("a", "b"), ([1], [2]), ((1,), (2,)), (2**60, 2**60), (True, 1), (1, 2.5), (1j, 1), (2**47 - 1, 1), (-2**47, -1)):
        for _ in range(40): r = add(a, b)
        out.append(r)
print(out)
def cmp(a, b): return a < b, a == b, a != b, a >= b
print([cmp(a, b) for _ in range(30) for a, b in ((1, 2), (2.0, 1), ("a", "b"), (2**70, 1), ((1,), (1, 2)), ({1}, {1, 2}))][-6:])
def sub(c, i): return c[i]
class G:
    def __getitem__(self, i): return ("G", i)
for _ in range(2):
    for c, i in (([1, 2, 3], 1), ((1, 2), 0), ("xyz", 2), ({"k": 5}, "k"), ({7: 8}, 7), (b"abc", 0), (G(), "any"), (range(9), 4), ([1.5, 2.5], -1), ([True, False], 1), ("é日", 1), (bytearray(b"q"), 0)):
        for _ in range(50): r = sub(c, i)
        print(r, end=" ")
print()
def neg(x): return -x
print([[neg(v) for _ in range(60)][-1] for v in (1, 1.5, 1j, 2**80, True, -2**47)])
def loop(it):
    s = 0
    for x in it: s = s + x
    return s
print([loop(it) for _ in range(20) for it in ([1, 2], (1.5, 2), range(4), {1: 2}, {5}, (i for i in [7]), b"ab", [2**62, 2**62], [1, 2.5, 2**70])][-9:])
def truth(x): return "T" if x else "F"
print("".join(truth(x) for _ in range(30) for x in (1, 0, "", "a", [], [0], None, 0.0, 2.5, {}, 2**70, True))[-12:])
def store(c, k, v):
    c[k] = v; return c
for c, k, v in (([1, 2], 0, 9), ([1, 2], 1, 2.5), ([1.5], 0, "s"), ([True], 0, 5), ({}, "a", 1), (bytearray(b"a"), 0, 98), ([1], 0, None), ([0.5], 0, 1), ([False], 0, True)):
    for _ in range(40): r = store(c, k, v)
    print(r, end=" ")
print()
def fails(f, *cases):
    out = []
    for _ in range(40):
        for c in cases:
            try: out.append(f(*c))
            except Exception as e: out.append(type(e).__name__ + ": " + str(e))
    return out[-len(cases):]
print(fails(add, (1, 2), (1, "a"), (1.5, None), ([1], 2)), fails(sub, ([1], 0), ([1], 5), ({}, 1), (5, 1), ("a", "b")), fails(lambda a, b: a // b, (7, 2), (7, 0), (7.5, 0), (2**70, 3)), fails(lambda a, b: a % b, (7, -2), (7, 0), ("%d", 5)))

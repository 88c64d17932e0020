# flags: -W ignore
from array import array, typecodes
print(typecodes)
a = array("i", [1, 2, 3]); a.append(4); a.extend([5, 6]); a.insert(0, -1); print(a, len(a), a[0], a[-1], a[1:3], a.pop(), a.index(3), a.count(1), a.typecode, a.itemsize, a.tolist(), a.tobytes()[:8], list(reversed(a)), 3 in a)
a[0] = 100; a[1:3] = array("i", [7, 8, 9]); a.remove(100); a.reverse(); print(a); del a[0]; print(a, a + a, a * 2, a == array("i", a.tolist()), a < array("i", [99]), array("d", [1, 2]) == array("i", [1, 2]))
d = array("d", [1.5, 2.5]); d.append(3); print(d, sum(d), array("u", "héy").tounicode(), array("b", b"\xff\x01"), array("B", [255]), array("q", [2**62, -2**63]), array("Q", [2**64 - 1]), array("f", [0.1])[0], array("w", "x😀"), array("h"), repr(array("d")))
for bad in ("array('b', [128])", "array('B', [-1])", "array('i', ['a'])", "array('i', [1.5])", "array('z')", "array('d', ['x'])", "array('i')[0]", "a + [1]", "a + d", "array('i', [1]).remove(9)", "array('i').pop()", "array('Q', [-1])", "array('q', [2**63])", "array(1)", "array('i', 5)", "a.append('x')", "a.extend(d)", "array('i', b'123')", "exec('a[0:1] = [1]')", "hash(a)", "a.index(999)"):
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
b = array("h"); b.frombytes(b"\x01\x00\x02\x00"); b.fromlist([3]); b.byteswap(); print(b, b.buffer_info()[1]); import copy, pickle; print(copy.copy(b) == b, pickle.loads(pickle.dumps(b)) == b, bytes(b), memoryview(b).tolist(), sorted(array("d", [3, 1, 2])), max(array("i", [1, 5])))
s = array("d", [0.0]) * 100
for i in range(100): s[i] = i * 0.5
print(sum(s), s[50], s[10:13], s[::33], array("i", range(5)), array("i", (x for x in [1, 2])), array("d", b"\x00" * 16), array("i", array("b", [1, 2])))

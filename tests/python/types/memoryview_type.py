import array
m = memoryview(bytearray(b"abcdef"))
print(m[0], m[-1], m[1:3].tobytes(), len(m), m.format, m.itemsize, m.nbytes, m.ndim, m.shape, m.strides, m.readonly, m.tolist(), bytes(m[::2]), m == b"abcdef", m.hex(), m.contiguous, m.c_contiguous)
m[0] = 65; m[1:3] = b"ZZ"; print(m.obj, m.tobytes()); m[::2] = b"..."; print(m.obj)
r = memoryview(b"ro")
for bad in ("r[0] = 1", "m[0] = 300", "m[0] = 'x'", "m[0:2] = b'xyz'", "m[100]", "m['x']", "memoryview('s')", "memoryview(5)", "m.cast('x')", "m.cast('i')", "del m[0]", "hash(m)", "m[0, 0]"):
    try: exec(bad); print(bad, "ok")
    except Exception as e: print(bad, "->", type(e).__name__, e)
a = array.array("i", [1, 2, 3, -4]); am = memoryview(a)
print(am.format, am.itemsize, am.tolist(), am[3], am[::-1].tolist(), am.cast("B")[:4].tolist()); am[0] = 100; print(a)
d = memoryview(array.array("d", [1.5, 2.5])); print(d.tolist(), d.cast("B").cast("q").tolist() is not None, d.format)
c = memoryview(bytes(range(12))).cast("B", shape=[3, 4]); print(c.shape, c.strides, c.tolist(), c[1, 2], c.ndim)
with memoryview(b"xy") as w: print(w[0])
try: w[0]
except ValueError as e: print(e)
print(hash(r) == hash(b"ro"), list(r), 114 in r, sorted(r), memoryview(b"abc")[1:] == b"bc", memoryview(b"\x01\x00\x02\x00").cast("h").tolist(), r.toreadonly().readonly, memoryview(b"").tolist(), bytes(reversed(r)))
x = memoryview(bytearray(8)).cast("d"); x[0] = 3.5; print(x.tolist(), x.obj, memoryview(b"ab") == memoryview(array.array("B", b"ab")), m.index(46), m.count(46))

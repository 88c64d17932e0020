class G:
    def __getitem__(self, k): return k
    def __setitem__(self, k, v): print("set", k, v)
    def __delitem__(self, k): print("del", k)
g = G()
print(g[1], g[1:2], g[1:2:3], g[:], g[::], g[1, 2], g[1:2, 3], g[...], g[..., 1:], g["k"], g[None], g[-1], g[(1, 2)], g[1,], g[[1]], g[{}], g[lambda: 1].__name__)
g[1] = "a"; g[1:2] = "b"; g[1, 2:3] = "c"; del g[5], g[1:2], g[0, 1]
try: g[0] += 5
except TypeError as e: print(e)
x = [0, 1, 2, 3, 4, 5]
x[1:3], x[4] = [9, 9, 9], "four"; print(x); x[10:] = [7]; print(x); x[::-1] = range(len(x)); print(x); x[-2:] = []; print(x)
i = [0]; i[i[0]] = 5; print(i); a = [1, 2, 3]; k = 0; k, a[k] = 2, "after"; print(k, a)
for bad in ("x[::0]", "x['a':]", "x[1.0:]", "x[::2] = [1]", "x[0:1] = 5", "x[{}]", "'abc'[1:'x']", "range(5)[1.5]", "x[1, 2]", "x[...]"):
    try: exec(bad)
    except (TypeError, ValueError) as e: print(bad, "->", e)
print("hello"[-3:-1], "hello"[::-2], b"hello"[1:4], (1, 2, 3)[1:], bytearray(b"abc")[::-1], memoryview(b"abc")[1:].tobytes(), list(range(10))[8:2:-3], "x"[5:], [][:], ""[::-1])
s = slice(1, None); print("abcd"[s], [1, 2, 3][s], s.start, s.stop, slice(None, 2) == slice(2)); y = [1, 2, 3, 4]; y[slice(0, 2)] = "z"; print(y); del y[slice(-1, None)]; print(y)
class Idx:
    def __init__(self, v): self.v = v
    def __index__(self): print("index", self.v, end=" "); return self.v
print([1, 2, 3, 4][Idx(1):Idx(3)], "abc"[Idx(-1)]); z = [0] * 3; z[Idx(1)] = 1; print(z)

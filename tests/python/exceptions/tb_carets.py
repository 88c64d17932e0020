import traceback
class O: pass
o = O(); o.a = O(); o.a.b = None; d = {"k": {"j": 1}}; lst = [1, 2]
cases = """
o.a.b.c
d["k"]["missing"]
lst[5] + lst[0]
1 + "a" + 2
(1 + 2) / (3 - 3)
len(5)
undefined_name + 1
o.a.b.c.d()
"abc".nope()
lst[0][1]
lst.append(1).foo
print(1, d["zz"], 3)
[x / 0 for x in lst]
{i: 1 / i for i in range(2)}
(lambda q: q.z)(1)
-"a"
not_defined()
foo(a=1) if 0 else bar(b=2)
1 if d["nope"] else 2
lst[1:"a"]
f"{1/0}"
f"{d['no']!r:>10}"
"%d" % "x"
o.a.b = o.x.y
lst[9] = 1
del d["gone"]
a, b = lst, 1, 2
a, b, c = lst
for x in 5: pass
with o: pass
assert lst == 5, "wrong"
assert 1 > 2
raise ValueError("direct")
import no_such_module_here
from os import no_such_name
x += 1
lst += 5
lst @ lst
1 < "a"
o()
await_me = 1; await_me.x
int("zz", 10)
d.get("k").get("j").get("x")
lst[lst[d["k"]["j"]]][0]
é = lst[100]
"日本" + 1 + é
(o
 .a
 .zzz)
max(
    1,
    "a",
)
"""
src, block = [], []
for line in cases.strip("\n").split("\n"):
    if block and not line.startswith((" ", ")")):
        src.append("\n".join(block)); block = []
    block.append(line)
src.append("\n".join(block))
import linecache
for n, s in enumerate(src):
    name = f"<case {n}>"
    linecache.cache[name] = (len(s), None, s.splitlines(True), name)
    try: exec(compile(s, name, "exec"), dict(o=o, d=d, lst=lst))
    except Exception as e:
        print(*traceback.format_exception(e.with_traceback(e.__traceback__.tb_next)), sep="", end="")

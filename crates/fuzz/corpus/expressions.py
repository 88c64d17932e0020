x
x + y * z - a // b % c ** x @ y
x if a else y
lambda x, /, y=1, *a, b, c=2, **z: x + y
[x for x in y if a if b]
{x for x, *y in a for z in b}
{x: y for x, y in a}
{**a, x: y, **b}
(x async for x in y)
[await x for x in y]
(yield x)
(yield from x)
(x := a + b)
a < b <= c != x in y not in z is a is not b
not x and y or z
-x ** -y
~a & b | c ^ x << 1 >> 0
a.b.c[x:y:z, ..., 1, *b]
a(x, *y, b=1, **c)(z)[0].a
f(x for x in y)
(x, y, *z)
[*a, *b]
{*a, x}
()
f"{x!r:>{y}.{z}} {a=} {b:%Y-%m}"
t"{x} {y!s}"
"a" 'b' """c"""
b"x" rb'\y'
1_000.5e-3j + 0xFF + 0b11 + 0o17
"\N{BULLET}\u00e9\x41\101\n"
...
None is True is False
await x
x[a, b:c]
x[*a]
a if b else c if x else y
(lambda: (yield))
{x: {y: [z, (a,)]}}
"%s %r" % (x, y)
__debug__
x in (1, 2, 3)
x in {1, 2, 3}
1 + 2 * 3 ** 4
"a" * 3 + "b"
-1 ** 2 // 0
(1, 2, (3, "a"), b"", 1.5, 2j, None)[0]
super().__init__(x)
print(x, y, sep="", end="\n", file=z)

x, y, s = 3.14159, 42, "hé'llo"
print(f"{x} {y} {s}", f"{x:.2f} {y:05d} {y:#x} {s!r} {s!s} {s!a}")
print(f"{x=} {y = } {s=!r:>12} {y=:>6}")
w, p = 12, 3
print(f"[{x:{w}.{p}f}] [{s:^{w}}] [{y:<{w}}] [{'nested' + f'{y:{w}}'}]")
print(f"{{literal}} {{{y}}} {'{'} }}")
print(f"{y!r:>{w}}", f'{"same quotes" + "inside"}', f"{'a' if y else 'b'}", f"{(lambda q: q * 2)(y)}")
print(f"{[i for i in range(3)]} {({1: 2})[1]} { {1, 1} }")
print(f"""multi {
    y  # comment
    + 1
} line {x
:.1f}""")
print(f"{y:,} {1234567.891:,.2f} {y:e} {0.25:%} {y:b} {y:o} {y:X} {y:+} {y: } {-y:=+8}")
print(f"{f"{f"{y}"}"}", f"{'\n'.join(['a', 'b'])}", f"\N{BULLET} \x41 {y}\t|")
print(rf"\n{y}\d", fr"{s}\\", "plain " f"{y} " "joined " f"{x:.1f}")
class F:
    def __format__(self, spec): return f"<{spec}>"
    def __repr__(self): return "F()"
    def __str__(self): return "F-str"
f = F()
print(f"{f} {f:abc} {f!r} {f!s:>8} {f:{'x' * 3}} {f=}")
print(f"{y if y > 40 else 0:>5}|{y:}|{None}|{True:d}|{...}")
import datetime
d = datetime.datetime(2024, 2, 29, 13, 5)
print(f"{d:%Y-%m-%d %H:%M} {d!s:.10}")
for bad in ["f'{1:d}' f'{1.5:d}'", "f'{\"a\":d}'", "f'{[]:5}'", "f'{1:zz}'", "f'{undefined_name}'", "f'{1:.2d}'", "f'{\"s\":=5}'", "f'{\"s\":+}'", "f'{1:,s}'"]:
    try: print(eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
print(f"{y:{'>'}{10}}", f"{3:{'0' + '4'}d}", f'{y}' "" '', f"{y}{y}{y}")
print(f"{lambda_ := 5}" if False else f"{(z := 5)} {z}")
print(f"{'é':>4}|{'日本':^6}|{'x' * 3!r}")
a = 1
print(f"{a!r}{a!s}{a:}", f"{ a }", f"{a,}", f"{*[1, 2],}", f"{a:{a}{a}}")
print(f"{'%d' % 5} {'{}'.format(6)} {"{{}}"}")

from string.templatelib import Template, Interpolation
name, n = "World", 42
t = t"Hello {name}! {n:>5} {n!r} {n=}"
print(type(t).__name__, t.strings, t.values)
for part in t:
    print(type(part).__name__, part if isinstance(part, str) else (part.value, part.expression, part.conversion, part.format_spec))
print(t"plain".strings, t"".strings, list(t""))
print((t"a{1}" + t"b{2}").strings, ("x" if False else t"{n}").values)
def render(t):
    out = []
    for p in t:
        if isinstance(p, str): out.append(p)
        else:
            v = p.value
            if p.conversion == "r": v = repr(v)
            elif p.conversion == "s": v = str(v)
            out.append(format(v, p.format_spec))
    return "".join(out)
print(render(t))
w = 10
print(render(t"[{name:>{w}}]"), t"[{name:>{w}}]".interpolations[0].format_spec)
print(repr(t"{name}!"))
i = Interpolation(1, "one", "s", ">3")
print(i, i.value, i.expression)
print(Template("a", i, "b", "c", i, i).strings)
nested = t"{t'{n}'}"
print(nested.interpolations[0].value.values)
try: t"a" + "b"
except TypeError as e: print(e)
match t"{n}".interpolations[0]:
    case Interpolation(value, expr): print(value, expr)
print(rt"\n{n}".strings, t"{'é'}".interpolations[0].expression)
try: t"{undefined}"
except NameError as e: print(e)
for i in t"{ n }{n = }{ n!r:>5}{  n + 1 :d}{ (n) }".interpolations: print(repr(i.expression), i.conversion, repr(i.format_spec))

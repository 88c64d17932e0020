x = f"a{b}c{d!r}{e:>{f}}{g=}{h!s:^{i}.{j}}{{}}"
# ---
x = f'{f"{f'{x}'}"}' f"{'a' 'b'}" "c"
# ---
x = f"""
{
  a
  + b  # comment
:{c}
}
"""
# ---
x = t"{a}{b!r:>{c}} {d=}" t'{e}'
# ---
x = rf"\{a}\n" + fr'{b:\x41}' + F"{c:{'x'}}"
# ---
x = "\N{LATIN SMALL LETTER A}\U0001F600\ud800\0\
b" u'c' """d"e'f"""
# ---
x = b"\xff\0" + rb"\d" + Rb'''e
f'''
# ---
"""doc"""
'a' 'b' f'{c}'
# ---
x = f"{lambda: 1}" if y else f"{(lambda x: x)(1)}"
# ---
x = f"{a:{b:{c}}}" f"{x:%H:%M}" f"{x!a}" f"{yield_}" f"{*a, b}" f"{a if b else c}"
# ---
x = f"{a['b']}" f'{a["b"]:{c["d"]}}' f"{'\n'.join(x)}"

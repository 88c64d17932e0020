import dis, io, re
def f(a, b=2):
    import os.path
    try:
        for i in range(a): print(i, "x")
    except ValueError as e:
        return e
    with open(a) as q: yield q
    return lambda: b
class C:
    def m(self): return self.x
def text(x, **options):
    out = io.StringIO(); dis.dis(x, file=out, **options); return out.getvalue()
t = text(f)
print(sorted({int(n) for n in re.findall(r"^ {1,4}(\d+) ", t, re.M)} & {2, 3, 5, 6, 7, 8, 9}), "range" in t, "'x'" in t, "Disassembly of <code object <lambda>" in t, "ExceptionTable:" in t)
print("Disassembly of m:" in text(C), text("x = 1").count("STORE_NAME"), len(text(f, show_offsets=True)) > len(t), "5:" in text(f, show_positions=True))
code = compile("import a.b; from . import c; from x import y as z\nq = 1", "", "exec")
print(list(dis._find_imports(code)), sorted(set(dis._find_store_names(code))))
b = dis.Bytecode(f)
print(b.first_line, [i.line_number for i in b if i.argval == "range"], [i.opname for i in b if i.argval == "os.path"], "-->" in dis.Bytecode(f, current_offset=4).dis())
print([i.argval for i in dis.get_instructions(C.m) if i.argval == "x"], all(i.offset == i.start_offset for i in b), list(dis.findlinestarts(C.m.__code__))[-1][1])
def bad(): 1 / 0
try: bad()
except ZeroDivisionError as e:
    out = io.StringIO(); dis.distb(e.__traceback__.tb_next, file=out); print(out.getvalue().count("-->"))
for wrong in (5, "1 +"):
    try: dis.dis(wrong)
    except (TypeError, SyntaxError) as e: print(type(e).__name__, e)
print(dis.pretty_flags(f.__code__.co_flags), dis.code_info(f).splitlines()[0])

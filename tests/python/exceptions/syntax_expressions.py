cases = r"""
for x y: pass
try: pass
try: x
except: pass; finally
except* : pass
try: pass|except: pass|except ValueError: pass
match x:|    case 1|        pass
match x:|    case a: pass|    case b: pass
match x:|    case {"a": 1, "a": 2}: pass
match x:|    case C(a=1, a=2): pass
match x:|    case [a, a]: pass
match x:|    case a | b: pass
"unterminated
'''triple
f"{"
f"{}"
f"{a!x}"
f"{a b}"
f"{a:{b:{c}}}"
f"}"
f"{lambda x: 1}"
b"é"
0777
0b12
0xg
1__0
1_
1e
5x
1.2.3
"\N{nope}"
"\x1"
""".strip("\n").split("\n")
import warnings; warnings.simplefilter("ignore")
for c in cases:
    src = c.replace("|", "\n")
    try: compile(src, "f", "exec"); print(repr(src), "compiles")
    except SyntaxError as e: print(repr(src), "->", type(e).__name__, e.msg, (e.lineno, e.offset, e.end_lineno, e.end_offset))
    except Exception as e: print(repr(src), "->", type(e).__name__, e)

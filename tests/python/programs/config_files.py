"""configparser and tomllib: files that are read, written and refused."""
import configparser, tomllib, io, json, datetime, sys
TEXT = """
[DEFAULT]
base = /srv
debug = no
[paths]
home: %(base)s/home
logs = %(home)s/logs
   continued line
empty
[numbers]
i = 12
f = 2.5
b = on
bad = maybe
list = 1
  2
  3
"""
c = configparser.ConfigParser(allow_no_value=True)
c.read_string(TEXT)
print(c.sections(), c.defaults())
for s in c: print(s, dict(c[s]) if s != "numbers" else {k: c[s][k] for k in ("i", "f")})
print(c.getint("numbers", "i"), c.getfloat("numbers", "f"), c["numbers"].getboolean("b"), c.get("paths", "empty"))
for f in (lambda: c.getboolean("numbers", "bad"), lambda: c["nope"], lambda: c.get("paths", "zzz"), lambda: c.get("zz", "a"),
          lambda: c.add_section("paths"), lambda: c.add_section("DEFAULT"), lambda: c.set("paths", "x", 3), lambda: c.getint("paths", "home"),
          lambda: c.read_string("x = 1"), lambda: c.read_string("[a]\nk=1\nk=2"), lambda: c.read_string("[a]\n[a]"), lambda: c.read_string("[a]\n= 3\n:x\n"),
          lambda: c.read_string("[a]\nv=%(nothere)s\n") or c.get("a", "v"), lambda: c.read_dict({"a2": {"v": "%(v"}}) or c.get("a2", "v"),
          lambda: c.read_string("[loop]\na=%(b)s\nb=%(a)s") or c.get("loop", "a"), lambda: c.set("paths", "q", "100%")):
    try: print("->", f())
    except Exception as e: print(type(e).__name__, str(e), e.args if len(str(e)) < 60 else "")
e = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation(), delimiters=("=",), comment_prefixes=("#",), inline_comment_prefixes=(";",))
e.read_string("[a]\nx = 1 ; note\n[b]\ny = ${a:x}2\nz = ${y}3$$\n")
print(e["b"]["y"], e["b"]["z"], e.items("b"), e.has_option("a", "X"), e.options("b"))
e["new"] = {"k": "v", "n": "multi\nline"}
e.remove_option("a", "x"); e.remove_section("b")
o = io.StringIO(); e.write(o); print(o.getvalue())
r = configparser.RawConfigParser(converters={"list": lambda v: v.split(",")}); r.optionxform = str
r.read_dict({"S": {"Key": "a,b", "raw": "%d"}})
print(r.getlist("S", "Key"), r["S"].getlist("none", fallback=[]), r.get("S", "raw"), repr(r["S"]), repr(r))
print(c.get("paths", "none", fallback="fb"), c["paths"].get("none"), "home" in c["paths"], len(c["paths"]))
print(c.read(["/nonexistent/a.ini"]))
t = tomllib.loads('''
title = "T"
[owner]
dob = 1979-05-27T07:32:00-08:00
d = 1979-05-27
t = 07:32:00.5
ints = [1, 0x_f, 0o17, 0b11, 1_000]
"fl" = [1.5, inf, -inf, 1e3]
nested.a.b = true
multi = """
a \\
   b"""
lit = 'C:\\n'
[[arr]]
x = 1
[[arr]]
x = {y = 2, z = [1]}
''')
print(t)
for bad in ("a = ", "a = 1\na = 2", "[x\n", "a = 'x", "a = 1979-13-40", "a = \"\\q\"", "= 1", "a.b=1\na=2", "a = 01", "x = nan2"):
    try: print(tomllib.loads(bad))
    except tomllib.TOMLDecodeError as e: print(e, "|", e.lineno, e.colno, e.pos)
try: tomllib.load(io.StringIO("a=1"))
except TypeError as e: print(e)
p = {"a": 1, "b": [1.5, True, b"bytes", "str<&>"], "d": datetime.datetime(2024, 1, 2, 3, 4, 5), "n": {"x": -7, "big": 2**63}}
for bad in (None, {1: 2}, 2**70, object):
    except Exception as e: print(type(e).__name__, e)
    except Exception as e: print(type(e).__name__, e)

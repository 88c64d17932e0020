b = b"Hello\x00\xff"
print(b, len(b), b[0], b[-1], b[1:3], b[::-1], list(b[:3]), b"ell" in b, 72 in b, b.upper(), b.lower(), b.hex(), b.hex("-", 2), bytes.fromhex("48 65 6c"), b.find(b"l"), b.find(108), b.count(b"l"), b.replace(b"l", b"L", 1), b.split(b"l"), b.partition(b"e"))
print(bytes(3), bytes([1, 2]), bytes("é", "utf-8"), bytes(range(5)), bytes(b"x"), bytes(), bytes(bytearray(b"q")), bytes(memoryview(b"m")), b"a" + b"b", b"ab" * 3, b"a" < b"b", b"a" == b"a", b"a" == "a", hash(b"x") == hash(b"x"))
print(b"  x ".strip(), b"a,b".split(b","), b" a b ".split(), b"".join([b"a", bytearray(b"b")]), b"a-b".rpartition(b"-"), b"abc".startswith((b"x", b"a")), b"x".center(5, b"*"), b"5".zfill(3), b"a\nb\r\nc".splitlines(), b"ab".isalpha(), b"AB".isupper(), b"\t".isspace(), b"abc".translate(bytes.maketrans(b"a", b"z"), b"b"), b"a\tb".expandtabs(3), b"Ab".swapcase(), b"ab cd".title(), b"prefix".removeprefix(b"pre"))
print(b"%d %s %r %5.1f %x %c %a %b" % (1, b"s", "r", 2.5, 255, 65, "é", b"b"), b"%(k)s" % {b"k": b"v"}, repr(b"'"), repr(b"'\""), repr(b"\t\n\r\\\x7f"), str(b"x"), b"\xe9".decode("latin-1"), b"\xff\xfea\x00".decode("utf-16"), b"\xc3\xa9".decode(), b"a\xffb".decode("utf-8", "replace"), b"a\xffb".decode(errors="ignore"), b"\xff".decode("utf-8", "backslashreplace"), b"\xff".decode("utf-8", "surrogateescape").encode("utf-8", "surrogateescape"))
for bad in ("bytes([256])", "bytes([-1])", "bytes('s')", "bytes(1.5)", "b'a' + 'b'", "b'a'[5]", "b'a'.join(['s'])", "b'\\xff'.decode()", "b'\\xff'.decode('ascii')", "bytes.fromhex('0')", "bytes.fromhex('zz')", "b'a'.find('a')", "b'abc'.index(b'z')", "b'a' in 5", "300 in b'a'", "b'a'.split('x')", "b'%s' % 's'", "b'%d' % 's'", "bytes('x', 'nope')", "bytes(5, 'utf-8')", "b'a'.hex('xx')", "b'\\xe2\\x82'.decode()", "b'\\xed\\xa0\\x80'.decode()", "b'a'.decode('nope')", "bytes(-5)", "b'a' * 'x'", "b'a' < 'a'", "bytes(object())"):
    try: print(bad, "=", repr(eval(bad)))
    except Exception as e: print(bad, "->", type(e).__name__, e)
a = bytearray(b"abc")
a.append(100); a.extend(b"ef"); a.insert(0, 33); a[0] = 64; a[1:3] = b"XYZW"; del a[-1]; a += b"!"; a *= 2
print(a, len(a), a.pop(), a.pop(0), a.remove(88), a, a.find(b"Y"), a.index(100), a.copy(), bytes(a[::2]))
a.reverse(); print(a); a[::3] = b"." * len(a[::3]); print(a); a.clear(); print(a, bytearray(5), bytearray("é", "latin-1"), bytearray([1, 2]) == b"\x01\x02", bytearray(b"x") + b"y", b"x" + bytearray(b"y"), repr(bytearray(b"'")))
for bad in ("a.append(256)", "a.append('x')", "a.pop()", "bytearray(b'a').remove(5)", "bytearray(b'abc')[1:2] = 'x'" if False else "bytearray('x')", "bytearray(b'a')[5]", "hash(a)", "bytearray(-1)", "a.extend([300])", "a.extend('s')", "a.insert(0, -1)"):
    try: print(bad, "=", eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
c = bytearray(b"grow")
v = memoryview(c)
try: c.append(1)
except BufferError as e: print(e)
v.release(); c.append(1); print(c, bytearray(b"12").isdigit(), bytearray(b"a,b").split(b","), c.hex(), c.decode("latin-1"), bytearray.fromhex("ff00"), c.take_bytes(2) if hasattr(c, "take_bytes") else "3.15")

# Native modules around bytes: compression, digests, CSV, memory maps, and what files do with them.
import csv, gzip, hashlib, hmac, io, json, mmap, os, shutil, tempfile, zlib

data = b"hello world, " * 500
for wbits in (15, -15, 31, 9):
    c = zlib.compressobj(9, zlib.DEFLATED, wbits)
    packed = c.compress(data[:100]) + c.flush(zlib.Z_SYNC_FLUSH) + c.compress(data[100:]) + c.flush()
    d = zlib.decompressobj(wbits)
    out = d.decompress(packed + b"rest", 40)
    twin = d.copy()
    tail = d.unconsumed_tail
    out += d.decompress(tail) + d.flush()
    print(wbits, out == data, d.eof, d.unused_data, len(d.unconsumed_tail), twin.decompress(tail) == data[40:])
print(zlib.crc32(data), zlib.crc32(b"x", 7), zlib.adler32(data), zlib.adler32(b"", 5), gzip.decompress(gzip.compress(data)) == data)
z = zlib.compressobj(zdict=b"hello"); packed = z.compress(b"hello hello") + z.flush()
print(zlib.decompressobj(zdict=b"hello").decompress(packed))
for f in (lambda: zlib.decompress(b"garbage"), lambda: zlib.decompress(zlib.compress(data)[:-3]), lambda: zlib.compress(data, 99), lambda: zlib.compressobj(wbits=99),
          lambda: zlib.decompressobj().decompress(packed), lambda: zlib.decompress(packed, bufsize=0), lambda: zlib.decompressobj().decompress(b"", -1), lambda: zlib.compress("text")):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)

for name in sorted(hashlib.algorithms_guaranteed):
    h = hashlib.new(name, b"abc"); twin = h.copy(); twin.update(b"def")
    n = (20,) if name.startswith("shake") else ()
    print(h.name, h.digest_size, h.block_size, h.hexdigest(*n), twin.hexdigest(*n)[:16])
print(hashlib.blake2b(b"x", digest_size=20, key=b"k", salt=b"s", person=b"p", fanout=2, depth=3, leaf_size=4, node_offset=5, node_depth=1, inner_size=6, last_node=True).hexdigest())
print(hmac.new(b"key", b"msg", "sha256").hexdigest(), hmac.digest(b"key" * 50, b"msg", "md5").hex(), hmac.compare_digest(b"a", b"a"))
print(hashlib.pbkdf2_hmac("sha1", b"password", b"salt", 2).hex(), hashlib.scrypt(b"pw", salt=b"salt", n=16, r=2, p=1, dklen=20).hex())
for f in (lambda: hashlib.new("nope"), lambda: hashlib.sha256("text"), lambda: hashlib.blake2b(digest_size=65), lambda: hashlib.pbkdf2_hmac("md5", b"", b"", 0)):
    try: print(f())
    except Exception as e: print(type(e).__name__, "unsupported" if "unsupported" in str(e) else e)

s = io.StringIO()
w = csv.writer(s); w.writerow([1, "a,b", 'q"q', None, 2.5, ""]); w.writerows([[], [""], ["multi\nline", "\r"]])
print(repr(s.getvalue())); print(list(csv.reader(io.StringIO(s.getvalue(), newline=""))))
for q in range(6):
    s = io.StringIO(); r = list(csv.reader(['1,"2",,x' if q in (0, 1, 3, 5) else '1,"2",'], quoting=q))
    try: csv.writer(s, quoting=q, escapechar="\\").writerow([1, "a,b", None, 'q"', 2.5])
    except csv.Error as e: print(e)
    print(q, r, repr(s.getvalue()))
csv.register_dialect("bar", delimiter="|", quotechar="'", doublequote=False, escapechar="^", lineterminator="!")
s = io.StringIO(); csv.writer(s, "bar").writerow(["a|b", "it's", "^", ""]); print(repr(s.getvalue()), list(csv.reader(["'a|b'|it^'s|^^|"], "bar")), csv.list_dialects())
print(list(csv.DictReader(["h1,h2", "1,2", "3"])), csv.Sniffer().sniff("a;b\n1;2\n").delimiter)
for f in (lambda: csv.reader([], delimiter="ab"), lambda: csv.writer(None), lambda: csv.get_dialect("none"), lambda: list(csv.reader([b"x"])), lambda: list(csv.reader(['"a'], strict=True)), lambda: list(csv.reader(["a\rb"])),
          lambda: csv.writer(io.StringIO(), quoting=csv.QUOTE_NONE).writerow(["a,b"]), lambda: csv.writer(io.StringIO()).writerow(5), lambda: csv.reader([], quotechar=None, quoting=1), lambda: csv.reader([], foo=1)):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)

m = mmap.mmap(-1, 16); m[:5] = b"abcde"; m.seek(3); m.write(b"XY")
print(m[:8], m[0], m.find(b"Y"), m.rfind(b"\0"), m.tell(), len(m), m.read(2), bytes(m[::5])); view = memoryview(m); view[0] = 90
try: m.close()
except BufferError as e: print(e)
view.release(); print(m[0]); m.close()
for f in (lambda: m[0], lambda: mmap.mmap(-1, -1), lambda: mmap.mmap(-1, 4)[9], lambda: mmap.mmap(-1, 4).write(b"12345")):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)

folder = tempfile.mkdtemp(); os.makedirs(folder + "/a/b"); open(folder + "/a/b/f", "w").close(); path = folder + "/x"
with open(path, "wb") as f: b = bytearray(b"12"); f.write(b); b.append(51)
with open(path, "r+b") as f, mmap.mmap(f.fileno(), 0) as m: m[1:2] = b"9"; print(m[:], b)
with open(path) as f:
    try: f.write("x")
    except io.UnsupportedOperation as e: print(e)
shutil.rmtree(folder); print(os.path.exists(folder))
class X: pass
try: json.dumps({"a": [1, X()]}, default=lambda o: {"k": {1j}} if isinstance(o, X) else o.nothing)
except Exception as e: print(e, e.__notes__)
os.register_at_fork(before=lambda: order.append("before"), after_in_parent=lambda: order.append("parent"), after_in_child=lambda: order.append("child"))
order = []; r, w = os.pipe(); pid = os.fork()
if pid == 0: os.write(w, " ".join(order).encode()); os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), order, os.read(r, 100))

# flags: -W ignore
import io, os, tempfile, shutil, pathlib, glob, csv, contextlib, sys, stat
d = tempfile.mkdtemp(); p = os.path.join(d, "f.txt")
with open(p, "w") as f: print(f.write("line 1\nline é 2\r\nlast"), f.tell(), f.name == p, f.mode, f.closed, f.encoding)
print(f.closed, os.path.getsize(p), os.path.exists(p), os.path.isfile(p), os.path.isdir(d), os.listdir(d))
with open(p) as f: print(f.read(4), f.readline(), f.readlines(), f.read())
with open(p, newline="") as f: print([*f])
with open(p, "rb") as f: print(f.read(), f.seek(2), f.read(3), f.seek(-4, 2), f.read(), f.tell())
with open(p, "a+") as f: f.write("\nmore"); f.seek(0); print(len(f.read().splitlines()))
with open(p, "r+b") as f: f.write(b"LINE"); f.truncate(10); f.seek(0); print(f.read())
with open(p, encoding="latin-1", errors="replace") as f: print(f.read())
for bad in ("open(p + 'x')", "open(p, 'q')", "open(p, 'rw')", "open(p, 'rb', encoding='utf-8')", "open(d)", "open(p, 'x')", "open('')", "open(p).write('a')", "open(p, 'w').read()", "open(p, encoding='nope')", "os.listdir(p + 'z')", "os.remove(d + '/no')", "os.mkdir(d)", "open(5.5)", "os.rmdir('/no/such')", "f.read()", "open(p, 'rb', buffering=0, closefd=False)", "os.stat('\\0')", "io.open(-1)"):
    try: eval(bad); print(bad, "ok")
    except Exception as e: print(bad, "->", type(e).__name__, str(e).replace(d, "<d>"))
s = io.StringIO("a\nb\n"); print(s.readline(), s.getvalue(), s.seek(0, 2), s.write("c"), s.getvalue(), [*io.StringIO("x\ny")]); b = io.BytesIO(b"abc"); print(b.read(1), b.getvalue(), b.getbuffer()[0], b.seek(1), b.write(b"Z"), b.getvalue(), io.TextIOWrapper(io.BytesIO("é\r\nb".encode())).read(), io.BufferedReader(io.BytesIO(b"xyz")).peek(1)[:1])
P = pathlib.Path(d); (P / "sub" / "deep").mkdir(parents=True); (P / "sub" / "a.py").write_text("hé"); print((P / "sub" / "a.py").read_text(), (P / "sub" / "a.py").suffix, sorted(x.name for x in P.rglob("*")), (P / "sub").is_dir(), P.joinpath("x", "y").relative_to(P), pathlib.PurePosixPath("/a/b/../c.tar.gz").stem, pathlib.PurePath("a/b").parts, (P / "nope").exists(), pathlib.PurePath("a") / "b" < pathlib.PurePath("b"), sorted(os.path.basename(g) for g in glob.glob(d + "/*")))
print(os.path.join("a", "b", "/c"), os.path.split("/a/b.c"), os.path.splitext("x.tar.gz"), os.path.normpath("a/./b/../c"), os.path.basename("/a/b/"), os.path.dirname("/a/b"), os.path.commonpath(["/a/b", "/a/c"]), os.path.isabs("/x"), os.path.relpath("/a/b", "/a/c"), os.sep, os.linesep, os.curdir, os.path.expanduser("~nosuchuser"), os.fspath(P) == d)
os.rename(p, p + "2"); os.symlink(p + "2", p + "l"); st = os.stat(p + "2"); print(st.st_size, stat.S_ISREG(st.st_mode), os.readlink(p + "l") == p + "2", os.path.islink(p + "l"), sorted(e.name for e in os.scandir(d)), [(os.path.relpath(r, d), sorted(ds), sorted(fs)) for r, ds, fs in os.walk(d)]); os.chmod(p + "2", 0o600); print(oct(os.stat(p + "2").st_mode & 0o777)); shutil.copy(p + "2", p + "3"); shutil.copytree(P / "sub", P / "sub2"); print(len(os.listdir(P / "sub2"))); os.utime(p + "3", (1, 2)); print(os.stat(p + "3").st_mtime)
with open(p + "c", "w", newline="") as f: w = csv.writer(f); w.writerow(["a", 'q"q', "x,y", 1.5, None]); w.writerows([[1, 2], ["multi\nline"]])
with open(p + "c", newline="") as f: print(list(csv.reader(f)))
print(list(csv.DictReader(["h1,h2", "1,2"])), list(csv.reader(["a|b"], delimiter="|")), csv.Sniffer().sniff("a;b;c").delimiter)
r, w = os.pipe(); os.write(w, b"pipe"); os.close(w); print(os.read(r, 10), os.read(r, 10)); os.close(r); print(os.getcwd() == os.path.abspath("."), os.environ.get("HOME") is not None, os.getpid() > 0, os.cpu_count() > 0, os.strerror(2), os.name, sys.platform, len(os.urandom(4)), os.access(d, os.W_OK)); os.environ["TP_X"] = "1"; print(os.getenv("TP_X"), os.popen("echo $TP_X").read() if False else ""); del os.environ["TP_X"]
shutil.rmtree(d); print(os.path.exists(d)); print("to stderr", file=sys.stderr); sys.stdout.write("direct\n"); sys.stdout.buffer.write(b"bytes\n") if not sys.stdout.flush() else None; print(sys.stdout.encoding, sys.stdin.read() == "", sys.stderr.errors)

# Escapes cut short, out of range and read in pieces, under each error handler.
import codecs
for c in ("unicode_escape","raw_unicode_escape"):
    for t in (rb"\u12", rb"\u1234x", rb"\U00110000", rb"\U0010ffff", rb"\x4", rb"a\uzz", rb"\U0001", rb"\\u0041", rb"\u", b"\\"):
        for e in ("strict","replace","ignore"):
            try: print(c,t,e,ascii(t.decode(c,e)))
            except Exception as x: print(c,t,e,type(x).__name__,x)
        d=codecs.getincrementaldecoder(c)()
        try: print([d.decode(t[i:i+1], i==len(t)-1) for i in range(len(t))])
        except Exception as x: print("inc",type(x).__name__,x)

# pack_into() and unpack_from() at every kind of offset.
import struct
b=bytearray(10)
for fmt in ("i","0s","q","10s","11s"):
    for off in (0,1,5,9,10,11,12,-1,-4,-8,-10,-11,2**62,-2**62,2**63-1):
        for f in (lambda: struct.pack_into(fmt,b,off,b"x" if "s" in fmt else 1), lambda: struct.unpack_from(fmt,b,off)):
            try: print(fmt,off,f(),bytes(b))
            except Exception as e: print(fmt,off,type(e).__name__,e)

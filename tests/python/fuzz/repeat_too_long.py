for n in (2**63 - 1, 2**62, (2**63 - 1) // 3, (2**63 - 1) // 3 + 1):
    for s in ('abc', '\xe9\u20acb', 'a', b'abc', b'a', bytearray(b'abc'), [1, 2, 3], (1, 2, 3)):
        try:
            s * n
        except Exception as e:
            print(n, ascii(s), repr(e))

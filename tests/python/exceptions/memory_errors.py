for src in ("[0] * 10**18", "'a' * 10**18", "b'a' * 10**18", "(1,) * 10**18", "bytearray(10**18)", "bytes(10**18)", "range(10**18)", "' '.ljust(10**18)", "'%*d' % (10**17, 1)", "[0] * (2**63 - 1)", "[0] * 2**63", "'a' * 2**63", "'x'.zfill(10**18)", "1 << 10**18", "bytearray(b'a') * 10**18", "'ab'.join(['']*3) * 10**17 + 'x' * 10**18", "f'{1:{10**18}}'", "'a'.replace('a', 'b' * 10**18)"):
    try: r = eval(src); print(src, "=", len(r))
    except (MemoryError, OverflowError, ValueError) as e: print(src, type(e).__name__)

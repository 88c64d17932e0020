print(0b1010, 0o17, 0xFF, 1_000_000, 0x_ff_ff, 0B1, 0O7, 0XaB)
print(1e3, 1.5e-3, .5, 5., 1_0.0_1, 1e400, -1e400, 1E5, 0.1, 1e-320, 123456789012345678.0, 1e16, 1e15, 1e22, 1e-5, 0.0001)
print(3j, 1.5J, 1e2j, -0j, 1+2j)
print('a' "b" '''c''' """d""", r'\n', b'\x00\xff', rb'\d', Rb"\e", 'tab\there', 'nl\\n', "\a\b\f\v".encode(), '\101\x41\u0041\U00000041\N{LATIN SMALL LETTER A}')
print("line \
continued", """multi
  line""", 'it''s', "it's", 'say "hi"', '\'"')
print(repr('\'"'), repr("it's"), repr('\t\n\r\x00\x7f\x80\xa0\xad\u200b\u2028\ud800\U0001F600'), ascii('é😀'))
print((), (1,), (1, 2), [], [1, [2]], {}, {1}, {1: {2: 3}}, {**{}}, ..., None, True, NotImplemented)
print(1 .real, 1..real, 1.0.is_integer(), 5 .bit_length())
print(0xDEADBEEF, -0x80000000, 0o777, 00, 0_0)
print("\
", 'a\
b', r'a\
b')
print(1 if True else 2, [1, 2,], (1, 2,), {1: 2,}, {1, 2,})
print(b"abc" b"def", b'\'"', b"\\", b'it\'s')
print("" "x" "", 'a' 'b' * 2, len("é"), len("e\u0301"), len("😀"))
print(1_2_3, 1e1_0, 0b_1)
if 1: print("one line"); print("two")
x = (1 +
     2 +   # comment
     3)
print(x); print([
    1,
    2,
][0])

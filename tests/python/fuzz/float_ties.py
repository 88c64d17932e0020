# Values halfway between two shortest texts: the even one is shown.
f = 140737488355328.0
print(f + 64.125, f + 64.375, f + 64.625, f + 64.875)
print(-f - 0.125, (-6.75) ** 6, -1268517708874888.25)
print(f'{f + 64.125}', str(f + 0.625), [f + 0.375], f'{f + 0.625!r}')
for k in range(-3, 40, 3):
    print(2.0 ** k * 1.0000000000000002, 2.0 ** (52 - k % 4) + k / 8, 5e22 + k * 2.0 ** 22, 9007199254740993e5 + k)

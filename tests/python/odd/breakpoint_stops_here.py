# stdin: p y\nn\np z\nc\n
# breakpoint() stops at its own line.
def f(x):
    y = x + 1
    breakpoint()
    z = y * 2
    return z


print(f(3))

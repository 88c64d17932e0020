# flags: -OO
def f():
    "doc"
    assert False, "stripped"
    if __debug__: return "debug"
    return f.__doc__, __debug__
print(f())
import sys; print(sys.flags.optimize, sys.flags.no_site, sys.flags.interactive)

# The first import of a program installs the importer; a finaliser that is due then, and whose error is shown with help
# of the library, must not find half of it.
import sys


class Loud:
    def __del__(self):
        raise ValueError("from a finaliser")


def show(unraisable):
    import traceback

    text = traceback.format_exception_only(unraisable.exc_value)
    print("unraisable:", "".join(text).strip())


sys.unraisablehook = show
for _ in range(3):
    Loud()

import gc

gc.collect()
for _ in range(2):
    Loud()
import json, decimal, fractions

gc.collect()
print(json.dumps([1]), decimal.Decimal("1.5"), fractions.Fraction(1, 3))

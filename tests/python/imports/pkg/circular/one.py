print("one starts")
from . import two
X = 1
print("one ends", two.Y)

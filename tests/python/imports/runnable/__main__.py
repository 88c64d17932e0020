import sys
print("main of package", __name__, __package__, sys.argv[1:], __spec__.name)
from .helper import help_me
print(help_me())

# args: a "b c"
import sys, __main__
print(__name__, __main__.__name__, sys.argv[0].endswith("main_module.py"), sys.argv[1:], __package__, __spec__, __doc__, __file__.endswith("main_module.py"))
x = 5; print(__main__.x, "x" in vars(__main__), sys.modules["__main__"] is __main__)
print(sys.path[0] == __file__.rpartition("/")[0], __builtins__.__name__, [k for k in globals() if k.startswith("__")])
